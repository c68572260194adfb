"""What a worker learns reaches its parent, whatever else stands in the memory that they share."""

from __future__ import annotations

import os
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.runtime.worker.learned import LearnedSecrets


@given(st.lists(st.text(min_size=6)))
def test_all_that_was_told_is_known(values):
    learned = LearnedSecrets()
    learned.add(values)
    assert learned.values() == set(values)
    learned.close()
    assert learned.values() == set(values)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no memory is shared without fork")
@given(st.binary(max_size=500))
def test_nonsense_in_the_memory_is_no_value_and_no_error(noise):
    learned = LearnedSecrets()
    memory = learned._memory
    memory[: len(noise)] = noise
    assert all(isinstance(value, str) for value in learned.values())
    learned.add(["planted-1"])
    assert "planted-1" in learned.values()


def test_what_no_longer_fits_is_not_told_and_masked_here_all_the_same():
    learned = LearnedSecrets()
    values = [f"{number:06}" + "x" * 1000 for number in range(400)]
    learned.add(values)
    assert learned.values() == set(values)


def test_a_worker_that_is_not_forked_has_its_own():
    learned = LearnedSecrets()
    learned.add(["planted-1"])
    assert pickle.loads(pickle.dumps(learned)).values() == frozenset()
