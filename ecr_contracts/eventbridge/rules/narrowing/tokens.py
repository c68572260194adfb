"""The names that choices of rules have in case ids: no two are alike, and none is a schema's.

A case is known by its id, so that two choices of one name would be one case, and one of them would
never be given. The choices of a schema keep their names, also where a rule keeps them away: an id
stands for no other choice behind a rule than without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ecr_contracts.events.generate.cases import INVALID, ORDINARY, SAMPLE
from ecr_contracts.events.model import Choice, Contract, Facet

__all__ = ["with_own_tokens"]


def with_own_tokens(facets: Sequence[Facet], schema: Contract) -> list[Facet]:
    """The facets of a narrowed contract with names that are their own; those that give way count.

    Of the parts of a schema's choice the one that has its name keeps it.
    """
    taken = {SAMPLE, ORDINARY, INVALID}
    for facet in schema.facets:
        taken |= {choice.token for choice in facet.choices}
    named: list[Facet] = []
    for facet in facets:
        of_schema = {choice.label: choice.token for choice in schema.by_path[facet.path].choices}
        renamed: dict[str, Choice] = {}
        for choice in facet.declared:
            if of_schema.get(choice.schema_label) == choice.token:
                continue
            token = _free(choice.token, taken)
            taken.add(token)
            if token != choice.token:
                renamed[choice.label] = replace(choice, token=token)
        named.append(_with_choices(facet, renamed) if renamed else facet)
    return named


def _free(token: str, taken: set[str]) -> str:
    """A name that is not taken: the wanted one, else that with a number."""
    number, free = 1, token
    while free in taken:
        number += 1
        free = f"{token}-{number}"
    return free


def _with_choices(facet: Facet, renamed: dict[str, Choice]) -> Facet:
    return replace(
        facet,
        choices=tuple(renamed.get(choice.label, choice) for choice in facet.choices),
        declared=tuple(renamed.get(choice.label, choice) for choice in facet.declared),
    )
