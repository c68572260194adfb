"""The part of regular expressions that every engine reads alike: matched by `re`, enumerated here.

Knows nothing of schemas. Admitted are printable ASCII literals, `[...]` without negation, groups,
`|`, the quantifiers `? * + {m} {m,} {m,n}`, and the anchors `^` at the very start and `$` at the
very end, both of which have to be there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ecr_contracts.core import limits

_SPARE = 8  # how far beyond its minimum an unbounded repetition is drawn
_TOGETHER = 12  # characters that are taken at once: more make long numbers of them again
_QUANTIFIER = re.compile(r"\?|\*|\+|\{([0-9]{1,9})(,?)([0-9]{0,9})\}")
_SPECIAL = set("^$.*+?()[]{}|\\")
_DOUBLED = {"&&", "--", "~~", "||"}  # set operations to some engines


class Digits:
    """A natural number, used up as the choices that it encodes are taken; further ones are 0.

    So 0 stands for the plainest value of all, and smaller numbers for plainer values.
    """

    __slots__ = ("left",)

    def __init__(self, number: int = 0) -> None:
        self.left = number

    def take(self, options: int) -> int:
        """The next choice, one of `range(options)`."""
        if not self.left:
            return 0
        self.left, taken = divmod(self.left, options)
        return taken


@dataclass(frozen=True, slots=True)
class One:
    """One of some characters, the plainest first."""

    characters: str

    def word(self, digits: Digits) -> str:
        """The word that the digits choose."""
        return self.characters[digits.take(len(self.characters))]

    def words(self, count: int, digits: Digits) -> str:
        """The words of so many repetitions.

        They are those that `word` gives, in half the time: few divisions are of long numbers.
        """
        options, characters = len(self.characters), self.characters
        chosen: list[str] = []
        while digits.left and (missing := count - len(chosen)) > 0:
            block = min(missing, _TOGETHER)
            number = digits.take(options**block)
            for _ in range(block):
                number, index = divmod(number, options)
                chosen.append(characters[index])
        return "".join(chosen) + characters[0] * (count - len(chosen))

    def lengths(self) -> tuple[int, int]:
        """The lengths of the shortest and the longest word that `word` gives."""
        return 1, 1


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after another."""

    parts: tuple[Node, ...]

    def word(self, digits: Digits) -> str:
        """The word that the digits choose."""
        return "".join([part.word(digits) for part in self.parts])

    def lengths(self) -> tuple[int, int]:
        """The lengths of the shortest and the longest word that `word` gives."""
        bounds = [part.lengths() for part in self.parts]
        return sum(low for low, _ in bounds), sum(high for _, high in bounds)


