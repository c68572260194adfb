from imagewatch.models import Image


def test_from_event():
    event = {
        "detail": {
            "repository-name": "shop/api",
            "image-tag": "v1",
            "image-digest": "sha256:" + "0" * 64,
            "action-type": "PUSH",
            "result": "SUCCESS",
        }
    }
    assert Image.from_event(event).tag == "v1"
