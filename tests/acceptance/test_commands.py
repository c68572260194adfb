"""The other commands as they are run, and the examples that their help gives."""

from __future__ import annotations

import re
import sys

import pytest

from ecr_contracts.events.generate.cases import case
from tests.acceptance.test_cli import commands
from tests.acceptance.tool import in_folder

HANDLER = "def handler(event, context):\n    return event['detail']['scan-status']\n"
WORKER = "def on_push(event, context):\n    return [one['body'] for one in event['Records']], 'PUSH', 'image-tag'\n"


@pytest.mark.long
def test_the_same_bytes_in_every_run_and_with_every_hash_seed(tool):
    for seed in ("0", "4711"):
        done = tool(
            "fixtures",
            f"seed{seed}",
            "--invalid",
            "--via",
            "lambda",
            "--via",
            "sqs",
            PYTHONHASHSEED=seed,
        )
        assert done.returncode == 0
    assert tool.shell("diff -r seed0 seed4711").returncode == 0
    assert tool.shell("ls seed0/scan | wc -l").stdout.strip() == str(2 * 41 + 1)


@pytest.mark.parametrize(("style", "options"), [("typeddict", ["-S"]), ("pydantic", [])])
def test_the_classes_stand_alone(tool, style, options):
    assert tool("models", "--style", style, "-o", "ecr_events.py").returncode == 0
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
    done = tool.run([sys.executable, "-I", *options, "use.py"], b"", {})
    assert (done.returncode, done.stdout, done.stderr) == (0, b"fine\n", b"")


@pytest.mark.long
def test_every_example_of_the_help_works(tool):
    tool.write("src/app.py", HANDLER)
    tool.write("app/handlers.py", WORKER)
    tool.shell("ecr-contracts sample scan/ordinary --compact | gzip >archive.gz")
    lines = []
    for command in ("sample", "fixtures", "check", "validate", "models", "kinds"):
        examples = commands()[command].format_help().partition("\nexamples:\n")[2].splitlines()
        assert examples
        assert all(re.match(r"  (zcat archive\.gz \| )?ecr-contracts ", line) for line in examples)
        lines += [line.strip() for line in examples]
    # One shell for all of them: it stops at the first that fails.
    done = tool.shell(
        "set -e\n"
        + "\n".join(f"{line}\necho 'that was {number}'" for number, line in enumerate(lines))
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [f"that was {number}\n" in done.stdout for number in range(len(lines))] == [True] * len(
        lines
    )


@pytest.mark.long
def test_nothing_is_written_but_what_is_asked_for(tool):
    tool.write("src/app.py", HANDLER)
    tool.write(
        "src/wrong.py",
        "def handler(event, context):\n    return event['detail']['image-tags'][0]\n",
    )
    before = tool.shell("find . | sort").stdout
    for line in ("check src/app.py:handler --kind scan", "validate src/app.py"):
        tool(*line.split())
    assert tool.shell("find . | sort").stdout == before
    assert tool("check", "src/wrong.py:handler", "--kind", "scan").returncode == 1
    # What fails is remembered, in a folder that git does not see.
    assert tool.shell("find . | grep -v '^./.ecr-contracts' | sort").stdout == before
    assert tool.shell("cat .ecr-contracts/.gitignore").stdout == "*\n"


def test_without_a_command_it_says_what_there_is(tmp_path):
    done = in_folder(tmp_path)()
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ecr-contracts [-h] COMMAND ...")
