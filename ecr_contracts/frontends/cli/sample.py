"""`ecr-contracts sample`: prints one event, bare or as an envelope or transformer delivers it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.discovery.iac.stack import transformer
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.eventbridge.rules.transformer import carrying
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import Case, InvalidCase
from ecr_contracts.frontends.cli.options import add_repeatable
from ecr_contracts.frontends.cli.output import FINDINGS, FINE, complain, print_text

EXAMPLES = (
    "ecr-contracts sample scan/no-tags",
    "ecr-contracts sample push/no-tag+namespaced-repository --via sqs",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `sample`."""
    parser.add_argument(
        "case", metavar="ID", help="a case: KIND/sample, KIND/ordinary, KIND/CHOICE+CHOICE…"
    )
    add_repeatable(parser, "--via", "ENVELOPE", f"wrap it: {', '.join(ENVELOPES)}")
    parser.add_argument(
        "--transformer", metavar="FILE", help="shape it first as this rule's target does"
    )
    parser.add_argument(
        "--compact", action="store_true", help="on one line, as EventBridge sends it"
    )


def run(options: argparse.Namespace) -> int:
    """Print the event, once for each envelope. Raises EcrContractsError for unknown names."""
    case = _case(options.case)
    carry: Callable[[Sequence[Any], str], Any] = registry.carry
    if options.transformer is not None:
        shaping = transformer(options.transformer).shaping
        problem = shaping(case.event).problem
        if problem:
            complain(f"{case.id} is not delivered: {problem}")
            return FINDINGS
        carry = carrying(shaping)
    # AWS's own sample is printed byte for byte.
    verbatim = (
        case.id.endswith(f"/{cases.SAMPLE}") and options.transformer is None and not options.compact
    )
    for via in options.via or ["lambda"]:
        if verbatim and via == "lambda":
            print_text(case.text.rstrip("\n"))
            continue
        payload = carry([case.event], via)
        if options.compact:
            print_text(json_text.compact(payload))
        else:
            print_text(json_text.indented(payload))
    return FINE


def _case(case_id: str) -> Case | InvalidCase:
    """The case of an id, be it valid, invalid or one that only the memory of failures knows."""
    if f"/{cases.INVALID}/" in case_id:
        return cases.invalid_case(case_id)
    if cases.VALUED not in case_id:
        return cases.case(case_id)
    # The memory needs much else, and few samples need the memory.
    from ecr_contracts.frontends import replay

    return replay.named_case(case_id)
