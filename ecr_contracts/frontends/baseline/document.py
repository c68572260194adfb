"""A baseline as TOML: one table for each accepted finding, in an order that no run changes.

What stands under `[[accepted]]` is read strictly: a misspelt key would accept something else than
was meant. Comments are not kept when the file is written again; reasons are.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NoReturn

from ecr_contracts.core.errors import BaselineError, UnknownNameError, did_you_mean
from ecr_contracts.core.findings import Boundary, Condition
from ecr_contracts.core.text import shown
from ecr_contracts.engine.accepted.baseline import Baseline
from ecr_contracts.engine.accepted.entries import Entry
from ecr_contracts.engine.checks.catalog import CHECKS, check_named

__all__ = ["baseline_of", "text_of"]

_FORMAT = 1
_HEAD = """\
# Findings that are accepted, each with the reason why. They are known by their cause, not by their
# line: what is new, or wider, is told as before. `ecr-contracts check HANDLER --baseline FILE`
# reads this file, adds what is found with `--update-baseline --reason WHY`, and removes what is no
# longer found with `--prune`. Reasons may be edited by hand.
"""
_REQUIRED = ("consumer", "check", "kinds", "via", "reason")
_KEYS = (*_REQUIRED, "says", "exception", "doubt", "line", "cause")
_CONDITION_KEYS = ("path", "is", "boundary", "or")
_BOUNDARY_KEYS = ("measure", "from", "to", "text", "class", "not")
_DEEPEST = 2  # levels of alternatives: a finding has one


# --- reading --------------------------------------------------------------------------------------


def baseline_of(text: str, file: str) -> Baseline:
    """The baseline that a file holds. Raises BaselineError for whatever cannot be used."""
    try:
        document = tomllib.loads(text)
    except (ValueError, OverflowError, RecursionError) as error:
        raise _no_toml(text, file, error) from None
    known = document.keys() - {"format", "accepted"}
    for name in sorted(known):
        _refuse(file, name, f"no such key{did_you_mean(name, ('format', 'accepted'))}")
    if document.get("format") != _FORMAT:
        problem = f"it is {_FORMAT}, not {shown(document.get('format'))}"
        advice = "a newer ecr-contracts may have written it: install that, or write the file anew"
        raise BaselineError(file, "format", problem, advice)
    tables = document.get("accepted", [])
    if not isinstance(tables, list):
        _refuse(file, "accepted", "it is a list of tables, [[accepted]]")
    entries = []
    for number, table in enumerate(tables, 1):
        entries.append(_Reader(file, f"entry {number} of [[accepted]]").entry(table))
    return Baseline(tuple(entries))


def _no_toml(text: str, file: str, error: Exception) -> BaselineError:
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(("<<<<<<<", ">>>>>>>")):
            problem = "it holds the marks of a merge that was not finished"
            return BaselineError(file, f"line {number}", problem, "keep the entries of both sides")
    problem = f"it is not TOML: {str(error) or 'it is nested too deeply'}"
    return BaselineError(file, "", problem, _ADVICE)


_ADVICE = "mend it by hand, or remove it and accept anew: --update-baseline --reason WHY"


def _refuse(file: str, place: str, problem: str) -> NoReturn:
    raise BaselineError(file, place, problem, _ADVICE)


class _Reader:
    """Reads one entry; knows its place for messages."""

    def __init__(self, file: str, place: str) -> None:
        self._file, self._place = file, place

    def entry(self, table: Any) -> Entry:
        """The entry that a table says."""
        self._keys(table, _KEYS, "")
        for name in _REQUIRED:
            if name not in table:
                self._refuse("", f"it has no {name}")
        try:
            check = check_named(self._text(table, "check"))
        except UnknownNameError as error:
            self._refuse("check", str(error))
        reason = self._text(table, "reason")
        if not reason.strip():
            problem = "it is empty: say why this finding may stay"
            raise BaselineError(
                self._file, f"{self._place}, reason", problem, "or remove the entry, and mend it"
            )
        causes = self._list(table, "cause")
        return Entry(
            consumer=self._text(table, "consumer"),
            check=check.id,
            exception=self._text(table, "exception"),
            kinds=self._texts(table, "kinds"),
            via=self._texts(table, "via"),
            cause=tuple(self._condition(one, "cause", _DEEPEST) for one in causes),
            line=self._text(table, "line"),
            doubt=self._text(table, "doubt"),
            reason=reason,
            says=self._text(table, "says"),
        )

    def _condition(self, table: Any, key: str, deepest: int) -> Condition:
        self._keys(table, _CONDITION_KEYS, key)
        if "path" not in table or not table.keys() & {"is", "boundary"}:
            self._refuse(key, "a condition has a path, and says what is there (is or boundary)")
        if not deepest:
            self._refuse(key, "alternatives of alternatives say nothing more")
        boundary = None
        if "boundary" in table:
            boundary = self._boundary(table["boundary"], f"{key}.boundary")
        others = self._list(table, "or", key)
        return Condition(
            self._text(table, "path", key),
            self._texts(table, "is", key),
            boundary=boundary,
            others=tuple(self._condition(one, f"{key}.or", deepest - 1) for one in others),
        )

    def _boundary(self, table: Any, key: str) -> Boundary:
        self._keys(table, _BOUNDARY_KEYS, key)
        if "measure" not in table:
            self._refuse(key, "it has no measure")
        return Boundary(
            self._text(table, "measure", key),
            low=self._number(table, "from", key),
            high=self._number(table, "to", key),
            text=self._text(table, "text", key) or self._text(table, "class", key),
            is_class="class" in table,
            is_negated=table.get("not", False) is True,
        )

    def _keys(self, table: Any, known: tuple[str, ...], key: str) -> None:
        if not isinstance(table, dict):
            self._refuse(key, f"it is a table, not {shown(table)}")
        for name in table:
            if name not in known:
                inner = f"{key}.{name}" if key else name
                self._refuse(inner, f"no such key{did_you_mean(name, known)}")

    def _text(self, table: Mapping[str, Any], name: str, key: str = "") -> str:
        value = table.get(name, "")
        if not isinstance(value, str):
            self._refuse(f"{key}.{name}" if key else name, f"it is a text, not {shown(value)}")
        return value

    def _texts(self, table: Mapping[str, Any], name: str, key: str = "") -> tuple[str, ...]:
        values = self._list(table, name, key)
        if not all(isinstance(value, str) for value in values):
            self._refuse(f"{key}.{name}" if key else name, "it is a list of texts")
        return tuple(values)

    def _list(self, table: Mapping[str, Any], name: str, key: str = "") -> list[Any]:
        value = table.get(name, [])
        if not isinstance(value, list):
            self._refuse(f"{key}.{name}" if key else name, f"it is a list, not {shown(value)}")
        return value

    def _number(self, table: Mapping[str, Any], name: str, key: str) -> int | None:
        value = table.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            self._refuse(f"{key}.{name}", f"it is a whole number, not {shown(value)}")
        return value

    def _refuse(self, key: str, problem: str) -> NoReturn:
        _refuse(self._file, f"{self._place}, {key}" if key else self._place, problem)


# --- writing --------------------------------------------------------------------------------------


def text_of(baseline: Baseline) -> str:
    """The text of a baseline's file; one text for one baseline."""
    parts = [_HEAD, f"\nformat = {_FORMAT}\n"]
    for entry in sorted(baseline.entries, key=lambda entry: entry.order):
        parts.append("\n[[accepted]]\n")
        parts += [f"{line}\n" for line in _lines(entry)]
    return "".join(parts)


