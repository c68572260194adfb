"""The command line in process: words in, words and an exit code out, and never a traceback."""

from __future__ import annotations

import argparse
import io
import json
import re
import shlex
import sys
import textwrap
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import jsonschema
import pytest

import ecr_contracts
from ecr_contracts.core.findings import Evidence
from ecr_contracts.eventbridge.envelopes.logs import control_message
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES, carry, envelope
from ecr_contracts.eventbridge.unwrap import unwrap
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import combinations, edge_cases, invalid_cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.frontends.cli.main import COMMANDS, build_parser, main
from tests import oracle
from tests.rows import in_one_test, long_but

REPORT = json.loads(
    (oracle.SCHEMAS.parent / "ecr_contracts" / "report.schema.json").read_text("utf-8")
)

APP = """
import os
import sys


def handler(event, context):
    detail = event["detail"]
    return detail["image-tags"][0], detail["finding-severity-counts"]["CRITICAL"]


def deploy(event, context):
    if event["detail"]["action-type"] == "PUSH":
        return event["resources"][0], event["detail"]["image-tag"]


def worker(event, context):
    for record in event["Records"]:
        if '"scan-status":"FAILED"' in record["body"]:
            sys.exit(1)


def odd(event, context):
    if len(event["detail"].get("image-digest", "x" * 71)) != 71:
        raise ValueError


def fine(event, context):
    return event


def idle(event, context):
    return None


def picky(event, context):
    if ord(event["detail"]["repository-name"][0]) == 97:  # which no analysis follows
        raise ValueError


def dies(event, context):
    if "image-digest" not in event["detail"]:
        os._exit(3)
    return event["detail"]["image-tag"]


def hangs(event, context):
    while "image-digest" not in event["detail"]:
        pass
    return event["detail"]["image-tag"]


class Empty:
    pass


number = 5
"""


