"""The example in JavaScript: what the naive handler gets wrong, and nothing in the mended one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ecr_contracts.core.errors import SetupError
from ecr_contracts.engine.session import check
from tests.acceptance.causes import in_words, told
from tests.rows import keeping

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


@keeping(lambda body, *_: ".detail;" in body or "event.detial" in body)
@pytest.mark.parametrize(
    ("body", "via", "told_of"),
    [
        ("return JSON.parse(event.body).detail;", (), 'it looks for "body"'),
        ("for (const r of event.Records) JSON.parse(r.body);", "lambda", "--via sqs"),
        ("return event.detail['repository-name'].trim();", "sqs", "--via lambda"),
        ("return structuredClone(event).detial.result;", (), None),
        ("return event.detial.result;", (), None),
    ],
    ids=["gateway", "queue", "bare", "copied", "misspelt"],
)
def test_what_is_given_something_else_is_no_finding(tmp_path, body, via, told_of, monkeypatch):
    """It is said what the handler reads and how it is given that; a misspelt key is a finding."""
    monkeypatch.chdir(tmp_path)
    Path("index.mjs").write_text(f"export const handler = async (event) => {{ {body} }};\n")

    def judged():
        return check("index.mjs:handler", kinds="push", via=via, examples=0, strength=1)

    if told_of is None:
        assert [finding.check for finding in judged().findings] == ["raises"]
        return
    with pytest.raises(SetupError) as told_error:
        judged()
    assert told_of in str(told_error.value)
    assert "export const adapter = (event, context) =>" in str(told_error.value)


@pytest.mark.parametrize(
    ("test", "is_said"),
    [("return", True), ("console.log(1)", False)],
    ids=["turns-back", "goes-on"],
)
def test_no_event_gets_to_a_call(test, is_said, tmp_path):
    """Where no event gets to a call that the code has, that is said: nothing of it was tried."""
    (tmp_path / "index.mjs").write_text(
        "import { SNS } from '@aws-sdk/client-sns';\n"
        "const ours = (name) => name.length > 9999;\n"
        "export const handler = async (event) => {\n"
        f"  if (!ours(event.detail['repository-name'])) {test};\n"
        "  await new SNS({}).publish({ TopicArn: 'arn:aws:sns:us-east-1:123456789012:t',\n"
        "    Message: JSON.stringify(event.detail) });\n"
        "};\n"
    )
    verdict = check(f"{tmp_path}/index.mjs:handler", kinds=["push"], examples=0, strength=1)
    said = any("no event got to a call" in note for note in verdict.notes)
    assert said is is_said
