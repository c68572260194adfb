"""Looking for secrets takes time that grows with the text alone, whatever a hostile one holds."""

from __future__ import annotations

import time

import pytest

from ecr_contracts.core.masking import masked_text, secrets
from ecr_contracts.core.secrets.found import secrets_of_file
from ecr_contracts.core.secrets.looks import looks_secret

HIDDEN = secrets({"A_TOKEN": "planted-1-value", "B_TOKEN": "aaaaaaaaaaaab1"})
PIECES = [
    *("a", " ", "\n", "a=", "; ", "=;", "...", "…", "'\n", "://", "[", "'", "\\", "x: ", "aB1"),
    *("eyJ-", "eyJaaaaaaaa.", "sk-", "xoxb-", "ghp_a", "-github_pat_", "password ", 'a="\\'),
    *("planted-1-\nvalue", "planted-1…", "-----BEGIN PRIVATE KEY-----", "SG.aaaaaaaaaaaaaaaaaaaa."),
]


@pytest.mark.parametrize("piece", PIECES)
def test_no_text_takes_long(piece):
    text = piece * (40_000 // len(piece))
    began = time.monotonic()
    masked_text(text, HIDDEN)
    secrets_of_file("x.env", text)
    looks_secret(text)
    masked_text("x", secrets({"DB_PASS": text}))
    # A search that tries all beginnings with all ends would take more than a minute.
    assert time.monotonic() - began < 20
