"""What is read is judged by json; what cannot be read must not stop the reading of what can."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import os
import sys
import time
import tracemalloc
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ecr_contracts.audit import reader, text_stream
from ecr_contracts.audit.reader import Complaint, Document
from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Severity
from ecr_contracts.core.limits import EVENT_CHARACTERS
from tests.unit.audit.json_texts import formatted, json_values, same, steps_of


class Dribble(io.RawIOBase):
    """A stream that hands over its bytes in the given pieces."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces = iter(pieces)

    def read(self, size: int = -1) -> bytes:
        return next(self.pieces, b"")


def read(content: str | bytes, **options: Any) -> list[Document | Complaint]:
    data = content.encode() if isinstance(content, str) else content
    return list(reader.read("-", stdin=io.BytesIO(data), **options))


def values(items: Iterable[Document | Complaint]) -> list[Any]:
    return [item.value for item in items if isinstance(item, Document)]


def brief(items: Iterable[Document | Complaint]) -> list[Any]:
    """Values as they are and complaints as a user sees them, without their hints."""
    return [
        item.value if isinstance(item, Document) else f"{item.line}:{item.column}: {item.problem}"
        for item in items
    ]


def told(content: str | bytes, **options: Any) -> list[Any]:
    return brief(read(content, **options))


def elements(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def cut(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    position = 0
    for size in itertools.cycle(sizes):
        if position >= len(data):
            return
        yield data[position : position + size]
        position += size


# Documents, and where they stand


@given(
    st.lists(
        st.tuples(formatted(), st.sampled_from(["\n", " ", "\r\n", "\r", "\n\n\t"])), max_size=4
    ),
    st.lists(st.integers(1, 40), min_size=1, max_size=3),
    st.sampled_from([bytes, gzip.compress]),
)
def test_values_come_as_they_were_written_however_the_bytes_arrive(written, sizes, packed):
    text = "\n".join(text + end for (_, text), end in written)
    assume("\ud800" not in text)
    found = list(reader.read("-", stdin=Dribble(cut(packed(text.encode()), sizes))))
    wanted = [element for (value, _), _ in written for element in elements(value)]
    if not written:
        assert brief(found) == ["1:1: this is empty"]
        return
    assert same(brief(found), wanted)


@given(st.lists(formatted(), min_size=1, max_size=3), st.sampled_from(["\n", "\r\n", "\r"]))
def test_locate_leads_to_the_value_in_the_file(written, line_end):
    text = "\n".join(text.replace("\r", " ") for _, text in written)
    assume("\ud800" not in text)
    lines = text.split("\n")
    decoder = json.JSONDecoder()

    def at(place: tuple[int, int]) -> Any:
        line, column = place
        rest = "\n".join(lines[line - 1 :])
        return decoder.raw_decode(rest, column - 1)[0]

    for document in read(text.replace("\n", line_end)):
        for steps in steps_of(document.value):
            path = json_path.show(steps)
            assert same(at(document.locate(path)), json_path.at(document.value, steps))
            if steps and isinstance(steps[-1], str):
                assert at(document.locate(path, key=True)) == steps[-1]


def test_a_document_knows_its_place_and_its_text():
    (_, document) = read('{}\n  {"a":\r\n [1]}')
    assert document == Document("<stdin>", 2, 3, {"a": [1]}, '{"a":\n [1]}')
    assert document.locate("$") == (2, 3)
    assert document.locate("$.a[0]") == (3, 3)
    assert document.locate("$.a", key=True) == (2, 4)
    assert document.locate("$.a[1].b", key=True) == (3, 2)


def test_columns_count_characters():
    (document,) = read('{"é😀": "é😀", "a": 1}')
    assert document.locate("$.a") == (1, 19)


E1, E2 = {"version": "0", "detail": {"image-tags": []}}, {"version": "1"}
ONE, TWO = json.dumps(E1), json.dumps(E2)
PRETTY = json.dumps(E1, indent=2)


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE}\n{TWO}\n",
        f"{ONE}{TWO}",
        f"{ONE}\r\n\r\n{TWO}",
        f"[{ONE},{TWO}]",
        f"[\n{ONE},\n{TWO}\n]\n",
        f"[{ONE}]\n[{TWO}]",
        f"{PRETTY}\n{TWO}",
        f"{PRETTY}{TWO}",
        json.dumps([E1, E2], indent=2),
        f"\ufeff{ONE}\n{TWO}",
    ],
)
def test_lines_arrays_and_concatenations_are_told_apart_by_their_content(text, tmp_path):
    for name in ("events.json", "events.jsonl", "events"):
        file = tmp_path / name
        file.write_bytes(text.encode())
        assert values(reader.read(str(file))) == [E1, E2]
        file.write_bytes(gzip.compress(text.encode()))
        assert values(reader.read(str(file))) == [E1, E2]
    assert told(text) == [E1, E2]


