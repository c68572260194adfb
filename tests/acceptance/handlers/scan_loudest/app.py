"""Mails the team with the severity of an image in the subject."""
import os

import boto3

ses = boto3.client("ses")
SENDER = "ecr@example.invalid"
TEAM = "security@example.invalid"


def worst_of(counts):
    worst, most = None, 0
    for severity, count in counts.items():
        if count > most:
            worst, most = severity, count
    return worst


def handler(event, context):
    detail = event["detail"]
    if detail.get("scan-status") != "COMPLETE":
        return {"mailed": False}
    counts = detail.get("finding-severity-counts", {})
    worst = worst_of(dict(sorted(counts.items())))
    if worst is None:
        return {"mailed": False}
    table = "\n".join(f"{count:6} {severity}" for severity, count in sorted(counts.items()) if count)
    ses.send_email(
        Source=SENDER,
        Destination={"ToAddresses": [TEAM]},
        Message={
            "Subject": {"Data": f"[{worst}] {detail['repository-name']} was scanned"},
            "Body": {"Text": {"Data": f"{table}\n"}},
        },
    )
    return {"mailed": True}
