"""Whether a pattern reaches a kind by values alone that are none of those known of it.

A set of values that is open admits what a pattern asks for, though nobody has ever seen it.
"""

from __future__ import annotations

from ecr_contracts.events.model import Contract

__all__ = ["is_guessed"]


def is_guessed(whole: Contract, narrowed: Contract) -> bool:
    """Whether a narrowed contract has a field with unknown values only, which the whole has not."""
    for facet in narrowed.facets:
        known = whole.by_path.get(facet.path)
        if known is None or known is facet:
            continue
        labels = {choice.label for choice in known.declared}
        if all(choice.schema_label not in labels for choice in facet.choices):
            return True
    return False
