"""What must hold of events that come several at a time: those that do well alone do well together.

A bad one among them is the only one that is told to have failed. Only events of which it is known
what the consumer does with each alone are put into one batch. What it answers is read by `replies`;
what it does is told by the names of repositories, one for each event, in its effects.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.findings import Evidence, Finding, Location
from ecr_contracts.discovery.iac.feeds import Feed
from ecr_contracts.engine import trial as running
from ecr_contracts.engine.checks import batch_response
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.engine.relations.effects_view import EffectsView
from ecr_contracts.engine.trial import Knowing, Trial
from ecr_contracts.eventbridge.envelopes import logs
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.events.model import place
from ecr_contracts.runtime.outcome import Outcome, Status

CHECKED = ("batch", "partial-failure", "batch-retried", "unreported", "control-message")
"""The checks of this module alone; it also tells of `first-only` and `batch-answer`."""

_REPOSITORY: json_path.Steps = ("detail", "repository-name")
_DIGEST: json_path.Steps = ("detail", "image-digest")
_WHOLE = 10  # the records of a batch: as many as SQS hands over unless told otherwise
_BAD = 4  # the number of the bad one among them
_TRIED = 3  # events that failed, of which one has to fail again
_FOREIGN = {"message": "no event, but what somebody else put into the queue"}
_NAMES = (
    "amber",
    "birch",
    "cedar",
    "dahlia",
    "elder",
    "fennel",
    "garnet",
    "hazel",
    "indigo",
    "juniper",
)


@dataclass(frozen=True, slots=True)
class Batched:
    """The findings about batches, and how many calls it took."""

    findings: tuple[Finding, ...] = ()
    calls: int = 0


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What goes wrong: the check that it is for, the case that shows it, what is said, and where."""

    check: str
    case: Case
    detail: str
    exception: str | None = None
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class _Bad:
    """A record that fails alone, and what came of it; the trial where it is a valid event."""

    event: Any
    alone: Outcome
    trial: Trial | None = None


def check_batches(
    call: Knowing,
    kind: str,
    via: str,
    trials: Sequence[Trial],
    off: Sequence[str] = (),
    evidence: Evidence = Evidence.INFERRED,
    *,
    kinds: Sequence[str] = (),
    feed: Feed | None = None,
) -> Batched:
    """What goes wrong with batches of events of a kind, of which these are the trials alone.

    Checks that are `off` say nothing, and no event rests on less than the `evidence`. `kinds` are
    all that the consumer is given. `feed` is the event source mapping that hands the batches over,
    where that is known.
    """
    if not envelope(via).batches or (feed is not None and feed.size == 1):
        return Batched()
    batches = _Batches(call, kind, via, trials, evidence, kinds)
    found = []
    seen = set()
    for wrong in batches.wrong(feed):
        if wrong.check not in off and wrong.check not in seen:
            seen.add(wrong.check)
            found.append(
                build_finding(
                    wrong.check,
                    wrong.case,
                    via,
                    wrong.detail,
                    exception=wrong.exception,
                    location=wrong.location,
                )
            )
    return Batched(tuple(found), batches.calls)


