"""A fault on the page: what goes wrong, the code around the line, the events next to each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.findings import MISSING, Finding, Location
from ecr_contracts.core.foreign_text import in_json
from ecr_contracts.core.text import counted, shortened
from ecr_contracts.engine.checks.catalog import is_relation
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.reporting.event_pairs import differences, verbs
from ecr_contracts.reporting.formats.html.elements import Html, element, preformatted
from ecr_contracts.reporting.formats.run import Run
from ecr_contracts.reporting.formats.told import Told
from ecr_contracts.reporting.lines import MEND_MARK, Role
from ecr_contracts.reporting.sentences import case_name
from ecr_contracts.reporting.values import quoted
from ecr_contracts.reporting.verdicts import effect_line, example_outcome

__all__ = ["fault_article"]

_LONGEST_VALUE = 300  # characters of a value in the table of differences
_LONGEST_EVENT = 20_000  # characters
_LONGEST_TRACEBACK = 20_000
_MOST_DIFFERENCES = 20
_MOST_EFFECTS = 50
_MOST_CASES = 100


def fault_article(run: Run, verdict: Verdict, told: Told, anchor: str) -> Html:
    """A fault, with all that is known of it."""
    title = f"{anchor}-{told.number}"
    heading = element(
        "h4",
        f"{told.number}. ",
        element("span", told.level.value, class_=f"badge {told.level}"),
        " ",
        element("span", told.code, class_="code"),
        f" {told.headline}",
        id=title,
    )
    return element(
        "article",
        heading,
        *_code(run, told.places),
        *_lines(told),
        *_difference(told.first),
        *_more(verdict, told),
        element("p", "To see it again: ", element("code", told.repeat), class_="repeat"),
        class_=f"fault {told.level}",
        aria_labelledby=title,
    )


def _code(run: Run, places: Sequence[Location]) -> Iterator[Html]:
    """Each line of code with its neighbours, numbered; the line itself is marked."""
    for place in places:
        file = run.in_repository(place.file) or place.file
        function = f" in {place.function}" if place.function else ""
        label = f"{file}:{place.line}{function}"
        yield element("p", element("code", label), class_="place")
        if not place.source:
            continue
        code = place.around.split("\n") if place.around else [place.source]
        first = place.first or place.line
        width = len(str(first + len(code) - 1))
        rows = []
        for number, source in enumerate(code, first):
            is_line = number == place.line
            row = f"{'>' if is_line else ' '} {number:>{width}}  {source}".rstrip()
            rows.append(element("span", row, class_="line") if is_line else row)
        yield preformatted(rows, role="group", aria_label=f"code around {label}")


def _lines(told: Told) -> Iterator[Html]:
    """What happened and what to do; what stands in the table of differences is left out."""
    for line in told.lines:
        match line.role:
            case Role.PLACE | Role.FAILS | Role.PASSES:
                continue
            case Role.MEND:
                mend = line.text.removeprefix(MEND_MARK)
                yield element("p", element("strong", "What to do: "), mend, class_="mend")
            case _:
                yield element("p", line.text, class_="message")
    if not differences(told.first):
        for line in told.lines:
            if line.role in (Role.FAILS, Role.PASSES):
                yield element("p", line.text, class_="message")


def _difference(finding: Finding) -> Iterator[Html]:
    """The two events that show a fault, where they differ: mostly one fails, and one passes."""
    apart = differences(finding)
    if not apart:
        return
    before_name, after_name = case_name(finding.nearest_case), case_name(finding.case)
    words = "In what the two events differ that were compared."
    if not is_relation(finding.check):
        shows, passes = verbs(finding)
        before_name, after_name = f"{before_name} {passes}", f"{after_name} {shows}"
        words = f"Where the event that {shows} differs from the nearest that {passes}."
    head = element(
        "tr",
        element("th", "field", scope="col"),
        element("th", before_name, scope="col"),
        element("th", after_name, scope="col"),
    )
    rows = []
    for steps, before, after in apart[:_MOST_DIFFERENCES]:
        name = element("th", element("code", json_path.show(steps)), scope="row")
        rows.append(
            element("tr", name, element("td", _value(before)), element("td", _value(after)))
        )
    if len(apart) > _MOST_DIFFERENCES:
        words += f" {len(apart) - _MOST_DIFFERENCES} more fields differ."
    table = element(
        "table", element("caption", words), element("thead", head), element("tbody", *rows)
    )
    label = "difference of two events"
    yield element(
        "div", table, class_="scroll difference", role="group", aria_label=label, tabindex=0
    )


def _value(value: object) -> Html:
    if value is MISSING:
        return element("em", "absent")
    return element("code", quoted(value, _LONGEST_VALUE))


def _more(verdict: Verdict, told: Told) -> Iterator[Html]:
    """The event, the traceback, the effects and the cases that fail, to be opened."""
    finding = told.first
    if finding.example is not None:
        event = shortened(in_json(json_text.indented(finding.example)), _LONGEST_EVENT)
        yield _folded(f"the event of {finding.case}", event.split("\n"))
    if outcome := example_outcome(verdict, finding):
        if outcome.traceback:
            rows = shortened(outcome.traceback, _LONGEST_TRACEBACK).split("\n")
            yield _folded("the traceback", rows)
        effects = [effect_line(effect) for effect in outcome.effects][:_MOST_EFFECTS]
        if effects:
            more = len(outcome.effects) + outcome.effects.more - len(effects)
            effects += [f"and {counted(more, 'more effect')}"] if more else []
            yield _folded("what it brought about", effects)
    failed = list(dict.fromkeys(case for one in told.findings for case in one.failed))
    if len(failed) > 1:
        rows = failed[:_MOST_CASES]
        rows += [f"and {len(failed) - len(rows)} more"] if len(failed) > len(rows) else []
        shows, _ = verbs(finding)
        words = "that fail" if shows == "fails" else "that show it"
        yield _folded(f"{len(failed)} cases {words}", rows)


def _folded(title: str, rows: Sequence[str]) -> Html:
    return element("details", element("summary", title), preformatted(rows))
