"""The provenance of one sandbox's answers: names their origins, and judges exceptions by them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from types import CodeType
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.findings import Location
from ecr_contracts.core.text import message, some_of, type_name
from ecr_contracts.discovery.user_code import UserCode, location
from ecr_contracts.runtime.effects import Effect
from ecr_contracts.runtime.outcome import Stop, WrongCall
from ecr_contracts.runtime.provenance.blame import Blame
from ecr_contracts.runtime.provenance.made_up import Origin, Reads, origin_of
from ecr_contracts.runtime.raised import frames_of, unless_it_lies

__all__ = ["Provenance"]

_MOST_KEYS = 6
"""Keys of an answer that are named."""
_ALIKE = 0.75
"""How alike a key has to be that was meant."""


class Provenance:
    """What a sandbox made up for one consumer, whose code is `user_code`.

    `payload` gives what the consumer is called with just now.
    """

    def __init__(self, user_code: UserCode, payload: Callable[[], Any]) -> None:
        self._payload = payload
        self._wrong: list[tuple[BaseException, Location | None]] = []
        self.reads = Reads(user_code.owns)
        self._blame = Blame(self.reads, user_code.owns, payload)
        self._user_code = user_code

    @property
    def user_code(self) -> UserCode:
        """The consumer's own code."""
        return self._user_code

    @user_code.setter
    def user_code(self, user_code: UserCode) -> None:
        # What was read while it was loaded stays known: its globals are made of it.
        places, filled = self.reads.places, self.reads.filled
        self._user_code = user_code
        self.reads = Reads(user_code.owns)
        self.reads.places, self.reads.filled = places, filled
        self._blame = Blame(self.reads, user_code.owns, self._payload)

    def begin(self) -> None:
        """Begin a call."""
        self._wrong = []
        self._blame.begin()

    def origin(self, effect: Effect, shape: Any = None) -> Origin:
        """The origin of what an effect is answered with just now; `shape` is botocore's of it."""
        return Origin(effect, self.reads.own_line(), self.reads, (), shape)

    def stop(self, error: BaseException) -> Stop | None:
        """What answer an exception is about, if it is about one, and another might serve."""
        origin = unless_it_lies(error, lambda: self._blame.of(error), None)
        if origin is None or origin.impossible:
            return None
        made_at = self._location(origin.made_at)
        filled = tuple(self.reads.filled.get(origin.effect.name, {}).items())
        return Stop(
            origin.effect,
            made_at,
            origin.path,
            origin.missing,
            origin.wanted,
            filled[: limits.FILLED_KEYS],
        )

    def wrong_calls(self) -> Iterator[WrongCall]:
        """The calls of AWS since the call began that fail whatever it answers."""
        told: set[WrongCall] = set()
        for error, place in self._wrong:
            # Only now does its traceback lead from the consumer's line on.
            wrong = WrongCall(type_name(type(error)), _one_line(self.message(error)), place)
            if wrong not in told and self.stop(error) is None:
                told.add(wrong)
                yield wrong

    def note_wrong_call(self, error: BaseException) -> None:
        """Note that a call of AWS just now fails whatever is answered."""
        self._note_wrong(error, self._location(self.reads.own_line()))

    def forget_wrong_call(self, error: BaseException) -> None:
        """Note no more that such a call fails whatever is answered: it fails where it was made."""
        self._wrong = [noted for noted in self._wrong if noted[0] is not error]

    def note_if_wrong(self, error: BaseException) -> None:
        """Note an exception that was caught, if no answer of AWS could have prevented it."""
        unless_it_lies(error, lambda: self._note_if_wrong(error), None)

    def _note_if_wrong(self, error: BaseException) -> None:
        origin = origin_of(error)
        client = getattr(error, "obj", None) if isinstance(error, AttributeError) else None
        is_client = type(client).__module__ == "botocore.client"
        if is_client or (origin is not None and origin.impossible):
            self._note_wrong(error, self._user_code.location(frames_of(error)))

    def _note_wrong(self, error: BaseException, place: Location | None) -> None:
        if len(self._wrong) < limits.WRONG_CALLS:
            self._wrong.append((error, place))

    def _location(self, line: tuple[CodeType, int] | None) -> Location | None:
        if line is None:
            return None
        code, number = line
        shown = self._user_code.shown(code.co_filename)
        return location(code.co_filename, number, shown, code.co_qualname)

    def message(self, error: BaseException) -> str:
        """The message of an exception, with what no answer can have where it is about that."""
        text = message(error)
        origin = unless_it_lies(error, lambda: origin_of(error), None)
        if origin is None or not origin.impossible:
            return text
        return f"{text}; {_never(origin)}"


def _one_line(text: str) -> str:
    """Botocore's report of parameters in one line, without its heading."""
    heading, _, report = text.partition("\n")
    lines = report.splitlines() if heading.startswith("Parameter validation failed") else []
    return "; ".join(lines) if lines else text.replace("\n", " ")


def _never(origin: Origin) -> str:
    """That no answer has a key, and what it has instead."""
    known = origin.known
    alike = [key for key in known if key.rpartition(".")[2] == origin.impossible]
    alike = alike or get_close_matches(origin.impossible, known, 1, _ALIKE)
    has = f"it has {some_of(known, _MOST_KEYS)}" if known else "it has no keys"
    if alike:
        has = f"did you mean {alike[0]}?"
    operation = origin.effect.name.partition(".")[2]
    within = ".".join(map(str, origin.path))
    place = f" in {within}" if within else ""
    return f"no answer of {operation} has {origin.impossible!r}{place}: {has}"
