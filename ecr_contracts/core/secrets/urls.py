"""URLs without their secrets: user and password, parameters, paths that are secrets themselves."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from ecr_contracts.core.secrets.names import is_secret

__all__ = ["MASK", "masked_url", "secrets_of_url"]

MASK = "***"
"""What stands in the place of a secret."""

# Who knows the path may post there.
_SECRET_PATHS = re.compile(
    r"(?:^|\.)(?:hooks\.slack\.com|discord(?:app)?\.com|webhook\.office\.com"
    r"|outlook\.office(?:365)?\.com|chat\.googleapis\.com|logic\.azure\.com)$"
)
_BOT = re.compile(r"^/bot[^/]+")  # of Telegram
_SECRET_PARAMETERS = frozenset({"code", "key", "sig"})  # what they are called in URLs alone


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


def secrets_of_url(url: str) -> frozenset[str]:
    """What of a URL is a secret alone as well: the password, or the user where there is none."""
    try:
        parts = urlsplit(url)
        alone = [parts.password or parts.username or ""]
    except ValueError:
        return frozenset()
    for parameter in parts.query.split("&"):
        if parameter and _masked_parameter(parameter) != parameter:
            alone.append(parameter.partition("=")[2])
    return frozenset(filter(None, [*alone, *map(unquote_plus, alone)]))


def _masked_parameter(text: str) -> str:
    name, equals, value = text.partition("=")
    plain = unquote_plus(name)
    hidden = value and (is_secret(plain) or plain.lower() in _SECRET_PARAMETERS)
    if hidden:
        return f"{name}{equals}{MASK}"
    return text
