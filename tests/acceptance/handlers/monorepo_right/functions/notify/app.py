from shared import chat
from shared.images import Image


def lambda_handler(event, context):
    image = Image.of(event)
    if image is None:
        return None
    return chat.post(f"{image.name} was pushed")
