"""The move of a handler from a classic event bus to one of version 2, step by step.

A handler that does well with bare events is given the same events in each shape that a subscriber
of such a bus may hand over: bare, in a list, with metadata, out of a replay, and twice. What it
does with the bare event is the measure: a step breaks if an event that does well bare raises, or
brings about something else. What fails bare already is not laid to the move.

The shapes are the rows of `eventbridge.envelopes.registry`; the facts are those of its modules
`direct` and `bus_v2`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.findings import Finding, Location, Severity
from ecr_contracts.core.text import listed
from ecr_contracts.engine.checks.policy import severity_on
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.relations.effects_view import EffectsView
from ecr_contracts.engine.relations.twice import repetition
from ecr_contracts.engine.session import Session
from ecr_contracts.engine.subject import Subject
from ecr_contracts.engine.trial import PATIENCE
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.runtime.effects import Sort
from ecr_contracts.runtime.outcome import Outcome, Status

__all__ = ["Ending", "Migration", "Problem", "Step", "migration"]

TARGETS = ("v2",)
"""What a handler can be moved to: an event bus of version 2."""

_BARE = "lambda"
_OF_A_BUS = frozenset(
    {
        *(_BARE, "lambda-batch", "event-bus", "archive-replay", "detail"),
        *("v2-metadata", "v2-metadata-batch", "v2-replay", "v2-replay-batch"),
    }
)
"""What a handler gets of a bus itself, and of nothing in between."""

_SHAPES = {
    "bare": (_BARE, "RAW with MaxBatchSize 1"),
    "list": ("lambda-batch", "RAW"),
    "metadata": ("v2-metadata", "WITH_METADATA with MaxBatchSize 1"),
    "metadata-list": ("v2-metadata-batch", "WITH_METADATA"),
}
"""The envelope of each step, and how a subscriber is set up for it."""

_TITLES = {
    "bare": "the bare event: classic bus, or RAW with MaxBatchSize 1",
    "no-version-and-id": "the bare event without `version` and `id`",
    "list": "a list of events: RAW",
    "metadata": "Data and metadata: WITH_METADATA with MaxBatchSize 1",
    "metadata-list": "a list of Data and metadata: WITH_METADATA",
    "replayed": "an event out of a replay",
    "doubled": "the same event twice, once from each bus",
}
_EVERYTHING = Request()
_NOTHING_SOUND = "it does well with no bare event"
_SECOND_ID = "d0b1ed00-0000-0000-0000-000000000002"  # of the second copy of an event


class Ending(StrEnum):
    """How a step ended."""

    OK = "ok"
    BREAKS = "breaks"
    FAILS_ALREADY = "fails already"
    WARNS = "may break"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Problem:
    """The first thing that goes wrong in a step.

    `failed` of `tried` events show it, `case` is the first of these (an id). `location` is the line
    of the handler's own code, where one is known.
    """

    text: str
    case: str
    exception: str | None = None
    location: Location | None = None
    failed: int = 1
    tried: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the move: its id, the envelopes that it was tried in, and how it ended."""

    id: str
    via: tuple[str, ...]
    ending: Ending
    problem: Problem | None = None
    note: str = ""

    @property
    def title(self) -> str:
        """What is handed over, in words."""
        return _TITLES[self.id]

    @property
    def has_failed(self) -> bool:
        """Whether the handler has to be mended before this step."""
        return self.ending in (Ending.BREAKS, Ending.FAILS_ALREADY)


@dataclass(frozen=True, slots=True)
class Migration:
    """What came of a move: the steps in their order, and the set-ups that suit the handler.

    `left_out` counts the events that were not given, for they have something that nobody has seen.
    `suitable` are set-ups of a subscriber, in words, in which it does as well as it does now.
    """

    consumer: str
    kinds: tuple[str, ...]
    events: int
    steps: tuple[Step, ...]
    suitable: tuple[str, ...]
    notes: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def has_failed(self) -> bool:
        """Whether any step failed."""
        return any(step.has_failed for step in self.steps)


