"""What a repository has that reacts to ECR's events, and what is told of the rest."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from ecr_contracts.core import limits
from ecr_contracts.discovery.repository.entries import python_entries, speaking_functions
from ecr_contracts.discovery.repository.repository_files import (
    files_near,
    is_outspoken,
    repository_files,
)
from ecr_contracts.discovery.repository.survey import survey

HANDLER = """\
def handler(event, context):
    print(event["detail"]["image-tags"], event["detail"]["scan-status"])
"""


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Writes files into a repository that is the working directory; gives what is found there."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)

    def surveyed(files: dict[str, str]):
        for name, text in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text))
        return survey()

    return surveyed


def names(found):
    return [one.name for one in found.found]


TEMPLATE = """\
Resources:
  Scanned:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Runtime: python3.12
      Events:
        Scan:
          Type: EventBridgeRule
          Properties:
            Pattern: {source: [aws.ecr], detail-type: [ECR Image Scan]}
  Nightly:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src/, Handler: nightly.handler, Runtime: python3.12}
"""


def test_a_function_that_a_rule_reaches_is_named_by_its_template(repository):
    nightly = "def handler(event, context):\n    print('sweep')\n"
    found = repository(
        {"template.yaml": TEMPLATE, "src/app.py": HANDLER, "src/nightly.py": nightly}
    )
    assert names(found) == ["template.yaml:Scanned"]
    assert found.found[0].kinds == ("scan",)
    assert str(found.found[0]) == "scan events, by template.yaml:9, rule Scan"
    assert found.unclear == ()


MODULES = {
    "main.tf": """\
        module "scan" {
          source  = "./modules/function"
          handler = "scan.handler"
        }
        resource "aws_cloudwatch_event_rule" "scan" {
          event_pattern = jsonencode({ source = ["aws.ecr"], "detail-type" = ["ECR Image Scan"] })
        }
        resource "aws_cloudwatch_event_target" "scan" {
          rule = aws_cloudwatch_event_rule.scan.name
          arn  = module.scan.arn
        }
        """,
    "modules/function/main.tf": """\
        variable "handler" {}
        data "archive_file" "code" {
          type        = "zip"
          source_dir  = "${path.root}/src"
          output_path = "code.zip"
        }
        resource "aws_lambda_function" "this" {
          handler  = var.handler
          runtime  = "python3.12"
          filename = data.archive_file.code.output_path
        }
        output "arn" { value = aws_lambda_function.this.arn }
        """,
}


def test_a_function_of_a_module_is_named_by_the_configuration_that_calls_it(repository):
    found = repository({**MODULES, "src/scan.py": HANDLER})
    assert names(found) == ["main.tf:scan.this"]
    assert found.unclear == ()


def test_a_handler_that_no_template_names_is_found_by_its_code(repository):
    found = repository(
        {"lambda/scan.py": HANDLER, "lambda/other.py": "def handler(event, context): 1"}
    )
    assert names(found) == ["lambda/scan.py:handler"]
    assert str(found.found[0]).startswith("scan events, since its code reads ")


@pytest.mark.parametrize(
    "place",
    [
        *("tests/test_app.py", "test_app.py", "venv/lib/app.py", ".hidden/app.py", "build/app.py"),
        *("node_modules/app.py", "own/pyvenv.cfg", "app_test.py", "conftest.py"),
    ],
)
def test_what_is_installed_built_or_a_test_is_no_consumer(repository, place):
    files = {place: HANDLER}
    if place.endswith(".cfg"):
        files = {place: "", "own/app.py": HANDLER}
    found = repository(files)
    assert names(found) == []
    assert found.unclear == ()


@pytest.mark.parametrize(
    ("source", "entries"),
    [
        ("def handler(event, context): work(event)\ndef work(event, context): 1", ["handler"]),
        ("def lambda_handler(event, _): 1", ["lambda_handler"]),
        ("def handler(event, context=None): 1", ["handler"]),
        ("async def on_push(event): 1", ["on_push"]),
        ("def compare(left, right): 1\ndef area(width, height): 1", []),
        ("def main(): 1\ndef helper(): 1", ["main"]),
        ("def handler(event, context, third): 1", []),
        ("@app.on_cw_event({})\ndef whatever(thing): 1", ["whatever"]),
        ("app = FastAPI()\n@app.post('/x')\ndef x(body): 1", ["app"]),
        ("def create_app():\n    return Flask(__name__)", ["create_app()"]),
        ("def create_app():\n    return Flask(__name__)\napp = create_app()", ["app"]),
        ("def make():\n    app = web.Application()\n    return app", ["make()"]),
        (
            "class Worker:\n    def run(self): self.handle(1)\n    def handle(self, event): 1",
            ["Worker.run"],
        ),
        ("class Worker:\n    def __init__(self, url): 1\n    def run(self): 1", []),
        (
            "class Base:\n    def handle(self, event, context): 1\nclass Push(Base): pass",
            ["Push.handle"],
        ),
        ("from django.http import HttpResponse\ndef hook(request): 1", ["hook"]),
        ("def hook(request): 1", []),
        ("def handler(event, context: 1", []),
    ],
)
def test_entrances_are_what_others_would_call(tmp_path, source, entries):
    file = tmp_path / "app.py"
    file.write_text(source)
    assert list(python_entries(file)) == entries


def test_functions_that_speak_of_events_are_named_with_their_class(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(
        "def quiet(): 1\n"
        "def loud(d): return d['image-tag']\n"
        "class Deployer:\n    def on_image(self, d): return d['repository-name']\n"
    )
    assert list(speaking_functions(file)) == ["loud", "Deployer.on_image"]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("d['image-tags'], d['scan-status']", True),
        ("'aws.ecr'", True),
        ("'ECR Image Action'", True),
        ("d['repository-name'], d['repository-name']", False),
        ("'aws.ecrx'", False),
        ("my-image-tags-table", False),
        ("", False),
    ],
)
def test_one_key_alone_is_a_coincidence(tmp_path, text, is_one):
    file = tmp_path / "app.py"
    file.write_text(text)
    assert is_outspoken(file) is is_one


def test_an_app_stands_for_its_routers(repository):
    router = """\
    from fastapi import APIRouter
    router = APIRouter()

    @router.post("/ecr")
    def handle(event: dict):
        return event["detail"]["image-tags"], event["detail"]["scan-status"]
    """
    main = "from fastapi import FastAPI\nfrom hooks import router\napp = FastAPI()\n"
    main += "app.include_router(router)\n"
    found = repository({"main.py": main, "hooks.py": router})
    assert names(found) == ["main.py:app"]


@pytest.mark.parametrize(
    ("line", "is_near"),
    [
        ("import hooks", True),
        ("from hooks import router", True),
        ("from app.hooks import router", True),
        ("from app import (\n    other,\n    hooks,\n)", True),
        ("    from . import hooks", True),
        ("import webhooks", False),
        ("# it hooks into the import of all", False),
    ],
)
def test_only_what_imports_a_file_that_speaks_is_looked_at(repository, tmp_path, line, is_near):
    repository(
        {"hooks.py": HANDLER, "main.py": line, "cli.py": "import main", "far.py": "import x"}
    )
    near = {file.name for file in files_near(repository_files(Path()))}
    assert near == ({"hooks.py", "main.py", "cli.py"} if is_near else {"hooks.py"})


def test_a_poll_loop_says_which_queue_it_asks(repository):
    loop = """\
    import json, boto3

    def main():
        sqs = boto3.client("sqs")
        while True:
            for message in sqs.receive_message(QueueUrl="q").get("Messages", []):
                detail = json.loads(message["Body"])["detail"]
                print(detail["image-tag"], detail["action-type"])
    """
    found = repository({"worker.py": loop})
    assert names(found) == ["worker.py:main"]
    assert found.found[0].why.endswith("it asks a queue by receive_message, worker.py:6")


def test_a_handler_for_node_is_found(repository):
    source = """\
    export const handler = async (event) => {
        console.log(event.detail["image-tags"], event.detail["scan-status"]);
    };
    """
    assert names(repository({"index.mjs": source})) == ["index.mjs:handler"]


# --- what is told ---------------------------------------------------------------------------------


def test_a_rule_that_reaches_nothing_here_is_told(repository):
    template = """\
    Resources:
      Pushed:
        Type: AWS::Events::Rule
        Properties:
          EventPattern: {source: [aws.ecr]}
          Targets: [{Id: queue, Arn: "arn:aws:sqs:us-east-1:123456789012:pushes"}]
    """
    found = repository({"rules.yaml": template})
    (unclear,) = found.unclear
    assert unclear.place == "rules.yaml:2"
    assert unclear.problem == "rule Pushed reaches nothing here that could be called"
    assert unclear.line == '{ handler = "FILE.py:FUNCTION", rule = "rules.yaml:Pushed" },'


def test_a_function_whose_code_is_elsewhere_is_told_once(repository):
    found = repository({"template.yaml": TEMPLATE.replace("src/", "s3://bucket/code.zip")})
    (unclear,) = found.unclear
    assert unclear.place == "template.yaml:2"
    assert "Scanned is reached by template.yaml:9, rule Scan, and its code lies" in unclear.problem


def test_a_template_that_cannot_be_read_is_told_with_its_line(repository):
    found = repository({"template.yaml": TEMPLATE + "\t broken: ["})
    (unclear,) = found.unclear
    assert unclear.place.startswith("template.yaml:")


def test_a_sample_event_is_no_template_that_cannot_be_read(repository):
    found = repository({"events/scan.json": '{"source": "aws.ecr", "detail": {}}'})
    assert found.unclear == ()


def test_code_that_speaks_of_events_and_is_no_entrance_is_told(repository):
    source = "def rows(d):\n    return d['image-tags'], d['scan-status']\n"
    (unclear,) = repository({"rows.py": source}).unclear
    assert unclear.place == "rows.py"
    assert "rows.py:rows" in unclear.advice
    assert unclear.line == '{ handler = "rows.py:FUNCTION" },'


def test_code_that_this_python_cannot_read_is_told_so(repository):
    (unclear,) = repository({"app.py": "def handler(event:\n  'aws.ecr'"}).unclear
    assert unclear.problem.endswith("is no Python that this version can read")


def test_a_function_in_another_language_is_told_with_an_entry_for_its_program(repository):
    other = TEMPLATE.replace("python3.12", "provided.al2023").replace("app.handler", "bootstrap")
    (unclear,) = repository({"template.yaml": other}).unclear
    assert unclear.line == '{ command = "./bootstrap", rule = "template.yaml:Scanned" },'


def test_a_configuration_that_is_a_program_is_told_with_what_to_run(repository):
    stack = "from aws_cdk import aws_events\nPATTERN = {'source': ['aws.ecr']}\n"
    found = repository({"cdk.json": "{}", "stack.py": stack})
    (unclear,) = found.unclear
    assert unclear.place == "cdk.json"
    assert "cdk synth" in unclear.advice


def test_a_state_machine_is_told_with_the_command_that_checks_it(repository):
    template = """\
    Resources:
      Machine:
        Type: AWS::Serverless::StateMachine
        Properties:
          Definition: {StartAt: End, States: {End: {Type: Succeed}}}
          Events:
            Scan:
              Type: EventBridgeRule
              Properties:
                Pattern: {source: [aws.ecr], detail-type: [ECR Image Scan]}
    """
    (unclear,) = repository({"template.yaml": template}).unclear
    assert unclear.line == "ecr-contracts check --state-machine template.yaml:Machine"


def test_what_is_beyond_the_bound_is_told(repository, monkeypatch):
    monkeypatch.setattr(limits, "REPOSITORY_FILES", 2)
    found = repository(dict.fromkeys(("a.py", "b.py", "c.py"), HANDLER))
    assert not found.is_whole
    assert found.files == 2
    assert names(found) == ["a.py:handler", "b.py:handler"]
