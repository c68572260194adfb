"""The configuration: what a project has checked, and how, as all front ends read it.

`finding` looks for files, `keys` has the table of what they may say, `entries` reads them. Only the
first is loaded with the package, since every run of pytest looks for files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecr_contracts.frontends.config.finding import (
    NAMES,
    all_below,
    has_table,
    nearest,
)

if TYPE_CHECKING:
    from ecr_contracts.frontends.config.entries import (
        Configured,
        ProjectSettings,
        project_settings,
        read,
    )

__all__ = [
    "NAMES",
    "Configured",
    "ProjectSettings",
    "all_below",
    "has_table",
    "nearest",
    "project_settings",
    "read",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ecr_contracts.frontends.config import entries

    return getattr(entries, name)
