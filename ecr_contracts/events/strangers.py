"""What an event is that no contract describes: a stranger, which is told, or one that is wrong.

A stranger is an event of another sender, or one of a sender known here that says of itself what no
schema has: AWS sends such events, so that they are noted and not judged. What looks like a word of
a schema, and is none, is an error; so is what names a service that did not send it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.findings import MISSING, STRANGER, Severity, Violation
from ecr_contracts.core.json_path import Steps
from ecr_contracts.core.text import listed, shortened, with_article
from ecr_contracts.events.compile import reader
from ecr_contracts.events.compile.discriminators import Discriminator, discriminator
from ecr_contracts.events.hints import ALWAYS_THERE, missing_key_hint, type_hint
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.model import Contract

__all__ = ["STRANGER", "meant_text", "sender", "undescribed", "without_keys"]

_SOURCE: Steps = ("source",)
_DETAIL_TYPE: Steps = ("detail-type",)
_RESERVED = "aws."  # how the sources of AWS's own events begin, and no other may
_FEW = 3  # words that are listed where one of them was meant
_LONGEST = 60  # characters of a value in a sentence
_WORDS = re.compile(r"[^\W_]+")
_NO_CONTRACT = "no contract describes such an event"


def undescribed(event: Any, candidates: Sequence[Discriminator], depth: int) -> Violation:
    """What is to be said of an event that has none of the constants that kinds have at one depth.

    It has what all the candidates have at lesser depths.
    """
    steps, _ = candidates[0].constants[depth]
    known = sorted({str(candidate.constants[depth][1]) for candidate in candidates})
    expected = listed([json.dumps(text) for text in known], "or")
    if len(known) > _FEW and steps != _SOURCE:
        expected = f"{with_article(str(steps[-1]))} of {_shown(json_path.at(event, _SOURCE))}"
    value = json_path.at(event, steps)
    if value is MISSING:
        return _missing(event, steps, expected, reader.contract(candidates[0].kind))
    path = json_path.show(steps)
    if not isinstance(value, str) or not value.strip():
        return Violation(path, value, expected, _NO_CONTRACT, keyword="const")
    if steps == _SOURCE:
        return _foreign_sender(event, value, expected)
    meant = meant_text(value, known)
    if meant:
        return Violation(path, value, expected, f"did you mean {meant!r}?", keyword="const")
    source = json_path.at(event, _SOURCE)
    if steps == _DETAIL_TYPE:
        for true_source in _sources_named_in(value):
            if true_source != source:
                return _wrong_sender(source, true_source, value)
        return _stranger(path, value, f"no contract here describes {_quoted(value)}", event)
    named = f"{_quoted(json_path.at(event, _DETAIL_TYPE))} with {steps[-1]} {_quoted(value)}"
    return _stranger(path, value, f"no contract here describes {named}", event)


def without_keys(event: Any, missing: Steps, candidate: Discriminator) -> Violation:
    """What is to be said of an event that lacks the keys by which kinds are told."""
    contract = reader.contract(candidate.kind)
    violation = _missing(event, missing, "a key of this kind", contract)
    path = json_path.show(missing)
    if violation.path != path or violation.hint != ALWAYS_THERE:
        return violation
    detail_type = json_path.at(event, _DETAIL_TYPE)
    sentence = f"no contract here describes {_quoted(detail_type)} without {path}"
    return _stranger("$.detail-type", detail_type, sentence, event)


def sender(event: Any) -> str:
    """Whose event a stranger is, for a list of such: `com.acme`, `aws.ecr ("ECR Foo Action")`."""
    source = json_path.at(event, _SOURCE)
    if source in _known_sources():
        return f"{source} ({_quoted(json_path.at(event, _DETAIL_TYPE))})"
    return _shown(source)


# --- who sent it ----------------------------------------------------------------------------------


def _foreign_sender(event: Any, source: str, expected: str) -> Violation:
    """What is to be said of an event whose source is that of no kind."""
    for known in _known_sources():
        if _squeezed(known) == _squeezed(source):
            hint = f"did you mean {known!r}?"
            return Violation("$.source", source, expected, hint, keyword="const")
    detail_type = json_path.at(event, _DETAIL_TYPE)
    for known in _sources_named_in(detail_type):
        service = known.rpartition(".")[2]
        if _is_near(source, known) or source == service:
            hint = f"did you mean {known!r}?"
            return Violation("$.source", source, expected, hint, keyword="const")
        if source.startswith(_RESERVED):
            return _wrong_sender(source, known, detail_type)
    about = f" ({_quoted(detail_type)})" if isinstance(detail_type, str) else ""
    return _stranger("$.source", source, f"no contract here{about}", event)


def _wrong_sender(source: Any, true_source: str, detail_type: Any) -> Violation:
    hint = f"{true_source} sends {_quoted(detail_type)}"
    return Violation("$.source", source, json.dumps(true_source), hint, keyword="const")


def _known_sources() -> list[str]:
    """The sources of all kinds."""
    sources: dict[str, None] = {}
    for kind in kind_names():
        sources |= dict.fromkeys(_constants_at(kind, _SOURCE))
    return list(sources)


def _sources_named_in(detail_type: Any) -> Iterator[str]:
    """The sources whose service a detail-type names, if it is one that they have, or looks so.

    That of CloudTrail's records names no service, and every service has it.
    """
    if not isinstance(detail_type, str):
        return
    for source in _known_sources():
        service = source.rpartition(".")[2]
        types: set[str] = set()
        for kind in kind_names():
            if source in _constants_at(kind, _SOURCE):
                types.update(_constants_at(kind, _DETAIL_TYPE))
        naming = sorted(text for text in types if service in _words(text))
        if detail_type in naming or meant_text(detail_type, naming):
            yield source


def _constants_at(kind: str, steps: Steps) -> Iterator[str]:
    for place, value in discriminator(kind).constants:
        if place == steps:
            yield str(value)


# --- what was meant -------------------------------------------------------------------------------


def meant_text(text: str, known: Iterable[str]) -> str:
    """The known text that another one was meant to be, word by word; empty for none.

    One more word, or another one, makes it another text: "ECR Foo Action" is no "ECR Image Action".
    """
    words = _words(text)
    for candidate in known:
        if _squeezed(candidate) == _squeezed(text):
            return candidate
        others = _words(candidate)
        if len(words) == len(others) and all(map(_is_near, words, others)):
            return candidate
    return ""


def _is_near(word: str, other: str) -> bool:
    """Whether a word may be a misspelling of another: one letter is wrong, or two are swapped."""
    if word == other:
        return True
    head = 0
    while head < min(len(word), len(other)) and word[head] == other[head]:
        head += 1
    rest, other_rest = word[head:], other[head:]
    if rest[:2] == other_rest[:2][::-1]:
        return len(rest) > 1 and rest[2:] == other_rest[2:]  # two letters changed places
    is_changed = rest[1:] == other_rest[1:]
    return len(word) > 2 and (is_changed or rest[1:] == other_rest or rest == other_rest[1:])


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.lower())


def _squeezed(text: str) -> str:
    return "".join(_words(text))


# --- what is said ---------------------------------------------------------------------------------


def _stranger(path: str, value: Any, sentence: str, event: Any) -> Violation:
    source = _shown(json_path.at(event, _SOURCE))
    hint = f"an event of {source}: {sentence}"
    expected = "an event of a kind that has a contract here"
    return Violation(path, value, expected, hint, Severity.NOTE, STRANGER)


def _missing(event: Any, steps: Steps, expected: str, contract: Contract) -> Violation:
    """The violation where nothing stands at a discriminating path: the outermost key missing."""
    for depth in range(1, len(steps)):
        outer_steps = steps[:depth]
        outer, path = json_path.at(event, outer_steps), json_path.show(outer_steps)
        if outer is MISSING:
            steps, expected = outer_steps, contract.expectations[path]
            break
        if not isinstance(outer, list if isinstance(steps[depth], int) else dict):
            # The objects on the way to what tells a kind are never left out.
            hint = type_hint(outer, "object", is_optional=False, is_detail=depth == 1)
            return Violation(path, outer, contract.expectations[path], hint, keyword="type")
        if outer == []:
            expected = contract.expectations[path]
            return Violation(path, outer, expected, "it is empty", keyword="minItems")
    present = json_path.at(event, steps[:-1])
    known = contract.known_keys.get(json_path.show(steps[:-1]), ())
    hint = missing_key_hint(str(steps[-1]), present, known)
    return Violation(json_path.show(steps), MISSING, expected, hint, keyword="required")


def _quoted(value: Any) -> str:
    return shortened(json_text.one_line(value), _LONGEST)


def _shown(source: Any) -> str:
    """A source without quotes, unless it is one that needs them."""
    if isinstance(source, str) and re.fullmatch(r"[A-Za-z0-9._/-]{1,60}", source):
        return source
    return _quoted(source)
