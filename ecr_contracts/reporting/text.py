"""The only place with sentences about results: for a terminal, and as JSON.

It decides nothing: what it shows, it was given.
"""

from __future__ import annotations

import shlex
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.findings import (
    MISSING,
    Cause,
    Evidence,
    Finding,
    Location,
    Severity,
    Violation,
)
from ecr_contracts.engine.causes.model import UNLISTED
from ecr_contracts.engine.checks.catalog import BATCH_ANSWER, CHECKS, REPEATED, VACUOUS, is_relation
from ecr_contracts.engine.session import USUAL, Verdict
from ecr_contracts.engine.trial import KnownFailure
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.events.compile import reader
from ecr_contracts.events.coverage import Coverage, Exercised, Share
from ecr_contracts.events.generate.cases import ORDINARY, SAMPLE, VALUED, combinations, edge_cases
from ecr_contracts.events.model import Absent, Choice, Contract, Exactly, Facet, Items, Object
from ecr_contracts.runtime.effects import Effect, Origin

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

FORMAT = 1
"""The version of the JSON report; it changes when a program that reads it could break."""

_FAILED = "answers that the record failed"
_KNOWN_KEY = "a key of the contract"  # what `validation` expects where a key is unknown
_NOTES = 27  # the column of notes on choices
_LONGEST = 60  # characters of a value in a sentence
_LONGEST_LINE = 150  # characters of a line that the consumer said
_MOST_LINES = 3  # lines that it said
_LEAST, _WIDTH = 24, 72  # characters of a value in a difference, and of it and its path together
_LONGEST_ID = 45  # characters of a case's id in a sentence
_FEW = 2  # values that are told in a headline
_MOST_NAMED = 3  # calls in a sentence
_MOST_CHANGES = 4  # differences between two events
_MOST_NEVER = 12  # choices of a kind that no event had, unless all are wanted


# --- words ----------------------------------------------------------------------------------------


