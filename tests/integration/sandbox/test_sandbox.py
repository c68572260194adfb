"""The sandbox as a whole, as `check` uses it: what is seen, what is masked, what stops a run, what
is left behind.
"""

from __future__ import annotations

import builtins
import contextlib
import json
import os
import socket
import subprocess
import sys
from textwrap import dedent

import pytest

from ecr_contracts import check
from ecr_contracts.core.errors import SetupError
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.frontends.cli import main
from ecr_contracts.runtime.effects import Origin, Sort
from ecr_contracts.runtime.sandbox.sandbox import Sandbox
from ecr_contracts.runtime.sandbox.settings import Settings
from tests.rows import keeping
from tests.writing import write

CHATTY = """
import json, os, urllib.request
import boto3
sns = boto3.client("sns")
def handler(event, context):
    detail = event["detail"]
    if detail["scan-status"] != "COMPLETE":
        return
    sns.publish(TopicArn=os.environ["TOPIC_ARN"], Message=detail["repository-name"])
    request = urllib.request.Request(
        "https://chat.example.invalid/hook?token=planted-query",
        json.dumps(
            {"text": "scanned", "password": "planted-body", "by": os.environ["API_TOKEN"]}
        ).encode(),
        {"Authorization": "Bearer planted-header", "X-Api-Key": "planted-key", "X-Team": "blue"},
    )
    urllib.request.urlopen(request)
    print("sent with", os.environ["API_TOKEN"])
    tag = detail["image-tags"][0]
"""
ENV = {"TOPIC_ARN": "arn:aws:sns:us-east-1:123456789012:scans", "API_TOKEN": "planted-variable"}


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, *arguments):
    code = main.main(["check", *arguments])
    out, err = capsys.readouterr()
    return code, out + err


def test_what_a_consumer_does_is_seen(project):
    write(project, "app.py", CHATTY)
    verdict = check("app.py:handler", settings=Settings(env=ENV), examples=0)
    effects = next(
        trial.outcome.effects for trial in verdict.trials if trial.case.id == "scan/ordinary"
    )
    (published,) = effects.aws("sns.Publish")
    assert published.content == {"TopicArn": ENV["TOPIC_ARN"], "Message": "my-repo"}
    assert (published.origin, published.changes) == (Origin.MADE_UP, True)
    (posted,) = effects.http("chat.example.invalid")
    assert posted.content["body"]["text"] == "scanned"
    assert posted.content["headers"]["x-team"] == "blue"
    assert len(effects) == 2


@pytest.mark.long
def test_secrets_reach_no_report(project, capsys):
    write(project, "app.py", CHATTY)
    options = [f"--env={name}={value}" for name, value in ENV.items()]
    shown = [
        run(capsys, "app.py:handler", *options, *more)
        for more in ((), ("-v",), ("--format", "json"))
    ]
    assert all(code == 1 for code, _ in shown)
    assert "IndexError" in shown[0][1]
    assert all("chat.example.invalid" in text for _, text in shown[1:])
    assert "blue" in shown[2][1]
    kept = [
        path.read_text() for path in project.rglob("*") if path.is_file() and path.name != "app.py"
    ]
    for text in (*(text for _, text in shown), *kept):
        assert "planted" not in text


def test_a_secret_in_an_exception_reaches_no_report(project, capsys):
    write(
        project,
        "app.py",
        """
        import os
        def handler(event, context):
            tags = event["detail"]["image-tags"]
            if not tags:
                raise ValueError(f"no tag; {os.environ['API_TOKEN']}")
        """,
    )
    for more in ((), ("-v",), ("--format", "json")):
        code, text = run(capsys, "app.py:handler", "--env=API_TOKEN=planted-variable", *more)
        assert code == 1
        assert "no tag; ***" in text
        assert "planted" not in text


def test_the_command_that_repeats_a_finding_asks_for_the_secret_alone(project, capsys):
    write(
        project,
        "app.py",
        """
        import os
        URL, TOKEN, DAYS = os.environ["URL"], os.environ["TOKEN"], os.environ["DAYS"]
        def handler(event, context):
            return event["detail"]["image-tags"][0]
        """,
    )
    said = [
        "--env",
        "URL=https://a.example.invalid/x y",
        "--env",
        "TOKEN=planted-token",
        "--env-auto",
        "--strict",
    ]
    _, text = run(capsys, "app.py:handler", *said)
    lines = [
        line.strip() for line in text.splitlines() if line.strip().startswith("ecr-contracts check")
    ]
    assert lines[0] == "ecr-contracts check --replay 1 --env TOKEN=..."


