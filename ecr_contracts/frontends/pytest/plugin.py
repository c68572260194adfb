"""The pytest plugin: hooks, options, marker and fixtures; they translate, and hold no rule.

It loads next to nothing of the library until it is used.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Generator, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest

from ecr_contracts.frontends import config as configuration
from ecr_contracts.frontends.pytest import environment, own_faults
from ecr_contracts.frontends.pytest.collection import COLLECTED, USED, Collection

if TYPE_CHECKING:
    from ecr_contracts.engine.trial import Trial
    from ecr_contracts.frontends.pytest.consumer_item import ConsumerItem
    from ecr_contracts.frontends.pytest.marker import CaseParam
    from ecr_contracts.runtime.effects import Effects

__all__ = ["ecr_effects", "ecr_event"]

_MARKER = "ecr_contract"
_TRIAL = "ecr_contracts"
"""The attribute of a report that carries a trial, as plain data since it may come from xdist."""
_EXPLORED = "ecr_explored"
"""The attribute that carries what an item came to that looked beyond the cases."""
_JUDGED = "ecr_judged"
"""The attribute that carries what an item came to that is about all events of a kind."""

_IN_PARTS = "ecr_in_parts"
"""The attribute of a failed test's report whose findings are reported one by one."""

_FAULTS = pytest.StashKey["set[tuple[str, object]]"]()
"""What went wrong in marked tests with events that are well known, each with its test."""


# --- options, marker, fixture ---------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare our options."""
    group = parser.getgroup("ecr-contracts", "contracts of Amazon ECR events")
    group.addoption(
        "--ecr-list",
        action="store_true",
        help="print the events that would be run, with what they rest on (every event, if nothing "
        "asks for any), and run no test",
    )
    group.addoption(
        "--ecr-kind",
        action="append",
        default=[],
        metavar="KIND",
        help="of the tests that get ECR events, run only those with events of this kind; may be "
        "given again",
    )
    group.addoption(
        "--ecr-evidence",
        metavar="SORT",
        help="of the tests that get ECR events, leave out those whose event rests on weaker "
        "evidence than this: documented, captured, handled, necessary, registry, inferred",
    )
    group.addoption(
        "--ecr-cases",
        action="store_true",
        help="make a test of each ECR event that a configured consumer is given, and one of what "
        "is beyond them, in place of one of each kind of event",
    )
    group.addoption(
        "--ecr-in-process",
        action="store_true",
        help="run the handlers of configured consumers in pytest's own process, for a debugger: "
        "breakpoint() stops there, and --pdb begins at the line that failed; nothing is stopped "
        "that does not return",
    )
    group.addoption(
        "--ecr-future",
        action="store_true",
        help="give tests and consumers ECR events as AWS may send them one day as well: with a new "
        "action, severity, status or field",
    )
    group.addoption(
        "--ecr-coverage",
        action="store_true",
        help="tell at the end which choices the ECR events had that reached tests, as cases or as "
        "parameters of any test, and which none had (-v: all of those)",
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Any, Any]:
    """Keep a listing in this process: xdist would collect in others."""
    if config.option.ecr_list:
        for name, off in (("numprocesses", None), ("distload", False), ("dist", "no"), ("tx", [])):
            if hasattr(config.option, name):
                setattr(config.option, name, off)
    return (yield)


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Note the environment before tests change it."""
    environment.keep(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and refuse kinds that do not exist."""
    config.addinivalue_line(
        "markers",
        f"{_MARKER}(*kinds, via=None, future=False): run the test once for each edge case of these "
        "kinds of Amazon ECR events (of the usual kinds, if none is named); the fixture ecr_event "
        "is the event, wrapped in the envelope via, or in each of several; with future, events as "
        "AWS may send them one day are added. Items that come from [tool.ecr-contracts] are marked "
        "so too.",
    )
    if config.option.ecr_in_process and getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("--ecr-in-process is for a debugger at this terminal: leave out -n")
    config.pluginmanager.register(own_faults.OwnFaults(config), "ecr_contracts_own_faults")
    with own_faults.tell_later(config):
        config.pluginmanager.register(Collection(config), "ecr_contracts_collection")
        config.pluginmanager.register(environment.Environment(), "ecr_contracts_environment")
        if config.option.ecr_kind or config.option.ecr_evidence:
            _refuse_unknown(config)
        if config.option.ecr_list:
            from ecr_contracts.frontends.pytest.listing import Listing

            config.pluginmanager.register(Listing(), "ecr_contracts_listing")
        elif config.option.ecr_coverage and not config.option.collectonly:
            from ecr_contracts.frontends.pytest.coverage import CoverageRecorder

            config.pluginmanager.register(CoverageRecorder(), "ecr_contracts_coverage")


