"""What a consumer is for, read off sources as people write them."""

from __future__ import annotations

import textwrap

import pytest

from ecr_contracts.discovery.purpose import Purpose, purpose_of
from ecr_contracts.discovery.target import Target
from ecr_contracts.events.kinds import usual_kinds

USUAL = usual_kinds()


PARSING = (
    "def tags(event):\n    return event['detail']['image-tags']\n\n\n"
    "def push(event):\n    return 'PUSH'\n"
)


@pytest.fixture
def purpose(tmp_path, monkeypatch):
    """Writes files (the consumer's own is app.py) and gives the purpose of the consumer."""
    monkeypatch.chdir(tmp_path)

    def told(source: str = "", target: str = "app.py:handler", **files: str) -> Purpose:
        for name, text in (files | {"app.py": source} if source else files).items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text), "utf-8")
        return purpose_of(Target.parse(target))

    return told


SCAN_TO_SLACK = """
import json
import os
import urllib.request

SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED"]
COLOURS = {"CRITICAL": "danger", "HIGH": "danger", "MEDIUM": "warning"}


def handler(event, context):
    detail = event["detail"]
    counts = detail["finding-severity-counts"]
    fields = [{"title": name, "value": counts.get(name, 0), "short": True} for name in SEVERITIES]
    fields.append({"title": "result", "value": detail["scan-status"]})
    title = f"{detail['repository-name']}:{detail['image-tags'][0]}"
    body = json.dumps({"attachments": [{"title": title, "fields": fields, "footer": "image-tag"}]})
    urllib.request.urlopen(urllib.request.Request(os.environ["HOOK"], body.encode()))
"""

SCAN_GET_ALL = """
def handler(event, context):
    detail = event.get("detail", {})
    if detail.get("scan-status") != "COMPLETE":
        return
    print(detail.get("repository-name"))
"""

SCAN_STATE_MACHINE = """
def handler(event, context):
    match event:
        case {"detail-type": "ECR Image Scan", "detail": {"repository-name": name}}:
            print(name)
"""

PUSH_DEPLOY = """
import boto3

ecs = boto3.client("ecs")


def handler(event, context):
    detail = event["detail"]
    registry = f"{event['account']}.dkr.ecr.eu-west-1.amazonaws.com"
    image = f"{registry}/{detail['repository-name']}:{detail['image-tag']}"
    ecs.update_service(cluster="main", service=detail["repository-name"], forceNewDeployment=True)
    return image
"""

PUSH_STARTS_A_SCAN = """
import boto3

ecr = boto3.client("ecr")


def handler(event, context):
    if event["detail"]["action-type"] == "PUSH" and event["detail"]["result"] == "SUCCESS":
        found = ecr.describe_image_scan_findings(repositoryName=event["detail"]["repository-name"])
        counts = found["imageScanFindings"]["findingSeverityCounts"]
        if counts.get("CRITICAL", 0) + counts.get("HIGH", 0) + counts.get("MEDIUM", 0):
            raise SystemExit
"""

DELETE_JANITOR = """
import boto3

table = boto3.resource("dynamodb").Table("images")


def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] != "DELETE":
        return
    key = {"repository": detail["repository-name"], "digest": detail["image-digest"]}
    table.delete_item(Key=key)
"""

NOT_DELETED = """
def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] == "DELETE":
        print("nothing to do")
        return {"statusCode": 200}
    deploy(detail["repository-name"], detail["image-tag"])
"""
DELETED_AND_ALL = NOT_DELETED.replace('print("nothing to do")', 'remove(detail["image-tag"])')
PUSHED_OR_REFUSED = """
import json


def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] == "PUSH" and detail["image-tag"] != "":
        deploy(detail["repository-name"], detail["image-tag"])
    else:
        return {"statusCode": 400, "body": json.dumps("not a push with a tag")}
"""
PUSHED_OR_RAISED = PUSHED_OR_REFUSED.replace("return {", "raise ValueError({").replace(
    'tag")}', 'tag")})'
)
PUSHED_OR_REMOVED = PUSHED_OR_REFUSED.replace("json.dumps(", "remove(detail, ")
PUSHED_OR_TOLD = PUSHED_OR_REFUSED.replace('"not a push with a tag"', 'detail["image-tag"]')
NOT_DELETED_HERE = (
    NOT_DELETED
    + """
    if detail["action-type"] in ("PUSH", "DELETE"):
        count(detail)
"""
)

