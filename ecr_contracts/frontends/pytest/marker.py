"""The parameter of a test: a case in an envelope, as its marker asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pytest

from ecr_contracts.core import json_text
from ecr_contracts.core.foreign_text import in_json, one_line
from ecr_contracts.engine.causes import model
from ecr_contracts.engine.checks.policy import GROUNDS
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import Case, edge_cases
from ecr_contracts.events.kinds import usual_kinds
from ecr_contracts.events.model import Contract

BARE = "lambda"
"""The envelope that case ids do not mention."""


class CaseParam(NamedTuple):
    """The parameter of an item: a case, wrapped in an envelope.

    `contract` is what its case is one of, where that is not the whole contract of its kind.
    """

    case: Case
    via: str
    contract: Contract | None = None

    @property
    def id(self) -> str:
        """The case's id, with the envelope unless it is the bare event."""
        if self.via == BARE:
            return self.case.id
        return f"{self.case.id}@{self.via}"

    def payload(self) -> Any:
        """What the test gets: each time a copy of its own."""
        return registry.envelope(self.via).wrap([self.case.event])


def case_params(mark: pytest.Mark, *, future: bool = False) -> Iterator[CaseParam]:
    """The cases that a marker asks for, in each of its envelopes.

    With `future`, or where the marker says so, events as AWS may send them one day come last.
    Raises EcrContractsError for names that do not exist, TypeError for what is no name.
    """
    envelopes = mark.kwargs.get("via")
    if envelopes is None:
        envelopes = BARE
    if isinstance(envelopes, str):
        envelopes = [envelopes]
    future = mark.kwargs.get("future", future)
    is_known = set(mark.kwargs) <= {"via", "future"} and isinstance(future, bool)
    if not _are_names(envelopes, mark.args) or not envelopes or not is_known:
        raise TypeError(
            f"{mark.name} takes names of kinds and via, an envelope or a list of them, as in "
            f"{mark.name}('scan', 'push', via='sqs'), not {one_line(_as_written(mark))}"
        )
    for envelope in map(registry.envelope, envelopes):
        for kind in mark.args or usual_kinds():
            for case in (*edge_cases(kind), *_of_tomorrow(kind, future=future)):
                yield CaseParam(case, envelope.name)


def _of_tomorrow(kind: str, *, future: bool) -> tuple[Case, ...]:
    return cases.future_cases(reader.contract(kind)) if future else ()


def _are_names(envelopes: object, kinds: Iterable[object]) -> bool:
    """Whether envelopes are a list of names, and kinds are names."""
    if not isinstance(envelopes, list | tuple):
        return False
    return all(isinstance(name, str) for name in (*envelopes, *kinds))


def _as_written(mark: pytest.Mark) -> str:
    arguments = [repr(argument) for argument in mark.args]
    arguments += [f"{name}={value!r}" for name, value in mark.kwargs.items()]
    return f"{mark.name}({', '.join(arguments)})"


def description(param: CaseParam) -> str:
    """Which event an item got, and on what evidence it rests."""
    return one_line(f"{param.id} ({param.case.evidence.value}): {differences(param)}")


def warning(case: Case) -> str:
    """Why a failure with an event is only a warning."""
    words = f"a warning, for {GROUNDS[case.evidence].words} ({case.id}; strict makes it an error)"
    return one_line(words)


def differences(param: CaseParam) -> str:
    """In what a case differs from the ordinary event."""
    case = param.case
    if case.novelty is not None:
        value = in_json(json_text.one_line(case.novelty.value))
        return f"{case.novelty.path} is {value}, as AWS may send it one day"
    contract = param.contract or reader.contract(case.kind)
    is_sample = case.id.endswith(f"/{cases.SAMPLE}")
    texts = ["AWS's own sample"] if is_sample else []
    for path, label in model.deviations(contract, case.labels):
        if label == model.UNLISTED:
            continue
        if is_sample:
            texts.append(contract.by_path[path][label].token)
        else:
            texts.append(f"{path} is {label}")
    return ", ".join(texts) or "the ordinary event"
