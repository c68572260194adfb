"""What an event holds: the choices in which it differs from the ordinary one, in words."""

from __future__ import annotations

from collections.abc import Mapping

from ecr_contracts.core.text import listed
from ecr_contracts.events.conditions import condition, in_words, short_path
from ecr_contracts.events.generate.case_names import tokens_of
from ecr_contracts.events.model import Contract


def choices_in_words(
    contract: Contract, labels: Mapping[str, str | None]
) -> tuple[tuple[str, str], ...]:
    """Each choice that is not the baseline's: its name in case ids, and what it is.

    Keys that are absent together are one row where their set has a name.
    """
    known = {path: label for path, label in labels.items() if label is not None}
    rows = []
    for token, paths in tokens_of(contract, known).items():
        if token in contract.by_token:
            facet, choice = contract.by_token[token]
            words = in_words(contract, [condition(facet, {choice.label})])
        else:
            words = f"{listed([short_path(path) for path in paths], 'and')} are absent"
        rows.append((token, words))
    return tuple(rows)
