"""Step Functions state machines as consumers: definitions, an engine that runs them, and what comes of events."""

from ecr_contracts.statemachine.checked import check_machine

__all__ = ["check_machine"]
