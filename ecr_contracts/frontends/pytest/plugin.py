"""The pytest plugin: translates between pytest and the library, of which it loads next to nothing until it is used."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ecr_contracts.frontends.pytest.items import EcrConsumers
    from ecr_contracts.frontends.pytest.marker import Given
    from ecr_contracts.runtime.effects import Effects

__all__ = ["ecr_effects", "ecr_event"]

_MARKER = "ecr_contract"
_TRIAL = "ecr_contracts"  # the attribute of a report that carries a trial, as plain data since it may come from xdist
_EXPLORED = (
    "ecr_explored"  # the attribute that carries those of an item that looked beyond the cases
)

_USED = pytest.StashKey[bool]()
_ADDED = pytest.StashKey[bool]()
_CONSUMERS = pytest.StashKey["list[EcrConsumers]"]()


# Options, marker, fixture
# --------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare our options."""
    group = parser.getgroup("ecr-contracts", "contracts of Amazon ECR events")
    group.addoption(
        "--ecr-list",
        action="store_true",
        help="print the events that would be run, with what they rest on (every event, if nothing asks for any), and "
        "run no test",
    )
    group.addoption(
        "--ecr-kind",
        action="append",
        default=[],
        metavar="KIND",
        help="of the tests that get ECR events, run only those with events of this kind; may be given again",
    )
    group.addoption(
        "--ecr-evidence",
        metavar="SORT",
        help="of the tests that get ECR events, leave out those whose event rests on weaker evidence than this: "
        "documented, registry, captured, inferred",
    )
    group.addoption(
        "--ecr-coverage",
        action="store_true",
        help="tell at the end which choices the ECR events had that reached tests, as cases or as parameters of any "
        "test, and which none had (-v: all of those)",
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Any, Any]:
    """Keep a listing in this process: xdist would collect in others."""
    if config.option.ecr_list:
        for name, off in (("numprocesses", None), ("distload", False), ("dist", "no"), ("tx", [])):
            if hasattr(config.option, name):
                setattr(config.option, name, off)
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and refuse kinds that do not exist."""
    config.addinivalue_line(
        "markers",
        f"{_MARKER}(*kinds, via=None): run the test once for each edge case of these kinds of Amazon ECR events (of "
        "all kinds, if none is named); the fixture ecr_event is the event, wrapped in the envelope via, or in each of "
        "several. Items that come from [tool.ecr-contracts] are marked so too.",
    )
    if config.option.ecr_kind or config.option.ecr_evidence:
        _refuse_unknown(config)
    if config.option.ecr_list:
        from ecr_contracts.frontends.pytest.listing import Listing

        config.pluginmanager.register(Listing(), "ecr_contracts_listing")
    elif config.option.ecr_coverage and not config.option.collectonly:
        from ecr_contracts.frontends.pytest.coverage import Exercising

        config.pluginmanager.register(Exercising(), "ecr_contracts_exercising")


def _refuse_unknown(config: pytest.Config) -> None:
    from ecr_contracts.core.errors import UnknownNameError
    from ecr_contracts.core.findings import Evidence
    from ecr_contracts.events.kinds import kind_names

    for kind in config.option.ecr_kind:
        if kind not in kind_names():
            raise pytest.UsageError(f"--ecr-kind: {UnknownNameError('kind', kind, kind_names())}")
    if (evidence := config.option.ecr_evidence) and evidence not in list(Evidence):
        raise pytest.UsageError(
            f"--ecr-evidence: {UnknownNameError('evidence', evidence, Evidence)}"
        )


@pytest.fixture
def ecr_event(request: pytest.FixtureRequest) -> Any:
    """An Amazon ECR event of a kind that the test's marker `ecr_contract` names; each test gets a copy of its own."""
    given = getattr(request, "param", None)
    if given is not None:
        from ecr_contracts.frontends.pytest.marker import Given

        if isinstance(given, Given):
            return given.payload()
    if request.node.get_closest_marker(_MARKER) is None:
        way_out = f"mark the test, as in @pytest.mark.{_MARKER}('scan')"
    else:
        way_out = "name it as an argument of the test, or of a fixture that the test names"
    pytest.fail(f"ecr_event has no event to give: {way_out}", pytrace=False)


