import json
import os

import requests
from flask import Blueprint, Flask, current_app, request

bp = Blueprint("hooks", __name__, url_prefix="/hooks")


@bp.post("/sns")
def notified():
    note = json.loads(request.get_data(as_text=True))
    if note.get("Type") == "SubscriptionConfirmation":
        requests.get(note["SubscribeURL"], timeout=5)
        return "", 204
    detail = json.loads(note["Message"])["detail"]
    if detail["action-type"] == "PUSH" and detail["result"] == "SUCCESS":
        image = detail["repository-name"] + ":" + detail.get("image-tag", "(none)")
        requests.post(current_app.config["WEBHOOK"], json={"text": f"pushed {image}"}, timeout=5)
    return "", 204


def create_app(config=None):
    app = Flask(__name__)
    app.config["WEBHOOK"] = os.environ.get("WEBHOOK", "https://hooks.example.invalid/x")
    app.config.update(config or {})
    app.register_blueprint(bp)
    return app
