"""Products: what alternatives of a rule admit, facet by facet, and what is in none of them.

A product says for some facets which labels they may have, each independent of the other; an event
is let through if it is in any product. What is in none is forbidden, as the constraints of the
narrowed contract.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ecr_contracts.core.findings import Evidence
from ecr_contracts.events.model import Constraint

__all__ = ["Product", "constraints_of", "forbidden_combinations", "simplified"]

MOST_FORBIDDEN = 600
"""Combinations that may be forbidden, so that time is bounded."""

Product = dict[str, frozenset[str]]
"""Labels that facets may have, by path; other facets may have any."""


def simplified(products: list[Product]) -> list[Product]:
    """Products of which none lies in another one; two that differ in one facet become one."""
    pending = products
    while True:
        kept: list[Product] = []
        changed = False
        for product in pending:
            for number, other in enumerate(kept):
                union = _union(other, product)
                if union is not None:
                    kept[number] = union
                    changed = True
                    break
            else:
                kept.append(product)
        if not changed:
            return kept
        pending = kept


def _union(product: Product, other: Product) -> Product | None:
    """One product for two, if they differ in one facet at the most, or one lies in the other."""
    if _lies_in(product, other):
        return other
    if _lies_in(other, product):
        return product
    if product.keys() != other.keys():
        return None
    differing = [path for path in product if product[path] != other[path]]
    if len(differing) != 1:
        return None
    path = differing[0]
    return product | {path: product[path] | other[path]}


def _lies_in(product: Product, other: Product) -> bool:
    """Whether a product admits nothing that another one does not admit."""
    return all(path in product and product[path] <= labels for path, labels in other.items())


def forbidden_combinations(
    products: Sequence[Product], kept: Mapping[str, frozenset[str]], order: Sequence[str]
) -> list[dict[str, frozenset[str]]] | None:
    """The combinations of labels, of those kept, that are in no product; None for too many.

    It is a decision diagram: facet by facet, in an order, labels are put together that the same
    products admit, and what remains of these products decides on. Where none remains, the labels on
    the way are forbidden. Facets that may have no label at all come last in the order, when what
    they lie within is decided.
    """
    known: dict[tuple[frozenset[int], int], list[dict[str, frozenset[str]]]] = {}

    def below(numbers: frozenset[int], depth: int) -> list[dict[str, frozenset[str]]]:
        if (numbers, depth) not in known:
            known[numbers, depth] = combinations(numbers, depth)
        return known[numbers, depth]

    def combinations(numbers: frozenset[int], depth: int) -> list[dict[str, frozenset[str]]]:
        if not numbers:
            return [{}]
        remaining = order[depth:]
        if any(products[number].keys().isdisjoint(remaining) for number in numbers):
            return []
        path = order[depth]
        groups: dict[frozenset[int], set[str]] = {}
        for label in kept[path]:
            admitting = frozenset(
                number for number in numbers if label in products[number].get(path, kept[path])
            )
            groups.setdefault(admitting, set()).add(label)
        found: dict[tuple[tuple[str, frozenset[str]], ...], set[str]] = {}
        for admitting, labels in groups.items():
            for rest in below(admitting, depth + 1):
                found.setdefault(tuple(rest.items()), set()).update(labels)
        longer: list[dict[str, frozenset[str]]] = []
        for rest_of, labels in found.items():
            is_any = labels == kept[path]
            longer.append(({} if is_any else {path: frozenset(labels)}) | dict(rest_of))
        return longer

    forbidden = below(frozenset(range(len(products))), 0)
    return None if len(forbidden) > MOST_FORBIDDEN else forbidden


def constraints_of(forbidden: Sequence[Mapping[str, frozenset[str]]]) -> Iterator[Constraint]:
    """The constraints that keep to what is forbidden; what a single facet decides is dropped."""
    for terms in forbidden:
        if len(terms) > 1:
            yield Constraint(
                tuple(terms.items()), "the rule lets no such event through", Evidence.DOCUMENTED
            )
