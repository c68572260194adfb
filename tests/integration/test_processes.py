"""Consumers that start processes: what is seen of them, and that none of them comes back as the
caller.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from ecr_contracts.events.kinds import kind_names
from ecr_contracts.runtime.invoke import call
from tests.rows import in_one_test
from tests.unit.engine.test_vacuity import vacuity_of


def starts(event, context):
    subprocess.run(["true"], check=True)


def test_a_process_is_seen():
    trace = call(starts, {}, trace=True).trace
    assert any(effect.startswith("subprocess.") for effect in trace.side_effects)


@in_one_test
@pytest.mark.parametrize("kind", kind_names())
def test_who_starts_a_process_is_not_vacuous(kind):
    assert vacuity_of(starts, (kind,)) == ()


def test_the_child_of_a_consumer_that_forks_does_not_come_back():
    script = """
        import os, sys
        from ecr_contracts.runtime.invoke import call
        def handler(event, context):
            child = os.fork()
            if child:
                os.waitpid(child, 0)
            return child != 0
        print(os.getpid(), call(handler, {}).returned)
    """
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", dedent(script)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert re.fullmatch(r"\d+ True\n", done.stdout)
    assert done.stderr == ""
