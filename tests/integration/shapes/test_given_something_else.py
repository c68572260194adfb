"""A consumer that fails at its first look at all that it is given is no finding."""

from __future__ import annotations

import importlib

import pytest

from ecr_contracts.core.errors import SetupError
from ecr_contracts.engine.entrances.first_look import look_of
from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.session import Session, check
from ecr_contracts.engine.subjects.handler import Function
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from tests.integration.pytest_projects import Project

pytest_plugins = ["pytester"]
pytest.importorskip("pydantic")
callables = importlib.import_module("tests.integration.shapes.callables")
faulty = importlib.import_module("tests.integration.shapes.faulty")

ALL = sorted(
    name
    for name, value in vars(callables).items()
    if callable(value) and getattr(value, "__module__", "") == callables.__name__ and name.islower()
)
FEW = ["bare", "sqs", "one_message", "api_gateway", "request_object", "spread", "catches_all"]
QUICK = Effort(strength=1, examples=0, probe=0)


def assert_no_false_finding(name: str, envelopes: list[str]) -> None:
    """No envelope has findings where each of its events fails before it is read."""
    for envelope in envelopes:
        request = Request(kinds=("push",), envelopes=(envelope,), effort=QUICK)
        with Session(Function(getattr(callables, name)), request) as session:
            try:
                verdict = session.report()
            except SetupError as error:
                told = str(error)
                verdict = None
        if verdict is None:
            assert "something else" in told, (name, envelope)
            assert "def adapter(event, context)" in told
            continue
        looks = [look_of(trial.outcome) for trial in verdict.trials]
        is_alike = all(look is not None and look.is_same(looks[0]) for look in looks)
        assert not (verdict.errors and is_alike), (name, envelope, str(looks[0]))


@pytest.mark.parametrize("name", FEW)
def test_a_few_shapes_in_the_envelopes_that_people_name(name):
    assert_no_false_finding(name, ["lambda", "sqs", "sns", "detail"])


@pytest.mark.long
@pytest.mark.parametrize("name", ALL)
def test_every_shape_in_every_envelope(name):
    assert len(ALL) >= 19
    assert_no_false_finding(name, list(ENVELOPES))


FAULTY = sorted(
    name
    for name, value in vars(faulty).items()
    if callable(value) and getattr(value, "__module__", "") == faulty.__name__
)


def test_an_attribute_of_an_object_is_no_misspelt_key():
    """Nor one of `join`: it is looked for in a request or a message that is an object."""
    assert_no_false_finding("asked_request", ["api-destination", "lambda"])
    assert_no_false_finding("message_object", ["sqs-message", "api-destination"])


def test_what_is_read_after_the_first_failure_is_no_misspelt_key():
    """`messageId` of a queue's record looks like SNS's `MessageId`, but `body` failed before."""
    assert_no_false_finding("gives_back_by_id", ["sns", "lambda"])


def test_a_name_that_has_another_within_it_is_not_misspelt():
    assert_no_false_finding("resolver", ["api-destination", "lambda"])


def test_what_turns_back_all_that_it_does_not_know_is_given_something_else():
    assert_no_false_finding("matched", ["lambda-batch", "pipe-sqs", "sqs", "sns", "lambda"])


def test_a_processor_of_batches_that_is_given_no_batch_is_given_something_else():
    pytest.importorskip("aws_lambda_powertools")
    assert_no_false_finding("record_processor", ["lambda", "sqs-one", "firehose"])


def test_a_fault_of_its_own_on_every_event_stays_a_finding():
    for name in FAULTY:
        envelope = "sqs" if name.startswith("queue") else "lambda"
        request = Request(kinds=("push", "scan"), envelopes=(envelope,), effort=QUICK)
        with Session(Function(getattr(faulty, name)), request) as session:
            errors = session.report().errors
        assert [finding.cause for finding in errors], name
        assert {finding.kind for finding in errors} == {"push", "scan"}, name


def test_what_is_looked_for_is_said_with_its_line_and_the_way_on():
    with pytest.raises(SetupError) as error:
        check(f"{callables.__file__}:sqs", via=["lambda"], kinds=["push"])
    assert 'it looks for "Records" (' in error.value.problem
    assert "callables.py:" in error.value.happened
    assert "KeyError: 'Records'" in error.value.happened
    assert error.value.advice.startswith("say how it gets its events: --via sqs;")


def test_other_senders_are_named_and_an_adapter_is_written():
    with pytest.raises(SetupError) as error:
        check(f"{callables.__file__}:stored_object", kinds=["push"])
    assert "it looks like what S3 notifies of" in error.value.problem
    with pytest.raises(SetupError) as error:
        check(f"{callables.__file__}:api_gateway", kinds=["push"])
    assert "it looks like what API Gateway" in error.value.problem
    assert 'api_gateway({"body": json.dumps(event)' in error.value.advice


def test_a_chosen_case_is_no_finding_either():
    for name in ("api_gateway", "catches_all"):
        with pytest.raises(SetupError, match="something else"):
            check(f"{callables.__file__}:{name}", case_ids=["push/ordinary"], via=["lambda"])


# pytest: the items of a consumer are collected before anything of it is called
# --------------------------------------------------------------------------------------------------

TWO_ENTRANCES = """\
import json

def handler(event, context):
    if "Records" in event:
        for record in event["Records"]:
            print(json.loads(record["Sns"]["Message"])["detail"]["repository-name"])
    else:
        print(event["detail"]["image-tag"])
"""
OF_ANOTHER_SENDER = """\
import json

def handler(event, context):
    return json.loads(event["body"])["detail"]
"""


@pytest.fixture
def project(pytester, monkeypatch):
    """A project as it is run by default."""
    return Project(pytester, monkeypatch)


def test_the_item_of_a_kind_tells_what_its_second_entrance_does(project):
    project.consumer(TWO_ENTRANCES, kinds=["push"])
    result = project.pytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*KeyError when image-tag is absent*", "*app.py:8*"])


def test_one_item_says_that_a_consumer_is_given_something_else_and_the_others_are_skipped(project):
    project.consumer(OF_ANOTHER_SENDER, kinds=["push", "scan"])
    result = project.pytest()
    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(
        ['*something else: it looks for "body" (src/app.py:4), which no bare event has*']
    )


def test_an_entrance_of_other_senders_is_said_not_to_be_tried(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(
        "import json\n\n\n"
        "def handler(event, context):\n"
        "    event = json.loads(event['body']) if 'body' in event else event\n"
        "    print(event['detail'].get('image-tag'))\n\n\n"
        "def bare(event, context):\n"
        "    print(event['detail'].get('image-tag'))\n"
    )
    told = "not tried: its code opens what API Gateway, a function URL or a load balancer sends too"
    for name, is_told in (("handler", True), ("bare", False)):
        verdict = check(f"app.py:{name}", kinds=["push"], strength=1, examples=0, probe=0)
        assert any(note.startswith(told) for note in verdict.notes) == is_told
