"""What a worker prints: its end is kept, the rest is thrown away, and it takes no disk."""

from __future__ import annotations

import os
import stat
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.limits import PRINTED_BYTES
from ecr_contracts.runtime.worker.output import Output

posix = pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes")


@pytest.fixture(params=["pipe", "file"])
def output(request, tmp_path, monkeypatch):
    """One that comes through a pipe, and one where the system has none."""
    if request.param == "file":
        monkeypatch.delattr(os, "mkfifo", raising=False)
    elif not hasattr(os, "mkfifo"):
        pytest.skip("there are no named pipes")
    made = Output(str(tmp_path / "output"))
    yield made
    made.close()


def write(output: Output, content: bytes) -> None:
    """Write as a worker does: to the path, at its end."""
    descriptor = os.open(output.path, os.O_WRONLY | os.O_APPEND)
    with open(descriptor, "wb") as file:
        file.write(content)


def test_what_was_printed_is_taken_once(output):
    assert output.taken() == b""
    write(output, b"one\n")
    write(output, b"two\n")
    assert output.taken() == b"one\ntwo\n"
    assert output.taken() == b""
    write(output, b"three\n")
    output.take()
    write(output, b"four\n")
    assert output.taken() == b"three\nfour\n"


def test_of_much_the_end_is_kept(output):
    content = bytes(range(256)) * 2000
    writer = threading.Thread(target=write, args=(output, content))
    writer.start()
    while writer.is_alive():
        output.take()
    kept = output.taken()
    assert len(kept) == PRINTED_BYTES
    assert content.endswith(kept)
    assert output.taken() == b""


@posix
def test_it_stands_on_no_disk(tmp_path):
    output = Output(str(tmp_path / "output"))
    assert stat.S_ISFIFO(os.stat(output.path).st_mode)
    output.close()


@posix
def test_a_worker_that_hangs_up_is_no_end(tmp_path):
    output = Output(str(tmp_path / "output"))
    write(output, b"x")
    assert output.taken() == b"x"
    output.take()  # nobody has the other end now, and nothing waits or fails
    write(output, b"y")
    assert output.taken() == b"y"
    output.close()


@given(st.lists(st.binary(max_size=40), max_size=20), st.integers(1, 60))
def test_the_end_is_that_of_all_chunks(chunks, most):
    output = Output.__new__(Output)
    output._kept, output._file, output._reader = bytearray(), None, -1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ecr_contracts.runtime.worker.output.PRINTED_BYTES", most)
        patch.setattr(output, "take", lambda _: None)
        for chunk in chunks:
            output._keep(chunk)
            assert len(output._kept) <= 2 * most + len(chunk)
        assert output.taken() == b"".join(chunks)[-most:]
