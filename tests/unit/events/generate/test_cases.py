"""Cases: named, reproducible events, whose names are a promise."""

import itertools
import json
from dataclasses import replace
from random import Random

import pytest

from ecr_contracts.core import json_path
from ecr_contracts.core.errors import ImpossibleCaseError, UnknownNameError
from ecr_contracts.core.findings import Evidence
from ecr_contracts.events import validation
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.case_names import LONGEST_ID, row_of, spelled_out
from ecr_contracts.events.generate.cases import (
    VALUED,
    combinations,
    edge_cases,
    of_event,
    of_labels,
)
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.regexes import Digits
from tests import oracle
from tests.rows import in_one_test, keeping, long_but

# People type these names, and fixtures and reports keep them: additions are welcome, changes break
# somebody.
ENVELOPE = """
    sample ordinary not-v4-id leading-zero-account
    aws-cn aws-us-gov aws-eusc aws-iso aws-iso-b aws-iso-e aws-iso-f replayed
"""
REPOSITORIES = "longest-repository punctuated-repository namespaced-repository deep-repository"
TAGS = "longest-tag signature-tag digits-tag dotted-tag plain-tag"
IDS = {
    "delete": f"""
        {ENVELOPE} resource-arn failure {REPOSITORIES}
        no-digest failure+empty-digest {TAGS} no-tag empty-tag
        docker-manifest oci-manifest docker-list-manifest oci-index-manifest
        docker-artifact oci-artifact helm-artifact sbom-artifact
    """,
    "push": f"""
        {ENVELOPE} resource-arn failure {REPOSITORIES}
        no-digest failure+empty-digest {TAGS} no-tag empty-tag
        no-manifest oci-manifest docker-list-manifest oci-index-manifest
        no-artifact oci-artifact helm-artifact sbom-artifact
    """,
    "scan": f"""
        {ENVELOPE} no-resources failed+no-counts {REPOSITORIES} empty-counts no-counts
        no-critical zero-critical no-high zero-high no-medium zero-medium no-low zero-low
        no-informational zero-informational no-undefined zero-undefined
        no-digest absent-tags no-tags several-tags {TAGS}
        only-critical only-high critical-and-high medium-and-above high-to-low
        medium-to-informational low-and-below
    """,
}

INVALID_ENVELOPE = """
    missing-version wrong-version missing-id null-id numeric-id malformed-id newline-id
    missing-detail-type wrong-detail-type missing-source wrong-source
    missing-account null-account numeric-account malformed-account newline-account
    missing-time null-time numeric-time malformed-time newline-time
    missing-region null-region numeric-region short-region null-replay-name numeric-replay-name
    missing-resources null-resources text-resources null-resources-item
    numeric-resources-item long-resources-item
    missing-detail null-detail list-detail
"""
INVALID_REPOSITORY = """
    missing-repository-name null-repository-name numeric-repository-name
    short-repository-name long-repository-name
"""
INVALID_ACTION = f"""
    {INVALID_ENVELOPE} missing-result null-result numeric-result {INVALID_REPOSITORY}
    null-image-digest numeric-image-digest missing-action-type wrong-action-type
    null-image-tag numeric-image-tag long-image-tag null-manifest-media-type
    numeric-manifest-media-type
    null-artifact-media-type numeric-artifact-media-type
"""
INVALID_COUNTS = " ".join(
    f"{how}-{severity}"
    for severity in ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")
    for how in ("null", "text", "fractional", "boolean", "negative")
)
INVALID_IDS = {
    "delete": INVALID_ACTION,
    "push": INVALID_ACTION,
    "scan": f"""
        {INVALID_ENVELOPE} missing-scan-status null-scan-status numeric-scan-status
        {INVALID_REPOSITORY}
        null-finding-severity-counts list-finding-severity-counts {INVALID_COUNTS}
        null-image-digest numeric-image-digest null-image-tags text-image-tags
        null-image-tags-item numeric-image-tags-item long-image-tags-item
    """,
}


def listed(kind):
    return [pytest.param(case, id=case.id) for case in cases.edge_cases(kind)]


