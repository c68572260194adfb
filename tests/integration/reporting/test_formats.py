"""Every format, given foreign text wherever it can be: the documents stay well-formed."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import Phase, given, settings

from ecr_contracts.reporting.formats.registry import FORMATS, document
from ecr_contracts.reporting.formats.run import Run, Unjudged
from tests import foreign
from tests.gen_verdicts import TEXTS, verdicts

FEW = settings(max_examples=12, phases=[Phase.explicit, Phase.generate])


def of(*found, unjudged=()):
    return Run(found, unjudged, "/repo/svc", "/repo")


@FEW
@given(verdicts(), TEXTS)
def test_a_log_of_github_has_our_commands_and_no_others(verdict, text):
    log = document("github", of(verdict, unjudged=(Unjudged(text, text),)))
    shown = [line for line in foreign.commands(log) if not line.startswith("::group::ecr-c")]
    names = [re.match(r"::(\w+)", line).group(1) for line in shown]
    assert names[0] == "endgroup"
    assert names[1] == "error"
    assert len(names) == 3
    assert foreign.faults(log.replace("::", ""), keeps_lines=True) == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_run_without_verdicts_is_a_document_too(name):
    written = document(name, of(unjudged=(Unjudged("lost.py:handler", "it is lost"),)))
    assert "it is lost" in written
    assert written.endswith("\n")


def test_the_report_for_programs_lists_several():
    whole = json.loads(document("json", of(unjudged=(Unjudged("lost.py:handler", "it is lost"),))))
    assert whole["unjudged"] == [{"consumer": "lost.py:handler", "why": "it is lost"}]
