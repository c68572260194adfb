"""The words of a source in JavaScript: texts, names, and the keys that are read off the event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ecr_contracts.discovery.javascript.alternatives import texts_with_alternative
from ecr_contracts.discovery.javascript.sources import sources
from ecr_contracts.discovery.javascript.tokens import Sort, Token, closing_of
from ecr_contracts.discovery.target import Target

__all__ = ["SourceWords", "parameter_of", "words_of_source"]

_EACH = ("map", "forEach", "filter", "some", "every", "flatMap", "find")
_DECLARING = ("const", "let", "var")
_EQUAL = ("===", "==")


@dataclass(slots=True)
class SourceWords:
    """The words of a source, in the sorts that `discovery.source.words.Words` has."""

    texts: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    tested: set[str] = field(default_factory=set)
    logged: set[str] = field(default_factory=set)
    turned_away: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)
    each: set[str] = field(default_factory=set)


def words_of_source(target: Target) -> SourceWords:
    """The words of a handler's own file, and of those near it that it imports."""
    words = SourceWords()
    elsewhere: set[str] = set()
    for number, source in enumerate(sources(target)):
        found = source.tokens
        logged, away = set(_logged(found)), set(_turned_away(found))
        words.tested.update(texts_with_alternative(found))
        for position, token in enumerate(found):
            if token.sort is Sort.TEXT:
                words.texts.add(token.text)
                (words.logged if position in logged else elsewhere).add(token.text)
                if position in away:
                    words.turned_away.add(token.text)
                elif position not in logged:
                    elsewhere.add(f"\0{token.text}")
            elif token.sort is Sort.NAME and _is_key(found, position):
                words.names.add(token.text.replace("_", "-"))
            elif token.sort is Sort.NAME and token.text[:1].isupper():
                words.texts.add(token.text)
        if number == 0:
            whole, each = _event_keys(found, target.attribute)
            words.whole |= whole
            words.each |= each
    words.logged -= elsewhere
    words.turned_away -= {text[1:] for text in elsewhere if text.startswith("\0")}
    return words


def _is_key(found: Sequence[Token], position: int) -> bool:
    """Whether a name is a key: read off something, or written in an object or a pattern."""
    before = found[position - 1] if position else None
    after = found[position + 1] if position + 1 < len(found) else None
    if before is not None and before.is_mark(".", "?."):
        return True
    in_braces = before is not None and before.is_mark("{", ",")
    return in_braces and after is not None and after.is_mark(":", ",", "}", "=")


def _logged(found: Sequence[Token]) -> Iterator[int]:
    """The positions of what is handed to a function of the console."""
    for position, token in enumerate(found):
        if (
            token.text == "console"
            and position + 3 < len(found)
            and found[position + 3].is_mark("(")
        ):
            yield from range(position, closing_of(found, position + 3))


def _turned_away(found: Sequence[Token]) -> Iterator[int]:
    """The positions of texts that lead to nothing but a return: `=== "DELETE") return;`."""
    for position, token in enumerate(found):
        if token.sort is not Sort.TEXT or not found[position - 1].is_mark(*_EQUAL):
            continue
        rest = [other for other in found[position + 1 : position + 4] if not other.is_mark("{")]
        if len(rest) >= 2 and rest[0].is_mark(")") and rest[1].text == "return":
            after = found[position + 2 : position + 6]
            if any(other.is_mark(";", "}") for other in after):
                yield position


# Keys of the event
# --------------------------------------------------------------------------------------------------


def _event_keys(found: Sequence[Token], attribute: str) -> tuple[set[str], set[str]]:
    """The keys that are read off what the handler is given, and off each element of that."""
    name, keys = _parameter(found, attribute.rpartition(".")[2])
    if not name:
        return set(keys), set()
    whole = set(_keys_of(found, {name}))
    elements = set(_elements(found, name))
    return whole, set(_keys_of(found, elements)) if elements else set()


def parameter_of(found: Sequence[Token], attribute: str) -> str:
    """What the handler of a name calls its first parameter; empty where that is not known."""
    return _parameter(found, attribute.rpartition(".")[2])[0]


def _parameter(found: Sequence[Token], attribute: str) -> tuple[str, list[str]]:
    """The name of the handler's first parameter, or the keys that it is taken apart into."""
    for position, token in enumerate(found):
        if token.text != attribute:
            continue
        for opening in range(position + 1, min(position + 8, len(found))):
            if found[opening].is_mark(";", ".") or found[opening].text in ("import", "require"):
                break
            if found[opening].is_mark("(") or found[opening - 1].text == "async":
                first = opening + 1 if found[opening].is_mark("(") else opening
                if first < len(found) and found[first].is_mark("{"):
                    return "", list(_names_in(found, first))
                if (
                    first < len(found)
                    and found[first].sort is Sort.NAME
                    and found[first].text != "function"
                ):
                    return found[first].text, []
    return "", []


def _names_in(found: Sequence[Token], opening: int) -> Iterator[str]:
    """The keys of a pattern in braces: `{ source, detail: { 'image-tag': tag } }` has two."""
    depth = 0
    for position in range(opening, closing_of(found, opening)):
        token = found[position]
        if token.is_mark("{", "[", "("):
            depth += 1
        elif token.is_mark("}", "]", ")"):
            depth -= 1
        elif (
            depth == 1
            and token.sort in (Sort.NAME, Sort.TEXT)
            and found[position - 1].is_mark("{", ",")
        ):
            yield token.text


def _keys_of(found: Sequence[Token], names: set[str]) -> Iterator[str]:
    """The keys that are read off some names."""
    for position, token in enumerate(found):
        if token.sort is not Sort.NAME or token.text not in names:
            continue
        if position and found[position - 1].is_mark(".", "?."):
            continue
        after = list(found[position + 1 : position + 4])
        if after and after[0].is_mark("?.") and len(after) > 1 and after[1].is_mark("["):
            after = after[1:]
        if len(after) > 1 and after[0].is_mark(".", "?.") and after[1].sort is Sort.NAME:
            yield after[1].text
        if len(after) > 2 and after[0].is_mark("[") and after[1].sort is Sort.TEXT:
            yield after[1].text
        yield from _taken_apart(found, position)
        if (
            position > 1
            and found[position - 1].text == "in"
            and found[position - 2].sort is Sort.TEXT
        ):
            yield found[position - 2].text


def _taken_apart(found: Sequence[Token], position: int) -> Iterator[str]:
    """The keys of a pattern that a name is taken apart into: `const { detail } = event`."""
    if position < 2 or not (found[position - 1].is_mark("=") and found[position - 2].is_mark("}")):
        return
    depth = 0
    for opening in range(position - 2, -1, -1):
        if found[opening].is_mark("}"):
            depth += 1
        elif found[opening].is_mark("{"):
            depth -= 1
            if depth == 0:
                if opening and found[opening - 1].text in _DECLARING:
                    yield from _names_in(found, opening)
                return


def _elements(found: Sequence[Token], name: str) -> Iterator[str]:
    """The names of elements: `for (const record of event)`, `event.map((record) => …)`."""
    for position, token in enumerate(found):
        if token.text != name or token.sort is not Sort.NAME:
            continue
        after = found[position + 1 : position + 2]
        if position > 1 and found[position - 1].text == "of" and after and after[0].is_mark(")"):
            yield found[position - 2].text
        rest = [one for one in found[position + 1 : position + 7] if one.text not in ("async", "(")]
        if len(rest) > 2 and rest[0].is_mark(".", "?.") and rest[1].text in _EACH:
            yield rest[2].text
