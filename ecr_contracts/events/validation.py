"""Events against their schemas: which kind an event is, and where it departs from the contract.

Accepting is jsonschema-rs's task, for its speed; what is wrong with a refused event comes from
jsonschema, the reference, and where the two disagree the reference decides.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Severity, Violation
from ecr_contracts.core.text import listed
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names, schema_documents, schema_of
from ecr_contracts.events.model import Contract
from ecr_contracts.events.shapes import Absent

if TYPE_CHECKING:
    import jsonschema
    import jsonschema_rs

_PLAIN = {str, int, bool, type(None)}  # what needs no second look
_DEEPEST = 200  # levels of nesting; EventBridge events have 5, and recursion ends a little beyond


def validate(event: Any, kind: str | None = None) -> tuple[Violation, ...]:
    """Where an event departs from its contract; empty for an event that AWS may send just so.

    Without a kind, `$.source`, `$.detail-type` and `$.detail.action-type` say which contract
    applies; an event that none describes is one violation, naming the first of them that does not
    fit. Violations come in the order of the event's keys, errors before warnings. Warnings are
    advice: values that no evidence speaks for, keys that look like others. Raises UnknownNameError
    for a kind that does not exist.
    """
    if problem := _not_json(event):
        return (problem,)
    if kind is None:
        kind_or_problem = kind_of(event)
        if isinstance(kind_or_problem, Violation):
            return (kind_or_problem,)
        kind = kind_or_problem
    contract = reader.contract(kind)
    errors = () if _accepted(contract, event) else _errors(contract, event)
    return (*errors, *_advice(contract, event, {error.path for error in errors}))


def is_valid(event: Any, kind: str | None = None) -> bool:
    """Whether an event is one that AWS may send. Warnings do not count, and no details are worked out."""
    if _not_json(event):
        return False
    if kind is None:
        found = kind_of(event)
        if isinstance(found, Violation):
            return False
        kind = found
    contract = reader.contract(kind)
    return _accepted(contract, event) or not _errors(contract, event)


def kind_of(event: Any) -> str | Violation:
    """The kind whose contract applies to an event, or the violation that keeps every kind from it."""
    if not isinstance(event, dict):
        return Violation("$", event, "an event: a JSON object", "", keyword="type")
    candidates = [reader.contract(kind) for kind in kind_names()]
    for depth in range(max(len(contract.discriminator) for contract in candidates)):
        asked = [contract for contract in candidates if depth < len(contract.discriminator)]
        fitting = [
            contract
            for contract in asked
            if json_path.at(event, json_path.parse(contract.discriminator[depth][0]))
            == contract.discriminator[depth][1]
        ]
        if asked and not fitting and len(asked) == len(candidates):
            path = asked[0].discriminator[depth][0]
            wanted = sorted({str(contract.discriminator[depth][1]) for contract in asked})
            return _unknown_kind(event, path, wanted, asked[0])
        candidates = fitting or [contract for contract in candidates if contract not in asked]
    return candidates[0].kind


def _unknown_kind(event: Any, path: str, wanted: list[str], contract: Contract) -> Violation:
    steps = json_path.parse(path)
    value = json_path.at(event, steps)
    expected = listed([json.dumps(value) for value in wanted], "or")
    if value is MISSING:
        for depth in range(1, len(steps)):
            outer, where = json_path.at(event, steps[:depth]), json_path.show(steps[:depth])
            if outer is not MISSING and not isinstance(outer, dict):
                hint = _type_hint(contract, steps[:depth], outer, "object")
                return Violation(where, outer, contract.expectations[where], hint, keyword="type")
            if outer is MISSING:
                steps, expected = steps[:depth], contract.expectations[where]
                break
        parent = json_path.at(event, steps[:-1])
        hint = _misspelt(
            str(steps[-1]), parent, contract.known_keys.get(json_path.show(steps[:-1]), ())
        )
        return Violation(json_path.show(steps), MISSING, expected, hint, keyword="required")
    near = get_close_matches(
        str(value).lower(), [word.lower() for word in wanted], n=1, cutoff=0.75
    )
    exact = {word.lower(): word for word in wanted}
    hint = f"did you mean {exact[near[0]]!r}?" if near else "no contract describes such an event"
    return Violation(path, value, expected, hint, keyword="const")


# --- refusing -------------------------------------------------------------------------------------


def _not_json(event: Any) -> Violation | None:
    """What makes a Python value no JSON at all, though `json.loads` may give it: the first such thing."""
    stack: list[tuple[Any, json_path.Steps]] = [(event, ())]
    while stack:
        value, steps = stack.pop()
        if len(steps) > _DEEPEST:
            path = json_path.show(steps[:3]) + "…"
            return Violation(
                path, MISSING, f"at most {_DEEPEST} levels of nesting", "", keyword="type"
            )
        inner: list[tuple[Any, json_path.Steps]] = []
        match value:
            case dict():
                for key, found in value.items():
                    if not isinstance(key, str):
                        return Violation(
                            json_path.show(steps), key, "keys that are strings", "", keyword="type"
                        )
                    if type(found) not in _PLAIN:
                        inner.append((found, (*steps, key)))
            case list():
                inner = [
                    (found, (*steps, at))
                    for at, found in enumerate(value)
                    if type(found) not in _PLAIN
                ]
            case float() if not math.isfinite(value):
                hint = "JSON has neither NaN nor Infinity"
                return Violation(
                    json_path.show(steps), value, "a number that JSON has", hint, keyword="type"
                )
            case str() | int() | float() | None:
                pass
            case _:
                return Violation(
                    json_path.show(steps), value, "a value that JSON has", "", keyword="type"
                )
        stack += inner[::-1]
    return None


def _accepted(contract: Contract, event: Any) -> bool:
    try:
        return _fast(contract.kind).is_valid(event)
    except (ValueError, TypeError, OverflowError):  # lone surrogates, values it cannot convert
        return False


def _errors(contract: Contract, event: Any) -> tuple[Violation, ...]:
    found: dict[tuple[str, str], Violation] = {}
    for error in _reference(contract.kind).iter_errors(event):
        for violation in _worded(contract, error):
            found.setdefault((violation.path, violation.keyword), violation)
    # A length that is wrong together with the layout says nothing that the layout does not.
    for path, keyword in tuple(found):
        if keyword == "pattern":
            found.pop((path, "minLength"), None)
            found.pop((path, "maxLength"), None)
    return tuple(sorted(found.values(), key=lambda violation: _position(contract, violation.path)))


def _worded(contract: Contract, error: jsonschema.ValidationError) -> Iterator[Violation]:
    steps = tuple(error.absolute_path)
    keyword = str(error.validator)
    wanted: Any = error.validator_value
    value: Any = error.instance
    if keyword == "required":
        # jsonschema reports one missing key an error and names it in the message alone; the
        # instance tells it exactly.
        for key in wanted:
            if key not in value:
                path = json_path.show((*steps, key))
                expected = contract.expectations.get(path, "a value")
                hint = _misspelt(key, value, contract.known_keys.get(json_path.show(steps), ()))
                yield Violation(path, MISSING, expected, hint, keyword=keyword)
        return
    path = json_path.show(steps)
    expected = contract.expectations.get(_generic(steps), "") or contract.expectations.get(path, "")
    hint = ""
    match keyword:
        case "const":
            expected = json.dumps(wanted)
            hint = _near_value(value, [wanted])
        case "enum":
            expected = listed([json.dumps(word) for word in wanted], "or")
            hint = _near_value(value, wanted)
        case "type":
            hint = _type_hint(contract, steps, value, str(wanted))
        case "maxLength":
            trailing = isinstance(value, str) and value.endswith("\n")
            expected = f"at most {wanted} characters"
            hint = "take the line break at its end away" if trailing else f"it has {len(value)}"
        case "minLength":
            expected, hint = f"at least {wanted} characters", f"it has {len(value)}"
        case "minimum":
            expected = f"{wanted} or more"
        case "maximum":
            expected = f"{wanted} or less"
    yield Violation(path, value, expected or keyword, hint, keyword=keyword)


def _type_hint(contract: Contract, steps: json_path.Steps, value: Any, wanted: str) -> str:
    match value:
        case None:
            facet = contract.by_path.get(_generic(steps))
            optional = facet is not None and any(
                isinstance(choice.shape, Absent) for choice in facet.choices
            )
            return (
                "leave the key out: AWS sends no null here"
                if optional
                else "AWS sends no null here"
            )
        case bool():
            return ""
        case int() if wanted == "string":
            return f'write "{value}", in quotes'
        case str() if wanted == "integer" and value.isascii() and value.isdigit():
            return f"write {int(value)}, without quotes" if len(value) < 20 else ""
        case str() if wanted == "array":
            return "write a list, also for one"
        case str() if wanted == "object" and steps == ("detail",):
            return "the detail is an object, not JSON in a string"
    return ""


# --- advice ---------------------------------------------------------------------------------------


def _advice(contract: Contract, event: Any, refused: set[str]) -> Iterator[Violation]:
    found: list[Violation] = []
    for facet in contract.facets:
        for steps, value in _standing(event, facet.steps) if facet.advised else ():
            if (
                not any(choice.recognises(value) for choice in facet.declared)
                and json_path.show(steps) not in refused
            ):
                listed = [value for choice in facet.declared for value in choice.values]
                hint = _near_value(value, listed)
                found.append(
                    Violation(
                        json_path.show(steps),
                        value,
                        facet.expected,
                        hint,
                        Severity.WARNING,
                        "advice",
                    )
                )
    for path, known in contract.known_keys.items():
        for steps, value in _standing(event, json_path.parse(path)):
            for key in value if isinstance(value, dict) else ():
                meant = None if key in known else _meant(key, known, value)
                if meant and json_path.show((*steps, meant)) not in refused:
                    here, hint = json_path.show((*steps, key)), f"did you mean `{meant}`?"
                    found.append(
                        Violation(
                            here,
                            value[key],
                            "a key of the contract",
                            hint,
                            Severity.WARNING,
                            "advice",
                        )
                    )
    yield from sorted(found, key=lambda violation: _position(contract, violation.path))


def _standing(event: Any, steps: json_path.Steps) -> Iterator[tuple[json_path.Steps, Any]]:
    """The values that stand at a path, where an index stands for every element."""
    for depth, step in enumerate(steps):
        if isinstance(step, int):
            elements = json_path.at(event, steps[:depth])
            for index, element in enumerate(elements if isinstance(elements, list) else ()):
                for rest, value in _standing(element, steps[depth + 1 :]):
                    yield (*steps[:depth], index, *rest), value
            return
    if (value := json_path.at(event, steps)) is not MISSING:
        yield steps, value


# --- words ----------------------------------------------------------------------------------------


def _misspelt(key: str, present: Mapping[str, Any], known: tuple[str, ...]) -> str:
    """The hint for a missing key: a key that stands there and looks like it."""
    for candidate in present:
        if candidate not in known and _meant(candidate, (key,), {}):
            return f"rename `{candidate}`: did you mean `{key}`?"
    return "this key is always there"


def _meant(key: str, known: tuple[str, ...], present: Mapping[str, Any]) -> str | None:
    """The known key that an unknown one was probably meant to be, unless that one is there as well."""
    squeezed = {_squeezed(name): name for name in known if name not in present}
    if (found := squeezed.get(_squeezed(key))) is not None:
        return found
    near = get_close_matches(_squeezed(key), squeezed, n=1, cutoff=0.86)
    return squeezed[near[0]] if near else None


def _squeezed(key: str) -> str:
    return key.replace("-", "").replace("_", "").replace(" ", "").lower()


def _near_value(value: Any, known: list[Any]) -> str:
    if not isinstance(value, str):
        return ""
    words = {word.lower(): word for word in known if isinstance(word, str)}
    near = get_close_matches(value.strip().lower(), words, n=1, cutoff=0.75)
    return f"did you mean {words[near[0]]!r}?" if near else ""


def _generic(steps: json_path.Steps) -> str:
    """The path of the facet that speaks for a place: the first element stands for every one."""
    return json_path.show(0 if isinstance(step, int) else step for step in steps)


def _position(contract: Contract, path: str) -> tuple[int, ...]:
    """Where a path stands in the order of the schema's keys."""
    order = []
    steps = json_path.parse(path.rstrip("…"))
    for depth, step in enumerate(steps):
        known = contract.known_keys.get(_generic(steps[:depth]), ())
        order.append(
            step if isinstance(step, int) else known.index(step) if step in known else len(known)
        )
    return tuple(order)


# --- engines --------------------------------------------------------------------------------------


@cache
def _fast(kind: str) -> jsonschema_rs.Validator:
    import jsonschema_rs

    # References between the files are relative, and this is the address that jsonschema-rs resolves
    # them against.
    registry = jsonschema_rs.Registry(
        [(f"json-schema:///{name}", schema) for name, schema in schema_documents().items()]
    )
    return jsonschema_rs.validator_for(schema_of(kind), registry=registry)


@cache
def _reference(kind: str) -> jsonschema.Draft202012Validator:
    import jsonschema
    from referencing import Registry, Resource

    resources = [
        (name, Resource.from_contents(schema)) for name, schema in schema_documents().items()
    ]
    return jsonschema.Draft202012Validator(
        schema_of(kind), registry=Registry[Any]().with_resources(resources)
    )
