"""The headline of a fault: what goes wrong, when, and how surely such events come; one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Finding
from ecr_contracts.core.text import listed, shortened
from ecr_contracts.engine.checks.catalog import ACTION_BLIND, CHECKS
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.reporting.faults import envelopes_of
from ecr_contracts.reporting.sentences import (
    circumstances,
    headline,
    is_told_in_one_line,
    short_ground,
    with_brackets,
)
from ecr_contracts.reporting.values import quoted

LONGEST_SENTENCE = 160
"""The characters that a fault's sentence has at most."""


def fault_headline(
    alternatives: Sequence[Finding],
    among: Sequence[Sequence[Finding]] = (),
    envelopes: Iterable[str] = (),
) -> str:
    """What goes wrong, when, and how surely such events come, in one sentence.

    Of what takes one line it says the place as well, since nothing stands below it. `among` are all
    faults of the report: the kinds are named where another fault, of other kinds, reads the same.
    `envelopes` are all in which events were given: where some go well, the fault names its own.
    What makes it too long is left out: first the grounds, from the last on, then the end of its
    words.
    """
    sentences, grounds, place = _parts(alternatives, among, envelopes)
    if len(_joined(sentences, grounds, place)) > LONGEST_SENTENCE:
        # In which lines the code compares the fields is told last.
        brief = [without_places(finding) for finding in alternatives]
        sentences, grounds, place = _parts(brief, among, envelopes)
    for kept in range(len(grounds), -1, -1):
        text = _joined(sentences, grounds[:kept], place)
        if len(text) <= LONGEST_SENTENCE:
            return text
    words = "; ".join(sentences)
    room = LONGEST_SENTENCE - len(_joined([""], grounds[:1], place))
    if room > LONGEST_SENTENCE // 2:
        return _joined([shortened(words, room)], grounds[:1], place)
    return _joined([shortened(words, LONGEST_SENTENCE - len(place))], [], place)


def code_mark(finding: Finding) -> str:
    """The code of a finding's check as a headline ends with it: ` [ECR101]`."""
    return f" [{CHECKS[finding.check].code}]" if finding.check in CHECKS else ""


def _parts(
    alternatives: Sequence[Finding],
    among: Sequence[Sequence[Finding]],
    envelopes: Iterable[str],
) -> tuple[list[str], list[str], str]:
    """The sentence of each symptom of a fault and its ground, and where the first stands."""
    symptoms = _by_symptom(alternatives)
    sentences = [plain_headline(symptoms[0], among, envelopes)]
    for symptom in symptoms[1:]:
        sentences.append(plain_headline(symptom))
    grounds = [short_ground(symptom) for symptom in symptoms]
    return sentences, grounds, _place_of_a_line(alternatives[0])


def without_places(finding: Finding) -> Finding:
    """A finding that does not say in which lines its code compares the fields of its cause."""
    cause = []
    for condition in finding.cause:
        others = tuple(replace(other, compared="") for other in condition.others)
        cause.append(replace(condition, compared="", others=others))
    return replace(finding, cause=tuple(cause))


def _place_of_a_line(finding: Finding) -> str:
    """Where a fault stands of which nothing else is told; of others the next line tells it."""
    if not is_told_in_one_line(finding) or finding.location is None:
        return ""
    return f", at {finding.location.file}:{finding.location.line}"


def _joined(sentences: Sequence[str], grounds: Sequence[str], place: str) -> str:
    """The sentences of a fault, the first with its place, each with its ground where there is one.

    A ground shares the brackets that end a sentence.
    """
    parts: list[str] = []
    for number, sentence in enumerate(sentences):
        text = sentence if number else f"{sentence}{place}"
        ground = grounds[number] if number < len(grounds) else ""
        parts.append(with_brackets(text, ground) if ground else text)
    return "; ".join(parts)


def plain_headline(
    alternatives: Sequence[Finding],
    among: Sequence[Sequence[Finding]] = (),
    envelopes: Iterable[str] = (),
) -> str:
    """What goes wrong and when, without the ground; the rest as in `fault_headline`."""
    text = _without_kinds(alternatives)
    own = list(dict.fromkeys(finding.kind for finding in alternatives))
    for other in among:
        is_of_others = {finding.kind for finding in other} != set(own)
        if is_of_others and _without_kinds(other) == text:
            text = with_brackets(text, listed(own, "and"))
            break
    return _with_envelopes(text, alternatives, {*envelopes}.union(*map(envelopes_of, among)))


def _with_envelopes(text: str, alternatives: Sequence[Finding], envelopes: set[str]) -> str:
    """A headline with the envelopes of its fault, where events were given in others as well."""
    own = [name for name in ENVELOPES if name in envelopes_of(alternatives)]
    others = envelopes - set(own)
    return with_brackets(text, f"via {listed(own, 'and')}") if others and own else text


def _without_kinds(alternatives: Sequence[Finding]) -> str:
    first = alternatives[0]
    words = f"{headline(first)} {circumstances(*alternatives)}".rstrip()
    words += _as_otherwise(first)
    if first.through:
        words += f", through the answer of {first.through}"
    return words


def _as_otherwise(finding: Finding) -> str:
    """What the field has where the same is done; nothing but of calls that are made either way."""
    if finding.check != ACTION_BLIND or not finding.cause or finding.nearest is None:
        return ""
    value = json_path.at(finding.nearest, json_path.parse(finding.cause[0].path))
    return f" as when it is {'absent' if value is MISSING else quoted(value)}"


def _by_symptom(alternatives: Sequence[Finding]) -> list[list[Finding]]:
    """The findings of a fault, those together that go wrong in the same way."""
    symptoms: dict[tuple[str, str | None], list[Finding]] = {}
    for finding in alternatives:
        symptoms.setdefault((finding.check, finding.exception), []).append(finding)
    return list(symptoms.values())
