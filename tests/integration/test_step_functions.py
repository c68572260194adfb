"""State machines: what is wrong with each is found, and nothing else.

What comes of an answer that was made up is never a finding.
"""

import json
import logging
import subprocess
import sys
import threading
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.utils import json_path

from ecr_contracts.core.errors import AnswerError, ConsumerError, SetupError
from ecr_contracts.core.findings import MISSING, Condition
from ecr_contracts.engine.subjects.step_functions import reference_path
from ecr_contracts.engine.subjects.step_functions.ending import Failure
from ecr_contracts.engine.subjects.step_functions.engine import Engine
from ecr_contracts.engine.subjects.step_functions.machine import StateMachine
from ecr_contracts.engine.subjects.step_functions.unknown import UNKNOWN, is_known
from ecr_contracts.events.generate.cases import case
from ecr_contracts.frontends.cli import main
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.sentences import circumstances, headline
from ecr_contracts.reporting.verdicts import repeat_command
from tests.integration.machines import (
    ALL,
    DIGEST,
    DONE,
    MACHINES,
    TAG,
    choice,
    is_,
    machine,
    passing,
    task,
)
from tests.judging import judged

EXAMPLES = Path(__file__).parents[2] / "examples" / "scan_state_machine"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def written(definition, name="definition.asl.json"):
    Path(name).write_text(json.dumps(definition, indent=2))
    return name


def check_machine(name, *, answers=MappingProxyType({}), shaped_by=None, **request):
    return judged(StateMachine(name, answers=answers, transformer=shaped_by), **request)


def checked(definition, *kinds, **request):
    return check_machine(
        written(definition), kinds=kinds, **{"strength": 1, "examples": 0, **request}
    )


def sentences(verdict):
    """The findings of a verdict as reports say them, a sentence for each fault."""
    sentences_of_faults: list[str] = []
    for alternatives in faults(verdict.findings):
        sentences_of_faults.append(f"{headline(alternatives[0])} {circumstances(*alternatives)}")
    return sorted(sentences_of_faults)


@pytest.mark.parametrize("name", MACHINES)
def test_what_is_wrong_is_found_and_nothing_else(name):
    kind, definition, faults = MACHINES[name]
    verdict = checked(definition, kind)
    assert sentences(verdict) == sorted(faults)
    assert all(finding.explained for finding in verdict.findings)


def test_the_examples():
    naive = check_machine(str(EXAMPLES / "naive.asl.json"), examples=20)
    assert sentences(naive) == [
        "States.IntrinsicFailure in OpenTicket when image-tags is empty or absent",
        "States.Runtime in IsCritical when CRITICAL is absent",
        "States.Runtime in Tell when image-tags is empty or absent",
    ]
    assert naive.kinds == ("scan",)
    mended = check_machine(str(EXAMPLES / "mended.asl.json"), examples=20)
    assert (sentences(mended), mended.notes) == ([], ())
    assert mended.kinds == ("scan",)


def test_the_place_is_the_line_that_reads_the_path():
    file = written(machine("A", A=passing(Comment=TAG, Parameters={"name": "x", "tag.$": TAG})))
    [finding] = check_machine(file, kinds=["push"], strength=1, examples=0).findings
    lines = Path(file).read_text().splitlines()
    assert lines[finding.location.line - 1].strip() == f'"tag.$": "{TAG}"'
    assert (finding.location.file, finding.location.function) == (file, "A")
    assert finding.location.around.splitlines() == ['  "name": "x",', f'  "tag.$": "{TAG}"', "}"]


def test_yaml_is_read_too():
    Path("definition.asl.yaml").write_text(
        "StartAt: A\nStates:\n  A:\n    Type: Pass\n"
        "    InputPath: $.detail.image-tag\n    End: true\n"
    )
    [finding] = check_machine(
        "definition.asl.yaml", kinds=["push"], strength=1, examples=0
    ).findings
    assert (finding.location.line, finding.location.source) == (5, "InputPath: $.detail.image-tag")


# --- templates ------------------------------------------------------------------------------------

