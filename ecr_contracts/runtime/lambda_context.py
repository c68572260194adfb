"""The context object and the environment variables that Lambda gives a function."""

from __future__ import annotations

import hashlib
import os
import sys
import time
import uuid
from collections.abc import Sequence
from types import FrameType
from typing import Any

from ecr_contracts.core.placeholders import resource_arn

__all__ = [
    "LONGEST_CALL",
    "NO_CREDENTIALS",
    "REAL_CREDENTIALS",
    "CallEndedError",
    "LambdaContext",
    "lambda_environment",
]

LONGEST_CALL = 900.0
"""Seconds that a function may take for one call: the most that Lambda's quotas allow."""


class CallEndedError(BaseException):
    """Lambda ends the call here, for it has taken all the `seconds` that it has.

    Nobody is meant to catch it: where it is raised, the function would be no more. `frames` are
    those of coroutines that wait, with their lines, which no traceback shows.
    """

    def __init__(self, seconds: float, frames: Sequence[tuple[FrameType, int]] = ()) -> None:
        self.seconds, self.frames = seconds, frames
        most = ", the most that Lambda gives a call" if seconds == LONGEST_CALL else ""
        super().__init__(f"no answer within {seconds:g} s{most}")


REAL_CREDENTIALS = (
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_PROFILE",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
"""Environment variables by which code acts on an account: a consumer on trial has none of them."""

NO_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_SESSION_TOKEN": "none",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""The environment variables that it has instead."""


class _CognitoIdentity:
    """The identity in a call that no signed-in user made: names without values."""

    cognito_identity_id: str | None = None
    cognito_identity_pool_id: str | None = None


class LambdaContext:
    """The context object that Lambda's Python runtime passes, for a function without a name.

    Attributes and their types are those of AWS's runtime interface client; the memory limit is a
    string there as well, since it comes from an environment variable. The request id depends on
    nothing but the payload.
    """

    def __init__(self, payload: Any = None, *, timeout: float = 5.0) -> None:
        digest = hashlib.sha256(repr(payload).encode("utf-8", "surrogatepass")).digest()
        self.aws_request_id = str(uuid.UUID(bytes=digest[:16], version=4))
        self.log_group_name = "/aws/lambda/consumer"
        self.log_stream_name = "2024/01/01/[$LATEST]0123456789abcdef0123456789abcdef"
        self.function_name = "consumer"
        self.memory_limit_in_mb = "128"
        self.function_version = "$LATEST"
        self.invoked_function_arn = resource_arn("function", "consumer")
        self.tenant_id = None
        self.client_context = None
        self.identity = _CognitoIdentity()
        self._deadline = _now() + timeout

    def __repr__(self) -> str:
        return f"LambdaContext([aws_request_id={self.aws_request_id}])"

    def get_remaining_time_in_millis(self) -> int:
        """The milliseconds until the call is late; never negative."""
        return max(0, int((self._deadline - _now()) * 1000))

    def log(self, message: object) -> None:
        """Write to the function's log: here, to standard output."""
        sys.stdout.write(str(message))


_real_monotonic = time.monotonic


def _now() -> float:
    """The seconds of Python's clock, which may be a virtual one.

    It is the real one where a consumer has put something in its place that tells no seconds.
    """
    try:
        seconds = time.monotonic()
    except BaseException:  # noqa: BLE001 - what stands there may raise anything
        seconds = _real_monotonic()
    return seconds if type(seconds) is float else _real_monotonic()


def lambda_environment() -> dict[str, str]:
    """The environment variables that Lambda sets for every function, without credentials."""
    context = LambdaContext()
    region = context.invoked_function_arn.split(":")[3]
    return {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_LAMBDA_FUNCTION_NAME": context.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": context.function_version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": context.memory_limit_in_mb,
        "AWS_LAMBDA_LOG_GROUP_NAME": context.log_group_name,
        "AWS_LAMBDA_LOG_STREAM_NAME": context.log_stream_name,
    }
