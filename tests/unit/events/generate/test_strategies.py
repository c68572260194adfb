"""Strategies: every event drawn is valid, every choice is reached, and what fails shrinks to what
matters.
"""

import functools
import inspect
import json
import re
from collections import Counter
from itertools import combinations, product
from random import Random

import pytest
from hypothesis import Phase, find, given, seed, settings
from hypothesis import strategies as st

from ecr_contracts.core import json_path
from ecr_contracts.core.errors import PinError, UnknownNameError
from ecr_contracts.core.findings import MISSING
from ecr_contracts.events import validation
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate import cases, named, strategies
from ecr_contracts.events.generate.cases import of_event
from ecr_contracts.events.generate.covering import covering
from ecr_contracts.events.generate.genome import _UNFOCUSED, Genome
from ecr_contracts.events.generate.strategies import ecr_events, invalid_events
from ecr_contracts.events.kinds import usual_kinds
from ecr_contracts.events.regexes import Digits
from ecr_contracts.events.shapes import Absent, Exactly, Items, Object, OneOf, Whole, Word
from tests import oracle
from tests.gen_schemas import schemas
from tests.rows import keeping, long_but

MANY = 3_400  # events of each kind, in a search

QUIET = settings(max_examples=60)


def drawn(strategy, count=40, **options):
    """What a strategy draws."""
    found = []

    @settings(max_examples=count, database=None, phases=[Phase.generate], **options)
    @given(strategy)
    def collect(event):
        found.append(event)

    collect()
    return found


def decoded(contract, random, count):
    """The choices and the events that random bytes stand for: what is drawn, without Hypothesis's
    own work.
    """
    genome = Genome.of(contract, contract.varying)
    for _ in range(count):
        start, digits = genome.read(random.randbytes(genome.size), contract.ordinary)
        labels = full_assignment(contract, {}, start)
        yield labels, contract.build(labels, digits)


def shrunk(strategy, condition=lambda event: True, seed=0):
    """The simplest event that a strategy can give under a condition."""
    return find(
        strategy,
        condition,
        settings=settings(max_examples=2000, database=None),
        random=Random(seed),
    )


# --- validity -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", long_but("push".__eq__, oracle.KINDS))
def test_every_event_drawn_is_valid(kind):
    found = drawn(ecr_events(kind), 500)
    assert len(found) == 500
    assert [event for event in found if not oracle.accepts(kind, event)] == []
    assert {validation.kind_of(event) for event in found} == {kind}


@pytest.mark.parametrize(
    "count",
    [
        100,
        pytest.param(2_000, marks=pytest.mark.long),
        pytest.param(10_000, marks=pytest.mark.search),
    ],
)
@pytest.mark.parametrize("kind", oracle.KINDS)
def test_whatever_bytes_hypothesis_draws_make_a_valid_event(kind, count):
    """The same without Hypothesis, whose own work takes most of the time."""
    contract = reader.contract(kind)
    judge = oracle.judge(kind)
    random = Random(f"genes of {kind}")
    for labels, event in decoded(contract, random, count):
        assert judge.is_valid(event)
        assert contract.recognise(event) == {
            facet.path: labels[facet.path] for facet in contract.varying if facet.path in labels
        }


@pytest.mark.search
@pytest.mark.parametrize("kind", oracle.KINDS)
def test_every_event_of_a_long_search_is_valid(kind):
    assert [
        event for event in drawn(ecr_events(kind), MANY) if not oracle.accepts(kind, event)
    ] == []


@keeping(lambda kind: kind in oracle.QUICK_KINDS)
@pytest.mark.parametrize("kind", oracle.KINDS)
def test_no_event_drawn_gets_a_remark(kind):
    assert [event for event in drawn(ecr_events(kind), 200) if validation.validate(event)] == []


@pytest.mark.parametrize("kind", long_but("push".__eq__, oracle.KINDS))
def test_every_invalid_event_is_refused_once(kind):
    judge = oracle.judge(kind)
    mutated = {mutation.steps for mutation in reader.contract(kind).mutations}
    found = [oracle.faults(judge, event) for event in drawn(invalid_events(kind), 500)]
    assert {len(faults) for faults in found} == {1}
    assert {faults[0] for faults in found} <= mutated
    assert len({faults[0] for faults in found}) > len(mutated) // 2


def test_without_a_kind_the_usual_kinds_are_drawn():
    assert {validation.kind_of(event) for event in drawn(ecr_events(), 60)} == set(usual_kinds())
    assert len({str(event) for event in drawn(invalid_events(), 60)}) > 30


def test_an_event_drawn_is_one_of_its_own():
    """A test that changes its event changes no other."""
    strategy = ecr_events("scan", image_tags=["a"], **{"$.detail.extra": {"deep": []}})
    for event in drawn(strategy, 20):
        assert event["detail"]["image-tags"] == ["a"]
        assert event["detail"]["extra"] == {"deep": []}
        event["detail"]["image-tags"].append("b")
        event["detail"]["extra"]["deep"].append("b")


