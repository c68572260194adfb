"""Why a pattern lets nothing of a kind through, and how that is known; how it is mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecr_contracts.core.findings import Evidence
from ecr_contracts.eventbridge.rules.advice.verdict import Correction
from ecr_contracts.eventbridge.rules.corrections.diff import difference
from ecr_contracts.eventbridge.rules.corrections.repair import Change, Repair, repair
from ecr_contracts.eventbridge.rules.matching.conditions import Exact
from ecr_contracts.eventbridge.rules.narrowing.demands import facets_by_name
from ecr_contracts.eventbridge.rules.narrowing.obstacles import Obstacle
from ecr_contracts.eventbridge.rules.pattern import Leaf, Pattern
from ecr_contracts.eventbridge.rules.proofs import KindProof, Proof, narrowed, prove, witness_of
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.model import Contract
from ecr_contracts.events.shapes import Object

__all__ = [
    "best_repair",
    "correction_of",
    "evidence_of",
    "likeliest_kind",
    "obstacles_of",
    "proved_correction",
    "said_by_others",
    "witness_of_data",
]

_MOST_BRANCHES = 8  # of a dead pattern whose leaves are all looked at


def best_repair(data: Mapping[str, Any]) -> Repair | None:
    """The repair that changes least; of equal ones that towards the kind of which more is known."""
    repairs = []
    for kind in kind_names():
        repaired = repair(kind, data)
        if repaired is not None:
            repairs.append(repaired)
    return min(repairs, key=lambda one: (one.cost, -_known_of(one.kind)), default=None)


def _known_of(kind: str) -> int:
    """How many choices of a kind are known by more than inference."""
    known = 0
    for facet in reader.contract(kind).facets:
        known += sum(choice.evidence > Evidence.INFERRED for choice in facet.choices)
    return known


def correction_of(
    data: Mapping[str, Any], changed: Mapping[str, Any], changes: tuple[Change, ...] = ()
) -> Correction | None:
    """A changed pattern with its witness; None where it lets nothing through."""
    return proved_correction(data, changed, changes, prove(changed).witness)


def proved_correction(
    data: Mapping[str, Any],
    changed: Mapping[str, Any],
    changes: tuple[Change, ...],
    witness: Mapping[str, Any] | None,
) -> Correction | None:
    """A changed pattern with an event that it lets through; None where it does not."""
    if witness is None or not Pattern.parse(changed).matches(witness):
        return None
    return Correction(changed, changes, difference(data, changed), witness)


def likeliest_kind(proof: Proof) -> str:
    """The kind that a pattern is about: of which it demands least that is never there."""
    told_by: set[str] = set()
    for name in kind_names():
        told_by |= {path for path, _ in reader.contract(name).discriminator}

    def distance(kind: KindProof) -> tuple[int, int]:
        unmet = proof.pattern.explain(reader.contract(kind.kind).baseline)
        apart = sum(mismatch.leaf.path in told_by for mismatch in unmet)
        return apart, -_known_of(kind.kind)

    return min(proof.kinds, key=distance).kind


def obstacles_of(proof: Proof, kind: str) -> tuple[Obstacle, ...]:
    """Every leaf that no event of a kind meets; what the narrowing says where there is none."""
    contract = reader.contract(kind)
    found: dict[Obstacle, None] = {}
    for branch in proof.pattern.branches[:_MOST_BRANCHES]:
        for leaf in branch:
            alone = _narrowed_to(kind, leaf)
            if alone is not None:
                found[alone] = None
    if not found:
        for proved in proof.kinds:
            if proved.kind == kind:
                found = dict.fromkeys(proved.narrowing.obstacles)
    # A leaf upon an object tells less than those that tell kinds apart.
    told_by = {path for path, _ in contract.discriminator}
    return tuple(sorted(found, key=lambda obstacle: obstacle.leaf.path not in told_by))


def said_by_others(obstacles: Sequence[Obstacle]) -> tuple[str, ...]:
    """The kinds that have a value which keeps events of another kind away, if it is one value.

    What tells kinds apart is not meant: that another kind was asked for is said anyway.
    """
    if len(obstacles) != 1:
        return ()
    leaf = obstacles[0].leaf
    if len(leaf.conditions) != 1 or not isinstance(leaf.conditions[0], Exact):
        return ()
    kinds: list[str] = []
    for kind in kind_names():
        contract = reader.contract(kind)
        facet = facets_by_name(contract).get(leaf.name)
        if facet is None or any(path == facet.path for path, _ in contract.discriminator):
            continue
        if any(leaf.conditions[0].value in choice.values for choice in facet.declared):
            kinds.append(kind)
    return tuple(kinds)


def _narrowed_to(kind: str, leaf: Leaf) -> Obstacle | None:
    narrowing = narrowed(kind, Pattern(((leaf,),)))
    if narrowing.contract is None and narrowing.obstacles:
        return narrowing.obstacles[0]
    return None


def evidence_of(contract: Contract, obstacles: Sequence[Obstacle]) -> Evidence:
    """How it is known that no event meets some leaves: by the choices that there are instead."""
    known = facets_by_name(contract)
    told_by = {path for path, _ in contract.discriminator}
    weakest = Evidence.DOCUMENTED
    for obstacle in obstacles:
        facet = known.get(obstacle.leaf.name)
        if facet is None:
            weakest = min(weakest, Evidence.REGISTRY)  # which lists all keys
            continue
        if facet.path in told_by or isinstance(facet.baseline.shape, Object):
            continue
        real = [choice.evidence for choice in facet.declared if not choice.hypothetical]
        weakest = min([weakest, max(real)])
    return weakest


def witness_of_data(kind: str, data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The ordinary one of the events of a kind that a pattern lets through; None without any."""
    if data is None:
        return None
    pattern = Pattern.parse(data)
    return witness_of(narrowed(kind, pattern), pattern)
