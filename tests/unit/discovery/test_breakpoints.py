"""Calls of a debugger in source code."""

from __future__ import annotations

import ast

import pytest

from ecr_contracts.discovery.source.breakpoints import breakpoints


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("breakpoint()", True),
        ("breakpoint(header='here')", True),
        ("pdb.set_trace()", True),
        ("ipdb.set_trace()", True),
        ("self.breakpoint()", False),
        ("tracer.set_trace(fn)", False),
        ("breakpoint", False),
        ("'breakpoint()'", False),
    ],
)
def test_which_calls_are_breakpoints(line, found):
    tree = ast.parse(f"def handler(event, context):\n    {line}\n")
    assert [call.lineno for call in breakpoints(tree)] == [2] * found
