"""Hypothesis strategies for whole events, valid ones or ones that are wrong in one way.

A strategy makes one draw of bytes, and `genome` reads a whole event from them: it explains how, why
nothing is filtered out, and how events shrink. Fixed fields (`pins`) settle the choices that belong
to them; the rest is free.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ecr_contracts.core import json_path
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate.case_notes import tell
from ecr_contracts.events.generate.genome import Genome
from ecr_contracts.events.generate.pins import PinnedFields, settled_labels
from ecr_contracts.events.kinds import usual_kinds
from ecr_contracts.events.model import Contract, Labels

__all__ = ["ecr_events", "events_of", "future_events", "invalid_events"]


def ecr_events(kind: str | None = None, **fixed: Any) -> SearchStrategy[dict[str, Any]]:
    """Valid events of a kind (of the usual kinds without one), as EventBridge delivers them.

    `fixed` holds fields that every event shall have, by keyword (`image_tags=[]`,
    `scan_status="FAILED"`) or by path (`**{"$.detail.finding-severity-counts.HIGH": 0}`), to a
    value, to a strategy, or to `MISSING` for an absent key; what hangs together with them (a
    repository's ARN, the counts of a failed scan) follows.

    Shrinks towards the kind's baseline: its choices first, then the plainest values. Reaches every
    choice of every facet; never draws an event that the schema refuses, unknown fields, or choices
    that exclude each other.

    Raises UnknownNameError for a kind or keyword that does not exist, PinError for a value that no
    valid event has.
    """
    if kind is None:
        return st.one_of([ecr_events(name, **fixed) for name in usual_kinds()])
    return events_of(reader.contract(kind), tells=True, **fixed)


def events_of(
    contract: Contract, *, tells: bool = False, **fixed: Any
) -> SearchStrategy[dict[str, Any]]:
    """Events of a contract as `ecr_events` draws them; the contract may be a narrowed one.

    With `tells`, Hypothesis is told of each which case it is. Raises as `ecr_events` does.
    """
    fields = PinnedFields(contract, fixed)
    drawn = {
        steps: value for steps, value in fields.values.items() if isinstance(value, SearchStrategy)
    }
    settled = {steps: value for steps, value in fields.values.items() if steps not in drawn}
    fields.event(settled)  # raises for values that no event has
    known = settled_labels(contract, settled)
    free = [
        facet for facet in contract.varying if facet.path not in known and not fields.covers(facet)
    ]
    genome = Genome.of(contract, free)
    genes = _bytes_of(genome)
    base = dict(contract.ordinary) | known

    # A composite, not `map`, since Hypothesis reports what `map` gives as a call with the bytes it
    # was made from.
    @st.composite
    def events(draw: st.DrawFn) -> dict[str, Any]:
        start, digits = genome.read(draw(genes), base)
        if drawn:
            pins = {
                steps: draw(drawn[steps]) if steps in drawn else value
                for steps, value in fields.values.items()
            }
            event: dict[str, Any] = fields.event(pins, start, digits)
            labels: Mapping[str, str | None] = contract.recognise(event) if tells else {}
        else:
            labels = full_assignment(contract, known, start)
            event = contract.build(labels, digits, fields.values)
        if tells:
            tell(contract, labels)
        return event

    return events()


def parts_of(kind: str, steps: json_path.Steps) -> SearchStrategy[Any]:
    """The objects that events of a kind have at a path, also where few events have any."""
    contract = reader.contract(kind)
    wanted: Labels = {}
    for depth in range(1, len(steps) + 1):
        facet = contract.by_path.get(json_path.show(steps[:depth]))
        if facet is None or len(facet.choices) == 1:
            continue
        filling = [
            choice.label
            for choice in facet.choices
            if contract.is_filled({facet.path: choice.label}, facet.path)
        ]
        wanted = {**wanted, facet.path: filling[0]}
    genome = Genome.of(contract, [facet for facet in contract.varying if facet.path not in wanted])
    genes = _bytes_of(genome)

    @st.composite
    def parts(draw: st.DrawFn) -> Any:
        start, digits = genome.read(draw(genes), dict(contract.ordinary))
        event = contract.build(full_assignment(contract, wanted, start), digits)
        return json_path.at(event, steps)

    return parts()


def invalid_events(kind: str | None = None) -> SearchStrategy[dict[str, Any]]:
    """Events that the contract refuses, wrong in one way each, else as `ecr_events` draws them.

    Shrinks towards the baseline with its first mutation. Raises UnknownNameError for a kind that
    does not exist.
    """
    if kind is None:
        return st.one_of([invalid_events(name) for name in usual_kinds()])
    contract = reader.contract(kind)
    genome = Genome.of(contract, contract.varying)
    genes = _bytes_of(genome)

    @st.composite
    def events(draw: st.DrawFn) -> dict[str, Any]:
        mutation = draw(st.sampled_from(contract.mutations))
        start, digits = genome.read(draw(genes), contract.ordinary)
        labels = full_assignment(contract, mutation.needs, start)
        return mutation.applied(contract.build(labels, digits))

    return events()


def future_events(kind: str | None = None) -> SearchStrategy[dict[str, Any]]:
    """Events as AWS may send them one day: with one thing new, else as `ecr_events` draws them.

    An unknown detail-type or action makes an event of no kind that is known; one more word of an
    open list, or one more key, leaves it valid. Shrinks towards the baseline with the first of
    them. Raises UnknownNameError for a kind that does not exist.
    """
    if kind is None:
        return st.one_of([future_events(name) for name in usual_kinds()])
    from ecr_contracts.events.generate.novelties import novelties

    contract, new_things = reader.contract(kind), novelties(kind)
    genome = Genome.of(contract, contract.varying)
    genes = _bytes_of(genome)

    @st.composite
    def events(draw: st.DrawFn) -> dict[str, Any]:
        start, digits = genome.read(draw(genes), contract.ordinary)
        event = contract.build(full_assignment(contract, {}, start), digits)
        fitting = [novelty for novelty in new_things if novelty.fits(event)]
        return draw(st.sampled_from(fitting)).applied(event)

    return events()


def _bytes_of(genome: Genome) -> SearchStrategy[bytes]:
    """As many bytes as a genome reads."""
    return st.binary(min_size=genome.size, max_size=genome.size)
