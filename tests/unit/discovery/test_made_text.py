"""Texts that functions of templates make: as Python makes them, up to a bound."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core import limits
from ecr_contracts.discovery.iac.values.intrinsics import Resolver
from ecr_contracts.discovery.iac.values.known_values import UNKNOWN, KnownValues
from ecr_contracts.discovery.iac.values.made_text import TextBudget


@given(st.text(max_size=3), st.lists(st.text(max_size=5), max_size=5))
def test_parts_are_joined_as_python_joins_them(separator, parts):
    assert TextBudget().joined(separator, parts) == separator.join(parts)


@given(st.lists(st.text("ab${}!", max_size=6), max_size=4), st.text(max_size=3))
def test_variables_give_way_to_values(parts, value):
    text = "${x}".join(part.replace("$", "").replace("{", "") for part in parts)
    assert TextBudget().substituted(lambda _: value, text) == text.replace("${x}", value)


LONG = "x" * 1_000_000
MANY = int(limits.MADE_CHARACTERS / len(LONG)) + 2
HOSTILE = {
    "joined": {"Fn::Join": ["", [LONG] * MANY]},
    "substituted": {"Fn::Sub": ["${a}" * MANY, {"a": LONG}]},
    "joined by a separator": {"Fn::Join": [LONG, ["a"] * MANY]},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_makes_more_than_the_budget_is_not_known(name):
    assert KnownValues({}).text(HOSTILE[name]) == UNKNOWN
    assert Resolver({}).text(HOSTILE[name], "NAME") == Resolver({}).text({"Ref": "x"}, "NAME")


@pytest.mark.parametrize("text", ["${" * 50_000, "{{resolve:" * 50_000, "${a" * 50_000 + "}"])
def test_what_is_not_closed_is_searched_in_linear_time(text):
    start = time.process_time()
    KnownValues({}).text({"Fn::Sub": text})
    Resolver({}).text({"Fn::Sub": text}, "NAME")
    assert time.process_time() - start < 3


def test_a_parameter_whose_default_is_itself_has_none():
    template = {"Parameters": {"P": {"Type": "String", "Default": {"Ref": "P"}}}}
    assert Resolver(template).text({"Ref": "P"}, "NAME") == Resolver({}).text({"Ref": "x"}, "NAME")
