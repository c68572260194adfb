"""What a handler's own code compares with fields of its event."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from ecr_contracts.discovery.source.comparisons.comparison import Comparison
from ecr_contracts.discovery.source.comparisons.finder import comparisons, variables_compared
from ecr_contracts.discovery.target import Target
from ecr_contracts.eventbridge.rules.matching.conditions import (
    EqualsIgnoreCase,
    Exact,
    Exists,
    Numeric,
    Prefix,
    Suffix,
    Wildcard,
)
from ecr_contracts.eventbridge.rules.matching.regular import Matches, Where

NAME, TAG = ("detail", "repository-name"), ("detail", "image-tag")
ELEMENT = ("detail", "image-tags", 0)
START = """
import fnmatch, json, os, re, sys
import boto3
ecs = boto3.client("ecs")

def handler(event, context):
    detail = event["detail"]
    name = detail["repository-name"]
    tag = detail.get("image-tag")
"""


def _target(folder: Path, text: str) -> Target:
    file = folder / "app.py"
    file.write_text(text)
    return Target.parse(f"{file}:handler")


def _of_body(folder: Path, body: str, above: str = "") -> list[tuple[object, object, bool | None]]:
    """The comparisons of a handler with some statements, each with what leads on."""
    text = dedent(above) + START + indent(dedent(body), "    ")
    found = comparisons(_target(folder, text))
    return [(one.steps, one.condition, one.leads_on) for one in found]


ACTS = "ecs.update_service(service=name)"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f'if name != "shop/api":\n    return\n{ACTS}', [(NAME, Exact("shop/api"), True)]),
        (f'if name == "shop/api":\n    {ACTS}', [(NAME, Exact("shop/api"), True)]),
        (f'if not name.startswith("p-"):\n    return\n{ACTS}', [(NAME, Prefix("p-"), True)]),
        (
            f'if name.endswith(("-a", "-b")):\n    {ACTS}',
            [(NAME, Suffix("-a"), True), (NAME, Suffix("-b"), True)],
        ),
        (
            f'if not tag or tag == "latest":\n    return\n{ACTS}',
            [(TAG, Exact("latest"), False)],
        ),
        (
            f'if tag == "a" and name != "x":\n    sys.exit()\n{ACTS}',
            [(TAG, Exact("a"), False), (NAME, Exact("x"), True)],
        ),
        (
            f'for t in detail["image-tags"]:\n    if t != "prod":\n        continue\n    {ACTS}',
            [(ELEMENT, Exact("prod"), True)],
        ),
        (
            f'if "prod" in detail["image-tags"]:\n    {ACTS}',
            [(ELEMENT, Exact("prod"), True)],
        ),
        (
            f'if any(t.startswith("v") for t in detail["image-tags"]):\n    {ACTS}',
            [(ELEMENT, Prefix("v"), True)],
        ),
        (f'if "/" in name:\n    {ACTS}', [(NAME, Wildcard("*/*"), True)]),
        (
            f'if tag.lower() == "prod":\n    {ACTS}',
            [(TAG, EqualsIgnoreCase("prod"), True)],
        ),
        (f'if tag[:2] == "v1":\n    {ACTS}', [(TAG, Prefix("v1"), True)]),
        (
            f'if name.split("/")[0] == "shop":\n    {ACTS}',
            [(NAME, Matches(r"shop(?:/[\s\S]*)?"), True)],
        ),
        (
            f'if re.match(r"v\\d+", tag):\n    {ACTS}',
            [(TAG, Matches(r"v\d+", Where.START), True)],
        ),
        (f'if fnmatch.fnmatch(tag, "v*"):\n    {ACTS}', [(TAG, Wildcard("v*"), True)]),
        (
            f'if f"{{name}}:{{tag}}" == "a/b:c":\n    {ACTS}',
            [(NAME, Exact("a/b"), True), (TAG, Exact("c"), True)],
        ),
        (
            'for one in {"dev": ["a"], "main": []}[tag]:\n    print(one)',
            [(TAG, Exact("dev"), True), (TAG, Exact("main"), True)],
        ),
        (
            f'match tag:\n    case "a" | "b":\n        {ACTS}\n    case _:\n        pass',
            [(TAG, Exact("a"), True), (TAG, Exact("b"), True)],
        ),
        (
            f'if detail["finding-severity-counts"].get("HIGH", 0) > 5:\n    {ACTS}',
            [(("detail", "finding-severity-counts", "HIGH"), Numeric(lower=5.0), True)],
        ),
        (
            'for level, n in detail["finding-severity-counts"].items():\n'
            f'    if level == "HIGH":\n        {ACTS}',
            [(("detail", "finding-severity-counts", "HIGH"), Exists(True), True)],
        ),
        (f'wanted = tag == "a"\nif not wanted:\n    return\n{ACTS}', [(TAG, Exact("a"), True)]),
        (f'tag == "a" or sys.exit()\n{ACTS}', [(TAG, Exact("a"), True)]),
        ('if tag == "a":\n    return "ignored"', [(TAG, Exact("a"), None)]),
    ],
)
def test_a_comparison_is_said_of_the_field_with_the_answer_that_leads_on(
    tmp_path: Path, body: str, expected: list[object]
) -> None:
    """Whatever the code does to the value first, and wherever the test stands."""
    assert _of_body(tmp_path, body) == expected


def test_helpers_maps_and_constants_are_followed(tmp_path: Path) -> None:
    """A field goes through arguments and returns, a literal through names of the module."""
    above = """
        ALLOWED = frozenset(("a", "b"))
        def is_ours(image):
            if image["repository-name"] not in ALLOWED:
                return False
            return True
    """
    body = f"if not is_ours(detail):\n    return\n{ACTS}"
    assert _of_body(tmp_path, body, above) == [
        (NAME, Exact("a"), True),
        (NAME, Exact("b"), True),
    ]


def test_an_event_in_an_envelope_is_the_same_event(tmp_path: Path) -> None:
    """What is parsed of a body counts from the event's own outer object."""
    text = f"""
import json, boto3
ecs = boto3.client("ecs")
def handler(event, context):
    for record in event["Records"]:
        name = json.loads(record["body"])["detail"]["repository-name"]
        if record["eventSource"] == "aws:sqs" and name == "a":
            {ACTS}
"""
    found = comparisons(_target(tmp_path, text))
    assert [(one.steps, one.condition) for one in found] == [(NAME, Exact("a"))]