TEMPLATE = """\
Resources:
  Function:
    Type: AWS::Lambda::Function
  Inline:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition:
        StartAt: A
        States:
          A:
            Type: Task
            Resource: !GetAtt Function.Arn
            ResultPath: null
            Next: B
          B:
            Type: Pass
            InputPath: $.detail.image-tag
            End: true
  Text:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionString: !Sub |
        {
          "StartAt": "A",
          "States": {
            "A": {"Type": "Task", "Resource": "${Function.Arn}", "ResultPath": null, "Next": "B"},
            "B": {
              "Type": "Pass",
              "InputPath": "$.image-tag",
              "End": true
            }
          }
        }
  Apart:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: definition.asl.json
      Events:
        Pushed:
          Type: EventBridgeRule
          Properties:
            Pattern:
              source: [aws.ecr]
              detail-type: [ECR Image Action]
              detail: {result: [SUCCESS], action-type: [PUSH]}
  Bucket:
    Type: AWS::StepFunctions::StateMachine
    Properties: {DefinitionS3Location: {Bucket: b, Key: k}}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        {source: [aws.ecr], detail-type: [ECR Image Action], detail: {action-type: [PUSH]}}
      Targets:
        - {Id: inline, Arn: !GetAtt Inline.Arn}
        - {Id: text, Arn: !Ref Text, InputPath: $.detail}
"""


@pytest.mark.parametrize(
    ("name", "line", "source"),
    [("Inline", 17, "InputPath: $.detail.image-tag"), ("Text", 29, '"InputPath": "$.image-tag",')],
)
def test_a_machine_may_stand_in_a_template(name, line, source):
    Path("template.yaml").write_text(TEMPLATE)
    verdict = check_machine(f"template.yaml:{name}", strength=1, examples=0)
    assert sentences(verdict) == ["States.Runtime in B when image-tag is absent"]
    assert (verdict.kinds, verdict.why) == (
        ("push",),
        f"template.yaml:{TEMPLATE.splitlines().index('  Rule:') + 1}, rule Rule",
    )
    [finding] = verdict.findings
    at = finding.location
    assert (at.file, at.line, at.source) == ("template.yaml", line, source)
    assert repeat_command(verdict, finding).startswith(
        f"ecr-contracts check --state-machine template.yaml:{name} "
    )


@pytest.mark.parametrize("name", ["template.yaml:Apart", "definition.asl.json"])
def test_no_finding_is_about_events_that_the_rules_do_not_deliver(name):
    Path("template.yaml").write_text(TEMPLATE)
    written(
        machine(
            "A",
            A=choice(is_("$.detail.result", StringEquals="FAILURE"), Default="B"),
            Done=passing(InputPath="$.detail.no-such-key"),
            B=DONE,
        )
    )
    verdict = check_machine(name, strength=1, examples=0)
    assert (sentences(verdict), verdict.kinds) == ([], ("push",))
    assert "Pushed" in verdict.why
    [shielded] = verdict.shielded
    assert shielded.causes == (Condition("$.detail.result", ("failure",)),)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("template.yaml", "has 4 state machines"),
        ("template.yaml:Inlin", "has no state machine 'Inlin'"),
        ("template.yaml:Bucket", "its definition lies elsewhere (in S3)"),
        ("template.yaml:Apart", "No such file"),
    ],
)
def test_a_template_without_what_was_named_is_misuse(name, words):
    Path("template.yaml").write_text(TEMPLATE)
    with pytest.raises(ConsumerError) as error:
        check_machine(name)
    assert words in str(error.value)


# --- answers --------------------------------------------------------------------------------------

ASKING = machine(
    "A",
    A=task(
        Parameters={"FunctionName": "check", "Payload.$": "$"}, ResultPath="$.checked", Next="B"
    ),
    B=choice(is_("$.checked.Payload.ok", BooleanEquals=True), Default="C"),
    C=passing(InputPath=TAG),
    Done=DONE,
)


def test_what_hangs_on_an_answer_is_not_checked_and_that_is_said():
    verdict = checked(ASKING, "push")
    assert verdict.findings == ()
    [note] = verdict.notes
    assert note.startswith("not checked from B (definition.asl.json:")
    assert "--answer lambda:FUNCTION=JSON" in note


IMAGES = machine(
    "A",
    A=task(
        "arn:aws:states:::aws-sdk:ecr:describeImages",
        Parameters={
            "RepositoryName.$": "$.detail.repository-name",
            "ImageIds": [{"ImageDigest.$": DIGEST}],
        },
        ResultPath="$.found",
        Next="B",
    ),
    B=passing(InputPath="$.found.ImageDetails[0].ImageTags[0]"),
    Done=DONE,
)


