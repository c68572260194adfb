"""How events arrive: one envelope for each way that EventBridge hands them on."""

from ecr_contracts.delivery.logs import control_message
from ecr_contracts.delivery.opening import Held, Unread, contents, is_event, is_wrapped, opened, unwrap
from ecr_contracts.delivery.parts import LIMIT
from ecr_contracts.delivery.table import ENVELOPES, Envelope, carry, envelope
from ecr_contracts.delivery.transforming import UNDELIVERED, Shaped, Shaping, carrying, shape

__all__ = [
    "ENVELOPES",
    "LIMIT",
    "UNDELIVERED",
    "Envelope",
    "Held",
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
