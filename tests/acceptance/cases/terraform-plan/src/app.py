def handler(event, context):
    if event["status"] != "COMPLETE":
        raise RuntimeError(event["status"])
    return event["repository"].upper()
