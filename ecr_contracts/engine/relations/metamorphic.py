"""What must hold between the effects of two events: more information, another order, one more finding.

No single call is wrong here; two that belong together do not agree. Only what a consumer does to
the world is compared, so that one without effects is never spoken of. Nothing is compared with a
call that failed: other checks tell of that.
"""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.errors import EnvelopeError
from ecr_contracts.core.findings import MISSING, Cause, Evidence, Finding, Severity
from ecr_contracts.engine import trial
from ecr_contracts.engine.causes.model import weakest_evidence
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.engine.relations.effects_view import EffectsView
from ecr_contracts.engine.trial import Knowing
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.events.model import Contract, place

Event = dict[str, Any]

_COUNTS: json_path.Steps = ("detail", "finding-severity-counts")
_SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")
_GRAVE = _SEVERITIES[:4]
_DELETE, _PUSH = "delete", "push"
_ACTION: json_path.Steps = ("detail", "action-type")
_DIGEST: json_path.Steps = ("detail", "image-digest")
_FAILING = {"$.detail.result": "FAILURE", "$.detail.scan-status": "FAILED"}
_PLAIN_TYPES = {
    "manifest-media-type": "application/vnd.docker.distribution.manifest.v2+json",
    "artifact-media-type": "application/vnd.docker.container.image.v1+json",
}
_MARK = "ecr-contracts-unknown"
_NOTHING = re.compile(
    r"(?P<of>\b(?:critical|high|medium|low|informational|undefined)\b\W{1,4})?"
    r"\b(?:no|zero|0) (?:known |new |security )?(?:vulnerabilit(?:y|ies)|issues?|findings?|problems?|cves?)\b"
    r"(?!(?: (?:were|was|have been|has been|are))?(?: (?:found|detected|reported|present))?"
    r" (?:above|over|of|at|with|that|in|meet|meeting|exceed|exceeding|matching|beyond)\b)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\.amazonaws\.[a-z.]+/$")
_LEDGERS = frozenset(
    {
        "cloudwatch.PutMetricData",
        "dynamodb.BatchWriteItem",
        "dynamodb.PutItem",
        "dynamodb.UpdateItem",
        "s3.PutObject",
        "timestream-write.WriteRecords",
    }
)
_MOST = 50  # pairs of one relation that are told of once they are odd
_MANY = 9  # findings that are added
_LONG = 20  # characters of a part that is cut on purpose, to save room
_LEAST = 2  # characters of a value that can be told apart from its parts


@dataclass(frozen=True, slots=True)
class Odd:
    """Two events whose effects do not agree: the one that is compared with, the one that is odd, and how."""

    check: str
    base: Event
    event: Event
    detail: str
    severity: Severity | None = None
    cause: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Related:
    """The findings of a comparison, and how many calls it took."""

    findings: tuple[Finding, ...] = ()
    calls: int = 0


def check_relations(
    call: Knowing,
    kind: str,
    via: str,
    off: Sequence[str] = (),
    evidence: Evidence = Evidence.INFERRED,
    *,
    kinds: Sequence[str] = (),
) -> Related:
    """A finding for each relation that does not hold for the events of a kind, and for each choice that decides it.

    Those that are `off` are not tried, nor events that rest on less than the `evidence`. `kinds`
    are all that the consumer is given.
    """
    ask = _Asking(call, kind, via, evidence, kinds)
    usual = ask(ask.ordinary)
    again = ask(ask.ordinary)
    if not (usual.ok and again.ok) or usual.calls != again.calls:
        return Related((), ask.calls)
    found: list[Odd] = []
    for check, look in _RELATIONS.items():
        if check not in off:
            # Of two that have one cause, the graver is told.
            odds = sorted(
                look(ask, usual.texts == again.texts),
                key=lambda odd: odd.severity is Severity.WARNING,
            )
            # One that has no cause of its own says all that there is to say.
            found += {odd.cause: odd for odd in reversed(odds[:_MOST])}.values()
    return Related(tuple(_finding(ask, odd) for odd in found), ask.calls)