def _refuse_unknown(config: pytest.Config) -> None:
    """Raise UsageError for a kind or evidence of our options that does not exist."""
    from ecr_contracts.core.errors import UnknownNameError
    from ecr_contracts.core.findings import Evidence
    from ecr_contracts.events.kinds import kind_names

    for kind in config.option.ecr_kind:
        if kind not in kind_names():
            raise pytest.UsageError(f"--ecr-kind: {UnknownNameError('kind', kind, kind_names())}")
    evidence = config.option.ecr_evidence
    if evidence and evidence not in list(Evidence):
        error = UnknownNameError("evidence", evidence, Evidence)
        raise pytest.UsageError(f"--ecr-evidence: {error}")


@pytest.fixture
def ecr_event(request: pytest.FixtureRequest) -> Any:
    """An Amazon ECR event of a kind that the marker `ecr_contract` names: a copy for each test."""
    param = getattr(request, "param", None)
    if param is not None:
        from ecr_contracts.frontends.pytest.marker import CaseParam

        if isinstance(param, CaseParam):
            with own_faults.failing():
                return param.payload()
    if request.node.get_closest_marker(_MARKER) is None:
        way_out = f"mark the test, as in @pytest.mark.{_MARKER}('scan')"
    else:
        way_out = "name it as an argument of the test, or of a fixture that the test names"
    pytest.fail(f"ecr_event has no event to give: {way_out}", pytrace=False)


@pytest.fixture
def ecr_effects(request: pytest.FixtureRequest) -> Iterator[Effects]:
    """AWS calls, HTTP requests, e-mails, processes, files and error lines of the code under test.

    While the test runs it reaches no network and no AWS. Calls are answered as `ecr-contracts
    check` answers them: those to ECR in agreement with the test's `ecr_event`, if it has one, all
    others as `[tool.ecr-contracts]` says.
    """
    with contextlib.ExitStack() as stack:
        with own_faults.failing():
            effects = _recorded_effects(request, stack)
        yield effects
        with own_faults.failing():
            stack.close()


def _recorded_effects(request: pytest.FixtureRequest, stack: contextlib.ExitStack) -> Effects:
    """The effects of a test in a sandbox that ends with `stack`."""
    from dataclasses import replace

    from ecr_contracts.discovery.user_code import UserCode
    from ecr_contracts.runtime.lambda_context import (
        NO_CREDENTIALS,
        REAL_CREDENTIALS,
        lambda_environment,
    )
    from ecr_contracts.runtime.sandbox.sandbox import Sandbox

    payload = None
    if "ecr_event" in request.fixturenames:
        payload = request.getfixturevalue("ecr_event")
    root = request.config.rootpath
    project = configuration.project_settings(configuration.nearest(request.path))
    # Clients that are made in the test want a region, and shall have no credentials of anybody.
    region: dict[str, str] = {}
    for name, value in lambda_environment().items():
        if name.endswith("_REGION") and name not in os.environ:
            region[name] = value
    # A test may be about a variable that is missing: none is made up unless the project asks.
    allowed = project.settings.allow_write
    if getattr(request.config.option, "basetemp", None):
        allowed = (*allowed, os.path.abspath(request.config.option.basetemp))
    settings = replace(
        project.settings,
        allow_write=allowed,
        env={**region, **NO_CREDENTIALS, **project.settings.env},
        env_auto=project.asks_for_variables,
    )
    patch = stack.enter_context(pytest.MonkeyPatch.context())
    for name in REAL_CREDENTIALS:
        patch.delenv(name, raising=False)
    sandbox = Sandbox(settings, UserCode.around(request.path, str(root)))
    stack.enter_context(sandbox)
    sandbox.begin_call(payload)
    return sandbox.recorder.live


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make an item of each case and envelope that a test is marked with."""
    if "ecr_event" not in metafunc.fixturenames:
        return
    marks = list(metafunc.definition.iter_markers_with_node(_MARKER))
    if marks:
        with own_faults.failing():
            _parametrize(metafunc, marks)


def _parametrize(metafunc: pytest.Metafunc, marks: Sequence[tuple[Any, pytest.Mark]]) -> None:
    """Make an item of each case and envelope that the nearest of some marks ask for."""
    from ecr_contracts.core.errors import EcrContractsError
    from ecr_contracts.frontends.pytest import marker

    metafunc.config.stash[USED] = True
    # What stands at the test itself overrides what stands at its class or module.
    nearest = [mark for node, mark in reversed(marks) if node is marks[0][0]]
    params: dict[str, CaseParam] = {}
    try:
        for mark in nearest:
            asked = marker.case_params(mark, future=metafunc.config.option.ecr_future)
            params |= {param.id: param for param in asked}
    except EcrContractsError as error:
        pytest.fail(f"{metafunc.definition.nodeid}: {_MARKER}: {error}", pytrace=False)
    except TypeError as error:
        pytest.fail(f"{metafunc.definition.nodeid}: {error}", pytrace=False)
    metafunc.parametrize("ecr_event", params.values(), ids=params, indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a marked test that takes no event: it would be green whatever the events are."""
    with own_faults.tell_later(item.config):
        _refuse_without_event(item)


