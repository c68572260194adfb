"""The bound on the memory of a process, as the system takes it."""

from __future__ import annotations

import pytest

from ecr_contracts.runtime.memory import bound

resource = pytest.importorskip("resource", reason="Windows bounds no memory")


@pytest.mark.parametrize("megabytes", [2**44, 10**23])
def test_a_bound_that_the_system_has_no_number_for_is_none(megabytes):
    before = resource.getrlimit(resource.RLIMIT_DATA), resource.getrlimit(resource.RLIMIT_AS)
    bound(megabytes)
    assert before == (
        resource.getrlimit(resource.RLIMIT_DATA),
        resource.getrlimit(resource.RLIMIT_AS),
    )
