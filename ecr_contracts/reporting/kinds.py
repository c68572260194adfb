"""The tables of the `kinds` command: all kinds in short, or all that is known of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ecr_contracts.core.findings import Evidence
from ecr_contracts.events.model import Choice, Contract
from ecr_contracts.reporting.terminal import write_line, write_wrapped

if TYPE_CHECKING:
    from rich.console import Console

_NAME_MARGIN = 2  # columns before what tells a kind apart
_LABEL_WIDTH = 14  # columns of a choice's label
_EVIDENCE_WIDTH = 11  # columns of its evidence
_NOTE_MARGIN = 2 + _LABEL_WIDTH + _EVIDENCE_WIDTH


def show_kinds(contracts: Iterable[tuple[Contract, int]], screen: Console) -> None:
    """Print of each kind its name, what tells it apart, and how many choices and cases it has."""
    rows = tuple(contracts)
    width = max((len(contract.kind) for contract, _ in rows), default=0) + 2
    for contract, cases in rows:
        discriminators = ", ".join(str(value) for _, value in contract.discriminator)
        choices = sum(len(facet.choices) for facet in contract.varying)
        numbers = f"{len(contract.varying)} facets, {choices} choices, {cases} cases"
        write_line(screen, (contract.kind.ljust(width), "bold"), (numbers, "dim"))
        write_wrapped(screen, (discriminators, ""), margin=_NAME_MARGIN)


def show_kind(contract: Contract, screen: Console) -> None:
    """Print each facet of a kind with its choices, their evidence and their names in case ids."""
    write_line(screen, (contract.title, "bold"))
    write_wrapped(screen, (contract.description, ""))
    for facet in contract.varying:
        screen.print()
        title = f"  {facet.title}" if facet.title else ""
        if len(facet.path + title) <= screen.width:
            write_line(screen, (facet.path, "bold cyan"), (title, "dim"))
        else:
            write_line(screen, (facet.path, "bold cyan"))
            write_line(screen, (title, "dim"))
        for choice in facet.choices:
            _show_choice(choice, screen, is_baseline=choice is facet.baseline)
    _show_constraints(contract, screen)


def _show_choice(choice: Choice, screen: Console, *, is_baseline: bool) -> None:
    """Print a choice as a row; its note stands below where the row has no room for it."""
    evidence = choice.evidence.value.ljust(_EVIDENCE_WIDTH)
    colour = "yellow" if choice.evidence is Evidence.INFERRED else "green"
    name = f"{choice.token} (baseline)" if is_baseline else choice.token
    row = [(f"  {choice.label:<{_LABEL_WIDTH}}", ""), (evidence, colour), (name, "dim")]
    note = f"  {choice.note}" if choice.note else ""
    if sum(len(words) for words, _ in row) + len(note) <= screen.width:
        write_line(screen, *row, (note, "dim"))
        return
    write_line(screen, *row)
    if choice.note:
        write_wrapped(screen, (choice.note, "dim"), margin=_NOTE_MARGIN)


def _show_constraints(contract: Contract, screen: Console) -> None:
    """Print which choices never go together, where the schema's own structure does not say so."""
    declared = [rule for rule in contract.constraints if not rule.structural]
    if not declared:
        return
    screen.print()
    write_line(screen, ("never together", "bold"))
    for rule in declared:
        terms = [f"{path} {' or '.join(sorted(labels))}" for path, labels in rule.terms]
        words = f"{', '.join(terms)}: {rule.because} ({rule.evidence})"
        write_wrapped(screen, (words, ""), margin=2)
