"""The phases of a run: trials are explained, other values are tried, effects are compared.

For each kind and envelope: (1) every case is given, (2) each fault is explained by further calls,
(3) Hypothesis searches beyond the cases, (4) metamorphic relations between events are checked, and
(5) batches of events, and if that is asked for, events as AWS may send them one day. At the end,
and only if nothing else was found, (6) it is a finding that the subject does nothing with any
event.

Which of the findings count is decided here as well, by `findings_that_count` (the evidence that was
asked for, the levels of checks). Which events are given is not: `session` decides that, and calls
this. Every further event is of the same world (`eventbridge.rules.world`): one that the rules let
through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, product
from types import MappingProxyType

from ecr_contracts.core.findings import Evidence, Finding
from ecr_contracts.discovery.iac.cloudformation.feeds import Feed
from ecr_contracts.engine.causes import grouping
from ecr_contracts.engine.causes.same_fault import of_one_state
from ecr_contracts.engine.checks import catalog
from ecr_contracts.engine.checks.levels import with_levels
from ecr_contracts.engine.effort import Effort, Examined, Run
from ecr_contracts.engine.explore import NO_LIMIT
from ecr_contracts.engine.refusals import NO_REFUSALS, OwnRefusals
from ecr_contracts.engine.relations.vacuity import check_vacuity
from ecr_contracts.engine.run_phases import RunPhases, search_until
from ecr_contracts.engine.time_limit import TimeLimit, in_turns
from ecr_contracts.engine.trial import (
    BaselineCache,
    Call,
    Trial,
    TrialRun,
)
from ecr_contracts.events.generate.cases import Case

__all__ = ["MOST_WITH_ALL_EXAMPLES", "Effort", "Examined", "Run", "examine", "findings_that_count"]

MOST_WITH_ALL_EXAMPLES = 4
"""How many kinds have as many events of other values as are asked for; more share those of these.

