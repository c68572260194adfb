"""Refusals among the findings: an exception that a handler raises on purpose, for some events.

Its source says which exceptions are (`discovery.source.refusals`), and the calls have to agree:
other events are let through, the exception follows from no other one, and the same event is refused
each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import PurePosixPath

from ecr_contracts.core.findings import Finding, Location
from ecr_contracts.discovery.source.refusals import Refusals
from ecr_contracts.engine.causes.model import Doubt
from ecr_contracts.engine.checks.behaviour import behaviours
from ecr_contracts.engine.checks.catalog import CHECKS, RAISES, REFUSES
from ecr_contracts.engine.checks.outcome import Symptom
from ecr_contracts.engine.reach import OwnModule
from ecr_contracts.engine.trial import Trial
from ecr_contracts.runtime.outcome import Outcome, Status

__all__ = ["NO_REFUSALS", "OwnRefusals"]


class OwnRefusals:
    """Which exceptions of a subject are refusals, by its own modules.

    `read` gives these, `give_ordinary` what it does with the ordinary events of all kinds; both are
    called when they are needed, which few subjects do.
    """

    def __init__(
        self,
        read: Callable[[], Sequence[OwnModule]],
        give_ordinary: Callable[[], Sequence[Outcome]] = tuple,
    ) -> None:
        self._read, self._give_ordinary = read, give_ordinary

    def is_one(self, exception: str | None, location: Location | None) -> bool:
        """Whether the source says that an exception, raised at a place, is a refusal."""
        # Built-in exceptions have no module in their names.
        if location is None or exception is None or "." not in exception:
            return False
        if not self._refusals.defines(exception):
            return False
        for number, module in enumerate(self._modules):
            if _is_of(location, module):
                return self._refusals.is_refusal(number, location.line)
        return False

    def is_symptom(self, symptom: Symptom) -> bool:
        """Whether the source says that a symptom is a refusal."""
        return symptom.check == RAISES and self.is_one(symptom.exception, symptom.location)

    def told(self, findings: Iterable[Finding], trials: Sequence[Trial]) -> list[Finding]:
        """The findings, of which those about refusals say so."""
        return [self._told(finding, trials) for finding in findings]

    def _told(self, finding: Finding, trials: Sequence[Trial]) -> Finding:
        if finding.check != RAISES or finding.through or finding.doubt == Doubt.FLAKY:
            return finding
        places = (finding.location, *finding.places)
        if not all(self.is_one(finding.exception, place) for place in places):
            return finding
        if _follows_from_another(finding, trials) or not self._lets_others_on(finding, trials):
            return finding
        return replace(finding, check=REFUSES, severity=CHECKS[REFUSES].severity)

    def _lets_others_on(self, finding: Finding, trials: Iterable[Trial]) -> bool:
        """Whether there are events, of whatever kind, that are not refused there."""
        if finding.cause:
            return True
        told = behaviours(finding)
        for trial in trials:
            shown = {(one.check, one.exception, one.location) for one in trial.symptoms}
            if not trial.failed and told.isdisjoint(shown):
                return True
        return any(outcome.status is Status.RETURNED for outcome in self._give_ordinary())

    @cached_property
    def _modules(self) -> Sequence[OwnModule]:
        return self._read()

    @cached_property
    def _refusals(self) -> Refusals:
        trees = [module.tree for module in self._modules]
        handler = self._modules[0].handler if self._modules else ""
        return Refusals(trees, handler)


NO_REFUSALS = OwnRefusals(tuple)
"""Those of a subject whose code nobody can read."""


def _is_of(location: Location, module: OwnModule) -> bool:
    """Whether a place is in a module, whatever folder its path is relative to."""
    shown, file = PurePosixPath(location.file).parts, PurePosixPath(module.shown).parts
    shorter = min(len(shown), len(file))
    return shown[-shorter:] == file[-shorter:]


def _follows_from_another(finding: Finding, trials: Sequence[Trial]) -> bool:
    """Whether the example was raised from another exception, or after one that was caught.

    What is caught with events that end well too is no reason for a refusal.
    """
    harmless: set[tuple[str, Location | None]] = set()
    for trial in trials:
        if not trial.failed:
            harmless |= _caught(trial.outcome)
    for trial in trials:
        if trial.case.id == finding.case and trial.via == finding.via:
            return len(trial.outcome.chain) > 1 or not _caught(trial.outcome) <= harmless
    return False


def _caught(outcome: Outcome) -> set[tuple[str, Location | None]]:
    """The exceptions that a call caught, whatever they are, and where they were raised."""
    return {(caught.exception, caught.raised) for caught in outcome.caught}
