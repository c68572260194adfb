"""Names of secrets, of headers and variables, and names that only look like them."""

from __future__ import annotations

import pytest

from ecr_contracts.core.secrets.names import is_secret, is_secret_variable


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASS",
        "dbPass",
        "ADMIN_PWD",
        "pwd",
        "GITHUB_PAT",
        "SENTRY_DSN",
        "AZURE_CONNECTION_STRING",
        "HASH_SALT",
        "AWS_ACCESS_KEY_ID",
        "AccountKey",
        "DB_CREDS",
    ],
)
def test_names_of_secrets(name):
    assert is_secret(name)
    assert is_secret_variable(name)


@pytest.mark.parametrize("name", ["STRIPE_KEY", "PAGERDUTY_ROUTING_KEY", "DEPLOY_KEY"])
def test_a_key_in_the_environment_is_a_secret(name):
    assert is_secret_variable(name)


@pytest.mark.parametrize(
    "name",
    [
        "REPO",
        "STAGE",
        "TOPIC_ARN",
        "PWD",
        "OLDPWD",
        "COMPASS",
        "PATH",
        "PATTERN",
        "TOKEN_BUCKET",
        "AUTH_TYPE",
        "PASSWORD_MIN_LENGTH",
        "COOKIE_DOMAIN",
        "SSH_AUTH_SOCK",
        "PASSWORD_FILE",
        "S3_KEY",
        "PARTITION_KEY",
        "KMS_KEY",
        "IMAGE_KEY",
        "KEY",
        "MONKEY",
        "passed",
        "pass",
    ],
)
def test_names_of_others(name):
    assert not is_secret(name)
    assert not is_secret_variable(name)
