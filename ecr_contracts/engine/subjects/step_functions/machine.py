"""State machines as subjects: each event is the input of an execution, failures are findings.

Policy, so that nobody is alarmed in vain. A finding is a state that fails and is not caught: a path
that leads nowhere, an intrinsic function that cannot be computed, a Choice of which no rule holds
and that has no Default. None of these is one that follows from what a task answers and nobody told
us; from there on the execution is not checked, which is said. To end in a Fail state is somebody's
decision, and no finding. Nor is a failure that a Catch deals with; but States.ALL does not catch
the States.Runtime of its own state (developer guide, Error names).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from types import MappingProxyType
from typing import Any

from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.core.findings import Location
from ecr_contracts.core.text import some_of
from ecr_contracts.discovery.iac.cloudformation.input_transformers import Transformer
from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.discovery.purpose import Behind, kinds_in_texts
from ecr_contracts.engine.checks.catalog import REPEATED
from ecr_contracts.engine.checks.levels import OFF
from ecr_contracts.engine.reach import OwnModule
from ecr_contracts.engine.subject import Inference, InProcess, Running
from ecr_contracts.engine.subjects.handler import TIMEOUT
from ecr_contracts.engine.subjects.step_functions.definition import Definition
from ecr_contracts.engine.subjects.step_functions.ending import (
    DISTRIBUTED,
    GUESSED,
    JSONATA,
    UNDECIDED,
    Ending,
    Failure,
    Unread,
    UnreadableError,
)
from ecr_contracts.engine.subjects.step_functions.tasks import Tasks
from ecr_contracts.eventbridge.rules.transformer import Shaping
from ecr_contracts.runtime.outcome import Fault, Outcome, Status

__all__ = ["ENVELOPE", "StateMachine"]

ENVELOPE = "stepfunctions"
"""The envelope in which an event starts an execution."""

_INSTALL = "install it: python -m pip install 'ecr-contracts[stepfunctions]'"
_ANSWER_ADVICE = (
    "Say what tasks answer: --answer lambda:FUNCTION=JSON, or sns.Publish=JSON for a call"
)
_ENDLESS = "the execution comes back to this state with the same input for ever: it never ends"
_MOST_NAMED = 3  # states that are named in a note


class StateMachine:
    """A state machine, run by moto's engine in this process; an event is the input of an execution.

    `name` is the file of a definition, or `template.yaml:Machine`. `answers` are what tasks are
    answered with, by `lambda:Function` or `sns.Publish`; `transformer` is how its rule's target
    shapes the input, where somebody says it. Raises ConsumerError for a definition that cannot be
    used.
    """

    is_watched = False
    timeout = TIMEOUT
    # EventBridge has done its part when the execution has begun: it is not tried again.
    levels: Mapping[str, str] = MappingProxyType({REPEATED: OFF})

    def __init__(
        self,
        name: str,
        *,
        answers: Mapping[str, Any] = MappingProxyType({}),
        transformer: Transformer | None = None,
    ) -> None:
        self.name = name
        self._transformer = transformer
        self._definition = Definition.read(name)
        self._tasks = Tasks(answers)
        self._executions = _Executions(self._definition, self._tasks)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words of a command line that name it."""
        return ("--state-machine", self.name)

    def inference(self, *, needs_kinds: bool = True) -> Inference:
        """The kinds that the rules which start it deliver, else those that its own words name."""
        rules = self._definition.rules
        kinds, reason = kinds_in_texts(self._definition.texts())
        if not rules:
            return Inference(
                kinds=kinds,
                kinds_reason=reason,
                envelopes={ENVELOPE: ""},
                transformer=self._transformer,
            )
        behind = self._behind
        return Inference(
            kinds=behind.world.kinds,
            kinds_reason=behind.why,
            envelopes={ENVELOPE: ""},
            world=behind.world,
            problem=behind.problem,
            unresolved=tuple(path for rule in rules for path in rule.unresolved),
            kinds_of_source=kinds,
            source_reason=reason,
            transformer=self._transformer or rules[0].transformer,
        )

    @cached_property
    def _behind(self) -> Behind:
        """What starts it: events come in one shape at a time, that of the first rule's target."""
        rules = self._definition.rules
        shape = _shape(rules[0])
        return Behind.of([rule for rule in rules if _shape(rule) == shape])

    @contextmanager
    def start(self, events: Sequence[Mapping[str, Any]] = ()) -> Iterator[Running]:
        """The engine with the definition loaded.

        Raises SetupError where there is no engine to run it, ConsumerError for a definition that
        the engine cannot read. A machine that begins in JSONata is a SetupError of the first call.
        """
        engine = _engine(self.name)
        try:
            running = engine.Engine(self._definition.runnable(), self._tasks.answer)
            with running:
                self._executions.run = running.run
                yield InProcess(self._executions.call)
        except UnreadableError as error:
            problem = f"moto's engine cannot read it: {error}"
            raise ConsumerError(self.name, problem, "put the definition right") from None

    def notes(self) -> Iterator[str]:
        """What was not checked, and where executions end on purpose."""
        return self._executions.notes()

    def modules(self) -> Sequence[OwnModule]:
        """Nothing: it has no lines of Python."""
        return ()


