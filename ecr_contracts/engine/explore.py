"""The search beyond the cases: Hypothesis varies the values within the choices, and combines more of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory
from typing import Any

from ecr_contracts.core.findings import Evidence
from ecr_contracts.engine.causes.grouping import Diagnosis
from ecr_contracts.engine.checks.outcome import symptoms
from ecr_contracts.engine.trial import PATIENCE, Call, Trial, outcome_of
from ecr_contracts.events.generate import cases
from ecr_contracts.runtime.outcome import Status

_ROUNDS = 4  # searches, each for what the ones before did not find
_SHRINKS = 300  # calls that it may take to make what was found simple


class _Untold(Exception):  # noqa: N818 - it tells Hypothesis of a fault, and nobody else sees it
    """Something goes wrong that is of no finding yet."""


def explore(
    call: Call, diagnosis: Diagnosis, examples: int, evidence: Evidence | None = None
) -> int:
    """Look for faults that the cases did not show, and add the simplest event of each to the diagnosis.

    The events are the same in every run. `examples` are drawn at the most, of which those count
    that rest on the `evidence` or stronger; what is found is then shrunk. Returns how many calls
    were made.
    """
    made = late = 0
    left = examples
    for number in range(_ROUNDS):
        if left <= 0 or late >= PATIENCE:
            break
        search = _Search(call, diagnosis, evidence or Evidence.INFERRED, number, late)
        search.run(left)
        made += search.calls
        late = search.late
        left -= search.before
        if not search.found:
            break
        diagnosis.trials += search.found.values()
        diagnosis.findings()
    return made


@contextmanager
def _nothing_kept() -> Iterator[None]:
    """Have Hypothesis keep what it notes of the modules around it in a folder that is gone afterwards."""
    from hypothesis import configuration

    before = getattr(configuration, "__hypothesis_home_directory", None)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)


class _Search:
    """One run of Hypothesis: the simplest trial of each fault that it meets."""

    def __init__(
        self, call: Call, diagnosis: Diagnosis, evidence: Evidence, number: int, late: int
    ) -> None:
        self.found: dict[object, Trial] = {}
        self.calls = 0
        self.before = 0
        self.late = late
        self._call = call
        self._diagnosis = diagnosis
        self._evidence = evidence
        self._number = number
        self._sorts: dict[object, type[_Untold]] = {}

    def run(self, examples: int) -> None:
        """Draw events, and shrink those that show something new."""
        from concurrent.futures import ThreadPoolExecutor

        from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
        from hypothesis.errors import Flaky

        from ecr_contracts.events.generate.strategies import ecr_events

        search = settings(
            max_examples=examples,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
            database=None,
            deadline=None,
            derandomize=False,
            print_blob=False,
        )
        strategy = ecr_events(self._diagnosis.contract.kind)
        with ThreadPoolExecutor(1) as elsewhere:
            # Made within somebody's test of Hypothesis, it would be refused as nested; in another
            # thread it is not.
            drawing = elsewhere.submit(given, event=strategy).result()
        with _nothing_kept(), suppress(_Untold, ExceptionGroup, Flaky):
            seed(self._number)(search(drawing(self._try)))()

    def _try(self, event: dict[str, Any]) -> None:
        if self.late >= PATIENCE or self.calls - self.before > _SHRINKS:
            return
        self.before += not self.found
        if self._evidence is not Evidence.INFERRED and self._case(event).evidence < self._evidence:
            return
        self.calls += 1
        outcome = outcome_of(self._call, event, self._diagnosis.contract.kind, self._diagnosis.via)
        self.late += outcome.status is Status.TIMED_OUT
        observed = tuple(symptoms(outcome))
        if not observed:
            return
        trial = Trial(self._case(event), self._diagnosis.via, outcome, observed)
        for signature in self._diagnosis.unexplained(trial)[:1]:
            # The last that Hypothesis tries is the simplest. Each fault has an exception of its
            # own, for it to know.
            self.found[signature] = trial
            raise self._sorts.setdefault(signature, type("Untold", (_Untold,), {}))

    def _case(self, event: dict[str, Any]) -> cases.Case:
        return cases.of_event(self._diagnosis.contract, event)