def test_ecr_answers_in_agreement_with_the_event():
    verdict = checked(IMAGES, "push")
    assert verdict.notes == ()
    assert sentences(verdict) == [
        "States.Runtime in A when image-digest is absent",
        "States.Runtime in B when image-tag is empty or absent, or image-digest is empty",
    ]
    scans = machine(
        "A",
        A=task(
            "arn:aws:states:::aws-sdk:ecr:describeImageScanFindings", ResultPath="$.found", Next="B"
        ),
        B=passing(InputPath="$.found.ImageScanFindings.FindingSeverityCounts.CRITICAL"),
        Done=DONE,
    )
    assert any(
        "FindingSeverityCounts" in finding.detail for finding in checked(scans, "scan").findings
    )


def test_what_hangs_on_the_execution_itself_is_not_checked_and_that_is_said():
    late = is_("$.time", TimestampLessThanPath="$$.Execution.StartTime")
    verdict = checked(
        machine("A", A=choice(late, Default="C"), C=passing(InputPath=TAG), Done=DONE), "push"
    )
    assert verdict.findings == ()
    [note] = verdict.notes
    assert "what it decides on is of the execution itself" in note
    assert "--answer" not in note


def test_answers_can_be_told():
    wrong = checked(ASKING, "push", answers={"lambda:check": {"ok": False}})
    assert sentences(wrong) == ["States.Runtime in C when image-tag is absent"]
    right = checked(ASKING, "push", answers={"lambda:check": {"ok": True}})
    assert (right.findings, right.notes) == ((), ())


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        ("arn:aws:lambda:us-east-1:123456789012:function:check", "lambda:check"),
        ("${check}", "lambda:check"),
        ("sns:publish", "sns.Publish"),
        ("aws-sdk:ecr:describeImages", "ecr.DescribeImages"),
        ("sqs:sendMessage.waitForTaskToken", "sqs.SendMessage"),
    ],
)
def test_answers_go_by_the_names_of_calls(resource, name):
    asking = machine("A", A=task(resource, Next="B"), B=passing(InputPath="$.told"))
    assert checked(asking, "push", answers={name: {"told": 1}}).findings == ()
    assert sentences(checked(asking, "push", answers={name: {}})) == [
        "States.Runtime in B on every push"
    ]


def test_a_function_may_answer_and_a_task_may_fail():
    Path("answers.py").write_text(
        "def check(parameters, event):\n    return {'ok': 'image-tag' in event['detail']}\n"
    )
    assert checked(ASKING, "push", answers={"lambda:check": "answers.py:check"}).notes == ()
    assert sentences(checked(ASKING, "push", answers={"lambda:check": "answers.py:check"})) == [
        "States.Runtime in C when image-tag is absent"
    ]
    with pytest.raises(AnswerError, match="has no function 'nothing'"):
        checked(ASKING, "push", answers={"lambda:check": "answers.py:nothing"})
    failing = machine(
        "A", A=task("ecr:x", Catch=ALL, Next="B"), B=DONE, Done=passing(InputPath="$.Error.x")
    )
    assert sentences(
        checked(
            failing, "push", answers={"ecr.X": {"Error": {"Code": "Throttled", "Message": "slow"}}}
        )
    ) == ["States.Runtime in Done on every push"]


def test_what_tasks_ask_for_is_shown_and_no_retry_is_reckoned_with():
    asking = machine(
        "A",
        A=task("${Check}", ResultPath="$.checked", Next="B"),
        B=task(
            "sns:publish",
            Parameters={"Message.$": "$.checked.text", "Password": "p"},
            ResultPath=None,
            Next="C",
        ),
        C=passing(InputPath=TAG),
    )
    verdict = checked(asking, "push")
    assert sentences(verdict) == ["States.Runtime in C when image-tag is absent"]
    usual = next(trial for trial in verdict.trials if trial.case.id == "push/ordinary")
    assert [effect.name for effect in usual.outcome.effects] == ["lambda:Check", "sns.Publish"]
    assert usual.outcome.effects[1].content == {"Message": "unknown", "Password": "***"}


