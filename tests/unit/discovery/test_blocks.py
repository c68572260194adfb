"""Marks of blocks: judged by the interpreter's own tracing, and by what programs return."""

from __future__ import annotations

import ast
import sys
import textwrap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.discovery.source.branches.blocks import ENTERED, ENTERING, Lead, blocks_of, mark

FILE = "program.py"


class Client:
    """A client that says of each call that it was made."""

    def publish(self, value=None):
        if value == "raise":
            raise ValueError(value)
        return f"published {value}"


def run(source: str, event: Any, *, marked: bool) -> tuple[Any, set[int], bytes]:
    """What a program's handler returns or raises, the lines that it ran, and its marks."""
    tree = ast.parse(source)
    blocks = blocks_of(tree)
    marks = bytearray(len(blocks))
    if marked:
        mark(blocks, 0)
    names: dict[str, Any] = {
        ENTERED: marks,
        ENTERING: lambda number: marks.__setitem__(number, 1),
        "sns": Client(),
    }
    exec(compile(tree, FILE, "exec"), names)
    lines: set[int] = set()

    def trace(frame, what, _):
        if frame.f_code.co_filename != FILE:
            return None
        if what == "line":
            lines.add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        result = names["handler"](event)
    except (KeyError, ValueError) as error:
        result = repr(error)
    finally:
        sys.settrace(before)
    return result, lines, bytes(marks)


# --- drawn programs -------------------------------------------------------------------------------

SIMPLE = [
    "x = x + 1",
    "sns.publish(x)",
    "return x",
    "raise KeyError(x)",
    "x = sns.publish('raise')",
]


@st.composite
def bodies(draw, depth: int = 3, *, in_loop: bool = False) -> list[str]:
    """The lines of a body, without indentation of its own."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        lines += draw(statements(depth, in_loop=in_loop))
    return lines


def indented(lines: list[str], levels: int = 1) -> list[str]:
    return ["    " * levels + line for line in lines]


@st.composite
def statements(draw, depth: int, *, in_loop: bool) -> list[str]:
    """The lines of one statement, with others within it down to a depth."""
    forms = ["simple"]
    if depth:
        forms += ["if", "else", "elif", "for", "while", "try", "with", "match"]
    condition = f"event[{draw(st.integers(0, 3))}]"
    inner = bodies(max(0, depth - 1), in_loop=in_loop)
    looped = bodies(max(0, depth - 1), in_loop=True)
    match draw(st.sampled_from(forms)):
        case "if":
            return [f"if {condition}:", *indented(draw(inner))]
        case "else":
            return [f"if {condition}:", *indented(draw(inner)), "else:", *indented(draw(inner))]
        case "elif":
            lines = [f"if {condition}:", *indented(draw(inner)), f"elif event[0] is {condition}:"]
            return [*lines, *indented(draw(inner))]
        case "for":
            return [f"for x in range({condition} + 1):", *indented(draw(looped))]
        case "while":
            # It ends, whatever is drawn within it: after a `continue` as well.
            return [f"y = {condition}", "while y:", "    y = False", *indented(draw(looped))]
        case "try":
            lines = ["try:", *indented(draw(inner)), "except ValueError:", *indented(draw(inner))]
            return [*lines, "finally:", "    x = 0"]
        case "with":
            return ["with suppress(KeyError):", *indented(draw(inner))]
        case "match":
            lines = [f"match {condition}:", "    case True:", *indented(draw(inner), 2)]
            return [*lines, "    case _:", *indented(draw(inner), 2)]
    return [draw(st.sampled_from([*SIMPLE, "break", "continue"] if in_loop else SIMPLE))]


@st.composite
def programs(draw) -> str:
    """A module with a handler that takes four booleans."""
    lines = ["from contextlib import suppress", "def handler(event):", "    x = 0"]
    return "\n".join([*lines, *indented(draw(bodies())), "    return x", ""])


@given(programs(), st.lists(st.booleans(), min_size=4, max_size=4))
def test_marks_say_what_the_interpreter_traces_and_change_nothing(source, event):
    returned, lines, _ = run(source, event, marked=False)
    marked, marked_lines, marks = run(source, event, marked=True)
    assert (marked, marked_lines) == (returned, lines)
    for block in blocks_of(ast.parse(source)):
        was_run = block.lead is Lead.FUNCTION or block.line in lines
        assert bool(marks[block.number]) == was_run, block.line


# --- single forms ---------------------------------------------------------------------------------

FORMS = {
    "and": "event['on'] and sns.publish(1)",
    "or": "event['off'] or sns.publish(1)",
    "if-else": "return sns.publish(1) if event['on'] else 0",
    "comprehension": "return [sns.publish(x) for x in event['list'] if x]",
    "lambda": "say = lambda: sns.publish(1)\nif event['on']: return say()",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("is_on", [True, False])
def test_an_effect_within_an_expression_has_a_mark_of_its_own(form, is_on):
    source = f"def handler(event):\n{textwrap.indent(FORMS[form], '    ')}\n"
    event = {"on": is_on, "off": not is_on, "list": [0, 5] if is_on else [0]}
    [block] = [one for one in blocks_of(ast.parse(source)) if one.effects]
    assert block.lead in (Lead.OPERAND, Lead.THEN)
    returned, _, _ = run(source, event, marked=False)
    marked, _, marks = run(source, event, marked=True)
    assert marked == returned
    assert bool(marks[block.number]) == is_on


def test_a_docstring_stays_one_and_code_of_the_module_has_no_marks():
    source = 'import sys\nif sys.path:\n    x = 1\ndef handler(event):\n    """Said."""\n'
    tree = ast.parse(source)
    blocks = blocks_of(tree)
    mark(blocks, 0)
    assert [block.function for block in blocks] == ["handler"]
    assert ast.get_docstring(tree.body[-1]) == "Said."  # type: ignore[arg-type]


def test_methods_and_functions_within_functions_have_blocks():
    source = "class A:\n    def run(self):\n        def inner():\n            pass\n"
    assert [block.function for block in blocks_of(ast.parse(source))] == ["A.run", "A.run.inner"]
