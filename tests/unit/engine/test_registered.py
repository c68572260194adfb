"""Functions that a framework calls, by their decorators."""

from __future__ import annotations

import ast

import pytest

from ecr_contracts.discovery.source.branches.blocks import blocks_of
from ecr_contracts.engine.registered import is_registered, wrapping_functions

DECORATORS = """
ROUTES = {}
CALLED = []

def retry(times):
    def around(function):
        def inner(*arguments):
            for _ in range(times):
                return function(*arguments)
        return inner
    return around

def on(kind):
    def around(function):
        ROUTES[kind] = function
        return function
    return around

def also(kind):
    def around(function):
        CALLED.append(function)
        return function
    return around

def marked(kind):
    def around(function):
        function.kind = kind
        return function
    return around

"""


@pytest.mark.parametrize(
    ("decorator", "registers"),
    [
        ("@on('push')", True),
        ("@also('push')", True),
        ("@marked('push')", True),
        ("@router.post('/')", True),
        ("@imported('push')", True),
        ("@retry(3)", False),
        ("@retry(3)\n@on('push')", True),
        ("@app.on_sqs_message(queue='images')", False),
        ("@app.lambda_function()", False),
        ("@on", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("name", ["handle", "test_handle"])
def test_a_decorator_with_arguments_registers_unless_it_only_wraps(decorator, registers, name):
    tree = ast.parse(f"{DECORATORS}{decorator}\ndef {name}(event):\n    return event\n")
    wrapping = wrapping_functions(tree)
    found = [block for block in blocks_of(tree) if is_registered(block, wrapping)]
    assert [block.function for block in found] == ([name] if registers and name == "handle" else [])
