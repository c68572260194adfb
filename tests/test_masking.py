"""Secrets are masked by the names that they stand under, and wherever else their values turn up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.masking import MASK, is_secret, masked, masked_text, masked_url, secrets

SECRET = ["password", "DB_PASSWORD", "apiKey", "X-Api-Key", "Authorization", "SecretString", "SLACK_WEBHOOK", "token",
          "GITHUB_TOKEN", "aws_secret_access_key", "Cookie", "clientSecret", "passphrase"]  # fmt: skip
PLAIN = ["name", "tag", "repositoryName", "keyboard", "author", "TOPIC_ARN", "monkey", "Message",
         "compass", "signal", "SecretId", "SECRET_ARN", "secret_name"]  # fmt: skip


@pytest.mark.parametrize("name", SECRET)
def test_names_of_secrets_are_known(name):
    assert is_secret(name)
    assert masked({name: "planted"}) == {name: MASK}
    assert masked([{"a": {name: "planted"}}]) == [{"a": {name: MASK}}]
    assert masked({name: "planted"}, by_name=False) == {name: "planted"}


@pytest.mark.parametrize("name", PLAIN)
def test_other_names_are_none(name):
    assert not is_secret(name)
    assert masked({name: "shown"}) == {name: "shown"}


def test_values_are_secret_if_they_can_be_told_from_other_text():
    named = {"API_TOKEN": "long-enough", "TOKEN": "none", "PASSWORD": "", "NAME": "long-enough-too"}
    assert secrets(named) == {"long-enough"}


@given(st.text("abc", min_size=6, max_size=8), st.text("abc"), st.text("abc"))
def test_a_secret_value_stands_nowhere(value, before, behind):
    text, inner = masked([before + value + behind, {value: [value]}], [value])
    assert value not in text
    assert MASK in text
    assert inner == {MASK: [MASK]}


def test_the_longest_secret_is_masked_first():
    assert masked_text("abcdefgh", ["abcdef", "abcdefgh"]) == MASK


URLS = [
    ("https://a.example.invalid/x?tag=1", "https://a.example.invalid/x?tag=1"),
    ("https://a.example.invalid/x?token=planted&tag=1", f"https://a.example.invalid/x?token={MASK}&tag=1"),
    ("https://me:planted@a.example.invalid/", f"https://{MASK}@a.example.invalid/"),
    ("https://hooks.slack.com/services/T0/B0/planted", f"https://hooks.slack.com/{MASK}"),
    ("https://x.webhook.office.com/planted", f"https://x.webhook.office.com/{MASK}"),
    ("https://api.telegram.org/bot1:planted/sendMessage", f"https://api.telegram.org/bot{MASK}/sendMessage"),
]


@pytest.mark.parametrize(("url", "shown"), URLS)
def test_urls_show_no_secret(url, shown):
    assert masked_url(url) == shown
