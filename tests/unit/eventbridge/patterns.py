"""Random patterns about ECR events: of keys, values and operators that fit, or nearly do."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ecr_contracts.core import json_path
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.model import Choice, Contract, Facet
from ecr_contracts.events.shapes import Exactly, Items, OneOf, Whole, Word

EXAMPLES = ("my-repo", "shop/api", "latest", "v1.4.2", "3862", "main-4f2a9c1", "team/service/app")


def leaf_names(contract: Contract) -> list[tuple[str, ...]]:
    """The keys of a contract's leaves."""
    names = {}
    for facet in contract.facets:
        steps = tuple(step for step in facet.steps if isinstance(step, str))
        names[steps] = None
    return list(names)


def values_of(contract: Contract, steps: tuple[str, ...]) -> list[Any]:
    """Some values that the leaf of a key has, or its elements."""
    values: list[Any] = []
    for facet in contract.facets:
        if tuple(step for step in facet.steps if isinstance(step, str)) != steps:
            continue
        for choice in facet.choices:
            match choice.shape:
                case Exactly(value) if not isinstance(value, dict | list):
                    values.append(value)
                case OneOf(listed):
                    values += listed[:3]
                case Word(frame=str(frame)) | Items(template=(str(frame), *_)) if frame:
                    values += _composed(contract, facet, choice)
                case Word(example=example):
                    values.append(example)
                case Whole(low, high, _, example):
                    values += [low, example, high]
    return values or ["anything"]


def _composed(contract: Contract, facet: Facet, choice: Choice) -> list[Any]:
    """Some texts of a choice that follow from other fields of an event."""
    values = []
    for region in contract.by_path["$.region"].choices[:2]:
        wanted = {facet.path: choice.label, "$.region": region.label}
        value = json_path.at(contract.build(full_assignment(contract, wanted)), facet.steps)
        values.append(value[0] if isinstance(value, list) else value)
    return values


def pieces(text: str) -> st.SearchStrategy[str]:
    """Parts of a text, the whole and nothing among them."""
    bounds = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    return bounds.map(lambda pair: text[min(pair) : max(pair)])


@st.composite
def text_conditions(draw: st.DrawFn, text: str) -> Any:
    """A condition that a text meets, nearly meets, or does not meet."""
    cut = draw(st.integers(0, len(text)))
    other = draw(st.sampled_from(EXAMPLES))
    start, end = text[:cut], text[cut:]
    return draw(
        st.sampled_from(
            [
                text,
                other,
                {"prefix": start},
                {"suffix": end},
                {"prefix": {"equals-ignore-case": start.upper()}},
                {"suffix": {"equals-ignore-case": end.title()}},
                {"equals-ignore-case": text.upper()},
                {"wildcard": f"{start}*"},
                {"wildcard": f"*{end}"},
                {"wildcard": f"{start[:3]}*{end[-3:]}"},
                {"wildcard": f"*{text[cut : cut + 3]}*" if text[cut : cut + 3] else "*"},
                {"anything-but": text},
                {"anything-but": [text, other]},
                {"anything-but": {"prefix": start or "x"}},
                {"anything-but": {"suffix": [end or "x", "-rc"]}},
                {"anything-but": {"wildcard": f"{start}*"}},
                {"anything-but": {"equals-ignore-case": text.upper()}},
                {"exists": True},
                {"exists": False},
            ]
        )
    )


@st.composite
def number_conditions(draw: st.DrawFn, number: int) -> Any:
    """A condition on a number."""
    bound = number + draw(st.sampled_from([-1, 0, 1, 0.5, 20_000]))
    above = bound + draw(st.sampled_from([1, 2.5, 100]))
    return draw(
        st.sampled_from(
            [
                number,
                bound,
                {"numeric": [">", bound]},
                {"numeric": [">=", bound]},
                {"numeric": ["<", bound]},
                {"numeric": ["<=", bound]},
                {"numeric": ["=", bound]},
                {"numeric": [">", bound, "<=", above]},
                {"numeric": [">=", bound, "<", above]},
                {"anything-but": number},
                {"anything-but": [number, number + 1]},
                {"exists": True},
                {"exists": False},
            ]
        )
    )


def constant_conditions(value: bool | None) -> st.SearchStrategy[Any]:
    """A condition on true, false or null."""
    return st.sampled_from([value, {"exists": True}, {"exists": False}])


@st.composite
def leaves(draw: st.DrawFn, contract: Contract, steps: tuple[str, ...]) -> list[Any]:
    """The array of a leaf."""
    conditions = []
    for _ in range(draw(st.integers(1, 2))):
        value = draw(st.sampled_from(values_of(contract, steps)))
        if isinstance(value, str):
            conditions.append(draw(text_conditions(value)))
        elif value is None or isinstance(value, bool):
            conditions.append(draw(constant_conditions(value)))
        else:
            conditions.append(draw(number_conditions(value)))
    return conditions


@st.composite
def branches(draw: st.DrawFn, contract: Contract) -> dict[str, Any]:
    """A pattern without `$or`."""
    names = leaf_names(contract)
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    pattern: dict[str, Any] = {}
    for steps in chosen:
        if any(other != steps and other[: len(steps)] == steps for other in chosen):
            continue  # a key is an object or a leaf
        inner = pattern
        for step in steps[:-1]:
            inner = inner.setdefault(step, {})
        inner[steps[-1]] = draw(leaves(contract, steps))
    return pattern


@st.composite
def patterns(draw: st.DrawFn, kind: str | None = None) -> dict[str, Any]:
    """A pattern about events of a kind, with `$or` now and then."""
    contract = reader.contract(kind or draw(st.sampled_from(kind_names())))
    if draw(st.integers(0, 3)):
        return draw(branches(contract))
    return {"$or": draw(st.lists(branches(contract), min_size=2, max_size=3))}
