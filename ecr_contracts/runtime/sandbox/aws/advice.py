"""Explains which synthetic response broke the handler, and the setting that overrides it.

The setting is a line of TOML that can be read as it stands, with the keys that the code reads.
"""

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

_LONGEST = 300
"""Characters of an answer in a message."""
_CONTENT_MEMBERS = (
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
"""The members of an answer that hold what is fetched; the others need not be in a setting."""
_REFUSED = {Sort.PROCESS: "starting a program", Sort.NETWORK: "a connection"}


def came_from_sandbox(effect: Effect) -> bool:
    """Whether the sandbox made up the answer to a call, or refused it."""
    return effect.refused or effect.origin is Origin.MADE_UP


def explain_answer(
    effect: Effect,
    settings: Settings,
    sources: Sequence[str],
    exception: str = "",
    message: str = "",
) -> tuple[str, str]:
    """What the sandbox did to a call, as the end of a sentence, and the setting that puts it right.

    `sources` are the texts of the consumer's modules; `exception` and `message` are what it raised
    right after the call.
    """
    if effect.refused:
        return _explain_refusal(effect)
    if effect.sort is Sort.VARIABLE:
        why = f"right after a variable that was made up\n  {effect.name} was {effect.answer!r}"
        return why, f"give the real one: --env {effect.name}=VALUE, or env in pyproject.toml"
    shown = shortened(json_text.one_line(_content(effect.answer)), _LONGEST)
    why = f"right after an answer that was made up\n  {effect.name} was answered {shown}"
    key, value = _override(effect, sources, exception, message)
    line = f"{json.dumps(key)} = {_toml(value)}"
    if settings.answers:
        # A second table of answers would be no TOML.
        return why, f"say what it really answers, among the answers in pyproject.toml:\n    {line}"
    table = f"[tool.ecr-contracts]\n    answers = {{ {line} }}"
    return why, f"say what it really answers, in pyproject.toml:\n    {table}"


def _explain_refusal(effect: Effect) -> tuple[str, str]:
    action = _REFUSED.get(effect.sort, "a call")
    option, name = "--allow-net", effect.name
    if effect.sort is Sort.PROCESS:
        option, name = "--allow-process", effect.name.partition(" ")[0]
    why = f"since the sandbox refuses {action}: {effect.name}"
    return why, f"allow it with {option} {name}"


def _content(answer: Any) -> Any:
    """The part of an answer that code reads: where it holds what somebody stored, that."""
    if not isinstance(answer, dict):
        return answer
    stored = {key: answer[key] for key in answer if key in _CONTENT_MEMBERS}
    if not stored:
        return {key: answer[key] for key in answer if key != "ResponseMetadata"}
    if isinstance(parameter := stored.get("Parameter"), dict):
        stored["Parameter"] = {"Value": parameter.get("Value")}
    if isinstance(parameters := stored.get("Parameters"), list):
        stored["Parameters"] = [_named_value(parameter) for parameter in parameters]
    return stored


def _named_value(parameter: dict[str, Any]) -> dict[str, Any]:
    return {key: parameter[key] for key in ("Name", "Value") if key in parameter}


def _override(
    effect: Effect, sources: Sequence[str], exception: str, message: str
) -> tuple[str, Any]:
    """The key and value of a setting that answers a call in the form that the code reads."""
    answer = effect.answer if isinstance(effect.answer, dict) else {}
    if effect.sort is Sort.AWS:
        return effect.name, _content(answer)
    place = effect.name.partition("://")[2].partition("?")[0]
    if MASK in place or place.endswith("/"):
        place = place.partition("/")[0]
    return place, {"status": 200, "body": _override_body(answer, sources, exception, message)}


def _override_body(
    answer: dict[str, Any], sources: Sequence[str], exception: str, message: str
) -> Any:
    """A body with the keys that the code reads, and the one whose absence it complained of."""
    body: Any = body_for(Hints.of(sources))
    if exception == "KeyError" and message[:1] in ("'", '"') and message[1:-1] not in body:
        body[message[1:-1]] = "placeholder"
    if isinstance(answer.get("body"), dict):
        body = {**body, **answer["body"]}
    if not body:
        return [{}] if message == "0" else "…"
    # A number that is missed as a key is the index of a list.
    return [body] if exception == "KeyError" and message.isdigit() else body


def _toml(value: Any) -> str:
    """A JSON value as TOML, which has no null."""
    match value:
        case dict():
            members = [
                f"{json.dumps(str(key))} = {_toml(inner)}"
                for key, inner in value.items()
                if inner is not None
            ]
            return f"{{ {', '.join(members)} }}" if members else "{}"
        case list():
            return f"[{', '.join(_toml(inner) for inner in value if inner is not None)}]"
        case _:
            return json_text.one_line(value)
