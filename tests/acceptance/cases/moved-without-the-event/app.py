import boto3

sns = boto3.client("sns")
TOPIC = "arn:aws:sns:us-east-1:123456789012:images"


def handler(event, context):
    detail = event.get("detail", {})
    sns.publish(TopicArn=TOPIC, Message="pushed %s" % detail.get("repository-name"))
