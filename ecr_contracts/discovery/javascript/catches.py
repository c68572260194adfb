"""Where a source in JavaScript catches exceptions, and whether the event is lost with what it does.

Each `catch` that does not ask which exception it has gets a call at its head, so that what it
catches is known. The call stands in the line of the `catch`: no line moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecr_contracts.discovery.javascript.tokens import Sort, Token, closing_of

__all__ = ["CAUGHT", "Catch", "catches"]

CAUGHT = "__ecr_contracts_caught__"
"""The function that is called with what was caught, and the number of the place."""

_ERROR = "__ecr_contracts_error__"
_REPORTING = frozenset(["console", "logger", "log", "Logger", "winston", "JSON", "String"])
_TEXT_METHODS = frozenset(["toString", "stringify", "join", "toISOString", "slice", "trim"])
_ASKING = frozenset(["name", "code", "statusCode", "Code", "$metadata", "constructor", "message"])
_DECIDING = frozenset(["if", "switch", "for", "while", "throw", "new", "yield", "reject"])
_NO_FUNCTION = frozenset(["if", "for", "while", "switch", "catch", "with", "await"])


@dataclass(frozen=True, slots=True)
class Catch:
    """A place that catches: what is inserted where, and its line.

    `insertions` are texts with their offsets. `ends`: it only logs, prints or returns what says
    nothing of the exception, and so does what follows it in its function.
    """

    insertions: tuple[tuple[int, str], ...]
    line: int
    ends: bool


def catches(found: Sequence[Token], first_number: int = 0) -> list[Catch]:
    """The places of a source that catch any exception, in their order, numbered from a number."""
    places: list[Catch] = []
    for position, token in enumerate(found):
        if token.text != "catch" or token.sort is not Sort.NAME or token.start < 0:
            continue
        is_method = position > 0 and found[position - 1].is_mark(".", "?.")
        number = first_number + len(places)
        reader = _of_promise if is_method else _of_statement
        place = reader(found, position, number)
        if place is not None:
            places.append(place)
    return places


def _of_statement(found: Sequence[Token], position: int, number: int) -> Catch | None:
    """`catch (error) {…}` and `catch {…}`."""
    opening = position + 1
    name, binding = _ERROR, True
    if found[opening : opening + 1] and found[opening].is_mark("("):
        if opening + 3 >= len(found) or not found[opening + 2].is_mark(")"):
            return None
        name, binding = found[opening + 1].text, False
        opening += 3
    if opening >= len(found) or not found[opening].is_mark("{"):
        return None
    closing = closing_of(found, opening)
    body = found[opening + 1 : closing]
    if _asks(body):
        return None
    insertions = [(found[opening].end, f"{CAUGHT}({name}, {number});")]
    if binding:
        insertions.insert(0, (found[position].end, f" ({_ERROR}) "))
    ends = _only_reports(body) and _nothing_follows(found, position, closing + 1)
    return Catch(tuple(insertions), found[position].line, ends)


def _of_promise(found: Sequence[Token], position: int, number: int) -> Catch | None:
    """`.catch((error) => {…})`, also with a function, and with an expression for its body."""
    opening = position + 1
    if opening + 2 >= len(found) or not found[opening].is_mark("("):
        return None
    closing = closing_of(found, opening)
    at = opening + 1
    while found[at].text in ("async", "function", "("):
        at += 1
    name = found[at]
    if name.sort is not Sort.NAME:
        return None
    at += 1
    while at < closing and found[at].is_mark(")", "=>"):
        at += 1
    if at >= closing or at == opening + 2:
        return None
    body = found[at:closing]
    if _asks(body):
        return None
    ends = _only_reports(body) and _nothing_follows(found, position, closing + 1)
    if found[at].is_mark("{"):
        insertions = [(found[at].end, f"{CAUGHT}({name.text}, {number});")]
    else:
        insertions = [
            (found[at].start, f"({CAUGHT}({name.text}, {number}), "),
            (found[closing].start, ")"),
        ]
    return Catch(tuple(insertions), found[position].line, ends)


# What the code does with an exception
# --------------------------------------------------------------------------------------------------


def _asks(body: Sequence[Token]) -> bool:
    """Whether code asks which exception it has, and does something else for some."""
    decides = any(token.text in ("if", "switch") or token.is_mark("?", "&&") for token in body)
    for position, token in enumerate(body):
        if token.text == "instanceof":
            return True
        is_read = position > 0 and body[position - 1].is_mark(".", "?.")
        if decides and is_read and token.text in _ASKING:
            return True
    return False


def _only_reports(body: Sequence[Token]) -> bool:
    """Whether code does nothing but log, and return what is no failure."""
    for position, token in enumerate(body):
        if token.sort is Sort.NAME and token.text in _DECIDING:
            return False
        if token.is_mark("=") and not _is_declared(body, position):
            return False
        if token.is_mark("++", "--"):
            return False
        is_called = position > 0 and token.is_mark("(") and body[position - 1].sort is Sort.NAME
        if is_called and not _is_report(body, position - 1):
            return False
    return True


def _is_declared(body: Sequence[Token], position: int) -> bool:
    """Whether an assignment declares a name of its own: `const text = …`."""
    return position > 1 and body[position - 2].text in ("const", "let", "var")


def _is_report(body: Sequence[Token], position: int) -> bool:
    """Whether a call only reports, or tells a callback that all is well."""
    after = body[position + 2 : position + 3]
    if after and after[0].text == "null":
        return True
    if body[position].text in _TEXT_METHODS or body[position].text == "catch":
        return True
    start = position
    while start > 1 and body[start - 1].is_mark(".", "?."):
        start -= 2
    return body[start].text in _REPORTING or body[start].text in ("return", "async")


def _nothing_follows(found: Sequence[Token], position: int, after: int) -> bool:
    """Whether what follows in the function of a place only reports."""
    function = _function_around(found, position)
    if function is None:
        return False
    end = closing_of(found, function)
    if found[after : after + 1] and found[after].text == "finally":
        after = closing_of(found, after + 1) + 1
    rest: list[Token] = []
    at = after
    while at < end:
        if found[at].text == "else" and at + 1 < end and found[at + 1].is_mark("{"):
            at = closing_of(found, at + 1) + 1
            continue
        rest.append(found[at])
        at += 1
    return _only_reports(rest)


def _function_around(found: Sequence[Token], position: int) -> int | None:
    """Where the body of the function opens in which a place stands."""
    level = 0
    for at in range(position - 1, -1, -1):
        if found[at].is_mark("}"):
            level += 1
        elif found[at].is_mark("{"):
            if level:
                level -= 1
            elif _opens_function(found, at):
                return at
    return None


def _opens_function(found: Sequence[Token], opening: int) -> bool:
    """Whether a brace opens the body of a function, and not a block or an object."""
    if opening and found[opening - 1].is_mark("=>"):
        return True
    if not opening or not found[opening - 1].is_mark(")"):
        return False
    level = 0
    for at in range(opening - 1, -1, -1):
        if found[at].is_mark(")"):
            level += 1
        elif found[at].is_mark("("):
            level -= 1
            if level == 0:
                return at > 0 and found[at - 1].text not in _NO_FUNCTION
    return False