def test_the_elements_of_an_array_have_their_own_places():
    assert [(d.line, d.column) for d in read("[[1], 2,\n  {}]")] == [(1, 2), (1, 7), (2, 3)]
    assert read("[]") == []


def test_what_json_takes_is_taken():
    assert told(r'"\ud800" 1e999 -0.0') == ["\ud800", float("inf"), -0.0]


def test_a_line_is_read_as_soon_as_it_is_there():
    reading, writing = os.pipe()
    with open(reading, "rb") as stream, open(writing, "wb", buffering=0) as pipe:
        items = reader.read("-", stdin=stream)
        pipe.write(b'{"a": 1}\n{"b"')
        assert brief([next(items)]) == [{"a": 1}]
        pipe.write(b": 2}")
        assert brief([next(items)]) == [{"b": 2}]


def test_standard_input_is_that_of_the_process(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
    assert list(reader.read("-")) == [Document("<stdin>", 1, 1, {}, "{}")]
    monkeypatch.setattr(sys, "stdin", None)
    assert brief(reader.read("-")) == ["1:1: this cannot be opened: standard input is closed"]


# Acceptance, judged by json


def refuse(constant: str) -> None:
    raise ValueError(constant)


def concatenated(text: str) -> list[Any] | None:
    """The values of a text by json alone; None if it is no sequence of values."""
    decoder = json.JSONDecoder(parse_constant=refuse)
    found: list[Any] = []
    while text := text.lstrip(" \t\r\n"):
        try:
            value, end = decoder.raw_decode(text)
        except ValueError:
            return None
        text = text[end:]
        run_on = text[:1].isalnum() or text[:1] in tuple("+-._")
        if not isinstance(value, (dict, list, str)) and run_on:
            return None
        found += elements(value)
    return found


pieces_of_files = st.lists(
    st.sampled_from(
        [
            *'{}[],:" \n',
            '{"a":1}',
            '"a"',
            '"a":',
            "\n{",
            "\n  {",
            "0",
            "-1.5",
            "01",
            "true",
            "NaN",
            "'",
            "\\",
            "[{}",
            "\r",
        ]
    ),
    max_size=14,
).map("".join)


@given(pieces_of_files)
@example("[1,]")
@example('{"a":1}}')
@example("1 2")
def test_a_text_is_free_of_errors_exactly_when_json_takes_it(text):
    wanted = concatenated(text)
    items = read(text)
    errors = [
        item for item in items if isinstance(item, Complaint) and item.severity is Severity.ERROR
    ]
    if wanted is not None and text.strip(" \t\r\n"):
        assert errors == []
        assert same(values(items), wanted)
    else:
        assert errors != []


@st.composite
def damaged(draw: st.DrawFn) -> tuple[bytes, bool]:
    """Bytes of a file that was fine before something happened to it, and whether it is gzip."""
    texts = draw(
        st.lists(formatted().map(lambda written: written[1]) | pieces_of_files, max_size=3)
    )
    data = bytearray("\n".join(texts).encode("utf-8", "replace"))
    packed = draw(st.booleans())
    if packed:
        data = bytearray(gzip.compress(bytes(data), mtime=0))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["cut", "flip", "insert"])):
            case "cut":
                del data[at:]
            case "flip" if at < len(data):
                data[at] ^= draw(st.integers(1, 255))
            case _:
                data[at:at] = draw(
                    st.binary(max_size=4)
                    | st.sampled_from([b'"', b"{", b"]", b",", b"\n", b"\xff"])
                )
    return bytes(data), packed


