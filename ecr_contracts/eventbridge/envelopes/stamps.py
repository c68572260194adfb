"""Stamps: the places, times and ids that transports add, always the same for the same event.

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
from ecr_contracts.core.placeholders import ACCOUNT, REGION, arn
from ecr_contracts.eventbridge.envelopes.codec import encoded
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names

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


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where, when and under which ids an event is sent.

    `sent` is in milliseconds since 1970. All ids follow from `seed`.
    """

    region: str
    account: str
    partition: str
    sent: int
    seed: bytes

    @classmethod
    def of(cls, event: Any, medium: str, index: int = 0) -> Stamp:
        """The stamp of an event, the `index`-th of a batch, on the way that `medium` names.

        What an input transformer made of an event may be any JSON; what it does not say is taken
        from the placeholders.
        """
        fields = event if isinstance(event, Mapping) else {}
        content = encoded(json_text.compact(event))
        return cls(
            str(fields.get("region", REGION)),
            str(fields.get("account", ACCOUNT)),
            partition(fields.get("region")),
            _milliseconds(fields.get("time")) + _LATENCY_MS,
            hashlib.sha256(medium.encode() + index.to_bytes(4, "big") + content).digest(),
        )

    @property
    def suffix(self) -> str:
        """How the names of AWS's hosts end here."""
        return SUFFIXES[self.partition]

    @property
    def time(self) -> str:
        """When it was sent, with milliseconds."""
        seconds, milliseconds = divmod(self.sent, 1000)
        return f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(seconds))}.{milliseconds:03}Z"

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource in the event's account and region."""
        return arn(
            service,
            resource,
            region=self.region,
            account=self.account,
            partition=self.partition,
        )

    def role(self, name: str) -> str:
        """The ARN of a role in the event's account."""
        return self.arn("iam", f"role/{name}")

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

    def _bytes(self, purpose: str) -> bytes:
        return hashlib.sha256(self.seed + purpose.encode()).digest()


def partition(region: Any) -> str:
    """The partition of a region, after which a choice of `$.region` is named; `aws` if unknown."""
    facet = reader.contract(kind_names()[0]).by_path["$.region"]
    return (facet.recognise({"region": region}) or facet.baseline).label


def _milliseconds(time: Any) -> int:
    try:
        return timegm(strptime(str(time), "%Y-%m-%dT%H:%M:%SZ")) * 1000
    except ValueError:
        return 0
