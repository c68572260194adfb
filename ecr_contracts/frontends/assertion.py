"""The contract as one assertion in a test of one's own: `contract.check(handler, "scan")`.

The handler runs in the test's own process, so that what the test has patched stays patched and a
debugger can be used.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from ecr_contracts.core.errors import EcrContractsError, UnknownNameError
from ecr_contracts.core.findings import Evidence, Finding
from ecr_contracts.core.foreign_text import lines, one_line
from ecr_contracts.core.own_faults import own_fault
from ecr_contracts.discovery.named_rules import named_rules
from ecr_contracts.engine.checks.catalog import UNREACHED
from ecr_contracts.engine.plan import USUAL, Request
from ecr_contracts.engine.session import judge, several
from ecr_contracts.engine.subjects.handler import Function, target_of
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.frontends.config import Configured, ProjectSettings, project_settings
from ecr_contracts.frontends.config.lookup import entry_of, nearest_of
from ecr_contracts.reporting.lines import plain_text
from ecr_contracts.reporting.sentences import headline, message_lines

__all__ = ["ContractViolation", "check"]


class ContractViolation(AssertionError):  # noqa: N818 - what a test fails with is no error of its own
    """A handler breaks the contract: the message tells the findings, `findings` are the values."""

    def __init__(self, text: str, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(text)


# By this name it is shown in tracebacks, and this is where users import it from.
ContractViolation.__module__ = "ecr_contracts.contract"


def check(
    handler: Callable[..., Any],
    *kinds: str,
    via: str | tuple[str, ...] | list[str] = (),
    strength: int | None = None,
    examples: int | None = None,
    probe: int | None = None,
    evidence: str | None = None,
    rule: str | tuple[str, ...] | list[str] = (),
    unshielded: bool = False,
    future: bool = False,
    path: str = "",
    baseline: str | Path | None = None,
) -> Verdict:
    """Give a handler every case of some kinds of events, and fail with what is wrong with it.

    Without kinds or envelopes, the handler's source and the rules beside it say which. `strength`
    (1 to 4) is how many choices the cases combine, `examples` how many events of other
    values are drawn, `probe` how many further calls may be made to tell the causes of each fault,
    `evidence` the weakest that an event may rest on. `rule` names the rules that deliver its
    events, as in "template.yaml:Rule", where those found are not the right ones; `unshielded` gives
    it what its rules keep away as well, `future` events as AWS may send them one day: what these
    show is a warning, unless the project is strict. `path` is where a web app is sent its events,
    where its routes do not say it. `baseline` is the file of the findings that are accepted
    (default: the one that the configuration names). What a handler prints is not shown. A handler
    that does not return is not stopped here, as `ecr-contracts check` would. What is left out, its
    entry in the configuration says, where it has one; which checks count is said in the
    configuration that is nearest to its file, as it is for `check`.

    Raises ContractViolation, an AssertionError, when there are findings; warnings are none (that no
    event reached any effect is told as a warning of Python's as well). Raises
    UnknownNameError, StrengthError, TemplateError or ConsumerError for what cannot be asked,
    SetupError where its rules let no event through, BaselineError for a file of accepted findings
    that cannot be used, ConfigurationError for a configuration that
    cannot be used. Raises OwnFaultError where something goes wrong in ecr-contracts itself.
    """
    __tracebackhide__ = True  # of pytest: what matters is the message
    asked = _Asked(kinds, several(via), strength, examples, probe, evidence, several(rule), path)
    try:
        entry = entry_of(target_of(handler))
        if entry is None:
            project = project_settings(nearest_of(target_of(handler)))
        else:
            project = entry.project_settings()
        project = replace(
            project,
            unshielded=unshielded or project.unshielded,
            future=future or project.future,
        )
        verdict = _judged(handler, asked, project, entry)
        file = project.baseline if baseline is None else Path(baseline)
        if file is not None:
            verdict = _without_accepted(verdict, handler, file)
        broken = lines(plain_text(verdict.errors, envelopes=verdict.via)) if verdict.errors else ""
        warning = _unreached(verdict)
    except EcrContractsError:
        raise
    except Exception as error:  # noqa: BLE001 - what a handler raises is caught elsewhere
        raise own_fault(error) from None
    if broken:
        raise ContractViolation(broken, verdict.errors)
    if warning:
        warnings.warn(warning, stacklevel=2)
    return verdict


class _Asked(NamedTuple):
    """What a handler is to be given."""

    kinds: tuple[str, ...]
    envelopes: tuple[str, ...]
    strength: int | None
    examples: int | None
    probe: int | None
    evidence: str | None
    rules: tuple[str, ...]
    path: str

    def effort(self) -> dict[str, Any]:
        """What was said of how much is done."""
        said: dict[str, Any] = {
            "strength": self.strength,
            "examples": self.examples,
            "probe": self.probe,
        }
        if self.evidence is not None:
            said["evidence"] = Evidence(self.evidence)
        return {name: value for name, value in said.items() if value is not None}


def _without_accepted(verdict: Verdict, handler: Callable[..., Any], file: Path) -> Verdict:
    """The verdict without the findings that a file accepts. Raises BaselineError."""
    from ecr_contracts.frontends import baseline  # late: few tests name one

    name = baseline.handler_name(target_of(handler), Path.cwd(), file.parent)
    return baseline.judged(verdict, baseline.read_baseline(file), name, is_whole=False)


def _judged(
    handler: Callable[..., Any],
    asked: _Asked,
    project: ProjectSettings,
    entry: Configured | None,
) -> Verdict:
    """The verdict on a handler, as the arguments ask for it, else its entry, else the project."""
    if asked.evidence is not None and asked.evidence not in list(Evidence):
        raise UnknownNameError("evidence", asked.evidence, Evidence)
    effort = replace(
        USUAL if entry is None else entry.effort,
        **asked.effort(),
        levels=project.levels,
        strict=project.strict,
        future=project.future,
    )
    request = Request(
        kinds=tuple(dict.fromkeys(asked.kinds or (() if entry is None else entry.kinds))),
        unshielded=project.unshielded,
        envelopes=asked.envelopes or (() if entry is None else entry.via),
        effort=effort,
    )
    rules = named_rules(asked.rules, target_of(handler)) or project.rules
    return judge(Function(handler, rules=rules, path=asked.path or project.path), request)


def _unreached(verdict: Verdict) -> str:
    """That no event reached any effect, as a warning; empty where one did, or none is known."""
    for finding in verdict.findings:
        if finding.check == UNREACHED:
            words = "; ".join([headline(finding), *message_lines(finding)])
            return one_line(f"{verdict.consumer} {words}")
    return ""
