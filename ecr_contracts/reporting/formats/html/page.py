"""The page: its head, the verdict, a section for each consumer, and what was tried on it.

The style is allowed by its hash and nothing else is: no script, no picture, no font, no address.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from ecr_contracts.core.text import shortened
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.reporting.accepted import accepted_in_full, gone_lines
from ecr_contracts.reporting.formats.html.coverage import kind_picture, legend
from ecr_contracts.reporting.formats.html.elements import Html, element, preformatted
from ecr_contracts.reporting.formats.html.findings import fault_article
from ecr_contracts.reporting.formats.html.tried import tried_kind
from ecr_contracts.reporting.formats.run import Run
from ecr_contracts.reporting.formats.summary import cut_short, is_whole, run_line
from ecr_contracts.reporting.formats.told import Level, Told, told_faults
from ecr_contracts.reporting.totals import verdict_line
from ecr_contracts.reporting.verdicts import made_up, reach, selection, shielded, tried

__all__ = ["document"]

_STYLE = "report.css"
_LONGEST_TITLE = 200
_MOST_OPEN = 1  # kinds whose picture is open from the start


def document(run: Run) -> str:
    """The page of a run, in ASCII."""
    style = Path(__file__).with_name(_STYLE).read_text("ascii")
    line = run_line(run)
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(style)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", shortened(f"ecr-contracts: {line}", _LONGEST_TITLE)),
        Html(f"<style>{style}</style>"),
    )
    body = element(
        "body",
        element("a", "To the findings", href="#findings", class_="skip"),
        element("header", element("h1", line), class_=_sort(run)),
        *_contents(run),
        element("main", *_sections(run), id="findings", tabindex=-1),
        element("footer", element("p", f"Made by ecr-contracts {version('ecr-contracts')}.")),
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode("ascii")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _sort(run: Run) -> str:
    if run.has_failed:
        return Level.ERROR.value
    has_findings = any(verdict.findings for verdict in run.verdicts)
    return Level.WARNING.value if has_findings or not is_whole(run) else "fine"


def _is_alone(run: Run) -> bool:
    """Whether the title says the verdict on the only consumer."""
    return len(run.verdicts) + len(run.unjudged) == 1


def _contents(run: Run) -> Iterator[Html]:
    """The list of consumers, where there are several."""
    if _is_alone(run):
        return
    told = [(verdict.consumer, verdict_line(verdict)) for verdict in run.verdicts]
    told += [(unjudged.consumer, "could not be judged") for unjudged in run.unjudged]
    links = []
    for number, (consumer, line) in enumerate(told, 1):
        link = element("a", consumer, href=f"#consumer-{number}")
        links.append(element("li", link, f" {line}"))
    yield element("nav", element("ul", *links), aria_label="consumers")


def _sections(run: Run) -> Iterator[Html]:
    number = 0
    for verdict in run.verdicts:
        number += 1
        yield _section(run, verdict, f"consumer-{number}")
    for unjudged in run.unjudged:
        number += 1
        anchor = f"consumer-{number}"
        yield element(
            "section",
            element("h2", element("code", unjudged.consumer), " could not be judged", id=anchor),
            preformatted(unjudged.why.split("\n")),
            aria_labelledby=anchor,
        )


def _section(run: Run, verdict: Verdict, anchor: str) -> Html:
    """A consumer: its verdict, its faults, and what was tried on it."""
    faults = told_faults(run, verdict)
    fault_anchor = f"{anchor}-fault"
    articles = [fault_article(run, verdict, told, fault_anchor) for told in faults]
    if not faults:
        words = "Nothing new was found." if verdict.accepted else "Nothing was found."
        articles = [element("p", words)]
    if reason := cut_short(verdict):
        note = f"Not whole: {reason}, so more may be wrong."
        articles.insert(0, element("p", element("strong", note)))
    return element(
        "section",
        element("h2", element("code", verdict.consumer), id=anchor),
        *([] if _is_alone(run) else [element("p", verdict_line(verdict))]),
        element("h3", "Findings"),
        *articles,
        *_accepted(verdict),
        element("h3", "What was tried"),
        _ground(verdict),
        *_pictures(verdict, faults, fault_anchor),
        aria_labelledby=anchor,
    )


def _accepted(verdict: Verdict) -> Iterator[Html]:
    """What the baseline accepts, each with its reason, and what is no longer found of it."""
    rows = [*accepted_in_full(verdict), *gone_lines(verdict.gone)]
    if rows:
        yield element("h3", "Accepted")
        yield element("ul", *[element("li", row) for row in rows])


def _ground(verdict: Verdict) -> Html:
    """What the verdict rests on, in words."""
    rows = [("given", selection(verdict)), ("tried", tried(verdict)), ("reach", reach(verdict))]
    rows.append(("variables", made_up([variable.name for variable in verdict.made_up])))
    rows.append(("rules", shielded(verdict)))
    rows += [("note", note) for note in verdict.notes]
    parts = []
    for name, words in rows:
        if words:
            parts += [element("dt", name), element("dd", words)]
    return element("dl", *parts)


def _pictures(verdict: Verdict, faults: list[Told], anchor: str) -> Iterator[Html]:
    """The picture of each kind, behind what its signs mean."""
    kinds = [tried_kind(verdict, kind, faults) for kind in verdict.kinds]
    kinds = [kind for kind in kinds if kind.events]
    if not kinds:
        return
    yield legend()
    for place, kind in enumerate(kinds):
        yield kind_picture(kind, anchor, is_open=place < _MOST_OPEN)
