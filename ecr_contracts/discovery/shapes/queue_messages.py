"""Functions that take one message of a queue, as ReceiveMessage or boto3's resource gives it.

    def process(message):
        push = json.loads(message.body)          # or message["Body"]
        message.delete()

An object has attributes that other objects have too: a request of a web framework has a body, and
so has a message of RabbitMQ.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import islice

from ecr_contracts.discovery.source.entry_functions import FunctionNode, entry_functions
from ecr_contracts.discovery.source.event_keys import event_keys
from ecr_contracts.discovery.source.modules import sources
from ecr_contracts.discovery.target import Target

__all__ = ["message_envelopes", "takes_message_object"]

_ONE = "sqs-one"
_BODY = "body"
_KEY = "Body"
_OF_MANY = frozenset({"Messages", "Records"})
_OWN = frozenset(
    {
        "message_id",
        "receipt_handle",
        "md5_of_body",
        "message_attributes",
        "queue_url",
        "delete",
        "change_visibility",
    }
)
"""Attributes that boto3's `SQS.Message` has, beside its body."""

_KNOWN = _OWN | {_BODY, "attributes", "md5_of_message_attributes", "meta", "Queue"}
"""All that code reads of such a message."""

_NAME = re.compile(r"message|msg|^m$|^_?sqs", re.I)
"""What a parameter is called that is a message, where nothing else tells."""

_ANNOTATIONS = frozenset({"", "Any", "object", "Message", "ServiceResource"})


def message_envelopes(target: Target) -> Iterator[tuple[str, str]]:
    """The envelope of one message, if a function takes it, as an object or as a dictionary.

    What its parameter is read for tells more than words elsewhere in the file, where a loop may ask
    for messages.
    """
    if parameter := _message_parameter(target):
        yield _ONE, f"its code reads {parameter}.{_BODY}"
    for source in islice(sources(target), 1):
        read = event_keys(source.reached, target.attribute).whole
        if _KEY in read and not read & _OF_MANY:
            yield _ONE, f"its code reads {_KEY}"


def takes_message_object(target: Target) -> bool:
    """Whether a function takes one message of a queue as boto3's resource hands it over."""
    return bool(_message_parameter(target))


def _message_parameter(target: Target) -> str:
    """The parameter of a function that is such a message, empty if there is none."""
    source = next(iter(sources(target)), None)
    if source is None:
        return ""
    read = event_keys(source.reached, target.attribute).attributes
    if _BODY not in read or not read <= _KNOWN:
        return ""
    for function in entry_functions([source.reached], target.attribute):
        parameter = _first_parameter(function)
        if parameter is None or _last_name(parameter.annotation) not in _ANNOTATIONS:
            continue
        if _NAME.search(parameter.arg) or read & _OWN:
            return parameter.arg
    return ""


def _first_parameter(function: FunctionNode) -> ast.arg | None:
    parameters = [*function.args.posonlyargs, *function.args.args]
    if parameters and parameters[0].arg in ("self", "cls"):
        del parameters[0]
    return parameters[0] if parameters else None


def _last_name(annotation: ast.expr | None) -> str:
    """The last name of an annotation: `Message` of `"service_resource.Message"`."""
    if annotation is None:
        return ""
    text = ast.unparse(annotation).strip("'\"")
    return text.rpartition(".")[2]
