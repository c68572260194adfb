"""Fetched values (secrets, parameters, items): the form that code wants them in, and its keys.

A client of the data flow. It is generous: a key too many in a made-up secret does no harm, and a
missing one looks like a fault of the consumer.
"""

from __future__ import annotations

import ast
import contextlib
import json
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ecr_contracts.core.placeholders import HOST, placeholder, words
from ecr_contracts.discovery.source.flow import (
    ITEM,
    Action,
    Flow,
    Stage,
    Use,
    Value,
    called_name,
    key_read,
)
from ecr_contracts.discovery.source.variables.wanted_forms import WantedForm, wanted_form

__all__ = ["ITEM", "Hints", "Uses", "body_for", "tree", "value_for"]

_TEXTS = frozenset(
    [
        "SecretString",
        "SecretBinary",
        "Value",
        "Body",
        "Plaintext",
        "Configuration",
        "Payload",
        "StringValue",
    ]
)
_RECORDS = frozenset({"Item", "Items", "Attributes"})
_FETCHERS = {
    "get_secret": "SecretString",
    "get_secret_string": "SecretString",
    "get_secret_binary": "SecretBinary",
    "get_parameter": "Value",
}
_ANY = "?"
"""What is loaded of values whose origin cannot be seen."""

_ANSWER = "json"
"""The body of what a request was answered with."""

_MAPPING_METHODS = frozenset({"get", "items", "keys", "values"})
_FORM_NAMES: dict[WantedForm | None, str] = {
    WantedForm.URL: "url",
    WantedForm.NUMBER: "number",
}


@dataclass(frozen=True, slots=True)
class Uses:
    """What is done with a fetched text: opened as a URL, taken as a number, or loaded as JSON.

    `keys` are the paths that are read of what is loaded, each with the form that is wanted there:
    `url`, `number`, `mapping`, or an empty text. `listed`: what is loaded is a list of them.
    """

    keys: Mapping[tuple[str, ...], str] = field(default_factory=lambda: MappingProxyType({}))
    loaded: bool = False
    listed: bool = False
    url: bool = False
    number: bool = False


@dataclass(frozen=True, slots=True)
class Hints:
    """The uses of fetched values, by the field of the answer that they come in: `SecretString`."""

    uses: Mapping[str, Uses] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, sources: Iterable[str]) -> Hints:
        """What source texts tell; those that do not parse tell nothing."""
        trees = []
        for source in sources:
            with contextlib.suppress(SyntaxError, ValueError, RecursionError):
                trees.append(ast.parse(source))
        return cls(_uses_by_field(trees))

    def of_field(self, name: str) -> Uses:
        """The uses of a field; if none can be seen, those of any value that is loaded."""
        uses = self.uses.get(name)
        if uses is None:
            return Uses()
        if uses.loaded or uses.url or uses.number:
            return uses
        return self.uses.get(_ANY, Uses())

    def __reduce__(self) -> Any:
        # Read-only mappings cannot be pickled.
        return _hints, (
            {
                name: (dict(uses.keys), uses.loaded, uses.listed, uses.url, uses.number)
                for name, uses in self.uses.items()
            },
        )


def _hints(uses: Mapping[str, tuple[Any, ...]]) -> Hints:
    return Hints({name: Uses(*values) for name, values in uses.items()})


def body_for(hints: Hints) -> dict[str, Any]:
    """A body for the answer to a request, with the keys that are read of the answers to any."""
    keys = {**hints.uses.get(_ANY, Uses()).keys, **hints.uses.get(_ANSWER, Uses()).keys}
    return tree(Uses(keys=keys))


def value_for(name: str, uses: Uses) -> str:
    """A text that serves its uses: JSON with its keys, a URL, a number; else what suits `name`."""
    if uses.loaded:
        value = tree(uses)
        return json.dumps([value] if uses.listed else value)
    typed = placeholder(name)
    if uses.url and not typed.startswith("https://"):
        return f"https://{HOST}/{'-'.join(words(name)) or 'hook'}"
    if uses.number and not uses.url:
        return "10"
    return typed


def tree(uses: Uses) -> dict[str, Any]:
    """The value with all keys that are read, those below others within them."""
    root: dict[str, Any] = {}
    for path in sorted(uses.keys):
        holder = root
        for key in path[:-1]:
            if not isinstance(holder.get(key), dict):
                holder[key] = {}
            holder = holder[key]
        last = path[-1]
        if not isinstance(holder.get(last), dict):
            holder[last] = _leaf(last, uses.keys[path])
    return {key: _with_lists(inner) for key, inner in root.items() if key != ITEM}


