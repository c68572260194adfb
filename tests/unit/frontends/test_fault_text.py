"""A fault as pytest tells it: its name in the list of failures, and its line among the warnings."""

from __future__ import annotations

from dataclasses import replace

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.catalog import REFUSES
from ecr_contracts.frontends.pytest.fault_text import name_and_text
from ecr_contracts.frontends.pytest.kind_summary import _warning
from tests.unit.reporting.made import TAGS, when, with_

NAME = "$.detail.repository-name"


def test_the_name_of_a_fault_leaves_out_where_the_code_compares():
    ours = replace(when(NAME, "namespaced"), compared="src/notify/some_long_file.py:123")
    found = with_(cause=(ours, when(TAGS, "empty")))
    name, text = name_and_text([found], [[found]])
    assert name.startswith('IndexError when repository-name contains "/" once and image-tags is ')
    assert "(compared in src/notify/some_long_file.py:123)" in " ".join(text.split())


def test_the_place_of_a_warning_is_told_once():
    refusal = with_(check=REFUSES, severity=Severity.WARNING)
    assert _warning([refusal], []).count("app.py:8") == 1
    advice = with_(check="mutates", severity=Severity.WARNING)
    assert _warning([advice], []).count("app.py:8") == 1
