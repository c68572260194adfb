"""What transformers make of valid events, alone and as the parameters of Run Command."""

from __future__ import annotations

import json
import shlex
import shutil
from itertools import product
from pathlib import Path

import pytest

from ecr_contracts.core import limits
from ecr_contracts.core.errors import SetupError
from ecr_contracts.core.findings import Severity
from ecr_contracts.discovery.iac.cloudformation.input_transformers import transformer
from ecr_contracts.discovery.iac.ssm import documents as ssm_documents
from ecr_contracts.discovery.iac.ssm.shell import syntax_error
from ecr_contracts.engine.subjects.run_command import (
    RunCommand,
    run_command,
    transformer_alone,
)
from ecr_contracts.events.generate.cases import case
from ecr_contracts.frontends.cli import main
from tests.judging import judged

EXAMPLES = Path(__file__).parent / "run_command"
QUICK = {"strength": 1, "examples": 0}
PUSHED = {
    "source": ["aws.ecr"],
    "detail-type": ["ECR Image Action"],
    "detail": {"action-type": ["PUSH"]},
}
PATHS = {
    "repo": "$.detail.repository-name",
    "tag": "$.detail.image-tag",
    "digest": "$.detail.image-digest",
    "media": "$.detail.artifact-media-type",
    "account": "$.account",
}
bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def check_transformer(text, **asked):
    return judged(transformer_alone(text), **asked)


def check_run_command(name, text, **asked):
    return judged(run_command(name, text), **asked)


def rule(template, paths=PATHS, pattern=PUSHED, **target):
    used = {name: path for name, path in paths.items() if f"<{name}>" in template}
    shaper = {"InputPathsMap": used, "InputTemplate": template}
    content = {
        "Name": "r",
        "EventPattern": pattern,
        "Targets": [{"Id": "t", "InputTransformer": shaper, **target}],
    }
    Path("rule.json").write_text(json.dumps(content, indent=1), "utf-8")
    return "rule.json"


def told(verdict):
    """Each fault as check, severity, and what decides on it: each choice of each condition."""
    faults = set()
    for one in verdict.findings:
        conditions = [
            [f"{condition.path} {choice}" for choice in condition.choices]
            for condition in one.cause
        ]
        for choices in product(*conditions):
            faults.add((one.check, one.severity.value, choices))
    return sorted(faults)


def checked(template, **given):
    return told(check_transformer(rule(template, **given), **QUICK))


ABSENT = [("$.detail.image-tag absent",), ("$.detail.image-tag empty",)]


def lost(severity):
    return [("lost-path", severity, cause) for cause in ABSENT]


# --- transformers alone ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "severity"),
    [
        ('{"image": "<repo>:<tag>"}', "error"),
        ('{"image": "<account>.dkr.ecr.eu-west-1.amazonaws.com/<repo>:<tag>"}', "error"),
        ('{"image": "ghcr.io/x/app:<tag>"}', "error"),
        ('"deploys <repo>:<tag> now"', "error"),
        ('{"tag": <tag>}', "warning"),
        ('{"tag": "<tag>"}', "warning"),
        ('"<repo> was pushed, tag: <tag>"', "warning"),
        ('"Repo:<repo>,Tag:<tag>"', "warning"),
        ('"tag:<tag>"', "warning"),
        ('{"image": "<repo>:v<tag>"}', "warning"),
        ('{"image": "<repo>:<tag>v"}', "warning"),
        ('{"image": "<repo>:<tag>-slim"}', "error"),
    ],
)
def test_an_empty_text_is_an_error_where_an_address_breaks_off(template, severity):
    assert checked(template) == lost(severity)


@pytest.mark.parametrize(
    "template",
    [
        '{"repository": <repo>}',
        '"<repo> in <account>"',
        '{"all": <aws.events.event.json>}',
        '"constant"',
    ],
)
def test_what_every_event_has_is_fine(template):
    assert checked(template) == []


def test_a_path_has_the_line_on_which_it_stands():
    verdict = check_transformer(rule('{"image": "<repo>:<tag>"}'), **QUICK)
    finding = verdict.findings[0]
    assert (
        Path("rule.json").read_text("utf-8").splitlines()[finding.location.line - 1].strip()
        == finding.location.source
    )
    assert "$.detail.image-tag" in finding.location.source
    assert (
        finding.detail
        == "nothing at $.detail.image-tag: the image's address ends there, in <repo>:<tag>"
    )


def test_an_input_path_may_deliver_nothing():
    Path("target.json").write_text('{"InputPath": "$.detail.image-tag"}', "utf-8")
    found = check_transformer("target.json", **QUICK)
    assert {one.kind for one in found.findings} == {"push", "delete"}
    assert {one.detail for one in found.findings} == {
        "nothing at $.detail.image-tag: an empty text is all that is delivered"
    }
    assert {one.severity for one in found.findings} == {Severity.WARNING}


