"""Responses that fit an operation's output model: made up, harmless, and the same every time.

It knows botocore's shapes and what their names tell; it must not know services, events or settings.
A shape is compiled once into a maker, since a client asks for the same operation again and again.
"""

from __future__ import annotations

import copy
import hashlib
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ecr_contracts.core.placeholders import (
    ACCOUNT,
    HOST,
    REGION,
    arn,
    placeholder,
    resource_arn,
    words,
)

__all__ = [
    "LATER",
    "NOW",
    "Maker",
    "RequestedValues",
    "response_maker",
    "stream_body",
    "stream_member",
]

NOW = datetime(2024, 1, 1, 12, 0, tzinfo=UTC)
LATER = datetime(2099, 1, 1, 12, 0, tzinfo=UTC)
DIGEST = "sha256:" + hashlib.sha256(b"placeholder").hexdigest()
_UUID = "00000000-0000-4000-8000-000000000000"

_DEEPEST = 4  # levels of optional members; a few models nest for ever
_MOST = 300  # members of one response: some findings have thousands
_ELEMENTS = 100  # elements for a list of requested names

_NAMED = 2  # levels at which a common name is still that of the thing asked for
_COMMON = frozenset(
    {"arn", "description", "id", "key", "name", "namespace", "status", "type", "value", "version"}
)

_FAULTY = re.compile(
    r"errors?|failures?|failed|fault|exceptions?|unprocessed|invalid|rejected|unsuccessful|cancel(?:led|lation)?"
    r"|deleted?|deletion|deregistered|stopped|stopping|expired|denied|conflicts?|unhealthy|warnings?|not_found|missing"
)
_WHY = re.compile(
    r"(?:status|state)_(?:reason|message)|(?:failure|error|stop|rollback)_(?:reason|message|code)|^cause$"
)
_PAGE = re.compile(
    r"token|marker|cursor|position|next|scroll_id|last_evaluated_\w+"
    r"|(?:\w+_)?(?:next|continuation|pagination|page)_(?:\w+_)?(?:token|marker|key|page|cursor|name|type|id|item|identifier)"
    r"|(?:next_)?(?:forward|backward)_token|next_shard_iterator"
)
_MORE = re.compile(
    r"(?:is_)?(?:results_)?truncated|is_truncated|has_?more\w*|more_\w+|\w+_truncated|\w*has_more\w*|additional_\w+_available"
)
_TRUE = re.compile(
    r"\w*(?:enabled?|active|success\w*|complete[d]?|finished|ready|available|valid|verified|healthy)"
)
_ZERO = re.compile(
    r"\w*(?:failed|failure|failures|error|errors|pending|exit_code|unhealthy|remaining|expired)\w*"
)
_FINISHED = (
    "COMPLETE COMPLETED CREATE_COMPLETE UPDATE_COMPLETE SUCCESS SUCCEEDED SUCCESSFUL EXECUTE_COMPLETE ACTIVE AVAILABLE"
    " RUNNING ENABLED HEALTHY READY VALID VERIFIED PASSED APPROVED CONNECTED ISSUED ASSOCIATED IN_SYNC INSYNC OK"
    " COMPLIANT ACTIVATED INSTALLED ONLINE GRANTED ACCEPTED REGISTERED RESOLVED DONE"
)
_RANK = {word: rank for rank, word in enumerate(re.findall(r"\S+", _FINISHED))}
_STATUS = re.compile(r"\w*(?:status|state|health|result|outcome)s?(?:_type|_code)?")


@dataclass(frozen=True, slots=True)
class RequestedValues:
    """What a call's parameters name, by lower-case member names: values, and lists of values by their singular."""

    values: Mapping[str, Any]
    lists: Mapping[str, list[Any]]
    wholes: Mapping[tuple[str, str], Any]

    @classmethod
    def of(cls, parameters: Mapping[str, Any], input_shape: Any = None) -> RequestedValues:
        """What top-level parameters ask for; `wholes` are structures, that an answer may tell as they are."""
        members = {} if input_shape is None else input_shape.members
        values, lists, wholes = {}, {}, {}
        for name, value in parameters.items():
            lower = name.lower()
            values[lower] = value
            if isinstance(value, list | tuple):
                lists[_singular(lower)] = list(value)[:_ELEMENTS]
            if value and isinstance(value, list | tuple | dict) and name in members:
                wholes[lower, members[name].name] = value
        return cls(values, lists, wholes)

    def about(self, singular: str, value: Any) -> RequestedValues:
        """The same, of one element of a requested list."""
        named = value if isinstance(value, Mapping) else {singular: value}
        lists = {key: items for key, items in self.lists.items() if key != singular}
        return RequestedValues(
            {**self.values, **{key.lower(): inner for key, inner in named.items()}},
            lists,
            self.wholes,
        )

    def text(self, member: str) -> str | None:
        """The text that a member echoes: `clusterName`, `clusterArn` and `cluster` are about the same thing."""
        name = member.lower()
        if isinstance(given := self.values.get(name), str):
            return given
        for ending, other in (("name", "arn"), ("arn", "name"), ("id", "arn")):
            if not name.endswith(ending) or len(name) == len(ending):
                continue
            stem = name.removesuffix(ending)
            given = self.values.get(stem, self.values.get(stem + other))
            if not isinstance(given, str) or not given:
                continue
            if ending == "arn":
                return (
                    given
                    if given.startswith("arn:")
                    else _arn(stem, member).replace("placeholder", given)
                )
            if ending == "name":
                return re.split("[:/]", given)[-1] if given.startswith("arn:") else given
        return None


