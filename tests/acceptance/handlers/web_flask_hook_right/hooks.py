import json

import requests
from flask import Blueprint, Flask, current_app, request

bp = Blueprint("hooks", __name__, url_prefix="/sns")


@bp.post("/ecr")
def ecr():
    note = json.loads(request.get_data(as_text=True))
    if note["Type"] == "SubscriptionConfirmation":
        requests.get(note["SubscribeURL"], timeout=5)
        return "confirmed"
    detail = json.loads(note["Message"])["detail"]
    if detail.get("action-type") == "PUSH" and detail.get("result") == "SUCCESS":
        image = detail["repository-name"] + ":" + (detail.get("image-tag") or "untagged")
        requests.post(current_app.config["CHAT"], json={"text": image}, timeout=5)
    return "", 204


def create_app(config=None):
    app = Flask(__name__)
    app.config.update(CHAT="https://chat.example.invalid/hook", **(config or {}))
    app.register_blueprint(bp)
    return app