def test_what_is_no_json_is_not_delivered():
    scans = {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}
    paths = {"tags": "$.detail.image-tags", "counts": "$.detail.finding-severity-counts"}
    quoted = checked('{"tags": "<tags>"}', paths=paths, pattern=scans)
    found = check_transformer("rule.json", kinds=["scan"], **QUICK).findings
    assert "<tags> brings quotes of its own" in next(
        one.detail for one in found if one.check == "undeliverable"
    )
    # What is written of an empty list is a text in quotes, by chance.
    assert quoted == [
        ("lost-path", "warning", ("$.detail.image-tags absent",)),
        ("undeliverable", "error", ("$.detail.image-tags one",)),
        ("undeliverable", "error", ("$.detail.image-tags several",)),
    ]
    both = checked('{"counts": <counts>, "tags": "<tags>"}', paths=paths, pattern=scans)
    assert [one for one in both if one[0] == "undeliverable"] == quoted[1:]
    assert checked('{"tag": <tags>', paths=paths, pattern=scans) == [("undeliverable", "error", ())]
    assert {check for check, *_ in checked('{"counts": <counts>}', paths=paths, pattern=scans)} == {
        "lost-path"
    }


@pytest.mark.parametrize(
    ("detail", "causes"),
    [
        ({"image-tag": [{"exists": True}]}, ABSENT[1:]),
        ({"image-tag": [{"exists": True}, {"anything-but": ""}]}, ABSENT[1:]),
        ({"image-tag": [{"anything-but": ""}]}, []),
        ({"image-tag": [{"anything-but": [""]}]}, []),
        ({"image-tag": [{"prefix": "v"}]}, []),
        ({"image-tag": ["latest"]}, []),
        ({"image-tag": [{"exists": False}]}, [()]),
        ({"image-tag": [{"wildcard": "*"}]}, ABSENT[1:]),
        ({"result": ["FAILURE"]}, ABSENT),
        ({}, ABSENT),
    ],
)
def test_events_that_the_rule_does_not_deliver_are_no_fault_of_it(detail, causes):
    pattern = {**PUSHED, "detail": {**PUSHED["detail"], **detail}}
    found = checked('{"image": "<repo>:<tag>"}', pattern=pattern)
    assert [cause for _, _, cause in found] == causes


def test_the_kinds_are_those_of_the_rule_else_those_that_have_the_paths():
    assert check_transformer(rule('"<tag>"'), **QUICK).kinds == ("push",)
    both = check_transformer(rule('"<tag>"', pattern=None), **QUICK)
    assert (both.kinds, both.why) == (("push", "delete"), "its paths are theirs")
    assert check_transformer(rule('"<tag>"'), kinds=["delete"], **QUICK).kinds == ("delete",)
    with pytest.raises(SetupError, match=r"lets through only events of aws\.ec2"):
        check_transformer(rule('"<tag>"', pattern={"source": ["aws.ec2"]}), **QUICK)


# --- Run Command ----------------------------------------------------------------------------------


def shell(command, **given):
    """What is said of one command, besides that its values should be quoted."""
    template = json.dumps({"commands": [command]})
    return [one for one in checked(template, **given) if one[0] != "unquoted"]


def unquoted(command, **given):
    template = json.dumps({"commands": [command]})
    found = check_transformer(rule(template, **given), **QUICK).findings
    return {
        (one.severity.value, one.detail.partition(", in ")[0])
        for one in found
        if one.check == "unquoted"
    }


@bash
@pytest.mark.parametrize(
    ("command", "severity"),
    [
        ("docker pull <repo>:<tag>", "error"),
        ('docker pull "<repo>:<tag>"', "error"),
        ("docker pull app:<tag>", "error"),
        ("./deploy.sh <tag> --now", "error"),
        ('./deploy.sh "<tag>" --now', "warning"),
        ('echo "tag:<tag>"', "warning"),
        ("TAG=<tag>", "warning"),
        ('[ -n "<tag>" ] || exit 0; docker pull "<repo>:<tag>"', None),
        ('if [ "<tag>" = "" ]; then exit 0; fi; docker pull "<repo>:<tag>"', None),
        ('case "<tag>" in "") exit 0;; esac; docker pull "<repo>:<tag>"', None),
        ('TAG="<tag>"\n[ -z "$TAG" ] && exit 0\ndocker pull "<repo>:$TAG"', None),
        ('export TAG="<tag>"\ndocker pull "<repo>:${TAG:-latest}"', None),
        ('TAG="<tag>"\n[ -z "$OTHER" ] && exit 0\ndocker pull "<repo>:$TAG"', "warning"),
    ],
)
def test_an_empty_text_in_a_command(command, severity):
    assert shell(command) == ([] if severity is None else lost(severity))


