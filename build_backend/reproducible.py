"""The build backend: that of setuptools, with an sdist that is the same bytes each time.

With SOURCE_DATE_EPOCH (seconds since 1970) setuptools makes the same wheel each time; its sdist
has the times and owners of the files as they lie here, and the time of the build in its header.
https://reproducible-builds.org/specs/source-date-epoch/
"""

from __future__ import annotations

import gzip
import os
import tarfile
from pathlib import Path
from typing import Any

from setuptools import build_meta
from setuptools.build_meta import (
    build_editable,
    build_wheel,
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    """The sdist of setuptools, written anew if SOURCE_DATE_EPOCH is set; gives its name."""
    name: str = build_meta.build_sdist(sdist_directory, config_settings)
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        written_anew(Path(sdist_directory) / name, int(epoch))
    return name


def written_anew(sdist: Path, epoch: int) -> None:
    """Write an archive anew: members by name, of nobody, of one time."""
    unfinished = sdist.with_suffix(".unfinished")
    with (
        tarfile.open(sdist, "r:gz") as old,
        unfinished.open("wb") as file,
        gzip.GzipFile("", "wb", mtime=epoch, fileobj=file) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        for member in sorted(old.getmembers(), key=lambda member: member.name):
            member.mtime = epoch
            member.uid = member.gid = 0
            member.uname = member.gname = ""
            member.pax_headers = {}
            is_run = member.isdir() or member.mode & 0o100
            member.mode = 0o755 if is_run else 0o644
            new.addfile(member, old.extractfile(member) if member.isfile() else None)
    unfinished.replace(sdist)
