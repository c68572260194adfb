"""Posts the worst severity of a scan to our chat and keeps the thread of the message."""
import json
import logging
import os
import urllib.request

log = logging.getLogger()
RANK = {"CRITICAL": 5, "HIGH": 4, "MEDIUM": 3, "LOW": 2, "INFORMATIONAL": 1, "UNDEFINED": 0}


def post(text):
    req = urllib.request.Request(
        os.environ["CHAT_URL"],
        json.dumps({"text": text}).encode("utf-8"),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(req, timeout=5) as resp:
        answer = json.loads(resp.read().decode("utf-8"))
    if not answer["ok"]:
        raise RuntimeError("chat said no: %s" % answer["error"])
    return answer["message"]["ts"]


def handler(event, context):
    detail = event["detail"]
    counts = detail["finding-severity-counts"]
    worst = max(counts, key=lambda s: RANK[s]) if counts else None
    if worst is None or RANK[worst] < 4:
        return {"posted": False}
    ts = post("%s: %s (%d)" % (detail["repository-name"], worst, counts[worst]))
    log.info("posted as %s", float(ts))
    return {"posted": True, "thread": ts}
