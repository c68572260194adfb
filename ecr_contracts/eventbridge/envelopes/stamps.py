"""What transports add to an event: places, times and ids, all well-formed, and the same for the same event each time.

Sources: the AWS page of each transport, named where it is used; the suffixes of host names are
those of botocore's endpoints.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass
from time import gmtime, strftime, strptime
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.placeholders import ACCOUNT, REGION
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kinds

SUFFIXES = {
    "aws": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-us-gov": "amazonaws.com",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
}
"""How the names of AWS's hosts end, by partition."""

_LATENCY_MS = 750  # between the event's time, which has whole seconds, and the message


def text(content: Any) -> str:
    """What EventBridge writes: compact JSON, its keys in their own order."""
    return json_text.compact(content)


def data(content: str) -> bytes:
    """The bytes of a text; what is no Unicode in it goes as it is."""
    return content.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where, when and as what an event is sent: the `index`-th of a batch, in the way that `medium` names.

    `sent` is in milliseconds since 1970.
    """

    region: str
    account: str
    partition: str
    sent: int
    seed: bytes

    @classmethod
    def of(cls, event: Any, medium: str, index: int = 0) -> Stamp:
        """The stamp of an event, or of what an input transformer made of one, which may be any JSON."""
        told = event if isinstance(event, Mapping) else {}
        content = data(text(event))
        return cls(
            str(told.get("region", REGION)),
            str(told.get("account", ACCOUNT)),
            partition(told.get("region")),
            _milliseconds(told.get("time")) + _LATENCY_MS,
            hashlib.sha256(medium.encode() + index.to_bytes(4, "big") + content).digest(),
        )

    @property
    def suffix(self) -> str:
        """How the names of AWS's hosts end here."""
        return SUFFIXES[self.partition]

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource in the event's account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def role(self, name: str) -> str:
        """The ARN of a role in the event's account."""
        return f"arn:{self.partition}:iam::{self.account}:role/{name}"

    def uuid(self, purpose: str) -> str:
        """An id of version 4, another for each purpose."""
        return str(uuid.UUID(bytes=self._bytes(purpose)[:16], version=4))

    def hex(self, purpose: str) -> str:
        """Thirty-two hexadecimal digits."""
        return self._bytes(purpose)[:16].hex()

    def digits(self, count: int, purpose: str) -> str:
        """So many decimal digits."""
        return str(int.from_bytes(self._bytes(purpose) * 2, "big"))[-count:].zfill(count)

    def base64(self, count: int, purpose: str) -> str:
        """So many bytes as base64."""
        return base64.b64encode((self._bytes(purpose) * (count // 32 + 1))[:count]).decode()

    @property
    def time(self) -> str:
        """When it was sent, with milliseconds."""
        return f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(self.sent // 1000))}.{self.sent % 1000:03}Z"

    def _bytes(self, purpose: str) -> bytes:
        return hashlib.sha256(self.seed + purpose.encode()).digest()


def _milliseconds(time: Any) -> int:
    try:
        return timegm(strptime(str(time), "%Y-%m-%dT%H:%M:%SZ")) * 1000
    except ValueError:
        return 0


def partition(region: Any) -> str:
    """The partition that a region is of: the choices of `$.region` are named after them. The great one if unknown."""
    facet = reader.contract(kinds()[0]).by_path["$.region"]
    return (facet.recognise({"region": region}) or facet.baseline).label
