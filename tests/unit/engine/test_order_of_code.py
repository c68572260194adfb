"""The order of code: of two statements, what a run says of them is what is said of their lines."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.findings import Location
from ecr_contracts.engine.causes.order_of_code import is_beyond

CODE = """\
def handler(event, context):
    first = event["a"]
    second = [
        event["b"],
        event["c"],
    ]
    if first == event["d"]:
        event["e"]
    for one in second:
        event["f"]
        one["g"]
    return event["h"]


def other(event):
    return event["i"]
"""
LINES = {
    node.slice.value: node.lineno
    for node in ast.walk(ast.parse(CODE))
    if isinstance(node, ast.Subscript)
}
LOOP = ("f", "g")
STATEMENT = ("b", "c")


class Seen(dict):
    """An event that ends the call at one key, and knows which keys were read before."""

    def __init__(self, last):
        super().__init__()
        self.read = []
        self.last = last

    def __getitem__(self, key):
        self.read.append(key)
        if key == self.last:
            raise KeyError(key)
        return self if key == "b" else {"g": 0}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("code") / "app.py"
    path.write_text(CODE)
    return str(path)


def place(file, key, function="handler"):
    return Location(file, LINES[key], function)


@given(st.data())
def test_what_is_beyond_a_place_was_reached_after_it(file, data):
    keys = st.sampled_from([key for key in LINES if key not in "gi"])
    first, second = data.draw(keys), data.draw(keys)
    namespace = {}
    exec(compile(CODE, file, "exec"), namespace)
    event = Seen(second)
    with pytest.raises(KeyError):
        namespace["handler"](event, None)
    if is_beyond(place(file, second), place(file, first)):
        assert first in event.read[:-1] or first == "e"
    elif first in event.read[:-1]:
        assert {first, second} == set(STATEMENT)


def test_within_a_statement_or_a_loop_and_elsewhere_nothing_is_said(file, tmp_path):
    for inner in (STATEMENT, LOOP):
        assert not is_beyond(place(file, inner[1]), place(file, inner[0]))
    assert not is_beyond(place(file, "i", "other"), place(file, "a"))
    gone = str(tmp_path / "gone.py")
    assert not is_beyond(place(gone, "h"), place(gone, "a"))
    assert is_beyond(place(file, "h"), place(file, "g"))
