import logging
import os

import boto3
from celery import Celery

app = Celery("rollouts", broker=os.getenv("BROKER_URL", "memory://"))
log = logging.getLogger("rollouts")


# fed by a bridge that reads the queue of the rule "ECR Image Action" / PUSH
@app.task(bind=True, name="rollouts.roll", acks_late=True)
def roll(self, event):
    d = event["detail"]
    if d["action-type"] != "PUSH" or d["result"] != "SUCCESS":
        log.info("%s: nothing to do", self.name)
        return None
    tag = d["image-tag"]
    if tag.startswith("sha256-"):  # signatures
        return None
    boto3.client("ssm").put_parameter(
        Name="/rollouts/" + d["repository-name"], Value=tag, Type="String", Overwrite=True
    )
    return tag
