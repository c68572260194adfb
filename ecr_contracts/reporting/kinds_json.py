"""What is known of kinds, for programs: `kinds.schema.json` in the package says what keys mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ecr_contracts.core.findings import MISSING
from ecr_contracts.events.provenance import (
    Claim,
    Exclusion,
    Field,
    Keys,
    Provenance,
    Sample,
    Shown,
    Source,
    Together,
)

FORMAT = 1
"""The version of the document."""

Cases = Mapping[tuple[str, str], Shown]


def kinds_as_json(
    kinds: Iterable[tuple[Provenance, Cases]], path: str | None = None
) -> dict[str, Any]:
    """The document on some kinds; with a path, on that field of the kinds that have it."""
    listed = []
    for known, cases in kinds:
        if path is None or known.field(path) is not None:
            listed.append(_kind_as_json(known, cases, path))
    return {"format": FORMAT, "kinds": listed}


def _kind_as_json(known: Provenance, cases: Cases, path: str | None) -> dict[str, Any]:
    contract = known.contract
    fields = [field for field in known.fields if path in (None, field.path)]
    exclusions = [rule for rule in known.exclusions if path is None or path in rule.paths]
    combinations = [one for one in known.combinations if path is None or path in one.paths]
    return {
        "kind": contract.kind,
        "folder": known.folder,
        "title": contract.title,
        "description": contract.description,
        "usual": known.is_usual,
        "discriminator": [
            {"path": place, "value": value} for place, value in contract.discriminator
        ],
        "told_by_keys": [list(group) for group in contract.told_by_keys],
        "sample": f"{contract.kind}/sample" if contract.sample is not None else None,
        "sources": _sources_as_json(known.sources),
        "samples": [_sample_as_json(sample) for sample in known.samples],
        "fields": [_field_as_json(field, known, cases) for field in fields],
        "constraints": [_exclusion_as_json(rule) for rule in exclusions],
        "combinations": [_together_as_json(together) for together in combinations],
        "open": list(known.questions),
    }


def _sample_as_json(sample: Sample) -> dict[str, Any]:
    return {
        "file": sample.file,
        "page": sample.page,
        "defects": [{"path": path, "defect": text} for path, text in sample.defects.items()],
        "mended": sample.mended or None,
        "rebuilt": sample.rebuilt or None,
    }


def _field_as_json(field: Field, known: Provenance, cases: Cases) -> dict[str, Any]:
    return {
        "path": field.path,
        "title": field.facet.title,
        "description": field.description,
        "types": list(field.types),
        "expected": field.facet.expected,
        "presence": "always" if field.is_always_there else "sometimes",
        "required": field.is_required,
        "within": field.within,
        "sources": _sources_as_json(field.sources),
        "choices": [_claim_as_json(claim, field, known, cases) for claim in field.claims],
        "key_sets": [_key_set_as_json(key_set) for key_set in field.key_sets],
        "open": list(field.questions),
    }


def _key_set_as_json(key_set: Keys) -> dict[str, Any]:
    return {
        "id": key_set.token,
        "keys": list(key_set.keys),
        "evidence": key_set.sources[0].evidence.value,
        "sources": _sources_as_json(key_set.sources),
        "note": key_set.note,
    }


def _claim_as_json(claim: Claim, field: Field, known: Provenance, cases: Cases) -> dict[str, Any]:
    choice, shown = claim.choice, cases[field.path, claim.choice.label]
    is_absent = shown.value is MISSING
    return {
        "choice": choice.label,
        "id": choice.token if len(field.claims) > 1 else None,
        "baseline": choice.label == known.contract.ordinary.get(field.path),
        "evidence": choice.evidence.value,
        "sources": _sources_as_json(claim.sources),
        "hypothetical": choice.hypothetical,
        "note": choice.note,
        "absent": is_absent,
        "example": None if is_absent else shown.value,
        "values": list(choice.values),
        "cases": list(shown.ids),
    }


def _exclusion_as_json(exclusion: Exclusion) -> dict[str, Any]:
    return {
        "when": {path: list(labels) for path, labels in exclusion.when.items()},
        "then": {path: list(labels) for path, labels in exclusion.then.items()},
        "because": exclusion.because,
        "evidence": exclusion.sources[0].evidence.value,
        "sources": _sources_as_json(exclusion.sources),
    }


def _together_as_json(together: Together) -> dict[str, Any]:
    return {
        "choices": {path: list(labels) for path, labels in together.choices.items()},
        "because": together.because,
        "evidence": together.sources[0].evidence.value,
        "sources": _sources_as_json(together.sources),
    }


def _sources_as_json(sources: Iterable[Source]) -> list[dict[str, Any]]:
    return [
        {
            "evidence": source.evidence.value,
            "text": source.text,
            "since": source.since or None,
        }
        for source in sources
    ]
