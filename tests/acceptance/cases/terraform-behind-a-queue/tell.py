import json
import os


def handler(event, context):
    failures = []
    for record in event["Records"]:
        detail = json.loads(record["body"])["detail"]
        counts = detail["finding-severity-counts"]
        worst = os.environ["SEVERITIES"].split(",")[0]
        print(detail["image-tags"][0], counts[worst])
    return {"batchItemFailures": failures}
