"""The tests that can notice a change of a module, the nearest first.

Three stages, each tried where those before it notice nothing: the test modules that are named after
the module or import it, the rest of the unit tests of its room by how far their imports are away,
and a fixed part of the wider suite.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_OF_EVERY_ROOM = (
    "tests/acceptance/test_cli.py",
    "tests/acceptance/zoo/test_zoo.py",
    "tests/acceptance/handlers/test_handlers.py",
)
_OF_ROOM = {
    "audit": ("tests/acceptance/test_validate.py",),
    "core": ("tests/integration/reporting/test_text.py",),
    "discovery": ("tests/acceptance/test_rules.py", "tests/acceptance/test_repositories.py"),
    "engine": ("tests/integration/sandbox/test_sandbox.py", "tests/integration/test_session.py"),
    "eventbridge": ("tests/acceptance/test_rules.py",),
    "events": ("tests/acceptance/test_diff.py",),
    "frontends": (
        "tests/integration/test_pytest_kinds.py",
        "tests/integration/test_pytest_plugin.py",
    ),
    "reporting": ("tests/integration/reporting/test_text.py",),
    "runtime": ("tests/integration/sandbox/test_sandbox.py", "tests/integration/test_worker.py"),
}
"""What stands for the wider suite: tests of the whole, before them those near a room."""
_NEAR = 8  # test modules of the first stage at most
_IMPORT = re.compile(
    r"^[ ]*(?:from ((?:ecr_contracts|tests)[\w.]*) import (\([^)]*\)|[^\n]*)"
    r"|import ((?:ecr_contracts|tests)[\w.]*))",
    re.MULTILINE,
)
_NAME = re.compile(r"\w+")
_FAR = 99  # the distance of what does not import the module at all


@dataclass(frozen=True)
class Stage:
    """Test modules that are run together, in this order."""

    name: str
    tests: tuple[str, ...]


class Selection:
    """Which tests are near which module, by names and by imports."""

    def __init__(self, root: Path) -> None:
        """Reads the imports of the package and of the tests below a folder."""
        self._root = root
        self._importers = _importers(root)
        files = sorted((root / "tests").rglob("test_*.py"))
        self._tests = [file.relative_to(root).as_posix() for file in files]

    def stages(self, module: str) -> list[Stage]:
        """What is tried for a module, given as a file of the checkout."""
        distances = self._distances(module)

        def order(test: str) -> tuple[int, int, int, str]:
            fit, distance = _fit(test, module), distances.get(test, _FAR)
            return -fit, distance, not test.startswith("tests/unit/"), test

        ranked = sorted(self._tests, key=order)
        near = [test for test in ranked if _fit(test, module) or distances.get(test, _FAR) <= 1][
            :_NEAR
        ]
        folder = f"tests/unit/{PurePosixPath(module).parts[1]}/"
        room = [test for test in ranked if test.startswith(folder) and test not in near]
        whole = (*_OF_ROOM.get(PurePosixPath(module).parts[1], ()), *_OF_EVERY_ROOM)
        wider = [test for test in whole if test in self._tests and test not in near]
        stages = [Stage("near", tuple(near)), Stage("room", tuple(room))]
        return [each for each in (*stages, Stage("wider", tuple(wider))) if each.tests]

    def _distances(self, module: str) -> dict[str, int]:
        """How many imports lead from each file to a module."""
        distances, todo = {module: 0}, deque([module])
        while todo:
            file = todo.popleft()
            for importer in self._importers[file]:
                if importer not in distances:
                    distances[importer] = distances[file] + 1
                    todo.append(importer)
        return distances


def _fit(test: str, module: str) -> int:
    """How well the name of a test module fits that of a module: 0 where it does not."""
    stem = PurePosixPath(test).stem.removeprefix("test_")
    *folders, own = PurePosixPath(module).with_suffix("").parts[1:]
    if own == "__init__" and folders:
        own = folders.pop()
    if stem == own:
        # Modules of one name stand in several folders, and so do their tests.
        return 4 + sum(folder in PurePosixPath(test).parts for folder in folders)
    if stem in (f"{folders[-1]}_{own}", own.removesuffix("s"), f"{own}s") if folders else False:
        return 3
    if own in stem or (stem in own and len(stem) > 4):
        return 2
    return 1 if stem in folders else 0


def _importers(root: Path) -> dict[str, list[str]]:
    """For each file of the package and the tests the files that import it."""
    files = {
        file.relative_to(root).as_posix(): file
        for folder in ("ecr_contracts", "tests")
        for file in sorted((root / folder).rglob("*.py"))
    }
    importers: dict[str, list[str]] = defaultdict(list)
    for name, file in files.items():
        for imported in set(_imported(file.read_text("utf-8", "replace"))):
            path = imported.replace(".", "/")
            for place in (f"{path}.py", f"{path}/__init__.py"):
                if place in files:
                    importers[place].append(name)
    return importers


def _imported(text: str) -> Iterator[str]:
    """The dotted names that a module imports, anywhere in it, and those within them."""
    for module, names, plain in _IMPORT.findall(text):
        yield module or plain
        yield from (f"{module}.{name}" for name in _NAME.findall(names))
