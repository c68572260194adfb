"""The tables of the kinds command list all that is known."""

from __future__ import annotations

import io

import pytest

from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.reporting.kinds import show_kind, show_kinds
from ecr_contracts.reporting.terminal import console


@pytest.mark.parametrize("kind", kind_names())
def test_all_that_is_known_of_a_kind_is_listed(kind):
    out = io.StringIO()
    contract = reader.contract(kind)
    show_kind(contract, console(out))
    text = out.getvalue()
    lines = text.splitlines()
    assert lines[0] == contract.title
    assert max(map(len, lines)) <= 80
    flat = " ".join(text.split())
    for facet in contract.varying:
        assert f"{facet.path} {facet.title}".rstrip() in flat
        for choice in facet.choices:
            token = f"{choice.token} (baseline)" if choice is facet.baseline else choice.token
            assert f"{choice.label} {choice.evidence} {token} {choice.note}".rstrip() in flat
    for rule in contract.constraints:
        assert rule.structural or rule.because in flat


def test_the_list_of_kinds_tells_what_each_has():
    out = io.StringIO()
    show_kinds([(reader.contract(kind), 7) for kind in kind_names()], console(out))
    assert out.getvalue().splitlines()[:4] == [
        "archive                   11 facets, 37 choices, 7 cases",
        "  aws.ecr, ECR Image Action, UPDATE_STORAGE_CLASS, ARCHIVE",
        "artifact-action           4 facets, 14 choices, 7 cases",
        "  aws.ecr, ECR Artifact Action",
    ]
    assert all(len(line) <= 80 for line in out.getvalue().splitlines())
