"""Executions of a state machine on moto's engine, in this thread and at once: no network, no waiting, no AWS.

It knows the engine; it must not know events, cases or files. Importing it takes
moto[stepfunctions]. The engine is a private part of moto's, used here alone: what is replaced in
it, and why, stands in `Engine._replace`.
"""

from __future__ import annotations

import copy
import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from moto.stepfunctions.parser.api import (
    HistoryEventType,
    StateMachineType,
    TaskFailedEventDetails,
)
from moto.stepfunctions.parser.asl.component import eval_component
from moto.stepfunctions.parser.asl.component.common.error_name import (
    error_equals_decl,
    failure_event,
)
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.component.common.retry.retry_outcome import RetryOutcome
from moto.stepfunctions.parser.asl.component.common.string import string_expression
from moto.stepfunctions.parser.asl.component.program import program
from moto.stepfunctions.parser.asl.component.state import state as common
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.item_reader_decl import (
    ItemReader,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import (
    inline_iteration_component,
    iteration_worker,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.result_writer.result_writer_decl import (
    ResultWriter,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import (
    branch_worker,
    branches_decl,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import (
    ServiceResource,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.component.state.fail import state_fail
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import (
    WaitFunction,
)
from moto.stepfunctions.parser.asl.eval import environment, states
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.evaluation_details import AWSExecutionDetails
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext, EventManager
from moto.stepfunctions.parser.asl.eval.states import (
    ContextObjectData,
    ExecutionData,
    StateMachineData,
)
from moto.stepfunctions.parser.asl.eval.variable_store import NoSuchVariable
from moto.stepfunctions.parser.asl.parse import preprocessor
from moto.stepfunctions.parser.asl.parse.asl_parser import (
    AmazonStateLanguageParser,
    ASLParserException,
)
from moto.stepfunctions.parser.asl.utils import json_path

from ecr_contracts.core.errors import AnswerError
from ecr_contracts.core.findings import MISSING
from ecr_contracts.core.placeholders import ACCOUNT, REGION, resource_arn
from ecr_contracts.engine.subjects.step_functions import jsonpath
from ecr_contracts.engine.subjects.step_functions.choices import LostPathError, MadeUpError, decided
from ecr_contracts.engine.subjects.step_functions.tasks import TaskError
from ecr_contracts.engine.subjects.step_functions.unknown import (
    CONTEXT,
    DISTRIBUTED,
    GUESSED,
    JSONATA,
    UNDECIDED,
    UNKNOWN,
    is_known,
)
from ecr_contracts.runtime.sandbox.hooks import Patches

__all__ = ["Ending", "Engine", "Failure", "Unread", "UnreadableError"]

Answer = Callable[[str, Any], Any]
"""What a task is answered with, by its resource and parameters."""

_NAME = "ecr-contracts"
_MACHINE = resource_arn("machine", _NAME)
_ROLE = resource_arn("role", _NAME)
_STARTED = "2024-01-01T12:00:00.000Z"
_ALIAS = "ecr_contracts_path_"
_ARGUMENT = re.compile(r"""'(?:[^'\\]|\\.)*'|(\$\$?[.\[](?:\['[^']*'\]|[^\s,()'])+)""")
"""A quoted text, or a path as the argument of an intrinsic function."""
_LOUDEST = logging.CRITICAL + 1


class UnreadableError(Exception):
    """A definition that the engine cannot read; the message says why."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A state that failed and was not caught: its name, the error's, what was said, and the path that led nowhere."""

    state: str
    error: str
    cause: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A state from which on an execution, or a branch of it, could not be followed, and why."""

    state: str
    why: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How an execution ended: the states that failed, what could not be followed, and the Fail state if it was one."""

    failures: tuple[Failure, ...]
    unread: tuple[Unread, ...]
    failed_on_purpose: str = ""


class _StopError(BaseException):
    """An execution cannot be followed any further; no Catch of the engine's may take it for a failure."""

    def __init__(self, why: str) -> None:
        self.why, self.state = why, ""
        super().__init__(why)


class _MisuseError(BaseException):
    """What a user told cannot be used; the engine must not take it for a failure."""

    def __init__(self, error: AnswerError) -> None:
        self.error = error
        super().__init__(error)


class _AtOnce:
    """A thread that does its work when it is started."""

    native_id = 0

    def __init__(self, target: Callable[..., Any], args: tuple[Any, ...] = (), **_: Any) -> None:
        self._work = target, args

    def start(self) -> None:
        work, arguments = self._work
        work(*arguments)

    def join(self, timeout: float | None = None) -> None:
        """It is done already."""

    def is_alive(self) -> bool:
        return False


class _Found:
    """A path as the engine asks for what it leads to: at most one match, which is the value."""

    def __init__(self, path: str, seen: Callable[[str, Any], None]) -> None:
        self._path, self._seen = path, seen

    def find(self, data: Any) -> list[SimpleNamespace]:
        value = jsonpath.at(data, self._path)
        is_context = isinstance(data, dict) and {"Execution", "StateMachine"} <= data.keys()
        self._seen(f"{'$' * is_context}{self._path}", value)
        return [] if value is MISSING else [SimpleNamespace(value=value, path=None, context=None)]


class Engine:
    """Runs one state machine again and again; what is replaced in moto meanwhile is put back at its end."""

    def __init__(self, definition: Any, answer: Answer) -> None:
        self._definition, self._answer = definition, answer
        self._aliases: dict[str, Any] = {}
        self._patches = Patches()
        self._unmuted: list[tuple[logging.Logger, int]] = []
        self._program: Any = None
        self._failures: list[Failure] = []
        self._unread: list[Unread] = []
        self._on_purpose = ""
        self._lost = ""
        self._is_guessed = False

    def __enter__(self) -> Engine:
        """Read the definition. Raises UnreadableError."""
        self._replace()
        try:
            self._program, _ = AmazonStateLanguageParser.parse(
                json.dumps(self._aliased(self._definition))
            )
        except ASLParserException as error:
            self.__exit__()
            raise UnreadableError("; ".join(error.errors[:1])) from None
        except Exception as error:  # noqa: BLE001 - the engine raises whatever comes
            self.__exit__()
            raise UnreadableError(str(error) or type(error).__name__) from None
        return self

    def __exit__(self, *_: object) -> None:
        self._patches.undo()
        for logger, level in self._unmuted:
            logger.setLevel(level)
        self._unmuted.clear()

    def run(self, event: Any) -> Ending:
        """What comes of an execution that is started with an event. Raises AnswerError as tasks' answers do."""
        self._failures, self._unread, self._on_purpose = [], [], ""
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
        env = Environment(
            aws_execution_details=AWSExecutionDetails(ACCOUNT, REGION, _ROLE),
            execution_type=StateMachineType.STANDARD,
            context=context,
            event_history_context=EventHistoryContext.of_program_start(),
            cloud_watch_logging_session=None,
            activity_store={},
        )
        try:
            self._program.eval(env)
        except _MisuseError as misuse:
            raise misuse.error from None
        return Ending(
            tuple(dict.fromkeys(self._failures)),
            tuple(dict.fromkeys(self._unread)),
            self._on_purpose,
        )

    # --- what is replaced in the engine -----------------------------------------------------------

    def _replace(self) -> None:
        put = self._patches.set
        # Threads, waits and retries: everything happens at once, and a second try of the same ends
        # alike.
        put(execute_state, "Thread", _AtOnce)
        for module in (program, branch_worker, inline_iteration_component):
            put(module, "threading", SimpleNamespace(Thread=_AtOnce))
        for module in (program, branch_worker, inline_iteration_component, execute_state):
            put(module, "TMP_THREADS", [])
        put(WaitFunction, "_wait_interval", lambda *_, **__: None)
        put(
            execute_state.ExecutionState, "_handle_retry", lambda *_, **__: RetryOutcome.CannotRetry
        )
        # What takes most of the time: histories and logs that nobody reads, and copies of whatever
        # it may be.
        put(EventManager, "add_event", lambda *_, **__: None)
        put(eval_component.EvalComponent, "_log_failure_event_exception", lambda *_, **__: None)
        put(eval_component.EvalComponent, "_log_exception", lambda *_, **__: None)
        logger = logging.getLogger("moto.stepfunctions")
        self._unmuted.append((logger, logger.level))
        logger.setLevel(_LOUDEST)
        for module in (environment, execute_state, result_path, states, string_expression):
            put(module, "copy", SimpleNamespace(deepcopy=_copied))
        put(result_path, "parse", lru_cache(256)(result_path.parse))
        # Whatever would reach AWS.
        put(preprocessor, "state_task_for", lambda _: _task(self._answer))
        put(DistributedIterationComponent, "_eval_body", self._stopping(DISTRIBUTED))
        put(ItemReader, "_eval_body", self._stopping(DISTRIBUTED))
        put(ResultWriter, "_eval_body", lambda *_: None)
        # Names of errors of the service itself, which the engine refuses to hand on from a branch.
        for module in (branches_decl, iteration_worker, state_fail):
            put(module, "CustomErrorName", ErrorName)
        # Paths, choices and errors as Step Functions has them.
        put(json_path, "parse", lambda path: _Found(str(self._aliases.get(path, path)), self._saw))
        put(StateChoice, "_eval_state", lambda state, env: self._choose(state, env))
        put(error_equals_decl.ErrorEqualsDecl, "_eval_body", self._matching())
        put(string_expression.StringVariableSample, "_eval_body", self._sampled())
        put(
            string_expression.StringIntrinsicFunction,
            "_eval_body",
            lambda one, env: self._compute(one, env),
        )
        put(execute_state.ExecutionState, "_from_error", self._failing())
        put(common.CommonStateField, "_eval_body", self._entering())
        put(program.Program, "_eval_body", self._following())

    def _aliased(self, value: Any) -> Any:
        """A definition whose intrinsic functions have short names for their paths: the engine reads no hyphen there."""
        match value:
            case dict():
                return {key: self._aliased(inner) for key, inner in value.items()}
            case list():
                return [self._aliased(inner) for inner in value]
            case str() if value.startswith("States."):
                return _ARGUMENT.sub(self._alias, value)
        return value

    def _alias(self, found: re.Match[str]) -> str:
        if found[1] is None:
            return str(found[0])
        alias = f"$.{_ALIAS}{len(self._aliases)}"
        context = found[1].startswith("$$")
        self._aliases[alias] = found[1][context:]
        return f"{'$' * context}{alias}"

    def _plain(self, text: str) -> str:
        """A text with the paths that it had before."""
        return re.sub(
            rf"\$\.{_ALIAS}\d+", lambda found: self._aliases.get(found[0], found[0]), text
        )

    def _saw(self, path: str, value: Any) -> None:
        if value is MISSING:
            self._lost = path
        elif not is_known(value):
            self._is_guessed = True

    @staticmethod
    def _stopping(why: str) -> Callable[..., None]:
        def stop(*_: object, **__: object) -> None:
            raise _StopError(why)

        return stop

    def _following(self) -> Callable[..., None]:
        """How programs run: where a branch cannot be followed the others go on, and its result is not known."""
        original = program.Program._eval_body

        def follow(branch: Any, env: Any) -> None:
            try:
                original(branch, env)
            except _StopError as stop:
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
                raise _StopError(CONTEXT) from None
            except LostPathError as error:
                self._lost = error.path
                raise _failure(env, StatesErrorNameType.StatesRuntime, _lost(error.path)) from None
            if holds is None:
                raise _StopError(UNDECIDED)
            if holds:
                if rule.assign:
                    rule.assign.eval(env=env)
                env.stack.append(rule.next_stmt.name)
                return
        if state.default_state is None:
            said = "no rule of it holds, and it has no Default"
            raise _failure(env, StatesErrorNameType.StatesNoChoiceMatched, said)
        env.stack.append(state.default_state.state_name)

    @staticmethod
    def _matching() -> Callable[..., None]:
        """How a Catch tells errors: States.ALL does not hold for States.Runtime (developer guide, Error names)."""
        decl = error_equals_decl.ErrorEqualsDecl
        original, runtime = decl._eval_body, StatesErrorName(typ=StatesErrorNameType.StatesRuntime)

        def match(self: Any, env: Any) -> None:
            error = env.stack[-1]
            if (
                isinstance(error, StatesErrorName)
                and error == runtime
                and decl._STATE_ALL_ERROR in self.error_names
            ):
                env.stack[-1] = False
                return
            original(self, env)

        return match

    def _sampled(self) -> Callable[..., None]:
        """How variables of a workflow are read, where that takes no JSONata."""
        original = string_expression.StringVariableSample._eval_body

        def sample(expression: Any, env: Any) -> None:
            name, *rest = re.split(r"(?=[.\[])", expression.expression, maxsplit=1)
            try:
                value = env.variable_store.get(name.removeprefix("$"))
            except NoSuchVariable:
                original(expression, env)
                return
            path = "$" + "".join(rest)
            found = jsonpath.at(value, path)
            self._saw(expression.expression, found)
            if found is MISSING:
                raise _failure(env, StatesErrorNameType.StatesRuntime, _lost(expression.expression))
            env.stack.append(copy.deepcopy(found))

        return sample

    def _compute(self, expression: Any, env: Any) -> None:
        """Put the result of an intrinsic function on the stack; of what is not known, nobody knows it."""
        before, self._is_guessed = self._is_guessed, False
        depth = len(env.stack)
        said = ""
        try:
            expression.function.eval(env=env)
        except json_path.NoSuchJsonPathError as error:
            said = _lost(self._aliases.get(error.json_path, error.json_path))
        except Exception as error:  # noqa: BLE001 - the engine's functions raise whatever comes
            said = str(error)
        guessed, self._is_guessed = self._is_guessed, before
        if said and (self._lost or not guessed):
            plain = self._plain(expression.literal_value)
            self._lost = self._lost or plain
            said = f"{plain}: {said}"
            raise _failure(env, StatesErrorNameType.StatesIntrinsicFailure, said)
        if guessed:
            del env.stack[depth:]
            env.stack.append(UNKNOWN)

    def _failing(self) -> Callable[..., Any]:
        """What a failure within a state is, before a Catch is asked; what we may be the cause of is none."""
        original = execute_state.ExecutionState._from_error

        def fail(state: Any, env: Any, ex: Exception) -> Any:
            self._doubt(ex)
            return original(state, env, ex)

        return fail

    def _doubt(self, error: Exception) -> None:
        if self._is_guessed and not self._lost:
            raise _StopError(GUESSED)
        if not isinstance(
            error, (failure_event.FailureEventException, json_path.NoSuchJsonPathError)
        ):
            raise _StopError(f"moto cannot run it: {error or type(error).__name__}")

    def _entering(self) -> Callable[..., None]:
        """How states run: what fails in one is noted, unless it is caught further out."""
        original = common.CommonStateField._eval_body

        def enter(state: Any, env: Any) -> None:
            outer = self._lost, self._is_guessed
            self._lost, self._is_guessed = "", False
            noted = len(self._failures)
            try:
                self._enter(original, state, env, noted)
            except _StopError as stop:
                stop.state = stop.state or state.name
                raise
            finally:
                self._lost, self._is_guessed = outer

        return enter

    def _enter(self, original: Callable[..., None], state: Any, env: Any, noted: int) -> None:
        try:
            if state.query_language.query_language_mode.name != "JSONPath":
                raise _StopError(JSONATA)
            original(state, env)
        except Exception as error:
            self._note(state, error, noted)
            raise
        else:
            del self._failures[noted:]

    def _note(self, state: Any, error: Exception, noted: int) -> None:
        """Note a state that failed, unless one within it is the cause, or it fails on purpose."""
        if isinstance(state, state_fail.StateFail):
            self._on_purpose = state.name
            return
        if len(self._failures) > noted or self._on_purpose:
            return
        self._doubt(error)
        if isinstance(error, failure_event.FailureEventException):
            name = error.failure_event.error_name
            details: Any = next(iter((error.failure_event.event_details or {}).values()), {})
            said = str(details.get("cause", ""))
            told = _lost(self._lost) if self._lost and said.startswith(_SAID_OF_PATHS) else said
            self._failures.append(
                Failure(state.name, name.error_name if name else "", told, self._lost)
            )


_SAID_OF_PATHS = ("The JSONPath", "Invalid path")


def _copied(value: Any) -> Any:
    """A copy of a value, fast where it is JSON."""
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copied(inner) for inner in value]
    return value if value is None or isinstance(value, (str, int, float)) else copy.deepcopy(value)


def _lost(path: str) -> str:
    return f"The JSONPath '{path}' could not be found in the input"


def _failure(env: Any, error: Any, cause: str) -> failure_event.FailureEventException:
    """A failure by an error of the service itself, or by one of a task."""
    name = StatesErrorName(typ=error) if isinstance(error, StatesErrorNameType) else error
    details = TaskFailedEventDetails(error=name.error_name, cause=cause)
    return failure_event.FailureEventException(
        failure_event.FailureEvent(
            env=env,
            error_name=name,
            event_type=HistoryEventType.TaskFailed,
            event_details=EventDetails(taskFailedEventDetails=details),
        )
    )


class _Task(StateTask):  # type: ignore[misc] # moto is taken untyped
    """A Task state of any service, whose parameters are made as ever and whose result is an answer."""

    answer: Answer

    def _eval_execution(self, env: Any) -> None:
        if isinstance(self.resource, ServiceResource):
            if self.resource.condition is not None:
                env.states.context_object.update_task_token()
            parameters = self._eval_parameters(env=env)
        else:
            if self.parargs is not None:
                self.parargs.eval(env=env)
            parameters = env.stack.pop()
        self._eval_state_credentials(env=env)
        try:
            answer = self.answer(self.resource.resource_arn, parameters)
        except TaskError as error:
            raise _failure(env, ErrorName(error.name), error.cause) from None
        except AnswerError as error:
            raise _MisuseError(error) from None
        env.stack.append(copy.deepcopy(answer))


def _task(answer: Answer) -> _Task:
    task = _Task()
    task.answer = answer
    return task
