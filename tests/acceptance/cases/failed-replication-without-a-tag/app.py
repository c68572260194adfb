import boto3
sns = boto3.client("sns")

def handler(event, context):
    detail = event["detail"]
    if detail["result"] == "FAILED":
        sns.publish(TopicArn="arn:aws:sns:us-east-1:123456789012:alerts",
            Subject="Replication failed",
            Message=f"{detail['repository-name']}:{detail['image-tag']} from {detail['source-region']} to {event['region']}")
