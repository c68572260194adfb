import datetime
import boto3

securityhub = boto3.client("securityhub")

LEVELS = {"CRITICAL": "CRITICAL", "HIGH": "HIGH", "MEDIUM": "MEDIUM", "LOW": "LOW"}


def lambda_handler(event, context):
    account = context.invoked_function_arn.split(":")[4]
    region = context.invoked_function_arn.split(":")[3]
    now = datetime.datetime.utcnow().replace(tzinfo=datetime.timezone.utc).isoformat()
    detail = event["detail"]
    counts = detail.get("finding-severity-counts", {})
    resource = event["resources"][0]

    findings = []
    for severity in counts:
        findings.append(
            {
                "SchemaVersion": "2018-10-08",
                "Id": resource + "/" + detail.get("image-digest", "") + "/" + severity,
                "ProductArn": f"arn:aws:securityhub:{region}:{account}:product/{account}/default",
                "GeneratorId": "ecr-scan",
                "AwsAccountId": account,
                "Types": ["Software and Configuration Checks/Vulnerabilities/CVE"],
                "CreatedAt": now,
                "UpdatedAt": now,
                "Severity": {"Label": LEVELS.get(severity, "INFORMATIONAL")},
                "Title": f"{counts[severity]} {severity} findings in {detail['repository-name']}",
                "Description": "ECR scan findings",
                "Resources": [{"Type": "AwsEcrContainerImage", "Id": resource}],
            }
        )

    response = securityhub.batch_import_findings(Findings=findings)
    if response["FailedCount"] > 0:
        raise Exception("Failed to import findings: " + str(response["FailedFindings"]))
    print("Imported " + str(response["SuccessCount"]))
