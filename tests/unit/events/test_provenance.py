"""Every claim about an event says how it is known, and where it comes from."""

import pytest

from ecr_contracts.core.errors import UnknownNameError, UnreadableSchemaError
from ecr_contracts.core.findings import Evidence
from ecr_contracts.events.compile import reader
from ecr_contracts.events.compile.references import merged_schema
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.provenance import provenance


@pytest.mark.parametrize("kind", kind_names())
def test_every_claim_has_stated_evidence_and_a_source(kind):
    known = provenance(kind)
    without_source = [
        (field.path, claim.choice.label)
        for field in known.fields
        for claim in field.claims
        if claim.choice.evidence is not Evidence.INFERRED and not claim.sources[0].text
    ]
    without_source += [
        (exclusion.because, exclusion.paths)
        for exclusion in known.exclusions
        if exclusion.sources[0].evidence is not Evidence.INFERRED and not exclusion.sources[0].text
    ]
    without_source += [
        (field.path, key_set.token)
        for field in known.fields
        for key_set in field.key_sets
        if key_set.sources[0].evidence is not Evidence.INFERRED and not key_set.sources[0].text
    ]
    assert without_source == []
    assert list(_without_evidence(kind)) == []


def _without_evidence(kind):
    """Claims whose evidence no schema states: the reader takes them for inferred."""
    for field in provenance(kind).fields:
        node = _node(merged_schema(kind), field.facet.steps)
        annotation = node.get("x-ecr", {})
        choices = annotation.get("choices", {})
        for claim in field.claims:
            if "evidence" not in {**annotation, **choices.get(claim.choice.label, {})}:
                yield field.path, claim.choice.label


def _node(schema, steps):
    for step in steps:
        schema = schema["items"] if step == 0 else schema["properties"][step]
    return schema


@pytest.mark.parametrize("kind", kind_names())
def test_every_kind_has_a_source(kind):
    known = provenance(kind)
    assert known.sources
    assert all(source.text for source in known.sources)
    assert all(question.endswith(("?", ".")) for question in known.questions)


@pytest.mark.parametrize("kind", kind_names())
def test_fields_and_claims_are_those_of_the_contract(kind):
    known, contract = provenance(kind), reader.contract(kind)
    assert [field.facet for field in known.fields] == list(contract.facets)
    for field in known.fields:
        assert [claim.choice for claim in field.claims] == list(field.facet.declared)
        assert [claim.sources[0].evidence for claim in field.claims] == [
            choice.evidence for choice in field.facet.declared
        ]
    declared = {rule.because for rule in contract.constraints if not rule.structural}
    assert {exclusion.because for exclusion in known.exclusions} == declared
    assert [(together.because, together.paths) for together in known.combinations] == [
        (one.because, tuple(path for path, _ in one.terms))
        for one in contract.combinations[: len(known.combinations)]
    ]
    named = [key_set.token for field in known.fields for key_set in field.key_sets]
    assert named == [key_set.token for key_set in contract.key_sets]
    assert len(contract.combinations) == len(known.combinations) + len(named)


def test_a_claim_has_the_nearest_source_of_its_evidence():
    tag = provenance("push").field("$.detail.image-tag")
    rests_on = {claim.choice.label: claim.sources for claim in tag.claims}
    assert rests_on["absent"][0].text.startswith("AWS's SOCI index builder")  # its own
    digest = provenance("scan").field("$.detail.image-digest")
    [absent] = [claim for claim in digest.claims if claim.choice.label == "absent"]
    assert absent.sources[0].text.endswith("ECRImageScan")  # the kind's
    assert rests_on["digits"][0].text.startswith("a scan of an image with the tags")  # the place's
    [own] = rests_on["empty"]
    assert (own.evidence, own.since) == ("captured", "2025-06-11")


def test_a_claim_may_rest_on_more_than_one_source():
    tags = provenance("scan").field("$.detail.image-tags")
    [empty] = [claim for claim in tags.claims if claim.choice.label == "empty"]
    assert [source.evidence for source in empty.sources] == ["documented", "captured"]
    assert empty.sources[1].since == "2022-01-05"


def test_a_field_tells_its_type_and_whether_it_is_always_there():
    scan = provenance("scan")
    facts = {
        field.path: (field.types, field.is_always_there, field.is_required, field.within)
        for field in scan.fields
    }
    counts = "$.detail.finding-severity-counts"
    assert facts["$.version"] == (("string",), True, True, None)
    assert facts[counts] == (("object",), False, False, None)
    assert facts[f"{counts}.HIGH"] == (("integer",), False, False, counts)
    assert facts["$.detail.image-tags[0]"] == (("string",), True, True, "$.detail.image-tags")
    assert provenance("push").field("$.detail.image-tags") is None


def test_choices_may_be_known_together():
    [together] = provenance("scan").combinations
    assert together.choices["$.detail.finding-severity-counts"] == ("absent",)
    assert together.sources[0].evidence is Evidence.NECESSARY


def test_keys_may_be_known_together():
    counts = provenance("scan").field("$.detail.finding-severity-counts")
    by_token = {key_set.token: key_set for key_set in counts.key_sets}
    assert by_token["critical-and-high"].keys == ("CRITICAL", "HIGH")
    [captured] = by_token["high-to-low"].sources
    assert (captured.evidence, captured.since) == (Evidence.CAPTURED, "2021-07-24")
    assert all(key_set.sources[0].text for key_set in counts.key_sets)


def test_what_is_wrong_in_a_printed_event_is_told_of_its_field():
    cached = provenance("pull-through-cache")
    assert cached.defects("$.time") == ("2023-02-29 is no day",)
    assert cached.defects("$.region") == ()
    [sample] = cached.samples
    assert (sample.file, sample.rebuilt) == ("ecr/pull-through-cache.sample.json", "")
    everything = [provenance(kind) for kind in kind_names()]
    wrong = {path for known in everything for one in known.samples for path in one.defects}
    assert len(wrong & {field.path for known in everything for field in known.fields}) > 5


def test_no_kind_has_no_provenance():
    with pytest.raises(UnknownNameError, match="scan"):
        provenance("scam")


def _schema(**annotation):
    return {
        "type": "object",
        "required": ["source"],
        "properties": {"source": {"const": "x", "x-ecr": annotation}},
        "x-ecr": {"discriminator": ["$.source"], "baseline": {"source": "x"}},
    }


@pytest.mark.parametrize(
    ("annotation", "problem"),
    [
        ({"source": {"heard": "a rumour"}}, "'heard' is none of documented, captured"),
        ({"source": {"captured": 7}}, "a text is wanted here, not 7"),
        ({"source": {"captured": " "}}, "a text is wanted here"),
        ({"source": "a page"}, "an object is wanted here"),
        ({"since": {"captured": "May 2023"}}, "'May 2023' is no year, month or day"),
        ({"open": "why?"}, "a list is wanted here"),
        ({"open": [7]}, "a list of strings is wanted here"),
        ({"choices": {"only": {"since": {"captured": "23"}}}}, "'23' is no year, month or day"),
    ],
)
def test_provenance_that_says_nothing_is_refused(annotation, problem):
    schema = _schema(**annotation)
    with pytest.raises(UnreadableSchemaError, match=problem):
        reader.read("thing", schema)
