"""The same for pushes with a tag alone; all else is answered 200 and left."""
import boto3
from fastapi import FastAPI, Request

app = FastAPI()
ecs = boto3.client("ecs", region_name="eu-central-1")


@app.post("/api/v1/ecr-events")
async def ecr_events(request: Request):
    detail = (await request.json()).get("detail", {})
    if detail.get("action-type") != "PUSH" or detail.get("result") != "SUCCESS":
        return {"skipped": True}
    tag = detail.get("image-tag")
    if not tag:
        return {"skipped": "no tag"}
    service = detail["repository-name"].replace("/", "-")
    ecs.update_service(cluster="apps", service=service, forceNewDeployment=True)
    return {"deployed": tag}
