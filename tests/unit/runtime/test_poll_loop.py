"""A poll loop is called with nothing, gets its messages when it asks, and ends when it has all."""

from __future__ import annotations

import asyncio
import json
import os
import threading

import pytest

from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.entries import polled_queue as module
from ecr_contracts.runtime.entries.poll_loop import (
    POLLED,
    answering_queue,
    as_handler,
    polled_queue,
)

OWN = UserCode.around(__file__, os.getcwd())
RECEIVE, DELETE = "sqs.ReceiveMessage", "sqs.DeleteMessage"


def payload(count: int = 1) -> dict[str, list[dict[str, object]]]:
    messages: list[dict[str, object]] = []
    for number in range(count):
        messages.append(
            {
                "MessageId": f"id-{number}",
                "ReceiptHandle": f"handle-{number}",
                "Body": json.dumps({"number": number}),
                "Attributes": {"SenderId": "somebody", "SentTimestamp": "1"},
            }
        )
    return {"Messages": messages}


def ask(name: str, **parameters: object):
    queue = polled_queue()
    assert queue is not None
    return queue.answer(name, parameters)


def receive(count: int = 10):
    return ask(RECEIVE, MaxNumberOfMessages=count).get("Messages", [])


def delete(message) -> None:
    ask(DELETE, ReceiptHandle=message["ReceiptHandle"])


def result(function, count: int = 1):
    answer = as_handler(function, OWN)(payload(count), None)
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]], answer[POLLED]


@pytest.fixture(autouse=True)
def no_time(monkeypatch):
    """An empty queue is told at once."""
    monkeypatch.setattr(module, "_SHORT_POLL", 0.0)


def test_each_message_is_received_once_and_the_loop_is_ended_after_that():
    seen = []

    def main():
        while True:
            for message in receive(2):
                seen.append(json.loads(message["Body"])["number"])
                delete(message)

    left, counts = result(main, 5)
    assert (seen, left) == ([0, 1, 2, 3, 4], [])
    assert (counts["received"], counts["deleted"]) == (5, 5)
    assert polled_queue() is None


def test_a_message_at_a_time_unless_more_are_wanted():
    sizes = []

    def main():
        sizes.append(len(ask(RECEIVE).get("Messages", [])))
        sizes.append(len(ask(RECEIVE, MaxNumberOfMessages=2).get("Messages", [])))

    result(main, 3)
    assert sizes == [1, 2]


def test_what_is_not_deleted_is_answered_as_failed():
    def main():
        for message in receive():
            if json.loads(message["Body"])["number"] != 1:
                delete(message)

    assert result(main, 3)[0] == ["id-1"]


@pytest.mark.parametrize("count", [1, 4])
def test_who_takes_one_message_and_returns_is_run_again(count):
    def main():
        for message in receive(1):
            delete(message)

    left, counts = result(main, count)
    assert (left, counts["deleted"]) == ([], count)


def test_what_is_never_received_is_no_failure():
    assert result(lambda: None, 2) == ([], {"received": 0, "deleted": 0})


def test_an_exception_of_the_loop_comes_through():
    def main():
        raise ValueError(receive()[0]["Body"])

    with pytest.raises(ValueError, match="number"):
        result(main)
    assert polled_queue() is None


def loop_of_exceptions():
    while True:
        try:
            for message in receive():
                delete(message)
        except Exception:  # noqa: BLE001 - it is the point
            pass


def loop_of_everything():
    while True:
        try:
            for message in receive():
                delete(message)
        except:  # noqa: E722 - it is the point
            continue


@pytest.mark.parametrize("main", [loop_of_exceptions, loop_of_everything])
def test_a_loop_ends_whatever_it_catches(main):
    assert result(main)[1]["deleted"] == 1


def test_threads_and_tasks_end_as_well():
    def in_thread():
        thread = threading.Thread(target=loop_of_everything)
        thread.start()
        thread.join()

    async def in_task():
        await asyncio.gather(asyncio.to_thread(loop_of_exceptions), asyncio.sleep(0))

    async def in_background():
        async def poll():
            while True:
                for message in receive():
                    delete(message)
                await asyncio.sleep(0)

        task = asyncio.create_task(poll())
        await asyncio.Event().wait()
        await task

    for main in (in_thread, in_task, in_background):
        left, counts = result(main)
        assert (left, counts["received"]) == ([], 1)


@pytest.mark.parametrize(
    ("code", "ends_well"), [(0, True), (None, True), (2, False), ("no", False)]
)
def test_a_program_may_leave_with_0(code, ends_well):
    def main():
        delete(receive()[0])
        raise SystemExit(code)

    if ends_well:
        assert result(main)[0] == []
    else:
        with pytest.raises(SystemExit):
            result(main)


