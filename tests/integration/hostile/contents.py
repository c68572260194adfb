"""Contents of hostile files, by what is wrong with them; made when they are wanted, none is kept.

Each row of a table is a name and what makes the content. `BYTES` are wrong for whatever reads them,
`JSON` and `YAML` are what their notation allows or nearly allows; `PLACES` are no plain files.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

Content = Callable[[], bytes]

MILLION = 1_000_000


def _nested(opening: str, closing: str, levels: int, inner: str = "1") -> Content:
    return lambda: (opening * levels + inner + closing * levels).encode()


def _text(text: str) -> Content:
    return lambda: text.encode("utf-8", "surrogatepass")


def _many(line: str, number: int) -> Content:
    return lambda: line.encode() * number


BYTES: Mapping[str, Content] = {
    "empty": lambda: b"",
    "blank": lambda: b" \n\t\n",
    "nul": lambda: b"\0",
    "nul-inside": lambda: b'{"a": "b\0c"}',
    "nul-10mb": lambda: b"\0" * (10 * MILLION),
    "bom-only": lambda: b"\xef\xbb\xbf",
    "bom-twice": lambda: b"\xef\xbb\xbf\xef\xbb\xbf{}",
    "bom-inside": lambda: b'{"a": \xef\xbb\xbf1}',
    "utf-16": lambda: '{"a": 1}'.encode("utf-16"),
    "utf-16-be": lambda: '{"a": 1}'.encode("utf-16-be"),
    "utf-32": lambda: '{"a": 1}'.encode("utf-32"),
    "utf-7": lambda: b"+AHs-",
    "latin-1": lambda: 'a: "\xe9"\n'.encode("latin-1"),
    "half-a-character": lambda: b'{"a": "\xe2\x82',
    "surrogate-bytes": lambda: b'{"a": "\xed\xa0\x80"}',
    "overlong": lambda: b"\xc0\xaf\xc0\xae",
    "random": lambda: bytes((i * 7919 + i * i) % 256 for i in range(5000)),
    "controls": lambda: bytes(range(32)) * 10,
    "c1-and-bidi": _text("a: \x9b31m\u202e\u2066\u200b\u2028\x85\n"),
    "line-of-10mb": lambda: b"a" * (10 * MILLION),
    "line-of-50mb": lambda: b"a" * (50 * MILLION),
    "lines-of-nothing": lambda: b"\n" * (5 * MILLION),
    "carriage-returns": lambda: b"a: 1\r" * 1000,
    "quotes": lambda: b'"' * MILLION,
    "braces": lambda: b"{" * MILLION,
    "brackets-open": lambda: b"[" * MILLION,
    "backslashes": lambda: b'"' + b"\\" * MILLION,
    "broken-gzip": lambda: gzip.compress(b'{"a": 1}' * 100)[:-20],
    "gzip-bomb": lambda: gzip.compress(b" " * (60 * MILLION)),
    "gzip-of-gzip": lambda: gzip.compress(gzip.compress(b"{}")),
    "png": lambda: b"\x89PNG\r\n\x1a\n" + bytes(200),
    "elf": lambda: b"\x7fELF" + bytes(200),
    "pickle": lambda: b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94.",
}
"""What is wrong whatever is expected."""

JSON: Mapping[str, Content] = {
    "deep-lists": _nested("[", "]", 100_000),
    "deep-objects": _nested('{"a":', "}", 100_000),
    "deep-mixed": _nested('{"a":[', "]}", 990),
    "deep-150": _nested('{"a":', "}", 150),
    "deep-900": _nested("[", "]", 900),
    "deep-and-cut": lambda: b'{"a":' * 100_000,
    "int-of-10000-digits": lambda: b'{"a": ' + b"9" * 10_000 + b"}",
    "int-of-a-million-digits": lambda: b'{"a": ' + b"9" * MILLION + b"}",
    "float-of-a-million-digits": lambda: b'{"a": 0.' + b"9" * MILLION + b"}",
    "float-too-large": _text('{"a": 1e999999999}'),
    "nan": _text('{"a": NaN, "b": -Infinity}'),
    "nan-alone": _text("NaN"),
    "number-alone": _text("3"),
    "text-alone": _text('"text"'),
    "null-alone": _text("null"),
    "empty-list": _text("[]"),
    "empty-object": _text("{}"),
    "list-of-lists": _text("[[], [[]], {}]"),
    "duplicate-keys": _text('{"a": 1, "a": {"a": 2, "a": 3}}'),
    "keys-without-end": lambda: json.dumps({f"k{i}": i for i in range(200_000)}).encode(),
    "key-of-5mb": lambda: json.dumps({"k" * (5 * MILLION): 1}).encode(),
    "lone-surrogate": _text('{"a": "\\ud800", "\\udfff": 1}'),
    "empty-key": _text('{"": {"": {"": ""}}}'),
    "odd-keys": _text('{"__class__": 1, "$ref": "#", "a.b[0]": 2, "\\u0000": 3, "\\u202e": 4}'),
    "numbers-without-end": lambda: b"[" + b"1," * 300_000 + b"1]",
    "trailing-comma": _text('{"a": 1,}'),
    "python-not-json": _text("{'a': True, 'b': None}"),
    "comments": _text('{"a": 1 /* one */} // end'),
    "two-documents": _text('{"a": 1}\n{"a": 2}'),
    "true-keys": _text("{true: 1}"),
    "wide-and-deep": _nested('{"a":[1,2,3,', "]}", 60),
}
"""JSON that is extreme, or nearly JSON."""


def _aliases(levels: int, width: int, end: str = "") -> Content:
    """Lists of aliases of lists of aliases."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for level in range(1, levels):
        names = ", ".join([f"*a{level - 1}"] * width)
        lines.append(f"a{level}: &a{level} [{names}]")
    return _text("\n".join([*lines, end]) + "\n")


