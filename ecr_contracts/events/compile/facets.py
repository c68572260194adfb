"""From one place of a schema to its facet: what its choices are, and which the baseline has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Evidence
from ecr_contracts.core.json_path import Steps
from ecr_contracts.events.compile.choices import (
    check_admitted,
    check_annotations,
    declared_shape,
    derived_shapes,
    some_values,
    with_reach,
)
from ecr_contracts.events.compile.keywords import (
    ANNOTATIONS,
    FACET_ANNOTATIONS,
    KEYWORDS,
    SHAPE_ANNOTATIONS,
    Dialect,
    admits,
    expected,
)
from ecr_contracts.events.model import Choice, Facet, Labels
from ecr_contracts.events.shapes import Absent, OneOf, Shape, Whole, Word, same


@dataclass(frozen=True)
class Place:
    """A place of an event, and the node of the schema that describes it.

    `pointer` is where the node stands in the schema. `parent` is the path of the facet that the
    place lies within, if that can be without it; `needs` are the choices that make room for it.
    """

    steps: Steps
    node: dict[str, Any]
    pointer: str
    json_type: str
    is_required: bool
    parent: str | None
    needs: Labels

    @property
    def annotation(self) -> dict[str, Any]:
        """What `x-ecr` says of the place."""
        annotation: dict[str, Any] = self.node.get("x-ecr", {})
        return annotation


def read_facet(dialect: Dialect, place: Place, baseline: Mapping[str, Any]) -> Facet:
    """The facet of a place, the baseline's choice first. Raises UnreadableSchemaError."""
    dialect.check_keys(
        place.node, ANNOTATIONS | KEYWORDS[place.json_type], place.pointer, "keyword"
    )
    annotation = place.annotation
    dialect.check_keys(annotation, FACET_ANNOTATIONS, f"{place.pointer}/x-ecr", "annotation")
    dialect.check_provenance(annotation, f"{place.pointer}/x-ecr")
    choices = _choices(dialect, place)
    _check_told_apart(dialect, choices, place.pointer)
    in_words = annotation.get("expected") or annotation.get("advice")
    facet = Facet(
        path=json_path.show(place.steps),
        steps=place.steps,
        noun=_noun(place),
        title=place.node.get("title", ""),
        choices=choices,
        declared=choices,
        parent=place.parent,
        expected=in_words or expected(place.node, place.json_type),
        advised="advice" in annotation,
        lengths=(place.node.get("minLength", 0), place.node.get("maxLength")),
        is_open=_is_open(place),
        is_partial=annotation.get("partial", False),
        each=annotation.get("each", ""),
    )
    return _with_baseline_first(dialect, facet, place, baseline)


def _is_open(place: Place) -> bool:
    """Whether any text may stand at a place."""
    is_bound = not {"const", "enum", "pattern"}.isdisjoint(place.node)
    return place.json_type == "string" and not is_bound and "advice" not in place.annotation


def read_evidence(dialect: Dialect, text: str, pointer: str) -> Evidence:
    """The evidence that a schema states. Raises UnreadableSchemaError for any other word."""
    try:
        return Evidence(text)
    except ValueError:
        known = ", ".join(Evidence)
        raise dialect.refusal(pointer, f"the evidence {text!r} is none of {known}") from None


def _noun(place: Place) -> str:
    last = place.steps[-1]
    noun: str = place.annotation.get("noun", f"{place.steps[-2]}-item" if last == 0 else last)
    return noun


def _choices(dialect: Dialect, place: Place) -> tuple[Choice, ...]:
    """The choices of a place: those named in the schema in its order, then the derived ones."""
    named = place.annotation.get("choices", {})
    specs = {label: spec for label, spec in named.items() if spec is not None}
    for label, spec in specs.items():
        pointer = _pointer_of_choice(place, label)
        check_annotations(dialect, spec, place.json_type, pointer)
    shapes = _shapes(dialect, place, specs)
    for label in set(named) - set(specs):
        if shapes.pop(label, None) is None:
            problem = "takes away a choice that does not follow from the keywords"
            raise dialect.refusal(_pointer_of_choice(place, label), problem)
    for label in specs:
        if label not in shapes:
            problem = "says no value, and none follows from the keywords"
            raise dialect.refusal(_pointer_of_choice(place, label), problem)
    labels = dict.fromkeys([*specs, *shapes])
    return tuple(
        _choice(dialect, place, label, shapes[label], specs.get(label, {})) for label in labels
    )