def faults(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings with those together that are one fault: alternatives, and what several kinds bring about alike."""
    groups: dict[tuple[str, Severity], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.group, finding.severity), []).append(finding)
    together: dict[object, list[Finding]] = {}
    for alternatives in groups.values():
        alternatives.sort(key=lambda finding: not finding.explained)
        together.setdefault(_likeness(alternatives), []).extend(alternatives)
    return list(together.values())


def _likeness(alternatives: Sequence[Finding]) -> object:
    """What faults of several kinds have in common when they are one."""
    first = alternatives[0]
    what = first.check, first.severity, first.via, first.exception, first.location or first.detail
    when = tuple((finding.cause, finding.except_for) for finding in alternatives)
    return what, when, first.group if any(not finding.explained for finding in alternatives) else ""


def headline(finding: Finding) -> str:
    """What goes wrong, in the fewest words: `IndexError`, `exits the process`."""
    exception = _short(finding.exception)
    match finding.check:
        case "raises" if _is_of_states(finding) and finding.location:
            return f"{exception} in {finding.location.function}"
        case "given-back" if not exception:
            return _FAILED
        case "batch" if not exception:
            exception = "goes wrong"
        case "action-blind" if finding.kind == "delete" and not finding.cause:
            return "treats a deletion as a push"
        case "lost-path" if finding.severity is Severity.WARNING:
            return "puts an empty text"
    if finding.check not in CHECKS:
        return finding.check
    return CHECKS[finding.check].headline.format(exception=exception or "an exception")


def circumstances(*alternatives: Finding) -> str:
    """When a fault shows: `when $.detail.image-tags is empty`, `on every push`."""
    kinds = _listed(tuple(dict.fromkeys(finding.kind for finding in alternatives)), "and")
    explained = list(
        {finding.cause: finding for finding in reversed(alternatives) if finding.explained}.values()
    )[::-1]
    if alternatives[0].check == VACUOUS:
        return f"with every {kinds} event"
    if _takes_several(alternatives[0]) and not alternatives[0].cause:
        return f"({kinds})"
    if explained and not explained[0].cause:
        spared = _spared(explained[0])
        most = f"on most {kinds} events, the ordinary one too"
        words = most if explained[0].except_for and not spared else f"on every {kinds}"
        words += f", except when {spared}" if spared else ""
    else:
        words = f"when {_alternatives(explained)}" if explained else ""
        spared = _spared(explained[0]) if len(explained) == 1 else ""
        words += f", except when {spared}" if spared else ""
        words += f" ({kinds})" if " and " in kinds else ""
    unexplained = [finding for finding in alternatives if not finding.explained]
    if not unexplained:
        return words
    doubtful = "; and ".join(dict.fromkeys(_in_doubt(finding, kinds) for finding in unexplained))
    return f"{words}, and {doubtful}" if words else doubtful


def _takes_several(finding: Finding) -> bool:
    """Whether no single event shows a fault: two are compared, or a batch is looked at."""
    return is_relation(finding.check) or finding.group.endswith(f"#{BATCH_ANSWER}")


def _in_doubt(finding: Finding, kinds: str) -> str:
    """When a fault shows of which no choice is the cause."""
    shown = _named(finding.failed[0]) if len(finding.failed) == 1 else f"some {kinds} events"
    match finding.doubt:
        case "flaky":
            return f"at random, or by what came before: {_named(finding.failed[0])} does not fail each time"
        case "value":
            values = _values_apart(finding)
            if values:
                return f"on some values: {' and '.join(values)}"
            return f"on {shown}, but not on every such event: some value decides"
        case _:
            return f"on {shown}; no choice explains it"


def _named(case_id: str) -> str:
    """A case by its id, unless that is a long list."""
    return case_id if len(case_id) <= _LONGEST_ID else f"one {case_id.partition('/')[0]} event"


def _values_apart(finding: Finding) -> list[str]:
    """The values by which a failing event differs from the nearest that passes, if they are few."""
    if finding.nearest is None:
        return []
    found = [
        change
        for change in json_path.differences(finding.nearest, finding.example)
        if change[0] != ("id",)
    ]
    if not 0 < len(found) <= _FEW or any(after is MISSING for _, _, after in found):
        return []
    return [f"{json_path.show(steps)} is {_quoted(after)}" for steps, _, after in found]


def _alternatives(findings: Sequence[Finding]) -> str:
    """The causes of alternatives; those that differ in the choice of one place alone are told together."""
    left = list(findings)
    said = []
    while left:
        first = left[0]
        for number, cause in enumerate(first.cause):
            others = [*first.cause[:number], *first.cause[number + 1 :]]
            alike = [one for one in left if _beside(one, cause.path) == others]
            if len(alike) > 1:
                contract = reader.contract(first.kind)
                choices = [
                    _choice_in_words(
                        contract, next(term for term in one.cause if term.path == cause.path)
                    )
                    for one in alike
                ]
                words = [_term(first, one) for one in others]
                said.append(" and ".join([*words, f"{cause.path} is {_listed(choices, 'or')}"]))
                break
        else:
            alike = [first]
            said.append(" and ".join(_term(first, cause) for cause in first.cause))
        left = [one for one in left if one not in alike]
    return ", or ".join(said)


def _beside(finding: Finding, path: str) -> list[Cause] | None:
    """The rest of a cause that has a choice at a path; nothing if it has none there."""
    rest = [cause for cause in finding.cause if cause.path != path]
    return rest if len(rest) < len(finding.cause) else None


def _listed(words: Sequence[str], last: str) -> str:
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _short(exception: str | None) -> str:
    """The name of an exception without its module, which people do not look for."""
    name = exception or ""
    return name if name.startswith(_OF_STATES) else name.rpartition(".")[2]


_OF_STATES = "States."


def _is_of_states(finding: Finding) -> bool:
    """Whether a fault is an error of Step Functions, whose names begin alike; its place is a state."""
    return (finding.exception or "").startswith(_OF_STATES)


def _spared(finding: Finding) -> str:
    """The unusual choices that an event escapes by, if they are all of one place; a longer list would say nothing."""
    contract = reader.contract(finding.kind)
    if len({cause.path for cause in finding.except_for}) != 1:
        return ""
    path = finding.except_for[0].path
    choices = [
        f"{_choice_in_words(contract, cause)} ({_evidence_of(contract, cause)})"
        for cause in finding.except_for
    ]
    return f"{path} is {_listed(choices, 'or')}"


def _term(finding: Finding, cause: Cause) -> str:
    contract = reader.contract(finding.kind)
    if cause.choice == UNLISTED:
        return (
            f"{cause.path} is {_quoted(json_path.at(finding.example, json_path.parse(cause.path)))}"
        )
    words = _choice_in_words(contract, cause)
    shape = contract.by_path[cause.path][cause.choice].shape
    if isinstance(shape, (Absent, Exactly, Object)) or (
        isinstance(shape, Items) and not shape.high
    ):
        return f"{cause.path} is {words}"
    return f"{cause.path} is {words}, as {_quoted(json_path.at(finding.example, json_path.parse(cause.path)))}"


def _choice_in_words(contract: Contract, cause: Cause) -> str:
    if cause.choice == UNLISTED:
        return "of no known sort"
    return _shape_in_words(contract.by_path[cause.path][cause.choice])


def _shape_in_words(choice: Choice) -> str:
    match choice.shape:
        case Absent():
            return "absent"
        case Exactly(value):
            return json_text.one_line(value)
        case Object(empty=True):
            return "an empty object"
        case Object():
            return "there"
        case _:
            return choice.label


def _evidence_of(contract: Contract, cause: Cause) -> str:
    return contract.by_path[cause.path][cause.choice].evidence.value


def _quoted(value: Any, limit: int = _LONGEST) -> str:
    """A value as JSON, its middle left out where it is long."""
    if value is MISSING:
        return "nothing"
    text = json_text.one_line(value)
    return text if len(text) <= limit else f"{text[: limit - 10]}…{text[-9:]}"


def _numbers(alternatives: Sequence[Finding]) -> str:
    """How many events of a cause fail, how many others do not, and on what ground such events are to be expected."""
    failed = len({case for finding in alternatives for case in finding.failed})
    passed = sum({finding.kind: finding.passed for finding in alternatives}.values())
    such = failed + sum(
        finding.alike - len(finding.failed) for finding in alternatives if finding.explained
    )
    if any(
        not finding.explained or not (finding.cause or finding.except_for)
        for finding in alternatives
    ):
        such = failed + passed
        counted = f"{failed} of {such} event{_s(such)} fail{'' if failed > 1 else 's'}"
    else:
        others = passed - (such - failed)
        counted = f"{failed} of {such} such event{_s(such)} fail{'' if such > 1 else 's'}, 0 of {others} others"
    return f"{counted}; {_ground(alternatives)}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


_GROUNDS = {
    "documented": "documented by AWS",
    "registry": "AWS's schema registry admits it",
    "captured": "seen in captured events",
    "inferred": "inferred: no such event is on record",
}


def _ground(alternatives: Sequence[Finding]) -> str:
    """Why such an event is to be reckoned with; of several alternatives, why the surest is."""
    first = alternatives[0]
    if any(cause.choice == UNLISTED for cause in first.cause):
        return "only AWS's printed sample has such a value, no real event does"
    if any(f"{finding.kind}/{SAMPLE}" in finding.failed for finding in alternatives):
        return "AWS's documented sample is one"
    ground = _GROUNDS[first.evidence.value]
    if len({finding.evidence for finding in alternatives}) == 1:
        return ground
    sure = [
        cause
        for finding in alternatives
        if finding.evidence is first.evidence
        for cause in finding.cause
    ]
    choices = ", ".join(dict.fromkeys(cause.choice for cause in sure))
    return f"{ground} ({choices})" if choices else ground


def repeat(verdict: Verdict, finding: Finding) -> str:
    """The command that shows this finding again."""
    words = ["ecr-contracts", "check", *(verdict.named or [verdict.consumer])]
    if finding.check == VACUOUS:
        words += ["--kind", finding.kind]
    elif _takes_several(finding):
        # It takes more than one event to show this.
        words += (
            [word for kind in verdict.kinds for word in ("--kind", kind)]
            if not verdict.inferred
            else []
        )
        words += _searched(verdict)
    elif VALUED in finding.case:
        # No id gives such an event, but the same search meets it again.
        words += ["--kind", finding.kind, *_searched(verdict)]
    else:
        words += ["--case", finding.case]
    if not verdict.named and (finding.via != "lambda" or not verdict.via_inferred):
        words += ["--via", finding.via]
    if finding.check == "late":
        words += ["--timeout", f"{verdict.timeout:g}"]
    words += verdict.options
    return shlex.join(words)


def _searched(verdict: Verdict) -> Iterator[str]:
    """The options of a search that were not the usual ones."""
    if not verdict.strength:
        return
    if verdict.strength != USUAL.strength:
        yield from ("--strength", str(verdict.strength))
    if verdict.examples != USUAL.examples:
        yield from ("--examples", str(verdict.examples))
    if verdict.evidence:
        yield from ("--evidence", verdict.evidence.value)


def guarantee(verdict: Verdict) -> str:
    """What a verdict rests on: which events were tried."""
    parts = [_tried(verdict, kind) for kind in verdict.kinds]
    if verdict.drawn:
        parts.append(f"{verdict.drawn} event{_s(verdict.drawn)} of other values")
    if verdict.probes:
        parts.append(f"{verdict.probes} more call{_s(verdict.probes)} to tell the causes")
    if verdict.compared:
        parts.append(
            f"{verdict.compared} more call{_s(verdict.compared)} to compare what it brings about"
        )
    return "; ".join(parts)


_TOGETHER = {1: "choices", 2: "pairs", 3: "triples", 4: "quadruples"}


def _tried(verdict: Verdict, kind: str) -> str:
    """Which events of a kind were tried, and all of what they hold together."""
    ran = {
        trial.case.id
        for trial in verdict.trials
        if trial.case.kind == kind and trial.via == verdict.via[0]
    }
    cases = edge_cases(kind, verdict.strength, verdict.evidence) if verdict.strength else ()
    if not cases or not {case.id for case in cases} <= ran:
        return f"{len(ran)} {f'of {len(cases)}' if cases else 'chosen'} {kind} event{_s(len(cases or ran))}"
    named = [f"{kind}/{SAMPLE}", f"{kind}/{ORDINARY}"]
    single = len([case for case in edge_cases(kind, 1, verdict.evidence) if case.id not in named])
    more = len(cases) - single - len(ran.intersection(named))
    sample = "AWS's sample, " if named[0] in ran else ""
    tried = f"{sample}the ordinary {kind}, {single} single deviations"
    tried = f"{tried} and {more} more events" if more else " and ".join(tried.rsplit(", ", 1))
    held = combinations(kind, verdict.strength, verdict.evidence)
    facets = len(reader.contract(kind).varying)
    sure = f" that rest on no less than {verdict.evidence} evidence" if verdict.evidence else ""
    return f"{tried}: all {held:,} {_TOGETHER[verdict.strength]} of {facets} facets{sure}"


def held_back(verdict: Verdict) -> str:
    """That no event made a consumer change anything, where answers that we made up may be why; else nothing."""
    effects = [effect for trial in verdict.trials for effect in trial.outcome.effects]
    asked = list(
        dict.fromkeys(effect.name for effect in effects if effect.origin is Origin.MADE_UP)
    )
    if verdict.failed or not asked or any(effect.changes for effect in effects):
        return ""
    named = (
        _listed(asked[:_MOST_NAMED], "and")
        if len(asked) <= _MOST_NAMED
        else f"{', '.join(asked[:_MOST_NAMED])} …"
    )
    return (
        f"no event made it change anything. If it stops at an answer that we made up ({named}), say what is really "
        "answered: --answer CALL=JSON, or answers in pyproject.toml"
    )


def purpose(verdict: Verdict) -> str:
    """Which events a consumer was given, and why those."""
    kinds = _listed(verdict.kinds, "and")
    how = " and ".join(envelope(name).about for name in verdict.via)
    if verdict.shaped:
        alone = verdict.named and verdict.via == ("lambda",)
        how = (
            f"what {verdict.shaped} makes of them"
            if alone
            else f"{how}, shaped by {verdict.shaped}"
        )
    if not verdict.inferred:
        return f"{kinds} events; {how}"
    sure = (
        f", since {verdict.via_why}" if verdict.via_why and verdict.via_why != verdict.why else ""
    )
    if not verdict.why:
        return f"{kinds} events, since its code names none (choose with --kind); {how}{sure}"
    ground = "since" if verdict.why.startswith("it") else "by"
    return f"{kinds} events, {ground} {verdict.why}; {how}{sure}"


# --- terminal -------------------------------------------------------------------------------------


def console(file: TextIO | None = None) -> Console:
    """The terminal as rich sees it, else 80 columns; colours only where they are wanted (`NO_COLOR`).

    Raises BrokenPipeError where nobody reads any more.
    """
    from rich.console import Console

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            # Rich would end the process, as if there were findings.
            raise

    out = file or sys.stdout
    wide = None if out.isatty() else 80
    return Screen(file=out, highlight=False, emoji=False, markup=False, width=wide, soft_wrap=False)


def show(verdict: Verdict, screen: Console, *, verbose: bool = False) -> None:
    """Print a verdict for people."""
    _line(screen, (verdict.consumer, "bold"))
    _wrapped(screen, 0, (purpose(verdict), "dim"))
    together = faults(verdict.findings)
    for number, alternatives in enumerate(together, 1):
        screen.print()
        head = f"{number:<{len(str(len(together)))}}  "
        _show_fault(verdict, alternatives, head, screen, verbose=verbose)
    if verbose:
        _show_usual(verdict, screen)
    screen.print()
    _wrapped(screen, 0, _summary(verdict))
    _wrapped(screen, 0, (f"tried: {guarantee(verdict)}", "dim"))
    if held := held_back(verdict):
        _wrapped(screen, 0, (held, "yellow"))
    for note in verdict.notes:
        _wrapped(screen, 0, (note, "yellow"))
    if len(verdict.trials) < verdict.planned:
        rest = verdict.planned - len(verdict.trials)
        _wrapped(
            screen, 0, (f"left out, since it did not answer such events: {rest} more", "yellow")
        )


def _show_usual(verdict: Verdict, screen: Console) -> None:
    """What the ordinary event of each kind brings about."""
    for trial in verdict.trials:
        if trial.case.id.endswith(f"/{ORDINARY}"):
            screen.print()
            via = "" if trial.via == "lambda" else f"@{trial.via}"
            _line(screen, (f"{trial.case.id}{via} brings about", "bold"))
            for effect in trial.outcome.effects:
                _line(screen, (f"  {effect_line(effect)}", "dim"))
            if not trial.outcome.effects:
                _line(screen, ("  nothing that can be seen", "dim"))


def show_replayed(remembered: Iterable[KnownFailure], verdict: Verdict, screen: Console) -> None:
    """Print what became of cases that failed before."""
    failing = {(trial.case.id, trial.via) for trial in verdict.trials if trial.symptoms}
    for one in remembered:
        fails = (one.case.id, one.via) in failing
        via = "" if one.via == "lambda" else f"@{one.via}"
        _line(
            screen,
            ("fails still  " if fails else "passes now   ", "red" if fails else "green"),
            (one.case.id + via, ""),
        )
    screen.print()


def finding_lines(*alternatives: Finding) -> list[tuple[str, str]]:
    """A finding as lines of one sort each.

    `what` and when, the `place` with the `code` there (`here` is the line itself), what was `said`,
    how often and on what ground, and by what a passing event differs (`note`, `before` and
    `after`). Alternatives of one fault are told together, in the words of the first.
    """
    first = alternatives[0]
    through = f", through the answer of {first.through}" if first.through else ""
    lines = [("what", f"{headline(first)} {circumstances(*alternatives)}{through}")]
    if first.check == REPEATED:
        return [*lines, ("place", _place(first)), *(("said", line) for line in _said(first))]
    if _takes_several(first):
        where = [("place", _place(first)), *_code(first.location)] if first.location else []
        return [*lines, *where, *(("said", line) for line in _said(first)), *_difference(first)]
    if first.location:
        lines.append(("place", _place(first)))
        lines += _code(first.location)
    if first.check == VACUOUS:
        read = "it reads nothing that tells one event from another, and does the same when given {}"
        return [*lines, ("said", first.detail), ("said", read)]
    lines += [("said", line) for line in (*_said(first), _numbers(alternatives))]
    if first.explained and not first.cause and not first.passed and CHECKS[first.check].ends:
        lines.append(
            ("note", "no event gets any further, so what else may be wrong cannot be seen yet")
        )
    return [*lines, *_difference(first)]


def plain(findings: Iterable[Finding]) -> str:
    """Findings as text without colours, for the message of an exception."""
    together = faults(findings)
    blocks = []
    for number, alternatives in enumerate(together, 1):
        (_, head), *rest = finding_lines(*alternatives)
        mark = f"{number}  " if len(together) > 1 else ""
        first = alternatives[0]
        event = f"see ecr-contracts sample {shlex.quote(first.case)}"
        if VALUED in first.case:
            # No name gives such an event again.
            event = f"the event: {json_text.one_line(first.example)}"
        blocks.append(
            "\n".join([f"{mark}{head}", *(f"   {line}" for _, line in rest), f"   {event}"])
        )
    return "\n\n".join(blocks)


def _code(location: Location) -> Iterator[tuple[str, str]]:
    """A line of code with its neighbours."""
    lines = location.around.splitlines() or [location.source]
    first = location.first or location.line
    width = len(str(first + len(lines) - 1))
    for number, line in enumerate(lines, first):
        here = number == location.line
        yield (
            "here" if here else "code",
            f"{'>' if here else ' '} {number:>{width}}  {line}".rstrip(),
        )


def _difference(finding: Finding) -> Iterator[tuple[str, str]]:
    """By what the nearest passing event differs."""
    if finding.nearest is None or finding.example is None or finding.doubt == "flaky":
        return
    found = list(json_path.differences(finding.nearest, finding.example))
    told = [change for change in found if change[0] != ("id",)]
    if not told or any(cause.path == "$.id" for cause in finding.cause):
        told = found
    if not told:
        return
    compared = (
        f"{_named(finding.nearest_case)} passes, {_named(finding.case)} fails; they differ in"
    )
    yield "note", "the two events differ in" if is_relation(finding.check) else compared
    for steps, before, after in told[:_MOST_CHANGES]:
        place = json_path.show(steps)
        room = max(_LEAST, _WIDTH - len(place))
        if before is not MISSING:
            yield "before", f"- {place}: {_quoted(before, room)}"
        if after is not MISSING:
            yield "after", f"+ {place}: {_quoted(after, room)}"
    if (more := len(told) - _MOST_CHANGES) > 0:
        yield "note", f"and {more} more difference{_s(more)}"


def _said(finding: Finding) -> list[str]:
    """What was said in the consumer's own words, cut where it becomes long."""
    lines = [line.strip() for line in finding.detail.splitlines() if line.strip()]
    shown = [
        line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"
        for line in lines[:_MOST_LINES]
    ]
    if finding.exception and finding.check not in ("exits", REPEATED):
        return [": ".join([_short(finding.exception), *shown[:1]]), *shown[1:]]
    if finding.check == "unserialisable":
        return [f"of what it returns, {line}" for line in shown]
    return shown


def _place(finding: Finding) -> str:
    location = finding.location
    return f"{location.file}:{location.line}" if location else ""


UNBROKEN = frozenset({"place", "code", "here", "before", "after"})
_STYLES = {
    "place": "cyan",
    "code": "dim",
    "here": "bold",
    "said": "",
    "note": "dim",
    "before": "red",
    "after": "green",
}


def _show_fault(
    verdict: Verdict,
    alternatives: Sequence[Finding],
    number: str,
    screen: Console,
    *,
    verbose: bool,
) -> None:
    finding = alternatives[0]
    error = finding.severity is Severity.ERROR
    colour = "red" if error else "yellow"
    margin = len(number)
    (_, head), *rest = finding_lines(*alternatives)
    what, when = head[: len(headline(finding))], head[len(headline(finding)) :]
    sort = "" if error else "warning: "
    _wrapped(
        screen,
        margin,
        (sort, colour),
        (what, f"bold {colour}"),
        (when, "bold"),
        head=(number, colour),
    )
    for sort, line in rest:
        if sort in UNBROKEN:
            room = screen.width - margin
            line = line if len(line) <= room else line[: room - 1] + "…"
            _line(screen, (" " * margin, ""), (line, _STYLES[sort]))
        else:
            _wrapped(screen, margin, (line, _STYLES[sort]))
    if verbose:
        _show_all_of(verdict, alternatives, margin, screen)
    _line(screen, (" " * margin, ""), (repeat(verdict, finding), "dim"))


def _show_all_of(
    verdict: Verdict, alternatives: Sequence[Finding], margin: int, screen: Console
) -> None:
    """The event, the traceback, and every case that fails."""
    finding = alternatives[0]
    lines = json_text.indented(finding.example).splitlines()
    called = [*verdict.trials, *verdict.others]
    outcome = next(
        (t.outcome for t in called if t.case.id == finding.case and t.via == finding.via), None
    )
    lines += outcome.traceback.splitlines() if outcome else []
    lines += [effect_line(effect) for effect in _effects(verdict, finding)]
    lines += [f"fails: {case_id}" for one in alternatives for case_id in one.failed]
    for line in lines:
        _line(screen, (" " * margin + line, "dim"))


_ORIGINS = {
    Origin.MADE_UP: "answered by us",
    Origin.EVENT: "answered as the event says",
    Origin.GIVEN: "as told",
}


def effect_line(effect: Effect) -> str:
    """An effect as one line: what was done, what was said, and who answered."""
    content = effect.content if isinstance(effect.content, str) else _quoted(effect.content, _WIDTH)
    said = (
        ""
        if effect.content is None
        else f" {content if len(content) <= _WIDTH else content[: _WIDTH - 1] + '…'}"
    )
    how = "refused" if effect.refused else _ORIGINS.get(effect.origin, "")
    return f"{effect.sort.value}: {effect.name}{said}{f' ({how})' if how else ''}"


def _summary(verdict: Verdict) -> tuple[str, str]:
    ran = f"{len(verdict.trials)} event{_s(len(verdict.trials))} in {verdict.seconds:.1f} s"
    together = faults(verdict.findings)
    errors = sum(alternatives[0].severity is Severity.ERROR for alternatives in together)
    warnings = len(together) - errors
    if not together:
        return f"nothing found in {ran}", "bold green"
    parts = [f"{errors} finding{_s(errors)}" if errors else "no findings"]
    parts += [f"{warnings} warning{_s(warnings)}"] if warnings else []
    return f"{', '.join(parts)} in {ran}", "bold red" if errors else "bold yellow"


def _text(screen: Console, *parts: tuple[str, str]) -> Text:
    from rich.text import Text

    text = Text()
    for words, style in parts:
        text.append(_encodable(words, screen), style=style or None)
    return text


def _line(screen: Console, *parts: tuple[str, str]) -> None:
    """A line that is never broken, since it is there to be copied."""
    screen.print(_text(screen, *parts), soft_wrap=True)


def _wrapped(
    screen: Console, margin: int, *parts: tuple[str, str], head: tuple[str, str] = ("", "")
) -> None:
    """Words, broken at the edge of the screen, behind a margin; the head stands in that, on the first line."""
    lines = _text(screen, *parts).wrap(screen, max(screen.width - margin, 20))
    for line in lines:
        line.rstrip()
        screen.print(_text(screen, (head[0].ljust(margin), head[1])) + line, soft_wrap=True)
        head = ("", "")


def _encodable(words: str, screen: Console) -> str:
    """The words without what the terminal's encoding, or any encoding, cannot show."""
    encoding = screen.encoding or "utf-8"
    shown = "".join(
        letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1] for letter in words
    )
    return (
        shown.replace("…", "..." if not encoding.startswith("utf") else "…")
        .encode(encoding, "backslashreplace")
        .decode(encoding)
    )


