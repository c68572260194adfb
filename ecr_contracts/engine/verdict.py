"""What a session came to: the findings about one consumer, and the trials they come from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ecr_contracts.core.findings import Evidence, Finding, Severity
from ecr_contracts.engine.accepted.entries import Entry
from ecr_contracts.engine.plan import USUAL
from ecr_contracts.engine.reach import NO_REACH, Reach
from ecr_contracts.engine.shielded import ShieldedFault
from ecr_contracts.engine.subjects.handler import TIMEOUT
from ecr_contracts.engine.trial import (
    Trial,
)
from ecr_contracts.engine.unchecked import Unchecked
from ecr_contracts.eventbridge.rules.world import WHOLE_WORLD, World
from ecr_contracts.runtime.outcome import MadeUpVariable
from ecr_contracts.runtime.sandbox.kernel import Containment

__all__ = ["Saved", "Verdict"]


@dataclass(frozen=True, slots=True)
class Saved:
    """How the findings of a report, which was saved, are shown again by their numbers.

    `withheld` are the options that have to be given again, since their values are secrets. `number`
    is that of the only finding where one of an earlier report was asked for, else 0. The numbers up
    to `before` are of consumers that the same command told of before.
    """

    withheld: tuple[str, ...] = ()
    number: int = 0
    before: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a session came to.

    `why` and `via_why` say what decided on the kinds and the envelope (empty when the caller did,
    or nothing could); `inferred` and `via_inferred` say whether they were left to it. `planned`
    counts the calls that were to be made: more than `trials` holds when the subject did not answer.
    `strength` is that of the cases (0 where they were chosen). `others` are further trials, made to
    tell causes or drawn by Hypothesis; `probes` and `drawn` count the calls, `compared` those that
    were made to compare effects, `future` those with events of tomorrow, and `examples` is how many
    were to be drawn. `options` are the words of a command line, beside the subject, that the check
    has to be repeated with, unless its report was `saved`; `named` are those that name the subject,
    where its name alone does not. `shaped` says what shapes the events before they reach it, and
    `notes` what was not checked, and why; `unchecked` are the answers of the sandbox among that.
    `world` are the events that reach it; `shielded` are faults that only events show which its
    rules keep away. `reach` says how far events got in its own code; `is_interrupted` that somebody
    ended it before all of them were given, `is_stopped` that the time that it might take was over.
    `seed` is that of the events that were drawn. `containment` is what the operating system held
    back of its process; None for one that ran in ours.
    `accepted` are findings that the project's baseline accepts, each with its entry, which are none
    of `findings`; `gone` are entries of this consumer that no finding needs any more. `unwanted`
    are those of checks that are off.
    """

    consumer: str
    kinds: tuple[str, ...]
    via: tuple[str, ...]
    why: str
    via_why: str
    inferred: bool
    via_inferred: bool
    strength: int
    evidence: Evidence | None
    trials: tuple[Trial, ...]
    others: tuple[Trial, ...]
    probes: int
    drawn: int
    planned: int
    findings: tuple[Finding, ...]
    seconds: float
    timeout: float = TIMEOUT
    examples: int = USUAL.examples
    compared: int = 0
    future: int = 0
    options: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    shaped: str = ""
    notes: tuple[str, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    world: World = WHOLE_WORLD
    shielded: tuple[ShieldedFault, ...] = ()
    reach: Reach = NO_REACH
    is_interrupted: bool = False
    is_stopped: bool = False
    seed: int = 0
    saved: Saved | None = None
    containment: Containment | None = None
    accepted: tuple[tuple[Finding, Entry], ...] = ()
    gone: tuple[Entry, ...] = ()
    unwanted: tuple[Finding, ...] = ()

    def with_run(self, other: Verdict) -> Verdict:
        """The same with what a further run came to, of the same kind in another envelope."""
        return replace(
            self,
            via=(*self.via, *other.via),
            trials=(*self.trials, *other.trials),
            others=(*self.others, *other.others),
            probes=self.probes + other.probes,
            drawn=self.drawn + other.drawn,
            planned=self.planned + other.planned,
            findings=(*self.findings, *other.findings),
            seconds=self.seconds + other.seconds,
            compared=self.compared + other.compared,
            future=self.future + other.future,
            notes=tuple(dict.fromkeys([*self.notes, *other.notes])),
            unchecked=(*self.unchecked, *other.unchecked),
            accepted=(*self.accepted, *other.accepted),
            gone=(*self.gone, *other.gone),
            unwanted=(*self.unwanted, *other.unwanted),
            is_interrupted=self.is_interrupted or other.is_interrupted,
            is_stopped=self.is_stopped or other.is_stopped,
        )

    @property
    def made_up(self) -> tuple[MadeUpVariable, ...]:
        """The environment variables that were made up for the subject, each once."""
        variables: dict[str, MadeUpVariable] = {}
        for trial in (*self.trials, *self.others):
            for variable in trial.outcome.made_up:
                variables.setdefault(variable.name, variable)
        return tuple(variables.values())

    @property
    def failed(self) -> bool:
        """Whether there is a finding that is more than advice."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def errors(self) -> list[Finding]:
        """The findings that are more than advice."""
        return [finding for finding in self.findings if finding.severity is Severity.ERROR]
