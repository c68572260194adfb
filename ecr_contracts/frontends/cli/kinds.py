"""`ecr-contracts kinds`: tells what is known of each kind of event, or exports its schema."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence

from ecr_contracts.core import json_path
from ecr_contracts.core.errors import UnknownNameError
from ecr_contracts.events.exports.documents import FORMS, Document, documents
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.provenance import cases_of_choices, provenance
from ecr_contracts.frontends import exports
from ecr_contracts.frontends.cli.output import FINE, MISUSE, complain, print_json
from ecr_contracts.reporting.kinds import show_export, show_kind, show_kinds
from ecr_contracts.reporting.kinds_json import kinds_as_json
from ecr_contracts.reporting.kinds_why import show_why
from ecr_contracts.reporting.terminal import console

EXAMPLES = (
    "ecr-contracts kinds",
    "ecr-contracts kinds scan",
    "ecr-contracts kinds --why $.detail.image-tag",
    "ecr-contracts kinds scan --format json",
    "ecr-contracts kinds --export schemas --format draft4",
    "ecr-contracts kinds push scan --export api --format openapi3",
)

_REPORTS = ("text", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `kinds`."""
    parser.add_argument(
        "kinds", metavar="KIND", nargs="*", help="kinds to tell all of, or to export (default: all)"
    )
    parser.add_argument(
        "--why", metavar="PATH", help="why we claim what we claim of a field: $.detail.image-tag"
    )
    parser.add_argument(
        "--export", metavar="DIR", help="write the schemas for other tools, as files of a folder"
    )
    parser.add_argument(
        "--format",
        choices=(*_REPORTS, *FORMS),
        metavar="FORMAT",
        help="text for people (default) or json for programs; with --export jsonschema (2020-12, "
        "the default), openapi3 (OpenAPI 3.0), draft4 (JSON Schema draft 4, as in EventBridge's "
        "registry) or asyncapi (AsyncAPI 3)",
    )
    parser.add_argument(
        "--annotations",
        action="store_true",
        help="with --export, keep our annotations (x-ecr), which other tools pass over",
    )


def run(options: argparse.Namespace) -> int:
    """Print a list of all kinds, or what is known of some or of a field; or export schemas.

    Raises UnknownNameError, or FixtureError where a file is in the way.
    """
    if options.export is not None:
        return _export(options)
    if options.format not in (None, *_REPORTS) or options.annotations:
        word = "--annotations" if options.annotations else f"--format {options.format}"
        complain(f"{word} is for schemas that are exported: add --export DIR")
        return MISUSE
    return _tell(options)


def _tell(options: argparse.Namespace) -> int:
    """Print what is known."""
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


def _export(options: argparse.Namespace) -> int:
    """Write schemas, and print which files there are and what their language does not say."""
    if options.why is not None or options.format in _REPORTS:
        word = "--why" if options.why is not None else f"--format {options.format}"
        complain(f"{word} does not go with --export, whose formats are {', '.join(FORMS)}")
        return MISUSE
    form = options.format or "jsonschema"
    written: Sequence[Document] = documents(form, options.kinds, annotated=options.annotations)
    touched = exports.write(options.export, written)
    show_export(options.export, written, len(touched), console())
    return FINE


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
