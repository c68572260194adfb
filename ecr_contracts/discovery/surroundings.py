"""The rules that stand in files around a consumer, and what their patterns admit.

Templates and plain pattern files are looked for in the folder of the consumer and in those above
it, up to the root of the project. Nothing is complained about: what cannot be read says nothing. Of
a pattern only exact values are read, and the simplest operators; whatever else stands there is
taken to admit everything.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.discovery.iac.document import SUFFIXES, TemplateError, can_read
from ecr_contracts.discovery.iac.functions import Function, functions
from ecr_contracts.discovery.iac.input_transformers import Transformer
from ecr_contracts.discovery.iac.rules import Rule, rules
from ecr_contracts.discovery.iac.state_machines import state_machines
from ecr_contracts.discovery.iac.template import Template
from ecr_contracts.discovery.source.modules import files
from ecr_contracts.discovery.target import Target
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names

__all__ = [
    "admitted",
    "delivers",
    "kinds_of",
    "rule_around",
    "rules_of",
    "starting",
    "value_filter",
]

_LEVELS = 4  # folders: the consumer's own and those above
_MOST = 50  # files of a folder
_LARGEST = {".json": 1_000_000}  # bytes of a file
_LARGEST_YAML = 250_000  # reading a megabyte takes ten seconds and more
_ROOTS = (".git", "pyproject.toml")


def rules_of(target: Target) -> tuple[Rule, ...]:
    """The rules that deliver events to a consumer, of those that match some kind of ours."""
    if target.function is not None:
        return _telling(target.function.rules)
    file = next(files(target), None)
    if file is None:
        return ()
    found = [(folder, place) for folder in _folders(file) for place in _files(folder)]
    templates = [(folder, place, _functions(place)) for folder, place in found]
    for _, _, known in templates:
        own = [
            one for one in known if one.attribute == target.attribute and _is_same(one.file, file)
        ]
        if told := _telling(rule for one in own for rule in one.rules):
            return told
    own_folder = _folders(file)[0]
    for folder, place, known in templates:
        if told := _alone(target, file, place, known, beside=folder == own_folder):
            return told
    patterns = [
        rule for folder, place in found if folder == own_folder and (rule := _pattern_file(place))
    ]
    # Of several nobody says which is the consumer's.
    return _telling(patterns) if len(patterns) == 1 else ()


def rule_around(transformer: Transformer) -> Rule | None:
    """The rule whose target has events shaped; None where the file has no pattern."""
    if transformer.pattern is None:
        return None
    return Rule(
        transformer.name, transformer.pattern, "", transformer.file, transformer.line, transformer
    )


def starting(file: Path) -> tuple[Rule, ...]:
    """The rules that start the state machine whose definition is a file, of the templates around it."""
    found: list[Rule] = []
    for folder in _folders(file):
        for place in _files(folder):
            with contextlib.suppress(TemplateError, RecursionError):
                machines = state_machines(Template.read(place)) if can_read(place) else ()
                found += [
                    rule
                    for one in machines
                    if one.file and _is_same(one.file, file)
                    for rule in one.rules
                ]
    return _telling(found)


def kinds_of(rule: Rule) -> tuple[str, ...]:
    """The kinds of which a rule's pattern admits events."""
    return tuple(
        kind
        for kind in kind_names()
        if all(
            _admits(_at(rule.pattern, path), str(value))
            for path, value in reader.contract(kind).discriminator
        )
        and not any(_is_missed(key, wanted, kind) for key, wanted in _detail(rule).items())
    )


def admitted(told: Iterable[Rule]) -> dict[str, tuple[str, ...]]:
    """The values that rules admit in places of the detail, by path; only where each rule whose kinds have it says."""
    told = list(told)
    found: dict[str, tuple[str, ...]] = {}
    keys = {key for rule in told for key in _detail(rule)}
    for key in sorted(keys):
        concerned = [rule for rule in told if any(key in _keys(kind) for kind in kinds_of(rule))]
        lists = [_detail(rule).get(key) for rule in concerned]
        exact = [
            one
            for one in lists
            if isinstance(one, list) and all(isinstance(value, str) for value in one)
        ]
        if exact and len(exact) == len(lists):
            found[f"$.detail.{key}"] = tuple(dict.fromkeys(value for one in exact for value in one))
    return found


def value_filter(
    admits: Mapping[str, Sequence[str]],
) -> Callable[[Mapping[str, Any]], bool] | None:
    """Whether rules that admit only some values, by path, let an event through; None where they admit all."""
    if not admits:
        return None
    wanted = {json_path.parse(path): values for path, values in admits.items()}

    def delivers(event: Mapping[str, Any]) -> bool:
        for steps, values in wanted.items():
            value = json_path.at(event, steps)
            if value is not MISSING and value not in values:
                return False
        return True

    return delivers


def delivers(pattern: Mapping[str, Any], event: Any) -> bool:
    """Whether a pattern lets an event through, as far as it is read."""
    for key, wanted in pattern.items():
        value = event.get(key, MISSING) if isinstance(event, Mapping) else MISSING
        if isinstance(wanted, Mapping):
            if not delivers(wanted, value):
                return False
        elif isinstance(wanted, list) and not any(_is_let_through(one, value) for one in wanted):
            return False
    return True


