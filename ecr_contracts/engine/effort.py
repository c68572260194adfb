"""How much an examination takes on itself, and what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ecr_contracts.core.findings import Evidence, Finding
from ecr_contracts.engine.causes.grouping import Diagnosis
from ecr_contracts.engine.checks.levels import OFF
from ecr_contracts.engine.trial import (
    BaselineCache,
    Trial,
    TrialRun,
)

Run = tuple[str, str]
"""A kind and an envelope."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much an examination takes on itself.

    `strength`: the cases have each possible combination of so many choices. `examples`: events of
    other values that are drawn after the cases, for each kind and envelope (fewer, if there are
    many kinds). `probe`: further calls that may be made to tell the causes of each fault.
    `evidence`: the weakest that an event may rest on (None: any). `levels` say of single checks
    that they are errors, warnings, or off (`off: why`); with `strict`, all others are errors. With
    `future` events are given as AWS may send them one day. Another `seed` draws other events.
    `max_time`: seconds that it may take, which are then all spent (see `time_limit`).
    """

    strength: int = 2
    examples: int = 200
    probe: int = 100
    evidence: Evidence | None = None
    levels: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    future: bool = False
    seed: int = 0
    max_time: float | None = None

    @property
    def switched_off(self) -> list[str]:
        """The checks that are off."""
        return [check for check, level in self.levels.items() if level.partition(":")[0] == OFF]


@dataclass(frozen=True, slots=True)
class Examined:
    """What an examination came to.

    `trials` are those of the cases, `others` those that were made besides: `probes` counts calls
    that told causes, `drawn` those with events of other values, `compared` those whose effects were
    compared, `future` those with events of tomorrow. `unwanted` are findings of checks that are
    off.
    """

    trials: tuple[Trial, ...] = ()
    others: tuple[Trial, ...] = ()
    probes: int = 0
    drawn: int = 0
    compared: int = 0
    future: int = 0
    findings: tuple[Finding, ...] = ()
    unwanted: tuple[Finding, ...] = ()
    is_interrupted: bool = False

    @property
    def all_trials(self) -> tuple[Trial, ...]:
        """The trials of the cases, and all others."""
        return (*self.trials, *self.others)

    def with_interrupted(self, run: TrialRun, call: BaselineCache) -> Examined:
        """The same with what the trials of a run show that was broken off, and no further call."""
        trials = list(run.trials)
        findings = Diagnosis(call.world.contract(run.kind), run.via, trials, None).findings()
        return replace(
            self,
            trials=(*self.trials, *trials),
            findings=(*self.findings, *findings),
            is_interrupted=True,
        )

    def __add__(self, other: Examined) -> Examined:
        """What two examinations of different runs came to together."""
        return Examined(
            trials=(*self.trials, *other.trials),
            others=(*self.others, *other.others),
            probes=self.probes + other.probes,
            drawn=self.drawn + other.drawn,
            compared=self.compared + other.compared,
            future=self.future + other.future,
            findings=(*self.findings, *other.findings),
            is_interrupted=self.is_interrupted or other.is_interrupted,
        )
