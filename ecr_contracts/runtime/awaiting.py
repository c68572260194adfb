"""Awaits what a consumer returns, from code that is not asynchronous itself."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Awaitable
from types import FrameType
from typing import Any

from ecr_contracts.core.package import is_own_file

__all__ = ["awaited", "coroutine_frames"]


_AIOHTTP_SERVER = os.path.join("aiohttp", "web_protocol.py")


def awaited(awaitable: Awaitable[Any]) -> Any:
    """What an awaitable gives, in an event loop of its own; raises what it raises."""
    import asyncio  # late: few consumers are asynchronous

    async def outcome() -> Any:
        return await awaitable

    loop = None
    with contextlib.suppress(RuntimeError):
        loop = asyncio.get_running_loop()
    if loop is None:
        return asyncio.run(outcome())
    # This thread's loop is busy with whoever called us, a test of pytest-asyncio for one.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, outcome()).result()


def coroutine_frames() -> list[tuple[FrameType, int]]:
    """The frames of the consumer's waiting coroutine, which the loop's stack does not show."""
    frames: list[tuple[FrameType, int]] = []
    asyncio: Any = sys.modules.get("asyncio")
    with contextlib.suppress(Exception):  # no loop is running
        for task in asyncio.all_tasks():
            coroutine = task.get_coro()
            if not _calls_consumer(coroutine.cr_code.co_filename):
                continue
            while frame := getattr(coroutine, "cr_frame", None):
                frames.append((frame, frame.f_lineno))
                coroutine = coroutine.cr_await
    return frames


def _calls_consumer(file: str) -> bool:
    """Whether a coroutine of a file calls the consumer: one of ours, or of aiohttp's server."""
    return is_own_file(file) or file.endswith(_AIOHTTP_SERVER)
