"""The pytest plugin: translates between pytest and the library, of which it loads next to nothing until it is used."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import sys
import textwrap
import traceback
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from ecr_contracts.calling import Outcome
    from ecr_contracts.cases import Case
    from ecr_contracts.checks import Symptom
    from ecr_contracts.configuration import Configured
    from ecr_contracts.errors import ConsumerError
    from ecr_contracts.findings import Finding, Location
    from ecr_contracts.running import Trial
    from ecr_contracts.workers import Worker

__all__ = ["EcrCase", "EcrConsumers", "ecr_event"]

_MARKER = "ecr_contract"
_BARE = "lambda"  # the envelope that case ids do not mention
_TRIAL = "ecr_contracts"  # the attribute of a report that carries a trial, as plain data since it may come from xdist
_EVENT_LINES, _EVENT_COLUMNS = 60, 120  # of an event in a failure
_WIDEST = 120  # columns of the summary, however wide the terminal
_MESSAGE_LIMIT = 2_000

_RUNS = pytest.StashKey["list[_Run]"]()
_USED = pytest.StashKey[bool]()
_ADDED = pytest.StashKey[bool]()


# Options, marker, fixture --------------------------------------------------------------------------------------------


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
        config.pluginmanager.register(_Listing(), "ecr_contracts_listing")


def _refuse_unknown(config: pytest.Config) -> None:
    from ecr_contracts import catalog
    from ecr_contracts.errors import UnknownNameError
    from ecr_contracts.findings import Evidence

    for kind in config.option.ecr_kind:
        if kind not in catalog.kinds():
            raise pytest.UsageError(f"--ecr-kind: {UnknownNameError('kind', kind, catalog.kinds())}")
    if (evidence := config.option.ecr_evidence) and evidence not in list(Evidence):
        raise pytest.UsageError(f"--ecr-evidence: {UnknownNameError('evidence', evidence, Evidence)}")


class _Given(NamedTuple):
    """What an item gets: a case, wrapped in an envelope."""

    case: Case
    via: str

    @property
    def id(self) -> str:
        return self.case.id if self.via == _BARE else f"{self.case.id}@{self.via}"

    def payload(self) -> Any:
        from ecr_contracts import delivery

        return delivery.envelope(self.via).wrap([self.case.event])


@pytest.fixture
def ecr_event(request: pytest.FixtureRequest) -> Any:
    """An Amazon ECR event of a kind that the test's marker `ecr_contract` names; each test gets a copy of its own."""
    given = getattr(request, "param", None)
    if isinstance(given, _Given):
        return given.payload()
    if request.node.get_closest_marker(_MARKER) is None:
        way_out = f"mark the test, as in @pytest.mark.{_MARKER}('scan')"
    else:
        way_out = "name it as an argument of the test, or of a fixture that the test names"
    pytest.fail(f"ecr_event has no event to give: {way_out}", pytrace=False)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make an item of each case and envelope that a test is marked with."""
    if "ecr_event" not in metafunc.fixturenames:
        return
    marks = list(metafunc.definition.iter_markers_with_node(_MARKER))
    if not marks:
        return
    from ecr_contracts.errors import EcrContractsError

    # What stands at the test itself overrides what stands at its class or module.
    nearest = [mark for node, mark in reversed(marks) if node is marks[0][0]]
    try:
        given = {one.id: one for mark in nearest for one in _asked(mark)}
    except EcrContractsError as error:
        pytest.fail(f"{metafunc.definition.nodeid}: {_MARKER}: {error}", pytrace=False)
    except TypeError as error:
        pytest.fail(f"{metafunc.definition.nodeid}: {error}", pytrace=False)
    metafunc.parametrize("ecr_event", given.values(), ids=given, indirect=True)


def _asked(mark: pytest.Mark) -> Iterator[_Given]:
    """What a marker asks for."""
    from ecr_contracts import catalog, checking, delivery

    via = mark.kwargs.get("via")
    envelopes = [via] if isinstance(via, str) else [_BARE] if via is None else via
    plain = isinstance(envelopes, list | tuple) and all(isinstance(name, str) for name in (*envelopes, *mark.args))
    if not plain or not envelopes or set(mark.kwargs) - {"via"}:
        written = ", ".join([*map(repr, mark.args), *(f"{name}={value!r}" for name, value in mark.kwargs.items())])
        raise TypeError(
            f"{_MARKER} takes names of kinds and via, an envelope or a list of them, as in "
            f"{_MARKER}('scan', 'push', via='sqs'), not {_MARKER}({written})"
        )
    for envelope in map(delivery.envelope, envelopes):
        for kind in mark.args or catalog.kinds():
            for case in checking.selected(kind):
                yield _Given(case, envelope.name)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a marked test that takes no event: it would be green whatever the events are."""
    marked = _MARKER in item.keywords
    if not marked or not isinstance(item, pytest.Function) or "ecr_event" in item.fixturenames:
        return
    unittest = sys.modules.get("unittest")
    is_case = unittest is not None and isinstance(item.cls, type) and issubclass(item.cls, unittest.TestCase)
    # A class or a module may be marked for the sake of some of its tests.
    if any(node is item or (is_case and node is item.parent) for node, _ in item.iter_markers_with_node(_MARKER)):
        way_out = "make it a plain function, for unittest has no fixtures" if is_case else "name it as an argument"
        pytest.fail(f"marked {_MARKER}, but no event reaches it, for it takes no ecr_event: {way_out}", pytrace=False)