# --- what stops a run -----------------------------------------------------------------------------

STOPPED = {
    "a secret of another form": (
        """
        import boto3, re
        def handler(event, context):
            value = boto3.client("secretsmanager").get_secret_value(SecretId="x")["SecretString"]
            host, port = re.fullmatch(r"db://([a-z]+):([0-9]+)", value).groups()
            return event["detail"]["image-tags"]
        """,
        [
            "secretsmanager.GetSecretValue was answered",
            'so that app.py:5 goes on: "secretsmanager.GetSecretValue" among the answers',
        ],
    ),
    "swallowed too": (
        """
        import boto3, re
        def handler(event, context):
            try:
                found = boto3.client("secretsmanager").get_secret_value(SecretId="x")
                host, port = re.fullmatch(r"db://([a-z]+):([0-9]+)", found["SecretString"]).groups()
                topic = "arn:aws:sns:us-east-1:123456789012:x"
                text = str(event["detail"]["image-tags"])
                boto3.client("sns").publish(TopicArn=topic, Message=text)
            except Exception as error:
                print(error)
        """,
        ["secretsmanager.GetSecretValue was answered", "app.py:6"],
    ),
    "a secret of another form at import": (
        """
        import boto3, re
        value = boto3.client("secretsmanager").get_secret_value(SecretId="x")["SecretString"]
        host, port = re.fullmatch(r"db://([a-z]+):([0-9]+)", value).groups()
        def handler(event, context):
            return event["detail"]["image-tags"]
        """,
        [
            "cannot be loaded",
            "secretsmanager.GetSecretValue was answered",
            "app.py:4",
            "answers = {",
        ],
    ),
    "a variable at import, behind an answer": (
        """
        import boto3, os
        value = boto3.client("secretsmanager").get_secret_value(SecretId="x")["SecretString"]
        topic = os.environ["TOPIC_ARN"]
        def handler(event, context):
            return event["detail"]["image-tags"]
        """,
        ["needs the environment variable TOPIC_ARN", "--env TOPIC_ARN="],
    ),
    "a program at import": (
        """
        import subprocess
        revision = subprocess.check_output(["git", "rev-parse", "HEAD"])
        def handler(event, context):
            return event["detail"]["image-tags"]
        """,
        [
            "cannot be loaded, since the sandbox refuses starting a program: git rev-parse HEAD",
            "--allow-process git",
        ],
    ),
    "a web page": (
        """
        import urllib.request
        def handler(event, context):
            page = urllib.request.urlopen("https://api.example.invalid/v1").read().decode()
            found = page.index("<body>")
            return event["detail"]["image-tags"]
        """,
        [
            "GET https://api.example.invalid/v1 was answered",
            '"api.example.invalid/v1" among the answers',  # no page of ours has what is looked for
        ],
    ),
    "a program": (
        """
        import subprocess
        def handler(event, context):
            subprocess.run(["docker", "pull", event["detail"]["repository-name"]], check=True)
            return event["detail"]["image-tags"]
        """,
        ["refuses starting a program: docker pull my-repo", "--allow-process docker"],
    ),
    "a socket": (
        """
        import socket
        def handler(event, context):
            socket.create_connection(("10.0.0.1", 6379))
            return event["detail"]["image-tags"]
        """,
        ["refuses a connection: 10.0.0.1:6379", "--allow-net 10.0.0.1:6379"],
    ),
    "a variable in a call": (
        """
        import os
        def handler(event, context):
            tags = event["detail"]["image-tags"]
            return os.environ["CHANNEL"], os.environ["SLACK_URL"]
        """,
        [
            "needs the environment variable CHANNEL",
            "--env CHANNEL=",
            "--env-auto",
            "SLACK_URL (app.py:5)",
        ],
    ),
    "a variable in a rare call": (
        """
        import os
        def handler(event, context):
            if not event["detail"]["image-tags"]:
                return os.environ["CHANNEL"]
        """,
        ["needs the environment variable CHANNEL", "--env CHANNEL="],
    ),
    "a variable that is asked for politely": (
        """
        import os, boto3
        def handler(event, context):
            topic = os.environ.get("TOPIC_ARN")
            boto3.client("sns").publish(TopicArn=topic, Message=str(event["detail"]["image-tags"]))
        """,
        ["needs the environment variable TOPIC_ARN", "--env TOPIC_ARN=arn:aws:sns:"],
    ),
    "an answer that does not fit": (
        """
        import boto3
        def handler(event, context):
            try:
                topic = "arn:aws:sns:us-east-1:123456789012:x"
                boto3.client("sns").publish(TopicArn=topic, Message="x")
            except Exception:
                pass
            return event["detail"].get("image-tags")
        """,
        ["answers['sns.Publish'] cannot be used", "MessageId"],
    ),
}