def _refuse_without_event(item: pytest.Item) -> None:
    marked = _MARKER in item.keywords
    if not marked or not isinstance(item, pytest.Function) or "ecr_event" in item.fixturenames:
        return
    is_of_unittest = _is_of_unittest(item)
    for node, _ in item.iter_markers_with_node(_MARKER):
        # A class or a module may be marked for the sake of some of its tests.
        if node is item or (is_of_unittest and node is item.parent):
            break
    else:
        return
    way_out = "name it as an argument"
    if is_of_unittest:
        way_out = "make it a plain function, for unittest has no fixtures"
    pytest.fail(
        f"marked {_MARKER}, but no event reaches it, for it takes no ecr_event: {way_out}",
        pytrace=False,
    )


def _is_of_unittest(item: pytest.Function) -> bool:
    unittest = sys.modules.get("unittest")
    if unittest is None or not isinstance(item.cls, type):
        return False
    return issubclass(item.cls, unittest.TestCase)


# --- what was collected ---------------------------------------------------------------------------


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `--ecr-kind` and `--ecr-evidence` do, and what was collected twice."""
    if config.stash.get(USED, False):
        with own_faults.tell_later(config):
            _leave_out(config, items)


def _leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    from ecr_contracts.frontends.pytest.consumer_item import ConsumerItem

    seen: set[str] = set()
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        if isinstance(item, ConsumerItem) and not config.option.keepduplicates:
            if item.nodeid in seen:
                continue
            seen.add(item.nodeid)
        if _is_left_out(item):
            left_out.append(item)
        else:
            kept.append(item)
    items[:] = kept
    if left_out:
        config.hook.pytest_deselected(items=left_out)


def _is_left_out(item: pytest.Item) -> bool:
    """Whether our options leave out all events of an item."""
    from ecr_contracts.frontends.pytest.consumers import case_params_of

    params = case_params_of(item)
    kinds, evidence = item.config.option.ecr_kind, item.config.option.ecr_evidence
    if kinds:
        params = [param for param in params if param.case.kind in kinds]
    if evidence:
        params = [param for param in params if param.case.evidence >= evidence]
    return not params and bool(case_params_of(item))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tell each consumer what of it has an item, now that all is deselected."""
    if session.config.stash.get(USED, False):
        with own_faults.tell_later(session.config):
            _tell_selected(session)


def _tell_selected(session: pytest.Session) -> None:
    from ecr_contracts.frontends.pytest.cases import EcrCase
    from ecr_contracts.frontends.pytest.kinds import EcrKind

    for item in session.items:
        if isinstance(item, EcrCase):
            item.judged.selected_cases.add(item.param.case.id)
        elif isinstance(item, EcrKind):
            item.judged.selected_runs.append((item.kind, item.envelope))


def _case_param(item: pytest.Item) -> CaseParam | None:
    """The case that an item of a single one gets.

    Every run calls this, so it loads nothing in vain.
    """
    if not item.config.stash.get(USED, False) or hasattr(item, "judgement"):
        return None
    from ecr_contracts.frontends.pytest.consumers import case_params_of

    params = case_params_of(item)
    return params[0] if params else None


# --- running --------------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, Any, Any]:
    """End the processes of the consumers once the last item has run, or the run is broken off."""
    try:
        return (yield)
    finally:
        for consumers in session.config.stash.get(COLLECTED, []):
            with own_faults.tell_later(session.config):
                consumers.close()


# --- reports --------------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what came of events, and say in a failure which they were and how to see it again."""
    if call.excinfo is not None and "ecr_effects" in getattr(item, "fixturenames", ()):
        with own_faults.tell_later(item.config):
            _reword_refusal(call.excinfo.value)
    report = yield
    own_faults.mark(report, call.excinfo)
    if item.config.stash.get(USED, False):
        with own_faults.tell_later(item.config):
            _complete(item, call, report)
    return report


