"""What a payload holds in its parts, and how each is coded: JSON in a text, base64, gzip."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ecr_contracts.core.errors import EnvelopeError

LIMIT = 64 * 1024 * 1024
"""How many bytes gzip may unpack to, unless told otherwise."""


class Coding(Enum):
    """How a part is written down."""

    NONE = "a JSON value"
    TEXT = "a string"
    BASE64 = "base64"
    GZIP = "base64 of gzip"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a payload: where it stands there (`$.Records[0].body`), what stands there, and how that is coded."""

    place: str
    held: Any
    coding: Coding = Coding.TEXT


def one(envelope: str, events: Sequence[Any]) -> Any:
    """The one event of an envelope that carries no other count. Raises EnvelopeError for none or several."""
    if len(events) != 1:
        raise EnvelopeError(envelope, f"it carries exactly one event, not {len(events)}")
    return events[0]


def some(envelope: str, events: Sequence[Any]) -> Sequence[Any]:
    """The events of a batch. Raises EnvelopeError for no event: nobody is ever handed an empty batch."""
    if not events:
        raise EnvelopeError(envelope, "a batch holds at least one event")
    return events


def listed(envelope: str, payload: Any, key: str) -> list[Any]:
    """The list that stands at a key of a payload. Raises EnvelopeError if there is none."""
    found = payload.get(key) if isinstance(payload, Mapping) else None
    if not isinstance(found, list):
        raise EnvelopeError(envelope, f"there is no list `{key}`")
    return found


def at(value: Any, *steps: str) -> Any:
    """What stands behind some keys, None where that leads nowhere."""
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def unwrapped(envelope: str, parts: Iterable[Part]) -> list[Any]:
    """What the parts of a payload hold. Raises EnvelopeError, naming the place, for the first that cannot be read."""
    found = []
    for part in parts:
        try:
            found.append(decoded(part))
        except ValueError as problem:
            raise EnvelopeError(envelope, f"{part.place} {problem}") from None
    return found


def decoded(part: Part, limit: int = LIMIT) -> Any:
    """The JSON value of a part. Raises ValueError, whose message says what the part is, if it cannot be read."""
    if part.coding is Coding.NONE:
        return part.held
    if not isinstance(part.held, str):
        raise ValueError(
            f"is not {'a string' if part.coding is Coding.TEXT else 'a string of base64'}"
        )
    text = part.held if part.coding is Coding.TEXT else _text(part, limit)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise ValueError(f"is not JSON: {problem}") from None


def _text(part: Part, limit: int) -> str:
    try:
        packed = base64.b64decode(part.held, validate=True)
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
        found = unpacker.decompress(packed, limit)
        if unpacker.unconsumed_tail and unpacker.decompress(unpacker.unconsumed_tail, 1):
            raise ValueError(f"unpacks to more than {limit:,} bytes")
    except zlib.error as problem:
        raise ValueError(f"is not gzip: {str(problem).partition(': ')[2] or problem}") from None
    if not unpacker.eof:
        raise ValueError("is gzip that stops before its end")
    return found


def gzipped(content: bytes) -> bytes:
    """Gzip of some bytes, not compressed: the same on every machine, which compression is not."""
    longest = 0xFFFF
    pieces = [content[start : start + longest] for start in range(0, len(content), longest)] or [
        b""
    ]
    blocks = bytearray()
    for index, piece in enumerate(pieces):
        size = len(piece).to_bytes(2, "little")
        blocks += (
            bytes([index == len(pieces) - 1]) + size + bytes(byte ^ 0xFF for byte in size) + piece
        )
    ends = zlib.crc32(content).to_bytes(4, "little") + (len(content) & 0xFFFFFFFF).to_bytes(
        4, "little"
    )
    return bytes.fromhex("1f8b08000000000000ff") + bytes(blocks) + ends
