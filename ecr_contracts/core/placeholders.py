"""Placeholders for values that nobody gave, of the form that their name tells, and all ARNs.

Harmless and always the same. It knows what names tell of a value's form; it must not know who
asks, an environment or a secret.
"""

from __future__ import annotations

import re

__all__ = [
    "ACCOUNT",
    "HOST",
    "REGION",
    "arn",
    "beginning",
    "ending",
    "placeholder",
    "resource_arn",
    "words",
]

ACCOUNT = "123456789012"
REGION = "us-east-1"
HOST = "example.invalid"

_SEPARATORS = "/-_.:"
_BOUNDARIES = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")

_WITHOUT_REGION = frozenset({"iam", "s3", "sts"})
_WITHOUT_ACCOUNT = frozenset({"s3"})
_UUID = "00000000-0000-4000-8000-000000000000"
_RESOURCES = {
    "assumed role": ("sts", "assumed-role/{name}/{name}"),
    "bucket": ("s3", "{name}"),
    "bus": ("events", "event-bus/{name}"),
    "cluster": ("ecs", "cluster/{name}"),
    "definition": ("ecs", "task-definition/{name}:1"),
    "execution": ("states", "execution:{name}:{name}"),
    "function": ("lambda", "function:{name}"),
    "group": ("logs", "log-group:{name}"),
    "key": ("kms", f"key/{_UUID}"),
    "machine": ("states", "stateMachine:{name}"),
    "parameter": ("ssm", "parameter/{name}"),
    "policy": ("iam", "policy/{name}"),
    "project": ("codebuild", "project/{name}"),
    "queue": ("sqs", "{name}"),
    "repository": ("ecr", "repository/{name}"),
    "role": ("iam", "role/{name}"),
    "rule": ("events", "rule/{name}"),
    "secret": ("secretsmanager", "secret:{name}-AbCdEf"),
    "service": ("ecs", "service/placeholder/{name}"),
    "stack": ("cloudformation", f"stack/{{name}}/{_UUID}"),
    "stream": ("kinesis", "stream/{name}"),
    "table": ("dynamodb", "table/{name}"),
    "topic": ("sns", "{name}"),
}
"""The service of each sort of resource, and how its ARN ends."""
_ARN_WORDS = {
    "topic": "topic",
    "sns": "topic",
    "role": "role",
    "policy": "policy",
    "function": "function",
    "lambda": "function",
    "queue": "queue",
    "secret": "secret",
    "machine": "machine",
    "bus": "bus",
    "bucket": "bucket",
    "table": "table",
    "cluster": "cluster",
    "service": "service",
    "definition": "definition",
    "repository": "repository",
    "key": "key",
    "group": "group",
}
"""The sort of resource that a word in a name tells of, the surest word first."""
_URLS = {
    "queue": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/placeholder",
    "repository": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/placeholder",
    "registry": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com",
    "image": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/placeholder:latest",
    "ecr": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com",
    "bucket": "s3://placeholder",
    "s3": "s3://placeholder",
}

_BOUNDS = frozenset({"max", "min", "maximum", "minimum", "num"})
_NUMBER = re.compile(
    "age|attempts|concurrency|count|counter|days?|delay|expiry|hours?|interval|keep|limit|max"
    "|maximum|min|minimum|minutes?|ms|num|number|percent|percentage|period|retention|retries|retry"
    "|score|seconds?|size|threshold|timeout|total|ttl"
)
_NUMBERED = frozenset({"pr", "issue", "project", "gitlab", "ticket"})  # whose `*_ID` is a number
_SWITCH = re.compile("debug|disabled?|dry|dryrun|enabled?|is|verbose|should|use")
_LAST: dict[str, str] = {
    "url": "https://{host}/{slug}",
    "urls": "https://{host}/{slug}",
    "webhook": "https://{host}/{slug}",
    "webhooks": "https://{host}/{slug}",
    "hook": "https://{host}/{slug}",
    "endpoint": "https://{host}/{slug}",
    "uri": "https://{host}/{slug}",
    "host": "{host}",
    "hostname": "{host}",
    "domain": "{host}",
    "server": "{host}",
    "token": "placeholder-token",
    "password": "placeholder-password",
    "secret": "placeholder-secret",
    "key": "placeholder-key",
    "port": "443",
    "region": REGION,
    "account": ACCOUNT,
    "accounts": ACCOUNT,
    "email": "placeholder@{host}",
    "emails": "placeholder@{host}",
    "mail": "placeholder@{host}",
    "sender": "placeholder@{host}",
    "recipient": "placeholder@{host}",
    "recipients": "placeholder@{host}",
    "from": "placeholder@{host}",
    "to": "placeholder@{host}",
    "channel": "#placeholder",
    "channels": "#placeholder",
    "stage": "dev",
    "environment": "dev",
    "env": "dev",
    "severity": "HIGH",
    "severities": "HIGH",
    "digest": "sha256:" + "0" * 64,
    "tag": "latest",
    "branch": "main",
    "ref": "main",
    "version": "1",
    "subject": "placeholder",
    "timezone": "UTC",
    "tz": "UTC",
    "date": "2024-01-01",
}


