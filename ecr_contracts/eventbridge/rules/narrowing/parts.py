"""The choices of one facet, divided into parts that meet the same wishes of a rule.

A choice of the schema is a set of values; a wish holds for some of them. So a choice falls into
parts, in each of which every value meets the same wishes, its *signature*. A part without values is
left out. Values that a rule names are parts of their own, with the value as label.

    image-tag, wish {"prefix": "v1."}      longest -> longest (meets it), longest (does not)
                                           dotted  -> dotted  (meets it), dotted  (does not)
                                           digits  -> digits  (does not)

Nothing is tried and thrown away: texts are decided with automata (`events.languages`), numbers with
intervals. Of a text within a frame the part alone is divided, by the wishes upon that; a wish upon
the whole text is one upon its fields (`composed`).
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from ecr_contracts.core.findings import Evidence
from ecr_contracts.eventbridge.rules.matching.conditions import (
    AnythingBut,
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
from ecr_contracts.eventbridge.rules.matching.wildcard import pieces_of
from ecr_contracts.eventbridge.rules.narrowing.demands import Aspect, Wish
from ecr_contracts.events.frames import part_of
from ecr_contracts.events.languages import (
    FramedLanguage,
    Glob,
    Language,
    LanguageTooLargeError,
)
from ecr_contracts.events.model import Choice, Facet
from ecr_contracts.events.regexes import Digits, Pattern
from ecr_contracts.events.shapes import (
    Absent,
    Exactly,
    Items,
    Object,
    OneOf,
    Ranges,
    Whole,
    Word,
)

__all__ = ["Part", "Signature", "parts_of", "signature_of_value"]

Signature = tuple[bool, ...]
"""Of each wish upon a facet, whether it is met."""

MOST_NAMED = 12
"""How many values that rules name are combined with other choices; more are tried alone."""

_WIDTH = 999  # how far beyond the last bound numbers are drawn
_MOST_REMEMBERED = 512  # facets, each with some wishes
_MOST_BOUNDS = 40  # of the ranges of one signature
_SEPARATORS = ("-", "/", "_", ".")  # behind a prefix a whole name is more natural than its end
_LAST = 9  # the strangeness of what is tried alone
_OTHER = "other"  # what is said to be the schema's choice of a text that has none
_ANY_TEXT = "application/vnd.example.artifact+json"
_LONG = 64  # characters that make a value unusual
_MOST_TAKEN = 50  # named texts that others are kept apart from; one of more may be drawn by chance


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a choice: what it is like, and which wishes all its values meet.

    `rank` says how well it serves as the baseline, less being better.
    """

    choice: Choice
    signature: Signature
    rank: tuple[int, ...] = (0,)


def parts_of(
    facet: Facet,
    wishes: Sequence[Wish],
    surroundings: Mapping[str, tuple[str, str]] | None = None,
) -> list[Part]:
    """The parts of all choices of a facet, in the order in which values are recognised.

    `surroundings` are texts before and after the part, by the choices that have a frame. Raises
    LanguageTooLargeError for wishes of so many conditions that it cannot be told.
    """
    # Kinds have facets in common, and wishes are equal whichever rule they come from.
    rules = tuple(wish.rule for wish in wishes)
    parts = _parts_once(facet, tuple(wishes), rules, tuple((surroundings or {}).items()))
    if isinstance(parts, LanguageTooLargeError):
        raise LanguageTooLargeError(str(parts))
    return list(parts)


@lru_cache(_MOST_REMEMBERED)
def _parts_once(
    facet: Facet,
    wishes: tuple[Wish, ...],
    rules: tuple[str, ...],
    surroundings: tuple[tuple[str, tuple[str, str]], ...],
) -> tuple[Part, ...] | LanguageTooLargeError:
    """The parts, or why they cannot be told: that takes longest to find out."""
    try:
        return tuple(_with_own_labels(_parts_of_choices(facet, wishes, dict(surroundings))))
    except LanguageTooLargeError as error:
        return error.with_traceback(None)


