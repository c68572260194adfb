"""What Hypothesis is told of a drawn event: which case it is, as its own reports show it.

A failing example says its case and what it rests on (`scan/no-tags (documented)`); the choices that
differ from the ordinary event are counted in Hypothesis' statistics, and are features of its
observations.
"""

from __future__ import annotations

from collections.abc import Mapping

import hypothesis

from ecr_contracts.events.generate.case_names import BASELINE, LONGEST_ID, id_of, tokens_of
from ecr_contracts.events.model import Contract

__all__ = ["tell"]


class _Case:
    """The name of a case, found out where it is shown: few of the examples are."""

    def __init__(self, contract: Contract, labels: Mapping[str, str]) -> None:
        self._contract, self._labels = contract, labels

    def __repr__(self) -> str:
        evidence = self._contract.weakest_evidence(self._labels)
        case_id = id_of(self._contract, self._labels, LONGEST_ID)
        return f"{case_id} ({evidence.value})"


def tell(contract: Contract, labels: Mapping[str, str | None]) -> None:
    """Tell the test that runs which choices its event has; nothing outside of a test."""
    if not hypothesis.currently_in_test_context():
        return
    described = {path: label for path, label in labels.items() if label is not None}
    hypothesis.note(_Case(contract, described))
    for token in tokens_of(contract, described) or (BASELINE,):
        hypothesis.event(f"{contract.kind}: {token}")
