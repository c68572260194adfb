"""The plan of a session: which events a subject is given, in which envelopes, and why.

What nobody asked for (`Request`), the subject's surroundings and source say (`Inference`). Nothing
is called here: what these leave open, a session finds out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import (
    ImpossibleCaseError,
    SetupError,
    UnknownNameError,
)
from ecr_contracts.core.findings import MISSING
from ecr_contracts.core.text import counted, listed, shortened, some_of
from ecr_contracts.discovery.iac.cloudformation.input_transformers import Transformer
from ecr_contracts.discovery.kind_order import in_order
from ecr_contracts.engine.checks.catalog import VACUOUS
from ecr_contracts.engine.checks.levels import OFF
from ecr_contracts.engine.effort import Effort, Run
from ecr_contracts.engine.subject import Inference, Subject
from ecr_contracts.engine.trial import (
    Carry,
)
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.eventbridge.rules.transformer import carrying
from ecr_contracts.eventbridge.rules.world import World
from ecr_contracts.events.generate.cases import Case, case, case_of, cases_of, future_cases

__all__ = ["BARE", "USUAL", "Plan", "Request", "case_in", "planned", "reasons_together"]

BARE = "lambda"
"""The envelope of bare events."""

_WITHOUT_SHAPE = "say in which envelope it gets them: --via; nothing was checked"
_WITHOUT_RULES = (
    "mend the rule (`ecr-contracts rules` says how), or judge without it: --unshielded "
    "(unshielded = true)"
)
_OF_OTHER_EVENTS = "its rules deliver other events in each of the envelopes that were named"
_ONE_BY_ONE = "name one at a time: --via; nothing was checked"
_OTHER_EVENTS = (
    "nothing is wrong with the rule for that; judge on other events: --kind, or without the rule: "
    "--unshielded"
)

_READS = "its code reads "
"""How reasons begin that are words of the code."""

_MOST_UNTRIED = 4  # kinds that are named
_MOST_OWN = 3  # values that are named
_LONGEST_VALUE = 60  # characters of one that are shown

USUAL = Effort()
"""What a check takes on itself, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks of a session. Whatever is left empty, the subject says itself.

    `cases` are the only ones to be judged, an id standing for the case that the subject's rules let
    through. `remembered` are cases, with their envelopes, that
    failed before and come first; with `only_remembered` nothing else is given. `effort` is how much
    is done, and what counts. `confined_to` are the only kinds of the plan that are given (none: all
    of them). With `unshielded` its rules keep no event away.
    """

    kinds: tuple[str, ...] = ()
    envelopes: tuple[str, ...] = ()
    cases: tuple[Case | str, ...] = ()
    remembered: tuple[tuple[Case, str], ...] = ()
    effort: Effort = USUAL
    confined_to: tuple[str, ...] = ()
    unshielded: bool = False
    only_remembered: bool = False

    @property
    def is_chosen(self) -> bool:
        """Whether the cases are asked for one by one."""
        return bool(self.cases) or self.only_remembered


@dataclass(frozen=True, slots=True)
class Plan:
    """Which events a subject is given, and how they reach it.

    `cases` are given in each of the `envelopes`, in this order; all are of the `world` that its
    rules let through. The reasons say what decided on kinds and envelopes; they are empty where
    somebody asked for these, or nothing could say it. `future` are cases as AWS may send them one
    day, where these were asked for. `others` are further envelopes that the subject may be fed
    through, with their reasons: the first in which the ordinary event passes is used. With
    `kinds_are_open` its kinds are not known, so calls find out which it accepts. `is_chosen` says
    that the cases were asked for one by one, `is_unshielded` that it has rules, which were to keep
    nothing away. `unruled` are envelopes that its code opens and no rule delivers.
    """

    cases: tuple[Case, ...]
    envelopes: tuple[str, ...]
    effort: Effort
    inference: Inference
    world: World
    transformer: Transformer | None
    kinds_reason: str = ""
    envelope_reason: str = ""
    others: Mapping[str, str] = field(default_factory=dict)
    kinds_are_open: bool = False
    kinds_are_inferred: bool = False
    envelopes_are_inferred: bool = False
    is_chosen: bool = False
    is_unshielded: bool = False
    future: tuple[Case, ...] = ()
    unruled: tuple[str, ...] = ()

    @property
    def shaped_by(self) -> str:
        """What shapes the events before they reach the subject, as reports say it; else nothing."""
        return self.inference.shaped_by or str(self.transformer or "")

    @property
    def carry(self) -> Carry:
        """How a payload is made of some events in an envelope."""
        if self.inference.carry is not None:
            return self.inference.carry
        if self.transformer is not None:
            return carrying(self.transformer.shaping)
        return registry.carry

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its cases, in their order."""
        return tuple(dict.fromkeys(case.kind for case in self.cases))

    @property
    def runs(self) -> list[Run]:
        """Each kind in each envelope."""
        return [(kind, envelope) for envelope in self.envelopes for kind in self.kinds]

    @property
    def is_settled(self) -> bool:
        """Whether nothing has to be found out by calls before the first case is given."""
        return not (self.envelopes_are_open or self.kinds_are_open)

    @property
    def envelopes_are_open(self) -> bool:
        """Whether calls find out in which envelopes it takes its events."""
        return bool(self.others) or self.may_take_bare_events

    @property
    def may_take_bare_events(self) -> bool:
        """Whether the words of its code alone say that it takes something else than bare events."""
        inference = self.inference
        if not self.envelopes_are_inferred or self.transformer or inference.carry:
            return False
        is_told = set(self.envelopes) & {BARE, *inference.delivered, *inference.by_shape}
        return inference.source is not None and not is_told

    @property
    def notes(self) -> Iterator[str]:
        """What its rules let through and is not tried, or not as it will be, and why."""
        if self.is_unshielded:
            yield "judged without its rule, as asked: events that it keeps away were given too"
        untried = [events.title for events in self.world.untried]
        untried += self.world.other_senders
        if untried and not self.is_chosen:
            yield (
                f"not tried, though its rule lets it through: {some_of(untried, _MOST_UNTRIED)} "
                "(there is no contract of it here)"
            )
        unresolved = dict.fromkeys(self.inference.unresolved)
        if unresolved and not self.world.is_whole:
            yield (
                f"any value was tried of {listed(list(unresolved), 'and')}: what its rule wants "
                "there is not known before it is deployed"
            )
        if not self.is_chosen:
            yield from self._own_values()
            yield from self.inference.undelivered
        for envelope, behind in self.inference.by_envelope.items():
            if envelope not in self.envelopes:
                about = registry.envelope(envelope).about
                yield f"not tried: what {behind.why}, delivers ({about}): --via {envelope}"
        for envelope in self.unruled:
            about = registry.envelope(envelope).about
            yield f"its code opens {about} too, which no rule delivers: --via {envelope}"
        sender, key = self.inference.other_sender
        if sender and BARE in self.envelopes and not self.is_chosen:
            yield f'not tried: its code opens {sender} too ("{key}")'
        if self.world.left_out:
            number = counted(self.world.left_out, "alternative")
            yield f"not tried: {number} of its rule, which has too many"
        for kind in self.kinds:
            if kind in self.world.whole:
                yield f"its rule lets no such {kind} event through: it was asked for"

    def _own_values(self) -> Iterator[str]:
        """Which values the ordinary events have since the code of the subject asks for them."""
        told: dict[str, None] = {}
        for kind in self.kinds:
            for path, value, place in self.world.own_values(kind):
                field = path.removeprefix("$.detail.").removeprefix("$.")
                told[f"{field} {_in_words(value)} ({place})"] = None
        if told:
            yield f"judged on its own values: {some_of(list(told), _MOST_OWN)}"


