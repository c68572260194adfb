"""Consumers with one fault in two places, or two faults at one place."""


def in_both_branches(event, context):
    """Wrong: a push without a tag, whether it succeeded or not."""
    detail = event["detail"]
    if detail["result"] == "SUCCESS":
        text = f"Pushed {detail['repository-name']}:{detail['image-tag']}"
    else:
        text = f"Could not push {detail['repository-name']}:{detail['image-tag']}"
    return {"text": text}


def in_two_of_three_branches(event, context):
    """Wrong: without counts, it takes it that there is a digest, in two ways."""
    detail = event["detail"]
    counts = detail.get("finding-severity-counts")
    if counts:
        return {"found": sum(counts.values())}
    if detail["scan-status"] == "FAILED":
        return {"again": detail["image-digest"]}
    return {"clean": detail["image-digest"]}


def absent_and_empty(event, context):
    """Wrong: there may be no list of tags, and no tag in the list."""
    return {"tag": event["detail"]["image-tags"][0]}


def one_line_two_keys(event, context):
    """Wrong: either of two severities may be without a count."""
    counts = event["detail"].get("finding-severity-counts", {"CRITICAL": 0, "HIGH": 0})
    return {"grave": counts["CRITICAL"] + counts["HIGH"]}


def by_each_way(event, context):
    """Wrong: a deletion without a digest, whatever else is known of the image."""
    detail = event["detail"]
    match detail.get("image-tag"):
        case None:
            return {"key": detail["image-digest"]}
        case "":
            return {"key": detail["image-digest"][:19]}
        case tag:
            return {"key": f"{tag}@{detail['image-digest']}"}
