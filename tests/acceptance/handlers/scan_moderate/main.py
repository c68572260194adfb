import os
import boto3

LEVELS = ["CRITICAL", "HIGH", "MODERATE", "LOW"]
sqs = boto3.client("sqs")


def main(event, _context):
    d = event["detail"]
    if d["scan-status"] == "FAILED":
        return
    found = d.get("finding-severity-counts") or {}
    worst = None
    for lvl in LEVELS:
        if found.get(lvl, 0) > 0:
            worst = lvl
            break
    # always sent: whoever reads the queue decides
    sqs.send_message(
        QueueUrl=os.environ["QUEUE_URL"],
        MessageBody="%s %s %s" % (d["repository-name"], worst, sum(found.values())),
    )
