"""The contract as one assertion in a test of your own: `contract.check(handler, "scan")`."""

from ecr_contracts.frontends.assertion import ContractViolation, check

__all__ = ["ContractViolation", "check"]
