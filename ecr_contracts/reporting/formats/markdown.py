"""A comment on a pull request, in the Markdown of GitHub and GitLab.

What is foreign, and all words of a report are taken for that, is written with character references
in place of what Markdown, or a forge, may act on: markup, mentions, links. It is as long as GitHub
takes it: details are left out from the end on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.core.text import counted, encodable, shortened
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.reporting.accepted import accepted_in_full, gone_lines
from ecr_contracts.reporting.formats.run import Run, Unjudged
from ecr_contracts.reporting.formats.summary import cut_short, is_whole, run_line
from ecr_contracts.reporting.formats.told import Level, Told, told_faults
from ecr_contracts.reporting.totals import verdict_line
from ecr_contracts.reporting.verdicts import reach, selection, tried

__all__ = ["MARK", "document"]

MARK = "<!-- ecr-contracts -->"
"""The first line, by which whoever comments finds the comment that is to be replaced."""

_MOST_CHARACTERS = 65_000  # GitHub takes 65,536
_MOST_ROWS = 40  # faults of a consumer in its table
_LONGEST_CELL = 300
_LONGEST_NAME = 200
_LONGEST_LINE = 1000
_MARKS = {Level.ERROR: "❌", Level.WARNING: "⚠️", Level.NOTE: "ℹ️"}  # noqa: RUF001 - a sign
_FINE = "✅"
_ACTED_ON = re.compile(r"@|#\d|://|www\.|\bGH-\d|\b[0-9a-f]{7,}\b", re.IGNORECASE)
"""What a forge makes a mention or a link of, wherever it stands but in code."""

_MARKUP = re.compile(r"""[!-~](?<![\w,.;/=%?()'"+!:-])|_|:(?=\S)""")
"""What may be markup within a line, and is written as a character reference."""


def document(run: Run) -> str:
    """The verdict, a table of the faults of each consumer, and each fault as a part to open."""
    head = f"{MARK}\n## {_sign(run)} ecr-contracts: {_words(run_line(run))}\n"
    blocks = list(_blocks(run))
    left_out = 0
    room = _MOST_CHARACTERS - _length(head)
    kept = []
    for block in blocks:
        if left_out or _length(block) + 1 > room:
            left_out += 1
            continue
        room -= _length(block) + 1
        kept.append(block)
    if left_out:
        parts = counted(left_out, "more part")
        kept.append(f"{parts} did not fit into a comment: the whole report has them.\n")
    return encodable("\n".join([head, *kept]))


def _length(text: str) -> int:
    """The characters of a text as GitHub counts them."""
    return len(encodable(text).encode("utf-16-le")) // 2


def _sign(run: Run) -> str:
    if run.has_failed:
        return _MARKS[Level.ERROR]
    has_findings = any(verdict.findings for verdict in run.verdicts)
    return _MARKS[Level.WARNING] if has_findings or not is_whole(run) else _FINE


def _blocks(run: Run) -> Iterator[str]:
    """The parts of a comment, the most important first: tables, then details."""
    details: list[str] = []
    for unjudged in run.unjudged:
        yield _of_unjudged(unjudged)
    for verdict in run.verdicts:
        faults = told_faults(run, verdict)
        yield _overview(run, verdict, faults, is_alone=not run.unjudged and len(run.verdicts) == 1)
        for told in faults:
            details.append(_detail(verdict, told, has_others=len(run.verdicts) > 1))
    yield from details
    for verdict in run.verdicts:
        yield _ground(verdict)


def _of_unjudged(unjudged: Unjudged) -> str:
    name = _code(shortened(unjudged.consumer, _LONGEST_NAME))
    return f"### ❌ {name} could not be judged\n\n{_block(unjudged.why.splitlines())}"


def _overview(run: Run, verdict: Verdict, faults: list[Told], *, is_alone: bool) -> str:
    """The verdict on a consumer, which the title says where it `is_alone`, and its faults."""
    sign = _MARKS[faults[0].level] if faults else _FINE
    if cut_short(verdict) and not faults:
        sign = _MARKS[Level.WARNING]
    rows = []
    if not is_alone:
        name = _code(shortened(verdict.consumer, _LONGEST_NAME))
        rows += [f"### {sign} {name}", ""]
        rows += [_words(shortened(verdict_line(verdict), _LONGEST_LINE))]
    if cut_short(verdict):
        rows += ["", _words(f"Not whole: {cut_short(verdict)}.")]
    if faults:
        rows += ["", "| | check | what goes wrong | where |", "| --- | --- | --- | --- |"]
    for told in faults[:_MOST_ROWS]:
        places = []
        for place in told.places[:1]:
            file = run.in_repository(place.file) or place.file
            places.append(_code(shortened(f"{file}:{place.line}", _LONGEST_NAME)))
        words = _words(shortened(told.headline, _LONGEST_CELL))
        rows.append(
            f"| {_MARKS[told.level]} {told.level} | {told.code} | {words} | {''.join(places)} |"
        )
    if len(faults) > _MOST_ROWS:
        rows += ["", f"and {len(faults) - _MOST_ROWS} more"]
    for line in gone_lines(verdict.gone):
        rows += ["", _words(line)]
    return "\n".join(rows) + "\n"


def _detail(verdict: Verdict, told: Told, *, has_others: bool) -> str:
    """A fault with all its lines, folded."""
    title = f"{told.code} {_words(shortened(told.headline, _LONGEST_CELL))}"
    if has_others:
        title += f" ({_code(shortened(verdict.consumer, _LONGEST_NAME))})"
    return _folded(title, [*(line.text for line in told.lines), told.repeat])


def _ground(verdict: Verdict) -> str:
    """What a verdict rests on, folded."""
    rows = [f"given: {selection(verdict)}", f"tried: {tried(verdict)}"]
    if words := reach(verdict):
        rows.append(f"reach: {words}")
    rows += [*accepted_in_full(verdict), *verdict.notes]
    name = _code(shortened(verdict.consumer, _LONGEST_NAME))
    return _folded(f"what was tried on {name}", rows)


def _folded(title: str, rows: list[str]) -> str:
    return f"<details><summary>{title}</summary>\n\n{_block(rows)}\n</details>\n"


# --- escapes --------------------------------------------------------------------------------------


def _block(rows: list[str]) -> str:
    """Lines as a block of code, behind a fence that none of them can end."""
    shown = [shortened(one_line(row), _LONGEST_LINE) for row in rows]
    longest = max((len(run) for row in shown for run in re.findall("`+", row)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}text", *shown, f"{fence}\n"])


def _words(text: str) -> str:
    """A text as words, or as code where a forge would make something of it."""
    shown = one_line(text)
    return _code(shown) if _ACTED_ON.search(shown) else _referenced(shown)


def _code(text: str) -> str:
    """A text as code, also within a table or the title of a folded part."""
    return f"<code>{_referenced(one_line(text))}</code>"


def _referenced(text: str) -> str:
    """A text with character references for all that can be markup within a line."""
    return _MARKUP.sub(lambda mark: f"&#{ord(mark.group())};", text)