# --- programs -------------------------------------------------------------------------------------


def as_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict for programs; `report.schema.json` in the package says what each key means."""
    return {
        "format": FORMAT,
        "consumer": verdict.consumer,
        "kinds": list(verdict.kinds),
        "via": list(verdict.via),
        "cases_run": len(verdict.trials),
        "cases_planned": verdict.planned,
        "strength": verdict.strength,
        "events_drawn": verdict.drawn,
        "probes": verdict.probes,
        "guarantee": guarantee(verdict),
        "seconds": round(verdict.seconds, 3),
        "findings": [_finding_as_json(verdict, finding) for finding in verdict.findings],
        "shaped": verdict.shaped or None,
        "notes": list(verdict.notes),
    }


def _finding_as_json(verdict: Verdict, finding: Finding) -> dict[str, Any]:
    location = finding.location
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "kind": finding.kind,
        "via": finding.via,
        "cause": [{"path": cause.path, "choice": cause.choice} for cause in finding.cause],
        "except_for": [
            {"path": cause.path, "choice": cause.choice} for cause in finding.except_for
        ],
        "explained": finding.explained,
        "doubt": finding.doubt or None,
        "exception": finding.exception,
        "message": finding.detail,
        "location": {"file": location.file, "line": location.line} if location else None,
        "evidence": finding.evidence.value,
        "failed": len(finding.failed),
        "alike": finding.alike,
        "passed": finding.passed,
        "failed_cases": list(finding.failed),
        "case": finding.case,
        "example": finding.example,
        "nearest_case": finding.nearest_case or None,
        "nearest": finding.nearest,
        "repeat": repeat(verdict, finding),
        "group": finding.group,
        "through": finding.through or None,
        "effects": [_effect_as_json(effect) for effect in _effects(verdict, finding)],
    }


def _effects(verdict: Verdict, finding: Finding) -> Iterator[Effect]:
    """What the call of a finding's example did to the world."""
    called = (*verdict.trials, *verdict.others)
    found = (
        one.outcome for one in called if one.case.id == finding.case and one.via == finding.via
    )
    outcome = next(found, None)
    yield from outcome.effects if outcome else ()


