"""Consumers that one of several choices breaks, or all of several fields together: sets, sums, the worst of them."""

# --- one of several choices -------------------------------------------------------------------------------------------

LEVELS = ["CRITICAL", "HIGH", "MEDIUM", "LOW"]


def four_levels(event, context):
    """Wrong: knows four levels of six."""
    counts = event["detail"].get("finding-severity-counts", {})
    return {"levels": [LEVELS.index(name) for name in counts]}


LAYERS = {
    "application/vnd.docker.distribution.manifest.v2+json": "one image",
    "application/vnd.oci.image.manifest.v1+json": "one image",
    None: "nobody knows",
}


def layers_of(event, context):
    """Wrong: a manifest may be a list of images."""
    return {"is": LAYERS[event["detail"].get("manifest-media-type")]}


def only_tag(event, context):
    """Wrong: an image may have no tag, or several."""
    [tag] = event["detail"].get("image-tags", [])
    return {"tag": tag}


def chart_or_sbom(event, context):
    """Wrong: takes what is pushed for a chart or a bill of materials."""
    artifact = event["detail"].get("artifact-media-type")
    names = {"application/vnd.cncf.helm.config.v1+json": "chart", "text/sbom+json": "sbom", None: "image"}
    return {"name": names[artifact]}


# --- all of several fields --------------------------------------------------------------------------------------------


def share_of_criticals(event, context):
    """Wrong: where nothing was found, the sum is zero."""
    counts = event["detail"].get("finding-severity-counts", {})
    return {"share": round(counts.get("CRITICAL", 0) / sum(counts.values()), 3)}


def gravest(event, context):
    """Wrong: where nothing was found, there is no gravest."""
    counts = event["detail"].get("finding-severity-counts", {})
    return {"gravest": next(level for level in LEVELS if counts.get(level))}


def most_frequent(event, context):
    """Wrong: nothing is the most frequent of nothing."""
    counts = event["detail"].get("finding-severity-counts", {})
    return {"most": max(counts, key=counts.get)}


def grave_ones(event, context):
    """Wrong: a scan may have found nothing grave."""
    counts = event["detail"].get("finding-severity-counts", {})
    grave = [level for level in ("CRITICAL", "HIGH") if counts.get(level)]
    return {"page": f"{grave[0]} in {event['detail']['repository-name']}"}


COLOURS = {"CRITICAL": "#b00", "HIGH": "#e60", "MEDIUM": "#fb0"}


def colour_of_the_worst(event, context):
    """Wrong: has no colour for what is low at worst."""
    counts = event["detail"].get("finding-severity-counts", {})
    worst = next((level for level in LEVELS if counts.get(level)), None)
    return {"colour": COLOURS[worst] if worst else "#080"}


def tags_of_what_was_found(event, context):
    """Wrong: where anything was found, there may be no list of tags."""
    detail = event["detail"]
    counts = detail.get("finding-severity-counts", {})
    return {"affected": list(detail["image-tags"]) if any(counts.values()) else []}


def both_grave(event, context):
    """Wrong: where both grave severities were found, there may be no resources."""
    counts = event["detail"].get("finding-severity-counts", {})
    if all(counts.get(level) for level in ("CRITICAL", "HIGH")):
        return {"quarantine": event["resources"][0]}
    return {"quarantine": None}


def clean_images(event, context):
    """Wrong: an image in which nothing grave was found may have no digest."""
    detail = event["detail"]
    counts = detail.get("finding-severity-counts", {})
    if counts.get("CRITICAL", 0) + counts.get("HIGH", 0) == 0:
        return {"release": detail["image-digest"]}
    return {"release": None}


# --- what is not so ---------------------------------------------------------------------------------------------------


def all_but_latest(event, context):
    """Wrong: what is not the latest image may be without the type of an artifact."""
    detail = event["detail"]
    if detail.get("image-tag") != "latest":
        return {"kept": detail["artifact-media-type"]}
    return {"kept": None}


def tagged_digest(event, context):
    """Wrong: only where the tag is empty it does without a digest."""
    detail = event["detail"]
    if detail.get("image-tag") == "":
        return {"image": detail["repository-name"]}
    return {"image": f"{detail['repository-name']}@{detail['image-digest']}"}


def foreign_manifest(event, context):
    """Wrong: what is not an image of Docker may be without a tag."""
    detail = event["detail"]
    if detail.get("manifest-media-type") == "application/vnd.docker.distribution.manifest.v2+json":
        return {"convert": None}
    return {"convert": detail["image-tag"]}


# --- three at once ----------------------------------------------------------------------------------------------------


def owner_of_criticals(event, context):
    """Wrong: critical findings in a repository of a team may be of an image without a tag."""
    detail = event["detail"]
    counts = detail.get("finding-severity-counts", {})
    if "CRITICAL" in counts and "/" in detail["repository-name"]:
        return {"page": detail["repository-name"].split("/")[0], "tag": (detail.get("image-tags") or [])[0]}
    return {"page": None}


def retry_of_push(event, context):
    """Wrong: a failed push of nobody knows what may be without a tag, too."""
    detail = event["detail"]
    if detail["result"] == "FAILURE" and "manifest-media-type" not in detail:
        return {"retry": detail.get("image-tag", "").split()[0]}
    return {"retry": None}


def clean_replay(event, context):
    """Wrong: what a replay says of a clean image may be without tags."""
    detail = event["detail"]
    counts = detail.get("finding-severity-counts", {})
    if "replay-name" in event and not any(counts.values()):
        return {"clean": detail["image-tags"][:1]}
    return {"clean": None}
