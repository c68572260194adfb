import os
from pathlib import Path

import boto3
from jinja2 import Environment, FileSystemLoader, StrictUndefined

ENV = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), undefined=StrictUndefined)
SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED"]


def lambda_handler(event, context):
    detail = event["detail"]
    found = detail.get("finding-severity-counts", {})
    text = ENV.get_template("report.txt").render(
        repository=detail["repository-name"],
        status=detail["scan-status"],
        image=", ".join(detail.get("image-tags") or [detail.get("image-digest", "?")]),
        counts={severity: found.get(severity, 0) for severity in SEVERITIES},
    )
    boto3.client("ses").send_email(
        Source=os.environ["MAIL_FROM"],
        Destination={"ToAddresses": [os.environ["MAIL_TO"]]},
        Message={"Subject": {"Data": f"Scan {detail['scan-status']}"}, "Body": {"Text": {"Data": text}}},
    )
