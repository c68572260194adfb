import sys
import boto3

codepipeline = boto3.client("codepipeline")


def lambda_handler(event, context):
    detail = event["detail"]
    counts = detail.get("finding-severity-counts", {})
    if detail["scan-status"] == "FAILED":
        return {"gate": "unknown"}
    if counts.get("CRITICAL", 0) > 0:
        print("critical vulnerabilities in", detail["repository-name"])
        sys.exit(1)
    codepipeline.put_approval_result(
        pipelineName="release",
        stageName="Approve",
        actionName="Scan",
        result={"summary": "scanned " + detail["repository-name"], "status": "Approved"},
        token=event["id"],
    )
    return {"gate": "open", "severities": counts.keys()}
