"""Executions of a state machine on moto's engine, followed as long as what decides is known.

It knows the engine; it must not know events, cases or files. Importing it takes
moto[stepfunctions]. What is replaced in the engine for every machine stands in `offline`; what
notes the way of an execution stands here, in `Engine._watch`.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

from moto.stepfunctions.parser.api import (
    StateMachineType,
)
from moto.stepfunctions.parser.asl.component.common.error_name import (
    failure_event,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.common.string import string_expression
from moto.stepfunctions.parser.asl.component.program import program
from moto.stepfunctions.parser.asl.component.state import state as common
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.fail import state_fail
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.evaluation_details import AWSExecutionDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.states import (
    ContextObjectData,
    ExecutionData,
    StateMachineData,
)
from moto.stepfunctions.parser.asl.eval.variable_store import NoSuchVariable
from moto.stepfunctions.parser.asl.parse.asl_parser import (
    AmazonStateLanguageParser,
    ASLParserException,
)
from moto.stepfunctions.parser.asl.utils import json_path

from ecr_contracts.core import json_path as contracts_json_path
from ecr_contracts.core import limits
from ecr_contracts.core.findings import MISSING
from ecr_contracts.core.placeholders import ACCOUNT, REGION, resource_arn
from ecr_contracts.core.text import shortened
from ecr_contracts.engine.subjects.step_functions import reference_path
from ecr_contracts.engine.subjects.step_functions.choices import LostPathError, MadeUpError, decided
from ecr_contracts.engine.subjects.step_functions.ending import (
    CONTEXT,
    GUESSED,
    JSONATA,
    UNDECIDED,
    Ending,
    Failure,
    Unread,
    UnreadableError,
)
from ecr_contracts.engine.subjects.step_functions.offline import (
    Answer,
    MisuseError,
    StopError,
    failure,
    offline,
)
from ecr_contracts.engine.subjects.step_functions.path_aliases import PathAliases
from ecr_contracts.engine.subjects.step_functions.unknown import UNKNOWN, is_known
from ecr_contracts.engine.subjects.step_functions.way import BeyondError, CircleError, Way
from ecr_contracts.runtime.sandbox.hooks import Patches

__all__ = ["Engine"]

_NAME = "ecr-contracts"
_MACHINE = resource_arn("machine", _NAME)
_ROLE = resource_arn("role", _NAME)
_STARTED = "2024-01-01T12:00:00.000Z"
_SHOWN = 40  # characters of an intrinsic function
_RANDOM = ("States.MathRandom", "States.UUID")
_PATH_CAUSES = ("The JSONPath", "Invalid path")
"""How the engine's own causes begin that are about a path."""


class _Path:
    """A path as the engine looks it up: at most one match, which is the value.

    `observe` is called with the path and its value, MISSING where there is none.
    """

    def __init__(self, path: str, observe: Callable[[str, Any], None]) -> None:
        self._path, self._observe = path, observe

    def find(self, data: Any) -> list[SimpleNamespace]:
        """What stands at the path in some data, as matches with a `value`; none if nothing does."""
        value = reference_path.at(data, self._path)
        is_context = isinstance(data, dict) and {"Execution", "StateMachine"} <= data.keys()
        prefix = "$" if is_context else ""
        self._observe(f"{prefix}{self._path}", value)
        if value is MISSING:
            return []
        return [SimpleNamespace(value=value, path=None, context=None)]


