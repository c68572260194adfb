"""The data flow: what is done with values, followed through names, functions and files."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from ecr_contracts.discovery.source.flow import ITEM, Action, Flow, Stage, Value, called_name


def begins(node, known):
    """`origin()` is where the value begins."""
    return [Value("x")] if isinstance(node, ast.Call) and called_name(node) == "origin" else ()


def uses(*sources):
    """What is done with the value, without where."""
    flow = Flow([ast.parse(dedent(source)) for source in sources])
    flow.follow(begins)
    return [(use.value, use.action, use.detail) for use in flow.uses()]


TEXT, DATA = Value("x"), Value("x", Stage.DATA)


def below(*path):
    return Value("x", Stage.DATA, path)


@pytest.mark.parametrize(
    "source",
    [
        "use(origin())",
        "a = origin()\nb = a\nuse(b)",
        "a: str = origin()\nuse(a)",
        "use((a := origin()))",
        "use(origin().strip().lower())",
        "use(str(origin()))",
        "use(origin() or other)",
        "use(origin() if other else None)",
        "use(f'{origin()}/path')",
        "use(origin() + '/a' + '/b')",
        "use(await origin())",
        "def get():\n  return origin()\nuse(get())",
        "def put(a):\n  use(a)\nput(origin())",
        "def put(*, a):\n  use(a)\nput(a=origin())",
        "class A:\n  def put(self, a):\n    use(a)\nA().put(origin())",
        "class A:\n"
        "  def __init__(self, a):\n"
        "    self.a = a\n"
        "  def go(self):\n"
        "    use(self.a)\n"
        "A(origin())",
        "class A:\n  a: str\nb = A(a=origin())\nuse(b.a)",
        "class A:\n  a = origin()\nuse(A.a)",
        "def a():\n  global b\n  b = origin()\ndef c():\n  use(b)",
    ],
)
def test_a_value_is_followed_to_its_use(source):
    assert (TEXT, Action.PASSED, ("use", 0)) in uses(source)


@pytest.mark.parametrize(
    "user",
    [
        "from one import NAME\nuse(NAME)",
        "from one import NAME as other\nuse(other)",
        "import one\nuse(one.NAME)",
        "import pkg.one\nuse(pkg.one.NAME)",
        "from one import get\nuse(get())",
    ],
)
def test_names_that_are_imported_connect_files(user):
    source = "NAME = origin()\ndef get():\n  return NAME\n"
    assert (TEXT, Action.PASSED, ("use", 0)) in uses(source, user)


@pytest.mark.parametrize(
    "user",
    [
        "use(NAME)",  # its own
        "answer = fetch()\nuse(answer.NAME)",
        "from one import local\nuse(local)",
        "import one\nuse(one.local)",
    ],
)
def test_names_that_others_do_not_see_do_not_connect_files(user):
    assert uses("NAME = origin()\ndef get():\n  local = origin()\n", user) == []


@pytest.mark.parametrize(
    ("source", "use"),
    [
        ("origin()", None),
        ("use(1, origin())", (TEXT, Action.PASSED, ("use", 1))),
        ("use(a=origin())", (TEXT, Action.PASSED, ("use", "a"))),
        ("a, b = origin()", (TEXT, Action.UNPACKED, 2)),
        ("a, *b = origin()", None),
        ("origin() == 'HIGH'", (TEXT, Action.COMPARED, ("HIGH",))),
        ("'HIGH' != origin()", (TEXT, Action.COMPARED, ("HIGH",))),
        ("origin() in ('HIGH', 'LOW')", (TEXT, Action.COMPARED, ("HIGH", "LOW"))),
        ("origin() == other", None),
        ("'a' in origin()", (TEXT, Action.SEARCHED, "a")),
        ("a in origin()", (TEXT, Action.SEARCHED, None)),
        ("origin().strip()", (TEXT, Action.CALLED, "strip")),
        ("for a in origin(): pass", (TEXT, Action.ITERATED, None)),
        ("json.loads(origin())", (TEXT, Action.PARSED, "loads")),
        ("json.loads(origin())['a']", (DATA, Action.KEY, "a")),
        ("json.loads(origin()).get('a')", (DATA, Action.KEY, "a")),
        ("json.loads(origin())['a']['b']", (below("a"), Action.KEY, "b")),
        ("json.loads(origin())[0]", (DATA, Action.INDEX, 0)),
        ("for a in yaml.safe_load(origin()):\n  use(a)", (below(ITEM), Action.PASSED, ("use", 0))),
        ("origin().split('/')[2]", (Value("x", Stage.PARTS, ("/",)), Action.INDEX, 2)),
        (
            "match json.loads(origin())['a']:\n  case 'b' | 'c': pass\n  case _: pass",
            (below("a"), Action.COMPARED, ("b", "c")),
        ),
    ],
)
def test_what_is_done_with_a_value(source, use):
    found = uses(source)
    if use is None:
        assert not [one for one in found if one[1] not in (Action.CALLED, Action.PASSED)]
    else:
        assert use in found


def test_what_is_done_in_a_loop_over_itself_comes_to_an_end():
    found = uses("a = json.loads(origin())\nwhile a:\n  a = a['next']\n  for b in a:\n    a = b")
    assert (DATA, Action.KEY, "next") in found


def test_a_long_sum_is_no_deep_recursion():
    assert (TEXT, Action.PASSED, ("use", 0)) in uses(f"use(origin(){' + a' * 2000})")


def test_a_parameter_may_be_an_origin_whose_fields_are_compared():
    source = """
        def handler(event, context):
            detail = event["detail"]
            if detail.get("scan-status") in ("FAILED", "COMPLETE"):
                return severe(detail["finding-severity-counts"])

        def severe(counts):
            return counts.get("CRITICAL", 0) > 9
    """
    flow = Flow([ast.parse(dedent(source))])
    flow.follow(lambda node, _: [DATA] if isinstance(node, ast.Name) and node.id == "event" else [])
    compared = [use for use in flow.uses() if use.action is Action.COMPARED]
    assert [(use.value.path, use.detail, use.node.lineno) for use in compared] == [
        (("detail", "scan-status"), ("FAILED", "COMPLETE"), 4),
        (("detail", "finding-severity-counts", "CRITICAL"), (9,), 8),
    ]
