"""A verdict on a consumer of another folder, with its places named from here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from ecr_contracts.core.findings import Location
from ecr_contracts.engine.reach import Branch
from ecr_contracts.engine.trial import Trial
from ecr_contracts.engine.verdict import Verdict

__all__ = ["seen_from"]


class _Way(NamedTuple):
    """From the folder in which places were named to the one in which they are read."""

    folder: Path
    here: Path


def seen_from(verdict: Verdict, here: Path, folder: Path, name: str) -> Verdict:
    """A verdict that was come to in a folder, as it reads `here`, where the consumer has a `name`.

    The lines of findings, of calls, of what no event reached and of what rules keep away are named
    from here. Sentences of the run itself, such as notes, stay as they are: relative to the folder.
    """
    if os.path.samefile(here, folder):
        return verdict
    way = _Way(folder, here)
    reach = replace(
        _moved(verdict.reach, way),
        effects=tuple(_effect(one, way) for one in verdict.reach.effects),
    )
    return replace(
        verdict,
        consumer=name,
        findings=_moved(verdict.findings, way),
        trials=tuple(_of_trial(trial, way) for trial in verdict.trials),
        others=tuple(_of_trial(trial, way) for trial in verdict.others),
        reach=reach,
        shielded=_moved(verdict.shielded, way),
    )


def _of_trial(trial: Trial, way: _Way) -> Trial:
    return replace(trial, outcome=_moved(trial.outcome, way), symptoms=_moved(trial.symptoms, way))


def _effect(effect: str, way: _Way) -> str:
    """A call with its place: `sns.publish (src/app.py:6)`."""
    call, _, place = effect.removesuffix(")").partition(" (")
    return f"{call} ({_file_from(place, way)})" if place else effect


def _moved(value: Any, way: _Way) -> Any:
    """A value of a verdict in which each place has its file named from another folder."""
    if isinstance(value, Location | Branch):
        return replace(value, file=_file_from(value.file, way))
    if isinstance(value, tuple):
        moved = (_moved(one, way) for one in value)
        return type(value)(*moved) if hasattr(value, "_fields") else tuple(moved)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {}
        for field in fields(value):
            before = getattr(value, field.name)
            if isinstance(before, Mapping):  # an event
                continue
            after = _moved(before, way)
            if after is not before:
                changed[field.name] = after
        return replace(value, **changed) if changed else value
    return value


def _file_from(file: str, way: _Way) -> str:
    if os.path.isabs(file) or file.startswith("<"):
        return file
    return Path(os.path.relpath(way.folder / file, way.here)).as_posix()
