import json
import os

import boto3

TOPIC_ARN = os.environ["TOPIC_ARN"]
LEVELS = {"dev": ["CRITICAL"], "live": ["CRITICAL", "HIGH"]}
WANTED = LEVELS["prod"]

sns = boto3.client("sns")


def handler(event, context):
    counts = event["detail"].get("finding-severity-counts", {})
    worst = {level: counts[level] for level in WANTED if level in counts}
    if worst:
        sns.publish(TopicArn=TOPIC_ARN, Message=json.dumps(worst))
