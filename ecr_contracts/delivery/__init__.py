"""How events arrive: one envelope for each way that EventBridge hands them on."""

from ecr_contracts.delivery.table import ENVELOPES, Envelope, carry, envelope

__all__ = ["ENVELOPES", "Envelope", "carry", "envelope"]
