"""Batch checks: events that pass alone must pass together, and a failing record is told from them.

Only events of which it is known what the consumer does with each alone are put into one batch. What
it answers is read by `batch_response`; which events it dealt with is seen by the names of their
repositories, another one for each event, in its effects.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.findings import Evidence
from ecr_contracts.discovery.iac.cloudformation.feeds import Feed
from ecr_contracts.engine.causes.model import is_listed
from ecr_contracts.engine.checks import batch_response
from ecr_contracts.engine.checks.catalog import WRONGLY_SETTLED
from ecr_contracts.engine.relations.effects_view import EffectsView
from ecr_contracts.engine.relations.violation import RelationResult, RelationViolation
from ecr_contracts.engine.trial import (
    FIREHOSE,
    BaselineCache,
    Trial,
    answered_badly,
    distinct,
    payload_of,
)
from ecr_contracts.eventbridge.envelopes import logs, streams
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.eventbridge.rules.world import World
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.runtime.outcome import Outcome, Status

CHECKED = (
    "batch",
    "partial-failure",
    WRONGLY_SETTLED,
    "batch-retried",
    "unreported",
    "control-message",
)
"""The checks of this module alone; it also tells of `first-only` and `batch-answer`."""

_CONTROL_MESSAGES = {"logs": logs.control_message, "kinesis-logs": streams.control_message}
"""Payloads without an event that CloudWatch Logs tests its destination with, by the envelope."""

_REPOSITORY: json_path.Steps = ("detail", "repository-name")
_DIGEST: json_path.Steps = ("detail", "image-digest")
_SIZE = 10  # the records of a batch: as many as SQS hands over unless told otherwise
_BAD = 4  # the number of the failing one among them
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
class _Batch:
    """Several events in one envelope, and the words for them; perhaps they are one event twice."""

    words: str
    cases: Sequence[Case]
    is_one_event: bool = False


@dataclass(frozen=True, slots=True)
class _FailingRecord:
    """A record that fails alone, and its outcome then; the trial where it is a valid event."""

    event: Any
    alone: Outcome
    trial: Trial | None = None


def check_batches(
    call: BaselineCache,
    kind: str,
    via: str,
    trials: Sequence[Trial],
    off: Sequence[str] = (),
    evidence: Evidence = Evidence.INFERRED,
    *,
    kinds: Sequence[str] = (),
    feed: Feed | None = None,
) -> RelationResult:
    """What goes wrong with batches of events of a kind, of which these are the trials alone.

    Checks that are `off` say nothing, and no event rests on less than the `evidence`. `kinds` are
    all that the consumer is given. `feed` is the event source mapping that hands the batches over,
    where that is known.
    """
    if not envelope(via).batches or (feed is not None and feed.size == 1):
        return RelationResult()
    batches = _Batches(call, kind, via, trials, evidence, kinds)
    first_of_check: dict[str, RelationViolation] = {}
    for violation in batches.violations(feed):
        if violation.check not in off:
            first_of_check.setdefault(violation.check, violation)
    findings = tuple(violation.finding(via) for violation in first_of_check.values())
    return RelationResult(findings, batches.calls)


class _Batches:
    """Batches of one kind, in one envelope."""

    def __init__(
        self,
        call: BaselineCache,
        kind: str,
        via: str,
        trials: Sequence[Trial],
        evidence: Evidence,
        kinds: Sequence[str],
    ) -> None:
        self.kind, self.via = kind, via
        self.calls = 0
        self.baseline = call.world.ordinary_case(kind)
        self._call = call
        self._trials: list[Trial] = []
        for trial in trials:
            # What AWS prints in its samples alone never comes in a batch.
            if is_listed(trial.case.labels) and trial.case.evidence >= evidence:
                self._trials.append(trial)
        self._other_kinds = [other for other in kinds if other != kind]
        self._outcomes = [trial.outcome for trial in trials]
        self._distinct = _of_ten_repositories(self.baseline, call.world)
        self._all_handled: EffectsView | None = None

    def violations(self, feed: Feed | None) -> Iterator[RelationViolation]:
        """Everything that goes wrong, each with its check."""
        usual = self._call.baseline(self.kind, self.via)
        if _is_success(usual):
            if not _is_success(self._batch([self._distinct[0]])[1]):
                # It knows the repositories that it deals with.
                self._distinct = [self.baseline] * _SIZE
            yield from self._together()
            if self.via in _CONTROL_MESSAGES:
                yield from self._control_message()
            if failing := self._failing_record():
                yield from self._among_good(failing)
        if feed is not None and feed.reports is False:
            yield from self._unreported(feed)

    # --- events that pass alone -------------------------------------------------------------------

    def _together(self) -> Iterator[RelationViolation]:
        """What goes wrong with events that pass alone: the first batch that fails twice."""
        for batch in self._batches_of_good():
            if len(batch.cases) < 2:
                continue
            payload, outcome = self._batch(batch.cases, is_one_event=batch.is_one_event)
            if self._is_failure(outcome, payload):
                payload, again = self._batch(batch.cases, is_one_event=batch.is_one_event)
                if self._is_failure(again, payload):
                    yield self._failure(batch, again, payload)
                    return
            elif batch.cases is self._distinct:
                yield from self._unhandled(EffectsView.from_outcome(outcome, {}))

    def _batches_of_good(self) -> list[_Batch]:
        """The batches of events that pass alone."""
        varied = [self.baseline]
        for trial in self._trials:
            is_clean = not trial.failed and not trial.symptoms and not trial.outcome.caught
            if is_clean and not trial.case.is_valued:
                varied.append(trial.case)
        varied = varied[:_SIZE]
        mixed = [self.baseline]
        for kind in self._other_kinds:
            if _is_success(self._call.baseline(kind, self.via)):
                mixed.append(self._call.world.ordinary_case(kind))
        return [
            _Batch("2 events", self._distinct[:2]),
            _Batch("the same event twice", [self.baseline, self.baseline], is_one_event=True),
            _Batch("10 events", self._distinct),
            _Batch(f"{len(varied)} events, each of another sort,", varied),
            _Batch(f"{len(mixed)} events, each of another kind,", mixed),
        ]

    def _is_failure(self, outcome: Outcome, payload: Any) -> bool:
        """Whether a batch goes wrong; to be late is no failure, for time is given for one event."""
        if outcome.status is Status.TIMED_OUT or outcome.stopped is not None:
            return False
        return not _is_success(outcome) or bool(self._answered_badly(outcome, payload))

    def _answered_badly(self, outcome: Outcome, payload: Any) -> str:
        return answered_badly(outcome, payload) if self.via == FIREHOSE else ""

    def _failure(self, batch: _Batch, outcome: Outcome, payload: Any) -> RelationViolation:
        """The violation of a batch of good events that fails."""
        in_one_batch = f"with {batch.words} in one batch"
        if outcome.status is not Status.RETURNED:
            problem = _first_line(outcome.message) or outcome.status.value
            return self._violation("batch", f"{problem}, {in_one_batch}", outcome)
        for caught in outcome.caught:
            if caught.ends:
                problem = f"{_first_line(caught.message)}, which is caught and left at that"
                return RelationViolation(
                    "batch",
                    self.baseline,
                    f"{problem}, {in_one_batch}",
                    exception=caught.exception,
                    location=caught.raised or caught.where,
                )
        if problem := self._answered_badly(outcome, payload):
            return self._violation("batch-answer", f"of {batch.words} in one batch, {problem}")
        problem = "though each does well alone, records are answered as failed"
        if batch_response.polled(outcome.returned):
            problem = "though each is deleted alone, messages are left in the queue"
        return self._violation("batch", f"{problem}, {in_one_batch}", outcome)

    def _violation(
        self, check: str, detail: str, outcome: Outcome | None = None
    ) -> RelationViolation:
        """A violation that the baseline event shows, with what an outcome ended by."""
        if outcome is None:
            return RelationViolation(check, self.baseline, detail)
        return RelationViolation(
            check,
            self.baseline,
            detail,
            exception=outcome.exception,
            location=outcome.location,
        )

    def _unhandled(self, together: EffectsView) -> Iterator[RelationViolation]:
        """Events of a batch without any effect, while others have all those that each has alone."""
        if len({self._name(number) for number in range(_SIZE)}) < _SIZE:
            return
        self._all_handled = together
        handled = [number for number in range(_SIZE) if together.mentions(self._name(number))]
        unhandled = [number for number in range(_SIZE) if number not in handled]
        if not handled or not unhandled:
            return
        first_handled = self._view_alone(handled[0])
        first_unhandled = self._view_alone(unhandled[0])
        expected = Counter({name: n * len(handled) for name, n in first_handled.calls.items()})
        if first_unhandled.calls != first_handled.calls or together.calls != expected:
            return
        if len(handled) == 1:
            # Who sums up what came together names one, and says something else of it than of that
            # one alone.
            number = handled[0]
            if self._unnamed_texts(together, number) != self._unnamed_texts(first_handled, number):
                return
        check, problem = _unhandled_words(handled, unhandled)
        calls = ", ".join(sorted(first_handled.calls))
        yield self._violation(check, f"of {_SIZE} events {problem}: {calls}")

    def _view_alone(self, number: int) -> EffectsView:
        """What is done with one of the distinct events alone."""
        _, outcome = self._batch([self._distinct[number]])
        return EffectsView.from_outcome(outcome, {})

    def _unnamed_texts(self, view: EffectsView, number: int) -> list[str]:
        """What is said, without the name of the repository of an event."""
        return [text.replace(self._name(number), "") for _, text in view.texts]

    def _name(self, number: int) -> str:
        return str(json_path.at(self._distinct[number].event, _REPOSITORY))

    # --- a failing one among them -----------------------------------------------------------------

    def _failing_record(self) -> _FailingRecord | None:
        """A record that fails alone: a valid event if there is any, else one of another sort."""
        failing: list[Trial] = []
        for trial in self._trials:
            if trial.case.kind == self.kind and _is_failed_record(trial.outcome):
                failing.append(trial)
        for trial in failing[:_TRIED]:
            _, again = self._batch([trial.case])
            if _is_failed_record(again):
                return _FailingRecord(trial.case.event, again, trial)
        if failing:
            return None
        alone = self._outcome(payload_of(self._call, [_FOREIGN], self.via))
        return _FailingRecord(_FOREIGN, alone) if _is_failed_record(alone) else None

    def _among_good(self, bad: _FailingRecord) -> Iterator[RelationViolation]:
        """What becomes of good records that come with a failing one, and what is said of each."""
        payload, outcome = self._batch_with(bad, _BAD)
        ids = batch_response.record_ids(payload)
        case = self.baseline if bad.trial is None else bad.trial.case
        raises_alone = bad.trial is not None and bad.alone.status is Status.RAISED
        if outcome.status is Status.RAISED:
            if ids and raises_alone:
                exception = (outcome.exception or "an exception").rpartition(".")[2]
                detail = (
                    f"record {_BAD + 1} of {_SIZE} raises {exception}: "
                    f"the {_SIZE - 1} good ones are tried again with it"
                )
                yield RelationViolation("batch-retried", case, detail)
        elif outcome.status is not Status.RETURNED:
            return
        elif batch_response.polled(outcome.returned):
            yield from self._settled_wrongly(outcome, payload, case)
        elif ids and batch_response.is_partial_response(outcome.returned):
            detail = batch_response.response_problem(outcome.returned, payload)
            detail = detail or self._wrongly_named(outcome, payload, ids)
            if detail:
                yield RelationViolation("partial-failure", case, detail)
        elif raises_alone:
            yield from self._overlooked(bad, case, has_ids=bool(ids))

    def _settled_wrongly(
        self, outcome: Outcome, payload: Any, case: Case
    ) -> Iterator[RelationViolation]:
        """Messages of a poll loop that are deleted or left because of the failing one."""
        ids = batch_response.message_ids(payload)
        left = batch_response.failed_numbers(outcome.returned, ids)
        if _BAD not in left:
            detail = (
                f"message {_BAD + 1} of {_SIZE} is left in the queue when it is alone; "
                "among others it is deleted"
            )
            yield RelationViolation(WRONGLY_SETTLED, case, detail)
            return
        view = EffectsView.from_outcome(outcome, {})
        good = [number for number in range(_SIZE) if number != _BAD]
        is_seen = self._all_handled is not None and self._all_mentioned(self._all_handled, good)
        for number in good:
            is_handled = is_seen and view.mentions(self._name(number))
            if is_seen and not is_handled and number not in left:
                detail = (
                    f"message {number + 1} of {_SIZE} is deleted, and nothing is done for it, "
                    f"since message {_BAD + 1} fails"
                )
                yield RelationViolation(WRONGLY_SETTLED, case, detail)
                return
            if is_handled and number in left:
                detail = (
                    f"message {number + 1} of {_SIZE} is done and left in the queue, since message "
                    f"{_BAD + 1} fails: it is done again"
                )
                yield RelationViolation(WRONGLY_SETTLED, case, detail)
                return

    def _overlooked(
        self, bad: _FailingRecord, case: Case, *, has_ids: bool
    ) -> Iterator[RelationViolation]:
        """What raises alone and not among others: it is not looked at, or caught and forgotten."""
        _, first = self._batch_with(bad, 0)
        if first.status is Status.RAISED:
            yield RelationViolation(
                "first-only",
                case,
                f"what raises as the first of {_SIZE} events is not looked at as the fifth",
                exception=first.exception,
                location=first.location,
            )
        elif has_ids and first.status is Status.RETURNED:
            detail = (
                f"record {_BAD + 1} of {_SIZE} raises when it is alone; "
                "among others it is taken for done"
            )
            yield RelationViolation("partial-failure", case, detail)

    def _batch_with(self, bad: _FailingRecord, number: int) -> tuple[Any, Outcome]:
        """The payload of good events with a failing one in this place, and its outcome."""
        events = self._events(self._distinct)
        events[number] = bad.event
        payload = payload_of(self._call, events, self.via)
        return payload, self._outcome(payload)

    def _wrongly_named(self, outcome: Outcome, payload: Any, ids: Sequence[str]) -> str:
        """What is wrong with the records that an answer names as failed, if anything is."""
        is_stream = batch_response.is_stream(payload)
        retried = batch_response.failed_numbers(outcome.returned, ids)
        if retried and is_stream:
            retried = set(range(min(retried), _SIZE))
        if _BAD not in retried:
            return f"record {_BAD + 1} of {_SIZE} fails and is not named: it is taken for done"
        good = [number for number in range(_SIZE) if number != _BAD]
        view = EffectsView.from_outcome(outcome, {})
        is_seen = self._all_handled is not None and self._all_mentioned(self._all_handled, good)
        for number in good:
            is_handled = is_seen and view.mentions(self._name(number))
            if is_seen and not is_handled and number not in retried:
                return (
                    f"record {number + 1} of {_SIZE} is neither dealt with nor named: "
                    "it is taken for done"
                )
            is_any_order = self.via != "sqs-fifo" and not is_stream
            is_needless = number < _BAD or (is_handled and is_any_order)
            if number in retried and is_needless:
                return (
                    f"record {number + 1} of {_SIZE} is good, and named all the same: "
                    "it is done again"
                )
        return ""

    def _all_mentioned(self, view: EffectsView, numbers: Sequence[int]) -> bool:
        return all(view.mentions(self._name(number)) for number in numbers)

    def _unreported(self, feed: Feed) -> Iterator[RelationViolation]:
        """Answers that tell which records failed, though nobody reads them."""
        for outcome in self._outcomes:
            if outcome.status is Status.RETURNED and batch_response.is_partial_response(
                outcome.returned
            ):
                yield self._violation(
                    "unreported",
                    f"{feed.place}: the mapping has no FunctionResponseTypes "
                    "with ReportBatchItemFailures",
                )
                return

    # --- no event ---------------------------------------------------------------------------------

    def _control_message(self) -> Iterator[RelationViolation]:
        """What is done with a message that holds no event."""
        outcome = self._outcome(_CONTROL_MESSAGES[self.via]())
        if outcome.status is not Status.RETURNED:
            problem = _first_line(outcome.message) or outcome.status.value
            yield self._violation("control-message", problem, outcome)
        elif calls := EffectsView.from_outcome(outcome, {}).calls:
            detail = f"it brings about {', '.join(sorted(calls))}"
            yield self._violation("control-message", detail)

    # --- calls ------------------------------------------------------------------------------------

    def _batch(self, cases: Sequence[Case], *, is_one_event: bool = False) -> tuple[Any, Outcome]:
        """The payload of some events, and its outcome."""
        events = self._events(cases, is_one_event=is_one_event)
        payload = payload_of(self._call, events, self.via)
        return payload, self._outcome(payload)

    def _events(self, cases: Sequence[Case], *, is_one_event: bool = False) -> list[dict[str, Any]]:
        """The events of some cases, each with an id that no other call has."""
        events: list[dict[str, Any]] = []
        for number, case in enumerate(cases):
            place_in_batch = 0 if is_one_event else number
            event = distinct(case, self.calls * _SIZE + place_in_batch + 1).event
            events.append(event)
        return events

    def _outcome(self, payload: Any) -> Outcome:
        """What the consumer does with a payload."""
        self.calls += 1
        outcome = self._call(payload)
        self._outcomes.append(outcome)
        return outcome


def _unhandled_words(handled: Sequence[int], unhandled: Sequence[int]) -> tuple[str, str]:
    """The check that unhandled events violate, and what it says of them."""
    if handled == [0]:
        return "first-only", "only the first is dealt with"
    if handled == list(range(len(handled))):
        return "first-only", f"only the first {len(handled)} are dealt with"
    if handled == [_SIZE - 1]:
        return "batch", "only the last is dealt with"
    records = ", ".join(str(number + 1) for number in unhandled)
    return "batch", f"nothing is done for records {records}"


def _first_line(message: str) -> str:
    return message.partition("\n")[0]


def _is_success(outcome: Outcome) -> bool:
    """Whether all was done, as far as can be seen."""
    if outcome.status is not Status.RETURNED or any(caught.ends for caught in outcome.caught):
        return False
    return not batch_response.reports_failure(outcome.returned)


def _is_failed_record(outcome: Outcome) -> bool:
    """Whether the one record of a batch failed, by an exception or by what is answered."""
    if outcome.status is Status.RETURNED:
        return batch_response.reports_failure(outcome.returned)
    return outcome.status is Status.RAISED


def _of_ten_repositories(baseline: Case, world: World) -> list[Case]:
    """Ten baseline events, each of another repository where the kind has repositories.

    They are all the same where the rules do not let other repositories through.
    """
    if not isinstance(json_path.at(baseline.event, _REPOSITORY), str):
        return [baseline] * _SIZE
    distinct: list[Case] = []
    for name in _NAMES:
        text = json_text.compact(_renamed(baseline.event, name))
        distinct.append(replace(baseline, id=f"batch/{name}", text=text))
    if not all(world.admits(case.event) for case in distinct):
        return [baseline] * _SIZE
    return distinct


def _renamed(event: dict[str, Any], name: str) -> dict[str, Any]:
    """The event of another repository, with its ARNs among the resources, and of another digest."""
    old = json_path.at(event, _REPOSITORY)
    json_path.put(event, _REPOSITORY, f"{name}-service")
    if isinstance(json_path.at(event, _DIGEST), str):
        json_path.put(event, _DIGEST, f"sha256:{hashlib.sha256(name.encode()).hexdigest()}")
    old_end, new_end = f":repository/{old}", f":repository/{name}-service"
    event["resources"] = [arn.replace(old_end, new_end) for arn in event.get("resources", [])]
    return event