def _parts_of_choices(
    facet: Facet, wishes: tuple[Wish, ...], around: Mapping[str, tuple[str, str]]
) -> list[Part]:
    parts: list[Part] = []
    earlier: list[Choice] = []
    for declared in facet.declared:
        choice = facet[declared.label]  # whose plainest value is the baseline's, if it has one
        if choice.label in around:
            parts += _parts_within_frame(facet, choice, wishes, around[choice.label])
        else:
            parts += _parts_of_choice(facet, choice, wishes, earlier)
        earlier.append(choice)
    if facet.is_open:
        parts += _parts_beyond_choices(facet, wishes, parts)
    return parts


def signature_of_value(
    value: Any, choice: Choice, wishes: Sequence[Wish], aspect: Aspect = Aspect.VALUE
) -> Signature:
    """Which wishes a value meets that is present, or the part of one within a frame."""
    met = []
    for wish in wishes:
        if wish.aspect is Aspect.LABEL:
            met.append(wish.admits(choice.schema_label))
        else:
            met.append(wish.aspect is aspect and wish.admits(value))
    return tuple(met)


def _parts_beyond_choices(
    facet: Facet, wishes: Sequence[Wish], parts: Sequence[Part]
) -> Iterator[Part]:
    """Texts that wishes name and no choice has; for a wish that nothing meets a text that does."""
    named = {text: wish for wish in wishes for text in wish.texts(Aspect.VALUE)}
    unknown = [text for text in named if _recognised(facet, text) is None]
    signatures = [part.signature for part in parts]
    for number, text in enumerate(unknown):
        part = _of_unknown_text(facet, text, wishes)
        signatures.append(part.signature)
        yield _alone(part) if number >= MOST_NAMED else part
    for number, wish in enumerate(wishes):
        is_met = any(signature[number] for signature in signatures)
        if is_met or wish.aspect is not Aspect.VALUE:
            continue
        for text in _texts_for(wish):
            part = _of_unknown_text(facet, text, wishes)
            if part.signature[number] and _recognised(facet, text) is None:
                yield part
                break


def _of_unknown_text(facet: Facet, text: str, wishes: Sequence[Wish]) -> Part:
    """The part of a text that no choice of the schema has."""
    choice = Choice(
        label=text,
        token=f"{_token(text)}-{facet.noun}",
        shape=Exactly(text),
        evidence=Evidence.INFERRED,
        note="wanted by the rule; the schema admits it",
        origin=_OTHER,
    )
    return Part(choice, signature_of_value(text, choice, wishes), (3, 0, 1, len(text)))


def _texts_for(wish: Wish) -> Iterator[str]:
    """Texts that may meet a wish."""
    for condition in wish.conditions:
        yield from _texts_like(condition, _ANY_TEXT)


def _parts_of_choice(
    facet: Facet, choice: Choice, wishes: Sequence[Wish], earlier: Sequence[Choice]
) -> Iterator[Part]:
    match choice.shape:
        case Absent() | Object():
            yield Part(choice, _signature_without_value(choice, wishes))
        case Items(high=0):
            yield Part(choice, _signature_without_value(choice, wishes))
        case Items():
            # Which wishes an array meets, its elements say.
            yield Part(choice, (True,) * len(wishes))
        case Exactly(value):
            yield Part(choice, signature_of_value(value, choice, wishes), _rank(choice, value, 0))
        case OneOf(values):
            yield from _parts_of_values(facet, choice, values, wishes)
        case Whole():
            yield from _parts_of_numbers(facet, choice, choice.shape, wishes)
        case Word():
            yield from _parts_of_texts(facet, choice, choice.shape, wishes, earlier)


def _signature_without_value(choice: Choice, wishes: Sequence[Wish]) -> Signature:
    return tuple(wish.admits_absence and wish.aspect is Aspect.VALUE for wish in wishes)


def _rank(choice: Choice, value: Any, strangeness: int) -> tuple[int, ...]:
    """How well a part serves as the baseline: natural and short values of strong evidence do."""
    length = len(value) if isinstance(value, str) else 0
    if value == "":
        strangeness += 2
    is_inferred = choice.evidence is Evidence.INFERRED
    return (strangeness, int(length > _LONG), int(is_inferred), length)


# --- listed values --------------------------------------------------------------------------------