NOT_FAILED = """
def handler(event, context):
    detail = event["detail"]
    if detail["scan-status"] == "FAILED":
        return
    publish(detail["repository-name"], detail["finding-severity-counts"])
"""

PUSH_AND_DELETE = """
def handler(event, context):
    action = event["detail"]["action-type"]
    if action == "PUSH":
        add(event)
    elif action == "DELETE":
        remove(event)
"""

IMAGE_ACTIONS = """
def handler(event, context):
    if event["detail-type"] == "ECR Image Action":
        print(event["detail"]["repository-name"])
"""

DISPATCHER = """
def pushed(detail):
    print(detail.get("image-tag"))


def scanned(detail):
    print(detail.get("finding-severity-counts"))


HANDLERS = {"ECR Image Scan": scanned, "ECR Image Action": pushed}


def handler(event, context):
    HANDLERS[event["detail-type"]](event["detail"])
"""

ALIASES = """
from pydantic import BaseModel, Field


class Detail(BaseModel):
    repository: str = Field(alias="repository-name")
    counts: dict[str, int] = Field(alias="finding-severity-counts")
    tags: list[str] = Field(default_factory=list, alias="image-tags")


class Event(BaseModel):
    detail: Detail


def handler(event, context):
    return Event.model_validate(event).detail.repository
"""

GENERATED_ALIASES = """
from pydantic import BaseModel, ConfigDict


class Detail(BaseModel):
    model_config = ConfigDict(alias_generator=lambda name: name.replace("_", "-"))

    repository_name: str
    scan_status: str
    finding_severity_counts: dict[str, int]
    image_tags: list[str]


def handler(event, context):
    return Detail.model_validate(event["detail"]).image_tags
"""

CONFIGURED = """
FIELDS = {
    "repository": ("detail", "repository-name"),
    "severities": ("detail", "finding-severity-counts"),
}


def handler(event, context):
    found = {}
    for name, (outer, inner) in FIELDS.items():
        found[name] = event[outer][inner]
    return found
"""

IN_A_CLASS = """
class Notifier:
    def __init__(self, wanted="image-tags"):
        self.wanted = wanted

    def __call__(self, event, context):
        return event["detail"][self.wanted]


handler = Notifier()
"""

REGISTERED = """
ROUTES = {}


def on(detail_type):
    def register(function):
        ROUTES[detail_type] = function
        return function

    return register


@on("ECR Image Scan")
def scanned(event):
    return event["detail"]["repository-name"]


def handler(event, context):
    return ROUTES[event["detail-type"]](event)
"""


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        (SCAN_TO_SLACK, ("scan",)),
        (SCAN_GET_ALL, ("scan",)),
        (SCAN_STATE_MACHINE, ("scan",)),
        (PUSH_DEPLOY, ("delete", "push")),
        (PUSH_STARTS_A_SCAN, ("push",)),
        (DELETE_JANITOR, ("delete",)),
        (NOT_DELETED, ("push",)),
        (DELETED_AND_ALL, ("delete", "push")),
        (PUSHED_OR_REFUSED, ("push",)),
        (PUSHED_OR_RAISED, ("push",)),
        (PUSHED_OR_REMOVED, ("delete", "push")),
        (PUSHED_OR_TOLD, ("delete", "push")),
        (NOT_FAILED, ("scan",)),
        (NOT_DELETED_HERE, ("delete", "push")),
        (PUSH_AND_DELETE, ("delete", "push")),
        (IMAGE_ACTIONS, ("archive", "delete", "push", "restore")),
        (DISPATCHER, ("archive", "delete", "push", "restore", "scan")),
        (ALIASES, ("scan",)),
        (GENERATED_ALIASES, ("scan",)),
        (CONFIGURED, ("scan",)),
        (IN_A_CLASS, ("scan",)),
        (REGISTERED, ("scan",)),
    ],
    ids=[
        *(
            "scan_to_slack",
            "scan_get_all",
            "scan_state_machine",
            "push_deploy",
            "push_starts_a_scan",
        ),
        *(
            "delete_janitor",
            "not_deleted",
            "deleted_and_all",
            "pushed_or_refused",
            "pushed_or_raised",
            "pushed_or_removed",
            "pushed_or_told",
            "not_failed",
            "not_deleted_here",
            "push_and_delete",
            "image_actions",
            "dispatcher",
            "aliases",
            "generated_aliases",
        ),
        *("configured", "in_a_class", "registered"),
    ],
)
def test_a_source_tells_its_kinds(purpose, source, kinds):
    told = purpose(source)
    assert told.kinds == kinds
    assert told.envelope == "lambda"
    assert told.words


