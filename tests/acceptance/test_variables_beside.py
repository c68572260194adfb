"""What a template beside a handler says of its environment is there when it runs."""

from __future__ import annotations

from pathlib import Path

import pytest

APP = """\
import os

STAGE = os.environ["STAGE"]


def handler(event, context):
    if (STAGE, os.environ.get("MODE", "quiet")) != ("prod", "loud"):
        raise RuntimeError(f"{STAGE} of another environment")
    return event["detail"]["repository-name"]
"""

SAM = """\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Environment:
      Variables:
        STAGE: prod
Resources:
  OnPush:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Environment:
        Variables:
          MODE: loud
"""

SERVERLESS = """\
service: images
provider:
  name: aws
  environment:
    STAGE: prod
functions:
  onPush:
    handler: src/app.handler
    environment:
      MODE: loud
"""

TERRAFORM = """\
locals {
  stage = "prod"
}

data "archive_file" "code" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "${path.module}/src.zip"
}

resource "aws_lambda_function" "on_push" {
  function_name = "on-push"
  handler       = "app.handler"
  runtime       = "python3.12"
  filename      = data.archive_file.code.output_path
  role          = "arn:aws:iam::123456789012:role/images"
  environment {
    variables = {
      STAGE = local.stage
      MODE  = "loud"
    }
  }
}
"""


@pytest.mark.parametrize(
    ("name", "template"),
    [("template.yaml", SAM), ("serverless.yml", SERVERLESS), ("main.tf", TERRAFORM)],
)
@pytest.mark.parametrize("words", ["src/app.py:handler", "src/app.py:handler --env STAGE=dev"])
def test_a_template_without_a_rule_gives_its_variables(
    tmp_path, monkeypatch, run, name, template, words
):
    monkeypatch.chdir(tmp_path)
    Path("src").mkdir()
    Path("src/app.py").write_text(APP)
    Path(name).write_text(template)
    code, out, complaints = run(f"check {words} --case push/ordinary")
    # What is said by hand comes before what a template says.
    assert (code, "dev of another environment" in out) == (
        (1, True) if "dev" in words else (0, False)
    )
    assert complaints == ""