def migration(subject: Subject, request: Request = _EVERYTHING) -> Migration:
    """Move a handler to an event bus of version 2, and see which step breaks it.

    Raises ConsumerError for one that is not called by a bus itself, and what `Session.report`
    raises.
    """
    effort = replace(request.effort, examples=0, probe=0)
    with Session(subject, replace(request, envelopes=(_BARE,), effort=effort)) as session:
        likeliest = next(iter(session.plan.inference.envelopes))
        if likeliest not in _OF_A_BUS:
            problem = f"its events come in the envelope {likeliest}, not from a bus itself"
            advice = "a move changes nothing for it as long as the subscriber is RAW"
            raise ConsumerError(subject.name, problem, advice)
        session.settle(takes_any=True)  # it may be moved already
        return _Move(session, is_strict=effort.strict).migration()


class _Move:
    """The steps of one move; each begins with the state that the handler has when it is loaded."""

    def __init__(self, session: Session, *, is_strict: bool) -> None:
        self._session = session
        every = {case.id: case for case in session.plan.cases}
        known = {name: case for name, case in every.items() if _is_known(case)}
        # What fails on events that nobody has seen is no more than a warning of `check`.
        self._cases = every if is_strict else known or every
        self._left_out = len(every) - len(self._cases)
        self._bare = self._outcomes(_BARE)
        sound = [name for name, outcome in self._bare.items() if _fault(outcome) is None]
        self._sound = frozenset(sound)
        self._endings: dict[str, Step] = {}

    def migration(self) -> Migration:
        """All steps, and what they come to."""
        for step in self._steps():
            self._endings[step.id] = step
        plan = self._session.plan
        suitable = []
        for step_id, (_, set_up) in _SHAPES.items():
            ending = self._endings[step_id].ending
            if ending is Ending.OK or (ending is Ending.FAILS_ALREADY and self._sound):
                suitable.append(set_up)
        notes = []
        if not any(self._bare[name].effects.changing for name in self._sound):
            notes.append(
                "nothing that it does to the world is seen with a bare event: only exceptions, and "
                "whether it returns anything, tell a step that breaks it"
            )
        if plan.shaped_by:
            notes.append(
                f"its rule shapes events ({plan.shaped_by}); a bus of version 2 has JSONATA for "
                "that, which is not tried here"
            )
        return Migration(
            self._session.subject.name,
            plan.kinds,
            len(self._cases),
            tuple(self._endings.values()),
            tuple(suitable),
            tuple(notes),
            self._left_out,
        )

    def _steps(self) -> Iterator[Step]:
        yield self._as_now()
        yield self._without_version_and_id()
        for step_id in ("list", "metadata", "metadata-list"):
            yield self._in_shape(step_id)
        yield self._replayed()
        yield self._doubled()

    # --- the shapes -------------------------------------------------------------------------------

    def _as_now(self) -> Step:
        faults = {name: _fault(outcome) for name, outcome in self._bare.items()}
        return _ended("bare", (_BARE,), _first(faults), Ending.FAILS_ALREADY)

    def _without_version_and_id(self) -> Step:
        """AWS's own texts disagree on whether these are there, so that this is no more than advice.

        They may be missing in any shape.
        """
        if not self._sound:
            return Step("no-version-and-id", (), Ending.NOT_TRIED, note=_NOTHING_SOUND)
        outcomes = self._outcomes(_BARE, without=("version", "id"))
        problem = _first(self._compared(outcomes))
        return _ended("no-version-and-id", (_BARE,), problem, Ending.WARNS)

    def _in_shape(self, step_id: str) -> Step:
        """One event at a time in a shape, then several where the shape is a list."""
        via, _ = _SHAPES[step_id]
        outcomes = self._outcomes(via)
        problem = _first(self._compared(outcomes))
        if problem is None and step_id.endswith("list"):
            problem = self._together(via)
        # What it is made for by its template or its code, it gets already.
        is_now = not self._sound and via == next(iter(self._session.plan.inference.envelopes))
        bad = Ending.FAILS_ALREADY if is_now else Ending.BREAKS
        return _ended(step_id, (via,), problem, bad)

    def _together(self, via: str) -> Problem | None:
        """What goes wrong with several events in one list; each does well alone."""
        self._session.forget()
        for finding in self._session.batch_findings(self._sound, via):
            if finding.severity is Severity.ERROR:
                return _of_finding(finding)
        return None

    # --- again ------------------------------------------------------------------------------------

    def _replayed(self) -> Step:
        """An event out of a replay: it may be left alone, but nothing else may come of it."""
        via = _BARE
        for step_id, replay in (
            ("metadata", "v2-replay"),
            ("metadata-list", "v2-replay-batch"),
        ):
            if self._endings[step_id].ending is Ending.OK and via == _BARE:
                via = replay
        if via == _BARE and not self._sound:
            return Step("replayed", (), Ending.NOT_TRIED, note=_NOTHING_SOUND)
        outcomes = self._bare if via == _BARE else self._outcomes(via)
        problem = _first(self._compared(outcomes, may_do_less=True)) or self._unguarded(outcomes)
        step = _ended("replayed", (via,), problem)
        if via == _BARE and problem is None:
            return replace(step, note="in RAW nothing tells a replay from a live event")
        return step

    def _unguarded(self, outcomes: Mapping[str, Outcome]) -> Problem | None:
        """What a handler leaves alone in replays of the classic bus, and does in those of the new.

        On the classic bus `replay-name` tells a replay; a bus of version 2 does not set it.
        """
        classic = self._outcomes("archive-replay")
        for name in self._bare:
            if name not in self._sound or name not in classic or name not in outcomes:
                continue
            event = self._cases[name].event
            now, again = self._calls(self._bare[name], event), self._calls(outcomes[name], event)
            lost = self._calls(classic[name], event)
            if now and lost != now and again == now:
                text = (
                    f"it leaves replays of the classic bus alone, told by `replay-name`; version 2 "
                    f"does not set that, and {listed(sorted(now), 'and')} is done again: look at "
                    "aws:DeliveryType"
                )
                return Problem(text, name)
        return None

    def _doubled(self) -> Step:
        """The same logical event twice: bare as from the old bus, then in a shape that suits."""
        if not self._sound:
            return Step("doubled", (), Ending.NOT_TRIED, note=_NOTHING_SOUND)
        second_via = _BARE
        for step_id in ("metadata", "metadata-list", "list"):
            if self._endings[step_id].ending is Ending.OK and second_via == _BARE:
                second_via, _ = _SHAPES[step_id]
        for case in self._ordinary_cases():
            self._session.forget()
            first = self._session.outcome([case.event], _BARE)
            copy = {**case.event, "id": _SECOND_ID}
            second = self._session.outcome([copy], second_via)
            step = _of_repetition(case, first, second, (_BARE, second_via))
            if step.ending is not Ending.OK or step.note:
                return step
        return _ended("doubled", (_BARE, second_via), None)

    def _ordinary_cases(self) -> Iterator[Case]:
        for kind in self._session.plan.kinds:
            case = self._session.plan.world.ordinary_case(kind)
            if case.id in self._sound:
                yield case

    # --- calls ------------------------------------------------------------------------------------

    def _outcomes(self, via: str, without: tuple[str, ...] = ()) -> dict[str, Outcome]:
        """What comes of each case in an envelope; fewer where the handler does not answer."""
        self._session.forget()
        made: dict[str, Outcome] = {}
        late = 0
        for name, case in self._cases.items():
            event = {key: value for key, value in case.event.items() if key not in without}
            made[name] = self._session.outcome([event], via)
            late += made[name].status is Status.TIMED_OUT
            if late == PATIENCE:
                break
        return made

    def _compared(
        self, outcomes: Mapping[str, Outcome], *, may_do_less: bool = False
    ) -> dict[str, Problem | None]:
        """What is wrong with each case that does well bare; with any, where none does."""
        compared: dict[str, Problem | None] = {}
        for name, outcome in outcomes.items():
            if self._sound and name not in self._sound:
                continue
            problem = _fault(outcome)
            if problem is None and name in self._sound:
                problem = self._otherwise(name, outcome, may_do_less=may_do_less)
            compared[name] = problem
        return compared

    def _otherwise(self, name: str, outcome: Outcome, *, may_do_less: bool) -> Problem | None:
        """What a call brings about that differs from what the bare event does."""
        event = self._cases[name].event
        bare = self._bare[name]
        before, now = self._calls(bare, event), self._calls(outcome, event)
        more = sorted((now - before).keys())
        lost = sorted((before - now).keys())
        caught = outcome.caught[0] if outcome.caught else None
        why, location = "", None
        if caught is not None:
            why = f" ({caught.exception} is caught)"
            location = caught.raised or caught.where
        is_silent = not before and bare.returned and not outcome.returned and not _logs(outcome)
        text = ""
        if more:
            text = f"{listed(more, 'and')} is called, which it was not"
        elif lost and not may_do_less:
            text = f"{listed(lost, 'and')} is not called any more"
        elif is_silent and not may_do_less:
            text = "nothing is returned any more"
        elif _tells_of(bare, event) and not _tells_of(outcome, event) and (now or not may_do_less):
            text = f"{listed(sorted(now), 'and')} is called with nothing of the event in it"
        return Problem(text + why, name, None, location) if text else None

    @staticmethod
    def _calls(outcome: Outcome, event: Mapping[str, Any]) -> Any:
        return EffectsView.from_outcome(outcome, event).calls


