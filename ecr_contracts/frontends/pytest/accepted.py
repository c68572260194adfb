"""The accepted findings of a configured consumer, as its items in pytest need them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecr_contracts.engine.checks.catalog import RAISES, REFUSES
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.engine.checks.outcome import Symptom
from ecr_contracts.engine.trial import Trial
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.frontends.config import Configured

if TYPE_CHECKING:
    from ecr_contracts.engine.accepted.baseline import Baseline

__all__ = ["AcceptedFindings"]


class AcceptedFindings:
    """What the baseline of a consumer's configuration accepts; nothing where it names none."""

    def __init__(self, consumer: Configured) -> None:
        self._consumer = consumer
        self._baseline: Baseline | None = None

    def apart(self, verdict: Verdict, *, is_whole: bool = False) -> Verdict:
        """A verdict whose accepted findings are apart. Raises BaselineError."""
        if self._consumer.baseline is None:
            return verdict
        from ecr_contracts.frontends import baseline  # late: few configurations name one

        return baseline.judged(verdict, self._loaded(), self._name, is_whole=is_whole)

    def reason_for(self, trial: Trial, errors: Sequence[Symptom]) -> str:
        """Why all errors of a single event are accepted; empty where one is not.

        Raises BaselineError.
        """
        if self._consumer.baseline is None or not errors:
            return ""
        reasons: dict[str, None] = {}
        for symptom in errors:
            reason = self._reason_for(trial, symptom)
            if not reason:
                return ""
            reasons[reason] = None
        return "; ".join(reasons)

    def _reason_for(self, trial: Trial, symptom: Symptom) -> str:
        # A refusal on purpose is told by another check, with the same exception.
        checks = (RAISES, REFUSES) if symptom.check == RAISES else (symptom.check,)
        for check in checks:
            finding = build_finding(
                check,
                trial.case,
                trial.via,
                symptom.message,
                exception=symptom.exception,
                location=symptom.location,
            )
            known = self._loaded()
            entry = known.covering_events(finding, self._name, [trial.case.event])
            if entry is not None:
                return entry.reason
        return ""

    def _loaded(self) -> Baseline:
        if self._baseline is None:
            from ecr_contracts.frontends import baseline

            assert self._consumer.baseline is not None
            self._baseline = baseline.read_baseline(self._consumer.baseline)
        return self._baseline

    @property
    def _name(self) -> str:
        """What the consumer is called in its baseline."""
        file = self._consumer.baseline
        if self._consumer.sort != "handler" or file is None:
            return self._consumer.subject().name
        from ecr_contracts.frontends import baseline

        return baseline.handler_name(self._consumer.target, self._consumer.folder, file.parent)
