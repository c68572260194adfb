"""Which functions are given the event, where the handler's name stands for another one."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import indent

import pytest

from ecr_contracts.discovery.dead_comparisons import dead_comparisons
from ecr_contracts.discovery.source.entry_functions import entry_names
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


def test_a_wrapper_hands_the_event_on() -> None:
    code = ast.parse("handler = traced(main)\n")
    assert entry_names(code.body, "handler") == {"handler", "main"}


def test_a_call_of_several_functions_says_nothing() -> None:
    code = ast.parse("handler = chain(parse, main)\n")
    assert entry_names(code.body, "handler") == {"handler"}


def test_names_that_stand_for_each_other_end() -> None:
    code = ast.parse("handler = other\nother = handler\n")
    assert entry_names(code.body, "handler") == {"handler", "other"}
