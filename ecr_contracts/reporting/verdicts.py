"""All sentences about a verdict: what was tried and why, what it came to, how to repeat it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from ecr_contracts.core.findings import Finding
from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.core.text import counted, listed, plural, shortened, some_of
from ecr_contracts.engine.checks.catalog import (
    ACTION_BLIND,
    DEAD,
    DEAD_AT_IMPORT,
    DEAD_COMPARISON,
    FUTURE_EVENT,
    UNREACHED,
    is_of_run,
)
from ecr_contracts.engine.plan import USUAL
from ecr_contracts.engine.reach import Reach
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.events.compile import reader
from ecr_contracts.events.conditions import in_words
from ecr_contracts.events.generate.cases import ORDINARY, SAMPLE, VALUED, cases_of, combinations
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.kind_lists import MOST_LISTED, events_of
from ecr_contracts.reporting.sentences import takes_several_events
from ecr_contracts.reporting.values import quoted
from ecr_contracts.runtime.effects import Effect, Origin
from ecr_contracts.runtime.outcome import Outcome

_MOST_VARIABLES = 5
_GIVING_VARIABLES = "--env NAME=VALUE, or env in pyproject.toml"
_MOST_CAUSES = 4  # of a fault that a rule keeps away
_MOST_CALLS = 3  # that are named in a sentence
_LONGEST_CONTENT = 72  # characters of what an effect carries
_NO_EFFECTS = "its code has no call that changes anything"
_USUAL_WAY = ("lambda",)
_TUPLES = {1: "choices", 2: "pairs", 3: "triples", 4: "quadruples"}
"""What a covering array holds all of, by its strength."""

_COVERED = {
    1: "choices",
    2: "pairs of choices",
    3: "triples of choices",
    4: "quadruples of choices",
}
"""The same for whoever does not ask how many."""

_ORIGINS = {
    Origin.MADE_UP: "answered by us",
    Origin.EVENT: "answered as the event says",
    Origin.GIVEN: "as told",
    Origin.LIMIT: "refused, as AWS does",
}


def selection(verdict: Verdict, *, verbose: bool = False) -> str:
    """Which events a consumer was given, and why those.

    How they came is told where it is not the usual way, or with `verbose`.
    """
    events = events_of(verdict.kinds)
    if verdict.inferred and not verdict.why:
        events += ", because its code names none (choose with --kind)"
    elif verdict.inferred:
        conjunction = "because" if verdict.why.startswith("it") else "by"
        events += f", {conjunction} {verdict.why}"
    if verdict.via == _USUAL_WAY and not verdict.shaped and not verbose:
        return events
    delivery = _delivery(verdict)
    if verdict.inferred and verdict.via_why and verdict.via_why != verdict.why:
        delivery += f", because {verdict.via_why}"
    return f"{events}; {delivery}"


def made_up(names: Sequence[str], way_out: str = _GIVING_VARIABLES) -> str:
    """How many environment variables were made up, and how to give real ones; empty for none."""
    if not names:
        return ""
    number = counted(len(names), "environment variable")
    return f"{number} made up ({some_of(names, _MOST_VARIABLES)}): {way_out}"


def _delivery(verdict: Verdict) -> str:
    """In which envelopes the events came, and what shaped them before."""
    envelopes = listed([envelope(name).about for name in verdict.via], "and")
    if not verdict.shaped:
        return envelopes
    if verdict.named and verdict.via == ("lambda",):
        return f"what {verdict.shaped} makes of them"
    return f"{envelopes}, shaped by {verdict.shaped}"


def reach(verdict: Verdict) -> str:
    """How many events got to an effect, and where they turned back if none did.

    Empty for what has no lines that run, and no effect.
    """
    known = verdict.reach
    if any(finding.check == DEAD_AT_IMPORT for finding in verdict.findings):
        return "no event gets to its handler, since its module cannot be imported"
    if known.acted:
        return _of_those_that_act(known)
    if not known.events or not known.has_code:
        return ""
    if not known.is_known:
        events = counted(known.events, "event")
        return f"none of {events} reached an effect that can be seen; which lines ran is not known"
    if known.effects:
        words = f"none of {counted(known.events, 'event')} reached an effect"
        if known.reached:
            words += f" that can be seen, though {known.effects[0]} was called"
    elif known.turned_back:
        words = _NO_EFFECTS
    else:
        return _NO_EFFECTS
    is_told = any(finding.check in (DEAD, UNREACHED) for finding in verdict.findings)
    if known.turned_back and not known.reached and not is_told:
        places: list[str] = []
        for point in known.turned_back:
            location = point.location
            places.append(f"no event got past {location.file}:{location.line} ({point.way_on})")
        words += f"; {'; '.join(places)}"
    return words


def _of_those_that_act(known: Reach) -> str:
    words = f"{known.acted} of {counted(known.events, 'event')} reached an effect"
    if known.late:
        words += f", {known.late} gave no answer"
    for point in known.held_up[:1]:
        place = f"{point.location.file}:{point.location.line}"
        failed = known.events - known.acted - known.late - known.ended_early
        others = f"{known.ended_early} others" if failed else "the others"
        words += f"; {others} did not get past {place} ({point.way_on})"
    missed = known.branches - known.entered
    if missed:
        words += f"; not entered: {missed} of its {known.branches} branches (-v lists them)"
    return words


def not_entered(verdict: Verdict) -> Iterator[str]:
    """The branches of its own code that no event entered, each in a line."""
    for branch in verdict.reach.not_entered:
        note = " (for what goes wrong)" if branch.is_defensive else ""
        yield f"{branch.file}:{branch.line}  {branch.condition}{note}"


def tried(verdict: Verdict) -> str:
    """What was tried, in few words; `guarantee` says all of it."""
    numbers = []
    are_whole = bool(verdict.strength)
    for kind in verdict.kinds:
        events, is_whole = _number_tried(verdict, kind)
        numbers.append(events)
        are_whole = are_whole and is_whole
    if len(numbers) > MOST_LISTED:
        words = f"{counted(len(verdict.trials), 'event')} of {len(numbers)} kinds"
    else:
        words = f"{listed(numbers, 'and')} {plural(len(verdict.trials), 'event')}"
    if are_whole:
        words += f" (all {_COVERED[verdict.strength]}"
        words += f" by {verdict.evidence} evidence or better)" if verdict.evidence else ")"
    if verdict.drawn:
        words += f" and {verdict.drawn} of other values{_seed(verdict)}"
    if more := verdict.probes + verdict.compared:
        words += f", {more:,} more {plural(more, 'call')} to explain"
    if verdict.future:
        words += f", {counted(verdict.future, 'event')} as AWS may send them one day"
    return f"{words}, in {verdict.seconds:.1f} s"


def _seed(verdict: Verdict) -> str:
    """The seed of the events that were drawn, where it is not the usual one."""
    return f" (seed {verdict.seed})" if verdict.seed else ""


def _number_tried(verdict: Verdict, kind: str) -> tuple[str, bool]:
    """How many cases of a kind were tried, and whether these are all of its covering array."""
    number = len(_tried(verdict, kind))
    contract = verdict.world.contract(kind)
    cases = cases_of(contract, verdict.strength, verdict.evidence) if verdict.strength else ()
    if not cases:
        return f"{number} chosen {kind}", False
    if number < len(cases):
        return f"{number} of {len(cases)} {kind}", False
    return f"{number} {kind}", True


def guarantee(verdict: Verdict) -> str:
    """What a verdict rests on: which events were tried."""
    parts = _cases_of_many(verdict) or [_cases_tried(verdict, kind) for kind in verdict.kinds]
    if verdict.drawn:
        parts.append(f"{counted(verdict.drawn, 'event')} of other values{_seed(verdict)}")
    if verdict.probes:
        parts.append(f"{verdict.probes} more {plural(verdict.probes, 'call')} to tell the causes")
    if verdict.compared:
        calls = plural(verdict.compared, "call")
        parts.append(f"{verdict.compared} more {calls} to compare what it brings about")
    if verdict.future:
        parts.append(f"{counted(verdict.future, 'event')} as AWS may send them one day")
    return "; ".join(parts)


def _cases_of_many(verdict: Verdict) -> list[str]:
    """Which cases of many kinds were tried, in a sentence; none of few kinds, or of some cases."""
    if len(verdict.kinds) <= MOST_LISTED or not verdict.strength:
        return []
    number = held = 0
    for kind in verdict.kinds:
        contract = verdict.world.contract(kind)
        cases = cases_of(contract, verdict.strength, verdict.evidence)
        tried = _tried(verdict, kind)
        if not cases or not tried.issuperset(case.id for case in cases):
            return []
        number += len(tried)
        held += combinations(contract, verdict.strength, verdict.evidence)
    tuples = f"all {held:,} {_TUPLES[verdict.strength]} of facets"
    if verdict.evidence:
        tuples += f" that rest on no less than {verdict.evidence} evidence"
    return [f"{number} events of {listed(verdict.kinds, 'and')}: {tuples}"]


def _tried(verdict: Verdict, kind: str) -> set[str]:
    """The cases of a kind that were tried."""
    tried = set()
    for trial in verdict.trials:
        if trial.case.kind == kind and trial.via == verdict.via[0]:
            tried.add(trial.case.id)
    return tried


def _cases_tried(verdict: Verdict, kind: str) -> str:
    """Which cases of a kind were tried, and which combinations of choices they cover."""
    tried = _tried(verdict, kind)
    contract = verdict.world.contract(kind)
    cases = cases_of(contract, verdict.strength, verdict.evidence) if verdict.strength else ()
    if not cases:
        return f"{len(tried)} chosen {kind} {plural(len(tried), 'event')}"
    if not tried.issuperset(case.id for case in cases):
        return f"{len(tried)} of {len(cases)} {kind} {plural(len(cases), 'event')}"
    facets = len(contract.varying)
    held = combinations(contract, verdict.strength, verdict.evidence)
    tuples = f"all {held:,} {_TUPLES[verdict.strength]} of {facets} facets"
    if verdict.evidence:
        tuples += f" that rest on no less than {verdict.evidence} evidence"
    return f"{_groups_of_cases(verdict, kind, tried)}: {tuples}"


def _groups_of_cases(verdict: Verdict, kind: str, tried: set[str]) -> str:
    """The cases of a covering array in words: the named ones, the deviations, the rest."""
    named = {f"{kind}/{SAMPLE}", f"{kind}/{ORDINARY}"}
    contract = verdict.world.contract(kind)
    deviations = 0
    for case in cases_of(contract, 1, verdict.evidence):
        deviations += case.id not in named
    cases = cases_of(contract, verdict.strength, verdict.evidence)
    others = len(cases) - deviations - len(tried & named)
    groups = [f"the ordinary {kind}", f"{deviations} single deviations"]
    if f"{kind}/{SAMPLE}" in tried:
        groups.insert(0, "AWS's sample")
    if others:
        groups.append(f"{others} more events")
    return listed(groups, "and")


def shielded(verdict: Verdict) -> str:
    """What events would fail that the rules keep away; nothing where none would."""
    parts: dict[str, None] = {}  # faults of several kinds may read alike
    for fault in verdict.shielded:
        name = (fault.exception or fault.check).rpartition(".")[2]
        place = f" at {fault.location.file}:{fault.location.line}" if fault.location else ""
        causes = []
        for cause in fault.causes[:_MOST_CAUSES]:
            causes.append(in_words(reader.contract(fault.kind), [cause]))
        more = len(fault.causes) - len(causes)
        if more > 0:
            causes.append(f"{more} more such choices")
        parts[f"{name}{place} when {listed(causes, 'or')}"] = None
    if not parts:
        return ""
    return (
        f"kept away by your rule, and no finding: {'; '.join(parts)} "
        "(judge without the rule: --unshielded)"
    )


def no_effect_hint(verdict: Verdict) -> str:
    """What to do where no event had an effect; empty where one had, or where there is no advice.

    The advice is about answers that the sandbox made up: they may be why.
    """
    if verdict.failed:
        return ""
    made_up: dict[str, None] = {}
    for trial in verdict.trials:
        for effect in trial.outcome.effects:
            if effect.changes:
                return ""
            if effect.origin is Origin.MADE_UP:
                made_up[effect.name] = None
    if not made_up:
        return ""
    calls = list(made_up)
    if len(calls) <= _MOST_CALLS:
        named = listed(calls, "and")
    else:
        named = f"{', '.join(calls[:_MOST_CALLS])} …"
    return (
        "no event made it change anything. If it stops at an answer that we made up "
        f"({named}), say what is really answered: --answer CALL=JSON, or answers in pyproject.toml"
    )


def repeat_command(verdict: Verdict, finding: Finding) -> str:
    """The command that shows a finding again: a short one where that can be."""
    program = ["ecr-contracts", "check"]
    subject = verdict.named or [verdict.consumer]
    if verdict.saved and (verdict.saved.number or not _is_shown_by_id(verdict, finding)):
        number = verdict.saved.number or verdict.saved.before + _number(verdict, finding)
        return shlex.join([*program, "--replay", str(number), *verdict.saved.withheld])
    words = [*program, *subject, *_options_for_events(verdict, finding)]
    if _is_given_in_envelopes(verdict) and _is_via_asked_for(verdict, finding):
        words += ["--via", finding.via]
    if finding.check == "late":
        words += ["--timeout", f"{verdict.timeout:g}"]
    words += verdict.options
    return shlex.join(words)


def _is_shown_by_id(verdict: Verdict, finding: Finding) -> bool:
    """Whether the case's id is all that has to be said to show a finding again."""
    if verdict.options or takes_several_events(finding) or is_of_run(finding.check):
        return False
    if VALUED in finding.case or finding.doubt == "flaky" or finding.check == "late":
        return False
    return not (_is_given_in_envelopes(verdict) and _is_via_asked_for(verdict, finding))


