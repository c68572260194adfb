"""`ecr-contracts diff` as it is run: what is printed, written, given to a handler, and refused."""

from __future__ import annotations

import json
import shutil

import jsonschema
import pytest

from ecr_contracts.events.generate.cases import case
from ecr_contracts.frontends.cli import diff
from tests import oracle
from tests.conftest import ROOT

SCHEMA = json.loads((ROOT / "ecr_contracts" / "diff.schema.json").read_text("utf-8"))

HANDLERS = """
def fragile(event, context):
    return event["detail"]["scan-status"]

def tolerant(event, context):
    return event["detail"].get("scan-status")
"""


@pytest.fixture
def folder(tool, monkeypatch):
    """A folder with the schemas as they are, and as they may become."""
    monkeypatch.chdir(tool.folder)
    for name in ("old", "new"):
        shutil.copytree(oracle.SCHEMAS, tool.folder / name)
    path = tool.folder / "new" / oracle.PATHS["scan"]
    schema = json.loads(path.read_text("utf-8"))
    detail = schema["properties"]["detail"]
    detail["required"].remove("scan-status")
    detail["properties"]["scan-status"]["x-ecr"]["choices"]["absent"] = {"evidence": "inferred"}
    detail["properties"]["image-tags"]["maxItems"] = 2
    path.write_text(json.dumps(schema), "utf-8")
    tool.write("app.py", HANDLERS)
    return tool.folder


def test_what_is_the_same_has_no_changes(folder, run):
    result = "15 kinds compared: 0 breaking, 0 safe, 0 notes\n"
    assert run("diff old old") == (0, result, "")
    assert run("diff installed old") == (0, result, "")


@pytest.mark.parametrize("options", ["", "--annotations"], ids=["plain", "annotated"])
def test_what_is_exported_is_the_same(folder, run, options):
    assert run(f"kinds --export api {options}")[0] == 0
    assert run("diff installed api") == (0, "15 kinds compared: 0 breaking, 0 safe, 0 notes\n", "")


def test_each_change_has_its_place_its_effect_and_its_witness(folder, run):
    code, output, complaints = run("diff old new")
    assert (code, complaints) == (1, "")
    lines = output.splitlines()
    assert "breaking  scan $.detail.scan-status: may be absent; it was always there" in lines
    assert "          witness: nothing here, which new alone admits" in lines
    assert "safe      scan $.detail.image-tags: maxItems: none -> 2 (bounds-narrowed)" in lines
    assert lines[-1].startswith("15 kinds compared: 1 breaking, 1 safe, ")
    # A path is not broken.
    assert all(len(line) <= 80 or len(line.split()) == 1 for line in lines)


def test_for_producers_it_is_the_other_way_round(folder, run):
    code, output, _ = run("diff old new --for producer")
    assert code == 1
    assert "safe      scan $.detail.scan-status" in output
    assert "breaking  scan $.detail.image-tags" in output
    schema = folder / "new" / oracle.PATHS["scan"]
    text = schema.read_text("utf-8")
    schema.write_text(text.replace('"maxItems": 2, ', "").replace(', "maxItems": 2', ""), "utf-8")
    assert run("diff old new --for producer")[0] == 0


def test_the_report_for_programs_keeps_to_its_schema(folder, run):
    code, output, _ = run("diff old new --format json --consumer app.py:fragile")
    report = json.loads(output)
    jsonschema.validate(report, SCHEMA, jsonschema.Draft202012Validator)
    assert code == 1
    [change] = [one for one in report["changes"] if one["events"] == "gained"]
    assert (change["effect"], change["rule"]) == ("breaking", "may-be-absent")
    ordinary = case("scan/ordinary").event
    del ordinary["detail"]["scan-status"]
    assert change["witness"] == ordinary
    assert not oracle.accepts("scan", change["witness"])
    assert change["consumer"]["failed"]


def test_witnesses_are_written_once(folder, run):
    code, output, complaints = run("diff old new --witnesses shown")
    assert (code, complaints) == (1, "")
    files = sorted(file for file in (folder / "shown").rglob("*.json"))
    assert len(files) == 2
    for file in files:
        assert f"witness: {file.relative_to(folder)}" in output
        assert json.loads(file.read_bytes())["detail-type"] == "ECR Image Scan"
    assert run("diff old new --witnesses shown") == (code, output, complaints)
    files[0].write_text("{}", "utf-8")
    code, _, complaints = run("diff old new --witnesses shown")
    assert code == 2
    assert "it holds another event, so it is left alone" in complaints