IF_ELSE = """
def handler(event, context):
    if event["detail-type"] != "ECR Image Action":
        return
    if event["detail"]["action-type"] == "PUSH":
        print("pushed")
    else:
        print("deleted")
"""
EARLY_RETURN = IF_ELSE.replace("    else:\n        print", "        return\n    print")
ELIF = IF_ELSE.replace("    else:", '    elif event["detail"]["action-type"] == "DELETE":')
ELIF_ELSE = ELIF + "    else:\n        print('other')\n"
MATCH = """
def handler(event, context):
    match event:
        case {"detail-type": "ECR Image Action", "detail": {"action-type": "PUSH"}}:
            print("pushed")
        case _:
            print("deleted")
"""
GUARD = """
def handler(event, context):
    if event["detail-type"] != "ECR Image Action" or event["detail"]["action-type"] != "PUSH":
        return
    print(event["detail"]["image-tag"])
"""
STORAGE = """
def handler(event, context):
    if event["detail"]["action-type"] == "UPDATE_STORAGE_CLASS":
        print(event["detail"]["repository-name"])
"""
REPLICA = """
def handler(event, context):
    if event["detail"]["action-type"] in ("PUSH", "REPLICATE"):
        print(event["detail"]["repository-name"], event["detail"]["image-tag"])
"""
REPLICAS_ALONE = """
def handler(event, context):
    if event["detail-type"] == "ECR Replication Action":
        print(event["detail"]["repository-name"], event["detail"]["image-tag"])
"""
INSPECTOR = """
def handler(event, context):
    if event["detail-type"] == "Inspector2 Scan":
        detail = event["detail"]
        print(detail["repository-name"], detail["finding-severity-counts"], detail["image-tags"])
"""
FINDINGS = """
def handler(event, context):
    for resource in event["detail"]["resources"]:
        print(resource["details"]["awsEcrContainerImage"]["imageHash"])
"""
API_OF_ECR = """
import boto3


def handler(event, context):
    detail = event["detail"]
    image = {"imageDigest": detail["image-digest"], "imageTag": detail["image-tag"]}
    if detail["action-type"] == "PUSH":
        boto3.client("ecr").batch_delete_image(repositoryName="r", imageIds=[image])
"""
SEVERE_FINDINGS = """
def handler(event, context):
    found = event["detail"]
    image = found["resources"][0]["details"]["awsEcrContainerImage"]
    if found["severity"] in ("CRITICAL", "HIGH") and found["inspectorScore"] >= 7:
        print(found["packageVulnerabilityDetails"]["vulnerabilityId"], image["repositoryName"])
"""
CALLS = """
def handler(event, context):
    detail = event["detail"]
    if detail["eventName"] == "PutImage":
        print(detail["requestParameters"]["repositoryName"])
"""
REQUEST = """
import boto3


def handler(event, context):
    name = event["detail"]["requestParameters"]["repositoryName"]
    boto3.client("ecr").put_lifecycle_policy(repositoryName=name, lifecyclePolicyText="{}")
"""
RUNS = """
def handler(event, context):
    print(event["detail"]["serviceEventDetails"]["repositoryName"])
"""
FROM_INSPECTOR = """
def handler(event, context):
    if event["source"] == "aws.inspector2":
        print(event["detail"]["finding-severity-counts"]["CRITICAL"])
"""
INITIAL = """
def handler(event, context):
    if event["detail"]["scan-status"] == "INITIAL_SCAN_COMPLETE":
        print(event["detail"]["image-tags"])
"""
TITLED = """
import boto3

TITLE = "Amazon Inspector: an image was scanned"


def handler(event, context):
    name = event["detail"]["repository-name"]
    boto3.client("sns").publish(TopicArn="t", Subject=TITLE, Message=name)
"""
BASIC_AND_TITLED = """
import boto3

TITLE = "Enable Inspector for more"


def handler(event, context):
    detail = event["detail"]
    if detail["scan-status"] == "COMPLETE":
        counts = detail["finding-severity-counts"]
        boto3.client("sns").publish(TopicArn="t", Subject=TITLE, Message=str(counts))
"""
PUSH_AND_TITLED = TITLED.replace("repository-name", "image-tag").replace(
    "    name", "    if event['detail']['action-type'] == 'PUSH':\n        print()\n    name", 1
)
CLIENT = """
import boto3

inspector = boto3.client("inspector2")


def handler(event, context):
    print(inspector.list_findings(filterCriteria=event["detail"]["repository-name"]))
"""
LOGGED = """
import logging


def handler(event, context):
    logging.info("asking inspector")
    print(event["detail"]["repository-name"])
"""
SCAN_LOGGED = """
def handler(event, context):
    if event["detail-type"] == "ECR Image Scan":
        print("not by Inspector2")
        print(event["detail"]["finding-severity-counts"])
"""


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        (IF_ELSE, ("archive", "delete", "push", "restore")),
        (EARLY_RETURN, ("archive", "delete", "push", "restore")),
        (ELIF, ("delete", "push")),
        (ELIF_ELSE, ("archive", "delete", "push", "restore")),
        (MATCH, ("archive", "delete", "push", "restore")),
        (GUARD, ("push",)),
        (PUSH_STARTS_A_SCAN, ("push",)),
        (STORAGE, ("archive", "referrer-restore", "restore")),
        (REPLICA, ("push", "replication")),
        (REPLICAS_ALONE, ("replication",)),
        (INSPECTOR, ("inspector-scan",)),
        (FINDINGS, ("inspector-finding",)),
        (SEVERE_FINDINGS, ("inspector-finding",)),
        (CALLS, ("cloudtrail-api-call",)),
        (REQUEST, ("cloudtrail-api-call",)),
        (RUNS, ("cloudtrail-service-event",)),
        (API_OF_ECR, ("push",)),
        (FROM_INSPECTOR, ("inspector-scan",)),
        (INITIAL, ("inspector-scan",)),
        (TITLED, ("inspector-scan",)),
        (BASIC_AND_TITLED, ("scan",)),
        (PUSH_AND_TITLED, ("push",)),
        (CLIENT, ("delete", "push", "scan")),
        (LOGGED, ("delete", "inspector-scan", "push", "scan")),
        (SCAN_LOGGED, ("scan",)),
    ],
    ids=[
        *("if_else", "early_return", "elif", "elif_else", "match", "guard", "push", "storage"),
        *(
            "replica",
            "replicas_alone",
            "inspector",
            "findings",
            "severe",
            "calls",
            "request",
            "runs",
        ),
        *("api_of_ecr", "from_inspector", "initial", "titled", "basic_and_titled"),
        *("push_and_titled", "client", "logged", "scan_logged"),
    ],
)
def test_a_source_tells_the_kinds_beyond_the_usual_ones(purpose, source, kinds):
    assert purpose(source).kinds == kinds


