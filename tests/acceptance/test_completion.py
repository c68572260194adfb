"""The scripts of `ecr-contracts completion`, as shells run them."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.frontends.cli.completion import SHELLS
from ecr_contracts.frontends.cli.main import COMMANDS

TOOL = (sys.executable, "-m", "ecr_contracts")

COMPLETES = """\
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
spec=$(complete -p ecr-contracts)
[[ $spec =~ -F\\ ([^ ]+) ]] && "${BASH_REMATCH[1]}" ecr-contracts "${COMP_WORDS[COMP_CWORD]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def shell(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"there is no {name} here")
    return found


@pytest.fixture(scope="module")
def bash_script(tmp_path_factory):
    folder = tmp_path_factory.mktemp("completion")
    script = folder / "ecr-contracts"
    process = subprocess.run(
        [*TOOL, "completion", "bash"], capture_output=True, text=True, check=True
    )
    assert process.stderr == ""
    script.write_text(process.stdout)
    return script


def completed(script, *words: str) -> set[str]:
    """What bash offers for the last of the words of a command line, in the folder of the script."""
    process = subprocess.run(
        [shell("bash"), "-c", COMPLETES, "bash", str(script), "ecr-contracts", *words],
        cwd=script.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return {word.strip() for word in process.stdout.splitlines()} - {""}


def test_commands_and_options_are_completed(bash_script):
    assert set(COMMANDS) <= completed(bash_script, "")
    assert completed(bash_script, "fix") == {"fixtures"}
    assert completed(bash_script, "check", "app.py:handler", "--stre") == {"--strength"}
    assert completed(bash_script, "kinds", "--exp") == {"--export"}


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("check", "--kind"), kind_names()),
        (("check", "--via"), ENVELOPES),
        (("check", "--off"), CHECKS),
        (("explain",), ("raises", "ECR101")),
        (("check", "--evidence"), ("documented", "inferred")),
        (("check", "--case"), ("scan/no-tags", "push/ordinary")),
        (("check", "--color"), ("auto", "always", "never")),
        (("kinds",), kind_names()),
        (("sample",), ("scan/no-tags", "push/sample")),
        (("models", "--style"), ("pydantic",)),
    ],
)
def test_names_are_completed(bash_script, words, names):
    assert set(names) <= completed(bash_script, *words, "")
    first = min(names)
    assert first in completed(bash_script, *words, first[:3])


def test_files_and_folders_are_completed(bash_script):
    (bash_script.parent / "template.yaml").touch()
    (bash_script.parent / "templates").mkdir(exist_ok=True)
    assert {"template.yaml"} <= completed(bash_script, "check", "--rule", "temp")
    assert {"template.yaml"} <= completed(bash_script, "validate", "temp")
    assert completed(bash_script, "check", "--keep", "temp") == {"templates"}


@pytest.mark.parametrize("name", SHELLS)
def test_the_script_of_each_shell_is_read_by_it(run, tmp_path, name):
    code, script, complaints = run(f"completion {name}")
    assert (code, complaints) == (0, "")
    assert "ecr-contracts" in script
    assert "scan-resource-change" in script
    file = tmp_path / "script"
    file.write_text(script)
    options = ["-f", "-n"] if name == "tcsh" else ["-n"]
    subprocess.run([shell(name), *options, str(file)], check=True)


def test_a_shell_that_is_not_known_is_misuse(run):
    code, out, complaints = run("completion bahs")
    assert (code, out) == (2, "")
    assert complaints.endswith("invalid choice: 'bahs'; did you mean 'bash'?\n")
