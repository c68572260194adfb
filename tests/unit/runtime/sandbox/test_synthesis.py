"""Shapes: every answer passes botocore's own validator, its pages end, and it tells what was asked
for.
"""

from __future__ import annotations

import base64
import functools
import json
from datetime import datetime

import botocore.session
import jmespath
import pytest
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from ecr_contracts.runtime.sandbox.aws.member_values import enum_value
from ecr_contracts.runtime.sandbox.aws.synthesis import RequestedValues, response_maker

COMMON = (
    "ecr ecr-public sns sqs ses sesv2 secretsmanager ssm dynamodb s3 ecs eks codebuild "
    "codepipeline lambda"
    " stepfunctions events logs cloudwatch iam sts securityhub inspector2 batch apprunner "
    "ssm-incidents chatbot"
    " codedeploy kms organizations cloudformation"
)
ENDLESS = {("iotsitewise", "ListActions")}  # its token is required, and of one letter at least


@functools.cache
def loader():
    return botocore.session.get_session().get_component("data_loader")


@functools.cache
def model(service):
    return ServiceModel(loader().load_service_model(service, "service-2"), service_name=service)


def answer(service, operation, filled=True, **parameters):
    found = model(service).operation_model(operation)
    asked = RequestedValues.of(parameters, found.input_shape)
    return response_maker(found.output_shape, service=service, filled=filled)(asked)


def pages(service):
    if "paginators-1" not in loader().determine_latest_version(
        service, "service-2"
    ) and service not in (loader().list_available_services("paginators-1")):
        return {}
    return loader().load_service_model(service, "paginators-1")["pagination"]


def goes_on(page, response):
    if "more_results" in page:
        return bool(jmespath.search(page["more_results"], response))
    tokens = (
        page["output_token"] if isinstance(page["output_token"], list) else [page["output_token"]]
    )
    return any(jmespath.search(token, response) for token in tokens)


def judge(service):
    """What is wrong with the answers of a service."""
    wrong = []
    paginated = pages(service)
    for name in model(service).operation_names:
        operation = model(service).operation_model(name)
        for filled in (True, False):
            response = answer(service, name, filled)
            if operation.output_shape is None:
                if response != {}:
                    wrong.append((service, name, filled, response))
                continue
            if not operation.has_event_stream_output:
                report = ParamValidator().validate(response, operation.output_shape)
                if report.has_errors():
                    wrong.append((service, name, filled, report.generate_report()))
            if (
                name in paginated
                and (service, name) not in ENDLESS
                and goes_on(paginated[name], response)
            ):
                wrong.append((service, name, filled, "has another page"))
    return wrong


@pytest.mark.parametrize("service", COMMON.split())
def test_answers_fit_the_models_of_services_that_handlers_use(service):
    assert judge(service) == []


@pytest.mark.search
def test_answers_fit_the_models_of_all_services():
    assert [
        wrong
        for service in loader().list_available_services("service-2")
        for wrong in judge(service)
    ] == []


def test_the_judge_notices_what_is_wrong():
    shape = model("ecr").operation_model("DescribeImages").output_shape
    assert ParamValidator().validate({"imageDetails": "none"}, shape).has_errors()
    assert goes_on(pages("ecr")["DescribeImages"], {"nextToken": "more"})


def walk(value):
    yield value
    for inner in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from walk(inner)


@pytest.mark.parametrize("filled", [True, False])
def test_times_are_aware(filled):
    times = [
        each for each in walk(answer("ecs", "CreateService", True)) if isinstance(each, datetime)
    ]
    assert times
    assert all(time.tzinfo is not None for time in times)


def test_the_same_answer_every_time():
    assert answer("ecs", "DescribeTasks", tasks=["a"]) == answer(
        "ecs", "DescribeTasks", tasks=["a"]
    )


def test_answers_share_nothing():
    found = model("ecs").operation_model("DescribeServices")
    make = response_maker(found.output_shape, service="ecs", filled=True)
    first = make(RequestedValues.of({"services": ["a"]}))
    first["services"][0]["deployments"].clear()
    assert make(RequestedValues.of({"services": ["a"]}))["services"][0]["deployments"]