Maker = Callable[[RequestedValues], Any]
"""A maker of values of a shape."""


def response_maker(output_shape: Any, *, service: str, filled: bool) -> Maker:
    """A maker of responses for an operation: with all optional members and one element a list, or with neither."""
    if output_shape is None:
        return lambda asked: {}
    return _Compiler(service, filled).structure(output_shape, 0, ())


def stream_member(output_shape: Any) -> str | None:
    """The member of a response that is read as a stream."""
    payload: str | None = output_shape.serialization.get("payload")
    return (
        payload
        if payload is not None and output_shape.members[payload].type_name == "blob"
        else None
    )


def stream_body(content: bytes) -> Any:
    """A body as botocore gives it; what is in it can be told without reading it."""
    from botocore.response import StreamingBody

    body = StreamingBody(io.BytesIO(content), len(content))
    body.ecr_content = content
    return body


class _Compiler:
    """The way from a shape to a maker, and how many members were met on it."""

    def __init__(self, service: str, filled: bool) -> None:
        self._service, self._filled, self._members = service, filled, 0

    def structure(self, shape: Any, depth: int, within: tuple[str, ...]) -> Maker:
        """A maker of a structure."""
        if shape.is_document_type:
            return lambda asked: {}
        within = (*within, shape.name)
        chosen = list(shape.members.items())
        if shape.is_tagged_union:
            chosen = self._one_of(chosen, within)
        else:
            required = set(shape.metadata.get("required", ()))
            chosen = [
                (name, member)
                for name, member in chosen
                if self._wanted(name, member, name in required, depth, within)
            ]
        self._members += len(chosen)
        body = stream_member(shape) if depth == 0 else None
        makers = [
            (name, _body if name == body else self._member(name, member, depth + 1, within))
            for name, member in chosen
        ]
        return lambda asked: {name: make(asked) for name, make in makers}

    def _one_of(
        self, members: list[tuple[str, Any]], within: tuple[str, ...]
    ) -> list[tuple[str, Any]]:
        simple = [m for m in members if m[1].type_name not in ("structure", "list", "map")]
        ending = [m for m in members if not _returns(m[1], within)]
        return (simple or ending or members)[:1]

    def _wanted(
        self, name: str, shape: Any, required: bool, depth: int, within: tuple[str, ...]
    ) -> bool:
        if required:
            return True
        spelled = "_".join(words(name))
        if _PAGE.fullmatch(spelled) or _WHY.search(spelled):
            return False
        if shape.serialization.get("eventstream") or (
            shape.type_name == "blob" and shape.serialization.get("streaming")
        ):
            return True
        if _faulty(spelled) and shape.type_name == "list" and shape.metadata.get("min"):
            return False
        if depth == 0 and shape.type_name in ("list", "map"):
            return True  # AWS answers with an empty list rather than with none
        if not self._filled:
            return (
                depth == 0
                and shape.type_name not in ("structure", "timestamp")
                and not _faulty(spelled)
            )
        if _faulty(spelled) and shape.type_name not in (
            "list",
            "map",
            "integer",
            "long",
            "boolean",
        ):
            return False
        return depth < _DEEPEST and self._members < _MOST and not _returns(shape, within)

    def _member(self, name: str, shape: Any, depth: int, within: tuple[str, ...]) -> Maker:
        if shape.serialization.get("eventstream"):
            return lambda asked: _events(shape)
        if shape.serialization.get("jsonvalue") and shape.serialization.get("location") == "header":
            return lambda asked: {}
        lower, kind = name.lower(), shape.name
        make = self._value(name, shape, depth, within)
        if shape.type_name in ("structure", "list", "map"):

            def whole(asked: RequestedValues) -> Any:
                return (
                    copy.deepcopy(asked.wholes[lower, kind])
                    if (lower, kind) in asked.wholes
                    else make(asked)
                )

            return whole
        return make

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
                return lambda asked: b"{}"
            case "timestamp":
                when = LATER if "expir" in name.lower() else NOW
                return lambda asked: when
            case "boolean":
                return _typed(name, _boolean(name), bool)
            case "float" | "double":
                return _constant(float(_number(name, shape)))
            case _:
                return _typed(name, int(_number(name, shape)), int)

    def _list(self, name: str, shape: Any, depth: int, within: tuple[str, ...]) -> Maker:
        least = int(shape.metadata.get("min", 0))
        inner = shape.member
        spelled = "_".join(words(name))
        returns = _returns(inner, within)
        count = max(
            least, int(self._filled and not _faulty(spelled) and not returns and depth <= _DEEPEST)
        )
        if returns and least == 0:
            return lambda asked: []
        make = self._value(_singular(name), inner, depth, within)
        if _faulty(spelled):
            return lambda asked: [make(asked) for _ in range(least)]
        singulars = [_singular(name.lower())]
        if inner.type_name == "structure":
            singulars += [member.lower() for member in inner.members]
        filled = self._filled

        def made(asked: RequestedValues) -> list[Any]:
            for singular in singulars:
                if filled and (values := asked.lists.get(singular)):
                    return [make(asked.about(singular, value)) for value in values]
            return [make(asked) for _ in range(count)]

        return made

    def _map(self, name: str, shape: Any, depth: int, within: tuple[str, ...]) -> Maker:
        if (
            not self._filled
            or _faulty("_".join(words(name)))
            or _returns(shape.value, within)
            or depth > _DEEPEST
        ):
            return lambda asked: {}
        keys = list(getattr(shape.key, "enum", ()))[:20]
        keys = keys or [
            _fitting("placeholder", int(shape.key.metadata.get("min", 0)), shape.key.metadata)
        ]
        makers = [
            (key, self._value(key if len(keys) > 1 else name, shape.value, depth, within))
            for key in keys
        ]
        make = makers[0][1]
        singular = _singular(name.lower())
        plain = shape.value.type_name == "string"

        def made(asked: RequestedValues) -> dict[str, Any]:
            for wanted in (singular, singular + "name"):
                named = [
                    key
                    for key in asked.lists.get(wanted, ())
                    if isinstance(key, str) and key != "All"
                ]
                if named:
                    return {key: placeholder(key) if plain else make(asked) for key in named}
            return {key: inner(asked) for key, inner in makers}

        return made

    def _text(self, name: str, shape: Any, depth: int) -> Maker:
        least = int(shape.metadata.get("min", 0))
        if shape.enum:
            value = _choice(name, shape.enum)
            kinds = frozenset(shape.enum)
            lower = name.lower()

            def choice(asked: RequestedValues) -> str:
                given = asked.values.get(lower)
                return given if isinstance(given, str) and given in kinds else value

            return choice
        if least == 0 and _PAGE.fullmatch("_".join(words(name))):
            return lambda asked: ""
        fallback = _fitting(_text(name, shape.name, self._service), least, shape.metadata)

        if depth > _NAMED and name.lower() in _COMMON:
            return lambda asked: fallback

        known = _synonyms(name)

        def made(asked: RequestedValues) -> str:
            given = None if known.isdisjoint(asked.values) else asked.text(name)
            return given if given is not None and len(given) >= least else fallback

        return made


