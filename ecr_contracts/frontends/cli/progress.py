"""Shows how far a check is, on standard error: a bar on a terminal, a line now and then elsewhere.

A check that ends soon shows nothing. The bar is gone at the end, and no thread draws it: a process
that is forked off beside one may hang.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.engine.progress import OnProgress, Progress, untold
from ecr_contracts.frontends.cli.output import complain

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_SILENT = 2.0
"""Seconds for which nothing is shown on a terminal."""
_BETWEEN_LINES = 10.0
_BETWEEN_DRAWINGS = 0.1


@contextmanager
def progress_display(*, is_shown: bool) -> Iterator[OnProgress]:
    """What shows the progress of a check while the block runs, as far as it `is_shown`."""
    if not is_shown:
        yield untold
    elif sys.stderr.isatty():
        display = _Bar()
        try:
            yield display.show
        finally:
            display.end()
    else:
        yield _Lines().show


class _Lines:
    """A line every ten seconds, for logs."""

    def __init__(self) -> None:
        self._began = self._last = monotonic()

    def show(self, progress: Progress) -> None:
        """Print a line, if it is time for one."""
        now = monotonic()
        if now - self._last < _BETWEEN_LINES:
            return
        self._last = now
        complain(
            f"after {now - self._began:.0f} s: {progress.calls} of about {progress.expected} "
            f"events given, {progress.doing}"
        )


class _Bar:
    """A bar that is drawn with the calls."""

    def __init__(self) -> None:
        self._began = self._last = monotonic()
        self._bar: Bar | None = None

    def show(self, progress: Progress) -> None:
        """Draw the bar, if it is time for that."""
        now = monotonic()
        if now - self._began < _SILENT or now - self._last < _BETWEEN_DRAWINGS:
            return
        self._last = now
        if self._bar is None:
            self._bar = _new_bar()
            self._bar.start()
        task = self._bar.task_ids[0]
        self._bar.update(
            task,
            completed=progress.calls,
            total=progress.expected,
            description=one_line(progress.doing),
        )
        self._bar.refresh()

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


def _new_bar() -> Bar:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    from ecr_contracts.reporting.terminal import console

    bar = Bar(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console(sys.stderr),
        transient=True,
        auto_refresh=False,
    )
    bar.add_task("")
    return bar
