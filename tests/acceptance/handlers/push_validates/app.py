import boto3
from dataclasses import dataclass
from typing import Optional


class InvalidEvent(ValueError):
    """Nothing that we can do with it."""


@dataclass
class Push:
    repo: str
    tag: Optional[str]

    @classmethod
    def from_event(cls, e):
        d = e.get("detail") or {}
        errors = []
        if d.get("action-type") != "PUSH" or d.get("result") != "SUCCESS":
            errors.append("no successful push")
        if not d.get("image-tag"):
            errors.append("no tag")
        if errors:
            raise InvalidEvent("; ".join(errors))
        return cls(d["repository-name"], d["image-tag"])


def lambda_handler(event, context):
    push = Push.from_event(event)
    print("deploying", push)
    boto3.client("ecs").update_service(cluster="prod", service="api", forceNewDeployment=True)
