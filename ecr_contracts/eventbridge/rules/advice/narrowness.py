"""Too narrow: events that a pattern keeps away although it was hardly meant to.

These are counts that are all wanted at once, zeros that are left out of the event instead, and
values of a leaf that are never met: misspelt ones, and those that other leaves exclude.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.findings import Evidence
from ecr_contracts.core.json_path import Steps
from ecr_contracts.eventbridge.rules.advice.examined import Examined
from ecr_contracts.eventbridge.rules.advice.reasons import (
    correction_of,
    evidence_of,
    likeliest_kind,
    obstacles_of,
    proved_correction,
    witness_of_data,
)
from ecr_contracts.eventbridge.rules.advice.verdict import Cause, Correction, Name, Verdict
from ecr_contracts.eventbridge.rules.corrections import written
from ecr_contracts.eventbridge.rules.corrections.meant import plain
from ecr_contracts.eventbridge.rules.corrections.repair import Change, repair
from ecr_contracts.eventbridge.rules.matching.conditions import Exists
from ecr_contracts.eventbridge.rules.narrowing.demands import facets_by_name
from ecr_contracts.eventbridge.rules.narrowing.obstacles import NO_VALUE, Obstacle
from ecr_contracts.eventbridge.rules.pattern import OR, Leaf, Pattern
from ecr_contracts.eventbridge.rules.proofs import IdleCondition, KindProof, narrowed, prove
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.shapes import Whole

__all__ = ["too_narrow"]

_ABSENT = {"exists": False}
_MANY = 10**6  # findings: more than any bound that is meant


def too_narrow(examined: Examined) -> Iterator[Verdict]:
    """The verdicts on what a pattern keeps away, and on values that are never met."""
    for kind in examined.proof.reached:
        for holder, counts in _counts(examined, kind).items():
            wanted = [leaf for leaf in counts if _wants_some(leaf)]
            if len(wanted) > 1:
                yield _all_wanted(examined, kind, holder, wanted)
            for leaf in counts:
                if _wants_zero(leaf):
                    yield _zero(examined, kind, leaf)
    for idle in examined.proof.idle_conditions:
        yield _idle(examined, idle)
    yield from _respelt(examined)


# --- counts ---------------------------------------------------------------------------------------


def _counts(examined: Examined, kind: KindProof) -> dict[Steps, list[Leaf]]:
    """The leaves upon counts that may be left out, by the path of the object that holds them.

    Of patterns without alternatives: with them it cannot be told which are meant together.
    """
    branches = examined.proof.pattern.branches
    if len(branches) > 1:
        return {}
    counts: dict[Steps, list[Leaf]] = {}
    whole = reader.contract(kind.kind)
    for leaf in branches[0]:
        facet = whole.by_path.get(leaf.path)
        if facet is None or facet.absent_label is None or leaf.path in examined.unresolved:
            continue
        if any(isinstance(choice.shape, Whole) for choice in facet.declared):
            counts.setdefault(leaf.steps[:-1], []).append(leaf)
    return counts


def _wants_some(leaf: Leaf) -> bool:
    """Whether a leaf wants a count that is there, and above zero."""
    return not leaf.admits_absence and not leaf.admits(0) and leaf.admits(_MANY)


def _wants_zero(leaf: Leaf) -> bool:
    """Whether a leaf admits that there are none, but not that the count is left out."""
    if leaf.admits_absence or Exists(True) in leaf.conditions:
        return False
    return leaf.admits(0)


def _all_wanted(
    examined: Examined, kind: KindProof, holder: Steps, wanted: Sequence[Leaf]
) -> Verdict:
    """The verdict on several counts that are all wanted; the event that is lost has one of them."""
    inner = dict(examined.at(holder))
    alternatives = []
    for leaf in wanted:
        key = leaf.steps[-1]
        alternatives.append({key: inner.pop(key)})
    inner[OR] = alternatives
    lost: dict[str, object] | None = dict(examined.data)
    for leaf in wanted[1:]:
        if lost is not None:
            lost = written.with_leaf(lost, leaf.steps, [0, _ABSENT])
    return Verdict(
        Name.TOO_NARROW,
        Cause.ALL_WANTED,
        path=json_path.show(holder),
        place=holder,
        kind=kind.kind,
        subjects=tuple(leaf.steps[-1] for leaf in wanted),
        leaf=wanted[0],
        evidence=Evidence.DOCUMENTED,
        witness=witness_of_data(kind.kind, lost),
        correction=correction_of(examined.data, written.replaced(examined.data, holder, inner)),
    )


def _zero(examined: Examined, kind: KindProof, leaf: Leaf) -> Verdict:
    """The verdict on a zero that is wanted, where the count is left out instead."""
    changed = examined.with_leaf(leaf.path, [*examined.at(leaf.steps), _ABSENT])
    return Verdict(
        Name.TOO_NARROW,
        Cause.ZERO_IS_LEFT_OUT,
        path=leaf.path,
        place=leaf.steps,
        kind=kind.kind,
        leaf=leaf,
        evidence=Evidence.DOCUMENTED,
        witness=witness_of_data(kind.kind, examined.with_leaf(leaf.path, [_ABSENT])),
        correction=correction_of(examined.data, changed) if changed else None,
    )


# --- single conditions ----------------------------------------------------------------------------


def _idle(examined: Examined, idle: IdleCondition) -> Verdict:
    """The verdict on a condition that no event meets."""
    place, leaf = idle.place, idle.leaf
    for kind in examined.proof.reached:
        correction = _as_meant(examined, idle, kind)
        if correction is not None:
            return Verdict(
                Name.TOO_NARROW,
                Cause.VALUE_MEANT,
                path=leaf.path,
                place=place,
                kind=kind.kind,
                leaf=leaf,
                said_by=tuple(_kinds_of(leaf)),
                evidence=_evidence(kind.kind, leaf),
                witness=correction.witness,
                correction=correction,
            )
    kinds = _kinds_of(leaf)
    correction = None
    if idle.is_impossible:
        *array, number = place
        rest = list(examined.at(tuple(array)))
        del rest[int(number)]
        changed = written.replaced(examined.data, tuple(array), rest)
        correction = correction_of(examined.data, changed)
    kind_name = kinds[0] if kinds else likeliest_kind(examined.proof)
    obstacles = () if idle.is_impossible else _obstacles_to(examined, idle, kinds)
    return Verdict(
        Name.REDUNDANT if idle.is_impossible else Name.TOO_NARROW,
        Cause.VALUE_NEVER if idle.is_impossible else Cause.VALUE_NOT_WITH_OTHERS,
        path=leaf.path,
        place=place,
        kind=kind_name,
        leaf=leaf,
        obstacles=obstacles,
        evidence=min(
            evidence_of(reader.contract(kind_name), obstacles), _evidence(kind_name, leaf)
        ),
        witness=examined.proof.witness,
        correction=correction,
    )


def _respelt(examined: Examined) -> Iterator[Verdict]:
    """The verdicts on values that no event is known to have, but in another spelling.

    The set of values is open there, so that they are met by what nobody has seen.
    """
    for place, conditions in written.leaves(examined.data):
        for number, condition in enumerate(conditions):
            meant = _in_another_spelling(examined, written.event_steps(place), condition)
            if meant is None or meant in conditions:
                continue
            changed = written.replaced(examined.data, (*place, number), meant)
            correction = correction_of(examined.data, changed)
            lost = written.with_only(written.replaced(examined.data, place, [meant]), place)
            kind = examined.proof.reached[0].kind
            witness = witness_of_data(kind, lost)
            alone = Pattern.parse(written.only_leaf(place, [condition]))
            is_open = narrowed(kind, alone).contract is not None
            if correction is None or witness is None or not is_open:
                continue
            (leaf,) = alone.branches[0]
            yield Verdict(
                Name.TOO_NARROW,
                Cause.VALUE_MEANT,
                path=leaf.path,
                place=(*place, number),
                kind=kind,
                leaf=leaf,
                evidence=_evidence(kind, leaf),
                witness=witness,
                correction=replace(
                    correction, changes=(_change(leaf, condition, meant),), witness=witness
                ),
            )


def _in_another_spelling(examined: Examined, steps: Steps, condition: object) -> str | None:
    """The value that a text stands for, where every kind that is reached knows only that."""
    name = ".".join(map(str, steps))
    meant: set[str] = set()
    for kind in examined.proof.reached if isinstance(condition, str) else ():
        facet = facets_by_name(reader.contract(kind.kind)).get(name)
        if facet is None or any(choice.recognises(condition) for choice in facet.declared):
            return None
        known = [value for choice in facet.declared for value in choice.values]
        same = [value for value in known if isinstance(value, str) and _alike(value, condition)]
        meant.update(same)
        if not same:
            return None
    return meant.pop() if len(meant) == 1 else None


def _alike(value: str, condition: object) -> bool:
    return plain(value) == plain(str(condition))


def _change(leaf: Leaf, condition: object, meant: str) -> Change:
    return Change(leaf.path, json_text.one_line(condition), json_text.one_line(meant))


def _evidence(kind: str, leaf: Leaf) -> Evidence:
    """How the values are known that there are at a key instead."""
    return evidence_of(reader.contract(kind), [Obstacle(leaf, NO_VALUE)])


def _as_meant(examined: Examined, idle: IdleCondition, kind: KindProof) -> Correction | None:
    """The pattern with the value that was meant in place of one that no event has."""
    others = _kinds_of(idle.leaf)
    if kind.kind in others or any(_tells_apart(other, idle.leaf) for other in others):
        return None
    array = idle.place[:-1]
    repaired = repair(kind.kind, written.only_leaf(array, [examined.at(idle.place)]))
    if repaired is None:
        return None
    meant = json_path.at(repaired.data, written.event_steps(array))
    if not isinstance(meant, list) or len(meant) != 1 or meant[0] in examined.at(array):
        return None
    changed = written.replaced(examined.data, idle.place, meant[0])
    gained = written.with_only(written.replaced(examined.data, array, meant), array)
    witness = witness_of_data(kind.kind, gained)
    return proved_correction(examined.data, changed, repaired.changes, witness)


def _kinds_of(leaf: Leaf) -> list[str]:
    """The kinds of which any event meets a leaf."""
    pattern = Pattern(((leaf,),))
    return [kind for kind in kind_names() if narrowed(kind, pattern).contract is not None]


def _tells_apart(kind: str, leaf: Leaf) -> bool:
    """Whether a leaf asks for what tells a kind from others."""
    return any(path == leaf.path for path, _ in reader.contract(kind).discriminator)


def _obstacles_to(
    examined: Examined, idle: IdleCondition, kinds: Sequence[str]
) -> tuple[Obstacle, ...]:
    """What keeps a condition from being met, together with the other leaves."""
    if not kinds:
        return ()
    array = idle.place[:-1]
    data = written.replaced(examined.data, array, [examined.at(idle.place)])
    return obstacles_of(prove(written.with_only(data, array)), kinds[0])
