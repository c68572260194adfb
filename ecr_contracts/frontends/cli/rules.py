"""`ecr-contracts rules`: verdicts on the event patterns of rules, and why they take an event.

`rules match --cases FILE` is another thing (`rules_match`): it answers pairs of a pattern and an
event, as a judge of other matchers and of this one.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ecr_contracts.audit.reader import Complaint
from ecr_contracts.core import limits
from ecr_contracts.core.errors import PatternError, UnknownNameError
from ecr_contracts.core.findings import Severity
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.discovery.iac.cloudformation.functions import Function
from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.discovery.iac.documents.block import TemplateError
from ecr_contracts.discovery.iac.documents.document import SUFFIXES as DOCUMENTS
from ecr_contracts.discovery.iac.documents.document import read_value
from ecr_contracts.discovery.iac.plain_patterns import meant_as_pattern
from ecr_contracts.discovery.iac.stack import read_stack
from ecr_contracts.discovery.target import Target
from ecr_contracts.discovery.undelivered import code_of, undelivered_handled
from ecr_contracts.eventbridge.rules.advice.examined import Code
from ecr_contracts.eventbridge.rules.advice.verdict import Name, Verdict
from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.eventbridge.rules.proofs import Proof, prove
from ecr_contracts.eventbridge.rules.verdicts import Judgement, judge_pattern
from ecr_contracts.eventbridge.rules.world import World
from ecr_contracts.frontends.cli import rules_match
from ecr_contracts.frontends.cli.event_files import FileEvent, Shown, complaint_text, read_events
from ecr_contracts.frontends.cli.options import add_format
from ecr_contracts.frontends.cli.output import (
    FINDINGS,
    FINE,
    MISUSE,
    complain,
    complain_of,
    print_json,
)
from ecr_contracts.reporting.rules import JudgedRule, rules_as_json
from ecr_contracts.reporting.rules_text import show_explained, show_rules
from ecr_contracts.reporting.terminal import console

EXAMPLES = (
    "ecr-contracts rules template.yaml",
    "ecr-contracts rules template.yaml:OnPush --event event.json",
    *rules_match.EXAMPLES,
)

_MATCH = "match"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `rules`."""
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="templates, Terraform, serverless.yml or files of patterns; FILE:NAME is one rule; "
        "`match` with --cases answers pairs of a pattern and an event",
    )
    parser.add_argument(
        "--event", metavar="FILE", help="tell of each event in a file why the rules take it or not"
    )
    parser.add_argument("--cases", metavar="FILE", help=rules_match.CASES_HELP)
    add_format(parser)


def run(options: argparse.Namespace) -> int:
    """Judge the rules of the files. Raises TemplateError for what cannot be read."""
    if options.cases is not None or (options.files == [_MATCH] and not Path(_MATCH).exists()):
        return _match(options)
    places, is_complete = _places(options.files)
    if not places:
        return MISUSE
    if options.event is not None:
        code = _explain([place.rule for place in places], options.event)
        return code if is_complete else MISUSE
    judged = [_judged(place) for place in places]
    if options.format == "json":
        print_json(rules_as_json(judged))
    else:
        show_rules(judged, console())
    if not is_complete:
        return MISUSE
    return FINDINGS if any(rule.judgement.has_failed for rule in judged) else FINE


def _match(options: argparse.Namespace) -> int:
    if options.files != [_MATCH] or options.cases is None or options.event is not None:
        complain("it is `rules match --cases FILE`, or `rules FILE...` without --cases")
        return MISUSE
    return rules_match.match(options.cases)


# --- rules ----------------------------------------------------------------------------------------


class _Place(NamedTuple):
    """A rule, the functions of its file, and its pattern's text where that is the whole file.

    `proof` is what is proved of its pattern, where that had to be known to take the rule.
    """

    rule: Rule
    functions: tuple[Function, ...] = ()
    text: str = ""
    proof: Proof | None = None


def _places(names: Iterable[str]) -> tuple[list[_Place], bool]:
    """The rules of the named files about ECR or its scanner, and whether all could be read."""
    places: list[_Place] = []
    is_complete = True
    for name in names:
        try:
            found = list(_places_of(name))
        except (TemplateError, UnknownNameError) as error:
            complain_of(error)
            is_complete = False
            continue
        if not found:
            complain(f"{name}: there is no rule in it that is about ECR or its scanner")
            is_complete = False
        places += found
    return places, is_complete


