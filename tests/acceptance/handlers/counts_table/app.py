import os
import boto3

ddb = boto3.client("dynamodb")
cw = boto3.client("cloudwatch")
TABLE = os.environ["TABLE_NAME"]

def handler(event, context):
    d = event["detail"]
    if d["scan-status"] != "COMPLETE":
        return
    c = d.get("finding-severity-counts") or {}
    ddb.put_item(
        TableName=TABLE,
        Item={
            "repository": {"S": d["repository-name"]},
            "digest": {"S": d.get("image-digest", "?")},
            "critical": {"N": str(c.get("CRITICAL"))},
            "high": {"N": str(c.get("HIGH", 0))},
        },
    )
    cw.put_metric_data(
        Namespace="ecr/scans",
        MetricData=[{
            "MetricName": "High",
            "Dimensions": [{"Name": "Repository", "Value": d["repository-name"]}],
            "Value": c.get("HIGH", 0),
        }],
    )
