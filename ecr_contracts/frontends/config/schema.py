"""The JSON Schema of a configuration, made of the table of keys, so that editors complete it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecr_contracts.frontends.config.keys import (
    CONSUMER_KEYS,
    CONSUMERS,
    SHARED_KEYS,
    SUBJECT_KEYS,
    KeyRow,
)

__all__ = ["config_schema"]

# The draft that editors of TOML read.
_DRAFT = "http://json-schema.org/draft-07/schema#"

_ABOUT = (
    "What a project has checked, and how: the keys of an ecr-contracts.toml, or of "
    "[tool.ecr-contracts] in a pyproject.toml. Paths are relative to the file."
)
_CONSUMERS = "What is checked: handlers, programs of any language, or addresses."


def config_schema() -> dict[str, Any]:
    """The schema of an `ecr-contracts.toml`, and of the table that a pyproject.toml has.

    It takes what the readers of the keys take, but for what only a look at files tells: whether a
    handler, a template or a file of variables is there. A whole number written as 3.0 is one for
    JSON Schema, and none in TOML.
    """
    shared = _properties(SHARED_KEYS)
    entry = {
        "type": "object",
        "properties": {**_properties(CONSUMER_KEYS), **shared},
        "additionalProperties": False,
        "oneOf": [{"required": [name]} for name in SUBJECT_KEYS],
    }
    consumers = {"description": _CONSUMERS, "type": "array", "items": entry}
    return {
        "$schema": _DRAFT,
        "title": "Configuration of ecr-contracts",
        "description": _ABOUT,
        "type": "object",
        "properties": {CONSUMERS: consumers, **shared},
        "additionalProperties": False,
    }


def _properties(rows: Mapping[str, KeyRow]) -> dict[str, Any]:
    return {name: {"description": row.meaning, **row.schema} for name, row in rows.items()}
