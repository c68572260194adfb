"""The elements of a leaf's array, read: values and operators, or why EventBridge refuses them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ecr_contracts.core.errors import did_you_mean
from ecr_contracts.core.json_path import Steps
from ecr_contracts.core.text import shortened
from ecr_contracts.eventbridge.rules.matching import addresses, wildcard
from ecr_contracts.eventbridge.rules.matching.conditions import (
    NAMES,
    AnythingBut,
    Cidr,
    Condition,
    EqualsIgnoreCase,
    Exact,
    Exists,
    Numeric,
    Prefix,
    SameAddress,
    Suffix,
    Wildcard,
)
from ecr_contracts.eventbridge.rules.matching.numbers import SpelledNumber
from ecr_contracts.eventbridge.rules.matching.pattern_text import (
    Array,
    Node,
    Object,
    Refusal,
    Scalar,
)

_IGNORE_CASE = "equals-ignore-case"
_SHOWN = 60  # characters of what a message repeats


def condition(node: Node, steps: Steps) -> Condition:
    """The condition that an element of a leaf's array is; raises Refusal for what is none."""
    if isinstance(node, Array):
        raise Refusal(node.offset, steps, "an array stands within an array; list its values")
    if isinstance(node, Scalar):
        if isinstance(node.value, str) and addresses.digits_of(node.value):
            return SameAddress(node.value)
        return Exact(node.value)
    name, operand, offset = _only_member(node, steps)
    read = OPERATORS.get(name)
    if read is None:
        name = shortened(name, _SHOWN)
        problem = f"no operator is called {name!r}{did_you_mean(name, OPERATORS)}"
        raise Refusal(offset, steps, problem)
    return read(operand, (*steps, name))


def _only_member(node: Object, steps: Steps) -> tuple[str, Node, int]:
    """The operator of an object, its operand, and the offset of its name."""
    if not node.members:
        raise Refusal(node.offset, steps, "an empty object is no operator")
    if len(node.members) > 1:
        first, second = (shortened(member.key, _SHOWN) for member in node.members[:2])
        problem = f"one operator stands in an object; {first!r} and {second!r} want one each"
        raise Refusal(node.members[1].offset, steps, problem)
    [member] = node.members
    return member.key, member.node, member.offset


def _text(node: Node, steps: Steps) -> str:
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return node.value
    raise Refusal(node.offset, steps, f"{steps[-1]} takes a text")


def _number(node: Node, steps: Steps) -> float:
    """A number that can be compared."""
    if not isinstance(node, Scalar) or not isinstance(node.value, float | SpelledNumber):
        raise Refusal(node.offset, steps, "a number is wanted here")
    if isinstance(node.value, SpelledNumber):
        problem = (
            f"EventBridge cannot compare {shortened(node.value.text, _SHOWN)}: it has no double"
        )
        raise Refusal(node.offset, steps, problem)
    return node.value


# --- the operators --------------------------------------------------------------------------------


def _exactly(node: Node, steps: Steps) -> Condition:
    return Exact(_text(node, steps))


def _prefix(node: Node, steps: Steps) -> Condition:
    if isinstance(node, Object):
        return Prefix(_nested_text(node, steps), ignore_case=True)
    return Prefix(_text(node, steps))


def _suffix(node: Node, steps: Steps) -> Condition:
    if isinstance(node, Object):
        return Suffix(_nested_text(node, steps), ignore_case=True)
    return Suffix(_text(node, steps))


def _nested_text(node: Object, steps: Steps) -> str:
    """The text of the operator within prefix or suffix, which can only be equals-ignore-case."""
    name, operand, offset = _only_member(node, steps)
    if name != _IGNORE_CASE:
        raise Refusal(offset, steps, f"{steps[-1]} takes a text, or {_IGNORE_CASE} within")
    return _text(operand, (*steps, name))


def _equals_ignore_case(node: Node, steps: Steps) -> Condition:
    return EqualsIgnoreCase(_text(node, steps))


def _wildcard(node: Node, steps: Steps) -> Wildcard:
    text = _text(node, steps)
    try:
        wildcard.pieces_of(text)
    except wildcard.WildcardError as error:
        raise Refusal(node.offset, steps, str(error)) from None
    return Wildcard(text)


def _cidr(node: Node, steps: Steps) -> Condition:
    block = _text(node, steps)
    try:
        addresses.AddressRange.of_block(block)
    except addresses.AddressError as error:
        raise Refusal(node.offset, steps, str(error)) from None
    return Cidr(block)


