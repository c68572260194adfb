"""The snippet that `explain` shows of a check is what the check is told of."""

from __future__ import annotations

import ast
import json

import pytest

from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.engine.checks.catalog.examples import EXAMPLES, PRELUDE
from ecr_contracts.frontends.cli.main import main

WITHOUT = {
    "unreported",  # it shows in a template beside the handler, and in no code
    "unreached",  # what no event gets to depends on what nobody gave
    "dead",
    "vacuous",
    "dead-comparison",
    "partial-failure",
    "wrongly-settled",
    "refused-request",
    "fails-after-answer",
}
"""The checks that no snippet is shown of: it takes more than a few lines to bring them about."""

QUICK = ["--examples", "5", "--probe", "60"]
OF_RULES = "EventPattern"
BATCHES = ("given-back", "first-only", "batch", "partial-failure", "batch-retried")
SCANS = ("dead-at-import", "never-runs", "unread", "unserialisable", "mutates")
WORDS = {
    "late": ("--timeout", "0.2"),
    "future-event": ("--future",),
    "batch-answer": ("--via", "firehose"),
    "control-message": ("--via", "logs"),
    **dict.fromkeys(BATCHES, ("--via", "sqs")),
    **dict.fromkeys(SCANS, ("--kind", "scan")),
}
"""What has to be said beside the handler, where its code alone does not say it."""


def test_each_snippet_can_be_read_and_most_checks_have_one():
    assert set(CHECKS) - set(EXAMPLES) == WITHOUT
    for text in EXAMPLES.values():
        assert text == text.strip()
        if not text.startswith(OF_RULES):
            assert ast.parse(f"{PRELUDE}\n{text}").body


def words_for(check: str, text: str) -> list[str]:
    """The words of a command line that checks a snippet, which lies in the working directory."""
    if text.startswith(OF_RULES):
        document = ["--run-command", "AWS-RunShellScript"] if "document/" in text else []
        return ["--transformer", "rule.yaml", *document]
    name = "lambda_handler" if "def lambda_handler(" in text else "handler"
    return [f"app.py:{name}", *QUICK, *WORDS.get(check, ())]


@pytest.mark.long
@pytest.mark.parametrize("check", EXAMPLES)
def test_a_check_is_told_of_its_snippet(check, tmp_path, monkeypatch, capsys):
    text = EXAMPLES[check]
    (tmp_path / "rule.yaml" if text.startswith(OF_RULES) else tmp_path / "app.py").write_text(
        f"{text}\n" if text.startswith(OF_RULES) else f"{PRELUDE}\n\n{text}\n"
    )
    monkeypatch.chdir(tmp_path)
    main(["check", "--format", "json", *words_for(check, text)])
    found = json.loads(capsys.readouterr().out)["findings"]
    assert check in {finding["check"] for finding in found}
