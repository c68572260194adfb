import os

import boto3
from botocore.exceptions import ClientError

ecr = boto3.client("ecr")
sns = boto3.client("sns")


def image_of(detail):
    if not detail.get("image-digest"):
        return {}
    try:
        answer = ecr.describe_images(
            repositoryName=detail["repository-name"], imageIds=[{"imageDigest": detail["image-digest"]}]
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ImageNotFoundException":
            return {}
        raise
    return next(iter(answer.get("imageDetails", [])), {})


def lambda_handler(event, context):
    detail = event["detail"]
    image = image_of(detail)
    counts = image.get("imageScanFindingsSummary", {}).get("findingSeverityCounts", {})
    sns.publish(
        TopicArn=os.environ["TOPIC_ARN"],
        Message=f"{detail['repository-name']} {image.get('imageTags', [])} {detail['scan-status']} "
        f"critical={counts.get('CRITICAL', 0)}",
    )