class _Asking:
    """Asks a consumer what it does with an event, each time with an event id of its own."""

    def __init__(
        self, call: Knowing, kind: str, via: str, evidence: Evidence, kinds: Sequence[str]
    ) -> None:
        self.contract = reader.contract(kind)
        self.kind, self.via, self.kinds = kind, via, kinds
        self.ordinary = trial.ordinary(kind).event
        self.calls = 0
        self._call = call
        self._evidence = evidence

    def __call__(self, event: Event) -> EffectsView:
        return self.batch([event])

    def batch(self, events: Sequence[Event]) -> EffectsView:
        """What is done with several events in one envelope; nothing is known of those that rest on too little."""
        if not all(_case(event, self.contract).evidence >= self._evidence for event in events):
            return EffectsView(False, Counter(), (), known=False)
        given = [self._fresh(event, number) for number, event in enumerate(events)]
        payload = trial.payload(self._call, given, self.via)
        self.calls += 1
        done = self._call(payload)
        view = EffectsView.of(done, given[0])
        return replace(view, ok=view.ok and not any(one.ends for one in done.caught))

    def _fresh(self, event: Event, number: int) -> Event:
        """The event with an id that no other call has: consumers leave alone what they have seen."""
        case = Case(f"relation/{self.calls}", self.kind, {}, Evidence.INFERRED, json.dumps(event))
        return trial.distinct(case, number + 1).event


def _case(event: Event, contract: Contract) -> Case:
    """The case of an event, which may be of another kind than that of the contract."""
    is_push = contract.kind == _DELETE and json_path.at(event, _ACTION) == "PUSH"
    return cases.of_event(reader.contract(_PUSH) if is_push else contract, event)


def _with(event: Event, steps: json_path.Steps, value: Any) -> Event:
    changed = copy.deepcopy(event)
    place(changed, steps, value)
    return changed


# --- more information, and in another order -------------------------------------------------------


def _unknown_fields(ask: _Asking, steady: bool) -> Iterator[Odd]:
    usual = ask(ask.ordinary)
    for steps in (("detail", _MARK), (_MARK,)):
        event = _with(ask.ordinary, steps, _MARK)
        view = ask(event)
        hidden = steady and not view.says(_MARK)
        odd = not view.ok or view.calls != usual.calls or (hidden and view.texts != usual.texts)
        if odd and view.known:
            yield Odd("unknown-fields", ask.ordinary, event, _otherwise(usual, view))


def _key_order(ask: _Asking, steady: bool) -> Iterator[Odd]:
    usual = ask(ask.ordinary)
    event = _reversed(ask.ordinary)
    view = ask(event)
    odd = not view.ok or view.calls != usual.calls or (steady and view.words != usual.words)
    if odd and view.known:
        yield Odd("key-order", ask.ordinary, event, _otherwise(usual, view))


def _reversed(value: Any) -> Any:
    match value:
        case dict():
            return {key: _reversed(value[key]) for key in reversed(value)}
        case list():
            return [_reversed(inner) for inner in value]
        case _:
            return value


def _media_types(ask: _Asking, steady: bool) -> Iterator[Odd]:
    known = [key for key in _PLAIN_TYPES if f"$.detail.{key}" in ask.contract.by_path]
    if not known:
        return
    bare, typed = ask.ordinary, ask.ordinary
    for key in known:
        bare, typed = (
            _with(bare, ("detail", key), MISSING),
            _with(typed, ("detail", key), _PLAIN_TYPES[key]),
        )
    without, view = ask(bare), ask(typed)
    if not without.ok:
        return
    shown = any(view.says(_PLAIN_TYPES[key]) for key in known)
    odd = (
        not view.ok
        or view.calls != without.calls
        or (steady and not shown and view.texts != without.texts)
    )
    if odd and view.known:
        yield Odd("media-types", bare, typed, _otherwise(without, view))


# --- counts ---------------------------------------------------------------------------------------


