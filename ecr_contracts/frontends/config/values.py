"""The readers of values: each takes what stands at a key and gives what it means.

All of them raise ConfigurationError for a value that cannot be used.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.errors import ConsumerError, UnknownNameError
from ecr_contracts.core.findings import Evidence
from ecr_contracts.core.json_path import is_deeper
from ecr_contracts.core.masking import MASK
from ecr_contracts.core.secrets.names import is_secret_variable
from ecr_contracts.core.text import shortened, shown
from ecr_contracts.discovery.env_file import read_env_file
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine.checks.catalog import check_named
from ecr_contracts.engine.checks.levels import is_level
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.events.generate.covering import STRENGTHS
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.frontends.config.places import Key
from ecr_contracts.runtime.lambda_context import LONGEST_CALL
from ecr_contracts.runtime.sandbox.settings import BACKENDS

AUTO = "auto"
STRICT = "strict"

_LONGEST_VALUE = 100  # characters of a value in a sentence

Reader = Callable[[Any, Key], Any]
"""Takes the value of a key and gives what it means. Raises ConfigurationError if it is unusable."""


def in_sentence(value: Any) -> str:
    """A value as Python writes it, in a sentence."""
    return shortened(one_line(shown(value)), _LONGEST_VALUE)


def one_line(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def target(value: Any, key: Key) -> Target:
    """The handler that a text names, of files relative to the configuration."""
    if not isinstance(value, str):
        raise key.error(f"it is text, as in 'path/to/app.py:handler', not {in_sentence(value)}")
    try:
        # What was meant is looked for beside the file.
        with contextlib.chdir(key.folder):
            return Target.parse(value)
    except ConsumerError as error:
        raise key.error(f"{in_sentence(value)}: {error.cause}; {error.advice}") from None


def command(value: Any, key: Key) -> Target:
    """The command of a program."""
    return _outside("node run.mjs", value, key)


def url(value: Any, key: Key) -> Target:
    """The address that events are posted to."""
    return _outside("http://127.0.0.1:9000/", value, key)


def _outside(example: str, value: Any, key: Key) -> Target:
    """A command or a URL, which is looked at when it is called."""
    if not isinstance(value, str) or not value.strip():
        raise key.error(f"it is text, as in {example!r}, not {in_sentence(value)}")
    return Target(value, "")


def kinds(value: Any, key: Key) -> tuple[str, ...]:
    """Kinds of events, by name."""
    return _names(value, key, "kind", kind_names())


def envelopes(value: Any, key: Key) -> tuple[str, ...]:
    """Envelopes, by name."""
    return _names(value, key, "envelope", ENVELOPES)


def _names(value: Any, key: Key, noun: str, known: Collection[str]) -> tuple[str, ...]:
    """One name or several, each once; `noun` is what they are names of."""
    names = [value] if isinstance(value, str) else value
    if not _is_list_of_texts(names):
        raise key.error(f"it is a name or a list of names, not {in_sentence(value)}")
    if not names:
        problem = "the list is empty; leave the key out to have it read off the handler's source"
        raise key.error(problem)
    for name in names:
        if name not in known:
            raise key.error(str(UnknownNameError(noun, name, known)))
    return tuple(dict.fromkeys(names))


def texts(value: Any, key: Key) -> tuple[str, ...]:
    """One text or several, none empty, each once."""
    texts = [value] if isinstance(value, str) else value
    if not _is_list_of_texts(texts) or "" in texts:
        raise key.error(f"it is a list of texts, not {in_sentence(value)}")
    return tuple(dict.fromkeys(texts))


def paths(value: Any, key: Key) -> tuple[str, ...]:
    """One path or several, none empty; relative ones start at the folder of the file."""
    return tuple([_path(text, key) for text in texts(value, key)])


def _path(text: str, key: Key) -> str:
    if "\0" in text:
        raise key.error(f"no path has the character NUL, as {in_sentence(text)} does")
    try:
        return str(key.folder.absolute() / Path(text).expanduser())
    except RuntimeError:
        raise key.error(f"there is no such home: {in_sentence(text)}") from None


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def evidence(value: Any, key: Key) -> Evidence:
    """The weakest evidence that an event may rest on."""
    if value not in list(Evidence):
        raise key.error(
            f"no sort of evidence is {in_sentence(value)}; there are: {', '.join(Evidence)}"
        )
    return Evidence(value)


def seconds(value: Any, key: Key) -> float:
    """The seconds that a call may take."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value <= LONGEST_CALL:
        problem = f"it is a number of seconds above 0 and up to {LONGEST_CALL:g}"
        raise key.error(f"{problem}, not {in_sentence(value)}")
    return float(value)


