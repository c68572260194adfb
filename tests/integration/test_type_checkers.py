"""Type checkers know the generated classes: mypy reads one sample of right and of wrong uses."""

from __future__ import annotations

import os

import pytest
from mypy import api as mypy

from generators.layout import ROOT

SAMPLE = """
from typing import assert_type

from hypothesis.strategies import SearchStrategy

from ecr_contracts import models, named, types

def right(
    push: types.PushEvent,
    any_event: types.EcrEvent,
    one_of_two: types.PushEvent | types.ScanEvent,
    scan: models.ScanEvent,
) -> str:
    assert_type(push["detail"].get("image-tag"), str | None)
    assert_type(any_event["region"], str)
    assert_type(one_of_two["detail"]["repository-name"], str)
    assert_type(named.push_events(), SearchStrategy[types.PushEvent])
    assert_type(scan.detail.image_tags, list[str] | None)
    counts = models.ScanEvent.from_event({}).detail.finding_severity_counts
    assert_type(counts, models.FindingSeverityCounts | None)
    models.PushDetail(
        result="SUCCESS", repository_name="my-repo", action_type="PUSH", image_tag="latest"
    )
    return push["detail"]["repository-name"]

def wrong(push: types.PushEvent, scan: models.ScanEvent) -> None:
    push["detail"]["image_tag"]  # typeddict-item
    push["detail"]["action-type"] = "PULL"  # typeddict-item
    scan.detail.image_tag  # attr-defined
    models.PushDetail(result=1, repository_name="my-repo", action_type="PUSH")  # arg-type
    models.PushDetail(repository_name="my-repo", action_type="PUSH")  # call-arg
"""


@pytest.mark.long
def test_type_checkers_know_the_classes(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    (tmp_path / "sample.py").write_text(SAMPLE, "utf-8")
    options = ["--strict", "--no-error-summary", "--hide-error-context", "--cache-dir", os.devnull]
    complaints, problem, _ = mypy.run([*options, str(tmp_path / "sample.py")])
    wanted = {
        (number, line.split("# ")[1])
        for number, line in enumerate(SAMPLE.splitlines(), 1)
        if "# " in line
    }
    found = {
        (int(line.split(":")[1]), line.rpartition("[")[2].rstrip("]"))
        for line in complaints.splitlines()
        if ": error: " in line
    }
    assert found == wanted, complaints + problem
