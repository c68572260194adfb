import os

import aiohttp
from aiohttp import web

WEBHOOK = os.environ.get("WEBHOOK", "https://hooks.example.invalid/x")


async def deploy(request):
    event = await request.json()
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        return web.Response(status=204)
    image = detail["repository-name"] + ":" + detail.get("image-tag", "(none)")
    async with request.app["session"].post(WEBHOOK, json={"text": f"pushed {image}"}) as answer:
        answer.raise_for_status()
    return web.json_response({"told": image})


async def session(app):
    app["session"] = aiohttp.ClientSession()
    yield
    await app["session"].close()


def make():
    app = web.Application()
    app.cleanup_ctx.append(session)
    app.router.add_post("/events", deploy)
    return app


if __name__ == "__main__":
    web.run_app(make())
