"""Handlers as subjects: by name, in a worker process and a sandbox; or as a function, here."""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, chdir, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.core.masking import hide_here, secrets
from ecr_contracts.discovery.entrances import other_entrance
from ecr_contracts.discovery.iac.cloudformation.input_transformers import Transformer
from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.discovery.javascript.sources import calls_out
from ecr_contracts.discovery.own_values import own_values
from ecr_contracts.discovery.purpose import Purpose, feeds_of, purpose_of, with_transformer
from ecr_contracts.discovery.shapes.pollers import asked_queue
from ecr_contracts.discovery.source.breakpoints import breakpoints
from ecr_contracts.discovery.source.modules import reading_once, sources
from ecr_contracts.discovery.source.words import words_of
from ecr_contracts.discovery.surroundings import disabled_rules
from ecr_contracts.discovery.target import Target, is_javascript
from ecr_contracts.discovery.unread import unread_files
from ecr_contracts.discovery.user_code import UserCode, is_installed, is_standard
from ecr_contracts.discovery.variable_values import variable_values
from ecr_contracts.engine import preflight
from ecr_contracts.engine.checks.batch_response import received_nothing
from ecr_contracts.engine.reach import OwnModule
from ecr_contracts.engine.subject import Baselines, Inference, InProcess, Running
from ecr_contracts.engine.trial import Carry
from ecr_contracts.eventbridge.rules.world import WHOLE_WORLD, World
from ecr_contracts.events.kinds import usual_kinds
from ecr_contracts.runtime.entries.queue_message import with_message_object
from ecr_contracts.runtime.entries.web.web_app import WebApp
from ecr_contracts.runtime.import_faults import ImportFaultError
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.lambda_context import LONGEST_CALL
from ecr_contracts.runtime.loader import Consumer, is_called_by_lambda, told_of
from ecr_contracts.runtime.masked_outcome import masked_outcome
from ecr_contracts.runtime.outcome import Outcome, Stop
from ecr_contracts.runtime.sandbox.kernel import Containment
from ecr_contracts.runtime.sandbox.observed import call_observed
from ecr_contracts.runtime.sandbox.sandbox import Sandbox
from ecr_contracts.runtime.sandbox.secret_files import secrets_around
from ecr_contracts.runtime.sandbox.settings import Settings
from ecr_contracts.runtime.worker.parent import Worker

__all__ = ["TIMEOUT", "Function", "Handler", "InWorker", "target_of"]

TIMEOUT = 5.0
"""Seconds that a handler has for one event, unless told otherwise."""

_UNANSWERED = "it asks a queue for messages, and nothing is there to answer it"
_ANSWERED = "use the fixture ecr_effects, or give its name to ecr-contracts check"

_NODE_UNSEEN = (
    "of a handler for Node it is not seen which of its branches no event enters, nor what it "
    "catches by other means than a catch (`if (err) return`), or leaves undone in promises that it "
    "does not await"
)
_NODE_QUIET = (
    "no event got to a call of AWS or of the web, though its code has some: what it does then was "
    "not tried"
)

NO_LEVELS: Mapping[str, str] = MappingProxyType({})

_BREAKPOINT = (
    "breakpoint passed over: {} (in Lambda it ends the call; pytest --ecr-in-process stops there)"
)


def is_of_breakpoint(note: str) -> bool:
    """Whether a note of a handler is about a breakpoint in its code."""
    return note.startswith(_BREAKPOINT.partition(":")[0])


