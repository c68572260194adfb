"""What to do where a consumer fails by an answer that the sandbox made up, or by what it did not let happen."""

from __future__ import annotations

import json
from typing import Any

from ecr_contracts.effects import Effect, Origin, Sort

_STORED = ("SecretString", "SecretBinary", "Parameter", "Item", "Body", "Plaintext", "Configuration", "Payload")
_LONGEST = 300  # characters of an answer in a message


def is_ours(effect: Effect) -> bool:
    """Whether it was us who answered a call, or refused it."""
    return effect.refused or effect.origin is Origin.MADE_UP


def remedy(effect: Effect) -> tuple[str, str]:
    """What we did to a call, as the end of a sentence, and what to say or allow."""
    if effect.refused:
        what = {Sort.PROCESS: "starting a program", Sort.NETWORK: "a connection"}.get(effect.sort, "a call")
        option = "--allow-process" if effect.sort is Sort.PROCESS else "--allow-net"
        name = effect.name.partition(" ")[0] if effect.sort is Sort.PROCESS else effect.name
        return f"since the sandbox refuses {what}: {effect.name}", f"allow it with {option} {name}"
    answer = json.dumps(_telling(effect.answer), ensure_ascii=False)
    shown = answer if len(answer) <= _LONGEST else f"{answer[: _LONGEST - 1]}…"
    key = effect.name if effect.sort is Sort.AWS else effect.name.partition("://")[2].partition("/")[0]
    why = f"right after an answer that was made up\n  {effect.name} was answered {shown}"
    advice = (
        f"say what it really answers, in pyproject.toml:\n    [tool.ecr-contracts]\n"
        f"    answers = {{ {json.dumps(key)} = {_form(effect)} }}"
    )
    return why, advice


def _telling(answer: Any) -> Any:
    """The part of an answer that code reads: where it holds a value that somebody stored, that value."""
    if not isinstance(answer, dict):
        return answer
    stored = {key: answer[key] for key in _STORED if key in answer}
    if isinstance(parameter := stored.get("Parameter"), dict) and "Value" in parameter:
        stored["Parameter"] = {"Value": parameter["Value"]}
    return stored or {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def _form(effect: Effect) -> str:
    """The answer that was given as a value of TOML, to be put right."""
    if effect.sort is Sort.AWS and isinstance(effect.answer, dict):
        shown = _toml(_telling(effect.answer))
        if len(shown) <= _LONGEST:
            return shown
    return "{ … }" if effect.sort is Sort.AWS else '{ status = 200, body = "…" }'


def _toml(value: Any) -> str:
    match value:
        case dict():
            inner = ", ".join(f"{json.dumps(str(key))} = {_toml(one)}" for key, one in value.items() if one is not None)
            return f"{{ {inner} }}" if inner else "{}"
        case list():
            return f"[{', '.join(_toml(one) for one in value if one is not None)}]"
        case _:
            return json.dumps(value, ensure_ascii=False)
