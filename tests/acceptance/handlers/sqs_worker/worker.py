import json
import boto3

session = boto3.session.Session()
sns = session.client("sns")
sts = session.client("sts")
ACCOUNT = sts.get_caller_identity()["Account"]


def lambda_handler(event, context):
    for record in event["Records"]:
        body = json.loads(record["body"])
        detail = body["detail"]
        if detail["scan-status"] != "COMPLETE":
            print("scan of", detail["repository-name"], "failed")
            continue
        total = sum(detail.get("finding-severity-counts", {}).values())
        sns.publish(
            TopicArn="arn:aws:sns:us-east-1:" + ACCOUNT + ":image-scans",
            Message="%s has %d findings" % (detail["repository-name"], total),
        )
        return {"statusCode": 200}
