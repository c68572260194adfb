"""What a handler handles and its rules never deliver."""

from __future__ import annotations

import textwrap

import pytest

from ecr_contracts.discovery.target import Target
from ecr_contracts.discovery.undelivered import code_of, handled_values, undelivered_handled
from ecr_contracts.eventbridge.rules.narrowing.demands import NamedPattern
from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.eventbridge.rules.world import WHOLE_WORLD, World

ACTIONS, SCANS = "ECR Image Action", "ECR Image Scan"


@pytest.fixture
def target(tmp_path):
    def written(body: str) -> Target:
        file = tmp_path / "app.py"
        code = textwrap.indent(textwrap.dedent(body), "    ")
        file.write_text(f"def handler(event, context):\n    detail = event['detail']\n{code}")
        return Target("app.py:handler", "handler", file=file)

    return written


def behind(*details, detail_type=ACTIONS):
    rules = []
    for detail in details:
        pattern = {"source": ["aws.ecr"], "detail-type": [detail_type], "detail": detail}
        rules.append(NamedPattern(Pattern.parse(pattern)))
    return World.behind(rules)


PUSHES = behind({"action-type": ["PUSH"], "result": ["SUCCESS"]})


@pytest.mark.parametrize(
    "body",
    [
        "if detail['action-type'] == 'DELETE':\n    forget(detail)",
        "if 'DELETE' == detail.get('action-type'):\n    forget(detail)",
        "action = detail['action-type'].upper()\nif action == 'DELETE':\n    forget(detail)",
        "if detail['action-type'] in ('PUSH', 'DELETE'):\n    note(detail)",
        "if detail['action-type'] == 'DELETE' and detail['result']:\n    return forget(detail)",
        "if detail['action-type'] != 'DELETE':\n    return\nforget(detail)",
        "if detail['action-type'] not in ['DELETE']:\n    print(1)\n    return {}\nforget(detail)",
        "match detail['action-type']:\n    case 'PUSH' | 'DELETE':\n        note(detail)",
        "if (action := detail['action-type']) == 'DELETE':\n    forget(detail)",
    ],
)
def test_an_action_that_is_handled_and_never_delivered_is_told(target, body):
    (line,) = undelivered_handled(target(body), PUSHES)
    assert line.startswith('the code handles action-type "DELETE" (app.py:')
    assert line.endswith("its rule keeps such delete events away")


@pytest.mark.parametrize(
    "body",
    [
        "if detail['action-type'] == 'PUSH':\n    note(detail)",
        "if detail['action-type'] == 'DELETE':\n    return {'statusCode': 200}",
        "if detail['action-type'] == 'DELETE':\n    logger.info('skipped')\n    return",
        "if detail['action-type'] == 'DELETE':\n    raise ValueError(detail)",
        "if detail['action-type'] != 'DELETE':\n    note(detail)",
        "if detail['action-type'] == 'PULL':\n    note(detail)",
        "if answer['status'] == 'FAILED':\n    note(detail)",
        "if answer['result'] == 'FAILURE':\n    note(detail)",
        "if action == 'DELETE':\n    forget(detail)",
        "match detail['action-type']:\n    case 'DELETE':\n        return None",
        "",
    ],
)
def test_what_is_delivered_or_not_plainly_handled_is_not_told(target, body):
    assert undelivered_handled(target(body + "\nreturn 1"), PUSHES) == []


def test_values_of_the_same_kind_and_other_kinds_are_told(target):
    body = """
        if detail["result"] == "FAILURE":
            tell(detail)
        if event["detail-type"] == "ECR Image Scan":
            judge(detail)
        if event["detail-type"] == "Inspector2 Scan":
            judge(detail)
    """
    lines = undelivered_handled(target(body), PUSHES)
    assert [line.partition(" (app.py")[0].removeprefix("the code handles ") for line in lines] == [
        'result "FAILURE"',
        'detail-type "ECR Image Scan"',
        'detail-type "Inspector2 Scan"',
    ]
    assert lines[0].endswith("keeps such push events away")
    assert "keeps " in lines[2]


def test_the_word_that_is_delivered_is_told(target):
    body = "if detail['result'] == 'FAILURE':\n    tell(detail)"
    replicas = behind({"action-type": ["REPLICATE"]}, detail_type="ECR Replication Action")
    [line] = undelivered_handled(target(body), replicas)
    assert line.endswith('which is never delivered: replication events say "FAILED"')
    body = "if detail['result'] == 'FAILED':\n    tell(detail)"
    assert undelivered_handled(target(body), replicas) == []
    [line] = undelivered_handled(target(body), behind({"action-type": ["PUSH"]}))
    assert line.endswith('never delivered: push events say "FAILURE"')


def test_all_rules_of_a_handler_count(target):
    body = "if detail['action-type'] == 'DELETE':\n    forget(detail)"
    both = behind({"action-type": ["PUSH"]}, {"action-type": ["DELETE"]})
    assert undelivered_handled(target(body), both) == []
    assert undelivered_handled(target(body), WHOLE_WORLD) == []


def test_of_rules_that_deliver_nothing_nothing_more_is_said(target):
    body = "if detail['action-type'] == 'DELETE':\n    forget(detail)"
    assert undelivered_handled(target(body), behind({"action-type": ["push"]})) == []


def test_each_value_has_the_line_where_it_is_compared(target):
    body = "if detail['scan-status'] == 'FAILED':\n    tell(detail)"
    (handled,) = handled_values(target(body))
    assert (handled.key, handled.value, handled.line) == ("scan-status", "FAILED", 3)


def test_code_speaks_of_kinds_and_words(target):
    code = code_of([target("return detail['finding-severity-counts']['CRITICAL']")])
    assert code.kinds == {"scan"}
    assert "finding-severity-counts" in code.words


def test_code_that_names_no_kind_speaks_of_none(target):
    assert code_of([target("print(event)")]).kinds == frozenset()
    assert code_of([]).words == frozenset()