def strength(value: Any, key: Key) -> int:
    """How many choices the cases combine."""
    if not _is_whole_number(value) or value not in STRENGTHS:
        wanted = f"{STRENGTHS[0]} to {STRENGTHS[-1]}"
        raise key.error(f"it is a whole number, {wanted}, not {in_sentence(value)}")
    return int(value)


def count(value: Any, key: Key) -> int:
    """A number of calls or events."""
    if not _is_whole_number(value) or value < 0:
        raise key.error(f"it is a whole number, 0 or more, not {in_sentence(value)}")
    return int(value)


def megabytes(value: Any, key: Key) -> int:
    """An amount of memory."""
    if not _is_whole_number(value) or value < limits.LEAST_MEGABYTES:
        problem = f"it is a whole number of megabytes, {limits.LEAST_MEGABYTES} or more"
        raise key.error(f"{problem}, not {in_sentence(value)}")
    return int(value)


def _is_whole_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def flag(value: Any, key: Key) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise key.error(f"it is true or false, not {in_sentence(value)}")
    return value


def _mapping(value: Any, key: Key) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise key.error(f"it is a table, not {in_sentence(value)}")
    return value


def answers(value: Any, key: Key) -> Mapping[str, Any]:
    """What calls are answered with."""
    for name, answer in _mapping(value, key).items():
        if is_deeper(answer, limits.NESTED_LEVELS):
            raise key.inner(name).error(
                f"it is nested more than {limits.NESTED_LEVELS} levels deep"
            )
    return dict(value)


def env(value: Any, key: Key) -> Mapping[str, str] | str:
    """Variables, or what becomes of those that are missing: they are made up, or stop the run."""
    if isinstance(value, str):
        if value not in (AUTO, STRICT):
            problem = (
                f'it is "{STRICT}", "{AUTO}", or a table of variables, not {in_sentence(value)}'
            )
            raise key.error(problem)
        return value
    for name, text in _mapping(value, key).items():
        if not isinstance(text, str):
            told = MASK if is_secret_variable(name) else in_sentence(text)
            raise key.inner(name).error(f"environment variables are text, not {told}")
    return dict(value)


def file(value: Any, key: Key) -> Path:
    """A file beside the configuration, which need not be there yet."""
    if not isinstance(value, str) or not value or "\0" in value:
        raise key.error(f"it is a path, not {in_sentence(value)}")
    return key.folder / value


def env_file(value: Any, key: Key) -> Mapping[str, str]:
    """The variables of a file. Raises EnvFileError for one that cannot be read."""
    if not isinstance(value, str):
        raise key.error(f"it is a path, not {in_sentence(value)}")
    return read_env_file(key.folder / value)


def url_path(value: Any, key: Key) -> str:
    """The path of a URL."""
    if not isinstance(value, str):
        raise key.error(f"it is the path of a URL, as in '/hooks/ecr', not {in_sentence(value)}")
    return value


def backend(value: Any, key: Key) -> str:
    """Who answers calls to AWS."""
    if value not in BACKENDS:
        raise key.error(f"it is one of {', '.join(BACKENDS)}, not {in_sentence(value)}")
    return str(value)


def levels(value: Any, key: Key) -> Mapping[str, str]:
    """Check ids, each with its level; a check may be named by its code as well."""
    told: dict[str, str] = {}
    for name, level in _mapping(value, key).items():
        try:
            check = check_named(name)
        except UnknownNameError as error:
            raise key.inner(name).error(str(error)) from None
        if not isinstance(level, str) or not is_level(level):
            problem = f"it is error, warning, or off, as in 'off: why', not {in_sentence(level)}"
            raise key.inner(name).error(problem)
        if check.id in told:
            problem = f"{check.id} and {check.code} are one check: keep one of them"
            raise key.inner(name).error(problem)
        told[check.id] = level
    return told
