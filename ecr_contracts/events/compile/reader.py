"""From a schema to its contract: its places become facets and mutations, and what excludes what becomes constraints."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Evidence
from ecr_contracts.events.compile import choices as shaping
from ecr_contracts.events.compile import mutations
from ecr_contracts.events.compile.keywords import (
    ANNOTATIONS,
    FACET_ANNOTATIONS,
    KEYWORDS,
    ROOT_ANNOTATIONS,
    Terms,
    admits,
    escaped,
    expected,
)
from ecr_contracts.events.compile.references import References
from ecr_contracts.events.kinds import schema_documents, schema_of
from ecr_contracts.events.model import TEMPLATE_FIELD, Choice, Constraint, Contract, Facet, Mutation
from ecr_contracts.events.shapes import (
    Absent,
    Exactly,
    Items,
    Object,
    OneOf,
    Shape,
    Whole,
    Word,
    same,
)

_TOKEN = re.compile(r"[A-Za-z0-9._-]+")
_ELEMENT = 0  # the element of an array that stands for all in facets and mutations


@cache
def contract(kind: str) -> Contract:
    """The contract of a kind of the catalog. Raises UnknownNameError, or UnreadableSchemaError."""
    return read(kind, schema_of(kind), schema_documents())


def read(
    kind: str, schema: Mapping[str, Any], documents: Mapping[str, Mapping[str, Any]] | None = None
) -> Contract:
    """The contract that a schema declares.

    `documents` are the files that it may refer to, by file name. Raises UnreadableSchemaError,
    naming the place, for a keyword or annotation that is not understood and for annotations that
    contradict each other.
    """
    terms, file = Terms(kind), f"{kind}.schema.json"
    references = References(terms, dict(documents or {}) | {file: schema})
    return _Reader(terms).contract(references.merged(schema, file, "#"))


@dataclass
class _Reader:
    terms: Terms
    facets: list[Facet] = field(default_factory=list)
    mutations: list[Mutation] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    known_keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    expectations: dict[str, str] = field(default_factory=dict)
    baseline: Mapping[str, Any] = field(default_factory=dict)
    templates: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    # --- the whole --------------------------------------------------------------------------------

    def contract(self, schema: dict[str, Any]) -> Contract:
        annotation = schema.get("x-ecr", {})
        self.terms.only(annotation, ROOT_ANNOTATIONS, "#/x-ecr", "annotation")
        if "baseline" not in annotation:
            raise self.terms.refusal(
                "#/x-ecr", "no baseline: the ordinary event of the kind has to be declared"
            )
        self.baseline = annotation["baseline"]
        bare = {key: value for key, value in schema.items() if key != "x-ecr"}
        self.object((), bare, "#", None, {})
        self.unique_tokens()
        for pointer, template in self.templates:
            self.template(template, pointer)
        for index, declared in enumerate(annotation.get("constraints", ())):
            self.constraint(declared, f"#/x-ecr/constraints/{index}")
        found = Contract(
            kind=self.terms.kind,
            title=schema.get("title", self.terms.kind),
            description=schema.get("description", ""),
            facets=tuple(self.facets),
            constraints=tuple(self.constraints),
            mutations=tuple(mutations.named_apart(self.mutations)),
            baseline=self.baseline,
            sample=annotation.get("sample"),
            discriminator=self.discriminator(annotation.get("discriminator", ())),
            known_keys=self.known_keys,
            expectations=self.expectations,
        )
        if broken := [rule for rule in self.constraints if not rule.holds(found.ordinary)]:
            raise self.terms.refusal(
                "#/x-ecr/constraints", f"the baseline does not keep to: {broken[0].because}"
            )
        if (built := found.build(found.ordinary)) != self.baseline:
            raise self.terms.refusal(
                "#/x-ecr/baseline", f"its choices give {json.dumps(built)}, which is not the same"
            )
        return found

    def discriminator(self, declared: Iterable[str]) -> tuple[tuple[str, Any], ...]:
        by_path = {facet.path: facet for facet in self.facets}
        found = []
        for path in declared:
            facet = by_path.get(path)
            if (
                facet is None
                or not isinstance(facet.baseline.shape, Exactly)
                or len(facet.choices) > 1
            ):
                raise self.terms.refusal(
                    "#/x-ecr/discriminator", f"{path} is not a constant of the schema"
                )
            found.append((path, facet.baseline.shape.value))
        if not found:
            raise self.terms.refusal(
                "#/x-ecr/discriminator", "nothing tells an event of this kind from others"
            )
        return tuple(found)

    def unique_tokens(self) -> None:
        owner: dict[str, str] = {
            "sample": "AWS's sample",
            "ordinary": "the baseline",
            "invalid": "invalid events",
        }
        for facet in self.facets:
            for choice in facet.choices if len(facet.choices) > 1 else ():
                if not _TOKEN.fullmatch(choice.token):
                    problem = f"the id {choice.token!r} may hold letters, digits and . _ - only"
                    raise self.terms.refusal(f"#/x-ecr ({facet.path} {choice.label})", problem)
                if choice.token in owner:
                    problem = f"the id {choice.token!r} is taken by {owner[choice.token]}; give this choice another"
                    raise self.terms.refusal(f"#/x-ecr ({facet.path} {choice.label})", problem)
                owner[choice.token] = facet.path

    def constraint(self, declared: Any, pointer: str) -> None:
        wanted = {"when", "then", "because", "evidence"}
        self.terms.only(declared, wanted, pointer, "annotation")
        if missing := sorted(wanted - set(declared)):
            raise self.terms.refusal(pointer, f"{missing[0]!r} is missing")
        when = [
            (path, self.labels(path, names, f"{pointer}/when"))
            for path, names in declared["when"].items()
        ]
        for path, names in declared["then"].items():
            admitted = self.labels(path, names, f"{pointer}/then")
            others = frozenset(self.choices(path)) - admitted
            evidence = self.evidence(declared["evidence"], pointer)
            self.constraints.append(
                Constraint((*when, (path, others)), declared["because"], evidence)
            )

    def labels(self, path: str, names: Any, pointer: str) -> frozenset[str]:
        known = self.choices(path)
        if not known:
            raise self.terms.refusal(pointer, f"there is no {path}")
        if not isinstance(names, list):
            raise self.terms.refusal(pointer, f"a list is wanted here, not {json.dumps(names)}")
        if unknown := [name for name in names if name not in known]:
            raise self.terms.refusal(pointer, f"{path} has no choice {unknown[0]!r}")
        return frozenset(names)

    def choices(self, path: str) -> list[str]:
        return [
            choice.label for facet in self.facets if facet.path == path for choice in facet.choices
        ]

    def template(self, template: tuple[str, ...], pointer: str) -> None:
        """That the fields of a template can be filled in whatever the event."""
        always = {
            facet.path
            for facet in self.facets
            if facet.parent is None
            and not any(isinstance(choice.shape, Absent) for choice in facet.choices)
        }
        for text in template:
            for path, _ in TEMPLATE_FIELD.findall(text):
                if path not in always:
                    raise self.terms.refusal(
                        pointer, f"the template names {path}, which is not in every event"
                    )
            if {"{", "}"} & set(TEMPLATE_FIELD.sub("", text)):
                raise self.terms.refusal(
                    pointer, f"the template {text!r} has braces that hold no path"
                )

    # --- places -----------------------------------------------------------------------------------

    def object(
        self,
        steps: json_path.Steps,
        node: dict[str, Any],
        pointer: str,
        parent: str | None,
        needs: Mapping[str, str],
    ) -> None:
        """The keys of an object, each in its turn."""
        self.terms.only(node, ANNOTATIONS | KEYWORDS["object"], pointer, "keyword")
        if node.get("additionalProperties", True) is not True:
            raise self.terms.refusal(
                f"{pointer}/additionalProperties", "objects stay open, since AWS adds fields"
            )
        required = set(node.get("required", ()))
        properties = node.get("properties", {})
        if undeclared := sorted(required - set(properties)):
            raise self.terms.refusal(
                f"{pointer}/required", f"{undeclared[0]!r} is required but not described"
            )
        self.known_keys[json_path.show(steps)] = tuple(properties)
        for key, child in properties.items():
            if key in required:
                self.mutations.append(Mutation(f"missing-{key}", (*steps, key), MISSING, needs))
            inner = f"{pointer}/properties/{escaped(key)}"
            self.place((*steps, key), child, inner, key in required, parent, needs)

    def place(
        self,
        steps: json_path.Steps,
        node: dict[str, Any],
        pointer: str,
        required: bool,
        parent: str | None,
        needs: Mapping[str, str],
    ) -> None:
        """One place of the event: its facet, its mutations, and the places within it."""
        sort = self.terms.sort(node, pointer)
        self.terms.only(node, ANNOTATIONS | KEYWORDS[sort], pointer, "keyword")
        annotation = node.get("x-ecr", {})
        self.terms.only(annotation, FACET_ANNOTATIONS, f"{pointer}/x-ecr", "annotation")
        facet = self.facet(steps, node, sort, annotation, pointer, required, parent)
        self.facets.append(facet)
        self.expectations[facet.path] = facet.expected
        wrong = mutations.wrong(self.terms, steps, node, sort, pointer)
        self.mutations += [Mutation(name, steps, value, needs) for name, value in wrong]
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

    def facet(
        self,
        steps: json_path.Steps,
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
            shaping.consistent(self.terms, spec, sort, f"{pointer}/x-ecr/choices/{label}")
        declared_shapes = {
            label: spec for label, spec in listed.items() if shaping.SHAPING & set(spec)
        }
        shapes = shaping.derived(self.terms, node, sort, pointer, bool(declared_shapes))
        if not required:
            shapes = {"absent": Absent(), **shapes}
        if declared_shapes:
            # Declared choices say what there is; of the derived ones only those named beside them
            # stay.
            shapes = {
                label: shape
                for label, shape in shapes.items()
                if label in listed or label == "absent"
            }
        for label, spec in declared_shapes.items():
            place = f"{pointer}/x-ecr/choices/{label}"
            shapes[label] = shape = shaping.declared(self.terms, spec, place)
            if isinstance(shape, Items) and shape.template:
                self.templates.append((place, shape.template))
        for label, shape in shapes.items():
            place = f"{pointer}/x-ecr/choices/{label}" if label in declared_shapes else pointer
            shaping.admitted(self.terms, shape, node, place)
        shapes = shaping.apart(shapes)
        if strange := [label for label in listed if label not in shapes]:
            raise self.terms.refusal(
                f"{pointer}/x-ecr/choices/{strange[0]}",
                "says no value, and none follows from the keywords",
            )
        order = [*listed, *(label for label in shapes if label not in listed)]
        declared = tuple(
            self.choice(label, shapes[label], listed.get(label, {}), annotation, noun, pointer)
            for label in order
        )
        self.told_apart(declared, pointer)
        path = json_path.show(steps)
        words = annotation.get("expected") or annotation.get("advice") or expected(node, sort)
        advised = "advice" in annotation
        facet = Facet(
            path, steps, noun, node.get("title", ""), declared, declared, parent, words, advised
        )
        return self.with_baseline_first(facet, node, pointer)

    def told_apart(self, declared: tuple[Choice, ...], pointer: str) -> None:
        """That what a choice gives is recognised as that choice."""
        for choice in declared:
            for value in shaping.values(choice.shape):
                taken = next(other for other in declared if other.recognises(value))
                if taken is not choice:
                    problem = f"its {value!r} is taken for the choice {taken.label!r}"
                    raise self.terms.refusal(f"{pointer}/x-ecr/choices/{choice.label}", problem)

    def with_baseline_first(self, facet: Facet, node: dict[str, Any], pointer: str) -> Facet:
        value = json_path.at(self.baseline, facet.steps)
        choice = facet.recognise(self.baseline)
        if (
            choice is None
            and value is MISSING
            and json_path.at(self.baseline, facet.steps[:-1]) in (MISSING, [])
        ):
            return facet  # it lies within something that the baseline lacks
        if choice is None:
            raise self.terms.refusal(
                pointer, f"the baseline's {facet.path} is {value!r}, which is none of its choices"
            )
        match choice.shape:
            case Word() | Whole() as shape:
                if not admits(node, value):
                    problem = f"the baseline's {facet.path} is {value!r}, which the schema refuses"
                    raise self.terms.refusal(pointer, problem)
                choice = replace(choice, shape=replace(shape, example=value))
            case OneOf(values):
                choice = replace(
                    choice,
                    shape=OneOf((value, *(other for other in values if not same(other, value)))),
                )
        others = tuple(other for other in facet.choices if other.label != choice.label)
        return replace(facet, choices=(choice, *others))

    def choice(
        self,
        label: str,
        shape: Shape,
        spec: dict[str, Any],
        annotation: dict[str, Any],
        noun: str,
        pointer: str,
    ) -> Choice:
        token = spec.get("id") or (f"no-{noun}" if isinstance(shape, Absent) else f"{label}-{noun}")
        told = spec.get("evidence", annotation.get("evidence", "inferred"))
        return Choice(
            label, token, shape, self.evidence(told, f"{pointer}/x-ecr"), spec.get("note", "")
        )

    def evidence(self, told: str, pointer: str) -> Evidence:
        try:
            return Evidence(told)
        except ValueError:
            known = ", ".join(Evidence)
            raise self.terms.refusal(pointer, f"the evidence {told!r} is none of {known}") from None

    def elements(
        self,
        steps: json_path.Steps,
        node: dict[str, Any],
        pointer: str,
        facet: Facet,
        needs: Mapping[str, str],
    ) -> None:
        """The first element of an array, which stands for all of them."""
        filled = _filled(facet)
        if not _all_filled(facet):
            return
        inner = (*steps, _ELEMENT)
        items = node["items"]
        if all(
            choice.shape.template
            for choice in facet.choices
            if isinstance(choice.shape, Items) and choice.shape.low
        ):
            sort = self.terms.sort(items, f"{pointer}/items")
            wrong = mutations.wrong(self.terms, inner, items, sort, f"{pointer}/items")
            self.mutations += [
                Mutation(name, inner, value, {**needs, **filled}) for name, value in wrong
            ]
            self.expectations[json_path.show(inner)] = expected(items, sort)
            return
        outer = facet.parent if len(facet.choices) == 1 else facet.path
        self.place(inner, items, f"{pointer}/items", True, outer, {**needs, **filled})
        item = next(found for found in self.facets if found.steps == inner)
        drawn = [
            choice.label
            for choice in item.choices
            if isinstance(choice.shape, (Exactly, OneOf, Word, Whole))
        ]
        for choice in facet.declared:
            if (
                isinstance(choice.shape, Items)
                and choice.shape.others
                and choice.shape.others not in drawn
            ):
                problem = f"{item.path} has no choice {choice.shape.others!r} to draw a value of"
                raise self.terms.refusal(f"{pointer}/x-ecr/choices/{choice.label}/others", problem)

    # --- constraints that follow from nesting -----------------------------------------------------

    def nested(self, facet: Facet, parent: str) -> None:
        """What lies within something absent is absent too."""
        outer = next(found for found in self.facets if found.path == parent)
        hollow = frozenset(choice.label for choice in outer.choices) - set(_all_filled(outer))
        present = frozenset(
            choice.label for choice in facet.choices if not isinstance(choice.shape, Absent)
        )
        if len(present) == len(facet.choices):
            present -= {
                facet.baseline.label
            }  # what cannot be absent has no choice there: its baseline says nothing
        if present:
            because = f"{facet.path} lies within {parent}"
            self.constraints.append(Constraint(((parent, hollow), (facet.path, present)), because))

    def not_hollow(self, facet: Facet) -> None:
        """An object without any of its keys is empty, which is a choice of its own."""
        inner = [
            found
            for found in self.facets
            if found.parent == facet.path and len(found.steps) == len(facet.steps) + 1
        ]
        absent = [(found.path, frozenset({"absent"})) for found in inner]
        because = f"an object without keys is the choice 'empty' of {facet.path}"
        self.constraints.append(
            Constraint(((facet.path, frozenset({"present"})), *absent), because)
        )


def _all_filled(facet: Facet) -> list[str]:
    """The labels with which there is something within the place."""
    return [
        choice.label
        for choice in facet.choices
        if choice.shape == Object(empty=False)
        or (isinstance(choice.shape, Items) and choice.shape.low > 0)
    ]


def _filled(facet: Facet) -> dict[str, str]:
    """The choice, if one has to be made, with which there is something within the place."""
    labels = _all_filled(facet)
    return {facet.path: labels[0]} if len(facet.choices) > 1 and labels else {}
