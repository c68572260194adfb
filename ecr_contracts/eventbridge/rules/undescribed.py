"""Events of ECR and its scanner that a pattern may let through and that no contract describes.

Some share their `detail-type` with a kind that only keys tell (the scanner's events are about
instances and functions too): they lack such a key (`told-by-keys` in the schema of the kind), have
other keys in common with it (`shared-keys`), and may hold whatever it never has. Some have the
`detail-type` of a kind whose detail nobody knows, or of which a single action is known. Others have
a `detail-type` that no kind has, and that is no slip of the pen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.eventbridge.rules.corrections.repair import repair
from ecr_contracts.eventbridge.rules.matching.conditions import Exact, as_json
from ecr_contracts.eventbridge.rules.narrowing.demands import NamedPattern
from ecr_contracts.eventbridge.rules.narrowing.guessed import is_guessed
from ecr_contracts.eventbridge.rules.narrowing.narrow import narrow
from ecr_contracts.eventbridge.rules.pattern import Branch, Leaf, Pattern
from ecr_contracts.eventbridge.rules.senders import may_be_of_others
from ecr_contracts.events.compile import reader
from ecr_contracts.events.compile.discriminators import discriminator
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.model import Contract

__all__ = ["Undescribed", "undescribed"]

_SOURCE, _TITLE, _DETAIL, _RESOURCES = "source", "detail-type", "detail", "resources"
_ACTION = "$.detail.action-type"
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, order=True)
class Undescribed:
    """Some events without a contract: what they are, in words, and who sends them."""

    title: str
    source: str


def undescribed(patterns: Iterable[Pattern]) -> tuple[Undescribed, ...]:
    """The events without a contract that any of some patterns may let through."""
    found: dict[Undescribed, None] = {}
    for pattern in patterns:
        for branch in pattern.branches:
            found |= dict.fromkeys(_of_branch(branch))
    return tuple(found)


@lru_cache(maxsize=512)
def _of_branch(branch: Branch) -> tuple[Undescribed, ...]:
    return (
        *_of_known_titles(branch),
        *_of_unknown_details(branch),
        *_of_other_actions(branch),
        *_of_unknown_titles(branch),
    )


# --- of the detail-type of a kind that keys tell --------------------------------------------------


def _of_known_titles(branch: Branch) -> Iterator[Undescribed]:
    for kind in _told_by_keys():
        contract = reader.contract(kind)
        if _may_lack_its_keys(contract, branch):
            told = contract.told_by_keys[0][0]
            key = json_path.parse(told)[-1]
            title, source = _title(contract), _source(contract)
            yield Undescribed(f"{title} events without {key}", source)


@cache
def _told_by_keys() -> tuple[str, ...]:
    return tuple(kind for kind in kind_names() if discriminator(kind).keys)


def _may_lack_its_keys(contract: Contract, branch: Branch) -> bool:
    """Whether a branch may let events through that are like those of a kind, but lack its keys.

    What events of the kind never have is others' only where the branch names the `detail-type`,
    and nothing was misspelt.
    """
    told = {path.removeprefix("$.") for path, _ in contract.discriminator}
    is_foreign = False
    for leaf in branch:
        if leaf.name in told:
            if not _is_met(contract.kind, leaf):
                return False
        elif not leaf.admits_absence:
            is_met = _is_met(contract.kind, leaf)
            if _is_own(contract, leaf, is_met=is_met):
                return False
            is_foreign |= not is_met
    if not is_foreign:
        return True
    is_named = any(leaf.name == _TITLE for leaf in branch)
    return is_named and repair(contract.kind, _as_data(branch)) is None


def _is_own(contract: Contract, leaf: Leaf, *, is_met: bool) -> bool:
    """Whether only events of a kind may meet a leaf that asks for something."""
    head, *inner = leaf.steps
    if head == _RESOURCES:
        return is_met
    if head != _DETAIL or not inner:
        return not is_met  # other fields are alike in all events
    for group in contract.told_by_keys:
        for path in group:
            told = tuple(step for step in json_path.parse(path) if isinstance(step, str))
            if leaf.steps[: len(told)] == told:
                return True
    return is_met and inner[0] not in contract.shared_keys


# --- of a detail-type of which little is known ----------------------------------------------------


def _of_unknown_details(branch: Branch) -> Iterator[Undescribed]:
    """The events of a kind whose detail nobody knows, where a branch asks for anything in it."""
    for kind in kind_names():
        contract = reader.contract(kind)
        if not contract.known_keys.get("$.detail") and _is_named(contract, branch):
            outside = [leaf for leaf in branch if leaf.steps[0] != _DETAIL]
            if len(outside) < len(branch) and all(_is_met(kind, leaf) for leaf in outside):
                title = f"{_title(contract)} events, whose detail is not known"
                yield Undescribed(title, _source(contract))


def _of_other_actions(branch: Branch) -> Iterator[Undescribed]:
    """The events with an action of other kinds, under a title of which a single one is known."""
    for leaf in branch:
        if leaf.path != _ACTION:
            continue
        for kind in kind_names():
            contract = reader.contract(kind)
            if not _is_named(contract, branch) or len(_actions_under(_title(contract))) != 1:
                continue
            rest = [other for other in branch if other is not leaf]
            for action in sorted(_actions_of_others(branch)):
                if leaf.admits(action) and all(_is_met(kind, other) for other in rest):
                    title = f"{_title(contract)} events with the action {action}"
                    yield Undescribed(title, _source(contract))


def _is_named(contract: Contract, branch: Branch) -> bool:
    """Whether a branch asks for the `detail-type` of a kind, and for no other source."""
    leaves = {leaf.name: leaf for leaf in branch}
    source = leaves.get(_SOURCE)
    is_of_source = source is None or source.admits(_source(contract))
    return _TITLE in leaves and leaves[_TITLE].admits(_title(contract)) and is_of_source


@cache
def _actions_under(title: str) -> frozenset[str]:
    """The actions by which kinds of a `detail-type` are told."""
    actions: set[str] = set()
    for kind in kind_names():
        contract = reader.contract(kind)
        if _title(contract) == title:
            actions |= {str(value) for path, value in contract.discriminator if path == _ACTION}
    return frozenset(actions)


def _actions_of_others(branch: Branch) -> frozenset[str]:
    """The actions that are known of titles other than those that a branch admits."""
    own: set[str] = set()
    others: set[str] = set()
    for title in _titles():
        is_admitted = all(leaf.admits(title) for leaf in branch if leaf.name == _TITLE)
        (own if is_admitted else others).update(_actions_under(title))
    return frozenset(others - own)


@lru_cache(maxsize=1024)
def _is_met(kind: str, leaf: Leaf) -> bool:
    """Whether any event of a kind meets a leaf, with a value that is known of it."""
    whole = reader.contract(kind)
    narrowed = narrow(whole, [NamedPattern(Pattern(((leaf,),)))]).contract
    return narrowed is not None and not is_guessed(whole, narrowed)


# --- of a detail-type that no kind has ------------------------------------------------------------


def _of_unknown_titles(branch: Branch) -> Iterator[Undescribed]:
    leaves = {leaf.name: leaf for leaf in branch}
    if _TITLE not in leaves or _SOURCE not in leaves or may_be_of_others(branch):
        return
    sources = [source for source in sorted(_sources()) if leaves[_SOURCE].admits(source)]
    for condition in leaves[_TITLE].conditions:
        match condition:
            case Exact(value=str(title)) if sources and title not in _titles():
                alone = Leaf(_TITLE, (condition,), (_TITLE,))
                others = tuple(leaf for leaf in branch if leaf.name != _TITLE)
                if not _is_slip(title, (alone, *others)):
                    yield Undescribed(f"{title} events", sources[0])


def _is_slip(title: str, branch: Branch) -> bool:
    """Whether the title of a kind was meant by another one.

    A title with a word more is another one, unless the word is the name of a kind.
    """
    words = set(_WORD.findall(title.lower()))
    data = _as_data(branch)
    for kind in kind_names():
        own = set(_WORD.findall(_title(reader.contract(kind)).lower()))
        if own < words and kind not in words:
            continue
        if repair(kind, data) is not None:
            return True
    return False


# --- what is known of kinds -----------------------------------------------------------------------


def _title(contract: Contract) -> str:
    return str(dict(contract.discriminator).get(f"$.{_TITLE}", contract.kind))


def _source(contract: Contract) -> str:
    return str(dict(contract.discriminator).get(f"$.{_SOURCE}", ""))


@cache
def _titles() -> frozenset[str]:
    return frozenset(_title(reader.contract(kind)) for kind in kind_names())


@cache
def _sources() -> frozenset[str]:
    return frozenset(_source(reader.contract(kind)) for kind in kind_names())


def _as_data(branch: Branch) -> Mapping[str, Any]:
    """A branch as a pattern of its own, as data."""
    data: dict[str, Any] = {}
    for leaf in branch:
        json_path.put(data, leaf.steps, [json.loads(as_json(one)) for one in leaf.conditions])
    return data
