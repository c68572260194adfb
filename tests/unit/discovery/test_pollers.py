"""Which functions are poll loops: those that are given nothing, and ask a queue for messages."""

from __future__ import annotations

import pytest

from ecr_contracts.discovery.purpose import purpose_of
from ecr_contracts.discovery.shapes.pollers import asked_queue
from ecr_contracts.discovery.target import Target
from tests.writing import write

LOOP = """
import boto3
sqs = boto3.client("sqs")

def {function}:
    while True:
        for message in sqs.receive_message(QueueUrl="q").get("Messages", []):
            print(message["Body"])
"""
HELPER = """
import boto3

class Queue:
    def __init__(self):
        self.queue = boto3.resource("sqs").get_queue_by_name(QueueName="events")

    def take(self):
        return self.queue.receive_messages(WaitTimeSeconds=20)
"""
WORKER = """
from helper import Queue

class Worker:
    def run(self):
        for message in Queue().take():
            print(message.body)

def main():
    Worker().run()

def other():
    print("nothing")
"""


@pytest.mark.parametrize(
    "function",
    ["main()", "main(limit=10)", "main(*, limit=10)", "main(queue_url=None, wait=20)", "main(*_)"],
)
def test_a_function_that_is_given_nothing_and_receives_is_one(tmp_path, function):
    file = write(tmp_path, "worker.py", LOOP.format(function=function))
    asked = asked_queue(Target.parse(f"{file}:main"))
    assert asked is not None
    assert (asked.name, asked.line) == ("receive_message", 7)


@pytest.mark.parametrize(
    "function",
    ["main(event, context)", "main(event=None, context=None)", "main(url)", "main(*, a)"],
)
def test_a_function_that_is_given_something_is_none(tmp_path, function):
    file = write(tmp_path, "worker.py", LOOP.format(function=function))
    assert asked_queue(Target.parse(f"{file}:main")) is None


@pytest.mark.parametrize("name", ["main", "Worker.run", "Worker().run"])
def test_what_receives_may_stand_in_a_module_beside_it(tmp_path, name):
    write(tmp_path, "helper.py", HELPER)
    file = write(tmp_path, "worker.py", WORKER)
    asked = asked_queue(Target.parse(f"{file}:{name}"))
    assert asked is not None
    assert asked.name == "receive_messages"


def test_what_another_function_of_the_file_does_says_nothing(tmp_path):
    write(tmp_path, "helper.py", HELPER)
    file = write(tmp_path, "worker.py", WORKER.replace("from helper import Queue\n", ""))
    assert asked_queue(Target.parse(f"{file}:other")) is None


def test_its_messages_are_what_it_is_given(tmp_path):
    file = write(tmp_path, "worker.py", LOOP.format(function="main()"))
    purpose = purpose_of(Target.parse(f"{file}:main"))
    assert purpose.envelope == "sqs-message"
    assert "receive_message, worker.py:7" in purpose.envelope_why