def _lines(entry: Entry) -> list[str]:
    lines = [f"consumer = {_string(entry.consumer)}"]
    lines.append(f"check = {_string(CHECKS[entry.check].code)} # {entry.check}")
    for name in ("says", "exception", "doubt", "line"):
        if value := getattr(entry, name):
            lines.append(f"{name} = {_string(value)}")
    lines.append(f"kinds = {_array(entry.kinds, _string)}")
    lines.append(f"via = {_array(entry.via, _string)}")
    if entry.cause:
        lines.append("cause = [")
        lines += [f"    {_condition(condition)}," for condition in entry.cause]
        lines.append("]")
    lines.append(f"reason = {_string(entry.reason)}")
    return lines


def _condition(condition: Condition) -> str:
    parts = [f"path = {_string(condition.path)}"]
    if condition.choices:
        parts.append(f"is = {_array(condition.choices, _string)}")
    if condition.boundary is not None:
        parts.append(f"boundary = {_boundary(condition.boundary)}")
    if condition.others:
        others = [replace(other, others=()) for other in condition.others]
        parts.append(f"or = {_array(others, _condition)}")
    return f"{{ {', '.join(parts)} }}"


def _boundary(boundary: Boundary) -> str:
    parts = [f"measure = {_string(boundary.measure)}"]
    if boundary.low is not None:
        parts.append(f"from = {boundary.low}")
    if boundary.high is not None:
        parts.append(f"to = {boundary.high}")
    if boundary.text or boundary.is_class:
        parts.append(f"{'class' if boundary.is_class else 'text'} = {_string(boundary.text)}")
    if boundary.is_negated:
        parts.append("not = true")
    return f"{{ {', '.join(parts)} }}"


def _array(values: Any, written: Callable[[Any], str]) -> str:
    return f"[{', '.join(map(written, values))}]"


def _string(text: str) -> str:
    """A text as a basic string of TOML; half a character, which TOML has no place for, as "?"."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")
