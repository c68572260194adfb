"""Events against their schemas: which kind an event is, and where it departs from the contract.

Accepting is jsonschema-rs's task, for its speed; what is wrong with a refused event comes from
jsonschema, the reference, and where the two disagree the reference decides.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ecr_contracts.core import json_path, limits
from ecr_contracts.core.errors import UndescribedEventError
from ecr_contracts.core.findings import KNOWN_KEY, MISSING, Severity, Violation
from ecr_contracts.core.json_path import Steps
from ecr_contracts.core.text import listed
from ecr_contracts.events import strangers
from ecr_contracts.events.compile import reader
from ecr_contracts.events.compile.discriminators import Discriminator, discriminator
from ecr_contracts.events.hints import intended_key, missing_key_hint, near_value_hint, type_hint
from ecr_contracts.events.kinds import documents_of, kind_names, schema_path
from ecr_contracts.events.model import Contract, Facet

if TYPE_CHECKING:
    import jsonschema
    import jsonschema_rs

_PLAIN = {str, int, bool, type(None)}  # what needs no second look


def validate(event: Any, kind: str | None = None) -> tuple[Violation, ...]:
    """Where an event departs from its contract; empty for an event that AWS may send just so.

    Without a kind, `$.source`, `$.detail-type` and `$.detail.action-type` say which contract
    applies; an event that none describes is one violation: a note if somebody may well send it,
    such as another service, and an error if a known word is misspelt in it. Violations come in the
    order of the event's keys, errors before warnings. Warnings are advice: values that no evidence
    speaks for, keys that look like others. Raises UnknownNameError for a kind that does not exist.
    """
    if problem := _not_json(event):
        return (problem,)
    kind_or_problem = kind_or_violation(event) if kind is None else kind
    if isinstance(kind_or_problem, Violation):
        return (kind_or_problem,)
    contract = reader.contract(kind_or_problem)
    errors = () if _accepted(contract, event) else _errors(contract, event)
    return (*errors, *_advice(contract, event, {error.path for error in errors}))


def is_valid(event: Any, kind: str | None = None) -> bool:
    """Whether an event is one that a contract describes, and AWS may send so.

    Warnings do not count; details are not sought. An event that is only noted by `validate`, since
    no contract here describes it, is not valid.
    """
    if _not_json(event):
        return False
    kind_or_problem = kind_or_violation(event) if kind is None else kind
    if isinstance(kind_or_problem, Violation):
        return False
    contract = reader.contract(kind_or_problem)
    return _accepted(contract, event) or not _errors(contract, event)


# --- which kind -----------------------------------------------------------------------------------


def kind_of(event: Any) -> str:
    """The name of the kind whose contract applies to an event, such as "scan".

    The event need not be valid: what tells its kind is there. Raises UndescribedEventError for one
    that no contract describes; its `violation` says what keeps every kind from it.
    """
    kind = kind_or_violation(event)
    if isinstance(kind, Violation):
        raise UndescribedEventError(kind)
    return kind


def kind_or_violation(event: Any) -> str | Violation:
    """The kind whose contract applies to an event, or what keeps every kind from it."""
    if not isinstance(event, dict):
        return Violation("$", event, "an event: a JSON object", "", keyword="type")
    candidates = [discriminator(kind) for kind in kind_names()]
    for depth in range(max(len(candidate.constants) for candidate in candidates)):
        deciding = [candidate for candidate in candidates if depth < len(candidate.constants)]
        fitting = [candidate for candidate in deciding if candidate.has_constant(event, depth)]
        if fitting:
            candidates = fitting
        elif len(deciding) < len(candidates):
            candidates = [candidate for candidate in candidates if candidate not in deciding]
        elif deciding:
            return strangers.undescribed(event, deciding, depth)
    return _told_by_keys(event, candidates)


def _told_by_keys(event: Any, candidates: Sequence[Discriminator]) -> str | Violation:
    """The first of some kinds with the same constants whose keys an event has."""
    for candidate in candidates:
        if not any(candidate.missing_keys(event)):
            return candidate.kind
    missing = next(candidates[0].missing_keys(event))
    return strangers.without_keys(event, missing, candidates[0])


# --- what is no JSON ------------------------------------------------------------------------------


def _not_json(event: Any) -> Violation | None:
    """The first thing that makes a Python value no JSON, though `json.loads` may give it."""
    stack: list[tuple[Any, Steps]] = [(event, ())]
    while stack:
        value, steps = stack.pop()
        if len(steps) > limits.EVENT_LEVELS:
            path = f"{json_path.show(steps[:3])}…"
            expected = f"at most {limits.EVENT_LEVELS} levels of nesting"
            return Violation(path, MISSING, expected, "", keyword="type")
        violation = _not_json_itself(value, steps)
        if violation is not None:
            return violation
        stack += reversed(list(_inner_values(value, steps)))
    return None


def _not_json_itself(value: Any, steps: Steps) -> Violation | None:
    """What makes a value no JSON, whatever lies within it."""
    match value:
        case dict():
            for key in value:
                if not isinstance(key, str):
                    return Violation(
                        json_path.show(steps), key, "keys that are strings", "", keyword="type"
                    )
            return None
        case float() if not math.isfinite(value):
            hint = "JSON has neither NaN nor Infinity"
            return Violation(
                json_path.show(steps), value, "a number that JSON has", hint, keyword="type"
            )
        case list() | str() | int() | float() | None:
            return None
        case _:
            return Violation(
                json_path.show(steps), value, "a value that JSON has", "", keyword="type"
            )


def _inner_values(value: Any, steps: Steps) -> Iterator[tuple[Any, Steps]]:
    """What lies right within a value and needs a look of its own, with its steps."""
    match value:
        case dict():
            for key, inner in value.items():
                if type(inner) not in _PLAIN:
                    yield inner, (*steps, key)
        case list():
            for index, inner in enumerate(value):
                if type(inner) not in _PLAIN:
                    yield inner, (*steps, index)


# --- refusing -------------------------------------------------------------------------------------


def _accepted(contract: Contract, event: Any) -> bool:
    try:
        return _fast(contract.kind).is_valid(event)
    except (ValueError, TypeError, OverflowError):  # lone surrogates, values it cannot convert
        return False


def _errors(contract: Contract, event: Any) -> tuple[Violation, ...]:
    """What the reference finds wrong, in the order of the schema's keys."""
    violations: dict[tuple[str, str], Violation] = {}
    for error in _reference(contract.kind).iter_errors(event):
        for violation in _violations(contract, error):
            violations.setdefault((violation.path, violation.keyword), violation)
    # A length that is wrong together with the layout says nothing that the layout does not.
    for path, keyword in tuple(violations):
        if keyword == "pattern":
            violations.pop((path, "minLength"), None)
            violations.pop((path, "maxLength"), None)
    return tuple(sorted(violations.values(), key=partial(_position, contract)))


