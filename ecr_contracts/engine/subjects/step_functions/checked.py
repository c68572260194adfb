"""A state machine checked: each event is the input of an execution, and what fails there is a finding.

Policy, so that nobody is alarmed in vain. A finding is a state that fails and is not caught: a path
that leads nowhere, an intrinsic function that cannot be computed, a Choice of which no rule holds
and that has no Default. None of these is one that follows from what a task answers and nobody told
us; from there on the execution is not checked, which is said. To end in a Fail state is somebody's
decision, and no finding. Nor is a failure that a Catch deals with; but States.ALL does not catch
the States.Runtime of its own state (developer guide, Error names).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.core.text import some_of
from ecr_contracts.discovery import purpose, surroundings
from ecr_contracts.discovery.iac.input_transformers import Transformer
from ecr_contracts.engine.checks.catalog import REPEATED
from ecr_contracts.engine.checks.levels import OFF
from ecr_contracts.engine.session import Verdict, check_call
from ecr_contracts.engine.subjects.step_functions.definition import Definition
from ecr_contracts.engine.subjects.step_functions.tasks import Tasks
from ecr_contracts.engine.subjects.step_functions.unknown import (
    DISTRIBUTED,
    GUESSED,
    JSONATA,
    UNDECIDED,
)
from ecr_contracts.eventbridge.rules.transformer import carrying
from ecr_contracts.runtime.outcome import Fault, Outcome, Status

if TYPE_CHECKING:
    from ecr_contracts.engine.subjects.step_functions.engine import Ending, Engine, Failure, Unread

__all__ = ["VIA", "check_machine"]

VIA = "stepfunctions"
"""The envelope in which an event starts an execution."""

_INSTALL = "install it: python -m pip install 'ecr-contracts[stepfunctions]'"
_TOLD = "Say what tasks answer: --answer lambda:FUNCTION=JSON, or sns.Publish=JSON for a call"
_MOST = 3  # states that are named in a note


def check_machine(
    name: str,
    *,
    kinds: Sequence[str] = (),
    answers: Mapping[str, Any] = MappingProxyType({}),
    shaped_by: Transformer | None = None,
    **asked: Any,
) -> Verdict:
    """Give a state machine every case of its kinds, and explain what fails.

    `name` is the file of a definition, or `template.yaml:Machine`. Without kinds, the rules that
    start it say which, else the definition's own words. `answers` are what tasks are answered with,
    by `lambda:Function` or `sns.Publish`; `shaped_by` is how its rule's target shapes the input.
    `asked` is as for `check_call`.

    Raises ConsumerError for a definition that cannot be used, SetupError where there is no engine
    to run it, or it is written in JSONata, and what `check_call` raises.
    """
    # EventBridge has done its part when the execution has begun: it is not tried again.
    asked["levels"] = {REPEATED: OFF, **asked.get("levels", {})}
    definition = Definition.read(name)
    engine = _engine(name)
    told, why = _purpose(definition)
    tasks = Tasks(answers)
    machine = _Machine(definition, tasks)
    if definition.rules and not kinds:
        asked["admits"] = surroundings.admitted(definition.rules)
    if shaped_by is None and definition.rules:
        shaped_by = definition.rules[0].transformer
    if shaped_by is not None:
        asked["carry"] = carrying(shaped_by.shaping)
    try:
        with engine.Engine(definition.runnable(), tasks.answer) as running:
            machine.engine = running
            verdict = check_call(
                name, machine.call, VIA, kinds=kinds or told, why="" if kinds else why, **asked
            )
    except engine.UnreadableError as error:
        raise ConsumerError(
            name, f"moto's engine cannot read it: {error}", "put the definition right"
        ) from None
    return replace(
        verdict,
        named=("--state-machine", name),
        shaped=str(shaped_by or ""),
        notes=tuple(machine.notes()),
    )


def _purpose(definition: Definition) -> tuple[tuple[str, ...], str]:
    """The kinds of which events start a state machine, and why those: its rules say it, else its own words."""
    # Events come in one shape at a time: that of the first rule's target.
    shapes = [rule.transformer and rule.transformer.shaping for rule in definition.rules]
    alike = [
        rule for rule, shape in zip(definition.rules, shapes, strict=True) if shape == shapes[0]
    ]
    return purpose.delivered_by(alike) if alike else purpose.spoken_of(definition.texts())


def _engine(name: str) -> Any:
    """The module of the engine. Raises SetupError where moto is not installed."""
    try:
        from ecr_contracts.engine.subjects.step_functions import engine
    except ImportError as error:
        problem = f"running a state machine takes moto[stepfunctions], which is not here ({error})"
        raise SetupError(name, problem, "", _INSTALL) from None
    return engine


class _Machine:
    """A state machine as what is called with the start of an execution."""

    engine: Engine

    def __init__(self, definition: Definition, tasks: Tasks) -> None:
        self._definition, self._tasks = definition, tasks
        self._unread: dict[Unread, None] = {}
        self._on_purpose: dict[str, None] = {}

    def call(self, payload: Any) -> Outcome:
        """What comes of an execution. Raises SetupError for a machine of which nothing can be checked."""
        self._tasks.begin(json.loads(payload["input"]))
        ending = self.engine.run(self._tasks.event)
        for unread in ending.unread:
            self._unread[unread] = None
            if (
                unread.why in (DISTRIBUTED, JSONATA)
                and unread.state == self._definition.content["StartAt"]
            ):
                self._refuse(unread)
        if ending.failed_on_purpose:
            self._on_purpose[ending.failed_on_purpose] = None
        return self._outcome(ending)

    def _refuse(self, unread: Unread) -> None:
        at = self._definition.location(unread.state)
        problem = f"its first state, {unread.state}, cannot be run: {unread.why}"
        raise SetupError(
            self._definition.name, problem, f"{at.file}:{at.line}", "no event gets any further"
        )

    def _outcome(self, ending: Ending) -> Outcome:
        if not ending.failures:
            return Outcome(Status.RETURNED, effects=self._tasks.done)
        first, *others = ending.failures
        faults = (Fault("raises", one.cause, one.error, self._at(one)) for one in others)
        return Outcome(
            Status.RAISED,
            exception=first.error,
            message=first.cause,
            location=self._at(first),
            effects=self._tasks.done,
            faults=tuple(faults),
        )

    def _at(self, failure: Failure) -> Any:
        return self._definition.location(failure.state, failure.path)

    def notes(self) -> Iterator[str]:
        """What was not checked, and where executions end on purpose."""
        for why, group in groupby(
            sorted(self._unread, key=lambda one: (one.why, one.state)), key=lambda one: one.why
        ):
            names = [self._named(one.state) for one in group]
            advice = f". {_TOLD}" if why in (UNDECIDED, GUESSED) else ""
            yield f"not checked from {some_of(names, _MOST)} on: {why}{advice}"
        if self._on_purpose:
            named = some_of([self._named(one) for one in self._on_purpose], _MOST)
            yield f"some events end in {named}: a Fail state is a decision, and no finding"

    def _named(self, state: str) -> str:
        at = self._definition.location(state)
        return f"{state} ({at.file}:{at.line})"
