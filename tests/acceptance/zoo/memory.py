"""Consumers that remember what they have seen: what came before decides, or nothing does."""

# --- wrong ------------------------------------------------------------------------------------------------------------

HANDLED = set()


def refuses_the_second(event, context):
    """Wrong: takes it that no image is pushed twice."""
    digest = event["detail"].get("image-digest")
    assert digest not in HANDLED, "seen before"
    HANDLED.add(digest)
    return {"repository": event["detail"]["repository-name"]}


RECENT = []


def ever_more(event, context):
    """Wrong: never forgets, and has places for thirty."""
    RECENT.append(event["detail"]["repository-name"])
    return {"place": list(range(30))[len(RECENT) - 1], "repository": RECENT[-1]}


LAST = {}


def never_twice_running(event, context):
    """Wrong: takes it that no image is scanned twice in a row."""
    image = event["detail"]["repository-name"]
    if LAST.get("image") == image:
        raise RuntimeError(f"{image} again")
    LAST["image"] = image
    return {"image": image}


KNOWN = set()


def first_time_untagged(event, context):
    """Wrong: an event that it has not seen may be without a tag."""
    if event["id"] in KNOWN:
        return {"seen": True}
    KNOWN.add(event["id"])
    return {"tag": event["detail"]["image-tag"]}


# --- right ------------------------------------------------------------------------------------------------------------

SEEN = set()


def once_each(event, context):
    """Right: leaves alone what it has seen."""
    if event["id"] not in SEEN:
        SEEN.add(event["id"])
        print("pushed", event["detail"]["repository-name"], event["detail"].get("image-tag"))
    return {"ok": True}


TOTALS = {}


def totals(event, context):
    """Right: counts how many images each repository has got."""
    name = event["detail"]["repository-name"]
    TOTALS[name] = TOTALS.get(name, 0) + 1
    return {"repository": name, "times": TOTALS[name]}