def _merges(levels: int, width: int) -> Content:
    """Mappings that merge mappings that merge mappings."""
    lines = ["m0: &m0 {" + ", ".join(f"k{i}: {i}" for i in range(1000)) + "}"]
    for level in range(1, levels):
        names = ", ".join([f"*m{level - 1}"] * width)
        lines += [f"m{level}: &m{level}", f"  <<: [{names}]", f"  l{level}: 1"]
    return _text("\n".join(lines) + "\n")


YAML: Mapping[str, Content] = {
    "alias-bomb": _aliases(12, 9),
    "alias-bomb-of-mappings": lambda: (
        "a0: &a0 {x: 1}\n"
        + "".join(
            f"a{i}: &a{i} {{{', '.join(f'k{j}: *a{i - 1}' for j in range(9))}}}\n"
            for i in range(1, 12)
        )
    ).encode(),
    "alias-bomb-in-resources": _aliases(12, 9, "Resources:\n  R: {Type: X, Properties: *a11}"),
    "alias-chain": lambda: (
        "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 3000))
    ).encode(),
    "merge-bomb": _merges(40, 9),
    "merge-of-many": lambda: (
        "m: &m {"
        + ", ".join(f"k{i}: {i}" for i in range(5000))
        + "}\n".join("")
        + "".join(f"n{i}: {{<<: *m}}\n" for i in range(3000))
    ).encode(),
    "merge-of-a-long-list": lambda: (
        "m: &m {" + ", ".join(f"k{i}: {i}" for i in range(3000)) + "}\n"
        "n: {<<: [" + ", ".join(["*m"] * 20_000) + "]}\n"
    ).encode(),
    "merge-of-a-text": _text("a: {<<: text}\n"),
    "merge-of-a-number": _text("a:\n  <<: 3\n"),
    "merge-of-a-list-of-texts": _text("a:\n  <<: [x, y]\n"),
    "merge-tag-as-value": _text("a: !!merge x\n"),
    "merge-tag-as-key": _text("? !!merge x\n: y\n"),
    "merge-tag-on-a-mapping": _text("a: !!merge {x: 1}\n"),
    "merge-in-a-tag": _text("a: !Sub {<<: !Ref x}\n"),
    "merge-of-itself": _text("a: &a {<<: *a}\n"),
    "merge-twice": _text("a: &a {x: 1}\nb: {<<: *a, <<: *a}\n"),
    "set-tag": _text("a: !!set {x, y}\n"),
    "omap-tag": _text("a: !!omap [x: 1]\n"),
    "binary-tag": _text("a: !!binary '////'\n"),
    "int-tag-of-text": _text("a: !!int text\n"),
    "float-tag": _text("a: !!float [1]\n"),
    "null-tag": _text("a: !!null {}\n"),
    "timestamp": _text("a: 2001-99-99\nb: !!timestamp x\n"),
    "python-object": _text("a: !!python/object/apply:os.system ['true']\n"),
    "unknown-tag": _text("a: !<tag:example.invalid,2000:x> {b: 1}\n"),
    "broken-tag": _text("a: !<\nb: !%zz x\n"),
    "many-tags": lambda: b"a: " + b"!a " * 1000 + b"x\n",
    "tag-within-tag": lambda: ("a: " + "".join("!A [" for _ in range(95)) + "]" * 95).encode(),
    "alias-of-itself": _text("a: &a [*a]\n"),
    "alias-of-nothing": _text("a: *b\n"),
    "anchor-of-100000": lambda: b"a: &" + b"x" * 100_000 + b" 1\n",
    "anchors-without-end": lambda: "".join(f"a{i}: &a{i} 1\n" for i in range(50_000)).encode(),
    "documents-without-end": lambda: b"---\na: 1\n" * 50_000,
    "directive": _text("%YAML 1.13\n---\na: 1\n"),
    "directive-tag": _text("%TAG ! tag:example.invalid:\n---\na: !x 1\n"),
    "no-such-character": _text('a: "\\U0011FFFF"\n'),
    "wrong-escape": _text('a: "\\q"\n'),
    "tabs": _text("a:\n\tb: 1\n"),
    "deep-flow": _nested("[", "]", 5000),
    "deep-flow-mappings": _nested("{a: ", "}", 5000),
    "deep-block": lambda: "".join(" " * i + "a:\n" for i in range(1200)).encode(),
    "deep-block-lists": lambda: b"- " * 20_000 + b"x\n",
    "complex-key": _text("? [a, b]\n: 1\n? {c: d}\n: 2\n"),
    "deep-complex-key": lambda: b"? " * 3000 + b"x\n",
    "int-of-a-million-digits": lambda: b"a: " + b"9" * MILLION + b"\n",
    "hex-of-a-million-digits": lambda: b"a: 0x" + b"f" * MILLION + b"\n",
    "underscores": lambda: b"a: 1" + b"_" * MILLION + b"\n",
    "float-without-end": lambda: b"a: 1." + b"9" * MILLION + b"\n",
    "sexagesimal": _text("a: 1:2:3:4\n"),
    "keys-of-no-text": _text("1: a\ntrue: b\n~: c\n1.5: d\n"),
    "long-key": lambda: b"k" * 2000 + b": 1\n",
    "block-scalar-cut": _text("a: |99\n  x"),
    "scalar-without-end": lambda: b"a: |\n" + b"  x\n" * 250_000,
    "quote-not-closed": lambda: b'a: "' + b"x\n" * 100_000,
    "line-of-a-megabyte": lambda: b"a: " + b"x" * MILLION + b"\n",
    "keys-by-the-thousand": lambda: "".join(f"k{i}: {i}\n" for i in range(60_000)).encode(),
    "list-by-the-thousand": lambda: b"- 1\n" * 200_000,
    "flow-by-the-thousand": lambda: b"[" + b"{a: 1}," * 100_000 + b"]\n",
    "question-marks": lambda: b"? \n" * 50_000,
    "colons": lambda: b": " * 50_000,
    "dashes": lambda: b"--- " * 50_000,
}
"""YAML that multiplies, nests, or says what nobody means."""


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.mkdir()


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _dangling(path: Path) -> None:
    path.symlink_to("nothing-is-here")


def _unreadable(path: Path) -> None:
    path.write_bytes(b"{}")
    path.chmod(0)


def _device(name: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(f"/dev/{name}")


def _socket(path: Path) -> None:
    import socket

    here = os.open(".", os.O_RDONLY)
    os.chdir(path.parent)  # a socket's path may be short only
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.fchdir(here)
        os.close(here)


PLACES: Mapping[str, Callable[[Path], None]] = {
    "fifo": _fifo,
    "folder": _folder,
    "link-to-itself": _loop,
    "link-to-nothing": _dangling,
    "unreadable": _unreadable,
    "dev-zero": _device("zero"),
    "dev-null": _device("null"),
    "dev-random": _device("urandom"),
    "dev-tty": _device("tty"),
    "socket": _socket,
    "missing": lambda _: None,
}
"""What stands where a file is expected and is no plain file, or cannot be opened."""