def _reword_refusal(error: BaseException) -> None:
    """Have what the sandbox refused a test name the key that allows it, and no option of ours."""
    if isinstance(error, OSError) and isinstance(error.strerror, str):
        from ecr_contracts.frontends.pytest.settings_text import sandbox_in_configuration

        error.strerror = sandbox_in_configuration(error.strerror)


def _complete(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Have the report of an item carry and say what its event came to."""
    from ecr_contracts.frontends.pytest import marker, node_ids
    from ecr_contracts.frontends.pytest.consumer_item import ConsumerItem

    param = _case_param(item)
    is_configured = isinstance(item, ConsumerItem)
    if param is None and not is_configured:
        return
    if call.when == "call":
        trial = _attach_results(item, call, report)
        if trial is not None and not is_configured and report.failed:
            _forgive_weak(item, trial, report)
    if report.failed:
        lines = [node_ids.repeat(item.config, item.nodeid)]
        if param is not None and not is_configured:
            lines.insert(0, marker.description(param))
        report.sections.append(("ecr-contracts", "\n".join(lines)))
        if call.when == "call" and isinstance(item, ConsumerItem):
            _tell_parts(item, call, report)
    if report.skipped and isinstance(item, ConsumerItem):
        _place_skip(item, report)


def _tell_parts(item: ConsumerItem, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Report each finding of a failure by itself, as a subtest, where somebody knows these."""
    failure = None if call.excinfo is None else call.excinfo.value
    if not getattr(failure, "parts", ()):
        return
    from ecr_contracts.frontends.pytest import subtests
    from ecr_contracts.frontends.pytest.consumer_item import ConsumerFailure

    assert isinstance(failure, ConsumerFailure)
    for part in subtests.reports_of_parts(item, failure):
        vars(report)[_IN_PARTS] = True
        item.ihook.pytest_runtest_logreport(report=part)


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.CollectReport | pytest.TestReport) -> Any:
    """Count the findings of a test that fails, and not the test as well."""
    if getattr(report, _IN_PARTS, False):
        return "", "", ("FAILED", {"red": True})
    return None


def _forgive_weak(item: pytest.Item, trial: Trial, report: pytest.TestReport) -> None:
    """Have a marked test fail as expected, where its event is one that nobody has seen.

    It fails if the same went wrong with an event that is better known, and where `strict`, or the
    level of exceptions, in `[tool.ecr-contracts]` makes an error of it.
    """
    from ecr_contracts.core.findings import Severity
    from ecr_contracts.engine.checks.levels import effective_severity
    from ecr_contracts.engine.checks.policy import severity_on
    from ecr_contracts.frontends.pytest import marker

    known = item.config.stash.setdefault(_FAULTS, set())
    test = item.nodeid.partition("[")[0]
    [symptom] = trial.symptoms
    severity = severity_on(trial.case.evidence, symptom.severity)
    project = configuration.project_settings(configuration.nearest(item.path))
    effective = effective_severity(symptom.check, severity, project.levels, strict=project.strict)
    if effective is Severity.ERROR:
        known.add((test, symptom))
    elif (test, symptom) not in known:
        report.outcome = "skipped"
        vars(report)["wasxfail"] = marker.warning(trial.case)


def _place_skip(item: ConsumerItem, report: pytest.TestReport) -> None:
    """Have a skipped item of ours stand in the line in which its consumer is configured."""
    if isinstance(report.longrepr, tuple):
        _, _, reason = report.longrepr
        report.longrepr = str(item.path), item.judged.consumer.line, reason


def _attach_results(
    item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport
) -> Trial | None:
    """Have the report of an item carry what came of its event, of a kind, or beyond the cases.

    The trial is returned, if there is one.
    """
    from ecr_contracts.frontends.pytest import node_ids, xdist
    from ecr_contracts.frontends.pytest.cases import EcrCase, EcrExplore, packed_exploration
    from ecr_contracts.frontends.pytest.kinds import EcrKind, packed_judgement

    param = _case_param(item)
    if isinstance(item, EcrExplore):
        vars(report)[_EXPLORED] = packed_exploration(item)
    if isinstance(item, EcrKind):
        vars(report)[_JUDGED] = packed_judgement(item)
    if param is None:
        return None
    entry: int | None = None
    if isinstance(item, EcrCase):
        trial, entry = item.trial, item.judged.number
    else:
        trial = xdist.trial_of_test(item, call, report, param)
    if trial is not None:
        consumer = node_ids.without_event(item.nodeid, param.id)
        vars(report)[_TRIAL] = xdist.packed(trial, consumer, entry)
    return trial


