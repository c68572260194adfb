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
from ecr_contracts.runtime.outcome import Stop
from ecr_contracts.runtime.sandbox.pastes import pasted
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = ["came_from_sandbox", "explain_answer", "suggested"]

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
    stop: Stop,
    settings: Settings,
    sources: Sequence[str],
    message: str = "",
) -> tuple[str, str]:
    """What the sandbox did to a call, as the end of a sentence, and the setting that puts it right.

    `sources` are the texts of the consumer's modules; `message` is what it stopped with.
    """
    effect = stop.effect
    if effect.refused:
        return _explain_refusal(effect)
    if effect.sort is Sort.VARIABLE:
        why = f"right after a variable that was made up\n  {effect.name} was {effect.answer!r}"
        return why, f"give the real one: --env {effect.name}=VALUE, or env in pyproject.toml"
    shown = shortened(json_text.one_line(_content(effect.answer)), _LONGEST)
    why = f"right after an answer that was made up\n  {effect.name} was answered {shown}"
    key, value = suggested(stop, sources, message)
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


def suggested(stop: Stop, sources: Sequence[str], message: str) -> tuple[str, Any]:
    """The key and value of a setting that answers a call in the form that the code reads."""
    effect = stop.effect
    answer = effect.answer if isinstance(effect.answer, dict) else {}
    if effect.sort is Sort.AWS:
        if not stop.path and stop.missing is None:
            return effect.name, _content(answer)
        return effect.name, pasted(answer, stop, message)
    place = effect.name.partition("://")[2].partition("?")[0]
    if MASK in place or place.endswith("/"):
        place = place.partition("/")[0]
    if not stop.path and isinstance(stop.wanted, int) and not isinstance(stop.wanted, bool):
        body = _with_keys(answer.get("body"), sources, stop)
        return place, {"status": stop.wanted, "body": body}
    body = pasted(answer.get("body"), stop, message)
    return place, {"status": 200, "body": _with_keys(body, sources, stop)}


def _with_keys(body: Any, sources: Sequence[str], stop: Stop) -> Any:
    """A body with the other keys that the code reads of answers, as far as that can be seen."""
    keys = body_for(Hints.of(sources))
    if isinstance(body, dict):
        body = {**keys, **body}
    elif not stop.path and not body:
        body = keys
    return body or "…"


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
