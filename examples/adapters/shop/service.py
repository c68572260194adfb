"""A service that is given its client: nobody but its owner knows how to make one."""

from shop.images import image_of


class PushService:
    def __init__(self, client):
        self.client = client

    def handle(self, event):
        self.client.deploy(image_of(event))