def _counted(ask: _Asking, counts: Mapping[str, int]) -> Event | None:
    """The ordinary event with these counts and no others, if the kind has counts."""
    if not isinstance(json_path.at(ask.ordinary, _COUNTS), dict):
        return None
    return _with(ask.ordinary, _COUNTS, dict(counts))


def _absent_is_zero(ask: _Asking, _: bool) -> Iterator[Odd]:
    zeros = dict.fromkeys(_SEVERITIES, 0)
    pairs: list[tuple[dict[str, int], dict[str, int]]] = [({}, zeros)]
    for severity in _SEVERITIES:
        others = {other: 1 for other in _SEVERITIES if other != severity}
        pairs.append((others, others | {severity: 0}))
        pairs.append(({}, {severity: 0}))
    for without, zero in pairs:
        base, event = _counted(ask, without), _counted(ask, zero)
        if base is None or event is None:
            return
        absent, view = ask(base), ask(event)
        # To keep a count of 0 in a store of numbers is no more than to keep none.
        kept = absent.calls <= view.calls and set(view.calls - absent.calls) <= _LEDGERS
        kept = kept and any(text == "0" for _, text in view.texts)
        if absent.ok and view.ok and absent.calls != view.calls and not kept:
            yield Odd("absent-is-zero", base, event, _otherwise(absent, view))


def _monotone(ask: _Asking, steady: bool) -> Iterator[Odd]:
    clean = _counted(ask, {})
    if clean is None:
        return
    nothing = ask(clean)
    if not nothing.ok:
        return
    alone = {}
    for severity in _SEVERITIES:
        event = _counted(ask, {severity: 1})
        assert event is not None
        view = alone[severity] = ask(event)
        same = steady and view.ok and view.texts == nothing.texts and view.calls == nothing.calls
        if same and severity in _GRAVE and (clear := _all_clear(view.said)):
            detail = f"with one {severity} finding it still says {clear}"
            yield Odd("monotone", clean, event, detail)
    for severity, other in permutations(_SEVERITIES, 2):
        base, event = _counted(ask, {severity: 1}), _counted(ask, {severity: 1, other: _MANY})
        assert base is not None
        assert event is not None
        one, view = alone[severity], ask(event)
        if not (one.ok and view.ok):
            continue
        if lost := one.calls - view.calls - nothing.calls:
            named = ", ".join(sorted(lost))
            detail = f"with one {severity} finding it calls {named}, with {_MANY} {other} findings more it does not"
            yield Odd("monotone", base, event, detail)
        elif (clear := _all_clear(view.said)) and not _all_clear(one.said):
            detail = f"with {_MANY} {other} findings more it says {clear}"
            yield Odd("monotone", base, event, detail)


# --- what happened --------------------------------------------------------------------------------


def _action_blind(ask: _Asking, _: bool) -> Iterator[Odd]:
    usual = ask(ask.ordinary)
    if ask.kind == _DELETE and _PUSH in ask.kinds:
        pushed = _with(ask.ordinary, _ACTION, "PUSH")
        other = ask(pushed)
        if usual.calls and other.ok and _same_deed(usual, other):
            detail = f'{", ".join(sorted(usual.calls))}: as when it is "PUSH"'
            yield Odd("action-blind", pushed, ask.ordinary, detail)
    for path, value in _FAILING.items():
        facet = ask.contract.by_path.get(path)
        if facet is None:
            continue
        event = _failed(ask, path, value)
        choice = facet.recognise(event) if event else None
        if event is None or choice is None:
            continue
        view = ask(event)
        said = view.says("fail") or view.says("error")
        # Who looks at it does something else with the same event that ended well.
        well = json_path.at(ask.ordinary, facet.steps)
        base = _with(event, facet.steps, well)
        other = ask(base)
        if not other.ok:
            base, other = ask.ordinary, usual
        same = view.calls == other.calls and (base is ask.ordinary or _alike(view, other))
        if view.ok and view.calls and same and not said:
            detail = f"{', '.join(sorted(view.calls))}: as when it is {json.dumps(well)}"
            yield Odd("action-blind", base, event, detail, cause=(Cause(path, choice.label),))


