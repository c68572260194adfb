"""Poll loops that receive several messages at once, of which one fails: what others come to."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.engine.relations.batches import check_batches
from ecr_contracts.engine.trial import BaselineCache, run_trial
from ecr_contracts.events.generate.cases import case
from ecr_contracts.runtime import invoke
from ecr_contracts.runtime.effects import Effect, Effects, Sort
from ecr_contracts.runtime.entries import polled_queue as module
from ecr_contracts.runtime.entries.poll_loop import as_handler, polled_queue

OWN = UserCode.around(__file__, os.getcwd())


class World:
    """A queue, and what is announced."""

    def __init__(self):
        self.announced = []

    def receive(self):
        answer = polled_queue().answer("sqs.ReceiveMessage", {"MaxNumberOfMessages": 10})
        return answer.get("Messages", [])

    def delete(self, *messages):
        for message in messages:
            parameters = {"ReceiptHandle": message["ReceiptHandle"]}
            polled_queue().answer("sqs.DeleteMessage", parameters)

    def announce(self, message):
        detail = json.loads(message["Body"])["detail"]
        text = f"{detail['repository-name']}:{detail['image-tag']}"
        self.announced.append(Effect(Sort.AWS, "sns.Publish", {"Message": text}))


def each_by_itself(world):
    for message in world.receive():
        try:
            world.announce(message)
        except KeyError:
            continue
        world.delete(message)


def stops_at_a_failure(world):
    for message in world.receive():
        world.announce(message)
        world.delete(message)


def all_unless_all_fail(world):
    messages = world.receive()
    failed = 0
    for message in messages:
        try:
            world.announce(message)
        except KeyError:
            failed += 1
    if failed < len(messages):
        world.delete(*messages)


def none_if_one_fails(world):
    messages = world.receive()
    try:
        for message in messages:
            world.announce(message)
    except KeyError:
        return
    world.delete(*messages)


def only_behind_a_failure(world):
    messages = world.receive()
    for number, message in enumerate(messages):
        try:
            world.announce(message)
        except KeyError:
            world.delete(*messages[number + 1 :])
            return
        world.delete(message)


def found(loop):
    def call(payload, **_):
        world = World()
        done = invoke.call(as_handler(lambda: loop(world), OWN), payload)
        return replace(done, effects=Effects(world.announced))

    cached = BaselineCache(call)
    trial = run_trial(cached, case("push/no-tag"), "sqs-message")
    findings = check_batches(cached, "push", "sqs-message", [trial]).findings
    return {finding.check: finding.detail for finding in findings}


@pytest.fixture(autouse=True)
def no_time(monkeypatch):
    """An empty queue is told at once."""
    monkeypatch.setattr(module, "_SHORT_POLL", 0.0)


@pytest.mark.parametrize("loop", [each_by_itself, stops_at_a_failure])
def test_who_deletes_each_message_by_itself_is_right(loop):
    assert found(loop) == {}


@pytest.mark.parametrize(
    ("loop", "detail"),
    [
        (all_unless_all_fail, "message 5 of 10 is left in the queue when it is alone; among"),
        (none_if_one_fails, "message 1 of 10 is done and left in the queue, since message 5 fails"),
        (only_behind_a_failure, "message 6 of 10 is deleted, and nothing is done for it, since"),
    ],
)
def test_who_deletes_or_leaves_others_with_a_failed_message_is_wrong(loop, detail):
    told = found(loop)
    assert told.keys() == {"wrongly-settled"}
    assert told["wrongly-settled"].startswith(detail)
