"""Trials: one case given to a subject in one envelope, and what came of it.

Nothing is explained here. A subject is called through a `BaselineCache`, which remembers what it
does with the ordinary event of each kind; a `TrialRun` gives it the cases of one kind in one
envelope, each once, and gives up on a subject that does not answer; a `Prober` makes the further
calls that tell causes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ecr_contracts.core import json_path, json_text
from ecr_contracts.engine.checks import batch_response, catalog
from ecr_contracts.engine.checks.outcome import Symptom, symptoms
from ecr_contracts.engine.reach import EnteredBlocks
from ecr_contracts.engine.time_limit import TimeLimit
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.eventbridge.rules.transformer import UNDELIVERED
from ecr_contracts.eventbridge.rules.world import WHOLE_WORLD, World
from ecr_contracts.events.generate.cases import ORDINARY, SAMPLE, Case
from ecr_contracts.runtime.outcome import CaughtException, Fault, Outcome, Status, Stop


class Call(Protocol):
    """How a subject is called, in a worker process or in this one."""

    def __call__(self, payload: Any, *, trace: bool = False, ecr_payload: Any = None) -> Outcome:
        """What the subject does with a payload.

        With `trace` it is also noted what it reads. `ecr_payload` is the payload that ECR's answers
        are made to agree with, where that is another one.
        """


Carry = Callable[[Sequence[Mapping[str, Any]], str], Any]
"""What reaches a consumer of some events, in the envelope of a name."""

_ID_LENGTH, _ID_HEAD = 36, 24

_PROBED = 1000
"""The number of the first event of other values that is tried; no event is repeated so often."""

FIREHOSE = "firehose"
"""The envelope whose records are wanted back."""

_SETTLING = frozenset({"sqs.DeleteMessage", "sqs.DeleteMessageBatch"})
"""Calls that a queue's message is over with, whatever became of its event."""

PATIENCE = 5
"""Calls without an answer, after which a run is given up."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One call of a consumer: the case, how it was wrapped, and what came of it."""

    case: Case
    via: str
    outcome: Outcome
    symptoms: tuple[Symptom, ...]

    @property
    def failed(self) -> bool:
        """Whether the call went wrong as a whole, so that later faults could not show.

        What stops at an answer of the sandbox has no symptom of it, and says nothing of what lies
        behind.
        """
        return self.stop is not None or any(symptom.ends for symptom in self.symptoms)

    @property
    def stop(self) -> Stop | None:
        """The answer of the sandbox that the call did not get beyond."""
        return self.outcome.stopped

    @property
    def is_late(self) -> bool:
        """Whether there was no answer in time."""
        return self.outcome.status is Status.TIMED_OUT


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """A case that failed in an envelope, with the check that it failed and its exception's name.

    `exception` is None where none was raised.
    """

    case: Case
    via: str
    check: str
    exception: str | None


class BaselineCache:
    """Calls a subject, and remembers its outcome for the ordinary event of each kind and envelope.

    The ordinary event is given the first time that its outcome is asked for; `baselines` may hold
    outcomes that are known already. `carry` makes the payload of some events in an envelope.
    `world` says which events reach the subject: only such are to be given.
    """

    def __init__(
        self,
        call: Callable[..., Outcome],
        baselines: dict[tuple[str, str], Outcome] | None = None,
        carry: Carry = registry.carry,
        world: World = WHOLE_WORLD,
    ) -> None:
        self.carry, self.world = carry, world
        self.entered = EnteredBlocks()
        """What its calls entered of the subject's own code."""
        self._call = call
        self._baselines = {} if baselines is None else baselines
        self._used: set[tuple[str, str]] = set()

    def __call__(self, payload: Any, **options: Any) -> Outcome:
        """What the subject does with a payload; nothing where none is delivered."""
        if payload is UNDELIVERED:
            return Outcome(Status.RETURNED)
        outcome = self._call(payload, **options)
        self.entered.add(outcome.entered)
        return outcome

    def unshielded(self) -> BaselineCache:
        """The same without its rules: it may be called with any event."""
        return BaselineCache(self._call, self._baselines, self.carry)

    def learn(self, baselines: Mapping[tuple[str, str], Outcome]) -> None:
        """Take over outcomes of ordinary events that others have asked for."""
        self._baselines |= baselines
        for outcome in baselines.values():
            self.entered.add(outcome.entered)

    def known(self, case: Case, via: str) -> Outcome | None:
        """The outcome of the ordinary case where it is known: once, so that repeating is a call."""
        run = (case.kind, via)
        if case.id != f"{case.kind}/{ORDINARY}" or run in self._used:
            return None
        outcome = self._baselines.get(run)
        if outcome is None:
            return None
        self._used.add(run)
        if outcome.caught:
            return replace(outcome, swallowed=swallowed(outcome, outcome))
        return outcome

    def baseline(self, kind: str, via: str) -> Outcome:
        """What the subject does with the ordinary event of a kind."""
        if (kind, via) not in self._baselines:
            event = self.world.ordinary_case(kind).event
            self._baselines[kind, via] = self(self.carry([event], via))
        return self._baselines[kind, via]


