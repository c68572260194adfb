"""Whose fault an exception is: that of the consumer, or of a value that the sandbox made up."""

from __future__ import annotations

import textwrap

import pytest

from ecr_contracts.discovery.target import Target
from ecr_contracts.runtime.outcome import Status
from ecr_contracts.runtime.worker.parent import Worker

EVENT = {
    "detail-type": "ECR Image Action",
    "source": "aws.ecr",
    "detail": {"repository-name": "shop/api", "counts": {"UNDEFINED": 2}, "size": 12},
}

HEAD = """
import json
import urllib.request

import boto3
import botocore.exceptions

RANK = {"HIGH": 1}
CHAT = "https://chat.example.invalid/post"


def asked(path="x"):
    return boto3.client("ssm").get_parameter(Name=path)["Parameter"]["Value"]


def chat(text="hello"):
    with urllib.request.urlopen(CHAT, text.encode()) as answer:
        return json.load(answer)


def who():
    return boto3.client("sts").get_caller_identity()["UserId"]


def table():
    return boto3.resource("dynamodb", region_name="us-east-1").Table("seen")


"""


def outcome_of(tmp_path, body, head=""):
    code = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    source = f"{HEAD}{textwrap.dedent(head)}\n\ndef handler(event, context):\n{code}\n"
    path = tmp_path / "app.py"
    path.write_text(source)
    with Worker(Target.parse(f"{path}:handler")) as worker:
        return worker.call(EVENT)


OURS = {
    "a number in a text": "return int(who())",
    "its own table by our key": "return RANK[asked()]",
    "a part of a text": 'return asked().split("/")[7]',
    "a part in a name of its own": 'parts = asked().split("/")\nreturn parts[7]',
    "unpacked": 'left, right = asked().split("|")\nreturn left',
    "a text of several": 'text = f"{asked()}:{event}"[:5]\nreturn int(text)',
    "JSON that is none": "return json.loads(who())",
    "nothing where get found none": 'return chat().get("data")["id"]',
    "nothing in a name": 'data = chat().get("data")\nreturn data["id"]',
    "nothing from a function": 'data = read()\nreturn data["id"]',
    "nothing given to a function": 'return ident(chat().get("data"))',
    "a key of the event in our answer": 'return table().get_item(Key={"a": 1})["Item"]['
    'event["detail"]["repository-name"]]',
    "the first of none": "found = [one for one in chat() if one == event]\nreturn found[0]",
    "what is looked for in vain": "return next(one for one in chat() if one == event)",
    "raised by itself": 'answer = chat()\nif answer.get("ok") is None:\n'
    "    raise RuntimeError(answer)",
    "raised in a function": "must(chat())",
    "asserted": 'answer = chat()\nassert answer.get("ok")',
    "ended by itself": 'if not chat().get("ok"):\n    raise SystemExit(1)',
    "raised of another": "try:\n    return int(who())\nexcept ValueError as error:\n"
    '    raise RuntimeError("no number") from error',
    "a refused program": 'import subprocess\nreturn subprocess.run(["docker", "ps"])',
    "a refused parameter that we made up": 'boto3.client("sqs").send_message(QueueUrl="q", '
    'MessageBody=chat().get("x"))',
    "in a comprehension": 'return [RANK[part] for part in asked().split("-")]',
    "the type of an attribute": 'return table().get_item(Key={"a": 1})["Item"]["n"] < 3',
    "the type of an inner one": 'item = table().get_item(Key={"a": 1})["Item"]\n'
    'return item["counts"]["HIGH"] + event["detail"]["size"]',
    "a sum": 'return 1 + chat().get("n")',
    "a comparison": 'return chat().get("n") > 3',
    "of a module": "return int(LIMIT)",
}
FUNCTIONS = """
LIMIT = who()


def read():
    return chat().get("data")


def ident(data):
    return data["id"]


def must(answer):
    if not answer.get("ok"):
        raise RuntimeError("no")
"""

OWN = {
    "its own table": 'chat()\nreturn RANK[next(iter(event["detail"]["counts"]))]',
    "its own table, by a key in a name": 'chat()\nfor severity in event["detail"]["counts"]:\n'
    "    worst = RANK[severity]",
    "a key of the event": 'chat()\nreturn event["detail"]["image-tag"]',
    "a key of the event beside an answer": 'return chat().get("a"), event["detail"]["image-tag"]',
    "nothing of the event": 'chat()\nreturn event["detail"].get("image-tag").lower()',
    "nothing of the event after our text": 'return asked() + event["detail"].get("image-tag")',
    "nothing of the event in a name": 'tag = event["detail"].get("image-tag")\n'
    "text = asked()\nreturn text + tag",
    "a number of the event": 'chat()\nreturn int(event["detail"]["repository-name"])',
    "by a function": "text = asked()\nreturn shown(event, text)",
    "sorted": 'chat()\nreturn sorted(event["detail"]["counts"], key=lambda one: RANK[one])',
    "a key of its own table": 'mine = {"a": asked()}\nreturn mine["b"]',
    "a name that is not there": "chat()\nreturn undefined_name",
    "an attribute of a client": 'chat()\nreturn boto3.client("sns").publsh()',
    "bytes are wanted": "urllib.request.urlopen(asked_url(), json.dumps(event))",
    "raised for the event": 'text = asked()\nif event["detail"]["size"] > 3:\n'
    "    raise ValueError(text)",
    "a key that no answer has": 'return boto3.client("ecs").list_services()["services"]',
    "a list taken for an object": 'return boto3.client("ecs").list_services()["serviceArns"]["a"]',
    "a misspelt parameter": 'boto3.client("sns").publish(TopicArn=asked(), Mesage="x")',
    "a parameter of the event": 'boto3.client("sns").publish(TopicArn=asked(), '
    'Message=event["detail"].get("image-tag"))',
    "in a handler of another exception": 'try:\n    event["detail"]["x"]\nexcept KeyError:\n'
    '    return RANK["x"]',
}
OWN_FUNCTIONS = """
def shown(event, text):
    return RANK[event["detail"]["repository-name"]]


def asked_url():
    return "https://" + asked() + ".example.invalid"
"""


@pytest.mark.parametrize("body", OURS.values(), ids=OURS)
def test_what_is_about_a_made_up_value_is_told_as_such(tmp_path, body):
    outcome = outcome_of(tmp_path, body, FUNCTIONS)
    assert outcome.status in (Status.RAISED, Status.EXITED)
    assert outcome.stop is not None, (outcome.exception, outcome.message)
    assert outcome.stop.made_at is not None


@pytest.mark.parametrize("body", OWN.values(), ids=OWN)
def test_what_is_about_the_event_stays_the_consumers(tmp_path, body):
    outcome = outcome_of(tmp_path, body, OWN_FUNCTIONS)
    assert outcome.status is Status.RAISED
    assert outcome.stop is None, (outcome.exception, outcome.message, outcome.stop)
