"""Which texts look like secrets, whatever they are called: tokens of known makers, random letters.

It must not take for one what everyday settings hold: ARNs, names of resources with the random end
that CloudFormation gives them, digests, versions, paths.
"""

from __future__ import annotations

import re

__all__ = ["is_everyday", "looks_secret", "without_known_tokens"]

_KNOWN = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{16,}"  # GitHub
    r"|gl(?:pat|ptt|dt|rt)-[\w-]{16,}"  # GitLab
    r"|xox[abeoprs]-[\w-]{8,}|xapp-[\w-]{8,}"  # Slack
    r"|[rs]k_(?:live|test)_[A-Za-z0-9_]{8,}|whsec_[\w+/=]{8,}"  # Stripe
    r"|sk-[\w-]{20,}"
    r"|(?:AKIA|ASIA)(?!PLACEHOLDER)[A-Z0-9]{16}(?![A-Za-z0-9])"  # AWS
    r"|AIza[\w-]{30,}|ya29\.[\w-]{16,}"  # Google
    r"|SG\.[\w-]{16,}\.[\w-]{16,}"  # SendGrid
    r"|npm_[A-Za-z0-9]{30,}|pypi-[\w-]{40,}|dckr_pat_[\w-]{16,}|hv[bs]\.[\w-]{20,}"
    r"|dop_v1_[0-9a-f]{40,}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{20,}"
    r"|eyJ[\w-]{8,500}\.eyJ[\w-]{8,4000}\.[\w-]*"  # JSON Web Tokens
    r")|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
_MARKS = (
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "glptt-",
    "gldt-",
    "glrt-",
    "xox",
    "xapp-",
    "k_live_",
    "k_test_",
    "whsec_",
    "sk-",
    "AKIA",
    "ASIA",
    "AIza",
    "ya29.",
    "SG.",
    "npm_",
    "pypi-",
    "dckr_pat_",
    "hvs.",
    "hvb.",
    "dop_v1_",
    "shp",
    "eyJ",
    "PRIVATE KEY",
)
"""What a text with a known token holds in any case: it is quicker looked for."""
_SHORTEST_KNOWN = 12
_CUT = re.compile(
    r"(?<![A-Za-z0-9])(?:gh[pousr]_|github_pat_|gl(?:pat|ptt|dt|rt)-|xox[abeoprs]-|xapp-"
    r"|[rs]k_(?:live|test)_|whsec_|sk-|AKIA|ASIA|AIza|ya29\.|SG\.|npm_|pypi-|dckr_pat_|hv[bs]\."
    r"|dop_v1_|shp(?:at|ca|pa|ss)_|eyJ)[\w.+/=-]{3,5000}(?=…)"
)
"""The beginning of a known token right before a cut."""

_RUN = re.compile(r"[A-Za-z0-9]{20,}")
_AWS_SECRET = re.compile(r"[A-Za-z0-9+][A-Za-z0-9/+]{38}[A-Za-z0-9/+=]")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
_STRETCH = re.compile(r"[A-Za-z0-9]{14,}")
"""Longer than the random ends (12 or 13 letters) of the names that CloudFormation gives."""
_TURNS = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[a-z0-9])|(?<=[0-9])(?=[A-Za-z])")
_MANY_TURNS = 0.38
"""Of the letters of a random text, as many and more are of another sort than the one before."""
_SOME_TURNS = 0.28  # of letters and digits in one case
_SHORTEST_ONE_CASE = 24
_NAMES_OF_DIGESTS = re.compile(
    r"sha|commit|digest|hash|checksum|revision|version|build|etag|trace|(?:^|[-_])ids?$", re.I
)
_EVERYDAY = re.compile(
    "bearer|changeme|changeit|default|development|digest|disabled|enabled|example|false|handler"
    "|localhost|missing|nobody|normal|number|object|optional|password|postgres|private"
    "|production|public|repository|required|secret|secrets|staging|string|testing|unknown"
    "|username"
)
"""Words that are met anywhere: who sets one for a password keeps nothing secret."""


def is_everyday(value: str) -> bool:
    """Whether a value is met so often that masking it would garble everything and hide nothing."""
    return _EVERYDAY.fullmatch(value.strip().lower()) is not None


def looks_secret(value: str, name: str = "") -> bool:
    """Whether a value, that of a name, is a token of a known maker or random letters."""
    if _holds_mark(value) and _KNOWN.search(value):
        return True
    if len(value) < 20 or any(letter.isspace() for letter in value):
        return False
    if _NAMES_OF_DIGESTS.search(name):
        return False
    if _AWS_SECRET.fullmatch(value) and _is_random(re.sub("[/+=]", "", value)):
        return True
    if _BASE64.fullmatch(value) and any(map(_is_mixed_at_random, _STRETCH.findall(value))):
        return True
    # One stretch of a value of several: `key-3ax6xnjp29jd6fds4gc373sgvjxteol0`.
    return value.count(":") < 2 and any(map(_is_random, _RUN.findall(_without_digests(value))))


def without_known_tokens(text: str, mask: str) -> str:
    """A text with a mask in the place of each token of a known maker, and of private keys."""
    if len(text) < _SHORTEST_KNOWN or not _holds_mark(text):
        return text
    text = _KNOWN.sub(mask, text)
    return _CUT.sub(mask, text) if "…" in text else text


def _holds_mark(text: str) -> bool:
    return any(mark in text for mark in _MARKS)


def _without_digests(value: str) -> str:
    return re.sub(r"sha(?:256|512):[0-9a-f]*", "", value)


def _is_random(run: str) -> bool:
    """Whether letters and digits without a separator come from a generator, not from somebody."""
    digits = sum(letter.isdigit() for letter in run)
    if digits == 0 or digits == len(run):
        return False
    if run != run.lower() and run != run.upper():
        return digits > 1 and _share_of_turns(run) >= _MANY_TURNS
    return len(run) >= _SHORTEST_ONE_CASE and digits > 4 and _share_of_turns(run) >= _SOME_TURNS


def _is_mixed_at_random(run: str) -> bool:
    """Whether letters of both cases and digits are mixed as a generator mixes them."""
    return run != run.lower() and run != run.upper() and _is_random(run)


def _share_of_turns(text: str) -> float:
    return len(_TURNS.findall(text)) / max(1, len(text) - 1)