EVERY = [case for kind in oracle.KINDS for case in listed(kind)]
DEVIATIONS = [
    case for case in EVERY if case.values[0].id.partition("/")[2] not in {"sample", "ordinary"}
]
EVERY_INVALID = [
    pytest.param(case, id=case.id) for kind in oracle.KINDS for case in cases.invalid_cases(kind)
]


# --- the list -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", IDS)
def test_the_ids_and_their_order_are_a_promise(kind):
    assert [case.id for case in cases.edge_cases(kind)] == [
        f"{kind}/{name}" for name in IDS[kind].split()
    ]


@pytest.mark.parametrize("kind", INVALID_IDS)
def test_the_ids_of_invalid_cases_are_a_promise(kind):
    found = [case.id for case in cases.invalid_cases(kind)]
    assert found == [f"{kind}/invalid/{name}" for name in INVALID_IDS[kind].split()]


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_ids_are_unique(kind):
    found = [case.id for case in (*cases.edge_cases(kind), *cases.invalid_cases(kind))]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_every_choice_has_a_case(kind):
    contract = reader.contract(kind)
    had = {(path, label) for case in cases.edge_cases(kind) for path, label in case.labels.items()}
    assert {
        (facet.path, choice.label) for facet in contract.varying for choice in facet.choices
    } <= had


@in_one_test
@pytest.mark.parametrize("case", EVERY)
def test_every_case_is_valid(case):
    assert oracle.accepts(case.kind, case.event)
    assert validation.is_valid(case.event)
    assert case.kind == case.id.partition("/")[0]


@in_one_test
@pytest.mark.parametrize("case", EVERY)
def test_the_labels_of_a_case_are_those_of_its_event(case):
    assert reader.contract(case.kind).recognise(case.event) == case.labels


@in_one_test
@pytest.mark.parametrize("case", EVERY)
def test_a_case_is_had_again_by_its_id(case):
    assert cases.case(case.id) == case


@in_one_test
@pytest.mark.parametrize("case", EVERY)
def test_the_event_is_fresh_each_time(case):
    case.event.clear()
    assert case.event["source"]


def test_a_case_cannot_be_changed():
    with pytest.raises(AttributeError, match="cannot assign to field 'id'"):
        cases.case("scan/ordinary").id = "other"


# --- sample, ordinary, deviations -----------------------------------------------------------------


@pytest.mark.parametrize("kind", oracle.SAMPLED)
def test_the_sample_is_aws_to_the_byte_and_comes_first(kind):
    first = cases.edge_cases(kind)[0]
    assert first.id == f"{kind}/sample"
    assert first.text.encode() == oracle.sample(kind).read_bytes()
    assert first.evidence is Evidence.DOCUMENTED


def test_what_no_choice_describes_in_a_sample_is_none():
    assert cases.case("scan/sample").labels["$.detail.image-digest"] is None
    assert cases.case("scan/sample").labels["$.detail.image-tags"] == "empty"


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_ordinary_is_the_baseline_of_the_schema(kind):
    second = cases.edge_cases(kind)[1 if kind in oracle.SAMPLED else 0]
    assert second.id == f"{kind}/ordinary"
    assert second.event == oracle.schema(kind)["x-ecr"]["baseline"]
    assert second.evidence is Evidence.DOCUMENTED


@in_one_test
@pytest.mark.parametrize(
    "case", [case for case in EVERY if not case.values[0].id.endswith("/sample")]
)
def test_the_text_is_compact_json_as_eventbridge_writes_it(case):
    assert case.text == json.dumps(case.event, separators=(",", ":"), ensure_ascii=False)
    order = [
        "version",
        "id",
        "detail-type",
        "source",
        "account",
        "time",
        "region",
        "replay-name",
        "resources",
        "detail",
    ]
    assert list(case.event) == [key for key in order if key in case.event]


def named_by(case):
    """The choices, each with its facet, that a case is named by, alone or as a set of keys."""
    contract = reader.contract(case.kind)
    key_sets = {key_set.token: key_set for key_set in contract.key_sets}
    for token in spelled_out(contract, case.labels).partition("/")[2].split("+"):
        if token not in key_sets:
            yield contract.by_token[token]
            continue
        for path, admitted in key_sets[token].choices.items():
            facet = contract.by_path[path]
            if facet.baseline.label not in admitted:
                yield facet, facet[next(iter(admitted))]


