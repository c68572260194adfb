"""A program as a subject, by the command that starts it: any language, a line for each event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.engine.subject import Running
from ecr_contracts.engine.subjects.handler import TIMEOUT
from ecr_contracts.engine.subjects.outside import Outside, RunningOutside
from ecr_contracts.runtime.outcome import Outcome
from ecr_contracts.runtime.programs.program import Program
from ecr_contracts.runtime.sandbox.kernel import Containment, Hold
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = ["Command"]

_NOT_HELD = {
    Hold.NETWORK: "connects to other hosts",
    Hold.WRITES: "changes files",
    Hold.SECRETS: "reads keys in the home folder",
}
"""What a program may do that the operating system does not hold back, of what does harm."""


class Command(Outside):
    """A program, started by a command as it is typed in `folder` (None: where this process is).

    `timeout` are the seconds that it has for one event (None: 5). `rules` are those that feed it.
    Raises ConsumerError for what is no command.
    """

    def __init__(
        self,
        command: str,
        *,
        timeout: float | None = None,
        settings: Settings = Settings(),  # noqa: B008 - it is frozen
        folder: Path | None = None,
        rules: Sequence[Rule] = (),
    ) -> None:
        super().__init__(rules)
        self.name = command
        self.timeout = TIMEOUT if timeout is None else timeout
        self._program = Program(
            command,
            timeout=self.timeout,
            settings=settings,
            folder=None if folder is None else str(folder),
        )

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words of a command line that name it."""
        return ("--command", self.name)

    @contextmanager
    def start(self, events: Sequence[Mapping[str, Any]] = ()) -> Iterator[Running]:
        """The program in a process of its own, within bounds that the system holds."""
        try:
            yield _RunningProgram(self.name, self._program)
        finally:
            self._program.close()

    def notes(self) -> Iterator[str]:
        """What cannot be seen of it, and what does not hold it back."""
        yield from super().notes()
        containment = self._program.containment
        if containment is None:
            return
        loose = [words for hold, words in _NOT_HELD.items() if not containment.held(hold)]
        if len(loose) == len(_NOT_HELD):
            yield "nothing holds the program back: this system does not let us"
        elif loose:
            yield f"not held back by this system where the program {' or '.join(loose)}"


class _RunningProgram(RunningOutside):
    """A program at work."""

    def __init__(self, name: str, program: Program) -> None:
        super().__init__(name, self._called)
        self._program = program

    @property
    def containment(self) -> Containment | None:  # type: ignore[override]
        """What the operating system holds back of it."""
        return self._program.containment

    def load(self) -> None:
        """Start it. Raises ConsumerError where that cannot be done."""
        self._program.start()

    def forget(self) -> None:
        """End it; it is started anew for the next event."""
        self._program.forget()

    def _called(self, payload: Any, *, trace: bool = False, ecr_payload: Any = None) -> Outcome:
        return self._program.call(payload)
