"""The table of images."""

from __future__ import annotations

import os

import boto3

from imagewatch.models import Image


class Inventory:
    """A table of DynamoDB."""

    def __init__(self) -> None:
        self._table = boto3.resource("dynamodb").Table(os.environ["INVENTORY_TABLE"])

    def add(self, image: Image) -> None:
        """Put an image in."""
        self._table.put_item(
            Item={"pk": image.repository, "sk": image.digest, "tag": image.tag}
        )

    def remove(self, image: Image) -> None:
        """Take an image out."""
        self._table.delete_item(Key={"pk": image.repository, "sk": image.digest})
