"""Terraform's notation read back, and whatever is no such notation refused."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.iac.stack import read_stack
from ecr_contracts.discovery.iac.terraform.templates import TemplateSyntaxError, parts_of
from tests.gen_event_patterns import LEAVES
from tests.unit.discovery.test_terraform import FUNCTION, RULE, TARGET

TEXTS = st.text(
    # JSON has escapes for control characters that HCL has not.
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufdd0\ufdd1"),
    max_size=8,
) | st.lists(st.sampled_from(["${", "%{", "$", "%", "{", "}", '"', "\\", "\n", "x"])).map("".join)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
FUNCTION_WITH = """
resource "aws_lambda_function" "f" {{
  handler = "a.b"
  environment {{
    variables = {{ X = {} }}
  }}
}}
"""


def hcl(value: Any) -> str:
    """Data as an expression of HCL."""
    if isinstance(value, dict):
        entries = [f"{hcl(key)} = {hcl(inner)}" for key, inner in value.items()]
        return "{\n" + "\n".join(entries) + "\n}"
    if isinstance(value, list):
        return "[" + ", ".join(map(hcl, value)) + "]"
    text = json.dumps(value, ensure_ascii=False)
    # A dollar sign before "${" would be a part of the escape.
    return text.replace("${", "\\u0024{").replace("%{", "\\u0025{")


@pytest.fixture
def written(folder):
    """A function that writes a module of one file, and reads it."""

    def read(text: str):
        file = folder / "main.tf"
        file.write_text(text, "utf-8")
        return read_stack(Path("main.tf"))

    return read


own_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@own_folder
@given(DATA)
def test_data_comes_back_as_it_was_encoded(written, data):
    stack = written(FUNCTION_WITH.format(f"jsonencode({hcl(data)})"))
    (function,) = stack.functions
    assert json.loads(function.environment["X"]) == data


@own_folder
@given(TEXTS)
def test_a_text_comes_back_as_it_was_quoted(written, text):
    (function,) = written(FUNCTION_WITH.format(hcl(text))).functions
    assert function.environment == {"X": text}


@own_folder
@given(st.dictionaries(st.sampled_from("abc"), LEAVES, min_size=1, max_size=3))
def test_a_pattern_is_the_same_however_it_is_written(written, detail):
    pattern = {"source": ["aws.ecr"], "detail": detail}
    text = json.dumps(pattern)
    name = 'resource "aws_cloudwatch_event_rule"'
    stack = written(
        f'{name} "a" {{\n  event_pattern = jsonencode({hcl(pattern)})\n}}\n'
        f'{name} "b" {{\n  event_pattern = <<EOF\n{text}\nEOF\n}}\n'
        f'{name} "c" {{\n  event_pattern = {hcl(json.dumps(pattern))}\n}}\n'
    )
    assert [rule.pattern for rule in stack.rules] == [pattern] * 3
    assert {rule.unresolved for rule in stack.rules} == {()}


MODULE = FUNCTION + RULE + TARGET % "aws_lambda_function.webhook.arn"


@own_folder
@given(
    st.integers(0, len(MODULE)),
    st.integers(0, 12),
    st.sampled_from(["", "{", "}", '"', "${", "<<EOF\n", "\n", "[", "(", "=", "for", "\\", "\0"]),
)
def test_a_module_that_was_cut_is_read_or_refused(written, start, length, inserted):
    with contextlib.suppress(TemplateError):
        stack = written(MODULE[:start] + inserted + MODULE[start + length :])
        assert len(stack.functions) <= 1


@given(
    st.lists(st.sampled_from(["${", "%{ if x }", "%{ else }", "%{ endif }", "}", "~", '"', "a"]))
)
def test_a_template_is_cut_into_parts_or_refused(pieces):
    text = "".join(pieces)
    with contextlib.suppress(TemplateSyntaxError):
        parts = parts_of(text)
        if "{" not in text:
            assert parts == ([text] if text else [])


def test_the_cache_of_files_is_by_their_state(folder, written):
    """A module that changes is read anew."""
    first = written(FUNCTION_WITH.format('"one"'))
    second = written(FUNCTION_WITH.format('"two, which is longer"'))
    assert first.functions[0].environment != second.functions[0].environment
