"""The words of a consumer's source: the texts that it writes out, and the names that it uses.

Nothing is imported or run; docstrings are no words of the code.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ecr_contracts.discovery.javascript.words import words_of_source
from ecr_contracts.discovery.source.alternatives import (
    LOGGING,
    texts_turned_away,
    texts_with_alternative,
)
from ecr_contracts.discovery.source.event_keys import EventKeys, event_keys
from ecr_contracts.discovery.source.modules import sources
from ecr_contracts.discovery.target import Target, is_javascript

__all__ = ["LOGGING", "Words", "words_of"]

_LOGGED, _CLIENT = "logged", "client"
_SORTS = dict.fromkeys(LOGGING, _LOGGED) | dict.fromkeys(("client", "resource"), _CLIENT)
"""What is done with the texts that a function of some name is given."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a source.

    `texts` are literals, and the names of what is imported. `names` are attributes, keywords and
    fields of classes, with hyphens in place of underscores, as keys of events have them. `tested`
    are the texts of tests that something else is done after, where they do not hold. `logged` are
    texts that are only logged, `clients` those that only name a client of AWS. With the values of
    `turned_away` nothing is done. `event` are the keys that are read off what the handler is given.
    """

    texts: frozenset[str]
    names: frozenset[str] = frozenset()
    tested: frozenset[str] = frozenset()
    logged: frozenset[str] = frozenset()
    clients: frozenset[str] = frozenset()
    turned_away: frozenset[str] = frozenset()
    event: EventKeys = EventKeys()  # noqa: RUF009 - it is frozen

    @property
    def all(self) -> frozenset[str]:
        """Texts and names together."""
        return self.texts | self.names


def words_of(target: Target) -> Words:
    """The words of the consumer's own source, and of what that imports from beside it."""
    if is_javascript(target):
        return _words_of_javascript(target)
    texts: set[str] = set()
    names: set[str] = set()
    tested: set[str] = set()
    away: set[str] = set()
    elsewhere: set[str] = set()
    in_calls: dict[str, set[str]] = {"": set(), _LOGGED: set(), _CLIENT: set()}
    event = EventKeys()
    for number, source in enumerate(sources(target)):
        if number == 0:
            event = event_keys(source.reached, target.attribute)
        tested.update(texts_with_alternative(source.reached))
        turned_away = set(texts_turned_away(source.reached))
        calls = dict(_texts_of_calls(source.reached))
        for node in _without_docstrings(source.reached):
            match node:
                case ast.Constant(value=str(text)):
                    texts.add(text)
                    (away if node in turned_away else elsewhere).add(text)
                    in_calls[calls.get(node, "")].add(text)
                case ast.alias(name=text):
                    texts.add(text)
                case (
                    ast.Attribute(attr=name)
                    | ast.keyword(arg=str(name))
                    | ast.AnnAssign(target=ast.Name(id=name))
                ):
                    names.add(name.replace("_", "-"))
    return Words(
        frozenset(texts),
        frozenset(names),
        frozenset(tested),
        frozenset(in_calls[_LOGGED] - in_calls[""]),
        frozenset(in_calls[_CLIENT] - in_calls[_LOGGED] - in_calls[""]),
        frozenset(away - elsewhere),
        event,
    )


def _words_of_javascript(target: Target) -> Words:
    found = words_of_source(target)
    return Words(
        frozenset(found.texts),
        frozenset(found.names),
        frozenset(found.tested),
        logged=frozenset(found.logged),
        turned_away=frozenset(found.turned_away),
        event=EventKeys(frozenset(found.whole), frozenset(found.each)),
    )


def _texts_of_calls(statements: Iterable[ast.stmt]) -> Iterator[tuple[ast.AST, str]]:
    """The texts that are handed to a function that logs, or that makes a client, and to which."""
    for statement in statements:
        for node in ast.walk(statement):
            match node:
                case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
                    sort = _SORTS.get(name, "")
                    yield from ((inner, sort) for inner in ast.walk(node) if sort)


def _without_docstrings(statements: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Everything within some statements but expressions that stand alone, as docstrings do."""
    for statement in statements:
        nodes = list(ast.walk(statement))
        alone = {node.value for node in nodes if isinstance(node, ast.Expr)}
        yield from (node for node in nodes if node not in alone)
