"""Rules named by hand, rules left out, and what is remembered of a handler behind a rule."""

from __future__ import annotations

import json
import shlex
import textwrap

import pytest

from ecr_contracts.discovery.named_rules import named_rules
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine.plan import Request, planned
from ecr_contracts.engine.subjects.handler import Handler

APP = """
def handler(event, context):
    detail = event["detail"]
    return detail["repository-name"], detail["image-tag"]
"""
SHOP = {"source": ["aws.ecr"], "detail-type": ["ECR Image Action"]}
QUICK = ("--strength", "1", "--examples", "0")


def rule(*repositories: str, **detail: list) -> str:
    """The text of a rule for pushes to some repositories."""
    names = {"repository-name": list(repositories)} if repositories else {}
    return json.dumps(SHOP | {"detail": {"action-type": ["PUSH"]} | names | detail})


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with a handler and a rule beside it that asks for a tag, and one that does not."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "rule.json").write_text(rule("shop/api", **{"image-tag": [{"exists": True}]}))
    (tmp_path / "wide").mkdir()
    (tmp_path / "wide/rule.json").write_text(rule("shop/web"))
    return tmp_path


def findings(run, *words: str) -> list[dict]:
    code, out, err = run("check", *words, "--format", "json", *QUICK)
    assert code in (0, 1), err
    return json.loads(out)["findings"]


# --- --rule and --unshielded ----------------------------------------------------------------------


def test_a_handler_is_judged_behind_its_rule_or_another_or_none(project, run):
    assert findings(run, "app.py:handler") == []
    [behind_other] = findings(run, "app.py:handler", "--rule", "wide/rule.json")
    assert behind_other["example"]["detail"]["repository-name"] == "shop/web"
    assert behind_other["rule"] == "wide/rule.json:1"
    [unshielded] = findings(run, "app.py:handler", "--unshielded")
    assert unshielded["example"]["detail"]["repository-name"] == "my-repo"
    assert unshielded["rule"] is None


@pytest.mark.parametrize("words", [["--unshielded"], ["--rule", "wide/rule.json"]])
def test_the_line_that_shows_a_finding_again_has_the_same_rules(project, run, words):
    [finding] = findings(run, "app.py:handler", *words)
    repeated = shlex.split(finding["repeat"])
    assert repeated[2:] == ["--replay", "1"]
    [again] = findings(run, *repeated[2:])
    assert (again["example"], again["rule"]) == (finding["example"], finding["rule"])
    # A case that was chosen is repeated by the words that chose it.
    [chosen] = findings(run, "app.py:handler", *words, "--case", finding["case"])
    repeated = shlex.split(chosen["repeat"])
    assert repeated[-len(words) :] == words
    assert "--case" in repeated
    [again] = findings(run, *repeated[2:])
    assert again["example"] == finding["example"]


def test_a_case_may_be_chosen_without_the_rule(project, run):
    [finding] = findings(run, "app.py:handler", "--unshielded", "--case", "push/no-tag")
    assert finding["case"] == "push/no-tag"
    code, out, _ = run("check app.py:handler --unshielded --case push/no-tag")
    assert code == 1
    assert "judged without its rule, as asked" in out


def test_what_somebody_has_to_know_is_said_in_80_columns(project, run):
    for words in ("--unshielded", "--rule wide/rule.json"):
        code, out, _ = run(f"check app.py:handler {words}", *QUICK)
        assert code == 1
        repeat = "ecr-contracts check"  # is never wrapped
        assert all(len(line) <= 80 or repeat in line for line in out.splitlines())


@pytest.mark.parametrize(
    "subject",
    [
        "--state-machine machine.asl.json",
        "--transformer rule.yaml",
        "--run-command AWS-RunShellScript --transformer rule.yaml",
    ],
)
def test_only_the_rule_of_a_handler_can_be_named(project, run, subject):
    code, out, err = run(f"check {subject} --rule rule.json")
    assert (code, out) == (2, "")
    assert "only the rule of a handler can be named" in err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("no.json", "no.json: No such file"),
        ("app.py", "it is no file that rules are read from"),
        ("rule.json:Nme", "no rule in it is called 'Nme'"),
    ],
)
def test_what_names_no_rule_is_misuse(project, run, name, words):
    code, out, err = run(f"check app.py:handler --rule {name}")
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


def test_a_pattern_that_eventbridge_refuses_is_told_with_its_place(project, run):
    (project / "odd.json").write_text(rule(**{"image-tag": [{"prefx": "v"}]}))
    code, out, err = run("check app.py:handler --rule odd.json")
    assert (code, out) == (2, "")
    assert "EventBridge refuses the pattern of its rule, odd.json:1" in err
    assert "$.detail.image-tag[0]: no operator is called 'prefx'; did you mean 'prefix'?" in err


