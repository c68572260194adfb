"""Plans of Terraform in JSON, as `terraform show -json` prints them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.placeholders import ACCOUNT
from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.iac.stack import read_stack, transformer
from ecr_contracts.discovery.iac.terraform.plan import is_plan
from ecr_contracts.discovery.purpose import purpose_of
from ecr_contracts.discovery.target import Target
from tests.unit.discovery.templates import line_of
from tests.writing import HANDLER, write

SCANS = {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}


def planned(address: str, values: dict[str, Any], index: Any = None, mode: str = "managed") -> Any:
    """A resource as planned values have it; the address is that within its module."""
    *_, kind, name = re.sub(r"\[[^]]*\]", "", address).split(".")
    found = {"address": address, "mode": mode, "type": kind, "name": name, "values": values}
    return found if index is None else {**found, "index": index}


def configured(address: str, **expressions: Any) -> Any:
    """A resource as the configuration has it, its references as lists of texts."""
    found: dict[str, Any] = {}
    for key, value in expressions.items():
        found[key] = {"references": value} if isinstance(value, list) else value
    return {"address": address, "expressions": found}


FUNCTION = {
    "function_name": "ecr-webhook",
    "filename": "./webhook.zip",
    "handler": "app.handler",
    "runtime": "python3.12",
    "timeout": 20,
    "layers": None,
    "environment": [{"variables": {"LEVEL": "HIGH"}}],
}
ARCHIVE = {"source_dir": "./src", "output_path": "./webhook.zip", "source_file": None}
RULE = {"name": "ecr-scans", "event_pattern": json.dumps(SCANS), "state": None}


def plan(resources: Any, configuration: Any, *, modules: Any = (), calls: Any = None) -> str:
    """The text of a plan."""
    archive = planned("data.archive_file.webhook", ARCHIVE, mode="data")
    content = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {
            "root_module": {"resources": resources, "child_modules": list(modules)},
        },
        "prior_state": {"values": {"root_module": {"resources": [archive]}}},
        "configuration": {
            "root_module": {"resources": configuration, "module_calls": calls or {}},
        },
    }
    return json.dumps(content, indent=1)


DIRECT = plan(
    [
        planned("aws_lambda_function.webhook", FUNCTION),
        planned("aws_cloudwatch_event_rule.scans", RULE),
        planned("aws_cloudwatch_event_target.scans", {"rule": "ecr-scans", "input": None}),
    ],
    [
        configured(
            "aws_lambda_function.webhook",
            filename=["data.archive_file.webhook.output_path", "data.archive_file.webhook"],
            handler={"constant_value": "app.handler"},
        ),
        configured("aws_cloudwatch_event_rule.scans"),
        configured(
            "aws_cloudwatch_event_target.scans",
            rule=["aws_cloudwatch_event_rule.scans.name", "aws_cloudwatch_event_rule.scans"],
            arn=["aws_lambda_function.webhook.arn", "aws_lambda_function.webhook"],
        ),
    ],
)


@pytest.fixture
def code(folder):
    """The code of the function."""
    write(folder, "src/app.py", HANDLER)
    return folder


@pytest.mark.parametrize("name", ["webhook", "ecr-webhook", ""])
def test_a_function_of_a_plan_is_read_with_its_rule(code, name):
    write(code, "plan.json", DIRECT)
    target = Target.parse(f"plan.json:{name}" if name else "plan.json")
    function = target.function
    assert (function.file, function.root) == (Path("src/app.py"), Path("src"))
    assert (function.environment, function.timeout) == ({"LEVEL": "HIGH"}, 20.0)
    assert function.line == line_of(DIRECT, '"address": "aws_lambda_function.webhook"')
    (rule,) = function.rules
    assert (rule.envelope, rule.pattern, rule.name) == ("lambda", SCANS, "scans")
    assert (rule.file, rule.line) == ("plan.json", line_of(DIRECT, "event_rule.scans"))
    assert purpose_of(target).kinds == ("scan",)


def test_a_plan_of_one_line_is_read(code):
    write(code, "plan.json", json.dumps(json.loads(DIRECT)))
    (function,) = read_stack(Path("plan.json")).functions
    assert (function.line, len(function.rules)) == (1, 1)


def test_instances_refer_to_those_of_the_same_key(code):
    resources, configuration = [], []
    for key in ("a", "b.c"):
        index = f'["{key}"]'
        pattern = json.dumps({"source": ["aws.ecr"], "detail": {"repository-name": [key]}})
        named = {**FUNCTION, "function_name": f"f-{key}"}
        resources += [
            planned(f"aws_lambda_function.f{index}", named, key),
            planned(f"aws_cloudwatch_event_rule.r{index}", {"event_pattern": pattern}, key),
            planned(f"aws_cloudwatch_event_target.t{index}", {}, key),
        ]
    target = configured(
        "aws_cloudwatch_event_target.t",
        rule=["each.value.name", "each.value"],
        arn=["aws_lambda_function.f", "each.key"],
    )
    target["for_each_expression"] = {"references": ["aws_cloudwatch_event_rule.r"]}
    configuration = [configured("aws_lambda_function.f"), target]
    write(code, "plan.json", plan(resources, configuration))
    functions = read_stack(Path("plan.json")).functions
    assert [function.name for function in functions] == ['f["a"]', 'f["b.c"]']
    for function, key in zip(functions, ["a", "b.c"], strict=True):
        (rule,) = function.rules
        assert rule.pattern["detail"] == {"repository-name": [key]}


def test_what_stands_in_an_instance_of_a_module_refers_to_what_stands_there(code):
    modules = []
    for key in ("a", "b"):
        prefix = f'module.m["{key}"].'
        pattern = json.dumps({"source": ["aws.ecr"], "detail": {"repository-name": [key]}})
        named = {**FUNCTION, "function_name": None}
        resources = [
            planned(f"{prefix}aws_lambda_function.f", named),
            planned(f"{prefix}aws_cloudwatch_event_rule.r", {"event_pattern": pattern}),
            planned(f"{prefix}aws_cloudwatch_event_target.t", {}),
        ]
        modules.append({"address": prefix[:-1], "resources": resources})
    target = configured(
        "aws_cloudwatch_event_target.t",
        rule=["aws_cloudwatch_event_rule.r.name", "aws_cloudwatch_event_rule.r"],
        arn=["aws_lambda_function.f.arn", "aws_lambda_function.f"],
    )
    calls = {"m": {"module": {"resources": [target]}}}
    write(code, "plan.json", plan([], [], modules=modules, calls=calls))
    functions = read_stack(Path("plan.json")).functions
    for function, key in zip(functions, ["a", "b"], strict=True):
        (rule,) = function.rules
        assert rule.pattern["detail"] == {"repository-name": [key]}


def test_references_go_through_variables_and_outputs_of_modules(code):
    child = [
        planned('module.m["k.x"].aws_cloudwatch_event_rule.r', RULE),
        planned('module.m["k.x"].aws_cloudwatch_event_target.t', {"rule": "ecr-scans"}),
    ]
    call = {
        "source": "./m",
        "expressions": {"arn": {"references": ["module.f.arn", "module.f"]}},
        "module": {
            "resources": [
                configured("aws_cloudwatch_event_rule.r"),
                configured(
                    "aws_cloudwatch_event_target.t",
                    rule=["aws_cloudwatch_event_rule.r.name", "aws_cloudwatch_event_rule.r"],
                    arn=["var.arn"],
                ),
            ]
        },
    }
    out = {"references": ["aws_lambda_function.this[0].arn", "aws_lambda_function.this[0]"]}
    function_call = {"module": {"outputs": {"arn": {"expression": out}}}}
    text = plan(
        [],
        [],
        modules=[
            {"address": 'module.m["k.x"]', "resources": child},
            {
                "address": "module.f",
                "resources": [planned("module.f.aws_lambda_function.this[0]", FUNCTION, 0)],
            },
        ],
        calls={"m": call, "f": function_call},
    )
    write(code, "plan.json", text)
    target = Target.parse("plan.json:f")
    (rule,) = target.function.rules
    assert (rule.name, rule.pattern) == ('m["k.x"].r', SCANS)


def test_blocks_within_a_resource_refer_too(code):
    target = planned(
        "aws_cloudwatch_event_target.scans",
        {
            "rule": "ecr-scans",
            "arn": f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:m",
            "dead_letter_config": [{}],
            "input_transformer": [
                {"input_paths": {"a": "$.detail"}, "input_template": '{"a": <a>}'}
            ],
        },
    )
    resources = [
        planned("aws_lambda_function.webhook", FUNCTION),
        planned("aws_cloudwatch_event_rule.scans", RULE),
        target,
        planned("aws_sqs_queue.dead", {"fifo_queue": False}),
        planned("aws_lambda_event_source_mapping.dead", {"batch_size": 5}),
    ]
    configuration = [
        configured(
            "aws_cloudwatch_event_target.scans",
            dead_letter_config=None,
        ),
        configured(
            "aws_lambda_event_source_mapping.dead",
            event_source_arn=["aws_sqs_queue.dead.arn"],
            function_name=["aws_lambda_function.webhook.function_name"],
        ),
    ]
    references = {"arn": {"references": ["aws_sqs_queue.dead.arn", "aws_sqs_queue.dead"]}}
    configuration[0]["expressions"]["dead_letter_config"] = [references]
    write(code, "plan.json", plan(resources, configuration))
    (function,) = read_stack(Path("plan.json")).functions
    (rule,) = function.rules
    assert (rule.envelope, rule.feed.size) == ("dlq", 5)
    assert transformer("plan.json").shaping.input_paths_map == {"a": "$.detail"}
    assert transformer("plan.json:scans").pattern == SCANS


def test_a_pattern_that_is_known_after_the_deployment_admits_all_events(code):
    rule = planned("aws_cloudwatch_event_rule.r", {"name": "r"})
    of_rule = configured("aws_cloudwatch_event_rule.r", event_pattern=["aws_ecr_repository.x.arn"])
    write(code, "plan.json", plan([rule], [of_rule]))
    (found,) = read_stack(Path("plan.json")).rules
    assert found.pattern == {"source": [{"exists": True}]}
    assert found.unresolved == ("$.source",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DIRECT, True),
        ('{"Resources": {}}', False),
        ('{"planned_values": 1}', False),
        ("", False),
    ],
)
def test_a_plan_is_known_by_its_keys(folder, text, expected):
    assert is_plan(write(folder, "x.json", text)) == expected
    assert not is_plan(write(folder, "x.yaml", text))
    assert not is_plan(folder / "nowhere.json")


@pytest.mark.parametrize(
    "content",
    [
        [],
        1,
        {"planned_values": 1},
        {"planned_values": {"root_module": []}},
        {"planned_values": {"root_module": {"resources": [1, {}, {"values": []}]}}},
        {"planned_values": {"root_module": {"child_modules": {"a": 1}}}, "configuration": []},
    ],
)
def test_a_plan_of_another_shape_declares_nothing(folder, content):
    text = json.dumps([content, "format_version", "planned_values"])
    if isinstance(content, dict):
        text = json.dumps({**content, "format_version": "1.2"})
    write(folder, "plan.json", text)
    stack = read_stack(Path("plan.json"))
    assert (stack.functions, stack.rules) == ((), ())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"format_version": 1,\n"planned_values": {', r"plan\.json:2: it is not JSON"),
        (
            '{"format_version": 1, "planned_values": ' + "[" * 100_000 + "]" * 100_000 + "}",
            r"plan\.json: it is too deeply nested",
        ),
    ],
    ids=["cut", "deep"],
)
def test_a_plan_that_cannot_be_read_is_refused(folder, text, problem):
    write(folder, "plan.json", text)
    with pytest.raises(TemplateError, match=problem):
        read_stack(Path("plan.json"))
    with pytest.raises(ConsumerError, match=problem):
        Target.parse("plan.json:x")
