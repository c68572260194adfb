"""That a web app answers every event with an error before it looks at it: no finding, but set-up.

It wants a key or a header that senders have and we do not (401, 403, 422), listens elsewhere (404,
405, a redirect), says itself that such a request is none for it, or wants the body of another
sender.
"""

from __future__ import annotations

import re

from ecr_contracts.core.errors import SetupError
from ecr_contracts.engine.checks.outcome import is_decision
from ecr_contracts.engine.plan import Plan
from ecr_contracts.engine.trial import BaselineCache
from ecr_contracts.runtime.outcome import Outcome, Status

__all__ = ["refused_everywhere"]

_NO_KEY, _ELSEWHERE = frozenset({401, 403, 407}), frozenset({404, 405})
_NOT_SENT = re.compile(r"(?P<part>header|query|cookie)\.(?P<name>[\w-]+): Field required")
"""How pydantic says that a request lacks something beside its body."""

_REDIRECTS = range(300, 400)
_OF_SNS = frozenset({"Type", "Message", "MessageId", "TopicArn", "Signature", "SubscribeURL"})
_OF_EVENTS = frozenset({"source", "detail", "detail-type", "account", "region", "resources"})


def refused_everywhere(name: str, plan: Plan, baseline: BaselineCache) -> SetupError | None:
    """The error of a web app that so refuses the ordinary event of each kind; None of any other."""
    for envelope in plan.envelopes:
        outcomes = [baseline.baseline(kind, envelope) for kind in plan.kinds]
        if not outcomes or any(outcome.status is not Status.REFUSED for outcome in outcomes):
            continue
        if len({_key(outcome) for outcome in outcomes}) == 1:
            advice = _advice(outcomes[0], envelope)
            if advice:
                return _error(name, outcomes[0], advice)
    return None


def _key(outcome: Outcome) -> tuple[object, ...]:
    """What is to be the same of all events."""
    return outcome.returned["status"], outcome.message, outcome.location


def _advice(outcome: Outcome, envelope: str) -> str:
    """What to do about a refusal that says nothing of the event; empty where it may be a fault."""
    status, lacks = outcome.returned["status"], set(outcome.returned.get("lacks", ()))
    if lacks and lacks <= _OF_SNS and envelope != "sns-http":
        return "say that SNS sends its events: --via sns-http; nothing was checked"
    if lacks and lacks <= _OF_EVENTS and envelope != "api-destination":
        return "say that an API destination sends its events: --via api-destination"
    if status in _REDIRECTS:
        return "nobody follows a redirect: say the path that it leads to: --path /..."
    if status in _ELSEWHERE and not is_decision(outcome):
        return "say where it takes events: --path /...; nothing was checked"
    if status in _NO_KEY and "CSRF" not in outcome.message:
        return (
            "it wants a key or a signature that is not sent here: switch its check off, if a "
            "variable does (--env NAME=VALUE), or check an adapter that sends it, "
            f"{_adapter('NAME', envelope)}"
        )
    if named := _NOT_SENT.match(outcome.message):
        adapter = _adapter(named["name"], envelope)
        return (
            f"it wants a {named['part']} that is not sent here, as a connection of an API "
            f"destination would: check an adapter that sends it, {adapter}"
        )
    if is_decision(outcome):
        return "say how it gets its events: --via sns-http or api-destination; nothing was checked"
    return ""


def _adapter(header: str, envelope: str) -> str:
    """The adapter that sends one more header with each request, and how it is checked."""
    return (
        'def adapter(request): return client.post(path, content=request["body"], '
        f'headers={{**request["headers"], "{header}": "…"}}), with --via {envelope}; '
        "nothing was checked"
    )


def _error(name: str, outcome: Outcome, advice: str) -> SetupError:
    place = outcome.location
    happened = outcome.message.partition("\n")[0]
    if place is not None:
        happened = f"{place.file}:{place.line}  {happened}"
    problem = f"it answers {outcome.returned['status']} to every event"
    return SetupError(name, problem, happened, advice)
