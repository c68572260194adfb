"""The request that EventBridge makes of an API destination: its method, headers and body.

Sources: EventBridge user guide, "API destinations": the body is the event; User-Agent and
Content-Type as an emulator notes them that is held against AWS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.core.errors import EnvelopeError
from ecr_contracts.eventbridge.envelopes.codec import Part, at, one, unwrapped
from ecr_contracts.eventbridge.envelopes.stamps import text

_AGENT = "Amazon/EventBridge/ApiDestinations"


def wrap(events: Sequence[Any]) -> Any:
    """The request of one event: `method`, `headers` and `body`. Raises EnvelopeError for none or several."""
    event = one("api-destination", events)
    return {
        "method": "POST",
        "headers": {"Content-Type": "application/json; charset=utf-8", "User-Agent": _AGENT},
        "body": text(event),
    }


def unwrap(payload: Any) -> list[Any]:
    """The event in the body. Raises EnvelopeError, naming the place, for anything else."""
    if not recognises(payload):
        raise EnvelopeError(
            "api-destination",
            f"it is no request with headers, whose User-Agent is {_AGENT}, and a body",
        )
    return unwrapped("api-destination", parts(payload))


def parts(payload: Any) -> Iterator[Part]:
    """The body."""
    yield Part("$.body", at(payload, "body"))


def recognises(payload: Any) -> bool:
    """Whether a payload is a request that EventBridge makes."""
    headers = at(payload, "headers")
    agents = (
        [headers[name] for name in headers if str(name).lower() == "user-agent"]
        if isinstance(headers, Mapping)
        else []
    )
    return agents == [_AGENT] and "body" in payload
