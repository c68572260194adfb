"""The environment variables that a consumer sees: the user's, and made-up ones for its own code.

It knows who looks a variable up. A library must see that a variable is missing (botocore's
`AWS_PROFILE`, requests' `NETRC`), so `os.environ` is not filled: it is taught to answer look-ups of
the consumer's own code. What reads the environment as a whole sees nothing of that: its iteration
and its copies, and child processes. Only what the consumer reads from a copy, or has a library read
(settings classes, environs, decouple), is set before.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ecr_contracts.core.placeholders import placeholder
from ecr_contracts.discovery.source.variables.environment import Variable, value_of
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.effects import Origin as Source
from ecr_contracts.runtime.outcome import MadeUpVariable
from ecr_contracts.runtime.provenance.made_up import Origin, tagged
from ecr_contracts.runtime.provenance.tracking import Provenance
from ecr_contracts.runtime.sandbox.settings import Settings

_SWITCH = re.compile(
    r"(?:enable|disable|skip|is|no|use|local|test|debug)_.*|.*_(?:enabled?|disabled?|debug|dry_?run)"
    r"|debug|dry_?run|verbose|quiet|test(?:ing)?|mock|local",
    re.ASCII | re.IGNORECASE,
)
_PLATFORM = re.compile(
    r"(?:AWS|LAMBDA|POWERTOOLS|OTEL|SENTRY|DD|NEW_RELIC|GITHUB_ACTIONS|CI|PYTEST|LOCALSTACK|PYTHON)"
    r"(?:_.*)?|_.*"
)
"""Names that Lambda, monitoring or a build sets: code looks there to see where it runs."""
_ABSENT: Any = object()


class Environment:
    """`os.environ` while a consumer is loaded and called.

    `missing` are the variables that its own code looked up in vain, or would have, with the place
    of the first such look-up (`app.py:12`); `unset` are those that it asked for by `get` without a
    default, or by `in`. `made_up` are the values that were handed out instead.
    """

    def __init__(
        self, settings: Settings, user_code: UserCode, variables: Sequence[Variable] = ()
    ) -> None:
        self.missing: dict[str, str] = {}
        self.unset: dict[str, str] = {}
        self.made_up: dict[str, str] = {}
        self._settings, self.user_code = settings, user_code
        self._variables = tuple(variables)
        self._values = {variable.name: value_of(variable) for variable in variables}
        self._replaced = {variable.name for variable in variables if variable.is_replaced}
        self._guarding = {variable.name for variable in variables if variable.guards}
        self._origins: dict[str, Origin] = {}
        self.provenance: Provenance | None = None
        """Follows the values that are handed out; without it, nobody does."""
        self._owned: dict[tuple[UserCode, str], bool] = {}
        self._environ = os.environ
        self._class = type(os.environ)
        self._original: dict[str, str] | None = None
        self._loaded: dict[str, str] | None = None
        self.changed = False
        """Whether a variable was set or removed since the call began."""
        self.on_set: Callable[[Mapping[str, str]], None] = lambda _: None
        """Called with each variable that is set: its value may be a secret."""

    def install(self) -> None:
        """Set the user's variables, and answer look-ups from now on."""
        self._environ = os.environ
        self._class = type(os.environ)
        self._original = dict(os.environ)
        os.environ.update(self._settings.env)
        if self._settings.env_auto:
            self._set_before()
        os.environ.__class__ = _answering(self, self._class)

    def _set_before(self) -> None:
        """Set the variables that are read by what takes in the environment as a whole."""
        present = {name.upper() for name in os.environ}
        for variable in self._variables:
            name = variable.name
            if not variable.set_before or name.upper() in present:
                continue
            if variable.required or self._is_wanted(name):
                self.missing[name] = variable.location
                os.environ[name] = self.made_up[name] = value_of(variable)

    def remove(self) -> None:
        """Put everything back as it was before."""
        if self._original is None:
            return
        os.environ = self._environ  # noqa: B003 - a consumer may have put another in its place
        os.environ.__class__ = self._class
        _set(self._original)
        self._original = self._loaded = None

    def begin(self) -> None:
        """Start with the next call, in the environment that loading left."""
        os.environ = self._environ  # noqa: B003 - as above
        if self._loaded is None:
            self._loaded = dict(os.environ)
        elif self.changed:
            _set(self._loaded)
        self.changed = False

    def keep(self) -> None:
        """Let further calls start in the environment as it is now, whatever loading left."""
        self._loaded = None

    def answer(self, name: Any, *, required: bool) -> str | None:
        """The value of a missing variable for who looks it up; None where it stays missing."""
        frame: Any = sys._getframe(2)
        depth = 2
        while frame is not None and frame.f_code.co_filename in _LOOKUP_FILES:
            frame = frame.f_back
            depth += 1
        if frame is None or not isinstance(name, str) or not self._owns(frame.f_code.co_filename):
            return None
        looked_up = self.missing if required else self.unset
        if name not in looked_up:
            looked_up[name] = f"{self.user_code.shown(frame.f_code.co_filename)}:{frame.f_lineno}"
        if not self._settings.env_auto or not (required or self._is_wanted(name)):
            return None
        if name not in self.made_up:
            self.made_up[name] = self._values.get(name) or placeholder(name)
        if self.provenance is None:
            return self.made_up[name]
        origin = self._origins.get(name)
        if origin is None:
            effect = Effect(Sort.VARIABLE, name, answer=self.made_up[name], origin=Source.MADE_UP)
            origin = self._origins[name] = self.provenance.origin(effect)
        self.provenance.reads.note(origin, depth + 1)
        text: str = tagged(self.made_up[name], origin)
        return text

    def _is_wanted(self, name: str) -> bool:
        """Whether an optional variable is made up: no switch is, and nothing of the platform.

        Nor is one for which the code has another value, or that it sets itself.
        """
        is_special = _SWITCH.fullmatch(name) or _PLATFORM.fullmatch(name)
        return not is_special and name not in self._replaced

    def guards_code(self, name: Any) -> bool:
        """Whether code of the consumer runs only where a variable is set to something."""
        return name in self._guarding

    @property
    def handed_out(self) -> tuple[MadeUpVariable, ...]:
        """The variables that were made up so far, in the order in which they were looked up."""
        return tuple(
            MadeUpVariable(name, value, self.missing.get(name) or self.unset[name])
            for name, value in self.made_up.items()
        )

    def _owns(self, file: str) -> bool:
        owned = self._owned.get((self.user_code, file))
        if owned is None:
            owned = self._owned[self.user_code, file] = self.user_code.owns(file)
        return owned


