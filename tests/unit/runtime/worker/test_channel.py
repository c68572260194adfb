"""The line between worker and parent: what is no answer is noise, and each wait has its end."""

from __future__ import annotations

import pickle
import socket
import struct
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core import limits
from ecr_contracts.runtime.worker.channel import NoiseError, ParentEnd, WorkerEnd, pair


@pytest.fixture
def ends():
    parent, worker = pair()
    yield parent, worker
    parent.close()
    worker.close()


def alive() -> bool:
    return True


def write(worker: WorkerEnd, data: bytes) -> None:
    """Write to the worker's end what is no frame, as a consumer may."""
    worker._socket.setblocking(True)
    worker._socket.sendall(data)
    worker._socket.setblocking(False)


def current(worker: WorkerEnd, length: int) -> bytes:
    """The header of a frame that answers the current request."""
    return struct.pack("!QI", worker._number, length)


def test_requests_and_answers_take_turns(ends):
    parent, worker = ends
    worker.reply(b"ready")
    assert parent.answer(1, alive) == b"ready"
    for content in (b"", b"a", b"\0" * 10):
        parent.ask(content, 1)
        assert worker.request() == content
        worker.reply(content * 2)
        assert parent.answer(1, alive) == content * 2


def test_large_frames_go_through_while_the_other_end_reads(ends):
    parent, worker = ends
    large = bytes(range(256)) * 20_000

    def answering():
        worker.reply(b"")
        worker.reply(worker.request())

    thread = threading.Thread(target=answering)
    thread.start()
    assert parent.answer(5, alive) == b""
    parent.ask(large, 5)
    assert parent.answer(5, alive) == large
    thread.join()


@given(st.binary(min_size=1), st.binary())
def test_whatever_stands_before_an_answer_is_noise(noise, answer):
    parent, worker = pair()
    try:
        write(worker, noise)
        worker.reply(answer)
        with pytest.raises(
            NoiseError, match=r"it sent (what is no answer|more than one answer): b"
        ):
            parent.answer(1, alive)
    finally:
        parent.close()
        worker.close()


@pytest.mark.parametrize(
    "noise",
    [b"x", b"\0" * 12, pickle.dumps(print), struct.pack("!i", 2**30), b"[3,[]]" * 10_000],
    ids=["a byte", "zeros", "a pickle", "a header of multiprocessing", "an answer alone"],
)
def test_noise_alone_is_told_at_once(ends, noise):
    parent, worker = ends
    began = time.monotonic()
    write(worker, noise)
    with pytest.raises(NoiseError, match="it sent what is no answer: b") as caught:
        parent.answer(5, alive)
    assert time.monotonic() - began < 4
    assert len(str(caught.value)) < 250


def test_an_answer_to_an_earlier_request_is_noise(ends):
    parent, worker = ends
    parent.ask(b"1", 1)
    worker.request()
    worker.reply(b"answer")
    worker.reply(b"answer")
    with pytest.raises(NoiseError, match="it sent more than one answer"):
        parent.answer(1, alive)


def test_an_answer_that_comes_late_does_not_answer_the_next_request(ends):
    parent, worker = ends
    parent.ask(b"1", 1)
    worker.request()
    with pytest.raises(TimeoutError):
        parent.answer(0.01, alive)
    worker.reply(b"late")
    parent.ask(b"2", 1)
    with pytest.raises(NoiseError, match="it sent what is no answer"):
        parent.answer(1, alive)


def test_a_length_beyond_the_bound_is_told_before_anything_is_kept(ends):
    parent, worker = ends
    write(worker, current(worker, limits.ANSWER_BYTES + 1))
    with pytest.raises(
        NoiseError,
        match=f"it was about to send {limits.ANSWER_BYTES + 1} bytes; {limits.ANSWER_BYTES} is",
    ):
        parent.answer(1, alive)


@pytest.mark.parametrize("part", [0, 5, 12, 15])
def test_half_an_answer_is_waited_for_no_longer_than_any(ends, part):
    parent, worker = ends
    write(worker, (current(worker, 10) + b"abcdef")[:part])
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        parent.answer(0.15, alive)
    assert 0.1 < time.monotonic() - began < 4


def test_a_trickle_does_not_prolong_the_wait(ends):
    parent, worker = ends
    over = threading.Event()

    def trickle():
        write(worker, current(worker, 1000))
        while not over.wait(0.01):
            write(worker, b"x")

    thread = threading.Thread(target=trickle)
    thread.start()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        parent.answer(0.3, alive)
    assert time.monotonic() - began < 4
    over.set()
    thread.join()


def test_an_end_that_is_closed_and_a_process_that_is_gone_are_told(ends):
    parent, worker = ends
    with pytest.raises(EOFError):
        parent.answer(5, lambda: False)
    worker.reply(b"last words")
    assert parent.answer(5, lambda: False) == b"last words"
    worker.close()
    with pytest.raises(EOFError):
        parent.answer(5, alive)
    with pytest.raises(BrokenPipeError):
        parent.ask(b"", 1)


def test_a_request_that_nobody_takes_is_given_up_at_its_deadline(ends):
    parent, _ = ends
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        parent.ask(b"x" * 50_000_000, 0.2)
    assert 0.1 < time.monotonic() - began < 5


def test_a_worker_gives_up_what_stalls(ends, monkeypatch):
    parent, worker = ends
    monkeypatch.setattr(limits, "STALLED_SECONDS", 0.1)
    with pytest.raises(TimeoutError):
        worker.reply(b"x" * 50_000_000)
    write(parent, b"half")  # type: ignore[arg-type] # the other way round
    with pytest.raises(TimeoutError):
        worker.request()


def test_a_worker_takes_no_request_beyond_the_bound(ends):
    parent, worker = ends
    write(parent, struct.pack("!QI", 1, limits.REQUEST_BYTES + 1))  # type: ignore[arg-type]
    with pytest.raises(EOFError):
        worker.request()


def test_numbers_are_not_guessed():
    numbers = set()
    for _ in range(20):
        parent, worker = pair()
        numbers.add(worker._number)
        parent.ask(b"", 1)
        worker.request()
        numbers.add(worker._number)
        parent.close()
        worker.close()
    assert len(numbers) == 40


def test_an_end_can_be_handed_to_another_process(ends):
    _, worker = ends
    kind, (end, number) = worker.__reduce__()
    assert (kind, number) == (WorkerEnd, worker._number)
    assert isinstance(end, socket.socket)
    assert not issubclass(kind, ParentEnd)