@given(damaged(), st.lists(st.integers(1, 40), min_size=1, max_size=3))
def test_no_damage_raises_and_all_places_exist(content, sizes):
    data, packed = content
    items = read(data)
    # It does not matter in which pieces the bytes come.
    assert ascii(list(reader.read("-", stdin=Dribble(cut(data, sizes))))) == ascii(items)
    text = data.decode("utf-8-sig", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    for item in items:
        assert isinstance(item, (Document, Complaint))
        assert item.line >= 1
        assert item.column >= 1
        if not packed:
            assert item.column <= len(lines[item.line - 1]) + 1
        if isinstance(item, Complaint):
            assert (item.problem + item.hint).isprintable()


objects = st.dictionaries(
    st.text(max_size=4) | st.sampled_from(["}", "{", "[", '"', "}["]),
    json_values,
    min_size=1,
    max_size=3,
)


@given(st.lists(objects, min_size=1, max_size=3), st.data())
def test_a_truncated_line_costs_itself_alone(events, data):
    lines = [json.dumps(event) for event in events]
    broken = data.draw(st.integers(0, len(lines) - 1))
    lines[broken] = lines[broken][: data.draw(st.integers(1, len(lines[broken]) - 1))]
    items = read("\n".join(lines) + "\n")
    del events[broken]
    found = [item for item in items if isinstance(item, Document) and item.line != broken + 1]
    assert same(values(found), events)
    assert {item.line for item in items if isinstance(item, Complaint)} == {broken + 1}


# What is wrong, in words, and how the reading goes on


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("", ["1:1: this is empty"], id="empty"),
        pytest.param("\ufeff", ["1:1: this is empty"], id="byte order mark alone"),
        pytest.param(" \n\t\n", ["1:1: there is nothing but white space"], id="blank"),
        pytest.param('{"a": NaN}{"b": 1}', ["1:7: NaN is not JSON", {"b": 1}], id="NaN"),
        pytest.param(
            '[{"a": [Infinity, -Infinity]}, {"b": 1}]',
            ["1:9: Infinity is not JSON", "1:19: -Infinity is not JSON", {"b": 1}],
            id="infinities in an array",
        ),
        pytest.param(
            '{"a": 1,\n "b": 2,\n "a": 3} 4',
            [
                "3:2: the key 'a' stands twice and the last value wins; the first is on line 1",
                {"a": 3, "b": 2},
                4,
            ],
            id="repeated key",
        ),
        pytest.param(
            f'{{"a": {"1" * 5000}}}{{}}',
            ["1:7: a number of 5000 digits is too long to be read", {}],
            id="long number",
        ),
        pytest.param("01\n1.\n{}", ["1:1: '01' begins no JSON value", {}], id="numbers"),
        pytest.param(
            PRETTY.replace("[]", "[],") + "\n" + PRETTY,
            ["4:21: a comma before } is not JSON", E1],
            id="pretty-printed",
        ),
        pytest.param(
            PRETTY[:-2] + "\n" + TWO,
            ["5:4: no } closes the object that begins on line 1", E2],
            id="cut short",
        ),
        pytest.param(
            f'{{"a":\n{ONE}\n{TWO}',
            ["1:6: no } closes the object that begins on line 1", E1, E2],
            id="colon",
        ),
        pytest.param(
            f'{{"a": "x\n{ONE}',
            ["1:7: this string is not closed on its line", E1],
            id="cut in a string",
        ),
        pytest.param("{'a': 1}\n{}", ['1:2: "\'" begins no key', {}], id="single quotes"),
        pytest.param(
            f"// x\n{ONE} # y\n{TWO}",
            ["1:1: '/' begins no JSON value", E1, "2:48: '#' begins no JSON value", E2],
        ),
        pytest.param(
            "{} xyz\n{}", [{}, "1:4: 'xyz' begins no JSON value", {}], id="garbage after a document"
        ),
        pytest.param(
            "{}}\n{}",
            [{}, "1:3: '}' begins no JSON value", {}],
            id="one } too many",
        ),
        pytest.param(
            "{}}{}",
            [{}, "1:3: '}' begins no JSON value", {}],
            id="one } too many on a line",
        ),
        pytest.param("]\n{}", ["1:1: ] cannot stand between documents", {}], id="one ] too many"),
        pytest.param(
            "{},\n{},\n{}", [{}, "1:3: , cannot stand between documents", {}, {}], id="commas"
        ),
        pytest.param(
            '{\n "a": {}},\n "b": 2\n}\n{}',
            [{"a": {}}, "2:10: , cannot stand between documents", {}],
            id="closed early",
        ),
        pytest.param(
            '{"a":1,}{"b":1}',
            ["1:7: a comma before } is not JSON", {"b": 1}],
            id="comma in a concatenation",
        ),
        pytest.param("[{},]{}", [{}, "1:4: a comma before ] is not JSON", {}], id="comma before ]"),
        pytest.param(
            "[,{},,{}]",
            [
                "1:2: ',' begins no JSON value",
                {},
                "1:6: ',' begins no JSON value",
                {},
            ],
        ),
        pytest.param(
            "[{}\n{} {}]",
            [{}, "2:1: a comma or a closing bracket is missing before '{'", {}, {}],
            id="no comma",
        ),
        pytest.param(
            "[{} x]\n{}", [{}, "1:5: 'x' begins no JSON value", {}], id="garbage in an array"
        ),
        pytest.param(
            "[{}}, {}]",
            [{}, "1:4: '}' begins no JSON value", {}],
            id="one } too many in an array",
        ),
        pytest.param(
            "[{},\n[1",
            [{}, "2:3: no ] closes the array that begins on line 2"],
            id="element cut short",
        ),
        pytest.param(
            "[{},\n ",
            [{}, "1:5: no ] closes the array that begins on line 1"],
            id="array cut short",
        ),
        pytest.param(
            '[\n  {"a": 1,},\n  {"b":\n    {"c": 1}}\n]\n{}',
            ["2:10: a comma before } is not JSON", {"b": {"c": 1}}, {}],
            id="one bad element",
        ),
        pytest.param(
            '[\n  {"a": 1,\n   "b": x},\n    {"c": 1},\n  {"d": "}}\n',
            [
                "3:9: 'x' begins no JSON value",
                {"c": 1},
                "5:9: this string is not closed on its line",
            ],
            id="bad elements",
        ),
        pytest.param(
            '[{"a": 1,}, {"b": 1}, 5]\n{}',
            ["1:9: a comma before } is not JSON", {"b": 1}, {}],
            id="bad element on one line",
        ),
        pytest.param(
            '{"Records": [\n{"a": 1},\n{"b": 1},\n',
            ["1:14: no ] closes the array that begins on line 1", {"a": 1}, {"b": 1}],
            id="wrapped lines cut short",
        ),
        pytest.param(
            '{"a": "x" {"y": "\n{}',
            ["1:11: a comma or a closing bracket is missing before '{'", {}],
            id="brackets in disorder",
        ),
        pytest.param(
            '{"a":1,\r\n"b":x}\r{"c":1}',
            ["2:5: 'x' begins no JSON value", {"c": 1}],
            id="line ends",
        ),
        pytest.param(
            '2026-03-01 START\n2026-03-01 got {"a": 1}\n2026-03-01 END\n',
            [
                "1:1: '2026' begins no JSON value",
                {"a": 1},
                "3:1: '2026' begins no JSON value",
            ],
            id="lines of a log",
        ),
        pytest.param(
            'event = [{"a": 1}]\n', ["1:1: 'event' begins no JSON value", {"a": 1}], id="a program"
        ),
        pytest.param(
            b'{"a": "\xc3\xa9\xe9"}\n{}',
            ["1:9: the byte 0xe9 is not UTF-8", {}],
            id="latin-1 in a string",
        ),
        pytest.param(
            b'{\xff"a": 1}\n{}',
            ["1:2: the byte 0xff is not UTF-8", {}],
            id="latin-1 outside of strings",
        ),
        pytest.param(
            b'{"a": 1}\n\xc3', [{"a": 1}, "2:1: the byte 0xc3 is not UTF-8"], id="half a character"
        ),
        pytest.param(b'{"a": \0}\n{}', ["1:7: '\\x00' begins no JSON value", {}], id="NUL"),
        pytest.param(ONE.encode("utf-16"), ["1:1: this is UTF-16, not JSON in UTF-8"], id="UTF-16"),
        pytest.param(ONE.encode("utf-32"), ["1:1: this is UTF-32, not JSON in UTF-8"], id="UTF-32"),
        pytest.param(
            ONE.encode("utf-16-be"),
            ["1:1: '\\x00' begins no JSON value"],
            id="UTF-16 without a mark",
        ),
        pytest.param(
            gzip.compress(ONE.encode("utf-16")),
            ["1:1: this is UTF-16, not JSON in UTF-8"],
            id="UTF-16 in gzip",
        ),
        pytest.param(b"PK\x03\x04", ["1:1: this is a zip archive, not JSON in UTF-8"], id="zip"),
    ],
)
def test_each_problem_is_told_once_and_the_rest_is_read(text, wanted):
    assert told(text) == wanted


