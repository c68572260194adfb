import boto3

sns = boto3.client("sns")
TOPIC = "arn:aws:sns:us-east-1:123456789012:images"


def handler(event, context):
    detail = event["detail"]
    if detail["result"] == "FAILURE":
        return
    sns.publish(TopicArn=TOPIC, Message=detail["repository-name"] + "@" + detail["image-digest"])
