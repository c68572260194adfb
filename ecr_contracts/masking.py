"""What must never be shown: values that stand under names of secrets, in text and in JSON.

A value is masked by the name that it stands under, and wherever else the same value turns up.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote_plus, urlsplit, urlunsplit

MASK = "***"
"""What stands in the place of a secret."""

_SECRET = re.compile(
    r"(?<![a-z])(?:api[-_]?keys?|auth|authorization|cookies?|credentials?|pass(?:wd|word|phrase)s?|private[-_]?keys?"
    r"|secrets?(?!_(?:id|arn|name)s?$)|secret[-_]?(?:key|string|binary|value)|access[-_]?keys?|signatures?|tokens?|webhooks?)(?![a-z])",
    re.ASCII,
)
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SHOWING = (str, int, float)  # values that are secrets themselves; a list of tokens is not
# Who knows the path may post there.
_SECRET_PATHS = re.compile(
    r"(?:^|\.)(?:hooks\.slack\.com|discord(?:app)?\.com|webhook\.office\.com|outlook\.office(?:365)?\.com"
    r"|chat\.googleapis\.com|logic\.azure\.com)$"
)
_BOT = re.compile(r"^/bot[^/]+")  # of Telegram
_SECRET_PARAMETERS = frozenset({"code", "key", "sig"})  # what they are called in URLs alone
_SHORTEST = 6  # characters of a value that is looked for elsewhere; shorter ones turn up by chance (`none`, `true`)


@functools.lru_cache(4096)  # the same members and headers are met in every call
def is_secret(name: str) -> bool:
    """Whether a name (of a header, an environment variable, a key) says that its value is a secret."""
    return _SECRET.search(_WORDS.sub("_", name).lower()) is not None


def secrets(named: Mapping[str, str]) -> frozenset[str]:
    """The values that stand under names of secrets and are long enough to be told apart from other text."""
    return frozenset(value for name, value in named.items() if is_secret(name) and len(value) >= _SHORTEST)


def masked_text(text: str, values: Iterable[str]) -> str:
    """A text without any of some secret values, the longest first."""
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, MASK)
    return text


def masked(content: Any, values: Iterable[str] = (), *, by_name: bool = True) -> Any:
    """A JSON value without secrets: what stands under a secret's name, and some values wherever they are.

    Without `by_name` only the values are masked: what we made up ourselves is no secret, whatever it is called.
    """
    return _masked(content, sorted(values, key=len, reverse=True), by_name)


def _masked(content: Any, values: Sequence[str], by_name: bool) -> Any:
    match content:
        case str():
            return masked_text(content, values) if values else content
        case dict():
            return {
                masked_text(key, values) if values else key: MASK
                if by_name and isinstance(inner, _SHOWING) and inner != "" and isinstance(key, str) and is_secret(key)
                else _masked(inner, values, by_name)
                for key, inner in content.items()
            }
        case list():
            return [_masked(inner, values, by_name) for inner in content]
        case _:
            return content


def masked_url(url: str) -> str:
    """A URL without user and password, secret parameters, and the whole path where that is the secret."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return MASK
    _, at, netloc = parts.netloc.rpartition("@")
    if _SECRET_PATHS.search(host):
        return f"{parts.scheme}://{netloc}/{MASK}"
    path = _BOT.sub(f"/bot{MASK}", parts.path) if host == "api.telegram.org" else parts.path
    query = "&".join(map(_masked_parameter, parts.query.split("&")))
    return urlunsplit((parts.scheme, f"{MASK}@{netloc}" if at else netloc, path, query, parts.fragment))


def _masked_parameter(text: str) -> str:
    name, equals, value = text.partition("=")
    plain = unquote_plus(name)
    hidden = value and (is_secret(plain) or plain.lower() in _SECRET_PARAMETERS)
    return f"{name}{equals}{MASK}" if hidden else text