A rule with a source alone delivers a dozen: so that a check ends in time, they are given all cases,
and fewer events of other values.
"""


def examine(
    call: Call | BaselineCache,
    cases: Sequence[Case],
    envelopes: Sequence[str],
    effort: Effort,
    *,
    watches: bool = True,
    feeds: Mapping[str, Feed] = MappingProxyType({}),
    runs: dict[Run, TrialRun] | None = None,
    done: dict[Run, Examined] | None = None,
    only: Run | None = None,
    future: Sequence[Case] = (),
    has_rule: bool = True,
    enter: Callable[[str], object] = str,
    keeps_interrupted: bool = False,
    refusals: OwnRefusals = NO_REFUSALS,
    limit: TimeLimit = NO_LIMIT,
) -> Examined:
    """Give a subject some cases in each envelope, and find out what is wrong with it.

    Without `watches` nothing is traced or compared: relations, batches and vacuity are not looked
    for. `feeds` are the event source mappings at its end, by envelope. `runs` are the trials that
    were made before, by kind and envelope; they are not made again. `done` are the runs that were
    examined before, to which those are added that are examined now. With `only` nothing else is
    examined than this run, and nothing looked for that all runs show together. `future` are cases
    as AWS may send them one day; `has_rule` says whether it is known which rule delivers events.
    `enter` is told what is done next. With `keeps_interrupted`, Ctrl-C ends it with what was found
    so far. `refusals` are those of the subject's own code. With a `limit` of time, cases are left
    out that there is no time for, and what is left of it is spent on a further search.
    """
    baselines = call if isinstance(call, BaselineCache) else BaselineCache(call)
    runs = {} if runs is None else runs
    done = {} if done is None else done
    kinds = list(dict.fromkeys(case.kind for case in cases))
    if len(kinds) > MOST_WITH_ALL_EXAMPLES:
        examples = effort.examples * MOST_WITH_ALL_EXAMPLES // len(kinds)
        effort = replace(effort, examples=examples)
    examined = Examined()
    run: TrialRun | None = None
    searches: list[RunPhases] = []
    try:
        if limit.is_set:
            enter("giving the cases of all kinds in turns")
            _give_in_turns(baselines, cases, envelopes, runs, limit)
        for envelope, kind in product(envelopes, kinds):
            if only not in (None, (kind, envelope)):
                continue
            if (kind, envelope) not in done:
                run = runs.setdefault((kind, envelope), TrialRun(baselines, kind, envelope))
                enter(f"giving the cases of {kind}")
                trials = _trials_of(run, cases, limit)
                phases = RunPhases(baselines, run, trials, effort, limit)
                enter(f"other values of {kind}, and why what fails does")
                phases.explain()
                searches.append(phases)
                if watches and not limit.is_over:
                    enter(f"comparing what {kind} events bring about")
                    phases.compare_effects(kinds)
                    phases.give_batches(kinds, feeds.get(envelope))
                if not limit.is_over:
                    phases.give_future(future, has_rule=has_rule)
                done[kind, envelope] = phases.examined
            examined, run = examined + done[kind, envelope], None
        if limit.is_set and searches:
            for phases in search_until(limit, searches, runs, enter):
                done[phases.run] = phases.examined
            examined = sum((done[phases.run] for phases in searches), Examined())
    except KeyboardInterrupt:
        if not keeps_interrupted:
            raise
        broken_off = [run] if run is not None else _not_done(runs, done, only)
        examined = replace(examined, is_interrupted=True)
        for run in broken_off:
            examined = examined.with_interrupted(run, baselines)
    known = chain.from_iterable(one.findings for one in done.values())
    findings = of_one_state(examined.findings, known)
    if not findings and watches and only is None and not examined.is_interrupted:
        findings += check_vacuity(baselines, examined.trials)
    counted = findings_that_count(findings, examined.all_trials, effort, refusals)
    unwanted = _unwanted(findings, examined.all_trials, effort, refusals)
    return replace(examined, findings=counted, unwanted=unwanted)


def _not_done(
    runs: Mapping[Run, TrialRun], done: Mapping[Run, Examined], only: Run | None
) -> list[TrialRun]:
    """The runs of which cases were given in turns before any was examined, of all or of one."""
    return [run for key, run in runs.items() if key not in done and only in (None, key)]


def _give_in_turns(
    call: BaselineCache,
    cases: Sequence[Case],
    envelopes: Sequence[str],
    runs: dict[Run, TrialRun],
    limit: TimeLimit,
) -> None:
    """Give the cases of all runs in turns, so that what there is no time for is little of each."""
    for case, envelope in in_turns(cases, envelopes):
        if limit.is_over:
            return
        run = runs.setdefault((case.kind, envelope), TrialRun(call, case.kind, envelope))
        run.give(case)


def _trials_of(run: TrialRun, cases: Sequence[Case], limit: TimeLimit) -> list[Trial]:
    """The trials of those cases that are of the run's kind, but for those that it leaves out.

    All are given first; then AWS's sample is given again without its misprints. Where no time is
    left, those alone that were given before.
    """
    tried: list[Case] = []
    for case in cases:
        is_given = run.has_given(case) or not limit.is_over
        if case.kind == run.kind and is_given and run.give(case) is not None:
            tried.append(case)
    trials: list[Trial] = []
    for case in tried:
        trial = run.give_without_misprints(case)
        if trial is not None:
            trials.append(trial)
    return trials


# --- which findings count -------------------------------------------------------------------------


def findings_that_count(
    findings: Sequence[Finding],
    trials: Sequence[Trial],
    effort: Effort,
    refusals: OwnRefusals = NO_REFUSALS,
) -> tuple[Finding, ...]:
    """The findings that count by the evidence and the levels of an effort, in reports' order."""
    findings = refusals.told(findings, trials)
    if effort.evidence is not None:
        findings = _resting_on(effort.evidence, findings, trials)
    return grouping.ordered(with_levels(findings, effort.levels, strict=effort.strict))


def _unwanted(
    findings: Sequence[Finding], trials: Sequence[Trial], effort: Effort, refusals: OwnRefusals
) -> tuple[Finding, ...]:
    """The findings that would count if their checks were not off."""
    off = effort.switched_off
    if not off:
        return ()
    all_wanted = replace(effort, levels={})
    counted = findings_that_count(findings, trials, all_wanted, refusals)
    return tuple(finding for finding in counted if finding.check in off)


def _resting_on(
    evidence: Evidence, findings: Sequence[Finding], trials: Sequence[Trial]
) -> list[Finding]:
    """The findings that an event of this evidence or stronger shows.

    Other events only tell the causes. Findings of relations are kept: only events of this evidence
    were compared.
    """
    sure: set[tuple[str, str, str]] = set()
    for trial in trials:
        if trial.case.evidence >= evidence:
            sure.add((trial.case.kind, trial.via, trial.case.id))
    kept: list[Finding] = []
    for finding in findings:
        shown = {(finding.kind, finding.via, case_id) for case_id in finding.failed}
        if not sure.isdisjoint(shown) or catalog.is_relation(finding.check):
            kept.append(finding)
    return kept
