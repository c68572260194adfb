import os
import boto3
from botocore.exceptions import ClientError

SENDER = os.environ["SENDER_EMAIL"]
RECIPIENTS = os.environ["RECIPIENTS"].split(",")
REGION = os.environ.get("AWS_REGION", "us-east-1")

ecr = boto3.client("ecr", region_name=REGION)
ses = boto3.client("ses", region_name=REGION)


def get_findings(repo, digest):
    findings = []
    paginator = ecr.get_paginator("describe_image_scan_findings")
    for page in paginator.paginate(repositoryName=repo, imageId={"imageDigest": digest}):
        findings.extend(page.get("imageScanFindings", {}).get("findings", []))
    return findings


def row(finding):
    return "<tr><td>" + finding.get("name", "?") + "</td><td>" + finding.get("severity", "?") + "</td></tr>"


def lambda_handler(event, context):
    status = event["detail"]["scan-status"]
    repo = event["detail"]["repository-name"]
    digest = event["detail"]["image-digest"]
    tags = event["detail"]["image-tags"]

    rows = ""
    for finding in get_findings(repo, digest):
        rows += row(finding)
    html = "<h1>" + repo + ":" + tags[0] + " " + status + "</h1><table>" + rows + "</table>"

    try:
        response = ses.send_email(
            Source=SENDER,
            Destination={"ToAddresses": RECIPIENTS},
            Message={
                "Subject": {"Data": "ECR scan of " + repo, "Charset": "UTF-8"},
                "Body": {"Html": {"Data": html, "Charset": "UTF-8"}},
            },
        )
    except ClientError as e:
        print(e.response["Error"]["Message"])
    else:
        print("Email sent! Message ID:", response["MessageId"])
