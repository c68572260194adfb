import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    detail = event["detail"]
    arn = detail["repository-name"]
    if ":repository/team-b/" not in arn:
        return
    dynamodb.put_item(
        TableName="scans",
        Item={
            "repository": {"S": arn.split(":repository/")[1]},
            "tag": {"S": detail["image-tags"][0]},
            "critical": {"N": str(detail["finding-severity-counts"].get("CRITICAL", 0))},
        },
    )