class _Batches:
    """Batches of one kind, in one envelope."""

    def __init__(
        self,
        call: Knowing,
        kind: str,
        via: str,
        trials: Sequence[Trial],
        evidence: Evidence,
        kinds: Sequence[str],
    ) -> None:
        self.kind, self.via = kind, via
        self.calls = 0
        self.ordinary = running.ordinary(kind)
        self._call = call
        # What AWS prints in its samples alone never comes in a batch.
        real = (trial for trial in trials if None not in trial.case.labels.values())
        self._trials = [trial for trial in real if trial.case.evidence >= evidence]
        self._kinds = [other for other in kinds if other != kind]
        self._answers = [trial.outcome for trial in trials]
        self._own = _told_apart(self.ordinary)
        self._ten: EffectsView | None = None

    def wrong(self, feed: Feed | None) -> Iterator[_Wrong]:
        """Everything that goes wrong, each with its check."""
        usual = self._call.usual(self.kind, self.via)
        if _is_well(usual):
            if not _is_well(self._ask([self._own[0]])):
                # It knows the repositories that it deals with.
                self._own = [self.ordinary] * _WHOLE
            yield from self._together()
            if self.via == "logs":
                yield from self._control()
            if bad := self._bad():
                yield from self._among_good(bad)
        if feed is not None and feed.reports is False:
            yield from self._unreported(feed)

    # --- good ones --------------------------------------------------------------------------------

    def _together(self) -> Iterator[_Wrong]:
        """What goes wrong with events that do well alone."""
        passing = (
            trial for trial in self._trials if not trial.symptoms and not trial.outcome.caught
        )
        varied = [self.ordinary, *(one.case for one in passing if not one.case.is_valued)][:_WHOLE]
        other = [running.ordinary(kind) for kind in self._kinds]
        mixed = [
            self.ordinary,
            *(one for one in other if _is_well(self._call.usual(one.kind, self.via))),
        ]
        sorts = {
            "2 events": self._own[:2],
            "the same event twice": [self.ordinary, self.ordinary],
            "10 events": self._own,
            f"{len(varied)} events, each of another sort,": varied,
            f"{len(mixed)} events, each of another kind,": mixed,
        }
        for what, events in sorts.items():
            if len(events) < 2:
                continue
            same = what.startswith("the same")
            payload, done = self._asked(events, same=same)
            if self._fails(done, payload):
                payload, again = self._asked(events, same=same)
                if self._fails(again, payload):
                    yield self._failing(what, again, payload)
                    return
            elif events is self._own:
                yield from self._lost(EffectsView.of(done, {}))

    def _fails(self, done: Outcome, payload: Any) -> bool:
        """Whether a batch goes wrong; time is given for one event, so that to be late says nothing here."""
        if done.status is Status.TIMED_OUT:
            return False
        return not _is_well(done) or bool(self._answered_badly(done, payload))

    def _answered_badly(self, done: Outcome, payload: Any) -> str:
        return running.answered_badly(done, payload) if self.via == running.FIREHOSE else ""

    def _failing(self, what: str, done: Outcome, payload: Any) -> _Wrong:
        """A batch of good events that fails."""
        ended = next((one for one in done.caught if one.ends), None)
        if done.status is Status.RETURNED and ended is not None:
            caught = f"{_line(ended.message)}, which is caught and left at that"
            where = ended.raised or ended.where
            return _Wrong(
                "batch",
                self.ordinary,
                f"{caught}, with {what} in one batch",
                ended.exception,
                where,
            )
        if done.status is Status.RETURNED:
            if bad := self._answered_badly(done, payload):
                return _Wrong("batch-answer", self.ordinary, f"of {what} in one batch, {bad}")
            said = "though each does well alone, records are answered as failed"
        else:
            said = _line(done.message) or done.status.value
        return _Wrong(
            "batch",
            self.ordinary,
            f"{said}, with {what} in one batch",
            done.exception,
            done.location,
        )

    def _lost(self, together: EffectsView) -> Iterator[_Wrong]:
        """Events of a batch that nothing is done for: others have all the calls that each has alone."""
        if len({self._name(number) for number in range(_WHOLE)}) < _WHOLE:
            return
        self._ten = together
        dealt = [number for number in range(_WHOLE) if together.says(self._name(number))]
        lost = [number for number in range(_WHOLE) if number not in dealt]
        if not dealt or not lost:
            return
        one, other = (
            EffectsView.of(self._ask([self._own[number]]), {}) for number in (dealt[0], lost[0])
        )
        own = one.calls
        if other.calls != own or together.calls != _times(own, len(dealt)):
            return
        # Who sums up what came together names one, and says something else of it than of that one
        # alone.
        if len(dealt) == 1 and self._said(together, dealt[0]) != self._said(one, dealt[0]):
            return
        named = ", ".join(sorted(own))
        if dealt == [0]:
            yield _Wrong(
                "first-only",
                self.ordinary,
                f"of {_WHOLE} events only the first is dealt with: {named}",
            )
        elif dealt == list(range(len(dealt))):
            detail = f"of {_WHOLE} events only the first {len(dealt)} are dealt with: {named}"
            yield _Wrong("first-only", self.ordinary, detail)
        elif dealt == [_WHOLE - 1]:
            yield _Wrong(
                "batch", self.ordinary, f"of {_WHOLE} events only the last is dealt with: {named}"
            )
        else:
            left = ", ".join(str(number + 1) for number in lost)
            yield _Wrong(
                "batch",
                self.ordinary,
                f"of {_WHOLE} events nothing is done for records {left}: {named}",
            )

    def _said(self, view: EffectsView, number: int) -> list[str]:
        """What is said, without the name of the repository of an event."""
        return [text.replace(self._name(number), "") for _, text in view.texts]

    def _name(self, number: int) -> str:
        return str(json_path.at(self._own[number].event, _REPOSITORY))

    # --- a bad one among them ---------------------------------------------------------------------

    def _bad(self) -> _Bad | None:
        """A record that fails alone: a valid event if there is any, else one that is no event of ours."""
        failing = [
            trial
            for trial in self._trials
            if trial.case.kind == self.kind and _fails_alone(trial.outcome)
        ]
        for trial in failing[:_TRIED]:
            again = self._ask([trial.case])
            if _fails_alone(again):
                return _Bad(trial.case.event, again, trial)
        if failing:
            return None
        alone = self._called(running.payload(self._call, [_FOREIGN], self.via))
        return _Bad(_FOREIGN, alone) if _fails_alone(alone) else None

    def _among_good(self, bad: _Bad) -> Iterator[_Wrong]:
        """What becomes of good records that come with a bad one, and what is said of each."""
        payload, done = self._with(bad, _BAD)
        ids = batch_response.identifiers(payload)
        case = self.ordinary if bad.trial is None else bad.trial.case
        if done.status is Status.RAISED:
            if ids and bad.trial is not None and bad.alone.status is Status.RAISED:
                raised = (done.exception or "an exception").rpartition(".")[2]
                again = f"record {_BAD + 1} of {_WHOLE} raises {raised}: the {_WHOLE - 1} good ones are tried again"
                yield _Wrong("batch-retried", case, f"{again} with it")
            return
        if done.status is not Status.RETURNED:
            return
        if ids and batch_response.reports(done.returned):
            if detail := batch_response.malformed(done.returned, payload) or self._misnamed(
                done, payload, ids
            ):
                yield _Wrong("partial-failure", case, detail)
        elif bad.trial is not None and bad.alone.status is Status.RAISED:
            _, first = self._with(bad, 0)
            if first.status is Status.RAISED:
                detail = (
                    f"what raises as the first of {_WHOLE} events is not looked at as the fifth"
                )
                yield _Wrong("first-only", case, detail, first.exception, first.location)
            elif ids and first.status is Status.RETURNED:
                detail = f"record {_BAD + 1} of {_WHOLE} raises when it is alone; among others it is taken for done"
                yield _Wrong("partial-failure", case, detail)

    def _with(self, bad: _Bad, number: int) -> tuple[Any, Outcome]:
        """The payload of good events with a bad one in this place, and what came of it."""
        events = [
            running.distinct(one, self.calls * _WHOLE + nth + 1).event
            for nth, one in enumerate(self._own)
        ]
        events[number] = bad.event
        payload = running.payload(self._call, events, self.via)
        return payload, self._called(payload)

    def _misnamed(self, done: Outcome, payload: Any, ids: Sequence[str]) -> str:
        """What is wrong with the records that an answer names, if anything is."""
        named = batch_response.named(done.returned, ids)
        retried = (
            set(range(min(named), _WHOLE)) if named and batch_response.is_stream(payload) else named
        )
        if _BAD not in retried:
            return f"record {_BAD + 1} of {_WHOLE} fails and is not named: it is taken for done"
        good = [number for number in range(_WHOLE) if number != _BAD]
        view = EffectsView.of(done, {})
        known = self._ten is not None and all(self._ten.says(self._name(number)) for number in good)
        for number in good:
            is_done = known and view.says(self._name(number))
            if known and not is_done and number not in retried:
                return f"record {number + 1} of {_WHOLE} is neither dealt with nor named: it is taken for done"
            needless = number < _BAD or (
                is_done and self.via != "sqs-fifo" and not batch_response.is_stream(payload)
            )
            if number in retried and needless:
                return f"record {number + 1} of {_WHOLE} is good, and named all the same: it is done again"
        return ""

    def _unreported(self, feed: Feed) -> Iterator[_Wrong]:
        if any(
            done.status is Status.RETURNED and batch_response.reports(done.returned)
            for done in self._answers
        ):
            yield _Wrong(
                "unreported",
                self.ordinary,
                f"{feed.place}: the mapping has no FunctionResponseTypes with ReportBatchItemFailures",
            )

    # --- no event ---------------------------------------------------------------------------------

    def _control(self) -> Iterator[_Wrong]:
        """What is done with a message that holds no event."""
        done = self._called(logs.control_message())
        if done.status is not Status.RETURNED:
            said = _line(done.message) or done.status.value
            yield _Wrong("control-message", self.ordinary, said, done.exception, done.location)
        elif acts := EffectsView.of(done, {}).calls:
            yield _Wrong(
                "control-message", self.ordinary, f"it brings about {', '.join(sorted(acts))}"
            )

    # --- calls ------------------------------------------------------------------------------------

    def _asked(self, events: Sequence[Case], *, same: bool = False) -> tuple[Any, Outcome]:
        """The payload of some events, each with an id that no other call has, and what came of it."""
        numbers = [
            self.calls * _WHOLE + (0 if same else number) + 1 for number in range(len(events))
        ]
        given = [
            running.distinct(one, number).event for one, number in zip(events, numbers, strict=True)
        ]
        payload = running.payload(self._call, given, self.via)
        return payload, self._called(payload)

    def _ask(self, events: Sequence[Case]) -> Outcome:
        return self._asked(events)[1]

    def _called(self, payload: Any) -> Outcome:
        self.calls += 1
        done = self._call(payload)
        self._answers.append(done)
        return done


