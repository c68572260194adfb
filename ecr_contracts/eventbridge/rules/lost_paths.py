"""The paths of an input transformer that lead nowhere in any event that its rule lets through.

They are somebody's mistake: the words of CloudTrail in an event of ECR itself, a key that is
misspelt, a field of another kind. What is meant is guessed from the keys that there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from ecr_contracts.core import json_path
from ecr_contracts.eventbridge.rules.transformer import Shaping
from ecr_contracts.eventbridge.rules.world import World
from ecr_contracts.events.generate.cases import cases_of

__all__ = ["LostPath", "lost_paths"]

_ALIKE = 0.75  # of the letters of two keys


@dataclass(frozen=True, slots=True)
class LostPath:
    """A variable whose path leads nowhere, and the path that was meant (empty if none is like it).

    `InputPath` is a variable of its own name.
    """

    name: str
    path: str
    meant: str

    def in_words(self) -> str:
        """That it leads nowhere, and what was meant."""
        words = f"nothing is at {self.path} in any event that its rule lets through"
        return f"{words}; did you mean {self.meant}?" if self.meant else words


def lost_paths(shaping: Shaping, world: World) -> Iterator[LostPath]:
    """The paths that resolve for no event of a world; none where every event is in it."""
    if world.is_whole or not world.kinds:
        return
    lost = dict(shaping.paths)
    for kind in world.kinds:
        for case in cases_of(world.contract(kind)):
            if not lost:
                return
            missing = shaping(case.event).missing
            lost = {name: path for name, path in lost.items() if name in missing}
    for name, path in lost.items():
        meant = _meant(path, world)
        # Events without a contract may have a path that is like none of those that are known.
        if meant or not world.untried:
            yield LostPath(name, path, meant)


def _meant(path: str, world: World) -> str:
    """The path of a known key that is most like the last one of a path."""
    paths: dict[str, str] = {}
    for kind in world.kinds:
        for facet in world.contract(kind).facets:
            if isinstance(facet.steps[-1], str):
                paths.setdefault(_letters(facet.steps[-1]), json_path.show(facet.steps))
    keys = re.findall(r"[A-Za-z_-]+", path)
    likest = get_close_matches(_letters(keys[-1]) if keys else "", paths, 1, _ALIKE)
    return paths[likest[0]] if likest else ""


def _letters(key: str) -> str:
    """A key without what tells the spellings of one word apart."""
    return re.sub(r"[^a-z]", "", key.lower())
