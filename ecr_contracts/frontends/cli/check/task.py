"""The check of one consumer: what failed before comes first, what fails now is kept."""

from __future__ import annotations

from dataclasses import dataclass

from ecr_contracts.engine.progress import OnProgress, untold
from ecr_contracts.engine.trial import KnownFailure
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.frontends import replay
from ecr_contracts.frontends.cli.check.asked import Asked
from ecr_contracts.frontends.cli.check.consumer import verdict_on
from ecr_contracts.frontends.cli.check.written import keep_events, kept_errors, with_numbers
from ecr_contracts.frontends.cli.output import print_text
from ecr_contracts.reporting.terminal import console
from ecr_contracts.reporting.text import show, show_replayed

__all__ = ["Task", "task_of"]


@dataclass(frozen=True, slots=True)
class Task:
    """A consumer to check, and what is remembered of it: that alone, if somebody asks for it."""

    asked: Asked
    remembered: tuple[KnownFailure, ...]
    is_of_remembered: bool

    @property
    def is_idle(self) -> bool:
        """Whether nothing is remembered of what is to be run again."""
        return self.is_of_remembered and not self.remembered

    def verdict(self, on_progress: OnProgress = untold) -> Verdict:
        """The verdict on the consumer. Raises EcrContractsError for what cannot be judged."""
        return verdict_on(
            self.asked,
            self.remembered,
            only_remembered=self.is_of_remembered,
            on_progress=on_progress,
        )

    def kept(self, verdict: Verdict, before: int | None = None) -> Verdict:
        """The verdict with numbers, when its failures are remembered and its events are kept.

        `before` is that of `with_numbers`. Raises FixtureError for events that cannot be kept.
        """
        options = self.asked.options
        errors = kept_errors(verdict)
        if self.is_of_remembered or not options.case:
            if not verdict.is_interrupted:
                runs = {(trial.case.id, trial.via) for trial in verdict.trials}
                replay.save_failures(*self.asked.memory, errors, runs)
            verdict = with_numbers(self.asked, verdict, before)
        if options.keep is not None:
            keep_events(options.keep, verdict, errors)
        return verdict

    def show(self, verdict: Verdict) -> None:
        """Print the report for people, below what became of failures that are run again."""
        screen = console()
        if self.is_of_remembered:
            if not verdict.planned:
                name = self.asked.name
                print_text(
                    f"nothing that is remembered of {name} reaches it: its rule keeps it away"
                )
                return
            show_replayed(self.remembered, verdict, screen)
        show(verdict, screen, verbose=self.asked.options.verbose)


def task_of(asked: Asked) -> Task:
    """The check of a consumer, as the options say."""
    is_of_remembered = asked.options.replay is not None
    remembered = replay.load_failures(*asked.memory)
    if is_of_remembered and asked.options.via:
        via = asked.options.via
        remembered = tuple(failure for failure in remembered if failure.via in via)
    return Task(asked, remembered, is_of_remembered)
