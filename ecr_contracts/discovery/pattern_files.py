"""Which of the plain pattern files around a handler is the handler's.

A file that stands alone is, one above the handler only if there is no other handler below it. Of
several the one is whose name agrees with the handler's: that of its module (`push-rule.json` for
`push.py`), of its function or of its folder. A file whose name agrees with another module is that
one's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ecr_contracts.core.errors import PatternError
from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.discovery.lost_code import is_only_handler
from ecr_contracts.eventbridge.rules.pattern import Pattern

__all__ = ["SUB_FOLDERS", "rules_by_name_or_alone"]

SUB_FOLDERS = ("patterns", "event-patterns", "event_patterns", "events", "rules", "infra")
"""The folders beside a handler, and beside those above it, in which patterns are kept."""

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_OF_RULES = ("aws", "ecr", "event", "events", "eventbridge", "pattern", "patterns", "rule", "rules")
_OF_HANDLERS = ("function", "handle", "handler", "lambda", "on")
_GENERAL = frozenset((*_OF_RULES, *_OF_HANDLERS, "json", "yaml", "yml"))
"""Words that tell nothing of whose a pattern is."""


def rules_by_name_or_alone(
    levels: Iterable[tuple[Path, Iterable[Rule]]], file: Path, attribute: str
) -> tuple[Rule, ...]:
    """The rules that are those of a handler, a function of a file.

    `levels` are the folders around it, its own first and the others above it, with their rules.
    """
    candidates = [(folder, list(_usable(rules))) for folder, rules in levels]
    own = {_words(name) for name in (file.stem, attribute, file.absolute().parent.name)} - {()}
    for _, rules in candidates:
        agreeing = [rule for rule in rules if own & _names(rule)]
        if agreeing:
            return tuple(agreeing)
    others = set(_other_names(file)) - own
    for number, (folder, rules) in enumerate(candidates):
        if not rules:
            continue
        if any(rule.pattern != rules[0].pattern for rule in rules):
            return ()
        if number and not is_only_handler(file, attribute, folder):
            return ()
        return tuple(rule for rule in rules if not others & _names(rule))[:1]
    return ()


def _usable(rules: Iterable[Rule]) -> Iterator[Rule]:
    """The rules that deliver events: their pattern is one, and they are not disabled."""
    for rule in rules:
        try:
            Pattern.parse(rule.pattern)
        except PatternError:
            continue
        if not rule.disabled:
            yield rule


def _names(rule: Rule) -> set[tuple[str, ...]]:
    """The words of a rule's name and of its file's, without those that any rule may have."""
    return {_words(rule.name), _words(Path(rule.file).stem)} - {()}


def _words(name: str) -> tuple[str, ...]:
    words = (word.lower() for word in _WORD.findall(name))
    return tuple(word for word in words if word not in _GENERAL)


def _other_names(file: Path) -> Iterator[tuple[str, ...]]:
    """The words of the modules beside a file, and of the folders beside its own."""
    folder = file.absolute().parent
    for place, is_meant in ((folder, _is_module), (folder.parent, os.DirEntry.is_dir)):
        try:
            with os.scandir(place) as entries:
                yield from [_words(Path(entry).stem) for entry in entries if is_meant(entry)]
        except OSError:
            continue


def _is_module(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(".py")
