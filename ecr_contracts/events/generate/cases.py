"""Named edge cases: reproducible events of a kind, valid ones or ones wrong in exactly one way.

Deterministic throughout, and of the standard library alone: the same version gives the same bytes
everywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import ImpossibleCaseError, StrengthError, UnknownNameError
from ecr_contracts.core.findings import Evidence
from ecr_contracts.core.text import with_article
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate.case_names import (
    BASELINE,
    LONGEST_ID,
    Row,
    decoded,
    id_of,
    is_coded,
    row_of,
)
from ecr_contracts.events.generate.covering import STRENGTHS, Covering, covering
from ecr_contracts.events.kinds import kind_names, sample_bytes
from ecr_contracts.events.model import Contract, KeySet, Labels
from ecr_contracts.events.regexes import Digits

if TYPE_CHECKING:
    from ecr_contracts.events.generate.novelties import Novelty

_MOST_CONTRACTS = 64
"""How many contracts, narrowed ones among them, have their cases remembered."""

SAMPLE, ORDINARY, INVALID, FUTURE = "sample", BASELINE, "invalid", "future"
_DIGEST_LENGTH = 8

VALUED = "#"
"""What stands in an id between the choices and the digest of values, where these are not plain."""


@dataclass(frozen=True, slots=True)
class Case:
    """A named, reproducible, valid event.

    `id` says what differs from the baseline (`scan/no-tags`), or where the event comes from
    (`scan/pairs-17`; `case_names` has all its forms), `labels` the choice at each path that
    varies (None where AWS's sample has what no choice describes). `evidence` is that of the weakest
    choice that differs. `text` is the event as JSON: AWS's own bytes for the sample. `novelty` is
    what no schema has in an event that AWS may send one day.
    """

    id: str
    kind: str
    labels: dict[str, str | None] = field(repr=False)
    evidence: Evidence
    text: str = field(repr=False)
    novelty: Novelty | None = field(default=None, repr=False)

    @property
    def event(self) -> dict[str, Any]:
        """The event, a fresh copy each time."""
        event: dict[str, Any] = json.loads(self.text)
        return event

    @property
    def is_valued(self) -> bool:
        """Whether the id alone does not give it, since its values are not the plainest."""
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
    choice occurs. Then the further events of a covering array, so that each possible combination of
    `strength` (1 to 4) choices occurs in some event. With `evidence`, only choices that rest on
    that or on stronger evidence occur, but for the baseline's.

    Raises UnknownNameError for a kind that does not exist, StrengthError for a strength that does
    not.
    """
    return cases_of(reader.contract(kind), strength, evidence)


def cases_of(
    contract: Contract, strength: int = 1, evidence: Evidence | None = None
) -> tuple[Case, ...]:
    """The cases of a contract as `edge_cases` lists them; the contract may be a narrowed one.

    Raises StrengthError for a strength that does not exist.
    """
    return _covered(contract, strength, Evidence(evidence or Evidence.INFERRED))


@lru_cache(_MOST_CONTRACTS)
def _covered(contract: Contract, strength: int, evidence: Evidence) -> tuple[Case, ...]:
    if strength == 1:
        listed = _single_deviations(contract, evidence)
    elif strength in STRENGTHS:
        listed = list(_covered(contract, 1, evidence))
        known = {case.text for case in listed}
        listed += [case for case in _rows(contract, strength, evidence) if case.text not in known]
    else:
        raise StrengthError(strength, STRENGTHS)
    return tuple({case.id: case for case in listed}.values())


@lru_cache(_MOST_CONTRACTS)
def _rows(contract: Contract, strength: int, evidence: Evidence) -> tuple[Case, ...]:
    """The rows of a covering array as cases, which are called by their numbers."""
    listed = []
    for number, row in enumerate(_array(contract, strength, evidence).rows, 1):
        name = Row(strength, evidence, number).name
        case = _case(contract, full_assignment(contract, row))
        listed.append(replace(case, id=f"{contract.kind}/{name}"))
    return tuple(listed)


def _single_deviations(contract: Contract, evidence: Evidence) -> list[Case]:
    """The sample, the baseline, and each choice that the baseline does not have."""
    listed = [] if contract.sample is None else [_sample(contract)]
    listed.append(_case(contract, contract.ordinary))
    for facet in contract.varying:
        for choice in facet.choices[1:]:
            labels = full_assignment(contract, {facet.path: choice.label})
            listed.append(_case(contract, labels))
    for key_set in contract.key_sets:
        with suppress(ValueError):
            listed.append(
                _case(contract, full_assignment(contract, _choices_of(contract, key_set)))
            )
    return [case for case in listed if case.evidence >= evidence]


@lru_cache(_MOST_CONTRACTS)
def _array(contract: Contract, strength: int, evidence: Evidence) -> Covering:
    """What it takes beyond the single deviations."""
    deviations = []
    for case in _covered(contract, 1, evidence):
        # What AWS misprints in its sample is of no choice, and what stands beside it could hide
        # behind that.
        if None not in case.labels.values() and not _has_choice_alone(contract, case.labels):
            deviations.append(_described(case.labels))
    combined = contract.with_evidence(evidence).in_combinations()
    return covering(combined, strength, deviations)


def _has_choice_alone(contract: Contract, labels: Mapping[str, str | None]) -> bool:
    """Whether any choice of an event is one that is tried alone."""
    return any(
        label is not None and contract.by_path[path][label].alone for path, label in labels.items()
    )


def combinations(contract: Contract, strength: int, evidence: Evidence | None = None) -> int:
    """How many combinations of `strength` choices of different facets some event has."""
    return _array(contract, strength, evidence or Evidence.INFERRED).combinations


def ordinary_case(contract: Contract) -> Case:
    """The baseline event of a contract as a case."""
    return _case(contract, contract.ordinary)


def _described(labels: Mapping[str, str | None]) -> Labels:
    """The choices of an event without what no choice describes."""
    return {path: label for path, label in labels.items() if label is not None}


def future_cases(contract: Contract) -> tuple[Case, ...]:
    """Events as AWS may send them one day: the ordinary one with one thing that no schema has.

    The contract may be a narrowed one. That events of tomorrow look so is `inferred`.
    """
    # Few runs need it, and it needs the validators.
    from ecr_contracts.events.generate.novelties import NewThing, novelties

    listed = []
    for novelty in novelties(contract.kind):
        event = novelty.applied(contract.build(contract.ordinary))
        case_id = f"{contract.kind}/{FUTURE}/{novelty.name}"
        text = json_text.compact(event)
        is_of_kind = novelty.what is not NewThing.KIND
        labels = contract.recognise(event) if is_of_kind else {}
        listed.append(Case(case_id, contract.kind, labels, Evidence.INFERRED, text, novelty))
    return tuple(listed)


@cache
def invalid_cases(kind: str) -> tuple[InvalidCase, ...]:
    """The baseline with one mutation each, in the order of the event's keys."""
    contract = reader.contract(kind)
    listed = []
    for mutation in contract.mutations:
        event = contract.build(full_assignment(contract, mutation.needs))
        text = json_text.compact(mutation.applied(event))
        case_id = f"{kind}/{INVALID}/{mutation.name}"
        listed.append(InvalidCase(case_id, kind, mutation.path, text))
    return tuple(listed)


def case(case_id: str) -> Case:
    """The case of an id, also one that `edge_cases` does not list: choices joined by `+`.

    What the choices bring with them need not be named: `scan/failed` is `scan/failed+no-counts`.
    What a long list of choices is called in short is understood too: `case_names` says how.
    Raises UnknownNameError, or ImpossibleCaseError when they exclude each other.
    """
    kind, slash, name = case_id.partition("/")
    if not slash or not name:
        known = [case.id for case in edge_cases(kind)] if kind in kind_names() else kind_names()
        raise UnknownNameError("case", case_id, known)
    return case_of(reader.contract(kind), case_id)


def case_of(contract: Contract, case_id: str) -> Case:
    """The case of an id in a contract, which may be a narrowed one. Raises as `case` does."""
    name = case_id.partition("/")[2]
    if name.startswith(f"{FUTURE}/"):
        future = {case.id: case for case in future_cases(contract)}
        if case_id not in future:
            raise UnknownNameError("future case", case_id, future)
        return future[case_id]
    if name == SAMPLE and contract.sample is not None:
        return cases_of(contract)[0]
    if row := row_of(name):
        return _case_of_row(contract, case_id, row)
    if name == ORDINARY:
        wanted = {}
    elif is_coded(name):
        wanted = _choices_coded(contract, case_id, name)
    else:
        wanted = _choices_named(contract, case_id, name.split("+"))
    try:
        labels = full_assignment(contract, wanted)
    except ValueError as reason:
        raise ImpossibleCaseError(case_id, str(reason)) from None
    return _case(contract, labels)


def _case_of_row(contract: Contract, case_id: str, row: Row) -> Case:
    """The case of a row of a covering array. Raises UnknownNameError where it has fewer rows."""
    listed = _rows(contract, row.strength, row.evidence)
    if row.number > len(listed):
        raise UnknownNameError("case", case_id, [case.id for case in listed])
    return listed[row.number - 1]


def _choices_coded(contract: Contract, case_id: str, name: str) -> dict[str, str]:
    """The choices that a code stands for. Raises ImpossibleCaseError for a code of others."""
    labels = decoded(contract, name)
    if labels is None:
        problem = (
            "it is the code of an event of another version, or of one that a handler's rule or "
            "own values make (sample --for HANDLER)"
        )
        raise ImpossibleCaseError(case_id, problem)
    return labels


def _choices_named(contract: Contract, case_id: str, tokens: Sequence[str]) -> dict[str, str]:
    """The choices that some tokens name, by path. Raises as `case` does."""
    labels: dict[str, str] = {}
    key_sets = {key_set.token: key_set for key_set in contract.key_sets}
    chosen = [key_sets[token] for token in tokens if token in key_sets]
    for token in tokens:
        if token in key_sets:
            continue
        if token not in contract.by_token:
            known = [*contract.by_token, *key_sets]
            if len(tokens) == 1:  # these two stand alone, so they are no help beside other choices
                alone = [ORDINARY] if contract.sample is None else [SAMPLE, ORDINARY]
                known = [*alone, *known]
            raise UnknownNameError(f"choice of {with_article(contract.kind)} event", token, known)
        facet, choice = contract.by_token[token]
        other = labels.setdefault(facet.path, choice.label)
        if other != choice.label:
            problem = f"{facet.path} cannot be both {other!r} and {choice.label!r}"
            raise ImpossibleCaseError(case_id, problem)
    for key_set in chosen:
        try:
            labels |= _choices_of(contract, key_set, labels)
        except ValueError as reason:
            raise ImpossibleCaseError(case_id, str(reason)) from None
    return labels


def _choices_of(contract: Contract, key_set: KeySet, named: Labels | None = None) -> Labels:
    """The choices that a set of keys is short for, beside those that are `named` already.

    Raises ValueError with the reason where a contract, which may be narrowed, or what is named has
    no such set.
    """
    labels = {}
    for path, admitted in key_set.choices.items():
        label = (named or {}).get(path)
        facet = contract.by_path[path]
        possible = [one.label for one in facet.choices if one.schema_label in admitted]
        if not possible or (label is not None and label not in possible):
            raise ValueError(f"{path} cannot be as in {key_set.token}")
        labels[path] = label or possible[0]
    return labels


def invalid_case(case_id: str) -> InvalidCase:
    """The invalid case of an id (`scan/invalid/missing-account`). Raises UnknownNameError."""
    kind = case_id.partition("/")[0]
    known = {case.id: case for case in invalid_cases(reader.contract(kind).kind)}
    if case_id not in known:
        raise UnknownNameError("invalid case", case_id, known)
    return known[case_id]


def of_labels(contract: Contract, labels: Labels, digits: Digits | None = None) -> Case:
    """The case of an assignment; with digits, one of other values than the plainest.

    Raises ValueError with the reason when no event can have these choices together.
    """
    full = full_assignment(contract, labels)
    if digits is None:
        return _case(contract, full)
    return of_event(contract, contract.build(full, digits))


def of_event(contract: Contract, event: Mapping[str, Any]) -> Case:
    """The case of a valid event of whatever values."""
    labels = contract.recognise(event)
    described = _described(labels)
    text = json_text.compact(event)
    # An event of somebody else's may have what the contract knows as impossible.
    with suppress(ValueError):
        plain = of_labels(contract, described)
        if plain.text == text:
            return plain
    digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]
    case_id = f"{id_of(contract, described, LONGEST_ID)}{VALUED}{digest}"
    return Case(case_id, contract.kind, labels, contract.weakest_evidence(labels), text)


def _case(contract: Contract, labels: Labels) -> Case:
    """The case of a full assignment, with the plainest values."""
    shown: dict[str, str | None] = {}
    for facet in contract.varying:
        if facet.path in labels:
            shown[facet.path] = labels[facet.path]
    text = json_text.compact(contract.build(labels))
    evidence = contract.weakest_evidence(shown)
    return Case(id_of(contract, labels), contract.kind, shown, evidence, text)


def _sample(contract: Contract) -> Case:
    """The case of the event that AWS prints, misprints included."""
    text = sample_bytes(contract.sample or "").decode()
    labels = contract.recognise(json.loads(text))
    return Case(f"{contract.kind}/{SAMPLE}", contract.kind, labels, Evidence.DOCUMENTED, text)
