"""What was meant by a word that no event has: a key of an event, or one of the values of a key.

A word is taken for the one that it is but for letter case, hyphens, underscores and spaces; then
for one with the same sense (`SUCCESS` of a scan is `COMPLETE`); then for one that it is near to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

__all__ = ["FAILURE_WORDS", "meant_of", "meant_word", "plain", "same_sense"]

_NEAR = 0.75  # how alike two words are of which one may be meant by the other

_SENSES: Sequence[frozenset[str]] = (
    frozenset(
        ("success", "succeeded", "successful", "complete", "completed", "initialscancomplete", "ok")
    ),
    frozenset(("failure", "failed", "fail", "error")),
    frozenset(("push", "pushed", "putimage")),
    frozenset(("delete", "deleted", "batchdeleteimage", "remove", "removed")),
    frozenset(("undefined", "untriaged", "unknown")),
    frozenset(("medium", "moderate")),
    frozenset(("informational", "informal", "info")),
    frozenset(("result", "scanstatus", "status", "state")),
    frozenset(("imagetag", "imagetags", "tag", "tags")),
    frozenset(("repositoryname", "repository", "repo", "reponame", "imagerepository")),
    frozenset(("imagedigest", "digest", "imagesha")),
    frozenset(("actiontype", "action", "eventname", "eventtype")),
    frozenset(("findingseveritycounts", "findings", "severity", "severities", "severitycounts")),
    frozenset(("account", "accountid", "awsaccountid", "recipientaccountid")),
    frozenset(("region", "awsregion")),
    frozenset(("detailtype", "type")),
    frozenset(("awsecr", "ecr")),
    frozenset(("ecrimagescan", "ecrscan", "imagescan", "ecrimagescancompleted", "inspector2scan")),
    frozenset(("ecrimageaction", "ecraction", "imageaction")),
)
"""Words of the same sense, without what `plain` takes away."""

FAILURE_WORDS = frozenset(("FAILURE", "FAILED"))
"""The values that tell that what an event is about failed."""


def plain(word: str) -> str:
    """A word in lower case, with its letters and digits only."""
    return "".join(letter for letter in word.lower() if letter.isalnum())


def meant_word(word: str, known: Iterable[str]) -> str | None:
    """The one of some words that is meant by another one, None if that cannot be told."""
    meant = meant_of(word, known)
    return meant[0] if meant else None


def same_sense(word: str, known: Iterable[str]) -> str | None:
    """The only one of some words that has the sense of another one, in whatever spelling."""
    own = plain(word)
    same: dict[str, None] = {}
    for one in known:
        if plain(one) == own or any({own, plain(one)} <= sense for sense in _SENSES):
            same[one] = None
    return next(iter(same)) if len(same) == 1 else None


def meant_of(word: str, known: Iterable[str]) -> tuple[str, int] | None:
    """The same with how far it is from what was written: 0 for the word itself."""
    by_plain: dict[str, str] = {}
    for one in known:
        if one == word:
            return one, 0
        by_plain.setdefault(plain(one), one)
    own = plain(word)
    if own in by_plain:
        return by_plain[own], 1
    for sense in _SENSES:
        if own in sense:
            same = [one for name, one in by_plain.items() if name in sense]
            if len(same) == 1:
                return same[0], 2
    if near := get_close_matches(own, list(by_plain), n=1, cutoff=_NEAR):
        return by_plain[near[0]], 3
    return None
