"""The events that AWS's pages print of a kind, as its schema lists them, misprints included."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ecr_contracts.events.compile.keywords import Dialect
from ecr_contracts.events.kinds import schema_of

_KEYS = {"file", "page", "defects", "mended", "rebuilt"}
_TEXTS = ("file", "page", "mended", "rebuilt")


@dataclass(frozen=True, slots=True)
class Sample:
    """An event that AWS prints: the file below `schemas/` that has it as printed.

    `page` is where, `defects` what is misprinted, in words by the path where it stands ("$"
    where the text is no JSON). `mended` is a file without these. Where AWS prints a part of an
    event alone, `rebuilt` says what of the file is ours.
    """

    file: str
    page: str
    defects: Mapping[str, str]
    mended: str | None = None
    rebuilt: str = ""


def documented_samples(kind: str) -> tuple[Sample, ...]:
    """What AWS prints of a kind's events, in the order of the schema; empty where it prints none.

    Raises UnknownNameError for a name that is no kind, UnreadableSchemaError for a list that is
    not understood.
    """
    annotation = schema_of(kind).get("x-ecr", {})
    samples = tuple(declared_samples(Dialect(kind), annotation))
    if not samples and "sample" in annotation:
        return (Sample(annotation["sample"], "", {}),)
    return samples


def declared_samples(dialect: Dialect, annotation: Mapping[str, Any]) -> Iterator[Sample]:
    """The samples that a schema lists. Raises UnreadableSchemaError, naming the place."""
    for index, declared in enumerate(annotation.get("samples", ())):
        pointer = f"#/x-ecr/samples/{index}"
        dialect.check_keys(declared, _KEYS, pointer, "annotation")
        for key in ("file", "page", "defects"):
            if key not in declared:
                raise dialect.refusal(pointer, f"{key!r} is missing")
        for key in _TEXTS:
            if not isinstance(declared.get(key, ""), str):
                problem = f"a string is wanted here, not {json.dumps(declared[key])}"
                raise dialect.refusal(f"{pointer}/{key}", problem)
        _check_defects(dialect, declared["defects"], f"{pointer}/defects")
        yield Sample(**declared)


def _check_defects(dialect: Dialect, defects: Any, pointer: str) -> None:
    texts = defects.values() if isinstance(defects, dict) else [None]
    if not all(isinstance(text, str) for text in texts):
        problem = f"words by paths are wanted here, not {json.dumps(defects)}"
        raise dialect.refusal(pointer, problem)