def _line(message: str) -> str:
    return message.partition("\n")[0]


def _is_well(done: Outcome) -> bool:
    """Whether all was done, as far as can be seen."""
    ended = any(one.ends for one in done.caught)
    return (
        done.status is Status.RETURNED
        and not ended
        and not batch_response.gives_back(done.returned)
    )


def _fails_alone(done: Outcome) -> bool:
    if done.status is Status.RETURNED:
        return batch_response.gives_back(done.returned)
    return done.status is Status.RAISED


def _told_apart(ordinary: Case) -> list[Case]:
    """Ten ordinary events of which each is of another repository, where the kind says one."""
    if not isinstance(json_path.at(ordinary.event, _REPOSITORY), str):
        return [ordinary] * _WHOLE
    return [
        replace(
            ordinary,
            id=f"batch/{name}",
            text=json_text.compact(_renamed(ordinary.event, name)),
        )
        for name in _NAMES
    ]


def _renamed(event: dict[str, Any], name: str) -> dict[str, Any]:
    """The event of a repository of another name, which the ARNs among its resources say too, and of another digest."""
    old = json_path.at(event, _REPOSITORY)
    place(event, _REPOSITORY, f"{name}-service")
    if isinstance(json_path.at(event, _DIGEST), str):
        place(event, _DIGEST, f"sha256:{hashlib.sha256(name.encode()).hexdigest()}")
    arns = event.get("resources", [])
    event["resources"] = [
        one.replace(f":repository/{old}", f":repository/{name}-service") for one in arns
    ]
    return event


def _times(calls: Mapping[str, int], number: int) -> Counter[str]:
    return Counter({name: count * number for name, count in calls.items()})
