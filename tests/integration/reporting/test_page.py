"""The page of HTML: well-formed whatever stands in it, and as a browser without a mouse has it."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
import shutil
import subprocess

import pytest
from hypothesis import Phase, given, settings

from ecr_contracts.core.findings import Severity
from ecr_contracts.reporting.formats.registry import document
from ecr_contracts.reporting.formats.run import Run, Unjudged
from tests import foreign
from tests.gen_verdicts import TEXTS, verdicts
from tests.unit.reporting.formats.made import run, verdict
from tests.unit.reporting.made import FINDING, ORDINARY, with_

html5lib = pytest.importorskip("html5lib")

FEW = settings(max_examples=8, phases=[Phase.explicit, Phase.generate])
ADVICE = with_(check="mutates", severity=Severity.WARNING, group="advice")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

TAGS = """
html head meta title style body a header h1 h2 h3 h4 nav main section article footer p ul li div
span strong em code pre table caption thead tbody tr th td details summary dl dt dd
"""
ATTRIBUTES = """
lang charset http-equiv content name href class id role aria-label aria-labelledby aria-hidden
tabindex open scope title
"""
OWN_TAGS, OWN_ATTRIBUTES = set(TAGS.split()), set(ATTRIBUTES.split())


def page(written):
    """The tree of a page, read as browsers read it; what they have to mend is a fault."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(written)
    assert parser.errors == []
    return tree


def words(node):
    return " ".join("".join(node.itertext()).split())


@FEW
@given(verdicts(), TEXTS)
def test_foreign_text_makes_no_markup(verdict, text):
    written = document("html", Run((verdict,), (Unjudged(text, text),), "/repo/svc", "/repo"))
    assert written.isascii()
    tree = page(written)
    for node in tree.iter():
        assert node.tag in OWN_TAGS, node.tag
        assert set(node.attrib) <= OWN_ATTRIBUTES
        assert node.get("href", "#").startswith("#")
        for shown in (*node.attrib.values(), node.text or "", node.tail or ""):
            assert foreign.faults(shown) == []


def test_nothing_is_fetched_and_nothing_runs():
    tree = page(document("html", run()))
    [policy] = [meta.get("content") for meta in tree.iter("meta") if meta.get("http-equiv")]
    [style] = tree.iter("style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert not re.search(r"url\(|@import", style.text)


def test_every_link_leads_to_a_place_and_ids_are_unique():
    odd = with_(check="exits", group="other")
    several = run(verdict(FINDING, odd), verdict(FINDING), verdict(findings=()))
    tree = page(document("html", several))
    ids = [node.get("id") for node in tree.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    for link in tree.iter("a"):
        assert link.get("href")[1:] in ids
    for node in tree.iter():
        if label := node.get("aria-labelledby"):
            assert label in ids


def test_a_reader_of_the_page_finds_landmarks_headings_and_headers():
    tree = page(document("html", run(verdict(FINDING, ADVICE))))
    for landmark in ("header", "main", "footer"):
        assert len(list(tree.iter(landmark))) == 1
    levels = [int(node.tag[1]) for node in tree.iter() if re.fullmatch(r"h\d", node.tag)]
    assert levels[0] == 1
    assert all(later - before <= 1 for before, later in itertools.pairwise(levels))
    for table in tree.iter("table"):
        assert table.find("caption") is not None
        for row in table.iter("tr"):
            cell = row[0]
            assert cell.tag == "th"
            assert cell.get("scope") in ("row", "col")
    for node in tree.iter("div"):
        assert node.get("tabindex") == "0"
        assert node.get("aria-label")


def test_the_picture_says_what_was_given_and_what_is_in_the_cause():
    tree = page(document("html", run()))
    [picture] = [node for node in tree.iter("details") if node.get("class") == "kind"]
    rows = {words(row[0]): row for row in picture.iter("tr")}
    chips = {words(chip): chip.get("class") for chip in rows["image-tags"].iter("li")}
    assert chips["✓ has one 1"] == "given"
    assert chips["✗ is empty 1 finding 1"] == "cause"
    assert chips["– is absent never"] == "never"  # noqa: RUF001 - the sign
    assert "scan: 2 events, 1 of them failing" in words(picture[0])


def test_events_that_were_compared_are_not_said_to_fail():
    comparison = with_(
        check="action-blind",
        severity=Severity.WARNING,
        nearest=ORDINARY.event,
        nearest_case="scan/ordinary",
    )
    tree = page(document("html", run(verdict(comparison))))
    [table] = [node for node in tree.iter("div") if "difference" in node.get("class")]
    heads = [words(cell) for cell in table.iter("th") if cell.get("scope") == "col"]
    assert heads == ["field", "scan/ordinary", "scan/no-tags"]
    assert "In what the two events differ" in words(table)


def test_the_event_that_fails_stands_next_to_the_one_that_passes():
    failing = with_(nearest=ORDINARY.event, nearest_case="scan/ordinary")
    tree = page(document("html", run(verdict(failing))))
    [table] = [node for node in tree.iter("div") if "difference" in node.get("class")]
    heads = [words(cell) for cell in table.iter("th") if cell.get("scope") == "col"]
    assert heads == ["field", "scan/ordinary passes", "scan/no-tags fails"]
    assert "$.detail.image-tags" in words(table)


def test_no_green_where_all_events_fail():
    everywhere = with_(cause=(), failed=("scan/ordinary", "scan/no-tags"), passed=0)
    tree = page(document("html", run(verdict(everywhere))))
    assert not [chip for chip in tree.iter("li") if chip.get("class") == "given"][1:]


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
def test_a_browser_takes_the_style_and_complains_of_nothing(tmp_path):
    file = tmp_path / "report.html"
    file.write_text(document("html", run()))
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    flags += [f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", "--dump-dom"]
    finished = subprocess.run(
        [CHROMIUM, *flags, file.as_uri()], capture_output=True, text=True, timeout=60, check=True
    )
    assert "Content Security Policy" not in finished.stderr
    assert "IndexError when image-tags is empty" in finished.stdout
