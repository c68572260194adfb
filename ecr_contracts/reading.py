"""From a schema to its contract: the only interpreter of JSON Schema keywords and of `x-ecr` annotations.

It refuses what it does not understand, by name and place, since a keyword passed over would be a promise broken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from ecr_contracts import catalog, paths
from ecr_contracts.errors import UnreadableSchemaError
from ecr_contracts.facets import (
    TEMPLATE_FIELD,
    Absent,
    Choice,
    Constraint,
    Contract,
    Exactly,
    Facet,
    Flaw,
    Items,
    Object,
    OneOf,
    Shape,
    Whole,
    Word,
    same,
)
from ecr_contracts.findings import MISSING, Evidence
from ecr_contracts.patterns import Digits, Pattern

_ANNOTATIONS = {"$schema", "$comment", "$defs", "title", "description", "x-ecr"}
_KEYWORDS = {
    "object": {"type", "properties", "required", "additionalProperties"},
    "array": {"type", "items", "minItems", "maxItems"},
    "string": {"type", "const", "enum", "pattern", "minLength", "maxLength"},
    "integer": {"type", "const", "enum", "minimum", "maximum"},
    "boolean": {"type", "const", "enum"},
}
_ROOT_ANNOTATIONS = {"discriminator", "sample", "constraints", "baseline"}
_FACET_ANNOTATIONS = {"noun", "advice", "expected", "evidence", "choices"}
_CHOICE_ANNOTATIONS = {
    *("evidence", "id", "note"),
    *("value", "values", "pattern", "draw", "example", "range", "length", "others", "template"),
}
_SHAPING = {"value", "values", "pattern", "range", "length"}
_BESIDE = {"draw": {"pattern"}, "example": {"pattern", "range"}, "others": {"length"}, "template": {"length"}}
_SHAPED = {"pattern": {"string"}, "range": {"integer"}, "length": {"array"}}  # the other two: every scalar
_SCALARS = {"string", "integer", "boolean"}
_JSON: dict[str, tuple[type, set[str]]] = {
    "an object": (dict, {"properties", "items", "$defs", "x-ecr", "choices", "baseline", "when", "then"}),
    "a list": (
        list,
        {"required", "allOf", "enum", "values", "range", "length", "template", "discriminator", "constraints"},
    ),
    "a string": (
        str,
        {
            *("$ref", "$schema", "$comment", "title", "description", "pattern", "draw", "noun", "advice", "expected"),
            *("evidence", "id", "note", "others", "sample", "because"),
        },
    ),
    "an integer": (int, {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"}),
}
_WANTED = {key: (words, sort) for words, (sort, keys) in _JSON.items() for key in keys}
_OF_STRINGS = {"required", "template", "discriminator"}
_TOKEN = re.compile(r"[A-Za-z0-9._-]+")
_PROBES = (*range(4), *(3 ** (101 * number) + number for number in range(1, 6)))  # words to try a pattern with
_A = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "integer": "an integer",
    "boolean": "true or false",
}
_ELEMENT = 0  # the element of an array that stands for all in facets and flaws


@cache
def contract(kind: str) -> Contract:
    """The contract of a kind of the catalog. Raises UnknownNameError, or UnreadableSchemaError."""
    return read(kind, catalog.schema(kind), catalog.documents())


def read(kind: str, schema: Mapping[str, Any], documents: Mapping[str, Mapping[str, Any]] | None = None) -> Contract:
    """The contract that a schema declares.

    `documents` are the files that it may refer to, by file name. Raises UnreadableSchemaError, naming the place, for a
    keyword or annotation that is not understood and for annotations that contradict each other.
    """
    reader = _Reader(kind, dict(documents or {}) | {f"{kind}.schema.json": schema})
    return reader.contract(reader.merged(schema, f"{kind}.schema.json", "#"))


def merged_schema(kind: str) -> dict[str, Any]:
    """The schema of a kind as one document: references resolved, `allOf` merged, nothing else changed."""
    reader = _Reader(kind, dict(catalog.documents()))
    return reader.merged(catalog.schema(kind), f"{kind}.schema.json", "#")


@dataclass
class _Reader:
    kind: str
    documents: dict[str, Mapping[str, Any]]
    facets: list[Facet] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    known_keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    expectations: dict[str, str] = field(default_factory=dict)
    baseline: Mapping[str, Any] = field(default_factory=dict)
    templates: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def refusal(self, pointer: str, problem: str) -> UnreadableSchemaError:
        return UnreadableSchemaError(self.kind, pointer, problem)

    # --- references ---------------------------------------------------------------------------------------------

    def merged(self, node: Any, file: str, pointer: str, seen: tuple[str, ...] = ()) -> dict[str, Any]:
        """The node with `$ref` and `allOf` folded in; what stands beside a reference goes over what it refers to."""
        if not isinstance(node, dict):
            raise self.refusal(pointer, f"a schema is an object here, not {json.dumps(node)}")
        self.typed(node, pointer)
        result: dict[str, Any] = {}
        if "$ref" in node:
            target_file, target, name = self.resolved(node["$ref"], file, pointer)
            if name in seen:
                raise self.refusal(pointer, f"$ref {node['$ref']!r} leads back to itself")
            result = self.merged(target, target_file, pointer, (*seen, name))
        for index, part in enumerate(node.get("allOf", ())):
            result = _over(result, self.merged(part, file, f"{pointer}/allOf/{index}", seen))
        own = {key: value for key, value in node.items() if key not in {"$ref", "allOf", "$defs"}}
        if "properties" in own:
            own["properties"] = {
                key: self.merged(value, file, f"{pointer}/properties/{_escaped(key)}", seen)
                for key, value in own["properties"].items()
            }
        if "items" in own:
            own["items"] = self.merged(own["items"], file, f"{pointer}/items", seen)
        return _over(result, own)

    def resolved(self, reference: str, file: str, pointer: str) -> tuple[str, Any, str]:
        target_file, _, fragment = reference.partition("#")
        target_file = target_file or file
        if fragment and not fragment.startswith("/"):
            raise self.refusal(pointer, f"$ref {reference!r}: only '#' and '#/...' are understood")
        node: Any = self.documents.get(target_file)
        if node is None:
            raise self.refusal(pointer, f"$ref {reference!r}: there is no {target_file}")
        for part in fragment.split("/")[1:]:
            part = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(node, Mapping) or part not in node:
                raise self.refusal(pointer, f"$ref {reference!r}: {target_file} has no {part!r} there")
            node = node[part]
        return target_file, node, f"{target_file}#{fragment}"

    # --- the whole ----------------------------------------------------------------------------------------------

    def contract(self, schema: dict[str, Any]) -> Contract:
        annotation = schema.get("x-ecr", {})
        self.only(annotation, _ROOT_ANNOTATIONS, "#/x-ecr", "annotation")
        if "baseline" not in annotation:
            raise self.refusal("#/x-ecr", "no baseline: the ordinary event of the kind has to be declared")
        self.baseline = annotation["baseline"]
        bare = {key: value for key, value in schema.items() if key != "x-ecr"}
        self.object((), bare, "#", None, {})
        self.unique_tokens()
        for pointer, template in self.templates:
            self.template(template, pointer)
        for index, declared in enumerate(annotation.get("constraints", ())):
            self.constraint(declared, f"#/x-ecr/constraints/{index}")
        found = Contract(
            kind=self.kind,
            title=schema.get("title", self.kind),
            description=schema.get("description", ""),
            facets=tuple(self.facets),
            constraints=tuple(self.constraints),
            flaws=tuple(_named_apart(self.flaws)),
            baseline=self.baseline,
            sample=annotation.get("sample"),
            discriminator=self.discriminator(annotation.get("discriminator", ())),
            known_keys=self.known_keys,
            expectations=self.expectations,
        )
        if broken := [rule for rule in self.constraints if not rule.holds(found.ordinary)]:
            raise self.refusal("#/x-ecr/constraints", f"the baseline does not keep to: {broken[0].because}")
        if (built := found.build(found.ordinary)) != self.baseline:
            raise self.refusal("#/x-ecr/baseline", f"its choices give {json.dumps(built)}, which is not the same")
        return found

    def only(self, found: Any, known: set[str], pointer: str, what: str) -> None:
        if not isinstance(found, dict):
            raise self.refusal(pointer, f"an object is wanted here, not {json.dumps(found)}")
        if unknown := sorted(set(found) - known):
            raise self.refusal(f"{pointer}/{unknown[0]}", f"the {what} {unknown[0]!r} is not understood")
        self.typed(found, pointer)

    def typed(self, found: dict[str, Any], pointer: str) -> None:
        for key, value in found.items():
            words, sort = _WANTED.get(key, ("", object))
            if not isinstance(value, sort) or (sort is int and isinstance(value, bool)):
                raise self.refusal(f"{pointer}/{key}", f"{words} is wanted here, not {json.dumps(value)}")
            if key in _OF_STRINGS and isinstance(value, list) and not all(isinstance(item, str) for item in value):
                raise self.refusal(f"{pointer}/{key}", f"a list of strings is wanted here, not {json.dumps(value)}")

    def discriminator(self, declared: Iterable[str]) -> tuple[tuple[str, Any], ...]:
        by_path = {facet.path: facet for facet in self.facets}
        found = []
        for path in declared:
            facet = by_path.get(path)
            if facet is None or not isinstance(facet.baseline.shape, Exactly) or len(facet.choices) > 1:
                raise self.refusal("#/x-ecr/discriminator", f"{path} is not a constant of the schema")
            found.append((path, facet.baseline.shape.value))
        if not found:
            raise self.refusal("#/x-ecr/discriminator", "nothing tells an event of this kind from others")
        return tuple(found)

    def unique_tokens(self) -> None:
        owner: dict[str, str] = {"sample": "AWS's sample", "ordinary": "the baseline", "invalid": "invalid events"}
        for facet in self.facets:
            for choice in facet.choices if len(facet.choices) > 1 else ():
                if not _TOKEN.fullmatch(choice.token):
                    problem = f"the id {choice.token!r} may hold letters, digits and . _ - only"
                    raise self.refusal(f"#/x-ecr ({facet.path} {choice.label})", problem)
                if choice.token in owner:
                    problem = f"the id {choice.token!r} is taken by {owner[choice.token]}; give this choice another"
                    raise self.refusal(f"#/x-ecr ({facet.path} {choice.label})", problem)
                owner[choice.token] = facet.path

    def constraint(self, declared: Any, pointer: str) -> None:
        wanted = {"when", "then", "because", "evidence"}
        self.only(declared, wanted, pointer, "annotation")
        if missing := sorted(wanted - set(declared)):
            raise self.refusal(pointer, f"{missing[0]!r} is missing")
        when = [(path, self.labels(path, names, f"{pointer}/when")) for path, names in declared["when"].items()]
        for path, names in declared["then"].items():
            admitted = self.labels(path, names, f"{pointer}/then")
            others = frozenset(self.choices(path)) - admitted
            evidence = self.evidence(declared["evidence"], pointer)
            self.constraints.append(Constraint((*when, (path, others)), declared["because"], evidence))

    def labels(self, path: str, names: Any, pointer: str) -> frozenset[str]:
        known = self.choices(path)
        if not known:
            raise self.refusal(pointer, f"there is no {path}")
        if not isinstance(names, list):
            raise self.refusal(pointer, f"a list is wanted here, not {json.dumps(names)}")
        if unknown := [name for name in names if name not in known]:
            raise self.refusal(pointer, f"{path} has no choice {unknown[0]!r}")
        return frozenset(names)

    def choices(self, path: str) -> list[str]:
        return [choice.label for facet in self.facets if facet.path == path for choice in facet.choices]

    def template(self, template: tuple[str, ...], pointer: str) -> None:
        """That the fields of a template can be filled in whatever the event."""
        always = {
            facet.path
            for facet in self.facets
            if facet.parent is None and not any(isinstance(choice.shape, Absent) for choice in facet.choices)
        }
        for text in template:
            for path, _ in TEMPLATE_FIELD.findall(text):
                if path not in always:
                    raise self.refusal(pointer, f"the template names {path}, which is not in every event")
            if {"{", "}"} & set(TEMPLATE_FIELD.sub("", text)):
                raise self.refusal(pointer, f"the template {text!r} has braces that hold no path")

    # --- places -------------------------------------------------------------------------------------------------

    def object(
        self, steps: paths.Steps, node: dict[str, Any], pointer: str, parent: str | None, needs: Mapping[str, str]
    ) -> None:
        """The keys of an object, each in its turn."""
        self.only(node, _ANNOTATIONS | _KEYWORDS["object"], pointer, "keyword")
        if node.get("additionalProperties", True) is not True:
            raise self.refusal(f"{pointer}/additionalProperties", "objects stay open, since AWS adds fields")
        required = set(node.get("required", ()))
        properties = node.get("properties", {})
        if undeclared := sorted(required - set(properties)):
            raise self.refusal(f"{pointer}/required", f"{undeclared[0]!r} is required but not described")
        self.known_keys[paths.show(steps)] = tuple(properties)
        for key, child in properties.items():
            if key in required:
                self.flaws.append(Flaw(f"missing-{key}", (*steps, key), MISSING, needs))
            inner = f"{pointer}/properties/{_escaped(key)}"
            self.place((*steps, key), child, inner, key in required, parent, needs)

    def place(
        self,
        steps: paths.Steps,
        node: dict[str, Any],
        pointer: str,
        required: bool,
        parent: str | None,
        needs: Mapping[str, str],
    ) -> None:
        """One place of the event: its facet, its flaws, and the places within it."""
        sort = self.sort(node, pointer)
        self.only(node, _ANNOTATIONS | _KEYWORDS[sort], pointer, "keyword")
        annotation = node.get("x-ecr", {})
        self.only(annotation, _FACET_ANNOTATIONS, f"{pointer}/x-ecr", "annotation")
        facet = self.facet(steps, node, sort, annotation, pointer, required, parent)
        self.facets.append(facet)
        self.expectations[facet.path] = facet.expected
        self.flaws += [Flaw(name, steps, value, needs) for name, value in self.wrong(steps, node, sort, pointer)]
        if parent is not None:
            self.nested(facet, parent)
        if sort == "object":
            filled = _filled(facet)
            inner = parent if len(facet.choices) == 1 else facet.path
            self.object(steps, node, pointer, inner, {**needs, **filled})
            if any(choice.shape == Object(empty=True) for choice in facet.choices):
                self.not_hollow(facet)
        elif sort == "array":
            self.elements(steps, node, pointer, facet, needs)

    def sort(self, node: dict[str, Any], pointer: str) -> str:
        """Which JSON type a place has; a constant or a list of values says it without `type`."""
        sort = node.get("type")
        if sort is None and ("const" in node or "enum" in node):
            value = node["const"] if "const" in node else next(iter(node["enum"]), None)
            sort = {bool: "boolean", int: "integer", str: "string"}.get(type(value))
        if not isinstance(sort, str) or sort not in _KEYWORDS:
            raise self.refusal(f"{pointer}/type", f"the type {json.dumps(sort)} is not understood")
        return sort

    def facet(
        self,
        steps: paths.Steps,
        node: dict[str, Any],
        sort: str,
        annotation: dict[str, Any],
        pointer: str,
        required: bool,
        parent: str | None,
    ) -> Facet:
        key = f"{steps[-2]}-item" if isinstance(steps[-1], int) else steps[-1]
        noun = annotation.get("noun", key)
        listed = annotation.get("choices", {})
        for label, spec in listed.items():
            self.consistent(spec, sort, f"{pointer}/x-ecr/choices/{label}")
        declared_shapes = {label: spec for label, spec in listed.items() if _SHAPING & set(spec)}
        shapes = self.derived(node, sort, pointer, bool(declared_shapes))
        if not required:
            shapes = {"absent": Absent(), **shapes}
        if declared_shapes:
            # Declared choices say what there is; of the derived ones only those named beside them stay.
            shapes = {label: shape for label, shape in shapes.items() if label in listed or label == "absent"}
        for label, spec in declared_shapes.items():
            shapes[label] = self.declared_shape(spec, f"{pointer}/x-ecr/choices/{label}")
        for label, shape in shapes.items():
            self.admitted(shape, node, f"{pointer}/x-ecr/choices/{label}" if label in declared_shapes else pointer)
        shapes = _apart(shapes)
        if strange := [label for label in listed if label not in shapes]:
            raise self.refusal(
                f"{pointer}/x-ecr/choices/{strange[0]}", "says no value, and none follows from the keywords"
            )
        order = [*listed, *(label for label in shapes if label not in listed)]
        declared = tuple(
            self.choice(label, shapes[label], listed.get(label, {}), annotation, noun, pointer) for label in order
        )
        self.told_apart(declared, pointer)
        path = paths.show(steps)
        words = annotation.get("expected") or annotation.get("advice") or _expected(node, sort)
        advised = "advice" in annotation
        facet = Facet(path, steps, noun, node.get("title", ""), declared, declared, parent, words, advised)
        return self.with_baseline_first(facet, node, pointer)

    def told_apart(self, declared: tuple[Choice, ...], pointer: str) -> None:
        """That what a choice gives is recognised as that choice."""
        for choice in declared:
            for value in _given(choice.shape):
                taken = next(other for other in declared if other.recognises(value))
                if taken is not choice:
                    problem = f"its {value!r} is taken for the choice {taken.label!r}"
                    raise self.refusal(f"{pointer}/x-ecr/choices/{choice.label}", problem)

    def with_baseline_first(self, facet: Facet, node: dict[str, Any], pointer: str) -> Facet:
        value = paths.at(self.baseline, facet.steps)
        choice = facet.recognise(self.baseline)
        if choice is None and value is MISSING and paths.at(self.baseline, facet.steps[:-1]) in (MISSING, []):
            return facet  # it lies within something that the baseline lacks
        if choice is None:
            raise self.refusal(pointer, f"the baseline's {facet.path} is {value!r}, which is none of its choices")
        match choice.shape:
            case Word() | Whole() as shape:
                if not _admits(node, value):
                    raise self.refusal(pointer, f"the baseline's {facet.path} is {value!r}, which the schema refuses")
                choice = replace(choice, shape=replace(shape, example=value))
            case OneOf(values):
                choice = replace(choice, shape=OneOf((value, *(other for other in values if not same(other, value)))))
        others = tuple(other for other in facet.choices if other.label != choice.label)
        return replace(facet, choices=(choice, *others))

    def choice(
        self, label: str, shape: Shape, spec: dict[str, Any], annotation: dict[str, Any], noun: str, pointer: str
    ) -> Choice:
        token = spec.get("id") or (f"no-{noun}" if isinstance(shape, Absent) else f"{label}-{noun}")
        told = spec.get("evidence", annotation.get("evidence", "inferred"))
        return Choice(label, token, shape, self.evidence(told, f"{pointer}/x-ecr"), spec.get("note", ""))

    def evidence(self, told: str, pointer: str) -> Evidence:
        try:
            return Evidence(told)
        except ValueError:
            known = ", ".join(Evidence)
            raise self.refusal(pointer, f"the evidence {told!r} is none of {known}") from None

    # --- shapes -------------------------------------------------------------------------------------------------

    def derived(self, node: dict[str, Any], sort: str, pointer: str, declared: bool) -> dict[str, Shape]:
        """The choices that the keywords alone give."""
        if "const" in node:
            return {"only": Exactly(node["const"])}
        if "enum" in node:
            names = [_slug(value) for value in node["enum"]]
            if not declared and (clash := [name for name in names if names.count(name) > 1 or name == "absent"]):
                problem = f"two values would be called {clash[0]!r}; declare choices for them"
                raise self.refusal(f"{pointer}/enum", problem)
            return {name: Exactly(value) for name, value in zip(names, node["enum"], strict=True)}
        match sort:
            case "object":
                filled: dict[str, Shape] = {"present": Object(empty=False)}
                if not node.get("properties"):
                    return {"empty": Object(empty=True)}
                return filled if node.get("required") else {"empty": Object(empty=True), **filled}
            case "array":
                return self.lengths(node, pointer)
            case "boolean":
                return {"true": Exactly(True), "false": Exactly(False)}
            case "integer":
                high = node.get("maximum")
                low = node.get("minimum", 0 if high is None else min(0, high))
                first = 1 if low == 0 else low
                some = Whole(first, first + 999 if high is None else min(first + 999, high), None, first)
                if low != 0:
                    return {"some": some}
                return {"zero": Exactly(0)} if high == 0 else {"zero": Exactly(0), "some": some}
            case _:
                text = node.get("pattern")
                if text is None:
                    low, high = max(node.get("minLength", 1), 1), node.get("maxLength", 20)
                    text = f"^[a-z]{{{low},{max(low, min(high, low + 20))}}}$"
                    return {"plain": Word(None, self.pattern(text, pointer), "a" * low)}
                pattern = self.pattern(text, pointer)
                return {"plain": Word(pattern, pattern, pattern.word(Digits()))}

    def lengths(self, node: dict[str, Any], pointer: str) -> dict[str, Shape]:
        """The choices of an array: how many elements it has."""
        if "items" not in node:
            raise self.refusal(pointer, "an array says what its items are")
        low, high = node.get("minItems", 0), node.get("maxItems")
        least = max(low, 2)
        most = least + 1 if high is None else min(least + 1, high)
        bounds = {"empty": (0, 0, 0), "one": (1, 1, 1), "several": (least, most, None)}
        shapes: dict[str, Shape] = {
            label: Items(least, most, reach, "", None)
            for label, (least, most, reach) in bounds.items()
            if low <= least <= most and (high is None or most <= high)
        }
        if not shapes:
            raise self.refusal(pointer, "no value is admitted")
        return shapes

    def consistent(self, spec: Any, sort: str, pointer: str) -> None:
        """That what is said of a choice belongs together, and to its place."""
        self.only(spec, _CHOICE_ANNOTATIONS, pointer, "annotation")
        shaping = sorted(_SHAPING & set(spec))
        if len(shaping) > 1:
            raise self.refusal(pointer, f"says both {shaping[0]!r} and {shaping[1]!r}")
        for key in spec:
            if key in _SHAPING and sort not in _SHAPED.get(key, _SCALARS):
                raise self.refusal(f"{pointer}/{key}", f"means nothing for {_A[sort]}")
            if key in _BESIDE and not _BESIDE[key] & set(spec):
                owners = " or ".join(map(repr, sorted(_BESIDE[key])))
                raise self.refusal(f"{pointer}/{key}", f"means nothing without {owners}")

    def declared_shape(self, spec: dict[str, Any], pointer: str) -> Shape:
        if "value" in spec:
            return Exactly(spec["value"])
        if "values" in spec:
            if not spec["values"]:
                raise self.refusal(f"{pointer}/values", "names no value")
            return OneOf(tuple(spec["values"]))
        if "range" in spec:
            low, high = self.ends(spec, "range", pointer)
            example = spec.get("example", low)
            if example not in range(low, high + 1):
                raise self.refusal(pointer, f"the example {example!r} is not within the range")
            return Whole(low, high, None, example)
        if "length" in spec:
            low, high = self.ends(spec, "length", pointer)
            template = spec.get("template")
            if template is not None:
                if [low, high] != [len(template)] * 2:
                    problem = f"the template gives {len(template)} elements, the length says {spec['length']}"
                    raise self.refusal(pointer, problem)
                self.templates.append((pointer, tuple(template)))
            return Items(low, high, None, spec.get("others", ""), tuple(template) if template else None)
        recognised = self.pattern(spec["pattern"], pointer)
        drawn = self.pattern(spec.get("draw", spec["pattern"]), pointer)
        example = spec.get("example", drawn.word(Digits()))
        if not recognised.matches(example):
            raise self.refusal(pointer, f"the example {example!r} does not match the pattern")
        if strange := [word for word in _words(drawn) if not recognised.matches(word)]:
            raise self.refusal(pointer, f"it draws {strange[0]!r}, which its pattern does not match")
        return Word(recognised, drawn, example)

    def ends(self, spec: dict[str, Any], key: str, pointer: str) -> tuple[int, int]:
        match spec[key]:
            case [int(low), int(high)] if low <= high and (low >= 0 or key == "range"):
                return low, high
        raise self.refusal(f"{pointer}/{key}", f"is wanted as [least, most], not {json.dumps(spec[key])}")

    def admitted(self, shape: Shape, node: dict[str, Any], pointer: str) -> None:
        """That the schema admits what a choice gives."""
        match shape:
            case Word(_, draw, _):
                shortest, longest = draw.lengths()
                if shortest < node.get("minLength", 0) or longest > node.get("maxLength", longest):
                    problem = f"it draws words of {shortest} to {longest} characters, which the schema refuses"
                    raise self.refusal(pointer, problem)
            case Items(low, high):
                for count in (low, high):
                    if not node.get("minItems", 0) <= count <= node.get("maxItems", count):
                        raise self.refusal(pointer, f"the schema refuses a list of {count}")
        if refused := [value for value in _given(shape) if not _admits(node, value)]:
            raise self.refusal(pointer, f"the schema refuses {json.dumps(refused[0])}")

    def pattern(self, text: str, pointer: str) -> Pattern:
        try:
            return _pattern(text)
        except ValueError as problem:
            raise self.refusal(pointer, str(problem)) from problem

    def elements(
        self, steps: paths.Steps, node: dict[str, Any], pointer: str, facet: Facet, needs: Mapping[str, str]
    ) -> None:
        """The first element of an array, which stands for all of them."""
        filled = _filled(facet)
        if not _all_filled(facet):
            return
        inner = (*steps, _ELEMENT)
        items = node["items"]
        if all(
            choice.shape.template for choice in facet.choices if isinstance(choice.shape, Items) and choice.shape.low
        ):
            sort = self.sort(items, f"{pointer}/items")
            wrong = self.wrong(inner, items, sort, f"{pointer}/items")
            self.flaws += [Flaw(name, inner, value, {**needs, **filled}) for name, value in wrong]
            self.expectations[paths.show(inner)] = _expected(items, sort)
            return
        outer = facet.parent if len(facet.choices) == 1 else facet.path
        self.place(inner, items, f"{pointer}/items", True, outer, {**needs, **filled})
        item = next(found for found in self.facets if found.steps == inner)
        drawn = [choice.label for choice in item.choices if isinstance(choice.shape, (Exactly, OneOf, Word, Whole))]
        for choice in facet.declared:
            if isinstance(choice.shape, Items) and choice.shape.others and choice.shape.others not in drawn:
                problem = f"{item.path} has no choice {choice.shape.others!r} to draw a value of"
                raise self.refusal(f"{pointer}/x-ecr/choices/{choice.label}/others", problem)

    # --- constraints that follow from nesting --------------------------------------------------------------------

    def nested(self, facet: Facet, parent: str) -> None:
        """What lies within something absent is absent too."""
        outer = next(found for found in self.facets if found.path == parent)
        hollow = frozenset(choice.label for choice in outer.choices) - set(_all_filled(outer))
        present = frozenset(choice.label for choice in facet.choices if not isinstance(choice.shape, Absent))
        if len(present) == len(facet.choices):
            present -= {facet.baseline.label}  # what cannot be absent has no choice there: its baseline says nothing
        if present:
            because = f"{facet.path} lies within {parent}"
            self.constraints.append(Constraint(((parent, hollow), (facet.path, present)), because))

    def not_hollow(self, facet: Facet) -> None:
        """An object without any of its keys is empty, which is a choice of its own."""
        inner = [
            found for found in self.facets if found.parent == facet.path and len(found.steps) == len(facet.steps) + 1
        ]
        absent = [(found.path, frozenset({"absent"})) for found in inner]
        because = f"an object without keys is the choice 'empty' of {facet.path}"
        self.constraints.append(Constraint(((facet.path, frozenset({"present"})), *absent), because))

    # --- flaws --------------------------------------------------------------------------------------------------

    def wrong(self, steps: paths.Steps, node: dict[str, Any], sort: str, pointer: str) -> list[tuple[str, Any]]:
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
            others = [value for value in candidates[sort] if not any(same(value, known) for known in values)]
            return [(f"wrong-{name}", value) for value in others if _admits(rest, value)][:1]
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
                halves = [1.5, *(bound + half for bound in (low, high) if bound is not None for half in (0.5, -0.5))]
                found += [(f"fractional-{name}", value) for value in halves if _within(node, value)][:1]
                found.append((f"boolean-{name}", True))
                if low is not None:
                    found.append((f"negative-{name}" if low == 0 else f"low-{name}", low - 1))
                if high is not None:
                    found.append((f"high-{name}", high + 1))
            case _:
                found.append((f"numeric-{name}", 7))
                if "pattern" in node:
                    found += self.malformed(node, name, pointer)
                else:
                    if node.get("minLength"):
                        found.append((f"short-{name}", "a" * (node["minLength"] - 1)))
                    if "maxLength" in node:
                        found.append((f"long-{name}", "a" * (node["maxLength"] + 1)))
        return found

    def malformed(self, node: dict[str, Any], name: str, pointer: str) -> Iterable[tuple[str, str]]:
        """Strings that miss a pattern and nothing else."""
        pattern = self.pattern(node["pattern"], pointer)
        word = pattern.word(Digits())
        lengths = {key: value for key, value in node.items() if key != "pattern"}
        # A control character is in no pattern, so the last one serves where the others do not.
        for bad in (word[:-1], "", "?", "\x01" * len(word)):
            if not pattern.matches(bad) and _admits(lengths, bad):
                yield f"malformed-{name}", bad
                break
        if len(word) == node.get("maxLength"):
            yield f"newline-{name}", word + "\n"


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`; properties and annotations are merged key by key, `required` adds up."""
    result = dict(below)
    for key, value in above.items():
        if key == "required" and key in result:
            result[key] = [*result[key], *(name for name in value if name not in result[key])]
        elif isinstance(value, dict) and isinstance(result.get(key), dict) and key not in {"baseline", "value"}:
            result[key] = _over(result[key], value)
        else:
            result[key] = value
    return result


