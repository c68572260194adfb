"""The answer to `kinds --why`: what is claimed of a field, on what ground, and what shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ecr_contracts.core.findings import Evidence
from ecr_contracts.core.text import listed, shortened, some_of
from ecr_contracts.events.provenance import Claim, Field, Provenance, Shown
from ecr_contracts.reporting.kinds import (
    meaning_in_words,
    show_heading,
    show_key_sets,
    show_questions,
    show_together,
    source_in_words,
    value_in_words,
)
from ecr_contracts.reporting.terminal import write_line, write_wrapped

if TYPE_CHECKING:
    from rich.console import Console

Cases = Mapping[tuple[str, str], Shown]

_MARGIN = 4  # columns before what a choice rests on
_MOST_CASES = 3  # cases that are named of each choice
_SHORTEST_VALUE = 12  # columns that a value has at least

_NO_SOURCE = "inferred: no page, no schema of the registry and no captured event has it"


def show_why(path: str, kinds: Iterable[tuple[Provenance, Cases]], screen: Console) -> None:
    """Print why each choice of a field is claimed; kinds of which the same is said come together.

    Kinds without the field are passed over.
    """
    alike: dict[tuple[object, ...], list[tuple[Provenance, Cases]]] = {}
    for known, cases in kinds:
        field = known.field(path)
        if field is not None:
            alike.setdefault(_said(known, field), []).append((known, cases))
    before: tuple[str, ...] = ()
    for index, group in enumerate(alike.values()):
        field = group[0][0].field(path)
        assert field is not None
        if (meaning := meaning_in_words(field)) != before:
            if index:
                screen.print()
            show_heading(field, screen)
            before = meaning
        screen.print()
        _show_group(field, group, screen)


def _said(known: Provenance, field: Field) -> tuple[object, ...]:
    """What is said of a field, to compare that of two kinds."""
    claims = []
    for claim in field.claims:
        choice = claim.choice
        values = tuple(map(repr, choice.values))
        claims.append((choice.label, values, choice.evidence, choice.note, claim.sources))
    about = [rule.because for rule in known.exclusions if field.path in rule.paths]
    about += [one.because for one in known.combinations if field.path in one.paths]
    facts = (field.types, field.description, field.is_always_there, field.within)
    return (
        *facts,
        tuple(claims),
        tuple(about),
        field.questions,
        field.key_sets,
        known.defects(field.path),
    )


def _show_group(field: Field, group: list[tuple[Provenance, Cases]], screen: Console) -> None:
    """Print the claims of the first kind of a group, which are those of all."""
    (known, cases), path = group[0], field.path
    names = [other.contract.kind for other, _ in group]
    write_wrapped(screen, (f"in {listed(names, 'and')} events", "bold"))
    for defect in known.defects(path):
        write_wrapped(screen, (f"AWS's sample: {defect}", "yellow"), margin=2)
    for claim in field.claims:
        _show_claim(claim, cases[path, claim.choice.label], screen)
    show_key_sets(field, screen)
    show_together(known, screen, path)
    show_questions(known, screen, path)


def _show_claim(claim: Claim, shown: Shown, screen: Console) -> None:
    """Print a choice with a value, then each source, what is worth knowing, and cases."""
    label = f"  {claim.choice.label}"
    room = max(screen.width - len(label) - 2, _SHORTEST_VALUE)
    value = shortened(value_in_words(claim, shown), room)
    write_line(screen, (label, "cyan"), (f"  {value}" if value else "", ""))
    for source in claim.sources:
        is_inferred = source.evidence is Evidence.INFERRED
        words = source_in_words(source) if source.text or not is_inferred else _NO_SOURCE
        write_wrapped(screen, (words, "yellow" if is_inferred else "green"), margin=_MARGIN)
    if claim.choice.note:
        write_wrapped(screen, (claim.choice.note, "dim"), margin=_MARGIN)
    write_wrapped(screen, (f"shown by {some_of(shown.ids, _MOST_CASES)}", "dim"), margin=_MARGIN)