def test_the_words_that_decided_are_told_most_telling_first(purpose):
    assert purpose(SCAN_STATE_MACHINE).words == ("ECR Image Scan",)
    assert purpose(PUSH_AND_DELETE).words == ("DELETE", "action-type", "PUSH")
    assert purpose(SCAN_TO_SLACK).words[:2] == ("scan-status", "finding-severity-counts")


# --- what says nothing ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "def handler(event, context):\n    return event['detail']['repository-name']\n",
        "def handler(event, context):\n    return {'level': 'CRITICAL'}\n",
        "def handler(event, context):\n"
        "    return event['detail-type'], event['detail']['image-digest']\n",
        '"""PUSH"""\n'
        "\n"
        "\n"
        "def handler(event, context):\n"
        '    """ECR Image Scan"""\n'
        '    "image-tags"\n',
        "# 'ECR Image Scan' 'image-tags' 'scan-status'\n"
        "def handler(event, context):\n"
        "    pass  # 'PUSH'\n",
        "def handler(event, context):\n"
        "    print('an ECR Image Scan of finding-severity-counts, image-tags')\n",
        "def handler(event, context):\n    print(event.image_tags)\n",
        "",
    ],
    ids=["common", "level", "envelope", "docstrings", "comments", "sentence", "one_name", "empty"],
)
def test_what_says_nothing_of_a_kind_gets_the_usual_kinds(purpose, source):
    assert purpose(source or "\n") == Purpose(USUAL, (), "lambda")


