"""What the inventory holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Image:
    """An image by its digest."""

    repository: str
    tag: str
    digest: str

    @classmethod
    def from_event(cls, event: dict[str, Any]) -> Image:
        """The image that an event speaks of."""
        detail = event["detail"]
        return cls(
            repository=detail["repository-name"],
            tag=detail["image-tag"],
            digest=detail["image-digest"].split(":")[1],
        )
