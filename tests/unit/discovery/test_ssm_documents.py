"""SSM documents: what an instance runs of them, and what Run Command refuses."""

from __future__ import annotations

import json

import pytest

from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.iac.ssm.documents import (
    SHELL_SCRIPT,
    Parameter,
    document,
)


def written(folder, content, name="document.json"):
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), "utf-8")
    return str(file)


def of_steps(*commands, **parameters):
    steps = [
        {"action": "aws:runShellScript", "name": "run", "inputs": {"runCommand": list(commands)}}
    ]
    return {"schemaVersion": "2.2", "parameters": parameters, "mainSteps": steps}


TEXT, LIST = {"type": "String"}, {"type": "StringList"}


# --- what is run ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("commands", "parameters", "given", "text"),
    [
        (["echo {{ a }}"], {"a": TEXT}, {"a": ["x y"]}, "echo x y"),
        (["echo {{a}}{{  a  }}"], {"a": TEXT}, {"a": ["x"]}, "echo xx"),
        (["echo {{ a }}"], {"a": {**TEXT, "default": "d"}}, {}, "echo d"),
        (["echo {{ a }}"], {"a": {**TEXT, "default": "d"}}, {"a": [""]}, "echo "),
        (["set -e", "echo 1\necho {{ a }}"], {"a": TEXT}, {"a": ["x"]}, "set -e\necho 1\necho x"),
        (["{{ a }}", "b"], {"a": LIST}, {"a": ["x", "y"]}, "x\ny\nb"),
        (["{{ a }}"], {"a": {**LIST, "default": ["d", "e"]}}, {}, "d\ne"),
        (["echo {{ a }}"], {"a": LIST}, {"a": ["x", "y"]}, 'echo ["x", "y"]'),
        (
            ["echo {{ a }}"],
            {"a": {**TEXT, "interpolationType": "ENV_VAR"}},
            {"a": ["$(x)"]},
            "echo ${SSM_a}",
        ),
        (["echo {{ssm:name}} {{ platformType }}"], {}, {}, "echo placeholder placeholder"),
    ],
)
def test_parameters_stand_in_the_commands_as_they_are_given(
    tmp_path, commands, parameters, given, text
):
    found = document(written(tmp_path, of_steps(*commands, **parameters)))
    assert list(found.refusals(given)) == []
    assert [script.text for script in found.scripts(given)] == [text]


def test_aws_own_document_runs_what_it_is_given():
    found = document(SHELL_SCRIPT)
    assert [one.text for one in found.scripts({"commands": ["a", "b c"]})] == ["a\nb c"]
    assert list(found.refusals({"commands": ["a"], "executionTimeout": ["60"]})) == []


def test_a_document_of_schema_1_2_and_one_within_a_template(tmp_path):
    old = {
        "schemaVersion": "1.2",
        "parameters": {"commands": LIST},
        "runtimeConfig": {
            "aws:runShellScript": {"properties": [{"id": "0", "runCommand": "{{ commands }}"}]}
        },
    }
    template = {
        "Resources": {"Old": {"Type": "AWS::SSM::Document", "Properties": {"Content": old}}}
    }
    for text in (
        written(tmp_path, old),
        written(tmp_path, template, "t.json"),
        str(tmp_path / "t.json") + ":Old",
    ):
        assert [one.text for one in document(text).scripts({"commands": ["a", "b"]})] == ["a\nb"]


def test_what_a_template_knows_stands_in_the_commands(tmp_path):
    content = of_steps(
        {"Fn::Sub": "aws ecr get-login-password --region ${AWS::Region}"}, {"Ref": "AWS::AccountId"}
    )
    template = {
        "Resources": {"Pull": {"Type": "AWS::SSM::Document", "Properties": {"Content": content}}}
    }
    (script,) = document(written(tmp_path, template)).scripts({})
    assert script.text == "aws ecr get-login-password --region us-east-1\n123456789012"


def test_each_command_has_the_line_on_which_it_stands(tmp_path):
    text = """\
schemaVersion: "2.2"
parameters: {tag: {type: String}}
mainSteps:
  - action: aws:runShellScript
    name: one
    inputs:
      runCommand:
        - set -eu
        - |
          echo "{{ tag }}"
          docker pull {{ tag }}
  - {action: aws:runPowerShellScript, name: two, inputs: {runCommand: [dir]}}
  - action: aws:runShellScript
    name: three
    inputs:
      runCommand: [set -eu, ls]
"""
    found = document(written(tmp_path, text, "d.yaml"))
    assert [one.lines for one in found.scripts({"tag": ["x"]})] == [(8, 10, 11, 11), (16, 16)]
    assert found.left_out == ("two (aws:runPowerShellScript)",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("AWS-RunPatchBaseline", "neither a file nor a document"),
        ("none.yaml", "No such file"),
        ({"schemaVersion": "2.2", "mainSteps": []}, "no step of aws:runShellScript"),
        ({"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}, "which document is meant"),
    ],
)
def test_what_is_no_document_is_said_to_be_none(tmp_path, text, problem):
    with pytest.raises(TemplateError, match=problem):
        document(text if isinstance(text, str) else written(tmp_path, text))


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"tag": ["1"]}, []),
        ({"tag": ["1"], "mode": ["fast"]}, []),
        ([], ["parameters are an object"]),
        ("docker pull", ["parameters are an object"]),
        ({"tag": "1"}, ["'tag' is a list of texts, not \"1\""]),
        ({"tag": [1]}, ["'tag' is a list of texts, not [1]"]),
        ({"tag": ["1"], "tags": ["2"]}, ["no parameter 'tags'; there are: tag, mode"]),
        ({}, ["'tag' has no default"]),
        ({"tag": [""]}, ["'tag' is given is not of its allowedPattern"]),
        (
            {"tag": ["1"], "mode": ["other"]},
            ["'mode' is given is not of its allowedPattern or allowedValues"],
        ),
    ],
)
def test_what_run_command_refuses(tmp_path, given, problems):
    parameters = {
        "tag": {**TEXT, "allowedPattern": "^[0-9]+$"},
        "mode": {**TEXT, "default": "slow", "allowedValues": ["slow", "fast"]},
    }
    refusals = list(document(written(tmp_path, of_steps("ls", **parameters))).refusals(given))
    assert len(refusals) == len(problems)
    assert all(
        problem in refusal.problem for problem, refusal in zip(problems, refusals, strict=True)
    )
    assert all(refusal.meant == ("allowed" in refusal.problem) for refusal in refusals)


@pytest.mark.parametrize(
    ("parameter", "guarded"),
    [
        (Parameter("a"), False),
        (Parameter("a", pattern="^[a-z0-9./_:@-]*$"), True),
        (Parameter("a", pattern="[a-z]+"), False),
        (Parameter("a", pattern="^[a-z $]*$"), False),
        (Parameter("a", pattern='^[^"]*$'), False),
        (Parameter("a", pattern="^[\\S]*$"), False),
        (Parameter("a", pattern="^(unclosed"), False),
        (Parameter("a", values=("slow", "fast")), True),
        (Parameter("a", values=("slow; ls",)), False),
    ],
)
def test_a_pattern_guards_if_it_keeps_out_what_a_shell_reads(parameter, guarded):
    assert parameter.is_guarded == guarded
