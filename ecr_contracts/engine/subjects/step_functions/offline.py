"""moto's engine made to run offline and at once: no threads, no waiting, no AWS.

It knows the engine; it must not know definitions, or how an execution is judged. The engine is a
private part of moto's: `offline` holds what is replaced in it whatever it runs, and why.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
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
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.array import (
    array_range,
)
from moto.stepfunctions.parser.asl.component.program import program
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_map import max_concurrency
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader import (
    item_reader_decl,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import (
    distributed_iteration_component,
    inline_iteration_component,
    iteration_worker,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.result_writer import (
    result_writer_decl,
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
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.parse import preprocessor

from ecr_contracts.core.errors import AnswerError
from ecr_contracts.engine.subjects.step_functions.ending import DISTRIBUTED
from ecr_contracts.engine.subjects.step_functions.tasks import TaskError
from ecr_contracts.runtime.sandbox.hooks import Patches

__all__ = ["Answer", "MisuseError", "StopError", "failure", "offline"]

Answer = Callable[[str, Any], Any]
"""What a task is answered with, by its resource and parameters."""

_LONGEST_RANGE = 1000
"""Elements that States.ArrayRange makes. Source: developer guide, Intrinsic functions."""

_MOST_AT_ONCE = 40
"""Iterations of a Map that run at once. Source: developer guide, Map state in Inline mode."""

_LOUDEST = logging.CRITICAL + 1


class StopError(BaseException):
    """An execution cannot be followed any further: no failure, so that no Catch may catch it."""

    def __init__(self, why: str) -> None:
        self.why, self.state = why, ""
        super().__init__(why)


class MisuseError(BaseException):
    """An answer of the user's cannot be used; the engine must not take it for a failure."""

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


@contextmanager
def offline(answer: Answer) -> Iterator[Patches]:
    """The engine with these parts replaced while the block runs; tasks are answered by `answer`.

    Whatever else is replaced through the patches that it gives is put back with them.
    """
    patches = Patches()
    logger = logging.getLogger("moto.stepfunctions")
    level = logger.level
    logger.setLevel(_LOUDEST)
    try:
        _run_at_once(patches)
        _leave_out_records(patches)
        _keep_from_aws(patches, answer)
        _correct_error_names(patches)
        yield patches
    finally:
        patches.undo()
        logger.setLevel(level)


def _run_at_once(patches: Patches) -> None:
    """No threads, waits or retries: a second try of the same ends alike."""
    patches.set(execute_state, "Thread", _AtOnce)
    for module in (program, branch_worker, inline_iteration_component):
        patches.set(module, "threading", SimpleNamespace(Thread=_AtOnce))
    for module in (program, branch_worker, inline_iteration_component, execute_state):
        patches.set(module, "TMP_THREADS", [])
    patches.set(WaitFunction, "_wait_interval", _nothing)
    patches.set(max_concurrency.MaxConcurrencyDecl, "_eval_body", _evaluate_concurrency)
    patches.set(
        execute_state.ExecutionState, "_handle_retry", lambda *_, **__: RetryOutcome.CannotRetry
    )


def _evaluate_concurrency(declared: Any, env: Any) -> None:
    """How many iterations run at once; the engine makes a worker for each, items or none."""
    env.stack.append(min(declared._eval_max_concurrency(env=env), _MOST_AT_ONCE))


def _measured_range(first: int, last: int, step: int) -> range:
    """A range for States.ArrayRange; the engine counts its elements once it has made them all."""
    numbers = range(first, last, step)
    if len(numbers) > _LONGEST_RANGE:
        raise ValueError(f"Arrays cannot contain more than {_LONGEST_RANGE} items")
    return numbers


def _leave_out_records(patches: Patches) -> None:
    """Without what takes most of the time: histories and logs that nobody reads, slow copies."""
    patches.set(EventManager, "add_event", _nothing)
    patches.set(eval_component.EvalComponent, "_log_failure_event_exception", _nothing)
    patches.set(eval_component.EvalComponent, "_log_exception", _nothing)
    for module in (environment, execute_state, result_path, states, string_expression):
        patches.set(module, "copy", SimpleNamespace(deepcopy=_copied))
    patches.set(array_range, "range", _measured_range)
    patches.set(result_path, "parse", lru_cache(256)(result_path.parse))


def _keep_from_aws(patches: Patches, answer: Answer) -> None:
    """Tasks are answered here, and what would read or write elsewhere is not run."""
    patches.set(preprocessor, "state_task_for", lambda _: _task(answer))
    distributed = distributed_iteration_component.DistributedIterationComponent
    patches.set(distributed, "_eval_body", _stop_distributed)
    patches.set(item_reader_decl.ItemReader, "_eval_body", _stop_distributed)
    patches.set(result_writer_decl.ResultWriter, "_eval_body", _nothing)


def _correct_error_names(patches: Patches) -> None:
    """Names of errors as Step Functions has them."""
    # The engine refuses to hand on errors of the service itself from a branch.
    for module in (branches_decl, iteration_worker, state_fail):
        patches.set(module, "CustomErrorName", ErrorName)
    patches.set(error_equals_decl.ErrorEqualsDecl, "_eval_body", _error_matching())


def _nothing(*_: object, **__: object) -> None:
    """Does nothing, in place of something that does."""


def _stop_distributed(*_: object, **__: object) -> None:
    raise StopError(DISTRIBUTED)


def _error_matching() -> Callable[..., None]:
    """How a Catch tells errors: States.ALL does not hold for States.Runtime.

    Source: Step Functions developer guide, Error names.
    """
    declaration = error_equals_decl.ErrorEqualsDecl
    original = declaration._eval_body
    runtime = StatesErrorName(typ=StatesErrorNameType.StatesRuntime)

    def match(self: Any, env: Any) -> None:
        error = env.stack[-1]
        is_runtime = isinstance(error, StatesErrorName) and error == runtime
        if is_runtime and declaration._STATE_ALL_ERROR in self.error_names:
            env.stack[-1] = False
            return
        original(self, env)

    return match


def _copied(value: Any) -> Any:
    """A copy of a value, fast where it is JSON."""
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copied(inner) for inner in value]
    if value is None or isinstance(value, (str, int, float)):
        return value
    return copy.deepcopy(value)


def failure(env: Any, error: Any, cause: str) -> failure_event.FailureEventException:
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
    """A Task state of any service: its parameters are made as ever, its result is an answer."""

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
            raise failure(env, ErrorName(error.name), error.cause) from None
        except AnswerError as error:
            raise MisuseError(error) from None
        env.stack.append(copy.deepcopy(answer))


def _task(answer: Answer) -> _Task:
    task = _Task()
    task.answer = answer
    return task
