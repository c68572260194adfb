"""What a session can judge: whatever can be given events, behind one protocol.

A `Subject` is a handler in a process of its own, a function in this process, an input transformer,
Run Command, or a state machine (`engine/subjects/`). It says what it is called and which events
reach it (`Inference`), and starts; what is started (`Running`) is called with payloads.

To judge a new sort of consumer, write a class with these members: the session, the checks and all
reports then work on it. For the command line it also needs an option and a branch in
`frontends/cli/check/` (`options.py`, `consumer.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from ecr_contracts.core.errors import SetupError
from ecr_contracts.discovery.iac.cloudformation.feeds import Feed
from ecr_contracts.discovery.iac.cloudformation.input_transformers import Transformer
from ecr_contracts.discovery.purpose import Behind
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine.reach import OwnModule
from ecr_contracts.engine.trial import Call, Carry
from ecr_contracts.engine.unchecked import answered_by, reason_of
from ecr_contracts.eventbridge.rules.narrowing.own_values import FieldComparison
from ecr_contracts.eventbridge.rules.world import WHOLE_WORLD, World
from ecr_contracts.events.kinds import usual_kinds
from ecr_contracts.runtime.outcome import Outcome, Stop
from ecr_contracts.runtime.sandbox.kernel import Containment

__all__ = ["Baselines", "InProcess", "Inference", "Running", "Subject", "in_process"]

Baselines = dict[tuple[str, str], Outcome]
"""What a subject does with the ordinary event, by kind and envelope."""


@dataclass(frozen=True, slots=True)
class Inference:
    """Which events reach a subject, and how, by what stands around it or in its source.

    `kinds` and why those (empty: nothing says so, and every kind is taken). `envelopes` are those
    that it may be fed through, each with what says so, the likeliest first. `world` are the events
    that its rules let through (all of them where it has none), and `problem` says why its rules
    cannot be used, if they cannot; `shape_problem` why it is not known what they make of an event.
    `unresolved` are the paths of their patterns whose values only a
    deployment knows. `undelivered` says what it handles and they never deliver. `kinds_of_source`
    are those that its source speaks of, where rules let none through, with the reason as for
    `kinds` (no kinds: every kind is taken). `transformer` is how a rule has its events shaped, in
    the `transformer_envelope` alone or (empty) in any. `feeds` are the event source mappings at its
    end, by envelope. `filters_itself`: it may ignore some kinds; where nothing tells its kinds,
    calls find them out. `carry` makes its payloads where no envelope does; `shaped_by` then says in
    reports what shapes them. `source` is where its source is looked for, if it has any. `delivered`
    are the envelopes that rules say it is given, whether it takes them or not; `by_shape` those
    that one of its shape can be given, where that is no handler, `unruled` those that its source
    speaks of and no rule delivers. `by_envelope` is what rules let through in each envelope, where
    that is not the same in all. `other_sender` is who else sends what its code opens, with a key of
    that.
    """

    kinds: tuple[str, ...]
    kinds_reason: str = ""
    envelopes: Mapping[str, str] = field(default_factory=lambda: {"lambda": ""})
    world: World = WHOLE_WORLD
    problem: str = ""
    shape_problem: str = ""
    unresolved: tuple[str, ...] = ()
    undelivered: tuple[str, ...] = ()
    kinds_of_source: tuple[str, ...] = ()
    source_reason: str = ""
    transformer: Transformer | None = None
    transformer_envelope: str = ""
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    filters_itself: bool = False
    carry: Carry | None = None
    shaped_by: str = ""
    source: Target | None = None
    delivered: tuple[str, ...] = ()
    by_shape: tuple[str, ...] = ()
    unruled: tuple[str, ...] = ()
    by_envelope: Mapping[str, Behind] = field(default_factory=dict)
    other_sender: tuple[str, str] = ("", "")

    @property
    def is_unruled(self) -> bool:
        """Whether nothing is known of rules."""
        return self.world.is_whole and not self.problem

    def comparing(self, comparisons: Iterable[FieldComparison]) -> Inference:
        """The same with what its own code compares with fields of its events."""
        return replace(self, world=self.world.comparing(comparisons))

    def likeliest_of(self, kinds: Iterable[str]) -> Inference:
        """The same with an envelope first in which rules deliver some kinds, if one is known."""
        wanted = set(kinds)
        for name, behind in self.by_envelope.items():
            if wanted and wanted <= set(behind.world.kinds):
                return replace(self, envelopes={name: behind.why}, delivered=(name,))
        return self

    def fed_by(self, envelopes: Sequence[str]) -> Inference:
        """The same with the events alone that rules let through in some envelopes.

        Where these have other events each, or some has no rule, nothing is left out.
        """
        behind = [self.by_envelope.get(name) for name in envelopes]
        first = behind[0] if behind else None
        if first is None or not all(_is_same(first, one) for one in behind):
            return self
        return replace(
            self,
            kinds=first.world.kinds,
            kinds_reason=first.why,
            world=first.world.comparing(self.world.comparisons),
        )

    def without_rules(self) -> Inference:
        """The same, but for what its rules keep away.

        The kinds stay those that they deliver, if there are any.
        """
        unruled = replace(
            self, world=self.world.without_rules(), problem="", unresolved=(), undelivered=()
        )
        if self.kinds and not self.problem:
            return unruled
        return replace(
            unruled,
            kinds=self.kinds_of_source or usual_kinds(),
            kinds_reason=self.source_reason,
        )


def _is_same(behind: Behind, other: Behind | None) -> bool:
    """Whether rules let through the same in two envelopes."""
    if other is None:
        return False
    patterns = [rule.pattern for rule in behind.world.rules]
    others = [rule.pattern for rule in other.world.rules]
    return all(one in others for one in patterns) and all(one in patterns for one in others)


class Running(Protocol):
    """A subject that was started and can be called."""

    @property
    def call(self) -> Call:
        """How it is called."""

    @property
    def settings(self) -> object:
        """How its own calls are answered: equal as long as that stays the same."""

    @property
    def containment(self) -> Containment | None:
        """What the operating system holds back of it; None where it has no process of its own."""

    def load(self) -> None:
        """See that it can be called. Raises ConsumerError or SetupError where it cannot."""

    def forget(self) -> None:
        """Bring it back to the state before its first event, as far as that can be done."""

    def rehearse(
        self, runs: Sequence[tuple[str, str]], carry: Carry, world: World = WHOLE_WORLD
    ) -> Baselines:
        """Give it the ordinary event of each run (kind and envelope), and see to what it needs.

        Events are those of a `world`.

        Raises SetupError where it fails by what we answered it or did not let it do.
        """

    def has_made_up(self, outcomes: Iterable[Outcome]) -> bool:
        """Whether answers that we made up had a part in some outcomes."""

    def refuse(self, outcomes: Iterable[Outcome]) -> None:
        """Raise SetupError for an outcome that is about the set-up, and not about the subject."""

    def advice(self, stop: Stop, outcome: Outcome, payload: Any = None) -> str:
        """How an outcome gets beyond the answer that it stopped at.

        `payload` is what it was called with.
        """

    def setup_error(self, stop: Stop, outcome: Outcome, payload: Any = None) -> SetupError:
        """That nothing can be judged, since every event stops at such an answer."""


class Subject(Protocol):
    """Whatever can be given events and judged by what it does with them."""

    @property
    def name(self) -> str:
        """What it is called in reports, and remembered under."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words of a command line that name it, where its name alone does not; else none."""

    @property
    def is_watched(self) -> bool:
        """Whether effects can be compared and reading watched: relations, batches and vacuity."""

    @property
    def levels(self) -> Mapping[str, str]:
        """Levels of checks that follow from its nature; what the user says comes before them."""

    @property
    def timeout(self) -> float:
        """Seconds that it has for one event."""

    def inference(self, *, needs_kinds: bool = True) -> Inference:
        """Which events reach it, and how.

        Raises TemplateError where kinds are needed and a rule admits none that is known.
        """

    def start(self, events: Sequence[Mapping[str, Any]] = ()) -> AbstractContextManager[Running]:
        """The subject at work, while the block runs.

        What has to be made up for it agrees with the `events`, the ordinary ones that it is given.
        """

    def notes(self) -> Iterator[str]:
        """What was not checked, and why; asked for after the last call."""

    def modules(self) -> Sequence[OwnModule]:
        """Its own code, where its calls say which blocks of that they enter; else nothing."""