def test_a_catch_is_not_taken_for_what_an_answer_brings_about():
    asking = machine(
        "A",
        A=task(ResultPath="$.a", Next="B"),
        B=task(Parameters={"x.$": "States.MathAdd($.a, 1)"}, ItemsPath=None, Catch=ALL, Next="C"),
        C={
            "Type": "Map",
            "ItemsPath": "$.a",
            "Iterator": machine("D", D=DONE),
            "Catch": ALL,
            "End": True,
        },
        Done=passing(InputPath="$.nowhere"),
    )
    asking["States"]["B"].pop("ItemsPath")
    verdict = checked(asking, "push")
    assert verdict.findings == ()
    assert "not checked from C" in verdict.notes[0]


def test_a_branch_that_cannot_be_followed_leaves_the_others_alone():
    branches = [ASKING, machine("E", E=passing(InputPath=TAG))]
    verdict = checked(
        machine("P", P={"Type": "Parallel", "Branches": branches, "End": True}), "push"
    )
    assert sentences(verdict) == ["States.Runtime in E when image-tag is absent"]
    assert verdict.notes[0].startswith("not checked from B ")


def test_the_result_of_what_cannot_be_followed_is_not_known():
    part = {"Type": "Parallel", "Branches": [ASKING], "Next": "Q"}
    assert checked(machine("P", P=part, Q=passing(InputPath="$[0].what")), "push").findings == ()


def test_how_long_to_wait_may_be_an_answer():
    waiting = machine(
        "A",
        A=task(ResultPath="$.a", Next="B"),
        B={"Type": "Wait", "SecondsPath": "$.a", "End": True},
    )
    verdict = checked(waiting, "push")
    assert verdict.findings == ()
    assert "not checked from B" in verdict.notes[0]


def test_a_fail_state_is_told_of():
    kind, definition, _ = MACHINES["a-decision"]
    assert checked(definition, kind).notes == (
        "some events end in No (definition.asl.json:15): a Fail state is a decision, and no "
        "finding",
    )


# --- misuse ---------------------------------------------------------------------------------------

GOOD = machine("A", A=passing())
JSONATA = {
    "QueryLanguage": "JSONata",
    **machine("A", A={"Type": "Pass", "Output": "{% $states.input %}", "End": True}),
}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "definition.asl.json:1: it is not JSON"),
        ("[]", "not a mapping"),
        ("{}", "it is no state machine: it has no States"),
        (json.dumps({**GOOD, "StartAt": "a"}), "StartAt names 'a', which is no state"),
        (json.dumps({"States": GOOD["States"]}), "it has no StartAt"),
        (
            json.dumps(machine("A", A=passing(Next="B"))),
            "state 'A' in line 1 leads to 'B', which is no state",
        ),
        (json.dumps(machine("A", A={"End": True})), "state 'A' in line 1 has no Type"),
        (
            json.dumps(machine("A", A={"Type": "Parse", "End": True})),
            "moto's engine cannot read it",
        ),
        (
            json.dumps(machine("A", A={"Type": "Parallel", "Branches": [GOOD], "End": True})),
            "two states are called 'A'",
        ),
    ],
)
def test_a_broken_definition_is_misuse(text, words):
    Path("definition.asl.json").write_text(text)
    with pytest.raises(ConsumerError) as error:
        check_machine("definition.asl.json")
    assert words in str(error.value)


def test_a_definition_that_is_not_there_is_misuse():
    with pytest.raises(ConsumerError, match="No such file"):
        check_machine("nowhere.asl.json")


def test_jsonata_cannot_be_judged():
    with pytest.raises(
        SetupError, match="its first state, A, cannot be run: it is written in JSONata"
    ):
        checked(JSONATA, "push")


def test_jsonata_further_on_is_said():
    later = machine(
        "A", A=passing(Next="B"), B={"QueryLanguage": "JSONata", **JSONATA["States"]["A"]}
    )
    assert checked(later, "push").notes == (
        "not checked from B (definition.asl.json:8) on: it is written in JSONata, which moto does "
        "not run",
    )


