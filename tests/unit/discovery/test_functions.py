"""Functions of SAM and CloudFormation templates: their surroundings, and code that stands there."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.iac.cloudformation.functions import functions
from ecr_contracts.discovery.iac.cloudformation.template import Template
from ecr_contracts.discovery.purpose import purpose_of
from ecr_contracts.discovery.source.variables.environment import variables
from ecr_contracts.discovery.target import Target
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.loader import load, loaded
from ecr_contracts.runtime.outcome import Status
from tests.unit.discovery.templates import INLINE, SAM, line_of
from tests.writing import HANDLER, write


@pytest.fixture
def sam(folder):
    write(folder, "template.yaml", SAM)
    write(
        folder,
        "src/handlers/app.py",
        "import os, shared, top\ndef handler(event, context):\n    return os.getcwd()\n",
    )
    write(folder, "src/top.py", "")
    write(folder, "layer/python/shared.py", "")
    return folder


def test_a_function_of_sam_is_read(sam):
    (scan,) = functions(Template.read(Path("template.yaml")))
    assert (scan.file, scan.attribute, scan.root) == (
        Path("src/handlers/app.py"),
        "handler",
        Path("src"),
    )
    assert (scan.timeout, scan.layers, scan.problem) == (30, (Path("layer/python"),), "")
    assert scan.line == line_of((sam / "template.yaml").read_text(), "  Scan:")
    assert scan.environment == {
        "STAGE": "placeholder",
        "DAYS": "3",
        "TOPIC": "arn:aws:sns:us-east-1:123456789012:topic",
        "HOOK": "https://hooks.example.invalid/x/a",
        "QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/queue",
        "TEAM_URL": "https://example.invalid/team-url",
    }


def test_it_is_loaded_in_its_surroundings(sam):
    target = Target.parse("template.yaml:Scan")
    assert target.function == next(functions(Template.read(Path("template.yaml"))))
    assert pickle.loads(pickle.dumps(target)) == target
    assert hash(target) == hash(Target.parse("template.yaml:Scan"))
    with contextlib.chdir("."):
        outcome = call(load(target), {})
    assert outcome.returned == str(sam / "src")


def test_it_is_loaded_so_from_another_folder(sam):
    (sam / "elsewhere").mkdir()
    os.chdir(sam / "elsewhere")
    with contextlib.chdir("."):
        assert call(load(Target.parse("../template.yaml")), {}).returned == str(sam / "src")


def test_a_template_with_one_function_needs_no_name(sam):
    assert Target.parse("template.yaml").function == Target.parse("template.yaml:Scan").function
    os.chdir(sam / "src")
    assert Target.parse("../template.yaml").file == Path("../src/handlers/app.py")


@pytest.mark.parametrize("tag", ["", "!Sub "])
def test_code_in_a_template_has_the_lines_of_the_template(folder, tag):
    text = INLINE.replace("{tag}", tag)
    write(folder, "template.yaml", text)
    target = Target.parse("template.yaml:Inline")
    line = line_of((folder / "template.yaml").read_text(), 'event["nope"]')
    with loaded(target) as consumer:
        assert consumer.function.__module__ == "index"
        region = sys.modules["index"].REGION
        assert region == ("us-east-1" if tag else "${AWS::Region}")
        outcome = call(consumer, {})
    assert outcome.status is Status.RAISED
    assert (outcome.location.file, outcome.location.line) == ("template.yaml", line)
    assert outcome.location.source == 'return event["nope"]'
    assert "~~~~~^^^^^^^^" in outcome.traceback
    assert "index" not in sys.modules
    assert [(one.name, one.location) for one in variables(target)] == [
        ("INLINE_VAR", f"template.yaml:{line + 3}")
    ]


def test_code_in_a_template_that_is_broken_is_shown_there(folder):
    write(
        folder,
        "template.yaml",
        INLINE.replace("{tag}", "").replace("def inner(event):", "def inner(event:"),
    )
    line = line_of((folder / "template.yaml").read_text(), "def inner(event:")
    with (
        contextlib.chdir("."),
        pytest.raises(ConsumerError, match=rf"SyntaxError: .* at template\.yaml:{line}"),
    ):
        load(Target.parse("template.yaml"))


def test_a_template_in_json_is_read(folder):
    code = {"Fn::Join": ["\n", ["def handler(event, context):", "    return event['nope']"]]}
    given = {"Handler": "index.handler", "Code": {"ZipFile": code}}
    resources = {"Fn": {"Type": "AWS::Lambda::Function", "Properties": given}}
    write(folder, "template.json", json.dumps({"Resources": resources}, indent=1))
    (function,) = functions(Template.read(Path("template.json")))
    assert (function.line, function.code) == (
        3,
        "def handler(event, context):\n    return event['nope']",
    )
    with loaded(Target.parse("template.json")) as consumer:
        assert call(consumer, {"nope": 1}).returned == 1


def test_code_that_is_joined_begins_where_its_list_does_and_is_not_indented(folder):
    """Its pieces stand anywhere, so that no column of the template is one of the code."""
    write(
        folder,
        "template.yaml",
        """
        Resources:
          Fn:
            Type: AWS::Lambda::Function
            Properties:
              Handler: index.handler
              Code:
                ZipFile:
                  Fn::Join:
                    - "\\n"
                    - - "def handler(event, context):"
                      - "    return event['nope']"
        """,
    )
    (function,) = functions(Template.read(Path("template.yaml")))
    line = line_of((folder / "template.yaml").read_text(), "Fn::Join:") + 1
    assert (function.code_line, function.indent) == (line, 0)


def test_code_that_is_an_object_without_a_function_is_no_code_that_anything_breaks_on(folder):
    given = {"Handler": "index.handler", "Code": {"ZipFile": {"a": {"b": 1}}}}
    resources = {"Fn": {"Type": "AWS::Lambda::Function", "Properties": given}}
    write(folder, "template.json", json.dumps({"Resources": resources}, indent=1))
    (function,) = functions(Template.read(Path("template.json")))
    assert (function.name, function.code_line) == ("Fn", 8)


ORDINARY = """
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, %s}
"""


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("Runtime: ruby3.3", "its Runtime is ruby3.3, not Python"),
        ("Runtime: python3.12, CodeUri: s3://bucket/key", "its code lies elsewhere"),
        ("Runtime: python3.12, CodeUri: {Bucket: b, Key: k}", "its code lies elsewhere"),
        (
            "Runtime: python3.12, CodeUri: nowhere",
            "its code is to lie in nowhere, where there is no folder",
        ),
        ("Runtime: python3.12", r"its Handler is app\.handler, but there is no file app\.py"),
        ("PackageType: Image", "it is a container image"),
    ],
)
def test_what_cannot_be_loaded_says_why(folder, given, problem):
    write(folder, "template.yaml", ORDINARY % given)
    for text in ("template.yaml", "template.yaml:Fn"):
        with pytest.raises(ConsumerError, match=rf"Fn in template\.yaml:3: {problem}"):
            Target.parse(text)


def test_which_function_is_asked_where_there_are_several(folder):
    write(folder, "app.py", HANDLER)
    one = (
        "{Type: AWS::Serverless::Function, Properties: {Handler: app.handler, Runtime: python3.12}}"
    )
    other = "{Type: AWS::Serverless::Function, Properties: {Handler: app.handler, Runtime: go1.x}}"
    write(folder, "template.yaml", f"Resources:\n  A: {one}\n  B: {one}\n  C: {other}\n")
    with pytest.raises(ConsumerError, match=r"template\.yaml has 2 functions") as caught:
        Target.parse("template.yaml")
    assert caught.value.advice == "name one: template.yaml:A, template.yaml:B"
    with pytest.raises(ConsumerError, match="has no function 'Bee'") as caught:
        Target.parse("template.yaml:Bee")
    assert caught.value.advice == "there are: A, B, C"
    write(folder, "template.yaml", f"Resources:\n  A: {one}\n  C: {other}\n")
    assert Target.parse("template.yaml").function.name == "A"


KEYS = [
    "Type",
    "Properties",
    "Environment",
    "Variables",
    "Events",
    "Code",
    "ZipFile",
    "CodeUri",
    "Handler",
    "Layers",
]


@given(
    st.recursive(
        st.none()
        | st.integers()
        | st.sampled_from(["AWS::Lambda::Function", "AWS::Serverless::Function", "SQS", "a.b"]),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_no_template_breaks_the_reader(tmp_path_factory, resource):
    file = tmp_path_factory.getbasetemp() / "any.json"
    kind = "AWS::Serverless::Function"
    file.write_text(
        json.dumps({"Resources": {"Fn": {"Type": kind, "Properties": resource}, "X": resource}})
    )
    for function in functions(Template.read(file)):
        assert function.name in ("Fn", "X")


def test_the_purpose_of_inline_code_is_read_off_it(folder):
    text = INLINE.replace("{tag}", "").replace(
        'event["nope"]', 'event["detail"]["scan-status"], "image-tags"'
    )
    write(folder, "template.yaml", text)
    assert purpose_of(Target.parse("template.yaml")).kinds == ("scan",)


SETTLED = """
Parameters: {Stage: {Type: String, Default: dev}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Globals:
  Function:
    Timeout: !If [IsProd, 60, 5]
    Environment:
      Variables:
        A: !If [IsProd, a, !Ref AWS::NoValue]
        B: !If [IsProd, a, b]
        C: !Ref AWS::NoValue
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, Runtime: !If [IsProd, go1.x, python3.12]}
"""


def test_conditions_decide_on_what_a_function_has(folder):
    write(folder, "app.py", HANDLER)
    write(folder, "template.yaml", SETTLED)
    function = Target.parse("template.yaml").function
    assert (function.timeout, dict(function.environment)) == (5, {"B": "b"})


def test_a_function_that_a_condition_leaves_out_is_told_as_such(folder):
    write(folder, "app.py", HANDLER)
    write(folder, "template.yaml", SETTLED + "    Condition: IsProd\n")
    with pytest.raises(
        ConsumerError, match=r"Fn in template\.yaml:\d+: its Condition IsProd does not"
    ):
        Target.parse("template.yaml:Fn")
