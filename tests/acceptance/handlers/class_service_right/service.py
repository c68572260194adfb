"""Restarts the service of a pushed image, whatever its tag."""
import logging

import boto3

logger = logging.getLogger(__name__)


class Base:
    cluster = "main"

    def __init__(self):
        self.ecs = boto3.client("ecs")
        self.count = 0

    def handle(self, event, context):
        self.count += 1
        d = event["detail"]
        if d.get("action-type") != "PUSH" or d.get("result") != "SUCCESS":
            logger.info("not for us: %s", d)
            return None
        return self.work(d)

    def work(self, d):
        raise NotImplementedError


class PushService(Base):
    def work(self, d):
        name, tag = d["repository-name"].replace("/", "-"), d.get("image-tag")
        logger.info("restarting %s for %s (%d so far)", name, tag, self.count)
        self.ecs.update_service(cluster=self.cluster, service=name, forceNewDeployment=True)
        return {"service": name, "tag": tag}


class Cleaner:
    """Not used by the service; its handle is another one."""

    def handle(self, folder, pattern):
        if folder == "Success":
            return pattern["nothing"]