def _effect_as_json(effect: Effect) -> dict[str, Any]:
    return {
        "sort": effect.sort.value,
        "name": effect.name,
        "content": effect.content,
        "changes": effect.changes,
        "refused": effect.refused,
        "answer": effect.answer,
        "origin": effect.origin.value or None,
    }


# --- violations -----------------------------------------------------------------------------------


def is_about_key(violation: Violation) -> bool:
    """Whether a key is what is wrong, rather than the value that stands there."""
    return violation.keyword == "advice" and violation.expected == _KNOWN_KEY


def violation_line(violation: Violation) -> str:
    """A violation as one line: where, what stands there, what was wanted, what to do."""
    if violation.value is MISSING:
        said = f"{violation.path} is missing; expected {violation.expected}"
    elif is_about_key(violation):
        said = f"{violation.path} is no key of the contract"
    elif violation.keyword == "size":
        said = f"{violation.path} has {violation.value}; expected {violation.expected}"
    else:
        said = f"{violation.path} is {_quoted(violation.value)}; expected {violation.expected}"
    return f"{said} ({violation.hint})" if violation.hint else said


def violation_as_json(violation: Violation) -> dict[str, Any]:
    """A violation for programs; `value` is left out where the key is missing."""
    shown = {
        "path": violation.path,
        "severity": violation.severity.value,
        "keyword": violation.keyword,
        "expected": violation.expected,
        "hint": violation.hint,
    }
    return shown if violation.value is MISSING else shown | {"value": violation.value}


