import boto3
sns = boto3.client("sns")
def handler(event, context):
    details = event["detail"]["serviceEventDetails"]
    deleted = details["lifecycleEventImageActions"]
    sns.publish(TopicArn="arn:aws:sns:us-east-1:123456789012:alerts", Message=f"{details['repositoryName']}: {len(deleted)} images expired")
