"""What code compares with fields, with the values of variables that are known, put together."""

from __future__ import annotations

import pytest

from ecr_contracts.discovery.own_values import own_values
from ecr_contracts.discovery.target import Target
from ecr_contracts.eventbridge.rules.matching.conditions import Exact, Prefix, Suffix, Wildcard
from ecr_contracts.eventbridge.rules.matching.regular import Matches

NAME, TAG = ("detail", "repository-name"), ("detail", "image-tag")


def found(folder, text, **given):
    file = folder / "app.py"
    file.write_text(
        "import boto3, json, os, re\necs = boto3.client('ecs')\n\n"
        "def handler(event, context):\n    detail = event['detail']\n" + text
    )
    return own_values(Target.parse(f"{file}:handler"), given)


def conditions(folder, text, **given):
    return [(one.steps, one.conditions, one.needed) for one in found(folder, text, **given)]


ACTS = "    ecs.update_service(service='x')\n"


def test_the_values_of_a_list_are_one_comparison(tmp_path):
    text = f"    if detail['image-tag'] not in ['dev', 'main']:\n        return\n{ACTS}"
    assert conditions(tmp_path, text) == [(TAG, (Exact("dev"), Exact("main")), True)]


@pytest.mark.parametrize(
    ("test", "value", "expected"),
    [
        ("detail['repository-name'] != os.environ['V']", "shop/api", (Exact("shop/api"),)),
        ("not detail['repository-name'].startswith(os.environ['V'])", "p-", (Prefix("p-"),)),
        ("not detail['repository-name'].endswith(os.environ['V'])", "-api", (Suffix("-api"),)),
        (
            "detail['repository-name'] not in os.environ['V'].split(',')",
            "a, b",
            (Exact("a"), Exact("b")),
        ),
        (
            "detail['repository-name'] not in json.loads(os.environ['V'])",
            '{"a": 1, "b": 2}',
            (Exact("a"), Exact("b")),
        ),
        ("os.environ['V'] not in detail['repository-name']", "api", (Wildcard("*api*"),)),
        (
            "not detail['repository-name'].startswith(f\"{os.environ['V']}/\")",
            "shop",
            (Prefix("shop/"),),
        ),
        ("not detail['repository-name'].endswith('-' + os.environ['V'])", "api", (Suffix("-api"),)),
        ("detail['repository-name'] != f\"a/{os.environ['V']}-b\"", "x", (Exact("a/x-b"),)),
        (
            "detail['repository-name'] != f\"{os.environ.get('V', 'shop')}/api\"",
            "x",
            (Exact("x/api"),),
        ),
    ],
)
def test_a_variable_that_is_known_is_a_value_of_the_code(test, value, expected, tmp_path):
    text = f"    if {test}:\n        return\n{ACTS}"
    assert conditions(tmp_path, text, V=value) == [(NAME, expected, True)]


def test_of_a_variable_that_is_made_up_the_value_is_that_of_the_base(tmp_path, monkeypatch):
    text = f"    if detail['repository-name'] != os.environ['A_REPO']:\n        return\n{ACTS}"
    (comparison,) = found(tmp_path, text)
    assert comparison.is_with_base
    assert comparison.conditions == ()
    monkeypatch.setenv("A_REPO", "shop/api")
    (comparison,) = found(tmp_path, text)
    assert comparison.conditions == (Exact("shop/api"),)


def test_fixed_texts_around_a_default_are_a_part_of_it(tmp_path):
    text = (
        "    if not detail['repository-name'].startswith(os.environ.get('NS', 'shop') + '/'):\n"
        f"        return\n{ACTS}"
    )
    assert [one.conditions for one in found(tmp_path, text)] == [(Prefix("shop/"),)]
    assert [one.conditions for one in found(tmp_path, text, NS="ops")] == [(Prefix("ops/"),)]


def test_the_default_of_a_variable_counts_where_it_is_not_given(tmp_path):
    text = (
        "    if detail['image-tag'] not in os.environ.get('TAGS', 'a,b').split(','):\n"
        f"        return\n{ACTS}"
    )
    assert (TAG, (Exact("c"),), True) in conditions(tmp_path, text, TAGS="c")
    assert not any(Exact("a") in one.conditions for one in found(tmp_path, text, TAGS="c"))
    assert any(Exact("a") in one.conditions for one in found(tmp_path, text))
    assert not any(one.is_with_base for one in found(tmp_path, text))


@pytest.mark.parametrize(("value", "is_followed"), [("v[0-9]+", True), ("v[0-9", False)])
def test_an_expression_that_is_none_is_left_out(value, is_followed, tmp_path):
    text = f"    if not re.search(os.environ['V'], detail['image-tag']):\n        return\n{ACTS}"
    followed = [
        one for one in found(tmp_path, text, V=value) if isinstance(one.conditions[0], Matches)
    ]
    assert bool(followed) is is_followed


def test_json_that_is_none_is_left_out(tmp_path):
    text = f"    if detail['image-tag'] not in json.loads(os.environ['V']):\n        return\n{ACTS}"
    assert found(tmp_path, text, V="not json") == ()
