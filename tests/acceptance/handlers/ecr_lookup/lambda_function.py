import json
import os

import boto3
import requests

ecr = boto3.client("ecr")


def describe(detail):
    response = ecr.describe_images(
        repositoryName=detail["repository-name"], imageIds=[{"imageDigest": detail["image-digest"]}]
    )
    return response["imageDetails"][0]


def lambda_handler(event, context):
    image = describe(event["detail"])
    tag = image["imageTags"][0]
    counts = image["imageScanFindingsSummary"]["findingSeverityCounts"]
    message = f"{image['repositoryName']}:{tag} scanned, {event['detail']['scan-status']}: {json.dumps(counts)}"
    requests.post(os.environ["SLACK_URL"], json={"text": message})