def test_values_that_were_asked_with_come_back():
    services = answer("ecs", "DescribeServices", cluster="prod", services=["web", "api"])[
        "services"
    ]
    assert [service["serviceName"] for service in services] == ["web", "api"]
    assert {service["clusterArn"] for service in services} == {
        "arn:aws:ecs:us-east-1:123456789012:cluster/prod"
    }
    arn = "arn:aws:ecs:us-east-1:123456789012:service/prod/web"
    [service] = answer("ecs", "DescribeServices", services=[arn])["services"]
    assert (service["serviceArn"], service["serviceName"]) == (arn, "web")
    assert (
        answer("cloudformation", "DescribeStacks", StackName="s")["Stacks"][0]["StackName"] == "s"
    )
    assert [
        p["name"] for p in answer("codebuild", "BatchGetProjects", names=["web", "api"])["projects"]
    ] == [
        "web",
        "api",
    ]
    assert [p["Name"] for p in answer("ssm", "GetParameters", Names=["/a"])["Parameters"]] == ["/a"]
    assert answer("codebuild", "StartBuild", projectName="p")["build"]["projectName"] == "p"
    assert answer("lambda", "GetFunctionConfiguration", FunctionName="f")["FunctionName"] == "f"


def test_a_task_definition_can_be_read_changed_and_registered():
    definition = answer("ecs", "DescribeTaskDefinition", taskDefinition="web")["taskDefinition"]
    register = model("ecs").operation_model("RegisterTaskDefinition").input_shape
    again = {name: value for name, value in definition.items() if name in register.members}
    assert not ParamValidator().validate(again, register).has_errors()
    containers = [{"name": "web", "image": "x"}]
    registered = answer(
        "ecs", "RegisterTaskDefinition", family="web", containerDefinitions=containers
    )
    assert registered["taskDefinition"]["containerDefinitions"] == containers
    assert registered["taskDefinition"]["family"] == "web"
    containers[0]["image"] = "changed"
    assert registered["taskDefinition"]["containerDefinitions"][0]["image"] == "x"


def test_all_went_well():
    published = answer("sns", "PublishBatch", TopicArn="t", PublishBatchRequestEntries=[])
    assert published["Failed"] == []
    assert answer("events", "PutEvents")["FailedEntryCount"] == 0
    assert all("ErrorCode" not in entry for entry in answer("events", "PutEvents")["Entries"])
    invoked = answer("lambda", "Invoke", FunctionName="f")
    assert "FunctionError" not in invoked
    assert invoked["StatusCode"] == 200
    assert json.loads(invoked["Payload"].read()) == {}
    assert (
        answer("codebuild", "BatchGetBuilds", ids=["p:1"])["builds"][0]["buildStatus"]
        == "SUCCEEDED"
    )
    assert answer("stepfunctions", "DescribeExecution", executionArn="a")["status"] == "SUCCEEDED"
    assert answer("dynamodb", "BatchWriteItem")["UnprocessedItems"] == {}
    assert answer("ssm", "GetParameters", Names=["a"]).get("InvalidParameters", []) == []
    assert (
        answer("cloudformation", "DescribeStacks")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    )


def test_names_of_inner_things_are_not_the_name_that_was_asked_for():
    pipeline = answer("codepipeline", "GetPipeline", name="mine")["pipeline"]
    assert pipeline["name"] == "mine"
    assert pipeline["stages"][0]["name"] != "mine"


def test_there_is_never_more():
    assert answer("ec2", "SearchTransitGatewayRoutes")["AdditionalRoutesAvailable"] is False
    assert answer("s3", "ListObjectsV2", Bucket="b")["IsTruncated"] is False


def test_attributes_that_were_asked_for_by_name():
    attributes = answer("sqs", "GetQueueAttributes", QueueUrl="u", AttributeNames=["QueueArn"])[
        "Attributes"
    ]
    assert list(attributes) == ["QueueArn"]
    everything = answer("sqs", "GetQueueAttributes", QueueUrl="u", AttributeNames=["All"])[
        "Attributes"
    ]
    assert int(everything["ApproximateNumberOfMessages"]) >= 0


def test_empty_answers_have_empty_lists_and_no_more():
    assert answer("ecs", "DescribeServices", False, services=["a"]) == {
        "services": [],
        "failures": [],
    }
    assert answer("ecs", "ListServices", False) == {"serviceArns": []}


@pytest.mark.parametrize(
    ("options", "chosen"),
    [(["Zip", "Image"], "Image"), (["ECR", "ECR_PUBLIC"], "ECR"), (["Zip", "Layer"], "Zip")],
)
def test_what_may_be_of_images_is(options, chosen):
    assert enum_value("PackageType", options) == chosen


def test_the_certificate_of_a_cluster_is_encoded_as_its_model_says():
    found = model("eks").shape_for("Certificate")
    assert "Base64-encoded" in found.members["data"].documentation
    told = answer("eks", "DescribeCluster", name="main")["cluster"]["certificateAuthority"]["data"]
    assert base64.b64decode(told, validate=True)
