import json

import httpx
from fastapi import APIRouter, Request

from app.models import ScanDetail
from app.store import store

router = APIRouter()


@router.post("/sns")
async def sns(request: Request) -> dict[str, str]:
    message = json.loads(await request.body())
    if message["Type"] == "SubscriptionConfirmation":
        async with httpx.AsyncClient() as client:
            await client.get(message["SubscribeURL"])
        return {"status": "subscribed"}
    event = json.loads(message["Message"])
    if event["detail-type"] != "ECR Image Scan":
        return {"status": "ignored"}
    scan = ScanDetail.model_validate(event["detail"])
    store.save(scan.repository_name, scan.image_tags[0], scan.finding_severity_counts)
    return {"status": "saved"}