@in_one_test
@pytest.mark.parametrize("case", DEVIATIONS)
def test_a_deviation_differs_in_what_its_id_names_and_what_that_implies(case):
    contract = reader.contract(case.kind)
    named = {}
    for facet, choice in named_by(case):
        named[facet.path] = choice.label
    differing = {
        path for path, label in contract.ordinary.items() if case.labels.get(path, label) != label
    }
    differing |= {
        path for path in contract.by_path if path in contract.ordinary and path not in case.labels
    }
    varying = {facet.path for facet in contract.varying}
    for path in differing & varying - set(named):
        # Only what lies within something that is not there.
        assert any(path.startswith((f"{outer}.", f"{outer}[")) for outer in named), path
    assert all(case.labels[path] == label for path, label in named.items())
    assert set(named) <= differing


def differing_paths(first, second, steps=()):
    """The deepest paths at which two JSON values differ."""
    if isinstance(first, dict) and isinstance(second, dict):
        for key in dict.fromkeys([*first, *second]):
            yield from differing_paths(
                json_path.at(first, (key,)), json_path.at(second, (key,)), (*steps, key)
            )
    elif first != second:
        yield json_path.show(steps)


# What follows region, account and repository.
FOLLOWING = {
    "$.resources",
    *("$.detail.awsRegion", "$.detail.recipientAccountId", "$.detail.userIdentity.accountId"),
    *("$.detail.awsAccountId", "$.detail.findingArn", "$.detail.repository-name"),
    *("$.detail.responseElements.image.registryId", "$.detail.repositories[0].repository-arn"),
    "$.detail.repositories",
    "$.detail.resources",
}


@in_one_test
@pytest.mark.parametrize("case", DEVIATIONS)
def test_nothing_else_in_the_event_changes(case):
    contract = reader.contract(case.kind)
    named = {facet.path.partition("[")[0] for facet, _ in named_by(case)}
    changed = set(differing_paths(dict(contract.baseline), case.event))
    assert {
        path for path in changed if not any(path.startswith(name) for name in named)
    } <= FOLLOWING
    assert changed


# --- evidence -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case_id", "evidence"),
    [
        ("scan/sample", "documented"),
        ("scan/ordinary", "documented"),
        ("scan/no-tags", "documented"),
        ("scan/zero-high", "captured"),
        ("scan/no-counts", "registry"),
        ("scan/failed", "necessary"),
        ("scan/low-and-below", "documented"),
        ("push/failure", "captured"),
        ("push/failure+empty-digest", "captured"),
        ("push/no-digest", "registry"),
        ("push/no-tag+empty-digest", "handled"),
        ("push/aws-cn", "inferred"),
        ("push/aws-cn+no-tag", "inferred"),
        ("delete/empty-tag", "inferred"),
    ],
)
def test_the_evidence_is_that_of_the_weakest_choice(case_id, evidence):
    assert cases.case(case_id).evidence is Evidence(evidence)


@in_one_test
@pytest.mark.parametrize("case", DEVIATIONS)
def test_no_case_is_better_known_than_its_choices(case):
    contract = reader.contract(case.kind)
    together = {path for one in contract.combinations for path in one.paths}
    for facet, choice in named_by(case):
        # What is known together may be better known than each alone.
        assert case.evidence <= choice.evidence or facet.path in together


# --- any combination ------------------------------------------------------------------------------


def combination(kind, random):
    """Up to five tokens, in any order, perhaps of the same facet."""
    tokens = list(reader.contract(kind).by_token)
    return f"{kind}/" + "+".join(random.choices(tokens, k=random.randint(1, 5)))


