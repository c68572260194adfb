import boto3
table = boto3.resource("dynamodb", region_name="us-east-1").Table("images")

def handler(event, context):
    detail = event["detail"]
    if detail.get("action-type") == "PUSH":
        table.put_item(Item={"digest": detail["image-digest"] or "none", "repository": detail["repository-name"]})
    else:
        table.delete_item(Key={"digest": detail.get("image-digest") or "none"})