# Collection ----------------------------------------------------------------------------------------------------------


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
        session.stash[_ADDED] = True
        config.args = [*config.args, _from_here(config, file)]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> EcrConsumers | None:
    """Collect the pyproject.toml of the root, and any that is named as an argument."""
    if file_path.name != "pyproject.toml":
        return None
    wanted = file_path.parent == parent.config.rootpath or parent.session.isinitpath(file_path)
    if not wanted or not _names_consumers(file_path):
        return None
    consumers: EcrConsumers = EcrConsumers.from_parent(parent, path=file_path)
    return consumers


def _names_consumers(file: Path) -> bool:
    """Whether a pyproject.toml has a table of ours; one that is no TOML may have, which collecting it complains about.

    Every run asks this, so it asks for no module of ours, and parses nothing that does not speak of us.
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


class EcrConsumers(pytest.File):
    """A pyproject.toml with consumers: an item for each of their cases and envelopes."""

    def collect(self) -> Iterable[EcrCase]:
        """The items of all consumers, in the file's order."""
        from ecr_contracts import configuration
        from ecr_contracts.errors import EcrContractsError

        self.config.stash[_USED] = True
        # Pytest takes what is named as an argument for wanted, but this may have been our argument.
        ours = self.session.stash.get(_ADDED, False)
        if ours and self.ihook.pytest_ignore_collect(collection_path=self.path, config=self.config):
            return []
        items: dict[str, EcrCase] = {}
        try:
            for consumer in configuration.read(self.path):
                run = _Run(consumer)
                self.session.stash.setdefault(_RUNS, []).append(run)
                for via, case in consumer.plan():
                    given = _Given(case, via)
                    name = f"{consumer.target}[{given.id}]"
                    if name in items:
                        raise self.CollectError(
                            f"{self.path.name}, tool.ecr-contracts.consumers: {name} is there twice"
                        )
                    # Read from its text, as --lf does: pytest 9.2 would take the brackets for a part of the name.
                    nodeid = f"{self.nodeid}::{name}"
                    items[name] = EcrCase.from_parent(self, name=name, nodeid=nodeid, run=run, given=given)
        except EcrContractsError as error:
            raise self.CollectError(str(error)) from None
        return list(items.values())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `--ecr-kind` and `--ecr-evidence` do, and what was collected twice."""
    kinds, evidence = config.option.ecr_kind, config.option.ecr_evidence
    if not (kinds or evidence or config.stash.get(_USED, False)):
        return
    from ecr_contracts.findings import Evidence

    strongest_first = list(Evidence)
    seen: set[str] = set()
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        if isinstance(item, EcrCase) and not config.option.keepduplicates:
            if item.nodeid in seen:
                continue
            seen.add(item.nodeid)
        given = _given(item)
        fits = given is None or (
            (not kinds or given.case.kind in kinds)
            and (not evidence or given.case.evidence in strongest_first[: strongest_first.index(evidence) + 1])
        )
        (kept if fits else left_out).append(item)
    items[:] = kept
    if left_out:
        config.hook.pytest_deselected(items=left_out)


def _given(item: pytest.Item) -> _Given | None:
    """What an item of ours, or a marked test, gets."""
    if isinstance(item, EcrCase):
        return item.given
    callspec = getattr(item, "callspec", None)
    given = callspec.params.get("ecr_event") if callspec is not None else None
    return given if isinstance(given, _Given) else None


# Running -------------------------------------------------------------------------------------------------------------


class _Run:
    """One configured consumer at work: its process, and what makes the rest of its items pointless."""

    def __init__(self, consumer: Configured) -> None:
        self.consumer = consumer
        self.late = 0
        self._worker: Worker | None = None
        self._refused: tuple[str, ConsumerError] | None = None

    def call(self, payload: Any, *, asker: str) -> Outcome:
        """Give the consumer a payload. Raises ConsumerError to the first who asks, when it cannot be loaded."""
        from ecr_contracts import running
        from ecr_contracts.errors import ConsumerError
        from ecr_contracts.workers import Worker

        if self._refused is not None:
            first, error = self._refused
            if first == asker:
                raise error
            pytest.skip(f"{self.consumer.target} cannot be loaded, as {first} says")
        if self.late >= running.PATIENCE:
            pytest.skip(f"{self.consumer.target} did not answer {running.PATIENCE} times")
        try:
            # Names and complaints are relative to the configuration, wherever pytest was started.
            with contextlib.chdir(self.consumer.folder):
                if self._worker is None:
                    self._worker = Worker(self.consumer.target, timeout=self.consumer.timeout)
                self._worker.start()
        except ConsumerError as error:
            self._refused = asker, error
            raise
        return self._worker.call(payload)

    def close(self) -> None:
        """End the process."""
        if self._worker is not None:
            self._worker.close()


class _Fault(Exception):  # noqa: N818 - it is what was found, and nobody catches it
    """How an item of ours fails: what is shown, the line that sums it up, and the line of the consumer's code."""

    def __init__(self, text: str, summary: str, location: Location | None) -> None:
        super().__init__(text)
        self.summary, self.location = summary, location


