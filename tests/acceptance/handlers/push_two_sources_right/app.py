import boto3

sns = boto3.client("sns")
TOPIC = "arn:aws:sns:eu-west-1:123456789012:images"


def handler(event, context):
    """Tell of pushes, and of releases that a pipeline of ours announces in the same way."""
    if event["source"] == "acme.release":
        return announce(event["detail"]["version"])
    detail = event["detail"]
    if detail["action-type"] == "PUSH" and detail["result"] == "SUCCESS":
        name = detail["repository-name"]
        sns.publish(TopicArn=TOPIC, Message=f"{name}:{detail.get('image-tag') or 'untagged'}")
    return None


def announce(version):
    sns.publish(TopicArn=TOPIC, Message=f"version {version} is out")
