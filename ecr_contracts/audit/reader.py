"""Files, pipes and gzip as JSON values, each with its place; knows no kind of event and judges no value."""

from __future__ import annotations

import codecs
import io
import json
import re
import sys
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO

from ecr_contracts.audit import json_diagnostics
from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Severity

MAX_LENGTH = 16 * 1024 * 1024
"""How many characters one value may have: more than any batch of events that AWS hands over."""

# Small, for json counts lines from the beginning of its text whenever it refuses something.
_PIECE = 64 * 1024
_GZIP = b"\x1f\x8b\x08"
# So many bytes tell what a file holds.
_HEAD = 4
_NO_TEXT = (
    (codecs.BOM_UTF32_LE, "UTF-32", "save it as UTF-8"),
    (codecs.BOM_UTF32_BE, "UTF-32", "save it as UTF-8"),
    (codecs.BOM_UTF16_LE, "UTF-16", "save it as UTF-8"),
    (codecs.BOM_UTF16_BE, "UTF-16", "save it as UTF-8"),
    (b"PK\x03\x04", "a zip archive", "unpack it first"),
    (b"BZh", "packed with bzip2", "unpack it first"),
    (b"\xfd7zX", "packed with xz", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", "unpack it first"),
)

# No token but a string is longer, and no complaint shows more. An error nearer to the end of what
# has been read may only mean that the reading stopped there.
_AHEAD = 64
_OPEN_STRING = re.compile(r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+\\?')
# How far the brackets of a broken value are followed before it is given up to the next line that
# begins a document.
_SEARCHED = 256 * 1024
# Values whose last character says that they end; a number or word might go on.
_CLOSED = (dict, list, str)
_RUN_ON = re.compile(r"[\w.+-]*+")
_INDENT = re.compile(r"[ \t]*+")
_LONG_LINE = 1024
_LINE_OF_DOCUMENT = re.compile(r"\n([ \t]*+)(?=[{\[])")
# A string that is not closed on its line hides what is left of the line.
_LANDMARK = re.compile(r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?+|[{}\[\]]|\n([ \t]*+)(?=[{\[])')
# What may follow a broken value if its brackets are as they should be.
_BETWEEN_DOCUMENTS = re.compile(r"[ \t,\]]*+")

_BEGINNINGS = '"{[-0123456789tfnNI'
_MISSING_COMMA = "a comma is missing before this element", "put one there"
_MISSING_VALUE = "a value is missing before this comma", "take the comma away"
_NO_COMMAS = "a comma between documents is not JSON", "take it away, or put [ ] around them all"
_NO_ARRAY = "no array is open that this ] could close", "take the ] away"
_MISCLOSED = "a comma cannot follow a closed document", "is there one } or ] too many before it?"
_EMPTY = "this is empty", "an event is wanted, or several"
_BLANK = "there is nothing but white space", "an event is wanted, or several"
_UNREADABLE = "this value cannot be read by this Python", "make it smaller"


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON value and where it begins: `source` is the name of the file as given, line and column count from 1.

    `text` is what the value was read from; its lines end with a line feed, however they end in the
    file.
    """

    source: str
    line: int
    column: int
    value: Any
    text: str

    def locate(self, path: str, *, key: bool = False) -> tuple[int, int]:
        """Line and column in the file of what stands at a path such as `$.detail.image-tags[0]`, or of its key.

        Where the path leads nowhere, it is the place of the last value on the way.
        """
        offset = json_diagnostics.offset_of(self.text, json_path.parse(path), key=key)
        return json_diagnostics.line_and_column(
            self.text, offset, line=self.line, column=self.column
        )


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that cannot be read, or (a warning) in two ways; `problem` and `hint` are one line each."""

    source: str
    line: int
    column: int
    problem: str
    hint: str
    severity: Severity = Severity.ERROR


def read(
    source: str, *, max_length: int = MAX_LENGTH, stdin: BinaryIO | None = None
) -> Iterator[Document | Complaint]:
    """The JSON values of a file (of standard input for `-`), and what in it could not be read, in order.

    Values may follow each other on lines (JSONL), without anything between, or as the elements of
    an array. A complaint never ends the reading: it goes on with the next value that can be told
    from the broken one. Memory is bounded by `max_length`, the most characters that one value may
    have.
    """
    name = "<stdin>" if source == "-" else source
    try:
        opened = _open(source, stdin)
    except (OSError, ValueError) as error:
        yield Complaint(name, 1, 1, *_unopened(error))
        return
    with opened as file:
        yield from _Reading(name, _texts(_unpacked(file)), max_length).items()


@dataclass(frozen=True, slots=True)
class _Failure:
    """The last piece of a stream of which no more can be had; what came before it was good."""

    problem: str
    hint: str


def _open(source: str, stdin: BinaryIO | None) -> AbstractContextManager[Any]:
    if source != "-":
        # Without a buffer, lines that come through a pipe are read as they come.
        return open(source, "rb", buffering=0)
    stream = stdin if stdin is not None else getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise ValueError("standard input is closed")
    return nullcontext(stream)


def _unopened(error: OSError | ValueError) -> tuple[str, str]:
    match error:
        case FileNotFoundError():
            return "there is no such file", "check the name; - reads standard input"
        case IsADirectoryError():
            return "this is a directory", "name the files in it"
        case PermissionError():
            return "this file may not be read", "check its permissions"
        case OSError():
            return (
                f"this cannot be opened: {error.strerror or error}",
                "name a file, or - for standard input",
            )
        case _:
            return f"this cannot be opened: {error}", "name a file, or - for standard input"


def _unpacked(file: Any) -> Iterator[bytes | _Failure]:
    """What a file holds, unpacked if it is gzip, a piece of bounded size at a time."""
    head, pieces = _with_head(_read(file))
    if head.startswith(_GZIP):
        head, pieces = _with_head(_gunzipped(pieces))
    for beginning, what, hint in _NO_TEXT:
        if head.startswith(beginning):
            yield _Failure(f"this is {what}, not JSON in UTF-8", hint)
            return
    yield from pieces


def _with_head(pieces: Iterator[bytes | _Failure]) -> tuple[bytes, Iterator[bytes | _Failure]]:
    """The first bytes, for a look at them, and all pieces."""
    head = b""
    for piece in pieces:
        if isinstance(piece, _Failure):
            return head, iter([head, piece])
        head += piece
        if len(head) >= _HEAD:
            break
    return head, chain([head], pieces)


def _read(file: Any) -> Iterator[bytes | _Failure]:
    # read1 gives what has come through a pipe; read would wait until the piece is full.
    read = getattr(file, "read1", file.read)
    try:
        while piece := read(_PIECE):
            yield piece
    except (OSError, ValueError) as error:
        yield _Failure(f"reading stopped here: {error}", "try again, or copy the file")


def _gunzipped(pieces: Iterator[bytes | _Failure]) -> Iterator[bytes | _Failure]:
    """The content of gzip, of several members if there are; what comes before any damage is given."""
    unpacker = zlib.decompressobj(wbits=31)
    begun = False
    for piece in pieces:
        if isinstance(piece, _Failure):
            yield piece
            return
        # Members may be padded with zeros, as on a tape.
        while piece := piece if begun else piece.lstrip(b"\0"):
            before = unpacker.copy()
            try:
                yield unpacker.decompress(piece, _PIECE)
            except zlib.error:
                yield _up_to_damage(before, piece)
                yield _Failure("the gzip data is damaged here", "fetch the file again")
                return
            begun = not unpacker.eof
            piece = unpacker.unconsumed_tail if begun else unpacker.unused_data
            if not begun:
                unpacker = zlib.decompressobj(wbits=31)
    yield unpacker.flush()
    if begun:
        yield _Failure("the gzip data stops here, before its end", "fetch the file again")


def _up_to_damage(unpacker: Any, piece: bytes) -> bytes:
    """What of a damaged piece can be unpacked: all that comes of the bytes before the one that zlib refuses."""
    good = bytearray()
    with suppress(zlib.error):
        for at in range(len(piece)):
            good += unpacker.decompress(piece[at : at + 1])
    return bytes(good)


def _texts(pieces: Iterator[bytes | _Failure]) -> Iterator[str | _Failure]:
    """Bytes as text, without a byte order mark, lines ending with a line feed, bytes that are no UTF-8 escaped."""
    utf_8 = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
    decoder = io.IncrementalNewlineDecoder(utf_8, translate=True)
    for piece in pieces:
        if isinstance(piece, _Failure):
            yield decoder.decode(b"", final=True)
            yield piece
            return
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


class _Reading:
    """A text on its way through memory: the part of it that is there, and how far it has been read."""

    def __init__(self, source: str, pieces: Iterator[str | _Failure], max_length: int) -> None:
        self.source, self.pieces, self.max_length = source, pieces, max_length
        self.text, self.at = "", 0
        # The place of the offset `mark`, which is never behind `at`.
        self.mark, self.line, self.column = 0, 1, 1
        # The place after the last thing that is not white space, once there is nothing more.
        self.last = 1, 1
        self.ended = False
        self.failure: _Failure | None = None
        # Not empty when a value was decoded that must be looked into: json takes NaN and repeated
        # keys as they come.
        self.doubts: list[Any] = []
        hooks: dict[str, Any] = {
            "object_pairs_hook": _distinct_keys(self.doubts),
            "parse_constant": self.doubts.append,
        }
        self.decode = json.JSONDecoder(**hooks).raw_decode
        self.decode_any_number = json.JSONDecoder(**hooks, parse_int=self.doubts.append).raw_decode

    def items(self) -> Iterator[Document | Complaint]:
        """All values and complaints; the elements of an array at the top come one by one."""
        array = 0  # The line where the array begins whose elements are being read.
        comma: tuple[int, int] | None = (
            None  # The place of a comma after which no element has come yet.
        )
        due = False  # Whether a comma must come before the next element.
        lenient = False  # Whether what is left of a broken array may come.
        blank = True
        while self._next():
            blank = False
            char = self.text[self.at]
            if char == "[" and not array:
                array, comma = self.line, None
                self.at += 1
            elif char in ",]" and not array:
                stray = self.line, self.column
                self.at += 1
                unusable = self._next() and self.text[self.at] not in "{[,]"
                if not lenient:
                    yield self._complaint(
                        _NO_ARRAY if char == "]" else _MISCLOSED if unusable else _NO_COMMAS, stray
                    )
                lenient = True
                if unusable:
                    self._skip_lines()
            elif char == "]":
                if comma:
                    yield self._complaint(json_diagnostics.trailing_comma(char), comma)
                array, due = 0, False
                self.at += 1
            elif char == ",":
                if not due:
                    yield self._complaint(_MISSING_VALUE)
                comma, due = (self.line, self.column), False
                self.at += 1
            else:
                missing = due and char in _BEGINNINGS
                if missing:
                    yield self._complaint(_MISSING_COMMA)
                intact = yield from self._value()
                if missing or not intact:
                    array, lenient = 0, True
                comma, due = None, array > 0
        if self.failure:
            yield self._complaint((self.failure.problem, self.failure.hint), self._place(self.at))
        elif array:
            problem, hint = json_diagnostics.cut_short("[")
            yield self._complaint((f"{problem} {array}", hint), self.last)
        elif blank:
            yield self._complaint(_EMPTY if self._place(self.at) == (1, 1) else _BLANK, (1, 1))

    def _value(self) -> Generator[Document | Complaint, None, bool]:
        """Read the value that begins here; tell whether its end is certain, be it good or not."""
        while True:
            value, end, reach = self._attempt(self.decode)
            text, at = self.text, self.at
            if (end and isinstance(value, _CLOSED)) or self.ended or not _may_go_on(text, reach):
                break
            if len(text) - at > self.max_length:
                yield self._complaint(_too_long(self.max_length))
                self._skip_lines()
                return False
            self._grow()
        if not end:
            yield from self._refuse(reach)
            return False
        self.at = end
        if end - at > self.max_length:
            yield self._complaint(_too_long(self.max_length))
            return True
        source = text[at:end]
        if (
            self.doubts
            or (not source.isascii() and json_diagnostics.UNDECODED.search(source))
            or (
                source.count("[") + source.count("{") > json_diagnostics.MAX_DEPTH
                and _is_too_deep(value)
            )
        ):
            refused = yield from self._flaws(at, end)
            if refused:
                return True
        yield Document(self.source, self.line, self.column, value, source)
        return True

    def _attempt(self, decode: Callable[[str, int], tuple[Any, int]]) -> tuple[Any, int, int]:
        """The value that begins here, where it ends (0 if it is none) and how far the text was understood."""
        self.doubts.clear()
        try:
            value, end = decode(self.text, self.at)
        except json.JSONDecodeError as error:
            return None, 0, error.pos
        except RecursionError:
            return None, 0, self.at
        except ValueError:
            # A number has too many digits for int(); the value around it may be whole.
            return self._attempt(self.decode_any_number)
        if not isinstance(value, _CLOSED):
            reach = _skip(_RUN_ON, self.text, end)
            return (value, end, end) if reach == end else (None, 0, reach)
        return value, end, end

    def _refuse(self, reach: int) -> Iterator[Complaint]:
        """Say why no value begins here, and go on to where the next one may."""
        text, at = self.text, self.at
        if self.failure and _may_go_on(text, reach):
            self.at = len(text)
            return
        indent = self._indent()
        # A line that begins another document shows that this one was cut short before it.
        cut = _line_of_document(text, at, reach + 1 if reach > at else len(text), indent)
        refused = yield from self._flaws(at, len(text) if cut is None else cut)
        if not refused:
            yield self._complaint(_UNREADABLE)
        while (restart := _restart(self.text, self.at, indent)) is None:
            if len(self.text) - self.at > _SEARCHED or not self._grow():
                self._skip_lines()
                return
        self.at = restart

    def _flaws(self, at: int, end: int) -> Generator[Complaint, None, bool]:
        """Complain about all flaws of the value between two offsets; tell whether one is an error."""
        refused = False
        for flaw in json_diagnostics.flaws(self.text, at, end):
            line, column = self._place(flaw.offset)
            problem = (
                flaw.problem
                if flaw.since is None
                else f"{flaw.problem} {self._place(flaw.since)[0]}"
            )
            yield Complaint(self.source, line, column, problem, flaw.hint, flaw.severity)
            refused = refused or flaw.severity is Severity.ERROR
        return refused

    def _complaint(self, words: tuple[str, str], place: tuple[int, int] | None = None) -> Complaint:
        line, column = place or (self.line, self.column)
        return Complaint(self.source, line, column, *words)

    def _place(self, offset: int) -> tuple[int, int]:
        return json_diagnostics.line_and_column(
            self.text, offset, self.mark, self.line, self.column
        )

    def _indent(self) -> int:
        """How far the line is indented that the reading stands in."""
        begin = self.text.rfind("\n", 0, self.at) + 1
        return _skip(_INDENT, self.text, begin) - begin

    def _next(self) -> bool:
        """Go on to the next character that is not white space, and mark its place; False if there is none."""
        last = self.at
        self.at = json_diagnostics.skip_space(self.text, last, len(self.text))
        if self.at == len(self.text):
            self.last = self._place(last)
            while self.at == len(self.text):
                if not self._grow():
                    return False
                self.at = json_diagnostics.skip_space(self.text, self.at, len(self.text))
        text, at = self.text, self.at
        self.line, self.column = json_diagnostics.line_and_column(
            text, at, self.mark, self.line, self.column
        )
        self.mark = at
        return True

    def _skip_lines(self) -> None:
        """Go on to the next line that may begin a document: it is not further indented and opens a bracket."""
        indent = self._indent()
        while True:
            found = _line_of_document(self.text, self.at, len(self.text), indent)
            if found is not None:
                self.at = found
                return
            last = self.text.rfind("\n", self.at)
            blank = last >= 0 and _skip(_INDENT, self.text, last + 1) == len(self.text)
            self.at = last if blank and len(self.text) - last - 1 <= indent else len(self.text)
            if not self._grow():
                self.at = len(self.text)
                return

    def _grow(self) -> bool:
        """Forget what has been read and take in more, at least as much as is left over; False at the end."""
        # The beginning of the line is kept, for its indentation, unless the line is a long one.
        begin = self.text.rfind("\n", 0, self.at) + 1
        if self.at - begin > _LONG_LINE:
            begin = self.at
        if begin > self.mark:
            self.line, self.column = self._place(begin)
            self.mark = begin
        left = len(self.text) - self.at
        wanted = left if left >= _PIECE else 1
        pieces = [self.text[begin:]]
        self.at -= begin
        self.mark -= begin
        grown = 0
        while grown < wanted and not self.ended:
            piece = next(self.pieces, None)
            if isinstance(piece, str):
                pieces.append(piece)
                grown += len(piece)
            else:
                self.ended, self.failure = True, piece
        self.text = "".join(pieces)
        return grown > 0


def _distinct_keys(doubts: list[Any]) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    """A hook for json that makes its objects, and raises a doubt about one in which a key stands twice."""

    def hook(members: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(members)
        if len(value) != len(members):
            doubts.append(value)
        return value

    return hook


def _may_go_on(text: str, reach: int) -> bool:
    """Whether a value that is understood as far as `reach` may be whole with more text."""
    return len(text) - reach < _AHEAD or _OPEN_STRING.fullmatch(text, reach) is not None


def _line_of_document(text: str, start: int, end: int, indent: int) -> int | None:
    """The offset of the first bracket that opens a line, is not further indented, and stands between two offsets."""
    for line in _LINE_OF_DOCUMENT.finditer(text, start, end):
        if len(line[1]) <= indent:
            return line.end()
    return None


def _restart(text: str, at: int, indent: int) -> int | None:
    """Where to go on after the broken value that begins at an offset: after its brackets, or at the next document.

    None if the text ends before that can be told.
    """
    depth = 0
    balanced = False
    for landmark in _LANDMARK.finditer(text, at):
        match text[landmark.start()]:
            case "\n" if len(landmark[1]) <= indent:
                return landmark.end()
            case "{" | "[":
                depth += 1
            case "}" | "]" if not balanced:
                depth -= 1
                balanced = depth <= 0
                if balanced:
                    follows = _skip(_BETWEEN_DOCUMENTS, text, landmark.end())
                    if follows == len(text):
                        return None
                    if text[follows] in "\n{[":
                        return landmark.end()
    return None


def _is_too_deep(value: Any) -> bool:
    level = [[value]]
    for _ in range(json_diagnostics.MAX_DEPTH + 1):
        level = [
            list(child.values()) if isinstance(child, dict) else child
            for parent in level
            for child in parent
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True


def _skip(pattern: re.Pattern[str], text: str, at: int) -> int:
    """The offset after what a pattern matches, which may be nothing."""
    found = pattern.match(text, at)
    return found.end() if found else at


def _too_long(max_length: int) -> tuple[str, str]:
    return (
        f"this value is longer than {max_length} characters and was skipped",
        "no event is; is this the right file?",
    )
