"""`--future`: handlers that are ready for what AWS may add, and others, each wrong in one way."""

from __future__ import annotations

import json

import pytest

from tests.acceptance.tool import in_folder
from tests.rows import keeping

HEAD = """\
import enum, json
import boto3

TABLE = boto3.client("dynamodb")
TOPIC = boto3.client("sns")
RANK = {"CRITICAL": 5, "HIGH": 4, "MEDIUM": 3, "LOW": 2, "INFORMATIONAL": 1, "UNDEFINED": 0}


class Action(enum.Enum):
    PUSH = "PUSH"
    DELETE = "DELETE"


def put(detail):
    TABLE.put_item(TableName="images", Item={"name": {"S": detail["repository-name"]}})


def say(text):
    TOPIC.publish(TopicArn="arn:aws:sns:us-east-1:123456789012:images", Message=text)


def handler(event, context):
    detail = event["detail"]
"""

IGNORED = """\
    if event["detail-type"] != "ECR Image Action" or detail.get("result") != "SUCCESS":
        return
"""
TOLERANT = f"""{IGNORED}\
    if detail.get("action-type") == "PUSH":
        put(detail)
"""
ELSE_DELETE = f"""{IGNORED}\
    if detail["action-type"] == "PUSH":
        put(detail)
    else:
        TABLE.delete_item(TableName="images", Key={{"name": {{"S": detail["repository-name"]}}}})
"""
ENUM = f"""{IGNORED}\
    if Action(detail["action-type"]) is Action.PUSH:
        put(detail)
"""
CAUGHT = f"""{IGNORED}\
    try:
        action = Action(detail["action-type"])
    except Exception:
        print("unknown action")
        return
    if action is Action.PUSH:
        put(detail)
"""
COUNTED = f"""\
    boto3.client("cloudwatch").put_metric_data(Namespace="ecr", MetricData=[])
{TOLERANT}"""
FORWARDED = """\
    say(json.dumps(event))
"""
OF_SCANS = """\
    if event["detail-type"] != "ECR Image Scan" or detail.get("scan-status") != "COMPLETE":
        return
    counts = detail.get("finding-severity-counts") or {}
"""
LOOKED_UP = f"""{OF_SCANS}\
    worst = max((RANK[name] for name, count in counts.items() if count), default=None)
    say(f"{{worst}}: {{detail['repository-name']}}")
"""
SUMMED = f"""{OF_SCANS}\
    say(f"{{sum(counts.values())}}: {{detail['repository-name']}}")
"""
STRICT = f"""{IGNORED}\
    known = {{"result", "repository-name", "image-digest", "action-type", "image-tag",
             "manifest-media-type", "artifact-media-type"}}
    if set(detail) - known:
        raise TypeError("unexpected keys")
    if detail["action-type"] == "PUSH":
        put(detail)
"""
LOST = f"""{IGNORED}\
    try:
        if len(detail) > 7:
            raise ValueError("more than it knows")
    except Exception:
        return
    if detail["action-type"] == "PUSH":
        put(detail)
"""
ALWAYS_LOST = """\
    try:
        raise ValueError("of everything")
    except Exception:
        return
"""
ALWAYS_RAISED = """\
    raise ValueError("of everything")
"""
MODEL = """\
    import pydantic

    class Push(pydantic.BaseModel, extra="forbid"):
        result: str

    name = event["detail-type"]
    if name == "ECR Image Action":
        Push.model_validate({key: detail[key] for key in detail if "-" not in key or "new" in key})
        if detail["action-type"] == "PUSH":
            put(detail)
"""

NAMED = """\
    assert event["detail-type"] == "ECR Image Action"
    Action(detail["action-type"])
    put(detail)
"""

