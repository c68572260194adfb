"""What a pattern need not say, or ought to: idle alternatives, redundant leaves, the source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Evidence
from ecr_contracts.core.json_path import Steps
from ecr_contracts.eventbridge.rules.advice.examined import Examined
from ecr_contracts.eventbridge.rules.advice.reasons import (
    best_repair,
    correction_of,
    evidence_of,
    likeliest_kind,
    obstacles_of,
    proved_correction,
    witness_of_data,
)
from ecr_contracts.eventbridge.rules.advice.verdict import Cause, Correction, Name, Verdict
from ecr_contracts.eventbridge.rules.corrections import written
from ecr_contracts.eventbridge.rules.corrections.repair import repair
from ecr_contracts.eventbridge.rules.matching.conditions import AnythingBut, Exact, Numeric
from ecr_contracts.eventbridge.rules.pattern import OR, Leaf
from ecr_contracts.eventbridge.rules.proofs import Alternative, prove
from ecr_contracts.events.compile import reader
from ecr_contracts.events.shapes import Object

__all__ = ["alternatives", "no_source", "redundant_leaves"]

_TELL_KINDS_APART = ("$.source", "$.detail-type", "$.detail.action-type")


# --- alternatives ---------------------------------------------------------------------------------


def alternatives(examined: Examined) -> Iterator[Verdict]:
    """The verdicts on alternatives of `$or` that let nothing through, or nothing more."""
    idle = examined.proof.idle_alternatives
    for alternative in idle:
        if alternative.is_unreachable:
            yield _unreachable(examined, alternative)
            continue
        rest = written.without(examined.data, {alternative.place})
        yield Verdict(
            Name.REDUNDANT,
            Cause.ALTERNATIVE,
            place=alternative.place,
            witness=_witness(alternative),
            correction=correction_of(examined.data, rest) if rest else None,
        )


def _unreachable(examined: Examined, alternative: Alternative) -> Verdict:
    only = prove(written.with_only(examined.data, alternative.place))
    repaired = best_repair(only.data)
    kind = repaired.kind if repaired is not None else likeliest_kind(only)
    obstacles = obstacles_of(only, kind)
    correction = None
    if repaired is not None:
        correction = _as_meant(examined, alternative.place, kind)
    if correction is None and (rest := written.without(examined.data, {alternative.place})):
        correction = correction_of(examined.data, rest)
    return Verdict(
        Name.UNREACHABLE_BRANCH,
        place=alternative.place,
        path=obstacles[0].leaf.path if obstacles else "",
        kind=kind,
        leaf=obstacles[0].leaf if obstacles else None,
        obstacles=obstacles,
        evidence=evidence_of(reader.contract(kind), obstacles),
        witness=_lost(examined, correction),
        correction=correction,
    )


def _lost(examined: Examined, correction: Correction | None) -> Mapping[str, object] | None:
    """The event that a correction lets through, if the pattern does not."""
    if correction is None or examined.proof.pattern.matches(correction.witness):
        return None
    return correction.witness


def _as_meant(examined: Examined, place: Steps, kind: str) -> Correction | None:
    """The pattern with an alternative as it was meant."""
    steps = written.event_steps(place)
    repaired = repair(kind, written.within(steps, examined.at(place)))
    if repaired is None:
        return None
    alternative = json_path.at(repaired.data, steps)
    if not isinstance(alternative, Mapping):
        return None
    changed = written.replaced(examined.data, place, alternative)
    witness = witness_of_data(kind, written.with_only(changed, place))
    return proved_correction(examined.data, changed, repaired.changes, witness)


def _witness(alternative: Alternative) -> Mapping[str, object] | None:
    for proof in alternative.proofs:
        if proof.witness is not None:
            return proof.witness
    return None


# --- the source -----------------------------------------------------------------------------------


def no_source(examined: Examined) -> Iterator[Verdict]:
    """The verdict on a pattern that does not ask who has sent an event."""
    proof = examined.proof
    if proof.always_names("$.source") or "$" in examined.unresolved:
        return
    sources = {events.source for events in proof.untried}
    for kind in proof.reached:
        for path, value in reader.contract(kind.kind).discriminator:
            if path == "$.source":
                sources.add(str(value))
    correction = None
    names_others = proof.names("$.detail-type") and proof.admits_others
    if len(sources) == 1 and not proof.names("$.source") and not names_others:
        changed = {"source": sorted(sources), **examined.data}
        correction = correction_of(examined.data, changed)
    yield Verdict(
        Name.NO_SOURCE,
        path="$.source",
        subjects=tuple(sorted(sources)),
        evidence=Evidence.DOCUMENTED,
        witness=proof.witness,
        correction=correction,
    )


# --- leaves ---------------------------------------------------------------------------------------


def redundant_leaves(examined: Examined) -> Iterator[Verdict]:
    """The verdicts on leaves that keep nothing away.

    What tells kinds apart is never too much, and neither are values that are listed: then all of
    them are asked for by name. A leaf upon an object hardly does what it was meant to.
    """
    for leaf in examined.proof.redundant_leaves:
        if leaf.path in (*_TELL_KINDS_APART, *examined.unresolved):
            continue
        is_object = _is_upon_object(examined, leaf)
        if not is_object and _lists_values(leaf):
            continue
        yield Verdict(
            Name.TOO_WIDE if is_object else Name.REDUNDANT,
            Cause.OBJECT_IS_ABSENT if is_object else Cause.LEAF,
            path=leaf.path,
            place=leaf.steps,
            leaf=leaf,
            kind=examined.proof.reached[0].kind,
            evidence=Evidence.DOCUMENTED,
            witness=examined.proof.witness,
            correction=_without(examined, leaf),
        )


def _is_upon_object(examined: Examined, leaf: Leaf) -> bool:
    """Whether a leaf is upon an object, in which no condition sees a value."""
    for kind in examined.proof.reached:
        facet = reader.contract(kind.kind).by_path.get(leaf.path)
        if facet and any(isinstance(choice.shape, Object) for choice in facet.declared):
            return True
    return False


def _lists_values(leaf: Leaf) -> bool:
    return all(isinstance(one, Exact | AnythingBut | Numeric) for one in leaf.conditions)


def _without(examined: Examined, leaf: Leaf) -> Correction | None:
    """The pattern without a leaf."""
    places = []
    for place, _ in written.leaves(examined.data):
        if written.event_steps(place) == leaf.steps:
            places.append(place)
    if len(places) != 1 or OR in places[0]:
        return None
    changed = written.without_leaf(examined.data, places[0])
    return correction_of(examined.data, changed) if changed else None
