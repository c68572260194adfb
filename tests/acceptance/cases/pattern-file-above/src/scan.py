def handler(event, context):
    return event["detail"].get("image-tags")
