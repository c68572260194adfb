"""Limits of AWS that botocore's models do not state: what a service refuses, and with which error.

Each row names its source: `botocore` is the documentation of the member in its models (`botocore,
startedBy of RunTask`), `moto` is what moto refuses too. What has no sure source is not a row, so
that AWS may well refuse more. Which models are enforced as they stand: `model_limits.py`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from ecr_contracts.runtime.sandbox.aws.model_limits import (
    SERVICES,
    constraint_of,
    model_breaches,
)

__all__ = ["LIMITS", "Limit", "Refusal", "refusal"]

_MIB = 1024 * 1024
_LARGEST_ITEM = 400 * 1024
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
_PRINTABLE = r"[!-~]+"
_EXECUTION_NAME = r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]*"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The error with which AWS refuses a call."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Limit:
    """What a service refuses of a parameter.

    `path` leads to the values: `Tags[].Value`; `Item{}` are the values of a map, `Lists{}.[]` the
    elements of the lists that are its values. `breach` gives
    what the error says of a value that is refused, and `None` of any other.
    """

    operations: tuple[str, ...]
    path: str
    code: str
    breach: Callable[[Any], str | None]
    source: str


# What is wrong with a value
# --------------------------------------------------------------------------------------------------


def _longer(most: int, message: str) -> Callable[[Any], str | None]:
    return lambda value: message if isinstance(value, str) and len(value) > most else None


def _larger(most: int, message: str) -> Callable[[Any], str | None]:
    """What is said of a text or bytes of more than so many bytes."""

    def breach(value: Any) -> str | None:
        if not isinstance(value, str | bytes):
            return None
        content = value.encode("utf-8", "replace") if isinstance(value, str) else value
        return message if len(content) > most else None

    return breach


def _other_than(pattern: str, message: str) -> Callable[[Any], str | None]:
    """What is said of a text that a pattern does not match as a whole."""
    compiled = re.compile(pattern)

    def breach(value: Any) -> str | None:
        return message if isinstance(value, str) and not compiled.fullmatch(value) else None

    return breach


def _subject(value: Any) -> str | None:
    is_text = isinstance(value, str)
    if is_text and len(value) > 100:
        return "Invalid parameter: Subject (of more than 100 characters)"
    if is_text and re.search(r"[\x00-\x1f\x7f]", value):
        return "Invalid parameter: Subject (with a line break or control character)"
    return None


def _parameter_name(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    name = value.strip(" ")
    if re.fullmatch(r"[A-Za-z0-9_.\-/]*", name) is None:
        return (
            'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a '
            "path, it can consist of sub-paths divided by slash symbol; each sub-path can be "
            "formed as a mix of letters, numbers and the following 3 symbols .-_"
        )
    if "/" in name and not name.startswith("/"):
        return "Parameter name must be a fully qualified name."
    if name.count("/") > 15:
        return "A hierarchy can have a maximum of 15 levels."
    return None


def _metadata(value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return None
    size = sum(len(str(key).encode()) + len(str(text).encode()) for key, text in value.items())
    return "Your metadata headers exceed the maximum allowed metadata size" if size > 2048 else None


def _tag_header(value: Any) -> str | None:
    """What S3 says of tags that are written as a query."""
    for key, text in parse_qsl(value, keep_blank_values=True) if isinstance(value, str) else ():
        if said := _object_tag_key(key) or _object_tag_value(text):
            return said
    return None


_OBJECT_TAG = r"[\w\s+\-=.:/@]*"
_object_tag_key = _other_than(
    rf"(?=.{{1,128}}$){_OBJECT_TAG}", "The TagKey you have provided is invalid"
)
_object_tag_value = _other_than(
    rf"(?=.{{0,256}}$){_OBJECT_TAG}", "The TagValue you have provided is invalid"
)


def _key_attribute(value: Any) -> str | None:
    """What DynamoDB says of the key of an item."""
    for name, attribute in value.items() if isinstance(value, Mapping) else ():
        if isinstance(attribute, Mapping) and "" in (attribute.get("S"), attribute.get("B")):
            return (
                "One or more parameter values are not valid. The AttributeValue for a key "
                f"attribute cannot contain an empty string value. Key: {name}"
            )
    return None


def _attribute(value: Any) -> str | None:
    """What DynamoDB says of a value of an item, and of the values in it."""
    if not isinstance(value, Mapping):
        return None
    number = value.get("N")
    if isinstance(number, str) and not _NUMBER.fullmatch(number):
        return f"The parameter cannot be converted to a numeric value: {number}"
    for kind, noun in (("SS", "string"), ("NS", "number"), ("BS", "binary")):
        elements = value.get(kind)
        if not isinstance(elements, list | tuple | set):
            continue
        if not elements:
            return f"One or more parameter values were invalid: An {noun} set  may not be empty"
        if len(elements) > len(set(elements)):
            return (
                "One or more parameter values were invalid: Input collection contains duplicates."
            )
    inner = value.get("M"), value.get("L")
    nested = [*(inner[0] or {}).values(), *(inner[1] or ())]
    return next((said for said in map(_attribute, nested) if said), None)


def _item_size(value: Any) -> str | None:
    return (
        "Item size has exceeded the maximum allowed size" if _size(value) > _LARGEST_ITEM else None
    )


def _size(value: Any) -> int:
    """Bytes of the names and texts in an item, which is less than DynamoDB counts."""
    match value:
        case str():
            return len(value.encode("utf-8", "replace"))
        case bytes():
            return len(value)
        case Mapping():
            return sum(_size(key) + _size(inner) for key, inner in value.items())
        case list() | tuple() | set():
            return sum(map(_size, value))
    return 0


def _message_attribute(value: Any) -> str | None:
    """What SNS and SQS say of an attribute of a message."""
    if not isinstance(value, Mapping):
        return None
    kind, text = str(value.get("DataType", "")), value.get("StringValue")
    if text == "" or (value.get("BinaryValue") == b"" and text is None):
        return (
            "The message attribute must contain non-empty message attribute value for message "
            f"attribute type '{kind}'."
        )
    if kind.partition(".")[0] == "Number" and isinstance(text, str) and not _NUMBER.fullmatch(text):
        return "Could not cast message attribute value to number."
    return None


# The table
# --------------------------------------------------------------------------------------------------

_WRITES_OBJECT = ("s3.PutObject", "s3.CopyObject", "s3.CreateMultipartUpload")
_USES_OBJECT = (*_WRITES_OBJECT, "s3.GetObject", "s3.HeadObject", "s3.DeleteObject")
_ATTRIBUTES = ("dynamodb.PutItem", "dynamodb.UpdateItem", "dynamodb.DeleteItem")
_READS_ITEM = ("dynamodb.GetItem", "dynamodb.UpdateItem", "dynamodb.DeleteItem")
_NAME_255 = r"[A-Za-z0-9_-]{1,255}"
_JOB_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}"
_OBJECT_TAGGING = "the S3 user guide, Categorizing your objects using tags"

LIMITS: tuple[Limit, ...] = (
    # --- messages ---------------------------------------------------------------------------------
    Limit(
        ("sns.Publish",),
        "Subject",
        "InvalidParameter",
        _subject,
        "botocore, Subject of Publish (no line breaks or control characters); moto: 100 characters "
        "pass, more do not",
    ),
    Limit(
        ("sns.Publish",),
        "Message",
        "InvalidParameter",
        _larger(_MIB, "Invalid parameter: Message too long"),
        "botocore, Message of Publish: up to 1 MiB, if the topic says so; moto",
    ),
    Limit(
        ("sns.Publish", "sqs.SendMessage"),
        "MessageAttributes{}",
        "InvalidParameterValue",
        _message_attribute,
        "moto: an attribute must not be empty, a number must be one",
    ),
    Limit(
        ("sns.Publish", "sqs.SendMessage"),
        "MessageDeduplicationId",
        "InvalidParameterValue",
        _other_than(r"[!-~]{1,128}", "The parameter MessageDeduplicationId is not valid."),
        "botocore, MessageDeduplicationId: up to 128 alphanumeric and punctuation characters",
    ),
    Limit(
        ("sns.Publish", "sqs.SendMessage"),
        "MessageGroupId",
        "InvalidParameterValue",
        _other_than(r"[!-~]{1,128}", "The parameter MessageGroupId is not valid."),
        "botocore, MessageGroupId: up to 128 alphanumeric and punctuation characters",
    ),
    Limit(
        ("sqs.SendMessage",),
        "MessageBody",
        "InvalidParameterValue",
        _larger(_MIB, "One or more parameters are invalid. Reason: Message must be shorter."),
        "botocore, MessageBody of SendMessage: 1 MiB; moto",
    ),
    Limit(
        ("sqs.SendMessage",),
        "MessageBody",
        "MissingParameter",
        lambda value: (
            "The request must contain the parameter MessageBody." if value == "" else None
        ),
        "botocore, MessageBody of SendMessage: at least one character; moto",
    ),
    Limit(
        ("sqs.SendMessage",),
        "MessageBody",
        "InvalidMessageContents",
        _other_than(
            "[\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]*",
            "Invalid characters found in the message body.",
        ),
        "botocore, MessageBody of SendMessage: the characters that are allowed",
    ),
    Limit(
        ("sqs.SendMessageBatch", "sqs.DeleteMessageBatch"),
        "Entries[].Id",
        "AWS.SimpleQueueService.InvalidBatchEntryId",
        _other_than(
            r"[A-Za-z0-9_-]{1,80}",
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
            "It can be at most 80 letters long.",
        ),
        "botocore, Id of an entry of SendMessageBatch; moto",
    ),
    Limit(
        ("ses.SendEmail", "ses.SendTemplatedEmail"),
        "Tags[].Value",
        "InvalidParameterValue",
        _other_than(r"[A-Za-z0-9_-]{0,256}", "Invalid tag value."),
        "botocore, Tags of SendEmail: ASCII letters, digits, _ and -, 256 characters",
    ),
    Limit(
        ("sesv2.SendEmail",),
        "EmailTags[].Value",
        "BadRequestException",
        _other_than(r"[A-Za-z0-9_-]{0,256}", "Invalid tag value."),
        "botocore, EmailTags of SendEmail: ASCII letters, digits, _ and -, 256 characters",
    ),
    # --- names ------------------------------------------------------------------------------------
    Limit(
        ("stepfunctions.StartExecution", "stepfunctions.StartSyncExecution"),
        "name",
        "InvalidName",
        _other_than(_EXECUTION_NAME, "Invalid Name"),
        "botocore, name of StartExecution: what it must not contain; moto",
    ),
    Limit(
        ("ssm.PutParameter",),
        "Name",
        "ValidationException",
        _parameter_name,
        "botocore, Name of PutParameter: characters, the leading slash, fifteen levels; moto",
    ),
    Limit(
        ("ssm.PutParameter",),
        "Value",
        "ValidationException",
        _larger(
            8192, "Advanced tier parameters support a maximum parameter value of 8192 characters."
        ),
        "botocore, Tier of PutParameter: 8 KB in the largest tier",
    ),
    Limit(
        ("secretsmanager.CreateSecret",),
        "Name",
        "ValidationException",
        _other_than(
            r"[A-Za-z0-9/_+=.@!-]*",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the "
            "following: -/_+=.@!",
        ),
        "botocore, Name of CreateSecret",
    ),
    Limit(
        ("ecs.RegisterTaskDefinition",),
        "family",
        "ClientException",
        _other_than(_NAME_255, "Family contains invalid characters."),
        "botocore, family of RegisterTaskDefinition",
    ),
    Limit(
        ("ecs.RegisterTaskDefinition",),
        "containerDefinitions[].name",
        "ClientException",
        _other_than(_NAME_255, "Container.name contains invalid characters."),
        "botocore, name of a container definition",
    ),
    Limit(
        ("ecs.CreateService",),
        "serviceName",
        "InvalidParameterException",
        _other_than(_NAME_255, "The service name contains invalid characters."),
        "botocore, serviceName of CreateService",
    ),
    Limit(
        ("ecs.RunTask", "ecs.StartTask"),
        "startedBy",
        "InvalidParameterException",
        _other_than(
            r"[A-Za-z0-9/_-]{0,128}", "startedBy contains invalid characters, or too many."
        ),
        "botocore, startedBy of RunTask",
    ),
    Limit(
        ("ecs.RunTask",),
        "clientToken",
        "InvalidParameterException",
        _other_than(rf"(?=.{{0,64}}$){_PRINTABLE}", "The clientToken is not valid."),
        "botocore, clientToken of RunTask: up to 64 characters from 33 to 126",
    ),
    Limit(
        ("batch.SubmitJob",),
        "jobName",
        "ClientException",
        _other_than(_JOB_NAME, "Job name should match valid pattern"),
        "botocore, jobName of SubmitJob; moto",
    ),
    Limit(
        ("cloudformation.CreateStack",),
        "StackName",
        "ValidationError",
        _other_than(
            r"[A-Za-z][A-Za-z0-9-]{0,127}",
            "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*",
        ),
        "botocore, StackName of CreateStack",
    ),
    Limit(
        ("cloudwatch.PutMetricData",),
        "MetricData[].Dimensions[].Value",
        "InvalidParameterValue",
        _other_than(
            r"(?=.*\S)[\x20-\x7e]*", "The value of a dimension must be ASCII, and not blank."
        ),
        "botocore, Value of Dimension: ASCII, no control characters, one that is not white space",
    ),
    Limit(
        ("cloudwatch.PutMetricData",),
        "MetricData[].Dimensions[].Name",
        "InvalidParameterValue",
        _other_than(
            r"(?=.*\S)[\x20-\x39\x3b-\x7e][\x20-\x7e]*",
            "The name of a dimension must be ASCII, not blank, and not begin with a colon.",
        ),
        "botocore, Name of Dimension",
    ),
    # --- objects, items, tags ---------------------------------------------------------------------
    Limit(
        _USES_OBJECT,
        "Key",
        "KeyTooLongError",
        _larger(1024, "Your key is too long"),
        "the S3 user guide, Naming Amazon S3 objects: 1,024 bytes; the error list of the S3 API",
    ),
    Limit(
        _WRITES_OBJECT,
        "Metadata",
        "MetadataTooLarge",
        _metadata,
        "the S3 user guide, Working with object metadata: 2 KB; the error list of the S3 API",
    ),
    Limit(_WRITES_OBJECT, "Tagging", "InvalidTag", _tag_header, _OBJECT_TAGGING),
    Limit(
        ("s3.PutObjectTagging",),
        "Tagging.TagSet[].Key",
        "InvalidTag",
        _object_tag_key,
        _OBJECT_TAGGING,
    ),
    Limit(
        ("s3.PutObjectTagging",),
        "Tagging.TagSet[].Value",
        "InvalidTag",
        _object_tag_value,
        _OBJECT_TAGGING,
    ),
    Limit(
        ("ec2.CreateTags",),
        "Tags[].Key",
        "InvalidParameterValue",
        _longer(128, "Tag key exceeds the maximum length of 128 characters"),
        "botocore, Key of Tag",
    ),
    Limit(
        ("ec2.CreateTags",),
        "Tags[].Value",
        "InvalidParameterValue",
        _longer(256, "Tag value exceeds the maximum length of 256 characters"),
        "botocore, Value of Tag",
    ),
    Limit(
        _READS_ITEM,
        "Key",
        "ValidationException",
        _key_attribute,
        "botocore, PutItem: a key attribute has a length greater than zero; moto",
    ),
    *(
        Limit(
            (*_ATTRIBUTES, "dynamodb.BatchWriteItem", "dynamodb.TransactWriteItems"),
            path,
            "ValidationException",
            _attribute,
            "botocore, PutItem: sets cannot be empty; moto. The developer guide of DynamoDB, "
            "Data types: numbers, and sets of unique values",
        )
        for path in (
            "Item{}",
            "Key{}",
            "ExpressionAttributeValues{}",
            "RequestItems{}.[].PutRequest.Item{}",
            "TransactItems[].Put.Item{}",
            "TransactItems[].Update.ExpressionAttributeValues{}",
        )
    ),
    Limit(
        ("dynamodb.PutItem",),
        "Item",
        "ValidationException",
        _item_size,
        "the developer guide of DynamoDB, Quotas: 400 KB; moto",
    ),
    Limit(
        ("lambda.Invoke",),
        "Payload",
        "RequestTooLargeException",
        _larger(6 * _MIB, "Request must be smaller than 6291456 bytes for the Invoke operation"),
        "botocore, Payload of Invoke: 6 MB for synchronous invocations",
    ),
)


# Whether a call is refused
# --------------------------------------------------------------------------------------------------


def refusal(
    name: str,
    parameters: Mapping[str, Any],
    input_shape: Any,
    foreign: Callable[[], Collection[str]],
) -> Refusal | None:
    """The error with which AWS refuses a call of an operation (`sns.Publish`), if it does.

    `foreign` gives the texts that are neither the consumer's nor the event's, and is asked only
    where something is wrong: what is refused on account of such a text is not the consumer's fault,
    and passes.
    """
    for limit in LIMITS:
        if name not in limit.operations:
            continue
        for value in _values(parameters, limit.path):
            said = limit.breach(value)
            if said and _is_own(value, limit.breach, foreign):
                return Refusal(limit.code, said)
    code = SERVICES.get(name.partition(".")[0])
    if code is None or input_shape is None:
        return None
    for breach in model_breaches(input_shape, parameters):
        if _is_own(breach.value, functools.partial(constraint_of, breach.shape), foreign):
            return Refusal(code, breach.message)
    return None


def _is_own(
    value: Any, breach: Callable[[Any], str | None], foreign: Callable[[], Collection[str]]
) -> bool:
    """Whether a value is refused for what the consumer put there, foreign texts apart."""
    if not isinstance(value, str):
        return True
    own = value
    for text in sorted(foreign(), key=len, reverse=True):
        own = own.replace(text, "")
    return own == value or (own != "" and breach(own) is not None)


def _values(value: Any, path: str) -> Iterator[Any]:
    """The values at a path of parameters, as far as there are any."""
    if not path:
        yield value
        return
    step, _, rest = path.partition(".")
    if step == "[]":
        for element in value if isinstance(value, list | tuple) else ():
            yield from _values(element, rest)
        return
    name = step.rstrip("[]{}")
    if not isinstance(value, Mapping) or name not in value:
        return
    inner = value[name]
    if step.endswith("[]") and isinstance(inner, list | tuple):
        for element in inner:
            yield from _values(element, rest)
    elif step.endswith("{}") and isinstance(inner, Mapping):
        for element in inner.values():
            yield from _values(element, rest)
    elif step == name:
        yield from _values(inner, rest)