@pytest.mark.parametrize(
    "source",
    [
        "def handler(event, context:\n    return event['detail']['image-tags']\n",
        "x = '\0'\n",
        "x = " + "(" * 5_000 + ")" * 5_000 + "\n",
        "x = " + "-" * 100_000 + "1\n",
    ],
    ids=["syntax", "nul", "parentheses", "nesting"],
)
def test_a_source_that_cannot_be_read_gets_the_usual_kinds(purpose, source):
    assert purpose(source) == Purpose(USUAL, (), "lambda")


def test_a_source_that_is_not_there_gets_the_usual_kinds(purpose):
    assert purpose(target="nowhere.py:handler") == Purpose(USUAL, (), "lambda")
    assert purpose(target="nowhere.at_all:handler") == Purpose(USUAL, (), "lambda")


def test_a_source_with_bytes_that_are_not_utf_8_gets_the_usual_kinds(purpose, tmp_path):
    (tmp_path / "app.py").write_bytes(b"x = '\xff'\n")
    assert purpose() == Purpose(USUAL, (), "lambda")


@pytest.mark.filterwarnings("error")
def test_what_python_warns_of_in_a_source_is_not_our_business(purpose):
    assert purpose(
        "X = '\\d'\n\n\ndef handler(event, context):\n    return event['detail']['scan-status']\n"
    ).kinds == ("scan",)


# --- several handlers, several files --------------------------------------------------------------

BOTH = """
import logging

from parts import scans, pushes

logger = logging.getLogger()


def text_of(scan):
    return scan["finding-severity-counts"]


@logger.inject(log_event=True)
def on_scan(event, context):
    return text_of(event["detail"])


@logger.inject(log_event=True)
def on_push(event, context):
    return event["detail"]["image-tag"], pushes
"""


def test_a_neighbour_in_the_same_file_does_not_count(purpose):
    assert purpose(BOTH, "app.py:on_scan").kinds == ("scan",)
    assert purpose(BOTH, "app.py:on_push").kinds == ("delete", "push")


def test_a_table_that_only_a_neighbour_uses_does_not_count(purpose):
    source = """
    TABLE: dict = {"ECR Image Scan": print}
    WANTED = ["image-tag"]

    def dispatch(event, context):
        TABLE[event["detail-type"]](event)

    def handler(event, context):
        return [event["detail"][key] for key in WANTED]
    """
    assert purpose(source).kinds == ("delete", "push")
    assert purpose(source, "app.py:dispatch").kinds == ("scan",)
    assert purpose(source, "app.py:TABLE").kinds == ("scan",)


def test_what_a_module_does_when_it_is_imported_counts(purpose):
    source = """
    ROUTES = {}
    ROUTES["ECR Image Scan"] = print
    if True:
        ROUTES["x"] = "PUSH"

    def handler(event, context):
        ROUTES[event["detail-type"]](event)
    """
    assert purpose(source).kinds == ("push", "scan")


def test_only_imports_that_a_handler_uses_are_followed(purpose):
    parts = {
        "parts/scans.py": "X = 'scan-status'\n",
        "parts/pushes.py": "X = 'PUSH'\n",
        "parts/__init__.py": "\n",
    }
    assert purpose(BOTH, "app.py:on_push", **parts).kinds == ("push",)


