"""Sources in JavaScript, read as tokens and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.discovery.javascript.catches import CAUGHT, catches
from ecr_contracts.discovery.javascript.comparisons import comparisons
from ecr_contracts.discovery.javascript.tokens import Sort, tokens
from ecr_contracts.discovery.own_values import own_values
from ecr_contracts.discovery.purpose import purpose_of
from ecr_contracts.discovery.source.variables.environment import variables
from ecr_contracts.discovery.source.words import words_of
from ecr_contracts.discovery.target import Target, is_javascript


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


def written(tmp_path, body: str) -> Target:
    (tmp_path / "index.mjs").write_text(
        f"export const handler = async (event) => {{\n{body}\n}};\n"
    )
    return Target.parse(f"{tmp_path}/index.mjs:handler")


NAME, TAG = ("detail", "repository-name"), ("detail", "image-tag")


@pytest.mark.parametrize(
    ("body", "steps", "wanted", "needed"),
    [
        ("if (event.detail['repository-name'] !== 'a') return;", NAME, ("a",), True),
        ("const { detail } = event; if ('a' === detail['image-tag']) { return; }",
         TAG, ("a",), False),
        ("const { 'image-tag': t } = event.detail; if (!['a', 'b'].includes(t)) return;",
         TAG, ("a", "b"), True),
        ("const repo = event?.detail?.['repository-name']; if (repo === 'a') send(repo);",
         NAME, ("a",), None),
        ("const e = JSON.parse(event.body); if (e.source !== 'a' || no(e)) { log(1); return }",
         ("source",), ("a",), True),
        ("if (event.source !== 'a' && event.account !== 'b') return;", ("source",), ("a",), None),
        ("if (event.source !== 'a') { await send(event); return; }", ("source",), ("a",), None),
        ("switch (event.detail.result) { case 'a': return 1; default: }",
         ("detail", "result"), ("a",), None),
    ],
    ids=["unequal", "equal", "includes", "not-left", "either", "both", "does-more", "switch"],
)  # fmt: skip
def test_comparisons(tmp_path, body, steps, wanted, needed):
    """What is compared with a field is known, and whether nothing is done unless it holds."""
    first = comparisons(written(tmp_path, body))[0]
    assert (first.steps, first.texts, first.needed) == (steps, wanted, needed)


def test_compared_variables(tmp_path):
    """A variable that a field is compared with has the event's own value, or its beginning."""
    target = written(
        tmp_path,
        "if (event.detail['repository-name'] !== process.env.REPOSITORY) return;\n"
        "if (!event.detail['image-tag'].startsWith(process.env.PREFIX)) return;\n"
        "return Number(process.env.LIMIT) + (process.env.REGION_NAME || 'x');",
    )
    event = {"detail": {"repository-name": "shop/api", "image-tag": "release-1"}}
    found = {variable.name: variable for variable in variables(target, [event])}
    assert found["REPOSITORY"].form == "shop/api"
    assert found["PREFIX"].form
    assert "release-1".startswith(found["PREFIX"].form)
    assert found["LIMIT"].form == "10"
    assert found["REGION_NAME"].is_replaced
    own = own_values(target, {"REPOSITORY": "mine"})
    assert [one.is_with_base for one in own] == [False, True]
    assert own[0].lets_on({"detail": {"repository-name": "mine"}})
    assert not own[0].lets_on(event)


def test_function_of_a_template(tmp_path):
    """A function whose Runtime is Node's is its file, in whatever folder its Handler names."""
    (tmp_path / "src" / "dist").mkdir(parents=True)
    (tmp_path / "src" / "dist" / "index.js").write_text("exports.handler = async () => 1;")
    (tmp_path / "template.yaml").write_text(
        "Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        "      Runtime: nodejs22.x\n      CodeUri: src\n      Handler: dist/index.handler\n"
    )
    target = Target.parse(f"{tmp_path}/template.yaml:Fn")
    assert target.file == tmp_path / "src" / "dist" / "index.js"
    assert is_javascript(target)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("try { a() } catch (e) { console.error(e); }", [True]),
        ("try { a() } catch { return { body: JSON.stringify({}) }; } return 1;", [True]),
        ("for (const r of x) { try { a(r) } catch (e) { logger.warn(`${e}`) } } return 1;", [True]),
        ("await a().catch((e) => console.log(e));", [True]),
        ("a().catch(function (e) { callback(null, 'done'); });", [True]),
        ("try { a() } catch (e) { console.error(e.name, e.message); return null; }", [True]),
        ("try { a() } catch (e) { failures.push(e); }", [False]),
        ("try { a() } catch (e) { throw new Error('x'); }", [False]),
        ("try { a() } catch (e) { tag = 'none'; }", [False]),
        ("try { a() } catch (e) { console.log(e); } await b();", [False]),
        ("try { a() } catch (e) { callback(e); }", [False]),
        ("try { a() } catch (e) { if (e.name === 'NotFound') return; throw e; }", []),
        ("try { a() } catch (e) { if (!(e instanceof TypeError)) throw e; }", []),
        ("a().catch(console.error);", []),
        ("const text = `${catch_(1)} catch {`;", []),
    ],
    ids=range(15),
)
def test_catches(body, wanted):
    """It is known which places catch anything, and whether the event is lost with that."""
    source = f"export const handler = async (event, context, callback) => {{\n  {body}\n}};\n"
    places = catches(tokens(source), 7)
    assert [place.ends for place in places] == wanted
    for number, place in enumerate(places, 7):
        text = source
        for offset, insertion in sorted(place.insertions, reverse=True):
            text = text[:offset] + insertion + text[offset:]
        assert text.count("\n") == source.count("\n")
        assert f"{CAUGHT}(" in text
        assert f", {number})" in text