def test_a_consumer_is_given_the_events_that_are_new(folder, run):
    code, output, _ = run("diff old new --consumer app.py:fragile")
    assert code == 1
    assert "the consumer fails: KeyError: 'scan-status' at app.py:3" in output
    code, output, _ = run("diff old new --consumer app.py:tolerant")
    assert "the consumer passes" in output
    assert "the consumer fails" not in output


def test_what_its_rule_keeps_away_is_not_given_to_a_consumer(folder, run):
    pattern = {"source": ["aws.ecr"], "detail": {"scan-status": ["COMPLETE"]}}
    (folder / "rule.json").write_text(json.dumps(pattern), "utf-8")
    code, output, _ = run("diff old new --consumer app.py:fragile --rule rule.json")
    assert code == 1  # the change is breaking, for others
    assert "never reaches the consumer: its rule" in output
    assert "the consumer fails" not in output


def test_a_new_choice_is_given_to_a_consumer(folder, run):
    """It was admitted before, but nobody was told to expect it."""
    shutil.copytree(folder / "old", folder / "newer")
    path = folder / "newer" / oracle.PATHS["scan"]
    schema = json.loads(path.read_text("utf-8"))
    choices = schema["properties"]["detail"]["properties"]["scan-status"]["x-ecr"]["choices"]
    choices["too-large"] = {"id": "too-large", "evidence": "inferred", "value": "TOO_LARGE"}
    path.write_text(json.dumps(schema), "utf-8")
    code, output, _ = run("diff old newer")
    assert code == 0
    assert "note      scan $.detail.scan-status: too-large" in output
    handler = "def handler(event, context):\n    return {'COMPLETE': 1, 'FAILED': 2}"
    (folder / "words.py").write_text(handler + "[event['detail']['scan-status']]\n", "utf-8")
    code, output, _ = run("diff old newer --consumer words.py:handler")
    assert code == 1
    assert "the consumer fails: KeyError: 'TOO_LARGE' at words.py:2" in output


def test_an_event_of_a_kind_without_a_contract_here_is_not_given(folder, run):
    (folder / "new" / "ecr" / "poke.schema.json").write_text(
        json.dumps({"type": "object", "required": ["poke"]}), "utf-8"
    )
    code, output, complaints = run("diff old new --consumer app.py:tolerant")
    assert "safe      poke $: a new kind" in output
    assert complaints == (
        "ecr-contracts: not given to app.py:tolerant, since no contract here: poke\n"
    )
    assert code == 1


def test_a_pattern_that_takes_without_an_end_is_ended(folder, run, monkeypatch):
    monkeypatch.setattr(diff, "LONGEST", 0.5)
    for name, pattern in (("a", "^(a+)+$"), ("b", "^(a+)+b$")):
        (folder / f"{name}.json").write_text(json.dumps({"pattern": pattern}), "utf-8")
    code, output, complaints = run("diff a.json b.json")
    assert (code, output) == (2, "")
    assert "not compared within 0.5 seconds" in complaints
    assert complaints.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("diff old gone", "ecr-contracts: gone: there is no such file or folder"),
        ("diff old new --consumer gone.py:handler", "gone.py"),
        ("diff broken.json new", "ecr-contracts: broken.json:1:2: no JSON"),
        ("diff old new --for everybody", "invalid choice: 'everybody'"),
        ("diff old", "the following arguments are required: NEW"),
    ],
)
def test_misuse_is_told_without_a_traceback(folder, run, line, words):
    (folder / "broken.json").write_text("{", "utf-8")
    code, _, complaints = run(line)
    assert code == 2
    assert words in complaints
    assert "Traceback" not in complaints


def test_schemas_of_before_the_family_are_compared(folder, run):
    """A kind with the words of another one is told otherwise than one with words of its own."""
    for kind in set(oracle.KINDS) - {"push", "scan", "delete"}:
        (folder / "old" / oracle.PATHS[kind]).unlink()
    code, output, _ = run("diff old installed")
    assert code == 1
    words = "a new kind, with the source and the detail-type of delete"
    assert f"breaking  archive $: {words}" in output
    assert "safe      replication $: a new kind (kind-added)" in output
