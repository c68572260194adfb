"""What must never be shown: values that stand under names of secrets, in text and in JSON.

A value is masked by the name that it stands under, and wherever else the same value turns up.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus, urlsplit, urlunsplit

from ecr_contracts.core import json_text

MASK = "***"
"""What stands in the place of a secret."""

_SECRET = re.compile(
    r"(?<![a-z])(?:api[-_]?keys?|auth|authorization|cookies?|credentials?|pass(?:wd|word|phrase)s?"
    r"|private[-_]?keys?|secrets?(?!_(?:id|arn|name)s?$)|secret[-_]?(?:key|string|binary|value)"
    r"|access[-_]?keys?|signatures?|tokens?|webhooks?)(?![a-z])",
    re.ASCII,
)
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SHOWING = (str, int, float)  # values that are secrets themselves; a list of tokens is not
# Who knows the path may post there.
_SECRET_PATHS = re.compile(
    r"(?:^|\.)(?:hooks\.slack\.com|discord(?:app)?\.com|webhook\.office\.com"
    r"|outlook\.office(?:365)?\.com|chat\.googleapis\.com|logic\.azure\.com)$"
)
_BOT = re.compile(r"^/bot[^/]+")  # of Telegram
_SECRET_PARAMETERS = frozenset({"code", "key", "sig"})  # what they are called in URLs alone
_PASSWORD = re.compile(r"(://)[^\s/?#@'\"]+@")  # user and password of a URL
# Of a command: NAME=value, --name=value, Name: value.
_OPTION = re.compile(r"([-\w]+)(=|:\s*)(.*)", re.DOTALL)
_SPACE = re.compile(r"\s")
# Characters of a value that is looked for elsewhere; shorter ones turn up by chance (`none`).
_SHORTEST = 6


@functools.lru_cache(4096)  # the same members and headers are met in every call
def is_secret(name: str) -> bool:
    """Whether a name (of a header, a variable, a key) says that its value is a secret."""
    return _SECRET.search(_WORDS.sub("_", name).lower()) is not None


def secrets(named: Mapping[str, str]) -> frozenset[str]:
    """What must not be shown of values with names, in each form that it is met in.

    It is the whole value under the name of a secret; of any other, what a URL or JSON in it has of
    secrets.
    """
    values: set[str] = set()
    for name, value in named.items():
        if is_secret(name):
            values |= _forms(value)
        values |= _secrets_in_text(value)
    return frozenset(values)


def secrets_within(content: Any) -> frozenset[str]:
    """What stands under names of secrets in a JSON value; JSON and URLs in its texts count."""
    values: set[str] = set()
    match content:
        case str():
            values |= _secrets_in_text(content)
        case Mapping():
            for name, inner in content.items():
                if isinstance(name, str) and isinstance(inner, str) and is_secret(name):
                    values |= _forms(inner)
                values |= secrets_within(inner)
        case list() | tuple():
            for inner in content:
                values |= secrets_within(inner)
    return frozenset(values)


def _secrets_in_text(text: str) -> frozenset[str]:
    """The secrets that stand in a text that is none itself."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            return secrets_within(json.loads(text))
        except (ValueError, RecursionError):
            return frozenset()
    if "://" not in text or (masked_text := masked_url(text)) == text:
        return frozenset()
    values = _forms(text)
    if masked_text != MASK and (password := urlsplit(text).password):
        values |= _forms(password) | _forms(unquote_plus(password))
    return values


def _forms(value: str) -> frozenset[str]:
    """A secret as it is, as Python and JSON write it, as URLs do, and line by line."""
    forms = {
        value,
        value.strip(),
        json.dumps(value)[1:-1],
        json_text.one_line(value)[1:-1],
        repr(value)[1:-1],
        quote(value),
        quote(value, safe=""),
        quote_plus(value),
    }
    if "\n" in value:
        forms.update(value.splitlines())
    return frozenset(form for form in forms if len(form) >= _SHORTEST)


def masked_text(text: str, values: Iterable[str]) -> str:
    """A text without some secret values, the longest first; of a URL its host is left."""
    for value in sorted(values, key=len, reverse=True):
        if value in text:
            text = text.replace(value, _masked_value(value))
    if "://" in text:
        text = _PASSWORD.sub(rf"\1{MASK}@", text)
    return text


def _masked_value(value: str) -> str:
    """What stands in the place of a secret value: a URL keeps its host, which is no secret."""
    if "://" not in value:
        return MASK
    try:
        host = urlsplit(value).netloc.rpartition("@")[2]
    except ValueError:
        return MASK
    if not host or _SPACE.search(value):
        return MASK
    return f"{value.partition('://')[0]}://{host}/{MASK}"


def masked(content: Any, values: Iterable[str] = (), *, by_name: bool = True) -> Any:
    """A JSON value without what stands under a secret's name, and without some secret values.

    Without `by_name` only those values are masked: what we made up ourselves is no secret, whatever
    it is called.
    """
    return _masked(content, sorted(values, key=len, reverse=True), by_name)


def _masked(content: Any, values: Sequence[str], by_name: bool) -> Any:
    match content:
        case str():
            text = masked_text(content, values)
            may_be_json = by_name and text[:1] in ("{", "[")
            return _masked_json(text) if may_be_json else text
        case dict():
            safe = {}
            for key, inner in content.items():
                safe_key = masked_text(key, values) if values else key
                if by_name and _names_secret(key, inner):
                    safe[safe_key] = MASK
                else:
                    safe[safe_key] = _masked(inner, values, by_name)
            return safe
        case list():
            return [_masked(inner, values, by_name) for inner in content]
        case _:
            return content


def _names_secret(key: Any, value: Any) -> bool:
    """Whether a key of an object says that its value is a secret, and the value can be one."""
    can_be_secret = isinstance(value, _SHOWING) and value != ""
    return can_be_secret and isinstance(key, str) and is_secret(key)


def _masked_json(text: str) -> str:
    """A text that may be JSON, with the secrets in it masked; as it is where there are none."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return text
    safe = _masked(content, (), True)
    if safe == content:
        return text
    return json_text.one_line(safe)


def masked_command(words: Sequence[str]) -> list[str]:
    """The words of a command line without the values of options and headers that are secrets."""
    shown: list[str] = []
    hide = False
    for word in words:
        parts = _OPTION.match(word)
        name, mark, value = parts.groups() if parts else ("", "", "")
        if hide:
            shown.append(MASK)
        elif mark and value and is_secret(name):
            shown.append(f"{name}{mark}{MASK}")
        else:
            shown.append(masked_text(word, ()))
        hide = word.startswith("-") and not mark and is_secret(word)
    return shown


def masked_url(url: str) -> str:
    """A URL without user and password, secret parameters, and a path that is itself the secret."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return MASK
    _, at, netloc = parts.netloc.rpartition("@")
    if _SECRET_PATHS.search(host):
        return f"{parts.scheme}://{netloc}/{MASK}"
    path = parts.path
    if host == "api.telegram.org":
        path = _BOT.sub(f"/bot{MASK}", path)
    query = "&".join(map(_masked_parameter, parts.query.split("&")))
    if at:
        netloc = f"{MASK}@{netloc}"
    return urlunsplit((parts.scheme, netloc, path, query, parts.fragment))


def _masked_parameter(text: str) -> str:
    name, equals, value = text.partition("=")
    plain = unquote_plus(name)
    hidden = value and (is_secret(plain) or plain.lower() in _SECRET_PARAMETERS)
    if hidden:
        return f"{name}{equals}{MASK}"
    return text
