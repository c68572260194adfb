"""Which functions are given the event, where the handler's name stands for another one."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.discovery.dead_comparisons import dead_comparisons
from ecr_contracts.discovery.source.entry_functions import entry_functions
from ecr_contracts.discovery.source.event_keys import event_keys
from ecr_contracts.discovery.target import Target

START = "import boto3\nsns = boto3.client('sns')\n"
FUNCTION = """
def {name}({self}event, context):
    detail = event["detail"]
    if detail["result"] == "Success":
        sns.publish(Message=detail["repository-name"])
"""
PLAIN = START + FUNCTION.format(name="main", self="")


def _in_class(name: str) -> str:
    return f"{START}class Work:{indent(FUNCTION.format(name=name, self='self, '), '    ')}"


@pytest.mark.parametrize(
    "code",
    [
        f"{PLAIN}\nhandler = main\n",
        f"{PLAIN}\nown = main\nhandler = own\n",
        f"{_in_class('__call__')}\nhandler = Work()\n",
        f"{_in_class('run')}\nhandler = Work().run\n",
        f"{_in_class('run')}\nwork = Work()\nhandler = work.run\n",
    ],
)
def test_comparisons_are_seen_behind_another_name(tmp_path: Path, code: str) -> None:
    file = tmp_path / "app.py"
    file.write_text(code)
    found = dead_comparisons(Target.parse(f"{file}:handler"), ("push",))
    assert [(one.comparison.literal, one.meant) for one in found] == [("Success", "SUCCESS")]


def _entries(code: str, handler: str = "handler", *others: str) -> list[int]:
    """The lines at which the functions begin that are given the event."""
    files = [ast.parse(one).body for one in (code, *others)]
    return sorted(function.lineno for function in entry_functions(files, handler))


MAIN = "def main(event): ...\ndef other(event): ...\n"
SERVICES = """\
class Base:
    def handle(self, event): ...
    def kept(self, event): ...
class Notifier:
    def handle(self, channel, text): ...
class Service(Base):
    def handle(self, event): ...
    def __call__(self, event): ...
    @classmethod
    def build(cls): return cls()
class Derived(Service):
    def own(self, event): ...
def make(): return Service()
def make_named():
    service = Derived()
    return service
def make_handler():
    def inner(event): ...
    return inner
made = Service()
called = make()
"""


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("handler = main\n", [1]),
        ("handler = traced(main)\n", [1]),
        ("handler = chain(parse, main)\n", []),
        ("handler = main\nmain = handler\n", [1]),
        ("def make():\n    def inner(event): ...\n    return inner\nhandler = make()\n", [4]),
    ],
)
def test_a_name_stands_for_a_function(code: str, lines: list[int]) -> None:
    assert _entries(MAIN + code) == lines


@pytest.mark.parametrize(
    ("handler", "line"),
    [
        ("Service.handle", 7),
        ("Service().handle", 7),
        ("Service.build().handle", 7),
        ("make().handle", 7),
        ("made.handle", 7),
        ("called.handle", 7),
        ("Service", 8),
        ("Service()", 8),
        ("made", 8),
        ("make()", 8),
        ("Service.kept", 3),
        ("Derived.kept", 3),
        ("Derived.handle", 7),
        ("make_named().handle", 7),
        ("make_named().own", 12),
        ("Notifier.handle", 5),
        ("make_handler()", 18),
    ],
)
def test_a_method_is_that_of_its_class(handler: str, line: int) -> None:
    assert _entries(SERVICES, handler) == [line]


def test_a_method_is_found_in_the_file_that_its_class_is_imported_from() -> None:
    own = "from services import Derived, Notifier\nhandler = Derived().handle\n"
    assert _entries(own, "handler", SERVICES) == [7]
    own = "from services import Service\nclass Mine(Service): ...\n"
    assert _entries(own, "Mine.handle", SERVICES) == [7]
    assert _entries(own, "Service().handle", SERVICES) == [7]


def test_a_function_within_another_is_told_by_its_whole_name() -> None:
    code = "def one():\n    def handler(event): ...\ndef two():\n    def handler(event): ...\n"
    assert _entries(code, "two.<locals>.handler") == [4]


@given(st.lists(st.sampled_from(SERVICES.splitlines()), max_size=8), st.text(max_size=8))
def test_no_code_and_no_name_is_too_odd(lines: list[str], handler: str) -> None:
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return
    names = {node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert entry_functions([tree.body], handler) <= names


def test_what_a_method_reads_off_the_event_is_read_there() -> None:
    code = """
class Worker:
    def process(self, message):
        self.parse(message)
        return message["MessageId"]
    def parse(self, one):
        return one["Body"]
"""
    keys = event_keys(ast.parse(code).body, "Worker.process")
    assert keys.whole == {"MessageId", "Body"}