@pytest.fixture(autouse=True)
def app(tmp_path, monkeypatch):
    """A folder with some handlers, to work in."""
    monkeypatch.chdir(tmp_path)
    Path("app.py").write_text(APP, "utf-8")
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@dataclass(frozen=True)
class Report:
    """What `check ... --format json` said, and the folder in which it was run."""

    folder: Path
    code: int
    document: dict
    complaints: str


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report of a check, by its arguments; each is run once, in a folder of its own."""

    @cache
    def reported(arguments: str) -> Report:
        folder = tmp_path_factory.mktemp("check")
        (folder / "app.py").write_text(APP, "utf-8")
        out, complaints = io.StringIO(), io.StringIO()
        with chdir(folder), redirect_stdout(out), redirect_stderr(complaints):
            code = main(["check", *shlex.split(arguments), "--format", "json"])
        return Report(folder, code, json.loads(out.getvalue()), complaints.getvalue())

    return reported


# --- check ----------------------------------------------------------------------------------------


QUICK = "--strength 1 --examples 0"
FEW_CALLS = f"--kind scan {QUICK} --probe 0"


def test_findings_are_results_and_make_the_exit_code_1(run):
    code, out, complaints = run(f"check app.py:handler --kind scan {QUICK}")
    assert (code, complaints) == (1, "")
    assert "\n1  IndexError when image-tags is empty (as in AWS's own sample)" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("app.py:fine --examples 0", "nothing found in app.py:fine: all 267 "),
        (f"app.py:odd --kind scan {QUICK}", "no fault, 1 warning in app.py:odd: 1 of 48 "),
        ("app.py:fine --case scan/no-tags", "nothing found in app.py:fine: 1 "),
    ],
)
def test_nothing_but_advice_makes_the_exit_code_0(run, arguments, words):
    code, out, complaints = run(f"check {arguments}")
    assert (code, complaints) == (0, "")
    assert out.startswith(words)


HANGS = "app.py:hangs --kind push --timeout 0.2 --examples 0 --probe 5"
DIES = f"app.py:dies --kind push {QUICK}"
TWO_ENVELOPES = f"app.py:handler --kind scan --via lambda --via event-bus --via lambda {QUICK}"
TWO_CASES = "app.py:handler --case scan/sample --case push/no-tag"
FINE = "app.py:fine --kind scan --examples 20"
# Each has findings of another sort, and is repeated in another way.
WITH_FINDINGS = [
    "app.py:handler --examples 0",
    TWO_CASES,
    f"app.py:handler {FEW_CALLS}",
    TWO_ENVELOPES,
    "app.py:deploy --evidence documented",
    "app.py:deploy --examples 0",
    "app.py:worker --kind scan --examples 20",
    "app.py:odd --examples 0",
    "app.py:idle --kind push",
    "app.py:picky --kind push",
    "app.py:picky --kind push --strength 1 --examples 150",
    DIES,
    HANGS,
]
QUICK_ONES = {TWO_CASES, "app.py:deploy --evidence documented", "app.py:picky --kind push", FINE}


@pytest.mark.parametrize("arguments", long_but(QUICK_ONES.__contains__, [*WITH_FINDINGS, FINE]))
def test_programs_get_a_report_as_its_schema_says(report, arguments):
    checked = report(arguments)
    jsonschema.Draft202012Validator(REPORT).validate(checked.document)
    severities = {finding["severity"] for finding in checked.document["findings"]}
    assert checked.complaints == ""
    assert checked.code == ("error" in severities)
    assert bool(severities) == (arguments in WITH_FINDINGS)
    assert checked.document["consumer"] == arguments.partition(" ")[0]


ALIKE = (
    "check",
    "severity",
    "kind",
    "via",
    "cause",
    "explained",
    "exception",
    "message",
    "location",
    "evidence",
)


@pytest.mark.parametrize("arguments", long_but(QUICK_ONES.__contains__, WITH_FINDINGS))
def test_the_command_that_a_finding_ends_with_shows_it_again(run, monkeypatch, report, arguments):
    checked = report(arguments)
    monkeypatch.chdir(checked.folder)
    for finding in checked.document["findings"]:
        program, *words = shlex.split(finding["repeat"])
        assert program == "ecr-contracts"
        if arguments == HANGS:
            # Where the finding is not about time, its command leaves it at five seconds a call.
            words += ["--timeout", "0.2"]
        _, out, _ = run(shlex.join(words), "--format", "json")
        again = [{key: other[key] for key in ALIKE} for other in json.loads(out)["findings"]]
        assert {key: finding[key] for key in ALIKE} in again


def test_several_cases_of_several_kinds_may_be_chosen(run):
    cases_of_two_kinds = "--case push/no-tag --case scan/ordinary --case push/ordinary"
    code, out, _ = run(f"check app.py:deploy --format json {cases_of_two_kinds}")
    document = json.loads(out)
    assert code == 1
    assert (document["kinds"], document["cases_run"]) == (["push", "scan"], 3)
    faults = {(finding["kind"], finding["exception"]) for finding in document["findings"]}
    assert faults == {("push", "IndexError"), ("scan", "KeyError")}


@pytest.mark.long
def test_a_consumer_may_be_given_events_in_two_envelopes(report):
    checked = report(TWO_ENVELOPES)
    assert checked.code == 1
    assert checked.document["via"] == ["lambda", "event-bus"]
    assert {finding["via"] for finding in checked.document["findings"]} == {"lambda", "event-bus"}


def test_events_of_weaker_evidence_may_be_left_out(run):
    for evidence in Evidence:
        _, out, _ = run(
            f"check app.py:fine --kind push --examples 0 --format json --evidence {evidence}"
        )
        document = json.loads(out)
        assert document["cases_run"] == len(edge_cases("push", 2, evidence))
        assert (
            f"all {combinations(reader.contract('push'), 2, evidence):,} pairs"
            in document["guarantee"]
        )
        assert f"that rest on no less than {evidence} evidence" in document["guarantee"]


def effort(out: str) -> str:
    """What a report says was tried, in one line; the line on reach stands below it."""
    tried, _, reach = out.partition("tried: ")[2].partition("\nreach: ")
    assert reach
    words, took, seconds = " ".join(tried.split()).rpartition(", in ")
    assert took
    assert re.fullmatch(r"\d+\.\d s", seconds)
    return words


@pytest.mark.parametrize(("strength", "together"), [(1, "choices"), (2, "pairs"), (3, "triples")])
def test_how_many_choices_are_to_meet_may_be_told(run, strength, together):
    code, out, complaints = run(f"check app.py:fine --kind push --examples 0 --strength {strength}")
    assert (code, complaints) == (0, "")
    assert f"nothing found in app.py:fine: all {len(edge_cases('push', strength))} push" in out
    number = len(edge_cases("push", strength))
    covered = together if strength == 1 else f"{together} of choices"
    assert effort(out) == f"{number} push events (all {covered})"
    whole = run(f"check app.py:fine --kind push --examples 0 -v --strength {strength}")[1]
    held = combinations(reader.contract("push"), strength)
    assert f": all {held:,} {together} of 11 facets; in " in " ".join(whole.split())


@pytest.mark.long
def test_how_many_events_are_drawn_may_be_told(run, report):
    usual = run("check app.py:fine --kind push")[1]
    assert effort(usual).endswith(" and 200 of other values")
    few = run("check app.py:fine --kind push --examples 20")[1]
    assert effort(few).endswith(" and 20 of other values")
    assert "other values" not in run("check app.py:fine --kind push --examples 0")[1]
    assert run("check app.py:picky --kind push --examples 0")[0] == 0
    assert report("app.py:picky --kind push").code == 1


def test_which_events_are_drawn_may_be_told(run):
    assert "(seed" not in run("check app.py:fine --kind push --strength 1 --examples 1")[1]
    words = "check app.py:picky --kind push --strength 1 --seed 7 --examples 150"
    code, out, _ = run(words)
    assert code == 1
    assert " of other values (seed 7)" in " ".join(out.split())
    # What a report is repeated with says the seed too.
    kept = [file.read_text() for file in Path(".ecr-contracts").iterdir() if file.is_file()]
    assert any("--seed" in text for text in kept)
    assert run("check --replay 1")[0] == 1


def test_how_long_it_takes_may_be_told(run):
    code, out, _ = run("check app.py:fine --kind push --max-time 0.8 --timeout 1 --examples 100000")
    flat = " ".join(out.split())
    assert (code, "stopped after 0.8 s, as asked: " in flat) in ((0, True), (2, False))


def test_how_many_further_calls_are_made_may_be_told(run):
    line = f"check app.py:handler --kind scan {QUICK}"
    headlines = re.compile(r"^\d  .*\n", re.MULTILINE)
    _, usual, _ = run(line)
    assert "more calls to explain" in effort(usual)
    code, without, _ = run(f"{line} --probe 0")
    assert code == 1
    assert "to explain" not in effort(without)
    assert {line[3:] for line in headlines.findall(without)} == {
        line[3:] for line in headlines.findall(usual)
    }
    assert "  IndexError when image-tags is empty (as in AWS's own sample)" in without


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ("--strength 0", "the strength is how many choices are to meet: 1, 2, 3 or 4, not 0"),
        ("--strength 9", "the strength is how many choices are to meet: 1, 2, 3 or 4, not 9"),
        ("--strength x", "argument --strength: invalid int value: 'x'"),
        ("--probe -1", "argument --probe: '-1' is no number from 0 on"),
        ("--probe=x", "argument --probe: 'x' is no number from 0 on"),
        ("--examples x", "argument --examples: 'x' is no number from 0 on"),
        ("--examples -5", "argument --examples: '-5' is no number from 0 on"),
        ("--seed -1", "argument --seed: '-1' is no number from 0 on"),
        ("--max-time 0", "argument --max-time: '0' is no number of seconds above 0"),
        ("--max-time inf", "argument --max-time: 'inf' is no number of seconds above 0"),
        ("--max-time nan", "argument --max-time: 'nan' is no number of seconds above 0"),
        ("--examples 1.5", "argument --examples: '1.5' is no number from 0 on"),
        ("--examples", "argument --examples: expected one argument"),
    ],
)
def test_what_no_option_can_be_is_told_in_one_line(run, option, complaint):
    code, out, complaints = run(f"check app.py:fine {option}")
    assert (code, out) == (2, "")
    *usage, last = complaints.splitlines()
    beginning = (
        "ecr-contracts check: error" if complaint.startswith("argument") else "ecr-contracts"
    )
    assert last == f"{beginning}: {complaint}"
    assert all(re.match(r"usage: |  {10}", line) for line in usage)


@pytest.mark.long
def test_a_consumer_that_kills_its_process_is_told_of_with_the_rest(report):
    checked = report(DIES)
    document = checked.document
    assert (checked.code, checked.complaints) == (1, "")
    assert document["cases_run"] == document["cases_planned"] == len(edge_cases("push"))
    causes = [(finding["check"], finding["cause"][0]["path"]) for finding in document["findings"]]
    # Nobody has seen a push without a digest, so that this is a warning.
    assert causes == [("raises", "$.detail.image-tag"), ("exits", "$.detail.image-digest")]


@pytest.mark.long
def test_a_consumer_that_never_returns_is_told_of_with_the_rest(run):
    code, out, complaints = run("check app.py:hangs --kind push --timeout 0.2 --examples 0")
    assert (code, complaints) == (1, "")
    assert "1  KeyError when image-tag is absent (" in out
    assert "2  does not answer in time when image-digest is absent" in out
    assert re.search(r"\nleft out, since it did not answer such events: \d+ more\n$", out)


def test_more_may_be_told(run):
    _, out, _ = run("check app.py:handler --case scan/no-tags -v")
    assert '"image-tags": []' in out
    assert "Traceback (most recent call last)" in out
    assert "fails: scan/no-tags" in out


def is_misuse(run, arguments: str, words: str) -> None:
    """That a check is refused with these words, in a line or two."""
    code, out, complaints = run(f"check {arguments}")
    assert (code, out) == (2, "")
    assert words in complaints
    problem = [line for line in complaints.splitlines() if not re.match(r"usage: |  {10}", line)]
    assert 1 <= len(problem) <= 2
    assert problem[0].startswith(("ecr-contracts: ", "ecr-contracts check: error: "))
    assert max(map(len, problem)) < 350


@in_one_test
@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--kind scam", "no kind is called 'scam'; did you mean 'scan'?"),
        ("--kind ''", "no kind is called ''; there are: archive, artifact-action"),
        ("--case scan/nothing", "no choice of a scan event is called 'nothing'"),
        ("--case nothing", "no case is called 'nothing'; there are: archive, artifact-action"),
        ("--case scan/failed+zero-high", "no event can be 'scan/failed+zero-high': "),
        ("--case scan/no-tags+several-tags", "cannot be both 'empty' and 'several'"),
        ("--via pigeon", "no envelope is called 'pigeon'; there are: lambda, sqs"),
        ("--timeout 0", "'0' is no number of seconds above 0 and up to 900, Lambda's most"),
        ("--timeout=-1", "'-1' is no number of seconds above 0"),
        ("--timeout nan", "'nan' is no number of seconds above 0"),
        ("--timeout inf", "'inf' is no number of seconds above 0"),
        ("--timeout soon", "'soon' is no number of seconds above 0"),
        ("--timeout 901", "'901' is no number of seconds above 0 and up to 900"),
        (
            "--evidence proven",
            "is called 'proven'; there are: documented, captured, handled, necessary, ",
        ),
        ("--evidence Documented", "did you mean 'documented'?"),
        ("--format yaml", "invalid choice: 'yaml'"),
        ("--nonsense", "unrecognized arguments: --nonsense"),
        (
            "--state-machine m.json",
            "'m.json': app.py:fine is to be checked already\n  check one at a time",
        ),
    ],
)
def test_an_option_that_cannot_be_used_is_misuse(run, option, words):
    is_misuse(run, f"app.py:fine {option}", words)


UNLOADABLE = {
    "imports.py": "import no_such_module\n",
    "exits.py": "import sys\nsys.exit(3)\n",
    "dies.py": "import os\nos._exit(9)\n",
}


@in_one_test
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("", "nothing is named that could be checked\n  write 'path/to/app.py:handler'"),
        (
            "--transformer r.yaml --via sqs",
            "'r.yaml': only a handler can be given events in several ways",
        ),
        ("''", "cannot use '': it does not name a function"),
        ("app.py", "did you mean app.py:handler?"),
        ("app.py:handle", "app.py has no 'handle'"),
        ("app.py:number", "number is an int, which cannot be called"),
        ("app.py:Empty", "app.py:Empty is a class"),
        ("nowhere.py:handler", "there is no file nowhere.py"),
        ("nowhere.at.all:handler", "there is no module 'nowhere"),
        (".:handler", "is neither a .py file nor a module"),
        ("./:handler", "is a folder"),
        ("folder:handler", "'folder:handler'"),
        (
            "imports.py:handler",
            "it needs the module 'no_such_module', which is not here; imported at imports.py:1",
        ),
        ("exits.py:handler", "it exits while it is imported, with 3 at exits.py:2"),
        (
            "dies.py:handler",
            "importing it ends the process: the process ended with exit code 9",
        ),
    ],
)
def test_a_consumer_that_cannot_be_loaded_is_misuse(run, arguments, words):
    Path("folder").mkdir(exist_ok=True)
    for name, content in UNLOADABLE.items():
        Path(name).write_text(content)
    is_misuse(run, arguments, words)


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        ("def handler(event, context:\n    pass\n", "SyntaxError", "'(' was never closed"),
        ("1 / 0\n", "ZeroDivisionError", "division by zero"),
    ],
)
def test_a_fault_of_its_own_at_import_is_a_finding_of_every_event(run, content, kind, message):
    Path("broken.py").write_text(content)
    code, out, complaints = run("check broken.py:handler --kind push --examples 0")
    assert (code, complaints) == (1, "")
    source = content.partition("\n")[0]
    told = f"1  cannot be imported: {kind} on every push [ECR401]\n   broken.py:1  {source}\n"
    assert f"{told}   {kind}: {message}\n" in out
    assert out.startswith("1 fault in broken.py:handler: ")
    assert "\nreach: no event gets to its handler, since its module cannot be imported\n" in out


def test_a_row_and_a_code_are_run_by_their_ids_alone(run):
    Path("echo.py").write_text("def handler(event, context):\n    raise ValueError(str(event))\n")
    many = "scan/no-tags+failed+replayed+aws-cn+deep-repository+no-digest"
    for asked in ("scan/pairs-17", many, cases.case(many).id):
        _, out, _ = run(f"check echo.py:handler --case {asked} --probe 0 --format json")
        [finding] = json.loads(out)["findings"]
        named = cases.case(asked)
        assert finding["failed_cases"] == [finding["case"]] == [named.id]
        assert {**finding["example"], "id": ""} == {**named.event, "id": ""}
        assert len(named.id) < 60


# --- sample ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", oracle.SAMPLED)
def test_the_sample_is_printed_as_aws_prints_it(run, kind):
    code, out, _ = run(f"sample {kind}/sample")
    assert code == 0
    assert out.rstrip("\n").encode() == oracle.sample(kind).read_bytes().rstrip(b"\n")


@in_one_test
@pytest.mark.parametrize("kind", kind_names())
def test_every_case_can_be_printed(run, kind):
    for case in edge_cases(kind):
        code, out, complaints = run("sample", case.id)
        assert (code, complaints) == (0, "")
        assert json.loads(out) == case.event
        assert out.count("\n") > 10


@pytest.mark.parametrize("kind", kind_names())
def test_every_wrong_case_can_be_printed(run, kind):
    for case in invalid_cases(kind):
        code, out, _ = run("sample", case.id)
        assert code == 0
        assert json.loads(out) == case.event
        assert not oracle.accepts(kind, json.loads(out))


@pytest.mark.parametrize("kind", kind_names())
def test_every_choice_makes_an_id(run, kind):
    for token, (facet, choice) in reader.contract(kind).by_token.items():
        code, out, _ = run(f"sample {kind}/{token}")
        assert code == 0
        assert choice.recognises(
            facet.recognise(json.loads(out)) and _at(json.loads(out), facet.steps)
        )


def _at(event, steps):
    from ecr_contracts.core.json_path import at

    return at(event, steps)


@pytest.mark.parametrize("name", [name for name, row in ENVELOPES.items() if not row.one_way])
def test_an_event_may_be_wrapped(run, name):
    code, out, _ = run(f"sample scan/no-tags+namespaced-repository --via {name}")
    [event] = envelope(name).unwrap(json.loads(out))
    assert code == 0
    assert (event["detail"]["image-tags"], event["detail"]["repository-name"]) == ([], "team/app")


def test_an_event_may_be_wrapped_in_several_ways_at_once(run):
    code, out, _ = run("sample scan/no-tags --via sqs --via lambda --via kinesis --compact")
    assert code == 0
    [event] = unwrap(json.loads(out.splitlines()[1]))
    assert [unwrap(json.loads(line)) for line in out.splitlines()] == [[event]] * 3


@pytest.mark.parametrize("case", ["scan/sample", "scan/no-tags"])
def test_an_event_may_be_printed_on_one_line(run, case):
    _, pretty, _ = run(f"sample {case}")
    code, out, _ = run(f"sample {case} --compact")
    assert code == 0
    assert out == json.dumps(json.loads(pretty), separators=(",", ":")) + "\n"


def test_an_id_that_does_not_name_its_choices_is_explained(run):
    code, out, remark = run("sample scan/pairs-17")
    contract = reader.contract("scan")
    labels = contract.recognise(json.loads(out))
    first, *rows = remark.splitlines()
    assert (code, first) == (
        0,
        f"ecr-contracts: scan/pairs-17 differs from scan/ordinary in {len(rows)} choices:",
    )
    for row in rows:
        token, path, _, _ = row.split(maxsplit=3)
        facet, choice = contract.by_token[token]
        assert labels[facet.path] == choice.label
        assert path == facet.path.rpartition(".")[2]
    assert run(f"sample scan/{'+'.join(row.split()[0] for row in rows)}")[1] == out
    assert run("sample scan/no-tags")[2] == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("", "nothing is named that could be printed"),
        ("scan", "no case is called 'scan'"),
        ("scam/no-tags", "no kind is called 'scam'; did you mean 'scan'?"),
        ("scan/no-tag", "no choice of a scan event is called 'no-tag'"),
        ("scan/invalid/nothing", "no invalid case is called 'scan/invalid/nothing'"),
        ("scan/no-tags --via pigeon", "no envelope is called 'pigeon'"),
    ],
)
def test_misuse_of_sample_is_told(run, arguments, words):
    code, out, complaints = run(f"sample {arguments}")
    assert (code, out) == (2, "")
    assert words in complaints


# --- fixtures -------------------------------------------------------------------------------------


def test_fixtures_are_written_once_and_then_left(run):
    count = len(edge_cases("scan"))
    assert run("fixtures events --kind scan") == (
        0,
        f"{count} fixtures in events: {count + 1} files written or removed\n",
        "",
    )
    assert run("fixtures events --kind scan") == (
        0,
        f"{count} fixtures in events: all of them as they should be\n",
        "",
    )
    assert run("fixtures events --kind scan --check") == (0, "", "")


def test_all_kinds_are_written_unless_told_otherwise(run):
    assert run("fixtures events")[0] == 0
    names = {file.relative_to("events").as_posix() for file in Path("events").rglob("*/*.json")}
    assert names == {f"{case.id}.json" for kind in kind_names() for case in edge_cases(kind)}


def test_wrong_events_are_written_on_request_and_refused_by_plain_jsonschema(run):
    assert run("fixtures events --invalid")[0] == 0
    for kind in kind_names():
        for file in Path("events", kind).glob("*.json"):
            assert oracle.accepts(kind, json.loads(file.read_text()))
        wrong = list(Path("events", kind, "invalid").glob("*.json"))
        assert len(wrong) == len(invalid_cases(kind))
        assert not any(oracle.accepts(kind, json.loads(file.read_text())) for file in wrong)


def test_fixtures_may_be_wrapped(run):
    assert run("fixtures events --kind push --kind push --via sqs --via sqs")[1].startswith(
        f"{len(edge_cases('push'))} "
    )
    files = list(Path("events/push").glob("*.json"))
    assert len(files) == len(edge_cases("push"))
    for file in files:
        [event] = envelope("sqs").unwrap(json.loads(file.read_text()))
        assert oracle.accepts("push", event)


def test_fixtures_may_rest_on_better_evidence_alone(run):
    run("fixtures events --kind scan --evidence documented")
    files = json.loads(Path("events/ecr-contracts.json").read_text())["files"]
    assert {about["evidence"] for about in files.values()} == {"documented"}


def test_drift_is_told_and_nothing_is_written(run):
    run("fixtures events --kind scan")
    Path("events/scan/no-tags.json").unlink()
    Path("events/scan/sample.json").write_text("{}")
    code, out, complaints = run("fixtures events --kind scan --check")
    assert code == 1
    assert out == "missing: events/scan/no-tags.json\nchanged: events/scan/sample.json\n"
    assert (
        complaints == "ecr-contracts: the fixtures have drifted; write them again without --check\n"
    )
    assert not Path("events/scan/no-tags.json").exists()


def test_what_is_left_over_is_drift(run):
    run("fixtures events --kind scan --kind push")
    code, out, _ = run("fixtures events --kind scan --check")
    assert code == 1
    assert "left over: events/push/no-tag.json\n" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("", "the following arguments are required: DIR"),
        ("events --kind scam", "no kind is called 'scam'"),
        ("events --via pigeon", "no envelope is called 'pigeon'"),
        ("events --evidence none", "no evidence is called 'none'"),
        ("app.py", "app.py: this is no folder"),
        (
            "foreign",
            "foreign/scan/no-tags.json: it was not made by this command, so it is left alone",
        ),
        ("strange", "strange/ecr-contracts.json: this is no manifest of ours"),
    ],
)
def test_misuse_of_fixtures_is_told_and_nothing_is_written(run, arguments, words):
    Path("foreign/scan").mkdir(parents=True)
    Path("foreign/scan/no-tags.json").write_text("mine")
    Path("strange").mkdir()
    Path("strange/ecr-contracts.json").write_text("{}")
    before = {file: file.read_bytes() for file in Path().rglob("*") if file.is_file()}
    code, out, complaints = run(f"fixtures {arguments}")
    assert (code, out) == (2, "")
    assert words in complaints
    assert {file: file.read_bytes() for file in Path().rglob("*") if file.is_file()} == before


# --- validate -------------------------------------------------------------------------------------


WRONG = cases.case("scan/no-tags").event | {"account": 5}


@pytest.fixture
def wrapped(tmp_path):
    """Writes a payload of a good event, a wrong one and a good one; gives its name."""

    def write(name):
        events = [cases.case("scan/ordinary").event, WRONG, cases.case("push/no-tag").event]
        payload = carry(events, name)
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(payload, indent=2))
        return file

    return write


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("sqs", "$.Records[1].body"),
        ("sqs-message", "$.Messages[1].Body"),
        ("sns-sqs", "$.Records[1].body.Message"),
        ("kinesis", "$.Records[1].kinesis.data"),
        ("firehose", "$.records[1].data"),
        ("logs", "$.awslogs.data.logEvents[1].message"),
        ("log-group", "$.events[1].message"),
        ("dlq", "$.Records[1].body"),
    ],
)
def test_envelopes_are_looked_into(run, wrapped, name, place):
    file = wrapped(name)
    lines = file.read_text().splitlines()
    holding = [
        number
        for number, line in enumerate(lines, 1)
        if re.match(r' *"(body|Body|data|message)": "', line)
    ]
    line = holding[1] if len(holding) > 1 else holding[0]
    code, out, _ = run(f"validate {file}")
    assert code == 1
    fault, counted = out.splitlines()
    assert fault.startswith(f"{file}:{line}:")
    assert fault.endswith(
        f'error: $.account is 5; expected 12 digits (write "5", in quotes), in {place}'
    )
    assert counted == "3 events read: 1 error, 0 warnings; valid: 1 push, 1 scan"
    code, out, _ = run(f"validate {file} --format json")
    document = json.loads(out)
    assert document["events"] == 3
    [violation] = document["violations"]
    assert (violation["path"], violation["within"], violation["line"]) == ("$.account", place, line)


def test_what_cannot_be_read_in_an_envelope_is_one_line_and_no_more_is_lost(run, tmp_path):
    payload = carry([WRONG] * 3, "sqs")
    payload["Records"][0]["body"] = "{"
    payload["Records"][2]["body"] = json.dumps({"Records": []})
    file = tmp_path / "event.json"
    file.write_text(json.dumps(payload))
    code, out, _ = run(f"validate {file}")
    assert code == 1
    first, second, counted = out.splitlines()
    assert "error: $.Records[0].body is not JSON: Expecting property name" in first
    assert second.endswith(
        'error: $.account is 5; expected 12 digits (write "5", in quotes), in $.Records[1].body'
    )
    assert counted == "1 event read: 2 errors, 0 warnings"


@pytest.mark.parametrize("name", ["run-command", "ecs-task", "detail"])
def test_what_goes_one_way_is_no_error_among_other_files(run, tmp_path, name):
    good, one_way = tmp_path / "event.json", tmp_path / "one-way.json"
    good.write_text(json.dumps(cases.case("push/no-tag").event))
    one_way.write_text(json.dumps(carry([cases.case("push/no-tag").event], name)))
    code, out, _ = run(f"validate {good} {one_way}")
    assert code == 0
    assert f"{one_way}:1:1: warning: $ looks like what --via {name} makes of an event: " in out
    assert out.endswith("1 event read: 0 errors, 1 warning; valid: 1 push\n")


def test_a_control_message_alone_holds_no_event(run, tmp_path):
    file = tmp_path / "control.json"
    file.write_text(json.dumps(control_message()))
    code, out, complaints = run(f"validate {file}")
    assert (code, out) == (1, "0 events read: 0 errors, 0 warnings\n")
    assert complaints == "ecr-contracts: no event was read\n"


def test_how_much_gzip_may_unpack_to_can_be_told(run, wrapped):
    file = wrapped("logs")
    code, out, _ = run(f"validate {file} --max-unpacked 100")
    assert code == 1
    assert "error: $.awslogs.data unpacks to more than 100 bytes" in out.splitlines()[0]


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (200_000, 0, ""),
        (250_000, 0, "warning: $ has 250,363 bytes; expected less than 262,144 bytes"),
        (
            2_000_000,
            1,
            "error: $ has 2,000,363 bytes; expected at most 1,048,576 bytes "
            "(EventBridge refuses it)",
        ),
    ],
)
def test_events_that_are_too_large_are_told_of(run, tmp_path, more, code, words):
    event = cases.case("scan/ordinary").event
    event["detail"]["x"] = "a" * more
    (tmp_path / "event.json").write_text(json.dumps(event))
    exit_code, out, _ = run(f"validate {tmp_path / 'event.json'}")
    assert exit_code == code
    assert words in out
    assert ("bytes" in out) is bool(words)


def test_coverage_looks_into_envelopes(run, tmp_path):
    bare, wrapped = tmp_path / "bare.json", tmp_path / "wrapped.json"
    bare.write_text(
        json.dumps([cases.case("scan/no-tags").event, cases.case("scan/ordinary").event])
    )
    payload = carry(
        [cases.case("scan/no-tags").event, cases.case("scan/ordinary").event], "sns-sqs"
    )
    wrapped.write_text(json.dumps(payload))
    assert run(f"coverage {wrapped}") == run(f"coverage {bare}")
    payload["Records"][0]["body"] = "%"
    wrapped.write_text(json.dumps(payload))
    code, out, complaints = run(f"coverage {wrapped}")
    assert code == 1
    assert "in 1 event" in out
    assert "error: $.Records[0].body is not JSON" in complaints


def events_file(name: str, *events: object) -> str:
    Path(name).write_text("".join(json.dumps(event) + "\n" for event in events), "utf-8")
    return name


ORDINARY = edge_cases("scan")[1].event


def test_events_that_are_as_they_should_be(run):
    name = events_file(
        "good.jsonl", *(case.event for kind in kind_names() for case in edge_cases(kind))
    )
    code, out, complaints = run(f"validate {name}")
    assert (code, complaints) == (0, "")
    # AWS's samples have digests of 60 digits, which is advice.
    *advice, last = out.splitlines()
    number = sum(len(edge_cases(kind)) for kind in kind_names())
    assert last.startswith(f"{number} events read: 0 errors, {len(advice)} warnings; valid: ")
    assert all("$.detail.image-digest" in line for line in advice)


def test_faults_have_their_place_in_a_file_for_people(run):
    text = (
        run("sample scan/ordinary")[1]
        .replace('"MEDIUM": 3', '"MEDIUM": -3')
        .replace("image-tags", "image-tgas")
    )
    Path("event.json").write_text(text)
    lines = text.splitlines()
    medium = next(number for number, line in enumerate(lines, 1) if "MEDIUM" in line)
    tags = next(number for number, line in enumerate(lines, 1) if "tgas" in line)
    code, out, _ = run("validate event.json")
    assert code == 1
    assert out.splitlines() == [
        f"event.json:{medium}:{lines[medium - 1].index('-3') + 1}: error: "
        "$.detail.finding-severity-counts.MEDIUM is -3; expected 0 or more",
        f"event.json:{tags}:{lines[tags - 1].index('image-tgas')}: warning: "
        "$.detail.image-tgas is no key of the contract (did you mean `image-tags`?)",
        "1 event read: 1 error, 1 warning",
    ]


def test_advice_alone_is_no_failure(run):
    name = events_file("event.json", ORDINARY | {"region": "mars-north-1"})
    code, out, _ = run(f"validate {name}")
    assert code == 0
    assert out.splitlines()[-1] == "1 event read: 0 errors, 1 warning; valid: 1 scan"
    assert re.match(
        r"event\.json:1:\d+: warning: \$\.region is \"mars-north-1\"; expected an AWS region", out
    )


def test_events_may_be_judged_as_a_kind(run):
    name = events_file("event.json", ORDINARY)
    assert run(f"validate {name} --kind scan")[0] == 0
    code, out, _ = run(f"validate {name} --kind push")
    assert code == 1
    assert "$.detail-type" in out


def test_faults_are_told_to_programs(run):
    good = events_file("good.json", ORDINARY)
    name = events_file("event.json", ORDINARY, ORDINARY | {"account": 7}, {"source": "aws.ecr"})
    code, out, _ = run(f"validate {good} {name} nowhere.json --format json")
    document = json.loads(out)
    assert code == 1
    assert (document["format"], document["events"]) == (1, 4)
    assert [violation["file"] for violation in document["violations"]] == [
        "event.json",
        "event.json",
        "nowhere.json",
    ]
    first, second, third = document["violations"]
    assert first == {
        "file": "event.json",
        "line": 2,
        "column": json.dumps(ORDINARY | {"account": 7}).index(": 7") + 3,
        "path": "$.account",
        "severity": "error",
        "keyword": "type",
        "expected": "12 digits",
        "hint": 'write "7", in quotes',
        "value": 7,
    }
    assert (second["line"], second["path"], "value" in second) == (3, "$.detail-type", False)
    assert (third["keyword"], third["line"], third["column"]) == ("json", 1, 1)
    assert "no such file" in third["hint"]


def test_events_may_come_through_a_pipe(run, monkeypatch):
    text = json.dumps(ORDINARY) + "\n" + json.dumps(ORDINARY | {"version": "1"}) + "\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    code, out, _ = run("validate -")
    assert code == 1
    assert re.match(r'<stdin>:2:13: error: \$\.version is "1"; expected "0"', out)
    assert out.endswith("2 events read: 1 error, 0 warnings; valid: 1 scan\n")


def test_a_pipe_with_nothing_in_it_is_no_success(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    code, out, _ = run("validate -")
    assert code == 1
    assert out.startswith("<stdin>:1:1: error: this is empty")


def test_an_empty_list_is_no_success(run):
    Path("none.json").write_text("[]")
    code, out, complaints = run("validate none.json")
    assert (code, out) == (1, "0 events read: 0 errors, 0 warnings\n")
    assert complaints == "ecr-contracts: no event was read\n"


def test_one_event_may_be_only_so_long(run):
    name = events_file("events.jsonl", ORDINARY, ORDINARY | {"replay-name": "x" * 5_000}, ORDINARY)
    assert run(f"validate {name}")[0] == 0
    code, out, _ = run(f"validate {name} --max-line 2000")
    assert code == 1
    assert re.match(r"events\.jsonl:2:1: error: this value is longer than 2000 characters", out)
    assert out.endswith("2 events read: 1 error, 0 warnings; valid: 2 scan\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("", "the following arguments are required: FILE"),
        ("x --kind scam", "no kind is called 'scam'; did you mean 'scan'?"),
        ("x --max-line 0", "'0' is no number of characters"),
        ("x --max-line -5", "'-5' is no number of characters"),
        ("x --max-line many", "'many' is no number of characters"),
        ("x --max-line 1.5", "'1.5' is no number of characters"),
        ("x --max-errors -1", "'-1' is no number of faults, 0 or more"),
        ("x --max-errors all", "'all' is no number of faults, 0 or more"),
        ("x --format csv", "invalid choice: 'csv'"),
    ],
)
def test_misuse_of_validate_is_told(run, arguments, words):
    code, out, complaints = run(f"validate {arguments}")
    assert (code, out) == (2, "")
    assert words in complaints


@pytest.mark.parametrize("command", ["validate", "coverage"])
def test_so_many_faults_of_each_file_are_shown_and_the_others_counted(
    run, tmp_path, monkeypatch, command
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jsonl").write_text("{\n" * 150)
    (tmp_path / "b.jsonl").write_text("{}\nbroken\n")
    code, out, complaints = run(f"{command} a.jsonl b.jsonl")
    lines = (out + complaints).splitlines()
    assert code == 1
    assert sum(line.startswith("a.jsonl:") and ": error: " in line for line in lines) == 100
    assert sum(line.startswith("b.jsonl:2:1: error: ") for line in lines) == 1
    assert any(line.startswith("a.jsonl: not shown: 50 more errors") for line in lines)


def test_how_many_faults_are_shown_can_be_told(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jsonl").write_text("{}\n" * 7)
    code, out, _ = run("validate a.jsonl --max-errors 0")
    assert code == 1
    assert out.splitlines() == [
        "a.jsonl: not shown: 7 more errors (--max-errors 0)",
        "7 events read: 7 errors, 0 warnings",
    ]
    document = json.loads(run("validate a.jsonl --max-errors 2 --format json")[1])
    assert [violation["line"] for violation in document["violations"]] == [1, 2]
    assert document["not_shown"] == [{"file": "a.jsonl", "error": 5}]


# --- coverage -------------------------------------------------------------------------------------


def test_what_some_events_have_is_told_in_a_screen(run):
    name = events_file(
        "events.jsonl", cases.case("scan/sample").event, ORDINARY, cases.case("scan/failed").event
    )
    code, out, complaints = run(f"coverage {name}")
    assert (code, complaints) == (0, "")
    lines = out.splitlines()
    assert re.fullmatch(r"scan: \d+ of 56 choices, \d+ of 1,404 pairs, in 3 events", lines[0])
    assert lines[1] == "never:"
    assert re.fullmatch(r"scan/replayed +\$\.replay-name is present +documented", lines[2])
    assert re.fullmatch(r"and \d+ more \(--all\)", lines[14])
    others = len(kind_names()) - 5
    last = f"delete, push, archive, artifact-action and {others} more: no events"
    assert lines[15:] == ["", last]
    assert max(map(len, lines)) <= 80
    strengths = [line.split()[-1] for line in lines[2:14]]
    assert strengths == sorted(strengths, key=lambda word: Evidence(word).rank)


@pytest.mark.parametrize("kind", kind_names())
def test_all_that_no_event_has_may_be_listed(run, kind):
    name = events_file("events.jsonl", edge_cases(kind)[1].event)
    code, out, _ = run(f"coverage {name} --all --kind {kind}")
    assert code == 0
    head, _, *rows = out.splitlines()
    met, every = map(int, re.findall(r"(\d+) of (\d+) choices", head)[0])
    assert len(rows) == every - met
    assert max(map(len, rows)) <= 80
    for row in rows:
        assert run(f"sample {row.split()[0]}")[0] == 0


def test_events_that_have_every_choice(run):
    name = events_file("events.jsonl", *(case.event for case in edge_cases("push", 2)))
    code, out, complaints = run(f"coverage {name} --kind push --fail-under 100")
    assert (code, complaints) == (0, "")
    assert (
        out == f"push: 44 of 44 choices, 851 of 851 pairs, in {len(edge_cases('push', 2))} events\n"
    )


def test_what_events_have_is_told_to_programs(run):
    name = events_file(
        "events.jsonl", ORDINARY, ORDINARY | {"account": 7}, {"source": "aws.ecr"}, 7
    )
    code, out, complaints = run(f"coverage {name} --format json")
    document = json.loads(out)
    assert (code, complaints) == (0, "")
    assert (document["format"], document["unknown"], document["invalid"]) == (1, 2, 1)
    assert list(document["kinds"]) == list(kind_names())
    scan = document["kinds"]["scan"]
    assert list(scan) == ["events", "choices", "pairs", "never"]
    assert (scan["events"], scan["choices"], scan["pairs"]) == (
        1,
        {"met": 17, "all": 56},
        {"met": 136, "all": 1404},
    )
    assert len(scan["never"]) == 56 - 17
    no_tags = {
        "path": "$.detail.image-tags",
        "choice": "empty",
        "case": "scan/no-tags",
        "evidence": "documented",
    }
    assert no_tags in scan["never"]
    assert document["kinds"]["push"]["events"] == 0
    assert set(json.loads(run(f"coverage {name} --format json --kind scan")[1])["kinds"]) == {
        "scan"
    }


@pytest.mark.parametrize(
    ("flags", "code", "words"),
    [
        ("--fail-under 30", 0, ""),
        ("--fail-under 30.4", 1, "17 of 56 choices are 30.3 %, less than the 30.4 % asked for"),
        (
            "--fail-under 100 --kind scan",
            1,
            "17 of 56 choices are 30.3 %, less than the 100 % asked for",
        ),
        ("--fail-under 1 --kind push", 1, "0 of 44 choices are 0 %, less than the 1 % asked for"),
        (
            "--fail-under 18 --kind scan --kind push",
            1,
            "17 of 100 choices are 17 %, less than the 18 % asked for",
        ),
        ("--fail-under 0 --kind push", 0, ""),
    ],
)
def test_too_few_choices_make_the_exit_code_1(run, flags, code, words):
    name = events_file("event.json", ORDINARY)
    exit_code, out, complaints = run(f"coverage {name} {flags}")
    assert exit_code == code
    assert out
    assert complaints == (f"ecr-contracts: {words}\n" if words else "")


def test_events_that_tell_nothing_are_counted(run):
    name = events_file("events.jsonl", ORDINARY | {"account": 7}, {}, {})
    code, out, complaints = run(f"coverage {name}")
    assert (code, complaints) == (0, "")
    assert out == (
        f"delete, push, scan, archive and {len(kind_names()) - 4} more: no valid events\n"
        "not counted: 1 invalid event and 2 events of no known kind; ecr-contracts\n"
        "validate says why\n"
    )
    assert run(f"coverage {name} --fail-under 1")[0] == 1


def test_what_cannot_be_read_is_complained_of_and_the_rest_counted(run):
    name = events_file("event.json", ORDINARY)
    Path("broken.json").write_text('{"a": ')
    code, out, complaints = run(f"coverage broken.json {name} nowhere.json")
    assert code == 1
    assert out.startswith("scan: 17 of 56 choices, 136 of 1,404 pairs, in 1 event\n")
    assert re.match(
        r"broken\.json:1:\d+: error: .*\nnowhere\.json:1:1: error: there is no such file",
        complaints,
    )


def test_files_without_events_are_no_success(run, monkeypatch):
    Path("none.json").write_text("[]")
    code, out, complaints = run("coverage none.json")
    kinds = f"delete, push, scan, archive and {len(kind_names()) - 4} more"
    assert (code, out) == (1, f"{kinds}: no events\n")
    assert complaints == "ecr-contracts: no event was read\n"
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps([ORDINARY] * 2).encode()))
    )
    assert "in 2 events" in run("coverage -")[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("", "the following arguments are required: FILE"),
        ("x --kind scam", "no kind is called 'scam'; did you mean 'scan'?"),
        ("x --fail-under many", "'many' is no number from 0 to 100"),
        ("x --fail-under 101", "'101' is no number from 0 to 100"),
        ("x --fail-under nan", "'nan' is no number from 0 to 100"),
    ],
)
def test_misuse_of_coverage_is_told(run, arguments, words):
    code, out, complaints = run(f"coverage {arguments}")
    assert (code, out) == (2, "")
    assert words in complaints


# --- models ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["typeddict", "pydantic", "dataclass", "msgspec"])
def test_classes_are_printed_without_what_is_ours(run, style):
    code, out, complaints = run(f"models --style {style}")
    assert (code, complaints) == (0, "")
    assert "class ScanEvent" in out or "ScanEvent = TypedDict" in out
    assert "from ecr_contracts" not in out
    assert "import ecr_contracts" not in out
    assert out.endswith("\n")
    assert not out.endswith("\n\n")
    compile(out, "<models>", "exec")


def test_typed_dictionaries_are_the_usual_style(run):
    assert run("models") == run("models --style typeddict")


def test_classes_may_be_written_to_a_file(run):
    _, text, _ = run("models")
    assert run("models -o ecr_events.py") == (0, "", "")
    assert Path("ecr_events.py").read_text("utf-8") == text
    assert run("models -o ecr_events.py") == (0, "", "")


def test_a_file_that_differs_is_left_alone(run):
    Path("mine.py").write_text("mine")
    assert run("models -o mine.py") == (
        2,
        "",
        "ecr-contracts: mine.py exists and differs; remove it first\n",
    )
    assert Path("mine.py").read_text() == "mine"


def test_a_file_that_cannot_be_written_is_told(run):
    assert run("models -o nowhere/x.py") == (
        2,
        "",
        "ecr-contracts: nowhere/x.py: No such file or directory\n",
    )
    Path("folder").mkdir()
    code, out, complaints = run("models -o folder")
    assert (code, out) == (2, "")
    assert complaints in {
        "ecr-contracts: folder: Is a directory\n",
        "ecr-contracts: folder: Permission denied\n",
    }


# --- kinds ----------------------------------------------------------------------------------------


def test_all_kinds_are_listed(run):
    code, out, _ = run("kinds")
    assert code == 0
    assert sorted(line.split()[0] for line in out.splitlines() if line.startswith("  ")) == list(
        kind_names()
    )


@pytest.mark.parametrize("kind", kind_names())
def test_a_kind_is_told_with_every_choice_that_makes_an_id(run, kind):
    code, out, _ = run(f"kinds {kind}")
    assert code == 0
    assert set(reader.contract(kind).by_token) <= set(out.split())


def test_what_is_known_of_kinds_is_told_to_programs(run):
    code, out, _ = run("kinds scan push --format json")
    assert (code, [kind["kind"] for kind in json.loads(out)["kinds"]]) == (0, ["scan", "push"])


@pytest.mark.parametrize(
    "path", ["$.detail.image-tags[0]", "detail.image-tags[3]", "$.detail.image-tags[]"]
)
def test_why_takes_a_path_as_people_write_it(run, path):
    code, out, _ = run(f"kinds scan --why {path}")
    assert (code, out.splitlines()[0].split()[0]) == (0, "$.detail.image-tags[0]")


def test_why_tells_of_those_kinds_alone_that_have_the_field(run):
    document = json.loads(run("kinds --why $.detail.image-tags --format json")[1])
    assert [kind["kind"] for kind in document["kinds"]] == ["inspector-scan", "scan"]


def test_an_unknown_field_is_misuse(run):
    assert run("kinds --why $.detail.image-tga") == (
        2,
        "",
        "ecr-contracts: no field is called '$.detail.image-tga'; "
        "did you mean '$.detail.image-tag'?\n",
    )
    code, out, complaint = run("kinds scan --why $.detail.result")
    assert (code, out) == (2, "")
    assert complaint.startswith("ecr-contracts: no field is called '$.detail.result'")
    assert run("kinds --why $..")[0] == 2


def test_schemas_are_exported_and_what_they_lose_is_told(run):
    code, out, _ = run("kinds push scan --export out --format draft4")
    lines = out.splitlines()
    assert (code, lines[0]) == (0, "2 files in out, 2 written: push.draft4.json, scan.draft4.json")
    told = [line.strip() for line in lines[1:]]
    assert "narrower: 1.0 is no integer in this language (in 1 of 2 files)" in told
    schema = json.loads(Path("out/scan.draft4.json").read_text())
    assert schema["x-losses"] == [line.partition(" (in ")[0] for line in told]
    assert all(len(line) <= 80 for line in lines)
    again = run("kinds push scan --export out --format draft4")[1].splitlines()
    assert again == [
        "2 files in out, as they should be: push.draft4.json, scan.draft4.json",
        *lines[1:],
    ]
    assert run("kinds scan --export out")[1].startswith(
        "1 file in out, 1 written: scan.schema.json"
    )


def test_an_exported_schema_that_somebody_changed_is_left_alone(run):
    run("kinds scan --export out")
    Path("out/scan.schema.json").write_text("{}")
    assert run("kinds scan --export out --annotations") == (
        2,
        "",
        "ecr-contracts: out/scan.schema.json: it was not made by this command, so it is left "
        "alone; move it away first\n",
    )


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("--format draft4", "--format draft4 is for schemas that are exported: add --export DIR"),
        ("--annotations", "--annotations is for schemas that are exported: add --export DIR"),
        ("--export out --format json", "--format json does not go with --export"),
        ("--export out --why $.id", "--why does not go with --export"),
        ("--export out scam", "no kind is called 'scam'; did you mean 'scan'?"),
    ],
)
def test_options_of_exports_that_do_not_go_together_are_misuse(run, words, complaint):
    code, out, told = run(f"kinds {words}")
    assert (code, out) == (2, "")
    assert told.startswith(f"ecr-contracts: {complaint}")
    assert not Path("out").exists()


def test_an_unknown_kind_is_misuse(run):
    assert run("kinds scam") == (
        2,
        "",
        "ecr-contracts: no kind is called 'scam'; did you mean 'scan'?\n",
    )


# --- help -----------------------------------------------------------------------------------------


def commands() -> dict[str, argparse.ArgumentParser]:
    [action] = [
        action
        for action in build_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    ]
    return dict(action.choices)


def test_help_lists_every_command(run):
    code, out, _ = run("--help")
    assert code == 0
    assert set(commands()) == set(COMMANDS)
    for name, parser in commands().items():
        about = str(parser.description).removesuffix(".")
        assert f"{name} {about[0].lower()}{about[1:]}" in " ".join(out.split())


@pytest.mark.parametrize("name", commands())
def test_help_of_a_command_tells_every_flag_and_an_example(run, name):
    code, out, _ = run(f"{name} --help")
    assert code == 0
    flat = " ".join(out.split())
    for action in commands()[name]._actions:
        assert action.help
        assert " ".join(str(action.help).split())[:40] in flat
        assert all(flag in flat for flag in action.option_strings)
    assert f"examples: ecr-contracts {name} " in flat
    # What is there to be copied is not broken.
    assert all(len(line) <= 80 or len(line.split()) == 1 for line in out.splitlines())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "usage: ecr-contracts [--color WHEN] COMMAND ..."),
        ("chek", "no command is called 'chek'; did you mean 'check'?"),
        ("--color never chek", "did you mean 'check'?"),
        ("--verson", "unrecognized arguments: --verson; did you mean --version?"),
        ("check app.py:fine --kinnd push", "unrecognized arguments: --kinnd; did you mean --kind?"),
        ("check app.py:fine --stregnth=1", "did you mean --strength?"),
        ("check app.py:fine --color nver", "invalid choice: 'nver'; did you mean 'never'?"),
        ("sample --vai sqs scan/sample", "did you mean --via?"),
        ("kinds --format openapi", "invalid choice: 'openapi'; did you mean 'openapi3'?"),
        ("check app.py:fine --migrate v9", "invalid choice: 'v9'; there are: v2"),
        ("check app.py:fine --sandbox motto", "did you mean 'moto'?"),
    ],
)
def test_an_unknown_command_is_misuse(run, line, words):
    code, out, complaints = run(line)
    assert (code, out) == (2, "")
    assert words in complaints


def test_the_version_is_that_of_the_package(run):
    assert run("--version") == (0, f"ecr-contracts {metadata.version('ecr-contracts')}\n", "")
    assert run("-V")[1] == f"ecr-contracts {ecr_contracts.__version__}\n"


@pytest.mark.parametrize("columns", [50, 80, 120])
def test_every_message_fits_the_screen_and_breaks_no_name(run, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    Path("my folder").mkdir()
    for line in (
        "check 'my folder/app.py:handler'",
        "check app.py:handle",
        "check --replay 3",
        "check app.py:fine --via pigeon",
        "check app.py:fine --strengthh 3 --kinnd push",
        "sample scan/failed+zero-high",
        "kinds scam",
    ):
        code, out, complaints = run(line)
        assert (code, out) == (2, "")
        assert all(len(row) <= columns or "/" in row for row in complaints.splitlines())
        assert len(complaints.splitlines()) > (1 if columns < 80 else 0)
    assert "'my folder/app.py:handler'" in run("check 'my folder/app.py:handler'")[2]


@pytest.mark.parametrize("line", ["--color always kinds", "kinds --color always"])
def test_colours_are_chosen_before_the_command_and_behind_it(run, line):
    assert "\x1b[" in run(line)[1]
    assert "\x1b[" not in run("kinds")[1]
    assert "\x1b[" not in run(line.replace("always", "never"))[1]


def test_ctrl_c_is_told_in_a_word(run, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("ecr_contracts.frontends.cli.check.consumer.judge", interrupted)
    assert run("check app.py:fine") == (130, "", "ecr-contracts: interrupted\n")


def test_text_that_the_output_cannot_show_is_escaped(monkeypatch, capsys):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, "ascii", write_through=True))
    Path("events.jsonl").write_text(
        json.dumps(ORDINARY | {"account": "é\ud800"}, ensure_ascii=False), "utf-8", "surrogatepass"
    )
    assert main(["validate", "events.jsonl"]) == 1
    assert b'error: $.account is "\\xe9' in raw.getvalue() or b"not UTF-8" in raw.getvalue()
    assert capsys.readouterr().err == ""


def test_the_module_can_be_run(capsys):
    assert textwrap.dedent(main.__doc__ or "").startswith(
        "Run one command and return its exit code."
    )
