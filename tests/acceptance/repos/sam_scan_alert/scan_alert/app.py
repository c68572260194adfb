import json
import logging
import os

import boto3

logger = logging.getLogger()
logger.setLevel(os.environ.get("LOG_LEVEL", "INFO"))

sns = boto3.client("sns")


def lambda_handler(event, context):
    logger.info("Received event: %s", json.dumps(event))
    detail = event["detail"]
    repo = detail["repository-name"]
    tag = detail["image-tags"][0]
    counts = detail["finding-severity-counts"]

    bad = counts["CRITICAL"]
    if os.environ["MINIMUM_SEVERITY"] == "HIGH":
        bad += counts["HIGH"]

    if bad == 0:
        logger.info("%s:%s is clean", repo, tag)
        return

    sns.publish(
        TopicArn=os.environ["TOPIC_ARN"],
        Subject=f"{bad} vulnerabilities in {repo}:{tag}"[:100],
        Message=json.dumps({"repository": repo, "tag": tag, "findings": counts}, indent=2),
    )
