"""Poll loops at work in a worker process: how they end, and what of their messages is seen."""

from __future__ import annotations

import os
from textwrap import dedent, indent

import pytest

from ecr_contracts.core.errors import SetupError
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine import session
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.events.generate.cases import case
from ecr_contracts.runtime.outcome import Status
from ecr_contracts.runtime.worker.parent import Worker

pytest.importorskip("boto3")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="signals end what waits")

ONE = envelope("sqs-message").wrap([case("push/ordinary").event])
HEAD = """
import asyncio, contextlib, json, signal, sys, threading, time
import boto3
sqs, sns = boto3.client("sqs"), boto3.client("sns")
URL = "https://sqs.example.invalid/123456789012/pushes"

def receive():
    return sqs.receive_message(QueueUrl=URL, WaitTimeSeconds=20).get("Messages", [])

def done(message):
    name = json.loads(message["Body"])["detail"]["repository-name"]
    sns.publish(TopicArn="arn:aws:sns:us-east-1:123456789012:t", Message=name)
    sqs.delete_message(QueueUrl=URL, ReceiptHandle=message["ReceiptHandle"])
"""


def outcome_of(folder, body, times=1):
    source = dedent(HEAD) + "\ndef main():\n" + indent(dedent(body).strip(), "    ") + "\n"
    file = folder / "worker.py"
    file.write_text(source)
    with Worker(Target.parse(f"{file}:main"), timeout=15) as worker:
        outcomes = [worker.call(ONE) for _ in range(times)]
    return outcomes[-1]


ENDLESS = {
    "nothing is caught": """
        while True:
            for message in receive():
                done(message)
    """,
    "everything is caught, twice": """
        while True:
            try:
                while True:
                    try:
                        for message in receive():
                            done(message)
                    except:
                        pass
            except BaseException:
                pass
    """,
    "a thread polls, and the main one waits": """
        def poll():
            while True:
                for message in receive():
                    done(message)
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        threading.Thread(target=poll, daemon=True).start()
        stop.wait()
    """,
    "a thread polls, and the main one works on what it hands over": """
        import queue
        handed = queue.Queue()
        def poll():
            while True:
                for message in receive():
                    handed.put(message)
        threading.Thread(target=poll, daemon=True).start()
        while True:
            done(handed.get())
    """,
    "a thread polls, and the main one sleeps": """
        def poll():
            while True:
                for message in receive():
                    done(message)
        threading.Thread(target=poll, daemon=True).start()
        while True:
            time.sleep(3600)
    """,
    "a task polls, and another one waits": """
        async def poll():
            while True:
                for message in await asyncio.to_thread(receive):
                    await asyncio.to_thread(done, message)
                await asyncio.sleep(30)
        async def serve():
            task = asyncio.create_task(poll())
            await asyncio.Event().wait()
            await task
        asyncio.run(serve())
    """,
    "it sleeps for an hour between two looks": """
        while True:
            for message in receive():
                done(message)
            time.sleep(3600)
    """,
    "it leaves as a program does": """
        for message in receive():
            done(message)
        sys.exit(0)
    """,
}


@pytest.mark.parametrize("words", ENDLESS)
def test_a_loop_ends_with_its_messages_however_it_goes_on(tmp_path, words):
    outcome = outcome_of(tmp_path, ENDLESS[words], times=2)
    assert (outcome.status, outcome.message) == (Status.RETURNED, "")
    assert outcome.returned["batchItemFailures"] == []
    counts = outcome.returned["polled"]
    assert (counts["received"], counts["deleted"]) == (1, 1)
    assert [effect.name for effect in outcome.effects.changing] == ["sns.Publish"]
    assert outcome.caught == ()


def test_what_is_caught_and_what_a_pool_raises_is_told(tmp_path):
    caught = outcome_of(
        tmp_path,
        """
        while True:
            try:
                for message in receive():
                    json.loads(message["Body"])["nothing"]
            except Exception:
                print("failed")
        """,
    )
    assert [one.exception for one in caught.caught] == ["KeyError"]
    assert len(caught.returned["batchItemFailures"]) == 1
    pooled = outcome_of(
        tmp_path,
        """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor() as pool:
            while True:
                for message in receive():
                    pool.submit(json.loads, message["Body"][1:])
                    pool.submit(lambda body: body["nothing"], {})
        """,
    )
    assert pooled.returned["polled"]["failed-by"]["exception"] == "KeyError"
    assert pooled.returned["polled"]["failed-by"]["at"][2].endswith("<lambda>")


def test_a_message_of_a_resource_is_received_and_deleted(tmp_path):
    outcome = outcome_of(
        tmp_path,
        """
        queue = boto3.resource("sqs").get_queue_by_name(QueueName="pushes")
        while True:
            for message in queue.receive_messages(AttributeNames=["All"]):
                assert message.attributes["ApproximateReceiveCount"] == "1"
                assert json.loads(message.body)["detail"]["action-type"] == "PUSH"
                message.delete()
        """,
    )
    assert outcome.status is Status.RETURNED
    assert outcome.returned["polled"]["deleted"] == 1


def test_calls_of_aiobotocore_are_answered_when_they_are_awaited(tmp_path):
    pytest.importorskip("aiobotocore")
    outcome = outcome_of(
        tmp_path,
        """
        from aiobotocore.session import get_session
        async def poll():
            async with get_session().create_client("sqs", region_name="us-east-1") as client:
                while True:
                    answer = await client.receive_message(QueueUrl=URL, WaitTimeSeconds=20)
                    for message in answer.get("Messages", []):
                        handle = message["ReceiptHandle"]
                        await client.delete_message(QueueUrl=URL, ReceiptHandle=handle)
        asyncio.run(poll())
        """,
    )
    assert outcome.status is Status.RETURNED
    assert outcome.returned["polled"]["deleted"] == 1


@pytest.mark.parametrize(
    ("body", "via", "says"),
    [
        ("print('nothing to do')", "sqs-message", "it ended without asking a queue"),
        ("receive()", "sqs", "it asks a queue for messages, and this envelope has none"),
    ],
)
def test_a_loop_that_receives_nothing_is_not_judged(tmp_path, body, via, says):
    source = dedent(HEAD) + f"\ndef main():\n    {body}\n    return\n    receive()\n"
    file = tmp_path / "worker.py"
    file.write_text(source)
    with pytest.raises(SetupError, match=says):
        session.check(f"{file}:main", kinds=["push"], via=[via])
