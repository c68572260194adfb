"""Keeps the unit tier what it is: a test in it starts no process, and does not wait.

Both are what makes a test slow, and what makes it fail on a busy machine. An audit hook sees them
whoever does it, the test, the library or a consumer; such a test belongs in tests/integration.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections import Counter
from typing import Any

import pytest

_PROCESSES = ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "os.exec")
_LONGEST_SLEEP = 0.05  # seconds
_OURS = os.getpid()

_seen: list[str] | None = None
"""What the test that is running did that no unit test does."""


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _seen is None or os.getpid() != _OURS:
        return
    if event in _PROCESSES:
        _seen.append(f"{event} of {str(arguments[:2])[:200]}")
    elif event == "time.sleep" and arguments[0] > _LONGEST_SLEEP:
        _seen.append(f"time.sleep of {arguments[0]} s")


sys.addaudithook(_watch)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """Fails a test that starts a process or sleeps."""
    global _seen
    _seen = []
    try:
        result = yield
        if _seen:
            pytest.fail(f"a unit test does not do this, tests/integration may: {_seen[0]}", False)
        return result
    finally:
        _seen = None


# What the lanes of .ci/run, which have none of the developers' extra, cannot import.
_NEEDS = {
    "engine/test_readme_tables.py": "datamodel_code_generator",
    "eventbridge/test_envelopes_judged.py": "aws_lambda_powertools",
    "events/exports/test_exports_judged.py": "openapi_spec_validator",
    "runtime/sandbox/test_aws.py": "boto3",
    "runtime/sandbox/test_config_stores.py": "boto3",
    "runtime/sandbox/test_ecr.py": "boto3",
    "runtime/sandbox/test_event_names.py": "boto3",
    "runtime/sandbox/test_limits.py": "moto",
    "runtime/sandbox/test_moto_resources.py": "boto3",
    "runtime/sandbox/test_page_tokens.py": "boto3",
    "runtime/sandbox/test_synthesis.py": "boto3",
    "test_mutants.py": "cosmic_ray",
}
collect_ignore = [file for file, name in _NEEDS.items() if importlib.util.find_spec(name) is None]


_ROWS_IN_A_LANE = 2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves to the lanes of .ci/run the first rows of each test.

    A lane shows that every test holds on another interpreter, or with other versions of what is
    installed; that it holds for every row was shown before.
    """
    if config.getoption("hypothesis_profile", None) != "lane":
        return
    kept: list[pytest.Item] = []
    rows: Counter[str] = Counter()
    for item in items:
        test = item.nodeid.partition("[")[0]
        rows[test] += 1
        if rows[test] <= _ROWS_IN_A_LANE:
            kept.append(item)
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def pytest_report_header() -> list[str]:
    """Says what is left out."""
    return [f"left out, since {_NEEDS[file]} is not installed: {file}" for file in collect_ignore]
