"""The names of cases: short, stable, and each of them leads back to the choices it stands for.

    scan/no-tags             the choices that differ from the baseline, joined by `+`
    scan/pairs-17            the 17th row of the covering array of strength 2
    scan/captured-pairs-3    the third row of the array of choices known by that evidence or better
    scan/mix-4kd7z2mqh       a code of all choices, where naming them would be too long

A name means the same in every run of one version, for one contract: that of a kind, or what a
consumer's rules and own values have made of it. The code of choices ends with two check characters,
so that the code of one contract is not read as other choices by another one.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from ecr_contracts.core.findings import Evidence
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.model import Contract, Labels

BASELINE = "ordinary"

LONGEST_ID = 51
"""Characters of an id of choices: with a digest of values, or an envelope, it stays below 60."""

_MOST_CONTRACTS = 64
_SETS = {2: "pairs", 3: "triples", 4: "quadruples"}
_ROW = re.compile(rf"(?:({'|'.join(Evidence)})-)?({'|'.join(_SETS.values())})-([1-9]\d{{0,5}})")

_MIX = "mix-"
_ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
"""Digits and letters that spell no words and are not mistaken for one another."""
_CHECKED = len(_ALPHABET) ** 2


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a covering array: how many choices meet in it, on what evidence, and its number."""

    strength: int
    evidence: Evidence
    number: int

    @property
    def name(self) -> str:
        """What stands after the kind in the id of its case; numbers begin with 1."""
        prefix = "" if self.evidence is Evidence.INFERRED else f"{self.evidence.value}-"
        return f"{prefix}{_SETS[self.strength]}-{self.number}"


def row_of(name: str) -> Row | None:
    """The row that a name means; None for other names."""
    match = _ROW.fullmatch(name)
    if match is None:
        return None
    evidence, of_strength, number = match.groups()
    strengths = {of: strength for strength, of in _SETS.items()}
    return Row(strengths[of_strength], Evidence(evidence or Evidence.INFERRED), int(number))


def id_of(contract: Contract, labels: Labels, longest: int | None = None) -> str:
    """The id of an assignment: as `spelled_out` says it, or a shorter one where that is long.

    Then one choice that brings all others with it names them, and where none does a code does; so
    it does too where that choice's own name makes the id longer than `longest`.
    """
    case_id = spelled_out(contract, labels)
    if len(case_id) <= LONGEST_ID:
        return case_id
    token = _single_deviations(contract).get(_items(contract, labels))
    if token is not None:
        case_id = f"{contract.kind}/{token}"
        if longest is None or len(case_id) <= longest:
            return case_id
    return f"{contract.kind}/{_coded(contract, labels)}"


def spelled_out(contract: Contract, labels: Labels) -> str:
    """The choices of an assignment that differ from the baseline, however many, as an id."""
    return f"{contract.kind}/{'+'.join(tokens_of(contract, labels)) or BASELINE}"


def tokens_of(contract: Contract, labels: Labels) -> dict[str, tuple[str, ...]]:
    """The choices of an assignment that differ from the baseline: the paths of each token.

    Those that nesting implies are left out. Keys that are absent together are named by their set,
    where it has a name.
    """
    tokens: dict[str, tuple[str, ...]] = {}
    for facet in contract.varying:
        label = labels.get(facet.path)
        if label is None or label == facet.baseline.label:
            continue
        token = facet[label].token
        if facet.parent is not None:
            if not contract.is_filled(labels, facet.parent):
                continue
            key_set = contract.key_set_of(labels, facet.parent)
            is_of_set = key_set is not None and facet.path in key_set.choices
            if key_set is not None and is_of_set and label == facet.absent_label:
                token = key_set.token
        tokens[token] = (*tokens.get(token, ()), facet.path)
    return tokens


def _items(contract: Contract, labels: Labels) -> frozenset[tuple[str, str]]:
    paths = {facet.path for facet in contract.varying}
    return frozenset((path, label) for path, label in labels.items() if path in paths)


@lru_cache(_MOST_CONTRACTS)
def _single_deviations(contract: Contract) -> dict[frozenset[tuple[str, str]], str]:
    """The token of the choice that brings an assignment about, where one alone does."""
    tokens: dict[frozenset[tuple[str, str]], str] = {}
    for facet in contract.varying:
        for choice in facet.choices[1:]:
            try:
                labels = full_assignment(contract, {facet.path: choice.label})
            except ValueError:
                continue  # a rule, or the consumer's own values, let no such event through
            tokens.setdefault(_items(contract, labels), choice.token)
    return tokens


# --- codes ----------------------------------------------------------------------------------------


def names_its_choices(case_id: str) -> bool:
    """Whether an id tells what its event holds; a number or a code does not."""
    name = case_id.partition("/")[2]
    return row_of(name) is None and not is_coded(name)


def is_coded(name: str) -> bool:
    """Whether a name is written as the code of choices is."""
    return name.startswith(_MIX)


def _coded(contract: Contract, labels: Labels) -> str:
    """The name that holds all choices of an assignment, as a number of a mixed base."""
    number = 0
    for facet in contract.varying:
        position = 0
        for place, choice in enumerate(facet.choices, 1):
            if choice.label == labels.get(facet.path):
                position = place
        number = number * (len(facet.choices) + 1) + position
    return _MIX + _in_letters(number * _CHECKED + _check(contract, labels))


def decoded(contract: Contract, name: str) -> dict[str, str] | None:
    """The choices that a code stands for; None where it is no code of this contract's."""
    number = 0
    for letter in name.removeprefix(_MIX):
        if letter not in _ALPHABET:
            return None
        number = number * len(_ALPHABET) + _ALPHABET.index(letter)
    number, check = divmod(number, _CHECKED)
    labels: dict[str, str] = {}
    for facet in reversed(contract.varying):
        number, position = divmod(number, len(facet.choices) + 1)
        if position:
            labels[facet.path] = facet.choices[position - 1].label
    if number or check != _check(contract, labels) or _coded(contract, labels) != name:
        return None
    return labels


def _check(contract: Contract, labels: Labels) -> int:
    named = [(facet.path, labels.get(facet.path)) for facet in contract.varying]
    digest = hashlib.sha256(repr(named).encode()).digest()
    return int.from_bytes(digest[:4], "big") % _CHECKED


def _in_letters(number: int) -> str:
    letters = ""
    while number:
        number, place = divmod(number, len(_ALPHABET))
        letters = _ALPHABET[place] + letters
    return letters