def payload_of(call: Call, events: Sequence[Mapping[str, Any]], via: str) -> Any:
    """What reaches a consumer of some events, each of which its rules let through.

    Raises UnknownNameError for an unknown envelope.
    """
    carry: Carry = registry.carry
    if isinstance(call, BaselineCache):
        carry = call.carry
        assert all(map(call.world.admits, events)), "a rule lets no such event through"
    return carry(events, via)


def outcome_of(call: Call, event: Any, kind: str, via: str) -> Outcome:
    """What a consumer does with one event.

    Its `swallowed` says whether an exception lost what is done with the ordinary event.
    """
    outcome = call(payload_of(call, [event], via))
    if not outcome.caught or not isinstance(call, BaselineCache):
        return outcome
    return replace(outcome, swallowed=swallowed(outcome, call.baseline(kind, via)))


def swallowed(outcome: Outcome, usual: Outcome) -> CaughtException | None:
    """The caught exception that lost the event although the call ended normally; None if none did.

    It was caught by a block that only logs, prints or returns a constant, in code that does no more
    after it. If all usual effects still happen, nothing was lost. Where the usual call has no
    effects, the event counts as lost only if the outermost function of the consumer caught it. That
    the message is deleted is no work: where nothing else is seen, it is as if nothing were.
    """
    if outcome.status is not Status.RETURNED or batch_response.reports_failure(outcome.returned):
        return None
    usual_effects = _changing_effects(usual)
    loses_effects = bool(usual_effects - _changing_effects(outcome))
    is_seen = loses_effects or any(name not in _SETTLING for _, name in usual_effects)
    shows_effects = is_seen and not any(caught.ends for caught in usual.caught)
    # What follows in a poll loop only deletes the message, or asks for the next: else it shows.
    is_over = shows_effects and bool(batch_response.polled(outcome.returned))
    for caught in outcome.caught:
        later = outcome.effects[caught.after :]
        goes_on = any(effect.changes and effect.name not in _SETTLING for effect in later)
        loses_event = loses_effects if shows_effects else caught.outermost
        ends = caught.ends or is_over
        if ends and caught.stop is None and not goes_on and loses_event:
            return caught
    return None


def answered_badly(outcome: Outcome, payload: Any) -> str:
    """What is wrong with what Firehose gets back of a payload, if anything is."""
    if payload is UNDELIVERED or outcome.status is not Status.RETURNED or outcome.unserialisable:
        return ""
    return batch_response.transformation_problem(outcome.returned, payload)


def _changing_effects(outcome: Outcome) -> Counter[tuple[str, str]]:
    """How often an outcome has each effect that changes anything in the world."""
    return Counter((effect.sort.value, effect.name) for effect in outcome.effects.changing)


class Prober:
    """Further calls of a consumer, made to tell causes: `limit` of them for each fault.

    It gives up after a few that are not answered. `trials` are those so far, without repeated
    ones; `calls` counts all. It is spent when no more may be made for this fault, or no `time` is
    left.
    """

    def __init__(
        self,
        call: Call,
        kind: str,
        via: str,
        limit: int,
        *,
        late: int = 0,
        time: TimeLimit | None = None,
    ) -> None:
        self.kind, self.via = kind, via
        self.trials: list[Trial] = []
        self.calls = 0
        self._time = time or TimeLimit()
        self._call = call
        self._limit = self._left = limit
        self._late = late

    @property
    def is_spent(self) -> bool:
        """Whether no further call may be made."""
        return self._left <= 0 or self._late >= PATIENCE or self._time.is_over

    def renew(self) -> None:
        """Turn to the next fault."""
        self._left = self._limit

    def __call__(self, case: Case) -> Trial | None:
        """The trial of a case, or None when the limit is reached."""
        # Values are tried that one event of a kind has, with the id of that.
        number = _PROBED + self.calls if case.is_valued else 0
        trial = self.again(case, number)
        if trial is not None:
            self.trials.append(trial)
        return trial

    def again(self, case: Case, number: int = 1) -> Trial | None:
        """One more trial of a case that was tried before, with an event id of its own."""
        if self.is_spent:
            return None
        self.calls += 1
        self._left -= 1
        trial = run_trial(self._call, case, self.via, number)
        self._late += trial.is_late
        return trial


def ordinary_case(kind: str) -> Case:
    """The ordinary event of a kind, whatever a rule lets through."""
    return WHOLE_WORLD.ordinary_case(kind)


def world_of(call: Call) -> World:
    """Which events reach what is called."""
    return call.world if isinstance(call, BaselineCache) else WHOLE_WORLD


def run_trial(call: Call, case: Case, via: str, number: int = 0) -> Trial:
    """One case given to a consumer. Raises UnknownNameError for an envelope that does not exist."""
    case = distinct(case, number)
    outcome = None
    if isinstance(call, BaselineCache) and not number:
        outcome = call.known(case, via)
    if outcome is None:
        outcome = outcome_of(call, case.event, case.kind, via)
    if via == FIREHOSE:
        problem = answered_badly(outcome, payload_of(call, [case.event], via))
        if problem:
            fault = Fault(catalog.BATCH_ANSWER, problem)
            outcome = replace(outcome, faults=(*outcome.faults, fault))
    return Trial(case, via, outcome, tuple(symptoms(outcome)))


