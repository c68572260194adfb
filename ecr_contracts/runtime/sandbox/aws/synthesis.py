"""Responses that fit an operation's output model: made up, harmless, and the same every time.

It knows botocore's shapes; it must not know services or settings, and of an event no more than the
names that it is given. A shape is compiled once
into a maker, since a client asks for the same operation again and again.
"""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ecr_contracts.core.placeholders import placeholder
from ecr_contracts.runtime.sandbox.aws.event_names import EventNames, event_text
from ecr_contracts.runtime.sandbox.aws.member_values import (
    LATER,
    NOW,
    arn_value,
    boolean_value,
    enum_value,
    fitted,
    is_explanation,
    is_faulty,
    is_page,
    number_value,
    singular,
    text_value,
)

__all__ = ["Maker", "RequestedValues", "response_maker", "stream_body", "stream_member"]

_DEEPEST = 4
"""Levels of optional members; a few models nest for ever."""
_MOST = 300
"""Members of one response; some findings have thousands."""
_MOST_ELEMENTS = 100
"""Elements for a list of requested names."""
_MOST_KEYS = 20
"""Keys of a map whose keys are an enumeration."""
_NEAR = 2
"""Levels at which a common name is still that of the thing that is asked for."""
_COMMON = frozenset(
    {"arn", "description", "id", "key", "name", "namespace", "status", "type", "value", "version"}
)
_CONTAINERS = ("structure", "list", "map")


@dataclass(frozen=True, slots=True)
class RequestedValues:
    """The values in a call's parameters, which a response echoes, by member names in small letters.

    `lists` are by the singular of their names. `wholes` are structures and lists that a response
    may echo as they are, by the names of member and shape. `event` are the names that the response
    may tell of the event in hand.
    """

    values: Mapping[str, Any]
    lists: Mapping[str, list[Any]]
    wholes: Mapping[tuple[str, str], Any]
    event: EventNames | None = None

    @classmethod
    def of(
        cls,
        parameters: Mapping[str, Any],
        input_shape: Any = None,
        event: EventNames | None = None,
    ) -> RequestedValues:
        """The values of a call's top-level parameters."""
        members = {} if input_shape is None else input_shape.members
        values, lists, wholes = {}, {}, {}
        for name, value in parameters.items():
            lower = name.lower()
            values[lower] = value
            if isinstance(value, list | tuple):
                lists[singular(lower)] = list(value)[:_MOST_ELEMENTS]
            if value and isinstance(value, list | tuple | dict) and name in members:
                wholes[lower, members[name].name] = value
        return cls(values, lists, wholes, event)

    def about(self, name: str, element: Any) -> RequestedValues:
        """The same, for one element of the requested list that has this singular name."""
        values = dict(self.values)
        named = element if isinstance(element, Mapping) else {name: element}
        for key, value in named.items():
            values[key.lower()] = value
        lists = {key: items for key, items in self.lists.items() if key != name}
        return RequestedValues(values, lists, self.wholes, self.event)

    def forms(self) -> list[RequestedValues]:
        """The same with each form of the event's names: what is listed may be called by any."""
        if self.event is None:
            return [self]
        return [replace(self, event=form) for form in self.event.forms]

    def text(self, member: str) -> str | None:
        """The text that a member echoes.

        `clusterName`, `clusterArn` and `cluster` are about the same thing.
        """
        name = member.lower()
        if isinstance(text := self.values.get(name), str):
            return text
        for ending, other in (("name", "arn"), ("arn", "name"), ("id", "arn")):
            if not name.endswith(ending) or len(name) == len(ending):
                continue
            stem = name.removesuffix(ending)
            text = self.values.get(stem, self.values.get(stem + other))
            if not isinstance(text, str) or not text:
                continue
            is_arn = text.startswith("arn:")
            if ending == "arn":
                return text if is_arn else arn_value(stem, member).replace("placeholder", text)
            if ending == "name":
                return re.split("[:/]", text)[-1] if is_arn else text
        return None


Maker = Callable[[RequestedValues], Any]
"""A maker of values of a shape."""


def response_maker(
    output_shape: Any, *, service: str, filled: bool, page_tokens: Container[str] | None = None
) -> Maker:
    """A maker of responses for an operation.

    They have all optional members and one element in each list if they are `filled`, else neither.
    `page_tokens` are the members that name a next page: there is none. Without them, the names of
    members tell.
    """
    if output_shape is None:
        return lambda requested: {}
    return _Compiler(service, filled, page_tokens).structure(output_shape, 0, ())


def stream_member(output_shape: Any) -> str | None:
    """The member of a response that is read as a stream."""
    payload: str | None = output_shape.serialization.get("payload")
    if payload is not None and output_shape.members[payload].type_name == "blob":
        return payload
    return None


