"""What holds in an interpreter of its own: what is imported, what is not, and that no luck is in
it.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys

import pytest

from ecr_contracts.events.generate.hypothesis_plugin import NOT_VENDORED
from generators.layout import ROOT
from tests import oracle


def printed(program: str, **environment: str) -> list[str]:
    """The lines that a program prints, in a new interpreter that complains of nothing."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout.splitlines()


HEAVY_AFTER_EACH_IMPORT = """
import sys

HEAVY = ("hypothesis", "jsonschema", "jsonschema_rs", "pydantic", "pytest", "rich")


def loaded():
    return " ".join(name for name in HEAVY if name in sys.modules) or "nothing heavy"


from ecr_contracts.events.generate import cases
cases.edge_cases("scan")
cases.invalid_cases("scan")
print("cases:", loaded())

import ecr_contracts.events.models
print("models:", loaded())

import hypothesis
assert "ecr_contracts.events.generate.strategies" not in sys.modules
from hypothesis import strategies as st
print(st.from_type(ecr_contracts.events.models.PushDetail).map(type).validate())
assert "ecr_contracts.events.generate.strategies" in sys.modules
"""


def test_cases_and_models_load_little_and_models_are_registered_when_hypothesis_comes_later():
    """So that a fixture costs a consumer's tests next to nothing."""
    assert printed(HEAVY_AFTER_EACH_IMPORT) == ["cases: nothing heavy", "models: pydantic", "None"]


HYPOTHESIS_FIRST = """
import sys
import hypothesis

events = "ecr_contracts.events."
names = ["generate.strategies", "models", "generate.named", "compile.reader"]
heavy = ["pydantic", "jsonschema", "jsonschema_rs", *(events + name for name in names)]
print([name for name in heavy if name in sys.modules], events + "types" in sys.modules)
from ecr_contracts.types import PushEvent
print(hypothesis.strategies.from_type(PushEvent).validate(), "pydantic" in sys.modules)

import ecr_contracts.events.models
print(hypothesis.strategies.from_type(ecr_contracts.events.models.PushDetail).map(type).validate())
"""


def test_the_entry_point_of_hypothesis_costs_next_to_nothing_and_registers_models_that_come_later():
    assert printed(HYPOTHESIS_FIRST) == ["[] True", "None False", "None"]


VENDORED = """
import json, pathlib, sys
sys.modules.update(dict.fromkeys(["ecr_contracts", "generators", "hypothesis", "jsonschema"]))
from vendored import *
event = json.loads(pathlib.Path("event.json").read_text("utf-8"))
assert ScanEvent.from_event(event).to_event() == event
print(sorted(name for name in dir() if name.endswith("Event")))
"""


def test_the_vendored_models_need_pydantic_alone(tmp_path, monkeypatch):
    text = (ROOT / "ecr_contracts" / "events" / "models.py").read_text("utf-8")
    assert text.count(f"\n{NOT_VENDORED}\n") == 1
    (tmp_path / "vendored.py").write_text(text.partition(NOT_VENDORED)[0], "utf-8")
    (tmp_path / "event.json").write_bytes(oracle.sample("scan").read_bytes())
    monkeypatch.chdir(tmp_path)
    [names] = printed(VENDORED)
    assert {"DeleteEvent", "EcrEvent", "PushEvent", "ScanEvent"} < set(ast.literal_eval(names))
    assert len(ast.literal_eval(names)) == len(oracle.KINDS) + 1


DIGEST = """
import hashlib
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.generate import cases

ids = ["scan/failed+several-tags+digits-tag", "push/empty-digest+aws-cn+deep-repository"]
found = [cases.case(one) for one in ids]
for kind in kind_names():
    found += cases.invalid_cases(kind)
    for strength in (1, 2, 3):
        found += cases.edge_cases(kind, strength)
texts = [(case.id, case.text, getattr(case, "labels", 0)) for case in found]
print(len(texts), hashlib.sha256(repr(texts).encode()).hexdigest())
"""


@pytest.mark.long
def test_cases_and_arrays_do_not_depend_on_the_seed_of_hashing():
    found = {tuple(printed(DIGEST, PYTHONHASHSEED=seed)) for seed in ("0", "1", "4242")}
    assert len(found) == 1
    [(line,)] = found
    number, digest = line.split()
    assert int(number) > 300
    assert len(digest) == 64
