"""The example in JavaScript: what the naive handler gets wrong, and nothing in the mended one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ecr_contracts.engine.session import check
from tests.acceptance.causes import in_words, told

ROOT = Path(__file__).parents[2]
EXAMPLE = "examples/scan_to_topic_node"

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")


@pytest.mark.parametrize(
    ("target", "faults"),
    [
        (f"{EXAMPLE}/template.yaml:Notify", 2),
        pytest.param(f"{EXAMPLE}/naive.mjs:handler", 2, marks=pytest.mark.long),
        pytest.param(f"{EXAMPLE}/mended.mjs:handler", 0),
    ],
    ids=["function", "naive", "mended"],
)
def test_example(target, faults, monkeypatch):
    """Both faults are found at their lines, by the file and by the function of its template."""
    monkeypatch.chdir(ROOT)
    verdict = check(target, examples=0, strength=1)
    assert verdict.kinds == ("scan",)
    assert f"{EXAMPLE}/template.yaml:" in verdict.via_why
    lines = {
        (finding.exception, finding.location.source, in_words(told(finding.cause)))
        for finding in verdict.findings
        if finding.location is not None
    }
    assert len(lines) == len(verdict.findings) == faults, lines
    if faults:
        (tag,) = (one for one in lines if "tags[0].trim()" in one[1])
        (counts,) = (one for one in lines if "counts.CRITICAL > 0" in one[1])
        assert tag[0] == counts[0] == "TypeError"
        assert "image-tags" in tag[2]
        assert "finding-severity-counts absent" in counts[2]