# --- reach ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(5))
@keeping(lambda kind: kind in oracle.QUICK_KINDS)
@pytest.mark.parametrize("kind", oracle.KINDS)
def test_every_choice_is_reached_within_100_examples(kind, number):
    contract = reader.contract(kind)
    seen = set()

    @seed(number)
    @settings(max_examples=100, database=None, derandomize=False)
    @given(ecr_events(kind))
    def look(event):
        seen.update(contract.recognise(event).items())

    look()
    assert {
        (facet.path, choice.label) for facet in contract.varying for choice in facet.choices
    } - seen == set()


@keeping(lambda kind: kind in oracle.QUICK_KINDS)
@pytest.mark.parametrize("kind", oracle.KINDS)
def test_every_choice_is_reached_within_100_derandomized_examples(kind):
    contract = reader.contract(kind)
    seen = {
        pair
        for event in drawn(ecr_events(kind), 100, derandomize=True)
        for pair in contract.recognise(event).items()
    }
    assert {
        (facet.path, choice.label) for facet in contract.varying for choice in facet.choices
    } - seen == set()


# --- how often ------------------------------------------------------------------------------------

SAMPLES = 20_000


def can_meet(contract, *terms):
    """Whether there is an event that has some choices."""
    try:
        full_assignment(contract, dict(terms))
    except ValueError:
        return False
    return True


@functools.cache
def samples(kind):
    """Which of many events have a choice, each as a bit of a number."""
    contract = reader.contract(kind)
    genome = Genome.of(contract, contract.varying)
    random, found = Random(f"samples of {kind}"), Counter()
    for number in range(SAMPLES):
        labels = full_assignment(
            contract, {}, genome.read(random.randbytes(genome.size), contract.ordinary)[0]
        )
        for term in labels.items():
            found[term] |= 1 << number
    return found


def share(kind, terms):
    """The share of the events that have some choices."""
    return (
        functools.reduce(int.__and__, (samples(kind)[term] for term in terms)).bit_count() / SAMPLES
    )


def too_rare(kind, floor, several):
    """Of choices that can meet, those that less than a share of the events have."""
    contract = reader.contract(kind)
    found = {terms: share(kind, terms) for terms in several}
    return {
        terms: part for terms, part in found.items() if part < floor and can_meet(contract, *terms)
    }


def terms(facets, wanted=lambda facet, choice: True):
    """The choices of some facets, facet by facet."""
    return [
        [(facet.path, choice.label) for choice in facet.choices if wanted(facet, choice)]
        for facet in facets
    ]


def chosen(groups, strength):
    """Every way to take a choice of each of as many facets."""
    return [one for some in combinations(groups, strength) for one in product(*some)]


@pytest.mark.parametrize("kind", long_but("push".__eq__, oracle.KINDS))
def test_no_choice_is_rare(kind):
    """What hangs on choices of several other facets is rarer, though most events are for it:
    with 0.035 one in 35 of such choices is not within a hundred events.
    """
    contract = reader.contract(kind)
    floor = 0.035 if Genome.of(contract, contract.varying).foci else 0.08
    assert too_rare(kind, floor, chosen(terms(contract.varying), 1)) == {}


