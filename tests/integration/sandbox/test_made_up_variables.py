"""Variables that nobody gave, through `check`: which are named, and that none is to blame."""

from __future__ import annotations

import contextlib
import json

import pytest

from ecr_contracts.core.errors import SetupError
from ecr_contracts.engine.session import check
from ecr_contracts.frontends.cli.main import main
from ecr_contracts.runtime.sandbox.settings import Settings
from tests.writing import write


def findings_of(verdict) -> list[tuple[str | None, str]]:
    return [
        (one.exception, one.location.source if one.location else "") for one in verdict.findings
    ]


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(["check", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


GUARDED = """
    import os
    import boto3

    def handler(event, context):
        topic = os.environ.get("TOPIC_ARN")
        if event["detail"]["repository-name"] != os.environ["REPO"]:
            return
        if topic:
            boto3.client("sns").publish(TopicArn=topic, Message=event["detail"]["image-tags"][0])
    """


def test_the_report_names_them_and_how_to_give_real_ones(folder, capsys):
    write(folder, "app.py", GUARDED)
    code, out, _ = run(capsys, "app.py:handler", "--kind=scan", "--examples=0")
    assert code == 1
    assert "2 environment variables made up (TOPIC_ARN, REPO): --env NAME=VALUE" in " ".join(
        out.split()
    )
    assert "IndexError when" in out


def test_json_lists_them_with_values_and_places(folder, capsys):
    write(folder, "app.py", GUARDED)
    _, out, _ = run(capsys, "app.py:handler", "--kind=scan", "--examples=0", "--format=json")
    made_up = {one["name"]: one for one in json.loads(out)["made_up"]}
    assert made_up["REPO"]["value"] == "my-repo"
    assert made_up["REPO"]["location"] == {"file": "app.py", "line": 7}
    assert made_up["TOPIC_ARN"]["value"].startswith("arn:aws:sns:")


def test_what_is_given_is_not_made_up_and_moves_the_event(folder):
    write(folder, "app.py", GUARDED)
    settings = Settings(env={"REPO": "shop/api", "TOPIC_ARN": "t"})
    verdict = check("app.py:handler", kinds=["scan"], settings=settings, examples=0)
    assert verdict.made_up == ()
    ordinary = verdict.world.ordinary_case("scan").event
    assert ordinary["detail"]["repository-name"] == "shop/api"
    assert {exception for exception, _ in findings_of(verdict)} >= {"IndexError"}


@pytest.mark.parametrize("option", ["--env-strict", "pyproject"])
def test_strict_stops_where_one_is_missing(folder, capsys, option):
    write(folder, "app.py", GUARDED)
    options = [option]
    if option == "pyproject":
        write(folder, "pyproject.toml", '[tool.ecr-contracts]\nenv = "strict"\n')
        options = []
    code, _, err = run(capsys, "app.py:handler", "--kind=scan", *options)
    assert code == 2
    assert "--env REPO=" in err
    # What is pasted behind it counts.
    code, _, _ = run(
        capsys, "app.py:handler", "--kind=scan", "--examples=0", *options, "--env-auto"
    )
    assert code == 1


ABOUT_VARIABLES = {
    "a key of what is no literal": "return dict([('prod', 1)])[os.environ['STAGE']]",
    "a key of a table that is loaded": "return json.loads('{}')[os.environ['STAGE']]",
    "refused by itself": "if repo != os.environ['REPO']:\n    raise ValueError(repo)",
    "a map of repositories": "return json.loads(os.environ['OWNERS'])[repo]['team']",
    "a date in a form of its own": "time.strptime(os.environ['SINCE'], '%d.%m.%y')",
    "of the wrong length": "one, two = os.environ['PAIR'].split('=', 1)",
}


@pytest.mark.parametrize("code", ABOUT_VARIABLES.values(), ids=ABOUT_VARIABLES)
def test_no_finding_rests_on_a_made_up_value(folder, code):
    body = "\n".join(f"    {line}" for line in code.splitlines())
    write(
        folder,
        "app.py",
        "import json, os, time\n"
        "def handler(event, context):\n"
        '    repo = event["detail"]["repository-name"]\n'
        f"{body}\n"
        '    print(event["detail"]["scan-status"])\n'
        '    return event["detail"]["image-tags"][0]\n',
    )
    findings: list[tuple[str | None, str]] = []
    with contextlib.suppress(SetupError):  # where every event stops there
        findings = findings_of(check("app.py:handler", kinds=["scan"], examples=0))
    lines = code.splitlines()
    assert not [one for one in findings if one[1] in lines or one[1] == lines[-1].strip()]


def test_libraries_that_read_for_the_consumer_find_them(folder):
    pytest.importorskip("pydantic_settings")
    write(
        folder,
        "app.py",
        """
        import os
        from pydantic_settings import BaseSettings

        class Settings(BaseSettings):
            repositories: list[str]
            minimum: int
            url: str | None = None

        settings = Settings()
        COPY = dict(os.environ)

        def handler(event, context):
            if event["detail"]["repository-name"] not in settings.repositories:
                return
            if event["detail"]["finding-severity-counts"].get("CRITICAL", 0) < settings.minimum:
                return
            if settings.url and COPY["TABLE"]:
                return event["detail"]["image-tags"][0]
        """,
    )
    verdict = check("app.py:handler", kinds=["scan"], examples=0)
    assert {one.name for one in verdict.made_up} == {"REPOSITORIES", "MINIMUM", "URL", "TABLE"}
    assert ("IndexError", 'return event["detail"]["image-tags"][0]') in findings_of(verdict)


def test_the_template_beside_the_handler_gives_values_and_forms(folder):
    write(
        folder,
        "template.yaml",
        """
        Transform: AWS::Serverless-2016-10-31
        Parameters:
          Stage: {Type: String, Default: prod}
        Resources:
          Alerts: {Type: AWS::SNS::Topic}
          Fn:
            Type: AWS::Serverless::Function
            Properties:
              CodeUri: .
              Handler: app.handler
              Runtime: python3.12
              Environment: {Variables: {WHERE: !Ref Alerts, STAGE: !Ref Stage}}
        """,
    )
    write(
        folder,
        "app.py",
        """
        import os
        def handler(event, context):
            return [os.environ["WHERE"], os.environ["STAGE"], event["detail"].get("image-tags")]
        """,
    )
    verdict = check("app.py:handler", kinds=["scan"], examples=0)
    [made_up] = verdict.made_up
    assert (made_up.name, made_up.value) == ("WHERE", "arn:aws:sns:us-east-1:123456789012:alerts")
    assert verdict.trials[0].outcome.returned[1] == "prod"