class EcrCase(pytest.Item):
    """One case, given to a configured consumer in a process of its own."""

    def __init__(self, *, run: _Run, given: _Given, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.run, self.given = run, given
        self.trial: Trial | None = None
        self.add_marker(pytest.mark.ecr_contract(given.case.kind, via=given.via))

    def runtest(self) -> None:
        """Call the consumer, and fail by what the checks call an error."""
        from ecr_contracts import checking, running
        from ecr_contracts.calling import Status
        from ecr_contracts.errors import ConsumerError

        self.trial = None
        try:
            trial = running.trial(self._call, self.given.case, self.given.via)
            sys.stdout.write(_encodable(trial.outcome.output, sys.stdout.encoding))
            self.run.late += trial.outcome.status is Status.TIMED_OUT
            self.trial = trial = checking.without_misprints(self._call, trial)
        except ConsumerError as error:
            raise _Fault(str(error), error.cause, None) from None
        if not _errors(trial):
            return
        if None in trial.case.labels.values():
            pytest.skip("it fails for what AWS misprints in its sample, and no event has")
        option = self.config.getoption
        style = option("tbstyle", "auto")
        verbose = option("verbose", 0) > 0 or style in ("long", "native")
        text, summary = _told(trial, verbose=verbose)
        if style == "line":
            text = summary
        elif option("showcapture", "all") != "all":
            text = f"{text}\n\n{_repeat(self.config, self.nodeid)}"
        raise _Fault(text, summary, _errors(trial)[0].location)

    def _call(self, payload: Any) -> Outcome:
        return self.run.call(payload, asker=self.nodeid)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was found, without a traceback of ours."""
        fault = excinfo.value
        if not isinstance(fault, _Fault):
            return super().repr_failure(excinfo, style)
        shown = excinfo.getrepr(style="value", chain=False)
        if (crash := shown.reprcrash) is not None:
            crash.message = fault.summary
            crash.path, crash.lineno = _from_here(self.config, self.path), self.run.consumer.line
            if fault.location is not None:
                crash.path, crash.lineno = fault.location.file, fault.location.line
        return shown

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the consumer is configured."""
        return self.path, self.run.consumer.line - 1, self.name


def _errors(trial: Trial) -> list[Symptom]:
    from ecr_contracts.findings import Severity

    return [symptom for symptom in trial.symptoms if symptom.severity is Severity.ERROR]


def _told(trial: Trial, *, verbose: bool) -> tuple[str, str]:
    """A failed trial in full, the finding before the payload, and in one line."""
    from ecr_contracts import explaining, report

    words = {finding.check: report.headline(finding) for finding in explaining.findings([trial])}
    heads: list[str] = []
    lines: list[str] = []
    for symptom in _errors(trial):
        heads.append(": ".join(filter(None, (words[symptom.check], symptom.message))))
        lines.append(heads[-1])
        if symptom.location is not None:
            lines.append(f"{symptom.location.file}:{symptom.location.line}  {symptom.location.source}".rstrip())
        lines.append("")
    if verbose and trial.outcome.traceback:
        lines += [trial.outcome.traceback.rstrip(), ""]
    lines += [_which(_Given(trial.case, trial.via)), ""]
    event = _compact(trial.case.event).splitlines()
    lines += [
        line if len(line) <= _EVENT_COLUMNS else f"{line[: _EVENT_COLUMNS - 1]}…" for line in event[:_EVENT_LINES]
    ]
    if len(event) > _EVENT_LINES:
        lines.append("…")
    return _encodable("\n".join(lines)), _encodable(heads[0].partition("\n")[0])


def _differences(case: Case) -> str:
    """In what a case differs from the ordinary event."""
    from ecr_contracts import cases, explaining, reading

    contract = reading.contract(case.kind)
    found = [choice for choice in explaining.deviations(contract, case) if choice[1] != explaining.UNLISTED]
    if case.id.endswith(f"/{cases.SAMPLE}"):
        return ", ".join(["AWS's own sample", *(contract.by_path[path][label].token for path, label in found)])
    return ", ".join(f"{path} is {label}" for path, label in found) or "the ordinary event"


def _compact(value: Any, margin: int = 0, before: int = 0) -> str:
    """JSON with each object and array that fits on a line on one line, `before` what stands on the line already."""
    text = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or margin + before + len(text) < _EVENT_COLUMNS:
        return text
    margin += 2
    if isinstance(value, dict):
        keys = [f"{json.dumps(key, ensure_ascii=False)}: " for key in value]
        parts = [key + _compact(part, margin, len(key)) for key, part in zip(keys, value.values(), strict=True)]
    else:
        parts = [_compact(part, margin) for part in value]
    first, last = "{}" if isinstance(value, dict) else "[]"
    inner = f",\n{' ' * margin}".join(parts)
    return f"{first}\n{' ' * margin}{inner}\n{' ' * (margin - 2)}{last}"


def _encodable(text: str, encoding: str | None = "utf-8") -> str:
    """The text without what an encoding cannot carry: lone surrogates, which xdist stumbles over."""
    return text.encode(encoding or "utf-8", "backslashreplace").decode(encoding or "utf-8")


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, Any, Any]:
    """End the processes of the consumers as soon as the last item has run, or the run is broken off."""
    try:
        return (yield)
    finally:
        for run in session.stash.get(_RUNS, []):
            run.close()