@pytest.mark.parametrize(
    ("read", "is_about_it"),
    [
        (lambda answer: answer["Messages"], True),
        (lambda answer: list(answer.get("Messages")), True),
        (lambda answer: answer["messages"], False),
        (lambda answer: answer.get("Messages", [])[0], False),
    ],
)
def test_an_exception_about_the_empty_queue_is_told_apart(read, is_about_it):
    def main():
        while True:
            answer = ask(RECEIVE, MaxNumberOfMessages=10)
            if "Messages" in answer:
                delete(answer["Messages"][0])
            else:
                read(answer)

    if is_about_it:
        left, counts = result(main)
        assert left == []
        assert counts["ended-by"]["exception"] in ("KeyError", "TypeError")
        assert counts["ended-by"]["at"][0].endswith("test_poll_loop.py")
    else:
        with pytest.raises(LookupError):
            result(main)


def test_a_batch_deletes_what_it_names_and_refuses_what_is_no_handle():
    def main():
        first, second = receive()
        entries = [
            {"Id": "1", "ReceiptHandle": first["ReceiptHandle"]},
            {"Id": "2", "ReceiptHandle": second["MessageId"]},
        ]
        answer = ask("sqs.DeleteMessageBatch", Entries=entries)
        assert answer["Successful"] == [{"Id": "1"}]
        assert answer["Failed"][0]["Code"] == "ReceiptHandleIsInvalid"
        refused = ask(DELETE, ReceiptHandle="another")["Error"]
        assert refused["Code"] == "ReceiptHandleIsInvalid"
        assert "another" not in refused["Message"]  # it would be another fault with each event

    assert result(main, 2)[0] == ["id-1"]


def test_what_is_made_visible_again_is_left_on_purpose():
    def main():
        for message in receive():
            handle = message["ReceiptHandle"]
            ask("sqs.ChangeMessageVisibility", ReceiptHandle=handle, VisibilityTimeout=0)

    left, counts = result(main)
    assert (left, counts["given-back"]) == (["id-0"], True)


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({}, None),
        ({"AttributeNames": ["SenderId"]}, {"SenderId"}),
        ({"MessageSystemAttributeNames": ["All"]}, {"SenderId", "SentTimestamp"}),
        ({"AttributeNames": ["ApproximateReceiveCount"]}, None),
    ],
)
def test_attributes_are_there_as_far_as_they_are_asked_for(parameters, names):
    def main():
        message = ask(RECEIVE, **parameters)["Messages"][0]
        assert message.get("Attributes", {}).keys() == (names or set())
        assert ("Attributes" in message) == (names is not None)

    result(main)


def test_a_queue_says_how_many_messages_it_has():
    def main():
        names = ["ApproximateNumberOfMessages"]
        while int(ask("sqs.GetQueueAttributes", AttributeNames=names)["Attributes"][names[0]]):
            delete(receive(1)[0])

    assert result(main, 3)[1]["deleted"] == 3


def test_the_payload_stays_as_it_is():
    given = payload()
    as_handler(lambda: receive()[0].clear(), OWN)(given, None)
    assert given == payload()


def test_a_message_that_a_failed_call_left_in_a_list_is_deleted_by_the_next_one():
    kept = []

    def hands_over():
        kept.extend(receive())
        while kept:
            message = kept.pop(0)
            if message["MessageId"] == "id-0":
                raise ValueError("it ends the process")
            answer = ask(DELETE, ReceiptHandle=message["ReceiptHandle"])
            assert "Error" not in answer

    with pytest.raises(ValueError, match="ends the process"):
        result(hands_over, 3)
    assert len(kept) == 2
    messages = payload(4)["Messages"][3:]
    answer = as_handler(hands_over, OWN)({"Messages": messages}, None)
    assert answer["batchItemFailures"] == []
    assert answer[POLLED]["deleted"] == 1


def test_a_thread_that_goes_on_when_the_call_is_over_is_ended():
    ended = threading.Event()
    may_ask = threading.Event()

    def goes_on():
        may_ask.wait()
        try:
            answering_queue().answer(RECEIVE, {})
        except module.PollingEndedError:
            ended.set()

    def main():
        threading.Thread(target=goes_on, daemon=True).start()
        raise ValueError("at once")

    with pytest.raises(ValueError, match="at once"):
        result(main)
    may_ask.set()
    assert ended.wait(5)


def test_whoever_asks_after_a_loop_is_over_asks_no_queue_of_it():
    def main():
        receive()

    result(main)
    assert answering_queue() is None