class Handler:
    """A handler, loaded by its name and run in a worker process, in a sandbox.

    `target` is its name as text, or parsed. `timeout` are the seconds that Lambda gives it for one
    event (None: those that its template says, else the most that Lambda can give): sleeps use them
    up, though they pass at once. In real time it has `timeout` seconds (None: 5). `folder` is what
    its path is relative to (None: the folder that the process is in). `transformer` is how a rule
    has its events shaped, where somebody says it; else the rule beside it does. `rules` are those
    that deliver its events, where somebody says them. Raises ConsumerError for what is no name.
    """

    is_watched = True
    arguments: tuple[str, ...] = ()
    levels = NO_LEVELS

    def __init__(
        self,
        target: str | Target,
        *,
        timeout: float | None = None,
        settings: Settings = Settings(),  # noqa: B008 - it is frozen
        transformer: Transformer | None = None,
        folder: Path | None = None,
        rules: Sequence[Rule] = (),
    ) -> None:
        self._rules = tuple(rules)
        self.target = Target.parse(target) if isinstance(target, str) else target
        self.timeout = TIMEOUT if timeout is None else timeout
        function = self.target.function
        template_timeout = None if function is None else function.timeout
        self._lambda_timeout = timeout or template_timeout or LONGEST_CALL
        self.settings = settings
        self._transformer, self._folder = transformer, folder
        self._worker: Worker | None = None
        self._running: InWorker | None = None

    @property
    def name(self) -> str:
        """Its name as it was written."""
        return self.target.text

    def inference(self, *, needs_kinds: bool = True) -> Inference:
        """What the rules beside it say, else its source."""
        with self._in_folder(), reading_once():
            inferred = purpose_of(self.target, self._rules)
            if self._transformer is not None:
                inferred = with_transformer(
                    inferred, self._transformer, named_rules=bool(self._rules)
                )
            feeds = feeds_of(self.target, self._rules)
            is_shaped_anyhow = self._transformer is not None
            inference = _inference(self.target, inferred, feeds, is_shaped_anyhow=is_shaped_anyhow)
            return _comparing(inference, self.target, self.settings.env)

    @contextmanager
    def start(self, events: Sequence[Mapping[str, Any]] = ()) -> Iterator[Running]:
        """The handler in a process of its own."""
        with self._in_folder():
            worker = Worker(
                self.target,
                timeout=self.timeout,
                lambda_timeout=self._lambda_timeout,
                settings=self.settings,
                events=events,
            )
        with worker:
            self._worker = worker
            self._running = InWorker(worker, self._in_folder)
            yield self._running

    def notes(self) -> Iterator[str]:
        """At which path a web app was called, what is not seen or not read, and breakpoints."""
        if is_javascript(self.target):
            yield _NODE_UNSEEN
            if self._running is not None and not self._running.has_acted and calls_out(self.target):
                yield _NODE_QUIET
        yield from self._worker.told if self._worker is not None else ()
        yield from self._passed_over()
        with self._in_folder():
            if unread := unread_files(self.target):
                yield unread

    def _passed_over(self) -> Iterator[str]:
        """Where its code calls a debugger."""
        for module in () if is_javascript(self.target) else self.modules():
            for call_of in breakpoints(module.tree):
                yield _BREAKPOINT.format(f"{module.shown}:{call_of.lineno}")

    def modules(self) -> Sequence[OwnModule]:
        """Its file, and what that imports near it."""
        with self._in_folder():
            return _own_modules(self.target)

    def _in_folder(self) -> AbstractContextManager[None]:
        return nullcontext() if self._folder is None else chdir(self._folder)


