"""The secrets that stand in variables, in JSON values and in the texts of files, in all forms."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.secrets.forms import forms
from ecr_contracts.core.secrets.looks import looks_secret
from ecr_contracts.core.secrets.names import is_secret, is_secret_variable
from ecr_contracts.core.secrets.urls import MASK, masked_url, secrets_of_url

__all__ = ["holds_secret", "is_file_of_secrets", "secrets", "secrets_of_file", "secrets_within"]

_PLAIN_PAIR = re.compile(r"\b(password|account|_authToken)[ \t]+(\S+)")
"""Of a `.netrc`."""
_NAME = re.compile(r"[A-Za-z_][\w.-]*$")
_LONGEST_NAME = 200
_BEFORE_NAMES = ("export ", "set ", "- ")
_COMMENT = re.compile(r"[ \t]#.*$")
_NAMED_FILES = re.compile(
    r"\.env(?:rc)?(?:\..+)?|.+\.env|.*\.(?:pem|key|p8|ppk|tfvars)|id_(?:rsa|dsa|ecdsa|ed25519)"
    r"|\.(?:netrc|npmrc|pypirc|pgpass|my\.cnf|git-credentials|htpasswd|vault[_-]pass\w*)"
    r"|_netrc|.*(?:secret|credential|password|token)s?(?:[._-].*)?|local\.settings\.json",
    re.I,
)
_CODE = (".py", ".pyc", ".pyi", ".so", ".md", ".rst", ".html")
_ONE_VALUE = re.compile(r"secret|password|token|credential|pass(?:wd)?\b|_key$|^key$", re.I)


def secrets(named: Mapping[str, str]) -> frozenset[str]:
    """What must not be shown of variables, in each form that it is met in.

    It is the whole value under the name of a secret, or that looks like one; of any other, what a
    URL, JSON or a connection string in it has of secrets.
    """
    values: set[str] = set()
    for name, value in named.items():
        if is_secret_variable(name) or looks_secret(value, name):
            values |= forms(value)
        values |= _secrets_in_text(value)
    return frozenset(values)


def holds_secret(name: str, value: str) -> bool:
    """Whether the value of a variable is a secret or holds one, however short it is."""
    return is_secret_variable(name) or bool(secrets({name: value}))


def secrets_within(content: Any) -> frozenset[str]:
    """What stands under names of secrets in a JSON value; JSON and URLs in its texts count."""
    values: set[str] = set()
    match content:
        case str():
            values |= _secrets_in_text(content)
        case Mapping():
            is_secure = content.get("Type") == "SecureString"  # a parameter of SSM
            for name, inner in content.items():
                if _is_value(name, inner, is_secure):
                    values |= forms(str(inner)) | _decoded(str(inner))
                values |= secrets_within(inner)
        case list() | tuple():
            for inner in content:
                values |= secrets_within(inner)
    return frozenset(values)


def _is_value(name: Any, value: Any, is_secure: bool) -> bool:
    """Whether a member of an object is a secret itself."""
    if not isinstance(name, str) or isinstance(value, bool):
        return False
    if not isinstance(value, str | int):
        return False
    return is_secret(name) or (is_secure and name == "Value") or looks_secret(str(value), name)


def _secrets_in_text(text: str) -> frozenset[str]:
    """The secrets that stand in a text that is none itself."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            return secrets_within(json.loads(text))
        except (ValueError, RecursionError):
            return frozenset()
    values: set[str] = set()
    if "=" in text and ";" in text:  # `Server=db;Password=…`
        for part in text.split(";"):
            name, _, value = part.partition("=")
            if is_secret(name.strip().replace(" ", "_")):
                values |= forms(value)
    if "://" not in text or (shown := masked_url(text)) == text:
        return frozenset(values)
    values |= forms(text)
    if shown != MASK:
        for alone in secrets_of_url(text):
            values |= forms(alone)
    return frozenset(values)


# Files
# --------------------------------------------------------------------------------------------------


def is_file_of_secrets(name: str) -> bool:
    """Whether a file's name, without its folder, says that it is there to hold secrets."""
    return _NAMED_FILES.fullmatch(name) is not None and not name.lower().endswith(_CODE)


def secrets_of_file(path: str, text: str) -> frozenset[str]:
    """What must not be shown of a file that was read, whatever it holds and is called.

    Settings, JSON and private keys are known by their form. A file of one value that is called
    after a secret, as those below `/run/secrets` are, is a secret as a whole.
    """
    plain = text.strip()
    place = PurePath(path)
    # A text of several lines is no URL, whatever stands in it; its lines are looked at below.
    is_url_or_json = "\n" not in plain or plain[:1] in ("{", "[")
    values = set(_secrets_in_text(plain) if is_url_or_json else ())
    for name, value in _settings(plain):
        if is_secret_variable(name) or looks_secret(value, name):
            values |= forms(value) | _decoded(value)
        values |= _secrets_in_text(value)
    for line in plain.splitlines():
        if "://" in line and "@" in line:  # `.git-credentials`
            values |= _secrets_in_text(line.strip())
    if "PRIVATE KEY-----" in plain:
        values |= forms(plain)
    is_named = bool(_ONE_VALUE.search(place.name)) or place.parent.name == "secrets"
    if is_named and "\n" not in plain and not place.name.endswith(_CODE) and not values:
        values |= forms(plain)
    return frozenset(values)


def _settings(text: str) -> Iterator[tuple[str, str]]:
    """The names and values of a file of settings: `.env`, INI, TOML, YAML, properties.

    A line with both signs, `=` and a colon, is read either way.
    """
    for whole in text.splitlines():
        line = whole[: limits.SECRET_LINE_CHARACTERS].strip()
        for word in _BEFORE_NAMES:
            line = line.removeprefix(word).lstrip()
        for sign in ("=", ":"):
            before, found, value = line.partition(sign)
            name = _NAME.search(before.rstrip(" \t\"'")[-_LONGEST_NAME:])
            if found and name is not None:
                for written in _values(value.removeprefix(">").strip().rstrip(",").rstrip()):
                    yield name.group(), written
        for name_there, value in _PLAIN_PAIR.findall(line):
            yield name_there.replace("account", "password"), value


def _values(text: str) -> tuple[str, ...]:
    """What a text behind a name stands for: as it is, without a comment, without its quotes."""
    if text[:1] in ("'", '"') and text[-1:] == text[:1]:
        inner = text[1:-1]
        unescaped = inner.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
        return inner, unescaped
    return text, _COMMENT.sub("", text)


def _decoded(value: str) -> frozenset[str]:
    """The password in the base64 of `user:password`, as Docker keeps it."""
    try:
        text = base64.b64decode(value, validate=True).decode()
    except ValueError:
        return frozenset()
    password = text.partition(":")[2]
    return forms(password) if password.isprintable() else frozenset()
