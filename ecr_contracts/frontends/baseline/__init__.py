"""The file of accepted findings: read, written, and asked by all that judge."""

from ecr_contracts.frontends.baseline.files import (
    USUAL_NAME,
    accept,
    is_complete,
    judged,
    prune,
    read_baseline,
)
from ecr_contracts.frontends.baseline.lost import lost_consumers
from ecr_contracts.frontends.baseline.names import handler_name

__all__ = [
    "USUAL_NAME",
    "accept",
    "handler_name",
    "is_complete",
    "judged",
    "lost_consumers",
    "prune",
    "read_baseline",
]