def _is_let_through(condition: Any, value: Any) -> bool:
    if value is MISSING:
        return _takes_absent(condition)
    values = value if isinstance(value, list) else [value]
    return any(not isinstance(one, str) or _is_met(condition, one) for one in values)


def _telling(told: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(dict.fromkeys(rule for rule in told if kinds_of(rule)))


def _detail(rule: Rule) -> Mapping[str, Any]:
    detail = rule.pattern.get("detail")
    return detail if isinstance(detail, Mapping) else {}


def _keys(kind: str) -> tuple[str, ...]:
    return reader.contract(kind).known_keys.get("$.detail", ())


def _at(pattern: Any, path: str) -> Any:
    for step in path.split(".")[1:]:
        pattern = pattern.get(step) if isinstance(pattern, Mapping) else None
    return pattern


def _admits(conditions: Any, value: str) -> bool:
    """Whether the conditions of a field let a value through; unless they say otherwise they do."""
    return not isinstance(conditions, list) or any(_is_met(one, value) for one in conditions)


def _is_missed(key: str, wanted: Any, kind: str) -> bool:
    """Whether a pattern asks for a key that others have and events of a kind have not: then it lets none through."""
    foreign = any(key in _keys(other) for other in kind_names()) and key not in _keys(kind)
    return foreign and not _takes_absent(wanted)


def _takes_absent(wanted: Any) -> bool:
    match wanted:
        case {"exists": False}:
            return True
        case dict():
            return any(_takes_absent(inner) for inner in wanted.values())
        case list():
            return any(_takes_absent(inner) for inner in wanted)
    return False


def _is_met(condition: Any, value: str) -> bool:
    match condition:
        case {"anything-but": str() | list() as others}:
            return value not in ([others] if isinstance(others, str) else others)
        case {"prefix": str(start)}:
            return value.startswith(start)
        case {"exists": exists}:
            return exists is not False
        case dict():
            return True
    return bool(condition == value)


# The files around
# ----------------------------------------------------------------------------------------------------


def _folders(file: Path) -> list[Path]:
    """The folder of a file and those above it, no further than the root of the project."""
    own = Path(os.path.abspath(file)).parent
    above = [own, *own.parents][:_LEVELS]
    roots = [folder for folder in above if any((folder / name).exists() for name in _ROOTS)]
    start = Path.cwd()
    last = roots[0] if roots else start if start in above else own
    folders = above[: above.index(last) + 1]
    return [
        Path(os.path.relpath(folder)) if folder.is_relative_to(start) else folder
        for folder in folders
    ]


def _files(folder: Path) -> Iterator[Path]:
    """The files of a folder that may hold a rule about ECR."""
    names: list[str] = []
    with contextlib.suppress(OSError):
        names = sorted(name for name in os.listdir(folder) if name.endswith(SUFFIXES))
    for name in names[:_MOST]:
        file = folder / name
        with contextlib.suppress(OSError):
            if (
                file.is_file()
                and file.stat().st_size <= _LARGEST.get(file.suffix, _LARGEST_YAML)
                and b"aws.ecr" in file.read_bytes()
            ):
                yield file


def _functions(file: Path) -> tuple[Function, ...]:
    return _read(file)[0]


def _rules(file: Path) -> tuple[Rule, ...]:
    return _read(file)[1]


def _read(file: Path) -> tuple[tuple[Function, ...], tuple[Rule, ...]]:
    stat = file.stat()
    return _known(file, str(Path.cwd()), stat.st_mtime_ns, stat.st_size)


@lru_cache(64)
def _known(
    file: Path, start: str, changed: int, size: int
) -> tuple[tuple[Function, ...], tuple[Rule, ...]]:
    """The functions and the rules of a template; neither of what is none. Large ones take a while to read."""
    if can_read(file):
        with contextlib.suppress(TemplateError, RecursionError):
            template = Template.read(file)
            return tuple(functions(template)), tuple(rules(template))
    return (), ()


def _alone(
    target: Target, file: Path, place: Path, known: tuple[Function, ...], *, beside: bool
) -> tuple[Rule, ...]:
    """The rules of a template that can only be about the consumer, though it does not say where the code lies."""
    elsewhere = [one for one in known if one.problem and one.code is None]
    named = [
        one for one in elsewhere if (one.file.name, one.attribute) == (file.name, target.attribute)
    ]
    if len(named) == 1 or (beside and len(known) == len(elsewhere) == 1):
        return _telling((named or elsewhere)[0].rules)
    told = _rules(place)
    return _telling(told) if beside and not known and len(told) == 1 else ()


def _pattern_file(file: Path) -> Rule | None:
    """The rule of a file that holds an event pattern, as the AWS command line takes it."""
    if file.suffix != ".json":
        return None
    try:
        content = json.loads(file.read_bytes())
        if isinstance(content, dict) and "EventPattern" in content:
            content = content["EventPattern"]
            content = json.loads(content) if isinstance(content, str) else content
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or not any(
        isinstance(content.get(key), list) for key in ("source", "detail-type")
    ):
        return None
    return Rule(file.name, content, "", file.as_posix(), 1)


def _is_same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