def test_a_complaint_is_a_value_with_a_hint():
    (complaint,) = read("[1,]")[1:]
    assert complaint == Complaint(
        "<stdin>", 1, 3, "a comma before ] is not JSON", "take the comma away", Severity.ERROR
    )
    (warning, _) = read('{"a": 1, "a": 2}')
    assert warning.severity is Severity.WARNING


@pytest.mark.parametrize("opener", ["[", '{"a":'])
@pytest.mark.parametrize("depth", [101, 400, 10_000])
def test_deep_nesting_is_refused_at_the_bracket_that_goes_too_far(opener, depth):
    closer = {"[": "]"}.get(opener, "}")
    deep = '{"x":' + opener * depth + "1" + closer * depth + "}"
    assert told(f"{deep}\n{ONE}") == [
        f"1:{6 + 99 * len(opener)}: this is nested more than 100 levels deep",
        E1,
    ]
    assert told(f"{deep[:-9]}\n{ONE}") == [
        f"1:{6 + 99 * len(opener)}: this is nested more than 100 levels deep",
        E1,
    ]


def test_brackets_without_end_are_given_up_to_the_next_line():
    told_deep = "1:102: this is nested more than 100 levels deep"
    assert told("[" * 400_000 + "\n" + ONE) == [told_deep, E1]
    assert told("[" * 400_000) == [told_deep]


