"""Mutations: the values that are wrong at a place in exactly one way, each with its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from ecr_contracts.core.json_path import Steps
from ecr_contracts.events.compile.keywords import Dialect, admits, is_nullable, is_within_bounds
from ecr_contracts.events.model import Mutation
from ecr_contracts.events.regexes import Digits
from ecr_contracts.events.shapes import same

_NamedValue = tuple[str, Any]

_OTHER_VALUES: dict[str, tuple[Any, ...]] = {
    "string": ("something-else", "x", ""),
    "integer": (-7, 7, 70),
    "boolean": (None, True, False),
}
"""What may stand in the place of a constant, the first that fits."""


def wrong_values(
    dialect: Dialect, steps: Steps, node: dict[str, Any], json_type: str, pointer: str
) -> Iterator[_NamedValue]:
    """Values that are wrong at a place in exactly one way, named."""
    name = f"{steps[-2]}-item" if isinstance(steps[-1], int) else str(steps[-1])
    if json_type == "null":
        yield f"text-{name}", "text"
        return
    if "const" in node or "enum" in node:
        yield from _not_listed(node, json_type, name)
        return
    if not is_nullable(node):
        yield f"null-{name}", None
    match json_type:
        case "object":
            yield f"list-{name}", []
        case "array":
            yield f"text-{name}", "text"
        case "boolean":
            yield f"text-{name}", "true"
        case "integer":
            yield from _wrong_numbers(node, name)
        case "number":
            yield f"text-{name}", "1"
            yield f"boolean-{name}", True
        case _:
            yield f"numeric-{name}", 7
            yield from _wrong_strings(dialect, node, name, pointer)


def _not_listed(node: dict[str, Any], json_type: str, name: str) -> Iterator[_NamedValue]:
    """A value that is neither the constant nor in the list, and right otherwise, if any is."""
    listed = [node["const"]] if "const" in node else node["enum"]
    rest = {key: value for key, value in node.items() if key not in {"const", "enum"}}
    for value in _OTHER_VALUES[json_type]:
        if not any(same(value, known) for known in listed) and admits(rest, value):
            yield f"wrong-{name}", value
            return


def _wrong_numbers(node: dict[str, Any], name: str) -> Iterator[_NamedValue]:
    low, high = node.get("minimum"), node.get("maximum")
    yield f"text-{name}", "1"
    fraction = _fraction(node, [bound for bound in (low, high) if bound is not None])
    if fraction is not None:
        yield f"fractional-{name}", fraction
    yield f"boolean-{name}", True
    if low is not None:
        yield f"negative-{name}" if low == 0 else f"low-{name}", low - 1
    if high is not None:
        yield f"high-{name}", high + 1


def _fraction(node: dict[str, Any], bounds: Iterable[int]) -> float | None:
    """A number with a fraction that lies between the bounds, if any does."""
    candidates = [1.5]
    for bound in bounds:
        candidates += [bound + 0.5, bound - 0.5]
    return next((number for number in candidates if is_within_bounds(node, number)), None)


def _wrong_strings(
    dialect: Dialect, node: dict[str, Any], name: str, pointer: str
) -> Iterator[_NamedValue]:
    if "pattern" in node:
        yield from _malformed(dialect, node, name, pointer)
        return
    if node.get("minLength"):
        yield f"short-{name}", "a" * (node["minLength"] - 1)
    if "maxLength" in node:
        yield f"long-{name}", "a" * (node["maxLength"] + 1)


def _malformed(
    dialect: Dialect, node: dict[str, Any], name: str, pointer: str
) -> Iterator[_NamedValue]:
    """Strings that miss a pattern and nothing else."""
    pattern = dialect.pattern(node["pattern"], pointer)
    word = pattern.word(Digits())
    lengths = {key: value for key, value in node.items() if key != "pattern"}
    # A control character is in no pattern, so the last one serves where the others do not.
    for candidate in (word[:-1], "", "?", "\x01" * len(word)):
        if not pattern.matches(candidate) and admits(lengths, candidate):
            yield f"malformed-{name}", candidate
            break
    if len(word) == node.get("maxLength"):
        yield f"newline-{name}", word + "\n"


def with_unique_names(mutations: list[Mutation]) -> Iterator[Mutation]:
    """The mutations, with the whole path in the name where two would be called the same."""
    names = [mutation.name for mutation in mutations]
    for mutation in mutations:
        if names.count(mutation.name) > 1:
            sort = mutation.name.partition("-")[0]
            place = "-".join("item" if isinstance(step, int) else step for step in mutation.steps)
            yield replace(mutation, name=f"{sort}-{place}")
        else:
            yield mutation