class Engine:
    """Runs one state machine again and again, while the block runs.

    What is replaced in moto meanwhile is put back at its end.
    """

    def __init__(self, definition: Any, answer: Answer) -> None:
        self._definition, self._answer = definition, answer
        self._aliases = PathAliases()
        self._replaced = ExitStack()
        self._program: Any = None
        self._failures: list[Failure] = []
        self._unread: list[Unread] = []
        self._on_purpose = ""
        self._way = Way()
        # Of the state that is running: the path that led nowhere, and whether it read what is not
        # known.
        self._lost_path = ""
        self._is_guessed = False

    def __enter__(self) -> Engine:
        """Read the definition. Raises UnreadableError."""
        with ExitStack() as replaced:
            self._watch(replaced.enter_context(offline(self._answered)))
            try:
                text = json.dumps(self._aliases.replaced_in(self._definition))
                _check_length(text, self._definition)
                self._program, _ = AmazonStateLanguageParser.parse(text)
            except ASLParserException as error:
                raise UnreadableError("; ".join(error.errors[:1])) from None
            except UnreadableError:
                raise
            except Exception as error:  # noqa: BLE001 - the engine raises whatever comes
                raise UnreadableError(str(error) or type(error).__name__) from None
            self._replaced = replaced.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._replaced.close()

    def run(self, event: Any) -> Ending:
        """What comes of an execution that is started with an event.

        Raises AnswerError as tasks' answers do.
        """
        self._failures, self._unread, self._on_purpose = [], [], ""
        circle = ""
        try:
            self._way.begin()
            self._program.eval(_environment(event))
        except MisuseError as misuse:
            raise misuse.error from None
        except BeyondError as beyond:
            self._unread.append(Unread(beyond.state or self._definition["StartAt"], beyond.why))
        except CircleError as error:
            circle = error.state
        return Ending(
            tuple(dict.fromkeys(self._failures)),
            tuple(dict.fromkeys(self._unread)),
            self._on_purpose,
            circle,
        )

    def _answered(self, resource: str, parameters: Any) -> Any:
        """What a task is answered with, which may be something else another time."""
        self._way.loosen()
        return self._answer(resource, parameters)

    # --- what is replaced in the engine -----------------------------------------------------------

    def _watch(self, patches: Patches) -> None:
        """Have paths, choices and failures be as Step Functions has them, and be noted."""

        def path(text: object) -> _Path:
            return _Path(self._aliases.path(str(text)), self._observe)

        def choose(state: Any, env: Any) -> None:
            self._choose(state, env)

        def compute(expression: Any, env: Any) -> None:
            self._compute(expression, env)

        patches.set(json_path, "parse", path)
        patches.set(StateChoice, "_eval_state", choose)
        patches.set(string_expression.StringVariableSample, "_eval_body", self._variables())
        patches.set(string_expression.StringIntrinsicFunction, "_eval_body", compute)
        patches.set(execute_state.ExecutionState, "_from_error", self._failing())
        patches.set(common.CommonStateField, "_eval_body", self._states())
        patches.set(program.Program, "_eval_body", self._programs())

    def _observe(self, path: str, value: Any) -> None:
        """Note that a path led nowhere, or to what is not known."""
        if path.startswith("$$"):
            self._way.loosen()
        if value is MISSING:
            self._lost_path = path
            return
        self._way.read(value)
        if not is_known(value):
            self._is_guessed = True

    def _programs(self) -> Callable[..., None]:
        """How programs run, those of branches too.

        Where a branch cannot be followed the others go on, and its result is not known.
        """
        original = program.Program._eval_body

        def follow(branch: Any, env: Any) -> None:
            try:
                with self._way.within():
                    original(branch, env)
            except StopError as stop:
                self._way.loosen()
                self._unread.append(Unread(stop.state, stop.why))
                env.states.reset(input_value=UNKNOWN)
                env.set_ended()

        return follow

    def _choose(self, state: Any, env: Any) -> None:
        """Decide on the next state of a Choice."""
        for rule in state.choices_decl.rules:
            try:
                holds = decided(rule, env)
            except MadeUpError:
                raise StopError(CONTEXT) from None
            except LostPathError as error:
                self._lost_path = error.path
                cause = _lost_path_cause(error.path)
                raise failure(env, StatesErrorNameType.StatesRuntime, cause) from None
            if holds is None:
                raise StopError(UNDECIDED)
            if holds:
                if rule.assign:
                    rule.assign.eval(env=env)
                env.stack.append(rule.next_stmt.name)
                return
        if state.default_state is None:
            cause = "no rule of it holds, and it has no Default"
            raise failure(env, StatesErrorNameType.StatesNoChoiceMatched, cause)
        env.stack.append(state.default_state.state_name)

    def _variables(self) -> Callable[..., None]:
        """How variables of a workflow are read, where that takes no JSONata."""
        original = string_expression.StringVariableSample._eval_body

        def sample(expression: Any, env: Any) -> None:
            text = expression.expression
            name, *steps = re.split(r"(?=[.\[])", text, maxsplit=1)
            try:
                variable = env.variable_store.get(name.removeprefix("$"))
            except NoSuchVariable:
                original(expression, env)
                return
            value = reference_path.at(variable, "$" + "".join(steps))
            self._observe(text, value)
            if value is MISSING:
                raise failure(env, StatesErrorNameType.StatesRuntime, _lost_path_cause(text))
            env.stack.append(copy.deepcopy(value))

        return sample

    def _compute(self, expression: Any, env: Any) -> None:
        """Put the result of an intrinsic function on the stack.

        Where it was made of what is not known, it is not known either.
        """
        was_guessed, self._is_guessed = self._is_guessed, False
        if any(name in expression.literal_value for name in _RANDOM):
            self._way.loosen()
        depth = len(env.stack)
        problem = ""
        try:
            with self._way.computing():
                expression.function.eval(env=env)
        except json_path.NoSuchJsonPathError as error:
            problem = _lost_path_cause(self._aliases.path(error.json_path))
        except Exception as error:  # noqa: BLE001 - the engine's functions raise whatever comes
            problem = str(error)
        is_guessed, self._is_guessed = self._is_guessed, was_guessed
        if problem and (self._lost_path or not is_guessed):
            call = self._aliases.restored(expression.literal_value)
            self._lost_path = self._lost_path or call
            raise failure(env, StatesErrorNameType.StatesIntrinsicFailure, f"{call}: {problem}")
        if is_guessed:
            del env.stack[depth:]
            env.stack.append(UNKNOWN)

    def _failing(self) -> Callable[..., Any]:
        """What a failure within a state is, before a Catch is asked.

        One that we may be the cause of is none.
        """
        original = execute_state.ExecutionState._from_error

        def fail(state: Any, env: Any, ex: Exception) -> Any:
            self._stop_if_ours(ex)
            return original(state, env, ex)

        return fail

    def _stop_if_ours(self, error: Exception) -> None:
        """Stop where a failure follows from what is not known, or is the engine's own."""
        if self._is_guessed and not self._lost_path:
            raise StopError(GUESSED)
        of_service = (failure_event.FailureEventException, json_path.NoSuchJsonPathError)
        if not isinstance(error, of_service):
            raise StopError(f"moto cannot run it: {error or type(error).__name__}")

    def _states(self) -> Callable[..., None]:
        """How states run: what fails in one is noted, unless it is caught further out."""
        original = common.CommonStateField._eval_body

        def enter(state: Any, env: Any) -> None:
            outer = self._lost_path, self._is_guessed
            self._lost_path, self._is_guessed = "", False
            try:
                self._run_state(original, state, env)
            except (BeyondError, StopError) as stop:
                stop.state = stop.state or state.name
                raise
            finally:
                self._lost_path, self._is_guessed = outer

        return enter

    def _run_state(self, original: Callable[..., None], state: Any, env: Any) -> None:
        failures_before = len(self._failures)
        try:
            if state.query_language.query_language_mode.name != "JSONPath":
                raise StopError(JSONATA)
            self._way.enter(state.name, lambda: _content(env))
            original(state, env)
        except Exception as error:
            is_of_inner_state = len(self._failures) > failures_before
            self._note_failure(state, error, is_of_inner_state=is_of_inner_state)
            raise
        else:
            del self._failures[failures_before:]

    def _note_failure(self, state: Any, error: Exception, *, is_of_inner_state: bool) -> None:
        """Note a state that failed, unless one within it is the cause, or it fails on purpose."""
        if isinstance(state, state_fail.StateFail):
            self._on_purpose = state.name
            return
        if is_of_inner_state or self._on_purpose:
            return
        self._stop_if_ours(error)
        if not isinstance(error, failure_event.FailureEventException):
            return
        name = error.failure_event.error_name
        details: Any = next(iter((error.failure_event.event_details or {}).values()), {})
        cause = str(details.get("cause", ""))
        if self._lost_path and cause.startswith(_PATH_CAUSES):
            cause = _lost_path_cause(self._lost_path)
        error_name = name.error_name if name else ""
        self._failures.append(Failure(state.name, error_name, cause, self._lost_path))