# --- the summary ----------------------------------------------------------------------------------


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what the failures of each consumer come to: thirty red items may be one finding."""
    with own_faults.tell_later(terminalreporter.config):
        _summarise(terminalreporter)


def _summarise(terminalreporter: pytest.TerminalReporter) -> None:
    failed: set[str] = set()
    for report in terminalreporter.stats.get("failed", ()):
        if hasattr(report, _TRIAL) or hasattr(report, _EXPLORED):
            failed.add(report.nodeid)
    weak = [
        getattr(report, _TRIAL)
        for report in terminalreporter.stats.get("xfailed", ())
        if hasattr(report, _TRIAL) and getattr(report, _TRIAL)["symptoms"]
    ]
    made_up = _made_up_variables(terminalreporter)
    stopped = _unchecked_events(terminalreporter)
    breakpoints = list(dict.fromkeys(_breakpoints(terminalreporter)))
    is_headed = bool(made_up or stopped or breakpoints)
    if is_headed or failed or weak:
        from ecr_contracts.frontends.pytest import summary

        if is_headed:
            summary.write_head(terminalreporter)
        summary.write_made_up(terminalreporter, made_up)
        summary.write_unchecked(terminalreporter, stopped)
        summary.write_lines(terminalreporter, breakpoints)
    _tell_kinds(terminalreporter, is_headed=is_headed)
    if not failed:
        if weak:
            summary.write_warnings(terminalreporter, weak, is_headed=is_headed)
        return
    collected = summary.Collected()
    for outcome, reports in terminalreporter.stats.items():
        if outcome == "rerun":
            continue
        for report in reports:
            if hasattr(report, _TRIAL):
                collected.add_trial(report.nodeid, getattr(report, _TRIAL))
            if hasattr(report, _EXPLORED):
                collected.add_explored(report.nodeid, getattr(report, _EXPLORED))
    summary.write(terminalreporter, collected, failed, is_headed=is_headed)


def _tell_kinds(terminalreporter: pytest.TerminalReporter, *, is_headed: bool) -> None:
    """Tell what the items that are about a kind came to, and remember what failed."""
    reports: dict[str, Any] = {}
    for report in chain.from_iterable(terminalreporter.stats.values()):
        if hasattr(report, _JUDGED):
            reports[report.nodeid] = report  # of several runs of an item the last one
    if not reports:
        return
    from ecr_contracts.frontends.pytest import kind_summary

    judgements: list[kind_summary.Judgement] = []
    for nodeid, report in sorted(reports.items()):
        judgement = kind_summary.Judgement(nodeid, report.failed, getattr(report, _JUDGED))
        judgements.append(judgement)
    kind_summary.write(terminalreporter, judgements, is_headed=is_headed)
    kind_summary.save(terminalreporter.config, judgements)


def _results(terminalreporter: pytest.TerminalReporter) -> Iterator[dict[str, Any]]:
    """What the reports carry of events that were given."""
    for report in chain.from_iterable(terminalreporter.stats.values()):
        for attribute in (_TRIAL, _JUDGED):
            result = getattr(report, attribute, None)
            if result is not None:
                yield result


def _unchecked_events(terminalreporter: pytest.TerminalReporter) -> dict[tuple[str, str], int]:
    """How many events stopped at an answer of the sandbox, by consumer and answer."""
    counts: dict[tuple[str, str], int] = {}
    for result in _results(terminalreporter):
        for answer, number in result["stopped"].items():
            place = result["consumer"], answer
            counts[place] = counts.get(place, 0) + number
    return dict(sorted(counts.items()))


def _breakpoints(terminalreporter: pytest.TerminalReporter) -> Iterator[str]:
    """The notes on breakpoints in the code of consumers."""
    for result in _results(terminalreporter):
        yield from result.get("breakpoints", ())


def _made_up_variables(terminalreporter: pytest.TerminalReporter) -> dict[str, list[str]]:
    """The names of the variables that were made up, by consumer."""
    names: dict[str, dict[str, None]] = {}
    for result in _results(terminalreporter):
        if result["made_up"]:
            names.setdefault(result["consumer"], {}).update(dict.fromkeys(result["made_up"]))
    return {consumer: sorted(made_up) for consumer, made_up in sorted(names.items())}
