import json
import boto3

pipeline = boto3.client("codepipeline")


def lambda_handler(event, context):
    print("Received event: " + json.dumps(event, indent=2))
    if event["detail"]["action-type"] == "PUSH" and event["detail"]["result"] == "SUCCESS":
        name = event["detail"]["repository-name"].split("/")[1]
        response = pipeline.start_pipeline_execution(name=name + "-pipeline")
        return {"statusCode": 200, "body": json.dumps(response["pipelineExecutionId"])}
    return {"statusCode": 200, "body": "skipped"}
