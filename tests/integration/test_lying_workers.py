"""Workers whose consumer writes to the line to their parent: they are ended, and that is told."""

from __future__ import annotations

import os
import sys
import time
from textwrap import dedent

import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.target import Target
from ecr_contracts.runtime.outcome import Outcome, Status
from ecr_contracts.runtime.worker.parent import Worker

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="what is tried here is about file descriptors of POSIX"
)

LINE = """
    import os, pickle, socket, stat, struct, sys, threading, time

    def line():
        '''The descriptor of the line: the only socket that is open.'''
        for number in range(3, 200):
            try:
                if stat.S_ISSOCK(os.fstat(number).st_mode):
                    return number
            except OSError:
                pass

    def end():
        '''The object that holds it.'''
        frame = sys._getframe()
        while not hasattr(frame.f_locals.get("self"), "_channel"):
            frame = frame.f_back
        return frame.f_locals["self"]._channel

    class Mark:
        def __reduce__(self):
            return open, (MARK, "w")
"""


@pytest.fixture
def worker_of(tmp_path, monkeypatch):
    """A worker for a handler with this body, which may call `line`."""
    monkeypatch.chdir(tmp_path)
    workers = []

    def make(body: str, before: str = "", **options: float) -> Worker:
        text = dedent(LINE).replace("MARK", repr(str(tmp_path / "executed"))) + dedent(before)
        lines = "".join(f"    {line}\n" for line in dedent(body).strip().splitlines())
        (tmp_path / "app.py").write_text(f"{text}\ndef handler(event, context):\n{lines}")
        options.setdefault("timeout", 2.0)
        workers.append(Worker(Target.parse("app.py:handler"), **options))  # type: ignore[arg-type]
        return workers[-1]

    yield make
    for worker in workers:
        worker.close()
    assert not (tmp_path / "executed").exists()


def asked(worker: Worker, seconds: float = 1.9) -> Outcome:
    """The outcome of a call that has to come within so many seconds."""
    worker.start()
    began = time.monotonic()
    outcome = worker.call({"n": 1})
    assert time.monotonic() - began < seconds
    return outcome


@pytest.mark.parametrize(
    "body",
    [
        "os.write(line(), b'garbage')",
        "os.write(line(), pickle.dumps(Mark()))",
        # What multiprocessing would take for a message, whole, in part and without end.
        "mark = pickle.dumps(Mark()); os.write(line(), struct.pack('!i', len(mark)) + mark)",
        "os.write(line(), struct.pack('!i', 100) + b'half'); time.sleep(60)",
        "os.write(line(), struct.pack('!i', -1) + struct.pack('!Q', 2 ** 60)); os._exit(0)",
        "os.write(line(), b'[3,[]]')",
        "os.write(line(), bytes(12)); return 1",
        """
        while True:
            os.write(line(), b'x' * 65536)
        """,
        """
        end = socket.socket(fileno=os.dup(line()))
        end.setblocking(True)
        while True:
            end.send(b'x' * 1000000)
        """,
    ],
    ids=[
        "garbage",
        "a pickle",
        "a message of multiprocessing",
        "half of one",
        "a huge header",
        "an answer alone",
        "zeros",
        "an endless stream",
        "an endless stream through a socket",
    ],
)
def test_nonsense_on_the_line_ends_the_worker_and_is_told(worker_of, body):
    worker = worker_of(body)
    outcome = asked(worker)
    assert outcome.status is Status.DIED
    assert outcome.message.startswith("the process was ended, for it sent what is no answer: b")
    assert len(outcome.message) < 250
    assert asked(worker).status is Status.DIED  # the next call has a process of its own


def test_a_repeated_answer_is_noise(worker_of):
    """Each answer that is written is written twice, by the very object that writes it."""
    worker = worker_of(
        """
        own = end()
        send, own._send = own._send, lambda *given: (send(*given), send(*given))
        return 1
        """
    )
    outcomes = [asked(worker), asked(worker)]
    assert Status.DIED in [outcome.status for outcome in outcomes]
    assert any("answer" in outcome.message for outcome in outcomes)


def test_an_answer_that_names_the_right_request_and_is_none_is_told(worker_of):
    worker = worker_of(
        """
        end().reply(pickle.dumps(Mark()))
        while True: pass
        """
    )
    outcome = asked(worker)
    assert outcome.status is Status.DIED
    assert "it sent what is no answer: b'\\x80" in outcome.message


def test_a_message_that_nobody_waits_for_is_told(worker_of):
    worker = worker_of(
        """
        end().reply(b'[0,[[],[]]]')
        import select
        select.select([], [], [], 0.5)  # what comes at once would be two answers
        """
    )
    outcome = asked(worker)
    assert (outcome.status, outcome.message) == (
        Status.DIED,
        "the process was ended, for it sent an answer to nothing: Loaded",
    )


