"""Consumers that a value breaks by its length, its size or its characters, whatever choice it is of."""

import re
import struct

# --- push -------------------------------------------------------------------------------------------------------------


def label_of_tag(event, context):
    """Wrong: a label has at most 63 characters, a tag up to 128."""
    tag = event["detail"].get("image-tag", "untagged")
    if len(tag) > 63:
        raise ValueError(f"not a label: {tag}")
    return {"labels": {"app.kubernetes.io/version": tag}}


def packed_build(event, context):
    """Wrong: packs a build number into two bytes."""
    tag = event["detail"].get("image-tag", "")
    return {"build": struct.pack(">H", int(tag)).hex() if tag.isdigit() else None}


def host_of_tag(event, context):
    """Wrong: a tag may begin with a digit."""
    tag = event["detail"].get("image-tag", "untagged")
    if tag and tag[0] in "0123456789":
        raise ValueError(f"a host's name begins with a letter: {tag}")
    return {"host": f"{tag}.preview.example.invalid".lower()}


def dashed_tag(event, context):
    """Wrong: a tag may have underscores."""
    tag = event["detail"].get("image-tag", "untagged")
    return {"path": re.fullmatch(r"[A-Za-z0-9.-]*", tag).group()}


def stack_of_repository(event, context):
    """Wrong: a repository's name may have more characters than a stack's."""
    name = event["detail"]["repository-name"]
    if len(name) > 100:
        raise ValueError(f"{len(name)} characters")
    return {"stack": re.sub(r"[^a-z0-9-]", "-", name)}


def unnumbered_name(event, context):
    """Wrong: a repository's name may end with a digit."""
    name = event["detail"]["repository-name"]
    return {"service": re.fullmatch(r"(.*[^0-9])", name).group(1)}


# --- delete -----------------------------------------------------------------------------------------------------------


def dotless_name(event, context):
    """Wrong: a repository's name may have dots."""
    name = event["detail"]["repository-name"]
    if "." in name:
        raise ValueError(f"a bucket's name with a dot: {name}")
    return {"bucket": f"layers-{name.replace('/', '-')[:40]}"}


def short_enough(event, context):
    """Wrong: counts on names that leave room for a digest within 255 characters."""
    detail = event["detail"]
    line = f"{detail['repository-name']}@{'0' * 71}"
    assert len(line) <= 255, line
    return {"line": line}


# --- scan -------------------------------------------------------------------------------------------------------------


def byte_of_criticals(event, context):
    """Wrong: a count may be more than a byte holds."""
    counts = event["detail"].get("finding-severity-counts", {})
    return {"status": bytes([counts.get("CRITICAL", 0)]).hex()}


def three_badges(event, context):
    """Wrong: has places for three tags."""
    places = [None, None, None]
    for number, tag in enumerate(event["detail"].get("image-tags", [])):
        places[number] = tag
    return {"badges": places}


def columns(event, context):
    """Wrong: a count may have more than four digits."""
    high = event["detail"].get("finding-severity-counts", {}).get("HIGH", 0)
    if high >= 10_000:
        raise OverflowError(f"{high} does not fit")
    return {"line": f"{high:4d}"}


def release_notes(event, context):
    """Wrong: the first tag of an image may be in capitals."""
    tags = event["detail"].get("image-tags") or ["untagged"]
    if any(letter.isupper() for letter in tags[0]):
        raise ValueError(f"not a slug: {tags[0]}")
    return {"slug": tags[0]}