@pytest.mark.parametrize(
    "body",
    [
        'other = ecs.describe()["repository-name"]\nif other == "a":\n    print()',
        'if normalise(name) == "a":\n    print()',
        "if len(tag) == 3:\n    print()",
        'if detail["no-such-key"] == "a":\n    print()',
        'if name in "a b c":\n    print()',
    ],
)
def test_what_cannot_be_said_truly_is_left_out(tmp_path: Path, body: str) -> None:
    """No field of an event, an unknown function of it, or no field that any kind has."""
    assert _of_body(tmp_path, body) == []


def test_a_value_that_may_come_from_elsewhere_is_not_sure(tmp_path: Path) -> None:
    """A name means one thing in its own function, and what it may be besides is not forgotten."""
    body = 'state = name if tag else ecs.describe()\nif state == "a":\n    print()'
    text = START + indent(body, "    ") + "\ndef other(name):\n    return name == 'b'\n"
    found = comparisons(_target(tmp_path, text))
    assert [(one.literal, one.is_sure) for one in found] == [("a", False)]


def test_it_is_said_where_a_comparison_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is called as reports call it."""
    monkeypatch.chdir(tmp_path)
    (found,) = comparisons(_target(tmp_path, START + f'    if tag == "a":\n        {ACTS}\n'))
    assert isinstance(found, Comparison)
    assert (found.place, found.literal) == ("app.py:10", "a")


def test_a_file_that_is_written_anew_is_read_anew(tmp_path: Path) -> None:
    """What is kept of a handler holds as long as its files stay as they are."""
    for literal in ("first", "second one"):
        (found,) = comparisons(
            _target(tmp_path, START + f"    if tag == {literal!r}:\n        1\n")
        )
        assert found.literal == literal


def test_variables_are_told_with_their_fields(tmp_path: Path) -> None:
    """How a variable is compared, and what it has to be for the event that there is."""
    text = """
