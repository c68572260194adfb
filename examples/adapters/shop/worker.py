"""A worker of a queue, which is given what it needs and handed one message after another."""

import json

from shop.images import image_of


class Worker:
    def __init__(self, queue_url, deploy):
        self.queue_url = queue_url
        self.deploy = deploy

    def on_message(self, message):
        self.deploy(image_of(json.loads(message["Body"])))
