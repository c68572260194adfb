"""The name under which a pushed image is deployed: as it is often written, from one sample event."""


def image_of(event):
    detail = event["detail"]
    return f"{detail['repository-name']}:{detail['image-tag']}"
