"""Advice in words of the configuration, as pytest shows it."""

from __future__ import annotations

import tomllib

import pytest

from ecr_contracts.frontends.config import keys
from ecr_contracts.frontends.pytest import settings_text
from ecr_contracts.frontends.pytest.settings_text import (
    in_configuration,
    sandbox_in_configuration,
)


@pytest.mark.parametrize(
    ("advice", "told"),
    [
        ("allow it with --allow-net a.invalid:80", 'allow it with allow-net = ["a.invalid:80"] in'),
        ("give it: --env A=VALUE, or env in pyproject.toml", 'give it: env = { A = "VALUE" } in'),
        ("or replace it: --stub-module lib", 'or replace it: stub-modules = ["lib"] in'),
        ("give --timeout what it really has", "give timeout in pyproject.toml what it really has"),
        ("judge without the rule: --unshielded", "judge without the rule: unshielded = true in"),
        ("--command 'sh -c '\"'\"'a b'\"'\"''", "command = \"sh -c 'a b'\" in"),
        ("say how: --via; nothing was checked", "say how: via in pyproject.toml; nothing was"),
        ("what is --viable, or x--via?", "what is --viable, or x--via?"),
    ],
)
def test_options_become_keys(advice, told):
    assert in_configuration(advice).startswith(told)
    assert "pyproject.toml, or" not in in_configuration(advice)


def test_the_file_is_named_as_it_is():
    assert in_configuration("--memory 512", "ecr-contracts.toml") == (
        "memory = 512 in ecr-contracts.toml"
    )


def test_commands_stay_as_they_are():
    text = "  ecr-contracts check app.py:handler --via sqs"
    assert in_configuration(text) == text


def test_what_a_consumer_says_is_left_alone():
    said = "ValueError: unknown option --via sqs\nthe sandbox refuses it; --allow-process git does"
    assert sandbox_in_configuration(said) == (
        "ValueError: unknown option --via sqs\n"
        'the sandbox refuses it; allow-process = ["git"] in pyproject.toml does'
    )


@pytest.mark.parametrize("option", settings_text._ROWS)
def test_each_line_is_toml_of_a_key_that_there_is(option):
    value = {"memory": "5", "timeout": "5", "env": "A=b", "answer": "sns.Publish=3"}
    line = settings_text._ROWS[option](value.get(option, "/x"))
    [key] = tomllib.loads(line)
    assert key in {*keys.CONSUMER_KEYS, *keys.SHARED_KEYS}
