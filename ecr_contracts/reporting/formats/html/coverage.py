"""The picture of what was tried: facets with their choices, and how often two of these met.

Nothing is told by colour alone: each sort of cell has a sign of its own, and each number stands in
a table with headers.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecr_contracts.core.text import counted, plural
from ecr_contracts.events.conditions import short_path
from ecr_contracts.reporting.formats.html.elements import Html, element, joined
from ecr_contracts.reporting.formats.html.tried import TriedChoice, TriedKind, TriedPairs

__all__ = ["kind_picture", "legend"]

_PASSES, _CAUSE, _FAILS, _NEVER, _PARTLY = "✓", "✗", "!", "–", "◐"  # noqa: RUF001 - signs

_MEANINGS = (
    ("given", _PASSES, "some event with it passes"),
    ("cause", _CAUSE, "is in the cause of a finding"),
    ("partly", _FAILS, "only in events that fail"),
    ("partly", _PARTLY, "not all pairs met"),
    ("never", _NEVER, "was never given"),
)


def kind_picture(tried: TriedKind, anchor: str, *, is_open: bool) -> Html:
    """What was tried of a kind, to be opened; a fault is at `anchor` and its number."""
    share, pairs = tried.choices_met, tried.pairs_met
    events = f"{tried.kind}: {counted(tried.events, 'event')}, {tried.failing:,} of them failing"
    numbers = f"{events}; {share.met:,} of {share.all:,} choices"
    if pairs.all:
        numbers += f", {pairs.met:,} of {pairs.all:,} pairs"
    return element(
        "details",
        element("summary", numbers),
        _choices_table(tried, anchor),
        _pairs_table(tried) if pairs.all else "",
        class_="kind",
        open="" if is_open else None,
    )


def legend() -> Html:
    """What the signs mean."""
    rows = []
    for sort, sign, meaning in _MEANINGS:
        mark = element("span", sign, class_="sign", aria_hidden="true")
        rows.append(element("li", mark, f" {meaning}", class_=sort))
    return element("ul", *rows, class_="chips legend", aria_label="what the signs mean")


def _choices_table(tried: TriedKind, anchor: str) -> Html:
    """A row for each facet: what it can be, and what became of such events."""
    rows = []
    for facet in tried.facets:
        choices = [_choice(choice, anchor) for choice in facet.choices]
        name = element("code", short_path(facet.path), title=facet.path)
        header = element("th", name, scope="row")
        rows.append(element("tr", header, element("td", element("ul", *choices, class_="chips"))))
    caption = element("caption", "What each field was, and in how many events.")
    head = element("tr", element("th", "field", scope="col"), element("th", "choices", scope="col"))
    table = element("table", caption, element("thead", head), element("tbody", *rows))
    return _scrolled(table, f"choices of {tried.kind} events")


def _choice(choice: TriedChoice, anchor: str) -> Html:
    if choice.faults:
        sort, sign = "cause", _CAUSE
    elif choice.given > choice.failing:
        sort, sign = "given", _PASSES
    elif choice.given:
        sort, sign = "partly", _FAILS
    else:
        sort, sign = "never", _NEVER
    count = f"{choice.given:,}"
    note = f"{counted(choice.given, 'event')}, {choice.failing:,} of them failing"
    if not choice.given:
        count, note = "never", "no event that was given had it"
    links = []
    for number in choice.faults:
        links.append(element("a", f"finding {number}", href=f"#{anchor}-{number}"))
    return element(
        "li",
        element("span", sign, class_="sign", aria_hidden="true"),
        f" {choice.words} ",
        element("span", count, class_="count", title=note),
        *[joined([" ", link]) for link in links],
        class_=sort,
    )


def _pairs_table(tried: TriedKind) -> Html:
    """How many choices of each two facets met, of those that can."""
    size = len(tried.facets)
    columns = []
    for number in range(size - 1):
        name = element("span", short_path(tried.facets[number].path), class_="unseen")
        columns.append(element("th", str(number + 1), " ", name, scope="col"))
    rows = []
    for row in range(1, size):
        name = element("code", short_path(tried.facets[row].path))
        cells = [element("th", f"{row + 1} ", name, scope="row")]
        for column in range(size - 1):
            cells.append(_pairs(tried.pairs.get((column, row))) if column < row else _blank())
        rows.append(element("tr", *cells))
    first = f"1 {short_path(tried.facets[0].path)}"
    caption = element(
        "caption",
        f"How many choices of two fields met in an event, of those that can. Field {first} has no "
        "row of its own; the other numbers are those of the rows.",
    )
    corner = element("th", "field", scope="col")
    head = element("thead", element("tr", corner, *columns))
    table = element("table", caption, head, element("tbody", *rows), class_="pairs")
    return _scrolled(table, f"pairs of choices of {tried.kind} events")


def _blank() -> Html:
    return element("td", class_="blank")


def _pairs(pairs: TriedPairs | None) -> Html:
    if pairs is None:
        return element("td", element("span", "none can meet", class_="unseen"), class_="blank")
    share = pairs.share
    count = f"{share.met}" if share.met == share.all else f"{share.met}/{share.all}"
    sort, sign = _sort_of_pairs(pairs)
    note = f"{share.met} of {share.all} {plural(share.all, 'pair')} met"
    if pairs.faults:
        note += f"; in the cause of {_findings(pairs.faults)}"
    return element("td", element("span", sign, aria_hidden="true"), count, class_=sort, title=note)


def _sort_of_pairs(pairs: TriedPairs) -> tuple[str, str]:
    if pairs.faults:
        return "cause", f"{_CAUSE} "
    if pairs.share.met == pairs.share.all:
        return "given", ""
    return ("partly", f"{_PARTLY} ") if pairs.share.met else ("never", "")


def _findings(numbers: Sequence[int]) -> str:
    return f"{plural(len(numbers), 'finding')} {', '.join(map(str, numbers))}"


def _scrolled(table: Html, label: str) -> Html:
    """A table that scrolls by itself on a narrow screen, by keyboard too."""
    return element("div", table, class_="scroll", role="group", aria_label=label, tabindex=0)
