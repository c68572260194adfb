"""The documents for developers name files, classes and commands that are there."""

from __future__ import annotations

import ast
import re

import pytest

from tests.conftest import ROOT

DOCUMENTS = [
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "GLOSSARY.md",
    "changelog.d/README.md",
    "tests/README.md",
]
TOP = {path.name for path in ROOT.iterdir()}
SPAN = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.-]+(?:/[\w.*-]+)*/?")


def spans(document):
    """What stands in backticks outside of blocks, with its line."""
    inside = False
    for number, line in enumerate((ROOT / document).read_text("utf-8").splitlines(), 1):
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            yield from ((number, text) for text in SPAN.findall(line))


def defined(path):
    """The names that a module defines."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {getattr(node, "name", None) for node in tree.body}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_paths_that_it_names_exist(document):
    paths = [
        (number, text)
        for number, text in spans(document)
        if PATH.fullmatch(text) and text.partition("/")[0] in TOP
    ]
    assert paths
    assert [(number, path) for number, path in paths if not any(ROOT.glob(path.rstrip("/")))] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_files_that_it_names_without_their_folder_exist(document):
    """As in 'a row in its `main.py`': somewhere, and not in a folder that is gone."""
    named = {text for _, text in spans(document) if re.fullmatch(r"\w+\.(py|toml|md|json)", text)}
    elsewhere = named - TOP
    assert [name for name in elsewhere if not any(ROOT.glob(f"[!.]*/**/{name}"))] == []


def test_the_classes_that_the_glossary_names_are_where_it_says():
    text = (ROOT / "GLOSSARY.md").read_text("utf-8")
    places = re.findall(r"`(\w+)` in `([\w/]+\.py)`", text)
    assert len(places) > 10
    assert [(name, path) for name, path in places if name not in defined(path)] == []


def links(document):
    """What a document links to within the project, without the part of a page."""
    text = re.sub(r"```.*?```", "", (ROOT / document).read_text("utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    return [target for target in targets if "://" not in target]


@pytest.mark.parametrize("document", ["README.md", *DOCUMENTS])
def test_the_files_that_it_links_to_exist(document):
    folder = (ROOT / document).parent
    assert [target for target in links(document) if not (folder / target).exists()] == []


def test_the_readme_leads_to_every_page_of_the_site():
    """But for the start page, which says what the README says."""
    pages = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert pages - {"docs/index.md"} <= set(links("README.md"))


def test_the_site_names_every_page():
    named = re.findall(r"- ([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    assert sorted(named) == sorted(pages)


def test_every_room_is_in_the_table_of_rooms():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rooms = {path.parent.name for path in (ROOT / "ecr_contracts").glob("*/__init__.py")}
    assert set(re.findall(r"^\| `ecr_contracts/(\w+)/` \|", text, re.MULTILINE)) == rooms


def test_every_marker_and_every_tier_is_in_the_tests_readme():
    text = (ROOT / "tests" / "README.md").read_text("utf-8")
    tiers = {path.parent.name for path in (ROOT / "tests").glob("*/__init__.py")}
    assert [tier for tier in tiers if f"`tests/{tier}/`" not in text] == []
    assert "-m long" in text
    assert "-m search" in text


def test_every_module_with_long_tests_is_in_the_table_of_them():
    """So that nothing goes to the long tier without saying what is kept in its place."""
    text = (ROOT / "tests" / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| `(tests/[\w/]+\.py)` \|", text, re.MULTILINE)
    marked = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if re.search(
            r"^@pytest\.mark\.long|pytest\.mark\.long[,)]|^@keeping|long_but\(",
            path.read_text("utf-8"),
            re.M,
        )
    ]
    marked.remove("tests/unit/test_rows.py")
    assert sorted(listed) == sorted(marked)
