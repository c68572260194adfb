import boto3
sns = boto3.client("sns")
TOPIC = "arn:aws:sns:us-east-1:123456789012:scans"

def handler(event, context):
    d = event["detail"]
    counts = d.get("finding-severity-counts") or {}
    if d.get("scan-status") == "FAILED":
        msg = "scan of %s failed" % d["image-tags"][0]
    elif counts.get("CRITICAL"):
        msg = "critical in %s!" % d["image-tags"][0]
    else:
        msg = "%s: %s" % (d["image-tags"][0], counts)
    sns.publish(TopicArn=TOPIC, Message=msg)