# Reports -------------------------------------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what came of an event, and say in a failure which it was and how to see it again."""
    report = yield
    given = _given(item)
    if given is None:
        return report
    configured = isinstance(item, EcrCase)
    if call.when == "call":
        trial = item.trial if isinstance(item, EcrCase) else _tried(item, call, report, given)
        if trial is not None:
            vars(report)[_TRIAL] = _packed(trial, _without(item.nodeid, given.id), configured=configured)
    if report.failed:
        repeat = _repeat(item.config, item.nodeid)
        report.sections.append(("ecr-contracts", repeat if configured else f"{_which(given)}\n{repeat}"))
    elif report.skipped and isinstance(item, EcrCase) and isinstance(report.longrepr, tuple):
        report.longrepr = str(item.path), item.run.consumer.line, report.longrepr[2]
    return report


def _which(given: _Given) -> str:
    """Which event an item got, and on what it rests."""
    return f"{given.id} ({given.case.evidence.value}): {_differences(given.case)}"


def _tried(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport, given: _Given) -> Trial | None:
    """What a marked test did with its event; nothing if it was skipped, or failed as xfail wants it."""
    from ecr_contracts.calling import Outcome, Status
    from ecr_contracts.checks import Symptom
    from ecr_contracts.findings import Severity
    from ecr_contracts.homes import Home
    from ecr_contracts.running import Trial

    if report.passed:
        return Trial(given.case, given.via, Outcome(Status.RETURNED), ())
    if not report.failed or call.excinfo is None:
        return None
    home = Home.around(item.path, str(item.config.rootpath))
    location = home.location(traceback.walk_tb(call.excinfo.tb))
    message = ""
    # What an assertion says differs from event to event; where it stands does not.
    if not call.excinfo.errisinstance(AssertionError):
        with contextlib.suppress(Exception):  # an exception's own __str__ may raise anything
            message = str(call.excinfo.value)[:_MESSAGE_LIMIT]
    symptom = Symptom("raises", Severity.ERROR, call.excinfo.typename, location, message, ends=True)
    return Trial(given.case, given.via, Outcome(Status.RAISED), (symptom,))