def _is_known(case: Case) -> bool:
    """Whether events like a case are known well enough for an error to rest on them."""
    return severity_on(case.evidence, Severity.ERROR) is Severity.ERROR


def _tells_of(outcome: Outcome, event: Mapping[str, Any]) -> bool:
    """Whether what a call did to the world says any text of the event's detail."""
    detail = event.get("detail")
    texts = detail.values() if isinstance(detail, Mapping) else ()
    view = EffectsView.from_outcome(outcome, event)
    return any(isinstance(text, str) and text and view.mentions(text) for text in texts)


def _logs(outcome: Outcome) -> bool:
    return bool(outcome.effects.of(Sort.LOG)) or bool(outcome.output)


def _fault(outcome: Outcome) -> Problem | None:
    """What a call ended by, unless it returned; the case is still open."""
    if outcome.status is Status.RETURNED:
        return None
    text = "it does not answer in time"
    if outcome.status is Status.RAISED:
        text = (outcome.message.splitlines() or [""])[0]
    elif outcome.status is not Status.TIMED_OUT:
        text = "it ends the process"
    return Problem(text, "", outcome.exception, outcome.location)


def _first(faults: Mapping[str, Problem | None]) -> Problem | None:
    """The first problem of some cases, with how many have any."""
    failing = {name: problem for name, problem in faults.items() if problem is not None}
    for name, problem in failing.items():
        return replace(problem, case=name, failed=len(failing), tried=len(faults))
    return None


def _of_finding(finding: Finding) -> Problem:
    return Problem(finding.detail, finding.case, finding.exception, finding.location)


def _of_repetition(case: Case, first: Outcome, second: Outcome, via: tuple[str, ...]) -> Step:
    """The step of a doubled event, by what its second copy did."""
    if (fault := _fault(second)) is not None:
        return _ended("doubled", via, replace(fault, case=case.id))
    seen = repetition(first, second, case.event)
    again = listed(list(seen.again), "and")
    if not seen.again:
        return _ended("doubled", via, None)
    if seen.guard and seen.by_id:
        text = f"{seen.guard} tells copies by the event's `id`, which need not be the same in both"
        return _ended("doubled", via, Problem(text, case.id), Ending.WARNS)
    if seen.guard:
        note = f"{seen.guard} is taken to keep a second copy from {again}"
        return Step("doubled", via, Ending.OK, note=note)
    text = f"{again} is done again; tell copies by what they are about, such as the digest"
    return _ended("doubled", via, Problem(text, case.id))


def _ended(
    step_id: str, via: tuple[str, ...], problem: Problem | None, bad: Ending = Ending.BREAKS
) -> Step:
    return Step(step_id, via, Ending.OK if problem is None else bad, problem)
