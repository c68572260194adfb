"""Texts that look like secrets under any name, and those of everyday settings, which do not."""

from __future__ import annotations

import random
import string

import pytest

from ecr_contracts.core.masking import MASK, masked_text, secrets
from ecr_contracts.core.placeholders import placeholder
from ecr_contracts.core.secrets.looks import is_everyday, looks_secret

KNOWN = [
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "a1B2" * 9,
    "glpat-" + "a1B2" * 5,
    "xoxb-1234567890-abcdef",
    "sk_live_" + "a1B2" * 5,
    "AKIA" + "ABCDEFGH12345678",
    "SG." + "a1B2" * 5 + "." + "c3D4" * 10,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
]
EVERYDAY = [
    "shop/api",
    "prod",
    "us-east-1",
    "arn:aws:sns:us-east-1:123456789012:scans",
    "arn:aws:iam::123456789012:role/ScanRole-9ZQ8XJ2K4M7P",
    "shop-ScanQueue-1XKQ2VJ0SJ4FZ",
    "shop-ScanQueue-aB3dE5fG7hJ9",
    "https://sqs.us-east-1.amazonaws.com/123456789012/shop-ScanQueue-1XKQ2VJ0SJ4FZ",
    "ScanFindingsHandlerV2ForProduction",
    "sha256:9f2c4e7a1b8d3056e4c7f1a29b5d8e03c6a4f7120d9b3e58a7c1f4062e8d5b39",
    "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api:v1.2.3",
    "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "2024/01/01/[$LATEST]0123456789abcdef0123456789abcdef",
    "/usr/lib/python3.11/site-packages",
    "subnet-0a1b2c3d4e5f67890",
    "HIGH,CRITICAL",
    "1700000000000",
    "ops@example.invalid",
]


@pytest.mark.parametrize("token", KNOWN)
def test_tokens_of_known_makers_are_masked_whoever_knows_them(token):
    assert looks_secret(token)
    assert masked_text(f"refused: {token}.", ()) == f"refused: {MASK}."


def test_private_keys_are_masked_even_if_their_end_is_cut():
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIplanted\n-----END RSA PRIVATE KEY-----"
    assert masked_text(f"a {key} b", ()) == f"a {MASK} b"
    assert "MII" not in masked_text(f"a {key[:40]}", ())


@pytest.mark.parametrize("value", EVERYDAY)
def test_values_of_everyday_settings_are_no_secrets(value):
    assert not looks_secret(value, "SETTING")
    assert secrets({"SETTING": value}) == frozenset()
    assert masked_text(value, ()) == value


def test_what_is_made_up_looks_like_no_secret():
    for name in ("API_TOKEN", "TOPIC_ARN", "QUEUE_URL", "IMAGE_DIGEST", "SESSION_ID", "DB_HOST"):
        assert not looks_secret(placeholder(name))


@pytest.mark.parametrize(
    ("letters", "length"),
    [
        (string.ascii_letters + string.digits, 32),
        ("0123456789abcdef", 40),
        (string.ascii_letters + string.digits + "/+", 40),
        (string.ascii_letters + string.digits + "-_", 43),
    ],
)
def test_nearly_all_random_tokens_are_known_by_their_letters(letters, length):
    draw = random.Random(length)
    tokens = ["".join(draw.choices(letters, k=length)) for _ in range(500)]
    assert sum(map(looks_secret, tokens)) > 450


@pytest.mark.parametrize("name", ["GIT_COMMIT", "IMAGE_SHA", "BUILD", "RELEASE_HASH"])
def test_hashes_that_are_called_so_are_no_secrets(name):
    assert not looks_secret("3f786850e387550fdab836ed7e6dc881de23001b", name)
    assert looks_secret("3f786850e387550fdab836ed7e6dc881de23001b", "PLAIN")


def test_a_password_that_everybody_has_garbles_no_report():
    assert is_everyday("Password")
    assert secrets({"DB_PASSWORD": "postgres"}) == frozenset()
