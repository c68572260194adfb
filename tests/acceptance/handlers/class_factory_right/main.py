import json
import os

from clients import Topic
from routing import Router


class ScanAlert:
    def __init__(self, topic):
        self._topic = topic

    def __call__(self, event):
        detail = event["detail"]
        if detail["scan-status"] != "COMPLETE":
            return
        counts = detail.get("finding-severity-counts") or {}
        if counts.get("CRITICAL", 0) > 0:
            self._topic.say(json.dumps({"image": detail["repository-name"], "tags": detail.get("image-tags", [])}))


def build(topic=None):
    router = Router()
    alert = ScanAlert(topic or Topic(os.environ.get("ALERTS", "alerts")))
    router.add("ECR Image Scan", alert)
    return router
