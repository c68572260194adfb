"""The listing: what would be run, with what it rests on, in place of a run."""

from __future__ import annotations

import pytest

from ecr_contracts.core.findings import Evidence
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.frontends.pytest import items, marker, node_ids
from ecr_contracts.frontends.pytest.marker import BARE, Given

__all__ = ["Listing"]


class Listing:
    """Prints what would be run, in place of running it."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Print the cases of the collected items, else of every kind that the options leave."""
        config = session.config
        users: dict[tuple[str, str], dict[str, None]] = {}
        cases: dict[tuple[str, str], dict[str, Given]] = {}
        for item in session.items:
            if (given := items.given_to(item)) is not None:
                user = (
                    node_ids.without_event(item.nodeid, given.id)
                    .removeprefix("pyproject.toml::")
                    .partition("[")[0]
                )
                users.setdefault((given.case.kind, given.via), {})[user] = None
                cases.setdefault((given.case.kind, given.via), {})[given.id] = given
        if not cases:
            for kind in config.option.ecr_kind or kind_names():
                weakest = config.option.ecr_evidence and Evidence(config.option.ecr_evidence)
                chosen = [Given(case, BARE) for case in edge_cases(kind, 1, weakest)]
                cases[kind, BARE] = {given.id: given for given in chosen}
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            for (kind, via), listed in cases.items():
                told = f" for {', '.join(users[kind, via])}" if users else ""
                reporter.write_line("")
                reporter.write_line(
                    f"{kind} via {via}, {len(listed)} event{'s' * (len(listed) != 1)}{told}",
                    bold=True,
                )
                widest = max(map(len, listed), default=0)
                for given in listed.values():
                    row = f"  {given.id:<{widest}}  {given.case.evidence.value:<10}  "
                    reporter.write_line(row + marker.differences(given.case))
        return True

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A listing without tests is no failure."""
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK
