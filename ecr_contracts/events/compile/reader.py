"""From a schema to its contract: places become facets and mutations, exclusions constraints."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.core.json_path import Steps
from ecr_contracts.events.compile.facets import Place, read_evidence, read_facet
from ecr_contracts.events.compile.keywords import (
    ANNOTATIONS,
    KEYWORDS,
    PROVENANCE,
    ROOT_ANNOTATIONS,
    Dialect,
    escaped,
    expected,
)
from ecr_contracts.events.compile.mutations import with_unique_names, wrong_values
from ecr_contracts.events.compile.references import References
from ecr_contracts.events.compile.samples import declared_samples
from ecr_contracts.events.kinds import schema_documents, schema_of, schema_path
from ecr_contracts.events.model import (
    TEMPLATE_FIELD,
    Combination,
    Constraint,
    Contract,
    Facet,
    KeySet,
    Mutation,
)
from ecr_contracts.events.shapes import Exactly, Items, Object, OneOf, Whole, Word

_TOKEN = re.compile(r"[A-Za-z0-9._-]+")
_ELEMENT = 0  # the element of an array that stands for all in facets and mutations


@cache
def contract(kind: str) -> Contract:
    """The contract of a kind that has a schema here.

    Raises UnknownNameError for a name that is no kind, or UnreadableSchemaError.
    """
    return read(kind, schema_of(kind), schema_documents(), schema_path(kind))


def read(
    kind: str,
    schema: Mapping[str, Any],
    documents: Mapping[str, Mapping[str, Any]] | None = None,
    path: str = "",
) -> Contract:
    """The contract that a schema declares.

    `documents` are the files that it may refer to, by their paths below one folder; `path` is its
    own, if it is among them. Raises UnreadableSchemaError, naming the place, for a keyword or
    annotation that is not understood and for annotations that contradict each other.
    """
    dialect, known = Dialect(kind), documents or {}
    if not path:
        path = f"{kind}.schema.json"
        known = {**known, path: schema}
    merged = References(dialect, known).merged(schema, path, "#")
    return _Reader(dialect, merged).contract()


@dataclass(frozen=True)
class _Template:
    """The texts of a choice that have fields of the event in them, and where they stand.

    `parent` is the path of the facet that the choice's own facet lies within, if that can be
    without it.
    """

    texts: tuple[str, ...]
    pointer: str
    path: str
    label: str
    parent: str | None


class _Reader:
    """Walks over one schema, in the order of its keys, and collects what it finds."""

    def __init__(self, dialect: Dialect, schema: dict[str, Any]) -> None:
        self._dialect = dialect
        self._schema = schema
        self._annotation: dict[str, Any] = schema.get("x-ecr", {})
        self._baseline: Mapping[str, Any] = {}
        self._facets: dict[str, Facet] = {}
        self._mutations: list[Mutation] = []
        self._constraints: list[Constraint] = []
        self._key_sets: dict[str, KeySet] = {}
        self._known_together: list[Combination] = []
        self._known_keys: dict[str, tuple[str, ...]] = {}
        self._expectations: dict[str, str] = {}
        self._templates: list[_Template] = []

    # --- the whole --------------------------------------------------------------------------------

    def contract(self) -> Contract:
        """The contract; to be asked for once."""
        dialect, annotation = self._dialect, self._annotation
        dialect.check_keys(annotation, ROOT_ANNOTATIONS, "#/x-ecr", "annotation")
        dialect.check_provenance(annotation, "#/x-ecr")
        if "baseline" not in annotation:
            problem = "no baseline: the ordinary event of the kind has to be declared"
            raise dialect.refusal("#/x-ecr", problem)
        self._baseline = annotation["baseline"]
        list(declared_samples(dialect, annotation))  # refuses what is not understood
        bare = {key: value for key, value in self._schema.items() if key != "x-ecr"}
        self._read_object((), bare, "#", None, {})
        self._check_tokens()
        for index, declared in enumerate(annotation.get("constraints", ())):
            self._read_constraint(declared, f"#/x-ecr/constraints/{index}")
        for template in self._templates:
            self._check_template(template)
        contract = Contract(
            kind=dialect.kind,
            title=self._schema.get("title", dialect.kind),
            description=self._schema.get("description", ""),
            facets=tuple(self._facets.values()),
            constraints=tuple(self._constraints),
            mutations=tuple(with_unique_names(self._mutations)),
            baseline=self._baseline,
            sample=annotation.get("sample"),
            discriminator=self._discriminator(annotation.get("discriminator", ())),
            told_by_keys=self._told_by_keys(annotation.get("told-by-keys", ())),
            shared_keys=self._shared_keys(annotation.get("shared-keys", ())),
            known_keys=self._known_keys,
            expectations=self._expectations,
            combinations=(
                *self._combinations(annotation.get("combinations", ())),
                *self._known_together,
            ),
            key_sets=tuple(self._key_sets.values()),
        )
        self._check_baseline(contract)
        return contract

    def _check_baseline(self, contract: Contract) -> None:
        """Refuses a baseline that its own choices do not give, or that breaks a constraint."""
        for constraint in contract.constraints:
            if not constraint.holds(contract.ordinary):
                problem = f"the baseline does not keep to: {constraint.because}"
                raise self._dialect.refusal("#/x-ecr/constraints", problem)
        event = contract.build(contract.ordinary)
        if event != self._baseline:
            problem = f"its choices give {json.dumps(event)}, which is not the same"
            raise self._dialect.refusal("#/x-ecr/baseline", problem)

    def _discriminator(self, paths: Iterable[str]) -> tuple[tuple[str, Any], ...]:
        """The paths and values by which events of this kind are told from others."""
        pointer = "#/x-ecr/discriminator"
        pairs = []
        for path in paths:
            facet = self._facets.get(path)
            shape = facet.baseline.shape if facet is not None and len(facet.choices) == 1 else None
            if not isinstance(shape, Exactly):
                raise self._dialect.refusal(pointer, f"{path} is not a constant of the schema")
            pairs.append((path, shape.value))
        if not pairs:
            problem = "nothing tells an event of this kind from others"
            raise self._dialect.refusal(pointer, problem)
        return tuple(pairs)

    def _told_by_keys(self, groups: Iterable[Any]) -> tuple[tuple[str, ...], ...]:
        """Groups of paths of which any is in every event of this kind, and in none of others."""
        pointer = "#/x-ecr/told-by-keys"
        result = []
        for group in groups:
            if not isinstance(group, list) or not group:
                problem = f"a list of paths is wanted here, not {json.dumps(group)}"
                raise self._dialect.refusal(pointer, problem)
            for path in group:
                if json_path.show(json_path.parse(path)[:-1]) not in self._known_keys:
                    raise self._dialect.refusal(pointer, f"there is no place for {path}")
            result.append(tuple(group))
        return tuple(result)

    def _shared_keys(self, keys: Iterable[Any]) -> tuple[str, ...]:
        """Keys of the detail that events without the keys of this kind have as well."""
        known = self._known_keys.get("$.detail", ())
        for key in keys:
            if key not in known:
                problem = f"there is no {json.dumps(key)} in the detail"
                raise self._dialect.refusal("#/x-ecr/shared-keys", problem)
        return tuple(keys)

    def _check_tokens(self) -> None:
        """Refuses names of choices that case ids cannot hold or that two choices have."""
        owners = {
            "sample": "AWS's sample",
            "ordinary": "the baseline",
            "invalid": "invalid events",
        }
        for facet in self._facets.values():
            if len(facet.choices) == 1:
                continue
            for choice in facet.choices:
                self._check_token(facet.path, choice.label, choice.token, owners)
                owners[choice.token] = facet.path
        for key_set in self._key_sets.values():
            self._check_token(key_set.path, "sets", key_set.token, owners)
            owners[key_set.token] = key_set.path

    def _check_token(self, path: str, label: str, token: str, owners: Mapping[str, str]) -> None:
        pointer = f"#/x-ecr ({path} {label})"
        if not _TOKEN.fullmatch(token):
            problem = f"the id {token!r} may hold letters, digits and . _ - only"
            raise self._dialect.refusal(pointer, problem)
        if token in owners:
            owner = owners[token]
            problem = f"the id {token!r} is taken by {owner}; give this choice another"
            raise self._dialect.refusal(pointer, problem)

    def _check_template(self, template: _Template) -> None:
        """Refuses a template whose fields cannot be filled in whatever the event.

        What lies within the same `parent` is there whenever the template is; so is what a declared
        constraint demands wherever there is the choice that has the template.
        """
        for text in template.texts:
            for path, _ in TEMPLATE_FIELD.findall(text):
                if not self._is_there_with(template, path):
                    problem = f"the template names {path}, which is not in every event"
                    raise self._dialect.refusal(template.pointer, problem)
            if {"{", "}"} & set(TEMPLATE_FIELD.sub("", text.replace("{}", "", 1))):
                problem = f"the template {text!r} has braces that hold no path"
                raise self._dialect.refusal(template.pointer, problem)

    def _is_there_with(self, template: _Template, path: str) -> bool:
        """Whether a path is in every event that has the choice of a template."""
        facet = self._facets.get(path)
        if facet is None or facet.absent_label is not None:
            return False
        if facet.parent in (None, template.parent):
            return True
        outer = self._facets[facet.parent]
        hollow = outer.labels - set(_filling_labels(outer))
        if outer.parent not in (None, template.parent):
            return False
        demanded = ((template.path, frozenset({template.label})), (outer.path, hollow))
        return any(constraint.terms == demanded for constraint in self._constraints)

    # --- declared constraints ---------------------------------------------------------------------

    def _read_constraint(self, declared: Any, pointer: str) -> None:
        """Adds a constraint for each consequence: "when" these choices, "then" only those."""
        keys = {"when", "then", "because", "evidence"}
        self._dialect.check_keys(declared, keys | PROVENANCE, pointer, "annotation")
        self._dialect.check_provenance(declared, pointer)
        if missing := sorted(keys - set(declared)):
            raise self._dialect.refusal(pointer, f"{missing[0]!r} is missing")
        conditions = []
        for path, names in declared["when"].items():
            conditions.append((path, self._labels(path, names, f"{pointer}/when")))
        for path, names in declared["then"].items():
            admitted = self._labels(path, names, f"{pointer}/then")
            excluded = self._facets[path].labels - admitted
            evidence = read_evidence(self._dialect, declared["evidence"], pointer)
            terms = (*conditions, (path, excluded))
            self._constraints.append(Constraint(terms, declared["because"], evidence))

    def _combinations(self, declared: Iterable[Any]) -> tuple[Combination, ...]:
        """What is known of choices together."""
        keys = {"choices", "because", "evidence"}
        combinations = []
        for index, one in enumerate(declared):
            pointer = f"#/x-ecr/combinations/{index}"
            self._dialect.check_keys(one, keys | PROVENANCE, pointer, "annotation")
            self._dialect.check_provenance(one, pointer)
            if missing := sorted(keys - set(one)):
                raise self._dialect.refusal(pointer, f"{missing[0]!r} is missing")
            terms = []
            for path, names in one["choices"].items():
                terms.append((path, self._labels(path, names, f"{pointer}/choices")))
            if len(terms) < 2:
                problem = "a combination is of choices of two places or more"
                raise self._dialect.refusal(f"{pointer}/choices", problem)
            evidence = read_evidence(self._dialect, one["evidence"], pointer)
            combinations.append(Combination(tuple(terms), one["because"], evidence))
        return tuple(combinations)

    def _labels(self, path: str, names: Any, pointer: str) -> frozenset[str]:
        """Names that a constraint or combination gives of a facet's choices, checked."""
        facet = self._facets.get(path)
        if facet is None:
            raise self._dialect.refusal(pointer, f"there is no {path}")
        if not isinstance(names, list):
            problem = f"a list is wanted here, not {json.dumps(names)}"
            raise self._dialect.refusal(pointer, problem)
        for name in names:
            if name not in facet.labels:
                raise self._dialect.refusal(pointer, f"{path} has no choice {name!r}")
        return frozenset(names)

    # --- places -----------------------------------------------------------------------------------

    def _read_object(
        self,
        steps: Steps,
        node: dict[str, Any],
        pointer: str,
        parent: str | None,
        needs: Mapping[str, str],
    ) -> None:
        """Reads the keys of an object, each in its turn."""
        dialect = self._dialect
        dialect.check_keys(node, ANNOTATIONS | KEYWORDS["object"], pointer, "keyword")
        if node.get("additionalProperties", True) is not True:
            problem = "objects stay open, since AWS adds fields"
            raise dialect.refusal(f"{pointer}/additionalProperties", problem)
        required = set(node.get("required", ()))
        properties = node.get("properties", {})
        if undeclared := sorted(required - set(properties)):
            problem = f"{undeclared[0]!r} is required but not described"
            raise dialect.refusal(f"{pointer}/required", problem)
        self._known_keys[json_path.show(steps)] = tuple(properties)
        for key, child in properties.items():
            if key in required:
                self._mutations.append(Mutation(f"missing-{key}", (*steps, key), MISSING, needs))
            place = Place(
                steps=(*steps, key),
                node=child,
                pointer=f"{pointer}/properties/{escaped(key)}",
                json_type=dialect.type_of(child, f"{pointer}/properties/{escaped(key)}"),
                is_required=key in required,
                parent=parent,
                needs=needs,
            )
            self._read_place(place)

    def _read_place(self, place: Place) -> None:
        """Reads one place of the event: its facet, its mutations, and the places within it."""
        facet = read_facet(self._dialect, place, self._baseline)
        self._facets[facet.path] = facet
        self._expectations[facet.path] = facet.expected
        self._note_templates(place, facet)
        self._add_mutations(place)
        if place.parent is not None:
            self._forbid_in_hollow(facet, self._facets[place.parent])
        if place.json_type == "object":
            parent = place.parent if len(facet.choices) == 1 else facet.path
            needs = {**place.needs, **_filling_choice(facet)}
            self._read_object(place.steps, place.node, place.pointer, parent, needs)
            if any(choice.shape == Object(empty=True) for choice in facet.choices):
                self._forbid_hollow_present(facet)
            self._read_key_sets(place, facet)
        elif place.json_type == "array":
            self._read_elements(place, facet)

    def _read_key_sets(self, place: Place, facet: Facet) -> None:
        """Reads which keys of an object occur together, as `sets` names them."""
        inner = [
            other
            for other in self._facets.values()
            if other.parent == facet.path and len(other.steps) == len(place.steps) + 1
        ]
        by_key = {str(other.steps[-1]): other for other in inner}
        for token, declared in place.annotation.get("sets", {}).items():
            pointer = f"{place.pointer}/x-ecr/sets/{token}"
            keys = {"keys", "evidence", "note"}
            self._dialect.check_keys(declared, keys | PROVENANCE, pointer, "annotation")
            if missing := sorted({"keys", "evidence"} - set(declared)):
                raise self._dialect.refusal(pointer, f"{missing[0]!r} is missing")
            if unknown := [key for key in declared["keys"] if key not in by_key]:
                problem = f"{facet.path} has no key {unknown[0]!r} that may be absent"
                raise self._dialect.refusal(f"{pointer}/keys", problem)
            evidence = read_evidence(self._dialect, declared["evidence"], pointer)
            choices = {}
            for key, other in by_key.items():
                absent = frozenset(filter(None, [other.absent_label]))
                choices[other.path] = other.labels - absent if key in declared["keys"] else absent
                if not choices[other.path]:
                    problem = f"{other.path} is never {'there' if absent else 'absent'}"
                    raise self._dialect.refusal(f"{pointer}/keys", problem)
            note = declared.get("note", "")
            self._key_sets[token] = KeySet(token, facet.path, choices, note)
            terms = tuple(choices.items())
            self._known_together.append(Combination(terms, note or token, evidence))

    def _note_templates(self, place: Place, facet: Facet) -> None:
        for choice in facet.declared:
            texts: tuple[str, ...] = ()
            if isinstance(choice.shape, Items) and choice.shape.template:
                texts = choice.shape.template
            if isinstance(choice.shape, Word) and choice.shape.frame:
                texts = (choice.shape.frame,)
            if texts:
                pointer = f"{place.pointer}/x-ecr/choices/{choice.label}"
                template = _Template(texts, pointer, facet.path, choice.label, place.parent)
                self._templates.append(template)

    def _add_mutations(self, place: Place) -> None:
        values = wrong_values(
            self._dialect, place.steps, place.node, place.json_type, place.pointer
        )
        for name, value in values:
            self._mutations.append(Mutation(name, place.steps, value, place.needs))

    def _read_elements(self, place: Place, facet: Facet) -> None:
        """Reads the first element of an array, which stands for all of them."""
        if not _filling_labels(facet):
            return
        items, pointer = place.node["items"], f"{place.pointer}/items"
        element = Place(
            steps=(*place.steps, _ELEMENT),
            node=items,
            pointer=pointer,
            json_type=self._dialect.type_of(items, pointer),
            is_required=True,
            parent=place.parent if len(facet.choices) == 1 else facet.path,
            needs={**place.needs, **_filling_choice(facet)},
        )
        if _is_templated(facet):
            self._add_mutations(element)
            self._expectations[json_path.show(element.steps)] = expected(items, element.json_type)
            return
        self._read_place(element)
        self._check_others(place, facet, self._facets[json_path.show(element.steps)])

    def _check_others(self, place: Place, facet: Facet, item: Facet) -> None:
        """Refuses further elements of a choice that no value can be drawn of."""
        drawn = [
            choice.label
            for choice in item.choices
            if isinstance(choice.shape, (Exactly, OneOf, Word, Whole))
        ]
        for choice in facet.declared:
            others = choice.shape.others if isinstance(choice.shape, Items) else ""
            if others and others not in drawn:
                pointer = f"{place.pointer}/x-ecr/choices/{choice.label}/others"
                problem = f"{item.path} has no choice {others!r} to draw a value of"
                raise self._dialect.refusal(pointer, problem)

    # --- constraints that follow from nesting -----------------------------------------------------

    def _forbid_in_hollow(self, facet: Facet, outer: Facet) -> None:
        """Adds that what lies within something absent is absent too.

        What cannot be absent has no choice there: its baseline says nothing.
        """
        hollow = outer.labels - set(_filling_labels(outer))
        nothing = facet.absent_label or facet.baseline.label
        present = facet.labels - {nothing}
        if present:
            terms = ((outer.path, hollow), (facet.path, present))
            because = f"{facet.path} lies within {outer.path}"
            self._constraints.append(Constraint(terms, because))

    def _forbid_hollow_present(self, facet: Facet) -> None:
        """Adds that an object without any of its keys is empty, which is a choice of its own."""
        terms = [(facet.path, frozenset({"present"}))]
        for inner in self._facets.values():
            if inner.parent == facet.path and len(inner.steps) == len(facet.steps) + 1:
                terms.append((inner.path, frozenset({"absent"})))
        because = f"an object without keys is the choice 'empty' of {facet.path}"
        self._constraints.append(Constraint(tuple(terms), because))


def _is_templated(facet: Facet) -> bool:
    """Whether a template gives the elements wherever an array has any."""
    for choice in facet.choices:
        if isinstance(choice.shape, Items) and choice.shape.low and not choice.shape.template:
            return False
    return True


def _filling_labels(facet: Facet) -> list[str]:
    """The labels with which there is something within the place."""
    labels = []
    for choice in facet.choices:
        match choice.shape:
            case Object(empty=False):
                labels.append(choice.label)
            case Items(low=low) if low > 0:
                labels.append(choice.label)
    return labels


def _filling_choice(facet: Facet) -> dict[str, str]:
    """The choice, if one has to be made, with which there is something within the place."""
    labels = _filling_labels(facet)
    return {facet.path: labels[0]} if len(facet.choices) > 1 and labels else {}
