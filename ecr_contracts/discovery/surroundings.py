"""The rules that stand in files around a consumer: in templates, and in plain pattern files.

They are looked for in the folder of the consumer and in those above it, up to the root of the
project, and in folders for infrastructure beside these. Nothing is complained about: what cannot be
read says nothing.
"""

from __future__ import annotations

import contextlib
import filecmp
import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from ecr_contracts.discovery.iac.cloudformation.functions import Function
from ecr_contracts.discovery.iac.cloudformation.input_transformers import Transformer
from ecr_contracts.discovery.iac.cloudformation.names_elsewhere import is_named
from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.discovery.iac.cloudformation.state_machines import state_machines
from ecr_contracts.discovery.iac.cloudformation.template import Template
from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.iac.stack import SUFFIXES, Stack, names_other_files, read_stack
from ecr_contracts.discovery.lost_code import function_of_lost_code, is_only_handler
from ecr_contracts.discovery.pattern_files import SUB_FOLDERS, rules_by_name_or_alone
from ecr_contracts.discovery.shapes.chalice import chalice_rules
from ecr_contracts.discovery.source.modules import files
from ecr_contracts.discovery.target import Target

__all__ = [
    "disabled_rules",
    "functions_around",
    "is_function",
    "rule_of_transformer",
    "rules_of",
    "rules_starting",
]

_LEVELS = 4  # folders: the consumer's own and those above
_MAX_FILES = 50  # of a folder
_MAX_BYTES = {".json": 5_000_000}  # of a synthesised template; reading it takes half a second
_MAX_BYTES_YAML = 500_000  # reading it takes a second
_ROOTS = (".git", "pyproject.toml")
_OF_RULES = (b"aws.ecr", b"ECR ", b"aws.inspector2", b"Inspector2 ")
_OF_FUNCTIONS = (b"::Function", b"aws_lambda_function", b"functions:")
_PLAIN = (".json", ".yaml", ".yml")
_FIXTURES = ("fixtures", "sample", "samples", "test_data", "testdata")
_INFRASTRUCTURE = re.compile(
    "aws|cdk|cfn|cloudformation|deploy(?:ment)?s?|iac|infra(?:structure)?|sam|stacks?|templates?"
    "|terraform|tf"
)
_SYNTHESISED = (".template.json",)  # what CDK writes


def rules_of(target: Target) -> tuple[Rule, ...]:
    """The rules that deliver events to a consumer, of those that are about ECR.

    They are those of the function in a template that is the consumer (the rules of this template,
    else of others that reach it by its name or an exported value), else of a function whose code is
    not found and that can only be the consumer, else those that its own code makes by a decorator,
    else the only rule of a template that has no functions, beside the consumer or above it if there
    is no other handler, else those of a pattern file that is the consumer's by its name or because
    it stands alone.
    """
    if target.function is not None:
        if found := _relevant(target.function.rules):
            return found
        places = _places(target.function.template)
        return _relevant(_rules_elsewhere([target.function], places))
    file = next(files(target), None)
    if file is None:
        return ()
    if found := _rules_in_templates(target, file):
        return found
    if found := _relevant(chalice_rules(target)):
        return found
    levels = ((folder, _plain_rules(folder)) for folder in _folders(file))
    return rules_by_name_or_alone(levels, file, target.attribute)


def _rules_in_templates(target: Target, file: Path) -> tuple[Rule, ...]:
    """The rules of templates around a consumer that are the consumer's."""
    folders = _folders(file)
    places = [place for folder in folders for place in _files(folder)]
    apart = [place for folder in folders for place in _files_apart(folder)]
    if not places and not apart:
        return ()
    for place in places + apart:
        if found := _relevant(_rules_of(_own_functions(place, target, file))):
            return found
    own = list(_own_functions_around(target, file))
    if found := _relevant(_rules_elsewhere(own, places + apart)):
        return found
    for place in places if not own else ():
        function = function_of_lost_code(_functions(place), file, target.attribute)
        if function and (found := _relevant(function.rules)):
            return found
    for place in places:
        if found := _relevant(_rules_alone(place, may_have_name=not own)):
            is_beside = _is_same(place.parent, Path(os.path.abspath(file)).parent)
            is_meant = is_beside or is_only_handler(file, target.attribute, place.parent)
            return found if is_meant else ()
    return ()


