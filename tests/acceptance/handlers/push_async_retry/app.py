import asyncio
import random

import boto3

ecs = boto3.client("ecs")


async def with_backoff(call, attempts=5):
    for attempt in range(attempts):
        try:
            return await asyncio.to_thread(call)
        except ecs.exceptions.ServerException:
            await asyncio.sleep(2**attempt + random.random())
    raise RuntimeError("ecs is not well")


async def deploy(service, image):
    await asyncio.sleep(30)  # replication takes its time
    await with_backoff(
        lambda: ecs.update_service(
            cluster="shop", service=service, forceNewDeployment=True
        )
    )
    print("deployed", image)


async def main(event):
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        return
    image = detail["repository-name"] + ":" + detail["image-tag"]
    await asyncio.wait_for(
        asyncio.gather(*(deploy(name, image) for name in ("web", "worker"))), timeout=120
    )


def handler(event, context):
    asyncio.run(main(event))
