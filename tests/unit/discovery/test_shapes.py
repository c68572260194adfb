"""Which envelope reaches a function by its shape: an object for a message, Chalice's decorator."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecr_contracts.discovery.purpose import purpose_of
from ecr_contracts.discovery.shapes.chalice import chalice_rules
from ecr_contracts.discovery.shapes.inferred import envelopes_of_shape
from ecr_contracts.discovery.surroundings import rules_of
from ecr_contracts.discovery.target import Target


def _target(folder: Path, source: str, attribute: str) -> Target:
    (folder / "app.py").write_text(source)
    return Target.parse(f"{folder / 'app.py'}:{attribute}")


def _function(parameter: str, *lines: str) -> str:
    return f"def process({parameter}):\n" + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("parameter", "lines"),
    [
        ("message", ["return json.loads(message.body)"]),
        ("msg, context=None", ["return json.loads(msg.body)"]),
        ("m", ["work(json.loads(m.body))", "m.delete()"]),
        ("item", ["work(json.loads(item.body))", "item.delete()"]),
        ("item", ["log(item.message_id)", "return item.body"]),
        ("message: 'service_resource.Message'", ["return message.body"]),
        ("message: Any", ["return message.body, message.receipt_handle"]),
    ],
)
def test_a_function_takes_a_message_as_an_object(tmp_path, parameter, lines):
    found = envelopes_of_shape(_target(tmp_path, _function(parameter, *lines), "process"))
    name = parameter.split(",")[0].split(":")[0]
    assert found == {"sqs-one": f"its code reads {name}.body"}


@pytest.mark.parametrize(
    ("parameter", "lines"),
    [
        ("event", ["return json.loads(event.body)"]),
        ("request", ["return json.loads(request.body)"]),
        ("message", ["work(message.body)", "message.ack()"]),
        ("message", ["work(message.body, message.headers)"]),
        ("message", ["return message.text"]),
        ("record: SQSRecord", ["return record.body, record.message_id"]),
        ("message: IncomingMessage", ["return message.body"]),
        ("", ["message = poll()", "return message.body"]),
    ],
)
def test_another_object_with_a_body_is_no_message_of_a_queue(tmp_path, parameter, lines):
    assert not envelopes_of_shape(_target(tmp_path, _function(parameter, *lines), "process"))


def test_a_dictionary_is_told_by_what_is_read_of_it_though_a_loop_stands_beside(tmp_path):
    source = (
        "class Worker:\n"
        "    def run(self):\n"
        "        for message in self.sqs.receive_message()['Messages']:\n"
        "            self.handle(message)\n"
        "    def handle(self, message):\n"
        "        return message['Body']\n"
        "def answered(response):\n"
        "    return [message['Body'] for message in response['Messages']]\n"
    )
    target = _target(tmp_path, source, "Worker.handle")
    assert purpose_of(target).envelope == "sqs-one"
    assert "sqs-one" not in envelopes_of_shape(_target(tmp_path, source, "answered"))


def test_a_method_takes_a_message_as_an_object_where_it_hands_it_on(tmp_path):
    source = (
        "class Worker:\n"
        "    def handle(self, message):\n"
        "        self.work(message)\n"
        "    def work(self, one):\n"
        "        return one.body\n"
    )
    assert list(envelopes_of_shape(_target(tmp_path, source, "Worker.handle"))) == ["sqs-one"]


CHALICE = """\
from chalice import Chalice
app = Chalice(app_name="images")
PATTERN = {"source": ["aws.ecr"], "detail-type": ["ECR Image Action"]}
NAMED = {"source": [SENDER]}

@app.on_sqs_message(queue="images", batch_size=5)
def from_queue(event):
    return [record.body for record in event]

@app.on_sns_message(topic="images")
def from_topic(event):
    return event.message

@app.on_kinesis_record("images")
def from_stream(event):
    return [record.data for record in event]

@app.on_cw_event(PATTERN)
def by_constant(event):
    return event.detail["image-tag"]

@app.on_cw_event(event_pattern={"source": ["aws.ecr"], "detail": {"action-type": ["DELETE"]}})
def written_out(event):
    return event.detail["image-digest"]

@app.on_cw_event(NAMED)
def not_known(event):
    return event.detail["result"]

@app.on_cw_event({"source": ["aws.s3"]})
def of_another_service(event):
    return event.detail["object"]

@app.lambda_function(name="plain")
def plain(event, context):
    return event["detail"]["scan-status"]
"""


@pytest.mark.parametrize(
    ("name", "envelope"),
    [("from_queue", "sqs"), ("from_topic", "sns"), ("from_stream", "kinesis"), ("plain", None)],
)
def test_a_decorator_of_chalice_says_the_envelope(tmp_path, name, envelope):
    target = _target(tmp_path, CHALICE, name)
    assert list(envelopes_of_shape(target)) == ([envelope] if envelope else [])
    assert purpose_of(target).envelope == (envelope or "lambda")


@pytest.mark.parametrize(
    ("name", "line", "kinds"),
    [("by_constant", 18, ("push", "delete")), ("written_out", 22, ("delete",))],
)
def test_a_decorator_of_chalice_is_a_rule(tmp_path, name, line, kinds):
    target = _target(tmp_path, CHALICE, name)
    (rule,) = rules_of(target)
    assert (rule.name, rule.line, rule.envelope) == (name, line, "lambda")
    purpose = purpose_of(target)
    assert set(kinds) <= set(purpose.kinds)
    assert ("push" in purpose.kinds) == ("push" in kinds)
    assert purpose.why.endswith(f"app.py:{line}, rule {name}")


def test_a_pattern_that_is_not_written_out_says_nothing(tmp_path):
    assert not list(chalice_rules(_target(tmp_path, CHALICE, "not_known")))
    assert not rules_of(_target(tmp_path, CHALICE, "of_another_service"))


def test_functions_of_an_app_are_read_apart(tmp_path):
    assert purpose_of(_target(tmp_path, CHALICE, "plain")).kinds == ("scan",)