def _without(nodeid: str, case_id: str) -> str:
    """The id of an item without that of its event: a consumer, or a marked test."""
    file, separator, rest = nodeid.partition("::")
    name, _, parameters = rest.partition("[")
    others = f"-{parameters[:-1]}-".replace(f"-{case_id}-", "-", 1)[1:-1]
    return file + separator + (f"{name}[{others}]" if others else name)


def _repeat(config: pytest.Config, nodeid: str) -> str:
    """The command that runs one item again."""
    file, separator, rest = nodeid.partition("::")
    return f"pytest {shlex.quote(_from_here(config, config.rootpath / file) + separator + rest)}"


def _from_here(config: pytest.Config, file: Path) -> str:
    """A file as it is named where pytest was started."""
    with contextlib.suppress(ValueError):  # on Windows it may lie on another drive
        return Path(os.path.relpath(file, config.invocation_params.dir)).as_posix()
    return str(file)


def _packed(trial: Trial, consumer: str, *, configured: bool) -> dict[str, Any]:
    """A trial as data that xdist can carry, for it knows exact built-in types alone."""
    symptoms = []
    for symptom in trial.symptoms:
        values = asdict(symptom) | {"severity": symptom.severity.value, "message": _encodable(symptom.message)}
        if symptom.location is not None:
            values["location"] = {
                name: _encodable(value) if isinstance(value, str) else value
                for name, value in asdict(symptom.location).items()
            }
        symptoms.append(values)
    return {
        "consumer": consumer,
        "configured": configured,
        "case": trial.case.id,
        "labels": dict(trial.case.labels),
        "via": trial.via,
        "status": trial.outcome.status.value,
        "symptoms": symptoms,
    }


def _unpacked(packed: dict[str, Any]) -> Trial:
    from ecr_contracts import cases
    from ecr_contracts.calling import Outcome, Status
    from ecr_contracts.checks import Symptom
    from ecr_contracts.findings import Location, Severity
    from ecr_contracts.running import Trial

    symptoms = [
        Symptom(
            **values
            | {
                "severity": Severity(values["severity"]),
                "location": Location(**values["location"]) if values["location"] else None,
            }
        )
        for values in packed["symptoms"]
    ]
    case = replace(cases.case(packed["case"]), labels=packed["labels"])
    return Trial(case, packed["via"], Outcome(Status(packed["status"])), tuple(symptoms))


