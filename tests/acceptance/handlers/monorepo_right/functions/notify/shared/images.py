from dataclasses import dataclass


@dataclass(frozen=True)
class Image:
    name: str

    @classmethod
    def of(cls, event):
        detail = event["detail"]
        if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
            return None
        registry = event["account"] + ".dkr.ecr." + event["region"] + ".amazonaws.com/"
        tag, digest = detail.get("image-tag"), detail.get("image-digest")
        reference = ":" + tag if tag else "@" + digest if digest else ""
        return cls(registry + detail["repository-name"] + reference)
