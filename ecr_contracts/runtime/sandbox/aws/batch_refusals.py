"""Entries of a batch that AWS refuses one by one: the call succeeds, and its answer names them.

Sources: botocore's documentation of PublishBatch and SendMessageBatch ("the result of each message
is reported individually in the response") and of the entries of PutEvents; moto answers so too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from ecr_contracts.runtime.sandbox.aws.limits import Refusal, refusal

__all__ = ["refuse_entries"]

_UUID = "00000000-0000-4000-8000-000000000000"

_MESSAGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "sns.PublishBatch": ("PublishBatchRequestEntries", "sns.Publish"),
        "sqs.SendMessageBatch": ("Entries", "sqs.SendMessage"),
    }
)
"""The entries of operations that send several messages, and the operation that sends one."""


def refuse_entries(
    name: str,
    answer: dict[str, Any],
    parameters: Mapping[str, Any],
    foreign: Callable[[], Collection[str]],
) -> None:
    """Let a made-up answer say which entries are refused. `foreign` is that of `refusal`."""
    if name == "events.PutEvents":
        _refuse_events(answer, parameters.get("Entries", ()))
    elif name in _MESSAGES:
        member, single = _MESSAGES[name]
        sent = answer.get("Successful") or [{"MessageId": _UUID}]
        answer["Successful"], answer["Failed"] = [], []
        for entry in parameters.get(member, ()):
            found = refusal(single, entry, None, foreign)
            identifier = entry.get("Id")
            if found is None:
                answer["Successful"].append({**sent[0], "Id": identifier})
            else:
                answer["Failed"].append(_failed(identifier, found))


def _failed(identifier: Any, found: Refusal) -> dict[str, Any]:
    code, message = found.code, found.message
    return {"Id": identifier, "Code": code, "Message": message, "SenderFault": True}


def _refuse_events(answer: dict[str, Any], entries: Collection[Mapping[str, Any]]) -> None:
    results = []
    for number, entry in enumerate(entries):
        found = _refused_event(entry)
        if found is None:
            results.append({"EventId": f"00000000-0000-4000-8000-{number:012}"})
        else:
            results.append({"ErrorCode": found.code, "ErrorMessage": found.message})
    answer["Entries"] = results
    answer["FailedEntryCount"] = sum("ErrorCode" in result for result in results)


def _refused_event(entry: Mapping[str, Any]) -> Refusal | None:
    for member in ("Source", "DetailType", "Detail"):
        if not entry.get(member):
            reason = f"{member} is a required argument."
            return Refusal("InvalidArgument", f"Parameter {member} is not valid. Reason: {reason}")
    try:
        json.loads(entry["Detail"])
    except ValueError:
        return Refusal("MalformedDetail", "Detail is malformed.")
    return None
