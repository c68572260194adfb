"""What functions of Python make of values: a text parsed, a number, a compiled expression."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from ecr_contracts.discovery.source.comparisons.values import text_methods
from ecr_contracts.discovery.source.comparisons.values.atoms import (
    PARSED,
    UNKNOWN,
    Atoms,
    Collection,
    Expression,
    Field,
    Joined,
    Literal,
    Variable,
    changed,
)
from ecr_contracts.discovery.source.comparisons.values.event_fields import Form, forms_of, steps_of

__all__ = ["as_number", "as_text", "expressions", "framed", "is_container", "parsed"]


def is_container(atom: Any) -> bool:
    """Whether a value is an object or an array, of which the text is another one."""
    if isinstance(atom, Collection):
        return True
    place = steps_of(atom.path) if isinstance(atom, Field) else None
    return place is not None and Form.SCALAR not in forms_of(place[0])


def as_number(atoms: Atoms) -> Iterator[Any]:
    """The numbers that texts are made to."""
    for atom in atoms:
        yield changed(atom, ("number",)) if isinstance(atom, Field) else UNKNOWN


def parsed(atoms: Atoms) -> Iterator[Any]:
    """The data that texts are parsed to."""
    for atom in atoms:
        match atom:
            case Field():
                yield Field((*atom.path, PARSED))
            case Variable():
                yield changed(atom, ("parsed",))
            case _:
                yield UNKNOWN


def expressions(atoms: Atoms, call: ast.Call) -> Iterator[Any]:
    """The regular expressions that a call compiles."""
    ignore_case = text_methods.ignores_case(call.args[1:], call.keywords)
    for atom in atoms:
        match atom:
            case Literal(value=str(text)) if ignore_case is not None:
                yield Expression(text, ignore_case)
            case Variable():
                yield atom
            case _:
                yield UNKNOWN


def framed(parts: Sequence[Variable | Literal]) -> Any:
    """A variable between fixed texts, as what was done to it; a literal where there is none."""
    variable: Variable | None = None
    before = after = ""
    for part in parts:
        if isinstance(part, Variable):
            variable = part
        elif variable is None:
            before += str(part.value)
        else:
            after += str(part.value)
    if variable is None:
        return Literal.of(before)
    return changed(variable, ("framed", before, after)) if before or after else variable


def as_text(pieces: Sequence[Field | str]) -> Any:
    """Pieces of a text: one literal where all are texts, the field where it stands alone."""
    merged: list[Field | str] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece != "":
            merged.append(piece)
    if not merged:
        return Literal.of("")
    if len(merged) == 1:
        only = merged[0]
        return Literal.of(only) if isinstance(only, str) else only
    return Joined(tuple(merged))