def reasons_together(reasons: Iterable[str]) -> str:
    """The reasons for several envelopes as one; what the code reads is said once."""
    read: dict[str, None] = {}
    told: dict[str, None] = {}
    for reason in filter(None, reasons):
        if reason.startswith(_READS):
            read |= dict.fromkeys(reason.removeprefix(_READS).split(", "))
        else:
            told[reason] = None
    if not read:
        return ", and ".join(told)
    first = f"{_READS}{', '.join(read)}"
    return ", and ".join([first, *(reason.removeprefix("it ") for reason in told)])


def _in_words(value: Any) -> str:
    """A value as it stands in a note; texts stand there as they are."""
    if value is MISSING:
        return "absent"
    text = value if isinstance(value, str) else json_text.one_line(value)
    return shortened(text, _LONGEST_VALUE)


def planned(subject: Subject, request: Request) -> Plan:
    """What a subject is to be given, as far as nothing has to be called for that.

    Raises UnknownNameError, ImpossibleCaseError or StrengthError for what is asked, SetupError if
    its rules let through none of the events that there are here, or others in each envelope that
    is asked for.
    """
    asked = bool(request.kinds) or request.is_chosen
    inference = subject.inference(needs_kinds=not asked)
    inference = inference.likeliest_of(_kinds_asked_for(request))
    request = _in_one_envelope(request, inference)
    likeliest = next(iter(inference.envelopes))
    asked_envelopes = dict.fromkeys(registry.envelope(name).name for name in request.envelopes)
    transformer = inference.transformer
    envelopes = tuple(asked_envelopes) or (likeliest,)
    if not asked_envelopes and transformer is None and likeliest in inference.delivered:
        envelopes = inference.delivered
    fed = inference.fed_by(envelopes)
    is_apart = fed is inference and inference.by_envelope.keys() >= {*envelopes}
    if is_apart and not (asked or request.unshielded):
        raise SetupError(subject.name, _OF_OTHER_EVENTS, "", _ONE_BY_ONE)
    inference = fed
    is_unshielded = request.unshielded and not inference.is_unruled
    if is_unshielded:
        inference = inference.without_rules()
    if inference.transformer_envelope not in ("", *envelopes):
        transformer = None
    effort = _effort(subject, request, transformer)
    if inference.shape_problem and not asked_envelopes:
        raise SetupError(subject.name, inference.shape_problem, "", _WITHOUT_SHAPE)
    world = _world(subject.name, request, inference)
    if request.cases:
        given = [_case_asked_for(world, one) for one in request.cases]
        world = world.with_whole(one.kind for one in given if not world.admits(one.event))
    elif request.only_remembered:
        given = [_as_reached(world, one) for one, _ in request.remembered]
        given = [one for one in given if world.admits(one.event)]
    else:
        given = _cases(subject.name, request, inference, world, envelopes, effort)
    future = [case for case in given if case.novelty is not None]
    if future:
        given = _with_ordinary(world, given)
    cases = _shapable(subject.name, given, transformer)
    if effort.future and not request.is_chosen:
        future = [case for kind in _kinds(cases) for case in future_cases(world.contract(kind))]
    return Plan(
        cases=cases,
        envelopes=envelopes,
        effort=effort,
        inference=inference,
        world=world,
        transformer=transformer,
        kinds_reason="" if asked else inference.kinds_reason,
        envelope_reason="" if asked_envelopes else inference.envelopes[likeliest],
        others={} if asked_envelopes else _without(inference.envelopes, likeliest),
        kinds_are_open=inference.filters_itself and not (asked or inference.kinds_reason),
        kinds_are_inferred=not asked,
        envelopes_are_inferred=not asked_envelopes,
        is_chosen=request.is_chosen,
        is_unshielded=is_unshielded,
        future=tuple(_delivered(future, world, transformer, bool(request.cases))),
    )