@bash
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("docker pull <repo>@<digest>", {("warning", "<repo> and <digest> outside quotes")}),
        ('docker pull "<repo>@<digest>"', set()),
        ("docker pull '<repo>@<digest>'", set()),
        ("echo <account>", set()),
        ('echo "<account>" <repo>', {("warning", "<repo> outside quotes")}),
        ('echo "<media>"', {("warning", "<media> in quotes that the value itself may end")}),
        (
            "echo <repo> '<media>'",
            {("warning", "<repo> outside quotes, <media> in quotes that the value itself may end")},
        ),
        ("# <repo>\nls", set()),
        ("./deploy.sh <tag> --now", {("warning", "<tag> outside quotes")}),
    ],
)
def test_a_value_outside_quotes(command, said):
    assert unquoted(command) == said


@bash
def test_commands_that_do_not_parse():
    assert shell("echo 'it's <repo>'") == [("broken-command", "error", ())]
    assert shell('if [ "<repo>" ]; then ls') == [("broken-command", "error", ())]


@bash
def test_a_value_that_changes_the_words_is_an_error():
    judge = RunCommand(
        "rule.json",
        ("--transformer", "rule.json"),
        transformer(rule('{"commands": ["docker pull <repo>"]}')),
        ssm_documents.document("AWS-RunShellScript"),
    )
    event = case("push/ordinary").event
    event["detail"]["repository-name"] = "a b"
    (changed,) = [fault for fault in judge.call(event).faults if fault.severity is Severity.ERROR]
    assert (changed.check, changed.message) == (
        "unquoted",
        "the value changes the words of the command",
    )
    event["detail"]["repository-name"] = "a'b"
    assert "broken-command" in {fault.check for fault in judge.call(event).faults}


@pytest.mark.parametrize(
    ("template", "severity"),
    [
        ('{"commands": "docker pull <repo>"}', "error"),
        ('{"commands": [["docker pull <repo>"]]}', "error"),
        ('{"command": ["docker pull <repo>"]}', "error"),
        ('"docker pull <repo>"', "error"),
        ('{"commands": ["ls"], "executionTimeout": [60]}', "error"),
    ],
)
def test_parameters_that_run_command_refuses(template, severity):
    found = check_run_command("AWS-RunShellScript", rule(template), **QUICK)
    assert ("invalid-parameters", severity, ()) in told(found)


def test_a_list_that_is_absent_is_no_list():
    scans = {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}
    text = rule('{"commands": <tags>}', paths={"tags": "$.detail.image-tags"}, pattern=scans)
    found = told(check_run_command("AWS-RunShellScript", text, **QUICK))
    assert ("invalid-parameters", "warning", ("$.detail.image-tags absent",)) in found


def test_a_document_that_keeps_values_out_is_told_as_advice():
    parameters = {"tag": {"type": "String", "allowedPattern": "^[a-zA-Z0-9._-]+$"}}
    inputs = {"runCommand": ["docker pull app:{{ tag }}"]}
    steps = [{"action": "aws:runShellScript", "name": "a", "inputs": inputs}]
    Path("document.json").write_text(
        json.dumps({"parameters": parameters, "mainSteps": steps}), "utf-8"
    )
    found = told(check_run_command("document.json", rule('{"tag": ["<tag>"]}'), **QUICK))
    assert found == [("invalid-parameters", "warning", cause) for cause in ABSENT]


def test_what_is_beyond_a_bound_is_said():
    commands = {"a": ["echo '{{ tag }}'"] * 101, "b": ["x" * 70_000]}
    steps = []
    for name, lines in commands.items():
        step = {"action": "aws:runShellScript", "name": name, "inputs": {"runCommand": lines}}
        steps.append(step)
    parameters = {"tag": {"allowedPattern": "^(?=[a-z])"}}
    content = {"parameters": parameters, "mainSteps": steps}
    Path("document.json").write_text(json.dumps(content), "utf-8")
    notes = check_run_command("document.json", rule('{"tag": ["<tag>"]}'), **QUICK).notes
    assert (
        f"not checked, since they have more than {limits.SCRIPT_CHARACTERS:,} characters: b"
        in notes
    )
    assert any(note.startswith("not checked: the allowedPattern of tag") for note in notes)
    parameters["tag"]["allowedPattern"] = "[a-z]"
    Path("document.json").write_text(json.dumps(content), "utf-8")
    notes = check_run_command("document.json", rule('{"tag": ["<tag>"]}'), **QUICK).notes
    assert f"not checked: quotes behind the first {limits.QUOTED_LINES} lines with values" in notes


