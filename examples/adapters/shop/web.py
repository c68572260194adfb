"""A web service that an API destination, or a subscription of SNS by HTTPS, posts to."""

import json

from fastapi import Depends, FastAPI, HTTPException, Request

from shop.images import image_of

app = FastAPI()
deployed = []


def signature(request: Request):
    """In real life the signature of the request is compared with a key that only we know."""
    if "x-shop-signature" not in request.headers:
        raise HTTPException(401, "no signature")


@app.post("/ecr", dependencies=[Depends(signature)])
async def receive(request: Request):
    body = json.loads(await request.body())
    event = json.loads(body["Message"]) if "Message" in body else body
    deployed.append(image_of(event))
    return {"deployed": len(deployed)}
