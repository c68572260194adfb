import boto3

sns = boto3.client("sns")
TOPIC = "arn:aws:sns:eu-west-1:123456789012:security"


def handler(event, context):
    detail = event["detail"]
    if "production" not in detail.get("image-tags", []):
        return "not in production"
    if detail["scan-status"] != "COMPLETE":
        return "no result"
    counts = detail["finding-severity-counts"]
    if counts["CRITICAL"] > 0:
        sns.publish(TopicArn=TOPIC, Subject="Critical findings in production", Message=str(counts))
    return "looked at"
