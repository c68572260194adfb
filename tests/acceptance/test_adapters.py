"""The adapters of the examples: each gets its events into a consumer that `check` cannot call by
itself, and what is wrong there is found, and nothing else.
"""

from __future__ import annotations

import ast
import shlex
import shutil
from pathlib import Path

import pytest

from ecr_contracts.engine.session import check
from tests.acceptance.causes import in_words, told
from tests.rows import long_but

FOLDER = Path(__file__).parents[2] / "examples" / "adapters"
NEEDS = {
    "fastapi_client": "fastapi",
    "django_view": "django",
    "celery_task": "celery",
    "click_command": "click",
}
"""The library that a consumer is written with, where it is none of ours."""

LONG = ("celery_task", "fastapi_client")
"""Those whose library is slow to load."""


def commands():
    """The command lines in the first lines of the adapters, by adapter."""
    text = ast.get_docstring(ast.parse((FOLDER / "adapters.py").read_text("utf-8")))
    found = {}
    for line in text.splitlines():
        words = shlex.split(line) if "ecr-contracts check" in line and "`" not in line else []
        if words:
            found[words[2].partition(":")[2]] = words[2:]
    return found


ADAPTERS = long_but(lambda name: name not in LONG, list(commands()))


@pytest.fixture
def example(tmp_path, monkeypatch):
    """A copy of the example, as the folder of work."""
    folder = tmp_path / "adapters"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(folder)
    return folder


def verdict_on(name):
    target, *options = commands()[name]
    envelopes = options[1::2]
    assert options[::2] == ["--via"] * len(envelopes)
    return check(target, kinds=["push"], via=envelopes, strength=1, examples=0)


@pytest.mark.parametrize("name", ADAPTERS)
def test_an_adapter_leads_to_the_fault_of_its_consumer_and_to_nothing_where_that_is_mended(
    name, example
):
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    naive = verdict_on(name)
    for finding in naive.findings:
        assert (finding.check, finding.exception) == ("raises", "KeyError")
        assert in_words(told(finding.cause)).strip("-") == "$.detail.image-tag absent"
        assert finding.location.file == "shop/images.py"
        assert "image-tag" in finding.location.source
    assert {finding.via for finding in naive.findings} == set(naive.via)
    assert len(naive.findings) == len(naive.via)
    shutil.copyfile(example / "shop" / "images_mended.py", example / "shop" / "images.py")
    mended = verdict_on(name)
    assert not mended.findings
    assert all(trial.outcome.returned or trial.outcome.output for trial in mended.trials)


def test_each_adapter_of_the_example_is_told_of():
    tree = ast.parse((FOLDER / "adapters.py").read_text("utf-8"))
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert [name for name in functions if not name.startswith("_")] == list(commands())
