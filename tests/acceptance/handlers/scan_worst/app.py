import os
import boto3

client = boto3.client("sns")


def handler(event, context):
    detail = event["detail"]
    counts = detail.get("finding-severity-counts", {})
    if detail["scan-status"] != "COMPLETE" or not counts:
        return {"alert": False}
    most = max(sorted(counts), key=counts.get)
    # page only for what matters
    if most in ("CRITICAL", "HIGH"):
        client.publish(TopicArn=os.environ["ALERT_TOPIC"], Subject="ECR alert", Message=detail["repository-name"] + " needs attention")
        return {"alert": True}
    return {"alert": False}
