class ChatService:
    """Tells a channel of scans. The client is made by the container of our dependencies."""

    def __init__(self, client, channel):
        self.client = client
        self.channel = channel

    async def on_scan(self, event):
        detail = event["detail"]
        if detail["scan-status"] != "COMPLETE":
            return
        name = detail["repository-name"] + ":" + detail["image-tags"][0]
        counts = detail.get("finding-severity-counts", {})
        found = ", ".join(f"{level} {number}" for level, number in sorted(counts.items()))
        await self.client.say(self.channel, f"{name}: {found or 'nothing'}")
