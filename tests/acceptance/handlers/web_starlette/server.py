import boto3
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse
from starlette.routing import Route

table = boto3.resource("dynamodb", region_name="eu-west-1").Table("scans")


def store(event):
    d = event["detail"]
    table.put_item(
        Item={"image": d["image-digest"], "tag": d["image-tags"][0], "status": d["scan-status"]}
    )


async def scans(request):
    event = await request.json()
    return JSONResponse({"accepted": event["id"]}, 202, background=BackgroundTask(store, event))


app = Starlette(routes=[Route("/scans", scans, methods=["POST"])])
