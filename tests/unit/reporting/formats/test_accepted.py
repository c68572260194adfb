"""Findings that the baseline accepts: told with their reasons, and no fault in any format."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from ecr_contracts.engine.accepted.entries import entry_of
from ecr_contracts.reporting.formats.html.tried import tried_kind
from ecr_contracts.reporting.formats.registry import document
from tests.unit.reporting.formats.made import run, verdict
from tests.unit.reporting.made import FINDING, with_

ENTRY = entry_of(FINDING, "app.py:handler", "the queue retries <it>", "an IndexError")
GONE = entry_of(with_(check="exits"), "app.py:handler", "was so", "an exit")
ACCEPTED = verdict(findings=(), accepted=((FINDING, ENTRY),), gone=(GONE,))


def test_what_is_accepted_is_told_with_its_reason():
    page = document("html", run(ACCEPTED))
    assert "<h3>Accepted</h3>" in page
    assert "the queue retries &lt;it&gt;" in page
    assert "no longer found, though accepted: an exit" in page
    comment = document("markdown", run(ACCEPTED))
    assert comment.splitlines()[1].startswith("## ✅ ecr-contracts: nothing new in")
    assert "the queue retries <it>" in comment.partition("```text")[2]
    assert "no longer found, though accepted: an exit" in comment


def test_what_is_accepted_is_no_result_and_no_failure():
    assert json.loads(document("sarif", run(ACCEPTED)))["runs"][0]["results"] == []
    assert ElementTree.fromstring(document("junit", run(ACCEPTED))).get("failures") == "0"
    assert "::error" not in document("github", run(ACCEPTED))


def test_the_picture_shows_that_such_events_fail():
    kind = tried_kind(ACCEPTED, "scan", [])
    assert (kind.events, kind.failing) == (2, 1)
