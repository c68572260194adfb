"""The fixture `ecr_effects`: what a test's own code does to the world, while nothing of it reaches
anybody.
"""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

HANDLER = """
import boto3, json, urllib.request
clients = {}
def handler(event, context):
    sns = clients.setdefault("sns", boto3.client("sns"))
    name = event["detail"]["repository-name"]
    sns.publish(TopicArn="arn:aws:sns:us-east-1:123456789012:x", Message=name)
    image = boto3.client("ecr").describe_images(repositoryName=name)["imageDetails"][0]
    text = json.dumps({"tags": image.get("imageTags")})
    urllib.request.urlopen("https://chat.example.invalid/hook", text.encode())
"""


@pytest.fixture
def project(pytester, monkeypatch):
    """Runs pytest on a test file beside the handler."""

    def run(test, *arguments, **files):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "precious")
        pytester.makepyfile(app=HANDLER, test_app=test)
        for name, text in files.items():
            pytester.makefile(".toml", **{name: text})
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)

    return run


MARKED = """
import os
import pytest
from app import handler

@pytest.mark.ecr_contract("push")
def test_marked(ecr_event, ecr_effects):
    assert not ecr_effects
    handler(ecr_event, None)
    (published,) = ecr_effects.aws("sns.Publish")
    assert published.content["Message"] == ecr_event["detail"]["repository-name"]
    (posted,) = ecr_effects.http("chat.example.invalid")
    tag = ecr_event["detail"].get("image-tag")
    assert posted.content["body"]["tags"] == ([tag] if tag else None)
    names = [effect.name for effect in ecr_effects.changing]
    assert names == ["sns.Publish", "POST https://chat.example.invalid/hook"]
    assert ecr_effects.aws("ecr") and not ecr_effects.emails

def test_plain(ecr_effects):
    handler({"detail": {"repository-name": "some-repo"}}, None)
    assert len(ecr_effects) == 3

def test_all_is_as_it_was():
    assert os.environ["AWS_ACCESS_KEY_ID"] == "precious"
    assert os.environ.get("AWS_PROFILE", "precious") == "precious"
"""


@pytest.mark.long
def test_what_code_does_can_be_asserted_on(project, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "precious")
    project(MARKED, "-q").assert_outcomes(passed=37)


@pytest.mark.long
def test_it_works_under_xdist(project):
    project(MARKED, "-q", "-n", "2").assert_outcomes(passed=37)


@pytest.mark.long
def test_a_client_made_before_is_kept_from_aws_too(project):
    done = project(
        """
        import boto3
        early = boto3.session.Session(
            aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1"
        )
        def test_early(ecr_effects):
            sns = early.client("sns")
            sns.publish(TopicArn="arn:aws:sns:us-east-1:123456789012:x", Message="x")
            assert ecr_effects.aws("sns.Publish")
        def test_again(ecr_effects):
            assert not ecr_effects
        """.replace("\n        ", "\n"),
    )
    done.assert_outcomes(passed=2)


@pytest.mark.long
def test_connections_are_refused_and_answers_can_be_given(project):
    done = project(
        """
        import socket, boto3, pytest
        def test_refused(ecr_effects):
            with pytest.raises(OSError, match="the sandbox refuses"):
                socket.create_connection(("192.0.2.1", 80))
            assert [effect.name for effect in ecr_effects.refused] == ["192.0.2.1:80"]
        def test_given(ecr_effects):
            assert boto3.client("ssm").get_parameter(Name="/x")["Parameter"]["Value"] == "given"
        """.replace("\n        ", "\n"),
        pyproject="[tool.ecr-contracts]\n"
        'answers = { "ssm.GetParameter" = { Parameter = { Value = "given" } } }\n',
    )
    done.assert_outcomes(passed=2)
