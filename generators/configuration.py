"""Writes the JSON Schema of the configuration, which editors read, from the table of its keys."""

from __future__ import annotations

import json

from ecr_contracts.frontends.config.schema import config_schema

NAME = "ecr_contracts/config.schema.json"


def texts() -> dict[str, str]:
    """The file: its name, from the root of the checkout, and its text."""
    return {NAME: json.dumps(config_schema(), indent=2) + "\n"}
