"""The conditions of an event pattern: what one element of a leaf's array demands of a value.

Each is one operator with its operands. `holds` judges one value of an event that is present: a
text, a number, True, False or None. A number is one as `json.loads` gives it, or a `SpelledNumber`.
Whether anything is present at all is what `Exists` asks; for that see `event_leaves`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.eventbridge.rules.matching import addresses, numbers, wildcard
from ecr_contracts.eventbridge.rules.matching.addresses import AddressRange
from ecr_contracts.eventbridge.rules.matching.letter_case import AnyCase
from ecr_contracts.eventbridge.rules.matching.numbers import SpelledNumber

Literal = str | bool | float | SpelledNumber | None
"""A value that a pattern names: what stands in an event, numbers as EventBridge compares them."""


@dataclass(frozen=True)
class Exact:
    """The value itself. A number may be spelled otherwise; true and 1 are not the same."""

    value: Literal

    def holds(self, value: Any) -> bool:
        """Whether a value is this one."""
        return _same(literal_of(value), self.value)


@dataclass(frozen=True)
class SameAddress:
    """A text that is an IP address: it stands for every spelling of the address."""

    text: str

    def holds(self, value: Any) -> bool:
        """Whether a value is this address, however it is spelled."""
        if not isinstance(value, str):
            return False
        return value == self.text or addresses.digits_of(value) == self._digits

    @cached_property
    def _digits(self) -> str:
        return addresses.digits_of(self.text)


@dataclass(frozen=True)
class Prefix:
    """A text that begins with another, be it in other letter case."""

    text: str
    ignore_case: bool = False

    def holds(self, value: Any) -> bool:
        """Whether a value is a text with this beginning."""
        if not isinstance(value, str):
            return False
        if not self.ignore_case:
            return value.startswith(self.text)
        return self._in_any_case.begins(value)

    @cached_property
    def _in_any_case(self) -> AnyCase:
        return AnyCase(self.text)


@dataclass(frozen=True)
class Suffix:
    """A text that ends with another, be it in other letter case."""

    text: str
    ignore_case: bool = False

    def holds(self, value: Any) -> bool:
        """Whether a value is a text with this end."""
        if not isinstance(value, str):
            return False
        if not self.ignore_case:
            return value.endswith(self.text)
        return self._in_any_case.ends(value)

    @cached_property
    def _in_any_case(self) -> AnyCase:
        return AnyCase(self.text)


@dataclass(frozen=True)
class EqualsIgnoreCase:
    """A text that is another, but for the case of its letters."""

    text: str

    def holds(self, value: Any) -> bool:
        """Whether a value is this text in any letter case."""
        return isinstance(value, str) and self._in_any_case.equals(value)

    @cached_property
    def _in_any_case(self) -> AnyCase:
        return AnyCase(self.text)


@dataclass(frozen=True)
class Wildcard:
    """A text that a wildcard matches as a whole."""

    text: str

    def holds(self, value: Any) -> bool:
        """Whether a value is a text that the wildcard matches."""
        return isinstance(value, str) and self._matches(value)

    @cached_property
    def _matches(self) -> Callable[[str], bool]:
        return wildcard.matcher(self.text)


@dataclass(frozen=True)
class Numeric:
    """A number within bounds, each of which may belong to the range or not; None is no bound."""

    lower: float | None = None
    upper: float | None = None
    with_lower: bool = False
    with_upper: bool = False

    def holds(self, value: Any) -> bool:
        """Whether a value is a number that a double carries, and within the bounds."""
        number = numbers.from_value(value)
        if not isinstance(number, float):
            return False
        if self.lower is not None:
            above = number >= self.lower if self.with_lower else number > self.lower
            if not above:
                return False
        if self.upper is None:
            return True
        return number <= self.upper if self.with_upper else number < self.upper


@dataclass(frozen=True)
class Cidr:
    """An IP address within a block."""

    block: str

    def holds(self, value: Any) -> bool:
        """Whether a value is an address of the block (or what EventBridge takes for one)."""
        return self._range.holds(value)

    @cached_property
    def _range(self) -> AddressRange:
        return AddressRange.of_block(self.block)


@dataclass(frozen=True)
class AnythingBut:
    """A value that is present, and for which none of other conditions holds."""

    excluded: tuple[Exact | Prefix | Suffix | EqualsIgnoreCase | Wildcard, ...]

    def holds(self, value: Any) -> bool:
        """Whether none of the excluded conditions holds for a value."""
        return not self._excludes(value)

    @cached_property
    def _excludes(self) -> Callable[[Any], bool]:
        return any_of(self.excluded)


@dataclass(frozen=True)
class Exists:
    """That a value is present, or that none is. An object, `[]` and `{}` are no values."""

    wanted: bool

    def holds(self, value: Any) -> bool:
        """Whether it is wanted that there is a value."""
        return self.wanted


Condition = (
    Exact
    | SameAddress
    | Prefix
    | Suffix
    | EqualsIgnoreCase
    | Wildcard
    | Numeric
    | Cidr
    | AnythingBut
    | Exists
)

NAMES = {
    Prefix: "prefix",
    Suffix: "suffix",
    EqualsIgnoreCase: "equals-ignore-case",
    Wildcard: "wildcard",
}
"""The operators on texts that `anything-but` takes as well, by their conditions."""


def as_json(condition: Condition) -> str:
    """A condition as it stands in a pattern, as JSON text."""
    match condition:
        case Exact(value=value):
            return _literal_text(value)
        case SameAddress(text=text):
            return json_text.one_line(text)
        case Prefix(text=text, ignore_case=ignore_case):
            return _text_operator("prefix", text, ignore_case)
        case Suffix(text=text, ignore_case=ignore_case):
            return _text_operator("suffix", text, ignore_case)
        case EqualsIgnoreCase(text=text):
            return _operator("equals-ignore-case", json_text.one_line(text))
        case Wildcard(text=text):
            return _operator("wildcard", json_text.one_line(text))
        case Cidr(block=block):
            return _operator("cidr", json_text.one_line(block))
        case Exists(wanted=wanted):
            return _operator("exists", json_text.one_line(wanted))
        case Numeric():
            return _operator("numeric", _comparison(condition))
        case AnythingBut(excluded=excluded):
            return _operator("anything-but", _excluded(excluded))


def _literal_text(value: Literal) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < _SPELLED_IN_FULL:
        return f"{value:.0f}"
    if isinstance(value, float | SpelledNumber):
        return numbers.spelling(value)
    return json_text.one_line(value)


_SPELLED_IN_FULL = 1e16  # Python writes larger numbers with an exponent, and so exactly


def _operator(name: str, operand: str) -> str:
    return f'{{"{name}": {operand}}}'


def _text_operator(name: str, text: str, ignore_case: bool) -> str:
    operand = json_text.one_line(text)
    return _operator(name, _operator("equals-ignore-case", operand) if ignore_case else operand)


def _comparison(numeric: Numeric) -> str:
    if numeric.lower is not None and numeric.lower == numeric.upper:
        return f'["=", {_literal_text(numeric.lower)}]'
    parts = []
    if numeric.lower is not None:
        parts.append(f'"{">=" if numeric.with_lower else ">"}", {_literal_text(numeric.lower)}')
    if numeric.upper is not None:
        parts.append(f'"{"<=" if numeric.with_upper else "<"}", {_literal_text(numeric.upper)}')
    return f"[{', '.join(parts)}]"


def _excluded(excluded: tuple[Condition, ...]) -> str:
    """The operand of anything-but: values, or one operator with its texts."""
    if isinstance(excluded[0], Exact):
        return _one_or_list([as_json(condition) for condition in excluded])
    texts = [json_text.one_line(getattr(condition, "text", "")) for condition in excluded]
    return _operator(NAMES[type(excluded[0])], _one_or_list(texts))


def _one_or_list(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def literal_of(value: Any) -> Literal:
    """A value of an event as a pattern would name it: numbers as EventBridge compares them."""
    number = numbers.from_value(value)
    if number is not None:
        return number
    literal: Literal = value
    return literal


def any_of(conditions: Iterable[Condition]) -> Callable[[Any], bool]:
    """The test whether any of some conditions holds for a present value.

    It takes no longer for thousands of exact values than for one.
    """
    values: set[str | bool | None] = set()
    numbers_: set[float | SpelledNumber] = set()
    others: list[Callable[[Any], bool]] = []
    for condition in conditions:
        match condition:
            case Exact(value=float() | SpelledNumber() as number):
                numbers_.add(number)
            case Exact(value=value):
                values.add(value)  # type: ignore[arg-type] # numbers are above
            case Exists(wanted=True):
                return _always
            case Exists(wanted=False):
                pass  # for what is absent
            case _:
                others.append(condition.holds)
    tests = list(others)
    if numbers_ or not values.isdisjoint((True, False)):
        tests.insert(0, _Literals(frozenset(values), frozenset(numbers_)).hold)
    elif values:
        # No text and no null is equal to a value of another sort.
        tests.insert(0, frozenset(values).__contains__)
    if len(tests) == 1:
        return tests[0]
    return _Tests(tuple(tests)).hold


def _always(value: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class _Literals:
    """Exact values, numbers apart from the others: to Python, True is 1."""

    values: frozenset[str | bool | None]
    numbers: frozenset[float | SpelledNumber]

    def hold(self, value: Any) -> bool:
        number = numbers.from_value(value)
        if number is not None:
            return number in self.numbers
        return value in self.values


@dataclass(frozen=True, slots=True)
class _Tests:
    """Tests of which any is to succeed."""

    tests: tuple[Callable[[Any], bool], ...] = field(default=())

    def hold(self, value: Any) -> bool:
        return any(test(value) for test in self.tests)


def _same(one: Literal, other: Literal) -> bool:
    return one.__class__ is other.__class__ and one == other
