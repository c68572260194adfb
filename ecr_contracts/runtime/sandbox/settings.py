"""The user's settings for the sandbox: plain data, which goes to a worker process as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ecr_contracts.core.limits import MEGABYTES

BACKENDS = ("answers", "moto")
"""Who answers AWS calls: the sandbox itself, or moto."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a sandbox answers, and what it lets through.

    `answers`: what a call is answered with, by operation (`"secretsmanager.GetSecretValue"`, in
    botocore's names) or by host (`"api.example.invalid"`): the response as a mapping, for an
    operation `{"Error": {"Code": …}}` too; for a host text, or JSON, or `{"status": …, "headers":
    …, "body": …}`; or the text `path/to/file.py:function`, a callable of (parameters, event) that
    gives such a value. `env`: environment variables of the consumer; `env_auto`: make up those that
    it looks up and that are missing, else a consumer that cannot do without one is not judged.
    `allow_net`: `host:port` that may be connected to.
    `allow_processes`: names of programs that may be started. `allow_write`: files and folders that
    are changed for real; changes elsewhere go to a copy. `stubs`: modules that are replaced by
    recording stubs. `backend`: who answers AWS calls. `filled`: lists in made-up answers hold one
    element; else none. `memory`: megabytes that a worker may take.
    """

    answers: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    env: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    env_auto: bool = True
    allow_net: tuple[str, ...] = ()
    allow_processes: tuple[str, ...] = ()
    stubs: tuple[str, ...] = ()
    backend: str = "answers"
    filled: bool = True
    memory: int = MEGABYTES
    allow_write: tuple[str, ...] = ()

    def __reduce__(self) -> Any:
        # Read-only mappings cannot be pickled.
        values = (
            dict(self.answers),
            dict(self.env),
            self.env_auto,
            self.allow_net,
            self.allow_processes,
            self.stubs,
        )
        return Settings, (*values, self.backend, self.filled, self.memory, self.allow_write)
