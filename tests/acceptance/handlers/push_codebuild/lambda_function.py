import boto3
import os


def lambda_handler(event, context):
    codebuild = boto3.client("codebuild")
    repository = event["detail"]["repository-name"]
    tag = event["detail"]["image-tag"][0]
    account = event["account"]
    region = event["region"]
    image_uri = f"{account}.dkr.ecr.{region}.amazonaws.com/{repository}:{tag}"

    if event["detail"]["action-type"] != "PUSH":
        return

    build = codebuild.start_build(
        projectName=os.environ["PROJECT_NAME"],
        environmentVariablesOverride=[
            {"name": "IMAGE_URI", "value": image_uri, "type": "PLAINTEXT"},
        ],
    )
    print("Started build", build["build"]["id"])
