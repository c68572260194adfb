"""What pydantic refuses, by field."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.text import message
from ecr_contracts.core.validation_text import by_field

pydantic = pytest.importorskip("pydantic")


class Detail(pydantic.BaseModel):
    tags: list[str] = pydantic.Field(alias="image-tags", min_length=1)
    name: str
    size: int | Literal["none"]


class Event(pydantic.BaseModel):
    detail: Detail


def refusal(value):
    with pytest.raises(pydantic.ValidationError) as caught:
        Event.model_validate(value)
    return message(caught.value)


def test_a_field_is_told_with_what_it_lacks():
    value = {"detail": {"image-tags": [], "name": "n", "size": 1}}
    assert refusal(value).startswith("detail.image-tags: List should have at least 1")
    assert "input_value" not in refusal(value)
    assert "\n" not in refusal(value)


def test_several_fields_are_told_each_once():
    told = refusal({"detail": {"image-tags": ["a"], "size": "x\n  y\nz"}})
    assert told.count("detail.name: Field required") == 1
    assert "detail.size.int: Input should be a valid integer" in told
    assert "pydantic.dev" not in told


def test_many_fields_are_counted():
    model = pydantic.create_model("Wide", **{f"field_{n}": (int, ...) for n in range(9)})
    with pytest.raises(pydantic.ValidationError) as caught:
        model.model_validate({})
    assert message(caught.value).endswith("field_3: Field required; and 5 more fields")


@given(st.text())
def test_any_other_text_stays_as_it_is(text):
    assert by_field(text) == text
    assert by_field(f"2 validation errors for {text}") == f"2 validation errors for {text}"


@given(st.text())
def test_any_value_may_be_refused(value):
    told = refusal({"detail": {"image-tags": [], "name": value, "size": value}})
    assert told.startswith("detail.image-tags: ")
