"""What a parent has open does not reach the consumer of a worker."""

import os
import socket

import pytest

from ecr_contracts.discovery.target import Target
from ecr_contracts.runtime.outcome import Status
from ecr_contracts.runtime.worker.parent import Worker

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork") or not os.path.isdir("/dev/fd"), reason="a fork inherits files"
)

WRITING = """
import os
def handler(event, context):
    written = []
    for number in event["numbers"]:
        try:
            written.append(os.write(number, b"harm"))
        except OSError:
            written.append(0)
    return written
"""


@pytest.mark.parametrize("other_worker", [False, True])
def test_what_the_parent_has_open_leads_nowhere(tmp_path, monkeypatch, other_worker):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(WRITING)
    target = Target.parse("app.py:handler")
    reader, writer = os.pipe()
    near, far = socket.socketpair()
    for number in (reader, near.fileno()):
        os.set_blocking(number, False)
    with open(tmp_path / "kept", "w") as kept, Worker(target) as other, Worker(target) as worker:
        numbers = [kept.fileno(), writer, far.fileno()]
        if other_worker:
            other.start()
            numbers.append(other._process._output._writer)
        outcome = worker.call({"numbers": numbers})
        assert outcome.status is Status.RETURNED
        if other_worker:
            assert other.call({"numbers": []}).output == ""
    assert (tmp_path / "kept").read_text() == ""
    with pytest.raises(BlockingIOError):
        os.read(reader, 10)
    with pytest.raises(BlockingIOError):
        near.recv(10)
    near.close()
    far.close()
    os.close(reader)
    os.close(writer)


def test_what_can_only_be_read_stays(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(
        "import os\ndef handler(event, context): return os.read(event['number'], 9).decode()"
    )
    (tmp_path / "kept").write_text("content")
    with open(tmp_path / "kept") as kept, Worker(Target.parse("app.py:handler")) as worker:
        assert worker.call({"number": kept.fileno()}).returned == "content"