def _synonyms(member: str) -> frozenset[str]:
    """The parameters that say what a member is."""
    name = member.lower()
    stems = [name.removesuffix(ending) for ending in ("name", "arn", "id") if name.endswith(ending)]
    return frozenset([name, *stems, *(stem + other for stem in stems for other in ("name", "arn"))])


def _constant(value: Any) -> Maker:
    return lambda asked: value


def _typed(name: str, value: Any, kind: type) -> Maker:
    lower = name.lower()

    def made(asked: RequestedValues) -> Any:
        given = asked.values.get(lower)
        return given if type(given) is kind else value

    return made


def _body(asked: RequestedValues) -> Any:
    return stream_body(b"{}")


def _events(shape: Any) -> Any:
    from botocore.eventstream import EventStream

    return EventStream(_Silent(), shape, None, "")


class _Silent:
    """A connection that nothing comes from."""

    def stream(self) -> tuple[bytes, ...]:
        """No chunks."""
        return ()

    def close(self) -> None:
        """Nothing is open."""


def _returns(shape: Any, within: tuple[str, ...]) -> bool:
    """Whether a shape, or what its elements are, stands around itself."""
    while shape.type_name in ("list", "map"):
        shape = shape.member if shape.type_name == "list" else shape.value
    return shape.name in within


