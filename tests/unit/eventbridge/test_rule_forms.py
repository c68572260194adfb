"""Rules have the same verdicts whatever the form of file in which they are kept."""

from __future__ import annotations

import json

import pytest

from ecr_contracts.discovery.iac.documents.document import read_value
from ecr_contracts.discovery.iac.plain_patterns import meant_as_pattern
from ecr_contracts.discovery.iac.stack import read_stack
from ecr_contracts.eventbridge.rules.verdicts import judge_pattern
from tests import oracle
from tests.unit.eventbridge.forms import FORMS
from tests.unit.eventbridge.test_rule_verdicts import ROWS


@pytest.mark.parametrize("form", FORMS)
def test_every_rule_is_read_and_judged_alike_in_every_form(tmp_path, form):
    name, write = FORMS[form]
    patterns = [row["pattern"] for row in ROWS]
    file = tmp_path / name
    file.write_text(write(patterns), "utf-8")
    stack = read_stack(file)
    rules = stack.rules or [rule for _, rule in stack.for_others]
    assert [dict(rule.pattern) for rule in rules] == patterns
    assert all(rule.line > 0 for rule in rules)
    for rule, row in list(zip(rules, ROWS, strict=True))[:: len(FORMS)]:
        verdicts = judge_pattern(rule.pattern, rule.unresolved).verdicts
        assert [verdict.name for verdict in verdicts] == row["verdicts"], row["id"]


@pytest.mark.parametrize("suffix", [".json", ".yaml"])
def test_every_pattern_is_read_in_a_file_of_its_own(tmp_path, suffix):
    file = tmp_path / f"pattern{suffix}"
    for row in ROWS:
        file.write_text(json.dumps(row["pattern"]), "utf-8")
        rule = meant_as_pattern(file, read_value(file))
        assert rule is not None
        assert rule.pattern == row["pattern"]


@pytest.mark.parametrize("sample", ["push", "scan", "delete"])
def test_a_sample_event_is_no_pattern(tmp_path, sample):
    file = tmp_path / "event.json"
    file.write_bytes(oracle.sample(sample).read_bytes())
    assert meant_as_pattern(file, read_value(file)) is None
