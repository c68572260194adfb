"""Flaws: the values that are wrong at a place in exactly one way, each with its name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.events.compile.keywords import Terms, admits, within
from ecr_contracts.events.model import Mutation
from ecr_contracts.events.regexes import Digits
from ecr_contracts.events.shapes import same


def wrong(
    terms: Terms, steps: json_path.Steps, node: dict[str, Any], sort: str, pointer: str
) -> list[tuple[str, Any]]:
    """Values that are wrong at a place in exactly one way, named."""
    name = f"{steps[-2]}-item" if isinstance(steps[-1], int) else str(steps[-1])
    if "const" in node or "enum" in node:
        values = [node["const"]] if "const" in node else node["enum"]
        rest = {key: value for key, value in node.items() if key not in {"const", "enum"}}
        candidates: dict[str, list[Any]] = {
            "string": ["something-else", "x", ""],
            "integer": [-7, 7, 70],
            "boolean": [None, True, False],
        }
        others = [
            value for value in candidates[sort] if not any(same(value, known) for known in values)
        ]
        return [(f"wrong-{name}", value) for value in others if admits(rest, value)][:1]
    found: list[tuple[str, Any]] = [(f"null-{name}", None)]
    match sort:
        case "object":
            found.append((f"list-{name}", []))
        case "array":
            found.append((f"text-{name}", "text"))
        case "boolean":
            found.append((f"text-{name}", "true"))
        case "integer":
            low, high = node.get("minimum"), node.get("maximum")
            found.append((f"text-{name}", "1"))
            halves = [
                1.5,
                *(
                    bound + half
                    for bound in (low, high)
                    if bound is not None
                    for half in (0.5, -0.5)
                ),
            ]
            found += [(f"fractional-{name}", value) for value in halves if within(node, value)][:1]
            found.append((f"boolean-{name}", True))
            if low is not None:
                found.append((f"negative-{name}" if low == 0 else f"low-{name}", low - 1))
            if high is not None:
                found.append((f"high-{name}", high + 1))
        case _:
            found.append((f"numeric-{name}", 7))
            if "pattern" in node:
                found += _malformed(terms, node, name, pointer)
            else:
                if node.get("minLength"):
                    found.append((f"short-{name}", "a" * (node["minLength"] - 1)))
                if "maxLength" in node:
                    found.append((f"long-{name}", "a" * (node["maxLength"] + 1)))
    return found


def _malformed(
    terms: Terms, node: dict[str, Any], name: str, pointer: str
) -> Iterable[tuple[str, str]]:
    """Strings that miss a pattern and nothing else."""
    pattern = terms.pattern(node["pattern"], pointer)
    word = pattern.word(Digits())
    lengths = {key: value for key, value in node.items() if key != "pattern"}
    # A control character is in no pattern, so the last one serves where the others do not.
    for bad in (word[:-1], "", "?", "\x01" * len(word)):
        if not pattern.matches(bad) and admits(lengths, bad):
            yield f"malformed-{name}", bad
            break
    if len(word) == node.get("maxLength"):
        yield f"newline-{name}", word + "\n"


def named_apart(mutations: list[Mutation]) -> Iterable[Mutation]:
    """The mutations, with the whole path in the name where two would be called the same."""
    taken = [mutation.name for mutation in mutations]
    for mutation in mutations:
        if taken.count(mutation.name) > 1:
            how = mutation.name.partition("-")[0]
            place = "-".join("item" if isinstance(step, int) else step for step in mutation.steps)
            yield replace(mutation, name=f"{how}-{place}")
        else:
            yield mutation
