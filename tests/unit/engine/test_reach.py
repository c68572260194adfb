"""Where events turned back on the way to an effect, in handlers of a few lines."""

from __future__ import annotations

import ast
import textwrap
from typing import Any

import pytest

from ecr_contracts.discovery.source.branches.blocks import ENTERED, ENTERING, blocks_of, mark
from ecr_contracts.engine.reach import EnteredBlocks, OwnModule, Reach, reach_of
from ecr_contracts.runtime.effects import Effect, Effects, Sort
from ecr_contracts.runtime.outcome import Outcome, Status

EVENTS = [
    {"repo": "my-repo", "tags": [], "kind": "PUSH"},
    {"repo": "x", "tags": [], "kind": "PUSH"},
]


def reach(source: str, events=EVENTS) -> Reach:
    """The reach of events in the function `handler` of a module."""
    tree, file = ast.parse(textwrap.dedent(source)), "/nowhere/app.py"
    blocks = blocks_of(tree)
    module = OwnModule(file, "app.py", ast.parse(textwrap.dedent(source)), "handler")
    marks, effects = bytearray(len(blocks)), list[Effect]()
    mark(blocks, 0)

    class Client:
        def publish(self, **_: Any) -> None:
            effects.append(Effect(Sort.AWS, "sns.Publish"))

        def list_topics(self) -> dict[str, Any]:
            return {"Topics": []}

    names: dict[str, Any] = {
        ENTERED: marks,
        ENTERING: lambda number: marks.__setitem__(number, 1),
        "sns": Client(),
    }
    exec(compile(tree, file, "exec"), names)
    entered, outcomes = EnteredBlocks(), []
    for event in events:
        marks[:] = bytes(len(blocks))
        effects.clear()
        names["handler"](event)
        ran = ((file, bytes(marks)),)
        outcomes.append(Outcome(Status.RETURNED, effects=Effects(effects), entered=ran))
        entered.add(ran)
    return reach_of(outcomes, [module], entered)


TURNED_BACK = {
    "a branch that leaves": (
        """
        def handler(event):
            if event["repo"] != "shop":
                return
            sns.publish()
        """,
        [(3, "it goes on only where event['repo'] == 'shop'")],
    ),
    "a branch that is not taken": (
        """
        import os
        TOPIC = os.environ.get("TOPIC_ARN")
        def handler(event):
            if TOPIC:
                sns.publish(TopicArn=TOPIC)
        """,
        [(5, "TOPIC_ARN is not set")],
    ),
    "the outermost of two": (
        """
        def handler(event):
            if event["repo"].startswith("prod-"):
                if event["tags"]:
                    sns.publish()
        """,
        [(3, "it goes on only where event['repo'] starts with 'prod-'")],
    ),
    "a condition of two parts": (
        """
        def handler(event):
            if event["kind"] != "PUSH" or not event["tags"]:
                return
            sns.publish()
        """,
        [(3, "it goes on only where event['kind'] == 'PUSH' and event['tags']")],
    ),
    "a loop over an answer": (
        """
        def handler(event):
            for topic in sns.list_topics()["Topics"]:
                sns.publish(TopicArn=topic)
        """,
        [(3, "sns.list_topics()['Topics'] is empty each time")],
    ),
    "a pattern": (
        """
        def handler(event):
            match event["kind"]:
                case "SCAN":
                    sns.publish()
        """,
        [(4, "nothing matches 'SCAN'")],
    ),
    "an expression": (
        """
        def handler(event):
            event["tags"] and sns.publish()
        """,
        [(3, "it goes on only where event['tags']")],
    ),
    "a function that is called under a condition": (
        """
        def say(event):
            sns.publish()
        def handler(event):
            if event["kind"] == "SCAN":
                say(event)
        """,
        [(5, "it goes on only where event['kind'] == 'SCAN'")],
    ),
    "a table of functions": (
        """
        def say(event):
            sns.publish()
        ACTIONS = {"SCAN": say}
        def handler(event):
            action = ACTIONS.get(event["kind"])
            if action is None:
                return
            action(event)
        """,
        [(6, "say is never called")],
    ),
    "a helper that raises": (
        """
        class NotOurs(Exception):
            pass
        def check(event):
            if event["repo"] not in ("shop", "shop/api"):
                raise NotOurs
        def handler(event):
            try:
                check(event)
                sns.publish()
            except NotOurs:
                return
        """,
        [(5, "it goes on only where event['repo'] in ('shop', 'shop/api')")],
    ),
    "within a with": (
        """
        from contextlib import nullcontext
        def handler(event):
            with nullcontext():
                if not event["tags"]:
                    return
            sns.publish()
        """,
        [(5, "it goes on only where event['tags']")],
    ),
    "what fails before a with": (
        """
        from contextlib import nullcontext
        def handler(event):
            try:
                int(event["repo"])
                with nullcontext():
                    sns.publish()
            except ValueError:
                return
        """,
        [(7, "something before it fails each time")],
    ),
    "what fails before a condition": (
        """
        def handler(event):
            try:
                int(event["repo"])
                if event["tags"]:
                    sns.publish()
                else:
                    print(1)
            except ValueError:
                return
        """,
        [(6, "something before it fails each time")],
    ),
    "a handler without effects": (
        """
        def handler(event):
            if event["repo"] != "shop":
                return
            print(event["tags"])
        """,
        [(3, "it goes on only where event['repo'] == 'shop'")],
    ),
}


