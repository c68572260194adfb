"""Bodies of requests: read, masked before they are cut, and cut at their bound."""

from __future__ import annotations

import json

import pytest

from ecr_contracts.core.limits import BODY_CHARACTERS, VALUE_CHARACTERS
from ecr_contracts.runtime.sandbox.network.replies import Request


def body_of(text: str, form: str) -> object:
    headers = [("content-type", form)]
    return Request.of("POST", "https://x.example.invalid", headers, text.encode()).content()["body"]


@pytest.mark.parametrize("beyond", [0, 1])
def test_text_of_more_than_the_bound_is_cut(beyond):
    body = body_of("x" * (BODY_CHARACTERS + beyond), "text/plain")
    assert body == "x" * (BODY_CHARACTERS - beyond) + "…" * beyond


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (json.dumps({"password": "planted", "x": "x" * BODY_CHARACTERS}), "application/json"),
        ("password=planted&x=" + "x" * BODY_CHARACTERS, "application/x-www-form-urlencoded"),
        (json.dumps({"password": "planted", "x": "x" * VALUE_CHARACTERS}), "application/json"),
    ],
)
def test_what_stands_under_the_name_of_a_secret_is_masked_before_a_body_is_cut(text, form):
    body = body_of(text, form)
    assert isinstance(body, str)
    assert len(body) <= BODY_CHARACTERS
    assert "planted" not in body
    assert body.endswith(("…", "characters of JSON)"))