def test_what_is_written_later_is_noise_in_the_next_call(worker_of):
    worker = worker_of(
        """
        threading.Thread(target=lambda: (time.sleep(0.05), os.write(line(), b'later'))).start()
        time.sleep(0.2)
        return 1
        """
    )
    assert asked(worker).status is Status.DIED


def test_a_worker_that_hears_no_request_is_late(worker_of):
    """A thread takes what comes before the worker does."""
    worker = worker_of(
        """
        def steal():
            while True:
                time.sleep(0.001)
                try: os.read(line(), 1000)
                except OSError: pass
        threading.Thread(target=steal, daemon=True).start()
        return 1
        """,
        timeout=0.3,
    )
    statuses = [asked(worker, 3).status for _ in range(3)]
    assert set(statuses) <= {Status.RETURNED, Status.TIMED_OUT, Status.DIED}
    assert len(statuses) == 3


def test_nonsense_while_loading_is_told(worker_of):
    worker = worker_of("return 1", before="os.write(line(), b'nonsense')")
    with pytest.raises(ConsumerError, match="it sent what is no answer: b'nonsense"):
        worker.start()


def test_a_line_that_is_closed_is_told(worker_of):
    worker = worker_of("os.close(line()); return 1")
    outcome = asked(worker, 3)
    assert outcome.status is Status.DIED


@pytest.mark.parametrize("writes", [True, False], ids=["bytecode", "no-bytecode"])
@pytest.mark.parametrize(
    ("body", "names"),
    [
        (
            "import builtins; builtins.isinstance = builtins.len = None",
            "builtins.isinstance, builtins.len",
        ),
        ("import json; json.loads = 3", "json.loads"),
        ("import copy; copy.deepcopy = lambda value: sys.exit(3)", "copy.deepcopy"),
    ],
)
def test_what_is_replaced_of_pythons_own_is_named(worker_of, monkeypatch, body, names, writes):
    """Our own code in that process needs it as well; what loading sets itself is not named."""
    monkeypatch.setattr(sys, "dont_write_bytecode", not writes)
    worker = worker_of(body)
    outcomes = [asked(worker), asked(worker)]
    assert Status.DIED in [outcome.status for outcome in outcomes]
    expected = f"cannot go on once {names} of Python's own is replaced: "
    assert any(expected in outcome.message for outcome in outcomes)


@pytest.mark.parametrize(
    ("body", "way"),
    [
        (
            """
            import gc
            for thing in gc.get_objects():
                if type(thing).__module__ == "ecr_contracts.runtime.provenance.blame":
                    vars(thing).clear()
            raise ValueError
            """,
            "gc.get_objects",
        ),
        (
            "import ecr_contracts.runtime.worker.child as child; child.call_observed = None",
            "ecr_contracts.runtime",
        ),
    ],
)
def test_what_is_broken_of_our_own_is_no_fault_of_ours(worker_of, body, way):
    worker = worker_of(body)
    outcomes = [asked(worker), asked(worker)]
    told = [outcome.message for outcome in outcomes if outcome.status is Status.DIED]
    assert told
    assert all(f"once {way} is used to get at the sandbox: " in message for message in told)


@pytest.mark.parametrize(
    "body",
    [
        "time.time = time.monotonic = time.perf_counter = lambda: sys.exit(3); return 1",
        "del time.time, time.monotonic, time.perf_counter; return 1",
        "time.monotonic = lambda: 'never'; return 1",
        "class Closed: closed = property(lambda self: 1 / 0)\nsys.stdout = Closed(); return 1",
        "class Loud: flush = property(lambda self: sys.exit(3))\nsys.stdout = Loud(); return 1",
    ],
)
def test_a_clock_or_a_stream_that_lies_does_no_harm(worker_of, body):
    worker = worker_of(body)
    assert asked(worker).returned == 1
    assert asked(worker).status in (Status.RETURNED, Status.RAISED)  # `time.time` is gone


@pytest.mark.parametrize(
    ("before", "names"),
    [
        ("import os; os.getcwd = lambda: 1 / 0", "os.getcwd"),
        ("import builtins; builtins.isinstance = None", "builtins.isinstance"),
    ],
)
def test_what_the_import_replaces_of_pythons_own_is_named(worker_of, before, names):
    with pytest.raises(ConsumerError) as caught:
        asked(worker_of("return 1", before))
    assert f"importing it replaces {names}" in str(caught.value)
    assert "put it back" in str(caught.value)
