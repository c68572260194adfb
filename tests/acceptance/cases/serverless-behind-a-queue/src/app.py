import json

def handler(event, context):
    for detail in (json.loads(record["body"])["detail"] for record in event["Records"]):
        if detail["scan-status"] != "COMPLETE":
            raise RuntimeError(detail["scan-status"])
        print(detail["repository-name"], detail.get("image-tags", ["none"])[0])