def _exists(node: Node, steps: Steps) -> Condition:
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return Exists(node.value)
    raise Refusal(node.offset, steps, "exists takes true or false")


def _numeric(node: Node, steps: Steps) -> Condition:
    if not isinstance(node, Array):
        problem = 'numeric takes an array of comparisons and numbers, as [">", 0, "<=", 5]'
        raise Refusal(node.offset, steps, problem)
    sign, value = _comparison(node, 0, ("=", "<", "<=", ">", ">="), steps)
    if sign == "=":
        bounds = Numeric(value, value, with_lower=True, with_upper=True)
    elif sign in ("<", "<="):
        bounds = Numeric(upper=value, with_upper=sign == "<=")
    else:
        bounds = Numeric(lower=value, with_lower=sign == ">=")
    if len(node.items) == 2:
        return bounds
    if bounds.lower is None or bounds.upper is not None or len(node.items) > 4:
        problem = "a range is > or >= with a number, then < or <= with one, and nothing more"
        raise Refusal(node.items[2].offset, (*steps, 2), problem)
    sign, top = _comparison(node, 2, ("<", "<="), steps)
    if top <= value:
        problem = "the upper end of a range is above its lower end"
        raise Refusal(node.items[3].offset, (*steps, 3), problem)
    return Numeric(value, top, bounds.with_lower, with_upper=sign == "<=")


def _comparison(node: Array, index: int, signs: tuple[str, ...], steps: Steps) -> tuple[str, float]:
    """The comparison and the number at an index of the operand of numeric."""
    if index + 2 > len(node.items):
        problem = "a comparison and a number belong together"
        raise Refusal(node.offset, steps, problem)
    sign, value = node.items[index : index + 2]
    if not isinstance(sign, Scalar) or sign.value not in signs:
        raise Refusal(sign.offset, (*steps, index), f"wanted here is one of {' '.join(signs)}")
    return str(sign.value), _number(value, (*steps, index + 1))


def _anything_but(node: Node, steps: Steps) -> Condition:
    if isinstance(node, Object):
        name, operand, offset = _only_member(node, steps)
        if name not in NAMES.values():
            name = shortened(name, _SHOWN)
            problem = f"anything-but takes no {name!r}, only values and {', '.join(NAMES.values())}"
            raise Refusal(offset, steps, problem)
        inner = (*steps, name)
        return AnythingBut(
            tuple(_excluded_text(item, name, at) for item, at in _listed(operand, inner))
        )
    excluded = [_excluded_value(item, at) for item, at in _listed(node, steps)]
    sorts = {isinstance(exact.value, str) for exact in excluded}
    if len(sorts) > 1:
        problem = "anything-but takes texts or numbers, not both in one list"
        raise Refusal(node.offset, steps, problem)
    return AnythingBut(tuple(excluded))


def _listed(node: Node, steps: Steps) -> list[tuple[Node, Steps]]:
    """The elements of an operand that is one value or a list of them."""
    if not isinstance(node, Array):
        return [(node, steps)]
    if not node.items:
        raise Refusal(node.offset, steps, "an empty list excludes nothing")
    return [(item, (*steps, index)) for index, item in enumerate(node.items)]


def _excluded_value(node: Node, steps: Steps) -> Exact:
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return Exact(node.value)
    if isinstance(node, Scalar) and isinstance(node.value, float | SpelledNumber):
        return Exact(_number(node, steps))
    raise Refusal(node.offset, steps, "anything-but takes texts and numbers only")


def _excluded_text(
    node: Node, name: str, steps: Steps
) -> Prefix | Suffix | EqualsIgnoreCase | Wildcard:
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        raise Refusal(node.offset, steps, f"{name} within anything-but takes texts")
    text = node.value
    if name == "wildcard":
        return _wildcard(node, steps)
    if name == _IGNORE_CASE:
        return EqualsIgnoreCase(text)
    if not text:
        raise Refusal(node.offset, steps, f"every text has the empty {name}: it excludes all")
    return Prefix(text) if name == "prefix" else Suffix(text)


OPERATORS: Mapping[str, Callable[[Node, Steps], Condition]] = MappingProxyType(
    {
        "prefix": _prefix,
        "suffix": _suffix,
        "equals-ignore-case": _equals_ignore_case,
        "wildcard": _wildcard,
        "anything-but": _anything_but,
        "numeric": _numeric,
        "exists": _exists,
        "cidr": _cidr,
        "exactly": _exactly,
    }
)
"""Each operator, and how its operand is read."""
