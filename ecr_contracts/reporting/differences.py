"""The reports of `ecr-contracts diff`: a change with its effect and its witness, in two lines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.core.text import counted, listed
from ecr_contracts.engine.checks.outcome import Symptom
from ecr_contracts.events.differences.comparison import Change, Comparison
from ecr_contracts.events.differences.rules import Effect, Party
from ecr_contracts.reporting.json import FORMAT
from ecr_contracts.reporting.terminal import write_line, write_wrapped

if TYPE_CHECKING:
    from rich.console import Console

_STYLES = {Effect.BREAKING: "bold red", Effect.SAFE: "green", Effect.NOTE: "dim"}
_MARGIN = 10
_LONGEST = 48  # characters of a value


@dataclass(frozen=True, slots=True)
class ConsumerResult:
    """What a consumer did wrong with an event, or why it never gets it."""

    symptoms: tuple[Symptom, ...] = ()
    kept_away: str = ""


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A change with what a report says of it besides.

    `file` is where its witness was written, if it was. `result` is what came of the witness at a
    consumer; None where none was asked about, or it did not answer before.
    """

    change: Change
    party: Party
    file: str = ""
    result: ConsumerResult | None = None

    @property
    def effect(self) -> Effect:
        """What the change does to the party that is asked about."""
        return self.change.rule.effect(self.party)

    @property
    def has_failed(self) -> bool:
        """Whether the consumer cannot deal with the witness."""
        return self.result is not None and bool(self.result.symptoms)


# --- for people -----------------------------------------------------------------------------------


def show_comparison(
    told: Sequence[ToldChange], comparison: Comparison, names: tuple[str, str], screen: Console
) -> None:
    """Print each change, then how many there are of each effect. `names` are old and new."""
    for one in told:
        change = one.change
        write_wrapped(
            screen,
            (f"{change.kind} {change.path}: ", "bold"),
            (change.what, ""),
            (f" ({change.rule.id})", "dim"),
            margin=_MARGIN,
            head=(one.effect.value, _STYLES[one.effect]),
        )
        for line in _witness_lines(one, names):
            write_wrapped(screen, (line, "dim"), margin=_MARGIN)
        if one.result is not None:
            _show_result(one.result, screen)
    effects = Counter(one.effect for one in told)
    numbers = [
        f"{effects[Effect.BREAKING]} breaking",
        f"{effects[Effect.SAFE]} safe",
        counted(effects[Effect.NOTE], "note"),
    ]
    write_line(
        screen,
        (f"{counted(comparison.kinds, 'kind')} compared: ", "bold"),
        (", ".join(numbers), "bold"),
    )


def _witness_lines(told: ToldChange, names: tuple[str, str]) -> Iterator[str]:
    """Which event shows a change, and which version admits it."""
    change = told.change
    if change.witness is MISSING:
        return
    if told.file:
        yield f"witness: {told.file}"
        return
    if change.is_gained is None:
        return
    name = names[1] if change.is_gained else names[0]
    if change.path == "$":
        yield f"witness: an event that {name} alone admits"
        return
    value = json_path.at(change.witness, json_path.parse(change.path))
    shown = "nothing" if value is MISSING else _short(value)
    yield f"witness: {shown} here, which {name} alone admits"


def _show_result(result: ConsumerResult, screen: Console) -> None:
    if result.kept_away:
        words = f"never reaches the consumer: {result.kept_away}"
        write_wrapped(screen, (words, "dim"), margin=_MARGIN)
    elif not result.symptoms:
        write_wrapped(screen, ("the consumer passes", "green"), margin=_MARGIN)
    for symptom in result.symptoms:
        words = symptom_in_words(symptom)
        write_wrapped(screen, (f"the consumer fails: {words}", "red"), margin=_MARGIN)


def symptom_in_words(symptom: Symptom) -> str:
    """What a consumer did wrong, and where."""
    words = symptom.exception or symptom.check
    if symptom.message:
        words += f": {symptom.message}"
    if symptom.location is not None:
        words += f" at {symptom.location.file}:{symptom.location.line}"
    return words


def unfinished_in_words(comparison: Comparison) -> str:
    """Which kinds were not compared to the end; empty where all were."""
    if not comparison.unfinished:
        return ""
    return (
        f"not compared to the end, for want of time: {listed(list(comparison.unfinished), 'and')}; "
        "compare fewer kinds at once"
    )


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


# --- for programs ---------------------------------------------------------------------------------


def comparison_as_json(
    told: Sequence[ToldChange], comparison: Comparison, names: tuple[str, str], party: Party
) -> dict[str, Any]:
    """The document that `diff --format json` prints: `diff.schema.json` says what keys mean."""
    return {
        "format": FORMAT,
        "old": names[0],
        "new": names[1],
        "for": party.value,
        "kinds": comparison.kinds,
        "unfinished": list(comparison.unfinished),
        "changes": [_as_json(one) for one in told],
    }


def _as_json(told: ToldChange) -> dict[str, Any]:
    change = told.change
    side = None
    if change.is_gained is not None:
        side = "gained" if change.is_gained else "lost"
    document = {
        "kind": change.kind,
        "path": change.path,
        "rule": change.rule.id,
        "effect": told.effect.value,
        "events": side,
        "change": change.what,
        "witness": None if change.witness is MISSING else change.witness,
        "file": told.file or None,
    }
    if told.result is not None:
        document["consumer"] = {
            "failed": told.has_failed,
            "faults": [symptom_in_words(symptom) for symptom in told.result.symptoms],
            "kept_away": told.result.kept_away or None,
        }
    return document