@pytest.mark.parametrize("kind", long_but("push".__eq__, oracle.KINDS))
def test_any_combination_is_an_event_or_impossible(kind):
    """Its id parses back to the same, and holds all that was asked for."""
    contract = reader.contract(kind)
    random = Random(f"combinations of {kind}")
    outcomes = {True: 0, False: 0}
    for _ in range(1500):
        asked = combination(kind, random)
        wanted = [contract.by_token[token] for token in asked.partition("/")[2].split("+")]
        try:
            case = cases.case(asked)
        except ImpossibleCaseError as refusal:
            assert (refusal.case_id, bool(refusal.why)) == (asked, True)  # noqa: PT017
            outcomes[False] += 1
            continue
        outcomes[True] += 1
        assert oracle.accepts(kind, case.event)
        assert contract.recognise(case.event) == case.labels
        assert [case.labels[facet.path] for facet, _ in wanted] == [
            choice.label for _, choice in wanted
        ]
        assert cases.case(case.id) == case
    assert min(outcomes.values()) > 20


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_the_order_of_tokens_does_not_matter(kind):
    random = Random(f"orders of {kind}")
    for _ in range(200):
        asked = combination(kind, random)
        tokens = asked.partition("/")[2].split("+")
        outcomes = set()
        for _ in range(3):
            random.shuffle(tokens)
            try:
                outcomes.add(cases.case(f"{kind}/{'+'.join(tokens)}").text)
            except ImpossibleCaseError:
                outcomes.add("impossible")
        assert len(outcomes) == 1, asked


@pytest.mark.parametrize(
    ("asked", "case_id"),
    [
        ("scan/failed", "scan/failed+no-counts"),
        ("scan/no-counts+failed", "scan/failed+no-counts"),
        ("scan/failed+failed", "scan/failed+no-counts"),
        ("push/empty-digest", "push/failure+empty-digest"),
        ("scan/latest-tag", "scan/ordinary"),
        ("scan/no-counts+no-high", "scan/no-counts"),
        ("push/replayed+aws-cn", "push/aws-cn+replayed"),
    ],
)
def test_an_id_names_what_its_choices_bring_with_them(asked, case_id):
    assert cases.case(asked).id == case_id


@pytest.mark.parametrize(
    ("case_id", "why"),
    [
        (
            "scan/no-tags+several-tags",
            r"\$\.detail\.image-tags cannot be both 'empty' and 'several'",
        ),
        ("push/no-tag+empty-tag", r"\$\.detail\.image-tag cannot be both 'absent' and 'empty'"),
        ("scan/failed+empty-counts", r"a scan that failed counted nothing"),
        (
            "scan/failed+zero-high",
            r"lies within \$\.detail\.finding-severity-counts|a scan that failed counted nothing",
        ),
        (
            "scan/no-tags+digits-tag",
            r"\$\.detail\.image-tags\[0\] lies within \$\.detail\.image-tags",
        ),
        (
            "scan/no-tags+latest-tag",
            r"\$\.detail\.image-tags\[0\] lies within \$\.detail\.image-tags",
        ),
        ("push/empty-digest+success-result", r"an empty digest was seen on a failed push only"),
        (
            "scan/present-counts+no-critical+no-high+no-medium+no-low+no-informational"
            "+no-undefined",
            r"an object without keys is the choice 'empty'",
        ),
    ],
)
def test_choices_that_exclude_each_other_are_impossible_with_a_reason(case_id, why):
    with pytest.raises(ImpossibleCaseError, match=why) as raised:
        cases.case(case_id)
    assert str(raised.value).startswith(f"no event can be {case_id!r}: ")