@pytest.fixture
def ecr_effects(request: pytest.FixtureRequest) -> Iterator[Effects]:
    """What the code under test does to the world: AWS calls, HTTP requests, e-mails, processes, files, error lines.

    While the test runs it reaches no network and no AWS. Calls are answered as `ecr-contracts
    check` answers them: those to ECR in agreement with the test's `ecr_event`, if it has one, all
    others as `[tool.ecr-contracts]` says.
    """
    from dataclasses import replace

    from ecr_contracts.discovery.user_code import UserCode
    from ecr_contracts.frontends.config import project_settings
    from ecr_contracts.runtime.lambda_context import (
        NO_CREDENTIALS,
        REAL_CREDENTIALS,
        lambda_environment,
    )
    from ecr_contracts.runtime.sandbox.sandbox import Sandbox

    payload = request.getfixturevalue("ecr_event") if "ecr_event" in request.fixturenames else None
    root = request.config.rootpath
    settings = project_settings(Path(root, "pyproject.toml")).settings
    # Clients that are made in the test want a region, and shall have no credentials of anybody.
    region = {
        name: value for name, value in lambda_environment().items() if name.endswith("_REGION")
    }
    usual = {name: value for name, value in region.items() if name not in os.environ}
    settings = replace(settings, env={**usual, **NO_CREDENTIALS, **settings.env})
    with pytest.MonkeyPatch.context() as patch:
        for name in REAL_CREDENTIALS:
            patch.delenv(name, raising=False)
        with Sandbox(settings, UserCode.around(request.path, str(root))) as sandbox:
            sandbox.begin_call(payload)
            yield sandbox.recorder.live


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make an item of each case and envelope that a test is marked with."""
    if "ecr_event" not in metafunc.fixturenames:
        return
    marks = list(metafunc.definition.iter_markers_with_node(_MARKER))
    if not marks:
        return
    from ecr_contracts.core.errors import EcrContractsError
    from ecr_contracts.frontends.pytest import marker

    metafunc.config.stash[_USED] = True
    # What stands at the test itself overrides what stands at its class or module.
    nearest = [mark for node, mark in reversed(marks) if node is marks[0][0]]
    try:
        given = {one.id: one for mark in nearest for one in marker.asked(mark)}
    except EcrContractsError as error:
        pytest.fail(f"{metafunc.definition.nodeid}: {_MARKER}: {error}", pytrace=False)
    except TypeError as error:
        pytest.fail(f"{metafunc.definition.nodeid}: {error}", pytrace=False)
    metafunc.parametrize("ecr_event", given.values(), ids=given, indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a marked test that takes no event: it would be green whatever the events are."""
    marked = _MARKER in item.keywords
    if not marked or not isinstance(item, pytest.Function) or "ecr_event" in item.fixturenames:
        return
    unittest = sys.modules.get("unittest")
    is_case = (
        unittest is not None
        and isinstance(item.cls, type)
        and issubclass(item.cls, unittest.TestCase)
    )
    # A class or a module may be marked for the sake of some of its tests.
    if any(
        node is item or (is_case and node is item.parent)
        for node, _ in item.iter_markers_with_node(_MARKER)
    ):
        way_out = (
            "make it a plain function, for unittest has no fixtures"
            if is_case
            else "name it as an argument"
        )
        pytest.fail(
            f"marked {_MARKER}, but no event reaches it, for it takes no ecr_event: {way_out}",
            pytrace=False,
        )


# Collection
# ----------------------------------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Have the pyproject.toml of the root collected too, unless single tests are asked for."""
    config = session.config
    file = config.rootpath / "pyproject.toml"
    if any("::" in argument for argument in config.args) or not _names_consumers(file):
        return
    # Oldest pytest loses files of a folder that is named together with one of them.
    named = (os.path.normpath(config.invocation_params.dir / argument) for argument in config.args)
    if not any(file.is_relative_to(path) for path in named):
        from ecr_contracts.frontends.pytest import node_ids

        session.stash[_ADDED] = True
        config.args = [*config.args, node_ids.from_here(config, file)]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> EcrConsumers | None:
    """Collect the pyproject.toml of the root, and any that is named as an argument."""
    if file_path.name != "pyproject.toml":
        return None
    wanted = file_path.parent == parent.config.rootpath or parent.session.isinitpath(file_path)
    if not wanted or not _names_consumers(file_path):
        return None
    from ecr_contracts.frontends.pytest.items import EcrConsumers

    added = parent.session.stash.get(_ADDED, False)
    consumers: EcrConsumers = EcrConsumers.from_parent(parent, path=file_path, added=added)
    parent.session.stash.setdefault(_CONSUMERS, []).append(consumers)
    parent.config.stash[_USED] = True
    return consumers


