"""Which names (of variables, headers and keys) say that their value is a secret."""

from __future__ import annotations

import functools
import re

__all__ = ["is_secret", "is_secret_variable"]

_SECRET = re.compile(
    r"(?<![a-z])(?:api[-_]?keys?|auth|authorization|bearer|cookies?|credentials?|creds|jwt|dsn|salt"
    r"|pass(?:code|wd|word|phrase)s?|private[-_]?keys?|secrets?(?!_(?:id|arn|name)s?$)"
    r"|secret[-_]?(?:key|string|binary|value)|access[-_]?keys?|signatures?|tokens?|webhooks?"
    r"|(?:account|encryption|master|shared|signing|storage|subscription)[-_]?keys?"
    r"|conn(?:ection)?[-_]?str(?:ing)?s?)(?![a-z])"
    r"|(?<=[-_])(?:pass|pwd|pw|pat)$|^pwd$",
    re.ASCII,
)
_KEY = re.compile(r"[-_]key$")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SEPARATORS = re.compile(r"[-_.]+")
_DESCRIBING = re.compile(
    "account|age|alg|algorithm|arn|arns|audience|bucket|count|days|dir|directory|disabled"
    "|domain|enabled|env|environment|expires|expiry|field|file|folder|format|group|header|host"
    "|hostname|hours|id|ids|issuer|length|level|limit|max|method|min|minutes|mode|name|names"
    "|path|policy|port|prefix|provider|queue|realm|region|repo|repository|role|scope|scopes"
    "|seconds|service|size|sock|socket|stage|suffix|table|timeout|topic|ttl|type|user|username"
    "|version"
)
"""Last words of names that stand for something about a secret, which is none itself."""
_KEYS_OF_DATA = re.compile(
    "board|bucket|cache|config|dedup|deduplication|dict|event|feature|filter|flag|foreign|group"
    "|hash|idempotency|image|index|issue|item|json|kms|label|lock|lookup|map|metadata|object"
    "|order|param|parameter|partition|prefix|primary|project|public|queue|range|record|repo"
    "|repository|row|s3|sort|space|ssm|table|tag|topic|unique"
)
"""Words before `_KEY` with which a variable says where something lies."""


@functools.lru_cache(4096)  # the same members and headers are met in every call
def is_secret(name: str) -> bool:
    """Whether a name (of a header, a variable, a key) says that its value is a secret."""
    if name in ("PWD", "OLDPWD"):
        return False  # the working directory
    plain = _WORDS.sub("_", name).lower()
    if _SECRET.search(plain) is None:
        return False
    words = _SEPARATORS.split(plain)
    return not _DESCRIBING.fullmatch(words[-1]) or words[-3:] == ["access", "key", "id"]


@functools.lru_cache(4096)
def is_secret_variable(name: str) -> bool:
    """Whether the name of an environment variable says so; `STRIPE_KEY` does as well there."""
    if is_secret(name):
        return True
    plain = _WORDS.sub("_", name).lower()
    words = _SEPARATORS.split(plain)
    return _KEY.search(plain) is not None and not any(map(_KEYS_OF_DATA.fullmatch, words))