def beginning(text: str) -> str:
    """What may be configured as the prefix of a text: `shop/` of `shop/api`, else all of it."""
    for position, letter in enumerate(text[:-1]):
        if position and letter in _SEPARATORS:
            return text[: position + 1]
    return text


def ending(text: str) -> str:
    """What may be configured as the suffix of a text: `api` of `shop/api`, else all of it."""
    return text[len(beginning(text)) :] or text


def words(name: str) -> list[str]:
    """The words of a name in lower case: of `LOG_LEVEL`, `logLevel` or `log-level` the same."""
    return [word.lower() for word in _BOUNDARIES.split(name) if word]


def placeholder(name: str) -> str:
    """A value as text that fits a name: a URL for `*_URL`, a number for `*_DAYS`.

    The last word that says anything decides, so that `QUEUE_URL_PARAMETER` is a URL; a name that
    says nothing gets the word `placeholder`, which is also a valid repository, bucket, table and
    cluster.
    """
    parts = words(name)
    present = set(parts)
    if present & {"arn", "arns", "topic", "topics"}:
        return _arn_for(present)
    if present & {"level", "loglevel"}:
        is_log_level = len(parts) == 1 or present & {"log", "logging", "logger", "loglevel"}
        return "INFO" if is_log_level else "HIGH"
    if present & _BOUNDS:
        return "10"
    if parts and _SWITCH.fullmatch(parts[0]):
        return "true" if parts[0] in ("enable", "enabled", "use", "should", "is") else "false"
    for word in reversed(parts):
        value = _value_for(word, parts)
        if value is not None:
            return value
    return "placeholder"


def _value_for(word: str, parts: list[str]) -> str | None:
    """The value that one word of a name tells the form of, if it does."""
    if word in ("url", "uri", "urls", "uris", "registry"):
        return _url_for(parts)
    if _NUMBER.fullmatch(word) or (word == "id" and not _NUMBERED.isdisjoint(parts)):
        return "10"
    if _SWITCH.fullmatch(word):
        return "false"
    return _filled(_LAST[word], parts) if word in _LAST else None


def _url_for(parts: list[str]) -> str:
    for word, url in _URLS.items():
        if word in parts:
            return url
    return _filled(_LAST["url"], parts)


def arn(
    service: str,
    resource: str,
    *,
    region: str = REGION,
    account: str = ACCOUNT,
    partition: str = "aws",
) -> str:
    """The ARN of a resource, without region and account where the service has none there."""
    if service in _WITHOUT_REGION:
        region = ""
    if service in _WITHOUT_ACCOUNT:
        account = ""
    return f"arn:{partition}:{service}:{region}:{account}:{resource}"


def resource_arn(sort: str, name: str = "placeholder") -> str:
    """The ARN of a resource that we made up: `resource_arn("topic", "alerts")`.

    `sort` is one of the table above, KeyError otherwise.
    """
    service, form = _RESOURCES[sort]
    return arn(service, form.format(name=name))


def _arn_for(words_of_name: set[str]) -> str:
    for word, sort in _ARN_WORDS.items():
        if word in words_of_name:
            return resource_arn(sort)
    return resource_arn("topic")


def _filled(form: str, parts: list[str]) -> str:
    return form.format(host=HOST, slug="-".join(parts))
