"""How events arrive: one envelope for each way that EventBridge hands them on."""

from ecr_contracts.core.errors import EnvelopeError, PayloadError
from ecr_contracts.eventbridge.envelopes.codec import LIMIT
from ecr_contracts.eventbridge.envelopes.logs import control_message
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES, Envelope, carry, envelope
from ecr_contracts.eventbridge.rules.transformer import (
    UNDELIVERED,
    Shaped,
    Shaping,
    carrying,
    shape,
)
from ecr_contracts.eventbridge.unwrap import (
    Held,
    Unread,
    contents,
    is_event,
    is_wrapped,
    opened,
    unwrap,
)

__all__ = [
    "ENVELOPES",
    "LIMIT",
    "UNDELIVERED",
    "Envelope",
    "EnvelopeError",
    "Held",
    "PayloadError",
    "Shaped",
    "Shaping",
    "Unread",
    "carry",
    "carrying",
    "contents",
    "control_message",
    "envelope",
    "is_event",
    "is_wrapped",
    "opened",
    "shape",
    "unwrap",
]
