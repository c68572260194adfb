"""Shaping as EventBridge does it: labelled cases, each with what it rests on, limits, and what
holds of any event.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts import ecr_events
from ecr_contracts.core.errors import EcrContractsError, ShapingError
from ecr_contracts.core.findings import MISSING
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES, envelope
from ecr_contracts.eventbridge.rules.transformer import UNDELIVERED, Shaping, carrying, shape
from ecr_contracts.events.generate.cases import case
from tests.rows import in_one_test

ROWS = [
    json.loads(line)
    for line in Path(__file__).with_name("transformer.jsonl").read_text("utf-8").splitlines()
]
EVENT = case("push/ordinary").event
few = settings(max_examples=30)


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_each_fact_that_is_known(row):
    event = row["event"] if "event" in row else case(row["case"]).event
    if "refused" in row:
        with pytest.raises(ShapingError) as raised:
            shape(event, **row["given"])
        assert all(word in str(raised.value) for word in row["refused"])
        return
    shaped = shape(event, **row["given"])
    assert shaped.text == row["text"]
    assert list(shaped.missing) == row.get("missing", [])
    assert list(shaped.blank) == row.get("blank", [])
    assert row.get("problem", "") in shaped.problem
    assert bool(shaped.problem) == (row["text"] is None)


def test_every_fact_says_what_it_rests_on():
    assert len(ROWS) >= 40
    assert {row["source"] for row in ROWS} == {"DOC", "EMU", "INF"}
    assert len({row["name"] for row in ROWS}) == len(ROWS)


def test_what_is_delivered_is_told_as_data_too():
    shaped = shape(
        EVENT, input_paths_map={"tag": "$.detail.image-tag"}, input_template='{"tag": <tag>}'
    )
    assert shaped.value == {"tag": "latest"}
    assert shape(EVENT, input_template='"one"\n"two"').value == '"one"\n"two"'
    assert shape(EVENT, input_template='{"one": "two\nthree"}').value == {"one": "two\nthree"}
    assert shape(EVENT, input_template="one").value is MISSING


@pytest.mark.parametrize(
    ("template", "description", "unfit"),
    [
        ('{"tags": "<tags>", "text": "<text>"}', "x", ("tags",)),
        ('{"tags": <tags>, "text": "<text>"}', 'say "hi"', ("text",)),
        ('{"tags": <tags>, "text": <text>}', "C:\\dir", ("text",)),
        ('{"tags": "<tags>", "text": <text>}', '"', ("tags", "text")),
        ('{"tags": <tags>, "text": <text>', "x", ()),
        ('{"tags": <tags>, "text": <text>}', "x", ()),
    ],
)
def test_what_makes_it_no_json_is_told(template, description, unfit):
    event = {"detail": {"image-tags": ["a"], "description": description}}
    paths = {"tags": "$.detail.image-tags", "text": "$.detail.description"}
    shaped = shape(event, input_paths_map=paths, input_template=template)
    assert shaped.unfit == unfit
    assert (not shaped.problem) == (template.endswith("}") and not unfit)


@pytest.mark.parametrize(
    ("given", "place"),
    [
        (
            {"input_paths_map": {f"v{n}": "$.id" for n in range(101)}, "input_template": '"x"'},
            "InputPathsMap",
        ),
        ({"input_paths_map": {"v" * 257: "$.id"}, "input_template": '"x"'}, "InputPathsMap"),
        ({"input_paths_map": {"v": "$." + "x" * 255}, "input_template": '"x"'}, "InputPathsMap.v"),
        ({"input_template": '"' + "x" * 8191 + '"'}, "InputTemplate"),
        ({"input": '"' + "x" * 8191 + '"'}, "Input"),
        ({"input_path": "$." + "x" * 255}, "InputPath"),
    ],
)
def test_what_is_longer_than_aws_admits_is_refused(given, place):
    with pytest.raises(ShapingError) as raised:
        Shaping(**given)
    assert raised.value.place == place
    assert len(str(raised.value)) < 400


def test_what_is_as_long_as_aws_admits_is_not():
    assert Shaping(
        input_paths_map={f"v{n}": "$.id" for n in range(100)}, input_template='"' + "x" * 8190 + '"'
    )
    assert Shaping(input_paths_map={"v" * 256: "$." + "x" * 254}, input_template=f'"<{"v" * 256}>"')


def test_a_refusal_says_place_value_and_what_to_do():
    with pytest.raises(EcrContractsError) as raised:
        Shaping(input_paths_map={"tag": "$.detail.image-tag"}, input_template='"<tagg>"')
    assert str(raised.value) == (
        "InputTemplate: '<tagg>': InputPathsMap has no path for this placeholder\n"
        "  add one; did you mean 'tag'?"
    )


def test_shapings_are_values():
    one, other = (Shaping(input_paths_map={"a": "$.id"}, input_template='"<a>"') for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert one.uses
    assert one == other  # what it works out for itself does not tell it apart
    with pytest.raises(AttributeError):
        one.input = "x"  # type: ignore[misc]


def test_uses_say_what_stands_around_a_variable():
    shaping = Shaping(
        input_paths_map={"a": "$.id", "b": "$.account"},
        input_template='{"x": "img <a>:<b>!", "y": <b>, "z": "<a>"}',
    )
    around = [(use.name, use.quoted, use.before, use.after) for use in shaping.uses]
    assert around == [
        ("a", True, "img ", ":<b>!"),
        ("b", True, "img <a>:", "!"),
        ("b", False, "", ""),
        ("a", True, "", ""),
    ]


# --- any event ------------------------------------------------------------------------------------


@few
@given(ecr_events())
def test_without_any_shaping_the_event_arrives_as_it_is(event):
    assert shape(event).value == event
    assert shape(event, input_path="$").value == event
    assert shape(event, input_path="$.detail").value == event["detail"]
    assert shape(event, input_template='{"all": <aws.events.event.json>}').value == {"all": event}


@few
@given(
    ecr_events(),
    st.sampled_from(
        ["$.id", "$.detail.repository-name", "$.detail.image-tag", "$.detail.image-tags[0]"]
    ),
)
def test_what_is_missing_or_empty_is_told_and_everything_else_lands(event, path):
    paths = {"value": path}
    bare = shape(event, input_paths_map=paths, input_template='{"x": <value>}')
    quoted = shape(event, input_paths_map=paths, input_template='{"x": "<value>"}')
    assert bare.value == quoted.value
    assert (bare.missing, bare.blank) == (quoted.missing, quoted.blank)
    assert (bare.value == {"x": ""}) == bool(bare.missing or bare.blank)


@few
@given(ecr_events(), st.text(st.sampled_from('a<>"\\{}[]: \né'), min_size=1, max_size=12))
def test_whatever_is_written_is_delivered_as_json_or_said_not_to_be(event, template):
    try:
        shaping = Shaping(input_template=template)
    except ShapingError:
        assert re.search("<[^<>]*>", template)
        return
    shaped = shaping(event)
    assert (shaped.text is None) == (shaped.value is MISSING) == bool(shaped.problem)
    assert shaped.text in (None, template)


def test_the_way_to_a_target_leads_through_its_envelope():
    carry = carrying(Shaping(input_path="$.detail.image-tag"))
    assert carry([EVENT], "lambda") == "latest"
    assert [one["body"] for one in carry([EVENT, EVENT], "sqs")["Records"]] == [
        '"latest"',
        '"latest"',
    ]
    tags = carrying(
        Shaping(input_paths_map={"t": "$.detail.image-tags"}, input_template='{"t": "<t>"}')
    )
    assert tags([case("scan/ordinary").event], "sqs") is UNDELIVERED
    both = tags([case("scan/ordinary").event, case("scan/no-tags").event], "sqs")
    assert [json.loads(one["body"]) for one in both["Records"]] == [{"t": "[]"}]
    assert repr(UNDELIVERED) == "UNDELIVERED"


BARE = {
    "lambda",
    "event-bus",
}  # what is in no envelope is taken for an event only if it is an object


@in_one_test
@pytest.mark.parametrize(
    "via", [name for name, one in ENVELOPES.items() if one.lossless and name not in BARE]
)
@pytest.mark.parametrize("value", ["latest", ["a"], 1, {"tag": ""}])
def test_every_envelope_carries_what_a_transformer_makes(via, value):
    carry = carrying(Shaping(input=json.dumps(value)))
    assert envelope(via).unwrap(carry([EVENT], via)) == [value]
