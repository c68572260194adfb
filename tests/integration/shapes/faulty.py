"""Callables with a fault of their own on every event: each gets what it takes, and is wrong."""

import json

CONFIG = {}


def misspelt_detail(event, context):
    return event["detial"]["image-tag"]


def misspelt_and_asked(event, context):
    detail = event.get("detial")
    return detail["image-tag"]


def in_camel_case(event, context):
    return event["detail"]["imageTag"]


def in_an_empty_detail(event, context):
    return event.get("detail", {})["imageTag"]


def type_in_camel_case(event, context):
    return event["detailType"]


def own_dictionary(event, context):
    print(event.get("replay-name"))
    return CONFIG["bucket"]


def own_name(event, context):
    return undefined_name  # noqa: F821 - that is the fault


def detail_as_text(event, context):
    return json.loads(event["detail"])["image-tag"]


def first_resource(event, context):
    return event["resources"][1].split("/")


def read_before(event, context):
    if event["source"] == "aws.ecr":
        return event["body"]
    return None


def own_none(event, context):
    table = CONFIG.get("table")
    return table["name"]


def swallowed_typo(event, context):
    try:
        print(event["detial"]["image-tag"])
    except Exception:  # noqa: BLE001 - that is how people write it
        print("failed")


def queue_misspelt(event, context):
    for record in event["Records"]:
        print(json.loads(record["body"])["detial"]["image-tag"])


def queue_in_camel_case(event, context):
    for record in event["Records"]:
        print(json.loads(record["body"])["detail"]["imageTag"])


def queue_records_misspelt(event, context):
    for record in event["Recrods"]:
        print(record["body"])


def queue_body_in_capitals(event, context):
    for record in event["Records"]:
        print(json.loads(record["Body"])["detail"])


def queue_own_dictionary(event, context):
    for record in event["Records"]:
        print(CONFIG["bucket"], record["body"])


def queue_in_capitals_and_given_back(event, context):
    failures = []
    for record in event["Records"]:
        try:
            print(json.loads(record["Body"])["detail"]["image-tag"])
        except KeyError:
            failures.append({"itemIdentifier": record["messageID"]})
    return {"batchItemFailures": failures}


def quoting_all(event, context):
    raise ValueError(f"no use for {event}")