def _violations(contract: Contract, error: jsonschema.ValidationError) -> Iterator[Violation]:
    """What one error of jsonschema comes to: several violations where several keys are missing."""
    steps = tuple(error.absolute_path)
    keyword = str(error.validator)
    limit: Any = error.validator_value
    value: Any = error.instance
    if keyword == "required":
        # jsonschema reports one missing key an error and names it in the message alone; the
        # instance tells it exactly.
        for key in limit:
            if key not in value:
                yield _missing(contract, steps, key, value)
        return
    path = json_path.show(steps)
    expected = contract.expectations.get(_generic(steps), "") or contract.expectations.get(path, "")
    hint = ""
    match keyword:
        case "const":
            expected = json.dumps(limit)
        case "enum":
            expected = listed([json.dumps(word) for word in limit], "or")
            hint = near_value_hint(value, limit)
        case "type":
            hint = _type_hint(contract, steps, value, str(limit))
        case "maxLength":
            has_break = isinstance(value, str) and value.endswith("\n")
            expected = f"at most {limit} characters"
            hint = "take the line break at its end away" if has_break else f"it has {len(value)}"
        case "minLength":
            expected, hint = f"at least {limit} characters", f"it has {len(value)}"
        case "minimum":
            expected = f"{limit} or more"
        case "maximum":
            expected = f"{limit} or less"
    yield Violation(path, value, expected or keyword, hint, keyword=keyword)


def _missing(contract: Contract, steps: Steps, key: str, present: Any) -> Violation:
    """The violation of an object that lacks a required key."""
    path = json_path.show((*steps, key))
    expected = contract.expectations.get(path, "a value")
    known = contract.known_keys.get(json_path.show(steps), ())
    hint = missing_key_hint(key, present, known)
    return Violation(path, MISSING, expected, hint, keyword="required")