def _parts_of_values(
    facet: Facet, choice: Choice, values: Sequence[Any], wishes: Sequence[Wish]
) -> Iterator[Part]:
    """The values of a list, put together by what they meet; one that a rule names stands alone."""
    named = {text for wish in wishes for text in wish.texts(Aspect.VALUE)}
    groups: dict[tuple[Signature, Any], list[Any]] = {}
    for value in values:
        signature = signature_of_value(value, choice, wishes)
        own = value if value in named else None
        groups.setdefault((signature, own), []).append(value)
    for (signature, own), members in groups.items():
        shape = Exactly(members[0]) if len(members) == 1 else OneOf(tuple(members))
        if len(groups) == 1:
            yield Part(choice, signature, _rank(choice, members[0], 0))
        elif own is not None:
            yield _named_part(facet, choice, own, wishes)
        else:
            part = replace(choice, shape=shape, origin=choice.schema_label)
            yield Part(part, signature, _rank(choice, members[0], int(members[0] != values[0])))


def _named_part(facet: Facet, choice: Choice, text: str, wishes: Sequence[Wish]) -> Part:
    """The part of a value that a rule names."""
    if choice.shape == Exactly(text):
        return Part(choice, signature_of_value(text, choice, wishes), _rank(choice, text, 0))
    named = _named_choice(facet, choice, text, Exactly(text), wishes, Aspect.VALUE)
    return Part(named, signature_of_value(text, choice, wishes), _rank(named, text, 0))


def _named_choice(
    facet: Facet,
    choice: Choice,
    text: str,
    shape: Exactly | Word,
    wishes: Sequence[Wish],
    aspect: Aspect,
) -> Choice:
    """The choice of a text that a rule names, as a part of a choice of the schema."""
    rule = next((wish.rule for wish in wishes if text in wish.texts(aspect)), "")
    return Choice(
        label=text,
        token=f"{_token(text)}-{facet.noun}",
        shape=shape,
        evidence=max(choice.evidence, Evidence.DOCUMENTED),
        note=f"named by the rule at {rule}" if rule else "named by the rule",
        origin=choice.schema_label,
    )


def _token(text: str) -> str:
    """A value as the name of a choice in case ids."""
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-") or "named"


# --- numbers --------------------------------------------------------------------------------------


def _parts_of_numbers(
    facet: Facet, choice: Choice, shape: Whole, wishes: Sequence[Wish]
) -> Iterator[Part]:
    """The integers of a range, put together by what they meet."""
    ranges = list(_uniform_ranges(shape, wishes))
    by_signature: dict[Signature, list[tuple[int, int]]] = {}
    for low, high in ranges:
        signature = signature_of_value(low, choice, wishes)
        known = by_signature.setdefault(signature, [])
        if known and known[-1][1] + 1 == low:
            known[-1] = (known[-1][0], high)
        else:
            known.append((low, high))
    for signature, intervals in by_signature.items():
        if len(by_signature) == 1:
            yield Part(choice, signature, _rank(choice, shape.example, 0))
            continue
        part = _of_intervals(shape, intervals)
        first = part.value if isinstance(part, Exactly) else part.example
        for bound in _bounds(shape, intervals):
            if bound != first:
                yield _alone(_of_number(facet, choice, bound, signature))
        narrowed = replace(choice, shape=part, origin=choice.schema_label)
        yield Part(narrowed, signature, _rank(choice, first, int(first != shape.example)))


def _bounds(shape: Whole, intervals: Sequence[tuple[int, int]]) -> list[int]:
    """The ends of ranges that a rule has set, and single numbers that it names."""
    bounds: dict[int, None] = {}
    for low, high in intervals:
        if low > shape.low:
            bounds[low] = None
        if high < shape.high:
            bounds[high] = None
    return list(bounds)[:_MOST_BOUNDS]


def _of_number(facet: Facet, choice: Choice, number: int, signature: Signature) -> Part:
    named = replace(
        choice,
        label=str(number),
        token=f"{number}-{facet.noun}",
        shape=Exactly(number),
        origin=choice.schema_label,
    )
    return Part(named, signature, _rank(choice, number, 1))


