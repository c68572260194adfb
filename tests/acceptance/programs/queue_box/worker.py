#!/usr/bin/env python3
"""Fed by a little Go thing that reads the queue and pipes each event in here."""
import sys, json, logging

logging.basicConfig(level=logging.INFO, stream=sys.stderr)
log = logging.getLogger("box")

def image(ev):
    d = ev["detail"]
    return "%s@%s" % (d["repository-name"], d["image-digest"])

for raw in sys.stdin:
    raw = raw.strip()
    if not raw:
        continue
    ev = json.loads(raw)
    if ev.get("detail-type") != "ECR Image Action":
        continue
    if ev["detail"]["action-type"] == "PUSH" and ev["detail"].get("result") == "SUCCESS":
        log.info("deploying %s", image(ev))