def _same_deed(one: EffectsView, other: EffectsView) -> bool:
    return one.calls == other.calls and _alike(one, other)


def _alike(one: EffectsView, other: EffectsView) -> bool:
    """Whether two views say the same, but for what may be another each time: numbers, and what has digits in it."""
    return _settled(one) == _settled(other)


def _settled(view: EffectsView) -> Counter[str]:
    return Counter(
        {word: count for word, count in view.words.items() if not any(map(str.isdigit, word))}
    )


def _failed(ask: _Asking, path: str, value: str) -> Event | None:
    """The plainest event in which an action failed."""
    steps = ask.contract.by_path[path].steps
    for case in cases.edge_cases(ask.kind):
        if json_path.at(case.event, steps) == value:
            return case.event
    return None


# --- parts ----------------------------------------------------------------------------------------

_SHOWN = (
    ("detail", "repository-name"),
    ("detail", "image-tag"),
    ("detail", "image-tags", 0),
    ("detail", "image-digest"),
)
_REPOSITORIES = ("team/service", "team/sub/service", "my.repo_name")
_TAGS = ("v2.10.3", "release-2024.1", "1234", "alpha.1")
_OTHERS = {
    "repository-name": _REPOSITORIES,
    "image-tag": _TAGS,
    0: _TAGS,
    "image-digest": ("sha256:" + "0a1b2c3d" * 8,),
}


def _truncated(ask: _Asking, steady: bool) -> Iterator[Odd]:
    usual = ask(ask.ordinary)
    # What is another each time cannot be compared, but the rest of what is said can.
    again = usual.texts if steady else ask(ask.ordinary).texts
    shown = [one for one in usual.texts if one in again]
    for steps in _SHOWN:
        value = json_path.at(ask.ordinary, steps)
        if not isinstance(value, str) or len(value) < _LEAST:
            continue
        for other in _OTHERS[steps[-1]]:
            event = _with(ask.ordinary, steps, other)
            if len(resources := event.get("resources", [])) and steps[-1] == "repository-name":
                event = _with(
                    event, ("resources", 0), resources[0].replace(f"/{value}", f"/{other}")
                )
            view = ask(event)
            if not view.ok:
                continue
            texts = dict(view.texts)
            whole = {_effect(spot) for spot, text in view.texts if other in text}
            for spot, text in shown:
                if _effect(spot) in whole:
                    continue
                if odd := _part(text, value, texts.get(spot, ""), other):
                    yield _cut(ask, steps, event, odd)


def _effect(spot: str) -> str:
    """The effect that a spot is in."""
    return spot.partition(":")[0]


def _part(text: str, value: str, other_text: str, other: str) -> tuple[str, bool] | None:
    """What is shown of another value where the ordinary one is shown whole, or its first letter; if it stands alone."""
    for whole in (value, value[0]):
        number = text.find(whole)
        while number >= 0:
            before, behind = text[:number], text[number + len(whole) :]
            shown = other_text[len(before) : len(other_text) - len(behind)]
            fits = other_text == before + shown + behind
            if (
                fits
                and shown
                and shown != other
                and shown in other
                and (whole == value or shown == other[0])
            ):
                same_letter = whole != value and (value[0] == other[0] or text == value)
                if not same_letter and not (other.startswith(shown) and len(shown) >= _LONG):
                    alone = not before or _ADDRESS.search(before) is not None
                    return shown, alone and (not behind or behind[0] in ":@")
            number = text.find(whole, number + 1)
    return None


def _cut(ask: _Asking, steps: json_path.Steps, event: Event, part: tuple[str, bool]) -> Odd:
    shown, alone = part
    whole = json_path.at(event, steps)
    detail = f"of {json_path.show(steps)} {json.dumps(whole)} it passes on {json.dumps(shown)}"
    severity = Severity.ERROR if alone and len(shown) > 1 else Severity.WARNING
    severity = Severity.ERROR if len(shown) == 1 else severity
    facet = ask.contract.by_path[json_path.show(steps)]
    choice = facet.recognise(event)
    cause = (Cause(facet.path, choice.label),) if choice and choice is not facet.baseline else ()
    return Odd("truncated", ask.ordinary, event, detail, severity, cause)


