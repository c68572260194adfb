"""From conditions upon a text that is filled from fields of the event to conditions upon these.

The ARN of a scan's repository is such a text, made after a *template*:

    arn:{$.region|choice}:ecr:{$.region}:{$.account}:repository/{$.detail.repository-name}

A rule that wants `{"prefix": "arn:aws:ecr:eu-west-1:"}` of it wants `aws` of the partition,
`eu-west-1` of the region, and nothing of the account and the name. Each way to cut the wanted text
along the template is an *alternative*: wishes upon fields that are all to be met. What is wanted is
a sequence of characters and runs of anything (a glob), so a cut may lie within a run, which then
goes on in the next field. `anything-but` is turned round: for each way to cut what is excluded, any
of its fields has to be something else.

What a field may hold bounds the cuts: an account holds no colon, and a name has some characters.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ecr_contracts.eventbridge.rules.matching.conditions import (
    AnythingBut,
    Condition,
    EqualsIgnoreCase,
    Exact,
    Exists,
    Prefix,
    SameAddress,
    Suffix,
    Wildcard,
)
from ecr_contracts.eventbridge.rules.matching.wildcard import pieces_of
from ecr_contracts.eventbridge.rules.narrowing.demands import Aspect

__all__ = ["Alternative", "Field", "TemplatePart", "alternatives"]

MOST_ALTERNATIVES = 64
"""How many ways to meet one wish are followed up."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a template: which aspect of the facet at a path stands there, and what it holds.

    `may_be_empty` and `may_hold_colon` say what can be among its characters. For a label,
    `label_of` gives that of a value, None for one that the facet does not have.
    """

    path: str
    aspect: Aspect
    may_be_empty: bool = False
    may_hold_colon: bool = False
    label_of: Callable[[str], str | None] | None = field(default=None, compare=False)

    def may_be(self, piece: _Glob) -> bool:
        """Whether the field may be what a piece of a glob stands for."""
        if not piece:
            return self.may_be_empty
        return self.may_hold_colon or ":" not in piece


TemplatePart = str | Field
"""A part of a template: a text that stands there as it is, or a field."""

Alternative = dict[Field, tuple[Condition, ...]]
"""Conditions upon fields, all of which are to be met."""

_ANYTHING = None
_Glob = tuple[str | None, ...]
"""Characters and runs of anything (None)."""


def alternatives(
    conditions: Iterable[Condition], parts: Sequence[TemplatePart]
) -> list[Alternative] | None:
    """The ways to meet any of some conditions upon a filled template; none if there is no way.

    None stands for conditions that are not followed up: there are too many ways.
    """
    found: list[Alternative] = []
    for condition in conditions:
        ways = _ways(condition, parts)
        if ways is None:
            return None
        found += ways
        if len(found) > MOST_ALTERNATIVES:
            return None
    return _without_narrower(found)


def _ways(condition: Condition, parts: Sequence[TemplatePart]) -> list[Alternative] | None:
    match condition:
        case Exists(wanted=wanted):
            return [{}] if wanted else []
        case AnythingBut(excluded=excluded):
            return _ways_round(excluded, parts)
        case _:
            glob = _glob(condition)
            if glob is None:
                return []  # a number, true, false or null is no text
            return list(itertools.islice(_cuts(glob, parts, condition), MOST_ALTERNATIVES + 1))


def _ways_round(
    excluded: Iterable[Condition], parts: Sequence[TemplatePart]
) -> list[Alternative] | None:
    """The ways to be none of some texts: for each cut, any field is something else."""
    ways: list[Alternative] = [{}]
    for condition in excluded:
        glob = _glob(condition)
        if glob is None:
            continue
        for cut in _cuts(glob, parts, condition):
            otherwise: list[Alternative] = []
            for part, conditions in cut.items():
                otherwise.append({part: (AnythingBut(conditions),)})  # type: ignore[arg-type]
            if not otherwise:
                return []
            ways = _without_narrower([_both(way, other) for way in ways for other in otherwise])
            if len(ways) > MOST_ALTERNATIVES:
                return None
    return ways


def _both(way: Alternative, other: Alternative) -> Alternative:
    """Conditions of which all are to be met; several `anything-but` upon one field become one."""
    together = dict(way)
    for part, conditions in other.items():
        (mine,) = conditions
        before = together.get(part)
        if before is None:
            together[part] = conditions
            continue
        (theirs,) = before
        assert isinstance(mine, AnythingBut)
        assert isinstance(theirs, AnythingBut)
        excluded = dict.fromkeys((*theirs.excluded, *mine.excluded))
        together[part] = (AnythingBut(tuple(excluded)),)
    return together


# --- what is wanted, as a glob --------------------------------------------------------------------


def _glob(condition: Condition) -> _Glob | None:
    """The texts of a condition as a glob; None where it holds for no text."""
    match condition:
        case Exact(value=str(text)) | EqualsIgnoreCase(text=text) | SameAddress(text=text):
            return tuple(text)
        case Prefix(text=text):
            return (*text, _ANYTHING)
        case Suffix(text=text):
            return (_ANYTHING, *text)
        case Wildcard(text=text):
            tokens: list[str | None] = []
            for number, part in enumerate(pieces_of(text)):
                if number:
                    tokens.append(_ANYTHING)
                tokens.extend(part)
            return tuple(tokens)
        case _:
            return None


def _condition_of(glob: _Glob, *, ignore_case: bool) -> Condition | None:
    """The condition that a part of a glob is for one field; None if it is no condition at all."""
    if glob == (_ANYTHING,):
        return None
    if _ANYTHING not in glob:
        text = "".join(map(str, glob))
        return EqualsIgnoreCase(text) if ignore_case else Exact(text)
    if ignore_case and glob.count(_ANYTHING) == 1:
        letters = "".join(token for token in glob if token is not None)
        return Prefix(letters, True) if glob[-1] is None else Suffix(letters, True)
    escaped = ("*" if token is None else _escaped(token) for token in glob)
    return Wildcard("".join(escaped))


def _escaped(character: str) -> str:
    return f"\\{character}" if character in "*\\" else character


# --- cutting --------------------------------------------------------------------------------------


def _cuts(
    glob: _Glob, parts: Sequence[TemplatePart], condition: Condition
) -> Iterator[Alternative]:
    """The ways to cut a glob along the parts of a template."""
    ignore_case = isinstance(condition, EqualsIgnoreCase) or getattr(
        condition, "ignore_case", False
    )
    for pieces in _cut(glob, tuple(parts), ignore_case=ignore_case):
        cut: Alternative = {}
        for part, piece in pieces:
            wanted = _condition_of(piece, ignore_case=ignore_case)
            if wanted is not None:
                cut[part] = (wanted,)
        told = _without_labels_of_values(cut)
        if told is not None:
            yield told


def _without_labels_of_values(cut: Alternative) -> Alternative | None:
    """A cut without conditions on labels that follow from a value; None if they contradict it."""
    told = dict(cut)
    for part, conditions in cut.items():
        if part.label_of is None:
            continue
        for other, values in cut.items():
            if other.path == part.path and other.aspect is Aspect.VALUE:
                match values:
                    case (Exact(value=str(text)),):
                        label = part.label_of(text)
                        if label is None or not conditions[0].holds(label):
                            return None
                        del told[part]
    return told


def _cut(
    glob: _Glob, parts: tuple[TemplatePart, ...], *, ignore_case: bool
) -> Iterator[tuple[tuple[Field, _Glob], ...]]:
    """The pieces of a glob for the fields among the parts, in each way that there is."""
    if not parts:
        if all(token is _ANYTHING for token in glob):
            yield ()
        return
    part, *others = parts
    rest = tuple(others)
    if isinstance(part, str):
        for remaining in _after_literal(glob, part, ignore_case=ignore_case):
            yield from _cut(remaining, rest, ignore_case=ignore_case)
        return
    for piece, remaining in _halves(glob):
        if part.may_be(piece):
            for pieces in _cut(remaining, rest, ignore_case=ignore_case):
                yield ((part, piece), *pieces)


def _after_literal(glob: _Glob, text: str, *, ignore_case: bool) -> list[_Glob]:
    """What remains of a glob behind a literal text, in each way to match it."""
    remaining = {0}
    for character in text:
        following = set()
        for position in _with_runs_left(glob, remaining):
            if position == len(glob):
                continue
            token = glob[position]
            if token is _ANYTHING:
                following.add(position)
            elif token == character or (ignore_case and token.lower() == character.lower()):
                following.add(position + 1)
        remaining = following
    return [glob[position:] for position in sorted(remaining)]


def _with_runs_left(glob: _Glob, positions: Iterable[int]) -> set[int]:
    """Positions, and those behind the runs that begin there, since a run may be empty."""
    reached = set(positions)
    for position in positions:
        while position < len(glob) and glob[position] is _ANYTHING:
            position += 1
            reached.add(position)
    return reached


def _halves(glob: _Glob) -> Iterator[tuple[_Glob, _Glob]]:
    """The ways to cut a glob in two; a cut within a run leaves it on both sides."""
    for position in range(len(glob) + 1):
        if position < len(glob) and glob[position] is _ANYTHING:
            yield glob[: position + 1], glob[position:]
        else:
            yield glob[:position], glob[position:]


def _without_narrower(ways: Sequence[Alternative]) -> list[Alternative]:
    """The ways but for those that demand all that another one does, and more."""
    distinct: list[Alternative] = []
    for way in ways:
        if way not in distinct:
            distinct.append(way)
    kept = []
    for way in distinct:
        others = (other for other in distinct if other is not way)
        if not any(_demands_less(other, way) for other in others):
            kept.append(way)
    return kept


def _demands_less(way: Alternative, other: Alternative) -> bool:
    """Whether a way demands nothing that another one does not demand too."""
    return all(
        part in other and _follows(conditions, other[part]) for part, conditions in way.items()
    )


def _follows(conditions: Sequence[Condition], others: Sequence[Condition]) -> bool:
    """Whether conditions hold where others do: alike ones, or ones that exclude no more."""
    if conditions == others:
        return True
    match conditions, others:
        case [AnythingBut(excluded=few)], [AnythingBut(excluded=many)]:
            return set(few) <= set(many)
        case _:
            return False
