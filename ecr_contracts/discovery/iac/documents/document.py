"""Files in YAML or JSON, as data that knows on which line each key stands.

It knows the notation and CloudFormation's tags, and nothing of what a document says. Whatever a
file holds, it gives data or a TemplateError, in bounded time and memory.
"""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.plain_files import TooLargeError, read_plain_file
from ecr_contracts.discovery.iac.documents.block import (
    Block,
    TemplateError,
    as_block,
    as_list,
    blocks,
)
from ecr_contracts.discovery.iac.documents.json_document import json_within
from ecr_contracts.discovery.iac.documents.yaml_document import yaml_value

__all__ = [
    "SUFFIXES",
    "Block",
    "TemplateError",
    "as_block",
    "as_list",
    "blocks",
    "json_within",
    "mapping_of",
    "read",
    "read_value",
    "split_name",
]

SUFFIXES = (".yaml", ".yml", ".json", ".template")
"""How the names of templates and documents end."""


def split_name(text: str) -> tuple[str, str]:
    """The file and the name in `template.yaml:Name`; the name is empty where only a file stands."""
    place, _, name = text.rpartition(":")
    if text.endswith(SUFFIXES) or not place:
        return text, ""
    return place, name


def read(file: Path) -> Block:
    """A document as data, in which a tag such as `!Ref` is a mapping as it is in JSON.

    Raises TemplateError for a file that cannot be read, is broken, or holds no mapping.
    """
    return mapping_of(file, read_value(file))


def mapping_of(file: Path, content: Any) -> Block:
    """What `read_value` gave of a file if it is a mapping; raises TemplateError if it is none."""
    if content is None:
        raise TemplateError(str(file), 1, "it is no template: it is empty")
    if not isinstance(content, Block):
        raise TemplateError(str(file), 1, "it is no template: not a mapping")
    return content


def read_value(file: Path) -> Any:
    """A document as `read` gives it, which may be other than a mapping; None for an empty one.

    Raises TemplateError for a file that cannot be read or is broken.
    """
    text = _text(file)
    may_be_json = text.lstrip()[:1] in ("{", "[")
    if not may_be_json:
        return _of_yaml(file, text)
    try:
        return json_within(text, 0)
    except RecursionError:
        problem = f"it is too deeply nested: more than {limits.NESTED_LEVELS} levels"
        raise TemplateError(str(file), 0, problem) from None
    except ValueError as error:
        if file.suffix != ".json":
            return _of_yaml(file, text)
        line = getattr(error, "lineno", 0)
        problem = f"it is not JSON: {error}"
        if not isinstance(error, json.JSONDecodeError):
            problem = "it has a number with more digits than can be read"
        raise TemplateError(str(file), line, problem) from None


def _of_yaml(file: Path, text: str) -> Any:
    if len(text) > limits.YAML_CHARACTERS:
        raise _too_large(file, f"{limits.YAML_CHARACTERS:,} characters of YAML")
    return yaml_value(str(file), text)


def _text(file: Path) -> str:
    """The text of a file, which is in UTF-8 and not too large."""
    try:
        content = read_plain_file(file, limits.DOCUMENT_BYTES)
    except TooLargeError:
        raise _too_large(file, f"{limits.DOCUMENT_BYTES:,} bytes") from None
    except OSError as error:
        raise TemplateError(str(file), 0, error.strerror or str(error)) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        advice = "save it as UTF-8"
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            line, advice = 1, "it seems to be UTF-16, as PowerShell writes it; save it as UTF-8"
        raise TemplateError(str(file), line, "it is not UTF-8", advice) from None


def _too_large(file: Path, limit: str) -> TemplateError:
    problem = f"it is too large: more than {limit}"
    return TemplateError(str(file), 0, problem, "name the handler's own file instead")
