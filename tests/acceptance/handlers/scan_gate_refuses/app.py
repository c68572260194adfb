"""Release gate. Step Functions calls it for each scan; an exception of ours ends the execution."""
import json
import logging
import os

import boto3

log = logging.getLogger()
log.setLevel(os.environ.get("LOG_LEVEL", "INFO"))


class GateClosed(Exception):
    pass


class TooManyFindings(GateClosed):
    def __init__(self, sev, n, limit):
        super().__init__(f"{sev}: {n} > {limit}")
        self.sev = sev


def check(counts):
    n = counts.get("CRITICAL", 0)
    if n > 0:
        raise TooManyFindings("CRITICAL", n, 0)


def handler(event, context):
    log.info(json.dumps(event))
    d = event["detail"]
    if d["scan-status"] != "COMPLETE":
        raise GateClosed("scan did not complete: " + d["scan-status"])
    check(d.get("finding-severity-counts", {}))
    boto3.client("codepipeline").start_pipeline_execution(name="release")
