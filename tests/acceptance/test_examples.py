"""The examples behind a queue and a topic: what the naive ones get wrong, and nothing in others."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.engine.session import check
from ecr_contracts.reporting.lines import Role, finding_lines
from ecr_contracts.reporting.sentences import headline
from ecr_contracts.reporting.verdicts import repeat_command
from tests.acceptance.causes import in_words, told

ROOT = Path(__file__).parents[2]


def found(verdict):
    return {
        (
            finding.check,
            finding.exception,
            *filter(None, [in_words(told(finding.cause)).strip("-")]),
        )
        for finding in verdict.findings
    }


NAIVE = {
    "queue_to_deploy": (
        "push",
        "sqs",
        {
            ("given-back", "KeyError", "$.detail.image-tag absent"),
            ("partial-failure", None),
            ("unreported", None),
        },
    ),
    "topic_to_chat": (
        "scan",
        "sns",
        {
            ("raises", "IndexError", "$.detail.image-tags empty"),
            ("raises", "KeyError", "$.detail.image-tags absent"),
            ("raises", "KeyError", "$.detail.finding-severity-counts absent"),
            ("raises", "KeyError", "$.detail.finding-severity-counts.CRITICAL absent"),
        },
    ),
}


@pytest.mark.parametrize("name", NAIVE)
def test_what_is_wrong_with_an_example_is_found_and_nothing_is_with_the_mended_one(
    name, monkeypatch
):
    monkeypatch.chdir(ROOT)
    kind, via, faults = NAIVE[name]
    for file, expected in (("naive", faults), ("mended", set())):
        verdict = check(f"examples/{name}/{file}.py:handler", examples=0)
        assert found(verdict) == expected
        assert (verdict.kinds, verdict.via, verdict.inferred, verdict.via_inferred) == (
            (kind,),
            (via,),
            True,
            True,
        )
        assert f"examples/{name}/template.yaml:" in verdict.via_why


def test_a_finding_about_batches_is_shown_and_repeated_as_a_whole_run(monkeypatch):
    monkeypatch.chdir(ROOT)
    verdict = check("examples/queue_to_deploy/naive.py:handler", examples=0, strength=1)
    (finding,) = (one for one in verdict.findings if one.check == "partial-failure")
    words = repeat_command(verdict, finding).removeprefix("ecr-contracts check ").split()
    assert words == [
        "examples/queue_to_deploy/naive.py:handler",
        "--strength",
        "1",
        "--examples",
        "0",
        "--via",
        "sqs",
    ]
    assert finding_lines(finding) == [
        (Role.HEADLINE, "tells wrongly which records failed (push)"),
        (
            Role.MESSAGE,
            "an itemIdentifier is the receiptHandle of record 5 of 10, not its messageId: "
            "Lambda takes the whole batch for failed",
        ),
        (Role.MEND, f"mend: {CHECKS['partial-failure'].mend}"),
    ]
    (finding,) = (one for one in verdict.findings if one.check == "given-back")
    assert headline(finding) == "KeyError is answered as a failed record"
    assert finding.location.source.startswith('deploy(detail["repository-name"]')
    told = check(words[0], kinds=["push"], via=["sqs"], strength=1, examples=0)
    (again,) = (one for one in told.findings if one.check == "partial-failure")
    assert again == next(one for one in verdict.findings if one.check == "partial-failure")
    assert "--kind push --strength 1" in repeat_command(told, again)