def test_without_any_severity_the_counts_are_empty():
    tokens = "+".join(
        f"no-{name}" for name in ("critical", "high", "medium", "low", "informational", "undefined")
    )
    assert cases.case(f"scan/{tokens}").event["detail"].get("finding-severity-counts", {}) == {}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("scan", r"no case is called 'scan'; there are: scan/sample, scan/ordinary, .* more"),
        ("scan/", r"no case is called 'scan/'; "),
        ("", r"no case is called ''; there are: archive, "),
        ("no-tags", r"no case is called 'no-tags'; there are: archive, "),
        ("scna/no-tags", r"no kind is called 'scna'; did you mean 'scan'\?"),
        ("scan/notags", r"no choice of a scan event is called 'notags'; did you mean 'no-tags'\?"),
        (
            "scan/No-Tags",
            r"no choice of a scan event is called 'No-Tags'; did you mean 'no-tags'\?",
        ),
        ("scan/no-tag", r"no choice of a scan event is called 'no-tag'; did you mean 'no-tags'\?"),
        ("scan/no-tags+", r"no choice of a scan event is called ''; there are: "),
        ("scan/sampel", r"no choice of a scan event is called 'sampel'; did you mean 'sample'\?"),
        (
            "scan/ordinari",
            r"no choice of a scan event is called 'ordinari'; did you mean 'ordinary'\?",
        ),
        ("scan/ordinary+no-tags", r"no choice of a scan event is called 'ordinary'; there are: "),
        ("scan/sample+no-tags", r"no choice of a scan event is called 'sample'; there are: "),
        (
            "scan/no-tags/x",
            r"no choice of a scan event is called 'no-tags/x'; did you mean 'no-tags'\?",
        ),
    ],
)
def test_an_unknown_case_is_named_with_the_likely_one(asked, words):
    with pytest.raises(UnknownNameError, match=words):
        cases.case(asked)


# --- invalid cases --------------------------------------------------------------------------------


@in_one_test
@pytest.mark.parametrize("case", EVERY_INVALID)
def test_an_invalid_case_is_refused_once_at_its_path(case):
    faults = oracle.faults(oracle.judge(case.kind), case.event)
    assert [json_path.show(steps) for steps in faults] == [case.path]
    assert not validation.is_valid(case.event)


@in_one_test
@pytest.mark.parametrize("case", EVERY_INVALID)
def test_an_invalid_case_is_had_again_by_its_id(case):
    assert cases.invalid_case(case.id) == case
    assert case.event is not case.event


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (
            "scan/invalid/missing-acount",
            r"no invalid case is called .*; did you mean 'scan/invalid/missing-account'\?",
        ),
        (
            "scan/missing-account",
            r"no invalid case is called .*; did you mean 'scan/invalid/missing-account'\?",
        ),
        ("scan/invalid/", r"no invalid case is called 'scan/invalid/'"),
        (
            "scan/no-tags",
            r"no invalid case is called 'scan/no-tags'; there are: scan/invalid/missing-version",
        ),
        ("pull/invalid/missing-id", r"no kind is called 'pull'"),
        ("", r"no kind is called ''; there are: archive, "),
    ],
)
def test_an_unknown_invalid_case_is_named_with_the_likely_one(asked, words):
    with pytest.raises(UnknownNameError, match=words):
        cases.invalid_case(asked)


# --- evidence, values, and the way back -----------------------------------------------------------


def strong(evidence):
    order = list(Evidence)
    return order[: order.index(evidence) + 1]


@pytest.mark.parametrize("evidence", list(Evidence))
@keeping(lambda kind: kind in oracle.QUICK_KINDS)
@pytest.mark.parametrize("kind", kind_names())
def test_with_evidence_every_two_strong_choices_that_can_meet_do(kind, evidence):
    contract = reader.contract(kind)
    listed = edge_cases(kind, 2, evidence)
    assert all(case.evidence in strong(evidence) for case in listed)
    met = {
        frozenset(two) for case in listed for two in itertools.combinations(case.labels.items(), 2)
    }
    weak = {
        (facet.path, choice.label)
        for facet in contract.varying
        for choice in facet.choices[1:]
        if choice.evidence not in strong(evidence)
    }
    kept = contract.with_evidence(evidence).varying
    choices = [(facet.path, choice.label) for facet in kept for choice in facet.choices]
    possible = 0
    for two in itertools.combinations(choices, 2):
        try:
            labels = full_assignment(contract.with_evidence(evidence), dict(two))
        except ValueError:
            continue
        if (
            two[0][0] == two[1][0]
            or not set(two) <= set(labels.items())
            or not weak.isdisjoint(labels.items())
        ):
            continue
        possible += 1
        assert frozenset(two) in met, two
    assert possible == combinations(contract, 2, evidence) or len(kept) < 2


