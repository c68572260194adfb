"""What is said of consumers in other languages that are named as if they were Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.target import Target


@pytest.mark.parametrize(
    ("text", "problem", "advice"),
    [
        ("main.go:handler", "it is written in Go", "--command ./run"),
        ("cmd/main.go", "it is written in Go", "--url http://127.0.0.1:9000/2015-03-31/"),
        ("src/index.ts:handler", "it is written in TypeScript", "name its JavaScript"),
        ("src/main.rs:handler", "it is written in Rust", "cargo build"),
        ("Handler.java:handleRequest", "it is written in Java", "java -jar"),
        ("Function.cs:Handler", "it is written in C#", "dotnet"),
        ("lib/on push.rb:handler", "it is written in Ruby", "'ruby '\"'\"'lib/on push.rb'"),
        ("on_push.sh", "it is a shell's script", "--command 'sh on_push.sh'"),
        ("node run.mjs", "it is a command", "say --command 'node run.mjs'"),
        ("http://127.0.0.1:9000/", "it is an address", "say --url http://127.0.0.1:9000/"),
    ],
)
def test_it_says_how_it_is_run(text: str, problem: str, advice: str) -> None:
    with pytest.raises(ConsumerError) as raised:
        Target.parse(text)
    assert problem in raised.value.cause
    assert advice in raised.value.advice


def test_a_program_is_told_from_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    program = tmp_path / "bootstrap"
    program.write_text("#!/bin/sh\n")
    with pytest.raises(ConsumerError, match="does not name a function"):
        Target.parse("bootstrap")
    program.chmod(0o755)
    with pytest.raises(ConsumerError, match="it is a program") as raised:
        Target.parse("bootstrap")
    assert raised.value.advice == "say --command ./bootstrap"


def test_a_module_may_be_called_like_a_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ports").mkdir()
    (tmp_path / "ports" / "go.py").write_text("def handler(event, context): ...\n")
    assert Target.parse("ports.go:handler").module == "ports.go"


def test_a_function_of_a_template_in_another_language_keeps_its_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "template.yaml").write_text(
        "Resources:\n"
        "  Notify:\n"
        "    Type: AWS::Serverless::Function\n"
        "    Properties:\n"
        "      Runtime: provided.al2023\n"
        "      Handler: bootstrap\n"
        "      CodeUri: ./\n"
        "      Events:\n"
        "        Pushed:\n"
        "          Type: EventBridgeRule\n"
        "          Properties: {Pattern: {source: [aws.ecr]}}\n"
    )
    with pytest.raises(ConsumerError, match="its Runtime is provided") as raised:
        Target.parse("template.yaml:Notify")
    assert "--command ./bootstrap" in raised.value.advice
    assert raised.value.advice.endswith("and its rule: --rule template.yaml:Notify")
