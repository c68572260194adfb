"""The ways in which JavaScript reads its environment, and what it can do without."""

from __future__ import annotations

import pytest

from ecr_contracts.discovery.source.variables.environment import variables
from ecr_contracts.discovery.target import Target
from tests.rows import in_one_test


def read(folder, source):
    """The variables that a handler of a source reads, by their names."""
    file = folder / "index.js"
    file.write_text(f"{source}\nexports.handler = async (event) => {{}};\n")
    return {one.name: one for one in variables(Target.parse(f"{file}:handler"))}


NEEDED = [
    "const a = process.env.X;",
    "const a = process.env['X'];",
    "const { X } = process.env;",
    "const { X: topic, OTHER = 'b' } = process.env; send(topic);",
    "const env = process.env; const a = env.X;",
    "const { env } = require('process'); const a = env.X;",
    "import { env } from 'node:process'; const a = env.X;",
    "const a = process.env.X || '';",
    "const a = process.env.X ?? fail('X is missing');",
    "const a = process.env.X ?? (() => { throw new Error('X'); })();",
    "if (!process.env.X) throw new Error('X'); send(process.env.X);",
    "if (process.env.X === undefined) throw new Error('X');",
    "const a = process.env.X; if (a === 'b') send(a);",
    "const a = process.env.X.toLowerCase() === 'b';",
    "const a = process.env.X || process.env.OTHER;",
    "const NAME = 'X'; const a = process.env[NAME];",
    "const env = (name) => process.env[name] || fail(name); const a = env('X');",
    "function must(name) { const v = process.env[name]; if (!v) throw 1; return v; } must('X');",
    "switch (process.env.X) { case 'a': break; default: throw new Error('X'); }",
    "const a = process.env.X ? process.env.X.split(',') : undefined;",
    "module.exports = { topic: process.env.X };",
]
CAN_MISS = [
    "const a = process.env.X || 'b';",
    "const a = process.env.X ?? DEFAULT;",
    "const a = process.env['X'] ?? `b`;",
    "const { X = 'b' } = process.env;",
    "const { X: topic = 'b', OTHER } = process.env;",
    "const env = process.env; const a = env.X || 'b';",
    "const a = process.env.X || process.env.OTHER || 'b';",
    "const a = Number(process.env.X) || 5;",
    "const a = parseInt(process.env.X, 10) || 5;",
    "const a = Number.parseInt(process.env.X || '5', 10);",
    "const a = JSON.parse(process.env.X || '{}');",
    "const a = process.env.X?.split(',') ?? [];",
    "const a = process.env.X ? process.env.X : 'b';",
    "const a = process.env.X ? Number(process.env.X) : 10;",
    "const a = process.env.X !== undefined ? process.env.X : 'b';",
    "const a = process.env.X === undefined ? 'b' : process.env.X;",
    "const a = process.env.X; const b = a || 'b';",
    "let a = process.env.X; if (!a) { a = 'b'; } send(a);",
    "process.env.X ||= 'b'; send(process.env.X ?? 'b');",
    "const a = process.env.X === 'b';",
    "const a = 'b' !== process.env.X;",
    "const a = process.env.X?.toLowerCase() === 'b';",
    "const a = (process.env.X || '').toLowerCase() === 'b';",
    "const a = (process.env.X || '').split(',');",
    "const a = ['b', 'c'].includes(process.env.X);",
    "const a = process.env.X; if (a === 'b') send('c');",
    "switch (process.env.X) { case 'a': break; }",
    "const env = (name, instead) => process.env[name] || instead; const a = env('X', 'b');",
    "function env(name) { return process.env[name] || 'b'; } env('X');",
    "module.exports = { topic: process.env.X || 'b' };",
]


@in_one_test
@pytest.mark.parametrize("number", range(len(NEEDED)))
def test_needed(tmp_path, number):
    """What nothing stands for is made up."""
    assert not read(tmp_path, NEEDED[number])["X"].is_replaced


@in_one_test
@pytest.mark.parametrize("number", range(len(CAN_MISS)))
def test_can_miss(tmp_path, number):
    """What has a default, or is only compared, is not made up."""
    assert read(tmp_path, CAN_MISS[number])["X"].is_replaced


@pytest.mark.parametrize(
    ("source", "form"),
    [
        ("const a = process.env.X; new URL(a);", "https://placeholder.example.invalid/"),
        ("if (!process.env.X) stop();\nurl.parse(process.env.X);",
         "https://placeholder.example.invalid/"),
        ("const hooks = { dev: 'a', prod: 'b' }; const a = hooks[process.env.X];", "dev"),
        ("const a = parseInt(process.env.X, 10);", "10"),
        ("const a = process.env.X;", ""),
    ],
    ids=["URL", "parse", "table", "number", "any"],
)  # fmt: skip
def test_forms(tmp_path, source, form):
    """What is made up suits what it is used for."""
    assert read(tmp_path, source)["X"].form == form


def test_keys_are_no_names(tmp_path):
    """`process.env[name]` reads no variable of the name `name`."""
    assert read(tmp_path, "const all = (name) => process.env[name];") == {}
