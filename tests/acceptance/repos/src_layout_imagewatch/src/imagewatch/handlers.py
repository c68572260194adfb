"""Entry points for AWS Lambda."""

from __future__ import annotations

import logging
from typing import Any

from imagewatch.inventory import Inventory
from imagewatch.models import Image

logger = logging.getLogger(__name__)


def on_image_action(event: dict[str, Any], context: Any = None) -> None:
    """Record a push, forget a deleted image."""
    if event.get("detail-type") != "ECR Image Action":
        logger.warning("ignored %s", event.get("detail-type"))
        return
    image = Image.from_event(event)
    inventory = Inventory()
    if event["detail"]["action-type"] == "PUSH":
        inventory.add(image)
    elif event["detail"]["action-type"] == "DELETE":
        inventory.remove(image)
