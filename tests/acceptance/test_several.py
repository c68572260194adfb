"""`check` of several consumers: those that are configured, or those that are named."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from importlib.resources import files

import jsonschema
import pytest
import referencing

from ecr_contracts.frontends.cli.check.options import parsed

APP = """
import time

def faulty(event, context):
    return event["detail"]["image-tag"].upper()

def fine(event, context):
    return event["detail"].get("image-tag")

def endless(event, context):
    open("started", "w").close()
    time.sleep(0)
    while True:
        pass
"""
QUICK = "strength = 1, examples = 0, probe = 0"


def configure(tool, folder: str, *entries: str, name: str = "pyproject.toml") -> None:
    """Write a configuration with some entries, beside the handlers."""
    head = "[tool.ecr-contracts]\n" if name == "pyproject.toml" else ""
    rows = [f"  {{ {entry}, kinds = 'push', {QUICK} }},\n" for entry in entries]
    tool.write(f"{folder}/{name}", f"{head}consumers = [\n{''.join(rows)}]\n")
    tool.write(f"{folder}/src/app.py", APP)


@pytest.fixture
def monorepo(tool, monkeypatch):
    """Two packages, with a configuration each; the working directory is above both."""
    configure(tool, "svc1", "handler = 'src/app.py:faulty'", "handler = 'src/app.py:fine'")
    configure(tool, "svc2", "handler = 'src/app.py:faulty'", name="ecr-contracts.toml")
    monkeypatch.chdir(tool.folder)
    return tool


def test_without_a_handler_all_that_is_configured_is_checked(monorepo, run):
    code, out, complaints = run("check")
    assert (code, complaints) == (1, "")
    first, second, third = re.findall(r"^.* in (svc\d/src/app.py:\w+):", out, re.MULTILINE)
    assert [first, second, third] == [
        "svc1/src/app.py:faulty",
        "svc1/src/app.py:fine",
        "svc2/src/app.py:faulty",
    ]
    assert out.endswith("\n3 consumers: 2 with 2 faults, 1 fine\n")
    assert "svc2/src/app.py:5  return" in out
    assert "given: push events\n" in out


def test_numbers_run_over_all_and_each_can_be_shown_again(monorepo, run):
    _, out, _ = run("check")
    faults = re.findall(r"^(\d)  KeyError when image-tag", out, re.MULTILINE)
    assert faults == ["1", "2"]
    code, out, _ = run("check --replay 2")
    assert code == 1
    assert "1 fault in svc2/src/app.py:faulty" in out
    code, _, complaints = run("check --replay 3")
    assert code == 2
    assert "has 2 findings, from 1 on" in complaints
    assert "ecr-contracts check svc2/src/app.py:faulty" in complaints


def test_the_line_below_a_finding_shows_it_from_where_one_is(monorepo, run):
    _, out, _ = run("check")
    [line] = re.findall(r"ecr-contracts (check svc2/.*)", out)
    assert line == "check svc2/src/app.py:faulty --case push/no-tag"
    code, out, _ = run(line)
    assert (code, "KeyError when image-tag is absent" in out) == (1, True)


def test_from_a_folder_below_its_configuration_counts(monorepo, run, monkeypatch):
    monkeypatch.chdir(monorepo.folder / "svc1/src")
    code, out, _ = run("check")
    assert code == 1
    assert out.endswith("2 consumers: 1 with 1 fault, 1 fine\n")
    assert "fault in app.py:faulty" in out
    assert " app.py:5  return" in out


def test_one_handler_takes_what_its_entry_says_and_options_come_before(monorepo, run):
    monorepo.write("svc1/pyproject.toml", _entry("kinds = 'push', strength = 1, examples = 7"))
    told = json.loads(run("check svc1/src/app.py:fine --format json")[1])
    assert (told["kinds"], told["strength"], told["events_drawn"]) == (["push"], 1, 7)
    words = "check svc1/src/app.py:fine --kind delete --strength 2 --examples 0 --format json"
    told = json.loads(run(words)[1])
    assert (told["kinds"], told["strength"], told["events_drawn"]) == (["delete"], 2, 0)


def test_a_sample_is_as_the_entry_has_it(monorepo, run):
    monorepo.write("svc1/pyproject.toml", _entry("kinds = 'delete', via = 'sqs'"))
    payload = json.loads(run("sample --for svc1/src/app.py:fine")[1])
    event = json.loads(payload["Records"][0]["body"])
    assert event["detail"]["action-type"] == "DELETE"


def test_a_configured_handler_runs_in_the_folder_of_its_configuration(monorepo, run):
    monorepo.write("svc1/words.py", "WORD = 'x'")
    app = "from words import WORD\ndef fine(event, context):\n    return WORD, event\n"
    monorepo.write("svc1/src/app.py", app)
    monorepo.write("svc1/pyproject.toml", _entry(f"kinds = 'push', {QUICK}"))
    code, out, complaints = run("check svc1/src/app.py:fine")
    assert (code, complaints) == (0, "")
    assert "nothing found in svc1/src/app.py:fine" in out


def _entry(rest: str) -> str:
    return f"[tool.ecr-contracts]\nconsumers = [{{ handler = 'src/app.py:fine', {rest} }}]\n"


def test_a_misspelt_key_is_told_by_the_command_as_by_pytest(monorepo, run):
    monorepo.write("svc1/pyproject.toml", _entry("evidense = 'captured'"))
    for words in ("check", "check svc1/src/app.py:fine", "check svc1/src/app.py:other"):
        code, out, complaints = run(words)
        assert (code, out) == (2, "")
        assert (
            "svc1/pyproject.toml, tool.ecr-contracts.consumers[0].evidense: no such" in complaints
        )
        assert "did you mean 'evidence'?" in " ".join(complaints.split())


def test_one_that_cannot_be_judged_does_not_stop_the_others(monorepo, run):
    configure(monorepo, "svc1", "handler = 'src/no.py:f'", "handler = 'src/app.py:faulty'")
    code, out, complaints = run("check")
    assert code == 2
    assert "cannot use 'svc1/src/no.py:f': there is no file src/no.py" in complaints
    assert out.endswith("3 consumers: 2 with 2 faults, 1 not judged\n")


@pytest.mark.long
def test_several_handlers_are_checked_in_their_order_and_each_once(monorepo, run):
    words = "check svc2/src/app.py:faulty svc1/src/app.py:fine svc2/src/app.py:faulty"
    code, out, _ = run(words)
    assert code == 1
    found = re.findall(r"^.* in (svc\d/src/app.py:\w+):", out, re.MULTILINE)
    assert found == ["svc2/src/app.py:faulty", "svc1/src/app.py:fine"]
    assert out.endswith("2 consumers: 1 with 1 fault, 1 fine\n")


@pytest.mark.long
def test_one_at_a_time_tells_the_same_as_several_at_a_time(monorepo, run):
    def told(words: str) -> str:
        return re.sub(r"in [\d.]+ s", "in 1 s", run(words)[1])

    assert told("check --jobs 1") == told("check --jobs 3")


def test_the_document_of_several_is_a_list_even_of_one(monorepo, run):
    configure(monorepo, "svc1", "handler = 'src/no.py:f'", "handler = 'src/app.py:faulty'")
    for folder, consumers, unjudged in ((".", 2, 1), ("svc2", 1, 0)):
        code, out, _ = run_in(monorepo.folder / folder, run, "check --format json")
        document = json.loads(out)
        schema_of("reports.schema.json").validate(document)
        assert (len(document["consumers"]), len(document["unjudged"])) == (consumers, unjudged)
        assert code == (2 if unjudged else 1)


def run_in(folder, run, words):
    """Run a command line in another folder."""
    import contextlib

    with contextlib.chdir(folder):
        return run(words)


def schema_of(name: str) -> jsonschema.Draft202012Validator:
    """The judge of a document, as the package publishes its schema."""

    def published(name: str) -> dict:
        return json.loads(files("ecr_contracts").joinpath(name).read_text("utf-8"))

    rows = [(name, referencing.Resource.from_contents(published(name)))]
    other = "report.schema.json"
    rows.append((other, referencing.Resource.from_contents(published(other))))
    registry = referencing.Registry().with_resources(rows)
    return jsonschema.Draft202012Validator(published(name), registry=registry)


def test_a_file_has_the_report_of_all(monorepo, run):
    _, out, _ = run("check --report text=all.txt")
    told = (monorepo.folder / "all.txt").read_text()
    assert told.count("KeyError when image-tag is absent") == 2
    assert told.endswith(out.splitlines()[-1] + "\n")


def test_where_nothing_is_configured_it_is_said_how(tool, run, monkeypatch):
    monkeypatch.chdir(tool.folder)
    code, out, complaints = run("check")
    assert (code, out) == (2, "")
    assert "nothing is named that could be checked" in " ".join(complaints.split())
    assert "ecr-contracts init --write" in complaints


@pytest.mark.long
def test_what_failed_before_is_run_again_of_all(monorepo, run):
    run("check")
    code, out, _ = run("check --replay")
    assert code == 1
    assert "nothing is remembered of svc1/src/app.py:fine" in out
    assert out.count("fails still") == 2
    assert out.endswith("2 consumers: 2 with 2 faults\n")


@pytest.mark.long
def test_a_name_that_is_no_file_is_found_in_the_configurations_below(monorepo, run):
    entry = f"consumers = [{{ handler = 'src.app:faulty', kinds = 'push', {QUICK} }}]\n"
    monorepo.write("svc2/ecr-contracts.toml", entry)
    code, out, complaints = run("check src.app:faulty")
    assert (code, complaints) == (1, "")
    assert "1 fault in src.app:faulty" in out


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="no signals of this sort")
def test_an_interruption_is_told_once_and_names_what_was_not_checked(tool):
    configure(tool, ".", *[f"handler = 'src/app.py:{name}'" for name in ("endless", "fine", "x")])
    words = ["check", "--jobs", "2", "--timeout", "60", "--allow-write", ".", "--format", "json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "ecr_contracts", *words],
        cwd=tool.folder,
        env=tool.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while not (tool.folder / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, complaints = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in complaints
    document = json.loads(out)
    told = [one["consumer"] for one in (*document["consumers"], *document["unjudged"])]
    assert sorted(told) == sorted(f"src/app.py:{name}" for name in ("endless", "fine", "x"))


def test_handlers_may_stand_behind_options():
    options = parsed(["--strict", "a.py:f", "b.py:f", "--jobs", "2"])
    assert (options.consumers, options.jobs) == (["a.py:f", "b.py:f"], 2)