@pytest.mark.parametrize(
    ("body", "texts", "variable"),
    [
        ("const of = new Map([['a', 'x'], ['b', 'y']]); "
         "const s = of.get(event.detail['repository-name']); send({ value: event.detail.result });",
         ("a", "b"), ""),
        ("const of = new Set(['a', 'b']); if (!of.has(event.detail['repository-name'])) return;",
         ("a", "b"), ""),
        ("const of = { 'shop/api': 1, web: { a: 2 } }; "
         "const s = of[event.detail['repository-name']];",
         ("shop/api", "web"), ""),
        ("const of = { a: 1 }; if (!(event.detail['repository-name'] in of)) return;", ("a",), ""),
        ("const all = (process.env.REPOS || '').split(','); "
         "if (!all.includes(event.detail['repository-name'])) return;",
         (), "REPOS"),
        ("const c = { repos: process.env.REPOS.split(',') }; "
         "if (!c.repos.includes(event.detail['repository-name'])) return;",
         (), "REPOS"),
        ("const own = process.env.REPO || 'a'; "
         "if (event.detail['repository-name'] !== own) return;",
         ("a",), "REPO"),
        ("const { REPO = 'a' } = process.env; "
         "if (event.detail['repository-name'] !== REPO) return;",
         ("a",), "REPO"),
    ],
    ids=["map", "set", "table", "in-table", "list", "settings", "default", "pattern"],
)  # fmt: skip
def test_tables_lists_and_defaults(tmp_path, body, texts, variable):
    """The keys of a table are compared with, the items of a variable, and its default."""
    target = written(tmp_path, body)
    first = comparisons(target)[0]
    assert (first.steps, first.texts, first.variable) == (NAME, texts, variable)
    if variable == "REPOS":
        event = {"detail": {"repository-name": "shop/api"}}
        (read,) = variables(target, [event])
        assert (read.form, read.is_replaced) == ("shop/api", False)
        own = own_values(target, {"REPOS": "a, b"})
        assert own[0].lets_on({"detail": {"repository-name": "b"}})


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ('if (a === "DELETE") { gone(d); } else { kept(d["image-tag"]); }', ("delete", "push")),
        ('if (a === "DELETE") { return gone(d); } kept(d["image-tag"]);', ("delete", "push")),
        ('if (a === "DELETE") return gone(d); kept(d["image-tag"]);', ("delete", "push")),
        ('kept(a === "DELETE" ? null : d["image-tag"]);', ("delete", "push")),
        (
            'switch (a) { case "DELETE": return gone(d); default: kept(d["image-tag"]); }',
            ("delete", "push"),
        ),
        (
            'if (a === "PUSH") { kept(d["image-tag"]); } else { return gone(d); }',
            ("delete", "push"),
        ),
        (
            'if (a === "PUSH") { kept(d["image-tag"]); } else return { tag: d["image-tag"] };',
            ("delete", "push"),
        ),
        (
            'if (a === "PUSH") { kept(d["image-tag"]); }'
            ' else { return { statusCode: 400, body: JSON.stringify("no push") }; }',
            ("push",),
        ),
        ('if (a === "PUSH") { kept(d["image-tag"]); } else throw new Error(a);', ("push",)),
        ('if (a === "DELETE") { gone(d["image-tag"]); }', ("delete",)),
        ('if (a !== "DELETE") { return; } gone(d["image-tag"]);', ("delete",)),
        ('if (a === "DELETE") return; kept(d["image-tag"]);', ("push",)),
    ],
)
def test_the_branch_beside_an_action_is_for_the_others(tmp_path, body, kinds):
    start = "export const handler = async ({ detail: d }) => { const a = d['action-type'];"
    assert purpose(tmp_path, f"{start} {body} }};")[0].kinds == kinds
