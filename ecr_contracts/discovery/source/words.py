"""The words of a consumer's source: the texts that it writes out, and the names that it uses.

Nothing is imported or run; docstrings are no words of the code.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ecr_contracts.discovery.source.alternatives import texts_with_alternative
from ecr_contracts.discovery.source.event_keys import EventKeys, event_keys
from ecr_contracts.discovery.source.modules import sources
from ecr_contracts.discovery.target import Target

__all__ = ["Words", "words_of"]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a source.

    `texts` are literals, and the names of what is imported. `names` are attributes, keywords and
    fields of classes, with hyphens in place of underscores, as keys of events have them. `tested`
    are the texts of tests that something else is done after, where they do not hold. `event` are
    the keys that are read off what the handler is given.
    """

    texts: frozenset[str]
    names: frozenset[str] = frozenset()
    tested: frozenset[str] = frozenset()
    event: EventKeys = EventKeys()  # noqa: RUF009 - it is frozen

    @property
    def all(self) -> frozenset[str]:
        """Texts and names together."""
        return self.texts | self.names


def words_of(target: Target) -> Words:
    """The words of the consumer's own source, and of what that imports from beside it."""
    texts: set[str] = set()
    names: set[str] = set()
    tested: set[str] = set()
    event = EventKeys()
    for number, source in enumerate(sources(target)):
        if number == 0:
            event = event_keys(source.reached, target.attribute)
        tested.update(texts_with_alternative(source.reached))
        for node in _without_docstrings(source.reached):
            match node:
                case ast.Constant(value=str(text)):
                    texts.add(text)
                case ast.alias(name=text):
                    texts.add(text)
                case (
                    ast.Attribute(attr=name)
                    | ast.keyword(arg=str(name))
                    | ast.AnnAssign(target=ast.Name(id=name))
                ):
                    names.add(name.replace("_", "-"))
    return Words(frozenset(texts), frozenset(names), frozenset(tested), event)


def _without_docstrings(statements: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Everything within some statements but expressions that stand alone, as docstrings do."""
    for statement in statements:
        nodes = list(ast.walk(statement))
        alone = {node.value for node in nodes if isinstance(node, ast.Expr)}
        yield from (node for node in nodes if node not in alone)
