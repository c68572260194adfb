"""`ecr-contracts sample`: prints one event, bare or as an envelope or transformer delivers it.

With `--for` it is one as a handler gets it: of the kind, with the values, in the envelope and in
the shape that the rule around the handler, or its code, tells. What that is, a session's plan says,
so that it is what `check` gives.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import ConsumerError, UndeliveredCaseError
from ecr_contracts.core.text import counted
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.eventbridge.rules.transformer import Shaping, carrying
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.case_names import names_its_choices
from ecr_contracts.events.generate.cases import Case, InvalidCase
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.frontends.cli.options import add_repeatable, add_rule
from ecr_contracts.frontends.cli.output import (
    FINDINGS,
    FINE,
    complain,
    complain_plainly,
    print_document,
)

if TYPE_CHECKING:
    from ecr_contracts.engine.plan import Plan
    from ecr_contracts.events.model import Contract

EXAMPLES = (
    "ecr-contracts sample scan/no-tags",
    "ecr-contracts sample push/no-tag+namespaced-repository --via sqs",
    "ecr-contracts sample scan/pairs-17",
    "ecr-contracts sample --for src/app.py:handler scan/no-tags",
)

Carry = Callable[[Sequence[Any], str], Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `sample`."""
    parser.add_argument(
        "case",
        metavar="ID",
        nargs="?",
        help="a case: KIND/sample, KIND/ordinary, KIND/CHOICE+CHOICE…, or one of a report, such as "
        "scan/pairs-17; with --for also a KIND, and not needed there",
    )
    parser.add_argument(
        "--for",
        dest="consumer",
        metavar="HANDLER",
        help="as this handler gets it from its rule: path/to/app.py:handler or "
        "template.yaml:Function",
    )
    add_repeatable(parser, "--via", "ENVELOPE", f"wrap it: {', '.join(ENVELOPES)}")
    add_rule(parser)
    parser.add_argument(
        "--transformer", metavar="FILE", help="shape it first as this rule's target does"
    )
    parser.add_argument(
        "--compact", action="store_true", help="on one line, as EventBridge sends it"
    )


def run(options: argparse.Namespace) -> int:
    """Print the event, once for each envelope. Raises EcrContractsError for unknown names."""
    if options.consumer is not None:
        return _print_for_consumer(options)
    if options.case is None:
        advice = "name a case, such as scan/no-tags, or a handler: --for app.py:handler"
        raise ConsumerError("sample", "nothing is named that could be printed", advice)
    if options.rule:
        problem = "a rule says which events reach a handler"
        raise ConsumerError(options.rule[0], problem, "name the handler too: --for app.py:handler")
    shaping: Shaping | None = None
    carry: Carry = registry.carry
    if options.transformer is not None:
        from ecr_contracts.discovery.iac.stack import transformer

        shaping = transformer(options.transformer).shaping
        carry = carrying(shaping)
    return _print(options, _case(options.case), options.via or ["lambda"], carry, shaping)


def _print(
    options: argparse.Namespace,
    case: Case | InvalidCase,
    envelopes: Sequence[str],
    carry: Carry,
    shaping: Shaping | None,
    contract: Contract | None = None,
) -> int:
    """Print a case in each of some envelopes, or say why it is not delivered.

    `contract` is the one that the handler's world has for the kind, if that is another one.
    """
    if shaping is not None and (problem := shaping(case.event).problem):
        complain(f"{case.id} is not delivered: {problem}")
        return FINDINGS
    # AWS's own sample is printed byte for byte.
    verbatim = case.id.endswith(f"/{cases.SAMPLE}") and shaping is None and not options.compact
    if isinstance(case, Case) and not names_its_choices(case.id):
        _tell_choices(case, contract)
    for via in envelopes:
        if verbatim and via == "lambda":
            print_document(case.text.rstrip("\n"))
            continue
        payload = carry([case.event], via)
        if options.compact:
            print_document(json_text.compact(payload))
        else:
            print_document(json_text.indented(payload))
    return FINE


def _tell_choices(case: Case, contract: Contract | None) -> None:
    """Say on standard error what an event holds whose id does not tell it."""
    # Few samples need the words of findings.
    from ecr_contracts.events.compile.reader import contract as contract_of
    from ecr_contracts.reporting.choices import choices_in_words

    rows = choices_in_words(contract or contract_of(case.kind), case.labels)
    ordinary = f"{case.kind}/{cases.ORDINARY}"
    complain(f"{case.id} differs from {ordinary} in {counted(len(rows), 'choice')}:")
    widest = max((len(token) for token, _ in rows), default=0)
    for token, words in rows:
        complain_plainly(f"  {token:<{widest}}  {words}")


def _case(case_id: str) -> Case | InvalidCase:
    """The case of an id, be it valid, invalid or one that only the memory of failures knows."""
    if f"/{cases.INVALID}/" in case_id:
        return cases.invalid_case(case_id)
    if cases.VALUED not in case_id:
        return cases.case(case_id)
    # The memory needs much else, and few samples need the memory.
    from ecr_contracts.frontends import replay

    return replay.named_case(case_id)


# --- for a handler --------------------------------------------------------------------------------


def _print_for_consumer(options: argparse.Namespace) -> int:
    """Print an event as a handler gets it. Raises EcrContractsError for what it never gets."""
    # Few samples need the engine.
    from ecr_contracts.discovery.iac.stack import transformer
    from ecr_contracts.discovery.named_rules import named_rules
    from ecr_contracts.discovery.target import Target
    from ecr_contracts.engine.phases import Effort
    from ecr_contracts.engine.plan import Request, planned
    from ecr_contracts.engine.subjects.handler import Handler
    from ecr_contracts.frontends.config.lookup import settings_named

    target = Target.parse(options.consumer)
    project, entry = settings_named(options.consumer, ".")
    shaped_by = None if options.transformer is None else transformer(options.transformer)
    rules = named_rules(options.rule, target) or project.rules
    request = Request(
        kinds=() if entry is None else entry.kinds,
        envelopes=tuple(options.via) or (() if entry is None else entry.via),
        effort=Effort(strength=1),
        unshielded=project.unshielded,
    )
    plan = planned(Handler(target, transformer=shaped_by, rules=rules), request)
    case = _case_for(options.consumer, plan, options.case)
    shaping = None if plan.transformer is None else plan.transformer.shaping
    contract = plan.world.contract(case.kind) if case.kind in plan.world.kinds else None
    return _print(options, case, plan.envelopes, plan.carry, shaping, contract)


def _case_for(consumer: str, plan: Plan, asked: str | None) -> Case | InvalidCase:
    """The case that a handler gets: the one that was asked for, else the ordinary one.

    Raises UndeliveredCaseError for one that never reaches it, UnknownNameError or
    ImpossibleCaseError for what is no case of any kind.
    """
    from ecr_contracts.engine.plan import case_in
    from ecr_contracts.engine.shielded import why_kept_away

    world = plan.world
    if asked is None:
        return world.ordinary_case(plan.kinds[0])
    kind = asked.partition("/")[0]
    if asked == kind and kind in kind_names():
        asked = f"{kind}/{cases.ORDINARY}"
    is_named = cases.VALUED not in asked and f"/{cases.INVALID}/" not in asked
    case = case_in(world, asked) if is_named else _case(asked)
    if not world.admits(case.event):
        raise UndeliveredCaseError(asked, consumer, why_kept_away(world, case))
    return case