@keeping(lambda source, told: "--env-auto" in told or "docker" in source)
@pytest.mark.parametrize(("source", "told"), STOPPED.values(), ids=STOPPED)
def test_a_matter_of_set_up_is_no_finding(project, capsys, source, told):
    write(project, "app.py", source)
    answers = (
        ['--answer=sns.Publish={"MessageId": 5}']
        if any("sns.Publish" in words for words in told)
        else []
    )
    is_variable = any("needs the environment variable" in words for words in told)
    strict = ["--env-strict"] if is_variable else []  # else they are made up
    code, text = run(capsys, "app.py:handler", "--kind=scan", *answers, *strict)
    assert code == 2, text
    for words in told:
        assert words in text
    assert "Traceback" not in text
    assert "finding" not in text


@pytest.mark.long
def test_the_answer_that_is_asked_for_helps(project, capsys):
    write(project, "app.py", STOPPED["a secret of another form"][0])
    with pytest.raises(SetupError) as told:
        check("app.py:handler", kinds=["scan"], examples=0)
    # No text of ours has the form, and what would not help is not told to be pasted.
    assert "answers = {" not in told.value.advice
    key = '"secretsmanager.GetSecretValue"'
    assert f"app.py:5 goes on: {key} among the answers" in told.value.advice
    answer = f'{key} = {{ "SecretString" = "db://a:1" }}'
    write(project, "pyproject.toml", f"[tool.ecr-contracts]\nanswers = {{ {answer} }}\n")
    code, text = run(capsys, "app.py:handler", "--kind=scan", "--examples=0")
    assert code == 0  # a warning, for nobody has seen a scan without the key
    assert "KeyError when image-tags is absent" in text


@pytest.mark.long
def test_a_fault_of_the_event_is_told_though_an_answer_was_made_up_before(project):
    write(
        project,
        "app.py",
        """
        import boto3
        def handler(event, context):
            boto3.client("secretsmanager").get_secret_value(SecretId="x")
            return event["detail"]["image_tags"]
        """,
    )
    verdict = check("app.py:handler", kinds=["scan"], examples=0)
    assert [(finding.check, finding.exception) for finding in verdict.findings] == [
        ("raises", "KeyError")
    ]


@pytest.mark.long
def test_empty_lists_are_tried_where_filled_ones_do_harm(project):
    write(
        project,
        "app.py",
        """
        import boto3
        def handler(event, context):
            table = boto3.client("dynamodb")
            seen = table.query(TableName="t", KeyConditionExpression="id = x")["Items"]
            assert not seen, "twice"
            return event["detail"]["image-tags"][0]
        """,
    )
    verdict = check("app.py:handler", kinds=["scan"], examples=0)
    assert {finding.exception for finding in verdict.findings} == {"IndexError", "KeyError"}


def test_empty_lists_are_tried_at_import_too(project):
    write(
        project,
        "app.py",
        """
        import boto3
        rules = boto3.client("events").list_rules()["Rules"]
        assert not rules
        def handler(event, context):
            return event["detail"]["image-tags"][0]
        """,
    )
    verdict = check("app.py:handler", kinds=["scan"], examples=0)
    assert {finding.exception for finding in verdict.findings} == {"IndexError", "KeyError"}


def test_a_fault_through_the_answer_of_ecr_is_told_so(project, capsys):
    write(
        project,
        "app.py",
        """
        import boto3
        def handler(event, context):
            detail = event["detail"]
            found = boto3.client("ecr").describe_images(
                repositoryName=detail["repository-name"],
                imageIds=[{"imageDigest": detail["image-digest"]}],
            )
            tag = found["imageDetails"][0]["imageTags"][0]
            return detail["finding-severity-counts"]
        """,
    )
    verdict = check("app.py:handler", kinds=["scan"], examples=0)
    through = {finding.location.source: finding.through for finding in verdict.findings}
    assert through == {
        'imageIds=[{"imageDigest": detail["image-digest"]}],': "",
        'tag = found["imageDetails"][0]["imageTags"][0]': "ecr.DescribeImages",
        'return detail["finding-severity-counts"]': "",
    }
    _, text = run(capsys, "app.py:handler", "--kind=scan", "--examples=0")
    assert "through the answer of ecr.DescribeImages" in " ".join(text.split())