def _check_length(text: str, definition: Any) -> None:
    """Raises UnreadableError for a definition that the engine's parser would take too long for."""
    if len(text) > limits.DEFINITION_CHARACTERS:
        raise UnreadableError(f"it has more than {limits.DEFINITION_CHARACTERS:,} characters")
    for value in contracts_json_path.texts(definition):
        if value.startswith("States.") and len(value) > limits.INTRINSIC_CHARACTERS:
            most = f"more than {limits.INTRINSIC_CHARACTERS:,} characters"
            raise UnreadableError(f"{shortened(value, _SHOWN)} has {most}")


def _content(env: Any) -> Any:
    """What decides on the way of an execution from a state on: its input and the variables."""
    variables = env.variable_store
    return env.states._states_data["input"], variables._outer_scope, variables._inner_scope


def _lost_path_cause(path: str) -> str:
    return f"The JSONPath '{path}' could not be found in the input"


def _environment(event: Any) -> Environment:
    """The engine's environment of one execution, with an event as its input."""
    context = ContextObjectData(
        Execution=ExecutionData(
            Id=resource_arn("execution", _NAME),
            Input=event,
            Name=_NAME,
            RoleArn=_ROLE,
            StartTime=_STARTED,
        ),
        StateMachine=StateMachineData(Id=_MACHINE, Name=_NAME),
    )
    return Environment(
        aws_execution_details=AWSExecutionDetails(ACCOUNT, REGION, _ROLE),
        execution_type=StateMachineType.STANDARD,
        context=context,
        event_history_context=EventHistoryContext.of_program_start(),
        cloud_watch_logging_session=None,
        activity_store={},
    )
