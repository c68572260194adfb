import boto3
sns = boto3.client("sns")

def handler(event, context):
    detail = event["detail"]
    if detail["result"] == "FAILURE":
        sns.publish(TopicArn="arn:aws:sns:us-east-1:123456789012:alerts", Message="failed: " + detail["repository-name"])