@dataclass(frozen=True, slots=True)
class Either:
    """One of several parts."""

    parts: tuple[Node, ...]

    def word(self, digits: Digits) -> str:
        """The word that the digits choose."""
        return self.parts[digits.take(len(self.parts))].word(digits)

    def lengths(self) -> tuple[int, int]:
        """The lengths of the shortest and the longest word that `word` gives."""
        bounds = [part.lengths() for part in self.parts]
        return min(low for low, _ in bounds), max(high for _, high in bounds)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part some number of times; an unbounded one is drawn up to `high`."""

    part: Node
    low: int
    high: int
    unbounded: bool

    def word(self, digits: Digits) -> str:
        """The word that the digits choose."""
        count = self.low + digits.take(self.high - self.low + 1)
        if isinstance(self.part, One):
            return self.part.words(count, digits)
        return "".join([self.part.word(digits) for _ in range(count)])

    def lengths(self) -> tuple[int, int]:
        """The lengths of the shortest and the longest word that `word` gives."""
        low, high = self.part.lengths()
        return self.low * low, self.high * high


Node = One | Sequence | Either | Repeat
"""A piece of a pattern."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that recognises whole strings and whose words can be counted off.

    `root` is its syntax tree.
    Raises ValueError where the text uses what engines read differently; the message names it.
    """

    text: str
    _regex: re.Pattern[str] = field(init=False, repr=False, compare=False)
    root: Node = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", _Parser(self.text).whole())
        object.__setattr__(self, "_regex", re.compile(self.text[1:-1]))

    def matches(self, value: object) -> bool:
        """Whether the value is a string of the pattern, from its first character to its last."""
        return isinstance(value, str) and self._regex.fullmatch(value) is not None

    def word(self, digits: Digits) -> str:
        """The word that the digits choose. Open repetitions stop 8 beyond their minimum."""
        return self.root.word(digits)

    def lengths(self) -> tuple[int, int]:
        """The lengths of the shortest and the longest word that `word` gives."""
        return self.root.lengths()


class _Parser:
    """Recursive descent over the text of a pattern; refuses what engines read differently."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 1
        self.end = len(text) - 1
        self.depth = 0

    def whole(self) -> Node:
        backslashes = len(self.text[:-1]) - len(self.text[:-1].rstrip("\\"))
        if len(self.text) < 2 or self.text[0] != "^" or self.text[-1] != "$" or backslashes % 2:
            raise ValueError(
                f"the pattern {self.text!r} is not anchored: it must begin with ^ and end with $"
            )
        node = self.sequence()
        if self.peek() == "|":
            raise self.refusal("an alternative outside a group")
        if self.position != self.end:
            raise self.refusal("an unopened group")
        return node

    def refusal(self, what: str) -> ValueError:
        return ValueError(f"{what} at position {self.position} of the pattern {self.text!r}")

    def peek(self) -> str:
        return self.text[self.position] if self.position < self.end else ""

    def either(self) -> Node:
        branches = [self.sequence()]
        while self.peek() == "|":
            self.position += 1
            branches.append(self.sequence())
        if len(branches) == 1:
            return branches[0]
        return Either(tuple(branches))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while (character := self.peek()) and character not in "|)":
            parts.append(self.quantified(self.atom(character)))
        if len(parts) == 1:
            return parts[0]
        return Sequence(tuple(parts))

    def atom(self, character: str) -> Node:
        match character:
            case "(":
                self.position += 1
                self.depth += 1
                if self.depth > limits.EXPRESSION_GROUPS:
                    raise self.refusal(f"groups nested more than {limits.EXPRESSION_GROUPS} deep")
                if self.peek() == "?":
                    if self.text[self.position : self.position + 2] != "?:":
                        raise self.refusal("a group with a meaning that engines do not share")
                    self.position += 2
                node = self.either()
                if self.peek() != ")":
                    raise self.refusal("an unclosed group")
                self.position += 1
                self.depth -= 1
                return node
            case "[":
                return self.character_class()
            case _:
                return One(self.literal(character, _SPECIAL, _SPECIAL | {"/"}))

    def literal(self, character: str, special: set[str], escapable: set[str]) -> str:
        if character == "\\":
            self.position += 1
            character = self.peek()
            if character not in escapable:
                raise self.refusal("an escape that engines read differently")
        elif character in special:
            raise self.refusal(f"a bare {character!r}")
        if not " " <= character <= "~":
            raise self.refusal("a character outside printable ASCII")
        self.position += 1
        return character

    def character_class(self) -> One:
        self.position += 1
        characters: dict[str, None] = {}
        if self.peek() == "^":
            raise self.refusal("a negated class")
        while (first := self.peek()) != "]":
            low = self.member(first)
            if self.peek() == "-" and self.text[self.position + 1] != "]":
                self.position += 1
                high = self.member(self.peek())
                if high < low:
                    raise self.refusal(f"an empty range {low}-{high}")
                characters.update(dict.fromkeys(map(chr, range(ord(low), ord(high) + 1))))
            else:
                characters[low] = None
        self.position += 1
        if not characters:
            raise self.refusal("an empty class")
        return One("".join(characters))

    def member(self, character: str) -> str:
        if not character:
            raise self.refusal("an unclosed class")
        for start in (self.position - 1, self.position):
            if (pair := self.text[start : start + 2]) in _DOUBLED:
                raise self.refusal(f"{pair!r} in a class")
        return self.literal(character, {"["}, _SPECIAL | {"/", "-"})

    def quantified(self, node: Node) -> Node:
        match = _QUANTIFIER.match(self.text, self.position, self.end)
        if match is None:
            return node
        low, high = self.bounds(match)
        if high < low:
            raise self.refusal("a repetition that ends before it begins")
        longest = node.lengths()[1]
        if not longest:
            raise self.refusal("a repetition of nothing")
        if high * longest > limits.REPEATED_CHARACTERS:
            raise self.refusal(f"a repetition of more than {limits.REPEATED_CHARACTERS} characters")
        self.position = match.end()
        if self.peek() in {"?", "*", "+", "{"}:
            raise self.refusal("a quantifier upon a quantifier")
        unbounded = match.group()[-1] in "*+" or match.group().endswith(",}")
        return Repeat(node, low, high, unbounded)

    def bounds(self, quantifier: re.Match[str]) -> tuple[int, int]:
        low, comma, high = quantifier.groups()
        match quantifier.group()[0], comma, high:
            case "?", _, _:
                return 0, 1
            case "*", _, _:
                return 0, _SPARE
            case "+", _, _:
                return 1, 1 + _SPARE
            case _, "", _:
                return int(low), int(low)
            case _, _, "":
                return int(low), int(low) + _SPARE
            case _:
                return int(low), int(high)
