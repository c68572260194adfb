"""An address as a subject: a container of Lambda's, or a web server, that events are posted to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.engine.subject import Running
from ecr_contracts.engine.subjects.handler import TIMEOUT
from ecr_contracts.engine.subjects.outside import Outside, RunningOutside
from ecr_contracts.runtime.outcome import Outcome
from ecr_contracts.runtime.programs.address import Address
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = ["PostedTo"]

_LOOSE = "nothing holds back what answers there: it acts on these events for real"


class PostedTo(Outside):
    """What answers at a URL.

    `timeout` are the seconds that it has for one event (None: 5). `rules` are those that feed it.
    Raises ConsumerError for a URL that cannot be used, or that the `settings` do not let through.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float | None = None,
        settings: Settings = Settings(),  # noqa: B008 - it is frozen
        rules: Sequence[Rule] = (),
    ) -> None:
        super().__init__(rules)
        self.name = url
        self.timeout = TIMEOUT if timeout is None else timeout
        self._address = Address(url, timeout=self.timeout, allow_net=settings.allow_net)
        if not self._address.is_function:
            self.envelope = "api-destination"

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words of a command line that name it."""
        return ("--url", self.name)

    @contextmanager
    def start(self, events: Sequence[Mapping[str, Any]] = ()) -> Iterator[Running]:
        """What answers there: somebody else has started it."""
        yield RunningOutside(self.name, self._called)

    def notes(self) -> Iterator[str]:
        """What cannot be seen of it, and that nothing holds it back."""
        yield from super().notes()
        yield _LOOSE

    def _called(self, payload: Any, *, trace: bool = False, ecr_payload: Any = None) -> Outcome:
        return self._address.call(payload)
