"""Places in a configuration, as messages name them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ecr_contracts.core.errors import ConfigurationError

__all__ = ["Key"]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a configuration, such as `consumers[0].env`; without a name, the file itself."""

    file: Path
    name: str = ""

    @property
    def folder(self) -> Path:
        """The folder that paths in the file are relative to."""
        return self.file.parent

    def inner(self, name: str) -> Key:
        """A key of the table at this key."""
        return Key(self.file, f"{self.name}.{name}" if self.name else name)

    def error(self, problem: str) -> ConfigurationError:
        """That the value of this key cannot be used."""
        return ConfigurationError(_from_here(self.file), self.name, problem)


def _from_here(file: Path) -> str:
    """A file as it is named from the working directory, if it lies below or above that."""
    folder, here = Path(os.path.abspath(file.parent)), Path.cwd()
    if folder.is_relative_to(here) or here.is_relative_to(folder):
        return Path(os.path.relpath(folder / file.name, here)).as_posix()
    return str(file)