def test_many_brackets_side_by_side_are_not_deep():
    event = {"a": [{"b": [{}]}] * 100, "c": "[" * 200}
    assert told(json.dumps(event)) == [event]


def test_a_value_that_json_gives_up_on_is_complained_about(monkeypatch):
    def give_up(*_):
        raise RecursionError

    monkeypatch.setattr(json.JSONDecoder, "raw_decode", give_up)
    assert told("[[1]]") == ["1:2: this value cannot be read by this Python"]


# Files, pipes, gzip


def test_what_cannot_be_opened_is_complained_about(tmp_path, monkeypatch):
    (missing,) = reader.read(str(tmp_path / "missing"))
    assert missing == Complaint(
        str(tmp_path / "missing"),
        1,
        1,
        "there is no such file",
        "check the name; - reads standard input",
    )
    assert brief(reader.read(str(tmp_path))) == ["1:1: this is a directory"]
    (tmp_path / "file").write_text("{}")
    assert brief(reader.read(str(tmp_path / "file" / "x"))) == [
        "1:1: this cannot be opened: Not a directory"
    ]
    assert brief(reader.read("a\0b")) == ["1:1: this cannot be opened: embedded null byte"]

    def forbidden(*_, **__):
        raise PermissionError

    monkeypatch.setattr(text_stream, "open", forbidden, raising=False)
    assert brief(reader.read("file")) == ["1:1: this file may not be read"]


def test_what_comes_before_a_failing_disk_is_read():
    class Failing(Dribble):
        def read(self, size: int = -1) -> bytes:
            if piece := super().read(size):
                return piece
            raise OSError(5, "Input/output error")

    words = "reading stopped here: [Errno 5] Input/output error"
    items = reader.read("-", stdin=Failing([b'{"a": 1}\n{"b": ', b"1"]))
    assert brief(items) == [{"a": 1}, f"2:8: {words}"]
    items = reader.read("-", stdin=Failing([gzip.compress(b'{"a": 1}\n')[:-9]]))
    assert brief(items) == [{"a": 1}, f"2:1: {words}"]
    assert brief(reader.read("-", stdin=Failing([b"{}"]))) == [{}, f"1:3: {words}"]


