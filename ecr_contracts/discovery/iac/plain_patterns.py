"""Files that hold event patterns and nothing of what they reach, as AWS's command line takes them.

The forms are the pattern itself, an `EventPattern` (an object, or its text) with the other keys of
`put-rule` and `describe-rule`, and the `Rules` of `list-rules`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ecr_contracts.core.errors import PatternError
from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.discovery.iac.documents.document import Block
from ecr_contracts.eventbridge.rules.pattern import OR, Pattern

__all__ = ["meant_as_pattern", "plain_rules"]

_PATTERN = "EventPattern"
_TELLING = frozenset({"source", "detail-type", "detail", OR})
_TEXTS = ("source", "detail-type")  # of an event; a pattern has lists
_KEYS = frozenset({"version", "id", "account", "time", "region", "resources", "replay-name"})


def plain_rules(file: Path, content: Any) -> tuple[Rule, ...]:
    """The rules in what a file holds; none if it is something else, a sample event for example.

    What is called a pattern is one, even if EventBridge refuses it; so is what has the keys of
    events, and lists where events have texts.
    """
    if isinstance(content, Block) and isinstance(content.get("Rules"), list):
        content = content["Rules"]
    if isinstance(content, list):
        return tuple(_named_rules(file, content))
    if not isinstance(content, Block):
        return ()
    if _PATTERN in content:
        return tuple(_named_rules(file, [content]))
    if not _is_pattern(content):
        return ()
    return (Rule(file.name, content, "", file.as_posix(), min(content.lines.values())),)


def meant_as_pattern(file: Path, content: Any) -> Rule | None:
    """The pattern that a file holds that was named as one; None if it holds something else.

    It may be one that EventBridge refuses, or have keys that no event has. A sample event is none:
    it has an id and a time as texts.
    """
    if not isinstance(content, Block) or not content.keys() & _TELLING:
        return None
    if isinstance(content.get("id"), str) and isinstance(content.get("time"), str):
        return None
    return Rule(file.name, content, "", file.as_posix(), min(content.lines.values()))


def _named_rules(file: Path, descriptions: list[Any]) -> Iterator[Rule]:
    """The rules that some descriptions are of."""
    for description in descriptions:
        if not isinstance(description, Block):
            continue
        pattern = _parsed(description.get(_PATTERN))
        if isinstance(pattern, Mapping):
            name = description.get("Name", file.name)
            line = description.lines[_PATTERN]
            disabled = description.get("State") == "DISABLED"
            yield Rule(str(name), pattern, "", file.as_posix(), line, disabled=disabled)


def _parsed(pattern: Any) -> Any:
    """A pattern as data, None where its text is no JSON."""
    if not isinstance(pattern, str):
        return pattern
    try:
        return json.loads(pattern)
    except (ValueError, RecursionError):
        return None


def _is_pattern(content: Block) -> bool:
    """Whether a mapping is a pattern for events, which a sample event is not."""
    keys = content.keys()
    if not keys & _TELLING or keys - _TELLING - _KEYS:
        return False
    texts = [content[key] for key in _TEXTS if key in content]
    if texts and all(isinstance(text, list) and text for text in texts):
        return True
    try:
        Pattern.parse(content)
    except PatternError:
        return False
    return True
