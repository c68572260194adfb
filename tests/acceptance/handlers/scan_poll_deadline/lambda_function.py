import json
import time
from datetime import datetime, timedelta

import boto3

ecr = boto3.client("ecr")
sns = boto3.client("sns")


def wait_for_findings(repository, digest):
    deadline = datetime.now() + timedelta(minutes=5)
    while datetime.now() < deadline:
        answer = ecr.describe_image_scan_findings(
            repositoryName=repository, imageId={"imageDigest": digest}
        )
        if answer["imageScanStatus"]["status"] == "COMPLETE":
            return answer["imageScanFindings"]
        time.sleep(15)
    return None


def lambda_handler(event, context):
    detail = event["detail"]
    started = time.time()
    findings = wait_for_findings(detail["repository-name"], detail["image-digest"])
    print("waited", round(time.time() - started), "s,", context.get_remaining_time_in_millis(), "ms left")
    if findings is None:
        subject = "scan of " + detail["repository-name"] + " did not end well"
    else:
        subject = "scanned " + detail["repository-name"]
    sns.publish(
        TopicArn="arn:aws:sns:eu-west-1:123456789012:scans",
        Subject=subject[:99],
        Message=json.dumps({"status": detail["scan-status"], "tag": detail["image-tags"][0]}),
    )
