"""The documents' generated parts: made from the tables of the code, and nothing else is touched."""

from __future__ import annotations

import pytest

from ecr_contracts.core.findings import Evidence
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.events.differences.rules import RULES
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.frontends.cli.main import COMMANDS
from ecr_contracts.frontends.config.keys import CONSUMER_KEYS, SHARED_KEYS
from generators import documents, writing
from generators.documents import checks, tables
from generators.layout import ROOT


def part(name):
    return f"<!-- generated: {name} -->\n| old |\n<!-- end -->\n"


ALL = "# Before\n" + "Between\n".join(map(part, documents.PARTS)) + "After\n"


def test_the_documents_are_what_the_code_gives():
    for name, text in documents.texts(ROOT).items():
        assert (ROOT / name).read_text("utf-8") == text, "run python -m generators"


@pytest.mark.parametrize(
    ("name", "ids", "row"),
    [
        ("checks", CHECKS, " | [`{}`]"),
        ("checks", CHECKS, " `{}` {{ #"),
        ("commands", COMMANDS, "\n## `{}` "),
        ("kinds", kind_names(), "\n## `{}` "),
        ("evidence", Evidence, "\n| `{}` | "),
        ("rules for changes", RULES, "\n| `{}` | "),
        ("configuration", {**CONSUMER_KEYS, **SHARED_KEYS}, "\n| `{}` | "),
    ],
)
def test_each_thing_is_told_of_once(name, ids, row):
    text = documents.filled("a.md", part(name))
    assert [one for one in ids if text.count(row.format(one)) != 1] == []


def test_what_stands_around_the_parts_stays():
    text = documents.filled("a.md", ALL)
    assert text.startswith("# Before\n<!-- generated: ")
    assert text.endswith("<!-- end -->\nAfter\n")
    assert text.count("\nBetween\n") == len(documents.PARTS) - 1
    assert "| old |" not in text
    assert documents.filled("a.md", text) == text


@pytest.mark.parametrize("wrong", [part("chekcs"), "<!-- generated: checks -->\n| old |\n"])
def test_a_part_that_is_unknown_or_not_closed_is_refused(wrong):
    with pytest.raises(ValueError, match=r"a.md: <!-- generated: \w+ --> is no part of evidence"):
        documents.filled("a.md", wrong)


def test_a_part_that_no_document_has_is_missed(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(part("checks"), "utf-8")
    with pytest.raises(ValueError, match="has the part commands, configuration, evidence"):
        documents.texts(tmp_path)


def test_words_are_shown_by_markdown_as_they_are():
    assert '"\\<repository>:\\<tag>"' in checks.sections()
    assert tables.escaped("a | b") == r"a \| b"


def test_a_checkout_without_documents_has_no_parts(tmp_path):
    assert documents.texts(tmp_path) == {}


def test_a_part_that_has_drifted_is_shown(tmp_path):
    (tmp_path / "docs").mkdir()
    drifted = documents.filled("a.md", ALL).replace("`late` { #", "`slow` { #")
    (tmp_path / "docs" / "a.md").write_text(drifted, "utf-8")
    difference = writing.drift(tmp_path, documents.texts(tmp_path))
    assert "--- a/docs/a.md\n" in difference
    assert " `slow` { #late" in difference
    assert " `late` { #late" in difference
