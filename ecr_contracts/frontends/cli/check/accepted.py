"""The options of `check` about accepted findings."""

from __future__ import annotations

import argparse

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.engine.plan import USUAL
from ecr_contracts.frontends import baseline

_CHOOSING = ("case", "replay", "migrate")
"""Options with which a run cannot tell causes: it gives chosen events alone."""

_NARROWING = ("kind", "via", "evidence", "rule", "off")
"""Options with which a run does not come by all findings."""


def add_arguments(group: argparse._ActionsContainer) -> None:
    """Declare the options about accepted findings."""
    group.add_argument(
        "--baseline",
        metavar="FILE",
        help="accept the findings that this file lists, each with its reason (default: what the "
        "configuration names as baseline)",
    )
    group.add_argument(
        "--update-baseline",
        action="store_true",
        help=f"add what is found to that file ({baseline.USUAL_NAME} if none is named), with "
        "--reason",
    )
    group.add_argument("--reason", metavar="WHY", help="why that may stay, for --update-baseline")
    group.add_argument(
        "--prune", action="store_true", help="remove from that file what is no longer found"
    )


def refuse_misused(options: argparse.Namespace) -> None:
    """Raise ConsumerError for options about accepted findings that do not go together."""
    if options.update_baseline and not (options.reason or "").strip():
        problem = "nobody will know why these findings may stay"
        raise ConsumerError("--update-baseline", problem, "say it: --reason WHY")
    if options.reason is not None and not options.update_baseline:
        problem = "it is kept with findings that are accepted, and none are"
        raise ConsumerError("--reason", problem, "add --update-baseline, or leave it out")
    asked = "--update-baseline" if options.update_baseline else "--prune"
    if not (options.update_baseline or options.prune):
        return
    for name in _CHOOSING:
        if _is_given(options, name):
            problem = f"with --{name} no finding is known by its cause"
            raise ConsumerError(asked, problem, f"leave --{name} out, so that all events are given")
    if options.prune and not is_whole(options):
        problem = "only a run with all events tells what is no longer found"
        advice = "leave out --kind, --via, --rule, --evidence, --off, and what makes it shorter"
        raise ConsumerError("--prune", problem, advice)


def is_of_chosen(options: argparse.Namespace) -> bool:
    """Whether a run gives chosen events alone, and so knows no causes."""
    return any(_is_given(options, name) for name in _CHOOSING)


def _is_given(options: argparse.Namespace, name: str) -> bool:
    return getattr(options, name, None) not in (None, False, [])


def is_whole(options: argparse.Namespace) -> bool:
    """Whether a run may come by all findings that the usual run comes by."""
    if any(_is_given(options, name) for name in (*_CHOOSING, *_NARROWING)):
        return False
    for name in ("strength", "examples", "probe"):
        given = getattr(options, name)
        if given is not None and given < getattr(USUAL, name):
            return False
    return True