def _apart(shapes: dict[str, Shape]) -> dict[str, Shape]:
    """The shapes, those that count recognised up to their end where another one goes further."""
    result = dict(shapes)
    for label, shape in shapes.items():
        if isinstance(shape, (Items, Whole)):
            ends = any(isinstance(other, (Items, Whole)) and other.low > shape.high for other in shapes.values())
            ends = ends or (isinstance(shape, Items) and shape.high == 0)
            result[label] = replace(shape, reach=shape.high if ends else None)
    return result


@cache
def _pattern(text: str) -> Pattern:
    return Pattern(text)


@cache
def _words(pattern: Pattern) -> list[str]:
    """Some words of a pattern."""
    return [pattern.word(Digits(number)) for number in _PROBES]


def _given(shape: Shape) -> list[Any]:
    """Some of the values that a choice gives; none where they are made of what lies within."""
    match shape:
        case Exactly(value):
            return [value]
        case OneOf(values):
            return list(values)
        case Whole(low, high, _, example):
            return [low, high, example]
        case Word(_, draw, example):
            return [example, *_words(draw)]
        case _:
            return []


def _admits(node: Mapping[str, Any], value: Any) -> bool:
    """Whether the keywords of a scalar's place admit a value."""
    if "type" in node and type(value) is not {"string": str, "integer": int, "boolean": bool}[node["type"]]:
        return False
    if "const" in node and not same(value, node["const"]):
        return False
    if "enum" in node and not any(same(value, known) for known in node["enum"]):
        return False
    match value:
        case str():
            if not node.get("minLength", 0) <= len(value) <= node.get("maxLength", len(value)):
                return False
            return "pattern" not in node or _pattern(node["pattern"]).matches(value)
        case int():
            return _within(node, value)
        case _:
            return True


