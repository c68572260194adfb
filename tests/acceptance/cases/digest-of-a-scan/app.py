import boto3

sns = boto3.client("sns")
TOPIC = "arn:aws:sns:us-east-1:123456789012:images"


def handler(event, context):
    detail = event["detail"]
    message = "%s: %s" % (detail["image-digest"], detail["scan-status"])
    sns.publish(TopicArn=TOPIC, Message=message)
