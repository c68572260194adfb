"""How it is written down what `check` says of a handler."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from ecr_contracts.core.findings import Boundary, Severity
from tests.acceptance.causes import Cause, Term, Wanted, cause, either, length, text

WARNINGS = frozenset(
    {
        "error-return",
        "action-blind",
        "side-effects-before-failure",
        "mutates",
        "unreached",
        "case-changed",
        "unread",
        "refuses",
    }
)
"""The checks whose findings are advice; all others find errors."""

DETAIL = "$.detail."
TAGS, COUNTS, STATUS = (
    f"{DETAIL}image-tags",
    f"{DETAIL}finding-severity-counts",
    f"{DETAIL}scan-status",
)
TAG, DIGEST, RESULT, NAME = (
    f"{DETAIL}image-tag",
    f"{DETAIL}image-digest",
    f"{DETAIL}result",
    f"{DETAIL}repository-name",
)
CRITICAL, HIGH = f"{COUNTS}.CRITICAL", f"{COUNTS}.HIGH"
MANIFEST, ARTIFACT = f"{DETAIL}manifest-media-type", f"{DETAIL}artifact-media-type"
RESOURCES = "$.resources"
SUCCEEDED = (RESULT, "success")

TAGGED = (TAG, "latest", "longest", "signature", "digits", "dotted", "plain", "empty")
WITH_SLASH = either((NAME, "namespaced", "deep"), text(NAME, "contains", "/"))
WITHOUT_SLASH = either(
    (NAME, "plain", "punctuated", "longest"),
    Wanted(NAME, boundary=Boundary("contains", text="/", is_negated=True)),
)

PARAMETERS = "botocore.exceptions.ParamValidationError"


@dataclass(frozen=True, slots=True)
class Found:
    """One fault, however many findings tell of it: one for each kind, and for each cause of its
    own.

    `exception`, `line` (a part of the source line that it is located at) and `causes` (all of them
    together, over those findings) are asserted where they are given.
    """

    check: str
    exception: str | None = None
    line: str | None = None
    causes: frozenset[Cause] | None = None
    advice: bool | None = None

    @property
    def severity(self) -> Severity:
        """An error, unless the check or this fault is a matter of advice."""
        advice = self.check in WARNINGS if self.advice is None else self.advice
        return Severity.WARNING if advice else Severity.ERROR


@dataclass(frozen=True, slots=True)
class Expected:
    """A handler and what is said of it.

    `target` is relative to this folder. `findings` are all that must be told, `may` what can be
    told besides: the same fault seen from another side, or a fault that only somebody who
    understands the text sees. `needs` is the module of a library that it cannot be loaded without.
    """

    name: str
    target: str
    kinds: tuple[str, ...]
    findings: frozenset[Found]
    may: frozenset[Found] = frozenset()
    via: tuple[str, ...] = ("lambda",)
    env: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))
    answers: MappingProxyType[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    timeout: float | None = None
    needs: str = ""

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.name.endswith("_right")


def causes(*found: Term | list[Term]) -> frozenset[Cause]:
    """Causes: one condition alone each, or several that must hold together, in a list."""
    return frozenset(cause(*one) if isinstance(one, list) else cause(one) for one in found)


def raises(exception: str, line: str, *found: Term | list[Term]) -> Found:
    """An exception that comes through."""
    return Found("raises", exception, line, causes(*found) if found else None)


def swallowed(exception: str, line: str, *found: Term | list[Term]) -> Found:
    """An exception that the handler catches, at the line where it was raised."""
    return Found("swallowed", exception, line, causes(*found) if found else None)


def refuses(exception: str, line: str, *found: Term | list[Term]) -> Found:
    """An exception of its own that it raises on purpose."""
    return Found("refuses", exception, line, causes(*found))


def unseen(found: Found) -> Found:
    """The same on events that only the registry's "optional" or an inference admits, and nobody has
    seen: a warning.
    """
    return replace(found, advice=True)


def longest(path: str, low: int) -> Term:
    """A text that is as long as can be, or of so many characters at least where others are as
    ordinary.
    """
    return either((path, "longest"), length(path, low))


NOTHING: frozenset[Found] = frozenset()

# A failed push is handled as if it had been one.
BLIND_TO_FAILURE = Found("action-blind", causes=causes((RESULT, "failure")))
REPEATS = Found("side-effects-before-failure")
