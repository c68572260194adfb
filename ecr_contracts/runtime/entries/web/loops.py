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
        self._tasks: list[asyncio.Task[Any]] = []

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """What a coroutine returns; tasks of others get on while it runs."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._loop.set_task_factory(self._task)
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

    def _task(self, loop: asyncio.AbstractEventLoop, coroutine: Any, **named: Any) -> Any:
        """A new task, which is kept until it is known how it ended."""
        task: asyncio.Task[Any] = asyncio.Task(coroutine, loop=loop, **named)
        self._tasks.append(task)
        return task

    def begin(self) -> None:
        """Begin a request: tasks of those before are none of its own."""
        self._tasks.clear()

    async def finish(self, *serving: asyncio.Task[Any]) -> BaseException | None:
        """Let the tasks end that a request has started, but for the server's own.

        Gives the first exception that ended one of them and that nobody has asked for.
        """
        current = asyncio.current_task()
        own = [task for task in self._tasks if task is not current and task not in serving]
        if pending := [task for task in own if not task.done()]:
            await asyncio.wait(pending, timeout=_PATIENCE)
        for task in own:
            # By this asyncio itself tells "Task exception was never retrieved".
            if task.done() and getattr(task, "_log_traceback", False):
                return task.exception()
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