# A handler's kind and code, and what `--future` finds: the name of the new thing, the exception and
# a word of what is said.
FOUND = {
    "tolerant": ("push", TOLERANT, []),
    "else delete": ("push", ELSE_DELETE, [("new-action-type", None, "dynamodb.DeleteItem")]),
    "enum": ("push", ENUM, [("new-action-type", "ValueError", "SOMETHING_NEW")]),
    "enum, caught": ("push", CAUGHT, []),
    "counted": ("push", COUNTED, []),
    "forwarded": ("push", FORWARDED, []),
    "looked up": ("scan", LOOKED_UP, [("new-severity", "KeyError", "SOMETHING_NEW")]),
    "summed": ("scan", SUMMED, []),
    "strict": ("push", STRICT, [("new-detail-field", "TypeError", "unexpected keys")]),
    "lost": ("push", LOST, [("new-detail-field", "ValueError", "more than it knows")]),
    "always lost": ("push", ALWAYS_LOST, []),
    "always raised": ("push", ALWAYS_RAISED, []),
    "strict model": ("push", MODEL, [("new-detail-field", "ValidationError", "something-new")]),
}


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes files into an empty folder that is worked in."""
    monkeypatch.chdir(tmp_path)
    return in_folder(tmp_path).write


def of_future(document):
    return [finding for finding in document["findings"] if finding["check"] == "future-event"]


def check(run, kind, *words):
    command = f"check app.py:handler --kind {kind} --strength 1 --examples 0 --format json"
    code, out, complaints = run(" ".join([command, *words]))
    assert complaints == ""
    return code, json.loads(out)


@keeping(lambda name: name in ("tolerant", "else delete", "enum", "summed", "strict", "lost"))
@pytest.mark.parametrize("name", FOUND)
def test_what_a_handler_owes_to_events_of_tomorrow(write, run, name):
    kind, code, expected = FOUND[name]
    write("app.py", HEAD + code)
    _, document = check(run, kind, "--future")
    findings = of_future(document)
    said = [
        (
            finding["case"].rpartition("/")[2],
            (finding["exception"] or "").rpartition(".")[2] or None,
        )
        for finding in findings
    ]
    assert said == [(novelty, exception) for novelty, exception, _ in expected]
    numbers: list[int] = []
    for finding, (novelty, _, words) in zip(findings, expected, strict=True):
        assert words in finding["message"]
        assert (finding["severity"], finding["evidence"]) == ("warning", "inferred")
        assert finding["failed_cases"] == [f"{kind}/future/{novelty}"]
        line, _, number = finding["repeat"].rpartition(" ")
        assert line == "ecr-contracts check --replay"
        numbers.append(int(number))
        assert [cause["choice"] for cause in finding["cause"]] == ["new"]
    assert sorted(set(numbers)) == numbers
    if findings:
        again = of_future(json.loads(run(f"check --replay {numbers[-1]} --format json")[1]))
        assert [one["case"] for one in again] == [findings[-1]["case"]]
    assert of_future(check(run, kind)[1]) == []


def test_what_was_asked_for_is_told_in_full(write, run):
    """Other warnings about events that nobody has seen are a line each."""
    write("app.py", HEAD + ENUM)
    code, out, _ = run("check app.py:handler --kind push --future --strength 1 --examples 0")
    words = " ".join(out.split())
    assert code == 0
    assert "ValueError: 'SOMETHING_NEW' is not a valid Action" in words
    assert "mend: give what is unknown a default, and act only on detail-types, actions" in words
    assert "(inferred)" not in words
    assert "8 events as AWS may send them one day" in words


def test_strict_makes_an_error_of_it_and_the_check_may_be_off(write, run):
    write("app.py", HEAD + ENUM)
    assert check(run, "push", "--future")[0] == 0
    code, document = check(run, "push", "--future", "--strict")
    assert (code, [found["severity"] for found in of_future(document)]) == (1, ["error"])
    assert of_future(check(run, "push", "--future", "--off", "future-event")[1]) == []


def test_one_event_of_tomorrow_may_be_given_alone(write, run):
    write("app.py", HEAD + ELSE_DELETE)
    code, out, _ = run("check app.py:handler --case push/future/new-action-type --strict")
    assert code == 1
    words = " ".join(out.split())
    assert 'acts on what it does not know when action-type is "SOMETHING_NEW"' in words
    assert "dynamodb.DeleteItem is called for an event of a kind that nobody knows" in words
    assert "1 event as AWS may send them one day" in words
    assert run("check app.py:handler --case push/future/new-field --strict")[0] == 0
    assert max(map(len, out.splitlines())) <= 80 or "ecr-contracts check" in out


def test_nothing_of_tomorrow_is_remembered(write, run, tmp_path):
    write("app.py", HEAD + ENUM)
    assert check(run, "push", "--future", "--strict")[0] == 1
    assert run("check app.py:handler --replay")[1] == "nothing is remembered of app.py:handler\n"


def rule(**pattern):
    return json.dumps({"source": ["aws.ecr"], **pattern})


@pytest.mark.parametrize(
    ("pattern", "given"),
    [
        ({"detail-type": ["ECR Image Action"]}, {"new-action-type"}),
        ({"detail-type": ["ECR Image Action"], "detail": {"action-type": ["PUSH"]}}, set()),
        ({"detail-type": [{"prefix": "ECR "}]}, {"new-action-type", "new-detail-type"}),
        (
            {"detail-type": [{"prefix": "ECR "}], "detail": {"action-type": ["PUSH"]}},
            {"new-detail-type"},
        ),
    ],
)
def test_behind_a_rule_only_what_it_lets_through_is_given(write, run, pattern, given):
    """A handler that fails all it does not know shows what it was given."""
    write("app.py", HEAD + NAMED)
    write("rule.json", rule(**pattern))
    _, document = check(run, "push", "--future", "--rule", "rule.json")
    found = {finding["case"].rpartition("/")[2] for finding in of_future(document)}
    assert found == given
    words = " ".join(run("check app.py:handler --kind push --future --rule rule.json")[1].split())
    assert ('action-type is "SOMETHING_NEW"' in words) is ("new-action-type" in given)


def test_the_project_may_ask_for_them(write, run):
    write("app.py", HEAD + ENUM)
    write("pyproject.toml", "[tool.ecr-contracts]\nfuture = true\n")
    assert [found["case"] for found in of_future(check(run, "push")[1])] == [
        "push/future/new-action-type"
    ]


def test_a_sample_of_tomorrow_is_printed(run):
    code, out, _ = run("sample scan/future/new-severity")
    assert code == 0
    assert json.loads(out)["detail"]["finding-severity-counts"]["SOMETHING_NEW"] == 1
