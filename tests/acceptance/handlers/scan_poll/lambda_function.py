import time

import boto3

ecr = boto3.client("ecr")
table = boto3.resource("dynamodb").Table("image-scans")


def wait_for_scan(repository, image):
    while True:
        response = ecr.describe_image_scan_findings(repositoryName=repository, imageId=image)
        status = response["imageScanStatus"]["status"]
        if status == "COMPLETE":
            return response.get("imageScanFindings", {})
        print("scan is", status, "trying again")
        time.sleep(3)


def lambda_handler(event, context):
    detail = event["detail"]
    tags = detail.get("image-tags")
    image = {"imageTag": tags[0]} if tags else {"imageDigest": detail["image-digest"]}
    findings = wait_for_scan(detail["repository-name"], image)
    # the details are in the findings, the event has the totals
    table.put_item(
        Item={
            "repository": detail["repository-name"],
            "status": detail["scan-status"],
            "critical": findings.get("findingSeverityCounts", {}).get("CRITICAL", 0),
        }
    )