def _uniform_ranges(shape: Whole, wishes: Sequence[Wish]) -> Iterator[tuple[int, int]]:
    """Ranges of integers that no wish tells apart, from the lowest on, without gaps."""
    bounds = {shape.low}
    for wish in wishes:
        for number in _numbers_in(wish.conditions):
            if math.isfinite(number):
                # Whatever lies between two integers is decided by its neighbours.
                bounds.update(range(math.floor(number), math.ceil(number) + 2))
    last = max(shape.high, max(bounds) + _WIDTH)
    if shape.reach is not None:
        last = min(last, shape.reach)
    starts = sorted(bound for bound in bounds if shape.low <= bound <= last)
    for start, following in itertools.pairwise([*starts, last + 1]):
        yield start, following - 1


def _numbers_in(conditions: Sequence[Condition]) -> Iterator[float]:
    """The numbers that conditions name."""
    for condition in conditions:
        match condition:
            case Numeric(lower=lower, upper=upper):
                yield from (number for number in (lower, upper) if number is not None)
            case Exact(value=float() as number):
                yield number
            case AnythingBut(excluded=excluded):
                yield from _numbers_in(excluded)


def _of_intervals(shape: Whole, intervals: Sequence[tuple[int, int]]) -> Exactly | Whole | Ranges:
    """The shape of the integers of some intervals."""
    if len(intervals) == 1:
        low, high = intervals[0]
        if low == high:
            return Exactly(low)
        example = shape.example if low <= shape.example <= high else low
        reach = shape.reach if high >= shape.high else high
        return Whole(low, high, reach, example)
    is_open = shape.reach is None and intervals[-1][1] >= shape.high
    has_example = any(low <= shape.example <= high for low, high in intervals)
    example = shape.example if has_example else intervals[0][0]
    return Ranges(tuple(intervals), is_open, example)


# --- texts ----------------------------------------------------------------------------------------


def _parts_of_texts(
    facet: Facet, choice: Choice, shape: Word, wishes: Sequence[Wish], earlier: Sequence[Choice]
) -> Iterator[Part]:
    """The texts of a pattern, put together by what they meet; named ones first."""
    named = _named_texts(facet, choice, wishes)
    for number, text in enumerate(named):
        own = _named_part(facet, choice, text, wishes)
        yield _alone(own) if number >= MOST_NAMED else own
    texts = _Texts(choice, shape, wishes, earlier, named, _lengths_of(facet, wishes))
    yield from _parts_by_signature(choice, shape, texts, has_named=bool(named))


def _parts_within_frame(
    facet: Facet, choice: Choice, wishes: Sequence[Wish], around: tuple[str, str]
) -> Iterator[Part]:
    """The texts of a frame, put together by what their parts meet; named parts first."""
    shape = choice.shape
    assert isinstance(shape, Word)
    before, after = around
    named: list[str] = []
    for text in dict.fromkeys(text for wish in wishes for text in wish.texts(Aspect.PART)):
        if _recognised(facet, f"{before}{text}{after}") == choice.label:
            named.append(text)
    for number, text in enumerate(named):
        signature = signature_of_value(text, choice, wishes, Aspect.PART)
        recogniser = _Recogniser(shape.pattern, choice, tuple(wishes), signature, shape.frame, text)
        word = Word(recogniser, _Only(text), text, shape.frame)
        own = _named_choice(facet, choice, text, word, wishes, Aspect.PART)
        part = Part(own, signature, _rank(own, text, 0))
        yield _alone(part) if number >= MOST_NAMED else part
    longest = max(shape.draw.lengths()[1], len(shape.example)) + _longest_wanted(wishes)
    texts = _Texts(choice, shape, wishes, (), named, (0, longest), around)
    yield from _parts_by_signature(choice, shape, texts, has_named=bool(named))


@dataclass(frozen=True, slots=True)
class _Only:
    """One text, to be drawn."""

    text: str

    def word(self, digits: Digits) -> str:
        """The text, whatever the digits."""
        return self.text

    def lengths(self) -> tuple[int, int]:
        """Its length, as the least and the most."""
        return len(self.text), len(self.text)


def _parts_by_signature(
    choice: Choice, shape: Word, texts: _Texts, *, has_named: bool
) -> Iterator[Part]:
    """The texts that no wish names, put together by what they meet."""
    signatures = list(texts.signatures())
    for signature in signatures:
        if len(signatures) == 1 and not has_named:
            yield Part(choice, signature, _rank(choice, shape.example, 0))
            continue
        narrowed, strangeness = texts.shape(signature)
        part = replace(choice, shape=narrowed, origin=choice.schema_label)
        yield Part(part, signature, _rank(choice, narrowed.example, strangeness))


