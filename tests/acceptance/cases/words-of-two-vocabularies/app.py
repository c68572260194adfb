import boto3
def handler(event, context):
    name = event["detail"]["requestParameters"]["repositoryName"]
    tag = event["detail"]["image-tag"]
    boto3.client("codebuild").start_build(projectName="copy", environmentVariablesOverride=[{"name": "IMAGE", "value": f"{name}:{tag}"}])