FLAGGED = """
import boto3
def handler(event, context):
    tags = event["detail"].get("image-tags")
    flag = boto3.client("ssm").get_parameter(Name="/alerts/enabled")["Parameter"]["Value"]
    if flag != "yes":
        return {"tags": tags}
    topic = "arn:aws:sns:us-east-1:123456789012:x"
    boto3.client("sns").publish(TopicArn=topic, Message=str(event["detail"]))
"""


@pytest.mark.long
def test_a_green_that_our_answers_may_have_made_says_so(project, capsys):
    write(project, "app.py", FLAGGED)
    code, text = run(capsys, "app.py:handler", "--kind=scan", "--examples=0")
    assert code == 0
    assert (
        "no event made it change anything. If it stops at an answer that we made up "
        "(ssm.GetParameter)" in " ".join(text.split())
    )
    answer = '--answer=ssm.GetParameter={"Parameter": {"Value": "yes"}}'
    code, text = run(capsys, "app.py:handler", "--kind=scan", "--examples=0", answer)
    assert "sns.Publish" not in text
    assert "no event made it change anything" not in text


# --- what can be said of it -----------------------------------------------------------------------


@pytest.mark.long
def test_checks_can_be_turned_off_and_made_strict(project, capsys):
    write(
        project,
        "app.py",
        """
        import boto3
        sns = boto3.client("sns")
        def handler(event, context):
            if event["detail"]["action-type"] == "PUSH":
                topic = "arn:aws:sns:us-east-1:123456789012:x"
                sns.publish(TopicArn=topic, Message=event["detail"]["repository-name"])
        """,
    )
    blind = ("app.py:handler", "--kind=push")
    assert run(capsys, *blind)[0] == 0
    assert "makes the same calls" in run(capsys, *blind)[1]
    assert run(capsys, *blind, "--strict")[0] == 1
    assert "does the same" not in run(capsys, *blind, "--strict", "--off=action-blind")[1]
    write(
        project,
        "pyproject.toml",
        '[tool.ecr-contracts]\nchecks = { "action-blind" = "off: all are logged" }\n',
    )
    assert "nothing found" in run(capsys, *blind)[1]
    write(
        project, "pyproject.toml", '[tool.ecr-contracts]\nchecks = { "action-blind" = "error" }\n'
    )
    assert run(capsys, *blind)[0] == 1


def test_answers_come_from_the_configuration_and_from_functions(project):
    write(
        project,
        "app.py",
        """
        import boto3
        def handler(event, context):
            value = boto3.client("ssm").get_parameter(Name="/x")["Parameter"]["Value"]
            return {"value": value, "tags": event["detail"].get("image-tags")}
        """,
    )
    write(
        project,
        "answers.py",
        """
        def parameter(parameters, event):
            return {"Parameter": {"Value": parameters["Name"] + event["detail"]["repository-name"]}}
        """,
    )
    settings = Settings(answers={"ssm.GetParameter": "answers.py:parameter"})
    verdict = check("app.py:handler", kinds=["scan"], examples=0, settings=settings)
    outcome = next(trial.outcome for trial in verdict.trials if trial.case.id == "scan/ordinary")
    assert outcome.returned["value"] == "/xmy-repo"
    assert [effect.origin for effect in outcome.effects] == [Origin.GIVEN]


@pytest.mark.long
def test_moto_can_answer(project):
    write(
        project,
        "app.py",
        """
        import boto3
        s3 = boto3.client("s3")
        def handler(event, context):
            if not s3.list_buckets()["Buckets"]:
                s3.create_bucket(Bucket="scans")
            names = [one["Name"] for one in s3.list_buckets()["Buckets"]]
            return {"names": names, "tags": event["detail"].get("image-tags")}
        """,
    )
    verdict = check("app.py:handler", kinds=["scan"], examples=0, settings=Settings(backend="moto"))
    assert {tuple(trial.outcome.returned["names"]) for trial in verdict.trials} == {("scans",)}


# --- what is left behind --------------------------------------------------------------------------


