"""Every format, given foreign text wherever it can be: the documents stay well-formed."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest
from hypothesis import Phase, given, settings
from markdown_it import MarkdownIt

from ecr_contracts.core.findings import Severity
from ecr_contracts.reporting.formats.registry import FORMATS, document
from ecr_contracts.reporting.formats.run import Run, Unjudged
from tests import foreign
from tests.gen_verdicts import TEXTS, verdicts
from tests.unit.reporting.formats.made import run, verdict
from tests.unit.reporting.made import FINDING, with_

FEW = settings(max_examples=12, phases=[Phase.explicit, Phase.generate])

ADVICE = with_(check="mutates", severity=Severity.WARNING, group="advice")


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


# --- SARIF ----------------------------------------------------------------------------------------


def sarif(*found, **others):
    """The log, as the official schema reads it, and as plain JSON."""
    model = pytest.importorskip("pydantic_sarif.model")
    written = document("sarif", of(*found, **others))
    model.StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate_json(written)
    [run] = json.loads(written)["runs"]
    return run


@FEW
@given(verdicts(), TEXTS)
def test_a_log_of_sarif_keeps_to_the_schema(verdict, text):
    run = sarif(verdict, unjudged=(Unjudged(text, text),))
    [result] = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["id"] == result["ruleId"] == "ECR101"
    assert foreign.faults(result["message"]["text"]) == []
    [location] = result["locations"]
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert re.fullmatch(r"[\w.~!$&'()*+,;=:@%/-]*", uri)
    assert not run["invocations"][0]["executionSuccessful"]


# --- JUnit ----------------------------------------------------------------------------------------

CASES = {"failure", "error", "skipped"}


@FEW
@given(verdicts(), TEXTS)
def test_suites_of_junit_are_well_formed_and_count_right(verdict, text):
    written = document("junit", of(verdict, unjudged=(Unjudged(text, text),)))
    assert written.isascii()
    whole = ElementTree.fromstring(written)
    for element in (whole, *whole):
        cases = list(element.iter("testcase"))
        assert int(element.get("tests")) == len(cases)
        for name, attribute in (("failure", "failures"), ("error", "errors")):
            assert int(element.get(attribute)) == len(list(element.iter(name)))
    for case in whole.iter("testcase"):
        assert len([child for child in case if child.tag in CASES]) <= 1
    for element in whole.iter():
        assert foreign.faults(element.text or "") == []
        for value in element.attrib.values():
            assert foreign.faults(value, keeps_lines=False) == []


def test_a_reader_of_junit_finds_what_we_wrote(tmp_path):
    junitparser = pytest.importorskip("junitparser")
    (tmp_path / "report.xml").write_text(document("junit", run(verdict(FINDING), verdict(ADVICE))))
    first, second = junitparser.JUnitXml.fromfile(str(tmp_path / "report.xml"))
    [case] = first
    assert (case.name, case.classname) == ("scan via lambda", "app.py:handler")
    assert case.result[0].type == "ECR101"
    assert "IndexError when image-tags is empty" in case.result[0].message
    [case] = second
    assert case.is_passed
    assert "ECR110" in case.system_out


# --- Markdown -------------------------------------------------------------------------------------

OWN_TAGS = {"code", "details", "summary"}


def parsed(written):
    """The tokens of a comment, and all its HTML, as GitHub's dialect has them."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(written)
    flat = []
    for token in tokens:
        flat += [token, *(token.children or [])]
    return flat


@FEW
@given(verdicts(), TEXTS)
def test_a_comment_holds_no_markup_but_ours(verdict, text):
    written = document("markdown", of(verdict, unjudged=(Unjudged(text, text),)))
    tokens = parsed(written)
    allowed = ("html", "heading", "paragraph", "table", "thead", "tbody", "tr", "th", "td")
    allowed += ("inline", "text", "fence", "softbreak")
    for token in tokens:
        assert token.type.startswith(allowed), token
        if token.type.startswith("html"):
            tags = set(re.findall(r"</?([\w-]+)", token.content))
            assert tags <= OWN_TAGS or token.content.startswith("<!-- ecr-contracts -->")
    fences = [token for token in tokens if token.type == "fence"]
    assert len(fences) == 3
    assert foreign.faults(written.replace("\ufe0f", "")) == []


@pytest.mark.parametrize("planted", ["@octocat", "#12", "https://example.invalid", "deadbeef"])
def test_what_a_forge_makes_a_link_of_is_code(planted):
    written = document("markdown", run(verdict(with_(exception=f"Odd {planted}"))))
    depth = 0
    for token in parsed(written):
        if token.type == "html_inline" or token.type == "html_block":
            depth += token.content.count("<code>") - token.content.count("</code>")
        elif token.type == "text" and planted in token.content:
            assert depth > 0


def test_a_comment_is_never_too_long_for_github():
    many = []
    for number in range(400):
        many.append(
            with_(exception=f"E{number}", group=f"g{number}", location=None, detail="x" * 90)
        )
    written = document("markdown", run(*[verdict(*many)] * 3))
    assert len(written) < 65_536
    assert "did not fit into a comment" in written
    assert written.count("```text") == written.count("```\n")