def test_a_closed_stream_is_complained_about():
    stream = io.BytesIO()
    stream.close()
    assert brief(reader.read("-", stdin=stream)) == [
        "1:1: reading stopped here: I/O operation on closed file."
    ]


LINES = "".join(json.dumps({"number": number}) + "\n" for number in range(300)).encode()


def test_members_of_gzip_follow_each_other():
    packed = gzip.compress(LINES) + b"\0" * 10 + gzip.compress(LINES)
    for sizes in ([1], [7], [100_000]):
        found = list(reader.read("-", stdin=Dribble(cut(packed, sizes))))
        assert brief(found) == [{"number": number} for number in range(300)] * 2


@given(st.integers(0, 400), st.sampled_from([1, 1000, 100_000]))
def test_truncated_gzip_is_read_as_far_as_it_goes(kept, size):
    packed = gzip.compress(LINES, mtime=0)[: max(3, kept)]
    *before, complaint = reader.read("-", stdin=Dribble(cut(packed, [size])))
    assert complaint.problem == "the gzip data stops here, before its end"
    assert values(before) == [{"number": number} for number in range(len(before))]
    unpacked = zlib.decompressobj(31).decompress(packed).decode()
    assert complaint.line == unpacked.count("\n") + 1
    assert complaint.column == len(unpacked) - unpacked.rfind("\n")


@pytest.mark.parametrize("end", [b"garbage", b"\x1f\x8b\x08garbage"])
def test_garbage_after_gzip_costs_nothing_before_it(end):
    *before, complaint = read(gzip.compress(LINES) + end)
    assert len(values(before)) == 300
    assert (complaint.line, complaint.problem) == (301, "the gzip data is damaged here")


def test_a_wrong_checksum_costs_nothing_before_it():
    packed = bytearray(gzip.compress(LINES))
    packed[-5] ^= 1
    *before, complaint = read(bytes(packed))
    assert len(values(before)) == 300
    assert complaint.problem == "the gzip data is damaged here"


# Size


def test_a_value_longer_than_the_limit_is_skipped():
    long = '{"a": "' + "x" * 300 + '"}'
    words = "1:1: this value is longer than 200 characters and was skipped"
    assert told(f"{long}\n{ONE}", max_length=200) == [words, E1]
    assert told(f"{long}{ONE}\n{TWO}", max_length=200) == [words, E1, E2]
    pieces = cut(f"{long}\n  \n{ONE}\n".encode(), [10])
    assert brief(reader.read("-", stdin=Dribble(pieces), max_length=200)) == [words, E1]
    pieces = cut(f"  {long}\n        {{}}\n \t{ONE}\n".encode(), [10])
    assert brief(reader.read("-", stdin=Dribble(pieces), max_length=200)) == [
        words.replace("1:1", "1:3"),
        E1,
    ]


@pytest.mark.parametrize("beyond", [0, 1])
def test_a_value_has_as_many_characters_as_the_budget_says(beyond):
    text = '"' + "x" * (EVENT_CHARACTERS - 2 + beyond) + '"'
    words = f"1:1: this value is longer than {EVENT_CHARACTERS} characters and was skipped"
    assert (words in told(f"{text}\n{ONE}")) is bool(beyond)


def test_a_line_may_be_long_when_its_values_are_not():
    pieces = itertools.repeat(ONE.encode(), 2000)
    found = list(reader.read("-", stdin=Dribble(pieces), max_length=200))
    assert len(values(found)) == 2000
    assert (found[-1].line, found[-1].column) == (1, 1999 * len(ONE) + 1)