def _within(node: Mapping[str, Any], number: float) -> bool:
    return bool(node.get("minimum", number) <= number <= node.get("maximum", number))


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _slug(value: Any) -> str:
    """What a value of an enum is called."""
    return re.sub(r"[^a-z0-9.]+", "-", str(value).lower()).strip("-") or ("odd" if value else "empty")


def _expected(node: dict[str, Any], sort: str) -> str:
    if "const" in node:
        return json.dumps(node["const"])
    if "enum" in node:
        return " or ".join(json.dumps(value) for value in node["enum"])
    words = _A[sort]
    if sort == "integer" and "minimum" in node:
        words += f", {node['minimum']} or more"
    if sort == "array" and "items" in node and (inner := node["items"].get("type")):
        words += f" of {inner}s"
    return words


def _all_filled(facet: Facet) -> list[str]:
    """The labels with which there is something within the place."""
    return [
        choice.label
        for choice in facet.choices
        if choice.shape == Object(empty=False) or (isinstance(choice.shape, Items) and choice.shape.low > 0)
    ]


def _filled(facet: Facet) -> dict[str, str]:
    """The choice, if one has to be made, with which there is something within the place."""
    labels = _all_filled(facet)
    return {facet.path: labels[0]} if len(facet.choices) > 1 and labels else {}


def _named_apart(flaws: list[Flaw]) -> Iterable[Flaw]:
    """The flaws, with the whole path in the name where two would be called the same."""
    taken = [flaw.name for flaw in flaws]
    for flaw in flaws:
        if taken.count(flaw.name) > 1:
            how = flaw.name.partition("-")[0]
            place = "-".join("item" if isinstance(step, int) else step for step in flaw.steps)
            yield replace(flaw, name=f"{how}-{place}")
        else:
            yield flaw
