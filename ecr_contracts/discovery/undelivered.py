"""What a handler plainly handles and its rules never deliver: values that it compares a field with.

A value is handled if a branch of the code that is entered for it does more than to return or to
log. Nothing is run; what cannot be told says nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ecr_contracts.core import json_text
from ecr_contracts.core.text import listed, some_of
from ecr_contracts.discovery.mentions import kinds_mentioned
from ecr_contracts.discovery.source.branches.ways import acts
from ecr_contracts.discovery.source.modules import sources
from ecr_contracts.discovery.source.words import words_of
from ecr_contracts.discovery.target import Target
from ecr_contracts.eventbridge.rules.corrections.meant import same_sense
from ecr_contracts.eventbridge.rules.verdicts import Code
from ecr_contracts.eventbridge.rules.world import World
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.model import Contract

__all__ = ["HandledValue", "code_of", "handled_values", "undelivered_handled"]

_MOST = 5  # lines
_MOST_KINDS = 3  # that are named
_LETTER_CASE = ("upper", "lower", "strip")


@dataclass(frozen=True, slots=True)
class HandledValue:
    """A value of a key for which something is done, with the file and line of the comparison."""

    key: str
    value: str
    file: str
    line: int


def undelivered_handled(target: Target, world: World) -> list[str]:
    """What a handler handles and its rules never deliver, a line each; nothing without rules.

    Of rules that deliver nothing at all nothing more is said.
    """
    if world.is_whole or not (world.kinds or world.untried):
        return []
    lines: dict[str, None] = {}
    told: set[tuple[str, str]] = set()
    for handled in handled_values(target):
        if (handled.key, handled.value) in told:
            continue
        told.add((handled.key, handled.value))
        events = _events_with(handled, world)
        if events and not _is_delivered(handled, world):
            value = json_text.one_line(handled.value)
            reason = _meant_instead(handled, world) or f"its rule keeps {events} away"
            lines[
                f"the code handles {handled.key} {value} ({handled.file}:{handled.line}), "
                f"which is never delivered: {reason}"
            ] = None
    return list(lines)[:_MOST]


def _meant_instead(handled: HandledValue, world: World) -> str:
    """The word of the same sense that the events which are delivered have, if they all have one."""
    meant: dict[str, list[str]] = {}
    for kind in world.kinds:
        known = list(_values_at(reader.contract(kind), handled.key))
        if handled.value in known:
            return ""
        word = same_sense(handled.value, known)
        if word is not None:
            meant.setdefault(word, []).append(kind)
        elif known:
            return ""
    if len(meant) != 1:
        return ""
    ((word, kinds),) = meant.items()
    return f"{_some_kinds(kinds)} events say {json_text.one_line(word)}"


def _values_at(contract: Contract, key: str) -> Iterator[str]:
    """The texts that a key of the detail has, where they are listed."""
    for facet in contract.facets:
        if facet.steps[-1] == key:
            for choice in facet.choices:
                yield from (value for value in choice.values if isinstance(value, str))


def _some_kinds(kinds: Sequence[str]) -> str:
    if len(kinds) > _MOST_KINDS:
        return some_of(kinds, _MOST_KINDS)
    return listed(kinds, "and")


def code_of(targets: Iterable[Target]) -> Code:
    """What the code of some handlers speaks of together."""
    words: set[str] = set()
    kinds: set[str] = set()
    for target in targets:
        own = words_of(target)
        words |= own.all
        mentioned, telling = kinds_mentioned(own)
        if telling:
            kinds |= set(mentioned)
    return Code(frozenset(words), frozenset(kinds))


def _events_with(handled: HandledValue, world: World) -> str:
    """The events that have such a value, in words; nothing if it is no word of any kind.

    Of several kinds it is those of which the rules deliver others.
    """
    kinds = [kind for kind in kind_names() if _has(reader.contract(kind), handled)]
    delivered = [kind for kind in kinds if kind in world.kinds]
    return f"such {_some_kinds(delivered or kinds)} events" if kinds else ""


def _is_delivered(handled: HandledValue, world: World) -> bool:
    return any(_has(world.contract(kind), handled) for kind in world.kinds)


def _has(contract: Contract, handled: HandledValue) -> bool:
    """Whether any event of a contract has the value at the key, as one of a few that are known."""
    for facet in contract.facets:
        if facet.steps[-1] != handled.key:
            continue
        for choice in facet.choices:
            if handled.value in choice.values and choice.recognises(handled.value):
                return True
    return False


# --- the code -------------------------------------------------------------------------------------


def handled_values(target: Target) -> Iterator[HandledValue]:
    """The values for which a handler does something, of fields of its events."""
    for source in sources(target):
        finder = _Finder(source.reached)
        for key, constant in finder.found():
            if isinstance(constant.value, str):
                yield HandledValue(key, constant.value, source.file.name, constant.lineno)


class _Finder:
    """Finds the comparisons of one file that lead to a branch in which something is done."""

    def __init__(self, statements: Iterable[ast.stmt]) -> None:
        self._nodes = [node for statement in statements for node in ast.walk(statement)]
        self._keys: dict[str, set[str]] = {}
        for node in self._nodes:
            match node:
                case (
                    ast.Assign(targets=[ast.Name(name)], value=value)
                    | ast.NamedExpr(target=ast.Name(name), value=value)
                ):
                    self._keys.setdefault(name, set()).add(_key_read(value))

    def found(self) -> Iterator[tuple[str, ast.Constant]]:
        """The fields with the values for which something is done."""
        for node in self._nodes:
            match node:
                case ast.If(test=test, body=body):
                    yield from self._compared(test, acts=acts(body))
                case ast.Match(subject=subject, cases=cases):
                    key = self._key(subject)
                    for case in cases:
                        if key and acts(case.body):
                            yield from ((key, constant) for constant in _matched(case.pattern))

    def _compared(self, test: ast.expr, *, acts: bool) -> Iterator[tuple[str, ast.Constant]]:
        """The values for which the branch behind a test is entered, or those that it lets pass."""
        match test:
            case ast.BoolOp(values=values):
                for value in values:
                    yield from self._compared(value, acts=acts)
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                is_positive = isinstance(operator, ast.Eq | ast.In)
                is_negative = isinstance(operator, ast.NotEq | ast.NotIn)
                if (is_positive and acts) or (is_negative and not acts):
                    yield from self._sides(left, right)

    def _sides(self, left: ast.expr, right: ast.expr) -> Iterator[tuple[str, ast.Constant]]:
        for field, value in ((left, right), (right, left)):
            if key := self._key(field):
                yield from ((key, constant) for constant in _constants(value))

    def _key(self, node: ast.expr) -> str:
        """The key of an event whose value an expression is; empty where it is not told."""
        if isinstance(node, ast.NamedExpr):
            return _key_read(node.value)
        if isinstance(node, ast.Name):
            keys = self._keys.get(node.id, set())
            return next(iter(keys)) if len(keys) == 1 else ""
        return _key_read(node)


def _key_read(node: ast.expr) -> str:
    """The key that an expression reads: one with a hyphen, or one of the detail."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _LETTER_CASE:
            return _key_read(value)
        case ast.Subscript(value=holder, slice=ast.Constant(value=str(key))):
            pass
        case ast.Call(
            func=ast.Attribute(value=holder, attr="get"), args=[ast.Constant(value=str(key)), *_]
        ):
            pass
        case _:
            return ""
    return key if "-" in key or "detail" in ast.unparse(holder) else ""


def _constants(node: ast.expr) -> Iterator[ast.Constant]:
    match node:
        case ast.Constant():
            yield node
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            yield from (element for element in elements if isinstance(element, ast.Constant))


def _matched(pattern: ast.pattern) -> Iterator[ast.Constant]:
    """The values of a `case`."""
    match pattern:
        case ast.MatchValue(value=ast.Constant() as constant):
            yield constant
        case ast.MatchOr(patterns=patterns):
            for inner in patterns:
                yield from _matched(inner)