def test_what_follows_a_very_long_value_is_read_with_its_places():
    long = json.dumps({"x": "y" * 1_000_000, "n": [1] * 100_000})
    lines = 'x\n{"a": 1,}\n' + f"{ONE}\n" * 5_000
    packed = gzip.compress(f"  {long} {TWO} {lines}".encode())
    for cut_off in (0, 4):
        *items, last = read(packed[: len(packed) - cut_off])
        if cut_off:
            assert brief([last]) == ["5003:1: the gzip data stops here, before its end"]
        else:
            items.append(last)
        places = [(item.line, item.column) for item in items]
        end = 3 + len(long)
        assert places[:4] == [(1, 3), (1, end + 1), (1, end + len(TWO) + 2), (2, 8)]
        assert brief(items[1:4]) == [
            E2,
            f"1:{end + len(TWO) + 2}: 'x' begins no JSON value",
            "2:8: a comma before } is not JSON",
        ]
        assert places[4:] == [(line, 1) for line in range(3, 5_003)]
        assert values(items[4:]) == [E1] * 5_000


def gzipped(*parts: tuple[bytes, int]) -> bytes:
    """Gzip of parts, each repeated, made without having them in memory."""
    packer = zlib.compressobj(1, wbits=31)
    pieces = [packer.compress(part) for part, times in parts for _ in range(times)]
    return b"".join(pieces) + packer.flush()


MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        pytest.param(
            [(b'{"a": "', 1), (b"x" * MEGABYTE, 100), (b'"}\n{}', 1)],
            ["1:1: this value is longer than 1048576 characters and was skipped", {}],
            id="a string of 100 MB",
        ),
        pytest.param([(b" " * MEGABYTE, 50), (b"\n{}", 1)], [{}], id="white space"),
        pytest.param(
            [(b"\0" * MEGABYTE, 50), (b"\n{}", 1)],
            ["1:1: '\\x00' begins no JSON value", {}],
            id="NUL",
        ),
        pytest.param(
            [(b"x\n", 1), (b" " * MEGABYTE, 20), (b"\n{}", 1)],
            ["1:1: 'x' begins no JSON value", {}],
            id="white space after garbage",
        ),
    ],
)
def test_what_gzip_blows_up_does_not_fill_the_memory(parts, wanted):
    packed = gzipped(*parts)
    tracemalloc.start()
    try:
        assert told(packed, max_length=MEGABYTE) == wanted
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12 * MEGABYTE


def test_any_number_of_documents_goes_through_little_memory():
    lines = itertools.repeat((ONE + "\n").encode() * 1000, 20)
    tracemalloc.start()
    try:
        count = sum(
            1 for _ in reader.read("-", stdin=Dribble(itertools.chain([b"[{}\n"], [b"]\n"], lines)))
        )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 20_001
    assert peak < 2 * MEGABYTE


@given(
    st.lists(st.sampled_from(["{}", "[", "nonsense", '{"a" 1}', "[1, 2", '{"b": }', "}"])),
    st.integers(0, 4),
)
def test_what_is_no_longer_explained_is_counted_and_read_on_after(lines, most):
    text = "\n".join([*lines, "", "{}", ""])
    every, few = read(text), read(text, max_explained=most)
    assert few[:most] == every[:most]
    assert values(few)[-1:] == values(every)[-1:]
    errors = [item for item in few if isinstance(item, Complaint)]
    assert len(errors) <= len([item for item in every if isinstance(item, Complaint)])
    assert bool(errors) is any(isinstance(item, Complaint) for item in every)


def test_ten_megabytes_of_broken_lines_are_counted_in_seconds():
    lines = itertools.repeat(b'{"a": tru, "b" 1}\n' * 3_000, 10)
    start = time.process_time()
    items = list(reader.read("-", stdin=Dribble(lines), max_explained=100))
    assert len(items) == 30_000
    assert time.process_time() - start < 3  # a third of a second, where nothing else runs
    assert items[99].hint
    assert (items[100].problem, items[100].line) == ("this is not JSON", 101)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="takes pipes and devices in the file system")
def test_nothing_that_never_ends_is_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    assert brief(reader.read(str(tmp_path / "pipe"))) == [
        "1:1: this cannot be opened: it is a pipe, which standard input reads: < NAME"
    ]
    assert brief(reader.read(str(tmp_path / "zero"))) == [
        "1:1: this cannot be opened: it is a device"
    ]
    assert brief(reader.read(os.devnull)) == ["1:1: this is empty"]