def test_a_focus_stands_with_all_that_it_hangs_on():
    """Whatever the bytes of these facets are; the other facets stay as their bytes have them."""
    contract = reader.contract("cloudtrail-api-call")
    genome = Genome.of(contract, contract.varying)
    byte = len(genome.tables)
    random, seen = Random(0), Counter()
    for _ in range(300):
        genes = bytearray(random.randbytes(genome.size))
        genes[byte] = random.randrange(_UNFOCUSED)
        unfocused = genome.read(bytes(genes), contract.ordinary)[0]
        number = random.randrange(len(genome.foci))
        genes[byte] = _UNFOCUSED + -(-number * (256 - _UNFOCUSED) // len(genome.foci))
        labels = genome.read(bytes(genes), contract.ordinary)[0]
        focus = genome.foci[number]
        assert focus.items() <= full_assignment(contract, {}, labels).items()
        assert unfocused["$.region"] == labels["$.region"]
        seen[number] += 1
    assert len(seen) == len(genome.foci) > 10
    hanging = "$.detail.requestParameters.imageTag", "digits"
    others = {"$.detail.eventName": "put", "$.detail.requestParameters": "present"}
    assert {**others, hanging[0]: hanging[1]} in genome.foci
    for kind in usual_kinds():  # no choice of theirs hangs on several others
        usual = reader.contract(kind)
        assert Genome.of(usual, usual.varying).foci == ()


def test_what_hangs_on_several_others_shrinks_to_its_own_case():
    event = shrunk(
        ecr_events("cloudtrail-api-call"),
        lambda event: (event["detail"].get("requestParameters") or {}).get("imageIds"),
    )
    assert event == cases.case("cloudtrail-api-call/batch-delete-event").event


@keeping(lambda kind: kind in oracle.QUICK_KINDS)
@pytest.mark.parametrize("kind", oracle.KINDS)
def test_any_two_choices_meet(kind):
    """Two facets with eight choices each have 64 pairs, so no strategy has all of them in 1.6 % of
    its events. All pairs of a push fit in 66 events, and what takes more of them has each more
    rarely; so has a kind some of whose choices hang on choices of several other facets.
    """
    contract = reader.contract(kind)
    events = len(covering(contract, 2).rows)
    foci = Genome.of(contract, contract.varying).foci
    floor = 0.4 / max(events, 66) if foci else 0.008
    assert events <= 66 or foci
    assert floor > 0.0035
    assert too_rare(kind, floor, chosen(terms(contract.varying), 2)) == {}


RARELY_HOLLOW = {"cloudtrail-api-call": 0.007}
"""Where two things that are not there meet more rarely than elsewhere, and how often they do.

The parameters and the answer of a call are absent, null or empty in six ways together, and most
events have to show what lies within them, which hangs on the sort of call as well.
"""


@keeping(lambda kind: kind in oracle.QUICK_KINDS)
@pytest.mark.parametrize("kind", oracle.KINDS)
def test_two_things_that_are_not_there_meet_often(kind):
    """Within a hundred events nineteen times of twenty, which takes three in a hundred."""

    def is_nothing(facet, choice):
        shape = choice.shape
        return facet.parent is None and (
            shape in (Absent(), Object(True), Exactly(""))
            or (isinstance(shape, Items) and not shape.high)
        )

    pairs = chosen(terms(reader.contract(kind).varying, is_nothing), 2)
    assert len(pairs) > 9 or kind not in usual_kinds()
    assert too_rare(kind, RARELY_HOLLOW.get(kind, 0.035), pairs) == {}


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_any_four_choices_of_facets_that_have_two_meet_often(kind):
    contract = reader.contract(kind)
    bound = {path for rule in contract.constraints for path, _ in rule.terms}
    twofold = [
        facet for facet in contract.varying if len(facet.choices) == 2 and facet.path not in bound
    ]
    assert len(twofold) >= (4 if kind in usual_kinds() else 3)
    assert too_rare(kind, 0.05, chosen(terms(twofold), min(4, len(twofold)))) == {}


def conditions_of(contract):
    """What declared constraints exclude things of, by path: the labels, and the paths excluded."""
    found = {}
    for rule in contract.constraints:
        if not rule.structural:
            (path, labels), *effects = rule.terms
            known, bound = found.setdefault(path, (set(), set()))
            known |= labels
            bound |= {other for other, _ in effects}
    return found


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_a_condition_is_met_often_although_it_excludes_much(kind):
    """And with it, nineteen times of twenty within a hundred events, any two choices of facets that
    have two. A single condition gives way, and is met in a fifth of all events. Where a facet has
    several, as that of a region's partition, each has at least a third of an equal share:
    most events have a focus, which few of these choices are part of.
    """
    contract = reader.contract(kind)
    twofold = [facet for facet in contract.varying if len(facet.choices) == 2]
    found = conditions_of(contract)
    bound = set().union(*(paths for labels, paths in found.values() if len(labels) > 1))
    for path, (labels, _) in found.items():
        facet = contract.by_path[path]
        floor = 0.2
        if len(labels) > 1:
            held = sum(share(kind, ((path, choice.label),)) for choice in facet.choices)
            floor = held / len(facet.choices) / 3
        conditions = [(path, label) for label in labels]
        assert too_rare(kind, floor, [(term,) for term in conditions]) == {}
        for term in conditions:
            # 0.035 of a condition that a fifth of the events meets
            least = 0.175 * min(share(kind, (term,)), 0.2)
            free = [other for other in twofold if other.path not in {path, *bound}]
            if len(labels) > 1 or facet.parent is not None:
                free = [other for other in free if other.parent is None]
            threes = [(term, *two) for two in chosen(terms(free), 2)]
            assert too_rare(kind, least, threes) == {}


@pytest.mark.parametrize("kind", ["push", "delete"])
def test_a_condition_leaves_its_share_to_all_others(kind):
    """An empty digest, where the result excludes it, does not make the ordinary one more common."""
    success = "$.detail.result", "success"
    plain, absent = (
        share(kind, (success, ("$.detail.image-digest", label))) for label in ("sha256", "absent")
    )
    assert absent > 1.7 * plain


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "path", "label", "letters"),
    [
        ("push", "$.detail.image-tag", "longest", 65),
        ("scan", "$.detail.image-tags[0]", "longest", 65),
        ("scan", "$.detail.repository-name", "longest", 36),
        ("scan", "$.detail.image-digest", "sha256", 16),
        ("push", "$.id", "v4", 16),
    ],
)
def test_long_values_vary_to_their_end(kind, path, label, letters):
    contract = reader.contract(kind)
    genome = Genome.of(contract, contract.varying)
    random, found = Random(path), []
    for _ in range(1000):
        start, digits = genome.read(random.randbytes(genome.size), contract.ordinary)
        found.append(
            at(contract.build(full_assignment(contract, {path: label}, start), digits), path)
        )
    shape = contract.by_path[path][label].shape
    others = [value for value in found if value != shape.example]
    assert 650 < len(others) < 850
    for place in (-1, -2, len(shape.example) // 3):
        seen = Counter(value[place] for value in others)
        assert len(seen) > 0.9 * letters
        assert max(seen.values()) < 3 * len(others) / letters


def read_by(contract, path):
    """The paths of which the values stand in texts at a path or below it, through frames."""
    read = set()
    steps = contract.by_path[path].steps
    for facet in contract.facets:
        if facet.steps[: len(steps)] == steps:
            for choice in facet.choices:
                templates = getattr(choice.shape, "template", None) or ()
                for template in (*templates, getattr(choice.shape, "frame", "")):
                    read |= set(re.findall(r"\{(\$[^}|]*)", template))
    return read.union(*(read_by(contract, other) for other in read))


def varies(facet):
    """Whether a facet has more values than one for each choice: a manifest has the one alone."""
    for choice in facet.choices:
        if isinstance(choice.shape, Items | OneOf | Whole):
            return True
        if isinstance(choice.shape, Word):
            found = {choice.shape.draw.word(Digits(7**number)) for number in range(9)}
            if len(found) > 1:
                return True
    return False


@keeping(lambda kind: kind in oracle.QUICK_KINDS)
@pytest.mark.parametrize("kind", oracle.KINDS)
def test_a_value_has_bytes_of_its_own(kind):
    """Those of others are nothing to it, so it stays while they shrink.

    Only what is made of other values, or holds them, changes with them.
    """
    contract = reader.contract(kind)
    genome = Genome.of(contract, contract.varying)
    words = {value.path: contract.by_path[value.path].steps for value in genome.values}
    for facet in contract.facets:
        drawn_words = [
            choice.shape.draw for choice in facet.choices if isinstance(choice.shape, Word)
        ]
        assert facet.path in words or not any(draw.lengths()[1] for draw in drawn_words)
    reads = {path: read_by(contract, path) for path in words}
    random, changed = Random(kind), Counter()
    for _ in range(450 if genome.foci else 200):  # some values are in one event of twenty
        genes = random.randbytes(genome.size)
        start, digits = genome.read(genes, contract.ordinary)
        labels = full_assignment(contract, {}, start)
        event = contract.build(labels, digits)
        for value in genome.values:
            path, size = value.path, value.end - value.start
            plain = genes[: value.start] + bytes(size) + genes[value.end :]
            other = contract.build(labels, genome.read(plain, contract.ordinary)[1])
            changed[path] += at(other, path) != at(event, path)
            for found, steps in words.items():
                holds = words[path][: len(steps)] == steps  # the list of the tag, say
                follows = holds or path in reads[found]
                assert follows or at(other, found) == at(event, found)
    rare = {path for path in words if changed[path] <= 5}
    assert {path for path in rare if varies(contract.by_path[path])} == set()


@pytest.mark.parametrize(
    ("genes", "case_id", "repository"),
    [
        ({}, "push/ordinary", "my-repo"),
        ({"$.detail.image-tag": 200}, "push/no-tag", "my-repo"),
        ({"$.detail.image-digest": 200}, "push/no-digest", "my-repo"),
        (
            {"$.detail.image-digest": 200, "$.detail.result": 200},
            "push/failure+empty-digest",
            "my-repo",
        ),
        ({"repository": 5}, "push/ordinary#757f24fd", "ba"),
    ],
)
def test_the_examples_in_the_docstring_of_the_genome_are_what_comes_out(genes, case_id, repository):
    contract = reader.contract("push")
    genome = Genome.of(contract, contract.varying)
    places = {path: byte for byte, (path, _) in enumerate(genome.tables)}
    values = {value.path: value.start for value in genome.values}
    places["repository"] = values["$.detail.repository-name"]
    drawn = bytearray(genome.size)
    for place, gene in genes.items():
        drawn[places[place]] = gene
    start, digits = genome.read(bytes(drawn), contract.ordinary)
    event = contract.build(full_assignment(contract, {}, start), digits)
    assert of_event(contract, event).id == case_id
    assert event["detail"]["repository-name"] == repository


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_zero_bytes_are_the_baseline_and_the_plainest_values(kind):
    contract = reader.contract(kind)
    genome = Genome.of(contract, contract.varying)
    start, digits = genome.read(bytes(genome.size), contract.ordinary)
    assert contract.build(full_assignment(contract, {}, start), digits) == contract.baseline
    random = Random(kind)
    for _ in range(100):
        start, _ = genome.read(random.randbytes(genome.size), contract.ordinary)
        labels = full_assignment(contract, {}, start)
        assert contract.build(labels, digits) == contract.build(labels)


@pytest.mark.long
@given(schemas(), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_bytes_are_events_of_any_small_contract(made, random):
    contract = reader.read("made", made)
    genome = Genome.of(contract, contract.varying)
    assert [(path, set(table), table[0]) for path, table in genome.tables] == [
        (facet.path, {choice.label for choice in facet.choices}, facet.baseline.label)
        for facet in contract.varying
    ]
    start, digits = genome.read(bytes(genome.size), contract.ordinary)
    assert contract.build(full_assignment(contract, {}, start), digits) == made["x-ecr"]["baseline"]
    for _ in range(10):
        start, digits = genome.read(random.randbytes(genome.size), contract.ordinary)
        assert (
            oracle.faults(
                oracle.judge_of(made), contract.build(full_assignment(contract, {}, start), digits)
            )
            == []
        )


# --- shrinking ------------------------------------------------------------------------------------


# What brings others along or is brought along, and one deviation of each sort of shape.
TOLD = {
    *("failed", "no-counts", "failure", "empty-digest"),
    *("zero-critical", "several-tags", "signature-tag", "no-resources", "aws-eusc"),
}
SHORT = {("scan", "no-counts"), ("scan", "several-tags"), ("push", "empty-digest")}


def tier_of(kind, choice):
    """The marks of a deviation: half a second each, so few are in the README's test command."""
    if (kind, choice.token) in SHORT:
        return ()
    return pytest.mark.long if choice.token in TOLD else pytest.mark.search


@pytest.mark.parametrize("kind", long_but("push".__eq__, oracle.KINDS))
def test_anything_shrinks_to_the_baseline(kind):
    assert shrunk(ecr_events(kind)) == oracle.schema(kind)["x-ecr"]["baseline"]


@pytest.mark.parametrize("kind", long_but("push".__eq__, oracle.KINDS))
def test_anything_invalid_shrinks_to_the_baseline_with_its_first_flaw(kind):
    assert shrunk(invalid_events(kind)) == cases.invalid_cases(kind)[0].event


DEVIATIONS = [
    pytest.param(
        kind,
        facet,
        choice,
        id=f"{kind}-{choice.token}",
        marks=tier_of(kind, choice),
    )
    for kind in oracle.KINDS
    for facet in reader.contract(kind).varying
    for choice in facet.choices[1:]
]


@pytest.mark.parametrize(("kind", "facet", "choice"), DEVIATIONS)
def test_a_deviation_shrinks_to_its_own_case(kind, facet, choice):
    """Where only that one will do: what the choice needs (what lies around it, and the choices that
    leave no room for others, and what is around these: the sort of call, its parameters, a total of
    zero) is as in its case. A severity is
    missing from an empty object as well, which is another deviation.
    """
    contract = reader.contract(kind)
    case = cases.case(f"{kind}/{choice.token}").event
    deciding = set()
    for rule in contract.constraints:
        if not rule.structural:
            (condition, _), *effects = rule.terms
            deciding |= {condition, *(contract.by_path[path].parent for path, _ in effects)}
    outer = facet.parent
    while outer is not None:
        deciding.add(outer)
        outer = contract.by_path[outer].parent
    deciding.discard(None)
    wanted = [(contract.by_path[path], contract.by_path[path].recognise(case)) for path in deciding]

    def has_it(event):
        return facet.recognise(event) == choice and all(
            other.recognise(event) == as_in_case for other, as_in_case in wanted
        )

    # A search may end where no smaller step leads on: at a choice that brings others with it.
    found = (shrunk(ecr_events(kind), has_it, seed) for seed in range(3))
    assert case in found


@pytest.mark.long
def test_a_deviation_of_values_shrinks_to_the_plainest():
    found = shrunk(ecr_events("push"), lambda event: event["region"].startswith("eu-"))
    assert found == cases.case("push/ordinary").event | {"region": found["region"]}
    tags = shrunk(ecr_events("scan"), lambda event: len(event["detail"].get("image-tags", [])) > 2)
    assert tags["detail"]["image-tags"][0] == "latest"
    assert len(tags["detail"]["image-tags"]) == 3


def test_two_deviations_shrink_to_their_combination():
    found = shrunk(
        ecr_events("push"),
        lambda event: "image-tag" not in event["detail"] and event["region"].startswith("cn-"),
    )
    assert found == cases.case("push/no-tag+aws-cn").event


# --- what a failure shows -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "strategy", [ecr_events("scan"), ecr_events(), ecr_events("scan", image_tags=st.just([]))]
)
def test_a_falsifying_example_shows_the_event_and_no_bytes(strategy):
    @settings(database=None, print_blob=False)
    @given(strategy)
    def fails(event):
        raise AssertionError("so it is")

    with pytest.raises(AssertionError, match="so it is") as raised:
        fails()
    shown = "\n".join(raised.value.__notes__)
    assert re.search(r"event=\{'version': '0',\s+'id': ", shown)
    assert "'detail': {" in shown
    assert "b'" not in shown
    assert 'b"' not in shown


def test_health_checks_are_content():
    """None is suppressed, and lists of events are drawn as well."""

    @settings(max_examples=50, database=None, suppress_health_check=())
    @given(ecr_events(), st.lists(ecr_events("scan"), max_size=10), invalid_events())
    def draw(event, several, invalid):
        assert validation.is_valid(event)

    draw()


def test_nothing_is_drawn_to_be_thrown_away():
    source = inspect.getsource(strategies)
    for word in (".filter(", "from_regex", "assume(", "reject(", "flatmap"):
        assert word not in source


# --- fixing fields --------------------------------------------------------------------------------


def at(event, path):
    return json_path.at(event, json_path.parse(path))


@pytest.mark.parametrize(
    ("kind", "fixed", "path", "value"),
    [
        ("scan", {"image_tags": []}, "$.detail.image-tags", []),
        ("scan", {"image_tags": ["a", "b", "a"]}, "$.detail.image-tags", ["a", "b", "a"]),
        ("scan", {"image_tags": MISSING}, "$.detail.image-tags", MISSING),
        ("scan", {"scan_status": "FAILED"}, "$.detail.finding-severity-counts", MISSING),
        ("scan", {"scan_status": "UNSUPPORTED_IMAGE"}, "$.detail.scan-status", "UNSUPPORTED_IMAGE"),
        ("scan", {"HIGH": 0}, "$.detail.finding-severity-counts.HIGH", 0),
        ("scan", {"high": 7}, "$.detail.finding-severity-counts.HIGH", 7),
        ("scan", {"HIGH": MISSING}, "$.detail.finding-severity-counts.HIGH", MISSING),
        ("scan", {"HIGH": 0}, "$.detail.scan-status", "COMPLETE"),
        (
            "scan",
            {"$.detail.finding-severity-counts.HIGH": 3},
            "$.detail.finding-severity-counts.HIGH",
            3,
        ),
        ("scan", {"finding_severity_counts": {}}, "$.detail.finding-severity-counts", {}),
        (
            "scan",
            {"finding_severity_counts": {"HIGH": 2}},
            "$.detail.finding-severity-counts",
            {"HIGH": 2},
        ),
        (
            "scan",
            {"finding_severity_counts": {"TOTAL": 2}},
            "$.detail.finding-severity-counts",
            {"TOTAL": 2},
        ),
        ("scan", {"$.detail.image-tags[0]": "v1"}, "$.detail.image-tags[0]", "v1"),
        ("scan", {"$.detail.image-tags[1]": "v1"}, "$.detail.image-tags[1]", "v1"),
        ("scan", {"resources": []}, "$.resources", []),
        ("scan", {"resources": ["arn:x"]}, "$.resources", ["arn:x"]),
        ("push", {"image_digest": ""}, "$.detail.result", "FAILURE"),
        ("push", {"account": "000000000000"}, "$.account", "000000000000"),
        ("push", {"region": "rp-north-1"}, "$.region", "rp-north-1"),
        ("push", {"replay_name": "again"}, "$.replay-name", "again"),
        ("push", {"replay_name": MISSING}, "$.replay-name", MISSING),
        ("push", {"time": "2020-02-29T23:59:59Z"}, "$.time", "2020-02-29T23:59:59Z"),
        ("push", {"version": "0"}, "$.version", "0"),
        ("push", {"$.detail.brand-new": None}, "$.detail.brand-new", None),
        ("push", {"$.detail.brand-new.deep": [1]}, "$.detail.brand-new.deep", [1]),
        ("push", {'$["odd key"]': 1}, '$["odd key"]', 1),
    ],
)
def test_a_fixed_field_stands_in_every_event(kind, fixed, path, value):
    found = drawn(ecr_events(kind, **fixed))
    assert len(found) > 5
    for event in found:
        assert at(event, path) == value
        assert oracle.accepts(kind, event)


def test_several_fields_can_be_fixed():
    for event in drawn(
        ecr_events("push", account="210987654321", image_tag="v1", **{"$.detail.result": "SUCCESS"})
    ):
        assert (event["account"], event["detail"]["image-tag"]) == ("210987654321", "v1")
        assert event["detail"]["result"] == "SUCCESS"
        assert event["detail"].get("image-digest") != ""


def test_a_whole_detail_can_be_fixed():
    detail = cases.case("scan/no-tags").event["detail"] | {"repository-name": "shop/cart"}
    found = drawn(ecr_events("scan", detail=detail, resources=st.just(["x"]) | st.just([])))
    assert {json.dumps(event["detail"]) for event in found} == {json.dumps(detail)}
    assert {str(event["resources"]) for event in found} == {"[]", "['x']"}
    assert len({event["id"] for event in found}) > 5


def test_an_arn_follows_what_is_fixed():
    fixed = {
        "repository_name": "shop/cart",
        "region": "cn-north-1",
        "account": "012345678901",
        "detail": MISSING,
    }
    del fixed["detail"]
    for event in drawn(ecr_events("scan", **fixed)):
        assert event["resources"] in (
            [],
            ["arn:aws-cn:ecr:cn-north-1:012345678901:repository/shop/cart"],
        )
    detail = {"scan-status": "FAILED", "repository-name": "a-b"}
    for event in drawn(ecr_events("scan", detail=detail, region="eusc-de-east-1")):
        [arn] = event["resources"] or [
            f"arn:aws-eusc:ecr:eusc-de-east-1:{event['account']}:repository/a-b"
        ]
        assert arn == f"arn:aws-eusc:ecr:eusc-de-east-1:{event['account']}:repository/a-b"


def test_the_other_fields_vary_on():
    contract = reader.contract("scan")
    found = drawn(ecr_events("scan", scan_status="COMPLETE"), 100)
    for path in (
        "$.region",
        "$.id",
        "$.detail.image-tags",
        "$.detail.finding-severity-counts.HIGH",
    ):
        seen = {contract.by_path[path].recognise(event).label for event in found}
        assert seen == {choice.label for choice in contract.by_path[path].choices}


def test_a_field_can_be_drawn_from_a_strategy():
    tags = st.sampled_from([[], ["a"], ["a", "b"]])
    found = drawn(
        ecr_events("scan", image_tags=tags, scan_status=st.sampled_from(["COMPLETE", "FAILED"]))
    )
    assert {len(event["detail"]["image-tags"]) for event in found} == {0, 1, 2}
    for event in found:
        assert oracle.accepts("scan", event)
        assert ("finding-severity-counts" in event["detail"]) <= (
            event["detail"]["scan-status"] == "COMPLETE"
        )


def test_a_field_drawn_may_be_missing():
    found = drawn(ecr_events("push", image_tag=st.sampled_from([MISSING, "", "v1"])))
    assert {event["detail"].get("image-tag") for event in found} == {None, "", "v1"}


@pytest.mark.long
def test_a_fixed_field_shrinks_to_the_baseline_otherwise():
    baseline = cases.case("scan/ordinary").event
    expected = baseline | {"detail": baseline["detail"] | {"image-tags": ["a", "b"]}}
    assert shrunk(ecr_events("scan", image_tags=["a", "b"])) == expected
    assert shrunk(ecr_events("scan", scan_status="FAILED")) == cases.case("scan/failed").event
    assert shrunk(ecr_events("scan", image_tags=st.sampled_from([["z"], []]))) == baseline | {
        "detail": baseline["detail"] | {"image-tags": ["z"]}
    }


def test_every_kind_takes_the_fields_of_all():
    for event in drawn(ecr_events(account="210987654321", repository_name="shop/cart")):
        assert event["account"] == "210987654321"
        assert event["detail"]["repository-name"] == "shop/cart"


def test_what_is_fixed_keeps_the_order_of_the_keys():
    found = drawn(ecr_events("push", replay_name="again", version="0", account="210987654321"))
    for event in found:
        assert list(event) == [
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


IMPOSSIBLE = [
    ({"account": 123456789012}, "account=123456789012", "$.account must be 12 digits"),
    ({"account": None}, "account=None", "$.account must be 12 digits"),
    ({"account": MISSING}, "account=MISSING", "$.account must be 12 digits"),
    ({"version": "1"}, "version='1'", '$.version must be "0"'),
    (
        {"image_tags": "latest"},
        "image_tags='latest'",
        "$.detail.image-tags must be an array of strings",
    ),
    ({"image_tags": ["a", 7]}, "image_tags=['a', 7]", "$.detail.image-tags[1] must be a tag: "),
    (
        {"image_tags": ("a",)},
        "image_tags=('a',)",
        "$.detail.image-tags must be a value that JSON has",
    ),
    ({"HIGH": -1}, "HIGH=-1", "$.detail.finding-severity-counts.HIGH must be 0 or more"),
    (
        {"HIGH": True},
        "HIGH=True",
        "$.detail.finding-severity-counts.HIGH must be an integer, 0 or more",
    ),
    (
        {"HIGH": float("nan")},
        "HIGH=nan",
        "$.detail.finding-severity-counts.HIGH must be a number that JSON has",
    ),
    ({"detail": {}}, "detail={}", "$.detail.scan-status must be COMPLETE or FAILED"),
    (
        {"detail_type": "ECR Image Action"},
        "detail_type='ECR Image Action'",
        '$.detail-type must be "ECR Image Scan"',
    ),
    (
        {"scan_status": "FAILED", "HIGH": 1},
        "scan_status, HIGH=['FAILED', 1]",
        "not both: $.detail.scan-status is failed",
    ),
    (
        {"finding_severity_counts": MISSING, "HIGH": 1},
        "finding_severity_counts, HIGH=[MISSING, 1]",
        "nothing can stand",
    ),
    ({"$.detail.image-tags[5]": "x"}, "$.detail.image-tags[5]='x'", "nothing can stand there"),
    ({"$.detail.repository-name.x": 1}, "$.detail.repository-name.x=1", "nothing can stand there"),
    ({"$.resources.x": 1}, "$.resources.x=1", "nothing can stand there"),
    ({"$.detail[0]": 1}, "$.detail[0]=1", "nothing can stand there"),
    ({"$": {}}, "$={}", "nothing can stand there"),
    ({"$detail": 1}, "$detail=1", "'$detail' is no path"),
    ({"$.detail.": 1}, "$.detail.=1", "'$.detail.' is no path"),
]


@pytest.mark.parametrize(("fixed", "shown", "why"), IMPOSSIBLE)
def test_what_no_event_has_cannot_be_fixed(fixed, shown, why):
    """It is said when the strategy is made, not when it draws."""
    with pytest.raises(
        PinError, match=f"^{re.escape(f'{shown} cannot be fixed in a scan event: {why}')}"
    ) as raised:
        ecr_events("scan", **fixed)
    assert raised.value.kind == "scan"


@pytest.mark.parametrize(
    ("fixed", "words"),
    [
        (
            {"account": st.just(5)},
            r"^account=5 cannot be fixed in a scan event: \$\.account must be 12 digits",
        ),
        (
            {"image_tags": st.just(["a"]), "HIGH": st.just(-1)},
            r"^image_tags, HIGH=\[\['a'\], -1\] cannot be .*0 or more",
        ),
        (
            {"scan_status": st.just("FAILED"), "HIGH": 1},
            r"^scan_status, HIGH=\['FAILED', 1\] cannot be fixed in a scan event: .*a scan that "
            r"failed counted nothing",
        ),
        (
            {"$.detail[0]": st.just(1)},
            r"^\$\.detail\[0\]=1 cannot be fixed .*: nothing can stand there",
        ),
        ({"$.detail.image-tags[5]": st.just("x")}, r"nothing can stand there"),
    ],
)
def test_what_no_event_has_cannot_be_drawn_either(fixed, words):
    with pytest.raises(PinError, match=words):
        drawn(ecr_events("scan", **fixed))


@pytest.mark.parametrize(
    ("kind", "fixed", "words"),
    [
        ("scna", {}, r"no kind is called 'scna'; did you mean 'scan'\?"),
        (
            "scan",
            {"image_tag": "x"},
            r"no field of a scan event is called 'image_tag'; did you mean 'image_tags'\?",
        ),
        (
            "push",
            {"image_tags": []},
            r"no field of a push event is called 'image_tags'; did you mean 'image_tag'\?",
        ),
        (
            "push",
            {"image-tags": []},
            r"no field of a push event is called 'image-tags'; did you mean 'image_tag'\?",
        ),
        ("push", {"zzz": 1}, r"no field of a push event is called 'zzz'; there are: version, id, "),
        (
            "inspector-finding",
            {"repository_name": "a"},
            r"no field of an inspector-finding event is .*; did you mean 'repositoryName'\?",
        ),
        (None, {"scan_status": "FAILED"}, r"no field of a delete event is called 'scan_status'"),
    ],
)
def test_an_unknown_field_is_named_with_the_likely_one(kind, fixed, words):
    with pytest.raises(UnknownNameError, match=words):
        ecr_events(kind, **fixed)


def test_an_unknown_kind_of_invalid_events_is_named():
    with pytest.raises(UnknownNameError, match=r"no kind is called 'psuh'; did you mean 'push'\?"):
        invalid_events("psuh")


def test_a_field_is_spelt_with_dashes_or_underscores():
    for name in ("image_tags", "IMAGE_TAGS", "image-tags"):
        assert {
            str(event["detail"]["image-tags"])
            for event in drawn(ecr_events("scan", **{name: ["x"]}), 5)
        } == {"['x']"}


@given(st.sampled_from(oracle.KINDS), st.data())
@settings(max_examples=60)
def test_any_value_that_an_event_has_can_be_fixed(kind, data):
    """At any path of it, alone or with others, and so can any value that the judge admits."""
    event = data.draw(ecr_events(kind))
    contract = reader.contract(kind)
    some = data.draw(
        st.lists(
            st.sampled_from(contract.facets),
            min_size=1,
            max_size=3,
            unique_by=lambda facet: facet.path,
        )
    )
    fixed = {facet.path: json_path.at(event, facet.steps) for facet in some}
    again = data.draw(ecr_events(kind, **fixed))
    assert {path: at(again, path) for path in fixed} == fixed
    assert oracle.accepts(kind, again)


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 3), st.text(max_size=3),
    st.sampled_from([{}, [], ["a", "b"], MISSING])
)  # fmt: skip