# --- coverage -------------------------------------------------------------------------------------


def show_coverage(coverage: Coverage, screen: Console, *, every: bool = False) -> None:
    """Print which choices some events have."""
    for line, style in coverage_lines(coverage, screen.width, more="" if every else "--all"):
        _line(screen, (line, style))


def coverage_lines(coverage: Coverage, width: int, *, more: str = "") -> list[tuple[str, str]]:
    """Which choices some events have, as lines with their styles; `more` is the option that shows what is left out.

    Without `more` nothing is left out.
    """
    lines: list[tuple[str, str]] = []
    for one in coverage.occurring:
        lines += [("", "")] if lines else []
        lines += _exercised_lines(one, width, more)
    without = [one.kind for one in coverage.kinds if not one.events]
    ignored = _ignored(coverage)
    rest = (
        [f"{', '.join(without)}: no {'valid ' if coverage.invalid else ''}events"]
        if without
        else []
    )
    rest += [f"not counted: {ignored}; ecr-contracts validate says why"] if ignored else []
    lines += [("", "")] if lines and rest else []
    return lines + [(line, "") for words in rest for line in textwrap.wrap(words, width)]


def _exercised_lines(one: Exercised, width: int, more: str) -> list[tuple[str, str]]:
    head = f"{one.kind}: {_share(one.choices)} choices, {_share(one.pairs)} pairs, in {one.events:,} event{_s(one.events)}"
    if not one.never:
        return [(head, "bold")]
    shown = one.never[:_MOST_NEVER] if more else one.never
    left = len(one.never) - len(shown)
    rows = _never_rows(one.kind, shown, width)
    rows += [f"and {left} more ({more})"] if left else []
    return [(head, "bold"), ("never:", ""), *((row, "") for row in rows)]


