"""The table of all keys of a configuration: what each means, who reads it, which values it has.

A new key is a row here. All front ends read it from then on, the JSON Schema of the configuration
knows it, and a misspelt one is told what was meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.findings import Evidence
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.engine.checks.levels import LEVELS, OFF
from ecr_contracts.engine.plan import USUAL
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.events.generate.covering import STRENGTHS
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.frontends.config import values
from ecr_contracts.frontends.config.values import Reader
from ecr_contracts.runtime.lambda_context import LONGEST_CALL
from ecr_contracts.runtime.sandbox.settings import BACKENDS

__all__ = [
    "CONSUMERS",
    "CONSUMER_KEYS",
    "EFFORT_FIELDS",
    "SETTINGS_FIELDS",
    "SHARED_KEYS",
    "SUBJECT_KEYS",
    "KeyRow",
]

JsonSchema = Mapping[str, Any]

CONSUMERS = "consumers"
"""The key of the list of what is checked, at the top alone."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key: who reads its value, what it means, and the JSON Schema of its values.

    The schema takes what the reader takes, but for what only a look at files tells.
    """

    name: str
    read: Reader
    meaning: str
    schema: JsonSchema


def _rows(*rows: KeyRow) -> Mapping[str, KeyRow]:
    return {row.name: row for row in rows}


# --- schemas of values ----------------------------------------------------------------------------

_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_COUNT = {"type": "integer", "minimum": 0}
_FULL_TEXT = {"type": "string", "pattern": "\\S"}


def _one_or_several(one: JsonSchema, *, least: int) -> JsonSchema:
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": least}]}


def _names(known: Iterable[str]) -> JsonSchema:
    return _one_or_several({"enum": list(known)}, least=1)


_TEXTS = _one_or_several({"type": "string", "minLength": 1}, least=0)
_PATHS = _one_or_several({"type": "string", "minLength": 1, "pattern": "^[^\\u0000]*$"}, least=0)
_PATH = {"type": "string", "minLength": 1, "pattern": "^[^\\u0000]*$"}
_VARIABLES = {"type": "object", "additionalProperties": _TEXT}
_LEVEL = {
    "anyOf": [{"enum": [str(level) for level in LEVELS]}, {"type": "string", "pattern": f"^{OFF}:"}]
}

# --- keys -----------------------------------------------------------------------------------------

SUBJECT_KEYS = ("handler", "command", "url")
"""The keys that say what a consumer is, of which an entry has one."""

CONSUMER_KEYS = _rows(
    KeyRow(
        "handler",
        values.target,
        "The handler, as path/to/app.py:handler, package.module:handler or template.yaml:Function.",
        _TEXT,
    ),
    KeyRow(
        "kinds",
        values.kinds,
        "The kinds of events that it is given; else its rule or its code tells.",
        _names(kind_names()),
    ),
    KeyRow(
        "via",
        values.envelopes,
        "How events reach it; else its rule or its code tells.",
        _names(ENVELOPES),
    ),
    KeyRow("path", values.url_path, "Where a web app is sent its events.", _TEXT),
    KeyRow(
        "rule",
        values.texts,
        "The rules that deliver its events, as template.yaml:Rule.",
        _TEXTS,
    ),
    KeyRow("unshielded", values.flag, "It is given what its rule keeps away as well.", _FLAG),
    KeyRow(
        "evidence",
        values.evidence,
        "The weakest evidence that an event may rest on.",
        {"enum": list(map(str, Evidence))},
    ),
    KeyRow(
        "timeout",
        values.seconds,
        f"The seconds that Lambda gives it for one event, up to {LONGEST_CALL:g}.",
        {"type": "number", "exclusiveMinimum": 0, "maximum": LONGEST_CALL},
    ),
    KeyRow(
        "strength",
        values.strength,
        f"How many choices meet in every way that they can (usually {USUAL.strength}).",
        {"type": "integer", "minimum": STRENGTHS[0], "maximum": STRENGTHS[-1]},
    ),
    KeyRow(
        "examples",
        values.count,
        f"Events of other values drawn for each kind (usually {USUAL.examples}).",
        _COUNT,
    ),
    KeyRow(
        "probe",
        values.count,
        f"Further calls to tell the causes of each fault (usually {USUAL.probe}).",
        _COUNT,
    ),
    KeyRow(
        "command",
        values.command,
        "A program of any language: it gets each event as a line of JSON.",
        _FULL_TEXT,
    ),
    KeyRow("url", values.url, "An address that events are posted to.", _FULL_TEXT),
)
"""What is said of one consumer only."""

EFFORT_FIELDS = ("strength", "examples", "probe", "evidence")
"""The keys of a consumer that are fields of `Effort`, under the same name."""

SHARED_KEYS = _rows(
    KeyRow(
        "answers",
        values.answers,
        "What calls are answered with: an AWS operation (sns.Publish) or a host.",
        {"type": "object"},
    ),
    KeyRow(
        "env",
        values.env,
        "Environment variables; or what becomes of missing ones: auto makes them up, strict stops.",
        {"anyOf": [{"enum": [values.AUTO, values.STRICT]}, _VARIABLES]},
    ),
    KeyRow(
        "env-file",
        values.env_file,
        "A file of environment variables: lines NAME=VALUE, or SAM's JSON.",
        _TEXT,
    ),
    KeyRow("env-auto", values.flag, "Missing variables are made up.", _FLAG),
    KeyRow("env-strict", values.flag, "A missing variable stops the run.", _FLAG),
    KeyRow("sandbox", values.backend, "Who answers calls to AWS.", {"enum": list(BACKENDS)}),
    KeyRow("allow-net", values.texts, "Where it may connect, as HOST:PORT.", _TEXTS),
    KeyRow("allow-process", values.texts, "Programs that it may start.", _TEXTS),
    KeyRow("allow-write", values.paths, "Files and folders that it may change.", _PATHS),
    KeyRow("stub-modules", values.texts, "Modules that are replaced, not installed.", _TEXTS),
    KeyRow(
        "memory",
        values.megabytes,
        "Megabytes of memory that it may take.",
        {"type": "integer", "minimum": limits.LEAST_MEGABYTES},
    ),
    KeyRow(
        "checks",
        values.levels,
        'The level of single checks: error, warning, off, or "off: why".',
        {
            "type": "object",
            "propertyNames": {"enum": [*CHECKS, *(check.code for check in CHECKS.values())]},
            "additionalProperties": _LEVEL,
        },
    ),
    KeyRow(
        "baseline",
        values.file,
        "The file of findings that are accepted, each with its reason.",
        _PATH,
    ),
    KeyRow("strict", values.flag, "Warnings count as errors.", _FLAG),
    KeyRow("future", values.flag, "Events as AWS may send them one day are given too.", _FLAG),
)
"""What may be said of all consumers or of one."""

SETTINGS_FIELDS: Mapping[str, str] = {
    "env-auto": "env_auto",
    "sandbox": "backend",
    "allow-net": "allow_net",
    "allow-process": "allow_processes",
    "allow-write": "allow_write",
    "stub-modules": "stubs",
    "memory": "memory",
}
"""The shared keys that replace a field of `Settings`, with its name."""
