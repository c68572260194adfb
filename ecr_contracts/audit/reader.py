"""Reads files of JSON values, each with its place; knows no kind of event and judges no value.

Values may follow each other on lines, without anything between them, or as the elements of an
array. Each is read with `raw_decode` of json. Where that refuses, the reading goes on behind the
brackets of the broken value, or at the next line that begins a document, whichever can be told.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from ecr_contracts.audit import json_diagnostics
from ecr_contracts.audit.json_diagnostics import Attempt
from ecr_contracts.audit.json_places import line_and_column, places_in, skip_space
from ecr_contracts.audit.text_stream import PIECE, Failure, open_source, texts, why_not_opened
from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Severity
from ecr_contracts.core.limits import EVENT_CHARACTERS

# No token but a string is longer. An error nearer to the end of what has been read may only mean
# that the reading stopped there.
_AHEAD = 64
_OPEN_STRING = re.compile(r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+\\?')
# How far the brackets of a broken value are followed before it is given up to the next line that
# begins a document.
_SEARCHED = 256 * 1024
_INDENT = re.compile(r"[ \t]*+")
_LONG_LINE = 1024
_REFUSED = 8 * 1024  # characters, in which json counts the lines for each refusal
_LINE_OF_DOCUMENT = re.compile(r"\n([ \t]*+)(?=[{\[])")
# A string that is not closed on its line hides what is left of the line.
_LANDMARK = re.compile(r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?+|[{}\[\]]|\n([ \t]*+)(?=[{\[])')
# Where JSON may begin behind words that are none, as in the line of a log.
_DOCUMENT_BEGINS = re.compile(r'\{\s*+"|\[\s*+[{\["]|\n[ \t]*+(?=[{\[])')
# What may follow a broken value if its brackets are as they should be.
_BETWEEN_DOCUMENTS = re.compile(r"[ \t,\]]*+")

_FIRST_CHARACTERS = '"{[-0123456789tfnNI'  # of a value
_EMPTY = "this is empty", "an event is wanted, or several"
_BLANK = "there is nothing but white space", "an event is wanted, or several"

_Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON value and where it begins.

    `source` is the name of the file; line and column count from 1. `text` is what the value was
    read from; its lines end with a line feed, however they end in the file.
    """

    source: str
    line: int
    column: int
    value: Any
    text: str

    def locate(self, path: str, *, key: bool = False) -> tuple[int, int]:
        """Line and column of what stands at a path such as `$.detail.image-tags[0]`, or of its key.

        Where the path leads nowhere, it is the place of the last value on the way.
        """
        places = places_in(self.text)
        offset = places.offset_of(json_path.parse(path), key=key)
        return places.line_and_column(offset, self.line, self.column)


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that cannot be read, or (a warning) in two ways.

    Its problem and its hint are one line each.
    """

    source: str
    line: int
    column: int
    problem: str
    hint: str
    severity: Severity = Severity.ERROR


def read(
    source: str,
    *,
    max_length: int = EVENT_CHARACTERS,
    max_explained: int | None = None,
    stdin: BinaryIO | None = None,
) -> Iterator[Document | Complaint]:
    """The JSON values of a file, and what in it could not be read, in order; `-` is standard input.

    Values may follow each other on lines (JSONL), without anything between, or as the elements of
    an array. A complaint never ends the reading: it goes on with the next value that can be told
    from the broken one. Memory is bounded by `max_length`, the most characters that one value may
    have. After `max_explained` complaints what is wrong with a broken value is no longer looked
    for: it is complained of without a word about why.
    """
    name = "<stdin>" if source == "-" else source
    try:
        opened = open_source(source, stdin)
    except (OSError, ValueError) as error:
        failure = why_not_opened(error)
        yield Complaint(name, 1, 1, failure.problem, failure.hint)
        return
    with opened as file:
        yield from _Reading(name, texts(file), max_length, max_explained).items()


class _Window:
    """The part of a text that is in memory, how far it has been read, and the place of that."""

    def __init__(self, pieces: Iterator[str | Failure]) -> None:
        self._pieces = pieces
        self._put_back: deque[str | Failure] = deque()
        self.text, self.at = "", 0
        # The place of the offset `_mark`, which is never behind `at`.
        self._mark, self.line, self.column = 0, 1, 1
        # The place after the last thing that is not white space, once there is nothing more.
        self.last = 1, 1
        self.ended = False
        self.failure: Failure | None = None

    def place(self, offset: int) -> _Place:
        """The line and column of an offset that is not behind `at`."""
        return line_and_column(self.text, offset, self._mark, self.line, self.column)

    def next(self) -> bool:
        """Go on to the next character that is not white space; False if there is none."""
        last = self.at
        self.at = skip_space(self.text, last)
        if self.at == len(self.text):
            self.last = self.place(last)
            while self.at == len(self.text):
                if not self.grow():
                    return False
                self.at = skip_space(self.text, self.at)
        self.line, self.column = self.place(self.at)
        self._mark = self.at
        if self.at > 2 * PIECE:
            self._shrink()
        return True

    def grow(self) -> bool:
        """Forget what has been read and take in more, as much as is left over; False at the end."""
        self._forget()
        left = len(self.text) - self.at
        wanted = left if left >= PIECE else 1
        pieces = [self.text]
        grown = 0
        while grown < wanted and not self.ended:
            piece = self._put_back.popleft() if self._put_back else next(self._pieces, None)
            if isinstance(piece, str):
                pieces.append(piece)
                grown += len(piece)
            else:
                self.ended, self.failure = True, piece
        self.text = "".join(pieces)
        return grown > 0

    def _forget(self) -> None:
        """Drop what has been read, but for the beginning of the line, whose indentation counts."""
        begin = self.text.rfind("\n", 0, self.at) + 1
        if self.at - begin > _LONG_LINE:
            begin = self.at
        if begin > self._mark:
            self.line, self.column = self.place(begin)
            self._mark = begin
        self.text = self.text[begin:]
        self.at -= begin
        self._mark -= begin

    def keep_short(self) -> None:
        """Keep the text short where much of it is refused."""
        if self.at > _REFUSED:
            self._shrink()

    def _shrink(self) -> None:
        """Keep the text short after a long value.

        json counts lines from the beginning of its text whenever it refuses something.
        """
        self._forget()
        end = self.at + PIECE
        rest = [self.text[begin : begin + PIECE] for begin in range(end, len(self.text), PIECE)]
        if not rest:
            return
        self.text = self.text[:end]
        self._put_back.extendleft(reversed(rest))
        if self.failure:
            self._put_back.append(self.failure)
        self.ended, self.failure = False, None

    def indent(self) -> int:
        """How far the line is indented that `at` stands in."""
        begin = self.text.rfind("\n", 0, self.at) + 1
        return _skip(_INDENT, self.text, begin) - begin

    def skip_broken_value(self, indent: int) -> None:
        """Go on behind the brackets of the broken value, or to the next line of a document."""
        if self.text[self.at] not in '{}[]"':
            self.skip_words()
            return
        while (restart := _restart(self.text, self.at, indent)) is None:
            if len(self.text) - self.at > _SEARCHED or not self.grow():
                self.skip_lines()
                return
        self.at = restart

    def skip_words(self) -> None:
        """Go on to where a document may begin, in this line or in a later one."""
        while (found := _DOCUMENT_BEGINS.search(self.text, self.at + 1)) is None:
            self.at = max(self.at, len(self.text) - _AHEAD)
            if not self.grow():
                self.at = len(self.text)
                return
        self.at = found.end() if found[0][0] == "\n" else found.start()

    def skip_lines(self) -> None:
        """Go on to the next line that may begin a document.

        It is not further indented than this one and opens a bracket.
        """
        indent = self.indent()
        while True:
            found = _line_of_document(self.text, self.at, len(self.text), indent)
            if found is not None:
                self.at = found
                return
            last = self.text.rfind("\n", self.at)
            blank = last >= 0 and _skip(_INDENT, self.text, last + 1) == len(self.text)
            self.at = last if blank and len(self.text) - last - 1 <= indent else len(self.text)
            if not self.grow():
                self.at = len(self.text)
                return


class _Reading:
    """The values of a text and the complaints about it; elements of an array come one by one."""

    def __init__(
        self,
        source: str,
        pieces: Iterator[str | Failure],
        max_length: int,
        max_explained: int | None = None,
    ) -> None:
        self._source, self._max_length, self._max_explained = source, max_length, max_explained
        self._explained = 0
        self._window = _Window(pieces)
        self._decoder = json_diagnostics.Decoder()
        # The line where the array begins whose elements are being read, 0 if none is.
        self._array_line = 0
        # The place of a comma after which no element has come yet.
        self._comma: _Place | None = None
        self._comma_due = False
        # Whether what is left of a broken array may come.
        self._lenient = False

    def items(self) -> Iterator[Document | Complaint]:
        """All values and complaints in order."""
        window = self._window
        blank = True
        while window.next():
            blank = False
            char = window.text[window.at]
            if char == "[" and not self._array_line:
                self._array_line, self._comma = window.line, None
                window.at += 1
            elif char not in ",]":
                yield from self._element(char)
            elif self._array_line:
                yield from self._separator(char)
            else:
                yield from self._stray(char)
        if window.failure:
            words = window.failure.problem, window.failure.hint
            yield self._complaint(words, window.place(window.at))
        elif self._array_line:
            problem, hint = json_diagnostics.cut_short("[")
            yield self._complaint((f"{problem} {self._array_line}", hint), window.last)
        elif blank:
            is_empty = window.place(window.at) == (1, 1)
            yield self._complaint(_EMPTY if is_empty else _BLANK, (1, 1))

    def _separator(self, char: str) -> Iterator[Complaint]:
        """Read a comma of the array, or the bracket that closes it."""
        if char == "]":
            if self._comma:
                yield self._complaint(json_diagnostics.trailing_comma(char), self._comma)
            self._array_line = 0
        else:
            if not self._comma_due:
                yield self._unexpected("Expecting value")
            self._comma = self._window.line, self._window.column
        self._comma_due = False
        self._window.at += 1

    def _stray(self, char: str) -> Iterator[Complaint]:
        """Read a comma or a closing bracket where no array is open."""
        if not self._lenient:
            problem = f"{char} cannot stand between documents"
            yield self._complaint((problem, "take it away, or put [ ] around them all"))
        self._lenient = True
        self._window.at += 1
        if self._window.next() and self._window.text[self._window.at] not in "{[,]":
            self._window.skip_lines()

    def _element(self, char: str) -> Iterator[Document | Complaint]:
        """Read a value, in an array or not."""
        is_comma_missing = self._comma_due and char in _FIRST_CHARACTERS
        if is_comma_missing:
            yield self._unexpected("Expecting ','")
        intact = yield from self._value()
        if is_comma_missing or not intact:
            self._array_line, self._lenient = 0, True
        self._comma, self._comma_due = None, self._array_line > 0

    def _value(self) -> Generator[Document | Complaint, None, bool]:
        """Read the value that begins here; tell whether its end is certain, be it good or not."""
        window = self._window
        attempt = self._decoder.attempt(window.text, window.at)
        while not window.ended and _may_change(window.text, attempt):
            if len(window.text) - window.at > self._max_length:
                yield self._too_long()
                window.skip_lines()
                return False
            window.grow()
            attempt = self._decoder.attempt(window.text, window.at)
        if attempt.end is None:
            yield from self._refuse(attempt)
            return False
        begin, window.at = window.at, attempt.end
        if attempt.end - begin > self._max_length:
            yield self._too_long()
            return True
        refused = False
        if attempt.doubtful:
            refused = yield from self._flaws(begin, attempt)
        if not refused:
            line, column = window.line, window.column
            yield Document(self._source, line, column, attempt.value, attempt.text)
        return True

    def _refuse(self, attempt: Attempt) -> Iterator[Complaint]:
        """Say why no value begins here, and go on to where the next one may."""
        window = self._window
        if window.failure and _may_go_on(window.text, attempt.reach):
            window.at = len(window.text)
            return
        indent = window.indent()
        if self._max_explained is not None and self._explained >= self._max_explained:
            yield self._complaint(("this is not JSON", ""))
            window.skip_broken_value(indent)
            window.keep_short()
            return
        # A line that begins another document shows that this one was cut short before it.
        end = attempt.reach + 1 if attempt.error else len(window.text)
        cut = _line_of_document(window.text, window.at, end, indent)
        yield from self._flaws(window.at, attempt, cut)
        window.skip_broken_value(indent)

    def _flaws(
        self, begin: int, attempt: Attempt, cut: int | None = None
    ) -> Generator[Complaint, None, bool]:
        """Complain about all flaws of the value that begins there; tell whether one is an error."""
        refused = False
        window = self._window
        for flaw in json_diagnostics.flaws(window.text, begin, attempt, cut):
            line, column = window.place(flaw.offset)
            problem = flaw.problem
            if flaw.since is not None:
                problem += f" {window.place(flaw.since)[0]}"
            self._explained += 1
            yield Complaint(self._source, line, column, problem, flaw.hint, flaw.severity)
            refused = refused or flaw.severity is Severity.ERROR
        return refused

    def _unexpected(self, error: str) -> Complaint:
        """A complaint about the character that stands here, in the words for an error of json."""
        char = self._window.text[self._window.at]
        return self._complaint(json_diagnostics.explained(error, char, 0))

    def _too_long(self) -> Complaint:
        problem = f"this value is longer than {self._max_length} characters and was skipped"
        return self._complaint((problem, "no event is; is this the right file?"))

    def _complaint(self, words: tuple[str, str], place: _Place | None = None) -> Complaint:
        line, column = place or (self._window.line, self._window.column)
        return Complaint(self._source, line, column, *words)


def _may_change(text: str, attempt: Attempt) -> bool:
    """Whether more text may change what json made of a value."""
    if attempt.end is not None and isinstance(attempt.value, (dict, list, str)):
        return False  # Its last character says that it ends; a number or word might go on.
    return _may_go_on(text, attempt.reach)


def _may_go_on(text: str, reach: int) -> bool:
    """Whether a value that is understood as far as `reach` may be whole with more text."""
    return len(text) - reach < _AHEAD or _OPEN_STRING.fullmatch(text, reach) is not None


def _line_of_document(text: str, start: int, end: int, indent: int) -> int | None:
    """The offset of the first bracket between two offsets that opens a line, not more indented."""
    for line in _LINE_OF_DOCUMENT.finditer(text, start, end):
        if len(line[1]) <= indent:
            return line.end()
    return None


def _restart(text: str, at: int, indent: int) -> int | None:
    """Where to go on after the broken value at an offset: after its brackets, or at a line.

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


def _skip(pattern: re.Pattern[str], text: str, at: int) -> int:
    """The offset after what a pattern matches, which may be nothing."""
    found = pattern.match(text, at)
    return found.end() if found else at