def _never_rows(kind: str, never: Sequence[tuple[Facet, Choice]], width: int) -> list[str]:
    """A line for each choice that no event had: a case that has it, what it is, how it is known."""
    cases = [f"{kind}/{choice.token}" for _, choice in never]
    widest = max(map(len, cases))
    room = width - widest - 4 - max(len(choice.evidence) for _, choice in never)
    words = [_choice_within(facet, choice, room) for facet, choice in never]
    longest = max(map(len, words))
    told = zip(cases, words, never, strict=True)
    return [
        f"{case:<{widest}}  {said:<{longest}}  {choice.evidence}"
        for case, said, (_, choice) in told
    ]


def _choice_within(facet: Facet, choice: Choice, room: int) -> str:
    """A choice in words: where there is no room, by the end of its path, and by its label for a long value."""
    steps = facet.steps
    places = [
        facet.path,
        *(f"…{json_path.show(steps[depth:])[1:].lstrip('.')}" for depth in range(1, len(steps))),
    ]
    ways = [
        f"{place} is {words}"
        for words in (_shape_in_words(choice), choice.label)
        for place in places
    ]
    return next((way for way in ways if len(way) <= room), ways[-1])


def _share(share: Share) -> str:
    return f"{share.met:,} of {share.all:,}"


def _ignored(coverage: Coverage) -> str:
    """The events that told nothing, by why they did not."""
    invalid, unknown = coverage.invalid, coverage.unknown
    parts = [f"{invalid:,} invalid event{_s(invalid)}"] if invalid else []
    parts += [f"{unknown:,} event{_s(unknown)} of no known kind"] if unknown else []
    return _listed(parts, "and") if parts else ""