_LOOKUPS = (os.getenv, Mapping.get, Environment.answer)
_LOOKUP_FILES = frozenset(function.__code__.co_filename for function in _LOOKUPS)
"""The files of code that looks variables up for its caller."""


def _set(values: dict[str, str]) -> None:
    """Make the environment what it was, changing only what differs."""
    for name in os.environ.keys() - values.keys():
        del os.environ[name]
    for name, value in values.items():
        if os.environ.get(name, _ABSENT) != value:
            os.environ[name] = value


def _answering(environment: Environment, kind: type[Any]) -> type[Any]:
    """A subclass of `os.environ`'s class that asks an `Environment` for missing variables."""

    class Answering(kind):  # type: ignore[misc]
        """An environment that answers look-ups of the consumer's own code."""

        def __getitem__(self, name: Any) -> str:
            try:
                value: str = kind.__getitem__(self, name)
            except KeyError:
                made_up = environment.answer(name, required=True)
                if made_up is None:
                    raise
                return made_up
            return value

        def __setitem__(self, name: Any, value: Any) -> None:
            environment.changed = True
            kind.__setitem__(self, name, value)
            environment.on_set({name: value})

        def __delitem__(self, name: Any) -> None:
            environment.changed = True
            kind.__delitem__(self, name)

        def __contains__(self, name: Any) -> bool:
            return _has(self, name) or environment.answer(name, required=False) is not None

        def get(self, name: Any, default: Any = None) -> Any:
            try:
                return kind.__getitem__(self, name)
            except KeyError:
                if default is None:
                    return environment.answer(name, required=False)
                if default == "" and environment.guards_code(name):
                    # An empty text is there for what is missing, as None is.
                    made_up = environment.answer(name, required=False)
                    return default if made_up is None else made_up
                return default

        def pop(self, name: Any, default: Any = _ABSENT) -> Any:
            if _has(self, name):
                value = kind.__getitem__(self, name)
                del self[name]
                return value
            return self[name] if default is _ABSENT else default

        def setdefault(self, name: Any, default: Any) -> Any:
            if not _has(self, name):
                self[name] = default
            return kind.__getitem__(self, name)

    def _has(environ: Any, name: Any) -> bool:
        try:
            kind.__getitem__(environ, name)
        except KeyError:
            return False
        return True

    return Answering
