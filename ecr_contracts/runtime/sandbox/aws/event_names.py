"""What made-up answers say of the event in hand: its repository, tag, digest and image.

A handler lists services, functions or task definitions, and looks for those that belong to the
event's repository. So the first one does: members whose name says that they hold a name, an ARN,
an image or a tag say it of the event. It knows the names of members; it must not know operations.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ecr_contracts.core.placeholders import words
from ecr_contracts.runtime.sandbox.aws.ecr import Image, host_of, repository_arn
from ecr_contracts.runtime.sandbox.aws.member_values import fits

__all__ = ["EventNames", "event_text"]

_PLACEHOLDER = "placeholder"
_NOT_OF_A_NAME = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST = 64
"""Characters of a name: all services take so many."""
_OTHERS = frozenset(
    {
        "bucket",
        "cluster",
        "role",
        "policy",
        "key",
        "subnet",
        "group",
        "vpc",
        "host",
        "region",
        "user",
    }
)
"""Words of what no repository gives its name to."""
_NAMES = frozenset({"name", "names", "family", "service", "function", "project", "pipeline", "app"})
_ADDRESSES = frozenset({"uri", "url", "identifier"})


@dataclass(frozen=True, slots=True)
class EventNames:
    """The names of the image that an event is about; `tag` is empty where it has none.

    What belongs to a repository `team/app` may be called `app`, or, `dashed`, `team-app`.
    """

    repository: str
    tag: str
    digest: str
    host: str
    arn: str
    dashed: bool = False

    @classmethod
    def of(cls, images: Sequence[Image]) -> EventNames | None:
        """The names of the first of some images."""
        if not images:
            return None
        image = images[0]
        return cls(
            image.repository,
            image.tags[0] if image.tags else "",
            image.digest,
            host_of(image),
            repository_arn(image, image.repository),
        )

    @property
    def uri(self) -> str:
        """The image as those call it who run it: by its tag, else by its digest."""
        return f"{self.host}/{self.repository}:{self.tag}" if self.tag else self.resolved_uri

    @property
    def resolved_uri(self) -> str:
        """The image by its digest."""
        return f"{self.host}/{self.repository}@{self.digest}"

    @property
    def short(self) -> str:
        """What a service or function of the repository may be called: no slash is in its name."""
        name = self.repository if self.dashed else self.repository.rpartition("/")[2]
        return _NOT_OF_A_NAME.sub("-", name)[:_LONGEST]

    @property
    def forms(self) -> tuple[EventNames, ...]:
        """The same in each way to call what belongs to the repository, where there are several."""
        return (self, replace(self, dashed=True)) if "/" in self.repository else (self,)


def event_text(
    member: str, service: str, default: str, metadata: Mapping[str, Any], names: EventNames
) -> str:
    """The text of a member as an event has it: the default, where it tells nothing of the event."""
    for text in _texts(words(member), service, default, names):
        if text and fits(text, metadata):
            return text
    return default


def _texts(spelled: list[str], service: str, default: str, names: EventNames) -> tuple[str, ...]:
    """What a member with these words may hold, the best first."""
    present, last = set(spelled), (spelled or [""])[-1]
    if "digest" in present:
        return (names.digest,)
    if "repository" in present:
        if last in ("arn", "arns"):
            return (names.arn,)
        if last in _ADDRESSES - {"identifier"}:
            return (f"{names.host}/{names.repository}",)
        return (names.repository,) if last in ("name", "names", "repository") else ()
    if "image" in present:
        if last in ("tag", "tags"):
            return (names.tag,)
        if last == "image" or last in _ADDRESSES:
            is_resolved = "resolved" in present
            return (names.resolved_uri if is_resolved else names.uri,)
    if spelled == ["key"] and service == "s3":
        return (f"{names.repository}/{default}",)
    if _PLACEHOLDER not in default or not present.isdisjoint(_OTHERS):
        return ()
    if default.startswith("arn:"):
        return _arns(default, names)
    if last in _NAMES and default == _PLACEHOLDER:
        return (names.short, _NOT_OF_A_NAME.sub("-", names.repository), names.short.lower())
    return ()


def _arns(default: str, names: EventNames) -> tuple[str, ...]:
    """The ARN of what belongs to the repository: its whole name is in it, where that may be."""
    before, _, after = default.rpartition(_PLACEHOLDER)
    short = f"{before}{names.short}{after}"
    if names.dashed:
        return (short,)
    folder, _, name = names.repository.rpartition("/")
    if folder:
        # A service of ECS is named after its cluster there: `service/team/app`.
        before = before.replace(_PLACEHOLDER, folder)
    return f"{before}{name}{after}", short
