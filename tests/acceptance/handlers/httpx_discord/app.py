import os
from dataclasses import dataclass, field

import httpx


@dataclass
class Scan:
    repository_name: str
    scan_status: str
    image_digest: str
    image_tags: list = field(default_factory=list)
    finding_severity_counts: dict = field(default_factory=dict)

    @classmethod
    def from_event(cls, event):
        return cls(**{key.replace("-", "_"): value for key, value in event["detail"].items()})


class Notifier:
    def __init__(self, url):
        self.url = url
        self.client = httpx.Client(timeout=5.0)

    def __call__(self, event, context):
        scan = Scan.from_event(event)
        if scan.scan_status != "COMPLETE":
            content = f"Scan of **{scan.repository_name}** failed"
        else:
            listed = "\n".join(f"{name}: {count}" for name, count in sorted(scan.finding_severity_counts.items()))
            content = f"**{scan.repository_name}** {' '.join(scan.image_tags)}\n{listed}"
        self.client.post(self.url, json={"content": content}).raise_for_status()
        return {"posted": True}


handler = Notifier(os.environ["DISCORD_WEBHOOK_URL"])