def stream_body(content: bytes) -> Any:
    """A body as botocore gives it; what is in it can be told without reading it."""
    from botocore.response import StreamingBody

    body = StreamingBody(io.BytesIO(content), len(content))
    body.ecr_content = content
    return body


class _Compiler:
    """Compiles the shapes of one response into makers.

    `within` are the names of the structures around a shape, `depth` is their number.
    """

    def __init__(
        self, service: str, filled: bool, page_tokens: Container[str] | None = None
    ) -> None:
        self._service, self._filled = service, filled
        self._page_tokens = page_tokens
        self._members = 0
        """The members that were met so far."""

    def structure(self, shape: Any, depth: int, within: tuple[str, ...]) -> Maker:
        """A maker of a structure."""
        if shape.is_document_type:
            return lambda requested: {}
        within = (*within, shape.name)
        members = self._chosen_members(shape, depth, within)
        self._members += len(members)
        body = stream_member(shape) if depth == 0 else None
        makers: list[tuple[str, Maker]] = []
        for name, member in members:
            make = _empty_body if name == body else self._member(name, member, depth + 1, within)
            makers.append((name, make))
        return lambda requested: {name: make(requested) for name, make in makers}

    def _chosen_members(
        self, shape: Any, depth: int, within: tuple[str, ...]
    ) -> list[tuple[str, Any]]:
        members = list(shape.members.items())
        if shape.is_tagged_union:
            return self._one_of(members, within)
        required = set(shape.metadata.get("required", ()))
        chosen = []
        for name, member in members:
            if name in required or self._is_wanted(name, member, depth, within):
                chosen.append((name, member))
        return chosen

    def _one_of(
        self, members: list[tuple[str, Any]], within: tuple[str, ...]
    ) -> list[tuple[str, Any]]:
        """The member of a union: a simple one, or at least one that ends."""
        simple = [member for member in members if member[1].type_name not in _CONTAINERS]
        ending = [member for member in members if not _is_recursive(member[1], within)]
        return (simple or ending or members)[:1]

    def _is_wanted(self, name: str, shape: Any, depth: int, within: tuple[str, ...]) -> bool:
        """Whether a response has an optional member."""
        kind = shape.type_name
        if self._names_a_page(name, depth) or is_explanation(name):
            return False
        if shape.serialization.get("eventstream"):
            return True
        if kind == "blob" and shape.serialization.get("streaming"):
            return True
        faulty = is_faulty(name)
        if faulty and kind == "list" and shape.metadata.get("min"):
            return False
        if depth == 0 and kind in ("list", "map"):
            return True  # AWS answers with an empty list rather than with none
        if not self._filled:
            return depth == 0 and kind not in ("structure", "timestamp") and not faulty
        if faulty and kind not in ("list", "map", "integer", "long", "boolean"):
            return False
        return depth < _DEEPEST and self._members < _MOST and not _is_recursive(shape, within)

    def _names_a_page(self, name: str, depth: int) -> bool:
        """Whether a member tells where the next page begins: at the top, the operation says so."""
        if depth == 0 and self._page_tokens is not None:
            return name in self._page_tokens
        return is_page(name)

    def _member(self, name: str, shape: Any, depth: int, within: tuple[str, ...]) -> Maker:
        if shape.serialization.get("eventstream"):
            return lambda requested: _empty_event_stream(shape)
        if shape.serialization.get("jsonvalue") and shape.serialization.get("location") == "header":
            return lambda requested: {}
        make = self._value(name, shape, depth, within)
        if shape.type_name not in _CONTAINERS:
            return make
        key = name.lower(), shape.name

        def whole(requested: RequestedValues) -> Any:
            if key in requested.wholes:
                return copy.deepcopy(requested.wholes[key])
            return make(requested)

        return whole

    def _value(self, name: str, shape: Any, depth: int, within: tuple[str, ...]) -> Maker:
        match shape.type_name:
            case "structure":
                return self.structure(shape, depth, within)
            case "list":
                return self._list(name, shape, depth, within)
            case "map":
                return self._map(name, shape, depth, within)
            case "string":
                return self._text(name, shape, depth)
            case "blob":
                return _constant(b"{}")
            case "timestamp":
                return _constant(LATER if "expir" in name.lower() else NOW)
            case "boolean":
                return _echo(name, boolean_value(name), bool)
            case "float" | "double":
                return _constant(float(number_value(name, shape.metadata)))
            case _:
                return _echo(name, int(number_value(name, shape.metadata)), int)

    def _list(self, name: str, shape: Any, depth: int, within: tuple[str, ...]) -> Maker:
        least = int(shape.metadata.get("min", 0))
        inner, faulty = shape.member, is_faulty(name)
        recursive = _is_recursive(inner, within)
        if recursive and least == 0:
            return lambda requested: []
        make = self._value(singular(name), inner, depth, within)
        if faulty:
            return lambda requested: [make(requested) for _ in range(least)]
        has_element = self._filled and not recursive and depth <= _DEEPEST
        count = max(least, int(has_element))
        # A list of what was requested has an element for each: `services` for `services`, and
        # for `clusterName` where the elements have such a member.
        names = []
        if self._filled:
            names.append(singular(name.lower()))
        if self._filled and inner.type_name == "structure":
            names += [member.lower() for member in inner.members]

        def elements(requested: RequestedValues) -> list[Any]:
            for element_name in names:
                if values := requested.lists.get(element_name):
                    return [make(requested.about(element_name, value)) for value in values]
            if depth == 1 and count == 1:
                first, *others = [make(form) for form in requested.forms()]
                told = _own_texts(first)
                return [first, *(other for other in others if _own_texts(other) != told)]
            return [make(requested) for _ in range(count)]

        return elements

    def _map(self, name: str, shape: Any, depth: int, within: tuple[str, ...]) -> Maker:
        recursive = _is_recursive(shape.value, within)
        if not self._filled or is_faulty(name) or recursive or depth > _DEEPEST:
            return lambda requested: {}
        keys = list(getattr(shape.key, "enum", ()))[:_MOST_KEYS]
        keys = keys or [fitted("placeholder", shape.key.metadata)]
        makers: list[tuple[str, Maker]] = []
        for key in keys:
            value_name = key if len(keys) > 1 else name
            makers.append((key, self._value(value_name, shape.value, depth, within)))
        make = makers[0][1]
        is_text = shape.value.type_name == "string"
        key_name = singular(name.lower())

        def members(requested: RequestedValues) -> dict[str, Any]:
            for list_name in (key_name, key_name + "name"):
                named = _texts(requested.lists.get(list_name, ()))
                if named:
                    return {key: placeholder(key) if is_text else make(requested) for key in named}
            return {key: inner(requested) for key, inner in makers}

        return members

    def _text(self, name: str, shape: Any, depth: int) -> Maker:
        if shape.enum:
            return _enum_echo(name, enum_value(name, shape.enum), frozenset(shape.enum))
        least = int(shape.metadata.get("min", 0))
        if least == 0 and self._names_a_page(name, depth - 1):
            return lambda requested: ""
        default = fitted(text_value(name, shape.name, self._service), shape.metadata)
        metadata, service = shape.metadata, self._service

        def of_event(requested: RequestedValues) -> str:
            if requested.event is None:
                return default
            return event_text(name, service, default, metadata, requested.event)

        if depth > _NEAR and name.lower() in _COMMON:
            return of_event
        synonyms = _synonyms(name)

        def text(requested: RequestedValues) -> str:
            if synonyms.isdisjoint(requested.values):
                return of_event(requested)
            echo = requested.text(name)
            return of_event(requested) if echo is None or len(echo) < least else echo

        return text


