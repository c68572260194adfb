"""A checkout that is not installed: its schemas are found beside the package."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig

import pytest

from generators.layout import ROOT
from tests import oracle


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the package and of `schemas/` as they lie in a checkout."""
    root = tmp_path_factory.mktemp("checkout")
    without_caches = shutil.ignore_patterns("__pycache__")
    for name in ("ecr_contracts", "schemas"):
        shutil.copytree(ROOT / name, root / name, ignore=without_caches)
    return root


def output(checkout, *arguments):
    """What Python prints, in the folder of a checkout, where no install of the project is seen."""
    environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    environment["PYTHONPATH"] = sysconfig.get_path("purelib")  # the dependencies
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(
        [sys.executable, "-S", *arguments],  # -S: no .pth file, so no editable install
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout


def test_the_kinds_are_found(checkout):
    program = "import ecr_contracts; print(ecr_contracts.__file__); print(*ecr_contracts.kinds())"
    file, kinds = output(checkout, "-c", program).splitlines()
    assert os.path.samefile(file, checkout / "ecr_contracts" / "__init__.py")
    assert kinds.split() == list(oracle.KINDS)


def test_the_command_line_works(checkout):
    event = json.loads(output(checkout, "-m", "ecr_contracts", "sample", "push/ordinary"))
    assert oracle.accepts("push", event)
    assert event["detail"]["action-type"] == "PUSH"
