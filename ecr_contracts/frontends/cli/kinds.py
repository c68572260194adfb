"""`ecr-contracts kinds`: tells what is known of each kind of event, with its evidence."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence

from ecr_contracts.core import json_path
from ecr_contracts.core.errors import UnknownNameError
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.provenance import cases_of_choices, provenance
from ecr_contracts.frontends.cli.options import add_format
from ecr_contracts.frontends.cli.output import FINE, print_json
from ecr_contracts.reporting.kinds import show_kind, show_kinds
from ecr_contracts.reporting.kinds_json import kinds_as_json
from ecr_contracts.reporting.kinds_why import show_why
from ecr_contracts.reporting.terminal import console

EXAMPLES = (
    "ecr-contracts kinds",
    "ecr-contracts kinds scan",
    "ecr-contracts kinds --why $.detail.image-tag",
    "ecr-contracts kinds scan --format json",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `kinds`."""
    parser.add_argument("kinds", metavar="KIND", nargs="*", help="kinds to tell all of")
    parser.add_argument(
        "--why", metavar="PATH", help="why we claim what we claim of a field: $.detail.image-tag"
    )
    add_format(parser)


def run(options: argparse.Namespace) -> int:
    """Print a list of all kinds, or what is known of some or of a field.

    Raises UnknownNameError.
    """
    chosen = tuple(dict.fromkeys(options.kinds)) or kind_names()
    known = [provenance(kind) for kind in chosen]
    path = None if options.why is None else _field_path(options.why, chosen)
    if options.format == "json":
        shown = [(kind, cases_of_choices(kind.contract.kind)) for kind in known]
        print_json(kinds_as_json(shown, path))
    elif path is not None:
        shown = [(kind, cases_of_choices(kind.contract.kind)) for kind in known]
        show_why(path, shown, console())
    elif options.kinds:
        _show_in_full(chosen)
    else:
        show_kinds(known, console())
    return FINE


def _show_in_full(kinds: Iterable[str]) -> None:
    screen = console()
    for index, kind in enumerate(kinds):
        if index:
            screen.print()
        show_kind(provenance(kind), cases_of_choices(kind), screen)


def _field_path(text: str, kinds: Sequence[str]) -> str:
    """The path of a field as the schemas write it: `detail.tags[3]` is `$.detail.tags[0]`.

    Raises UnknownNameError, with those that the kinds have, for one that none of them has.
    """
    known = dict.fromkeys(field.path for kind in kinds for field in provenance(kind).fields)
    rooted = text if text.startswith("$") else f"$.{text}"
    try:
        steps = json_path.parse(rooted.replace("[]", "[0]").replace("[*]", "[0]"))
    except ValueError:
        raise UnknownNameError("field", text, known) from None
    path = json_path.show(0 if isinstance(step, int) else step for step in steps)
    if path not in known:
        raise UnknownNameError("field", path, known)
    return path