def _own_texts(element: Any) -> Any:
    """What an element of a list is called: itself, or its members that are texts."""
    if not isinstance(element, dict):
        return element
    return {name: value for name, value in element.items() if isinstance(value, str)}


def _texts(values: Any) -> list[str]:
    """The texts among requested names, but for the word that asks for everything."""
    return [value for value in values if isinstance(value, str) and value != "All"]


def _synonyms(member: str) -> frozenset[str]:
    """The parameters that a member may echo."""
    name = member.lower()
    synonyms = {name}
    for ending in ("name", "arn", "id"):
        if name.endswith(ending):
            stem = name.removesuffix(ending)
            synonyms |= {stem, stem + "name", stem + "arn"}
    return frozenset(synonyms)


def _constant(value: Any) -> Maker:
    return lambda requested: value


def _echo(name: str, default: Any, kind: type) -> Maker:
    """A maker of what was requested under a name, if it has the type; else of the default."""
    lower = name.lower()

    def value(requested: RequestedValues) -> Any:
        echo = requested.values.get(lower)
        return echo if type(echo) is kind else default

    return value


def _enum_echo(name: str, default: str, options: frozenset[str]) -> Maker:
    """A maker of the option that was requested under a name; else of the default."""
    lower = name.lower()

    def option(requested: RequestedValues) -> str:
        echo = requested.values.get(lower)
        return echo if isinstance(echo, str) and echo in options else default

    return option


def _empty_body(requested: RequestedValues) -> Any:
    return stream_body(b"{}")


def _empty_event_stream(shape: Any) -> Any:
    from botocore.eventstream import EventStream

    return EventStream(_Silent(), shape, None, "")


class _Silent:
    """A connection that nothing comes from."""

    def stream(self) -> tuple[bytes, ...]:
        """No chunks."""
        return ()

    def close(self) -> None:
        """Nothing is open."""


def _is_recursive(shape: Any, within: tuple[str, ...]) -> bool:
    """Whether a shape, or the shape of its elements, is one of those around it."""
    while shape.type_name in ("list", "map"):
        shape = shape.member if shape.type_name == "list" else shape.value
    return shape.name in within
