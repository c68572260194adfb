"""The README's tables of checks: made from the table of the code, and nothing else is touched."""

from __future__ import annotations

import pytest

from ecr_contracts.core.findings import Evidence
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.events.differences.rules import RULES
from generators import readme, writing
from generators.layout import ROOT

EMPTY = """\
# Before
<!-- checks: one event -->
| old |
<!-- end -->
Between
<!-- checks: several events -->
<!-- end -->
<!-- evidence -->
<!-- end -->
<!-- rules for changes -->
<!-- end -->
After
"""


CHANGES = "<!-- rules for changes -->"
"""Where the table of rules for changes begins: a check may have the name of a rule."""


def test_the_readme_has_the_tables_that_the_code_gives():
    committed = (ROOT / readme.NAME).read_text("utf-8")
    assert committed == readme.text(committed), "run python -m generators"


def test_each_check_has_one_row():
    text, _, _ = readme.text(EMPTY).partition(CHANGES)
    for check in CHECKS.values():
        assert text.count(f"\n| `{check.id}` | ") == 1


def test_each_evidence_has_one_row():
    text = readme.text(EMPTY)
    for evidence in Evidence:
        assert text.count(f"\n| `{evidence}` | ") == 1


def test_each_rule_for_changes_has_one_row():
    _, _, text = readme.text(EMPTY).partition(CHANGES)
    for rule in RULES:
        assert text.count(f"\n| `{rule}` | ") == 1


def test_what_stands_around_the_tables_stays():
    text = readme.text(EMPTY)
    lines = [line for line in text.splitlines() if not line.startswith(("|", "<!--"))]
    assert lines == ["# Before", "Between", "After"]
    assert readme.text(text) == text


def test_a_readme_without_a_place_for_a_table_is_refused():
    without = EMPTY.replace("several", "no")
    with pytest.raises(ValueError, match="no place for a table: <!-- checks: several events -->"):
        readme.text(without)


def test_words_are_shown_by_markdown_as_they_are():
    assert '"\\<repository>:\\<tag>"' in readme.table([CHECKS["unquoted"]])


def test_a_checkout_without_a_readme_has_no_tables(tmp_path):
    assert readme.texts(tmp_path) == {}


def test_a_table_that_has_drifted_is_shown(tmp_path):
    (tmp_path / readme.NAME).write_text(readme.text(EMPTY).replace("`late`", "`slow`"), "utf-8")
    difference = writing.drift(tmp_path, readme.texts(tmp_path))
    assert f"--- a/{readme.NAME}\n" in difference
    assert "\n-| `slow` | " in difference
    assert "\n+| `late` | " in difference
