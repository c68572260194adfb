"""`ecr-contracts check`: gives valid events to a consumer and reports those it cannot deal with."""

from __future__ import annotations

from ecr_contracts.frontends.cli.check.command import run
from ecr_contracts.frontends.cli.check.options import add_arguments

__all__ = ["EXAMPLES", "add_arguments", "run"]

EXAMPLES = (
    "ecr-contracts check src/app.py:handler",
    "ecr-contracts check app.handlers:on_push --kind push --via sqs",
)
