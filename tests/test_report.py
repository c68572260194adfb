"""Sentences about results: what a person reads at 80 columns, and what a program gets."""

from __future__ import annotations

import io
import json
import re
import textwrap
from importlib.resources import files

import jsonschema
import pytest

from ecr_contracts import catalog, check, reading, report
from ecr_contracts.cases import case, edge_cases
from ecr_contracts.findings import MISSING, Cause, Evidence, Finding, Location, Severity, Violation
from ecr_contracts.running import distinct
from ecr_contracts.validation import validate

APP = """
import datetime
import json
import sys
import time


def handler(event, context):
    tag = event["detail"]["image-tags"][0]
    counts = event["detail"]["finding-severity-counts"]
    return {"tag": tag, "critical": counts["CRITICAL"]}


def deploy(event, context):
    if event["detail"]["action-type"] == "PUSH":
        return event["resources"][0]


def in_one_region(event, context):
    if not event["region"].startswith(("us-east", "us-west", "eu-")):
        raise ValueError(f"no bucket in {event['region']}")


def named(event, context):
    name, tag = event["detail"]["repository-name"], event["detail"].get("image-tag")
    if "/" in name or not tag:
        raise ValueError(f"nothing called {name}:{tag}")


def misprint(event, context):
    digest = event["detail"].get("image-digest")
    if digest and len(digest) != 71:
        raise ValueError(digest)


def talkative(event, context):
    raise RuntimeError("first line\\n\\n  second \\x1b[31mline\\t\\x00\\nthird \\ud800 line\\nfourth line")


def lengthy(event, context):
    raise RuntimeError("word " * 100)


def leaves(event, context):
    if not event["detail"].get("image-tags", True):
        sys.exit("nothing to do")


def dates(event, context):
    event["now"] = 1
    return [{"when": datetime.datetime.now()}]


def sleeper(event, context):
    if "image-digest" not in event["detail"]:
        time.sleep(60)


def stuck(event, context):
    time.sleep(60)


def odd_together(event, context):
    if len(event["detail"]) < 6:
        raise RuntimeError


def no_digest(event, context):
    return event["detail"]["image-digest"]


def decoding(event, context):
    json.loads("")


def fine(event, context):
    return None
"""


