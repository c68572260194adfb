"""What a test is given: a case in an envelope, as a marker asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from ecr_contracts.engine.causes import model
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import Case, edge_cases
from ecr_contracts.events.kinds import kind_names

BARE = "lambda"
"""The envelope that case ids do not mention."""


class Given(NamedTuple):
    """What an item gets: a case, wrapped in an envelope."""

    case: Case
    via: str

    @property
    def id(self) -> str:
        """The case's id, with the envelope unless it is the bare event."""
        return self.case.id if self.via == BARE else f"{self.case.id}@{self.via}"

    def payload(self) -> Any:
        """What the test gets: each time a copy of its own."""
        return registry.envelope(self.via).wrap([self.case.event])


def asked(mark: pytest.Mark) -> Iterator[Given]:
    """What a marker asks for. Raises EcrContractsError for names that do not exist, TypeError for what is no name."""
    via = mark.kwargs.get("via")
    envelopes = [via] if isinstance(via, str) else [BARE] if via is None else via
    plain = isinstance(envelopes, list | tuple) and all(
        isinstance(name, str) for name in (*envelopes, *mark.args)
    )
    if not plain or not envelopes or set(mark.kwargs) - {"via"}:
        written = ", ".join(
            [*map(repr, mark.args), *(f"{name}={value!r}" for name, value in mark.kwargs.items())]
        )
        raise TypeError(
            f"{mark.name} takes names of kinds and via, an envelope or a list of them, as in "
            f"{mark.name}('scan', 'push', via='sqs'), not {mark.name}({written})"
        )
    for envelope in map(registry.envelope, envelopes):
        for kind in mark.args or kind_names():
            for case in edge_cases(kind):
                yield Given(case, envelope.name)


def which(given: Given) -> str:
    """Which event an item got, and on what it rests."""
    return f"{given.id} ({given.case.evidence.value}): {differences(given.case)}"


def differences(case: Case) -> str:
    """In what a case differs from the ordinary event."""
    contract = reader.contract(case.kind)
    found = [
        choice for choice in model.deviations(contract, case.labels) if choice[1] != model.UNLISTED
    ]
    if case.id.endswith(f"/{cases.SAMPLE}"):
        return ", ".join(
            ["AWS's own sample", *(contract.by_path[path][label].token for path, label in found)]
        )
    return ", ".join(f"{path} is {label}" for path, label in found) or "the ordinary event"
