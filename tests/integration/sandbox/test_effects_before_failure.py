"""What was done before a failure is told, and what tells of the failure is not."""

from __future__ import annotations

import textwrap

import pytest

from ecr_contracts.engine import session
from ecr_contracts.engine.checks.catalog import REPEATED

HEAD = """
import smtplib
import boto3

sns = boto3.client("sns")
builds = boto3.client("codebuild")
TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"


def tell(text):
    sns.publish(TopicArn=TOPIC, Message=text)


def build():
    builds.start_build(projectName="smoke-test")


def handler(event, context):
    detail = event["detail"]
"""

TELLING = {
    "in the block that raises it again": """
        try:
            tag = detail["image-tag"]
        except KeyError:
            tell("it failed")
            raise
    """,
    "in the block that raises another": """
        try:
            tag = detail["image-tag"]
        except Exception as error:
            tell("it failed")
            raise RuntimeError("no tag") from error
    """,
    "in the block that raises another by chance": """
        try:
            tag = detail["image-tag"]
        except KeyError:
            tell("it failed")
            raise SystemError("no tag")
    """,
    "on the way out": """
        try:
            tag = detail["image-tag"]
        finally:
            tell("done")
    """,
    "by a context manager": """
        class Telling:
            def __enter__(self):
                return self
            def __exit__(self, kind, error, trace):
                if error:
                    tell("it failed")
        with Telling():
            tag = detail["image-tag"]
    """,
    "later, with the exception": """
        problem = None
        try:
            tag = detail["image-tag"]
        except KeyError as error:
            problem = error
        if problem:
            tell(f"it failed: {problem!r}")
            raise problem
    """,
    "later, with its message": """
        problem = None
        try:
            if "image-tag" not in detail:
                raise ValueError("an image without a tag")
        except ValueError as error:
            problem = error
        if problem:
            tell(f"it failed: {problem}")
            raise problem
    """,
}

ACTING = {
    "before it": """
        build()
        tag = detail["image-tag"]
    """,
    "before it, and it is told": """
        build()
        try:
            tag = detail["image-tag"]
        except KeyError:
            tell("it failed")
            raise
    """,
    "while another exception was handled": """
        try:
            name = detail["name"]
        except KeyError:
            build()
        tag = detail["image-tag"]
    """,
    "in a block before": """
        try:
            build()
        finally:
            tell("built")
        tag = detail["image-tag"]
    """,
    "for what the failing value says": """
        tell("pushed " + str(detail.get("image-tag")))
        if "image-tag" not in detail:
            raise ValueError("None")
    """,
}


def repeated(body, folder):
    (folder / "app.py").write_text(HEAD + textwrap.indent(textwrap.dedent(body), "    "))
    verdict = session.check(f"{folder / 'app.py'}:handler", kinds=("push",), strength=1, examples=0)
    assert "raises" in {finding.check for finding in verdict.findings}
    return [finding.detail for finding in verdict.findings if finding.check == REPEATED]


@pytest.mark.parametrize("way", TELLING)
def test_to_tell_of_a_failure_is_not_to_act_before_it(way, tmp_path):
    assert repeated(TELLING[way], tmp_path) == []


@pytest.mark.parametrize("way", ACTING)
def test_what_was_done_before_is_told(way, tmp_path):
    (detail,) = repeated(ACTING[way], tmp_path)
    call = "sns.Publish" if "value" in way else "codebuild.StartBuild"
    assert detail == f"{call} was done by then: each retry does it again"
