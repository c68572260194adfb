"""Metamorphic relations: two events that are related must have effects that are related.

No single call can be judged without knowing what it should have done; two calls can (Chen and
others, "Metamorphic testing", 1998). A relation says what must hold between the effects of a source
event and those of a follow-up event that is made from it: an unknown field more changes nothing,
one finding more takes no alarm away. A check that is violated says that the two do not agree.

Only what a consumer does to the world is compared, so that one without effects is never spoken of.
Nothing is compared with a call that failed: other checks tell of that. To add a relation, write a
generator of its violations, a row of `_RELATIONS`, and a row of the table of checks.
"""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.findings import MISSING, Cause, Evidence, Severity
from ecr_contracts.engine.causes.model import weakest_evidence
from ecr_contracts.engine.relations.effects_view import EffectsView
from ecr_contracts.engine.relations.violation import RelationResult, RelationViolation
from ecr_contracts.engine.trial import BaselineCache, distinct, payload_of
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.events.kinds import usual_kinds
from ecr_contracts.events.model import Contract, Facet
from ecr_contracts.events.siblings import siblings, told_within, turned_into
from ecr_contracts.events.validation import kind_of

Event = dict[str, Any]

_COUNTS: json_path.Steps = ("detail", "finding-severity-counts")
_SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")
_GRAVE = _SEVERITIES[:4]
_DIGEST: json_path.Steps = ("detail", "image-digest")
_REPOSITORY: json_path.Steps = ("detail", "repository-name")
_FAILING = (
    ("$.detail.result", "FAILURE"),
    ("$.detail.result", "FAILED"),
    ("$.detail.scan-status", "FAILED"),
    ("$.detail.sync-status", "FAILURE"),
    ("$.detail.errorCode", "RepositoryNotFoundException"),
    ("$.detail.errorCode", "RepositoryAlreadyExistsException"),
)
"""Where an event says that it ended badly, and in which words: pushes and copies have different."""
_PLAIN_TYPES = {
    "manifest-media-type": "application/vnd.docker.distribution.manifest.v2+json",
    "artifact-media-type": "application/vnd.docker.container.image.v1+json",
}
_MARK = "ecr-contracts-unknown"
_NOTHING = re.compile(
    r"(?P<of>\b(?:critical|high|medium|low|informational|undefined)\b\W{1,4})?"
    r"\b(?:no|zero|0) (?:known |new |security )?"
    r"(?:vulnerabilit(?:y|ies)|issues?|findings?|problems?|cves?)\b"
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
_PAIRS = 50  # violations of one relation that are looked at
_MANY = 9  # findings that are added
_LONG = 20  # characters of a part that is cut on purpose, to save room
_LEAST = 2  # characters of a value that can be told apart from its parts
_SHOWN, _SHOWN_PART = 60, 57  # characters of a text that is shown whole, else of its beginning

_Violations = Iterator[RelationViolation]


def check_relations(
    call: BaselineCache,
    kind: str,
    via: str,
    off: Sequence[str] = (),
    evidence: Evidence = Evidence.INFERRED,
    *,
    kinds: Sequence[str] = (),
) -> RelationResult:
    """A finding for each relation that does not hold for a kind, and for each cause of it.

    Those that are `off` are not tried, nor events that rest on less than the `evidence`. `kinds`
    are all that the consumer is given.
    """
    probe = _EffectsProbe(call, kind, via, evidence, kinds)
    first = probe(probe.baseline)
    second = probe(probe.baseline)
    if not (first.ok and second.ok) or first.calls != second.calls:
        return RelationResult((), probe.calls)
    is_repeatable = first.texts == second.texts
    violations: list[RelationViolation] = []
    for check, relation in _RELATIONS.items():
        if check not in off:
            violations += _one_for_each_cause(relation(probe, is_repeatable))
    findings = tuple(violation.finding(via) for violation in violations)
    return RelationResult(findings, probe.calls)


def _one_for_each_cause(violations: _Violations) -> Iterator[RelationViolation]:
    """Of violations that have one cause the gravest; those without a cause count as having one.

    The gravest rests on events that are well known.
    """
    gravest_first = sorted(violations, key=lambda violation: violation.is_advice)
    by_cause: dict[tuple[Cause, ...], RelationViolation] = {}
    for violation in reversed(gravest_first[:_PAIRS]):
        by_cause[violation.cause] = violation
    yield from by_cause.values()


class _EffectsProbe:
    """Calls a consumer with events, each with an id of its own, and views the effects."""

    def __init__(
        self, call: BaselineCache, kind: str, via: str, evidence: Evidence, kinds: Sequence[str]
    ) -> None:
        self.contract = call.world.contract(kind)
        self.kind, self.via, self.kinds = kind, via, kinds
        self.baseline = call.world.ordinary_case(kind).event
        self.calls = 0
        self._call = call
        self._evidence = evidence

    def __call__(self, event: Event) -> EffectsView:
        return self.batch([event])

    def batch(self, events: Sequence[Event]) -> EffectsView:
        """The effects of events in one envelope.

        No call is made if one rests on too little, or is one that no rule lets through.
        """
        if not all(map(self._may_be_given, events)):
            return EffectsView(False, Counter(), (), was_called=False)
        fresh = [self._with_own_id(event, number) for number, event in enumerate(events)]
        payload = payload_of(self._call, fresh, self.via)
        self.calls += 1
        outcome = self._call(payload)
        view = EffectsView.from_outcome(outcome, fresh[0])
        return replace(view, ok=view.ok and not any(caught.ends for caught in outcome.caught))

    def _may_be_given(self, event: Event) -> bool:
        if not self._call.world.admits(event):
            return False
        return _case(event, self.contract).evidence >= self._evidence

    def _with_own_id(self, event: Event, number: int) -> Event:
        """The event with an id that no other call has: consumers may skip what they have seen."""
        case = Case(f"relation/{self.calls}", self.kind, {}, Evidence.INFERRED, json.dumps(event))
        return distinct(case, number + 1).event

    def violation(
        self,
        check: str,
        source: Event,
        follow_up: Event,
        detail: str,
        *,
        severity: Severity | None = None,
        cause: Cause | None = None,
        rests_on_both: bool = False,
    ) -> RelationViolation:
        """Two events whose effects do not agree: the follow-up shows it, the source does not.

        Where neither of them is wrong alone, it `rests_on_both`.
        """
        example = cases.of_event(self.contract, follow_up)
        compared = _case(source, self.contract)
        evidence = example.evidence
        if cause is not None:
            evidence = weakest_evidence(self.contract, [(cause.path, cause.choice)])
        if rests_on_both:
            evidence = min(evidence, compared.evidence)
        return RelationViolation(
            check,
            example,
            detail,
            compared=compared,
            severity=severity,
            cause=() if cause is None else (cause,),
            evidence=evidence,
        )


def _case(event: Event, contract: Contract) -> Case:
    """The case of an event, which may be of a sibling of the contract's kind."""
    kind = kind_of(event)
    if isinstance(kind, str) and kind in siblings(contract.kind):
        contract = reader.contract(kind)
    return cases.of_event(contract, event)


def _with(event: Event, steps: json_path.Steps, value: Any) -> Event:
    changed = copy.deepcopy(event)
    json_path.put(changed, steps, value)
    return changed


# --- more information, and in another order -------------------------------------------------------


def _unknown_fields(probe: _EffectsProbe, is_repeatable: bool) -> _Violations:
    """A field that nobody knows changes nothing."""
    usual = probe(probe.baseline)
    for steps in (("detail", _MARK), (_MARK,)):
        event = _with(probe.baseline, steps, _MARK)
        view = probe(event)
        differs = not view.ok or view.calls != usual.calls
        if is_repeatable and not view.mentions(_MARK):
            differs = differs or view.texts != usual.texts
        if differs and view.was_called:
            yield probe.violation("unknown-fields", probe.baseline, event, _difference(usual, view))


def _key_order(probe: _EffectsProbe, is_repeatable: bool) -> _Violations:
    """Keys in another order change nothing but the order of what is said."""
    usual = probe(probe.baseline)
    event = _reversed(probe.baseline)
    view = probe(event)
    differs = not view.ok or view.calls != usual.calls
    if is_repeatable:
        differs = differs or view.words != usual.words
    if differs and view.was_called:
        yield probe.violation("key-order", probe.baseline, event, _difference(usual, view))


def _reversed(value: Any) -> Any:
    match value:
        case dict():
            return {key: _reversed(value[key]) for key in reversed(value)}
        case list():
            return [_reversed(inner) for inner in value]
        case _:
            return value


def _media_types(probe: _EffectsProbe, is_repeatable: bool) -> _Violations:
    """The plain media types are what an event without any means."""
    keys = [key for key in _PLAIN_TYPES if f"$.detail.{key}" in probe.contract.by_path]
    if not keys:
        return
    bare, typed = probe.baseline, probe.baseline
    for key in keys:
        bare = _with(bare, ("detail", key), MISSING)
        typed = _with(typed, ("detail", key), _PLAIN_TYPES[key])
    without, view = probe(bare), probe(typed)
    if not without.ok:
        return
    differs = not view.ok or view.calls != without.calls
    if is_repeatable and not any(view.mentions(_PLAIN_TYPES[key]) for key in keys):
        differs = differs or view.texts != without.texts
    if differs and view.was_called:
        yield probe.violation("media-types", bare, typed, _difference(without, view))


# --- counts ---------------------------------------------------------------------------------------


def _has_counts(probe: _EffectsProbe) -> bool:
    return isinstance(json_path.at(probe.baseline, _COUNTS), dict)


def _counted(probe: _EffectsProbe, counts: Mapping[str, int]) -> Event:
    """The baseline event with these counts and no others."""
    return _with(probe.baseline, _COUNTS, dict(counts))


def _absent_is_zero(probe: _EffectsProbe, _: bool) -> _Violations:
    """A severity that is absent and one that is 0 say the same."""
    if not _has_counts(probe):
        return
    pairs: list[tuple[dict[str, int], dict[str, int]]] = [({}, dict.fromkeys(_SEVERITIES, 0))]
    for severity in _SEVERITIES:
        others = {other: 1 for other in _SEVERITIES if other != severity}
        pairs.append((others, others | {severity: 0}))
        pairs.append(({}, {severity: 0}))
    for without, with_zero in pairs:
        source, follow_up = _counted(probe, without), _counted(probe, with_zero)
        absent, zero = probe(source), probe(follow_up)
        differs = absent.ok and zero.ok and absent.calls != zero.calls
        if differs and not _stores_a_zero(absent, zero):
            difference = _difference(absent, zero)
            yield probe.violation(
                "absent-is-zero", source, follow_up, difference, rests_on_both=True
            )


def _stores_a_zero(absent: EffectsView, zero: EffectsView) -> bool:
    """Whether a call with a 0 only keeps it in a store of numbers, which is as good as none."""
    is_more = absent.calls <= zero.calls and set(zero.calls - absent.calls) <= _LEDGERS
    return is_more and any(text == "0" for _, text in zero.texts)


def _monotone(probe: _EffectsProbe, is_repeatable: bool) -> _Violations:
    """A finding more takes no alarm away, and one grave finding is not nothing."""
    if not _has_counts(probe):
        return
    clean = _counted(probe, {})
    nothing = probe(clean)
    if not nothing.ok:
        return
    alone: dict[str, EffectsView] = {}
    for severity in _SEVERITIES:
        event = _counted(probe, {severity: 1})
        view = alone[severity] = probe(event)
        is_same = view.ok and view.texts == nothing.texts and view.calls == nothing.calls
        if is_repeatable and is_same and severity in _GRAVE and (clear := _all_clear(view.text)):
            detail = f"with one {severity} finding it still says {clear}"
            yield probe.violation("monotone", clean, event, detail)
    for severity, other in permutations(_SEVERITIES, 2):
        source = _counted(probe, {severity: 1})
        follow_up = _counted(probe, {severity: 1, other: _MANY})
        few, more = alone[severity], probe(follow_up)
        if not (few.ok and more.ok):
            continue
        if lost := few.calls - more.calls - nothing.calls:
            calls = ", ".join(sorted(lost))
            detail = (
                f"with one {severity} finding it calls {calls}, "
                f"with {_MANY} {other} findings more it does not"
            )
            yield probe.violation("monotone", source, follow_up, detail)
        elif (clear := _all_clear(more.text)) and not _all_clear(few.text):
            detail = f"with {_MANY} {other} findings more it says {clear}"
            yield probe.violation("monotone", source, follow_up, detail)


def _all_clear(text: str) -> str | None:
    """The words that say there is nothing, if any do.

    Those that say it of one severity, or of what is above a limit, do not.
    """
    for match in _NOTHING.finditer(text):
        if not match["of"]:
            return json_text.one_line(match.group())
    return None


# --- what happened --------------------------------------------------------------------------------


def _action_blind(probe: _EffectsProbe, _: bool) -> _Violations:
    """Another action, and an action that failed, are told from the baseline's."""
    usual = probe(probe.baseline)
    for kind in _later_siblings(probe.kind):
        if kind not in probe.kinds or not usual.calls:
            continue
        other = turned_into(probe.baseline, kind)
        view = probe(other)
        if view.ok and usual.calls == view.calls and _is_alike(usual, view):
            action, own = (json.dumps(told_within(one)[0][1]) for one in (kind, probe.kind))
            detail = f"{', '.join(sorted(usual.calls))}: with {action} as with {own}"
            yield probe.violation("action-blind", other, probe.baseline, detail)
    for path, value in _FAILING:
        facet = probe.contract.by_path.get(path)
        if facet is not None:
            yield from _failure_blind(probe, usual, facet, value)


def _later_siblings(kind: str) -> Iterator[str]:
    """The siblings of a kind with which it makes a pair that no sibling before it has made.

    The usual kinds come first. Siblings with the same action are no pair: to tell an archive from a
    restore is nobody's duty.
    """
    action = told_within(kind)[:1]
    order = sorted((kind, *siblings(kind)), key=lambda name: (name not in usual_kinds(), name))
    for other in order[order.index(kind) + 1 :]:
        if told_within(other)[:1] != action:
            yield other


def _failure_blind(
    probe: _EffectsProbe, usual: EffectsView, facet: Facet, failure: str
) -> _Violations:
    """An action that failed is told from one that ended well."""
    event = _plainest_with(probe, facet, failure)
    choice = facet.recognise(event) if event else None
    if event is None or choice is None:
        return
    failed = probe(event)
    # Who looks at it does something else with the same event that ended well.
    success = json_path.at(probe.baseline, facet.steps)
    source = _with(event, facet.steps, success)
    succeeded = probe(source)
    if succeeded.ok:
        is_same = failed.calls == succeeded.calls and _is_alike(failed, succeeded)
    else:
        source = probe.baseline
        is_same = failed.calls == usual.calls
    is_told = failed.mentions("fail") or failed.mentions("error")
    if failed.ok and failed.calls and is_same and not is_told:
        usual_word = "absent" if success is MISSING else json.dumps(success)
        detail = f"{', '.join(sorted(failed.calls))}: as when it is {usual_word}"
        cause = Cause(facet.path, choice.label)
        yield probe.violation("action-blind", source, event, detail, cause=cause)


def _is_alike(view: EffectsView, other: EffectsView) -> bool:
    """Whether two views say the same, but for words with digits, which may vary each time."""
    return _lasting_words(view) == _lasting_words(other)


def _lasting_words(view: EffectsView) -> Counter[str]:
    lasting: Counter[str] = Counter()
    for word, count in view.words.items():
        if not any(map(str.isdigit, word)):
            lasting[word] = count
    return lasting


def _plainest_with(probe: _EffectsProbe, facet: Facet, value: str) -> Event | None:
    """The plainest event that has a value in a facet."""
    for case in cases.cases_of(probe.contract):
        if json_path.at(case.event, facet.steps) == value:
            return case.event
    return None


# --- parts ----------------------------------------------------------------------------------------

_PASSED_ON = (
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


def _truncated(probe: _EffectsProbe, is_repeatable: bool) -> _Violations:
    """Where the baseline's value is passed on whole, another value is too."""
    usual = probe(probe.baseline)
    # What is another each time cannot be compared, but the rest of what is said can.
    again = usual.texts if is_repeatable else probe(probe.baseline).texts
    lasting = [place_and_text for place_and_text in usual.texts if place_and_text in again]
    for steps in _PASSED_ON:
        value = json_path.at(probe.baseline, steps)
        if not isinstance(value, str) or len(value) < _LEAST:
            continue
        for other in _OTHERS[steps[-1]]:
            event = _with_other_value(probe.baseline, steps, value, other)
            view = probe(event)
            if view.ok:
                for part, is_alone in _parts(lasting, view, value, other):
                    yield _truncation(probe, steps, event, part, is_alone)


def _with_other_value(event: Event, steps: json_path.Steps, value: str, other: str) -> Event:
    """The event with another value, which the ARN among its resources says too."""
    changed = _with(event, steps, other)
    resources = changed.get("resources", [])
    if resources and steps[-1] == "repository-name":
        arn = resources[0].replace(f"/{value}", f"/{other}")
        changed = _with(changed, ("resources", 0), arn)
    return changed


def _parts(
    lasting: Sequence[tuple[str, str]], view: EffectsView, value: str, other: str
) -> Iterator[tuple[str, bool]]:
    """The parts of another value that are passed on in effects that do not have it whole."""
    texts = dict(view.texts)
    whole = {_effect(spot) for spot, text in view.texts if other in text}
    for spot, text in lasting:
        if _effect(spot) in whole:
            continue
        part = _part(text, value, texts.get(spot, ""), other)
        if part is not None:
            yield part


def _effect(spot: str) -> str:
    """The effect that a spot is in."""
    return spot.partition(":")[0]


def _part(text: str, value: str, other_text: str, other: str) -> tuple[str, bool] | None:
    """The part of another value that stands where the baseline's is whole, or its first letter.

    With it, whether it stands alone. None where no part does.
    """
    for whole in (value, value[0]):
        for number in _occurrences(text, whole):
            before, behind = text[:number], text[number + len(whole) :]
            part = other_text[len(before) : len(other_text) - len(behind)]
            is_part = bool(part) and part != other and part in other
            if not is_part or other_text != before + part + behind:
                continue
            if whole != value and (part != other[0] or value[0] == other[0] or text == value):
                continue
            if not (other.startswith(part) and len(part) >= _LONG):
                is_start = not before or _ADDRESS.search(before) is not None
                return part, is_start and (not behind or behind[0] in ":@")
    return None


def _occurrences(text: str, part: str) -> Iterator[int]:
    """Where a part begins in a text, each time."""
    number = text.find(part)
    while number >= 0:
        yield number
        number = text.find(part, number + 1)


def _truncation(
    probe: _EffectsProbe, steps: json_path.Steps, event: Event, part: str, is_alone: bool
) -> RelationViolation:
    """A value of which a part is passed on: an error where that stands alone, or is one letter."""
    path = json_path.show(steps)
    whole = json_path.at(event, steps)
    is_sure = is_alone or len(part) == 1
    facet = probe.contract.by_path[path]
    choice = facet.recognise(event)
    deviates = choice is not None and choice is not facet.baseline
    return probe.violation(
        "truncated",
        probe.baseline,
        event,
        f"of {path} {json.dumps(whole)} it passes on {json.dumps(part)}",
        severity=Severity.ERROR if is_sure else Severity.WARNING,
        cause=Cause(path, choice.label) if choice is not None and deviates else None,
    )


# --- batches --------------------------------------------------------------------------------------


def _first_only(probe: _EffectsProbe, is_repeatable: bool) -> _Violations:
    """Of several events in one envelope, each is dealt with."""
    if not envelope(probe.via).batches:
        return
    events = []
    for number, name in enumerate(("first-repo", "second-repo", "third-repo")):
        event = _with(probe.baseline, _REPOSITORY, name)
        if isinstance(json_path.at(probe.baseline, _DIGEST), str):
            # Images of one digest may be taken for one.
            event = _with(event, _DIGEST, f"sha256:{str(number) * 64}")
        events.append(event)
    together = probe.batch(events)
    alone = [probe(event) for event in events]
    if together.ok and all(view.ok and view.calls for view in alone):
        # Who counts what came together says something else than of the first alone.
        is_first = together.mentions("first-repo")
        if is_repeatable:
            is_first = together.texts == alone[0].texts
        has_others = together.mentions("second-repo") or together.mentions("third-repo")
        if together.calls == alone[0].calls and is_first and not has_others:
            calls = ", ".join(sorted(together.calls))
            detail = f"a batch of 3 events brings about what its first alone does: {calls}"
            yield probe.violation("first-only", events[0], events[1], detail)
            return
    hidden = _hidden(probe)
    if hidden is not None:
        yield hidden


def _hidden(probe: _EffectsProbe) -> RelationViolation | None:
    """An event that comes to nothing because one before it in the batch is left alone."""
    usual = probe(probe.baseline)
    left_alone = [_with(probe.baseline, _REPOSITORY, "first-repo")]
    for path, value in _FAILING:
        facet = probe.contract.by_path.get(path)
        failed = _plainest_with(probe, facet, value) if facet else None
        if failed is not None:
            left_alone.append(failed)
    for event in left_alone:
        alone = probe(event)
        if not usual.calls or not alone.ok or alone.calls:
            continue
        together = probe.batch([event, probe.baseline])
        if together.ok and not together.calls:
            calls = ", ".join(sorted(usual.calls))
            detail = f"behind such an event, an ordinary one no longer gets {calls}"
            return probe.violation("first-only", probe.baseline, event, detail)
    return None


_RELATIONS: Mapping[str, Callable[[_EffectsProbe, bool], _Violations]] = {
    "unknown-fields": _unknown_fields,
    "key-order": _key_order,
    "media-types": _media_types,
    "absent-is-zero": _absent_is_zero,
    "monotone": _monotone,
    "action-blind": _action_blind,
    "truncated": _truncated,
    "first-only": _first_only,
}
"""The relation of each check, given the probe and whether the consumer is repeatable."""


def _difference(view: EffectsView, other: EffectsView) -> str:
    """How the second of two views differs from the first."""
    if not other.ok:
        return "it fails"
    changes = []
    if lost := view.calls - other.calls:
        changes.append(f"it no longer calls {', '.join(sorted(lost))}")
    if new := other.calls - view.calls:
        changes.append(f"it calls {', '.join(sorted(new))}")
    if changes:
        return " and ".join(changes)
    before = dict(view.texts)
    for spot, text in other.texts:
        if before.get(spot) != text:
            return f"it says {_quoted(text)} instead of {_quoted(before.get(spot, ''))}"
    return "it says less"


def _quoted(text: str) -> str:
    if len(text) > _SHOWN:
        text = f"{text[:_SHOWN_PART]}…"
    return json_text.one_line(text)
