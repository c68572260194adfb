"""The secrets of files of any notation are found, and their other values are none."""

from __future__ import annotations

import base64

import pytest

from ecr_contracts.core.secrets.found import (
    is_file_of_secrets,
    secrets,
    secrets_of_file,
    secrets_within,
)

BASIC = base64.b64encode(b"me:planted-1").decode()
FILES = {
    ".env": "export DB_PASS='planted-1'\nSTRIPE_KEY = planted-2 # mine\nREPO=shop/api\n",
    "app.ini": "[db]\npassword = planted-1\nhost = db.example.invalid\n",
    "app.yaml": "db:\n  - password: planted-1\n  host: db.example.invalid\ntopic: a:b\n",
    "app.toml": 'token = "planted-1"\nregion = "us-east-1"\n',
    "app.json": '{"db": {"password": "planted-1"}, "repo": "shop/api"}',
    ".netrc": "machine h.example.invalid login me password planted-1\n",
    ".npmrc": "//registry.example.invalid/:_authToken=planted-1\n",
    ".git-credentials": "https://me:planted-1@git.example.invalid\n",
    "credentials": "[default]\naws_access_key_id = planted-2\naws_secret_access_key = planted-1\n",
    "db_password": "planted-1\n",
    "docker.json": f'{{"auths": {{"h": {{"auth": "{BASIC}"}}}}}}',
}


@pytest.mark.parametrize("name", FILES)
def test_secrets_of_files(name):
    found = secrets_of_file(name, FILES[name])
    assert "planted-1" in found
    for everyday in ("shop/api", "us-east-1", "db.example.invalid", "prod"):
        assert everyday not in found


def test_each_line_of_a_private_key_is_a_secret():
    key = "-----BEGIN PRIVATE KEY-----\nMIIplanted1\nMIIplanted2\n-----END PRIVATE KEY-----\n"
    assert {"MIIplanted1", "MIIplanted2"} <= secrets_of_file("a.pem", key)


@pytest.mark.parametrize("text", ["", "plain words\nand more\n", "a,b\n1,2\n", "=\n:\n", "{"])
def test_other_files_hold_none(text):
    assert secrets_of_file("data.csv", text) == frozenset()


@pytest.mark.parametrize(
    "name", [".env", ".env.local", "prod.env", "id_rsa", "a.pem", ".npmrc", "credentials"]
)
def test_names_of_files_of_secrets(name):
    assert is_file_of_secrets(name)


@pytest.mark.parametrize("name", ["app.py", "tokens.py", "environment.yml", "README.md", "keys"])
def test_names_of_other_files(name):
    assert not is_file_of_secrets(name)


def test_a_secure_parameter_is_a_secret_and_another_is_none():
    assert "planted-1" in secrets_within(
        {"Parameter": {"Type": "SecureString", "Value": "planted-1"}}
    )
    assert secrets_within({"Parameter": {"Type": "String", "Value": "shop/api"}}) == frozenset()


def test_the_password_of_a_connection_string():
    assert "planted-1" in secrets({"DB": "Server=db;User Id=me;Password=planted-1;"})
