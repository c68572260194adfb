"""Sessions in short: the verdict on a subject, with what is asked of it as keywords."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.session import judge
from ecr_contracts.engine.subject import Subject
from ecr_contracts.engine.verdict import Verdict

_OF_EFFORT = {field.name for field in fields(Effort)}


def judged(subject: Subject, **asked: Any) -> Verdict:
    """The verdict on a subject; keywords are fields of `Request`, or of its `Effort`."""
    effort = {name: value for name, value in asked.items() if name in _OF_EFFORT}
    others = {name: tuple(value) for name, value in asked.items() if name not in _OF_EFFORT}
    return judge(subject, Request(**others, effort=Effort(**effort)))
