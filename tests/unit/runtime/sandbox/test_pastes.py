"""The answer to paste is the part that was read, with a value that may serve."""

from __future__ import annotations

import json

import pytest

from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.outcome import Stop
from ecr_contracts.runtime.provenance.made_up import JSON, READ
from ecr_contracts.runtime.sandbox.pastes import pasted

EFFECT = Effect(Sort.AWS, "ecs.DescribeServices")
SERVICES = {"services": [{"name": "web", "status": "ACTIVE"}], "failures": []}


@pytest.mark.parametrize(
    ("answer", "stop", "message", "paste"),
    [
        (SERVICES, Stop(EFFECT, None), "no", SERVICES),
        (
            SERVICES,
            Stop(EFFECT, None, ("services", 0, "status"), wanted="DRAINING"),
            "no",
            {"services": [{"status": "DRAINING"}]},
        ),
        (
            {"Parameter": {"Value": "x", "Name": "n"}},
            Stop(EFFECT, None, ("Parameter", "Value")),
            "invalid literal for int() with base 10: 'x'",
            {"Parameter": {"Value": "10"}},
        ),
        (
            {},
            Stop(EFFECT, None, (READ, JSON), "ok", True, (((READ, JSON, "ts"), "placeholder"),)),
            "chat said no",
            {"ts": "placeholder", "ok": True},
        ),
        ({"Value": "kept"}, Stop(EFFECT, None, ("Value",)), "odd", {"Value": "kept"}),
        ("", Stop(EFFECT, None, (READ,)), "Expecting value: line 1 column 1", "{}"),
    ],
)
def test_only_what_was_read_is_pasted(answer, stop, message, paste):
    assert pasted(answer, stop, message) == paste


def test_a_document_of_aws_is_pasted_as_a_text_with_what_it_held():
    stop = Stop(EFFECT, None, ("SecretString", JSON), "github-token")
    paste = pasted({"SecretString": '{"user": "u"}', "ARN": "a"}, stop, "'github-token'")
    assert list(paste) == ["SecretString"]
    assert json.loads(paste["SecretString"]) == {"user": "u", "github-token": "placeholder-token"}