def _names_consumers(file: Path) -> bool:
    """Whether a pyproject.toml has a table of ours; one that is no TOML may have, which collecting it complains about.

    Every run asks this, so it asks for no module of ours, and parses nothing that does not speak of
    us.
    """
    try:
        written = file.read_bytes()
    except OSError:
        return False
    if b"ecr-contracts" not in written:
        return False
    import tomllib

    try:
        tools = tomllib.loads(written.decode("utf-8", "replace")).get("tool")
    except tomllib.TOMLDecodeError:
        return True
    return isinstance(tools, dict) and "ecr-contracts" in tools


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `--ecr-kind` and `--ecr-evidence` do, and what was collected twice."""
    if not config.stash.get(_USED, False):
        return
    from ecr_contracts.frontends.pytest.items import EcrCase, EcrExplore

    kinds, evidence = config.option.ecr_kind, config.option.ecr_evidence
    seen: set[str] = set()
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        if isinstance(item, EcrCase | EcrExplore) and not config.option.keepduplicates:
            if item.nodeid in seen:
                continue
            seen.add(item.nodeid)
        given = _given(item)
        fits = given is None or (
            (not kinds or given.case.kind in kinds)
            and (not evidence or given.case.evidence >= evidence)
        )
        (kept if fits else left_out).append(item)
    items[:] = kept
    if left_out:
        config.hook.pytest_deselected(items=left_out)


def _given(item: pytest.Item) -> Given | None:
    """What an item of ours, or a marked test, gets. Of every run this is asked, so it loads nothing in vain."""
    if not item.config.stash.get(_USED, False):
        return None
    from ecr_contracts.frontends.pytest.items import given_to

    return given_to(item)


# Running
# -------------------------------------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, Any, Any]:
    """End the processes of the consumers as soon as the last item has run, or the run is broken off."""
    try:
        return (yield)
    finally:
        for consumers in session.stash.get(_CONSUMERS, []):
            consumers.close()


# Reports
# -------------------------------------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what came of an event, and say in a failure which it was and how to see it again."""
    report = yield
    given = _given(item)
    if given is None and not hasattr(item, "verdict"):
        return report
    from ecr_contracts.frontends.pytest import marker, node_ids, xdist
    from ecr_contracts.frontends.pytest.items import EcrCase, EcrExplore, explored

    configured = isinstance(item, EcrCase | EcrExplore)
    if isinstance(item, EcrExplore):
        if call.when == "call":
            vars(report)[_EXPLORED] = explored(item)
    elif call.when == "call" and given is not None:
        trial = item.trial if isinstance(item, EcrCase) else xdist.tried(item, call, report, given)
        if trial is not None:
            consumer = node_ids.without_event(item.nodeid, given.id)
            vars(report)[_TRIAL] = xdist.packed(trial, consumer, configured=configured)
    if report.failed:
        repeat = node_ids.repeat(item.config, item.nodeid)
        told = [marker.which(given)] if given is not None and not configured else []
        report.sections.append(("ecr-contracts", "\n".join([*told, repeat])))
    elif (
        report.skipped
        and isinstance(item, EcrCase | EcrExplore)
        and isinstance(report.longrepr, tuple)
    ):
        report.longrepr = str(item.path), item.run.consumer.line, report.longrepr[2]
    return report


# The summary
# ---------------------------------------------------------------------------------------------------------


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what the failures of each consumer come to: thirty red items may be one finding."""
    ours = [
        report
        for report in terminalreporter.stats.get("failed", ())
        if hasattr(report, _TRIAL) or hasattr(report, _EXPLORED)
    ]
    if not ours:
        return
    from ecr_contracts.frontends.pytest import summary

    collected = summary.Collected()
    for outcome, reports in terminalreporter.stats.items():
        if outcome == "rerun":
            continue
        for report in reports:
            if hasattr(report, _TRIAL):
                collected.add_trial(report.nodeid, getattr(report, _TRIAL))
            if hasattr(report, _EXPLORED):
                collected.add_explored(report.nodeid, getattr(report, _EXPLORED))
    summary.write(terminalreporter, collected, {report.nodeid for report in ours})