def test_a_function_whose_code_is_elsewhere_says_how_to_name_its_rule(project, run):
    (project / "main.yaml").write_text("""
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: s3://bucket/key
      Handler: app.handler
      Runtime: python3.12
      Events:
        Pushed:
          Type: EventBridgeRule
          Properties: {Pattern: {source: [aws.ecr]}}
""")
    code, _, err = run("check main.yaml:Fn")
    assert code == 2
    assert "--rule main.yaml:Fn" in err
    assert run("check app.py:handler --rule main.yaml:Fn", *QUICK)[0] == 1


def test_a_rule_and_a_transformer_that_are_both_named_count_both(project, run):
    (project / "app.py").write_text("def handler(event, context):\n    return event['repo']['x']\n")
    (project / "shape.yaml").write_text("""
EventPattern: {source: [aws.ecr], detail-type: [ECR Image Scan]}
Targets:
  - Id: a
    InputTransformer:
      InputPathsMap: {repo: $.detail.repository-name}
      InputTemplate: '{"repo": <repo>}'
""")
    words = ("--transformer", "shape.yaml")
    [finding] = findings(run, "app.py:handler", "--rule", "wide/rule.json", *words)
    assert (finding["kind"], finding["rule"]) == ("push", "wide/rule.json:1")
    assert finding["exception"].endswith("TypeError")
    code, out, _ = run("sample --for app.py:handler --rule wide/rule.json --compact", *words)
    assert (code, out) == (0, '{"repo":"shop/web"}\n')


def test_a_rule_by_hand_brings_its_event_source_mapping_along(project):
    (project / "template.yaml").write_text(TEMPLATE)
    target = Target.parse("app.py:handler")
    handler = Handler(target, rules=named_rules(["template.yaml:Worker"], target))
    assert set(handler.inference().feeds) == {"sqs"}
    assert set(Handler(target, rules=named_rules(["rule.json"], target)).inference().feeds) == set()


DEAD = """
EventPattern: {source: [aws.ecr], detail: {no-such-key: [x]}}
Targets:
  - Id: a
    InputTransformer:
      InputPathsMap: {status: $.detail.scan-status, counts: $.detail.finding-severity-counts}
      InputTemplate: '{"status": <status>, "high": "<counts>"}'
"""
MACHINE = """
{"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$.detail.scan-status",
 "End": true}}}
"""


def test_what_is_no_handler_can_be_judged_without_its_rule_too(project, run):
    (project / "dead.yaml").write_text(DEAD)
    code, _, err = run("check --transformer dead.yaml")
    assert (code, "nothing was checked" in err) == (2, True)
    code, out, _ = run("check --transformer dead.yaml --unshielded", *QUICK)
    flat = " ".join(out.split())
    assert " given: scan events" in flat  # by its paths
    assert "judged without its rule, as asked" in flat
    (project / "machine.asl.json").write_text(MACHINE)
    (project / "stack.yaml").write_text("""
Resources:
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: machine.asl.json
      Events:
        Dead:
          Type: EventBridgeRule
          Properties: {Pattern: {source: [aws.ecr], detail: {no-such-key: [x]}}}
""")
    pytest.importorskip("moto")
    assert run("check --state-machine stack.yaml:Machine")[0] == 2
    code, out, err = run("check --state-machine stack.yaml:Machine --unshielded", *QUICK)
    assert "scan events, because it says scan-status" in " ".join(out.split()), err


def test_a_rule_for_nothing_that_is_known_is_misuse_and_without_it_the_code_tells(project, run):
    (project / "other.json").write_text('{"source": ["aws.codebuild"]}')
    code, _, err = run("check app.py:handler --rule other.json")
    assert code == 2
    assert "nothing was checked" in err
    code, out, _ = run("check app.py:handler --rule other.json --unshielded", *QUICK)
    assert code == 1
    assert "push" in out


def test_the_configuration_names_a_rule_for_check_too(project, run):
    keys = 'handler = "app.py:handler", rule = "wide/rule.json"'
    file = project / "pyproject.toml"
    file.write_text(f"[tool.ecr-contracts]\nconsumers = [{{ {keys} }}]\n")
    [finding] = findings(run, "app.py:handler")
    assert finding["rule"] == "wide/rule.json:1"
    assert findings(run, "app.py:handler", "--rule", "rule.json") == []
    file.write_text(f"[tool.ecr-contracts]\nconsumers = [{{ {keys}, unshielded = true }}]\n")
    [finding] = findings(run, "app.py:handler")
    assert finding["rule"] is None


