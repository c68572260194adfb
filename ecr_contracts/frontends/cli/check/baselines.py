"""What `check` does with the file of accepted findings: reads it, adds to it, prunes it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from ecr_contracts.core.errors import BaselineError, ConsumerError
from ecr_contracts.core.text import counted
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine.accepted.baseline import Baseline
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.frontends import baseline
from ecr_contracts.frontends.cli.check.accepted import is_of_chosen, is_whole
from ecr_contracts.frontends.cli.check.asked import Asked
from ecr_contracts.frontends.cli.output import complain
from ecr_contracts.reporting.faults import faults

__all__ = ["tell_of_lost", "with_baseline"]


def with_baseline(asked: Asked, verdict: Verdict, configured: Path | None) -> Verdict:
    """A verdict whose accepted findings are apart; adds to the baseline and prunes it if asked.

    `configured` is the file that the configuration names, if it does. Raises BaselineError where it
    cannot be used, ConsumerError where nothing is named that could be pruned.
    """
    options = asked.options
    file = Path(options.baseline) if options.baseline is not None else configured
    if file is None and options.update_baseline:
        file = Path(baseline.USUAL_NAME)
    if file is None:
        if options.prune:
            problem = "no baseline is named that could be pruned"
            raise ConsumerError("--prune", problem, "say which: --baseline FILE")
        return verdict
    consumer = _name_in(file, asked, verdict)
    known = Baseline()
    if file.exists() or not options.update_baseline:
        known = baseline.read_baseline(file)
    apart = baseline.judged(
        verdict,
        known,
        consumer,
        is_whole=is_whole(options),
        is_of_chosen=is_of_chosen(options),
    )
    if not (options.update_baseline or options.prune):
        return apart
    place = os.path.relpath(file)
    if not baseline.is_complete(verdict):
        complain(f"{place} is left as it was: not all events were given")
        return apart
    if options.update_baseline and apart.findings:
        baseline.accept(file, apart.findings, consumer, options.reason)
        complain(f"accepted in {place}: {counted(len(faults(apart.findings)), 'finding')}")
        if file != configured:
            setting = f'baseline = "{file.as_posix()}"'
            complain(f"to have it read each time: {setting} below [tool.ecr-contracts]")
    if options.prune:
        baseline.prune(file, verdict.findings, consumer)
        complain(f"pruned in {place}: {counted(len(apart.gone), 'finding')}")
    known = baseline.read_baseline(file) if file.exists() else known
    return baseline.judged(verdict, known, consumer, is_whole=is_whole(options))


def tell_of_lost(found: Iterable[Asked]) -> None:
    """Tell which consumers of their baselines are not there any more; remove these with --prune."""
    files: dict[Path, bool] = {}
    for asked in found:
        file = None if asked.entry is None else asked.entry.baseline
        if asked.options.baseline is not None:
            file = Path(asked.options.baseline)
        if file is not None and file.exists():
            files[file] = asked.options.prune
    for file, is_pruned in files.items():
        with contextlib.suppress(BaselineError):  # it was told of each consumer
            for consumer, number in baseline.lost_consumers(file).items():
                words = f"{counted(number, 'finding')} of {consumer}, which is not there any more"
                if is_pruned:
                    baseline.prune(file, (), consumer)
                    complain(f"pruned in {os.path.relpath(file)}: {words}")
                else:
                    way = "give it its new name there, or remove it: --prune"
                    complain(f"{os.path.relpath(file)} accepts {words}: {way}")


def _name_in(file: Path, asked: Asked, verdict: Verdict) -> str:
    """What the consumer is called in a baseline."""
    folder = Path.cwd()
    target = None
    if asked.entry is not None:
        folder, target = asked.entry.folder, asked.entry.target
        if asked.entry.sort != "handler":
            return target.text
    elif asked.options.consumers:
        target = Target.parse(asked.options.consumers[0])
    if target is None:
        return verdict.consumer
    return baseline.handler_name(target, folder, file.parent)
