"""A handler in the process that judges it, so that a debugger can be used.

The sandbox of a worker is around each of its calls, and only around these: what else runs in this
process is none of the handler's. Nothing is stopped that does not return.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecr_contracts.core.errors import SetupError
from ecr_contracts.core.findings import Location
from ecr_contracts.core.masking import hide_here, secrets
from ecr_contracts.discovery.source.variables.environment import Variable, variables
from ecr_contracts.discovery.target import Target, is_javascript
from ecr_contracts.discovery.template_variables import template_variables
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.engine.subject import InProcess, Running
from ecr_contracts.engine.subjects.handler import Handler
from ecr_contracts.runtime.lambda_context import (
    NO_CREDENTIALS,
    REAL_CREDENTIALS,
    lambda_environment,
)
from ecr_contracts.runtime.loader import Consumer, loaded, source_texts
from ecr_contracts.runtime.outcome import Outcome
from ecr_contracts.runtime.sandbox.observed import call_observed
from ecr_contracts.runtime.sandbox.sandbox import Sandbox
from ecr_contracts.runtime.sandbox.secret_files import secrets_around
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = ["HandlerHere"]

_ELSEWHERE = "judge it in a process of its own"


class HandlerHere(Handler):
    """A handler, loaded into this process once for all of its calls.

    Exceptions of the classes `passing` that end a call are raised, and are nothing that the handler
    did: by them a debugger ends the run.
    """

    def __init__(
        self,
        target: str | Target,
        *,
        timeout: float | None = None,
        settings: Settings = Settings(),  # noqa: B008 - it is frozen
        folder: Path | None = None,
        rules: Sequence[Any] = (),
        passing: tuple[type[BaseException], ...] = (),
    ) -> None:
        super().__init__(target, timeout=timeout, settings=settings, folder=folder, rules=rules)
        self._passing = passing
        self._raised: dict[tuple[str, int], BaseException] = {}

    def notes(self) -> Iterator[str]:
        """Nothing: what is asked of it here is what it does."""
        return iter(())

    def raised_at(self, location: Location | None) -> BaseException | None:
        """An exception that a call raised in a line, with its traceback; None if there was none."""
        if location is None:
            return None
        return self._raised.get((location.file, location.line))

    @contextmanager
    def start(self, events: Sequence[Mapping[str, Any]] = ()) -> Iterator[Running]:
        """The handler, as it is, in this process.

        Raises SetupError for one that has to run in a process of its own, ConsumerError for one
        that cannot be loaded.
        """
        if is_javascript(self.target):
            raise SetupError(self.name, "it is no Python, so it cannot run here", "", _ELSEWHERE)
        with ExitStack() as stack:
            with self._in_folder():
                host = _Host(self.target, self.settings, events)
                host.load(stack)
            if host.consumer.polls:
                raise SetupError(self.name, "it never returns by itself", "", _ELSEWHERE)

            def call(payload: Any, *, trace: bool = False, ecr_payload: Any = None) -> Outcome:
                raised: list[BaseException] = []
                with self._in_folder():
                    outcome = host.call(payload, ecr_payload, trace=trace, on_raised=raised.append)
                for error in raised:
                    if isinstance(error, self._passing):
                        raise error
                    if outcome.location is not None:
                        place = outcome.location.file, outcome.location.line
                        self._raised.setdefault(place, error)
                return outcome

            yield InProcess(call)


class _Host:
    """What a handler finds around it in each call: its modules, its variables, its sandbox."""

    def __init__(
        self, target: Target, settings: Settings, events: Sequence[Mapping[str, Any]]
    ) -> None:
        self._target, self._events, self._folder = target, events, os.getcwd()
        of_template = template_variables(target)
        self._made_up: tuple[Variable, ...] = ()
        if settings.env_auto:
            self._made_up = variables(target, events, of_template.forms)
        given = of_template.without(variable.name for variable in self._made_up)
        lambdas = {
            name: value for name, value in lambda_environment().items() if name not in os.environ
        }
        env = {**lambdas, **NO_CREDENTIALS, **given, **settings.env}
        self._settings = replace(settings, env=env)
        self._sources = source_texts(target)
        self._hidden = (
            secrets(os.environ) | secrets(env) | secrets_around(target.file, self._folder)
        )
        hide_here(self._hidden)
        self._user_code = UserCode.around(target.file, self._folder)
        self._place: tuple[list[str], list[str], str] = ([], [], "")
        self._modules: dict[str, Any] = {}

    def load(self, stack: ExitStack) -> None:
        """Import the handler; the end of the stack undoes it. Raises ConsumerError."""
        path, argv, before = sys.path[:], sys.argv[:], frozenset(sys.modules)
        with self._sandbox() as sandbox:
            sandbox.begin_loading(self._events)
            self.consumer: Consumer = stack.enter_context(loaded(self._target))
            self._user_code = self.consumer.user_code
        self._place = sys.path[:], sys.argv[:], os.getcwd()
        self._take_out(before)
        sys.path[:], sys.argv[:] = path, argv
        os.chdir(self._folder)

    def _take_out(self, before: Collection[str]) -> None:
        """Keep the handler's own modules that were imported since, and forget them here."""
        for name in sys.modules.keys() - before:
            file = getattr(sys.modules[name], "__file__", None)
            if isinstance(file, str) and self._user_code.owns(file):
                self._modules[name] = sys.modules.pop(name)

    def call(self, payload: Any, ecr_payload: Any, **options: Any) -> Outcome:
        """What the handler does with a payload; its output goes where that of a test goes."""
        with self._at_home(), self._sandbox() as sandbox:
            sandbox.consumer_loaded(self._user_code)
            return call_observed(
                sandbox,
                self.consumer,
                payload,
                ecr_payload=ecr_payload,
                capture=False,
                **options,
            )

    @contextmanager
    def _sandbox(self) -> Iterator[Sandbox]:
        """A sandbox, in which nobody's credentials are there."""
        real = {name: os.environ.pop(name) for name in REAL_CREDENTIALS if name in os.environ}
        try:
            with Sandbox(
                self._settings,
                self._user_code,
                sources=self._sources,
                variables=self._made_up,
                hidden=self._hidden,
            ) as sandbox:
                yield sandbox
        finally:
            os.environ.update(real)

    @contextmanager
    def _at_home(self) -> Iterator[None]:
        """The modules, the search path and the folder that loading left; then those of before."""
        path, argv, folder = sys.path[:], sys.argv[:], os.getcwd()
        shadowed = {name: sys.modules[name] for name in self._modules if name in sys.modules}
        others = sys.modules.keys() - self._modules.keys()
        sys.modules.update(self._modules)
        sys.path[:], sys.argv[:] = self._place[0], self._place[1]
        os.chdir(self._place[2])
        try:
            yield
        finally:
            self._take_out(others)
            sys.modules.update(shadowed)
            sys.path[:], sys.argv[:] = path, argv
            os.chdir(folder)
