import boto3
table = boto3.resource("dynamodb", region_name="us-east-1").Table("images")
def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] == "UPDATE_STORAGE_CLASS":
        table.put_item(Item={"digest": detail["image-digest"], "state": detail["target-storage-class"], "tag": detail["image-tag"]})
