"""Verdicts on an event pattern: whether it is wrong, too wide or too narrow, and how to mend it.

Two verdicts are errors, since nothing is ever delivered: `invalid` and `dead`. All others are
advice (`advice`). A pattern may deserve several; they come in the order of their gravity.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ecr_contracts.core.errors import PatternError
from ecr_contracts.core.findings import Severity
from ecr_contracts.eventbridge.rules.advice.examined import Code, Examined
from ecr_contracts.eventbridge.rules.advice.idle import alternatives, no_source, redundant_leaves
from ecr_contracts.eventbridge.rules.advice.narrowness import too_narrow
from ecr_contracts.eventbridge.rules.advice.reasons import (
    best_repair,
    correction_of,
    evidence_of,
    likeliest_kind,
    obstacles_of,
    said_by_others,
)
from ecr_contracts.eventbridge.rules.advice.verdict import (
    GRAVITY,
    Cause,
    Correction,
    Name,
    Verdict,
)
from ecr_contracts.eventbridge.rules.advice.width import too_wide
from ecr_contracts.eventbridge.rules.corrections.invalid import accepted
from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.eventbridge.rules.proofs import Proof, prove
from ecr_contracts.eventbridge.rules.senders import other_senders
from ecr_contracts.events.compile import reader

__all__ = ["Cause", "Code", "Correction", "Judgement", "Name", "Verdict", "judge_pattern"]

_ADVICE = (alternatives, too_narrow, too_wide, no_source, redundant_leaves)


@dataclass(frozen=True)
class Judgement:
    """The verdicts on a pattern, and the proof that they rest on; no proof of an invalid one."""

    verdicts: tuple[Verdict, ...]
    proof: Proof | None = None

    @property
    def gravest(self) -> Verdict:
        """The first verdict."""
        return self.verdicts[0]

    @property
    def has_failed(self) -> bool:
        """Whether the pattern can deliver nothing."""
        return self.gravest.severity is Severity.ERROR


def judge_pattern(
    data: Mapping[str, Any] | str,
    unresolved: Iterable[str] = (),
    code: Code | None = None,
    proof: Proof | None = None,
) -> Judgement:
    """The verdicts on a pattern, as data or as JSON text.

    `unresolved` are paths at which its values are not known before it is deployed. `code` is that
    which it is for, as far as it is known: what it speaks of was asked for. `proof` is what
    `prove` has told of the pattern, where it was asked before.
    """
    try:
        proof = proof or prove(_as_data(data))
    except PatternError as error:
        return Judgement((_invalid(data, error),))
    if proof.is_dead:
        return Judgement((_dead(proof),), proof)
    if proof.is_undecided:
        return Judgement((Verdict(Name.UNKNOWN_KIND, Cause.UNDECIDED),), proof)
    if proof.is_of_others:
        senders = tuple(dict.fromkeys(other_senders(proof.pattern)))
        verdict = Verdict(Name.UNKNOWN_KIND, Cause.OTHER_SENDERS, subjects=senders)
        return Judgement((verdict,), proof)
    examined = Examined(proof, frozenset(unresolved), code)
    verdicts: list[Verdict] = []
    for advise in _ADVICE:
        verdicts += advise(examined)
    verdicts.sort(key=lambda verdict: GRAVITY[verdict.name])
    if not verdicts:
        verdicts.append(Verdict(Name.FINE, witness=proof.witness))
    return Judgement(tuple(verdicts), proof)


def _as_data(data: Mapping[str, Any] | str) -> Mapping[str, Any]:
    """A pattern as data. Raises PatternError, which tells line and column, for what is none."""
    if not isinstance(data, str):
        return data
    Pattern.parse(data)
    content: dict[str, Any] = json.loads(data)
    return content


def _content(data: Mapping[str, Any] | str) -> Mapping[str, Any] | None:
    """A pattern as data, if it is an object at all; of a key that stands twice the last."""
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError):
            return None
    return data if isinstance(data, Mapping) else None


def _invalid(data: Mapping[str, Any] | str, error: PatternError) -> Verdict:
    correction = None
    content = _content(data)
    if content is not None and (changed := accepted(content)) is not None:
        correction = correction_of(content, changed)
        if correction is None and (repaired := best_repair(changed)) is not None:
            correction = correction_of(content, repaired.data, repaired.changes)
    return Verdict(
        Name.INVALID,
        path=error.path,
        line=error.line,
        column=error.column,
        problem=error.problem,
        correction=correction,
    )


def _dead(proof: Proof) -> Verdict:
    repaired = best_repair(proof.data)
    kind = repaired.kind if repaired is not None else likeliest_kind(proof)
    obstacles = obstacles_of(proof, kind)
    correction = None
    if repaired is not None:
        correction = correction_of(proof.data, repaired.data, repaired.changes)
    return Verdict(
        Name.DEAD,
        path=obstacles[0].leaf.path if obstacles else "",
        kind=kind,
        leaf=obstacles[0].leaf if obstacles else None,
        said_by=said_by_others(obstacles),
        obstacles=obstacles,
        evidence=evidence_of(reader.contract(kind), obstacles),
        witness=correction.witness if correction else None,
        correction=correction,
    )