def _type_hint(contract: Contract, steps: Steps, value: Any, json_type: str) -> str:
    facet = contract.by_path.get(_generic(steps))
    is_optional = facet is not None and facet.absent_label is not None
    is_detail = steps == ("detail",)
    return type_hint(value, json_type, is_optional=is_optional, is_detail=is_detail)


# --- advice ---------------------------------------------------------------------------------------


def _advice(contract: Contract, event: Any, refused: set[str]) -> list[Violation]:
    """Warnings about places that no error is about, in the order of the schema's keys."""
    warnings: list[Violation] = []
    for facet in contract.facets:
        if facet.advised:
            warnings += _unlisted_values(facet, event, refused)
    for path, known in contract.known_keys.items():
        of_object = contract.by_path.get(path)
        is_partial = of_object is not None and of_object.is_partial
        warnings += _misspelt_keys(event, path, known, refused, is_partial=is_partial)
    return sorted(warnings, key=partial(_position, contract))


def _unlisted_values(facet: Facet, event: Any, refused: set[str]) -> Iterator[Violation]:
    """Values of a facet that none of its choices describes."""
    for steps, value in _values_at(event, facet.steps):
        path = json_path.show(steps)
        if path in refused or any(choice.recognises(value) for choice in facet.declared):
            continue
        listed_values: list[Any] = []
        for choice in facet.declared:
            listed_values += choice.values
        hint = near_value_hint(value, listed_values)
        yield Violation(path, value, facet.expected, hint, Severity.WARNING, "advice")


def _misspelt_keys(
    event: Any, path: str, known: tuple[str, ...], refused: set[str], *, is_partial: bool
) -> Iterator[Violation]:
    """Unknown keys of the objects at a path that look like known ones."""
    for steps, value in _values_at(event, json_path.parse(path)):
        if not isinstance(value, dict):
            continue
        for key in value:
            if key in known:
                continue
            intended = intended_key(key, known, value, is_partial=is_partial)
            if intended is None or json_path.show((*steps, intended)) in refused:
                continue
            here, hint = json_path.show((*steps, key)), f"did you mean `{intended}`?"
            expected = KNOWN_KEY
            yield Violation(here, value[key], expected, hint, Severity.WARNING, "advice")


def _values_at(event: Any, steps: Steps) -> Iterator[tuple[Steps, Any]]:
    """The values that stand at a path, where an index stands for every element."""
    for depth, step in enumerate(steps):
        if isinstance(step, int):
            elements = json_path.at(event, steps[:depth])
            if not isinstance(elements, list):
                return
            for index, element in enumerate(elements):
                for rest, value in _values_at(element, steps[depth + 1 :]):
                    yield (*steps[:depth], index, *rest), value
            return
    value = json_path.at(event, steps)
    if value is not MISSING:
        yield steps, value


# --- order ----------------------------------------------------------------------------------------


def _generic(steps: Steps) -> str:
    """The path of the facet that speaks for a place: the first element stands for every one."""
    return json_path.show(0 if isinstance(step, int) else step for step in steps)


def _position(contract: Contract, violation: Violation) -> tuple[int, ...]:
    """Where a violation stands in the order of the schema's keys, unknown ones last."""
    order = []
    steps = json_path.parse(violation.path.rstrip("…"))
    for depth, step in enumerate(steps):
        known = contract.known_keys.get(_generic(steps[:depth]), ())
        if isinstance(step, int):
            order.append(step)
        else:
            order.append(known.index(step) if step in known else len(known))
    return tuple(order)


# --- engines --------------------------------------------------------------------------------------


@cache
def _fast(kind: str) -> jsonschema_rs.Validator:
    import jsonschema_rs

    # References between the files are relative, and this is the address that jsonschema-rs resolves
    # them against.
    documents = [
        (f"json-schema:///{path}", document) for path, document in documents_of(kind).items()
    ]
    schema = {"$ref": f"json-schema:///{schema_path(kind)}"}
    return jsonschema_rs.validator_for(schema, registry=jsonschema_rs.Registry(documents))


@cache
def _reference(kind: str) -> jsonschema.Draft202012Validator:
    import jsonschema
    from referencing import Registry, Resource

    resources = [
        (path, Resource.from_contents(document)) for path, document in documents_of(kind).items()
    ]
    registry = Registry[Any]().with_resources(resources)
    schema = {"$ref": schema_path(kind)}
    return jsonschema.Draft202012Validator(schema, registry=registry)
