"""The codec of payloads: where the JSON documents in a payload stand, and how each is written down.

A part is a text, a text in base64 or gzip, or a JSON value. A layer says how one document is
recognised and where the next ones stand in it: SQS around SNS around an event has two.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from ecr_contracts.core import json_text, limits

LIMIT = limits.UNPACKED_BYTES
"""How many bytes gzip may unpack to, unless the caller names another limit."""

_LONGEST_BLOCK = 0xFFFF  # bytes of a block of gzip that is not compressed


class Coding(Enum):
    """How a part is written down."""

    NONE = "a JSON value"
    TEXT = "a string"
    BASE64 = "base64"
    GZIP = "base64 of gzip"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a payload: its place (`$.Records[0].body`), its content, and its coding."""

    place: str
    content: Any
    coding: Coding = Coding.TEXT

    def within(self, outer: str) -> Part:
        """The same part of a document that itself stands at a place."""
        return replace(self, place=outer + self.place[1:])


@dataclass(frozen=True, slots=True)
class Layer:
    """A document around events, or around the next layer.

    `parts` are the parts of the document that hold these; it raises ValueError, saying what is
    wrong, for anything else. `recognises` tells such a document by its keys; it is None where
    nothing tells it from an event. `optional` are the keys of an event that may be missing within.
    """

    parts: Callable[[Any], Iterator[Part]]
    recognises: Callable[[Any], bool] | None = None
    optional: frozenset[str] = frozenset()


def value_at(value: Any, *keys: str) -> Any:
    """What stands behind some keys, None where these lead nowhere."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def parts_of_list(
    payload: Any, key: str, *inner_keys: str, coding: Coding = Coding.TEXT
) -> Iterator[Part]:
    """What stands behind some keys in each element of the list at a key of a payload.

    Raises ValueError if there is no such list.
    """
    elements = value_at(payload, key)
    if not isinstance(elements, list):
        raise ValueError(f"there is no list `{key}`")
    inner_path = ".".join(inner_keys)
    for index, element in enumerate(elements):
        yield Part(f"$.{key}[{index}].{inner_path}", value_at(element, *inner_keys), coding)


def all_have(records: Any, key: str) -> bool:
    """Whether this is a list of records, at least one, that all have a key."""
    if not isinstance(records, list) or not records:
        return False
    return all(value_at(record, key) is not None for record in records)


def decoded(part: Part, limit: int = LIMIT) -> Any:
    """The JSON value of a part; gzip may unpack to `limit` bytes.

    Raises ValueError, whose message says what the part is, if it cannot be read.
    """
    if part.coding is Coding.NONE:
        return part.content
    if not isinstance(part.content, str):
        wanted = "a string" if part.coding is Coding.TEXT else "a string of base64"
        raise ValueError(f"is not {wanted}")
    text = part.content if part.coding is Coding.TEXT else _unpacked(part, limit)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise ValueError(f"is not JSON: {problem}") from None


def encoded(text: str) -> bytes:
    """The bytes of a text in UTF-8; lone surrogates, which are no Unicode, go as they are."""
    return text.encode("utf-8", "surrogatepass")


def base64_json(value: Any) -> str:
    """Base64 of compact JSON."""
    return base64.b64encode(encoded(json_text.compact(value))).decode()


def gzip_stored(content: bytes) -> bytes:
    """Gzip of some bytes, not compressed: the same on every machine, which compression is not."""
    blocks = bytearray()
    for start in range(0, max(len(content), 1), _LONGEST_BLOCK):
        block = content[start : start + _LONGEST_BLOCK]
        is_last = start + _LONGEST_BLOCK >= len(content)
        size = len(block).to_bytes(2, "little")
        blocks += bytes([is_last]) + size + bytes(byte ^ 0xFF for byte in size) + block
    checksum = zlib.crc32(content).to_bytes(4, "little")
    length = (len(content) & 0xFFFFFFFF).to_bytes(4, "little")
    return bytes.fromhex("1f8b08000000000000ff") + bytes(blocks) + checksum + length


def _unpacked(part: Part, limit: int) -> str:
    try:
        packed = base64.b64decode(part.content, validate=True)
    except ValueError as problem:
        raise ValueError(f"is not base64: {problem}") from None
    if part.coding is Coding.GZIP:
        packed = _gunzipped(packed, limit)
    try:
        return packed.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as problem:
        raise ValueError(f"is not UTF-8: {problem.reason} at byte {problem.start}") from None


def _gunzipped(packed: bytes, limit: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(packed, limit)
        if unpacker.unconsumed_tail and unpacker.decompress(unpacker.unconsumed_tail, 1):
            raise ValueError(f"unpacks to more than {limit:,} bytes")
    except zlib.error as problem:
        raise ValueError(f"is not gzip: {str(problem).partition(': ')[2] or problem}") from None
    if not unpacker.eof:
        raise ValueError("is gzip that stops before its end")
    return content
