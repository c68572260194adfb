import boto3

sns = boto3.client("sns")
TOPIC = "arn:aws:sns:eu-west-1:123456789012:scans"


def tell(subject, text):
    sns.publish(TopicArn=TOPIC, Subject=subject, Message=text)


def handler(event, context):
    detail = event["detail"]
    status = detail["scan-status"]
    repository = detail["repository-name"]
    match status:
        case "COMPLETED":
            counts = detail.get("finding-severity-counts", {})
            tell("scan complete", f"{repository}: {counts}")
        case "FAILED":
            tell("scan failed", repository)
        case _:
            print("status", status)