def shortfall(share: Share, wanted: float) -> str:
    """That fewer choices were met than were asked for."""
    percent = (
        share.met * 1000 // max(share.all, 1) / 10
    )  # rounded down, lest it look like what was asked for
    return f"{_share(share)} choices are {percent:g} %, less than the {wanted:g} % asked for"


def coverage_as_json(coverage: Coverage) -> dict[str, Any]:
    """Which choices some events have, for programs."""
    return {
        "format": FORMAT,
        "kinds": {one.kind: _exercised_as_json(one) for one in coverage.kinds},
        "unknown": coverage.unknown,
        "invalid": coverage.invalid,
    }


def _exercised_as_json(one: Exercised) -> dict[str, Any]:
    return {
        "events": one.events,
        "choices": {"met": one.choices.met, "all": one.choices.all},
        "pairs": {"met": one.pairs.met, "all": one.pairs.all},
        "never": [
            {
                "path": facet.path,
                "choice": choice.label,
                "case": f"{one.kind}/{choice.token}",
                "evidence": choice.evidence.value,
            }
            for facet, choice in one.never
        ],
    }


# --- kinds ----------------------------------------------------------------------------------------


def show_kinds(contracts: Iterable[tuple[Contract, int]], screen: Console) -> None:
    """Print a line for each kind: its name, what tells it apart, how many choices and cases it has."""
    for contract, cases in contracts:
        marks = ", ".join(str(value) for _, value in contract.discriminator)
        choices = sum(len(facet.choices) for facet in contract.varying)
        _line(screen, (f"{contract.kind:<8}", "bold"), (f"{marks}", ""))
        _line(
            screen,
            (f"{'':<8}{len(contract.varying)} facets, {choices} choices, {cases} cases", "dim"),
        )