@pytest.mark.parametrize("evidence", list(Evidence))
@pytest.mark.parametrize("kind", kind_names())
def test_resting_on_keeps_strong_choices_and_the_baselines(kind, evidence):
    contract = reader.contract(kind)
    kept = contract.with_evidence(evidence)
    assert [facet.path for facet in kept.facets] == [facet.path for facet in contract.facets]
    assert kept.ordinary == contract.ordinary
    for before, after in zip(contract.facets, kept.facets, strict=True):
        assert list(after.choices) == [
            choice
            for choice in before.choices
            if choice is before.choices[0] or choice.evidence in strong(evidence)
        ]


def test_weaker_evidence_keeps_more():
    sizes = [len(edge_cases("scan", 2, evidence)) for evidence in Evidence]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]
    assert edge_cases("scan", 2, Evidence.INFERRED) == edge_cases("scan", 2)


@pytest.mark.parametrize("kind", kind_names())
def test_a_case_is_had_again_by_its_labels_and_by_its_event(kind):
    contract = reader.contract(kind)
    for one in edge_cases(kind, 2):
        if one.id == f"{kind}/sample":  # its values are AWS's own
            continue
        for again in (of_labels(contract, one.labels), of_event(contract, one.event)):
            # The rows of an array are called by their numbers.
            assert replace(again, id=one.id) == one
            assert cases.case(again.id) == again
            assert again == one or row_of(one.id.partition("/")[2])


@pytest.mark.parametrize("kind", kind_names())
def test_a_case_of_other_values_has_the_choices_and_a_name_of_its_own(kind):
    contract = reader.contract(kind)
    for one in edge_cases(kind)[1:]:
        valued = of_labels(contract, one.labels, Digits(3**400 + 7))
        assert valued.is_valued
        if len(one.id) <= LONGEST_ID:
            assert valued.id.split(VALUED)[0] == one.id
        assert len(valued.id) <= 60
        assert (valued.labels, valued.evidence) == (one.labels, one.evidence)
        assert valued.event != one.event
        assert of_event(contract, valued.event) == valued
        assert not one.is_valued


# --- keys that occur together ---------------------------------------------------------------------


def absent_together(listed):
    """The pairs of severities that are absent together where there are counts."""
    pairs = set()
    for case in listed:
        counts = case.event["detail"].get("finding-severity-counts")
        if counts:
            absent = [severity for severity in SEVERITIES if severity not in counts]
            pairs.update(itertools.combinations(absent, 2))
    return pairs


SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")


@pytest.mark.parametrize("strength", [1, 2, 3])
def test_every_two_severities_are_absent_together_where_there_are_counts(strength):
    listed = cases.edge_cases("scan", strength)
    assert absent_together(listed) == set(itertools.combinations(SEVERITIES, 2))
    alone = {tuple(case.event["detail"].get("finding-severity-counts", ())) for case in listed}
    assert {("CRITICAL",), ("HIGH",)} <= alone


def test_without_the_named_sets_they_would_not_be():
    contract = replace(reader.contract("scan"), key_sets=())
    assert len(absent_together(cases.cases_of(contract, 2))) < 15


@pytest.mark.parametrize("key_set", reader.contract("scan").key_sets, ids=lambda one: one.token)
def test_a_set_of_keys_has_these_keys_and_can_be_combined(key_set):
    case = cases.case(f"scan/{key_set.token}")
    counts = case.event["detail"]["finding-severity-counts"]
    keys = [path.rpartition(".")[2] for path, labels in key_set.choices.items() if "some" in labels]
    assert list(counts) == keys
    zero = f"zero-{keys[0].lower()}"
    combined = cases.case(f"scan/no-tags+{key_set.token}+{zero}")
    assert combined.event["detail"]["finding-severity-counts"] == {**counts, keys[0]: 0}
    assert combined.event["detail"]["image-tags"] == []
    assert set(combined.id.partition("/")[2].split("+")) == {"no-tags", key_set.token, zero}
    spelt_out = "+".join(f"no-{other.lower()}" for other in SEVERITIES if other not in keys)
    assert cases.case(f"scan/{spelt_out}") == case


@pytest.mark.parametrize(
    "name", ["only-critical+only-high", "only-critical+zero-high", "only-high+no-counts"]
)
def test_a_set_of_keys_excludes_others(name):
    with pytest.raises(ImpossibleCaseError):
        cases.case(f"scan/{name}")