class InWorker:
    """A handler at work in its process."""

    def __init__(
        self,
        worker: Worker,
        in_folder: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._worker, self._in_folder = worker, in_folder
        self.has_acted = False
        """Whether any call had an effect, or asked for something."""
        self._import_fault: Outcome | None = None
        """The outcome of every call of a handler that cannot be imported by its own doing."""

    @property
    def settings(self) -> Settings:
        """How the sandbox answers it."""
        return self._worker.settings

    @property
    def containment(self) -> Containment | None:
        """What the operating system holds back of its process."""
        return self._worker.containment

    def call(self, payload: Any, *, trace: bool = False, ecr_payload: Any = None) -> Outcome:
        """What the handler does with a payload."""
        self._load(self._worker.start)
        if self._import_fault is not None:
            return self._import_fault
        outcome = self._worker.call(payload, trace=trace, ecr_payload=ecr_payload)
        self.has_acted = self.has_acted or bool(outcome.effects)
        if received_nothing(outcome.returned):
            # A poll loop may remember that it was ended.
            self.forget()
            outcome = self._worker.call(payload, trace=trace, ecr_payload=ecr_payload)
        return outcome

    def load(self) -> None:
        """Import the handler."""
        self._load(functools.partial(preflight.load, self._worker))

    def _load(self, load: Callable[[], None]) -> None:
        """Import it, unless it is known that this fails by its own doing."""
        if self._import_fault is None:
            try:
                with self._in_folder():
                    load()
            except ImportFaultError as fault:
                self._import_fault = fault.outcome

    def forget(self) -> None:
        """Begin with a new process."""
        with self._in_folder():
            self._worker.restart(self._worker.settings)

    def rehearse(
        self, runs: Sequence[tuple[str, str]], carry: Carry, world: World = WHOLE_WORLD
    ) -> Baselines:
        """Give it the ordinary events, and find answers of AWS and of the web that suit it."""
        self.load()
        if self._import_fault is not None:
            return dict.fromkeys(runs, self._import_fault)
        with self._in_folder():
            try:
                return preflight.prepare(self._worker, runs, carry, world)
            except SetupError as error:
                raise _with_unread(error, self._worker.target) from None

    def has_made_up(self, outcomes: Iterable[Outcome]) -> bool:
        """Whether an answer of the sandbox had a part in an outcome."""
        return any(preflight.depends_on_sandbox(outcome) for outcome in outcomes)

    def refuse(self, outcomes: Iterable[Outcome]) -> None:
        """Raise SetupError for a missing variable, or for an answer that the user set wrongly."""
        preflight.inspect(self._worker, outcomes)

    def advice(self, stop: Stop, outcome: Outcome, payload: Any = None) -> str:
        """The setting of an answer that serves."""
        with self._in_folder():
            return preflight.advice_for(self._worker, stop, outcome, payload)

    def setup_error(self, stop: Stop, outcome: Outcome, payload: Any = None) -> SetupError:
        """That every event stops at an answer, with the setting of one that serves."""
        with self._in_folder():
            error = preflight.setup_error(self._worker, stop, outcome, payload)
            return _with_unread(error, self._worker.target)


def _with_unread(error: SetupError, target: Target) -> SetupError:
    """The same error, whose advice says too which files around could not be read."""
    unread = unread_files(target)
    if not unread:
        return error
    advice = f"{error.advice}\n  {unread}"
    return SetupError(error.target, error.problem, error.happened, advice)


class Function:
    """A function, or whatever else can be called like a handler, in this process.

    What is patched here stays patched, and a debugger can be used; nothing is stopped that does not
    return. Where a sandbox is around it (the fixture `ecr_effects`), that answers and records each
    call as it does in a worker process. `rules` are those that deliver its events, where somebody
    says them; `path` is where a web app is sent them. Raises ConsumerError for what cannot be
    called.
    """

    arguments: tuple[str, ...] = ()
    levels = NO_LEVELS
    timeout = TIMEOUT

    def __init__(
        self, function: Callable[..., Any], *, rules: Sequence[Rule] = (), path: str = ""
    ) -> None:
        self._target = target_of(function)
        given = with_message_object(function, self._target)
        self._consumer = Consumer.of(given, path=path, asked=asked_queue(self._target))
        if is_called_by_lambda(self._consumer, function, self._target):
            self._consumer = Consumer.of(given, is_lambda=True)
        self._target = _own_target(self._target, self._consumer)
        self._is_adapter = _is_adapter(function)
        self._rules = tuple(rules)
        # A debugger, or the measuring of coverage, traces already.
        self.is_watched = sys.gettrace() is None
        self._hidden: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The function's name."""
        return self._target.text

    def inference(self, *, needs_kinds: bool = True) -> Inference:
        """What the rules beside its module say, else its source."""
        inferred = purpose_of(self._target, self._rules)
        feeds = feeds_of(self._target, self._rules)
        inference = _inference(self._target, inferred, feeds, is_shaped_anyhow=False)
        return _comparing(inference, self._target, {})

    @contextmanager
    def start(self, events: Sequence[Mapping[str, Any]] = ()) -> Iterator[Running]:
        """The function, as it is, in the environment that there is now."""
        sandbox = Sandbox.active()
        if sandbox is not None:
            sandbox.keep_environment()
        self._hidden = secrets(os.environ) | secrets_around(self._target.file, os.getcwd())
        hide_here(self._hidden)
        try:
            yield InProcess(self._call)
        finally:
            self._consumer.close()

    def _call(self, payload: Any, *, trace: bool = False, ecr_payload: Any = None) -> Outcome:
        sandbox = Sandbox.active()
        if sandbox is None and self._consumer.polls:
            raise ConsumerError(self.name, _UNANSWERED, _ANSWERED)
        if sandbox is None:
            outcome = call(self._consumer, payload, trace=trace)
        else:
            outcome = call_observed(
                sandbox, self._consumer, payload, ecr_payload=ecr_payload, trace=trace
            )
        if self._is_adapter:
            outcome = replace(outcome, unserialisable="")
        return masked_outcome(outcome, self._hidden)

    def notes(self) -> Iterator[str]:
        """At which path a web app was called, where it has several, and what is not read."""
        yield from told_of(self._consumer)
        if unread := unread_files(self._target):
            yield unread

    def modules(self) -> Sequence[OwnModule]:
        """The file that it stands in, and what that imports near it."""
        return _own_modules(self._target)


def target_of(function: Callable[..., Any]) -> Target:
    """Where the source of a function is looked for, and the rules around it."""
    while isinstance(function, functools.partial):
        function = function.func
    if inspect.ismethod(function):
        owner = function.__self__ if inspect.isclass(function.__self__) else type(function.__self__)
        if "<locals>" not in owner.__qualname__:
            return _target_named(f"{owner.__qualname__}.{function.__name__}", owner.__module__)
    name = getattr(function, "__qualname__", type(function).__qualname__)
    module = getattr(function, "__module__", "")
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is not None and is_installed(file) and (place := _own_place(function)):
        return Target(place[0], place[0], file=Path(place[1]))
    return _target_named(name, module)


def _own_target(target: Target, consumer: Consumer) -> Target:
    """The target itself, or that of the endpoint where an app's own source is its framework's.

    So it is of an app that no module holds, as one that a factory makes: to read all of a framework
    takes minutes, and says nothing of the app.
    """
    app = consumer.function
    if not isinstance(app, WebApp) or app.endpoint is None:
        return target
    if target.file is None or is_installed(str(target.file)):
        return target_of(getattr(app.endpoint, "view_class", app.endpoint))
    return target


def _target_named(name: str, module_name: str) -> Target:
    """The target of a function of a module; its name is qualified."""
    module = sys.modules.get(module_name)
    file = getattr(module, "__file__", None)
    if file is None:
        return Target(name, name, module=name)
    return Target(name, name, file=Path(file))


def _own_place(value: Any) -> tuple[str, str] | None:
    """The name and the file of the module that defines an object of a library's class.

    Others may import it from there; they were begun before.
    """
    for module in reversed(list(sys.modules.values())):
        names = getattr(module, "__dict__", {})
        file = names.get("__file__")
        if not isinstance(file, str) or is_installed(file) or is_standard(file):
            continue
        for name, own in list(names.items()):
            if own is value:
                return name, file
    return None


def _is_adapter(function: Callable[..., Any]) -> bool:
    """Whether a function only passes on what something else returns, which Lambda never sees.

    So does one that stands in a test. A handler that a function makes is a name of its module.
    """
    if "<locals>" not in getattr(function, "__qualname__", ""):
        return False
    names = vars(sys.modules.get(function.__module__, sys))
    return not any(value is function for value in list(names.values()))


def _own_modules(target: Target) -> list[OwnModule]:
    """The files of a consumer's own code, each once."""
    user_code = UserCode.around(target.file)
    modules: dict[str, OwnModule] = {}
    for source in sources(target):
        file = os.path.abspath(source.file)
        handler = "" if modules else target.name
        modules.setdefault(file, OwnModule(file, user_code.shown(file), source.tree, handler))
    return list(modules.values())


def _undelivered(target: Target, world: World) -> list[str]:
    """What a handler handles and its rules never deliver."""
    if world.is_whole:
        return []
    from ecr_contracts.discovery.undelivered import undelivered_handled

    return undelivered_handled(target, world)


def _disabled(target: Target) -> Iterator[str]:
    """That rules are there and disabled, so that they said nothing of what reaches a handler."""
    for rule in disabled_rules(target):
        yield f"{rule} is disabled and delivers nothing: it was judged as if it were not there"


def _comparing(inference: Inference, target: Target, given: Mapping[str, str]) -> Inference:
    """An inference with what the consumer's code compares with fields of its events."""
    kinds = inference.kinds or usual_kinds()
    event = inference.world.ordinary_case(kinds[0]).event
    of_libraries = variable_values(target, given, event)
    return inference.comparing((*own_values(target, given), *of_libraries))


def _inference(
    target: Target, inferred: Purpose, feeds: Mapping[str, Any], *, is_shaped_anyhow: bool
) -> Inference:
    """The inference of a purpose. A transformer that somebody named shapes in any envelope."""
    return Inference(
        kinds=inferred.kinds,
        kinds_reason=inferred.why,
        envelopes={inferred.envelope: inferred.envelope_why, **inferred.others},
        world=inferred.world,
        problem=inferred.problem,
        shape_problem=inferred.shape_problem,
        unresolved=tuple(path for rule in inferred.rules for path in rule.unresolved),
        undelivered=(*_undelivered(target, inferred.world), *_disabled(target)),
        kinds_of_source=inferred.kinds_of_source,
        source_reason=inferred.source_says,
        transformer=inferred.transformer,
        transformer_envelope="" if is_shaped_anyhow else inferred.envelope,
        feeds=feeds,
        filters_itself=True,
        source=target,
        delivered=inferred.delivered,
        by_shape=inferred.by_shape,
        unruled=inferred.unruled,
        by_envelope=inferred.by_envelope,
        other_sender=other_entrance(words_of(target).event.whole),
    )
