import json
import boto3
ecr = boto3.client("ecr")
POLICY = {"rules": [{"rulePriority": 1, "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 5}, "action": {"type": "expire"}}]}

def handler(event, context):
    detail = event["detail"]
    if "errorCode" in detail:
        return
    response = detail.get("responseElements") or {}
    request = detail.get("requestParameters") or {}
    name = response.get("repository", {}).get("repositoryName") or request.get("repositoryName")
    if not name:
        return
    ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=json.dumps(POLICY))
