import asyncio
import os

import aiohttp


async def main(event):
    detail = event["detail"]
    image = ", ".join(detail.get("image-tags", [])) or detail.get("image-digest", "an image")
    text = f"{detail['scan-status']}: {detail['repository-name']} ({image})"
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        async with session.post(os.environ["WEBHOOK_URL"], json={"text": text}) as response:
            response.raise_for_status()


def lambda_handler(event, context):
    asyncio.run(main(event))
