"""Wakes the main thread of a program whose other threads have ended: from `stop.wait()`, a sleep.

A service often polls in threads, and its main thread waits to be stopped. PollingEndedError is
raised in it, by a signal: nothing else ends a wait. SIGTERM is not sent, though the service may be
stopped by that in truth: its handler changes what the next call begins with.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

from ecr_contracts.runtime.entries.polled_queue import PolledQueue, PollingEndedError

__all__ = ["waking"]

_GRACE = 1.0
"""Seconds that the main thread has to end by itself; they pass at once where nobody is at work."""
_STEPS, _STEP = 30, 0.01
"""Real time, in seconds, that messages may take which another thread received and handed over."""
_PATIENCE = 3
"""Times that it is ended: it may catch that."""
_OURS: Any = getattr(signal, "SIGUSR1", None)


@contextlib.contextmanager
def waking(queue: PolledQueue) -> Iterator[None]:
    """End this thread, if it is the main one, soon after another one was ended with the queue."""
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or _OURS is None:
        yield
        return
    ended, main = threading.Event(), threading.get_ident()

    def end() -> None:
        # In real time: what the thread handed over is at work in this one, or not yet.
        for _ in range(_STEPS):
            if ended.is_set() or not queue.left:
                break
            time.sleep(_STEP)
        for _ in range(_PATIENCE):
            if ended.wait(_GRACE):
                return
            signal.pthread_kill(main, _OURS)

    def begin() -> None:
        threading.Thread(target=end, daemon=True).start()

    def raising(_: int, __: FrameType | None) -> None:
        if not ended.is_set():
            raise PollingEndedError

    before = signal.signal(_OURS, raising)
    queue.on_ended_aside = begin
    try:
        yield
    finally:
        ended.set()
        # What was not set by Python cannot be put back by it.
        signal.signal(_OURS, signal.SIG_DFL if before is None else before)