# Summary and listing -------------------------------------------------------------------------------------------------


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what the failures of each consumer come to: thirty red items may be one finding."""
    failed = {report.nodeid for report in terminalreporter.stats.get("failed", ()) if hasattr(report, _TRIAL)}
    if not failed:
        return
    tried: dict[str, dict[str, dict[str, Any]]] = {}
    for outcome, reports in terminalreporter.stats.items():
        for report in reports if outcome != "rerun" else ():
            if packed := getattr(report, _TRIAL, None):
                tried.setdefault(packed["consumer"], {})[report.nodeid] = packed
    pages: dict[object, list[_Page]] = {}
    for consumer, trials in sorted(tried.items()):  # xdist brings reports in any order
        if page := _page(consumer, trials, failed):
            # A test may have further parameters, which mostly make no difference.
            pages.setdefault((consumer.partition("[")[0], page.signature), []).append(page)
    if pages:
        terminalreporter.write_sep("=", "ecr-contracts")
    for number, alike in enumerate(pages.values()):
        lines = list(_lines(terminalreporter.config, alike))
        for line, markup in [("", {}), *lines] if number else lines:
            terminalreporter.write_line(_encodable(line), **markup)


class _Page(NamedTuple):
    """What the trials of a consumer, or of a marked test, come to."""

    consumer: str
    failures: int
    trials: int
    faults: list[list[Finding]]
    nodeids: dict[tuple[str, str], str]

    @property
    def signature(self) -> tuple[object, ...]:
        findings = [finding for alternatives in self.faults for finding in alternatives]
        told = ((one.check, one.via, one.cause, one.exception, one.location, one.failed) for one in findings)
        return self.failures, self.trials, *told


def _page(consumer: str, tried: Mapping[str, dict[str, Any]], failed: Collection[str]) -> _Page | None:
    """A page, or nothing where a failure speaks for itself."""
    from ecr_contracts import cases, explaining, report

    failures = sum(nodeid in failed for nodeid in tried)
    configured = any(packed["configured"] for packed in tried.values())
    if failures < (1 if configured else 2) or len(tried) == 1:
        return None
    trials = {nodeid: _unpacked(packed) for nodeid, packed in tried.items()}
    kinds = dict.fromkeys(trial.case.kind for trial in trials.values())
    place = {case.id: number for kind in kinds for number, case in enumerate(cases.edge_cases(kind))}
    ordered = sorted(trials, key=lambda nodeid: (place[trials[nodeid].case.id], nodeid))
    findings = explaining.findings(trials[nodeid] for nodeid in ordered)
    nodeids = {(trials[nodeid].case.id, trials[nodeid].via): nodeid for nodeid in ordered}
    return _Page(consumer, failures, len(tried), report.faults(findings), nodeids)


def _lines(config: pytest.Config, alike: list[_Page]) -> Iterator[tuple[str, dict[str, bool]]]:
    """Pages that say the same of one test, as one, with the colours of each line."""
    from ecr_contracts import report
    from ecr_contracts.findings import Severity

    page = alike[0]
    name = page.consumer.removeprefix("pyproject.toml::")
    if len(alike) > 1:
        name = f"{name.partition('[')[0]}, {len(alike)} variants alike"
    yield f"{name}: {page.failures} of {page.trials} events fail", {"bold": True}
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    for number, alternatives in enumerate(page.faults, 1):
        first = alternatives[0]
        error = first.severity is Severity.ERROR
        margin = " " * len(f"{number}  ")
        wrapped = textwrap.TextWrapper(width, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False)
        head, *rest = report.finding_lines(*alternatives)
        yield "", {}
        for line in wrapped.wrap(f"{number}  {'' if error else 'warning: '}{head}"):
            yield line, {"bold": True, "red" if error else "yellow": True}
        for line in rest:
            if first.location and line.startswith(f"{first.location.file}:{first.location.line}"):
                line = margin + line
                yield line if len(line) <= width else f"{line[: width - 1]}…", {"cyan": True}
            else:
                yield from ((part, {}) for part in wrapped.wrap(margin + line))
        # Never broken, since it is there to be copied.
        yield margin + _repeat(config, page.nodeids[first.case, first.via]), {"light": True}


class _Listing:
    """Prints what would be run, in place of running it."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Print the cases of the collected items, else of every kind that the options leave."""
        from ecr_contracts import catalog, checking
        from ecr_contracts.findings import Evidence

        config = session.config
        users: dict[tuple[str, str], dict[str, None]] = {}
        cases: dict[tuple[str, str], dict[str, _Given]] = {}
        for item in session.items:
            if (given := _given(item)) is not None:
                user = _without(item.nodeid, given.id).removeprefix("pyproject.toml::").partition("[")[0]
                users.setdefault((given.case.kind, given.via), {})[user] = None
                cases.setdefault((given.case.kind, given.via), {})[given.id] = given
        if not cases:
            for kind in config.option.ecr_kind or catalog.kinds():
                evidence = config.option.ecr_evidence
                chosen = [_Given(case, _BARE) for case in checking.selected(kind, evidence and Evidence(evidence))]
                cases[kind, _BARE] = {given.id: given for given in chosen}
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            for (kind, via), listed in cases.items():
                told = f" for {', '.join(users[kind, via])}" if users else ""
                reporter.write_line("")
                reporter.write_line(f"{kind} via {via}, {len(listed)} event{'s' * (len(listed) != 1)}{told}", bold=True)
                widest = max(map(len, listed), default=0)
                for given in listed.values():
                    row = f"  {given.id:<{widest}}  {given.case.evidence.value:<10}  {_differences(given.case)}"
                    reporter.write_line(row)
        return True

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A listing without tests is no failure."""
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK
