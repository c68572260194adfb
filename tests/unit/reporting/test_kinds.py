"""The tables of the kinds command tell all that is known, each on a screen of 80 columns."""

from __future__ import annotations

import io
import json
import re
from importlib.resources import files

import jsonschema
import pytest
from rich.console import Console

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Evidence
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import case, edge_cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.provenance import cases_of_choices, provenance
from ecr_contracts.reporting.kinds import show_kind, show_kinds
from ecr_contracts.reporting.kinds_json import FORMAT, kinds_as_json
from ecr_contracts.reporting.kinds_why import show_why
from ecr_contracts.reporting.terminal import console

SCHEMA = json.loads(files("ecr_contracts").joinpath("kinds.schema.json").read_text("utf-8"))

ALL = [(provenance(kind), cases_of_choices(kind)) for kind in kind_names()]
PATHS = sorted({field.path for known, _ in ALL for field in known.fields})


def printed(show, *arguments, coloured=False):
    """The lines that a function prints, at 80 columns; colours are taken away again."""
    out = io.StringIO()
    screen = console(out)
    if coloured:
        screen = Console(
            file=out, width=80, force_terminal=True, color_system="standard", highlight=False
        )
    show(*arguments, screen)
    text = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())
    lines = text.splitlines()
    # A path is never broken, since it is there to be copied.
    assert all(len(line) <= 80 or len(line.split()) == 1 for line in lines)
    assert not any(line != line.rstrip() for line in lines)
    if coloured:
        assert "\x1b[" in out.getvalue()
    return lines


@pytest.mark.parametrize("kind", kind_names())
def test_all_that_is_known_of_a_kind_is_listed(kind):
    contract, known = reader.contract(kind), provenance(kind)
    lines = printed(show_kind, known, cases_of_choices(kind))
    assert lines[0].startswith(f"{contract.title}  {known.folder}/{kind}, ")
    assert lines[0].endswith(f" {len(edge_cases(kind))} cases")
    flat = " ".join(" ".join(lines).split())
    for field in known.fields:
        facet = field.facet
        types, presence = (
            " or ".join(field.types),
            "always" if field.is_always_there else "sometimes",
        )
        assert f"{facet.path} {types}, {presence}" in flat
        assert field.description in flat
        for key_set in field.key_sets:
            assert f"{key_set.token} {', '.join(key_set.keys)}" in flat
            assert key_set.note in flat
        for choice in facet.choices:
            token = choice.token if len(facet.choices) > 1 else ""
            assert f"{choice.label} {choice.evidence} {token}".rstrip() in flat
            assert choice.note in flat
    for text in (*known.questions, *(text for field in known.fields for text in field.questions)):
        assert text in flat
    for source in known.sources:
        assert source.text in flat
    for sample in known.samples:
        for text in (sample.page, sample.rebuilt, *sample.defects.values()):
            assert text in flat
    for rule in (*known.exclusions, *known.combinations):
        assert f"{rule.because} ({rule.sources[0].evidence})" in flat


@pytest.mark.parametrize("known_cases", ALL, ids=lambda pair: pair[0].contract.kind)
def test_each_set_of_keys_that_occur_together_is_told_once(known_cases):
    known, _ = known_cases
    lines = printed(show_kind, *known_cases)
    for field in known.fields:
        for key_set in field.key_sets:
            told = [
                line
                for line in lines
                if line.split()[:1] in ([key_set.token], [f"{key_set.token}:"])
            ]
            assert len(told) == 1, key_set.token


def test_the_list_of_kinds_has_a_line_for_each_under_its_folder():
    lines = printed(show_kinds, [known for known, _ in ALL])
    assert lines[0] == "ecr (source aws.ecr)"
    assert "  push                  DCR  ECR Image Action PUSH" in lines
    assert "  cloudtrail-api-call       D-R  AWS API Call via CloudTrail" in lines
    named = [line.split()[0] for line in lines if line.startswith("  ")]
    assert sorted(named) == list(kind_names())
    headings = [line for line in lines if "(source" in line]
    assert headings[0].startswith("ecr ")
    assert len(headings) == len({known.folder for known, _ in ALL})


