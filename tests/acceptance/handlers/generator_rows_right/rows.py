"""Rows for the inventory; the runner loops over what this gives."""
import boto3

table = boto3.resource("dynamodb").Table("images")


def parts(detail):
    yield "repository", detail["repository-name"]
    if "image-digest" in detail:
        yield "digest", detail["image-digest"]
    if detail.get("image-tag"):
        yield "tag", detail["image-tag"]


def rows(event):
    if event["detail"]["action-type"] != "PUSH":
        return
    if event["detail"]["result"] != "SUCCESS":
        return
    row = dict(parts(event["detail"]))
    table.put_item(Item=row)
    yield row
