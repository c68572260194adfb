import boto3

sns = boto3.client("sns")
TOPIC = "arn:aws:sns:us-east-1:123456789012:images"


def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] == "PUSH" and detail["result"] == "SUCCESS":
        kind = detail["artifact-media-type"].rpartition("/")[2]
        sns.publish(TopicArn=TOPIC, Message="%s: %s" % (detail["repository-name"], kind))