def test_what_is_not_looked_at_is_said(monkeypatch):
    steps = [
        {
            "action": "aws:runShellScript",
            "name": "a",
            "inputs": {"runCommand": ["echo '{{ tag }}'"]},
        },
        {"action": "aws:runPowerShellScript", "name": "b", "inputs": {"runCommand": ["dir"]}},
    ]
    Path("document.json").write_text(
        json.dumps({"parameters": {"tag": {}}, "mainSteps": steps}), "utf-8"
    )
    syntax_error.cache_clear()
    monkeypatch.setattr(shutil, "which", lambda name: None)
    notes = check_run_command("document.json", rule('{"tag": ["<tag>"]}'), **QUICK).notes
    syntax_error.cache_clear()
    assert notes == (
        "not checked, since they are no shell's: b (aws:runPowerShellScript)",
        "not checked: whether the commands parse, for bash is not here, or the script is not for "
        "a shell",
    )


# --- the whole ------------------------------------------------------------------------------------


@bash
def test_the_naive_example_is_found_out_and_the_right_one_is_not():
    documents = [str(EXAMPLES / f"{name}_document.yaml") for name in ("naive", "right")]
    rules = [str(EXAMPLES / f"{name}_rule.yaml") for name in ("naive", "right")]
    naive = check_run_command(documents[0], rules[0], examples=20)
    bare = set()
    for one in naive.findings:
        if one.check == "unquoted":
            bare |= {place.line for place in (one.location, *one.places)}
    text = Path(documents[0]).read_text("utf-8").splitlines()
    assert {text[line - 1].strip() for line in bare} == {
        "- docker pull {{ image }}:{{ tag }}",
        "- ./notify.sh {{ tag }} --now",
    }
    assert [one for one in told(naive) if one[0] != "unquoted"] == lost("error")
    assert check_run_command(documents[1], rules[1], examples=20).findings == ()


@bash
def test_the_command_line_says_it_and_how_to_see_it_again(capsys):
    place = rule(
        '{"commands": ["docker pull <repo>:<tag>"]}',
        Arn="arn:aws:ssm:us-east-1::document/AWS-RunShellScript",
    )
    assert main.main(["check", "--transformer", place, "--examples", "0"]) == 1
    out = capsys.readouterr().out
    assert "push events, by rule.json:" in out
    assert "the parameters of an SSM" in out
    gap = "leaves a gap in an image's address or a command when image-tag is"
    assert gap in " ".join(out.split())
    assert "warning: leaves a value to the shell on every push" in out
    repeats = [
        line.strip() for line in out.splitlines() if line.strip().startswith("ecr-contracts check")
    ]
    for line in repeats:
        words = shlex.split(line)
        assert main.main(words[1:]) == (1 if "-tag" in line else 0)
        assert place in words
    assert len(repeats) == 2


@bash
def test_a_document_is_checked_from_the_command_line(capsys):
    place, aws = rule('{"commands": ["docker pull <repo>:<tag>"]}'), "AWS-RunShellScript"
    assert (
        main.main(["check", "--run-command", aws, "--transformer", place, "--case", "push/no-tag"])
        == 1
    )
    assert (
        f"ecr-contracts check --run-command {aws} --transformer {place} --case push/no-tag"
        in capsys.readouterr().out
    )
    assert (
        main.main(
            [
                "check",
                "--transformer",
                place,
                "--off",
                "lost-path",
                "--off",
                "unquoted",
                "--examples",
                "0",
            ]
        )
        == 0
    )
    assert "nothing found" in capsys.readouterr().out
    assert (
        main.main(["check", "--transformer", place, "--format", "json", "--case", "push/no-tag"])
        == 1
    )
    report = json.loads(capsys.readouterr().out)
    assert (
        main.main(["check", "--transformer", place, "--case", "push/no-tag", "--keep", "kept"]) == 1
    )
    assert json.loads(Path("kept/push/no-tag.json").read_text("utf-8")) == case("push/no-tag").event
    assert {(one["check"], one["severity"]) for one in report["findings"]} == {
        ("lost-path", "error"),
        ("unquoted", "warning"),
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "nothing is named that could be checked"),
        (["--run-command", "AWS-RunShellScript"], "Run Command gets nothing of an event by itself"),
        (
            ["app.py:handler", "--run-command", "AWS-RunShellScript"],
            "app.py:handler is to be checked already",
        ),
        (["--transformer", "none.yaml"], "none.yaml: No such file"),
        (["--transformer", "bad.json"], "InputTemplate: '<x>'"),
    ],
)
def test_misuse_says_what_to_do(capsys, words, said):
    Path("bad.json").write_text('{"InputTemplate": "<x>"}', "utf-8")
    assert main.main(["check", *words]) == 2
    assert said in capsys.readouterr().err
