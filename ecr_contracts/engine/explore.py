"""The search beyond the cases: Hypothesis draws other values, and combinations of more choices."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.findings import Evidence
from ecr_contracts.engine.causes.grouping import Diagnosis
from ecr_contracts.engine.checks.outcome import symptoms
from ecr_contracts.engine.time_limit import TimeIsOver, TimeLimit
from ecr_contracts.engine.trial import PATIENCE, Call, Trial, outcome_of, with_own_id, world_of
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.agreeing_times import with_agreeing_times
from ecr_contracts.runtime.outcome import Status

NO_LIMIT = TimeLimit()
"""Where a search takes as long as it takes."""

_ROUNDS = 4  # searches, each for what the ones before did not find
_SHRINKS = 300  # calls that it may take to make what was found simple


class _NewFault(Exception):  # noqa: N818 - it tells Hypothesis of a fault, and nobody else sees it
    """An event shows a fault that no finding accounts for yet."""


def explore(
    call: Call,
    diagnosis: Diagnosis,
    examples: int,
    evidence: Evidence | None = None,
    *,
    seed: int = 0,
    limit: TimeLimit = NO_LIMIT,
) -> int:
    """Look for faults that no case shows, and add the simplest event of each to the diagnosis.

    The events are the same in every run with the same `seed`, unless the `limit` of time ends the
    search. `examples` are drawn at the most, of which those count that rest on the `evidence` or
    stronger; those that show a new fault are then shrunk. Returns how many calls were made.
    """
    calls = late = 0
    left = examples
    for number in range(seed * _ROUNDS, (seed + 1) * _ROUNDS):
        if left <= 0 or late >= PATIENCE or limit.is_over:
            break
        search = _Search(call, diagnosis, evidence or Evidence.INFERRED, number, late, limit)
        search.run(left)
        calls += search.calls
        late = search.late
        left -= search.drawn
        if not search.simplest:
            break
        diagnosis.trials += search.simplest.values()
        diagnosis.findings()
    return calls


@contextmanager
def _temporary_home() -> Iterator[None]:
    """Have Hypothesis keep its notes on the modules around it in a folder that is removed again."""
    from hypothesis import configuration

    before = getattr(configuration, "__hypothesis_home_directory", None)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)


@contextmanager
def _interruptions_kept(search: _Search) -> Iterator[None]:
    """Have a search end by a Ctrl-C that comes while Python collects garbage.

    It is raised in a callback of Hypothesis then, where Python prints it and goes on.
    """
    before = sys.unraisablehook

    def hook(unraisable: sys.UnraisableHookArgs) -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            search.is_interrupted = True
        else:
            before(unraisable)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


class _Search:
    """One run of Hypothesis.

    `simplest` is the simplest trial of each new fault, `calls` counts all calls, `drawn` the events
    until the first fault (what comes later shrinks), `late` the calls without an answer.
    """

    def __init__(
        self,
        call: Call,
        diagnosis: Diagnosis,
        evidence: Evidence,
        number: int,
        late: int,
        limit: TimeLimit,
    ) -> None:
        self.simplest: dict[object, Trial] = {}
        self.calls = 0
        self.drawn = 0
        self.late = late
        self.is_interrupted = False
        self._call = call
        self._diagnosis = diagnosis
        self._evidence = evidence
        self._number = number
        self._limit = limit
        self._exceptions: dict[object, type[_NewFault]] = {}

    def run(self, examples: int) -> None:
        """Draw events, and shrink those that show something new."""
        from concurrent.futures import ThreadPoolExecutor

        from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
        from hypothesis.errors import Flaky

        from ecr_contracts.events.generate.strategies import events_of

        with_settings = settings(
            max_examples=examples,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
            database=None,
            deadline=None,
            derandomize=False,
            print_blob=False,
        )
        strategy = events_of(self._diagnosis.contract)
        with ThreadPoolExecutor(1) as other_thread:
            # Made within somebody's test of Hypothesis, it would be refused as nested; in another
            # thread it is not.
            with_events = other_thread.submit(given, event=strategy).result()
        with_seed = seed(self._number)
        with (
            _interruptions_kept(self),
            _temporary_home(),
            suppress(_NewFault, ExceptionGroup, Flaky, TimeIsOver),
        ):
            with_seed(with_settings(with_events(self._try)))()

    def _try(self, event: dict[str, Any]) -> None:
        """Give an event to the subject. Raises an exception of its own for each new fault.

        And TimeIsOver where no time is left.
        Its times agree, unless its rules let no such event through.
        """
        if self.is_interrupted:
            raise KeyboardInterrupt
        if self._limit.is_over:
            raise TimeIsOver
        if self.late >= PATIENCE or self.calls - self.drawn > _SHRINKS:
            return
        self.drawn += not self.simplest
        agreeing = with_agreeing_times(self._diagnosis.contract, event)
        if world_of(self._call).admits(agreeing):
            event = agreeing
        if self._evidence is not Evidence.INFERRED and self._case(event).evidence < self._evidence:
            return
        self.calls += 1
        kind, envelope = self._diagnosis.contract.kind, self._diagnosis.via
        # Hypothesis draws one id again and again, and a consumer may leave alone what it has seen.
        fresh = with_own_id(event, f"{kind}/{envelope}/{self._number}/{self.calls}")
        outcome = outcome_of(self._call, fresh, kind, envelope)
        self.late += outcome.status is Status.TIMED_OUT
        observed = tuple(symptoms(outcome))
        if not observed:
            return
        case = replace(self._case(event), text=json_text.compact(fresh))
        trial = Trial(case, envelope, outcome, observed)
        for signature in self._diagnosis.unexplained(trial)[:1]:
            # The last that Hypothesis tries is the simplest. It tells faults apart by the types of
            # their exceptions.
            self.simplest[signature] = trial
            raise self._exceptions.setdefault(signature, type("NewFault", (_NewFault,), {}))

    def _case(self, event: dict[str, Any]) -> cases.Case:
        return cases.of_event(self._diagnosis.contract, event)
