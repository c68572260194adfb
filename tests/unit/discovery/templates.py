"""Templates that several tests read, and how they read them."""

from __future__ import annotations

import textwrap
from pathlib import Path

from ecr_contracts.discovery.iac.cloudformation.functions import Function, functions
from ecr_contracts.discovery.iac.cloudformation.template import Template

SAM = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Hook: {Type: String, Default: https://hooks.example.invalid/x}
  Team: {Type: String}
Globals:
  Function:
    Runtime: python3.12
    Timeout: 10
    Layers: [!Ref Common]
    Environment:
      Variables:
        STAGE: !Ref AWS::StackName
        DAYS: 1
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Queue: {Type: AWS::SQS::Queue}
  Common:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: layer}
  Scan:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: handlers/app.handler
      Timeout: 30
      Environment:
        Variables:
          TOPIC: !Ref Topic
          HOOK: !Sub "${Hook}/a"
          DAYS: 3
          QUEUE: !Ref Queue
          TEAM_URL: !Ref Team
      Events:
        OnScan:
          Type: EventBridgeRule
          Properties:
            Pattern:
              source: [aws.ecr]
              detail-type: [ECR Image Scan]
"""


INLINE = """
Resources:
  Inline:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: python3.11
      Code:
        ZipFile: {tag}|
          import os
          REGION = "${AWS::Region}"

          def inner(event):
              return event["nope"]

          def handler(event, context):
              return inner(event) or os.environ["INLINE_VAR"]
"""


def line_of(text: str, what: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if what in line)


def read(folder: Path, text: str, name: str = "template.yaml") -> dict[str, Function]:
    file = folder / name
    file.write_text(textwrap.dedent(text))
    return {one.name: one for one in functions(Template.read(Path(name)))}