def _kinds_asked_for(request: Request) -> set[str]:
    """The kinds that somebody asks for, also by their cases."""
    ids = [one if isinstance(one, str) else one.id for one in request.cases]
    return {*request.kinds, *(one.partition("/")[0] for one in ids)}


def _in_one_envelope(request: Request, inference: Inference) -> Request:
    """A request without the kinds that rules deliver in other envelopes than the first alone."""
    first = inference.by_envelope.get(next(iter(inference.envelopes)))
    if request.envelopes or first is None:
        return request
    elsewhere: set[str] = set()
    for behind in inference.by_envelope.values():
        elsewhere.update(behind.world.kinds)
    elsewhere -= set(first.world.kinds)
    kept = tuple(kind for kind in request.kinds if kind not in elsewhere)
    return replace(request, kinds=kept or request.kinds)


def _kinds(cases: Iterable[Case]) -> list[str]:
    return list(dict.fromkeys(case.kind for case in cases))


def _with_ordinary(world: World, given: Sequence[Case]) -> list[Case]:
    """Cases without those of tomorrow, and the ordinary ones that these are compared with."""
    ordinary = [world.ordinary_case(case.kind) for case in given if case.novelty is not None]
    return [*(case for case in given if case.novelty is None), *ordinary]


def _delivered(
    future: Iterable[Case], world: World, transformer: Transformer | None, is_chosen: bool
) -> Iterator[Case]:
    """The events of tomorrow that reach a subject; those that were asked for one by one all do."""
    for one in future:
        is_let_through = is_chosen or one.kind in world.whole or world.admits(one.event)
        if is_let_through and not (transformer and transformer.shaping(one.event).problem):
            yield one


def _world(name: str, request: Request, inference: Inference) -> World:
    """The events that reach a subject, and those that were asked for all the same.

    Raises SetupError where its rules let no event through, or cannot be used.
    """
    if inference.problem:
        raise SetupError(name, inference.problem, "", _WITHOUT_RULES)
    world = inference.world
    if request.kinds:
        return world.with_whole(kind for kind in request.kinds if kind not in world.kinds)
    if not (world.is_whole or world.kinds or request.cases):
        is_of_others = bool(world.untried or world.other_senders)
        reason = "" if is_of_others else world.obstacle()
        advice = _OTHER_EVENTS if is_of_others else _WITHOUT_RULES
        raise SetupError(name, _why_unreached(world, inference), reason, advice)
    return world


