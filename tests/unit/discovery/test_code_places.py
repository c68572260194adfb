"""Where the code of functions lies, and whose code a synthesised template speaks of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.iac.cloudformation.functions import functions
from ecr_contracts.discovery.iac.cloudformation.template import Template
from ecr_contracts.discovery.purpose import purpose_of
from ecr_contracts.discovery.target import Target
from tests.writing import write

CODE = """
def handler(event, context):
    return event["detail"]["action-type"], event["detail"]["image-tag"]
"""
BY_CODE = ("delete", "push")  # what its words tell
TAIL = ":ecr:us-east-1:123456789012:repository/shop/api"
SCAN = {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}
BUCKET = {"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"}


def synthesised(metadata: dict[str, Any], key: str = "abc.zip") -> str:
    """A template as CDK writes it, with a function, a rule and a custom resource."""
    resources = {
        "NotifyServiceRole12345678": {"Type": "AWS::IAM::Role"},
        "Notify8F3A1C22": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Code": {"S3Bucket": BUCKET, "S3Key": key},
                "Handler": "index.handler",
                "Runtime": "python3.12",
                "Layers": [{"Ref": "Common0A0B0C0D"}],
            },
            "DependsOn": ["NotifyServiceRole12345678"],
            "Metadata": {"aws:cdk:path": "Shop/Notify/Resource"} | metadata,
        },
        "Common0A0B0C0D": {
            "Type": "AWS::Lambda::LayerVersion",
            "Properties": {"Content": {"S3Bucket": BUCKET, "S3Key": "def.zip"}},
            "Metadata": {"aws:asset:path": "asset.layer", "aws:asset:property": "Content"},
        },
        "Scanned4D5E6F70": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventPattern": {
                    "source": ["aws.ecr"],
                    "detail-type": ["ECR Image Scan"],
                    "resources": [{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, TAIL]]}],
                },
                "State": "ENABLED",
                "Targets": [{"Arn": {"Fn::GetAtt": ["Notify8F3A1C22", "Arn"]}, "Id": "Target0"}],
            },
        },
        "LogRetention00112233": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Code": {"S3Bucket": BUCKET, "S3Key": "log.zip"},
                "Handler": "index.handler",
                "Runtime": "nodejs20.x",
            },
            "Metadata": {"aws:asset:path": "asset.log", "aws:asset:property": "Code"},
        },
    }
    return json.dumps({"Resources": resources}, indent=1)


ASSET = {"aws:asset:path": "asset.abc", "aws:asset:is-bundled": True, "aws:asset:property": "Code"}


@pytest.fixture
def cdk(folder):
    write(folder, "cdk.out/asset.abc/index.py", CODE)
    write(folder, "cdk.out/asset.layer/python/shared.py", "")
    return folder


@pytest.mark.parametrize("metadata", [ASSET, {}], ids=["metadata", "key"])
@pytest.mark.parametrize("name", [":Notify8F3A1C22", ":Notify", ""])
def test_an_asset_of_cdk_is_the_code(cdk, metadata, name):
    write(cdk, "cdk.out/Shop.template.json", synthesised(metadata))
    target = Target.parse(f"cdk.out/Shop.template.json{name}")
    assert target.file == Path("cdk.out/asset.abc/index.py")
    assert target.function.layers == (Path("cdk.out/asset.layer/python"),)
    assert purpose_of(target).kinds == ("scan",)


def test_an_asset_that_is_an_archive_is_none_here(cdk):
    write(cdk, "cdk.out/Shop.template.json", synthesised(ASSET | {"aws:asset:path": "abc.zip"}))
    with pytest.raises(ConsumerError, match="its code lies elsewhere"):
        Target.parse("cdk.out/Shop.template.json:Notify")


def test_the_source_of_an_asset_has_its_rules_as_long_as_it_is_the_same(cdk):
    write(cdk, "src/index.py", CODE)
    assert purpose_of(Target.parse("src/index.py:handler")).kinds == BY_CODE
    write(cdk, "cdk.out/Shop.template.json", synthesised(ASSET))
    assert purpose_of(Target.parse("src/index.py:handler")).kinds == ("scan",)
    write(cdk, "other/index.py", CODE + "# another\n")
    assert purpose_of(Target.parse("other/index.py:handler")).kinds == BY_CODE
    write(cdk, "src/app.py", CODE)
    assert purpose_of(Target.parse("src/app.py:handler")).kinds == BY_CODE


def test_code_that_is_the_same_is_still_another_functions(folder):
    """Only tools that copy sources leave the same file in another place."""
    write(folder, "one/index.py", CODE)
    write(folder, "other/index.py", CODE)
    resource = {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "Handler": "index.handler",
            "CodeUri": "one",
            "Events": {"E": {"Type": "EventBridgeRule", "Properties": {"Pattern": SCAN}}},
        },
    }
    write(folder, "template.json", json.dumps({"Resources": {"Fn": resource}}))
    assert purpose_of(Target.parse("one/index.py:handler")).kinds == ("scan",)
    assert purpose_of(Target.parse("other/index.py:handler")).kinds == BY_CODE


def test_the_template_of_a_stage_is_read_too(cdk):
    write(cdk, "src/index.py", CODE)
    metadata = ASSET | {"aws:asset:path": "../asset.abc"}
    write(cdk, "cdk.out/assembly-Prod/Shop.template.json", synthesised(metadata))
    assert purpose_of(Target.parse("src/index.py:handler")).kinds == ("scan",)


@pytest.mark.parametrize("name", ["src/index.py:handler", "cdk.out/Code.template.json:Notify"])
def test_a_rule_in_another_stack_of_cdk_reaches_the_function(cdk, name):
    write(cdk, "src/index.py", CODE)
    content = json.loads(synthesised(ASSET))
    rule = content["Resources"].pop("Scanned4D5E6F70")
    arn = {"Fn::GetAtt": ["Notify8F3A1C22", "Arn"]}
    export = "Code:ExportsOutputFnGetAttNotify8F3A1C22Arn0A1B2C3D"
    content["Outputs"] = {"ExportsOutput": {"Value": arn, "Export": {"Name": export}}}
    write(cdk, "cdk.out/Code.template.json", json.dumps(content))
    rule["Properties"]["Targets"] = [{"Id": "Target0", "Arn": {"Fn::ImportValue": export}}]
    write(cdk, "cdk.out/Rules.template.json", json.dumps({"Resources": {"Scanned": rule}}))
    assert purpose_of(Target.parse(name)).kinds == ("scan",)


def test_code_that_a_condition_chooses_is_the_one_that_is_here(folder):
    write(folder, "src/app.py", CODE)
    write(
        folder,
        "template.yaml",
        """
