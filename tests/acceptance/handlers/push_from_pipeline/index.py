import json
import boto3

codepipeline = boto3.client("codepipeline")
ecs = boto3.client("ecs")


def handler(event, context):
    print("event:", json.dumps(event))
    job = event.get("CodePipeline.job")
    if not job:
        print("nothing to do")
        return {"statusCode": 200}
    parameters = json.loads(job["data"]["actionConfiguration"]["configuration"]["UserParameters"])
    ecs.update_service(cluster=parameters["cluster"], service=parameters["service"], forceNewDeployment=True)
    codepipeline.put_job_success_result(jobId=job["id"])
    return {"statusCode": 200}
