"""Consumers that several test modules call, on disk and as they stand here."""

from __future__ import annotations

import asyncio
from pathlib import Path
from textwrap import dedent

EVENT = {"detail": {"repository-name": "app", "image-tags": []}, "region": "us-east-1"}
HANDLER = "def handler(event, context):\n    return event['region']\n"


def write(folder: Path, name: str, source: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(source))
    return file


class Handler:
    def __call__(self, event, context):
        return ["object", event["region"]]

    def method(self, event, context):
        return ["method", context.function_name]


def two(event, context):
    return [event["region"], context.function_version]


def one(event):
    return event["region"]


async def sleepy(event, context):
    await asyncio.sleep(0)
    return event["region"]
