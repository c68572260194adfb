"""Two sets of schemas compared: each change with its rule, in words, and an event that shows it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.core.json_path import Steps
from ecr_contracts.core.text import counted, some_of
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.differences.base_events import base_events
from ecr_contracts.events.differences.rules import RULES, Rule, rule_of
from ecr_contracts.events.differences.schema_places import Node
from ecr_contracts.events.differences.schema_sets import SchemaSet
from ecr_contracts.events.differences.search import Search, Witness, differing_places
from ecr_contracts.events.differences.versions import Fault, Version
from ecr_contracts.events.model import Contract, Facet
from ecr_contracts.events.shapes import Absent

SECONDS = 120
"""How long a comparison may take."""

_TOLD = ("$.source", "$.detail-type")  # what rules ask for
_OF_PRESENCE = {"may-be-absent", "field-required"}
_OF_VALUES = {"value-added", "value-removed", "field-described", "field-undescribed"}
_MOST_VALUES = 4  # that are named in a sentence
_LONGEST = 60  # characters of a value in a sentence
_CUT = "the schemas describe more places than are followed: some were not compared"


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which a kind is another than it was.

    `path` is the place within events, `what` says it in words. The `witness` is an event that one
    version admits alone: the new one if `is_gained`, the old one if not, None where both do (a
    note). It is `MISSING` where there is no event to show.
    """

    kind: str
    rule: Rule
    path: str
    what: str
    witness: Any = MISSING
    is_gained: bool | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes, by kind; the kinds that were not compared to the end, for want of time."""

    changes: tuple[Change, ...]
    kinds: int
    unfinished: tuple[str, ...] = ()


def compare(old: SchemaSet, new: SchemaSet, seconds: float = SECONDS) -> Comparison:
    """How a set of schemas differs from an older one.

    Two single files are one kind, whatever they are called. Raises SchemaSetError for a schema that
    cannot be applied.
    """
    until = time.monotonic() + seconds
    pairs, added, removed, changes = _paired(old, new)
    unfinished = []
    for before, after in pairs:
        found, is_complete = _compared(before, after, until)
        changes += found
        if not is_complete:
            unfinished.append(after.kind)
    for version in removed:
        changes.append(_removed(version, new))
    for version in added:
        changes.append(_added(version, old))
    order = sorted(changes, key=lambda change: change.kind)
    return Comparison(tuple(order), len(pairs) + len(added) + len(removed), tuple(unfinished))


def _paired(
    old: SchemaSet, new: SchemaSet
) -> tuple[list[tuple[Version, Version]], list[Version], list[Version], list[Change]]:
    """The kinds of both, the new ones, those that are gone, and those that have another name."""
    before = {kind: Version(kind, old, path) for kind, path in old.kinds.items()}
    after = {kind: Version(kind, new, path) for kind, path in new.kinds.items()}
    if len(before) == len(after) == 1:
        return [(next(iter(before.values())), next(iter(after.values())))], [], [], []
    pairs = [(before[kind], after[kind]) for kind in before if kind in after]
    added = [version for kind, version in after.items() if kind not in before]
    removed = [version for kind, version in before.items() if kind not in after]
    renamed = []
    for gone in list(removed):
        for version in list(added):
            if _is_same(gone, version):
                what = f"the kind {gone.kind} is called {version.kind} now"
                renamed.append(Change(version.kind, RULES["kind-renamed"], "$", what))
                removed.remove(gone)
                added.remove(version)
                break
    return pairs, added, removed, renamed


def _is_same(old: Version, new: Version) -> bool:
    return not differing_places(old, new) and old.places.is_whole and new.places.is_whole


# --- kinds that are new or gone -------------------------------------------------------------------


def _added(version: Version, others: SchemaSet) -> Change:
    siblings = _of_same_family(version, others)
    rule = RULES["sibling-added" if siblings else "kind-added"]
    what = "a new kind"
    if siblings:
        what += f", with the source and the detail-type of {some_of(siblings, _MOST_VALUES)}"
    return Change(version.kind, rule, "$", what, _event_alone(version, others), is_gained=True)


def _removed(version: Version, others: SchemaSet) -> Change:
    event = _event_alone(version, others)
    return Change(version.kind, RULES["kind-removed"], "$", "the kind is gone", event, False)


def _event_alone(version: Version, others: SchemaSet) -> Any:
    """An event of a kind that is of no kind of other schemas; `MISSING` where each is."""
    judges = [Version(kind, others, path) for kind, path in others.kinds.items()]
    for base in base_events(version, version):
        if not any(judge.is_proved_to_accept(base.event) for judge in judges):
            return base.event
    return MISSING


def _of_same_family(version: Version, others: SchemaSet) -> list[str]:
    """The kinds whose events a rule for the source and the detail-type delivers as well."""
    told = _constants(version)
    siblings = []
    for kind, path in others.kinds.items():
        if None not in told and _constants(Version(kind, others, path)) == told:
            siblings.append(kind)
    return siblings


def _constants(version: Version) -> tuple[str | None, ...]:
    """The source and the detail-type of a kind, as far as its schema says them."""
    constants: list[str | None] = []
    for path in _TOLD:
        values = [
            node["const"]
            for node in version.places.nodes(json_path.parse(path))
            if isinstance(node.get("const"), str)
        ]
        constants.append(values[0] if values else None)
    return tuple(constants)


# --- a kind of both -------------------------------------------------------------------------------


def _compared(old: Version, new: Version, until: float) -> tuple[list[Change], bool]:
    """The changes of one kind, and whether the search for them came to its end."""
    if old.schema == new.schema and old.schemas.documents == new.schemas.documents:
        return [], True
    notes = []
    if not (old.places.is_whole and new.places.is_whole):
        notes.append(Change(new.kind, RULES["undecided"], "$", _CUT))
    differing = differing_places(old, new)
    if not differing and old.draft == new.draft:
        return [*_choices(old, new, notes), *notes], True
    if time.monotonic() > until:
        return [], False
    search = Search(old, new, until)
    search.run()
    changes = list(_changes(old, new, search.witnesses))
    shown = search.shown_places()
    hidden = [steps for steps in differing if not _is_shown(steps, shown)]
    if hidden:
        changes.append(_undecided(new.kind, hidden))
    changes += _choices(old, new, changes)
    return [*changes, *notes], search.is_complete


def _is_shown(steps: Steps, shown: set[Steps]) -> bool:
    """Whether a witness was found at a place, or at one that it lies within."""
    return any(steps[: len(place)] == place for place in shown)


def _undecided(kind: str, places: Sequence[Steps]) -> Change:
    paths = [json_path.show(steps) for steps in places]
    what = (
        f"{counted(len(paths), 'place')} of the schema differ, and no event was found that tells "
        f"them apart: {some_of(paths, _MOST_VALUES)}"
    )
    if len(paths) == 1:
        what = "the schemas differ here, and no event was found that tells them apart"
    return Change(kind, RULES["undecided"], paths[0], what)


_Reason = tuple[bool, Steps, str]  # whether gained, where, by which keyword


def _changes(old: Version, new: Version, witnesses: Sequence[Witness]) -> Iterator[Change]:
    """The changes that some witnesses show: those refused for the same reason are one change."""
    groups: dict[_Reason, list[Witness]] = {}
    # What is refused for one reason alone shows this one best.
    for witness in sorted(witnesses, key=lambda witness: len(witness.faults)):
        accepting, refusing = (new, old) if witness.is_gained else (old, new)
        reasons = {_reason(fault, accepting, refusing, witness) for fault in witness.faults}
        is_told = any(reason in groups for reason in reasons)
        for reason in sorted(reasons, key=str):
            if len(reasons) == 1 or not is_told or reason in groups:
                groups.setdefault(reason, []).append(witness)
    for (is_gained, steps, keyword), alike in sorted(groups.items(), key=_position):
        rule = _rule(keyword, is_gained=is_gained)
        what = _words(rule, steps, keyword, old, new, alike)
        yield Change(new.kind, rule, json_path.show(steps), what, alike[0].event, is_gained)


def _position(group: tuple[_Reason, list[Witness]]) -> tuple[Any, ...]:
    is_gained, steps, keyword = group[0]
    return (not is_gained, [str(step) for step in steps], keyword)


def _reason(fault: Fault, accepting: Version, refusing: Version, witness: Witness) -> _Reason:
    """Where and by which keyword a witness is refused: at the outermost place not described."""
    for depth in range(1, len(fault.steps) + 1):
        outer = fault.steps[:depth]
        if accepting.places.nodes(outer) or not refusing.places.nodes(outer):
            continue
        if outer != fault.steps or fault.keyword != "required":
            return witness.is_gained, outer, ""
    return witness.is_gained, fault.steps, fault.keyword


def _rule(keyword: str, *, is_gained: bool) -> Rule:
    if not keyword:
        return RULES["field-undescribed" if is_gained else "field-described"]
    return rule_of(keyword, is_gained=is_gained)


# --- in words -------------------------------------------------------------------------------------


def _words(
    rule: Rule,
    steps: Steps,
    keyword: str,
    old: Version,
    new: Version,
    witnesses: Sequence[Witness],
) -> str:
    """What has changed at a place."""
    before, after = old.places.nodes(steps), new.places.nodes(steps)
    match rule.id:
        case "may-be-absent":
            return "may be absent; it was always there"
        case "field-required":
            return "is always there; it could be absent"
        case "field-undescribed":
            return "is not described any more: it may be anything"
        case "field-described":
            return f"is new: {_described(after)}"
        case "value-added" | "value-removed":
            return _values_in_words(rule, steps, keyword, before, after, witnesses)
        case "object-opened":
            return "admits keys that it did not admit"
        case "object-closed":
            return "admits only the keys that are described"
        case "alternative-added" | "alternative-removed":
            return f"admits {'more' if rule.id.endswith('added') else 'less'}: `{keyword}` differs"
        case _:
            was, is_now = _limits(before, keyword), _limits(after, keyword)
            if was == is_now and old.draft != new.draft:
                return f"{keyword} {was} is read otherwise in the other draft of JSON Schema"
            if was == is_now:
                return f"admits {'more' if rule.id.endswith('widened') else 'less'}: `{keyword}`"
            return f"{keyword}: {was} -> {is_now}"


def _values_in_words(
    rule: Rule,
    steps: Steps,
    keyword: str,
    before: Sequence[Node],
    after: Sequence[Node],
    witnesses: Sequence[Witness],
) -> str:
    is_added = rule.id == "value-added"
    admitting = after if is_added else before
    if not any("enum" in node or "const" in node for node in admitting):
        return "any value is admitted" if is_added else f"only {_limits(after, keyword)}"
    values: dict[str, None] = {}
    for witness in witnesses:
        value = json_path.at(witness.event, steps)
        if value is not MISSING:
            values[_shown(value)] = None
    told = some_of(list(values), _MOST_VALUES)
    return f"may be {told} too" if is_added else f"is never {told} any more"


def _described(nodes: Sequence[Node]) -> str:
    """What a new field is."""
    return f"{_limits(nodes, 'type')}" if any("type" in node for node in nodes) else "described now"


def _limits(nodes: Sequence[Node], keyword: str) -> str:
    """What some schemas say by a keyword."""
    values: dict[str, None] = {}
    for node in nodes:
        if keyword in node:
            values[_shown(node[keyword])] = None
    return " and ".join(values) if values else "none"


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


# --- choices --------------------------------------------------------------------------------------


def _choices(old: Version, new: Version, changes: Iterable[Change]) -> Iterator[Change]:
    """The choices that are new or gone, unless some change at their place tells it already."""
    for version in (old, new):
        if version.annotation_problem:
            yield Change(version.kind, RULES["unread"], "$", version.annotation_problem)
    before, after = old.contract, new.contract
    if before is None or after is None:
        return
    told: dict[str, set[str]] = {}
    for change in changes:
        told.setdefault(change.path, set()).add(change.rule.id)
    for path in dict.fromkeys([*before.by_path, *after.by_path]):
        known, known_now = before.by_path.get(path), after.by_path.get(path)
        rules = told.get(path, set())
        if known_now is not None:
            yield from _choices_alone("choice-added", known_now, known, after, rules)
        if known is not None:
            yield from _choices_alone("choice-removed", known, known_now, before, rules)


def _choices_alone(
    rule: str, facet: Facet, other: Facet | None, contract: Contract, told: set[str]
) -> Iterator[Change]:
    """The choices of a facet that the other version of it lacks; `told` are rules that apply."""
    if told & _OF_VALUES:
        return
    for choice in facet.choices:
        if told & _OF_PRESENCE and isinstance(choice.shape, Absent):
            continue
        same = None
        if other is not None and choice.label in other.labels:
            same = other[choice.label]
        if same is not None and same.shape == choice.shape:
            continue
        values = (
            f" ({', '.join(map(_shown, choice.values[:_MOST_VALUES]))})" if choice.values else ""
        )
        ending = "is a choice now" if rule == "choice-added" else "is no choice any more"
        what = f"{choice.label}{values} {ending}; it is admitted as before"
        event = _event_of_choice(contract, facet.path, choice.label)
        yield Change(contract.kind, RULES[rule], facet.path, what, event)


def _event_of_choice(contract: Contract, path: str, label: str) -> Any:
    labels: Mapping[str, str] = {path: label}
    try:
        return contract.build(full_assignment(contract, labels))
    except ValueError:  # what is around it in the baseline excludes it
        return MISSING