# --- batches --------------------------------------------------------------------------------------


def _first_only(ask: _Asking, steady: bool) -> Iterator[Odd]:
    steps = ("detail", "repository-name")
    events = [
        _with(ask.ordinary, steps, name) for name in ("first-repo", "second-repo", "third-repo")
    ]
    if isinstance(json_path.at(ask.ordinary, _DIGEST), str):
        # Images of one digest may be taken for one.
        events = [
            _with(one, _DIGEST, f"sha256:{str(number) * 64}") for number, one in enumerate(events)
        ]
    try:
        together = ask.batch(events)
    except EnvelopeError:
        return
    alone = [ask(event) for event in events]
    if together.ok and all(one.ok and one.calls for one in alone):
        # Who counts what came together says something else than of the first alone.
        first = together.texts == alone[0].texts if steady else together.says("first-repo")
        others = together.says("second-repo") or together.says("third-repo")
        if together.calls == alone[0].calls and first and not others:
            named = ", ".join(sorted(together.calls))
            detail = f"a batch of 3 events brings about what its first alone does: {named}"
            yield Odd("first-only", events[0], events[1], detail)
            return
    if odd := next(_hidden(ask), None):
        yield odd


def _hidden(ask: _Asking) -> Iterator[Odd]:
    """Events that come to nothing because one before them in the batch is left alone."""
    usual = ask(ask.ordinary)
    left = [_with(ask.ordinary, ("detail", "repository-name"), "first-repo")]
    left += [
        event
        for path in _FAILING
        if path in ask.contract.by_path and (event := _failed(ask, path, _FAILING[path]))
    ]
    for event in left:
        alone = ask(event)
        if not usual.calls or not alone.ok or alone.calls:
            continue
        together = ask.batch([event, ask.ordinary])
        if together.ok and not together.calls:
            named = ", ".join(sorted(usual.calls))
            yield Odd(
                "first-only",
                ask.ordinary,
                event,
                f"behind such an event, an ordinary one no longer gets {named}",
            )
            return


_RELATIONS: Mapping[str, Callable[[_Asking, bool], Iterator[Odd]]] = {
    "unknown-fields": _unknown_fields,
    "key-order": _key_order,
    "media-types": _media_types,
    "absent-is-zero": _absent_is_zero,
    "monotone": _monotone,
    "action-blind": _action_blind,
    "truncated": _truncated,
    "first-only": _first_only,
}


# --- findings -------------------------------------------------------------------------------------


def _otherwise(one: EffectsView, other: EffectsView) -> str:
    """How two views differ."""
    if not other.ok:
        return "it fails"
    lost, new = one.calls - other.calls, other.calls - one.calls
    if lost or new:
        parts = [f"it no longer calls {', '.join(sorted(lost))}"] if lost else []
        parts += [f"it calls {', '.join(sorted(new))}"] if new else []
        return " and ".join(parts)
    before = dict(one.texts)
    for spot, text in other.texts:
        if before.get(spot) != text:
            return f"it says {_short(text)} instead of {_short(before.get(spot, ''))}"
    return "it says less"


def _short(text: str) -> str:
    return json_text.one_line(text if len(text) <= 60 else f"{text[:57]}…")


def _all_clear(text: str) -> str | None:
    """The words that say there is nothing, if any do; those that say it of one severity or above a limit do not."""
    said = (found.group() for found in _NOTHING.finditer(text) if not found["of"])
    clear = next(said, None)
    return None if clear is None else json_text.one_line(clear)


def _finding(ask: _Asking, odd: Odd) -> Finding:
    contract = ask.contract
    case = cases.of_event(contract, odd.event)
    term = tuple((cause.path, cause.choice) for cause in odd.cause)
    return build_finding(
        odd.check,
        case,
        ask.via,
        odd.detail,
        severity=odd.severity,
        cause=odd.cause,
        evidence=weakest_evidence(contract, term) if term else None,
        passed=1,
        nearest=_case(odd.base, contract),
    )