@pytest.mark.parametrize(
    ("source", "file"),
    [
        (
            "from parsing import tags\n\n\ndef handler(event, context):\n    return tags(event)\n",
            "parsing.py",
        ),
        (
            "import parsing\n\n\ndef handler(event, context):\n    return parsing.tags(event)\n",
            "parsing.py",
        ),
        (
            "import parsing as p\n\n\ndef handler(event, context):\n    return p.tags(event)\n",
            "parsing.py",
        ),
        (
            "from parsing import *\n\n\ndef handler(event, context):\n    return tags(event)\n",
            "parsing.py",
        ),
        (
            "def handler(event, context):\n    from parsing import tags\n    return tags(event)\n",
            "parsing.py",
        ),
        (
            "import lib.parsing\n"
            "\n"
            "\n"
            "def handler(event, context):\n"
            "    return lib.parsing.tags(event)\n",
            "lib/parsing.py",
        ),
        (
            "from lib import parsing\n"
            "\n"
            "\n"
            "def handler(event, context):\n"
            "    return parsing.tags(event)\n",
            "lib/parsing.py",
        ),
        (
            "from lib import tags\n\n\ndef handler(event, context):\n    return tags(event)\n",
            "lib/__init__.py",
        ),
        (
            "from .parsing import tags\n\n\ndef handler(event, context):\n    return tags(event)\n",
            "parsing.py",
        ),
        (
            "from . import parsing\n"
            "\n"
            "\n"
            "def handler(event, context):\n"
            "    return parsing.tags(event)\n",
            "parsing.py",
        ),
        ("from parsing import tags as handler\n", "parsing.py"),
    ],
)
def test_what_is_imported_from_beside_counts(purpose, source, file):
    assert "scan" in purpose(source, **{file: PARSING}).kinds
    assert purpose(source, **{file: PARSING}).words != ()


def test_of_a_file_beside_only_what_is_taken_from_it_counts(purpose):
    source = "from parsing import tags\n\n\ndef handler(event, context):\n    return tags(event)\n"
    assert purpose(source, **{"parsing.py": PARSING}).kinds == ("scan",)


def test_files_that_import_one_another_are_read_once(purpose):
    source = "import other\n\n\ndef handler(event, context):\n    return other.x, 'scan-status'\n"
    assert purpose(source, **{"other.py": "import app\nx = app.handler\n"}).kinds == ("scan",)


def test_imports_are_followed_some_way_and_no_further(purpose):
    chain = {f"m{n}.py": f"from m{n + 1} import f\n" for n in range(1, 6)}
    source = "from m1 import f\n\n\ndef handler(event, context):\n    return f\n"
    assert purpose(source, **chain | {"m3.py": "f = 'scan-status'\n"}).kinds == ("scan",)
    assert purpose(source, **chain | {"m6.py": "f = 'scan-status'\n"}).kinds == USUAL


def test_the_source_of_a_module_is_found_as_python_finds_it(purpose, tmp_path, monkeypatch):
    (tmp_path / "src" / "pack").mkdir(parents=True)
    (tmp_path / "src" / "pack" / "__init__.py").write_text(
        "def handler(event, context):\n    return 'scan-status'\n"
    )
    (tmp_path / "src" / "pack" / "app.py").write_text(
        "def handler(event, context):\n    return 'PUSH'\n"
    )
    monkeypatch.syspath_prepend(tmp_path / "src")
    assert purpose(target="pack:handler").kinds == ("scan",)
    assert purpose(target="pack.app:handler").kinds == ("push",)


