"""The first look of a consumer at its payload: whether it fails there, whatever the event says.

A consumer that is given something else than it takes fails before it knows anything of the event.
Two things tell that, both found by calls with decoys (`decoys`): the failure is the same where the
event is another object, and it is about the payload, since another payload changes it. A name that
is nearly one that the payload has is no sign of that: it is misspelt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Location
from ecr_contracts.core.text import exception_mark
from ecr_contracts.engine.checks.batch_response import reports_failure
from ecr_contracts.engine.entrances.decoys import (
    decoys,
    frame_keys,
    known_keys,
    other_payloads,
    with_key,
)
from ecr_contracts.engine.trial import Carry
from ecr_contracts.runtime.outcome import CaughtException, Outcome, Status

__all__ = ["FirstLook", "Look", "look_of"]

Give = Callable[..., Outcome]

_LOOKING = frozenset(
    ["KeyError", "AttributeError", "TypeError", "IndexError", "ValueError", "SyntaxError"]
)
"""The exceptions that looking at a value of another shape raises: Python's own, and those of
JavaScript, whose `JSON.parse` raises a SyntaxError."""
_OF_FORMS = re.compile(
    r"(ValidationError|ValidationErrors|JSONDecodeError|Invalid\w*Error|ClassValidationError"
    r"|BadGzipFile|binascii\.Error|zlib\.error|UnicodeDecodeError|MissingField\w*|SchemaError"
    r"|UnexpectedBatchTypeError|BadRequest\w*|StructureHandlerError|DaciteError|MissingValueError)$"
)
"""Those of libraries, and of code that opens what is packed."""
_CHANGING = re.compile(r"0x[0-9a-f]+|\[type=.*|For further information.*")
_UNEXPECTED = re.compile(r"(unexpected keyword argument) .*")
_ATTRIBUTE = re.compile(r"'(dict|list)' object has no attribute '(\w+)'")
_NAMED = re.compile(r"argument:? '(\w+)'|'(\w[\w.-]*)' is a required property")
_LINE_OF_FORM = re.compile(r"^(\w[\w-]*)$", re.MULTILINE)
_LITERAL = re.compile(r"""["']([A-Za-z][\w-]*)["']""")
_MOST_KEYS = 4  # that are tried
_LONGEST_LOOK = 400  # characters of a message that are compared
_ALIKE = 0.75  # how alike two names are, of which one may be a misspelling of the other
_MOST_LETTERS = 2  # by which one is longer than the other
_BARE = "lambda"
_METHODS = {"dict": frozenset(dir(dict)), "list": frozenset(dir(list))}


@dataclass(frozen=True, slots=True)
class Look:
    """How a call failed: the exception, its message without what differs from call to call, where.

    `raw` is the message as raised. `is_caught`: the consumer's own code caught it. `absent` are the
    keys that were looked for in vain, as far as they are known.
    """

    exception: str
    message: str
    location: Location
    raw: str
    is_caught: bool = False
    absent: tuple[str, ...] = ()

    def is_same(self, other: Look | None) -> bool:
        """Whether another call failed in the same way, at the same line."""
        if other is None or not self.is_at(other):
            return False
        return (self.exception, self.message) == (other.exception, other.message)

    def is_at(self, other: Look) -> bool:
        """Whether another call failed at the same line."""
        here, there = self.location, other.location
        return (here.file, here.line) == (there.file, there.line)

    @property
    def is_of_attribute(self) -> bool:
        """Whether an attribute was looked for that a dict or a list has not."""
        return self.exception == "AttributeError" and bool(self.missing)

    @property
    def missing(self) -> tuple[str, ...]:
        """The names that were looked for in vain, as far as the message says them."""
        name = self.exception.rpartition(".")[2]
        if name == "KeyError":
            return tuple(_key_of(self.raw))
        if name == "AttributeError":
            return tuple(attribute for _, attribute in _ATTRIBUTE.findall(self.raw))
        found = [one or other for one, other in _NAMED.findall(self.raw)]
        if _OF_FORMS.search(name) and "\n" in self.raw:
            found += _LINE_OF_FORM.findall(self.raw)
        return tuple(dict.fromkeys(found))


def _key_of(message: str) -> Iterator[str]:
    """The key of a KeyError, which is written by `repr`."""
    if len(message) > 1 and message[0] == message[-1] and message[0] in "'\"":
        yield message[1:-1]


def look_of(outcome: Outcome) -> Look | None:
    """How a call failed by looking at a value; None where it did not, or by something else."""
    if outcome.stopped is not None:
        return None
    if outcome.status is Status.RAISED:
        return _look(outcome.exception, outcome.message, outcome.location, is_caught=False)
    caught = _ending(outcome)
    if caught is None:
        return None
    return _look(caught.exception, caught.message, caught.raised, is_caught=True)


def _ending(outcome: Outcome) -> CaughtException | None:
    """The exception that was caught, and with which the call did no more."""
    if outcome.status is not Status.RETURNED or not outcome.caught or outcome.effects.changing:
        return None
    if reports_failure(outcome.returned):
        return outcome.caught[-1]
    return next((caught for caught in outcome.caught if caught.ends), None)


def _look(
    exception: str | None, message: str, location: Location | None, *, is_caught: bool
) -> Look | None:
    if exception is None or location is None:
        return None
    is_look = exception in _LOOKING or _OF_FORMS.search(exception) is not None
    if not is_look:
        return None
    return Look(exception, _settled(message), location, message, is_caught)


def _settled(message: str) -> str:
    """A message without what changes from call to call: addresses, and values that were given."""
    message = _UNEXPECTED.sub(r"\1", message)
    kept = [_CHANGING.sub("", line).rstrip() for line in message.splitlines()]
    first = "\n".join(line for line in kept if not line.lstrip().startswith(("On instance", "{")))
    return first[:_LONGEST_LOOK]


class FirstLook:
    """How a consumer looks at the events of an envelope.

    `give` calls it with a payload, `carry` makes the payloads.
    """

    def __init__(self, give: Give, carry: Carry) -> None:
        self._give, self._carry = give, carry

    def failure(self, event: Mapping[str, Any], via: str, outcome: Outcome) -> Look | None:
        """How the consumer fails at its first look, by what an event came to; None: it does not."""
        look = look_of(outcome)
        if look is None or not self._is_whatever_it_says(look, event, via):
            return None
        payload = self._carry([event], via)
        paths = self._paths_read(payload)
        absent = dict.fromkeys(_absent(payload, paths))
        first = _failed_first(outcome, absent)
        latest = [*absent][::-1][:_MOST_KEYS]
        look = replace(look, absent=tuple(dict.fromkeys((*first, *look.missing, *latest))))
        known = known_keys(payload, event["detail"] if via == "detail" else event)
        has_read = any(json_path.at(payload, path) is not MISSING for path in paths if path)
        asked = first or look.absent
        if _is_misspelt(look, asked, known, frame_keys(), has_read=has_read):
            return None
        absent_first = sorted(look.absent, key=lambda name: name in known)
        look = replace(look, absent=tuple(absent_first))
        return look if self._is_about_payload(look, event, via) else None

    def fails_alike(self, look: Look, event: Mapping[str, Any], via: str) -> bool:
        """Whether another event fails in the same way."""
        return look.is_same(self._look_at(self._carry([event], via)))

    def _look_at(self, payload: Any) -> Look | None:
        return look_of(self._give(payload))

    def _is_whatever_it_says(self, look: Look, event: Mapping[str, Any], via: str) -> bool:
        """Whether the same happens where no event is in the envelope."""
        payloads = list(decoys(event, via, self._carry))
        return bool(payloads) and all(look.is_same(self._look_at(one)) for one in payloads)

    def _paths_read(self, payload: Any) -> list[json_path.Steps]:
        """The paths of a payload that are looked up, whether anything is there or not."""
        trace = self._give(payload, trace=True).trace
        return [json_path.parse(path) for path in trace.paths_read] if trace else []

    def _is_about_payload(self, look: Look, event: Mapping[str, Any], via: str) -> bool:
        """Whether another payload changes how it fails.

        It is not where the code fails by itself, whatever it is given: by a dictionary of its own.
        """
        for key in look.absent:
            for payload in with_key(key, event, via, self._carry):
                other = self._look_at(payload)
                # With a key that is only asked for on the way, it may as well end there.
                is_asked_for = key in look.missing or other is not None
                if is_asked_for and not look.is_same(other):
                    return True
        if look.location.source.lstrip().startswith("raise "):
            # What turns back all that it does not know, takes the bare event. The words of what it
            # raises on purpose may quote any payload.
            return via != _BARE and self._look_at(event) is None
        for payload in other_payloads(self._carry([event], via)):
            other = self._look_at(payload)
            if other is not None and other.is_at(look) and not look.is_same(other):
                return True
        return False


def _absent(payload: Any, paths: Sequence[json_path.Steps]) -> Iterator[str]:
    """The keys, of those that were looked up, which an object of the payload lacks."""
    for steps in paths:
        if not steps:
            continue
        holder = json_path.at(payload, steps[:-1])
        if isinstance(holder, dict) and steps[-1] not in (*holder, "*"):
            yield str(steps[-1])


def _failed_first(outcome: Outcome, absent: Iterable[str]) -> list[str]:
    """The absent keys that a consumer failed at before, where it fails again as it handles that."""
    earlier = outcome.chain[1:] if outcome.status is Status.RAISED else ()
    return [key for key in absent if exception_mark(KeyError(key)) in earlier]


def _is_misspelt(
    look: Look,
    asked: Sequence[str],
    known: set[str],
    frames: frozenset[str],
    *,
    has_read: bool,
) -> bool:
    """Whether a name that is looked for is nearly one that is there.

    `asked` are the names that tell, `known` those that are there, `frames` those of all envelopes.

    What another envelope has is no misspelling, unless the letters alone are other ones, large or
    small, and the code has read of this envelope (`has_read`).
    """
    by_lower = {key.lower() for key in known}
    if look.is_of_attribute:
        # A key is no attribute, however alike their names are.
        by_lower = {name for kind, _ in _ATTRIBUTE.findall(look.raw) for name in _METHODS[kind]}
    for name in asked:
        is_of_frame = name in frames and (name.lower() not in by_lower or not has_read)
        if name not in known and not is_of_frame and _is_near(name, by_lower):
            return True
    if look.missing:
        return False
    literals = set(_LITERAL.findall(look.location.source)) - known - frames
    return any(_is_near(name, by_lower) for name in literals)


def _is_near(name: str, by_lower: set[str]) -> bool:
    plain = name.replace("_", "-").lower()
    as_long = [key for key in by_lower if abs(len(key) - len(plain)) <= _MOST_LETTERS]
    return bool(get_close_matches(plain, as_long, n=1, cutoff=_ALIKE))