def test_what_is_always_there_is_missing_where_nothing_is_around_it():
    path = "$.detail.responseElements.image.imageId"
    found = drawn(ecr_events("cloudtrail-api-call", **{path: MISSING}), 20)
    assert [event for event in found if not oracle.accepts("cloudtrail-api-call", event)] == []
    assert {at(event, path) for event in found} == {MISSING}


@given(st.sampled_from(oracle.KINDS), st.data(), VALUES)
@settings(max_examples=60)
def test_any_value_is_fixed_or_refused(kind, data, value):
    contract = reader.contract(kind)
    facet = data.draw(st.sampled_from(contract.facets))
    steps = data.draw(
        st.sampled_from([facet.steps, (*facet.steps, "x"), (*facet.steps, 0), (*facet.steps, 3)])
    )
    try:
        strategy = ecr_events(kind, **{json_path.show(steps): value})
    except PinError:
        return
    event = data.draw(strategy)
    assert oracle.accepts(kind, event)
    assert json_path.at(event, steps) == value


# --- named strategies -----------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("kind", oracle.KINDS)
def test_each_kind_has_a_strategy_of_its_name_that_takes_the_same_fields(kind):
    strategy = getattr(named, f"{kind.replace('-', '_')}_events")(**{"$.region": "cn-north-1"})
    event = find(strategy, lambda event: True, settings=settings(database=None))
    assert validation.kind_of(event) == kind
    assert event["region"] == "cn-north-1"
