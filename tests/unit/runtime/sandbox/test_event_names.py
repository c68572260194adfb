"""What is listed and described names the event's repository, tag and image."""

from __future__ import annotations

import functools

import boto3
import pytest
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.events.generate.strategies import ecr_events
from ecr_contracts.runtime.sandbox.aws.ecr import event_images
from ecr_contracts.runtime.sandbox.aws.event_names import EventNames
from ecr_contracts.runtime.sandbox.aws.model_limits import model_breaches
from ecr_contracts.runtime.sandbox.aws.synthesis import RequestedValues, response_maker
from tests.unit.runtime.sandbox.test_aws import SCAN, placed

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:v1"
FLAT = {**SCAN, "detail": {**SCAN["detail"], "repository-name": "my-repo"}}


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")


def asked(service, operation, event=SCAN, **parameters):
    with placed(payload=event):
        client = boto3.client(service, region_name="us-east-1")
        return getattr(client, operation)(**parameters)


def names_in(elements, member):
    return [element[member] for element in elements]


LISTS = [
    ("ecs", "list_services", lambda answer: answer["serviceArns"]),
    ("ecs", "list_task_definitions", lambda answer: answer["taskDefinitionArns"]),
    ("lambda", "list_functions", lambda answer: names_in(answer["Functions"], "FunctionName")),
    (
        "apprunner",
        "list_services",
        lambda answer: names_in(answer["ServiceSummaryList"], "ServiceName"),
    ),
    ("codepipeline", "list_pipelines", lambda answer: names_in(answer["pipelines"], "name")),
    ("codebuild", "list_projects", lambda answer: answer["projects"]),
    (
        "stepfunctions",
        "list_state_machines",
        lambda answer: names_in(answer["stateMachines"], "name"),
    ),
]


@pytest.mark.parametrize(("service", "operation", "listed"), LISTS)
def test_the_first_of_a_list_bears_the_name_of_the_repository(service, operation, listed):
    assert "my-repo" in listed(asked(service, operation, FLAT))[0]
    assert any("team-app" in name for name in listed(asked(service, operation)))


IMAGES = [
    (
        "ecs",
        "describe_task_definition",
        {"taskDefinition": "web"},
        lambda answer: answer["taskDefinition"]["containerDefinitions"][0]["image"],
    ),
    (
        "lambda",
        "get_function",
        {"FunctionName": "web"},
        lambda answer: answer["Code"]["ImageUri"],
    ),
    (
        "batch",
        "describe_job_definitions",
        {},
        lambda answer: answer["jobDefinitions"][0]["containerProperties"]["image"],
    ),
    ("ecs", "describe_tasks", {"tasks": ["t"]}, lambda a: a["tasks"][0]["containers"][0]["image"]),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "image"), IMAGES)
def test_images_are_that_of_the_event(service, operation, parameters, image):
    assert image(asked(service, operation, **parameters)) == IMAGE


def test_what_a_call_names_is_echoed_all_the_same():
    [service] = asked("ecs", "describe_services", services=["web"])["services"]
    assert service["serviceName"] == "web"


def test_an_image_without_a_tag_is_told_by_its_digest():
    event = {**SCAN, "detail": {**SCAN["detail"], "image-tags": []}}
    answer = asked("ecs", "describe_task_definition", event, taskDefinition="web")
    image = answer["taskDefinition"]["containerDefinitions"][0]["image"]
    assert image.endswith(f"/team/app@{SCAN['detail']['image-digest']}")


def test_keys_begin_with_the_prefix_that_was_asked_for_and_name_the_repository():
    answer = asked("s3", "list_objects_v2", Bucket="b", Prefix="sbom/")
    assert answer["Contents"][0]["Key"].startswith("sbom/team/app/")


def test_what_changes_something_says_nothing_of_the_event():
    answer = asked("ecs", "register_task_definition", family="web", containerDefinitions=[])
    assert "team" not in str(answer["taskDefinition"])


@functools.cache
def maker(service, operation):
    client = boto3.client(service, region_name="us-east-1")
    name = client.meta.method_to_api_mapping[operation]
    shape = client.meta.service_model.operation_model(name).output_shape
    return shape, response_maker(shape, service=service, filled=True)


def unmet(shape, answer):
    """The shapes whose patterns or bounds an answer does not meet."""
    return {breach.shape.name for breach in model_breaches(shape, answer)}


@given(event=st.sampled_from(["push", "scan"]).flatmap(ecr_events))
def test_answers_about_any_event_fit_the_models(event):
    names = EventNames.of(event_images([event]))
    assert names is not None
    for service, operation, *_ in (*LISTS, *IMAGES):
        shape, make = maker(service, operation)
        answer = make(RequestedValues.of({}, None, names))
        assert not ParamValidator().validate(answer, shape).has_errors()
        assert unmet(shape, answer) <= unmet(shape, make(RequestedValues.of({})))
