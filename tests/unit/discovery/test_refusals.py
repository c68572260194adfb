"""Which exceptions a source raises on purpose, by a test of the event."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from ecr_contracts.discovery.source.refusals import Refusals
from tests.rows import in_one_test

OWN = "class Refused(Exception):\n    pass\n\n"

REFUSALS = {
    "if": """
        def handler(event, context):
            if event["detail"].get("counts") is None:
                raise Refused  # here
    """,
    "what was read from a field, in a few steps": """
        def handler(event, context):
            detail = event["detail"]
            total = sum(detail.get("counts", {}).values())
            worst = max(total, 0)
            if worst > 10:
                raise Refused(f"{worst} findings")  # here
    """,
    "else, and behind what returns": """
        def handler(event, context):
            tags = event["detail"]["tags"]
            if tags:
                return tags[0]
            raise Refused(
                "no tags: "
                "nothing to deploy"
            )  # here
    """,
    "a helper that is given the fields": """
        def require(condition, message):
            if not condition:
                raise Refused(message)  # here

        def handler(event, context):
            detail = event["detail"]
            require("tag" in detail, "no tag")
    """,
    "a helper that only raises": """
        def refuse(message):
            raise Refused(message)  # here

        def handler(event, context):
            if not event["detail"].get("tag"):
                refuse("no tag")
    """,
    "a helper behind or": """
        def refuse(message):
            raise Refused(message)  # here

        def handler(event, context):
            tag = event["detail"].get("tag") or refuse("no tag")
    """,
    "an object made of the event": """
        class Scan:
            def __init__(self, event):
                self.counts = event["detail"].get("counts")

            def check(self):
                if self.counts is None:
                    raise Refused("no counts")  # here

        def handler(event, context):
            Scan(event).check()
    """,
    "a dataclass made of fields": """
        @dataclass
        class Push:
            tag: str | None
            action: str

            def __post_init__(self):
                if self.tag is None:
                    raise Refused("no tag")  # here

        def handler(event, context):
            detail = event["detail"]
            return Push(tag=detail.get("tag"), action=detail["action-type"])
    """,
    "a dataclass made of fields by their places": """
        @dataclass
        class Push:
            tag: str | None

            def __post_init__(self):
                if not self.tag:
                    raise Refused("no tag")  # here

        def handler(event, context):
            return Push(event["detail"].get("tag"))
    """,
    "problems that tests of the event put together": """
        def handler(event, context):
            detail = event["detail"]
            problems = []
            if "tag" not in detail:
                problems.append("no tag")
            if detail["result"] != "SUCCESS":
                problems.append("failed")
            if problems:
                raise Refused(", ".join(problems))  # here
    """,
    "a flag": """
        def handler(event, context):
            allowed = True
            for severity, count in event["detail"]["counts"].items():
                if severity == "CRITICAL" and count:
                    allowed = False
            if not allowed:
                raise Refused()  # here
    """,
    "match": """
        def handler(event, context):
            match event["detail"]:
                case {"scan-status": "COMPLETE"}:
                    return "fine"
                case {"scan-status": status}:
                    raise Refused(status)  # here
    """,
    "a loop over records": """
        def handle(record):
            body = json.loads(record["body"])
            if body["detail"]["result"] == "FAILURE":
                raise Refused()  # here

        def handler(event, context):
            for record in event["Records"]:
                handle(record)
    """,
    "a handler that another name stands for": """
        def lambda_handler(event, context):
            if not event["detail"]["tags"]:
                raise Refused()  # here

        handler = lambda_handler
    """,
    "no tag found in a loop": """
        def handler(event, context):
            for tag in event["detail"]["tags"]:
                if tag.startswith("v"):
                    break
            else:
                raise Refused()  # here
    """,
}

NONE = {
    "where another exception is handled": """
        def handler(event, context):
            try:
                tag = event["detail"]["tag"]
            except KeyError as error:
                raise Refused("no tag") from error  # here
    """,
    "a test where another exception is handled": """
        def handler(event, context):
            try:
                tag = event["detail"]["tag"]
            except KeyError as error:
                if "tag" not in event["detail"]:
                    raise Refused("no tag")  # here
                raise
    """,
    "behind no test": """
        def handler(event, context):
            raise Refused(event["detail"])  # here
    """,
    "behind a test of something else": """
        def handler(event, context):
            if not os.environ.get("TOPIC"):
                raise Refused("no topic")  # here
            return event["detail"]
    """,
    "failures that were put together": """
        def handler(event, context):
            failures = []
            for record in event["Records"]:
                try:
                    deploy(record["body"])
                except Exception as error:
                    failures.append(error)
            if failures:
                raise Refused(failures)  # here
    """,
    "failures of events that a test let on": """
        def handler(event, context):
            failed = False
            if event["detail"]["result"] == "SUCCESS":
                try:
                    deploy()
                except Exception:
                    failed = True
            if failed:
                raise Refused()  # here
    """,
    "a helper that is called anyhow": """
        def refuse(message):
            raise Refused(message)  # here

        def handler(event, context):
            refuse(event["detail"]["tag"])
    """,
    "a helper that a failure calls": """
        def refuse(message):
            raise Refused(message)  # here

        def handler(event, context):
            try:
                event["detail"]["tag"]
            except KeyError:
                refuse("no tag")
    """,
    "a line that raises nothing itself": """
        def handler(event, context):
            if event["detail"]["result"] == "SUCCESS":
                tag = event["detail"]["tag"]  # here
    """,
    "an exception that is raised again": """
        def handler(event, context):
            if event["detail"]:
                raise  # here
    """,
}


def _is_refusal(code: str) -> bool:
    text = OWN + dedent(code)
    line = next(n for n, row in enumerate(text.splitlines(), 1) if row.endswith("# here"))
    return Refusals([ast.parse(text)], "handler").is_refusal(0, line)


@in_one_test
@pytest.mark.parametrize("code", REFUSALS.values(), ids=REFUSALS)
def test_a_decision_is_a_refusal(code: str) -> None:
    assert _is_refusal(code)


@in_one_test
@pytest.mark.parametrize("code", NONE.values(), ids=NONE)
def test_what_tells_that_something_broke_is_no_refusal(code: str) -> None:
    assert not _is_refusal(code)


@pytest.mark.parametrize(
    ("exception", "is_own"),
    [
        ("app.Refused", True),
        ("app.handler.<locals>.Refused", True),
        ("app.Plain", False),
        ("botocore.exceptions.ClientError", False),
        ("ValueError", False),
    ],
)
def test_only_a_class_of_the_code_with_a_base_is_an_exception_of_its_own(
    exception: str, is_own: bool
) -> None:
    refusals = Refusals([ast.parse(OWN + "class Plain:\n    pass\n")], "handler")
    assert refusals.defines(exception) is is_own


def test_a_refusal_may_stand_in_a_file_beside_the_handler() -> None:
    handler = ast.parse(
        "from rules import check\n\ndef handler(event, context):\n    check(event['detail'])\n"
    )
    rules = ast.parse(f"{OWN}def check(detail):\n    if not detail:\n        raise Refused()\n")
    refusals = Refusals([handler, rules], "handler")
    assert refusals.is_refusal(1, 6)
    assert not refusals.is_refusal(0, 4)


def test_functions_that_call_each_other_end() -> None:
    code = f"""{OWN}
def a(x):
    b(x)
    raise Refused()

def b(x):
    a(x)

def handler(event, context):
    a(event)
"""
    assert not Refusals([ast.parse(code)], "handler").is_refusal(0, 7)
