"""The far end of an asyncio connection, in memory. Only for those who have asyncio loaded anyway."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


class Wire(asyncio.Transport):
    """A transport that nobody is behind but a function: it answers a request as soon as that is whole."""

    def __init__(
        self,
        protocol: asyncio.Protocol,
        is_whole: Callable[[bytes], bool],
        answering: Callable[[bytes], bytes],
    ) -> None:
        super().__init__()
        self._protocol, self._is_whole, self._answering = protocol, is_whole, answering
        self._sent = bytearray()
        self._closing = False
        protocol.connection_made(self)

    def write(self, data: Any) -> None:
        """Take what is sent."""
        self._sent += data
        sent = bytes(self._sent)
        if self._is_whole(sent):
            self._sent.clear()
            asyncio.get_running_loop().call_soon(
                self._protocol.data_received, self._answering(sent)
            )

    def can_write_eof(self) -> bool:
        """No: the answer comes without."""
        return False

    def is_closing(self) -> bool:
        """Whether it was closed."""
        return self._closing

    def close(self) -> None:
        """Say to the protocol that it is over, once."""
        if not self._closing:
            self._closing = True
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        """There is nothing left to be sent, so that it is closed."""
        self.close()

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Whom it tells."""
        return self._protocol

    def pause_reading(self) -> None:
        """Answers are in memory at once."""

    def resume_reading(self) -> None:
        """Answers are in memory at once."""

    def get_write_buffer_size(self) -> int:
        """Nothing waits to be sent."""
        return 0