@pytest.mark.parametrize("name", TURNED_BACK)
def test_the_line_is_named_that_no_event_got_past(name):
    source, expected = TURNED_BACK[name]
    known = reach(source)
    assert [(point.location.line, point.way_on) for point in known.turned_back] == expected
    assert (known.events, known.acted) == (2, 0)
    assert known.is_unreached == ("publish" in source)


REACHED = {
    "an effect": "def handler(event):\n    sns.publish()\n",
    "by one event": "def handler(event):\n    if event['repo'] == 'x':\n        sns.publish()\n",
    "only in an except": (
        "def handler(event):\n    try:\n        print(event)\n"
        "    except ValueError:\n        sns.publish()\n"
    ),
    "only a call that reads": "def handler(event):\n    if event['tags']: sns.list_topics()\n",
    "in a function that nobody calls": (
        "def say():\n    sns.publish()\ndef handler(event):\n    return 1\n"
    ),
    "none": "def handler(event):\n    return event['repo']\n",
}


@pytest.mark.parametrize("name", REACHED)
def test_nothing_is_unreached_where_an_event_acts_or_no_effect_is_to_be_got_to(name):
    known = reach(REACHED[name])
    assert not known.is_unreached
    assert not known.turned_back


@pytest.mark.parametrize(("others", "lines"), [(18, []), (19, [4])])
def test_where_few_events_act_the_line_is_named_that_the_others_did_not_get_past(others, lines):
    source = """
        def handler(event):
            name = event["repo"]
            if name != "shop":
                return
            sns.publish()
    """
    shop = {"repo": "shop", "tags": [], "kind": "PUSH"}
    known = reach(source, [shop, *[EVENTS[0]] * others])
    assert (known.acted, known.turned_back) == (1, ())
    assert [point.location.line for point in known.held_up] == lines
    assert known.ended_early == others


def test_branches_are_counted_and_those_for_what_goes_wrong_are_told_apart():
    known = reach(
        """
        def handler(event):
            if "repo" not in event:
                raise KeyError("repo")
            try:
                if event["tags"]:
                    print(1)
                else:
                    sns.publish()
            except ValueError:
                print(2)
        """
    )
    assert (known.branches, known.entered, known.acted) == (5, 2, 2)
    listed = [(one.line, one.condition, one.is_defensive) for one in known.not_entered]
    assert listed == [
        (3, "'repo' not in event", True),
        (6, "event['tags']", False),
        (10, "ValueError", True),
    ]


def test_nothing_is_known_of_code_that_was_not_marked():
    module = OwnModule(
        "/nowhere/app.py", "app.py", ast.parse("def handler(event): pass"), "handler"
    )
    known = reach_of([Outcome(Status.RETURNED)], [module], EnteredBlocks())
    assert (known.events, known.is_known, known.is_unreached) == (1, False, False)


@pytest.mark.parametrize(
    ("condition", "is_computed"),
    [
        ('event["repo"] == "shop"', False),
        ('event["repo"].lower().startswith("shop")', False),
        ('not isinstance(event["repo"], str)', False),
        ('digest(event["repo"]) == "5be0c6a0"', True),
        ('name == "5be0c6a0"', True),
    ],
)
def test_it_is_known_whether_plain_values_of_the_event_decide(condition, is_computed):
    known = reach(
        f"""
        def digest(text):
            return text[::-1]
        def handler(event):
            name = digest(event["repo"])
            if {condition}:
                sns.publish()
        """
    )
    assert [point.is_computed for point in known.turned_back] == [is_computed]