@pytest.fixture(autouse=True)
def app(tmp_path, monkeypatch):
    """A folder with some handlers, to work in, and no wish for colours."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(textwrap.dedent(APP), "utf-8")
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


def shown(verdict, *, encoding="utf-8", **options) -> str:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding, write_through=True)
    report.show(verdict, report.console(out), **options)
    text = raw.getvalue().decode(encoding)
    return re.sub(r"event(s?) in [0-9.]+ s\n", r"event\1 in 0.1 s\n", text)


def said(handler, **arguments) -> str:
    return shown(check(f"app.py:{handler}", **arguments))


def blocks(text: str) -> list[str]:
    """What stands between the first lines and the last."""
    return text.split("\n\n")[1:-1]


# --- the whole --------------------------------------------------------------------------------------------------------


def test_a_handler_with_faults_is_told_what_when_where_and_how_to_see_it_again():
    assert said("handler") == textwrap.dedent("""\
        app.py:handler
        scan events, since its code says finding-severity-counts, image-tags, CRITICAL;
        the bare event, as a Lambda target gets it

        1  IndexError when $.detail.image-tags is empty
           app.py:9  tag = event["detail"]["image-tags"][0]
           IndexError: list index out of range
           2 such events fail, 34 others pass; AWS's documented sample is one
           ecr-contracts check app.py:handler --case scan/no-tags

        2  KeyError when $.detail.finding-severity-counts.CRITICAL is absent
           app.py:11  return {"tag": tag, "critical": counts["CRITICAL"]}
           KeyError: 'CRITICAL'
           2 such events fail, 34 others pass; documented by AWS
           ecr-contracts check app.py:handler --case scan/no-critical

        3  KeyError when $.detail.finding-severity-counts is absent
           app.py:10  counts = event["detail"]["finding-severity-counts"]
           KeyError: 'finding-severity-counts'
           2 such events fail, 34 others pass; AWS's schema registry admits it
           ecr-contracts check app.py:handler --case scan/no-counts

        4  KeyError when $.detail.image-tags is absent
           app.py:9  tag = event["detail"]["image-tags"][0]
           KeyError: 'image-tags'
           1 such event fails, 34 others pass; AWS's schema registry admits it
           ecr-contracts check app.py:handler --case scan/absent-tags

        4 findings in 41 events in 0.1 s
        tried: AWS's sample, the ordinary scan and its 39 single deviations (17 facets)
        """)


def test_a_handler_without_faults_is_told_what_that_rests_on():
    assert said("fine") == textwrap.dedent("""\
        app.py:fine
        delete, push and scan events, since its code names none (choose with --kind);
        the bare event, as a Lambda target gets it

        nothing found in 111 events in 0.1 s
        tried: AWS's sample, the ordinary delete and its 33 single deviations (11
        facets); AWS's sample, the ordinary push and its 33 single deviations (11
        facets); AWS's sample, the ordinary scan and its 39 single deviations (17
        facets)
        """)


@pytest.mark.parametrize(
    ("handler", "kind", "block"),
    [
        (
            "deploy",
            "push",
            """\
            1  IndexError on every push, except when $.resources is arn (inferred)
               app.py:16  return event["resources"][0]
               IndexError: list index out of range
               34 of 35 events fail; AWS's documented sample is one
               ecr-contracts check app.py:deploy --case push/ordinary""",
        ),
        (
            "in_one_region",
            "push",
            """\
            1  ValueError when $.region is aws-cn, aws-us-gov, aws-eusc, aws-iso, aws-iso-b
               or aws-iso-f
               app.py:21  raise ValueError(f"no bucket in {event['region']}")
               ValueError: no bucket in cn-north-1
               6 such events fail, 29 others pass; inferred: no such event is on record
               ecr-contracts check app.py:in_one_region --case push/aws-cn""",
        ),
        (
            "named",
            "push",
            """\
            1  ValueError when $.detail.repository-name is deep or namespaced, or
               $.detail.image-tag is absent or ""
               app.py:27  raise ValueError(f"nothing called {name}:{tag}")
               ValueError: nothing called team/service/app:latest
               4 such events fail, 31 others pass; documented by AWS (deep)
               ecr-contracts check app.py:named --case push/deep-repository""",
        ),
        (
            "misprint",
            "scan",
            """\
            1  warning: ValueError when $.detail.image-digest is
               "sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e47…abcd1234"
               app.py:33  raise ValueError(digest)
               ValueError:
               sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd1234
               1 such event fails, 40 others pass; only AWS's printed sample has such a
               value, no real event does
               ecr-contracts check app.py:misprint --case scan/sample""",
        ),
        (
            "leaves",
            "scan",
            """\
            1  ends the process when $.detail.image-tags is empty
               app.py:46  sys.exit("nothing to do")
               exit code 'nothing to do'
               2 such events fail, 39 others pass; AWS's documented sample is one
               ecr-contracts check app.py:leaves --case scan/no-tags""",
        ),
        (
            "sleeper",
            "delete",
            """\
            1  does not answer in time when $.detail.image-digest is absent
               app.py:56  time.sleep(60)
               no answer within 0.2 s
               1 such event fails, 34 others pass; AWS's schema registry admits it
               ecr-contracts check app.py:sleeper --case delete/no-digest --timeout 0.2""",
        ),
        (
            "odd_together",
            "push",
            """\
            1  RuntimeError on push/sample; no single choice explains it
               app.py:65  raise RuntimeError
               RuntimeError
               1 of 35 events fails; AWS's documented sample is one
               ecr-contracts check app.py:odd_together --case push/sample""",
        ),
    ],
)
def test_each_sort_of_fault_is_told_so(handler, kind, block):
    assert blocks(said(handler, kinds=[kind], timeout=0.2)) == [textwrap.dedent(block)]


def test_what_several_kinds_bring_about_alike_is_told_once():
    text = said("no_digest")
    assert blocks(text) == [
        textwrap.dedent("""\
        1  KeyError when $.detail.image-digest is absent (delete, push and scan)
           app.py:69  return event["detail"]["image-digest"]
           KeyError: 'image-digest'
           3 such events fail, 108 others pass; AWS's schema registry admits it
           ecr-contracts check app.py:no_digest --case delete/no-digest""")
    ]
    assert "1 finding in 111 events" in text


def test_what_fails_on_every_event_of_several_kinds_is_told_once():
    [block] = blocks(said("talkative", kinds=["push", "scan"]))
    assert block.startswith("1  RuntimeError on every push and scan\n")
    first, second = blocks(said("deploy", kinds=["push", "scan"]))
    assert first.startswith("1  IndexError on every push, except when $.resources is arn (inferred)\n")
    assert second.startswith("2  KeyError on every scan\n")


def test_exceptions_are_told_by_their_own_name():
    [block] = blocks(said("decoding", kinds=["scan"]))
    assert block.startswith("1  JSONDecodeError on every scan\n")
    assert "\n   JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n" in block
    [finding] = report.as_json(check("app.py:decoding", kinds=["scan"]))["findings"]
    assert finding["exception"] == "json.decoder.JSONDecodeError"


def test_what_is_returned_and_what_is_changed_are_told_apart():
    wrong, changed = blocks(said("dates", kinds=["scan"]))
    assert wrong == textwrap.dedent("""\
        1  returns what JSON cannot carry on every scan
           of what it returns, $[0].when is a datetime
           41 of 41 events fail; AWS's documented sample is one
           ecr-contracts check app.py:dates --case scan/ordinary""")
    assert changed.splitlines()[:2] == [
        "2  warning: changes the event it is given on every scan",
        "   the event was changed in place",
    ]


def test_words_of_the_consumer_cannot_disturb_the_terminal():
    [block] = blocks(said("talkative", kinds=["scan"]))
    assert block.splitlines()[2:5] == [
        "   RuntimeError: first line",
        "   second \\x1b[31mline\\t\\x00",
        "   third \\ud800 line",
    ]
    assert "fourth" not in "".join(block.splitlines()[2:])


def test_long_words_of_the_consumer_are_cut():
    [block] = blocks(said("lengthy", kinds=["scan"]))
    assert block.splitlines()[2].startswith("   RuntimeError: word word")
    assert block.splitlines()[4].endswith(" word…")
    assert len(block.splitlines()) == 7


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "utf-16", "cp1252"])
def test_any_encoding_will_do(encoding):
    text = shown(check("app.py:misprint", kinds=["scan"]), encoding=encoding)
    assert "ValueError when $.detail.image-digest" in text
    assert ("…abcd1234" in text) == (encoding.startswith("utf"))
    assert ("...abcd1234" in text) != (encoding.startswith("utf"))


@pytest.mark.parametrize("handler", ["handler", "in_one_region", "lengthy", "misprint", "fine"])
def test_lines_are_not_longer_than_the_screen_but_for_those_to_be_copied(handler):
    lines = said(handler).splitlines()
    copied = [line for line in lines if line.lstrip().startswith("ecr-contracts check")]
    assert max(len(line) for line in lines if line not in copied) <= 80
    assert all(line == line.rstrip() for line in lines)


def test_a_consumer_that_stops_answering_is_told_of():
    text = said("stuck", kinds=["scan"], timeout=0.05)
    assert "1  does not answer in time on every scan\n   app.py:60  time.sleep(60)\n" in text
    assert text.endswith(
        "1 finding in 5 events in 0.1 s\ntried: 5 first scan events\n"
        "stopped early, since it kept not answering: 36 events were not tried\n"
    )


def test_chosen_cases_are_counted_apart_from_those_that_tell_the_cause():
    text = said("handler", case_ids=["scan/sample", "push/no-tag"])
    assert "tried: 1 chosen scan event; 1 chosen push event; 8 simpler events" in text.replace("\n", " ")
    assert "3 findings" not in text
    assert text.splitlines()[1] == "scan and push events; the bare event, as a Lambda target gets it"


def test_a_warning_alone_is_no_finding():
    assert "no findings, 1 warning in 41 events" in said("misprint", kinds=["scan"])


def test_more_can_be_told():
    text = shown(check("app.py:handler", case_ids=["scan/no-tags"]), verbose=True)
    assert '     "image-tags": []' in text
    assert "   Traceback (most recent call last):" in text
    assert "   fails: scan/no-tags\n" in text
    assert "/calling.py" not in text


# --- colours ----------------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


def coloured(monkeypatch, *, terminal, **environment) -> str:
    verdict = check("app.py:handler")
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "30"} | environment:
        monkeypatch.setenv(name, value)
    out = Terminal() if terminal else io.StringIO()
    report.show(verdict, report.console(out))
    return out.getvalue()


@pytest.mark.parametrize(
    ("terminal", "environment", "colours"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_are_for_terminals_and_for_who_wants_them(monkeypatch, terminal, environment, colours):
    verdict = check("app.py:handler")
    for name, value in ({"TERM": "xterm-256color", "COLUMNS": "80"} | environment).items():
        monkeypatch.setenv(name, value)
    out = Terminal() if terminal else io.StringIO()
    report.show(verdict, report.console(out))
    text = out.getvalue()
    assert bool(re.search(r"\x1b\[[0-9;]*3[1-6]m", text)) == colours
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert "1  IndexError when $.detail.image-tags is empty\n   app.py:9  tag = " in plain


# --- for programs -----------------------------------------------------------------------------------------------------

SCHEMA = json.loads(files("ecr_contracts").joinpath("report.schema.json").read_text("utf-8"))


def test_the_schema_of_the_report_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["format"]["const"] == report.FORMAT


@pytest.mark.parametrize(
    ("handler", "arguments"),
    [
        ("handler", {}),
        ("handler", {"case_ids": ["scan/sample"]}),
        ("worker", {"via": ["sqs", "lambda"]}),
        ("deploy", {}),
        ("dates", {"kinds": ["scan"]}),
        ("misprint", {}),
        ("odd_together", {}),
        ("stuck", {"kinds": ["scan"], "timeout": 0.05}),
        ("fine", {}),
        ("talkative", {}),
    ],
)
def test_the_report_for_programs_is_as_its_schema_says(handler, arguments):
    verdict = check(f"app.py:{handler.replace('worker', 'handler')}", **arguments)
    document = report.as_json(verdict)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert json.loads(json.dumps(document, ensure_ascii=True)) == document
    assert len(document["findings"]) == len(verdict.findings)
    assert document["cases_run"] == len(verdict.trials)
    named = set(SCHEMA["$defs"]["finding"]["properties"])
    assert all(set(finding) == named for finding in document["findings"])
    assert set(document) == set(SCHEMA["properties"])


def test_a_finding_for_programs():
    [finding, *_] = report.as_json(check("app.py:handler"))["findings"]
    assert finding == {
        "check": "raises",
        "severity": "error",
        "kind": "scan",
        "via": "lambda",
        "cause": [{"path": "$.detail.image-tags", "choice": "empty"}],
        "except_for": [],
        "explained": True,
        "exception": "IndexError",
        "message": "list index out of range",
        "location": {"file": "app.py", "line": 9},
        "evidence": "documented",
        "failed": 2,
        "passed": 34,
        "failed_cases": ["scan/sample", "scan/no-tags"],
        "case": "scan/no-tags",
        "example": distinct(case("scan/no-tags")).event,
        "repeat": "ecr-contracts check app.py:handler --case scan/no-tags",
        "group": "scan@lambda#0",
    }


def test_every_choice_of_a_cause_is_one_that_the_kind_lists():
    for finding in report.as_json(check("app.py:named"))["findings"]:
        facets = reading.contract(finding["kind"]).by_path
        assert all(facets[cause["path"]][cause["choice"]] for cause in finding["cause"])


# --- repeating --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handler", "arguments", "command"),
    [
        ("handler", {}, "ecr-contracts check app.py:handler --case scan/no-tags"),
        ("handler", {"via": ["lambda"]}, "ecr-contracts check app.py:handler --case scan/no-tags --via lambda"),
        ("stuck", {"kinds": ["scan"], "timeout": 0.05}, None),
        ("fine", {"kinds": ["scan"], "via": ["sqs"]}, None),
    ],
)
def test_a_finding_can_be_seen_again(handler, arguments, command):
    verdict = check(f"app.py:{handler}", **arguments)
    if handler == "stuck":
        command = "ecr-contracts check app.py:stuck --case scan/ordinary --timeout 0.05"
    assert [report.repeat(verdict, finding) for finding in verdict.findings[:1]] == [command] * (handler != "fine")


def test_names_that_a_shell_would_take_apart_are_quoted(tmp_path):
    (tmp_path / "my app").mkdir()
    (tmp_path / "my app" / "it's.py").write_text(APP, "utf-8")
    verdict = check("my app/it's.py:handler")
    assert report.repeat(verdict, verdict.findings[0]) == (
        """ecr-contracts check 'my app/it'"'"'s.py:handler' --case scan/no-tags"""
    )


# --- sentences of their own -------------------------------------------------------------------------------------------

FINDING = Finding(
    check="raises",
    severity=Severity.ERROR,
    kind="scan",
    via="lambda",
    cause=(Cause("$.detail.image-tags", "empty"),),
    explained=True,
    exception="IndexError",
    location=Location("app.py", 8),
    evidence=Evidence.DOCUMENTED,
    failed=("scan/no-tags",),
    passed=34,
    case="scan/no-tags",
    example=case("scan/no-tags").event,
    detail="list index out of range",
    group="scan@lambda#0",
)


def with_(**changes) -> Finding:
    values = {name: getattr(FINDING, name) for name in FINDING.__slots__} | changes
    return Finding(**values)


@pytest.mark.parametrize("kind", catalog.kinds())
def test_every_choice_of_every_kind_can_be_said(kind):
    for facet in reading.contract(kind).varying:
        for choice in facet.choices:
            example = next(one for one in edge_cases(kind) if one.labels.get(facet.path) == choice.label)
            cause = Cause(facet.path, choice.label)
            words = report.circumstances(with_(kind=kind, cause=(cause,), case=example.id, example=example.event))
            assert words.startswith(f"when {facet.path} is ")
            assert "nothing" not in words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "when $.detail.image-tags is empty"),
        ({"cause": (Cause("$.detail.image-tags", "absent"),)}, "when $.detail.image-tags is absent"),
        (
            {"cause": (Cause("$.detail.finding-severity-counts", "empty"),)},
            "when $.detail.finding-severity-counts is an empty object",
        ),
        (
            {"cause": (Cause("$.detail.finding-severity-counts", "present"),)},
            "when $.detail.finding-severity-counts is there",
        ),
        (
            {"cause": (Cause("$.detail.image-tags", "empty"), Cause("$.region", "aws"))},
            'when $.detail.image-tags is empty and $.region is aws, as "us-east-1"',
        ),
        ({"cause": ()}, "on every scan"),
        (
            {"cause": (), "except_for": (Cause("$.resources", "empty"),)},
            "on every scan, except when $.resources is empty (inferred)",
        ),
        (
            {"cause": (), "except_for": (Cause("$.region", "aws-iso"), Cause("$.region", "aws-cn"))},
            "on every scan, except when $.region is aws-iso (inferred) or aws-cn (inferred)",
        ),
        (
            {"cause": (), "except_for": (Cause("$.resources", "empty"), Cause("$.region", "aws-cn"))},
            "on most scan events, the ordinary one too",
        ),
        ({"cause": (), "explained": False}, "on scan/no-tags; no single choice explains it"),
        (
            {"cause": (), "explained": False, "failed": ("scan/no-tags", "scan/sample")},
            "on some scan events; no single choice explains it",
        ),
    ],
)
def test_when_a_fault_shows(changes, words):
    assert report.circumstances(with_(**changes)) == words


def test_alternatives_are_told_in_one_breath():
    tags, region = "$.detail.image-tags", "$.region"
    alternatives = [
        with_(cause=(Cause(tags, "empty"),)),
        with_(cause=(Cause(region, "aws-cn"),)),
        with_(cause=(Cause(tags, "absent"),)),
        with_(cause=(Cause(region, "aws-cn"), Cause(tags, "several"))),
        with_(cause=(), explained=False, failed=("scan/sample",)),
    ]
    words = report.circumstances(*alternatives)
    assert words.startswith(f"when {tags} is empty or absent, or {region} is aws-cn, as ")
    assert words.endswith(", and on scan/sample")


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "1 such event fails, 34 others pass; documented by AWS"),
        ({"passed": 1}, "1 such event fails, 1 other passes; documented by AWS"),
        ({"failed": ("scan/a", "scan/b"), "passed": 0}, "2 such events fail, 0 others pass; documented by AWS"),
        ({"cause": ()}, "1 of 35 events fails; documented by AWS"),
        ({"cause": (), "passed": 0}, "1 of 1 event fails; documented by AWS"),
        ({"evidence": Evidence.REGISTRY}, "1 such event fails, 34 others pass; AWS's schema registry admits it"),
        ({"evidence": Evidence.CAPTURED}, "1 such event fails, 34 others pass; seen in captured events"),
        ({"evidence": Evidence.INFERRED}, "1 such event fails, 34 others pass; inferred: no such event is on record"),
        ({"failed": ("scan/sample",)}, "1 such event fails, 34 others pass; AWS's documented sample is one"),
    ],
)
def test_how_often_and_on_what_ground(changes, line):
    assert report.finding_lines(with_(**changes))[-1] == line


def test_a_check_that_has_no_words_yet_goes_by_its_name():
    assert report.headline(with_(check="leaks")) == "leaks"
    assert report.headline(with_(exception=None)) == "an exception"


def test_a_finding_that_happened_nowhere_has_no_line_for_it():
    assert report.finding_lines(with_(location=None, detail="", exception=None))[1:] == [
        "1 such event fails, 34 others pass; documented by AWS"
    ]


@pytest.mark.parametrize(
    ("violation", "line"),
    [
        (Violation("$.a", 7, "a string", 'write "7"'), '$.a is 7; expected a string (write "7")'),
        (Violation("$.a", None, "a string"), "$.a is null; expected a string"),
        (Violation("$.a", MISSING, "12 digits", "this key is always there"),
         "$.a is missing; expected 12 digits (this key is always there)"),
        (Violation("$.a", "é", "x", severity=Severity.WARNING, keyword="advice"), '$.a is "é"; expected x'),
        (Violation("$.b", 1, "a key of the contract", "did you mean `a`?", Severity.WARNING, "advice"),
         "$.b is no key of the contract (did you mean `a`?)"),
        (Violation("$.a", "x" * 99, "less"), f'$.a is "{"x" * 49}…{"x" * 8}"; expected less'),
        (Violation("$.a", float("nan"), "a number that JSON has"), "$.a is NaN; expected a number that JSON has"),
    ],
)  # fmt: skip
def test_a_violation_is_one_line(violation, line):
    assert report.violation_line(violation) == line


def test_an_unknown_key_is_known_as_such_to_validation():
    [violation] = validate(case("scan/ordinary").event | {"replayName": "x"})
    assert report.is_about_key(violation)
    assert report.violation_line(violation) == "$.replayName is no key of the contract (did you mean `replay-name`?)"


def test_a_violation_for_programs_has_a_value_unless_the_key_is_missing():
    told = report.violation_as_json(Violation("$.a", None, "x", "y", Severity.WARNING, "advice"))
    assert told == {
        "path": "$.a", "severity": "warning", "keyword": "advice", "expected": "x", "hint": "y", "value": None,
    }  # fmt: skip
    assert "value" not in report.violation_as_json(Violation("$.a", MISSING, "x"))


# --- kinds ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", catalog.kinds())
def test_all_that_is_known_of_a_kind_is_listed(kind):
    out = io.StringIO()
    contract = reading.contract(kind)
    report.show_kind(contract, report.console(out))
    text = out.getvalue()
    lines = text.splitlines()
    assert lines[0] == contract.title
    assert max(map(len, lines)) <= 80
    flat = " ".join(text.split())
    for facet in contract.varying:
        assert f"{facet.path} {facet.title}".rstrip() in flat
        for choice in facet.choices:
            token = f"{choice.token} (baseline)" if choice is facet.baseline else choice.token
            assert f"{choice.label} {choice.evidence} {token} {choice.note}".rstrip() in flat
    for rule in contract.constraints:
        assert rule.structural or rule.because in flat


def test_the_list_of_kinds_tells_what_each_has():
    out = io.StringIO()
    report.show_kinds([(reading.contract(kind), 7) for kind in catalog.kinds()], report.console(out))
    assert out.getvalue().splitlines()[:4] == [
        "delete  aws.ecr, ECR Image Action, DELETE",
        "        11 facets, 44 choices, 7 cases",
        "push    aws.ecr, ECR Image Action, PUSH",
        "        11 facets, 44 choices, 7 cases",
    ]


def test_json_for_people_keeps_letters_and_order():
    text = report.as_text({"z": "é", "a": ["\ud800", {}]})
    assert text == '{\n  "z": "é",\n  "a": [\n    "\\ud800",\n    {}\n  ]\n}'
    assert json.loads(text) == {"z": "é", "a": ["\ud800", {}]}


def test_a_screen_that_nobody_reads_says_so():
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    screen = report.console(Closed())
    with pytest.raises(BrokenPipeError):
        screen.print("words")