def _named_texts(facet: Facet, choice: Choice, wishes: Sequence[Wish]) -> list[str]:
    """The texts that wishes name and that are of a choice."""
    named: dict[str, None] = {}
    for wish in wishes:
        named |= dict.fromkeys(wish.texts(Aspect.VALUE))
    shortest, longest = facet.lengths
    fitting: list[str] = []
    for text in named:
        is_short = longest is None or len(text) <= longest
        if is_short and len(text) >= shortest and _recognised(facet, text) == choice.label:
            fitting.append(text)
    return fitting


def _recognised(facet: Facet, value: Any) -> str | None:
    """The label of the choice of a facet that a value is of."""
    for choice in facet.declared:
        if choice.recognises(value):
            return choice.label
    return None


def _alone(part: Part) -> Part:
    """A part that is tried alone, and is no baseline where there is another one."""
    choice = replace(part.choice, alone=True)
    return replace(part, choice=choice, rank=(_LAST, *part.rank))


@dataclass(frozen=True, slots=True)
class _Recogniser:
    """The texts of a pattern that have a signature.

    With a `frame` their parts have it, and `only` is the part that alone will do, if there is one.
    """

    pattern: Any
    choice: Choice
    wishes: tuple[Wish, ...]
    signature: Signature
    frame: str = ""
    only: str | None = None

    def matches(self, value: object) -> bool:
        """Whether a value is one of these texts."""
        if not isinstance(value, str):
            return False
        if self.pattern is not None and not self.pattern.matches(value):
            return False
        if not self.frame:
            return signature_of_value(value, self.choice, self.wishes) == self.signature
        part = part_of(self.frame, value)
        if part is None or (self.only is not None and part != self.only):
            return False
        signature = signature_of_value(part, self.choice, self.wishes, Aspect.PART)
        return signature == self.signature


class _Texts:
    """The texts of one choice but for named ones, by the wishes that they meet.

    With texts `around` they are parts within a frame.
    """

    def __init__(
        self,
        choice: Choice,
        shape: Word,
        wishes: Sequence[Wish],
        earlier: Sequence[Choice],
        named: Sequence[str],
        lengths: tuple[int, int],
        around: tuple[str, str] | None = None,
    ) -> None:
        self._choice, self._shape = choice, shape
        self._wishes = tuple(wishes)
        self._around = around
        shortest, self._longest = lengths
        self._globs: dict[Glob, int] = {}
        aspect = Aspect.VALUE if around is None else Aspect.PART
        self._tests = [_Test.of(wish, choice, self._globs, aspect) for wish in wishes]
        self._languages: dict[tuple[Signature, int], Language | FramedLanguage] = {}
        self._without: list[Pattern] = []
        if shortest:
            self._without.append(Pattern(f"^[ -~]{{0,{shortest - 1}}}$"))
        taken = dict.fromkeys(named[:_MOST_TAKEN])
        for other in earlier:
            match other.shape:
                case Word(pattern=Pattern() as pattern):
                    self._without.append(pattern)
                case Exactly(value=str(text)):
                    taken[text] = None
        self._taken = tuple(_number(Glob.exact(text), self._globs) for text in taken)

    def signatures(self) -> Iterator[Signature]:
        """The signatures that any text has."""
        possible = [test.possible for test in self._tests]
        for signature in itertools.product(*possible):
            is_only = all(len(answers) == 1 for answers in possible)
            if is_only or self._is_of_some_text(signature):
                yield signature

    def shape(self, signature: Signature) -> tuple[Word, int]:
        """The texts of a signature as a shape, and how strange its plainest text is."""
        drawn = self._language(signature, self._shape.draw)
        if drawn.is_empty:
            drawn = self._language(signature, self._shape.pattern)
        shape, frame = self._shape, self._shape.frame if self._around else ""
        recogniser = _Recogniser(shape.pattern, self._choice, self._wishes, signature, frame)
        likely = list(self._likely(signature))
        tidy = [one for one in likely if _is_tidy(one[1])]
        for strangeness, text in (tidy or likely)[:1]:
            return Word(recogniser, drawn, text, frame), strangeness
        return Word(recogniser, drawn, drawn.like(shape.example), frame), 2

    def _is_of_some_text(self, signature: Signature) -> bool:
        """Whether any text has a signature: to see one is quicker than to prove that there is."""
        if any(self._likely(signature)):
            return True
        return not self._language(signature, self._shape.pattern).is_empty

    def _likely(self, signature: Signature) -> Iterator[tuple[int, str]]:
        """The natural texts that have a signature, with how strange they are."""
        accepts = self._accepts(signature)
        before, after = self._around or ("", "")
        for strangeness, text in self._natural_texts():
            whole = f"{before}{text}{after}"
            is_known = len(text) <= self._longest and _is_within(self._shape.pattern, whole)
            if not is_known or any(pattern.matches(whole) for pattern in self._without):
                continue
            if accepts(tuple([glob.matches(text) for glob in self._globs])):
                yield strangeness, text

    def _natural_texts(self) -> Iterator[tuple[int, str]]:
        """Texts that a person would write, the most natural first, with how strange they are."""
        example = self._shape.example
        yield 0, example
        for wish in self._wishes:
            for condition in wish.conditions:
                for text in _texts_like(condition, example):
                    yield 1, text

    def _language(self, signature: Signature, within: Any) -> Language | FramedLanguage:
        """The texts of a signature within a pattern."""
        key = (signature, id(within))
        if key not in self._languages:
            self._languages[key] = self._new_language(signature, within)
        return self._languages[key]

    def _accepts(self, signature: Signature) -> Callable[[tuple[bool, ...]], bool]:
        """What says whether a text has a signature, by whether it matches each of the globs."""
        taken = self._taken
        wanted = list(zip(self._tests, signature, strict=True))

        def accepts(met: tuple[bool, ...]) -> bool:
            if any(met[number] for number in taken):
                return False
            return all(test.holds(met) == is_wanted for test, is_wanted in wanted)

        return accepts

    def _new_language(self, signature: Signature, within: Any) -> Language | FramedLanguage:
        globs = tuple(self._globs)
        accepts = self._accepts(signature)
        if self._around is not None and within is self._shape.pattern:
            return FramedLanguage(within, self._around, globs, accepts, self._longest)
        return Language(within, globs, accepts, self._without, self._longest)


