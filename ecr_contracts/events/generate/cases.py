"""Named edge cases: reproducible events of a kind, valid ones and ones that are wrong in exactly one way.

Deterministic throughout, and of the standard library alone: the same version gives the same bytes
everywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import ImpossibleCaseError, StrengthError, UnknownNameError
from ecr_contracts.core.findings import Evidence
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate.covering import STRENGTHS, Covering, covering
from ecr_contracts.events.kinds import kind_names, sample_bytes
from ecr_contracts.events.model import Contract, Labels
from ecr_contracts.events.regexes import Digits

SAMPLE, ORDINARY, INVALID = "sample", "ordinary", "invalid"
_DIGEST_LENGTH = 8

VALUED = "#"
"""What stands in an id between the choices and the digest of values that are not the plainest of them."""


@dataclass(frozen=True, slots=True)
class Case:
    """A named, reproducible, valid event.

    `id` says what differs from the baseline (`scan/no-tags`), `labels` the choice at each path that
    varies (None where AWS's sample has what no choice describes). `evidence` is that of the weakest
    choice that differs. `text` is the event as JSON: AWS's own bytes for the sample.
    """

    id: str
    kind: str
    labels: dict[str, str | None] = field(repr=False)
    evidence: Evidence
    text: str = field(repr=False)

    @property
    def event(self) -> dict[str, Any]:
        """The event, a fresh copy each time."""
        event: dict[str, Any] = json.loads(self.text)
        return event

    @property
    def is_valued(self) -> bool:
        """Whether its values are others than the plainest of their choices, so that the id alone does not give it."""
        return VALUED in self.id


@dataclass(frozen=True, slots=True)
class InvalidCase:
    """A named, reproducible event that its contract refuses: wrong at `path` and nowhere else."""

    id: str
    kind: str
    path: str
    text: str = field(repr=False)

    @property
    def event(self) -> dict[str, Any]:
        """The event, a fresh copy each time."""
        event: dict[str, Any] = json.loads(self.text)
        return event


def edge_cases(kind: str, strength: int = 1, evidence: Evidence | None = None) -> tuple[Case, ...]:
    """The named events of a kind, in a fixed order.

    First the sample (where AWS prints one), the baseline, and every single deviation from it: each
    choice occurs. Then as many more events as it takes for every `strength` (1 to 4) choices that
    can meet to meet in some event. With `evidence`, only choices that rest on that or on stronger
    evidence occur, but for the baseline's.

    Raises UnknownNameError for a kind that does not exist, StrengthError for a strength that does
    not.
    """
    return _covered(kind, strength, evidence or Evidence.INFERRED)


@cache
def _covered(kind: str, strength: int, evidence: Evidence) -> tuple[Case, ...]:
    contract = reader.contract(kind)
    if strength > 1:
        more = [
            _case(contract, full_assignment(contract, row))
            for row in _array(kind, strength, evidence).rows
        ]
        return tuple({case.id: case for case in (*_covered(kind, 1, evidence), *more)}.values())
    if strength not in STRENGTHS:
        raise StrengthError(strength, STRENGTHS)
    found = [] if contract.sample is None else [_sample(contract)]
    found.append(_case(contract, contract.ordinary))
    for facet in contract.varying:
        for choice in facet.choices[1:]:
            found.append(_case(contract, full_assignment(contract, {facet.path: choice.label})))
    return tuple({case.id: case for case in found if case.evidence >= evidence}.values())


@cache
def _array(kind: str, strength: int, evidence: Evidence) -> Covering:
    """What it takes beyond the single deviations."""
    # What AWS misprints in its sample is of no choice, and what stands beside it could hide behind
    # that.
    known = [
        _known(case.labels)
        for case in _covered(kind, 1, evidence)
        if None not in case.labels.values()
    ]
    return covering(reader.contract(kind).with_evidence(evidence), strength, known)


def combinations(kind: str, strength: int, evidence: Evidence | None = None) -> int:
    """How many combinations of `strength` choices of different facets there are that an event can have together."""
    return _array(kind, strength, evidence or Evidence.INFERRED).combinations


def _known(labels: Mapping[str, str | None]) -> Labels:
    return {path: label for path, label in labels.items() if label is not None}


@cache
def invalid_cases(kind: str) -> tuple[InvalidCase, ...]:
    """The baseline with one mutation each, in the order of the event's keys."""
    contract = reader.contract(kind)
    found = []
    for mutation in contract.mutations:
        wrong = mutation.applied(contract.build(full_assignment(contract, mutation.needs)))
        found.append(
            InvalidCase(
                f"{kind}/{INVALID}/{mutation.name}", kind, mutation.path, json_text.compact(wrong)
            )
        )
    return tuple(found)


def case(case_id: str) -> Case:
    """The case of an id, also one that `edge_cases` does not list: choices joined by `+`.

    What the choices bring with them need not be named: `scan/failed` is `scan/failed+no-counts`.
    Raises UnknownNameError, or ImpossibleCaseError when they exclude each other.
    """
    kind, slash, name = case_id.partition("/")
    if not slash or not name:
        known = [case.id for case in edge_cases(kind)] if kind in kind_names() else kind_names()
        raise UnknownNameError("case", case_id, known)
    contract = reader.contract(kind)
    if name == SAMPLE and contract.sample is not None:
        return edge_cases(kind)[0]
    wanted: dict[str, str] = {}
    for token in [] if name == ORDINARY else name.split("+"):
        if token not in contract.by_token:
            # These two stand alone, so they are no help beside other choices.
            alone = (
                [] if "+" in name else [ORDINARY] if contract.sample is None else [SAMPLE, ORDINARY]
            )
            raise UnknownNameError(f"choice of a {kind} event", token, [*alone, *contract.by_token])
        facet, choice = contract.by_token[token]
        if wanted.setdefault(facet.path, choice.label) != choice.label:
            raise ImpossibleCaseError(
                case_id, f"{facet.path} cannot be both {wanted[facet.path]!r} and {choice.label!r}"
            )
    try:
        labels = full_assignment(contract, wanted)
    except ValueError as reason:
        raise ImpossibleCaseError(case_id, str(reason)) from None
    return _case(contract, labels)


def invalid_case(case_id: str) -> InvalidCase:
    """The invalid event of an id such as `scan/invalid/missing-account`. Raises UnknownNameError."""
    kind = case_id.partition("/")[0]
    known = {case.id: case for case in invalid_cases(reader.contract(kind).kind)}
    if case_id not in known:
        raise UnknownNameError("invalid case", case_id, known)
    return known[case_id]


def name_of(contract: Contract, labels: Labels) -> str:
    """The id of an assignment: the choices that differ from the baseline, without those that nesting implies."""
    tokens = [
        facet[labels[facet.path]].token
        for facet in contract.varying
        if facet.path in labels
        and labels[facet.path] != facet.baseline.label
        and (facet.parent is None or contract.is_filled(labels, facet.parent))
    ]
    return f"{contract.kind}/{'+'.join(tokens) or ORDINARY}"


def of_labels(contract: Contract, labels: Labels, digits: Digits | None = None) -> Case:
    """The case of an assignment; with digits, one of other values than the plainest.

    Raises ValueError with the reason when no event can have these choices together.
    """
    full = full_assignment(contract, labels)
    return (
        _case(contract, full)
        if digits is None
        else of_event(contract, contract.build(full, digits))
    )


def of_event(contract: Contract, event: Mapping[str, Any]) -> Case:
    """The case of a valid event of whatever values."""
    labels = contract.recognise(event)
    known = _known(labels)
    text = json_text.compact(event)
    with suppress(
        ValueError
    ):  # an event of somebody else's may have what the contract knows as impossible
        plain = of_labels(contract, known)
        if plain.text == text:
            return plain
    digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]
    name = f"{name_of(contract, known)}{VALUED}{digest}"
    return Case(name, contract.kind, labels, contract.weakest_evidence(labels), text)


def _case(contract: Contract, labels: Labels) -> Case:
    shown: dict[str, str | None] = {
        facet.path: labels[facet.path] for facet in contract.varying if facet.path in labels
    }
    evidence = contract.weakest_evidence(shown)
    return Case(
        name_of(contract, labels),
        contract.kind,
        shown,
        evidence,
        json_text.compact(contract.build(labels)),
    )


def _sample(contract: Contract) -> Case:
    text = sample_bytes(contract.sample or "").decode()
    labels = contract.recognise(json.loads(text))
    return Case(f"{contract.kind}/{SAMPLE}", contract.kind, labels, Evidence.DOCUMENTED, text)
