"""What to say of an answer that was made up and does not serve: what it was, and the line that gives another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.masking import MASK
from ecr_contracts.core.text import shortened
from ecr_contracts.discovery.source.fetched_values import Hints, body_for
from ecr_contracts.runtime.effects import Effect, Origin, Sort
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = ["came_from_sandbox", "explain_answer"]

_LONGEST = 300  # characters of an answer in a message
_SAYING = (
    "SecretString",
    "Parameter",
    "Parameters",
    "Body",
    "Payload",
    "Plaintext",
    "Configuration",
    "Item",
    "Items",
)
"""The members of an answer that what is fetched stands in; the rest need not be pasted."""


def came_from_sandbox(effect: Effect) -> bool:
    """Whether it was us who made an answer up, or refused a call."""
    return effect.refused or effect.origin is Origin.MADE_UP


def explain_answer(
    effect: Effect,
    settings: Settings,
    sources: Sequence[str],
    exception: str = "",
    message: str = "",
) -> tuple[str, str]:
    """What we did to a call, as the end of a sentence, and what to allow, or the answer to paste and to put right.

    The answer is a line of TOML that can be read as it stands, with the keys that the code reads.
    """
    if effect.refused:
        what = {Sort.PROCESS: "starting a program", Sort.NETWORK: "a connection"}.get(
            effect.sort, "a call"
        )
        option = "--allow-process" if effect.sort is Sort.PROCESS else "--allow-net"
        name = effect.name.partition(" ")[0] if effect.sort is Sort.PROCESS else effect.name
        return f"since the sandbox refuses {what}: {effect.name}", f"allow it with {option} {name}"
    shown = shortened(json_text.one_line(_telling(effect.answer)), _LONGEST)
    why = f"right after an answer that was made up\n  {effect.name} was answered {shown}"
    key, value = _given(effect, sources, exception, message)
    line = f"{json.dumps(key)} = {_toml(value)}"
    if settings.answers:
        # A second table of answers would be no TOML.
        return why, f"say what it really answers, among the answers in pyproject.toml:\n    {line}"
    return (
        why,
        f"say what it really answers, in pyproject.toml:\n    [tool.ecr-contracts]\n    answers = {{ {line} }}",
    )


def _telling(answer: Any) -> Any:
    """The part of an answer that code reads: where it holds what somebody stored, that."""
    if not isinstance(answer, dict):
        return answer
    known = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
    told = {key: value for key, value in known.items() if key in _SAYING}
    if isinstance(parameter := told.get("Parameter"), dict):
        told["Parameter"] = {"Value": parameter.get("Value")}
    if isinstance(parameters := told.get("Parameters"), list):
        told["Parameters"] = [
            {key: one[key] for key in ("Name", "Value") if key in one} for one in parameters
        ]
    return told or known


def _given(effect: Effect, sources: Sequence[str], exception: str, message: str) -> tuple[str, Any]:
    answer = effect.answer if isinstance(effect.answer, dict) else {}
    if effect.sort is Sort.AWS:
        return effect.name, _telling(answer)
    place = effect.name.partition("://")[2].partition("?")[0]
    if MASK in place or place.endswith("/"):
        place = place.partition("/")[0]
    body: Any = body_for(Hints.of(sources))
    if exception == "KeyError" and message[:1] in ("'", '"') and message[1:-1] not in body:
        body[message[1:-1]] = "placeholder"
    if isinstance(answer.get("body"), dict):
        body = {**body, **answer["body"]}
    if not body:
        return place, {"status": 200, "body": [{}] if message == "0" else "…"}
    return place, {
        "status": 200,
        "body": [body] if exception == "KeyError" and message.isdigit() else body,
    }


def _toml(value: Any) -> str:
    match value:
        case dict():
            inner = ", ".join(
                f"{json.dumps(str(key))} = {_toml(one)}"
                for key, one in value.items()
                if one is not None
            )
            return f"{{ {inner} }}" if inner else "{}"
        case list():
            return f"[{', '.join(_toml(one) for one in value if one is not None)}]"
        case _:
            return json_text.one_line(value)