def _is_within(pattern: Any, text: str) -> bool:
    """Whether a text is of a pattern (None: any text of printable characters)."""
    if pattern is None:
        return all(" " <= character <= "~" for character in text)
    return bool(pattern.matches(text))


def _is_tidy(text: str) -> bool:
    """Whether a text begins and ends as people write it."""
    return text[:1].isalnum() and text[-1:].isalnum()


def _lengths_of(facet: Facet, wishes: Sequence[Wish]) -> tuple[int, int]:
    """How long a text of any choice of a facet is at least, and at most.

    Where the schema sets no limit, a text is as long as one that is drawn beside what a wish wants.
    """
    shortest, longest = facet.lengths
    if longest is None:
        lengths = [0]
        for choice in facet.declared:
            if isinstance(choice.shape, Word):
                lengths += [choice.shape.draw.lengths()[1], len(choice.shape.example)]
        longest = max(lengths) + _longest_wanted(wishes)
    return shortest, longest


def _longest_wanted(wishes: Sequence[Wish]) -> int:
    """How many characters a text has that conditions want, at most."""
    lengths = [0]
    for wish in wishes:
        for condition in wish.conditions:
            excluded = condition.excluded if isinstance(condition, AnythingBut) else (condition,)
            lengths += [glob.least_length() for glob in filter(None, map(_glob_of, excluded))]
    return max(lengths)


