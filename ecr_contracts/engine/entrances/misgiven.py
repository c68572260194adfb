"""That a consumer is given something else than it takes: no finding, but said in one message.

It fails at its first look at every payload of an envelope (`first_look`). The message says what it
looks for, what that looks like, in which envelopes it would get into the event, and which adapter
makes of an event what it takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.core.errors import SetupError
from ecr_contracts.core.text import listed, shortened
from ecr_contracts.discovery.entrances import Foreign, foreign_form
from ecr_contracts.discovery.mentions import envelopes_mentioned
from ecr_contracts.discovery.source.entry_functions import entry_functions, parameters_of
from ecr_contracts.discovery.source.modules import sources
from ecr_contracts.discovery.source.words import Words, words_of
from ecr_contracts.discovery.target import Target, is_javascript
from ecr_contracts.engine.entrances.first_look import FirstLook, Look, look_of
from ecr_contracts.engine.entrances.opened import Give, openings
from ecr_contracts.engine.plan import BARE, Plan
from ecr_contracts.engine.subject import Inference
from ecr_contracts.engine.trial import BaselineCache, Trial
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES

__all__ = ["failing_envelopes", "misgiven"]

_OTHERS = 6  # events of a kind that have to fail in the same way
_MOST_PROPOSED = 4  # envelopes that are proposed
_REQUESTS = {"api-destination", "sns-http"}
"""Envelopes that are requests, which others send too."""
_RARE = {"archive-replay", "v2-replay", "v2-replay-batch"}
"""Envelopes that differ from others in a few keys alone."""
_OF_EVENTS = {"detail", "source", "account", "region", "resources", "id", "time", "version"}
"""Keys of events that are names of attributes."""
_LONGEST_LINE = 80  # characters of a line of the code


def misgiven(
    name: str, plan: Plan, baseline: BaselineCache, give: Give, *, tries_others: bool
) -> tuple[SetupError | None, bool]:
    """The error of a consumer that is given something else in an envelope of the plan, if it is.

    `baseline` knows what it does with ordinary events, `give` calls it without keeping what it
    enters. With `tries_others` it is called with other envelopes too. The second value says whether
    it was called with payloads that are of no event. What rules deliver is what it is given.
    """
    was_called = False
    for envelope in plan.envelopes:
        if envelope in plan.inference.delivered:
            continue
        first = FirstLook(give, plan.carry)
        events = {kind: plan.world.ordinary_case(kind).event for kind in plan.kinds}
        looks: list[Look] = []
        for kind, event in events.items():
            look = first.failure(event, envelope, baseline.baseline(kind, envelope))
            if look is None or (looks and not look.is_same(looks[0])):
                break
            was_called = True
            looks.append(look)
        if len(looks) < len(events) or not looks:
            continue
        if all(first.fails_alike(looks[0], event, envelope) for event in _others(plan)):
            event = next(iter(events.values()))
            others = _fitting(plan, envelope, event, give) if tries_others else []
            return _error(name, looks[0], envelope, others, plan.inference), True
    return None, was_called


def failing_envelopes(trials: Iterable[Trial]) -> list[str]:
    """The envelopes of which every trial fails by looking at something."""
    failing: dict[str, bool] = {}
    for trial in trials:
        fails = look_of(trial.outcome) is not None
        failing[trial.via] = failing.get(trial.via, True) and fails
    return [envelope for envelope, all_fail in failing.items() if all_fail]


def _others(plan: Plan) -> Iterator[Mapping[str, Any]]:
    """Some other events of each kind, from all over the cases."""
    for kind in plan.kinds:
        cases = [case for case in plan.cases if case.kind == kind]
        step = max(1, len(cases) // _OTHERS)
        yield from (case.event for case in cases[::step])


def _fitting(plan: Plan, given: str, event: Mapping[str, Any], give: Give) -> list[str]:
    """The envelopes in which a consumer gets into the event; those that it deals with, if any."""
    layers = {ENVELOPES[given].layers}
    names: list[str] = []
    for name in plan.inference.by_shape or ENVELOPES:
        envelope = ENVELOPES[name]
        if (
            name not in _RARE
            and envelope.layers not in layers
            and (not envelope.one_way or name == "detail")
        ):
            layers.add(envelope.layers)
            names.append(name)
    opened = [one for one in openings(give, event, names, plan.carry) if one.gets_in]
    passing = [one.envelope for one in opened if one.passes]
    return (passing or [one.envelope for one in opened])[:_MOST_PROPOSED]


def _error(
    name: str, look: Look, envelope: str, others: Sequence[str], inference: Inference
) -> SetupError:
    source = inference.source
    words = words_of(source) if source is not None else Words(frozenset())
    if not others:
        others = [one for one, _ in envelopes_mentioned(words) if one != envelope]
    looked_for = look.absent
    form = None if set(others) - _REQUESTS else foreign_form(looked_for, words.all)
    place = f"{look.location.file}:{look.location.line}"
    problem = f"it is given something else: {_looks(look)} ({place}), {_which(look, envelope)}"
    if form is not None:
        problem += f"; it looks like {form.sender}"
    line = shortened(look.location.source.strip(), _LONGEST_LINE)
    fault = f"{look.exception.rpartition('.')[2]}: {look.raw.partition(chr(10))[0]}"
    advice = list(_advice(look, others, form, source))
    if set(inference.by_shape) & _REQUESTS and len(advice) == 1:
        advice = ["nothing was checked: it is made for other requests than these"]
    happened = f"{place}  {line}  {fault}"
    return SetupError(name, problem, happened, "\n  ".join(advice))


def _looks(look: Look) -> str:
    """What a consumer looks for, as far as that is known."""
    if look.is_of_attribute:
        return f"it reads the attribute `{look.missing[0]}`"
    if look.absent:
        return f'it looks for "{look.absent[0]}"'
    return "it takes what it is given for something else"


def _which(look: Look, envelope: str) -> str:
    """What has not what is looked for."""
    if not look.absent:
        return f"and fails so with every event (--via {envelope})"
    if envelope == BARE:
        return "which no bare event has"
    return f"which is not there (--via {envelope}: {ENVELOPES[envelope].about})"


def _advice(
    look: Look, others: Sequence[str], form: Foreign | None, source: Target | None
) -> Iterator[str]:
    ways = [f"--via {one}" for one in others]
    if ways:
        yield f"say how it gets its events: {listed(ways, 'or')}; nothing was checked"
    beginning = "or write" if ways else "nothing was checked: write"
    yield f"{beginning} an adapter and check that: {_adapter(look, form, source)}"


def _adapter(look: Look, form: Foreign | None, source: Target | None) -> str:
    """The adapter that calls a consumer with what it takes, as far as that is known."""
    name = source.attribute if source is not None else "handler"
    payload = form.payload if form is not None and form.payload else "…"
    if look.is_of_attribute:
        attribute = look.missing[0]
        payload = "types.SimpleNamespace(**event)"
        if attribute not in _OF_EVENTS:
            payload = f"types.SimpleNamespace({attribute}=json.dumps(event))"
    if source is not None and is_javascript(source):
        payload = payload.replace("json.dumps", "JSON.stringify")
        return f"export const adapter = (event, context) => {name}({payload}, context)"
    context = ", context" if source is not None and _takes_context(source) else ""
    return f"def adapter(event, context): return {name}({payload}{context})"


def _takes_context(source: Target) -> bool:
    """Whether a function has a second parameter."""
    files = [each.reached for each in sources(source)]
    functions = entry_functions(files, source.attribute)
    return any(len(parameters_of(function)) > 1 for function in functions)