import os, json
REPO = os.environ["REPO"]
def handler(event, context):
    detail = event["detail"]
    name, tag = detail["repository-name"], detail["image-tag"]
    if name != REPO:
        return
    if tag in [t.strip() for t in os.environ.get("TAGS", "dev,main").split(",")]:
        print("x")
    if name.startswith(os.environ["PREFIX"]):
        print("x")
    if name.split("/")[0] == os.environ["TEAM"]:
        print("x")
    print(json.loads(os.environ["MAP"])[name])
"""
    found = variables_compared(_target(tmp_path, text))
    said = {}
    for variable, (one,) in found.items():
        said[variable] = (one.steps, one.how, one.separator, one.is_parsed, one.wanted("shop/api"))
    assert said == {
        "REPO": (NAME, "equal", "", False, "shop/api"),
        "TAGS": (TAG, "equal", ",", False, "shop/api"),
        "PREFIX": (NAME, "prefix", "", False, "shop/api"),
        "TEAM": (NAME, "equal", "", False, "shop"),
        "MAP": (NAME, "key", "", True, "shop/api"),
    }


BUILT = """
import json, os, re
from dataclasses import dataclass
from enum import Enum
from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent
from pydantic import BaseModel, Field

class Action(str, Enum):
    PUSH = "PUSH"

class Detail(BaseModel):
    repo: str = Field(alias="repository-name")
    image_tag: str

class Event(BaseModel):
    detail: Detail

@dataclass
class Image:
    name: str
    tag: str

class Deployment:
    def __init__(self, detail):
        self.tag = detail.get("image-tag")

    @property
    def is_wanted(self):
        return self.tag == "c"

    def run(self):
        if self.is_wanted:
            deploy(self)

def events(payload):
    for record in payload["Records"]:
        yield json.loads(record["body"])

ROUTES = {("shop/api", "prod"): "a"}

def handler(event, context):
    detail = event["detail"]
"""


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (
            'Action(detail["action-type"]) is Action.PUSH',
            [(("detail", "action-type"), Exact("PUSH"))],
        ),
        ('Event(**event).detail.repo == "a"', [(NAME, Exact("a"))]),
        ('Event.model_validate(event).detail.image_tag == "a"', [(TAG, Exact("a"))]),
        ('EventBridgeEvent(event).detail_type == "a"', [(("detail-type",), Exact("a"))]),
        (
            'Image(detail["repository-name"], tag=detail["image-tag"]).tag != "b"',
            [(TAG, Exact("b"))],
        ),
        ("Deployment(detail).run()", [(TAG, Exact("c"))]),
        (
            '(detail["repository-name"], detail["image-tag"]) == ("a", "b")',
            [(NAME, Exact("a")), (TAG, Exact("b"))],
        ),
        (
            'ROUTES.get((detail["repository-name"], detail["image-tag"]))',
            [(NAME, Exact("shop/api")), (TAG, Exact("prod"))],
        ),
        (
            'any(one["detail"]["image-tag"] == "a" for one in events(event))',
            [(TAG, Exact("a"))],
        ),
        (
            'int(detail["finding-severity-counts"].get("HIGH", 0)) >= 3',
            [(("detail", "finding-severity-counts", "HIGH"), Numeric(lower=3.0, with_lower=True))],
        ),
        (
            '{"repo": detail["repository-name"]}["repo"] in ["a"] + more()',
            [(NAME, Exact("a"))],
        ),
        (
            'detail["repository-name"] in map(str.strip, "a, b".split(","))',
            [(NAME, Exact("a")), (NAME, Exact("b"))],
        ),
    ],
)
def test_what_people_make_of_events_is_followed(
    tmp_path: Path, test: str, expected: list[object]
) -> None:
    """Models, data classes, enumerations, objects, generators and tuples."""
    found = comparisons(_target(tmp_path, f"{BUILT}    if {test}:\n        deploy()\n"))
    said = [(one.steps, one.condition) for one in found]
    assert said == expected


def test_a_model_that_changes_what_it_is_given_says_nothing(tmp_path: Path) -> None:
    """Nobody knows what its validators make of a value."""
    validated = BUILT.replace(
        "    image_tag: str\n", "    image_tag: str\n    @validator('x')\n    def f(): 1\n"
    )
    body = '    if Event(**event).detail.image_tag == "a":\n        deploy()\n'
    assert comparisons(_target(tmp_path, validated + body)) == ()
