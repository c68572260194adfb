"""The sandbox as a whole: its parts are installed, asked and removed together."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from ecr_contracts.core.masking import secrets, secrets_within
from ecr_contracts.discovery.source.variables.environment import Variable
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.effects import Effects, Sort
from ecr_contracts.runtime.import_faults import Surroundings
from ecr_contracts.runtime.outcome import CaughtException, Entered, MadeUpVariable, WrongCall
from ecr_contracts.runtime.provenance.tracking import Provenance
from ecr_contracts.runtime.sandbox import entered
from ecr_contracts.runtime.sandbox.exceptions import ExceptionRecorder
from ecr_contracts.runtime.sandbox.hooks import ImportHooks
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.secret_files import SecretFiles
from ecr_contracts.runtime.sandbox.settings import Settings

OBSERVED_PACKAGES = frozenset(
    [
        "aiohttp",
        "aws_lambda_powertools",
        "boto3",
        "botocore",
        "certifi",
        "dateutil",
        "httpcore",
        "httpx",
        "idna",
        "jmespath",
        "moto",
        "requests",
        "s3transfer",
        "urllib3",
    ]
)
"""Packages whose calls a sandbox records: no side effect of theirs stays unseen."""


@dataclass(frozen=True, slots=True)
class Observations:
    """What a sandbox observed of one call; the fields are those of `outcome.Outcome`."""

    effects: Effects
    caught: tuple[CaughtException, ...]
    missing: tuple[str, ...]
    unset: tuple[str, ...]
    made_up: tuple[MadeUpVariable, ...]
    misuse: str
    entered: Entered = ()
    wrong_calls: tuple[WrongCall, ...] = ()


def load() -> None:
    """Import the parts of a sandbox, for all processes that are forked off this one.

    Without it, the first sandbox imports them.
    """
    for part in (
        "aws.client",
        "clock",
        "carriers",
        "environment",
        "guard",
        "files.files",
        "stubs",
        "network.http_clients",
        "network.smtp",
    ):
        import_module(f"{__package__}.{part}")
    import_module(f"{__package__}.kernel").prepare()


_ACTIVE: list[Sandbox] = []
"""The sandboxes that were entered and not left, the innermost last."""


class Sandbox:
    """A sandbox for one consumer, in this process, while the block runs.

    Load the consumer in the block, say `consumer_loaded`, then `begin_call` before each call.
    `sources` are the texts of the consumer's own modules, and `variables` the environment variables
    that they read: what is done with a value tells what it must look like. Whatever is patched is
    put back at the end. A process that is `passing`, a worker's, ends with the sandbox. `hidden`
    are values that nothing may show, beside those that the sandbox sees itself. With a `scratch`
    folder, the whole process is the consumer's, and the stores of secrets of these `homes` are not
    there.
    """

    def __init__(
        self,
        settings: Settings,
        user_code: UserCode,
        *,
        sources: Sequence[str] = (),
        variables: Sequence[Variable] = (),
        passing: bool = False,
        hidden: frozenset[str] = frozenset(),
        scratch: str | None = None,
        homes: Sequence[str] = (),
    ) -> None:
        from ecr_contracts.discovery.source.fetched_values import Hints
        from ecr_contracts.runtime.sandbox.aws.client import AwsClients
        from ecr_contracts.runtime.sandbox.carriers import Carriers
        from ecr_contracts.runtime.sandbox.clock import Clock, arrival
        from ecr_contracts.runtime.sandbox.environment import Environment
        from ecr_contracts.runtime.sandbox.files.files import Files
        from ecr_contracts.runtime.sandbox.files.watch import Watch
        from ecr_contracts.runtime.sandbox.guard import Guard
        from ecr_contracts.runtime.sandbox.network.http_clients import HttpClients
        from ecr_contracts.runtime.sandbox.network.smtp import SmtpClients
        from ecr_contracts.runtime.sandbox.stubs import Stubs

        self.recorder = Recorder()
        self.provenance = Provenance(user_code, lambda: self.recorder.payload)
        self.recorder.provenance = self.provenance
        self._secret_files = SecretFiles(self.recorder.hide, lambda: self.recorder.payload)
        self._import_hooks = ImportHooks()
        self._exceptions = ExceptionRecorder(self.recorder, user_code)
        self.recorder.hide(hidden | secrets_within(settings.answers))
        self._environment = Environment(settings, user_code, variables)
        self._environment.on_set = self._keep_secrets
        self._environment.provenance = self.provenance
        self._aws = AwsClients(
            self.recorder,
            settings,
            Hints.of(sources),
            self._import_hooks,
            self._environment.made_up,
        )
        stubs = Stubs(self.recorder, settings.stubs)
        watch = Watch(self.recorder, user_code, whole=scratch is not None)
        guard = Guard(self.recorder, settings, user_code, watch, has_warden=passing)
        self._files = Files(watch, settings, user_code, scratch, self._import_hooks, homes=homes)
        watch.on_read = self._secret_files.opened
        self._http = HttpClients(self.recorder, settings, self._import_hooks, passing=passing)
        smtp = SmtpClients(self.recorder, settings, self._import_hooks)
        self._clock, self._arrival = Clock(self._import_hooks), arrival
        self._loaded_at: float | None = None
        self._parts: tuple[Any, ...] = (
            self._clock,
            self._environment,
            self._exceptions,
            stubs,
            self._aws,
            self._http,
            Carriers(self._import_hooks),
            smtp,
            guard,
            self._files,
        )
        self._parts_with_code: tuple[Any, ...] = (
            self._environment,
            self._exceptions,
            guard,
            self.provenance,
        )
        self._start: tuple[str, list[str]] | None = None
        """The working directory and `sys.argv` that loading left."""
        self._stack = ExitStack()

    @classmethod
    def active(cls) -> Sandbox | None:
        """The innermost sandbox of this process, if the caller is in one."""
        return _ACTIVE[-1] if _ACTIVE else None

    def __enter__(self) -> Sandbox:
        with ExitStack() as stack:
            stack.enter_context(self._import_hooks)
            for part in self._parts:
                stack.callback(part.remove)
                part.install()
            self._stack = stack.pop_all()
        made_up = self._environment.made_up
        self._keep_secrets({name: os.environ[name] for name in os.environ if name not in made_up})
        _ACTIVE.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        _ACTIVE.remove(self)
        self._stack.close()

    def _keep_secrets(self, variables: Mapping[str, str]) -> None:
        self.recorder.hide(secrets(variables))

    def begin_loading(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Let it be the time of the first of the events that will come."""
        self._loaded_at = self._arrival(events)
        self._clock.set(self._loaded_at)

    def consumer_loaded(self, user_code: UserCode) -> None:
        """Tell the parts where the consumer's code lies, now that it is loaded."""
        for part in self._parts_with_code:
            part.user_code = user_code
        self._start = os.getcwd(), sys.argv[:]
        self._files.keep()

    def keep_environment(self) -> None:
        """Begin further calls in the environment as it is now: what a test has set stays set."""
        self._environment.keep()

    def begin_call(self, payload: Any = None, *, timeout: float | None = None) -> None:
        """Begin a call with this payload, in the folder and environment that loading left.

        It is ended where it sleeps for longer than `timeout` seconds.
        """
        self.recorder.begin(payload)
        self._exceptions.begin()
        entered.begin()
        self.provenance.begin()
        self._environment.begin()
        if self._start is not None:
            folder, sys.argv[:] = self._start
            os.chdir(folder)
            self._files.restore()
        arrived = self._arrival(self.recorder.events())
        self._clock.begin(timeout, self._loaded_at if arrived is None else arrived)

    def note_caught(
        self,
        error: BaseException,
        where: tuple[str, int, str] | None,
        *,
        ends: bool,
        outermost: bool,
    ) -> None:
        """Note what code in another language caught: `where` is the file, the line, the function.

        `ends` and `outermost` are as in `CaughtException`.
        """
        self._exceptions.note(error, where, ends=ends, outermost=outermost)

    def observations(self) -> Observations:
        """What was observed since the call began, which ends here."""
        self._clock.end()
        made_up = self._environment.made_up
        return Observations(
            self.recorder.effects(),
            self._exceptions.caught(),
            tuple(name for name in self._environment.missing if name not in made_up),
            tuple(name for name in self._environment.unset if name not in made_up),
            self._environment.handed_out,
            str(self._aws.misuse or self._http.misuse or ""),
            entered.entered(),
            tuple(self.provenance.wrong_calls()),
        )

    def surroundings(self) -> Surroundings:
        """What the consumer has asked of what is around it, so far."""
        environment = self._environment
        made_up = environment.made_up
        return Surroundings(
            lacking=frozenset({*environment.missing, *environment.unset} - made_up.keys()),
            made_up=frozenset(made_up.values()),
            has_asked_sandbox=any(
                effect.sort not in (Sort.LOG, Sort.FILE) for effect in self.recorder.effects()
            ),
        )