class InProcess:
    """A subject that runs in this process, with no sandbox around it that is ours."""

    settings = None
    containment = None

    def __init__(self, call: Call) -> None:
        self.call = call

    def load(self) -> None:
        """It is loaded already."""

    def forget(self) -> None:
        """What it keeps in this process stays."""

    def rehearse(
        self, runs: Sequence[tuple[str, str]], carry: Carry, world: World = WHOLE_WORLD
    ) -> Baselines:
        """Nothing: it needs nothing of ours, and its first calls are those of the run."""
        return {}

    def has_made_up(self, outcomes: Iterable[Outcome]) -> bool:
        """Nothing is made up here."""
        return False

    def refuse(self, outcomes: Iterable[Outcome]) -> None:
        """No outcome is about a set-up of ours."""

    def advice(self, stop: Stop, outcome: Outcome, payload: Any = None) -> str:
        """What its surroundings answer is not ours to say."""
        return "say what it really answers, where the sandbox around it is made"

    def setup_error(self, stop: Stop, outcome: Outcome, payload: Any = None) -> SetupError:
        """The sandbox around it has no answer that serves."""
        exception, message, location = reason_of(outcome)
        problem = f"every event stops at {answered_by(stop.effect)}"
        where = f"{location.file}:{location.line}  " if location else ""
        return SetupError(
            "it", problem, f"{where}{exception}: {message}", self.advice(stop, outcome)
        )


@contextmanager
def in_process(call: Call) -> Iterator[InProcess]:
    """A subject of which `call` is all that there is."""
    yield InProcess(call)
