"""Documents in YAML and JSON: data with lines, or one clear line about what is wrong."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ecr_contracts.core import limits
from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.iac.documents import yaml_document
from ecr_contracts.discovery.iac.documents.block import Block, TemplateError
from ecr_contracts.discovery.iac.documents.document import read, read_value
from ecr_contracts.discovery.iac.documents.json_document import json_within
from ecr_contracts.discovery.iac.documents.yaml_document import yaml_value
from ecr_contracts.discovery.iac.stack import read_stack
from ecr_contracts.discovery.target import Target
from tests.rows import keeping
from tests.unit.discovery.templates import INLINE, SAM
from tests.writing import write

LONG = 200_000
"""How many characters hostile texts have; five times as many are admitted."""


def of_yaml(text: str) -> Any:
    return yaml_value("t.yaml", text)


@keeping(lambda text, complaint: len(text) < 100)
@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: [", r"t\.yaml:1: it is not YAML"),
        ("- a", r"t\.yaml:1: it is no template: not a mapping"),
        ("", r"t\.yaml:1: it is no template: it is empty"),
        ("# nothing", r"t\.yaml:1: it is no template: it is empty"),
        ("a: 1", r"t\.yaml: it is no SAM or CloudFormation template"),
        ("Resources: {A: {Type: AWS::SNS::Topic}}", r"t\.yaml has no Lambda function"),
        ("\x00", "not YAML"),
        ("[" * 5000, "deeply|not YAML|not a mapping"),
    ],
)
def test_what_is_no_template_is_told(folder, text, complaint):
    (folder / "t.yaml").write_text(text)
    with pytest.raises(ConsumerError, match=complaint):
        Target.parse("t.yaml")


def test_a_missing_template_is_told(folder):
    with pytest.raises(ConsumerError, match=r"no\.yaml: No such file"):
        Target.parse("no.yaml:Fn")
    with pytest.raises(ConsumerError, match=r"t\.json:2: it is not JSON"):
        Target.parse(str(write(folder, "t.json", '{"a":\n}').relative_to(folder)))


# Files
# --------------------------------------------------------------------------------------------------


def test_what_is_no_file_is_told(folder, monkeypatch):
    (folder / "t.yaml").mkdir()
    with pytest.raises(TemplateError, match=r"^t\.yaml: Is a directory"):
        read(Path("t.yaml"))
    with pytest.raises(TemplateError, match="null byte"):
        read(Path("t\0.yaml"))
    if Path("/dev/zero").exists():
        with pytest.raises(TemplateError, match="no file that can be read"):
            read(Path("/dev/zero"))

    def denied(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    write(folder, "a.yaml", "a: 1")
    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(TemplateError, match=r"^a\.yaml: Permission denied$"):
        read(Path("a.yaml"))


def test_what_is_no_utf_8_is_told_with_its_line(folder):
    (folder / "t.yaml").write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(TemplateError, match=r"^t\.yaml:2: it is not UTF-8\n  save it as UTF-8$"):
        read(Path("t.yaml"))
    (folder / "t.json").write_text('{"a": 1}', "utf-16")
    with pytest.raises(TemplateError, match=r"^t\.json:1: it is not UTF-8\n.*PowerShell"):
        read(Path("t.json"))
    (folder / "t.json").write_text('{"a": 1}', "utf-8-sig")
    assert read(Path("t.json")) == {"a": 1}


def test_what_is_too_large_is_told_before_it_is_parsed(folder):
    write(folder, "t.json", f'{{"a": "{"x" * limits.DOCUMENT_BYTES}"}}')
    with pytest.raises(TemplateError, match=f": more than {limits.DOCUMENT_BYTES:,} bytes"):
        read(Path("t.json"))
    write(folder, "t.yaml", f"a: {'x' * limits.YAML_CHARACTERS}")
    with pytest.raises(TemplateError, match=f"more than {limits.YAML_CHARACTERS:,} characters of"):
        read(Path("t.yaml"))


def test_a_path_in_a_template_that_is_too_long_is_told(folder):
    function = {"Type": "AWS::Lambda::Function", "Properties": {"Handler": f"{'a' * 5000}.h"}}
    write(folder, "t.json", json.dumps({"Resources": {"A": function}}))
    write(folder, "serverless.yml", f"functions: {{a: {{handler: {'a' * 5000}.h}}}}")
    for name in ("t.json", "serverless.yml"):
        with pytest.raises(TemplateError, match=f"^{name}: a path that it names cannot be read"):
            read_stack(Path(name))


# YAML
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", "4: the key 'c' stands twice, first in line 3\n  keep one"),
        ("a: 1\n---\nb: 2\n", "2: a second document begins here"),
        ("a: &x [1, *x]\n", r"1: the alias \*x stands within what it stands for"),
        ("a: &x {b: {c: *x}}\n", r"1: the alias \*x stands within what it stands for"),
        ("a: 1\nb: *y\n", r"2: no anchor stands before the alias \*y"),
        ("a:\n\tb: 1\n", r"2: it is not YAML: found character '\\t' that cannot start any token"),
        ("? [a]\n: b\n", "1: a key is a text, not a mapping or a list"),
        ("{a: 1}: b\n", "1: a key is a text, not a mapping or a list"),
        ("a: &x [1]\n*x : b\n", "2: a key is a text, not a mapping or a list"),
        ("a: 1\nb: {<<: x}\n", "2: << takes a mapping, or a list of mappings"),
        ("a: 1\nb: {<<: [x]}\n", "2: << takes a mapping, or a list of mappings"),
        ("a: 1\nb: \x00", "2: it is not YAML: unacceptable character"),
        ("a:\n  b: [1,\n\n\n", "[25]: it is not YAML"),
        ("a:\n  - 'b\n\n\n", "2: it is not YAML: found unexpected end"),
        ('a:\n  - "\\U0011FFFF"', "[12]: it is not YAML: chr"),
        ("%YAML 1.13\n--- a\n", "1: it is not YAML: version"),
    ],
)
def test_a_fault_in_yaml_is_told_with_its_line(text, complaint):
    with pytest.raises(TemplateError, match=rf"^t\.yaml:{complaint}"):
        of_yaml(text)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: !Foo b", {"a": {"Fn::Foo": "b"}}),
        ("a: !GetAtt b.c.d", {"a": {"Fn::GetAtt": ["b", "c.d"]}}),
        ("a: !Ref 007", {"a": {"Ref": "007"}}),
        ("a: !Condition b", {"a": {"Condition": "b"}}),
        ("a: !Sub [b, {c: 1}]", {"a": {"Fn::Sub": ["b", {"c": 1}]}}),
        ("a: !!python/object/apply:os.system [x]", {"a": ["x"]}),
        ("a: !!str 5", {"a": "5"}),
        ("a: ! 5", {"a": "5"}),
        ("a: !!int 5", {"a": 5}),
        ("a: '5'", {"a": "5"}),
        ("a: 012345678901", {"a": "012345678901"}),
        ("a: [0x1F, 0o17, 0b11, 1_000, -3, +3, 0]", {"a": [31, 15, 3, 1000, -3, 3, 0]}),
        (
            "a: [1.5, 1e3, .5, -.inf, yes, on]",
            {"a": [1.5, 1000.0, 0.5, -float("inf"), "yes", "on"]},
        ),
        ("a: [~, null, '', true, FALSE]", {"a": [None, None, "", True, False]}),
        ("a: 2010-09-09", {"a": "2010-09-09"}),
        ("a: 2010-09-09T10:00:00Z", {"a": "2010-09-09T10:00:00Z"}),
        ("1: a\nnull: b\n~: c\ntrue: d", {"1": "a", "null": "b", "~": "c", "true": "d"}),
        ("a: &x 5\n*x : b", {"a": 5, "5": "b"}),
        ("&x a: *x", {"a": "a"}),
        ("x: &x {a: 1}\nz: {b: 2, <<: *x}", {"x": {"a": 1}, "z": {"b": 2, "a": 1}}),
        ("z:\n  <<: [{a: 1}, {a: 2, b: 3}]\n  b: 4", {"z": {"a": 1, "b": 4}}),
        ("z: {<<: {a: 1}, <<: {b: 2}}", {"z": {"a": 1, "b": 2}}),
        ("'<<': 1", {"<<": 1}),
        ("a: b\n...\n", {"a": "b"}),
        ("--- {a: b}\n", {"a": "b"}),
        ("", None),
        (f"a: {'9' * 5000}", {"a": "9" * 5000}),
    ],
)
def test_yaml_is_read_as_templates_mean_it(text, data):
    assert of_yaml(text) == data


def test_the_lines_of_keys_and_texts_are_told():
    text = (
        "a:\n  - b: 1\n    c: !Sub |\n\n        x\n        y\n"
        "d: >-\n   z\ne: &e {f: 1}\ng: {<<: *e}\n"
    )
    data = of_yaml(text)
    assert data.lines == {"a": 1, "d": 7, "e": 9, "g": 10}
    assert data["a"][0].lines == {"b": 2, "c": 3}
    assert data["a"][0]["c"].texts == {"Fn::Sub": (4, 8)}
    assert data.texts["d"] == (8, 3)
    assert data["g"].lines == {"f": 9}


def bomb(levels: int, of: str = "[{}]") -> str:
    """A document whose aliases stand for nine times as much on each level."""
    lines = ["a0: &a0 {x: 1}"]
    for level in range(1, levels):
        inner = ", ".join([f"*a{level - 1}"] * 9)
        lines.append(f"a{level}: &a{level} {of.replace('{}', inner)}")
    return "\n".join(lines)


HOSTILE = {
    "aliases of aliases": (bomb(20), "[67]: it has more than 20,000 values"),
    "merged aliases": (bomb(20, "{<<: [{}]}"), "[67]: it has more than 20,000 values"),
    "a chain of aliases": (
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 2000)),
        "100: it is too deeply nested: more than 100 levels",
    ),
    "open brackets": ("[" * LONG, "1: it is too deeply nested"),
    "open braces": ("{a: " * (LONG // 4), "1: it is too deeply nested"),
    "lists in lists": ("- " * (LONG // 2), "1: it is too deeply nested"),
    "blocks in blocks": ("".join(" " * n + "a:\n" for n in range(1200)), "101: it is too deeply"),
    "tiny values": ("[" + "a," * (LONG // 2) + "]", "1: it has more than 20,000 values"),
    "a huge scalar": ("a: " + "x" * LONG, ""),
    "a huge quoted scalar": ('a: "' + "\\x41" * (LONG // 4) + '"', ""),
    "a quote that is not closed": ('a: "' + "x" * LONG, "1: it is not YAML"),
    "a huge folded text": ("a: >\n" + " x\n" * (LONG // 3), ""),
    "nothing but line ends": ("\n" * LONG, ""),
    "a huge comment": ("#" * LONG, ""),
    "colons": (":" * LONG, "1: it is not YAML"),
    "documents": ("---\n" * (LONG // 4), "2: a second document"),
    "digits": ("a: " + "9" * LONG, ""),
    "a huge alias": ("a: *" + "b" * LONG, r"1: no anchor stands before the alias \*b{59}…$"),
    "a huge key twice": (f"{{{'k' * 1000}: 1, {'k' * 1000}: 2}}", "1: the key 'k{59}…' stands tw"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_yaml_takes_bounded_time(monkeypatch, name):
    monkeypatch.setattr(yaml_document, "YAML_VALUES", 20_000)
    text, complaint = HOSTILE[name]
    start = time.perf_counter()
    if complaint:
        with pytest.raises(TemplateError, match=rf"^t\.yaml:{complaint}"):
            of_yaml(text)
    else:
        of_yaml(text)
    assert time.perf_counter() - start < 10  # a second at the most, where nothing else runs


def test_aliases_may_repeat_what_is_small():
    data = of_yaml(bomb(5))
    assert data["a4"][8][8][8][8] == {"x": 1}


# JSON
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[" * 100_000 + "]" * 100_000, " it is too deeply nested: more than 100 levels"),
        ('{"a":' * 300 + "1" + "}" * 300, " it is too deeply nested: more than 100 levels"),
        ('{"Resources": ' + "[" * 100_000, " it is too deeply nested"),
        ('{"a": ' + "9" * 5000 + "}", " it has a number with more digits than can be read"),
        ('{"a": 1,\n"b": "' + "x" * LONG, "2: it is not JSON: Unterminated string"),
        ('{"a": "' + "\\" * LONG, "1: it is not JSON: Unterminated string"),
        ('{"a": \x00}', "1: it is not JSON"),
        ('{"a": 1,}', "1: it is not JSON"),
    ],
)
def test_hostile_json_is_told(folder, text, complaint):
    if sys.version_info < (3, 12) or len(text) < LONG:
        write(folder, "t.json", text)
        start = time.perf_counter()
        with pytest.raises(TemplateError, match=rf"^t\.json:{complaint}"):
            read(Path("t.json"))
        assert time.perf_counter() - start < 20


def test_of_a_key_that_stands_twice_in_json_the_last_counts(folder):
    text = '{"a": {"x": 1},\n "b": 2,\n "a": {"y": "\\"b\\": 3",\n  "z": 4}, "é\\u0041": 5}'
    write(folder, "t.json", text)
    data = read(Path("t.json"))
    assert data == {"a": {"y": '"b": 3', "z": 4}, "b": 2, "éA": 5}
    assert data.lines == {"a": 3, "b": 2, "éA": 4}
    assert data["a"].lines == {"y": 3, "z": 4}
    assert data["a"].texts == {"y": (3, 0), "z": (4, 0)}


@pytest.mark.long
def test_the_time_for_json_grows_with_its_length_alone(folder):
    resource = {"Type": "AWS::IAM::Policy", "Properties": {"Names": ["x"] * 20}}
    text = json.dumps({"Resources": {f"R{n}": resource for n in range(8_000)}}, indent=1)
    assert len(text) > 2_000_000
    write(folder, "t.json", text)
    start = time.perf_counter()
    data = read(Path("t.json"))
    assert time.perf_counter() - start < 5  # 0.2 where nothing else runs; once it took a minute
    last = data["Resources"]["R7999"]
    assert last.lines["Type"] == text[: text.rindex('"Type"')].count("\n") + 1


def test_a_mapping_of_yaml_may_begin_like_json(folder):
    write(folder, "t.yaml", "{a: 1,\n b: !Ref c}")
    assert read(Path("t.yaml")) == {"a": 1, "b": {"Ref": "c"}}
    write(folder, "t.yaml", "[a, b]")
    assert read_value(Path("t.yaml")) == ["a", "b"]
    write(folder, "t.json", '[1, {"a": 2}]')
    assert read_value(Path("t.json"))[1].lines == {"a": 1}


# Judged by others
# --------------------------------------------------------------------------------------------------

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


def without_lines(value: Any) -> Any:
    """Data with plain mappings in place of blocks, each of which knows the line of each key."""
    if isinstance(value, list):
        return [without_lines(item) for item in value]
    if not isinstance(value, Block):
        return value
    assert value.lines.keys() == value.texts.keys() == value.keys()
    return {key: without_lines(inner) for key, inner in value.items()}


@given(tree=TREES, indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_json_is_read_as_json_reads_it(tree, indent, ascii_only):
    text = json.dumps(tree, indent=indent, ensure_ascii=ascii_only)
    assert without_lines(json_within(text, 0)) == tree == json.loads(text)


@given(tree=TREES, is_flow=st.booleans())
def test_yaml_is_read_as_ruamel_reads_it(tree, is_flow):
    library = YAML(typ="safe", pure=True)
    library.default_flow_style = is_flow
    stream = io.StringIO()
    library.dump(tree, stream)
    try:
        expected = library.load(stream.getvalue())
    except YAMLError:
        reject()  # it writes some texts that it cannot read itself, such as a key that is ":0"
    assert without_lines(of_yaml(stream.getvalue())) == expected


PIECES = [
    *"{}[]:,&*!|>'\"%@`#-? \n\t\\01abc~.<=$",
    "<<: ",
    "&a ",
    "*a",
    "!Ref ",
    "!!int ",
    "${self:",
]
PIECES += ["\x00", "\x85", "\ufeff", "é", "---\n", "%YAML 1.1\n", "\\U0011FFFF", "? ", "|\n", "!<"]


@given(
    text=st.sampled_from([SAM, INLINE, json.dumps({"Resources": {"A": {"Type": "x"}}}, indent=1)]),
    name=st.sampled_from(["t.yaml", "t.json", "serverless.yml"]),
    changes=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 6), st.sampled_from(PIECES)), max_size=6
    ),
)
def test_whatever_is_broken_only_one_error_escapes(tmp_path_factory, text, name, changes):
    for place, removed, piece in changes:
        position = int(place * len(text))
        text = text[:position] + piece + text[position + removed :]
    file = tmp_path_factory.getbasetemp() / name
    file.write_text(text)
    for reader in (read_value, read_stack):
        told = str(file)
        try:
            reader(file)
        except TemplateError as error:
            told = str(error)
        assert told.startswith(str(file))
