import json
import logging
import urllib.request

logger = logging.getLogger()
logger.setLevel(logging.INFO)

WEBHOOK = "https://chat.example.invalid/hooks/security"

# colour of the bar beside each line
LEVELS = {"HIGH": "#d00000", "MEDIUM": "#e0a000", "LOW": "#808080"}


def post(attachments):
    body = json.dumps({"attachments": attachments}).encode()
    request = urllib.request.Request(WEBHOOK, data=body, headers={"Content-Type": "application/json"})
    urllib.request.urlopen(request)


def lambda_handler(event, context):
    logger.info(json.dumps(event))
    detail = event["detail"]
    if detail["scan-status"] != "COMPLETE":
        logger.warning("scan of %s did not complete", detail["repository-name"])
        return
    counts = detail.get("finding-severity-counts") or {}
    attachments = []
    for level, colour in LEVELS.items():
        if counts.get(level, 0) > 0:
            attachments.append({"color": colour, "text": f"{level}: {counts[level]} in {detail['repository-name']}"})
    if attachments:
        post(attachments)
