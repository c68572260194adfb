"""A configured consumer in one item for each kind and envelope, whose failure is the report."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

import pytest

from ecr_contracts.core.findings import Finding
from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.engine.phases import Run
from ecr_contracts.engine.subjects.handler import is_of_breakpoint
from ecr_contracts.engine.unchecked import beyond, note_of
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.frontends.config.lookup import name_from
from ecr_contracts.frontends.pytest import node_ids, xdist
from ecr_contracts.frontends.pytest.cases import EXPLORE
from ecr_contracts.frontends.pytest.consumer_item import ConsumerFailure, ConsumerItem
from ecr_contracts.frontends.pytest.judged import Judged
from ecr_contracts.frontends.pytest.marker import BARE, CaseParam
from ecr_contracts.frontends.seen_from import seen_from

__all__ = ["EcrKind", "EcrUnreached", "packed_judgement", "run_id"]


def run_id(run: Run) -> str:
    """What stands in brackets behind a consumer: the kind, and its envelope but for the bare event.

    >>> run_id(("scan", "lambda")), run_id(("scan", "sns"))
    ('scan', 'scan-sns')
    """
    kind, envelope = run
    return kind if envelope == BARE else f"{kind}-{envelope}"


class EcrKind(ConsumerItem):
    """All that is known of a consumer's events of one kind in one envelope."""

    def __init__(self, *, kind: str, envelope: str, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.kind, self.envelope = kind, envelope
        self.judgement: Judged | None = None
        self.add_marker(pytest.mark.ecr_contract(kind, via=envelope))

    @property
    def params(self) -> list[CaseParam]:
        """The cases that it gives, before calls tell more."""
        run = self.kind, self.envelope
        params = self.judged.case_params
        return [param for param in params if (param.case.kind, param.via) == run]

    def run(self) -> None:
        """Give the events and fail by the errors that they show; warnings are for the summary.

        An interrupted run fails by what was found until then, and ends the session.
        """
        self.judgement = None
        self.judgement = self.judged.judge((self.kind, self.envelope), self.nodeid)
        verdict, whole = self.judgement.verdict, self.judgement.whole
        interrupted = next((one for one in (verdict, whole) if one and one.is_interrupted), None)
        if interrupted is not None:
            self.session.shouldstop = interrupted.notes[0].removeprefix("interrupted: ")
        if verdict.errors:
            raise self._failure(verdict)
        if interrupted is not None:
            pytest.skip(interrupted.notes[0])
        if verdict.trials and all(trial.stop is not None for trial in verdict.trials):
            pytest.skip(one_line(note_of(verdict.trials[0])))
        if whole is not None:
            self.warn_of_effects_unreached(whole)

    def seen_from_here(self, verdict: Verdict) -> Verdict:
        """A verdict with its places named from where pytest was started."""
        here, consumer = self.config.invocation_params.dir, self.judged.consumer
        return seen_from(verdict, here, consumer.folder, name_from(consumer, here))

    def _failure(self, verdict: Verdict) -> ConsumerFailure:
        """How it fails by what a verdict says, a part for each fault."""
        # Late: a run without failures does without.
        from ecr_contracts.frontends.pytest import fault_text
        from ecr_contracts.reporting.faults import faults
        from ecr_contracts.reporting.totals import verdict_line

        seen = self.seen_from_here(verdict)
        places = dict(zip(map(id, seen.findings), verdict.findings, strict=True))
        together = faults(seen.errors)
        parts: list[ConsumerFailure] = []
        for alternatives in together:
            name, text = fault_text.name_and_text(alternatives, together, verdict.via)
            text = f"{text}\n{self._repeat(alternatives)}"
            if self.config.option.tbstyle == "line":
                text = name
            location = places[id(alternatives[0])].location
            parts.append(ConsumerFailure(text, name, location))
        names = "; ".join(part.summary for part in parts)
        blocks = [one_line(verdict_line(seen)), *map(str, parts)]
        if len(parts) > 1:
            names = f"{len(parts)} faults: {names}"
        return ConsumerFailure("\n\n".join(blocks), names, parts[0].location, tuple(parts))

    def _repeat(self, alternatives: Sequence[Finding]) -> str:
        """The command that shows a fault by itself, with its event in full."""
        cases = {param.case.id for param in self.params}
        shown = [case_id for case_id in alternatives[0].failed if case_id in cases]
        label = min(shown, key=len, default=EXPLORE)
        if alternatives[0].case in shown:
            label = alternatives[0].case
        if label != EXPLORE and self.envelope != BARE:
            label = f"{label}@{self.envelope}"
        nodeid = f"{self.nodeid.removesuffix(f'[{self.run_id}]')}[{label}]"
        return node_ids.repeat(self.config, nodeid, "--ecr-cases")

    @property
    def run_id(self) -> str:
        """What stands in brackets in its name."""
        return run_id((self.kind, self.envelope))


class EcrUnreached(ConsumerItem):
    """The item of a consumer that no event reaches, which says why."""

    def run(self) -> None:
        """Fail by what keeps all events away; be skipped if only options do."""
        plan = self.judged.session.plan
        kinds = self.config.option.ecr_kind or plan.inference.kinds
        pytest.skip(one_line(f"no {' or '.join(kinds)} events reach {self.judged.consumer.target}"))


def packed_judgement(item: EcrKind) -> dict[str, Any]:
    """What an item came to, as data that xdist can carry.

    `findings` are None where the item could not come to any, and `run` is where it was interrupted.
    `told` is the verdict in one line; `breakpoints` are notes on those in its code.
    `reach` says in words how far events got, where the item judged all of them, and there is an
    effect to get to. `accepted` are lines on the baseline. `stopped` counts the events that stopped
    at each answer of the sandbox.
    """
    packed: dict[str, Any] = {
        "consumer": node_ids.without_event(item.nodeid, item.run_id),
        "entry": item.judged.number,
        "run": [item.kind, item.envelope],
        "findings": None,
        "told": "",
        "reach": "",
        "accepted": [],
        "made_up": [],
        "stopped": {},
        "breakpoints": [],
    }
    judgement = item.judgement
    if judgement is None:
        return packed
    verdict = item.seen_from_here(judgement.verdict)
    whole = judgement.whole and item.seen_from_here(judgement.whole)
    packed["findings"] = [xdist.packed_finding(finding) for finding in verdict.findings]
    packed["run"] = [verdict.kinds[0], verdict.via[0]] if not verdict.is_interrupted else None
    packed["breakpoints"] = [one_line(note) for note in verdict.notes if is_of_breakpoint(note)]
    packed["made_up"] = [variable.name for variable in verdict.made_up]
    for trial in verdict.trials:
        if trial.stop is not None:
            answer = one_line(beyond(trial))
            packed["stopped"][answer] = packed["stopped"].get(answer, 0) + 1
    if whole is not None and (whole.accepted or whole.gone):
        from ecr_contracts.reporting import accepted  # late: few projects accept any

        name = packed["consumer"].removeprefix("pyproject.toml::")
        file = item.judged.consumer.baseline
        way = f"{file and node_ids.from_here(item.config, file)} says why"
        command = f"ecr-contracts check {shlex.quote(str(item.judged.consumer.target))} --prune"
        told = accepted.accepted_in_one_line(whole, way)
        lines = [told, *accepted.gone_lines(whole.gone, command)]
        packed["accepted"] = [one_line(f"{name}: {line}") for line in lines if line]
    if verdict.failed:
        from ecr_contracts.reporting import totals, verdicts  # late, as above

        packed["told"] = one_line(totals.verdict_line(verdict))
        if whole is not None and whole.reach.says_anything:
            packed["reach"] = one_line(verdicts.reach(whole))
    return packed