def test_without_moto_it_says_what_to_install():
    written(GOOD)
    code = (
        "import sys; sys.modules['moto.stepfunctions'] = None\n"
        "from ecr_contracts.frontends.cli.main import main; "
        "sys.exit(main(['check', '--state-machine', 'definition.asl.json']))"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert (process.returncode, process.stdout) == (2, "")
    assert "python -m pip install 'ecr-contracts[stepfunctions]'" in process.stderr


# --- the command line -----------------------------------------------------------------------------


@pytest.mark.long
def test_a_finding_can_be_seen_again_by_the_line_that_it_ends_with(capsys):
    written(MACHINES["parameters"][1])
    line = ["check", "--state-machine", "definition.asl.json"]
    assert main.main([*line, "--examples", "0", "--strength", "1", "--kind", "push"]) == 1
    out = capsys.readouterr().out
    assert "the start of an execution" in out
    assert (
        "\n1  States.Runtime in A when image-tag is absent (AWS's own code handles such\n"
        "   events) [ECR101]\n"
    ) in out
    again = "ecr-contracts check --state-machine definition.asl.json --case push/no-tag"
    assert f"   {again}\n" in out
    assert max(len(line) for line in out.splitlines() if "ecr-contracts" not in line) <= 80
    assert main.main(again.split()[1:]) == 1
    verdict = "1 fault in definition.asl.json: 1 of 1 push event fails\n"
    assert capsys.readouterr().out.startswith(verdict)
    assert main.main([*line, "--replay"]) == 1
    assert "fails still  push/no-tag@stepfunctions" in capsys.readouterr().out
    assert main.main([*line, "--case", "push/ordinary", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["notes"] == []


def test_answers_are_told_on_the_command_line(capsys):
    written(ASKING)
    line = "check --state-machine definition.asl.json --case push/no-tag --answer"
    assert main.main([*line.split(), 'lambda:check={"ok": false}']) == 1
    assert """--answer 'lambda:check={"ok": false}'""" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("app.py:handler --state-machine x.json", "app.py:handler is to be checked already"),
        ("--state-machine x.json --via sqs", "only a handler can be given events in several ways"),
    ],
)
def test_misuse_of_the_command_line(capsys, line, words):
    assert main.main(["check", *line.split()]) == 2
    assert words in capsys.readouterr().err


# --- the engine -----------------------------------------------------------------------------------


def test_nothing_is_left_behind():
    before = execute_state.Thread, json_path.parse, threading.active_count()
    level = logging.getLogger("moto.stepfunctions").level
    checked(MACHINES["branches"][1], "push")
    with pytest.raises(ConsumerError):
        checked(machine("A", A={"Type": "Parse", "End": True}), "push")
    assert (execute_state.Thread, json_path.parse, threading.active_count()) == before
    assert logging.getLogger("moto.stepfunctions").level == level
    assert json_path.extract_json("$.a", {"a": 1}) == 1


def test_the_input_is_left_as_it_was():
    event = case("push/no-tag").event
    before = json.dumps(event)
    with Engine(MACHINES["result-instead"][1], lambda *_: UNKNOWN) as engine:
        engine.run(event)
    assert json.dumps(event) == before


def test_a_failure_says_what_failed():
    with Engine(MACHINES["format"][1], lambda *_: UNKNOWN) as engine:
        [failure] = engine.run(case("push/no-tag").event).failures
        assert engine.run(case("push/ordinary").event).failures == ()
    said = "States.Format('{}:{}', $.detail.repository-name, $.detail.image-tag): "
    said += "The JSONPath '$.detail.image-tag' could not be found in the input"
    assert failure == Failure("A", "States.IntrinsicFailure", said, TAG)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b-c", "d"]), inner, max_size=3)
    ),
    max_leaves=8,
)
STEPS = st.lists(st.sampled_from([".a", ".b-c", "['d']", "[0]", "[1]"]), max_size=4)


@given(JSON, STEPS)
def test_a_path_to_one_place_leads_where_others_say(value, steps):
    from jsonpath_ng.ext import parse

    path = "$" + "".join(steps)
    found = [one.value for one in parse(path).find(value)]
    ours = reference_path.at(value, path)
    assert ([] if ours is MISSING else [ours]) == found


@given(JSON, STEPS, STEPS)
def test_what_is_not_known_leads_to_what_is_not_known(value, steps, further):
    path = "$.z" + "".join(further)
    assert not is_known(reference_path.at({"z": UNKNOWN, "y": value}, path))
    assert is_known(value)
