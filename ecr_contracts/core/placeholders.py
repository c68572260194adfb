"""Values that stand in for ones that nobody gave: typed by the name that they go by, harmless and always the same.

It knows what names tell of a value's form; it must not know who asks, an environment or a secret.
"""

from __future__ import annotations

import re

__all__ = ["ACCOUNT", "HOST", "REGION", "placeholder", "words"]

ACCOUNT = "123456789012"
REGION = "us-east-1"
HOST = "example.invalid"

_BOUNDARIES = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")

_ARNS = {
    "topic": f"arn:aws:sns:{REGION}:{ACCOUNT}:placeholder",
    "sns": f"arn:aws:sns:{REGION}:{ACCOUNT}:placeholder",
    "role": f"arn:aws:iam::{ACCOUNT}:role/placeholder",
    "policy": f"arn:aws:iam::{ACCOUNT}:policy/placeholder",
    "function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:placeholder",
    "lambda": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:placeholder",
    "queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:placeholder",
    "secret": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:placeholder-AbCdEf",
    "machine": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:placeholder",
    "bus": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/placeholder",
    "bucket": "arn:aws:s3:::placeholder",
    "table": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/placeholder",
    "cluster": f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/placeholder",
    "service": f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/placeholder/placeholder",
    "definition": f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/placeholder:1",
    "repository": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/placeholder",
    "key": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/00000000-0000-4000-8000-000000000000",
    "group": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:placeholder",
}
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
    "age|attempts|concurrency|count|counter|days?|delay|expiry|hours?|interval|keep|limit|max|maximum|min|minimum"
    "|minutes?|ms|num|number|percent|percentage|period|retention|retries|retry|score|seconds?|size|threshold|timeout"
    "|total|ttl"
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


def words(name: str) -> list[str]:
    """The words of a name in lower case, however they are joined: `LOG_LEVEL`, `logLevel`, `log-level`."""
    return [word.lower() for word in _BOUNDARIES.split(name) if word]


def placeholder(name: str) -> str:
    """A value as text that fits a name: a URL for `*_URL`, an ARN for `*_ARN`, a number for `*_DAYS`.

    The last word that says anything decides, so that `QUEUE_URL_PARAMETER` is a URL; a name that
    says nothing gets the word `placeholder`, which is also a valid repository, bucket, table and
    cluster.
    """
    parts = words(name)
    found = set(parts)
    if "arn" in found or "arns" in found or found & {"topic", "topics"}:
        return _arn(found)
    if "level" in found or "loglevel" in found:
        return (
            "INFO"
            if found & {"log", "logging", "logger", "loglevel"} or len(parts) == 1
            else "HIGH"
        )
    if found & _BOUNDS:
        return "10"
    if parts and _SWITCH.fullmatch(parts[0]):
        return "true" if parts[0] in ("enable", "enabled", "use", "should", "is") else "false"
    for word in reversed(parts):
        if word in ("url", "uri", "urls", "uris", "registry"):
            return next(
                (_URLS[kind] for kind in _URLS if kind in found), _filled(_LAST["url"], parts)
            )
        if _NUMBER.fullmatch(word) or (word == "id" and found & _NUMBERED):
            return "10"
        if _SWITCH.fullmatch(word):
            return "false"
        if word in _LAST:
            return _filled(_LAST[word], parts)
    return "placeholder"


def _arn(found: set[str]) -> str:
    return next((_ARNS[kind] for kind in _ARNS if kind in found), _ARNS["topic"])


def _filled(form: str, parts: list[str]) -> str:
    return form.format(host=HOST, slug="-".join(parts))
