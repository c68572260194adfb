"""Sources in JavaScript, read as tokens and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.discovery.javascript.tokens import Sort, tokens
from ecr_contracts.discovery.purpose import purpose_of
from ecr_contracts.discovery.source.words import words_of
from ecr_contracts.discovery.target import Target


def texts(source: str) -> list[str]:
    return [token.text for token in tokens(source) if token.sort is Sort.TEXT]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("a['image-tag'] // 'no'", ["image-tag"]),
        ('/* "no" */ "yes"', ["yes"]),
        ("if (/[\"'/]/.test(x)) y('z')", ["z"]),
        ("a / b / 'c'", ["c"]),
        ("`at ${x['k']} end`", ["at ", " end", "k"]),
        (r"'it\'s' + '\u0041'", ["it's", "A"]),
        ("'broken\n'", []),
    ],
)
def test_texts(source, wanted):
    """Texts are found between comments, expressions and templates."""
    assert texts(source) == wanted


@given(st.text(max_size=200))
def test_any_text_has_tokens(source):
    """Whatever a file holds, its tokens can be read, and stand in its lines, in their order."""
    lines = [token.line for token in tokens(source)]
    assert all(1 <= line <= source.count("\n") + 1 for line in lines)


def purpose(tmp_path, source: str):
    (tmp_path / "index.mjs").write_text(source)
    target = Target.parse(f"{tmp_path}/index.mjs:handler")
    return purpose_of(target), words_of(target)


@pytest.mark.parametrize(
    ("source", "envelope"),
    [
        ("export const handler = async (event) => event.detail;", "lambda"),
        ("export const handler = async ({ Records }) => JSON.parse(Records[0].body);", "sqs"),
        ("exports.handler = function (e) { e.Records.map((r) => r.Sns.Message) };", "sns"),
        ("export const handler = async (list) => { for (const m of list) m.body; };", "pipe-sqs"),
        ("export async function handler(event) { return event.awslogs.data; }", "logs"),
    ],
)
def test_envelopes(tmp_path, source, envelope):
    """The envelope is told by what the handler reads."""
    assert purpose(tmp_path, source)[0].envelope == envelope


def test_kinds_and_files_beside(tmp_path):
    """The kinds are told by texts, those of imported files too; what is only logged is known."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "counts.mjs").write_text(
        "export const worst = (d) => d['finding-severity-counts'].CRITICAL;"
    )
    told, words = purpose(
        tmp_path,
        "import { worst } from './lib/counts.mjs';\n"
        "export const handler = async (event) => {\n"
        "  if (event.detail['scan-status'] === 'FAILED') { return; }\n"
        "  console.log('done');\n"
        "  return worst(event.detail);\n"
        "};\n",
    )
    assert told.kinds == ("scan",)
    assert words.logged == {"done"}
    assert words.turned_away == {"FAILED"}
    assert words.event.whole == {"detail"}
