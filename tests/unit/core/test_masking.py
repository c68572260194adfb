"""What is never shown: under names of secrets, in every form that the values are met in."""

from __future__ import annotations

import json
import shlex
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core import limits
from ecr_contracts.core.masking import (
    MASK,
    is_secret,
    masked,
    masked_command,
    masked_text,
    masked_url,
    secrets,
    secrets_within,
)

SLACK = "hooks.slack.com"

values = st.text(st.characters(codec="utf-8"), min_size=8).filter(
    lambda text: len(text.strip()) >= 6
)


@pytest.mark.parametrize(
    "name",
    [
        "API_TOKEN",
        "apiKey",
        "Authorization",
        "x-api-key",
        "DB_PASSWORD",
        "SecretString",
        "SLACK_WEBHOOK_URL",
        "cookie",
    ],
)
def test_names_of_secrets(name):
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "AUTHOR",
        "TOKENIZER",
        "KEY",
        "REPOSITORY",
        "SECRETARY",
        "PASSING",
        "image-tags",
        "SecretId",
        "SECRET_ARN",
    ],
)
def test_names_of_others(name):
    assert not is_secret(name)


@given(values, st.sampled_from([str, json.dumps, repr, quote, quote_plus, str.strip]))
def test_a_value_is_found_in_whatever_form_it_is_written(value, write):
    written = write(value).strip("'\"") if write in (json.dumps, repr) else write(value)
    text = masked_text(f"before  {written}  after", secrets({"API_TOKEN": value}))
    assert MASK in text
    assert written not in text


def test_a_key_of_many_lines_is_found_line_by_line():
    key = "-----BEGIN KEY-----\nMIIplanted1\nMIIplanted2\n-----END KEY-----"
    assert "MII" not in masked_text("x MIIplanted2 y MIIplanted1", secrets({"PRIVATE_KEY": key}))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("postgres://u:planted-password@db.example.invalid/x", "planted-password"),
        (f"https://{SLACK}/planted", f"https://{SLACK}/planted"),
        ('{"db": {"password": "planted"}}', "planted"),
        ('[{"token": "planted"}]', "planted"),
    ],
)
def test_what_hides_in_values_of_other_names(value, told):
    hidden = secrets({"SETTING": value})
    assert told in hidden
    assert "planted" not in masked_text(f"{value} and {told}", hidden)


def test_values_that_hide_nothing_are_left():
    plain = {
        "TOPIC": "arn:aws:sns:us-east-1:123456789012:scans",
        "URL": "https://a.example.invalid/x",
        "J": "{}",
    }
    assert secrets(plain | {"TOKEN": "short"}) == frozenset()


def test_of_a_secret_url_the_host_is_left():
    hidden = secrets({"WEBHOOK_URL": "https://chat.example.invalid/hook/planted"})
    assert (
        masked_text("POST https://chat.example.invalid/hook/planted", hidden)
        == f"POST https://chat.example.invalid/{MASK}"
    )


def test_secrets_of_answers_are_found_in_texts_too():
    answers = {
        "secretsmanager.GetSecretValue": {
            "SecretString": '{"password": "planted", "host": "db.example"}'
        }
    }
    assert "planted" in secrets_within(answers)
    assert "db.example" not in secrets_within(answers)


def test_json_within_text_is_masked_and_other_text_left_as_it_is():
    inner = json.dumps({"password": "planted", "n": json.dumps({"token": "planted"})})
    assert "planted" not in json.dumps(masked({"Message": inner}))
    assert masked({"Message": '{ "a":1 }'}) == {"Message": '{ "a":1 }'}
    assert masked('{"password": "made up"}', by_name=False) == '{"password": "made up"}'


def test_a_list_of_tokens_is_looked_into_and_numbers_are_masked():
    assert masked({"tokens": ["a"], "token": 5, "password": "", "auth": None}) == {
        "tokens": ["a"],
        "token": MASK,
        "password": "",
        "auth": None,
    }


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("curl --password planted x", f"curl --password {MASK} x"),
        ("curl --password=planted x", f"curl --password={MASK} x"),
        ("env API_TOKEN=planted x", f"env API_TOKEN={MASK} x"),
        ("curl -H 'X-Api-Key: planted'", f"curl -H 'X-Api-Key: {MASK}'"),
        (
            "git clone https://u:planted@h.example.invalid/x",
            f"git clone https://{MASK}@h.example.invalid/x",
        ),
        ("docker pull my-repo", "docker pull my-repo"),
    ],
)
def test_commands(command, shown):
    assert masked_command(shlex.split(command)) == shlex.split(shown)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:planted@h.example.invalid/x", f"https://{MASK}@h.example.invalid/x"),
        (
            "https://h.example.invalid/?a=1&token=planted",
            f"https://h.example.invalid/?a=1&token={MASK}",
        ),
        (f"https://{SLACK}/planted", f"https://{SLACK}/{MASK}"),
        ("https://api.telegram.org/bot5:planted/send", f"https://api.telegram.org/bot{MASK}/send"),
        ("https://h.example.invalid/x?y=z#f", "https://h.example.invalid/x?y=z#f"),
        ("https://[planted", MASK),
    ],
)
def test_urls(url, shown):
    assert masked_url(url) == shown


def test_the_longest_is_masked_first():
    assert masked_text("planted-longer", ["planted", "planted-longer"]) == MASK


@pytest.mark.parametrize(
    ("cut", "told"),
    [
        ("token ghp_abcdefgh…", "token ***…"),
        ("x=sk_live_4eC39… (cut: 9 characters)", "x=***… (cut: 9 characters)"),
        ("postgres://admin:planted…", "postgres://***…"),
        ("http://host.example.invalid:8080…", "http://host.example.invalid:8080…"),
        ("risk-averse people…", "risk-averse people…"),
    ],
)
def test_nothing_of_a_secret_is_left_where_a_text_was_cut(cut, told):
    assert masked_text(cut, ()) == told


def test_parts_of_secrets_are_looked_for_at_so_many_cuts():
    text = "planted-" + "… planted-" * limits.MASKED_CUTS
    assert masked_text(text, {"planted-1"}).count("planted-") == 1