def _places_of(name: str) -> Iterator[_Place]:
    """The rules that are named `FILE` or `FILE:NAME`. Raises TemplateError, UnknownNameError."""
    file, rule_name = _file_and_name(name)
    value = read_value(file) if file.suffix in DOCUMENTS else None
    alone = meant_as_pattern(file, value)
    if alone is not None and rule_name in ("", alone.name):
        yield _Place(alone, text=_text(file) if file.suffix == ".json" else "")
        return
    stack = read_stack(file, value)
    rules = [*stack.rules, *(rule for _, rule in stack.for_others or () if stack.is_plain)]
    rules = list(dict.fromkeys(rules))
    if rule_name:
        named = [rule for rule in rules if rule.name == rule_name]
        if not named:
            raise UnknownNameError("rule", rule_name, dict.fromkeys(rule.name for rule in rules))
        rules = named
    for rule in rules:
        proof = None if rule_name else _proof_of(rule)
        if rule_name or (rule.is_about_ecr if proof is None else not proof.is_of_others):
            yield _Place(rule, stack.functions, proof=proof)


def _file_and_name(name: str) -> tuple[Path, str]:
    head, colon, tail = name.rpartition(":")
    if colon and not Path(name).exists() and Path(head).exists():
        return Path(head), tail
    return Path(name), ""


def _text(file: Path) -> str:
    """The text of a file; empty where it is no UTF-8 (its reader knows better)."""
    try:
        return read_plain_file(file, limits.DOCUMENT_BYTES).decode("utf-8-sig")
    except (OSError, ValueError):
        return ""


def _proof_of(rule: Rule) -> Proof | None:
    """What is proved of a rule's pattern; None where EventBridge refuses it."""
    try:
        return prove(rule.pattern)
    except PatternError:
        return None


def _judged(place: _Place) -> JudgedRule:
    rule = place.rule
    targets = list(_targets(place))
    code = code_of(targets) if targets else None
    undelivered: dict[str, None] = {}
    for target in targets:
        if target.function is not None:
            undelivered |= dict.fromkeys(_undelivered(rule, target, target.function))
    return JudgedRule(
        rule.file,
        rule.line,
        rule.name,
        rule.pattern,
        _judgement(place, code),
        rule.unresolved,
        rule.disabled,
        (*filter(None, (rule.unmatched,)), *undelivered),
    )


def _judgement(place: _Place, code: Code | None) -> Judgement:
    """The verdicts on a rule; EventBridge may refuse what stands around its pattern."""
    if place.rule.refused is not None:
        path, problem = place.rule.refused
        return Judgement((Verdict(Name.INVALID, path=path, problem=problem),))
    data = place.text or place.rule.pattern
    return judge_pattern(data, place.rule.unresolved, code, place.proof)


def _targets(place: _Place) -> Iterator[Target]:
    """The functions that a rule reaches and whose code can be read."""
    for function in place.functions:
        if not function.problem and any(_is_same(place.rule, rule) for rule in function.rules):
            text = f"{function.template.as_posix()}:{function.name}"
            yield Target(text, function.attribute, file=function.file, function=function)


def _undelivered(rule: Rule, target: Target, function: Function) -> list[str]:
    """What a function handles and none of its rules delivers; told at its first rule."""
    if not _is_same(rule, function.rules[0]):
        return []
    patterns = []
    for own in function.rules:
        try:
            patterns.append(own.named_pattern())
        except PatternError:
            return []
    return undelivered_handled(target, World.behind(patterns))


def _is_same(rule: Rule, other: Rule) -> bool:
    return rule.place == other.place and rule.name == other.name and rule.pattern == other.pattern


# --- events ---------------------------------------------------------------------------------------


def _explain(rules: Iterable[Rule], name: str) -> int:
    """Tell of each event of a file why each rule takes it or not."""
    rules = list(rules)
    screen = console()
    code = FINE
    found = False
    shown = Shown()
    for part in read_events([name]):
        if isinstance(part, Complaint):
            if shown.takes(part.source, part.severity):
                complain(f"{part.source}:{part.line}: {complaint_text(part)}")
            if part.severity is Severity.ERROR:
                code = MISUSE
            continue
        if isinstance(part.event, dict):
            found = True
            show_explained(_event_name(part), [_explained(rule, part) for rule in rules], screen)
    for sentence in shown.sentences():
        complain(sentence)
    if not found:
        complain(f"{name}: there is no event in it")
        return MISUSE
    return code


def _event_name(part: FileEvent) -> str:
    line, _ = part.document.locate(part.outer or "$")
    return f"{part.document.source}:{line} {part.place}".removesuffix(" $")


def _explained(
    rule: Rule, part: FileEvent
) -> tuple[str, Pattern | PatternError, dict[str, object]]:
    try:
        pattern: Pattern | PatternError = rule.named_pattern().pattern
    except PatternError as error:
        pattern = error
    return str(rule), pattern, part.event
