import boto3
sns = boto3.client("sns")
def handler(event, context):
    detail = event["detail"]
    name = detail["repository-name"].split("repository/", 1)[1].split("/sha256:")[0]
    counts = detail.get("finding-severity-counts", {})
    if sum(counts.values()) > 0:
        sns.publish(TopicArn="arn:aws:sns:us-east-1:123456789012:alerts", Message=f"{name}: {sum(counts.values())} findings")