def _leaf(key: str, form: str) -> Any:
    if form == "mapping":
        return {}
    return value_for(key, Uses(url=form == "url", number=form == "number"))


def _with_lists(value: Any) -> Any:
    """The value with a list in place of each mapping that has nothing but items."""
    if not isinstance(value, dict):
        return value
    if set(value) == {ITEM}:
        return [_with_lists(value[ITEM])]
    return {key: _with_lists(inner) for key, inner in value.items() if key != ITEM}


# Reading the uses off the flow
# --------------------------------------------------------------------------------------------------


@dataclass
class _Field:
    """The uses of a field while they are put together; a path may be wanted in several forms."""

    keys: dict[tuple[str, ...], set[str]] = field(default_factory=dict)
    loaded: bool = False
    listed: bool = False
    forms: set[str] = field(default_factory=set)

    def add(self, use: Use, path: tuple[str, ...]) -> None:
        """Add one use, of what stands at a path."""
        wanted = _FORM_NAMES.get(wanted_form(use, any_client=True), "")
        if use.value.stage is Stage.TEXT:
            self.forms.add(wanted)
        elif use.action is Action.KEY or (
            use.action is Action.SEARCHED and isinstance(use.detail, str)
        ):
            self._key(*path, use.detail)
        elif use.action is Action.CALLED and use.detail in _MAPPING_METHODS:
            self._key(*path, form="mapping")
        elif use.action in (Action.ITERATED, Action.INDEX) and not path:
            self.listed = True
        elif wanted:
            self._key(*path, form=wanted)

    def _key(self, *path: str, form: str = "") -> None:
        if path:
            self.keys.setdefault(path, set()).add(form)

    def uses(self) -> Uses:
        """What is known of the field; a key stands before those below it."""
        keys = {path: _first_of(self.keys[path]) for path in sorted(self.keys)}
        loaded = self.loaded or bool(keys)
        return Uses(keys, loaded, self.listed, "url" in self.forms, "number" in self.forms)


def _first_of(forms: Container[str]) -> str:
    """The form that says most."""
    return next((form for form in ("url", "number", "mapping") if form in forms), "")


def _uses_by_field(trees: Sequence[ast.AST]) -> dict[str, Uses]:
    """What is done with each field that is fetched."""
    flow = Flow(trees)
    flow.follow(lambda node, known: () if known else _origins(node, flow))
    fields: dict[str, _Field] = defaultdict(_Field)
    for value in flow.values():
        name = str(value.origin)
        if name not in _RECORDS:
            fields[name].loaded |= value.stage is Stage.DATA
    for use in flow.uses():
        name = str(use.value.origin)
        fields[name].add(use, _plain_path(use.value.path))
    for name in _RECORDS & fields.keys():
        fields[name].listed = False
    return {name: known.uses() for name, known in fields.items()}


def _plain_path(path: tuple[str, ...]) -> tuple[str, ...]:
    """A path without the steps into lists that go without saying.

    These are the list that the whole is, and those that attributes of DynamoDB say they are.
    """
    plain: list[str] = []
    for step in path:
        if step != ITEM or (plain and plain[-1] != "L"):
            plain.append(step)
    return tuple(plain)


def _origins(node: ast.expr, flow: Flow) -> Iterator[Value]:
    """The values that an expression fetches, of which nothing is known otherwise."""
    match node:
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            yield from _member(key)
        case ast.Call():
            yield from _fetched(node, flow)


def _member(key: str) -> Iterator[Value]:
    """What stands under a key of an answer."""
    if key in _TEXTS:
        yield Value(key)
    elif key in _RECORDS:
        yield Value(key, Stage.DATA)


def _fetched(call: ast.Call, flow: Flow) -> Iterator[Value]:
    """What a call fetches, or parses of what cannot be seen."""
    name = called_name(call)
    method = isinstance(call.func, ast.Attribute)
    if flow.parses(call):
        yield Value(_ANY, Stage.DATA)
    elif method and (key := key_read(call)) is not None:
        yield from _member(key)
    elif method and name == "json" and not call.args:
        yield Value(_ANSWER, Stage.DATA)
    elif name in _FETCHERS and call.args and not flow.defines(name):
        transformed = any(_is_transform(keyword) for keyword in call.keywords)
        yield Value(_FETCHERS[name], Stage.DATA if transformed else Stage.TEXT)


def _is_transform(keyword: ast.keyword) -> bool:
    """Whether an argument has Powertools parse what it fetches."""
    return keyword.arg == "transform" and isinstance(keyword.value, ast.Constant)