def _shapes(
    dialect: Dialect, place: Place, specs: Mapping[str, dict[str, Any]]
) -> dict[str, Shape]:
    """The shape of each choice, by label.

    Declared choices say what there is; of the derived ones only those named beside them stay. What
    is "always" there is so in all that is generated, although the schema admits it to be absent.
    """
    declared = {label: spec for label, spec in specs.items() if SHAPE_ANNOTATIONS & set(spec)}
    node, pointer = place.node, place.pointer
    derived = derived_shapes(dialect, node, place.json_type, pointer, may_clash=bool(declared))
    is_always_there = place.is_required or place.annotation.get("always", False)
    shapes: dict[str, Shape] = {} if is_always_there else {"absent": Absent()}
    for label, shape in derived.items():
        if not declared or label in specs or label == "absent":
            shapes[label] = shape
    for label, spec in declared.items():
        shapes[label] = declared_shape(dialect, spec, _pointer_of_choice(place, label))
    for label, shape in shapes.items():
        where = _pointer_of_choice(place, label) if label in declared else pointer
        check_admitted(dialect, shape, node, where)
    return with_reach(shapes)


def _choice(
    dialect: Dialect, place: Place, label: str, shape: Shape, spec: Mapping[str, Any]
) -> Choice:
    noun = _noun(place)
    default_token = f"no-{noun}" if isinstance(shape, Absent) else f"{label}-{noun}"
    evidence = spec.get("evidence", place.annotation.get("evidence", "inferred"))
    return Choice(
        label,
        spec.get("id") or default_token,
        shape,
        read_evidence(dialect, evidence, f"{place.pointer}/x-ecr"),
        spec.get("note", ""),
        hypothetical=spec.get("hypothetical", False),
    )


def _pointer_of_choice(place: Place, label: str) -> str:
    return f"{place.pointer}/x-ecr/choices/{label}"


def _check_told_apart(dialect: Dialect, choices: tuple[Choice, ...], pointer: str) -> None:
    """Refuses a choice of which some value is recognised as another one."""
    for choice in choices:
        for value in some_values(choice.shape):
            recognised = next(other for other in choices if other.recognises(value))
            if recognised is not choice:
                problem = f"its {value!r} is taken for the choice {recognised.label!r}"
                raise dialect.refusal(f"{pointer}/x-ecr/choices/{choice.label}", problem)


def _with_baseline_first(
    dialect: Dialect, facet: Facet, place: Place, baseline: Mapping[str, Any]
) -> Facet:
    """The facet with the baseline's choice first, and its value as the plainest of that."""
    value = json_path.at(baseline, facet.steps)
    choice = facet.recognise(baseline)
    if choice is None:
        if value is MISSING and json_path.at(baseline, facet.steps[:-1]) in (MISSING, []):
            return facet  # it lies within something that the baseline lacks
        problem = f"the baseline's {facet.path} is {value!r}, which is none of its choices"
        raise dialect.refusal(place.pointer, problem)
    match choice.shape:
        case Word(frame=str(frame)) if frame:
            pass  # its example is a part of the value
        case Word() | Whole() as shape:
            if not admits(place.node, value):
                problem = f"the baseline's {facet.path} is {value!r}, which the schema refuses"
                raise dialect.refusal(place.pointer, problem)
            choice = replace(choice, shape=replace(shape, example=value))
        case OneOf(values):
            others = [other for other in values if not same(other, value)]
            choice = replace(choice, shape=OneOf((value, *others)))
    rest = [other for other in facet.choices if other.label != choice.label]
    return replace(facet, choices=(choice, *rest))
