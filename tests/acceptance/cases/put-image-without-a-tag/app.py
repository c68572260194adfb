import boto3
pipeline = boto3.client("codepipeline")

def handler(event, context):
    request = event["detail"]["requestParameters"]
    image = event["detail"]["responseElements"]["image"]["imageId"]
    pipeline.start_pipeline_execution(name="deploy", variables=[
        {"name": "repository", "value": request["repositoryName"]},
        {"name": "tag", "value": request["imageTag"]},
        {"name": "digest", "value": image["imageDigest"]}])
