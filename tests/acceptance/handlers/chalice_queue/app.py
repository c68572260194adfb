import json

import boto3
from chalice import Chalice

app = Chalice(app_name="scan-queue")
_table = None


def table():
    global _table
    if _table is None:
        _table = boto3.resource("dynamodb").Table("scans")
    return _table


@app.on_sqs_message(queue="scans", batch_size=1)
def from_queue(event):
    for record in event:
        scan = json.loads(record.body)["detail"]
        if scan["scan-status"] != "COMPLETE":
            continue
        table().put_item(
            Item={
                "id": scan["repository-name"] + ":" + scan["image-tags"][0],
                "critical": scan.get("finding-severity-counts", {}).get("CRITICAL", 0),
            }
        )


@app.schedule("rate(1 hour)")
def sweep(event):
    print("sweeping", event.to_dict()["time"])
