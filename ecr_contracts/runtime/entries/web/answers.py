"""What is said of a request that was refused: why, and what its sender does then.

Amazon SNS developer guide, "Fanout Amazon SNS notifications to HTTPS endpoints": every status of
500 and above, and 429, is tried again by the delivery policy; any other failure is final. That
EventBridge tries an API destination again after 409, 429 and 5xx alone is inferred: its user guide
says that errors are retried by the retry policy, and which those are was not at hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ecr_contracts.core.text import message, shortened
from ecr_contracts.runtime.entries.web.messages import Request, Response

__all__ = ["is_csrf", "lacking", "refusal_text"]

_SERVER_ERRORS = 500
_TOO_MANY, _CONFLICT, _UNSUPPORTED = 429, 409, 415
_MOST_ERRORS = 2
_MOST_KEYS = 20
_WHOLE_BODY = frozenset({"model_attributes_type", "dict_type", "list_type", "dict_attributes_type"})


def refusal_text(request: Request, response: Response, error: BaseException | None) -> str:
    """Why a request was refused as far as it is known, and below that what comes of the event."""
    lines = _content_type(request, response, error)
    if not lines:
        why = _csrf(response) or _reason(response, error)
        lines = [f"{why} ({response.status})" if why else f"answered {response.status}"]
    return "\n".join([*lines, _fate(request, response)])


def lacking(error: BaseException | None) -> list[str]:
    """The keys at the top of the body that a validation asked for, and that are not there."""
    keys = []
    for one in _validation_errors(error):
        place = [step for step in one.get("loc", ()) if step != "body"]
        if one.get("type") == "missing" and len(place) == 1:
            keys.append(str(place[0]))
    return keys[:_MOST_KEYS]


def is_csrf(response: Response) -> bool:
    """Whether a check against forged requests of browsers refuses it."""
    return response.status in (400, 403) and "CSRF" in response.text


def _csrf(response: Response) -> str:
    if not is_csrf(response):
        return ""
    return "its CSRF check wants a token that no sender has: exempt it"


def _fate(request: Request, response: Response) -> str:
    """What the sender of a request does after such an answer."""
    is_sns = "x-amz-sns-message-type" in request.headers
    sender = "SNS" if is_sns else "EventBridge"
    status = response.status
    retried = status >= _SERVER_ERRORS or status == _TOO_MANY
    if retried or (status == _CONFLICT and not is_sns):
        return f"{sender} tries again, in vain"
    return f"{sender} drops it, and does not try again"


def _content_type(request: Request, response: Response, error: BaseException | None) -> list[str]:
    """That the type of the content is why, where it is."""
    kind = request.headers.get("content-type", "").partition(";")[0]
    if not kind.startswith("text/"):
        return []
    is_text_to_model = any(_is_whole_body(one) for one in _validation_errors(error))
    if response.status != _UNSUPPORTED and not is_text_to_model:
        return []
    # A delivery policy may say another type (headerContentType), which nobody can see here.
    return [
        f"SNS posts JSON as {kind}: no body to parse ({response.status})",
        "take the body as text and parse that: json.loads(body)",
    ]


def _is_whole_body(one: Any) -> bool:
    place = tuple(one.get("loc", ()))
    return place == ("body",) and one.get("type") in _WHOLE_BODY


def _reason(response: Response, error: BaseException | None) -> str:
    """What the answer says, else what the exception behind it does."""
    told = list(_told(_validation_errors(error)))
    if told:
        return "; ".join(told[:_MOST_ERRORS])
    if response.reason:
        return response.reason
    return "" if error is None else shortened(message(error), 200)


def _validation_errors(error: BaseException | None) -> list[Any]:
    """The single errors of a validation that pydantic made."""
    errors = getattr(error, "errors", None)
    if not callable(errors):
        return []
    try:
        found = errors()
    except Exception:  # noqa: BLE001 - a class of the consumer's own may have such a method
        return []
    if not isinstance(found, list | tuple):
        return []
    return [one for one in found if isinstance(one, dict)]


def _told(errors: Iterable[Any]) -> Iterator[str]:
    """`detail.image-tag: Field required` of each error of a validation."""
    for one in errors:
        place = [str(step) for step in one.get("loc", ()) if step != "body"]
        text = str(one.get("msg", ""))
        yield f"{'.'.join(place)}: {text}" if place else text
