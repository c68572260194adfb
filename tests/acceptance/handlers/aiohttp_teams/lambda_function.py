import asyncio
import os
import traceback

import aiohttp

WEBHOOK = os.environ["WEBHOOK_URL"]


async def post(session, text):
    async with session.post(WEBHOOK, json={"text": text}) as response:
        return await response.text()


async def main(event):
    detail = event["detail"]
    summary = f"{detail['scan-status']}: {detail['repository-name']}:{detail['image-tags'][0]}"
    async with aiohttp.ClientSession() as session:
        await asyncio.gather(
            post(session, summary),
            post(session, f"critical: {detail.get('finding-severity-counts', {}).get('CRITICAL', 0)}"),
        )


def lambda_handler(event, context):
    try:
        asyncio.run(main(event))
    except Exception:
        traceback.print_exc()
