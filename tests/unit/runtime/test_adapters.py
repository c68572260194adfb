"""What is not called with an event is no consumer, and the complaint names the adapter to write."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from types import SimpleNamespace

import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.events.generate.cases import case
from ecr_contracts.runtime.loader import Consumer

EVENT = case("push/ordinary").event
given = []


def main_of_input():
    given.append(json.load(sys.stdin))


def main_of_arguments():
    given.append(json.loads(sys.argv[1]))


def main_of_variable():
    given.append(json.loads(os.environ["ECR_EVENT"]))


def with_client(event, client):
    client.deploy(event)


def with_two(event, client, *, bus):
    client.deploy(bus, event)


def passing_on(event, client):
    with_client(event, client)


def adapter_of(function):
    """The adapter that the complaint about a function names, as a function."""
    with pytest.raises(ConsumerError) as complaint:
        Consumer.of(function)
    text = re.search("def adapter.*$", str(complaint.value), re.MULTILINE)[0]
    client = SimpleNamespace(deploy=lambda *values: given.append(values[-1]))
    names = globals() | {function.__name__: function, "fake": client}
    exec(text.replace("…", "fake"), names)
    return names["adapter"]


@pytest.mark.parametrize(
    "function",
    [main_of_input, main_of_arguments, main_of_variable, with_client, passing_on, with_two],
    ids=lambda function: function.__name__,
)
def test_the_adapter_that_a_complaint_names_gives_the_event_to_the_function(function, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(sys, "argv", ["test"])
    monkeypatch.setenv("ECR_EVENT", "")
    given.clear()
    adapter = adapter_of(function)
    assert Consumer.of(adapter).arguments == 1
    adapter(EVENT)
    assert given == [EVENT]


def main_of_settings():
    given.append(os.environ["QUEUE_URL"])


def test_no_adapter_is_named_where_nothing_says_how_an_event_gets_in():
    with pytest.raises(ConsumerError) as complaint:
        Consumer.of(main_of_settings)
    assert "adapter" not in str(complaint.value)


def test_a_program_that_reads_its_input_is_named_by_its_command():
    with pytest.raises(ConsumerError, match=r"--command 'python app\.py'"):
        Consumer.of(main_of_input)


def test_a_command_of_click_is_called_with_words():
    click = pytest.importorskip("click")

    @click.command()
    @click.argument("event")
    def of_argument(event):
        given.append(json.loads(event))

    @click.command()
    @click.option("--event", required=True)
    @click.option("--dry-run", is_flag=True)
    def of_option(event, dry_run):
        given.append(json.loads(event))

    for name, command in (("of_argument", of_argument), ("of_option", of_option)):
        given.clear()
        with pytest.raises(ConsumerError, match="command of click") as complaint:
            Consumer.of(command, name=f"cli.py:{name}")
        text = re.search("def adapter.*$", str(complaint.value), re.MULTILINE)[0]
        names = {name: command, "json": json}
        exec(text, names)
        names["adapter"](EVENT)
        assert given == [EVENT]


def of_context(event, c):
    return c.aws_request_id


def of_unused(event, whatever):
    return event


def of_other_names(event, lambda_context):
    return lambda_context.my_own_attribute


def named_handler(event, whatever):
    return of_context(event, whatever)


@pytest.mark.parametrize("function", [of_context, of_unused, of_other_names, named_handler])
def test_a_second_argument_that_may_be_the_context_is_given_it(function):
    assert Consumer.of(function).arguments == 2