def distinct(case: Case, number: int = 0) -> Case:
    """The case with an event id of its own: a consumer may leave alone what it has seen.

    Real events have one too. Only the last twelve digits are changed, so that the id is of the same
    choice. The ordinary event, AWS's sample, and events of other values keep theirs, unless it is
    not their first time (`number`).
    """
    keeps_id = case.is_valued or case.id.endswith((f"/{SAMPLE}", f"/{ORDINARY}"))
    if keeps_id and not number:
        return case
    event = with_own_id(case.event, f"{case.id}/{number}" if number else case.id)
    return replace(case, text=json_text.compact(event))


def with_own_id(event: Mapping[str, Any], seed: str) -> dict[str, Any]:
    """A copy of an event with an event id that only this seed gives, of the same choice.

    What is laid out otherwise than ids are keeps it.
    """
    event_id = event.get("id")
    if not isinstance(event_id, str) or len(event_id) != _ID_LENGTH:
        return dict(event)
    digits = hashlib.sha256(seed.encode()).hexdigest()
    return {**event, "id": event_id[:_ID_HEAD] + digits[: _ID_LENGTH - _ID_HEAD]}


class TrialRun:
    """The cases of one kind in one envelope, each given to a subject once.

    A subject that does not answer is given up after `PATIENCE` such cases; a case that has all the
    choices of one that was not answered is left out, for it would not be answered either and would
    take as long.
    """

    def __init__(self, call: Call, kind: str, via: str) -> None:
        self.kind, self.via = kind, via
        self._call = call
        self._ordinary = world_of(call).contract(kind).ordinary
        self._made: dict[str, Trial] = {}
        self._without_misprints: dict[str, Trial] = {}
        self._hung: list[set[tuple[str, str | None]]] = []

    @property
    def is_given_up(self) -> bool:
        """Whether so many cases were not answered that no other is given."""
        return len(self._hung) >= PATIENCE

    @property
    def trials(self) -> Iterable[Trial]:
        """Those that were made so far."""
        return self._made.values()

    def has_given(self, case: Case) -> bool:
        """Whether a case was given before."""
        return case.id in self._made

    def give(self, case: Case) -> Trial | None:
        """The trial of a case, made now or before; None if the case is left out."""
        trial = self._made.get(case.id)
        if trial is None and not self._is_left_out(case):
            trial = self._made[case.id] = run_trial(self._call, case, self.via)
            if trial.is_late:
                self._hung.append(self._deviations(case))
        return trial

    def give_without_misprints(self, case: Case) -> Trial | None:
        """The trial of a case as `give` has it, for AWS's sample without its harmless misprints."""
        if case.id not in self._without_misprints:
            trial = self.give(case)
            if trial is None:
                return None
            self._without_misprints[case.id] = without_misprints(self._call, trial)
        return self._without_misprints[case.id]

    def _is_left_out(self, case: Case) -> bool:
        if self.is_given_up:
            return True
        choices = case.labels.items()
        return any(hung and hung <= choices for hung in self._hung)

    def _deviations(self, case: Case) -> set[tuple[str, str | None]]:
        """The choices of a case that the ordinary event has not."""
        deviations: set[tuple[str, str | None]] = set()
        for path, label in case.labels.items():
            if label != self._ordinary.get(path):
                deviations.add((path, label))
        return deviations


def run_trials(call: Call, cases: Iterable[Case], via: str) -> Iterator[Trial]:
    """The trials of the cases of one kind, in order, as they are made; not of those left out."""
    run: TrialRun | None = None
    for case in cases:
        run = run or TrialRun(call, case.kind, via)
        trial = run.give(case)
        if trial is not None:
            yield trial
        if run.is_given_up:
            return


def without_misprints(call: Call, trial_of_sample: Trial) -> Trial:
    """A trial of AWS's sample that fails, without AWS's misprints if it fails without them too.

    Where it does not, the trial comes back as it is: its labels say None where the sample has what
    no real event has.
    """
    labels = dict(trial_of_sample.case.labels)
    misprinted = [path for path, label in labels.items() if label is None]
    if not (misprinted and trial_of_sample.symptoms):
        return trial_of_sample
    contract = world_of(call).contract(trial_of_sample.case.kind)
    event = trial_of_sample.case.event
    for path in misprinted:
        steps = contract.by_path[path].steps
        json_path.put(event, steps, json_path.at(contract.baseline, steps))
        labels[path] = contract.ordinary[path]
    if not world_of(call).admits(event):
        return trial_of_sample
    text = json_text.compact(event)
    mended = replace(trial_of_sample.case, labels=labels, text=text)
    repeated = run_trial(call, mended, trial_of_sample.via)
    if _behaviours(repeated) != _behaviours(trial_of_sample):
        return trial_of_sample
    return replace(trial_of_sample, case=replace(trial_of_sample.case, labels=labels))


def _behaviours(trial: Trial) -> list[object]:
    return [(symptom.check, symptom.exception, symptom.location) for symptom in trial.symptoms]
