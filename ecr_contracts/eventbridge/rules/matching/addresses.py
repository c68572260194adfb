"""IP addresses as EventBridge compares them: as text of hexadecimal digits, eight or thirty-two.

A block of addresses is a range between two such texts, and a text is in the range as soon as its
digits so far decide it. So `0.0.0.0/0` holds nearly all IPv6 addresses too, and numbers, whose
digits are read as hexadecimal ones: that is what the service does, hence what is done here.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Any

from ecr_contracts.core.text import shortened
from ecr_contracts.eventbridge.rules.matching import numbers

_V4 = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+")
_V6 = re.compile(r"[0-9a-fA-F:]*:[0-9a-fA-F:]*")
_MASK = re.compile(r"\+?[0-9]{1,9}")
_HEX_DIGITS = frozenset("0123456789ABCDEF")
_LONGEST = 64  # characters of an address, with room for leading zeros


class AddressError(ValueError):
    """A block of addresses that EventBridge refuses; the message says what is wrong with it."""


def digits_of(text: str) -> str:
    """The hexadecimal digits of an address, empty where the text is none.

    Numbers within an IPv4 address may have leading zeros; an IPv4 address written as an IPv6 one
    has the digits of the IPv4 address.
    """
    packed = _packed(text)
    return packed.hex().upper()


def _packed(text: str) -> bytes:
    if len(text) > _LONGEST:
        return b""
    if _V4.fullmatch(text):
        parts = [int(part) for part in text.split(".")]
        return bytes(parts) if max(parts) <= 255 else b""
    if not _V6.fullmatch(text):
        return b""
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return b""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped.packed
    return address.packed


@dataclass(frozen=True, slots=True)
class AddressRange:
    """The addresses between two, both included, as hexadecimal digits of the same length."""

    bottom: str
    top: str

    @classmethod
    def of_block(cls, block: str) -> AddressRange:
        """The range of a block such as `10.0.0.0/24`; raises AddressError for what is none.

        Bits beyond the mask are taken for zero. A block of a single address (`/32`, `/128`) is
        refused, as EventBridge does.
        """
        address, slash, mask = block.partition("/")
        if not slash or not _MASK.fullmatch(mask):
            raise AddressError("a block is an address, a slash and the bits of the mask")
        packed = _packed(address)
        if not packed:
            raise AddressError(f"{shortened(address, _LONGEST)!r} is no IP address")
        bits = 8 * len(packed)
        if int(mask) >= bits:
            raise AddressError(f"the mask has 0 to {bits - 1} bits; list a single address as it is")
        free = (1 << (bits - int(mask))) - 1
        number = int.from_bytes(packed, "big")
        width = bits // 4
        return cls(f"{number & ~free:0{width}X}", f"{number | free:0{width}X}")

    def holds(self, value: Any) -> bool:
        """Whether a value of an event is in the range."""
        if isinstance(value, str):
            return self._holds_digits(digits_of(value))
        if numbers.from_value(value) is None:
            return False
        return self._holds_digits(numbers.spelling(value))

    def _holds_digits(self, digits: str) -> bool:
        above_bottom = below_top = False
        if len(digits) > len(self.bottom):
            digits = digits[: len(self.bottom)]
        for digit, lowest, highest in zip(digits, self.bottom, self.top, strict=False):
            if digit not in _HEX_DIGITS:
                return False
            if (not above_bottom and digit < lowest) or (not below_top and digit > highest):
                return False
            above_bottom = above_bottom or digit > lowest
            below_top = below_top or digit < highest
            if above_bottom and below_top:
                return True
        return len(digits) == len(self.bottom)
