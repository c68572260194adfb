"""The other commands as they are run, and the examples that their help gives."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sys

import pytest

from ecr_contracts.events.generate.cases import case, edge_cases
from ecr_contracts.frontends.cli.main import COMMANDS
from tests import oracle
from tests.acceptance.test_cli import commands
from tests.acceptance.tool import in_folder

HANDLER = "def handler(event, context):\n    return event['detail']['scan-status']\n"
WORKER = """
def on_push(event, context):
    return [record["body"] for record in event["Records"]], "PUSH", "image-tag"
"""
TEMPLATE = """
Resources:
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.ecr]
        detail-type: [ECR Image Action]
        detail: {action-type: [PUSH], result: [SUCCESS]}
      Targets: [{Id: a, Arn: !ImportValue another-function}]
"""


@pytest.mark.long
def test_the_same_bytes_in_every_run_and_with_every_hash_seed(tool):
    for seed in ("0", "4711"):
        process = tool(
            "fixtures",
            f"seed{seed}",
            "--invalid",
            "--via",
            "lambda",
            "--via",
            "sqs",
            PYTHONHASHSEED=seed,
        )
        assert process.returncode == 0
    assert tool.shell("diff -r seed0 seed4711").returncode == 0
    assert tool.shell("ls seed0/scan | wc -l").stdout.strip() == str(
        2 * len(edge_cases("scan")) + 1
    )


@pytest.mark.parametrize(("style", "options"), [("typeddict", ["-S"]), ("pydantic", [])])
def test_the_classes_stand_alone(tool, run, monkeypatch, style, options):
    monkeypatch.chdir(tool.folder)
    assert run(f"models --style {style} -o ecr_events.py") == (0, "", "")
    used = {
        "typeddict": "event: ecr_events.ScanEvent = event",
        "pydantic": "ecr_events.ScanEvent.model_validate(event)",
    }
    tool.write(
        "use.py",
        "import sys\nsys.path.insert(0, '.')\nimport ecr_events\n"
        f"event = {case('scan/no-tags').event!r}\n{used[style]}\n"
        "assert 'ecr_contracts' not in sys.modules\nprint('fine')\n",
    )
    # -I leaves out PYTHONPATH, and -S everything that is installed.
    process = tool.run([sys.executable, "-I", *options, "use.py"], b"", {})
    assert (process.returncode, process.stdout, process.stderr) == (0, b"fine\n", b"")


@pytest.mark.long
def test_every_example_of_the_help_works(tool, run, monkeypatch):
    tool.write("src/app.py", HANDLER)
    tool.write("app/handlers.py", WORKER)
    archive = json.dumps(case("scan/ordinary").event).encode()
    tool.write("archive.gz", gzip.compress(archive))
    pattern = {"source": ["aws.ecr"]}
    match_case = {"pattern": json.dumps(pattern), "event": archive.decode()}
    # The template's rule would be taken for that of the handlers, so it has a folder of its own.
    rules = in_folder(tool.folder / "rules")
    rules.write("cases.jsonl", json.dumps(match_case))
    rules.write("template.yaml", TEMPLATE)
    rules.write("event.json", archive)
    # The manifest that `fixtures` writes is no event, so archives have a folder of their own.
    archives = in_folder(tool.folder / "archives")
    shutil.copytree(oracle.SCHEMAS, tool.folder / "schemas")
    for name in ("old", "new"):
        tool.write(f"{name}/scan.json", '{"type": "object"}')
    every_scan = [edge_case.event for edge_case in edge_cases("scan", 2)]
    archives.write("tests/events/scans.json", json.dumps(every_scan))
    for command, parser in commands().items():
        place = {"coverage": archives, "rules": rules}.get(command, tool)
        monkeypatch.chdir(place.folder)
        examples = parser.format_help().partition("\nexamples:\n")[2].partition("\n\n")[0]
        assert examples
        for example in examples.splitlines():
            line = example.strip()
            if re.search(r"[|*>&]", line):
                # What is left to a shell is typed into one.
                process = place.shell(line)
                code, complaints = process.returncode, process.stderr
            else:
                program, _, arguments = line.partition(" ")
                assert program == "ecr-contracts"
                code, _, complaints = run(arguments)
            # A machine with much to do is slow, and told of.
            complaints = re.sub(r"(?m)^ecr-contracts: after \d+ s: .*\n", "", complaints)
            if line.endswith("scan/pairs-17"):
                assert complaints.startswith("ecr-contracts: scan/pairs-17 differs from")
                complaints = ""
            assert (line, code, complaints) == (line, 0, "")


@pytest.mark.long
def test_nothing_is_written_but_what_is_asked_for(tool):
    few = ("--kind", "scan", "--strength", "1", "--examples", "0")
    tool.write("src/app.py", HANDLER)
    tool.write(
        "src/wrong.py",
        "def handler(event, context):\n    return event['detail']['image-tags'][0]\n",
    )
    before = paths(tool.folder)
    assert tool("check", "src/app.py:handler", *few).returncode == 0
    assert tool("validate", "src/app.py").returncode == 1
    assert paths(tool.folder) == before
    assert tool("check", "src/wrong.py:handler", *few).returncode == 1
    # What fails is remembered, in a folder that git does not see.
    ours = tool.folder / ".ecr-contracts"
    new = paths(tool.folder) - before
    assert new
    assert all(path == ours or ours in path.parents for path in new)
    assert (ours / ".gitignore").read_text() == "*\n"


def paths(folder):
    return set(folder.rglob("*"))


def test_only_the_command_that_runs_is_imported(tool):
    tool.write("event.json", json.dumps(case("scan/ordinary").event))
    tool.write(
        "loaded.py",
        "import runpy, sys\n"
        "sys.argv = ['ecr-contracts', *sys.argv[1:]]\n"
        "try:\n"
        "    runpy.run_module('ecr_contracts', run_name='__main__')\n"
        "except SystemExit:\n"
        "    print('loaded:', *sorted(name for name in sys.modules if 'ecr_contracts' in name))\n",
    )
    loaded = {}
    for words in (["--help"], ["sample", "push/ordinary"], ["kinds", "push"]):
        process = tool.run([sys.executable, "loaded.py", *words], b"", {})
        modules = process.stdout.decode().splitlines()[-1].split()
        assert modules[0] == "loaded:"
        loaded[words[0]] = {name.removeprefix("ecr_contracts.") for name in modules[1:]}
    assert not any(name.startswith(("events", "engine", "runtime")) for name in loaded["--help"])
    for command, modules in loaded.items():
        others = {f"frontends.cli.{name}" for name in COMMANDS if name != command}
        assert not modules & others
        assert not any(name.startswith(("engine", "runtime.worker")) for name in modules)


def test_without_a_command_it_says_what_there_is(tmp_path):
    process = in_folder(tmp_path)()
    assert process.returncode == 2
    assert process.stderr.startswith("usage: ecr-contracts [--color WHEN] COMMAND ...")
    assert all(f"\n    {name} " in process.stderr for name in COMMANDS)
