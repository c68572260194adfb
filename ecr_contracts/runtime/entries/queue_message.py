"""One message of a queue as boto3's resource hands it over, made of a message of ReceiveMessage.

It is an object of boto3's own, so that its body, its attributes and its `delete` are what code
expects, and what it calls of SQS is answered and recorded like any other call.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from ecr_contracts.discovery.shapes.queue_messages import takes_message_object
from ecr_contracts.discovery.target import Target

__all__ = ["with_message_object"]

_KEYS = frozenset({"Body", "ReceiptHandle"})
_QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/ecr-events"


def with_message_object(function: Callable[..., Any], target: Target) -> Callable[..., Any]:
    """The function, given boto3's object for each message, if its code takes such an object.

    Where boto3 is not installed it is left as it is: then nobody could hand it one.
    """
    if not takes_message_object(target):
        return function
    try:
        import boto3
    except ImportError:
        return function
    sqs = boto3.resource("sqs", region_name="us-east-1")

    @functools.wraps(function)
    def given_object(payload: Any, *context: Any) -> Any:
        if isinstance(payload, Mapping) and payload.keys() >= _KEYS:
            message = sqs.Message(_QUEUE, payload["ReceiptHandle"])
            message.meta.data = payload
            return function(message, *context)
        return function(payload, *context)

    return given_object
