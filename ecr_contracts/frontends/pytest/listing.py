"""The listing: what would be run, with what it rests on, in place of a run."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from ecr_contracts.core.findings import Evidence
from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.core.text import counted
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.frontends.pytest import marker, node_ids, own_faults
from ecr_contracts.frontends.pytest.consumers import case_params_of
from ecr_contracts.frontends.pytest.kinds import EcrKind
from ecr_contracts.frontends.pytest.marker import BARE, CaseParam

__all__ = ["Listing"]


Run = tuple[str, str]
"""A kind and an envelope."""


class Listing:
    """Prints what would be run, in place of running it."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Print the cases of the collected items, else of every kind that the options leave."""
        with own_faults.tell_later(session.config):
            self._list(session)
        return True

    def _list(self, session: pytest.Session) -> None:
        users: dict[Run, dict[str, None]] = {}
        params: dict[Run, dict[str, CaseParam]] = {}
        for item in session.items:
            for param in case_params_of(item):
                if not _is_strong_enough(param, session.config):
                    continue
                run = (param.case.kind, param.via)
                users.setdefault(run, {})[_user(item, param)] = None
                params.setdefault(run, {})[param.id] = param
        if not params:
            params = _all_params(session.config)
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            for run, params_of_run in params.items():
                _write(reporter, run, params_of_run, users.get(run, {}))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A listing without tests is no failure."""
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK


def _is_strong_enough(param: CaseParam, config: pytest.Config) -> bool:
    """Whether the options leave a case of an item that has several."""
    weakest = config.option.ecr_evidence
    return not weakest or param.case.evidence >= weakest


def _user(item: pytest.Item, param: CaseParam) -> str:
    """The consumer, or the marked test, that an item is of."""
    label = item.run_id if isinstance(item, EcrKind) else param.id
    name = node_ids.consumer_name(node_ids.without_event(item.nodeid, label))
    return name.partition("[")[0]


def _all_params(config: pytest.Config) -> dict[Run, dict[str, CaseParam]]:
    """Every case of the kinds that the options leave, as bare events."""
    params: dict[Run, dict[str, CaseParam]] = {}
    weakest = config.option.ecr_evidence and Evidence(config.option.ecr_evidence)
    for kind in config.option.ecr_kind or kind_names():
        params_of_kind = [CaseParam(case, BARE) for case in edge_cases(kind, 1, weakest)]
        params[kind, BARE] = {param.id: param for param in params_of_kind}
    return params


def _write(
    reporter: pytest.TerminalReporter,
    run: Run,
    params: Mapping[str, CaseParam],
    users: Collection[str],
) -> None:
    """Write the events of a kind in an envelope, and who uses them."""
    kind, envelope = run
    of_users = f" for {', '.join(users)}" if users else ""
    reporter.write_line("")
    head = f"{kind} via {envelope}, {counted(len(params), 'event')}{of_users}"
    reporter.write_line(one_line(head), bold=True)
    widest = max(map(len, params), default=0)
    for param in params.values():
        row = f"  {param.id:<{widest}}  {param.case.evidence.value:<10}  "
        reporter.write_line(one_line(row + marker.differences(param)))
