"""What is claimed of random patterns, held against cases and drawn events of all kinds."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecr_contracts.eventbridge.rules.corrections import written
from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.eventbridge.rules.proofs import prove
from ecr_contracts.eventbridge.rules.verdicts import Name, judge_pattern
from ecr_contracts.events.validation import kind_of
from tests.drawing import all_cases, drawn_events
from tests.gen_event_patterns import JSON_VALUES
from tests.unit.eventbridge.patterns import patterns

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@cache
def events() -> tuple[dict[str, Any], ...]:
    """Events of all kinds, each with what the cases vary and with values of chance."""
    return (*all_cases(), *drawn_events(150, seed=7))


@st.composite
def sourced_patterns(draw: st.DrawFn) -> dict[str, Any]:
    """Patterns with a source and the name of a kind, mostly: so they are about ECR alone."""
    pattern = draw(patterns())
    if draw(st.integers(0, 4)):
        kinds = st.lists(st.sampled_from(["ECR Image Action", "ECR Image Scan"]), min_size=1)
        pattern = {"source": ["aws.ecr"], "detail-type": draw(kinds)} | pattern
    return pattern


@st.composite
def misspelt_patterns(draw: st.DrawFn) -> dict[str, Any]:
    """Patterns with a key or a value that is spelled otherwise."""
    pattern = copy.deepcopy(draw(sourced_patterns()))
    places = list(written.leaves(pattern))
    place, conditions = draw(st.sampled_from(places))
    respell = draw(
        st.sampled_from(
            [str.upper, str.lower, str.title, lambda text: text.replace("-", "_"), lambda _: "OK"]
        )
    )
    if draw(st.booleans()):
        texts = [respell(value) if isinstance(value, str) else value for value in conditions]
        return written.replaced(pattern, place, texts)
    *outer, key = place
    holder = pattern
    for step in outer:
        holder = holder[step]
    holder[respell(key)] = holder.pop(key)
    return pattern


def assert_is_dead_iff_nothing_matches(data: dict[str, Any]) -> None:
    judgement = judge_pattern(data)
    if judgement.proof is None:
        assert judgement.gravest.name is Name.INVALID
        return
    pattern = judgement.proof.pattern
    is_dead = judgement.gravest.name is Name.DEAD
    assert not judgement.proof.is_undecided
    reached = {kind.kind: kind.witness for kind in judgement.proof.reached}
    for event in events():
        if pattern.matches(event):
            assert kind_of(event) in reached
    for kind, witness in reached.items():
        assert pattern.matches(witness)
        assert kind_of(witness) == kind
    reaches_nothing = not reached and not judgement.proof.untried
    assert is_dead == (reaches_nothing and not judgement.proof.admits_others)
    for verdict in judgement.verdicts:
        if verdict.correction is not None:
            assert Pattern.parse(verdict.correction.data).matches(verdict.correction.witness)


@given(sourced_patterns())
@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
def test_a_pattern_is_dead_if_and_only_if_no_event_matches_it(data):
    assert_is_dead_iff_nothing_matches(data)


@given(misspelt_patterns())
@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
def test_so_is_a_misspelt_one(data):
    assert_is_dead_iff_nothing_matches(data)


@given(JSON_VALUES.filter(lambda value: isinstance(value, dict)))
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
def test_whatever_json_says_gets_verdicts(data):
    assert judge_pattern(data).verdicts


@given(sourced_patterns())
@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
def test_what_is_called_idle_changes_nothing(data):
    proof = prove(data)
    if proof.is_dead:
        return
    for idle in proof.idle_conditions:
        *array, number = idle.place
        conditions = written_at(data, tuple(array))
        alone = written.replaced(data, tuple(array), [conditions[number]])
        only = Pattern.parse(written.with_only(alone, tuple(array)))
        assert not any(map(only.matches, events()))
    for leaf in proof.redundant_leaves:
        (branch,) = proof.pattern.branches
        rest = Pattern((tuple(other for other in branch if other is not leaf),))
        for event in events():
            assert rest.matches(event) == proof.pattern.matches(event)
    places = {alternative.place for alternative in proof.idle_alternatives}
    if places:
        left = written.without(data, places)
        assert left is not None
        rest = Pattern.parse(left)
        for event in events():
            assert rest.matches(event) == proof.pattern.matches(event)


def written_at(data: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        data = data[step]
    return data