@pytest.mark.parametrize("width", [20, 40, 80])
def test_the_tables_are_the_same_in_colour_and_fit_narrow_screens(width):
    listing = [known for known, _ in ALL]
    assert printed(show_kinds, listing) == printed(show_kinds, listing, coloured=True)
    scan = (provenance("scan"), cases_of_choices("scan"))
    assert printed(show_kind, *scan) == printed(show_kind, *scan, coloured=True)
    why = ("$.detail.image-tags", [scan])
    assert printed(show_why, *why) == printed(show_why, *why, coloured=True)
    screen = Console(file=io.StringIO(), width=width)
    show_kinds(listing, screen)
    show_kind(*scan, screen)
    show_why(*why, screen)


@pytest.mark.parametrize("path", PATHS)
def test_why_tells_of_each_choice_its_evidence_its_source_and_a_case(path):
    lines = printed(show_why, path, ALL)
    flat = " ".join(" ".join(lines).split())
    for known, cases in ALL:
        field = known.field(path)
        if field is None:
            continue
        assert re.search(rf"\bin [a-z0-9, -]*{known.contract.kind}[a-z0-9, -]* events", flat)
        for claim in field.claims:
            assert claim.choice.label in flat
            assert claim.sources[0].text in flat
            assert claim.choice.note in flat
            [shown] = [shown for key, shown in cases.items() if key == (path, claim.choice.label)]
            value = json_path.at(case(shown.ids[0]).event, field.facet.steps)
            assert claim.choice.recognises(value)
        for rule in (*known.exclusions, *known.combinations):
            assert (rule.because in flat) or path not in rule.paths
        assert all(key_set.token in flat for key_set in field.key_sets)
        for defect in known.defects(path):
            assert f"AWS's sample: {defect}" in flat


def test_why_gathers_kinds_of_which_the_same_is_said():
    lines = printed(show_why, "$.version", ALL)
    headings = [line for line in lines if line.startswith(("in ", "$."))]
    assert headings[0] == "$.version  string, always"
    assert sum(line.startswith("in ") for line in headings) == 1


def test_why_tells_what_an_inference_does_not_rest_on():
    lines = printed(show_why, "$.account", ALL)
    assert "    inferred: no page, no schema of the registry and no captured event has it" in lines


# --- for programs ---------------------------------------------------------------------------------


def test_the_schema_of_the_document_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["format"]["const"] == FORMAT


@pytest.mark.parametrize("path", [None, "$.detail.image-tag", "$.region"])
def test_the_document_on_kinds_is_as_its_schema_says(path):
    document = kinds_as_json(ALL, path)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert json.loads(json.dumps(document)) == document
    for part in ("kind", "sample", "field", "choice", "key_set", "constraint", "combination"):
        assert set(SCHEMA["$defs"][part]["required"]) == set(SCHEMA["$defs"][part]["properties"])
    for kind in document["kinds"]:
        assert set(kind) == set(SCHEMA["$defs"]["kind"]["properties"])
        for field in kind["fields"]:
            assert set(field) == set(SCHEMA["$defs"]["field"]["properties"])
            assert path in (None, field["path"])
            for choice in field["choices"]:
                assert set(choice) == set(SCHEMA["$defs"]["choice"]["properties"])


@pytest.mark.parametrize("kind", kind_names())
def test_the_document_says_what_the_contract_says(kind):
    contract = reader.contract(kind)
    [document] = kinds_as_json([(provenance(kind), cases_of_choices(kind))])["kinds"]
    assert [field["path"] for field in document["fields"]] == [one.path for one in contract.facets]
    for field, facet in zip(document["fields"], contract.facets, strict=True):
        assert (field["presence"] == "sometimes") == (facet.absent_label is not None)
        for choice in field["choices"]:
            known = facet[choice["choice"]]
            assert Evidence(choice["evidence"]) is known.evidence
            assert known.recognises(MISSING if choice["absent"] else choice["example"])
            for shown in choice["cases"]:
                recognised = facet.recognise(case(shown).event)
                assert recognised is not None
                assert recognised.label == choice["choice"]
