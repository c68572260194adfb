import json
import logging
import os
from urllib import request

logger = logging.getLogger()
logger.setLevel(os.environ["LOG_LEVEL"])

CHANNELS = json.loads(os.environ["CHANNELS"])
HOOK = os.environ["HOOK_URL"]


def handler(event, context):
    logger.info(event)
    detail = event["detail"]
    repository = detail["repository-name"]
    channel = CHANNELS.get(repository.split("/")[0], "#general")
    counts = detail.get("finding-severity-counts") or {}
    if detail["scan-status"] == "FAILED":
        text = "Scan failed for " + repository
    elif counts:
        worst = list(counts.keys())[0]
        text = "%s: worst severity is %s" % (repository, worst)
    else:
        text = "%s is clean" % repository
    request.urlopen(request.Request(HOOK, json.dumps({"channel": channel, "text": text}).encode()))
