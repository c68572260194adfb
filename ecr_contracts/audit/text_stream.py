"""Files, pipes and gzip as pieces of text, each of bounded size; knows nothing of JSON."""

from __future__ import annotations

import codecs
import io
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO

PIECE = 64 * 1024
"""How many bytes are read at a time."""

_GZIP = b"\x1f\x8b\x08"
_SIGNATURES = (
    (codecs.BOM_UTF32_LE, "UTF-32", "save it as UTF-8"),
    (codecs.BOM_UTF32_BE, "UTF-32", "save it as UTF-8"),
    (codecs.BOM_UTF16_LE, "UTF-16", "save it as UTF-8"),
    (codecs.BOM_UTF16_BE, "UTF-16", "save it as UTF-8"),
    (b"PK\x03\x04", "a zip archive", "unpack it first"),
    (b"BZh", "packed with bzip2", "unpack it first"),
    (b"\xfd7zX", "packed with xz", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", "unpack it first"),
)
_LONGEST_SIGNATURE = 4
_NAME_A_FILE = "name a file, or - for standard input"
_DEVICE = "it is a device"


@dataclass(frozen=True, slots=True)
class Failure:
    """The last piece of a stream of which no more can be had; what came before it was good."""

    problem: str
    hint: str


def open_source(source: str, stdin: BinaryIO | None) -> AbstractContextManager[Any]:
    """The file of a name; `-` is standard input. Raises OSError or ValueError if there is none."""
    if source != "-":
        _refuse_endless(source)
        # Without a buffer, lines that come through a pipe are read as they come.
        return open(source, "rb", buffering=0)
    stream = stdin if stdin is not None else getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise ValueError("standard input is closed")
    return nullcontext(stream)


def _refuse_endless(source: str) -> None:
    """Raise ValueError for a name behind which nothing may ever come, or never an end.

    What a shell leads here (`<(zcat archive.gz)`) has its names below /dev, as terminals have.
    """
    try:
        status = os.stat(source)
    except OSError:
        return  # Opening it says why.
    if stat.S_ISFIFO(status.st_mode) and not os.path.abspath(source).startswith("/dev/"):
        raise ValueError("it is a pipe, which standard input reads: < NAME")
    if stat.S_ISBLK(status.st_mode):
        raise ValueError(_DEVICE)
    if stat.S_ISCHR(status.st_mode) and status.st_rdev != os.stat(os.devnull).st_rdev:
        with open(source, "rb", buffering=0) as opened:
            if not opened.isatty():
                raise ValueError(_DEVICE)


def why_not_opened(error: OSError | ValueError) -> Failure:
    """What a user is told of a file that cannot be opened."""
    match error:
        case FileNotFoundError():
            return Failure("there is no such file", "check the name; - reads standard input")
        case IsADirectoryError():
            return Failure("this is a directory", "name the files in it")
        case PermissionError():
            return Failure("this file may not be read", "check its permissions")
    reason = (isinstance(error, OSError) and error.strerror) or str(error)
    if "null" in reason:  # Python's own words for a NUL differ from version to version
        reason = "embedded null byte"
    return Failure(f"this cannot be opened: {reason}", _NAME_A_FILE)


def texts(file: Any) -> Iterator[str | Failure]:
    """The text of a file, unpacked if it is gzip.

    It comes without a byte order mark; lines end with a line feed, and bytes that are no UTF-8 are
    escaped (`surrogateescape`). A failure is the last to come.
    """
    utf_8 = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
    decoder = io.IncrementalNewlineDecoder(utf_8, translate=True)
    for piece in _unpacked(file):
        if isinstance(piece, Failure):
            yield decoder.decode(b"", final=True)
            yield piece
            return
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _unpacked(file: Any) -> Iterator[bytes | Failure]:
    """The bytes of a file, unpacked if it is gzip, in pieces of bounded size."""
    head, pieces = _with_head(_read(file))
    if head.startswith(_GZIP):
        head, pieces = _with_head(_gunzipped(pieces))
    for signature, what, hint in _SIGNATURES:
        if head.startswith(signature):
            yield Failure(f"this is {what}, not JSON in UTF-8", hint)
            return
    yield from pieces


def _with_head(pieces: Iterator[bytes | Failure]) -> tuple[bytes, Iterator[bytes | Failure]]:
    """The first bytes, by which a file is known, and all pieces."""
    head = b""
    for piece in pieces:
        if isinstance(piece, Failure):
            return head, iter([head, piece])
        head += piece
        if len(head) >= _LONGEST_SIGNATURE:
            break
    return head, chain([head], pieces)


def _read(file: Any) -> Iterator[bytes | Failure]:
    # read1 gives what has come through a pipe; read would wait until the piece is full.
    read = getattr(file, "read1", file.read)
    try:
        while piece := read(PIECE):
            yield piece
    except (OSError, ValueError) as error:
        yield Failure(f"reading stopped here: {error}", "try again, or copy the file")


def _gunzipped(pieces: Iterator[bytes | Failure]) -> Iterator[bytes | Failure]:
    """The content of gzip, of all its members; what comes before any damage is given."""
    unpacker = zlib.decompressobj(wbits=31)
    begun = False
    for piece in pieces:
        if isinstance(piece, Failure):
            yield piece
            return
        # Members may be padded with zeros, as on a tape.
        while piece := piece if begun else piece.lstrip(b"\0"):
            before = unpacker.copy()
            try:
                yield unpacker.decompress(piece, PIECE)
            except zlib.error:
                yield _up_to_damage(before, piece)
                yield Failure("the gzip data is damaged here", "fetch the file again")
                return
            begun = not unpacker.eof
            piece = unpacker.unconsumed_tail if begun else unpacker.unused_data
            if not begun:
                unpacker = zlib.decompressobj(wbits=31)
    yield unpacker.flush()
    if begun:
        yield Failure("the gzip data stops here, before its end", "fetch the file again")


def _up_to_damage(unpacker: Any, piece: bytes) -> bytes:
    """What comes of the bytes of a damaged piece before the one that zlib refuses."""
    good = bytearray()
    with suppress(zlib.error):
        for at in range(len(piece)):
            good += unpacker.decompress(piece[at : at + 1])
    return bytes(good)
