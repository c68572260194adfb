"""Short names for the paths in intrinsic functions, since the engine reads no hyphen there.

`States.Format('{}', $.detail.image-digest)` becomes `States.Format('{}', $.ecr_contracts_path_0)`
before the engine reads it, and the path is put back where the engine looks it up or names it.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["PathAliases"]

_PREFIX = "ecr_contracts_path_"
_ALIAS = re.compile(rf"\$\.{_PREFIX}\d+")
_ARGUMENT = re.compile(r"""'(?:[^'\\]|\\.)*'|(\$\$?[.\[](?:\['[^']*'\]|[^\s,()'])+)""")
"""A quoted text, or a path as the argument of an intrinsic function."""


class PathAliases:
    """The aliases of one definition, and the paths that they stand for."""

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}

    def replaced_in(self, definition: Any) -> Any:
        """A definition with an alias for each path in an intrinsic function."""
        match definition:
            case dict():
                return {key: self.replaced_in(value) for key, value in definition.items()}
            case list():
                return [self.replaced_in(value) for value in definition]
            case str() if definition.startswith("States."):
                return _ARGUMENT.sub(self._replacement, definition)
        return definition

    def _replacement(self, argument: re.Match[str]) -> str:
        path = argument[1]
        if path is None:
            return argument[0]
        context = "$" if path.startswith("$$") else ""
        alias = f"$.{_PREFIX}{len(self._paths)}"
        self._paths[alias] = path.removeprefix(context)
        return f"{context}{alias}"

    def path(self, path: str) -> str:
        """The path that an alias stands for; any other path is itself."""
        return self._paths.get(path, path)

    def restored(self, text: str) -> str:
        """A text with the paths that it had before."""
        return _ALIAS.sub(lambda alias: self.path(alias[0]), text)
