"""Who never reads its events, and who turns every one of them back, is told so; nobody else is."""

from __future__ import annotations

import json
import textwrap

import pytest

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine import session
from ecr_contracts.engine.checks.catalog import DEAD, UNREAD

HEAD = """
import json
import os
import time
import boto3

ecs = boto3.client("ecs")
sns = boto3.client("sns")
TOPIC = os.environ["TOPIC_ARN"]


def deploy():
    ecs.update_service(cluster="main", service="web", forceNewDeployment=True)


def handler(event, context):
"""

NEVER_READ = {
    "bare": ("deploy()", "lambda"),
    "for each record": ("for record in event['Records']:\n    deploy()", "sqs"),
    "by the number of records": ("if len(event['Records']) > 0:\n    deploy()", "sqs"),
    "behind a constant": ("if 'Records' not in event:\n    deploy()", "lambda"),
}
READ = {
    "in a line of the log": ("print(event['detail']['result'])\ndeploy()", "lambda"),
    "whole": ("print(json.dumps(event))\ndeploy()", "lambda"),
    "as a text": ("str(event)\ndeploy()", "lambda"),
    "a record's body": ("for record in event['Records']:\n    record['body']\n    deploy()", "sqs"),
    "a key that is not there": ("if event['detail'].get('kind') != 'x':\n    deploy()", "lambda"),
    "to send it on": ("sns.publish(TopicArn=TOPIC, Message=json.dumps(event))", "lambda"),
}

TURNED_BACK = {
    "no records": "if 'Records' not in event:\n    return {'statusCode': 200}\ndeploy()",
    "an empty list": "for record in event.get('Records', []):\n    deploy()",
    "and says so": "if event.get('type') != 'push':\n    print('left alone', event['id'])\n"
    "    return\ndeploy()",
}
NOT_TURNED_BACK = {
    "by a value": "import hashlib\nname = event['detail']['repository-name']\n"
    "if hashlib.sha256(name.encode()).hexdigest() != 'f' * 64:\n    return\ndeploy()",
    "by a value, beside another envelope": "if 'Records' in event:\n"
    "    event = event['Records'][0]\nname = event['detail']['repository-name']\nprint(name)\n"
    "if name[::-1] != name.upper() * 2:\n    return\ndeploy()",
    "by an answer": "if ecs.describe_clusters()['clusters'][0]['status'] != 'ODD':\n    return\n"
    "deploy()",
    "by the clock": "if time.localtime().tm_hour > 24:\n    deploy()",
    "by a variable": "if TOPIC == 'never':\n    deploy()",
    "by who calls": "if context.function_name == 'never':\n    deploy()",
    "nothing to get to": "print(json.dumps(event))",
    "answers what it reads": "if event.get('type') == 'push':\n    deploy()\nreturn event['id']",
    "one way or another": "if event['region'] == 'us-east-1':\n    print('near')\n"
    "if event.get('type') == 'push':\n    deploy()",
}


def findings(body, folder, via="lambda", **options):
    (folder / "app.py").write_text(HEAD + textwrap.indent(body, "    "))
    verdict = session.check(
        f"{folder / 'app.py'}:handler", via=(via,), strength=1, examples=0, **options
    )
    return verdict.findings


@pytest.mark.parametrize("way", NEVER_READ)
def test_who_never_reads_its_events_is_told_in_one_finding(way, tmp_path):
    body, via = NEVER_READ[way]
    (finding,) = findings(body, tmp_path, via, kinds=("push",))
    assert (finding.check, finding.severity) == (UNREAD, Severity.WARNING)
    assert finding.detail == (
        "ecs.UpdateService each time, whatever the event says: when $.detail.result is FAILURE too"
    )


def test_findings_of_several_kinds_are_told_together(tmp_path):
    found = findings("deploy()", tmp_path, kinds=("delete", "push", "scan"))
    assert [finding.check for finding in found] == [UNREAD] * len(found)
    assert len({finding.group for finding in found}) == 1
    assert {finding.kind for finding in found} == {"delete", "push", "scan"}


@pytest.mark.parametrize("way", READ)
def test_who_reads_anything_is_compared(way, tmp_path):
    body, via = READ[way]
    assert UNREAD not in {one.check for one in findings(body, tmp_path, via, kinds=("push",))}


def test_nothing_is_said_where_the_rule_lets_through_only_what_ended_well(tmp_path):
    pattern = {
        "source": ["aws.ecr"],
        "detail-type": ["ECR Image Action"],
        "detail": {"action-type": ["PUSH"], "result": ["SUCCESS"]},
    }
    (tmp_path / "event-pattern.json").write_text(json.dumps(pattern))
    assert findings("deploy()", tmp_path) == ()


def test_a_check_that_is_off_leaves_the_others_on(tmp_path):
    found = findings("deploy()", tmp_path, kinds=("push",), levels={UNREAD: "off: on purpose"})
    assert {finding.check for finding in found} == {"action-blind"}


@pytest.mark.parametrize("way", TURNED_BACK)
def test_who_turns_every_event_back_is_told(way, tmp_path):
    body = f"print(json.dumps(event))\n{TURNED_BACK[way]}"
    found = findings(body, tmp_path, kinds=("push", "scan"))
    assert [(one.check, one.kind, one.severity) for one in found] == [
        (DEAD, "push", Severity.ERROR),
        (DEAD, "scan", Severity.ERROR),
    ]
    assert "no event got past" in found[0].detail
    assert found[0].location is not None


@pytest.mark.parametrize("way", NOT_TURNED_BACK)
def test_nobody_is_called_dead_for_what_events_do_not_decide(way, tmp_path):
    found = findings(NOT_TURNED_BACK[way], tmp_path, kinds=("push",))
    assert DEAD not in {finding.check for finding in found}
