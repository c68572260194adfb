"""In which order kinds are given: first the kind that a consumer is for, so that it is shown.

Kinds whose events have the same keys fail alike, and the first of them is the example of a fault.
Whoever deploys what was pushed is not convinced by a deletion. Of usual kinds those come first that
the texts of the source speak of (`print("deployed the pushed image")`, `delete_audit.py`), where
they speak of some alone; else the schemas say which (`order`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ecr_contracts.discovery.source.words import words_of
from ecr_contracts.discovery.target import Target
from ecr_contracts.events.kinds import place_of, usual_kinds

__all__ = ["in_order"]


def in_order(kinds: Sequence[str], target: Target | None) -> tuple[str, ...]:
    """Kinds in the order in which a consumer is given them; its source is read where it decides."""
    usual = [kind for kind in kinds if kind in usual_kinds()]
    spoken_of = frozenset[str]()
    if len(usual) > 1 and target is not None:
        names = {target.attribute, target.file.name if target.file else ""}
        texts = words_of(target).texts | names
        spoken_of = frozenset(kind for kind in usual if _speak_of(texts, kind))
    return tuple(sorted(kinds, key=lambda kind: (kind not in spoken_of, *place_of(kind))))


def _speak_of(texts: Collection[str], kind: str) -> bool:
    """Whether some text has the name of a kind in it: "pushed" has that of pushes."""
    return any(kind in text.casefold() for text in texts)
