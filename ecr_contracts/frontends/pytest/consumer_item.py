"""What all items of configured consumers have in common: how they fail, and where they stand."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any

import pytest

from ecr_contracts.core.errors import ConsumerError, EcrContractsError, SetupError
from ecr_contracts.core.findings import Location, Severity
from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.core.own_faults import own_fault
from ecr_contracts.engine.checks.catalog import UNREACHED
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.frontends.pytest import environment, node_ids, own_faults
from ecr_contracts.frontends.pytest.judged import JudgedConsumer
from ecr_contracts.frontends.pytest.settings_text import (
    in_configuration,
    sandbox_in_configuration,
)

__all__ = ["ConsumerFailure", "ConsumerItem", "UnreachedWarning"]


class UnreachedWarning(pytest.PytestWarning):
    """No event got to any effect of a consumer, so that its tests pass over code that never ran."""


class ConsumerFailure(Exception):  # noqa: N818 - it is a failed test, no error
    """How an item of ours fails.

    Its text is shown in full; `summary` is one line of it, `location` the line of the consumer.
    `parts` are the failures that it consists of, where they can be shown one by one.
    """

    def __init__(
        self,
        text: str,
        summary: str,
        location: Location | None,
        parts: tuple[ConsumerFailure, ...] = (),
    ) -> None:
        super().__init__(text)
        self.summary, self.location, self.parts = summary, location, parts
        self.is_own_fault = False

    @classmethod
    def of_refusal(cls, error: EcrContractsError, file: str) -> ConsumerFailure:
        """The failure of an item whose consumer cannot be loaded or judged.

        Advice is in words of the configuration, which is named `file`.
        """
        match error:
            case ConsumerError():
                summary = error.cause
                advice = in_configuration(error.advice, file)
                error = ConsumerError(error.target, error.cause, advice)
            case SetupError():
                summary = error.problem.partition("\n")[0]
                happened = sandbox_in_configuration(error.happened, file)
                advice = in_configuration(error.advice, file)
                error = SetupError(error.target, error.problem, happened, advice)
            case _:
                summary = str(error).partition("\n")[0]
        return cls(str(error), one_line(summary), None)

    @classmethod
    def of_own_fault(cls, error: Exception) -> ConsumerFailure:
        """The failure of an item that meets an exception of ours which nobody meant."""
        line = str(own_fault(error))
        failure = cls(line, line, None)
        failure.is_own_fault = True
        return failure


class ConsumerItem(pytest.Item):
    """An item of a configured consumer, which runs in a process of its own."""

    def __init__(self, *, judged: JudgedConsumer, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.judged = judged

    def runtest(self) -> None:
        """Run what the item is about, and fail by what counts as an error."""
        try:
            with environment.as_begun(self.config):
                self.run()
        except ConsumerFailure as failure:
            raised = self.judged.raised_at(failure.location)
            if raised is None:
                raise
            # A debugger begins in its last frame.
            raise failure.with_traceback(raised.__traceback__) from None
        except pytest.exit.Exception:
            raise
        except EcrContractsError as error:
            raise ConsumerFailure.of_refusal(error, self.path.name) from None
        except Exception as error:  # noqa: BLE001 - whatever it is, it is no finding
            raise ConsumerFailure.of_own_fault(error) from None

    @abstractmethod
    def run(self) -> None:
        """What the item is about. Raises ConsumerFailure."""

    def warn_of_effects_unreached(self, verdict: Verdict) -> None:
        """Have pytest's summary of warnings say that no event got to an effect, if none did."""
        for finding in verdict.findings:
            if finding.check == UNREACHED and finding.severity is Severity.WARNING:
                # Late: few runs need it.
                from ecr_contracts.reporting.sentences import headline, message_lines

                words = "; ".join([headline(finding), *message_lines(finding)])
                text = one_line(f"{self.judged.consumer.target} {words}")
                try:
                    self.warn(UnreachedWarning(text))
                except UnreachedWarning:  # the suite makes errors of warnings
                    raise ConsumerFailure(text, text, finding.location) from None
                return

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was found, without a traceback of ours."""
        failure = excinfo.value
        if not isinstance(failure, ConsumerFailure):
            return super().repr_failure(excinfo, style)
        with own_faults.tell_later(self.config):
            return self._represented(excinfo, failure)
        return str(failure)

    def _represented(
        self, excinfo: pytest.ExceptionInfo[BaseException], failure: ConsumerFailure
    ) -> Any:
        representation = excinfo.getrepr(style="value", chain=False)
        crash = representation.reprcrash
        if crash is not None:
            crash.message = failure.summary
            if failure.location is None:
                crash.path = node_ids.from_here(self.config, self.path)
                crash.lineno = self.judged.consumer.line
            else:
                place = self.judged.consumer.folder / failure.location.file
                crash.path = node_ids.from_here(self.config, place)
                crash.lineno = failure.location.line
        return representation

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the consumer is configured."""
        return self.path, self.judged.consumer.line - 1, self.name
