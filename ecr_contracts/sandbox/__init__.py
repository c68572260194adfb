"""A place where a consumer runs with no network and no AWS: its calls are answered and recorded."""

from ecr_contracts.sandbox.box import PACKAGES, Sandbox, Seen, load
from ecr_contracts.sandbox.settings import Settings

__all__ = ["PACKAGES", "Sandbox", "Seen", "Settings", "load"]