def _shape(rule: Rule) -> Shaping | None:
    """How the target of a rule shapes events, if it does."""
    return None if rule.transformer is None else rule.transformer.shaping


def _engine(name: str) -> Any:
    """The module of the engine. Raises SetupError where moto is not installed."""
    try:
        from ecr_contracts.engine.subjects.step_functions import engine
    except ImportError as error:
        problem = f"running a state machine takes moto[stepfunctions], which is not here ({error})"
        raise SetupError(name, problem, "", _INSTALL) from None
    return engine


class _Executions:
    """The executions of a state machine, and what was noted in them."""

    run: Callable[[Any], Ending]

    def __init__(self, definition: Definition, tasks: Tasks) -> None:
        self._definition, self._tasks = definition, tasks
        self._unread: dict[Unread, None] = {}
        self._on_purpose: dict[str, None] = {}

    def call(self, payload: Any, *, trace: bool = False, ecr_payload: Any = None) -> Outcome:
        """What comes of an execution.

        Raises SetupError for a machine of which nothing can be checked.
        """
        self._tasks.begin(json.loads(payload["input"]))
        ending = self.run(self._tasks.event)
        start = self._definition.content["StartAt"]
        for unread in ending.unread:
            self._unread[unread] = None
            if unread.state == start and unread.why in (DISTRIBUTED, JSONATA):
                self._refuse(unread)
        if ending.failed_on_purpose:
            self._on_purpose[ending.failed_on_purpose] = None
        return self._outcome(ending)

    def _refuse(self, unread: Unread) -> None:
        at = self._definition.location(unread.state)
        problem = f"its first state, {unread.state}, cannot be run: {unread.why}"
        place = f"{at.file}:{at.line}"
        raise SetupError(self._definition.name, problem, place, "no event gets any further")

    def _outcome(self, ending: Ending) -> Outcome:
        if ending.circle:
            return Outcome(
                Status.TIMED_OUT,
                message=_ENDLESS,
                location=self._definition.location(ending.circle),
                effects=self._tasks.effects,
            )
        if not ending.failures:
            return Outcome(Status.RETURNED, effects=self._tasks.effects)
        first, *others = ending.failures
        return Outcome(
            Status.RAISED,
            exception=first.error,
            message=first.cause,
            location=self._location(first),
            effects=self._tasks.effects,
            faults=tuple(map(self._fault, others)),
        )

    def _fault(self, failure: Failure) -> Fault:
        return Fault("raises", failure.cause, failure.error, self._location(failure))

    def _location(self, failure: Failure) -> Location:
        return self._definition.location(failure.state, failure.path)

    def notes(self) -> Iterator[str]:
        """What was not checked, and where executions end on purpose."""
        unread_states: dict[str, list[str]] = {}
        for unread in sorted(self._unread, key=lambda unread: (unread.why, unread.state)):
            unread_states.setdefault(unread.why, []).append(self._place(unread.state))
        for why, states in unread_states.items():
            advice = f". {_ANSWER_ADVICE}" if why in (UNDECIDED, GUESSED) else ""
            yield f"not checked from {some_of(states, _MOST_NAMED)} on: {why}{advice}"
        if self._on_purpose:
            fail_states = some_of([self._place(state) for state in self._on_purpose], _MOST_NAMED)
            yield f"some events end in {fail_states}: a Fail state is a decision, and no finding"

    def _place(self, state: str) -> str:
        """A state with the file and line that it stands in."""
        at = self._definition.location(state)
        return f"{state} ({at.file}:{at.line})"
