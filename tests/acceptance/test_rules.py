"""`ecr-contracts rules` as its user runs it."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

ENGINE_CASES = ROOT / "tests" / "unit" / "eventbridge" / "rule-matching.jsonl"


def line(pattern, event):
    return json.dumps({"pattern": json.dumps(pattern), "event": json.dumps(event)}) + "\n"


MATCHED = line({"a": ["é"]}, {"a": "é"})


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def cases(content: str | bytes) -> str:
    Path("cases.jsonl").write_bytes(content if isinstance(content, bytes) else content.encode())
    return "rules match --cases cases.jsonl"


def test_the_answers_of_the_engine_are_printed_one_a_line(run):
    wanted = [json.loads(text)["expect"] for text in ENGINE_CASES.read_text("utf-8").splitlines()]
    words = {True: "true", False: "false", "invalid": "invalid"}
    code, out, complaints = run(f"rules match --cases {ENGINE_CASES}")
    assert (code, complaints) == (0, "")
    assert out.splitlines() == [words[answer] for answer in wanted]


def test_cases_come_from_standard_input_too(run, monkeypatch):
    content = (MATCHED + line({"a": []}, {}).rstrip()).encode()
    for stream in (content, gzip.compress(content)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stream)))
        assert run("rules match --cases -") == (0, "true\ninvalid\n", "")


def test_texts_are_read_as_they_are_spelled(run):
    doubled = {"pattern": '{"a": [1]}', "event": '{"a": 2, "a": 1e0}'}
    long = {"pattern": '{"a": [1e400]}', "event": '{"a": 1e400}'}
    out = "true\ntrue\n"
    assert run(cases(f"{json.dumps(doubled)}\n{json.dumps(long)}\n")) == (0, out, "")


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("x", "this is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ("", "this is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[1]", 'a case is an object, {"pattern": TEXT, "event": TEXT}'),
        ("[" * 100_000, "this is nested too deeply"),
        ('{"event": "{}"}', '"pattern" is wanted, as JSON within a text'),
        ('{"pattern": "{}", "event": {}}', '"event" is wanted, as JSON within a text'),
        (line({"a": [1]}, [1]).strip(), "the event is no JSON object: an event is a JSON object"),
        (line({}, [1]).strip(), "the event is no JSON object: an event is a JSON object"),
        (b"\xff\xfe\n".decode("latin-1"), "this is no JSON"),
    ],
)
def test_a_line_that_is_no_case_is_misuse_and_named(run, wrong, problem):
    code, out, complaints = run(cases(f"{MATCHED}{wrong}\n{MATCHED}"))
    assert (code, out) == (2, "true\n")
    assert complaints.startswith(f"ecr-contracts: cases.jsonl:2: {problem}")
    assert complaints.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "cases.jsonl: there is no case in it"),
        (gzip.compress(MATCHED.encode(), mtime=0)[:-20], "cases.jsonl:1: the gzip data"),
        ("a".encode("utf-16"), "cases.jsonl:1: this is UTF-16, not JSON in UTF-8"),
    ],
)
def test_a_file_without_cases_is_misuse(run, content, problem):
    code, out, complaints = run(cases(content))
    assert (code, out) == (2, "")
    assert complaints.startswith(f"ecr-contracts: {problem}")


def test_a_file_that_is_not_there_is_misuse(run):
    complaint = "ecr-contracts: nowhere.jsonl:1: there is no such file\n"
    assert run("rules match --cases nowhere.jsonl") == (2, "", complaint)


@pytest.mark.parametrize("words", ["rules", "rules match", "rules mach --cases x"])
def test_what_is_to_be_done_is_to_be_said(run, words):
    code, out, complaints = run(words)
    assert (code, out) == (2, "")
    assert "usage: ecr-contracts rules" in complaints
