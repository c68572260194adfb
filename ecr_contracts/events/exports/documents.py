"""Documents for other tools: JSON Schema 2020-12 and draft 4, OpenAPI 3.0, AsyncAPI 3.

Each accepts and refuses the events that ours does, as far as its language can say it. What a
document does not say stands in it, under `x-losses`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ecr_contracts.events.compile import reader
from ecr_contracts.events.exports.definitions import Definitions, Node, pascal, schema_in_parts
from ecr_contracts.events.exports.languages import draft_4, has_integers, openapi_3_0
from ecr_contracts.events.kinds import kind_names

LOSSES = "x-losses"
"""The key of a document that lists what it does not say."""

_TITLE = "Events of Amazon ECR"
_DESCRIPTION = (
    "What Amazon ECR, its scanner and CloudTrail put on an EventBridge bus. Objects are open, "
    "since AWS adds fields without notice."
)
_OPENAPI, _ASYNCAPI = "3.0.3", "3.0.0"


@dataclass(frozen=True, slots=True)
class Document:
    """A file for another tool: its name, its content, and what its language could not say."""

    name: str
    content: Mapping[str, Any]

    @property
    def losses(self) -> tuple[str, ...]:
        """What it does not say, a sentence each."""
        return tuple(self.content.get(LOSSES, ()))


def documents(
    form: str, kinds: Sequence[str] = (), *, annotated: bool = False
) -> tuple[Document, ...]:
    """The documents of a form (a key of `FORMS`) on some kinds, or on all.

    With `annotated` they have our annotations, `x-ecr`, which others pass over. Raises
    UnknownNameError for a name that is no kind.
    """
    chosen = tuple(dict.fromkeys(kinds)) or kind_names()
    return tuple(FORMS[form](chosen, annotated))


# --- a file for each kind -------------------------------------------------------------------------


def _json_schemas(kinds: Iterable[str], annotated: bool) -> Iterable[Document]:
    """JSON Schema 2020-12, the ordinary event as an example."""
    for kind in kinds:
        definitions = Definitions("#/$defs/")
        root = schema_in_parts(kind, definitions, annotated=annotated)
        content: Node = {"$schema": "https://json-schema.org/draft/2020-12/schema", **root}
        content["examples"] = [_ordinary(kind)]
        content["$defs"] = definitions.sorted()
        yield _document(f"{kind}.schema.json", content, _left_out([kind], annotated))


def _draft_4_schemas(kinds: Iterable[str], annotated: bool) -> Iterable[Document]:
    """JSON Schema draft 4, with the keys by which EventBridge's registry knows an event."""
    for kind in kinds:
        definitions = Definitions("#/definitions/")
        root = draft_4(schema_in_parts(kind, definitions, annotated=annotated))
        content: Node = {"$schema": "http://json-schema.org/draft-04/schema#", **root}
        content |= _registry_keys(kind)
        parts = definitions.sorted()
        content["definitions"] = {name: draft_4(part) for name, part in parts.items()}
        losses = [*_left_out([kind], annotated), *_whole_numbers(content)]
        yield _document(f"{kind}.draft4.json", content, losses)


# --- one file for all -----------------------------------------------------------------------------


def _openapi(kinds: Sequence[str], annotated: bool) -> Iterable[Document]:
    """OpenAPI 3.0: every kind, and each object within, as a component."""
    definitions = Definitions("#/components/schemas/")
    for kind in kinds:
        root = schema_in_parts(kind, definitions, annotated=annotated)
        root |= {**_registry_keys(kind), "example": _ordinary(kind)}
        definitions.add(kind, root)
    schemas = {name: openapi_3_0(part) for name, part in definitions.sorted().items()}
    content: Node = {
        "openapi": _OPENAPI,
        "info": _info(),
        "paths": {},
        "components": {"schemas": schemas},
    }
    losses = [*_left_out(kinds, annotated), *_whole_numbers(content)]
    yield _document("ecr-events.openapi.json", content, losses)


def _asyncapi(kinds: Sequence[str], annotated: bool) -> Iterable[Document]:
    """AsyncAPI 3: every kind as a message of one channel that an application receives from."""
    definitions = Definitions("#/components/schemas/")
    messages: dict[str, Node] = {}
    for kind in kinds:
        root = schema_in_parts(kind, definitions, annotated=annotated)
        messages[kind] = {
            "name": pascal(root.get("title", kind)),
            "title": root.get("title", kind),
            "summary": root.get("description", ""),
            "contentType": "application/json",
            "payload": definitions.add(kind, root),
            "examples": [{"name": "ordinary", "payload": _ordinary(kind)}],
        }
    in_channel = {kind: {"$ref": f"#/components/messages/{kind}"} for kind in kinds}
    received = [{"$ref": f"#/channels/events/messages/{kind}"} for kind in kinds]
    content: Node = {
        "asyncapi": _ASYNCAPI,
        "info": _info(),
        "defaultContentType": "application/json",
        "channels": {
            "events": {
                "address": None,
                "description": "Whatever a rule hands events to; a rule decides which come.",
                "messages": in_channel,
            }
        },
        "operations": {
            "receiveEvents": {
                "action": "receive",
                "channel": {"$ref": "#/channels/events"},
                "messages": received,
            }
        },
        "components": {"schemas": definitions.sorted(), "messages": messages},
    }
    yield _document("ecr-events.asyncapi.json", content, _left_out(kinds, annotated))


FORMS: Mapping[str, Callable[[Sequence[str], bool], Iterable[Document]]] = {
    "jsonschema": _json_schemas,
    "openapi3": _openapi,
    "draft4": _draft_4_schemas,
    "asyncapi": _asyncapi,
}
"""What makes the documents of each form, by the name that users give it."""


# --- parts of documents ---------------------------------------------------------------------------


def _document(name: str, content: Node, losses: Iterable[str]) -> Document:
    told = list(losses)
    return Document(name, {**content, LOSSES: told} if told else content)


def _info() -> Node:
    return {"title": _TITLE, "version": _version(), "description": _DESCRIPTION}


def _version() -> str:
    try:
        return version("ecr-contracts")
    except PackageNotFoundError:  # a checkout that is not installed
        return "0"


def _ordinary(kind: str) -> Any:
    """The ordinary event of a kind."""
    return deepcopy(dict(reader.contract(kind).baseline))


def _registry_keys(kind: str) -> Node:
    """The source and the detail-type, as EventBridge's schema registry writes them."""
    names = {
        "$.source": "x-amazon-events-source",
        "$.detail-type": "x-amazon-events-detail-type",
    }
    constants = dict(reader.contract(kind).discriminator)
    return {key: constants[path] for path, key in names.items() if path in constants}


# --- losses ---------------------------------------------------------------------------------------

_EVIDENCE = "left out: the evidence of choices, and its sources (x-ecr)"
_WARNINGS = "left out: warnings of unusual values, which are admitted"
_TOGETHER = "left out: choices that go together; they refuse no event"
_NARROWER = "narrower: 1.0 is no integer in this language"


def _left_out(kinds: Iterable[str], annotated: bool) -> list[str]:
    """What no schema language says, unless our annotations are kept."""
    if annotated:
        return []
    contracts = [reader.contract(kind) for kind in kinds]
    losses = [_EVIDENCE]
    if any(facet.advised for contract in contracts for facet in contract.facets):
        losses.append(_WARNINGS)
    if any(not rule.structural for contract in contracts for rule in contract.constraints):
        losses.append(_TOGETHER)
    return losses


def _whole_numbers(content: Node) -> list[str]:
    """That a language takes 1.0 for no integer, where there are any."""
    return [_NARROWER] if has_integers(content) else []
