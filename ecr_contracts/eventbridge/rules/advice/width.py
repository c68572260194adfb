"""Too wide: events that a pattern lets through although it was hardly meant to.

These are kinds and actions that it does not tell apart, kinds without a contract, failures that it
says nothing of, empty texts, zeros, and objects, which a condition takes for absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Evidence
from ecr_contracts.core.json_path import Steps
from ecr_contracts.eventbridge.rules.advice.examined import Examined
from ecr_contracts.eventbridge.rules.advice.reasons import correction_of, witness_of_data
from ecr_contracts.eventbridge.rules.advice.verdict import Cause, Correction, Name, Verdict
from ecr_contracts.eventbridge.rules.corrections import written
from ecr_contracts.eventbridge.rules.corrections.meant import FAILURE_WORDS
from ecr_contracts.eventbridge.rules.proofs import KindProof, prove
from ecr_contracts.eventbridge.rules.undescribed import Undescribed
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import usual_kinds
from ecr_contracts.events.model import Choice, Facet
from ecr_contracts.events.shapes import Exactly
from ecr_contracts.events.siblings import siblings

__all__ = ["too_wide"]

_ACTION_KEY = "action-type"
_ACTION = f"$.detail.{_ACTION_KEY}"
_IS_THERE = [{"exists": True}]
_IS_NOT_EMPTY = [{"anything-but": [""]}]
_IS_ABOVE_ZERO = [{"numeric": [">", 0]}]


def too_wide(examined: Examined) -> Iterator[Verdict]:
    """The verdicts on what a pattern lets through and was not asked for."""
    proof = examined.proof
    if proof.untried and not proof.reached:
        yield _unknown(examined, Cause.ONLY_UNKNOWN)
        return
    kinds = list(_kinds(examined))
    if kinds:
        yield from kinds
        return
    if proof.untried:
        yield _unknown(examined, Cause.ALSO_UNKNOWN)
    yield from _failures(examined)
    yield from _empty_values(examined)


# --- kinds ----------------------------------------------------------------------------------------


def _unknown(examined: Examined, cause: Cause) -> Verdict:
    return Verdict(
        Name.UNKNOWN_KIND,
        cause,
        subjects=_titles(examined.proof.untried),
        evidence=Evidence.DOCUMENTED,
        witness=examined.proof.witness,
        correction=_with_keys(examined) if cause is Cause.ALSO_UNKNOWN else None,
    )


def _with_keys(examined: Examined) -> Correction | None:
    """The pattern that asks for the keys by which the kind that it lets through is told."""
    if len(examined.proof.reached) > 1:
        return None
    for kind in examined.proof.reached:
        for group in reader.contract(kind.kind).told_by_keys:
            changed = examined.with_leaf(group[0], _IS_THERE)
            if changed is not None and not prove(changed).untried:
                return correction_of(examined.data, changed)
    return None


def _titles(events: Sequence[Undescribed]) -> tuple[str, ...]:
    return tuple(one.title for one in events)


def _kinds(examined: Examined) -> Iterator[Verdict]:
    """The verdict on kinds that are let through together, and that nothing tells apart."""
    reached = examined.proof.reached
    apart = _not_told_apart(examined)
    if not apart:
        return
    others = [kind for kind in reached if not _is_spoken_of(kind, examined)]
    yield Verdict(
        Name.TOO_WIDE,
        Cause.ACTIONS if apart == {_ACTION} else Cause.KINDS,
        path=min(apart, key=len),
        subjects=(*_usual_first(reached), *_titles(examined.proof.untried)),
        evidence=Evidence.DOCUMENTED,
        witness=(others or reached)[-1].witness,
        correction=_to_kinds(examined, others),
    )


def _usual_first(kinds: Iterable[KindProof]) -> list[str]:
    """The names of kinds, those first that most rules are about."""
    return sorted((kind.kind for kind in kinds), key=lambda kind: kind not in usual_kinds())


def _not_told_apart(examined: Examined) -> set[str]:
    """The paths by which the kinds that are let through differ, and at which nothing is asked.

    Those are left out by which the code itself tells kinds apart. A kind that has never been seen
    with what is asked for is none that is let through, if another one has.
    """
    reached = [kind for kind in examined.proof.reached if not kind.is_guessed]
    if len(reached) < 2:
        return set()
    values: dict[str, set[Any]] = {}
    for kind in reached:
        for path, value in reader.contract(kind.kind).discriminator:
            values.setdefault(path, set()).add(value)
    apart: set[str] = set()
    for path, several in values.items():
        if len(several) > 1 and not examined.proof.always_names(path):
            apart.add(path)
    # Who asks for an action gets all that is done by it, as archives and restores.
    apart = {path for path in apart if not path.startswith("$.detail.") or path == _ACTION}
    code = examined.code
    if code is None:
        return apart
    known = set(code.kinds)
    if _ACTION_KEY in code.words:
        apart.discard(_ACTION)
        for name in code.kinds:
            known |= set(siblings(name))  # told apart by their actions
    if all(kind.kind in known for kind in reached):
        apart &= {_ACTION}
    return apart


def _is_spoken_of(kind: KindProof, examined: Examined) -> bool:
    """Whether the code speaks of a kind, and of the action that tells it from others."""
    code = examined.code
    if code is None or kind.kind not in code.kinds:
        return False
    action = dict(reader.contract(kind.kind).discriminator).get(_ACTION)
    actions = {
        dict(reader.contract(other.kind).discriminator).get(_ACTION)
        for other in examined.proof.reached
    }
    return action is None or action in code.words or code.words.isdisjoint(actions)


def _to_kinds(examined: Examined, others: Sequence[KindProof]) -> Correction | None:
    """The pattern for the only kind that the code speaks of."""
    meant = [kind for kind in examined.proof.reached if kind not in others]
    if len(meant) != 1:
        return None
    changed: Mapping[str, Any] | None = examined.data
    for path, value in reader.contract(meant[0].kind).discriminator:
        if changed is not None and not examined.proof.names(path):
            steps = [str(step) for step in json_path.parse(path)]
            changed = written.with_leaf(changed, steps, [value])
    return correction_of(examined.data, changed) if changed is not None else None


# --- failures -------------------------------------------------------------------------------------


def _failures(examined: Examined) -> Iterator[Verdict]:
    """The verdicts on failures that get through, although nothing is asked where they are told."""
    by_path: dict[str, list[tuple[KindProof, Facet]]] = {}
    for kind in examined.proof.reached:
        for facet in kind.contract.facets:
            is_told = bool(_failures_of(facet) and facet.baseline.values)
            if is_told and not examined.proof.names(facet.path):
                by_path.setdefault(facet.path, []).append((kind, facet))
    for path, places in by_path.items():
        words = set().union(*(_failures_of(facet) for _, facet in places))
        if not examined.words & {path.rpartition(".")[2], *words}:
            yield _failures_at(examined, path, places, sorted(words))


def _failures_at(
    examined: Examined,
    path: str,
    places: Sequence[tuple[KindProof, Facet]],
    words: Sequence[str],
) -> Verdict:
    kind, facet = places[0]
    failing = examined.with_leaf(path, list(words))
    succeeding = examined.with_leaf(path, list(facet.baseline.values[:1]))
    if succeeding is not None and not _reaches_as_much(examined, succeeding):
        succeeding = None
    return Verdict(
        Name.TOO_WIDE,
        Cause.FAILURES,
        path=path,
        subjects=tuple(words),
        kind=kind.kind if len(places) == 1 else "",
        evidence=min(
            _failures_of(facet)[word] for _, facet in places for word in _failures_of(facet)
        ),
        witness=witness_of_data(kind.kind, failing),
        correction=correction_of(examined.data, succeeding) if succeeding else None,
    )


def _reaches_as_much(examined: Examined, changed: Mapping[str, Any]) -> bool:
    """Whether a changed pattern lets events of the same kinds through: others lack such a key.

    What is known of the events of other senders says nothing of that.
    """
    if examined.proof.admits_others:
        return False
    kinds = [kind.kind for kind in examined.proof.reached]
    return [kind.kind for kind in prove(changed).reached] == kinds


def _failures_of(facet: Facet) -> dict[str, Evidence]:
    """The values of a facet that tell a failure, with their evidence; none if all of them do."""
    failures: dict[str, Evidence] = {}
    is_told = False
    for choice in facet.choices:
        values = [value for value in choice.values if value in FAILURE_WORDS]
        is_told |= len(values) < max(len(choice.values), 1)
        failures |= dict.fromkeys(values, choice.evidence)
    return failures if is_told else {}


# --- empty values ---------------------------------------------------------------------------------


def _empty_values(examined: Examined) -> Iterator[Verdict]:
    """The verdicts on texts and counts that are asked to be there, and may be empty or zero."""
    for place, conditions in written.leaves(examined.data):
        path = json_path.show(written.event_steps(place))
        if conditions != _IS_THERE or path in examined.unresolved:
            continue
        for kind in examined.proof.reached:
            empty = _empty_choice(kind.contract.by_path.get(path))
            if empty is not None:
                yield _empty_value(examined, kind, place, empty)
                break


def _empty_value(examined: Examined, kind: KindProof, place: Steps, empty: Choice) -> Verdict:
    (value,) = empty.values
    is_text = value == ""
    letting_through = written.replaced(examined.data, place, [value])
    wanted = _IS_NOT_EMPTY if is_text else _IS_ABOVE_ZERO
    changed = written.replaced(examined.data, place, wanted)
    return Verdict(
        Name.TOO_WIDE,
        Cause.EMPTY_TEXT if is_text else Cause.ZERO,
        path=json_path.show(written.event_steps(place)),
        place=place,
        kind=kind.kind,
        evidence=empty.evidence,
        witness=witness_of_data(kind.kind, letting_through),
        correction=correction_of(examined.data, changed),
    )


def _empty_choice(facet: Facet | None) -> Choice | None:
    """The choice of a facet that is an empty text or a zero; None if it has none, or no other."""
    if facet is None or len(facet.choices) < 2:
        return None
    for choice in facet.choices:
        if choice.shape in (Exactly(""), Exactly(0)) and choice.values[0] is not False:
            return choice
    return None
