"""One version of a kind: its schema as judges read it, the places it speaks of, its contract."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jsonschema
from jsonschema.validators import validator_for

from ecr_contracts.core.errors import SchemaSetError, UnreadableSchemaError
from ecr_contracts.core.json_path import Steps
from ecr_contracts.events.compile import reader
from ecr_contracts.events.differences.schema_places import SchemaPlaces, schema_places
from ecr_contracts.events.differences.schema_sets import SchemaSet
from ecr_contracts.events.model import Contract

_MISSING_KEYS = ("required",)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a version refuses an event: the place, where an index is 0, and the keyword."""

    steps: Steps
    keyword: str


@dataclass(frozen=True)
class Version:
    """A kind as one of two sets of schemas has it."""

    kind: str
    schemas: SchemaSet
    path: str

    @property
    def schema(self) -> dict[str, Any]:
        """The schema as it is written."""
        return self.schemas.documents[self.path]

    @property
    def draft(self) -> str:
        """The draft of JSON Schema that it is written in: some read the same words otherwise."""
        return str(validator_for(self.schema, jsonschema.Draft202012Validator).__name__)

    @cached_property
    def places(self) -> SchemaPlaces:
        """What the schema says of each place. Raises SchemaSetError where it has no end."""
        try:
            return schema_places(self.schema, self.schemas.resolver(self.path))
        except RecursionError as error:
            raise self._unusable("it is nested too deeply") from error

    @cached_property
    def _contract_or_problem(self) -> Contract | str:
        if "baseline" not in self.schema.get("x-ecr", {}):
            return ""
        try:
            schema = {key: self.schema[key] for key in self.schema if not _is_of_exports(key)}
            return reader.read(self.kind, schema, self.schemas.documents, self.path)
        except UnreadableSchemaError as error:
            return str(error)

    @property
    def contract(self) -> Contract | None:
        """The contract that its annotations declare; None where there are none, or wrong ones."""
        found = self._contract_or_problem
        return None if isinstance(found, str) else found

    @property
    def annotation_problem(self) -> str:
        """Why the annotations cannot be read; empty where they can, or where there are none."""
        found = self._contract_or_problem
        return found if isinstance(found, str) else ""

    def accepts(self, event: Any) -> bool:
        """Whether the schema admits an event. Raises SchemaSetError where it cannot be applied."""
        fast = self._fast
        if fast is not None:
            with suppress(ValueError, TypeError, OverflowError):
                return bool(fast.is_valid(event))
        return self.is_proved_to_accept(event)

    def is_proved_to_accept(self, event: Any) -> bool:
        """Whether jsonschema, the reference, admits an event. Raises SchemaSetError."""
        return next(self._errors(event), None) is None

    def faults(self, event: Any) -> frozenset[Fault]:
        """Why jsonschema refuses an event; nothing where it does not. Raises SchemaSetError."""
        return frozenset(Fault(_general(steps), keyword) for steps, keyword in self.errors(event))

    def errors(self, event: Any) -> list[tuple[Steps, str]]:
        """The exact places at which jsonschema refuses an event, each with the keyword.

        Raises SchemaSetError.
        """
        places: dict[tuple[Steps, str], None] = {}
        for error in self._errors(event):
            places.update(dict.fromkeys(_places(error)))
        return list(places)

    def _errors(self, event: Any) -> Iterator[jsonschema.ValidationError]:
        try:
            yield from self._reference.iter_errors(event)
        except RecursionError as error:
            raise self._unusable("it refers to itself without an end") from error
        except Exception as error:
            raise self._unusable(f"it cannot be applied: {error}") from error

    @cached_property
    def _reference(self) -> Any:
        cls = validator_for(self.schema, jsonschema.Draft202012Validator)
        return cls({"$ref": self.path}, registry=self.schemas.registry)

    @cached_property
    def _fast(self) -> Any:
        """jsonschema-rs's validator, where that understands the schemas as well."""
        import jsonschema_rs

        documents: list[tuple[str, Any]] = []
        for path, document in self.schemas.documents.items():
            documents.append((f"json-schema:///{path}", document))
        with suppress(Exception):
            registry = jsonschema_rs.Registry(documents)
            whole = {"$ref": f"json-schema:///{self.path}"}
            return jsonschema_rs.validator_for(whole, registry=registry)
        return None

    def _unusable(self, problem: str) -> SchemaSetError:
        return SchemaSetError(f"{self.schemas.name} ({self.path})", problem, "mend it")


def _is_of_exports(key: str) -> bool:
    """Whether a keyword stands in exported schemas alone, and says nothing of events."""
    return key == "examples" or (key.startswith("x-") and key != "x-ecr")


def _general(steps: Steps) -> Steps:
    """The path that stands for all elements of an array."""
    return tuple(0 if isinstance(step, int) else step for step in steps)


def _places(error: jsonschema.ValidationError) -> Iterator[tuple[Steps, str]]:
    """What one error of jsonschema comes to: a missing key counts as a place of its own."""
    steps = tuple(error.absolute_path)
    keyword = str(error.validator) if error.validator else "false"
    if keyword in _MISSING_KEYS and isinstance(error.instance, dict):
        demanded: Any = error.validator_value
        for key in demanded:
            if key not in error.instance:
                yield (*steps, key), keyword
        return
    yield steps, keyword
