"""The interface that a binary made for Lambda asks for its events."""

from __future__ import annotations

import socket
import threading
import time

from ecr_contracts.runtime.programs.runtime_interface import RuntimeInterface

REQUEST = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: a\r\n\r\n"


def test_a_runtime_that_waits_for_ever_keeps_no_process_alive():
    before = set(threading.enumerate())
    listener = socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()
    interface = RuntimeInterface(listener)
    try:
        with socket.create_connection(address) as runtime:
            runtime.sendall(REQUEST)
            deadline = time.monotonic() + 10
            while not interface.is_asked and time.monotonic() < deadline:
                time.sleep(0.01)
            started = set(threading.enumerate()) - before
            assert interface.is_asked
            assert len(started) == 2  # who listens, and who serves this runtime
            assert all(thread.daemon for thread in started)
    finally:
        interface.close()