def disabled_rules(target: Target) -> tuple[Rule, ...]:
    """The rules about ECR, in the file that names a consumer, that are there and deliver nothing.

    None where other rules deliver events to it.
    """
    if target.function is None or rules_of(target):
        return ()
    with contextlib.suppress(TemplateError, OSError):
        stack = read_stack(target.function.template)
        return _relevant(rule for rule in stack.rules if rule.disabled)
    return ()


def rule_of_transformer(transformer: Transformer) -> Rule | None:
    """The rule whose target has a transformer; None where its file has no pattern."""
    pattern, file, line = transformer.pattern, transformer.file, transformer.line
    if pattern is None:
        return None
    return Rule(transformer.name, pattern, "", file, line, transformer)


def rules_starting(file: Path) -> tuple[Rule, ...]:
    """The rules that start the state machine whose definition is a file, in templates around it."""
    found: list[Rule] = []
    for folder in _folders(file):
        for place in _files(folder):
            with contextlib.suppress(TemplateError, RecursionError):
                for machine in state_machines(Template.read(place)):
                    if machine.file and _is_same(machine.file, file):
                        found += machine.rules
    return _relevant(found)


def _relevant(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules that are about ECR, each once."""
    return tuple(dict.fromkeys(rule for rule in rules if rule.is_about_ecr))


# What a file says of the consumer
# --------------------------------------------------------------------------------------------------


def _own_functions(place: Path, target: Target, file: Path) -> list[Function]:
    """The functions in a template that are the consumer."""
    own: list[Function] = []
    for function in _functions(place):
        if function.attribute == target.attribute and _is_code_of(function, file):
            own.append(function)
    return own


def is_function(target: Target, function: Function) -> bool:
    """Whether a function of a template is a consumer, by the name or by the code."""
    own = target.function
    if own is not None and own.name == function.name:
        return _is_same(own.template, function.template)
    file = next(files(target), None)
    is_called_so = function.attribute == target.attribute
    return file is not None and is_called_so and _is_code_of(function, file)


def _is_code_of(function: Function, file: Path) -> bool:
    """Whether a file is the code of a function, or what a tool has copied it from.

    A function of another language may have a handler of the same name beside it.
    """
    if function.is_other_language:
        return False
    if _is_same(function.file, file):
        return True
    if function.place is None or not function.place.is_copy or function.file.name != file.name:
        return False
    with contextlib.suppress(OSError):
        return filecmp.cmp(function.file, file, shallow=False)
    return False


def functions_around(target: Target) -> Iterator[Function]:
    """The functions in templates around a consumer's file that are the consumer."""
    for file in files(target):
        yield from _own_functions_around(target, file)


def _own_functions_around(target: Target, file: Path) -> Iterator[Function]:
    """The functions that are the consumer, also in templates that say nothing of ECR."""
    for folder in _folders(file):
        for place in (*_listed(folder, SUFFIXES), *_listed_apart(folder)):
            with contextlib.suppress(OSError):
                if _has_word(place, _OF_FUNCTIONS):
                    yield from _own_functions(place, target, file)


def files_around(target: Target) -> Iterator[Path]:
    """The files around that of a consumer which are small enough to be read as templates."""
    for file in files(target):
        for folder in _folders(file):
            for place in (*_listed(folder, SUFFIXES), *_listed_apart(folder)):
                with contextlib.suppress(OSError):
                    if _is_small(place):
                        yield place


def _rules_of(functions: Iterable[Function]) -> Iterator[Rule]:
    for function in functions:
        yield from function.rules


def _rules_elsewhere(functions: Iterable[Function], places: Iterable[Path]) -> Iterator[Rule]:
    """The rules of other templates that reach functions by their names or exported values."""
    names: list[str] = []
    for function in functions:
        names += function.names_elsewhere
    for place in places if names else ():
        for reference, rule in _read(place).for_others or ():
            if any(is_named(reference, name) for name in names):
                yield rule


def _rules_alone(place: Path, *, may_have_name: bool) -> tuple[Rule, ...]:
    """The rule of a template that has no functions and no other rule.

    None if it has all that the rule reaches, such as a state machine; and none if the rule names
    its target, unless that may be the consumer.
    """
    stack = _read(place)
    found = tuple(rule for rule in stack.rules if not rule.disabled)
    is_one = len({(rule.file, rule.line) for rule in found}) == 1
    if stack.is_plain or stack.functions or not is_one:
        return ()
    if stack.for_others is not None:
        names = [name for name, _ in stack.for_others]
        if "" not in names and not (names and may_have_name):
            return ()
    return found


def _plain_rules(folder: Path) -> Iterator[Rule]:
    """The rules of the pattern files of a folder, and of the folders in it that are for these."""
    for place in (folder, *(folder / name for name in SUB_FOLDERS)):
        if place.absolute().name in _FIXTURES:
            continue
        for file in _listed(place, _PLAIN):
            with contextlib.suppress(OSError):
                if _has_word(file, _OF_RULES) and (stack := _read(file)).is_plain:
                    yield from _relevant(stack.rules)


def _is_same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


# The files around
# --------------------------------------------------------------------------------------------------


def _folders(file: Path) -> list[Path]:
    """The folder of a file and those above it, no further than the root of the project."""
    own = Path(os.path.abspath(file)).parent
    above = [own, *own.parents][:_LEVELS]
    start = Path.cwd()
    last = next(filter(_is_root, above), start if start in above else own)
    folders = above[: above.index(last) + 1]
    return [
        Path(os.path.relpath(folder)) if folder.is_relative_to(start) else folder
        for folder in folders
    ]


def _is_root(folder: Path) -> bool:
    return any((folder / name).exists() for name in _ROOTS)


def _places(file: Path) -> list[Path]:
    """The files that may hold a rule about ECR, in the folder of a file and around it."""
    places: list[Path] = []
    for folder in _folders(file):
        places += _files(folder)
        places += _files_apart(folder)
    return places


def _files(folder: Path) -> Iterator[Path]:
    """The files of a folder that may hold a rule about ECR."""
    return _with_rules(_listed(folder, SUFFIXES))


def _files_apart(folder: Path) -> Iterator[Path]:
    """The files that may hold a rule about ECR in folders for infrastructure below a folder.

    What they say of functions counts, and nothing else: they are for the whole project.
    """
    return _with_rules(_listed_apart(folder))


def _listed_apart(folder: Path) -> Iterator[Path]:
    """The first files in folders for infrastructure below a folder, and what CDK synthesised."""
    for place in (folder, *_infrastructure(folder)):
        if place != folder:
            yield from _listed(place, SUFFIXES)
        synthesised = place / "cdk.out"
        yield from _listed(synthesised, _SYNTHESISED)
        for assembly in _listed(synthesised, ("",)):
            if assembly.name.startswith("assembly-"):  # that of a stage
                yield from _listed(assembly, _SYNTHESISED)


def _infrastructure(folder: Path) -> Iterator[Path]:
    """The folders below a folder in which projects keep their templates."""
    with contextlib.suppress(OSError):
        for name in sorted(os.listdir(folder)):
            if _INFRASTRUCTURE.fullmatch(name):
                yield folder / name


def _with_rules(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        with contextlib.suppress(OSError):
            if _may_have_rule(place):
                yield place


def _listed(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """The first entries of a folder whose names end in some way, none if there is no folder."""
    names: list[str] = []
    with contextlib.suppress(OSError):
        names = sorted(name for name in os.listdir(folder) if name.endswith(suffixes))
    return [folder / name for name in names[:_MAX_FILES]]


def _may_have_rule(file: Path) -> bool:
    """Whether a file is small enough to be read, and says where ECR's events come from."""
    if _has_word(file, _OF_RULES):
        return True
    return _is_small(file) and names_other_files(file, _OF_RULES)


def _has_word(file: Path, words: tuple[bytes, ...]) -> bool:
    """Whether a file is small enough to be read, and has one of some words."""
    if not _is_small(file):
        return False
    content = file.read_bytes()
    return any(word in content for word in words)


def _is_small(file: Path) -> bool:
    """Whether a file is there, and small enough to be read."""
    return file.is_file() and file.stat().st_size <= _MAX_BYTES.get(file.suffix, _MAX_BYTES_YAML)


def _functions(file: Path) -> tuple[Function, ...]:
    return _read(file).functions


def _read(file: Path) -> Stack:
    """What a file declares; large ones are read once, for that takes time."""
    stat = file.stat()
    return _read_once(file, str(Path.cwd()), stat.st_mtime_ns, stat.st_size)


@lru_cache(64)
def _read_once(file: Path, start: str, changed: int, size: int) -> Stack:
    """What a file in one state declares; nothing if it cannot be read."""
    with contextlib.suppress(TemplateError, RecursionError):
        return read_stack(file)
    return Stack(file)
