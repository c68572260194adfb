"""Evidence in its order: what is documented is stronger than what is inferred."""

from __future__ import annotations

import itertools
import pickle

import pytest

from ecr_contracts.core.findings import Evidence

STRONGEST_FIRST = [
    Evidence.DOCUMENTED,
    Evidence.CAPTURED,
    Evidence.HANDLED,
    Evidence.NECESSARY,
    Evidence.REGISTRY,
    Evidence.INFERRED,
]


@pytest.mark.parametrize(
    ("stronger", "weaker"), list(itertools.combinations(STRONGEST_FIRST, 2)), ids=str
)
def test_each_evidence_is_stronger_than_those_after_it(stronger, weaker):
    assert stronger > weaker
    assert stronger >= weaker
    assert weaker < stronger
    assert weaker <= stronger
    assert not stronger < weaker
    assert not stronger <= weaker
    assert min(stronger, weaker) is weaker
    assert max(stronger, weaker) is stronger


def test_an_evidence_is_as_strong_as_itself_and_as_its_word():
    for evidence in Evidence:
        assert evidence >= evidence
        assert evidence <= evidence.value
        assert not evidence > evidence
        assert not evidence < evidence.value


def test_sorting_by_rank_puts_the_strongest_first():
    assert sorted(Evidence, key=lambda evidence: evidence.rank) == STRONGEST_FIRST
    assert [evidence.rank for evidence in STRONGEST_FIRST] == [0, 1, 2, 3, 4, 5]


def test_the_order_is_not_that_of_the_alphabet():
    assert Evidence.NECESSARY > Evidence.INFERRED
    assert "necessary" > "inferred"


@pytest.mark.parametrize("text", ["", "rumour", "DOCUMENTED"])
def test_a_text_that_is_no_evidence_is_not_compared(text):
    with pytest.raises(ValueError, match="is not a valid Evidence"):
        _ = text > Evidence.INFERRED


def test_an_evidence_is_itself_again_after_pickling():
    for evidence in Evidence:
        assert pickle.loads(pickle.dumps(evidence)) is evidence
