"""Functions whose code is not found: which of them may be a handler of the project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ecr_contracts.discovery.iac.cloudformation.functions import functions
from ecr_contracts.discovery.iac.cloudformation.template import Template
from ecr_contracts.discovery.lost_code import function_of_lost_code
from tests.writing import HANDLER, write


def function(**properties: Any) -> dict[str, Any]:
    metadata = properties.pop("Metadata", {})
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Handler": "app.handler", "Runtime": "python3.12"} | properties,
        "Metadata": metadata,
    }


@pytest.fixture
def meant(folder):
    """Writes a template and the file of a handler, and tells which function it is taken for."""

    def told(file: str, template: str = "template.json", **resources: dict[str, Any]) -> str | None:
        write(folder, file, HANDLER)
        write(folder, template, json.dumps({"Resources": resources}))
        known = list(functions(Template.read(Path(template))))
        found = function_of_lost_code(known, Path(file), "handler")
        return found.name if found else None

    return told


S3 = {"S3Bucket": "artifacts", "S3Key": "code.zip"}


@pytest.mark.parametrize(
    ("file", "properties"),
    [
        ("app.py", {"Code": S3}),
        ("app.py", {"Code": {"S3Bucket": "b", "S3Key": {"Ref": "Key"}}}),
        ("scan/app.py", {"Code": S3 | {"S3Key": "release/scan.zip"}}),
        ("scan/app.py", {"Code": "s3://artifacts/scan/1"}),
        ("src/notify_team.py", {"Code": S3, "Handler": "notify_team.handler"}),
        ("src/app.py", {"Code": "build/"}),
        ("src/app.py", {"Code": "package.zip"}),
        ("src/app.py", {"Code": "dist/notifier.zip"}),
        ("scan/app.py", {"Code": "dist/lambda.zip"}),
        ("scan/app.py", {"Code": "dist/scan-lambda.zip"}),
        ("ctx/src/app.py", {"PackageType": "Image", "Metadata": {"DockerContext": "ctx"}}),
    ],
)
def test_what_nothing_speaks_against_is_meant(meant, folder, file, properties):
    write(folder, "ctx/Dockerfile", 'FROM x\nCOPY src/app.py .\nCMD [ "app.handler" ]\n')
    assert meant(file, Fn=function(**properties)) == "Fn"


@pytest.mark.parametrize(
    ("file", "properties"),
    [
        ("scan/app.py", {"Code": S3}),
        ("scan/app.py", {"Code": S3 | {"S3Key": "push.zip"}}),
        ("src/app.py", {"Code": S3}),
        ("app.py", {"Code": S3, "Handler": "index.handler"}),
        ("app.py", {"Code": S3, "Handler": "app.other"}),
        ("app.py", {"Code": S3, "Runtime": "nodejs20.x"}),
        ("app.py", {"Code": {"ZipFile": "def handler(event, context): pass"}}),
        ("scan/app.py", {"Code": "dist/push.zip"}),
        ("scan/app.py", {"Code": "services/push/"}),
        ("scan/app.py", {"Code": "."}),
        ("src/app.py", {"Code": "other"}),
        ("src/app.py", {"PackageType": "Image", "Code": {"ImageUri": "x"}}),
        ("src/app.py", {"PackageType": "Image", "Metadata": {"DockerContext": "ctx"}}),
    ],
)
def test_what_may_be_anothers_is_not(meant, folder, file, properties):
    write(folder, "ctx/Dockerfile", 'CMD ["app.handler"]\n')
    write(folder, "other/README", "")
    assert meant(file, Fn=function(**properties)) is None


def test_of_several_the_one_is_meant_whose_name_speaks_for_it(meant):
    built = function(Code="build/")
    assert meant("scan/app.py", ScanImages=built, PushTags=built) == "ScanImages"
    assert meant("scan/app.py", One=built, Two=built) is None
    assert meant("scan/app.py", Scan=built, ScanAgain=built) is None


def test_files_of_the_same_name_leave_a_doubt(meant, folder):
    built = function(Code="package.zip")
    write(folder, "dist/push/app.py", HANDLER)  # what is built is no source
    write(folder, ".venv/push/app.py", HANDLER)
    assert meant("scan/app.py", Fn=built) == "Fn"
    write(folder, "push/app.py", HANDLER)
    assert meant("scan/app.py", Fn=built) is None
    assert meant("scan/app.py", Scan=built) == "Scan"


def test_a_template_in_a_folder_of_its_own_is_that_of_the_folder(meant):
    built = function(Code=S3)
    assert meant("scan/app.py", "scan/template.json", Fn=built) == "Fn"
    pushed = function(Code=S3 | {"S3Key": "push.zip"})
    assert meant("scan/app.py", "scan/template.json", Fn=pushed) is None
