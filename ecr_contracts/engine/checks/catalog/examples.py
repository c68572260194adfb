"""For each check the smallest code that it is told of: what `explain` shows, and tests run.

A snippet is a whole file, but for what those of Python have in common: the imports, and `TOPIC`,
`QUEUE`, `sns` and `sqs`, which stand for what their names say (see `PRELUDE`). Those of rules are
YAML, as EventBridge's own API has them.
"""

from __future__ import annotations

from types import MappingProxyType

PRELUDE = """\
import base64
import datetime
import gzip
import json
import sys

import boto3

TOPIC = "arn:aws:sns:us-east-1:123456789012:images"
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/images"
sns = boto3.client("sns")
sqs = boto3.client("sqs")
"""
"""What stands before each snippet of Python when it is run."""

_EXAMPLES = {
    "raises": """
def handler(event, context):
    return event["detail"]["image-tags"][0]  # an image without tags: IndexError
""",
    "refuses": """
class NotDecided(Exception):
    pass

def handler(event, context):
    if "finding-severity-counts" not in event["detail"]:  # as in a scan that failed
        raise NotDecided("nothing was counted")
""",
    "exits": """
def handler(event, context):
    if event["detail"]["scan-status"] == "FAILED":
        sys.exit("nothing to do")
""",
    "late": """
def handler(event, context):
    while event["detail"]["scan-status"] != "COMPLETE":  # it never changes
        pass
""",
    "swallowed": """
def handler(event, context):
    try:
        sns.publish(TopicArn=TOPIC, Message=event["detail"]["image-tags"][0])
    except Exception:  # an image without tags ends here, and nobody gets to know
        print("skipped")
""",
    "wrong-call": """
def handler(event, context):
    name = event["detail"]["repository-name"]
    try:
        boto3.client("ecr").describe_images(repository=name)  # it is called repositoryName
    except Exception:
        print("no details")
    sns.publish(TopicArn=TOPIC, Message=f"{name}: {event['detail']['scan-status']}")
""",
    "unserialisable": """
def handler(event, context):
    return {"seen": datetime.datetime.now(), "id": event["id"]}
""",
    "error-return": """
def handler(event, context):
    if "image-tags" not in event["detail"]:
        return {"statusCode": 400, "body": "no tags"}  # nobody reads this
    return {"statusCode": 200}
""",
    "side-effects-before-failure": """
def handler(event, context):
    sns.publish(TopicArn=TOPIC, Message=event["detail"]["repository-name"])
    return event["detail"]["image-tags"][0]  # raises, so the message is sent three times
""",
    "mutates": """
def handler(event, context):
    event["detail"]["seen"] = True
    return event["detail"]["scan-status"]
""",
    "unknown-fields": """
KNOWN = {"repository-name", "image-digest", "image-tags", "scan-status", "finding-severity-counts"}

def handler(event, context):
    if set(event["detail"]) <= KNOWN:  # a new key, and no message is sent
        sns.publish(TopicArn=TOPIC, Message=event["detail"]["scan-status"])
""",
    "key-order": """
def handler(event, context):
    repository = list(event["detail"].values())[1]
    sns.publish(TopicArn=TOPIC, Message=f"scanned: {repository} {event['detail']['scan-status']}")
""",
    "media-types": """
def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] == "PUSH" and "artifact-media-type" not in detail:
        sns.publish(TopicArn=TOPIC, Message=detail["repository-name"])
""",
    "absent-is-zero": """
def handler(event, context):
    counts = event["detail"].get("finding-severity-counts", {})
    if "CRITICAL" in counts:  # so it is where the count is 0
        sns.publish(TopicArn=TOPIC, Message="there are critical findings")
""",
    "monotone": """
def handler(event, context):
    if event["detail"]["scan-status"] == "COMPLETE":
        number = event["detail"].get("finding-severity-counts", {}).get("CRITICAL", 0)
        text = f"{number} critical" if number else "No vulnerabilities found"  # and five HIGH
        sns.publish(TopicArn=TOPIC, Message=text)
""",
    "severity-unread": """
def handler(event, context):
    counts = event["detail"].get("finding-severity-counts", {})
    if counts.get("HIGH", 0) or counts.get("MEDIUM", 0):  # CRITICAL is never read
        sns.publish(TopicArn=TOPIC, Message=f"findings in {event['detail']['repository-name']}")
""",
    "severity-words": """
def handler(event, context):
    counts = event["detail"].get("finding-severity-counts", {})
    if counts:
        worst = max(counts, key=counts.get)  # the most common, not the worst
        sns.publish(TopicArn=TOPIC, Message=f"worst severity: {worst}")
""",
    "action-blind": """
def handler(event, context):
    detail = event["detail"]
    image = f"{detail['repository-name']}:{detail.get('image-tag', 'latest')}"
    boto3.client("codepipeline").start_pipeline_execution(
        name="deploy", variables=[{"name": "image", "value": image}]
    )  # also for an image that was deleted
""",
    "unread": """
def handler(event, context):
    boto3.client("codepipeline").start_pipeline_execution(name="deploy")
""",
    "truncated": """
def handler(event, context):
    name = event["detail"]["repository-name"].split("/")[0]  # "team" of "team/app"
    boto3.client("ecr").describe_images(repositoryName=name)
    sns.publish(TopicArn=TOPIC, Message=name)
""",
    "case-changed": """
def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] == "PUSH" and detail["result"] == "SUCCESS" and "image-tag" in detail:
        boto3.client("ecr").batch_delete_image(
            repositoryName=detail["repository-name"],
            imageIds=[{"imageTag": detail["image-tag"].lower()}],  # V1 is another image than v1
        )
""",
    "future-event": """
def handler(event, context):
    words = {"PUSH": "new", "DELETE": "gone", "ARCHIVE": "stored", "RESTORE": "back"}
    words |= {"CREATE": "made", "ACTIVATE": "back"}
    return words[event["detail"]["action-type"]]  # a new action: KeyError
""",
    "given-back": """
def handler(event, context):
    failed = []
    for record in event["Records"]:
        try:
            json.loads(record["body"])["detail"]["image-tags"][0]
        except Exception:  # an image without tags comes again and again
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
""",
    "left-in-queue": """
def handler():
    for message in sqs.receive_message(QueueUrl=QUEUE).get("Messages", []):
        try:
            print(json.loads(message["Body"])["detail"]["image-tags"][0])
            sqs.delete_message(QueueUrl=QUEUE, ReceiptHandle=message["ReceiptHandle"])
        except Exception as error:
            print(error)  # an image without tags: its message comes again and again
""",
    "empty-queue": """
def handler():
    while True:
        for message in sqs.receive_message(QueueUrl=QUEUE)["Messages"]:  # KeyError in the end
            print(json.loads(message["Body"])["detail"]["scan-status"])
            sqs.delete_message(QueueUrl=QUEUE, ReceiptHandle=message["ReceiptHandle"])
""",
    "first-only": """
def handler(event, context):
    detail = json.loads(event["Records"][0]["body"])["detail"]
    sns.publish(TopicArn=TOPIC, Message=f"{detail['repository-name']}: {detail['scan-status']}")
""",
    "batch": """
def handler(event, context):
    [record] = event["Records"]  # two of them: ValueError
    return json.loads(record["body"])["detail"]["scan-status"]
""",
    "batch-retried": """
def handler(event, context):
    for record in event["Records"]:
        print(json.loads(record["body"])["detail"]["image-tags"][0])  # raises for one of ten
""",
    "batch-answer": """
def handler(event, context):
    records = []
    for record in event["records"]:
        detail = json.loads(base64.b64decode(record["data"]))["detail"]
        if detail["scan-status"] == "COMPLETE":  # the others are not given back
            records.append({**record, "result": "Ok"})
    return {"records": records}
""",
    "control-message": """
def handler(event, context):
    logs = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    for entry in logs["logEvents"]:  # also of messageType CONTROL_MESSAGE
        detail = json.loads(entry["message"])["detail"]
        sns.publish(TopicArn=TOPIC, Message=detail["scan-status"])
""",
    "dead-at-import": """
LIMIT = int(MOST)  # a name that is not there: no event is ever handled

def handler(event, context):
    return event["detail"]["scan-status"]
""",
    "never-runs": """
async def lambda_handler(event, context):  # Lambda awaits nothing
    sns.publish(TopicArn=TOPIC, Message=event["detail"]["scan-status"])
""",
    "undeliverable": """
EventPattern: {source: [aws.ecr], detail-type: [ECR Image Scan]}
Targets:
- Arn: arn:aws:sns:us-east-1:123456789012:images
  InputTransformer:
    InputPathsMap: {tags: $.detail.image-tags}
    InputTemplate: '{"tags": "<tags>"}'
""",
    "lost-path": """
EventPattern: {source: [aws.ecr], detail-type: [ECR Image Action]}
Targets:
- Arn: arn:aws:sns:us-east-1:123456789012:images
  InputTransformer:
    InputPathsMap: {name: $.detail.repository-name, tag: $.detail.image-tag}
    InputTemplate: '"deploy <name>:<tag>"'
""",
    "dead-path": """
EventPattern: {source: [aws.ecr], detail-type: [ECR Image Action]}
Targets:
- Arn: arn:aws:sns:us-east-1:123456789012:images
  InputTransformer:
    InputPathsMap: {tag: $.detail.imageTag}
    InputTemplate: '"new image: <tag>"'
""",
    "invalid-parameters": """
EventPattern: {source: [aws.ecr], detail-type: [ECR Image Action]}
Targets:
- Arn: arn:aws:ssm:us-east-1::document/AWS-RunShellScript
  InputTransformer:
    InputPathsMap: {tag: $.detail.image-tag}
    InputTemplate: '{"command": ["deploy ''<tag>''"]}'
""",
    "broken-command": """
EventPattern: {source: [aws.ecr], detail-type: [ECR Image Action]}
Targets:
- Arn: arn:aws:ssm:us-east-1::document/AWS-RunShellScript
  InputTransformer:
    InputPathsMap: {tag: $.detail.image-tag}
    InputTemplate: '{"commands": ["if true; then deploy <tag>"]}'
""",
    "unquoted": """
EventPattern: {source: [aws.ecr], detail-type: [ECR Image Action]}
Targets:
- Arn: arn:aws:ssm:us-east-1::document/AWS-RunShellScript
  InputTransformer:
    InputPathsMap: {name: $.detail.repository-name}
    InputTemplate: '{"commands": ["docker pull <name>"]}'
""",
}

EXAMPLES = MappingProxyType({name: text.strip("\n") for name, text in _EXAMPLES.items()})
"""The snippets by the id of their check."""