def _why_unreached(world: World, inference: Inference) -> str:
    """Why nothing can be given to a subject behind rules."""
    if world.left_out:
        return (
            f"the conditions of its rule ({inference.kinds_reason}) are too many to be followed: "
            "nothing was checked"
        )
    untried = [events.title for events in world.untried]
    if untried:
        return (
            f"its rule ({inference.kinds_reason}) lets through only {some_of(untried, 3)}, "
            "of which there is no contract here: nothing was checked"
        )
    if world.other_senders:
        return (
            f"its rule ({inference.kinds_reason}) lets through only "
            f"{some_of(world.other_senders, 3)}, of which there is no contract here: nothing was "
            "checked"
        )
    return (
        f"its rule ({inference.kinds_reason}) lets no event through: nothing was checked, "
        "and nothing ever reaches it"
    )


def _case_asked_for(world: World, case_or_id: Case | str) -> Case:
    if isinstance(case_or_id, str):
        return case_in(world, case_or_id)
    return _as_reached(world, case_or_id)


def case_in(world: World, case_id: str) -> Case:
    """The case of an id that reaches a subject; where none does, that of the kind as a whole.

    Raises UnknownNameError or ImpossibleCaseError for what is no case of either.
    """
    kind, _, name = case_id.partition("/")
    if not name or kind not in world.kinds or not world.has_own_contract(kind):
        return case(case_id)
    try:
        return case_of(world.contract(kind), case_id)
    except (UnknownNameError, ImpossibleCaseError) as error:
        with suppress(UnknownNameError, ImpossibleCaseError):
            return case(case_id)
        raise error from None


def _as_reached(world: World, remembered: Case) -> Case:
    """A case that reaches a subject, with the choices that the subject's world has for it.

    One that does not reach it stays as it is.
    """
    if not (world.has_own_contract(remembered.kind) and world.admits(remembered.event)):
        return remembered
    contract = world.contract(remembered.kind)
    labels = contract.recognise(remembered.event)
    return replace(remembered, labels=labels, evidence=contract.weakest_evidence(labels))


def _without(reasons: Mapping[str, str], envelope: str) -> dict[str, str]:
    return {name: reason for name, reason in reasons.items() if name != envelope}


def _effort(subject: Subject, request: Request, transformer: Transformer | None) -> Effort:
    """The effort that was asked for, with the levels that follow from the subject."""
    levels = dict(subject.levels)
    if transformer is not None and transformer.shaping.input is not None:
        levels[VACUOUS] = OFF  # what reaches it is the same each time
    effort = replace(request.effort, levels={**levels, **request.effort.levels})
    return replace(effort, examples=0) if request.is_chosen else effort


def _cases(
    name: str,
    request: Request,
    inference: Inference,
    world: World,
    envelopes: Sequence[str],
    effort: Effort,
) -> list[Case]:
    """The cases of the kinds, as its rules let them through: of each first what failed before."""
    kinds = request.kinds or in_order(inference.kinds, inference.source)
    if request.confined_to:
        kinds = tuple(kind for kind in kinds if kind in request.confined_to)
    cases: list[Case] = []
    for kind in kinds:
        for remembered, envelope in request.remembered:
            is_given = remembered.kind == kind and envelope in envelopes
            if is_given and world.admits(remembered.event):
                cases.append(_as_reached(world, remembered))
        for one in cases_of(world.contract(kind), effort.strength, effort.evidence):
            if world.admits(one.event):
                cases.append(one)
    if kinds and not cases:
        raise SetupError(name, _why_unreached(world, inference), "", _WITHOUT_RULES)
    return cases


def _shapable(
    name: str, given: Sequence[Case], transformer: Transformer | None
) -> tuple[Case, ...]:
    """The cases, each once, of which a transformer makes what is delivered.

    Raises SetupError if there is none.
    """
    cases = list({case.id: case for case in given}.values())
    if transformer is None:
        return tuple(cases)
    kept = tuple(case for case in cases if not transformer.shaping(case.event).problem)
    if cases and not kept:
        problem = f"{transformer} makes no JSON of any event, so that EventBridge delivers none"
        reason = transformer.shaping(cases[0].event).problem
        raise SetupError(name, problem, reason, "mend its InputTemplate")
    return kept
