import json
import boto3
ecr = boto3.client("ecr")
POLICY = {"rules": [{"rulePriority": 1, "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 5}, "action": {"type": "expire"}}]}

def handler(event, context):
    name = event["detail"]["requestParameters"]["repositoryName"]
    ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=json.dumps(POLICY))
