"""JUnit's XML, which every pipeline shows: a suite for each consumer, a case for each kind and way.

Parsers differ in what they take, so only what all of them know is written: one failure for a case,
with all its faults in its text. What never ran is no case that passes: it is skipped, or an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from ecr_contracts.core.foreign_text import lines, one_line
from ecr_contracts.core.text import counted
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.reporting.formats.run import Run, Unjudged
from ecr_contracts.reporting.formats.summary import cut_short
from ecr_contracts.reporting.formats.text import report_of
from ecr_contracts.reporting.formats.told import Level, Told, told_faults

__all__ = ["document"]

_OUTCOMES = (("failure", "failures"), ("error", "errors"), ("skipped", "skipped"))
"""What can come of a case that does not pass, and where it is counted."""

_SEVERAL = "several"
_NO_EVENTS = "no event was given"


def document(run: Run) -> str:
    """The suites of a run, as XML in ASCII."""
    whole = Element("testsuites", name="ecr-contracts")
    for verdict in run.verdicts:
        _add_suite(whole, run, verdict)
    for unjudged in run.unjudged:
        _add_unjudged(whole, unjudged)
    for suite in whole:
        _count(suite)
    _count(whole)
    whole.set("time", f"{sum(verdict.seconds for verdict in run.verdicts):.3f}")
    ElementTree.indent(whole)
    # ASCII, whatever a pipeline takes the encoding for.
    text = ElementTree.tostring(whole, encoding="us-ascii").decode("ascii")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _add_suite(whole: Element, run: Run, verdict: Verdict) -> None:
    """A consumer: a case for each kind and envelope that it was given events of."""
    suite = SubElement(
        whole, "testsuite", name=one_line(verdict.consumer), time=f"{verdict.seconds:.3f}"
    )
    faults = told_faults(run, verdict)
    given = {(trial.case.kind, trial.via) for trial in verdict.trials}
    found = [(finding.kind, finding.via) for finding in verdict.findings]
    for kind, via in dict.fromkeys([*sorted(given), *found]):
        own = [told for told in faults if _is_of(told, kind, via)]
        case = _add_case(suite, verdict.consumer, f"{kind} via {via}")
        file = run.in_repository(run.file_of(verdict.consumer))
        if file:
            case.set("file", one_line(file))
        _fill_case(case, verdict, own)
    if not len(suite):
        case = _add_case(suite, verdict.consumer, "events")
        SubElement(case, "skipped", message=_NO_EVENTS)
    SubElement(suite, "system-out").text = lines(report_of(verdict))


def _add_case(suite: Element, consumer: str, name: str) -> Element:
    return SubElement(suite, "testcase", classname=one_line(consumer), name=one_line(name))


def _is_of(told: Told, kind: str, via: str) -> bool:
    return any((finding.kind, finding.via) == (kind, via) for finding in told.findings)


def _fill_case(case: Element, verdict: Verdict, faults: Sequence[Told]) -> None:
    """What came of the events of a case: its errors as one failure, its advice as output."""
    errors = [told for told in faults if told.level is Level.ERROR]
    others = [told for told in faults if told.level is not Level.ERROR]
    if errors:
        message = f"{errors[0].code} {errors[0].headline}"
        if len(errors) > 1:
            message = f"{counted(len(errors), 'fault')}: {message} …"
        codes = list(dict.fromkeys(told.code for told in errors))
        sort = codes[0] if len(codes) == 1 else _SEVERAL
        failure = SubElement(case, "failure", message=one_line(message), type=sort)
        failure.text = _in_full(errors)
    elif reason := cut_short(verdict):
        SubElement(case, "skipped", message=reason)
    if others:
        SubElement(case, "system-out").text = _in_full(others)


def _in_full(faults: Sequence[Told]) -> str:
    """Faults with all their lines, one below the other."""
    blocks = []
    for told in faults:
        rows = [f"{told.code} {told.headline}", *(line.text for line in told.lines), told.repeat]
        blocks.append("\n  ".join(map(one_line, rows)))
    return "\n\n".join(blocks)


def _add_unjudged(whole: Element, unjudged: Unjudged) -> None:
    """A consumer that could not be judged: a case that is an error, and no failure."""
    suite = SubElement(whole, "testsuite", name=one_line(unjudged.consumer))
    case = _add_case(suite, unjudged.consumer, "can be judged")
    first = unjudged.why.partition("\n")[0]
    error = SubElement(case, "error", message=one_line(first), type="ecr-contracts")
    error.text = lines(unjudged.why)


def _count(element: Element) -> None:
    """Say how many cases there are within an element, and what came of them."""
    element.set("tests", str(len(list(element.iter("testcase")))))
    for outcome, name in _OUTCOMES:
        element.set(name, str(len(list(element.iter(outcome)))))