Parameters: {Local: {Type: String}}
Conditions: {IsLocal: !Equals [!Ref Local, "yes"]}
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      CodeUri: !If [IsLocal, {Bucket: b, Key: k}, !Sub "src"]
""",
    )
    assert Target.parse("template.yaml:Fn").file == Path("src/app.py")


@pytest.mark.parametrize(
    ("properties", "metadata"),
    [
        ({"ImageConfig": {"Command": ["app.handler"]}}, {"DockerContext": "./src"}),
        ({}, {"DockerContext": "src", "Dockerfile": "Dockerfile.lambda"}),
        (
            {"Code": {"ImageUri": "x"}},
            {
                "aws:asset:path": "src",
                "aws:asset:dockerfile-path": "Dockerfile.lambda",
                "aws:asset:property": "Code.ImageUri",
            },
        ),
    ],
    ids=["command", "Dockerfile", "asset"],
)
def test_the_handler_of_an_image_is_its_command(folder, properties, metadata):
    write(folder, "src/app.py", CODE)
    write(folder, "src/Dockerfile.lambda", 'CMD ["x.y"]\nCMD [ "app.handler" ]\n')
    resource = {
        "Type": "AWS::Serverless::Function",
        "Properties": {"PackageType": "Image"} | properties,
        "Metadata": metadata,
    }
    write(folder, "template.json", json.dumps({"Resources": {"Fn": resource}}))
    (function,) = functions(Template.read(Path("template.json")))
    assert (function.file, function.attribute) == (Path("src/app.py"), "handler")
    assert function.problem.startswith("it is a container image")
