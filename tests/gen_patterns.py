"""Regular expressions of the part that all engines read alike, and text that looks like them."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

_LITERALS = "aZ09_ -,:/@'\"~!%&=;<>#`"
_SYNTAX = "^$.*+?()[]{}|\\"


@dataclass(frozen=True)
class Made:
    """A piece of a pattern with what is known of its words: the plainest, the shortest and the
    longest length.
    """

    text: str
    plainest: str
    shortest: int
    longest: int


def _literal(character: str) -> Made:
    return Made(("\\" if character in _SYNTAX else "") + character, character, 1, 1)


_RANGES = [
    ("a-z", "a"),
    ("A-F", "A"),
    ("0-9", "0"),
    ("!-/", "!"),
    ("x", "x"),
    ("_", "_"),
    ("\\]", "]"),
    ("\\^", "^"),
]


def _character_class(parts: list[tuple[str, str]], dash: bool) -> Made:
    return Made("[" + "".join(text for text, _ in parts) + "-" * dash + "]", parts[0][1], 1, 1)


def _sequence(parts: list[Made]) -> Made:
    return Made(
        "".join(part.text for part in parts),
        "".join(part.plainest for part in parts),
        sum(part.shortest for part in parts),
        sum(part.longest for part in parts),
    )


def _group(branches: list[Made], opening: str) -> Made:
    return Made(
        opening + "|".join(branch.text for branch in branches) + ")",
        branches[0].plainest,
        min(branch.shortest for branch in branches),
        max(branch.longest for branch in branches),
    )


def _repeated(part: Made, quantifier: tuple[str, int, int]) -> Made:
    text, low, high = quantifier
    if not part.longest:
        return part
    return Made(part.text + text, part.plainest * low, part.shortest * low, part.longest * high)


_QUANTIFIERS = st.one_of(
    st.sampled_from([("?", 0, 1), ("*", 0, 8), ("+", 1, 9)]),
    st.integers(0, 3).map(lambda low: (f"{{{low}}}", low, low)),
    st.integers(0, 3).map(lambda low: (f"{{{low},}}", low, low + 8)),
    st.tuples(st.integers(0, 3), st.integers(0, 3)).map(
        lambda ends: (f"{{{min(ends)},{max(ends)}}}", min(ends), max(ends))
    ),
)
_CLASSES = st.builds(
    _character_class, st.lists(st.sampled_from(_RANGES), min_size=1, max_size=3), st.booleans()
)
_ATOMS = st.one_of(st.sampled_from(_LITERALS + _SYNTAX).map(_literal), _CLASSES)


def _composed(inner: st.SearchStrategy[Made]) -> st.SearchStrategy[Made]:
    sequences = st.lists(inner, max_size=3).map(_sequence)
    groups = st.builds(
        _group, st.lists(sequences, min_size=1, max_size=3), st.sampled_from(["(", "(?:"])
    )
    atoms = _ATOMS | groups
    return atoms | st.builds(_repeated, atoms, _QUANTIFIERS)


PATTERNS = st.lists(st.recursive(_ATOMS, _composed, max_leaves=6), max_size=4).map(_sequence)
"""Patterns without their anchors."""

PATTERN_LIKE = st.text(st.sampled_from("^$.*+?()[]{}|\\-,:=!<>&~ab1d0k\né")).map(
    lambda text: f"^{text}$"
)
"""Mostly refused: the characters that mean something, between anchors."""
