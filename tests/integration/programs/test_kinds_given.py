"""Which kinds of events a program is given where nobody names any: the usual ones, as far as those
pass.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pytest

from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.session import judge
from ecr_contracts.engine.subjects.command import Command
from ecr_contracts.events.kinds import usual_kinds

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="programs are started by a fork")

ANY = """
import json, sys
for line in sys.stdin:
    print(json.dumps(json.loads(line)["detail"]["repository-name"]), flush=True)
"""
QUICK = Effort(strength=1, examples=0)
OF_PUSHES = ANY.replace("repository-name", "action-type")


@pytest.mark.parametrize(("text", "kinds"), [(ANY, usual_kinds()), (OF_PUSHES, ("push", "delete"))])
def test_a_program_is_given_the_usual_kinds_that_pass(tmp_path: Path, text, kinds) -> None:
    (tmp_path / "run.py").write_text(text)
    command = Command(f"{shlex.quote(sys.executable)} run.py", folder=tmp_path)
    verdict = judge(command, Request(effort=QUICK))
    assert {trial.case.kind for trial in verdict.trials} == set(kinds)
    assert not verdict.errors