# --- the envelope ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        """
        import json

        def handler(event, context):
            for record in event["Records"]:
                detail = json.loads(record["body"])["detail"]
                print(detail["scan-status"])
        """,
        """
        from aws_lambda_powertools.utilities.data_classes import SQSEvent, event_source

        @event_source(data_class=SQSEvent)
        def handler(event, context):
            for record in event.records:
                print(record.json_body["detail"]["scan-status"])
        """,
        """
        from aws_lambda_powertools.utilities.batch import (
            BatchProcessor, EventType, process_partial_response
        )

        processor = BatchProcessor(event_type=EventType.SQS)

        def record_handler(record):
            print(record.json_body["detail"]["scan-status"])

        def handler(event, context):
            return process_partial_response(event, record_handler, processor, context)
        """,
    ],
    ids=["records", "data_class", "batch"],
)
def test_a_worker_of_a_queue_gets_records(purpose, source):
    told = purpose(source)
    assert (told.envelope, told.kinds) == ("sqs", ("scan",))


@pytest.mark.parametrize(
    "source",
    [
        "def handler(event, context):\n    return {'statusCode': 200, 'body': 'fine'}\n",
        "def handler(event, context):\n    return [one['s3'] for one in event['Records']]\n",
        "import boto3\n"
        "\n"
        "\n"
        "def handler(event, context):\n"
        "    boto3.client('sqs').send_message(MessageBody='x')\n",
    ],
)
def test_what_is_no_worker_of_a_queue_gets_the_bare_event(purpose, source):
    assert purpose(source).envelope == "lambda"


@pytest.mark.parametrize(
    ("body", "vias"),
    [
        ('[json.loads(r["Sns"]["Message"]) for r in event["Records"]]', ["sns"]),
        ('[base64.b64decode(r["kinesis"]["data"]) for r in event["Records"]]', ["kinesis"]),
        (
            '[{"recordId": r["recordId"], "data": r["data"]} for r in event["records"]]',
            ["firehose"],
        ),
        ('gzip.decompress(base64.b64decode(event["awslogs"]["data"]))', ["logs"]),
        (
            '[json.loads(json.loads(r["body"])["Message"]) for r in event["Records"]]',
            ["sqs", "sns-sqs"],
        ),
        (
            '[r["messageAttributes"]["ERROR_CODE"] + r["body"] for r in event["Records"]]',
            ["dlq", "sqs"],
        ),
        ('[r.get("Sns") or r["body"] for r in event["Records"]]', ["sqs", "sns"]),
        ("events.SQSEvent(event)", ["sqs"]),
        ("events.SNSEvent(event)", ["sns"]),
        (
            "[r.decoded_nested_sns_event.message for r in events.SQSEvent(event).records]",
            ["sqs", "sns-sqs"],
        ),
        ('[json.loads(m["Body"]) for m in event["Messages"]]', ["sqs-message"]),
        (
            '[m["Body"] for m in boto3.client("sqs").receive_message(QueueUrl=event)["Messages"]]',
            ["lambda"],
        ),
        ('boto3.client("kinesis").put_record(data=event["data"])', ["lambda"]),
        ('event["Data"]["detail"]', ["v2-metadata"]),
        ('[d.get("Data") for d in event]', ["v2-metadata-batch"]),
        ('event[0]["Data"]', ["v2-metadata-batch"]),
        (
            '[d["Data"] for d in event if d["SystemMetadata"]["aws:DeliveryType"] == "LIVE"]',
            ["v2-metadata-batch", "v2-metadata"],
        ),
        ('boto3.client("kinesis").put_record(Record={"Data": event["detail"]})', ["lambda"]),
        ('[e["detail"] for e in event]', ["lambda-batch"]),
        ('[json.loads(r["body"]) for r in event]', ["pipe-sqs"]),
        ('[base64.b64decode(r["data"]) for r in event]', ["pipe-kinesis"]),
        ('json.loads(event["Body"])', ["sqs-one"]),
        ('boto3.client("s3").get_object(Key=event["detail"])["Body"]', ["lambda"]),
        (
            '[line(r["kinesis"]["data"])["logEvents"] for r in event["Records"]]',
            ["kinesis-logs", "kinesis"],
        ),
        ('event["requestPayload"]["detail"]', ["on-failure"]),
        (
            'event["requestPayload"] if event["requestContext"]["condition"] == "Success" else 0',
            ["on-success", "on-failure"],
        ),
        ('event["repository-name"]', ["detail"]),
        ('event["detail"]["repository-name"]', ["lambda"]),
        ('boto3.client("sns").publish(Message=event["Message"])', ["lambda"]),
    ],
)
def test_code_says_in_which_envelopes_it_may_get_events(purpose, body, vias):
    told = purpose(f"def handler(event, context):\n    return {body}\n")
    assert [told.envelope, *told.others] == vias
    assert bool(told.envelope_why) is (vias != ["lambda"])


def test_keys_are_read_where_the_event_is_handed_on(purpose):
    told = purpose(
        "def handler(event, context):\n"
        "    for delivery in event:\n"
        "        act(context, delivery)\n"
        "def act(context, delivery):\n"
        "    return delivery['Data'], handler(event, context)\n"
    )
    assert told.envelope == "v2-metadata-batch"
    told = purpose(
        "def handler(event, context):\n    return act(event)\n"
        "def act(delivery):\n    return 'Data' in delivery\n"
    )
    assert told.envelope == "v2-metadata"


def test_functions_that_hand_the_event_to_one_another_come_to_an_end(purpose):
    told = purpose(
        "def handler(event, context):\n    return act(event)\n"
        "def act(event):\n    return handler(event, 1, 2, event)\n"
    )
    assert told.envelope == "lambda"


def test_our_own_examples_are_taken_for_what_they_are():
    assert purpose_of(Target.parse("examples/scan_to_chat/naive.py:handler")).kinds == ("scan",)
    assert purpose_of(Target.parse("examples/push_to_deploy/mended.py:handler")).kinds == ("push",)