def test_the_process_is_left_as_it_was(project):
    def now():
        return (
            dict(os.environ),
            type(os.environ),
            os.getcwd(),
            list(sys.meta_path),
            sys.argv[:],
            socket.socket.connect,
            subprocess.Popen,
            contextlib.suppress.__exit__,
            sorted(vars(builtins)),
        )

    before = now()
    with Sandbox(Settings(env=ENV), UserCode.around(None, str(project))) as sandbox:
        sandbox.begin_call({})
        assert os.environ["API_TOKEN"] == "planted-variable"
        with pytest.raises(OSError, match="the sandbox refuses"):
            socket.create_connection(("192.0.2.1", 80))
        assert [effect.sort for effect in sandbox.observations().effects] == [Sort.NETWORK]
    assert now() == before


def test_nothing_leaks_from_call_to_call(project):
    write(
        project,
        "app.py",
        """
        import os, sys
        def handler(event, context):
            before = [os.environ.get("SEEN"), os.getcwd(), *sys.argv]
            os.environ["SEEN"] = "yes"
            os.chdir("/")
            sys.argv.append("x")
            return {"before": before, "tags": event["detail"].get("image-tags")}
        """,
    )
    verdict = check("app.py:handler", kinds=["scan"], examples=0)
    befores = [trial.outcome.returned["before"] for trial in verdict.trials]
    assert befores == [[None, str(project), str(project / "app.py")]] * len(befores)


def test_importing_the_package_imports_nothing_of_it(project):
    names = "[name for name in sys.modules if 'sandbox' in name]"
    script = f"import json, sys, ecr_contracts; print(json.dumps({names}))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []


def paste(project, capsys, *options):
    """Run until nothing is left to be pasted; how often there was."""
    lines = []
    for _ in range(4):
        code, text = run(capsys, "app.py:handler", "--kind=scan", "--examples=0", *options)
        if code != 2:
            break
        line = text.rstrip().splitlines()[-1].strip()
        lines.append(
            line.removeprefix("answers = { ").removesuffix(" }")
            if line.startswith("answers")
            else line
        )
        write(project, "pyproject.toml", "[tool.ecr-contracts.answers]\n" + "\n".join(lines))
    assert code == 0, text
    return len(lines)


@pytest.mark.long
def test_answers_to_requests_have_what_is_read_of_them(project, capsys):
    write(
        project,
        "app.py",
        """
        import requests
        API = "https://api.github.com/repos/a/b"
        def handler(event, context):
            pulls = requests.get(f"{API}/pulls", params={"state": "open"}).json()
            body = {"ref": pulls[0]["head"]["sha"], "event": event}
            made = requests.post(f"{API}/deployments", json=body)
            return [pulls[0]["number"], made.json()["id"], event]
        """,
    )
    assert paste(project, capsys) == 0  # what is read of the answers is in them


@pytest.mark.long
def test_an_answer_that_an_import_fails_of_can_be_pasted(project, capsys):
    write(
        project,
        "app.py",
        """
        import boto3, json
        client = boto3.client("secretsmanager")
        secret = client.get_secret_value(SecretId="x")["SecretString"]
        WEIGHTS = [float(one) for one in secret.split(",")]
        def handler(event, context):
            return [WEIGHTS, event]
        """,
    )
    code, text = run(capsys, "app.py:handler", "--kind=scan")
    assert code == 2
    assert "secretsmanager.GetSecretValue was answered" in text
    line = text.rstrip().splitlines()[-1].strip()
    assert line == 'answers = { "secretsmanager.GetSecretValue" = { "SecretString" = "10" } }'
    write(project, "pyproject.toml", f"[tool.ecr-contracts]\n{line}\n")  # as it is told
    code, text = run(capsys, "app.py:handler", "--kind=scan", "--examples=0")
    assert code == 0, text


@pytest.mark.long
def test_what_another_function_answers_has_the_keys_that_are_read(project, capsys):
    write(
        project,
        "app.py",
        """
        import boto3, json
        def handler(event, context):
            told = boto3.client("lambda").invoke(FunctionName="owner", Payload=json.dumps(event))
            return json.loads(told["Payload"].read())["team"]["email"]
        """,
    )
    assert paste(project, capsys) == 0


def test_the_parts_are_imported_once_for_all_workers(project):
    write(project, "app.py", "def handler(event): return 1")
    script = """
    import sys
    from ecr_contracts.discovery.target import Target
    from ecr_contracts.runtime.worker.parent import Worker
    part = "ecr_contracts.runtime.sandbox.aws.client"
    before = part in sys.modules
    with Worker(Target.parse("app.py:handler")) as worker:
        worker.start()
    print(before, part in sys.modules, "botocore" in sys.modules)
    """
    done = subprocess.run(
        [sys.executable, "-c", dedent(script)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True", "False"]