# --- sample --for ---------------------------------------------------------------------------------

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Pushed:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.ecr]
        detail-type: [ECR Image Action]
        detail: {action-type: [PUSH], repository-name: [shop/api], image-tag: [{exists: true}]}
      Targets:
        - {Id: q, Arn: !GetAtt Queue.Arn}
        - Id: f
          Arn: !GetAtt Shaped.Arn
          InputTransformer:
            InputPathsMap: {repo: $.detail.repository-name, tag: $.detail.image-tag}
            InputTemplate: '{"repo": <repo>, "tag": <tag>}'
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: app.handler
      Runtime: python3.12
      Events: {Fed: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}}
  Shaped:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: ., Handler: app.shaped, Runtime: python3.12}
"""


@pytest.fixture
def sample(project, run):
    """Prints an event for a handler of the template, beside which there is no other rule."""
    (project / "rule.json").unlink()
    (project / "template.yaml").write_text(TEMPLATE)
    (project / "app.py").write_text(APP + "\n\ndef shaped(event, context): ...\n")

    def sampled(*words: str):
        code, out, err = run("sample", *words)
        assert (code, err) == (0, "")
        return json.loads(out)

    return sampled


@pytest.mark.parametrize("consumer", ["template.yaml:Worker", "app.py:handler"])
def test_a_sample_for_a_handler_has_the_kind_the_values_and_the_envelope_of_its_rule(
    sample, consumer
):
    event = json.loads(sample("--for", consumer)["Records"][0]["body"])
    detail = event["detail"]
    assert (detail["action-type"], detail["repository-name"]) == ("PUSH", "shop/api")
    assert sample("--for", consumer, "push", "--via", "lambda") == event
    oci = sample("--for", consumer, "push/oci-manifest", "--via", "lambda")["detail"]
    assert "oci" in oci["manifest-media-type"]
    assert oci["repository-name"] == "shop/api"


def test_a_sample_for_a_handler_has_the_shape_of_its_target(sample):
    assert sample("--for", "template.yaml:Shaped") == {"repo": "shop/api", "tag": "latest"}
    assert sample("--for", "app.py:shaped") == {"repo": "shop/api", "tag": "latest"}


def test_a_sample_for_a_handler_knows_a_rule_by_hand(sample, project):
    event = sample("--for", "app.py:handler", "--rule", "wide/rule.json", "push/no-tag")
    assert event["detail"]["repository-name"] == "shop/web"
    text = 'consumers = [{ handler = "app.py:handler", rule = "wide/rule.json" }]'
    (project / "pyproject.toml").write_text(f"[tool.ecr-contracts]\n{text}\n")
    assert sample("--for", "app.py:handler", "push/no-tag") == event


def test_a_sample_for_a_handler_without_a_rule_is_what_its_code_speaks_of(project, run):
    for file in (project / "rule.json", project / "wide/rule.json"):
        file.unlink()
    code, out, _ = run("sample --for app.py:handler push/no-tag")
    assert (code, json.loads(out)["detail"]["repository-name"]) == (0, "my-repo")
    code, out, _ = run("sample --for app.py:handler scan/sample")
    assert out == run("sample scan/sample")[1]


def test_check_gives_the_event_that_sample_prints(sample):
    for case_id in ("push/ordinary", "push/failure", "push/no-digest+longest-tag"):
        printed = sample("--for", "template.yaml:Worker", case_id, "--via", "lambda")
        request = Request(cases=(case_id,), envelopes=("lambda",))
        [given] = planned(Handler("template.yaml:Worker"), request).cases
        assert given.event == printed


def test_a_row_behind_a_rule_is_the_event_that_check_gives(sample, run):
    """The same id stands for another event where there is no rule."""
    plan = planned(Handler("template.yaml:Worker"), Request(envelopes=("lambda",)))
    rows = [case for case in plan.cases if case.id.startswith("push/pairs-")]
    assert len(rows) > 10
    for row in rows[::10]:
        words = ("--for", "template.yaml:Worker", row.id, "--via", "lambda")
        code, out, remark = run("sample", *words)
        assert (code, json.loads(out)) == (0, row.event)
        assert remark.startswith(f"ecr-contracts: {row.id} differs from push/ordinary in ")
        request = Request(cases=(row.id,), envelopes=("lambda",))
        assert planned(Handler("template.yaml:Worker"), request).cases == (row,)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("push/no-tag", 'wants $.detail.image-tag [{"exists": true}], not absent'),
        ("push/deep-repository", 'wants $.detail.repository-name ["shop/api"], not "team/'),
        ("push/sample", 'wants $.detail.repository-name ["shop/api"], not "my-repo"'),
        ("scan", 'wants $.detail-type ["ECR Image Action"], not "ECR Image Scan"'),
        ("delete/ordinary", 'wants $.detail.action-type ["PUSH"], not "DELETE"'),
    ],
)
def test_a_sample_that_never_reaches_a_handler_is_misuse_that_names_the_key(
    sample, run, asked, words
):
    code, out, err = run(f"sample --for template.yaml:Worker {asked}")
    assert (code, out) == (2, "")
    assert "never reaches template.yaml:Worker: its rule, template.yaml:5, " in err
    assert words in err
    assert "leave the handler out" in err


def test_only_the_key_is_named_that_keeps_what_was_asked_for_away(project, run):
    (project / "tagged.json").write_text(rule("shop/api", **{"image-tag": ["v1"]}))
    _, _, err = run("sample --for app.py:handler --rule tagged.json push/deep-repository")
    assert "wants $.detail.repository-name" in err
    _, _, err = run("sample --for app.py:handler --rule tagged.json push/no-tag")
    assert "wants $.detail.image-tag" in err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("", "nothing is named that could be printed"),
        ("push/no-tag --rule wide/rule.json", "name the handler too"),
        ("--for app.py:handler push/nonsense", "no choice of a push event is called 'nonsense'"),
        ("--for app.py:handler pus", "no case is called 'pus'"),
        ("--for app.py:handler --via pigeon", "no envelope is called 'pigeon'"),
        ("--for no.yaml:Fn", "no.yaml"),
    ],
)
def test_what_cannot_be_printed_is_misuse(project, run, words, complaint):
    code, out, err = run(f"sample {words}")
    assert (code, out) == (2, "")
    assert complaint in err


# --- what is remembered ---------------------------------------------------------------------------


def remembered(project) -> list[dict]:
    files = sorted((project / ".ecr-contracts").glob("failures/*/*.json"))
    return [json.loads(file.read_text()) for file in files]


def test_what_failed_behind_a_rule_comes_back_as_it_was(project, run):
    (project / "rule.json").write_text(rule("shop/api"))
    run("check app.py:handler", *QUICK)
    [record] = remembered(project)
    assert (record["case"], record["event"]["detail"]["repository-name"]) == (
        "push/no-tag",
        "shop/api",
    )
    code, out, _ = run("check app.py:handler --replay")
    assert code == 1
    assert "fails still  push/no-tag" in out
    code, out, _ = run("check app.py:handler --replay --format json")
    assert json.loads(out)["findings"][0]["example"] == record["event"]


def test_what_the_rule_keeps_away_by_now_is_not_given(project, run):
    (project / "rule.json").write_text(rule("shop/api"))
    run("check app.py:handler", *QUICK)
    (project / "rule.json").write_text(rule("shop/web"))
    code, out, err = run("check app.py:handler --replay")
    assert (code, err) == (0, "")
    assert "nothing that is remembered of app.py:handler reaches it" in out
    [finding] = findings(run, "app.py:handler")
    assert finding["example"]["detail"]["repository-name"] == "shop/web"
    (project / "rule.json").write_text(rule("shop/api", "shop/web"))
    code, out, _ = run("check app.py:handler --replay")
    assert "fails still  push/no-tag" in out


def test_of_what_failed_that_is_named_which_the_rule_keeps_away(project, run):
    (project / "rule.json").write_text(rule("shop/api"))
    text = APP.replace("return", "assert detail['result'] == 'SUCCESS'\n    return")
    (project / "app.py").write_text(text)
    run("check app.py:handler", *QUICK)
    assert {record["case"] for record in remembered(project)} == {"push/no-tag", "push/failure"}
    (project / "rule.json").write_text(rule("shop/api", result=["SUCCESS"]))
    code, out, _ = run("check app.py:handler --replay")
    assert code == 1
    assert "kept away    push/failure (by its rule)" in out
    assert "fails still  push/no-tag" in out


def test_what_is_kept_is_the_event_that_the_rule_lets_through(project, run):
    (project / "rule.json").write_text(rule("shop/api"))
    code, _, err = run("check app.py:handler --keep kept", *QUICK)
    assert code == 1
    [file] = [file for file in (project / "kept").rglob("*.json") if "no-tag" in file.name]
    assert json.loads(file.read_text())["detail"]["repository-name"] == "shop/api"
    assert file.name in err


def test_a_file_under_the_name_of_a_case_holds_no_event_of_a_rule(project, run):
    (project / "rule.json").write_text(textwrap.dedent(rule("shop/api")))
    run("check app.py:handler --keep kept", *QUICK)
    assert not (project / "kept/push/no-tag.json").exists()
