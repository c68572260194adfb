"""The environment that pytest was started with, which is the one that consumers get.

What test modules, conftest files and fixtures set is for tests: a consumer that had it would be
judged otherwise by pytest than by `ecr-contracts check`, and otherwise with another selection of
tests. Plugins that set variables for the whole run (from a file, or from pytest's settings) do so
before, and are heard.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

__all__ = ["Environment", "as_begun", "keep"]

_BEGUN = pytest.StashKey["dict[str, str]"]()
_OF_CONTROLLER = "ecr_environment"
"""The key under which a process of xdist is told the environment of its controller."""
_OF_THE_RUN = ("COV", "PYTEST")
"""How the names of variables begin that pytest and coverage set while they run."""


class Environment:
    """Keeps the environment of the beginning, here and for the processes of xdist."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand it to a process of xdist, which is started when conftest files have been read."""
        node.workerinput[_OF_CONTROLLER] = dict(node.config.stash.get(_BEGUN, os.environ))


def keep(config: pytest.Config) -> None:
    """Note the environment before any conftest file is read."""
    config.stash[_BEGUN] = dict(os.environ)


@contextlib.contextmanager
def as_begun(config: pytest.Config) -> Iterator[None]:
    """Have the environment of the beginning in the block, and again that of before behind it."""
    of_controller = getattr(config, "workerinput", {}).get(_OF_CONTROLLER)
    begun = of_controller or config.stash.get(_BEGUN, None)
    before = dict(os.environ)
    if begun is not None:
        _become({**begun, **_of_the_run(before)})
    try:
        yield
    finally:
        if begun is not None:
            _become({**before, **_of_the_run(os.environ)})


def _of_the_run(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: variables[name] for name in variables if name.startswith(_OF_THE_RUN)}


def _become(variables: Mapping[str, str]) -> None:
    """Make these the variables of this process; those that are as they should be stay untouched."""
    for name in [name for name in os.environ if name not in variables]:
        del os.environ[name]
    for name, value in variables.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
