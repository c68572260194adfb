import boto3

sns = boto3.client("sns")
TOPIC = "arn:aws:sns:us-east-1:123456789012:images"


def handler(event, context):
    detail = event["detail"]
    counts = detail.get("finding-severity-counts", {})
    if len(counts) == 1:
        (name,) = counts
        grave = {"CRITICAL": "page", "HIGH": "page", "MEDIUM": "ticket", "LOW": "ticket"}
        sns.publish(TopicArn=TOPIC, Message="%s: %s" % (detail["repository-name"], grave[name]))
    elif counts.get("CRITICAL") or counts.get("HIGH"):
        more = counts["HIGH"] + counts["CRITICAL"] if "MEDIUM" in counts else counts["LOW"]
        sns.publish(TopicArn=TOPIC, Message="%s: %d" % (detail["repository-name"], more))
