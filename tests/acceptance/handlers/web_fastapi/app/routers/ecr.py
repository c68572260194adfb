from typing import Literal

import boto3
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

router = APIRouter(tags=["ecr"])


class Detail(BaseModel):
    repository: str = Field(alias="repository-name")
    tag: str = Field(alias="image-tag")
    action: Literal["PUSH"] = Field(alias="action-type")
    result: Literal["SUCCESS", "FAILURE"]


class PushEvent(BaseModel):
    id: str
    region: str
    detail: Detail


def ecs_client():
    return boto3.client("ecs", region_name="eu-central-1")


@router.post("/ecr-events")
async def ecr_events(event: PushEvent, ecs=Depends(ecs_client)):
    if event.detail.result != "SUCCESS":
        return {"skipped": "failed push"}
    ecs.update_service(
        cluster="apps", service=event.detail.repository.split("/")[1], forceNewDeployment=True
    )
    return {"deployed": event.detail.tag}
