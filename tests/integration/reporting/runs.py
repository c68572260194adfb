"""Handlers with one fault each, and the verdicts on them."""

from __future__ import annotations

import io
import re

from ecr_contracts import check
from ecr_contracts.engine.plan import USUAL
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.reporting.terminal import console
from ecr_contracts.reporting.text import show

APP = """
import datetime, os
import json
import sys
import time


def handler(event, context):
    tag = event["detail"]["image-tags"][0]
    counts = event["detail"]["finding-severity-counts"]
    return {"tag": tag, "critical": counts["CRITICAL"]}


def deploy(event, context):
    if event["detail"]["action-type"] == "PUSH":
        return event["resources"][0]


def in_one_region(event, context):
    if not event["region"].startswith(("us-east", "us-west", "eu-")):
        raise ValueError(f"no bucket in {event['region']}")


def named(event, context):
    name, tag = event["detail"]["repository-name"], event["detail"].get("image-tag")
    if "/" in name or not tag:
        raise ValueError(f"nothing called {name}:{tag}")


def misprint(event, context):
    digest = event["detail"].get("image-digest")
    if digest and len(digest) != 71:
        raise ValueError(digest)


def talkative(event, context):
    raise RuntimeError("first line\\n\\n  second \\x1b[31mline\\t\\x00\\nthird \\ud800 line\\nfourth")


def lengthy(event, context):
    raise RuntimeError("word " * 100)


def leaves(event, context):
    if not event["detail"].get("image-tags", True):
        sys.exit("nothing to do")


def dates(event, context):
    event["now"] = 1
    return [{"when": datetime.datetime.now()}]


def sleeper(event, context):
    if "image-digest" not in event["detail"]:
        time.sleep(60)


def stuck(event, context):
    time.sleep(60)


def odd_together(event, context):
    if len(event["detail"]) < 6:
        raise RuntimeError


def no_digest(event, context):
    return event["detail"]["image-digest"]


def decoding(event, context):
    json.loads("")


def fine(event, context):
    return event["id"]


def idle(event, context):
    return None


def two(event, context):
    if "image-digest" not in event["detail"] and "image-tag" not in event["detail"]:
        raise LookupError("neither digest nor tag")


CALLS = []


def once(event, context):
    CALLS.append(event["id"])
    if len(CALLS) == 4:
        raise RuntimeError("bad luck")


def picky(event, context):
    if ord(event["detail"]["repository-name"][0]) == ord("a"):
        raise ValueError("not that one")


def choosy(event, context):
    if event["account"][-1] in "13579":
        raise ValueError("an odd account")


def dies(event, context):
    if "image-digest" not in event["detail"]:
        os.kill(os.getpid(), 9)
    return event["detail"]["image-tag"]


def hangs(event, context):
    if "image-digest" not in event["detail"]:
        time.sleep(60)
    return event["detail"]["image-tag"]


def no_low(event, context):
    if "LOW" in event["detail"].get("finding-severity-counts", {}):
        raise ValueError


class Undecided(Exception):
    pass


def refuser(event, context):
    if event["detail"]["scan-status"] == "FAILED":
        raise Undecided
    return event["detail"]["finding-severity-counts"]


def blind(event, context):
    import boto3

    name = event["detail"]["repository-name"]
    boto3.client("sns").publish(TopicArn="t", Message=name)
"""


def shown(verdict, *, encoding="utf-8", **options) -> str:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding, write_through=True)
    show(verdict, console(out), **options)
    text = raw.getvalue().decode(encoding)
    return re.sub(r"([;,]) in [0-9.]+ s\n", r"\1 in 0.1 s\n", text)


_VERDICTS: dict[str, Verdict] = {}


# As many events of other values as a check draws unless told otherwise.
DRAWN = USUAL.examples


def checked(handler, **arguments) -> Verdict:
    """The verdict on a handler, made once; without events of other values unless asked for."""
    arguments = {"examples": 0} | arguments
    key = f"{handler} {sorted(arguments.items())}"
    if key not in _VERDICTS:
        _VERDICTS[key] = check(f"app.py:{handler}", **arguments)
    return _VERDICTS[key]


def said(handler, **arguments) -> str:
    return shown(checked(handler, **arguments))


def blocks(text: str) -> list[str]:
    """What stands between the first lines and the last."""
    return text.split("\n\n")[1:-1]


def uncounted(text: str) -> str:
    """A text without the numbers that depend on how causes are told apart."""
    text = re.sub(
        r"\b(\d+) of \1 such events fail, 0 of \d+ others",
        "N of N such events fail, 0 of M others",
        text,
    )
    return re.sub(r"\b[\d,]+ more calls to explain", "N more calls to explain", text)
