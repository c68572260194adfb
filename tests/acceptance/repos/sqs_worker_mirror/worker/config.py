import os
from dataclasses import dataclass


@dataclass
class Config:
    queue_url: str
    region: str
    mirror_host: str

    @classmethod
    def from_env(cls):
        return cls(
            queue_url=os.environ["QUEUE_URL"],
            region=os.getenv("AWS_REGION", "eu-west-1"),
            mirror_host=os.environ["MIRROR_HOST"],
        )