def _faulty(spelled: str) -> bool:
    return any(_FAULTY.fullmatch(word) for word in spelled.split("_")) or spelled.endswith(
        "not_found"
    )


def _singular(name: str) -> str:
    for plural, singular in (("ies", "y"), ("sses", "ss"), ("statuses", "status"), ("s", "")):
        if name.endswith(plural) and not name.endswith("ss"):
            return name.removesuffix(plural) + singular
    return name.removesuffix("list").removesuffix("List") or name


def _boolean(name: str) -> bool:
    spelled = "_".join(words(name))
    return not _MORE.fullmatch(spelled) and _TRUE.fullmatch(spelled) is not None


def _number(name: str, shape: Any) -> float:
    spelled = "_".join(words(name))
    value = (
        0
        if _ZERO.fullmatch(spelled)
        else 200
        if spelled in ("status_code", "http_status_code")
        else 1
    )
    if spelled in ("content_length", "content_size"):
        value = len(b"{}")
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    value = value if least is None else max(value, least)
    return value if most is None else min(value, most)


def _choice(name: str, options: list[str]) -> str:
    """The first value, but of a status one that says that all is done and well."""
    if _STATUS.fullmatch("_".join(words(name))):
        known = [option for option in options if _spelled(option) in _RANK]
        if known:
            return min(known, key=lambda option: _RANK[_spelled(option)])
    return next(
        (
            o
            for o in options
            if not _faulty("_".join(words(o))) and o.upper() not in ("NONE", "UNKNOWN")
        ),
        options[0],
    )


def _spelled(option: str) -> str:
    return "_".join(words(option)).upper()


_ARN_SORTS = {
    ("ecs", "service"): "service",
    ("ecs", "definition"): "definition",
    ("lambda", "function"): "function",
    ("secretsmanager", "arn"): "secret",
    ("codebuild", "arn"): "project",
}


def _arn(noun: str, member: str, service: str = "") -> str:
    spelled = words(member)
    if sort := _ARN_SORTS.get((service, noun)):
        return resource_arn(sort)
    typed = placeholder(member if spelled[-1:] == ["arn"] else member + "Arn")
    if service and typed.startswith("arn:aws:sns:") and "topic" not in spelled:
        folder = f"{noun}/" if noun and noun != "arn" else ""
        return arn(service, f"{folder}placeholder")
    return typed


def _text(name: str, kind: str, service: str) -> str:
    """A text that fits the names of a member and its shape."""
    spelled = words(name)
    last, noun = (spelled or [""])[-1], (spelled[-2:] or [""])[0]
    if last in ("arn", "arns") or kind.endswith(("Arn", "ARN")):
        return _arn(noun, name, service)
    if service == "ecs" and name == "taskDefinition":
        return _arn("definition", name, service)
    if _STATUS.fullmatch("_".join(spelled)):
        return "ACTIVE"
    if last in ("cpu", "memory"):
        return "256"
    if "digest" in spelled or "sha256" in spelled:
        return DIGEST
    if "account" in spelled or last == "owner" or name == "registryId":
        return ACCOUNT
    if last in ("document", "policy", "json", "template") or "policy" in spelled[-2:]:
        return "{}"
    if last in ("at", "date", "time", "timestamp") and "zone" not in spelled:
        return "2024-01-01T12:00:00Z"
    if last == "id" and spelled[0:1] != ["key"]:
        return _UUID
    if last == "zone":
        return f"{REGION}a"
    if last in ("etag", "e") or name == "ETag":
        return '"d41d8cd98f00b204e9800998ecf8427e"'
    if last in ("image", "uri") and "image" in spelled:
        return placeholder("image_uri")
    if last in ("domain", "host", "hostname"):
        return HOST
    return placeholder(name)


def _fitting(text: str, least: int, metadata: Mapping[str, Any]) -> str:
    """The text, or another that a pattern and bounds let through where one is found."""
    pattern = metadata.get("pattern")
    most = int(metadata.get("max", 1 << 20))
    options = [text]
    if pattern:
        options += [
            "placeholder",
            "1",
            ACCOUNT,
            _UUID,
            DIGEST,
            "a" * 8,
            "2024-01-01",
            "Placeholder",
            "a-1",
            "10",
        ]
        options += [
            resource_arn("role"),
            f"https://{HOST}/",
            "i-" + "0" * 17,
            "0" * 32,
        ]
    for option in options:
        sized = option if len(option) >= least else option + "x" * (least - len(option))
        if len(sized) <= most and (not pattern or _matches(pattern, sized)):
            return sized
    return (text + "x" * max(0, least - len(text)))[: max(most, least)]


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return True  # written for another engine
