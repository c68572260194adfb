import boto3

events = boto3.client("events")


def handler(event, _context):
    if event["region"] != "eu-central-1":
        return None
    detail = event["detail"]
    if detail["action-type"] != "PUSH":
        return None
    if detail["result"] == "FAILURE":
        return None
    if detail.get("image-tag", "") in ("latest", ""):
        return None
    if not detail["repository-name"].startswith("team-a/") or detail["repository-name"].endswith("-cache"):
        return None
    entry = {
        "Source": "team-a.images",
        "DetailType": "Image",
        "Detail": '{"digest": "' + detail["image-digest"] + '"}',
        "EventBusName": "team-a",
    }
    return events.put_events(Entries=[entry])["FailedEntryCount"]