def _is_given_in_envelopes(verdict: Verdict) -> bool:
    """Whether --via says how events reach it: it is a handler, a program or an address."""
    return not verdict.named or verdict.named[0] in ("--command", "--url")


def _is_via_asked_for(verdict: Verdict, finding: Finding) -> bool:
    return finding.via != "lambda" or not verdict.via_inferred


def _number(verdict: Verdict, finding: Finding) -> int:
    """The number that the report gives the fault of a finding."""
    for number, alternatives in enumerate(faults(verdict.findings), 1):
        if finding in alternatives:
            return number
    raise ValueError(f"no finding of this verdict: {finding.group}")


def _options_for_events(verdict: Verdict, finding: Finding) -> list[str]:
    """The options that select the events which show a finding."""
    if finding.check == DEAD_COMPARISON or is_of_run(finding.check):
        return ["--kind", finding.kind]
    if finding.check == FUTURE_EVENT:
        return ["--case", finding.case]
    if takes_several_events(finding):
        kinds: Sequence[str] = () if verdict.inferred else verdict.kinds
        options = []
        for kind in kinds:
            options += ["--kind", kind]
        return [*options, *_search_options(verdict)]
    if VALUED in finding.case:
        # No id gives such an event, but the same search meets it again.
        return ["--kind", finding.kind, *_search_options(verdict)]
    return ["--case", finding.case]