@dataclass(frozen=True, slots=True)
class _Test:
    """A wish as a test of the globs that a text matches: any of some, or none of a list.

    What a wish names as it is has no part in it, since named texts are choices of their own.
    """

    wanted: tuple[int, ...]
    excluded: tuple[tuple[int, ...], ...]
    possible: tuple[bool, ...] = (True, False)

    @classmethod
    def of(cls, wish: Wish, choice: Choice, globs: dict[Glob, int], aspect: Aspect) -> _Test:
        """The test of a wish upon an aspect of texts; its globs are added to those known."""
        if wish.aspect is Aspect.LABEL:
            return cls((), (), (wish.admits(choice.schema_label),))
        if wish.aspect is not aspect:
            return cls((), (), (False,))
        if Exists(True) in wish.conditions:
            return cls((), (), (True,))
        wanted: list[int] = []
        excluded: list[tuple[int, ...]] = []
        for condition in wish.conditions:
            if isinstance(condition, AnythingBut):
                found = filter(None, map(_glob_of, condition.excluded))
                excluded.append(tuple(_number(glob, globs) for glob in found))
            elif not isinstance(condition, Exact) and (glob := _glob_of(condition)):
                wanted.append(_number(glob, globs))
        if not wanted and not excluded:
            return cls((), (), (False,))
        return cls(tuple(wanted), tuple(excluded))

    def holds(self, met: Sequence[bool]) -> bool:
        """Whether the wish is met by a text that matches some globs."""
        if len(self.possible) == 1:
            return self.possible[0]
        if any(met[number] for number in self.wanted):
            return True
        return any(not any(met[number] for number in numbers) for numbers in self.excluded)


def _number(glob: Glob, globs: dict[Glob, int]) -> int:
    return globs.setdefault(glob, len(globs))


def _glob_of(condition: Condition) -> Glob | None:
    """The texts for which a condition holds; None where it holds for no text."""
    match condition:
        case Exact(value=str(text)) | SameAddress(text=text):
            return Glob.exact(text)
        case EqualsIgnoreCase(text=text):
            return Glob.exact(text, ignore_case=True)
        case Prefix(text=text, ignore_case=ignore_case):
            return Glob.prefix(text, ignore_case=ignore_case)
        case Suffix(text=text, ignore_case=ignore_case):
            return Glob.suffix(text, ignore_case=ignore_case)
        case Wildcard(text=text):
            return Glob.wildcard(text)
        case _:
            return None


def _texts_like(condition: Condition, example: str) -> Iterator[str]:
    """Texts for which a condition may hold, made of an ordinary one."""
    match condition:
        case Prefix(text=text):
            if text[-1:] in _SEPARATORS:
                yield text + example
            yield text + example[len(text) :]
            for rest in (example, example.rpartition("/")[2], "1", "1.2", "app", ""):
                yield text + rest
        case Suffix(text=text):
            for start in (example, "app", "v1", "1", ""):
                yield start + text
            yield example[: -len(text)] + text if text else example
        case EqualsIgnoreCase(text=text):
            yield from (text, text.lower(), text.upper())
        case Wildcard(text=text):
            pieces = pieces_of(text)
            for outer, inner in _RUNS:
                yield _with_runs(pieces, outer, inner)
            yield example.join(pieces)


_RUNS = (("", "1"), ("", "app"), ("1", "1"), ("app", "app"), ("1", "app"), ("", ""))
"""What stands for the runs of a wildcard at its ends, and for those between."""


def _with_runs(pieces: Sequence[str], outer: str, inner: str) -> str:
    """The pieces of a wildcard with a text for runs at its ends, and one for those between."""
    text = pieces[0]
    last = len(pieces) - 1
    for number, piece in enumerate(pieces[1:], 1):
        is_outer = (number == 1 and not pieces[0]) or (number == last and not piece)
        text += (outer if is_outer else inner) + piece
    return text


# --- labels ---------------------------------------------------------------------------------------


def _with_own_labels(parts: Sequence[Part]) -> list[Part]:
    """The parts with labels and tokens of which no two are alike: parts of a choice are numbered.

    The part that meets most wishes keeps the names of the choice.
    """
    by_label: dict[str, list[int]] = {}
    for number, part in enumerate(parts):
        by_label.setdefault(part.choice.label, []).append(number)
    named = list(parts)
    for numbers in by_label.values():
        numbers.sort(key=lambda number: (-sum(parts[number].signature), number))
        for turn, number in enumerate(numbers[1:], 2):
            choice = parts[number].choice
            suffix = "other" if len(numbers) == 2 else f"other-{turn - 1}"
            renamed = replace(
                choice,
                label=f"{choice.label}-{suffix}",
                token=f"{choice.token}-{suffix}",
                origin=choice.schema_label,
            )
            named[number] = replace(parts[number], choice=renamed)
    return named
