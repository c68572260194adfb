"""One message of a queue as an object of boto3's: in a worker, and for the assertion."""

from __future__ import annotations

import contextlib
import json

import pytest

from ecr_contracts.discovery.target import Target
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.events.generate.cases import case
from ecr_contracts.frontends.assertion import ContractViolation, check
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.loader import load
from tests.writing import write

pytest.importorskip("boto3")

PUSH = case("push/ordinary").event

SOURCE = """
import json

def process(message):
    names = (message.message_id, message.receipt_handle, message.md5_of_body)
    push = json.loads(message.body)
    return [*names, sorted(message.attributes), message.queue_url, push["detail"]["image-tag"]]

class Worker:
    def __init__(self):
        self.done = []
    def handle(self, message):
        self.done.append(json.loads(message.body)["detail"]["image-tag"])
        return self.done
"""


def lost(message):
    """Wrong: a push may have no tag."""
    return json.loads(message.body)["detail"]["image-tag"]


def kept(message):
    """Right."""
    return json.loads(message.body)["detail"].get("image-tag")


def test_a_message_is_boto3s_own_object(folder):
    write(folder, "worker.py", SOURCE)
    message = ENVELOPES["sqs-one"].wrap([PUSH])
    with contextlib.chdir("."):
        outcome = call(load(Target.parse("worker.py:process")), message)
    assert outcome.returned == [
        message["MessageId"],
        message["ReceiptHandle"],
        message["MD5OfBody"],
        sorted(message["Attributes"]),
        "https://sqs.us-east-1.amazonaws.com/123456789012/ecr-events",
        PUSH["detail"]["image-tag"],
    ]


def test_a_method_is_given_the_object_too_and_another_payload_as_it_is(folder):
    write(folder, "worker.py", SOURCE)
    with contextlib.chdir("."):
        consumer = load(Target.parse("worker.py:Worker.handle"))
        assert len(call(consumer, ENVELOPES["sqs-one"].wrap([PUSH])).returned) == 1
        assert call(consumer, PUSH).exception == "AttributeError"


def test_the_assertion_hands_over_the_object():
    check(kept, "push")
    with pytest.raises(ContractViolation, match="KeyError when image-tag is absent"):
        check(lost, "push")
