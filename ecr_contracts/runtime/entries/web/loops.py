"""The event loop of an asynchronous app: one for all of its requests, as a server has it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

__all__ = ["AppLoop"]

_PATIENCE = 1.0
"""Seconds that tasks have which a request has started and not waited for."""


class AppLoop:
    """Runs coroutines one after the other in an event loop that stays."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """What a coroutine returns; tasks of others get on while it runs."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        is_busy = False
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop()
            is_busy = True
        if not is_busy:
            return self._loop.run_until_complete(coroutine)
        # This thread's loop is busy with whoever called us, a test of pytest-asyncio for one.
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(self._loop.run_until_complete, coroutine).result()

    async def finish_since(self, before: set[asyncio.Task[Any]]) -> BaseException | None:
        """Let the tasks end that were not there before; the first exception that ends one."""
        new = asyncio.all_tasks() - before - {asyncio.current_task()}
        if not new:
            return None
        done, _ = await asyncio.wait(new, timeout=_PATIENCE)
        for task in done:
            if not task.cancelled() and (error := task.exception()) is not None:
                return error
        return None

    def close(self) -> None:
        """End all tasks, and the loop."""
        loop, self._loop = self._loop, None
        if loop is None or loop.is_running():
            return
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.wait(tasks, timeout=_PATIENCE))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
