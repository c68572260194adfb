"""The same, mended: a push has a tag, or a digest, or (when it failed, or is a part of another one) neither."""


def image_of(event):
    detail = event["detail"]
    repository = detail["repository-name"]
    if detail.get("image-tag"):
        return f"{repository}:{detail['image-tag']}"
    digest = detail.get("image-digest")
    return f"{repository}@{digest}" if digest else repository