def _search_options(verdict: Verdict) -> Iterator[str]:
    """The options of a search that were not the usual ones."""
    if not verdict.strength:
        return
    if verdict.strength != USUAL.strength:
        yield from ("--strength", str(verdict.strength))
    if verdict.examples != USUAL.examples:
        yield from ("--examples", str(verdict.examples))
    if verdict.seed:
        yield from ("--seed", str(verdict.seed))
    if verdict.evidence:
        yield from ("--evidence", verdict.evidence.value)


def example_outcome(verdict: Verdict, finding: Finding) -> Outcome | None:
    """The outcome of the call with a finding's example, if that call was kept."""
    for trial in (*verdict.trials, *verdict.others):
        if trial.case.id == finding.case and trial.via == finding.via:
            return trial.outcome
    return None


def called_at(verdict: Verdict, finding: Finding) -> str:
    """Where its own code makes the calls that a finding is about: `app.py:7, app.py:9`.

    Empty for a finding that is about no calls, and where the lines are not known.
    """
    if finding.check != ACTION_BLIND:
        return ""
    named = re.findall(r"\.(\w+)", finding.detail.partition(":")[0])
    operations = {name.lower() for name in named}
    places: dict[str, None] = {}
    for effect in verdict.reach.effects:
        call, _, place = effect.removesuffix(")").partition(" (")
        if call.rpartition(".")[2].replace("_", "").lower() in operations:
            places[place] = None
    return ", ".join(list(places)[:_MOST_CALLS])


def effect_line(effect: Effect) -> str:
    """An effect as one line: what was done, what it carried, and who answered."""
    line = f"{effect.sort.value}: {effect.name}"
    if effect.content is not None:
        line += f" {_content(effect)}"
    note = "refused" if effect.refused else _ORIGINS.get(effect.origin, "")
    return one_line(f"{line} ({note})" if note else line)


def _content(effect: Effect) -> str:
    if isinstance(effect.content, str):
        return shortened(effect.content, _LONGEST_CONTENT)
    return quoted(effect.content, _LONGEST_CONTENT)