def show_kind(contract: Contract, screen: Console) -> None:
    """Print all that is known of a kind: each facet with its choices, their evidence and their names in case ids."""
    _line(screen, (contract.title, "bold"))
    _wrapped(screen, 0, (contract.description, ""))
    for facet in contract.varying:
        screen.print()
        _line(screen, (facet.path, "bold cyan"), (f"  {facet.title}" if facet.title else "", "dim"))
        for choice in facet.choices:
            _show_choice(choice, screen, baseline=choice is facet.baseline)
    if declared := [rule for rule in contract.constraints if not rule.structural]:
        screen.print()
        _line(screen, ("never together", "bold"))
        for rule in declared:
            terms = ", ".join(
                f"{path} {' or '.join(sorted(labels))}" for path, labels in rule.terms
            )
            _wrapped(screen, 2, (f"{terms}: {rule.because} ({rule.evidence})", ""))


def _show_choice(choice: Choice, screen: Console, *, baseline: bool) -> None:
    colour = "yellow" if choice.evidence is Evidence.INFERRED else "green"
    name = f"{choice.token}{' (baseline)' if baseline else ''}"
    parts = [(f"  {choice.label:<14}", ""), (f"{choice.evidence.value:<11}", colour), (name, "dim")]
    if choice.note and sum(len(words) for words, _ in parts) + 2 + len(choice.note) <= screen.width:
        parts.append((f"  {choice.note}", "dim"))
    _line(screen, *parts)
    if choice.note and len(parts) == 3:
        _wrapped(screen, _NOTES, (choice.note, "dim"))


def as_text(value: Mapping[str, Any] | list[Any]) -> str:
    """JSON for people and diffs: indented, keys in their order, letters of every script as they are."""
    # Lone surrogates have no bytes in UTF-8; they are escaped as JSON does.
    return json_text.indented(value).encode("utf-8", "backslashreplace").decode()
