"""`ecr-contracts rules`: verdicts on the event patterns of rules, and why they take an event.

`rules match --cases FILE` is another thing (`rules_match`): it answers pairs of a pattern and an
event, as a judge of other matchers and of this one.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

from ecr_contracts.audit.reader import Complaint
from ecr_contracts.core.errors import PatternError, UnknownNameError
from ecr_contracts.core.findings import Severity
from ecr_contracts.discovery.iac.block import TemplateError
from ecr_contracts.discovery.iac.rules import Rule
from ecr_contracts.discovery.iac.stack import read_stack
from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.eventbridge.rules.verdicts import judge_pattern
from ecr_contracts.frontends.cli import rules_match
from ecr_contracts.frontends.cli.event_files import FileEvent, complaint_text, read_events
from ecr_contracts.frontends.cli.options import add_format
from ecr_contracts.frontends.cli.output import FINDINGS, FINE, MISUSE, complain, print_json
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
    rules, is_complete = _rules(options.files)
    if not rules:
        return MISUSE
    if options.event is not None:
        return _explain(rules, options.event)
    judged = [_judged(rule) for rule in rules]
    if options.format == "json":
        print_json(rules_as_json(judged))
    else:
        show_rules(judged, console())
    if any(rule.judgement.has_failed for rule in judged):
        return FINDINGS
    return FINE if is_complete else MISUSE


def _match(options: argparse.Namespace) -> int:
    if options.files != [_MATCH] or options.cases is None or options.event is not None:
        complain("it is `rules match --cases FILE`, or `rules FILE...` without --cases")
        return MISUSE
    return rules_match.match(options.cases)


# --- rules ----------------------------------------------------------------------------------------


def _rules(names: Iterable[str]) -> tuple[list[Rule], bool]:
    """The rules of the named files about ECR or its scanner, and whether all could be read."""
    rules: list[Rule] = []
    is_complete = True
    for name in names:
        try:
            found = list(_rules_of(name))
        except (TemplateError, UnknownNameError) as error:
            complain(str(error))
            is_complete = False
            continue
        if not found:
            complain(f"{name}: there is no rule in it that is about ECR or its scanner")
            is_complete = False
        rules += found
    return rules, is_complete


def _rules_of(name: str) -> Iterator[Rule]:
    """The rules that are named `FILE` or `FILE:NAME`. Raises TemplateError, UnknownNameError."""
    file, rule_name = _file_and_name(name)
    stack = read_stack(file)
    rules = list(dict.fromkeys(stack.rules))
    if not rule_name:
        yield from (rule for rule in rules if _is_ours(rule))
        return
    named = [rule for rule in rules if rule.name == rule_name]
    if not named:
        raise UnknownNameError("rule", rule_name, dict.fromkeys(rule.name for rule in rules))
    yield from named


def _file_and_name(name: str) -> tuple[Path, str]:
    head, colon, tail = name.rpartition(":")
    if colon and not Path(name).exists() and Path(head).exists():
        return Path(head), tail
    return Path(name), ""


def _is_ours(rule: Rule) -> bool:
    """Whether a rule is about ECR or its scanner, as far as that can be told."""
    if rule.is_about_ecr:
        return True
    try:
        pattern = rule.named_pattern().pattern
    except PatternError:
        return False
    judgement = judge_pattern(rule.pattern)
    return bool(pattern.branches and judgement.proof and not judgement.proof.is_dead)


def _judged(rule: Rule) -> JudgedRule:
    judgement = judge_pattern(rule.pattern, rule.unresolved)
    return JudgedRule(
        rule.file,
        rule.line,
        rule.name,
        rule.pattern,
        judgement,
        rule.unresolved,
        rule.disabled,
    )


# --- events ---------------------------------------------------------------------------------------


def _explain(rules: Iterable[Rule], name: str) -> int:
    """Tell of each event of a file why each rule takes it or not."""
    rules = list(rules)
    screen = console()
    code = FINE
    found = False
    for part in read_events([name]):
        if isinstance(part, Complaint):
            complain(f"{part.source}:{part.line}: {complaint_text(part)}")
            if part.severity is Severity.ERROR:
                code = MISUSE
            continue
        if isinstance(part.event, dict):
            found = True
            show_explained(_event_name(part), [_explained(rule, part) for rule in rules], screen)
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
