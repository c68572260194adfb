"""What a program cannot have here, a network or another program, is no fault of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ecr_contracts.core.errors import SetupError
from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.session import judge
from ecr_contracts.engine.subjects.command import Command
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.runtime.effects import Sort
from ecr_contracts.runtime.programs import traces

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="programs are started by a fork")

READS = (
    'event=$(cat)\ncase "$event" in *\'"image-tag":\'*) ;; *) echo "no tag" >&2; exit 9;; esac\n'
)


def _verdict(folder: Path, script: str) -> Verdict:
    (folder / "run.sh").write_text(script)
    request = Request(kinds=("push",), effort=Effort(strength=1, examples=0))
    return judge(Command("sh run.sh", folder=folder), request)


def test_a_program_that_is_not_installed_is_told_beside_the_faults(tmp_path: Path) -> None:
    verdict = _verdict(tmp_path, f"{READS}no-such-tool --deploy\n")
    assert [finding.exception for finding in verdict.findings] == ["exit code 9"]
    [unchecked] = verdict.unchecked
    assert unchecked.answer == "the program no-such-tool, which is not here"
    assert "install no-such-tool" in unchecked.advice


def test_a_connection_that_every_event_stops_at_leaves_nothing_to_judge(tmp_path: Path) -> None:
    script = (
        "cat > /dev/null\n"
        "echo 'Could not connect to the endpoint URL: \"https://ecs.example.invalid/\"' >&2\n"
        "exit 255\n"
    )
    with pytest.raises(SetupError, match=r"what the sandbox refuses: ecs\.example\.invalid") as one:
        _verdict(tmp_path, script)
    assert "AWS_ENDPOINT_URL" in str(one.value)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Error: connect ECONNREFUSED 127.0.0.1:8000", "127.0.0.1:8000"),
        ("getaddrinfo ENOTFOUND sns.us-east-1.amazonaws.com", "sns.us-east-1.amazonaws.com"),
        ("dial tcp: lookup s3.amazonaws.com on 127.0.0.53:53: no such host", "s3.amazonaws.com"),
        ("TypeError: fetch failed", "the network"),
        ("UnrecognizedClientException: The security token is invalid", "the network"),
        ("KeyError: 'network'", ""),
        ("the connection of the event is missing", ""),
    ],
)
def test_a_refused_connection_is_read_off_what_is_written(text: str, place: str) -> None:
    assert traces.refused_connection(text) == place


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ("run.sh: line 3: kubectl: command not found", "kubectl"),
        ("run.sh: 3: kubectl: not found", "kubectl"),
        ("Error: spawn docker ENOENT", "docker"),
        ('exec: "crane": executable file not found in $PATH', "crane"),
        ("image not found", ""),
        ("error: my-repo: not found", ""),
        ("Error: repository my-repo: not found in the registry", ""),
    ],
)
def test_a_missing_program_is_read_off_what_is_written(text: str, program: str) -> None:
    assert traces.missing_program(text) == program


def test_a_program_that_ends_while_it_writes_is_heard_to_its_end(tmp_path: Path) -> None:
    script = "cat > /dev/null\necho '{\"ok\": 1}'\necho log >&2\n"
    (tmp_path / "run.sh").write_text(script)
    with Command("sh run.sh", folder=tmp_path).start() as running:
        outcomes = [running.call({"n": n}) for n in range(30)]
    assert [outcome.returned for outcome in outcomes] == [{"ok": 1}] * 30
    assert {outcome.output for outcome in outcomes[1:]} == {'{"ok": 1}\nlog'}
    assert Sort.PROCESS not in {effect.sort for one in outcomes for effect in one.effects}
