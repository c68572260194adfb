"""Which configurations a run of pytest collects, and what it says of that.

Pytest walks the folders that it is given, and each configuration on its way is collected. One that
lies above them is collected where no arguments say what is to run; otherwise it is named as left
out. Every run loads this module, so it loads next to nothing of the library.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ecr_contracts.frontends import config as configuration
from ecr_contracts.frontends.pytest import own_faults

if TYPE_CHECKING:
    from ecr_contracts.frontends.pytest.consumers import EcrConsumers

__all__ = ["COLLECTED", "USED", "Collection"]

USED = pytest.StashKey[bool]()
"""Whether a test or a consumer gets events, so that the rest of the plugin has something to do."""
COLLECTED = pytest.StashKey["list[EcrConsumers]"]()
"""The configurations that were collected."""

_OF_CONTROLLER = "ecr_configurations"
"""The key under which a process of xdist is told what to collect beside its arguments."""


class Collection:
    """Collects configurations, and tells how many consumers they have."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._added: list[Path] = []
        self._has_told = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        """Have the configurations above collected too, unless arguments say what is to run."""
        with own_faults.tell_later(self._config):
            self._added = self._above()
            if not self._added:
                return
            from ecr_contracts.frontends.pytest import node_ids

            names = [node_ids.from_here(self._config, file) for file in self._added]
            self._config.args = [*self._config.args, *names]

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a process of xdist, for which everything is an argument."""
        with own_faults.tell_later(self._config):
            node.workerinput[_OF_CONTROLLER] = list(map(str, self._above()))

    def _above(self) -> list[Path]:
        """The configurations that are to be collected, but that pytest does not come by."""
        of_controller = getattr(self._config, "workerinput", {}).get(_OF_CONTROLLER)
        if of_controller is not None:
            return list(map(Path, of_controller))
        if self._config.args_source is pytest.Config.ArgsSource.ARGS:
            return []
        walked = list(self._places())
        found = dict.fromkeys(map(configuration.nearest, (self._here, *walked)))
        above: list[Path] = []
        for file in found:
            # Oldest pytest loses files of a folder that is named together with one of them.
            if file is not None and not any(map(file.is_relative_to, walked)):
                above.append(file)
        return above

    @property
    def _here(self) -> Path:
        return Path(self._config.invocation_params.dir)

    def _places(self) -> Iterator[Path]:
        """The files and folders that pytest is given."""
        for argument in self._config.args:
            path = Path(os.path.normpath(self._here / argument.partition("::")[0]))
            if path.exists():
                yield path

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> EcrConsumers | None:
        """Collect a configuration."""
        if file_path.name not in configuration.NAMES:
            return None
        with own_faults.tell_later(self._config):
            return self._consumers_of(file_path, parent)
        return None

    def _consumers_of(self, file: Path, parent: pytest.Collector) -> EcrConsumers | None:
        if not configuration.has_table(file):
            return None
        from ecr_contracts.frontends.pytest.consumers import EcrConsumers

        added = file in self._added
        consumers: EcrConsumers = EcrConsumers.from_parent(parent, path=file, added=added)
        self._config.stash.setdefault(COLLECTED, []).append(consumers)
        self._config.stash[USED] = True
        return consumers

    # What is said
    # ----------------------------------------------------------------------------------------------

    def pytest_report_collectionfinish(self, items: Iterable[pytest.Item]) -> list[str]:
        """How many consumers were found where, and which were left out."""
        with own_faults.tell_later(self._config):
            return self._told(item.nodeid for item in items)
        return []

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Iterable[str]) -> None:
        """Say the same where other processes collect, once."""
        if self._has_told:
            return
        self._has_told = True
        with own_faults.tell_later(self._config):
            reporter = self._config.pluginmanager.get_plugin("terminalreporter")
            if reporter is not None:
                for line in self._told(ids):
                    reporter.write_line(line)

    def _told(self, ids: Iterable[str]) -> list[str]:
        if self._config.get_verbosity() < 0:
            return []
        counts = _counts(ids)
        walked = list(self._places())
        left_out: dict[Path, None] = {}
        for file in map(configuration.nearest, (self._here, *walked)):
            if file is not None and not any(map(file.is_relative_to, walked)):
                left_out[file] = None
        for file in self._added:
            left_out.pop(file, None)
        if not counts and not left_out:
            return []
        from ecr_contracts.frontends.pytest import collection_text

        return list(collection_text.lines(self._config, counts, left_out))


def _counts(ids: Iterable[str]) -> Mapping[str, int]:
    """How many consumers each configuration has in the items of some ids."""
    consumers: dict[str, set[str]] = {}
    for nodeid in ids:
        file, _, name = nodeid.partition("::")
        if file.rpartition("/")[2] in configuration.NAMES:
            consumers.setdefault(file, set()).add(name.partition("[")[0])
    return {file: len(names) for file, names in consumers.items()}
