"""Where each claim about a kind comes from: its evidence, the sentence's source, since when.

Reads the annotations `source`, `since` and `open` of the schemas, which the model of a kind does
not need: nothing here decides which events there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Evidence
from ecr_contracts.events.compile import reader
from ecr_contracts.events.compile.references import merged_schema
from ecr_contracts.events.generate.cases import ORDINARY, SAMPLE, Case, edge_cases
from ecr_contracts.events.kinds import schema_path
from ecr_contracts.events.model import Choice, Contract, Facet

_Annotation = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Something that a claim rests on: a page, a schema of AWS's registry, captured events.

    `text` names it; it is empty for what is inferred from nothing that could be named. `since` is
    the year, month or day of it, as far as that is known (else empty).
    """

    evidence: Evidence
    text: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A choice, with what it rests on: the source of its evidence first."""

    choice: Choice
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """A claim that an object has these of the keys that may be absent, and no other of them.

    `token` names it in case ids.
    """

    token: str
    keys: tuple[str, ...]
    note: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One place of an event, as the schema describes it, with the claims about it.

    `types` are names of JSON types. `is_required` tells that the schema refuses an event without
    it, `is_always_there` that no event without it is known. `within` is the path of the nearest
    field around it that may be absent, null or empty; None where there is none. `sources` are those
    of the field itself, each with a text, a date, or both.
    """

    facet: Facet
    types: tuple[str, ...]
    description: str
    is_required: bool
    within: str | None
    claims: tuple[Claim, ...]
    key_sets: tuple[Keys, ...]
    sources: tuple[Source, ...]
    questions: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where it is in an event."""
        return self.facet.path

    @property
    def is_always_there(self) -> bool:
        """Whether it is there whenever what it lies within is."""
        return self.facet.absent_label is None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A claim about choices together: when there are these, there are only those.

    Both map paths to labels of choices.
    """

    when: Mapping[str, tuple[str, ...]]
    then: Mapping[str, tuple[str, ...]]
    because: str
    sources: tuple[Source, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that it speaks of, each once."""
        return tuple(dict.fromkeys((*self.when, *self.then)))


@dataclass(frozen=True, slots=True)
class Together:
    """A claim that events have some choices together: labels by path."""

    choices: Mapping[str, tuple[str, ...]]
    because: str
    sources: tuple[Source, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that it speaks of."""
        return tuple(self.choices)


@dataclass(frozen=True, slots=True)
class Sample:
    """An event that AWS prints: the file that holds it, the page, and what is wrong in it, by path.

    `mended` is the file of a copy without that, `rebuilt` says what of the event is ours; both may
    be empty.
    """

    file: str
    page: str
    defects: Mapping[str, str]
    mended: str = ""
    rebuilt: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that is claimed of a kind, and what it rests on.

    `folder` is the folder of its schema, `sources` what is known of the kind as a whole.
    """

    contract: Contract
    folder: str
    is_usual: bool
    sources: tuple[Source, ...]
    samples: tuple[Sample, ...]
    fields: tuple[Field, ...]
    exclusions: tuple[Exclusion, ...]
    combinations: tuple[Together, ...]
    questions: tuple[str, ...]

    def defects(self, path: str) -> tuple[str, ...]:
        """What is wrong at a path in the events that AWS prints, each once."""
        found = [sample.defects[path] for sample in self.samples if path in sample.defects]
        return tuple(dict.fromkeys(found))

    def field(self, path: str) -> Field | None:
        """The field at a path, if there is one."""
        return next((field for field in self.fields if field.path == path), None)


@dataclass(frozen=True, slots=True)
class Shown:
    """The named cases that have a choice, and its value in the first of them (or `MISSING`)."""

    ids: tuple[str, ...]
    value: Any


def cases_of_choices(kind: str) -> Mapping[tuple[str, str], Shown]:
    """The cases that show each choice, by the field's path and the choice's label.

    Those that were made to show it come before AWS's sample; of a choice of the baseline there is
    the ordinary case alone, since nearly every case has it. Raises UnknownNameError.
    """
    contract = reader.contract(kind)
    shown: dict[tuple[str, str], Shown] = {}
    for case in sorted(edge_cases(kind), key=lambda case: _order(case, kind)):
        event = case.event
        for facet in contract.facets:
            choice, around = facet.recognise(event), json_path.at(event, facet.steps[:-1])
            if choice is None or not isinstance(around, (dict, list)):
                continue
            value = json_path.at(event, facet.steps)
            key = (facet.path, choice.label)
            before = shown.get(key, Shown((), value))
            if before.ids != (f"{kind}/{ORDINARY}",):
                shown[key] = Shown((*before.ids, case.id), before.value)
    return shown


def _order(case: Case, kind: str) -> int:
    """The ordinary case first, the sample last."""
    return {f"{kind}/{ORDINARY}": 0, f"{kind}/{SAMPLE}": 2}.get(case.id, 1)


@cache
def provenance(kind: str) -> Provenance:
    """What is claimed of a kind. Raises UnknownNameError for a name that is no kind."""
    contract, schema = reader.contract(kind), merged_schema(kind)
    annotation: _Annotation = schema["x-ecr"]
    places = dict(_places(schema))
    fields = tuple(_field(facet, *places[facet.path], annotation) for facet in contract.facets)
    return Provenance(
        contract=contract,
        folder=schema_path(kind).rpartition("/")[0],
        is_usual=annotation.get("usual", False),
        sources=_stated(annotation),
        samples=tuple(map(_sample, annotation.get("samples", ()))),
        fields=fields,
        exclusions=tuple(_exclusions(annotation)),
        combinations=tuple(_combinations(annotation)),
        questions=tuple(annotation.get("open", ())),
    )


def _places(
    node: _Annotation, steps: json_path.Steps = (), *, is_required: bool = True
) -> Iterator[tuple[str, tuple[_Annotation, bool]]]:
    """Every node of a schema by the path that it describes, and whether that is required."""
    yield json_path.show(steps), (node, is_required)
    required = node.get("required", ())
    for key, child in node.get("properties", {}).items():
        yield from _places(child, (*steps, key), is_required=key in required)
    if "items" in node:
        yield from _places(node["items"], (*steps, 0))


def _sample(declared: _Annotation) -> Sample:
    return Sample(
        file=declared["file"],
        page=declared["page"],
        defects=declared.get("defects", {}),
        mended=declared.get("mended", ""),
        rebuilt=declared.get("rebuilt", ""),
    )


def _field(facet: Facet, node: _Annotation, is_required: bool, of_kind: _Annotation) -> Field:
    annotation: _Annotation = node.get("x-ecr", {})
    specs: Mapping[str, _Annotation] = annotation.get("choices", {})
    return Field(
        facet=facet,
        types=_types(node),
        description=node.get("description", ""),
        is_required=is_required,
        within=facet.parent,
        claims=tuple(
            Claim(
                choice, _sources(choice.evidence, specs.get(choice.label, {}), annotation, of_kind)
            )
            for choice in facet.declared
        ),
        key_sets=tuple(
            Keys(
                token,
                tuple(declared["keys"]),
                declared.get("note", ""),
                _sources(Evidence(declared["evidence"]), declared, annotation, of_kind),
            )
            for token, declared in annotation.get("sets", {}).items()
        ),
        sources=_stated(annotation),
        questions=tuple(annotation.get("open", ())),
    )


def _types(node: _Annotation) -> tuple[str, ...]:
    """The names of the JSON types of a place; a constant says it by itself."""
    names = node.get("type")
    if names is None:
        value = node["const"] if "const" in node else node["enum"][0]
        names = _NAMES[type(value)]
    return (names,) if isinstance(names, str) else tuple(names)


_NAMES: Mapping[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    type(None): "null",
}


def _sources(evidence: Evidence, own: _Annotation, *around: _Annotation) -> tuple[Source, ...]:
    """What a claim rests on: the nearest source of its evidence, then its own further ones.

    `around` are the annotations of what the claim stands in, the nearest first.
    """
    stated = _stated(own)
    first = [source for source in stated if source.evidence is evidence and source.text]
    if not first:
        since = own.get("since", {}).get(evidence, "")
        first = [Source(evidence, _nearest(evidence, around), since)]
    return (*first, *(source for source in stated if source.evidence is not evidence))


def _nearest(evidence: Evidence, around: tuple[_Annotation, ...]) -> str:
    for annotation in around:
        text: str = annotation.get("source", {}).get(evidence, "")
        if text:
            return text
    return ""


def _stated(annotation: _Annotation) -> tuple[Source, ...]:
    """The sources and dates that an annotation states itself, the strongest evidence first."""
    texts, dates = annotation.get("source", {}), annotation.get("since", {})
    return tuple(
        Source(evidence, texts.get(evidence, ""), dates.get(evidence, ""))
        for evidence in Evidence
        if evidence in texts or evidence in dates
    )


def _combinations(of_kind: _Annotation) -> Iterator[Together]:
    for declared in of_kind.get("combinations", ()):
        yield Together(
            choices={path: tuple(labels) for path, labels in declared["choices"].items()},
            because=declared["because"],
            sources=_sources(Evidence(declared["evidence"]), declared, of_kind),
        )


def _exclusions(of_kind: _Annotation) -> Iterator[Exclusion]:
    for declared in of_kind.get("constraints", ()):
        yield Exclusion(
            when={path: tuple(labels) for path, labels in declared["when"].items()},
            then={path: tuple(labels) for path, labels in declared["then"].items()},
            because=declared["because"],
            sources=_sources(Evidence(declared["evidence"]), declared, of_kind),
        )
