"""A preview of each pushed image: the name of its host has to be in lower case, the tag of its image has not."""
import re

import boto3

lambda_client = boto3.client("lambda")
sns = boto3.client("sns")
TOPIC = "arn:aws:sns:us-east-1:123456789012:previews"
ADDRESS = "https://{}/"


def host_of(repository, tag):
    label = re.sub(r"[^a-z0-9]+", "-", f"{repository}-{tag}".lower()).strip("-")[:63]
    return f"{label}.preview.example.invalid"


def handler(event, context):
    detail = event["detail"]
    tag = detail.get("image-tag")
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS" or not tag:
        return
    if tag == "latest":
        return
    repository = detail["repository-name"]
    image = f"{event['account']}.dkr.ecr.{event['region']}.amazonaws.com/{repository}:{tag}"
    lambda_client.tag_resource(
        Resource="arn:aws:lambda:us-east-1:123456789012:function:preview",
        Tags={"image": image[-256:], "channel": tag.lower()},
    )
    preview = ADDRESS.format(host_of(repository, tag))
    sns.publish(TopicArn=TOPIC, Subject="PREVIEW", Message=f"PUSHED {tag.upper()}: {preview}")
