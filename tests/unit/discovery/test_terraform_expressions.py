"""What Terraform's expressions give; the expected values are those of `terraform console`."""

from __future__ import annotations

import json
import re

import pytest

from ecr_contracts.core.limits import TERRAFORM_BYTES
from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.iac.stack import read_stack
from ecr_contracts.discovery.iac.terraform.module import Configuration, Module
from ecr_contracts.discovery.iac.terraform.values import (
    Either,
    Encoded,
    Partial,
    Unknown,
    plain_text,
    text_of,
)
from ecr_contracts.discovery.iac.values.known_values import UNKNOWN
from tests.writing import write

BASE = """
variable "repos" {
  type    = list(string)
  default = ["shop/api", "shop/web"]
}
variable "m" {
  default = { b = "2", a = "1" }
}
variable "n" {
  default = null
}
variable "yes" {
  default = true
}
variable "num" {
  default = 3
}
variable "objs" {
  default = [{ name = "x", on = true }, { name = "y", on = false }]
}
variable "env" {
  type = string
}
locals {
  s = "a-b-c"
}
"""

TEMPLATE = """hello ${name} %{ if on }on%{ else }off%{ endif } $${x}
%{ for i in items ~}
- ${i}
%{ endfor ~}
end"""


@pytest.fixture
def value(folder):
    """The value of an expression in a module."""
    write(folder, "t.tpl", TEMPLATE)

    def of(expression: str):
        write(folder, "main.tf", f"{BASE}locals {{\n  tested = {expression}\n}}\n")
        found, _ = Module(Configuration(folder), folder).named("local", ["tested"])
        return plain_text(found) if isinstance(found, Encoded) else found

    return of


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("var.repos[0]", "shop/api"),
        ("var.repos.0", "shop/api"),
        ("var.repos[*]", ["shop/api", "shop/web"]),
        ('var.m["b"]', "2"),
        ("var.objs[*].name", ["x", "y"]),
        ("var.objs.*.name", ["x", "y"]),
        ('[for k, v in var.m : "${k}=${v}"]', ["a=1", "b=2"]),
        ('[for r in var.repos : upper(r) if r != "shop/api"]', ["SHOP/WEB"]),
        ("{ for k, v in var.m : v => k }", {"1": "a", "2": "b"}),
        ("{ for o in var.objs : o.name => o.on... }", {"x": [True], "y": [False]}),
        ('{ "a" = 1, (local.s) : 3, "${local.s}x" = 4 }', {"a": 1, "a-b-c": 3, "a-b-cx": 4}),
        ('var.n == null ? "none" : "some"', "none"),
        ("!var.yes", False),
        ("1 + 2 * 3 - 4 / 2", 5),
        ("10 % 3", 1),
        ("-var.num", -3),
        ("var.num > 2 && var.num <= 3", True),
        ("var.num == 4 || false", False),
        ('"${var.num}"', 3),
        ('"a${var.num}b${true}"', "a3btrue"),
        (r'"quote \" and \\ and \n and \u00e9"', 'quote " and \\ and \n and é'),
        ('"$${x} %%{y}"', "${x} %{y}"),
        ('"%{ if var.yes }yes%{ endif }"', "yes"),
        (r'"%{ for r in var.repos }${r}\"q\",%{ endfor }x"', 'shop/api"q",shop/web"q",x'),
        ('format("%s-%d-%v", "a", 3, true)', "a-3-true"),
        ('format("%05d|%5s|%-5s|%q|%%", 42, "a", "b", "c")', '00042|    a|b    |"c"|%'),
        ('format("%.2f", 1.234)', "1.23"),
        ('formatlist("%s-%s", "x", ["a", "b"])', ["x-a", "x-b"]),
        ('join("-", ["a"], ["b", "c"])', "a-b-c"),
        ('split("/", var.repos[0])[1]', "api"),
        ('replace("a.b.c", ".", "-")', "a-b-c"),
        ('trim("?!a?!", "?!")', "a"),
        ('trimprefix("abc", "a")', "bc"),
        ('concat(["a"], ["b"], [])', ["a", "b"]),
        ("merge({ a = 1 }, { b = 2, a = 3 })", {"a": 3, "b": 2}),
        ("merge([{ a = 1 }, { b = 2 }]...)", {"a": 1, "b": 2}),
        ('flatten([["a"], [["b"], "c"]])', ["a", "b", "c"]),
        ('compact(["a", "", null, "b"])', ["a", "b"]),
        ('toset(["b", "a", "b"])', ["a", "b"]),
        ('setsubtract(["a", "b"], ["a"])', ["b"]),
        ('element(["a", "b"], 3)', "b"),
        ('lookup(var.m, "z", "d")', "d"),
        ('contains(var.repos, "shop/api")', True),
        ('coalesce(null, "", "x")', "x"),
        ('zipmap(["a", "b"], [1, 2])', {"a": 1, "b": 2}),
        ("range(5, 0, -2)", [5, 3, 1]),
        ('substr("hello", -3, -1)', "llo"),
        ('slice(["a", "b", "c"], 1, 2)', ["b"]),
        ("keys(var.m)", ["a", "b"]),
        ("values(var.m)", ["1", "2"]),
        ("tostring(3)", "3"),
        ('tonumber("3")', 3),
        ('try(var.m.zz, "dflt")', "dflt"),
        ("can(var.m.zz)", False),
        (r'jsondecode("{\"a\": [1]}").a', [1]),
        ("jsonencode({ b = [1, true, null], a : {} })", '{"a":{},"b":[1,true,null]}'),
        ('jsonencode("<&>")', r'"\u003c\u0026\u003e"'),
        (r'replace(jsonencode({ a = "<b" }), "\\u003c", "<")', '{"a":"<b"}'),
        ('dirname("a/b.py")', "a"),
        ('fileexists("t.tpl")', True),
        (
            'templatefile("t.tpl", { name = "n", on = var.yes, items = ["p", "q"] })',
            "hello n on ${x}\n- p\n- q\nend",
        ),
        ("<<EOF\na ${local.s}\n  b\nEOF", "a a-b-c\n  b\n"),
        ("<<-EOF\n    a\n      b ${local.s}\n    c\n    EOF", "a\n  b a-b-c\nc\n"),
        ("[1, 2] == [1, 2]", True),
        ('"a" != "b"', True),
        ("!var.yes ? 1 : 2", 2),
        ("1.5 + 1.5", 3),
        ('"${1.5}${2.0}${4}"', "1.524"),
        ('"<${try(var.n, 1) == null ? "" : "x"}>"', "<>"),
        ('{ if = 1, in = 2, null = 3 }["if"]', 1),
        ("alltrue([true, var.yes])", True),
        ('anytrue([false, "true"])', True),
        ('chomp("a\\n")', "a"),
        ("[floor(1.5), ceil(1.2), abs(-3), max(1, 2), min(1, 2), sum([1, 2])]", [1, 2, 3, 2, 1, 3]),
        ("coalescelist([], [1])", [1]),
        ("concat(range(2), range(1, 3))", [0, 1, 1, 2]),
        ('distinct(["b", "a", "b"])', ["b", "a"]),
        ('[one([]), one(["a"])]', [None, "a"]),
        ('setunion(["b"], ["a"])', ["a", "b"]),
        ('setintersection(["b", "a"], ["a"])', ["a"]),
        ('[length("abc"), length(var.m), length([])]', [3, 2, 0]),
        ('[sort(["b", "a"]), reverse([1, 2])]', [["a", "b"], [2, 1]]),
        ('index(["a", "b"], "b")', 1),
        (
            '[startswith("ab", "a"), endswith("ab", "a"), strcontains("ab", "b")]',
            [True, False, True],
        ),
        ('[title("a b"), trimspace(" a "), trimsuffix("ab", "b")]', ["A B", "a", "a"]),
        ('split("", "ab")', ["a", "b"]),
        ('base64encode("abc")', "YWJj"),
        ('[tobool("false"), tonumber("1.5"), tonumber(2)]', [False, 1.5, 2]),
        ('nonsensitive(sensitive("a"))', "a"),
        ("jsondecode(jsonencode({ a = 1 }))", {"a": 1}),
        ("jsonencode(jsonencode({ a = 1 }))", r'"{\"a\":1}"'),
        ('lower("<${jsonencode(["A"])}>")', '<["a"]>'),
        ("can(jsondecode(var.repos[9]))", False),
        ("can(1 / 0)", False),
        ('can("a" < "b")', False),
        ("can(tobool(3))", False),
        ('try(coalesce("", null), "x")', "x"),
        ('lookup(var.m, "a")', "1"),
        ('replace("abc123", "/[0-9]+/", "x")', "abcx"),
        ('regex("[a-z]+", "123abc")', "abc"),
        ('regex("([a-z])(.)", "123abc")', ["a", "b"]),
        ('regex("(?P<x>[a-z])", "123abc")', {"x": "a"}),
        (r'regexall("\\*", "v*")', ["*"]),
        ('regexall("z", "v*")', []),
        ('can(regex("z", "v*"))', False),
    ],
)
def test_an_expression_gives_what_terraform_makes_of_it(value, expression, expected):
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("var.env", UNKNOWN),
        ('"${var.env}-app"', f"{UNKNOWN}-app"),
        ('lower("${var.env}-APP")', f"{UNKNOWN}-app"),
        ('join("-", ["a", var.env])', f"a-{UNKNOWN}"),
        ('format("%s-%s", var.env, "x")', f"{UNKNOWN}-x"),
        ("<<EOF\n${var.env}\nEOF", f"{UNKNOWN}\n"),
        ('replace(var.env, "a", "b")', UNKNOWN),
        ("var.m.zz", UNKNOWN),
        ("zork(1)", UNKNOWN),
        ("provider::aws::arn_parse(local.s)", UNKNOWN),
        ('file("nowhere.json")', UNKNOWN),
        ("var.nobody", UNKNOWN),
        ("data.aws_ssm_parameter.x.value", UNKNOWN),
        ("local.s.x", UNKNOWN),
        ('join("-", local.s)', UNKNOWN),
        ("[for x in var.env : x]", UNKNOWN),
        ("{ for x in var.env : x => x }", UNKNOWN),
        ("concat(var.env...)", UNKNOWN),
        ("file(var.env)", UNKNOWN),
        ("fileexists(var.env)", UNKNOWN),
        ('file("t.tpl\\u0000")', UNKNOWN),
        ('file(".")', UNKNOWN),
        ('templatefile("t.tpl", var.env)', UNKNOWN),
        ('"%{ for x in var.env }${x}%{ endfor }"', UNKNOWN),
        ("var.env[*].x", UNKNOWN),
        ("var.repos[var.env]", UNKNOWN),
        ("-var.env", UNKNOWN),
        ("!var.env", UNKNOWN),
        ("var.env + 1", UNKNOWN),
        ('replace("a", "/([a-z])/", "$1")', UNKNOWN),
        ('replace("a", "/(/", "")', UNKNOWN),
        ('regex("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")', UNKNOWN),
        ('regexall("a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")', UNKNOWN),
        ('contains([var.env], "x")', UNKNOWN),
        ('format("%5d", var.env)', UNKNOWN),
        ("jsondecode(var.env)", UNKNOWN),
        ("terraform.workspace", UNKNOWN),
        ("data.terraform_remote_state.x.outputs.arn", UNKNOWN),
        ("module.nothing.arn", UNKNOWN),
        ("nothing", UNKNOWN),
        ("var", UNKNOWN),
    ],
)
def test_what_only_a_deployment_knows_is_unknown(value, expression, text):
    found = value(expression)
    parts = found.parts if isinstance(found, Partial) else (found,)
    assert "".join(part.form if isinstance(part, Unknown) else part for part in parts) == text


@pytest.mark.parametrize(
    ("expression", "options"),
    [
        ('var.env == "prod" ? "a" : "b"', ("a", "b")),
        ('"x-${var.env == "prod" ? "a" : "b"}"', ("x-a", "x-b")),
        ('upper(var.env == "prod" ? "a" : "b")', ("A", "B")),
        ('var.env == "prod" && var.yes ? ["a"] : []', (["a"], [])),
        ('var.env == "prod" ? "a" : (var.env == "test" ? "b" : "a")', ("a", "b")),
        ('"%{ if var.env == "x" }a%{ else }b%{ endif }"', ("a", "b")),
        ('(var.env == "x" ? { k = "a" } : { k = "b" }).k', ("a", "b")),
        ('var.env == "x" ? var.m.zz : "b"', (Unknown(), "b")),
    ],
)
def test_both_values_stay_where_a_condition_is_unknown(value, expression, options):
    assert value(expression) == Either(options)


def test_a_choice_of_very_many_values_is_unknown(value):
    parts = "".join('${var.env == "x" ? "a" : "b"}' for _ in range(5))
    assert value(f'"{parts}"') == Unknown()


def test_an_object_without_a_key_that_is_known_is_left_out(value):
    assert value('{ "a" = 1, (var.env) = 2 }') == {"a": 1}
    assert value("{ for r in [var.env, var.repos[0]] : r => 1 }") == {"shop/api": 1}


def test_json_with_unknown_values_has_stand_ins_where_text_is_wanted(folder):
    text = '{ a = [var.x], hook_url = var.x, c = var.x == "" ? 1 : 2, d = "x-${var.x}" }'
    write(folder, "main.tf", 'variable "x" {}\n' + FUNCTION % f"jsonencode({text})")
    (function,) = read_stack(folder / "main.tf").functions
    assert json.loads(function.environment["X"]) == {
        "a": ["placeholder"],
        "hook_url": "https://example.invalid/hook-url",
        "c": 1,
        "d": "x-placeholder",
    }


@pytest.mark.parametrize(
    "expression", ['var.env == "x" || true', 'true || var.env == "x"', '!(var.env == "x" && false)']
)
def test_a_condition_may_be_known_by_one_side(value, expression):
    assert value(f'{expression} ? "a" : "b"') == "a"


@pytest.mark.parametrize(
    ("name", "text"), [("HOOK_URL", "https://example.invalid/hook-url"), ("X", "placeholder")]
)
def test_an_unknown_variable_has_a_value_of_the_form_of_its_name(value, name, text):
    assert text_of(value("var.env"), name) == text


# Bad input
# --------------------------------------------------------------------------------------------------


def chain(form: str, count: int = 60) -> str:
    """Locals each of which takes the one before it, as `{0}`, twice."""
    lines = [f"  a{number + 1} = {form.format(f'local.a{number}')}" for number in range(count)]
    return "\n".join(["locals {", '  a0 = "aaaaaaaaaa"', *lines, "}"])


FUNCTION = """
resource "aws_lambda_function" "f" {
  handler = "a.b"
  environment {
    variables = { X = %s }
  }
}
"""


@pytest.mark.parametrize(
    ("locals_", "tested"),
    [
        (chain('"${{{0}}}${{{0}}}"'), "local.a60"),
        (chain("[{0}, {0}]"), "jsonencode(local.a60)"),
        (chain("[{0}, {0}]"), "local.a60 == local.a59"),
        (chain('var.x ? "a${{{0}}}" : "b${{{0}}}"'), "local.a60"),
        ("locals {\n  a = 99999999999999999999999999999999 * 2\n}", "local.a"),
        ("", "range(1000000000)"),
        ("", 'file("/dev/zero")'),
    ],
)
def test_what_grows_without_end_is_unknown(folder, locals_, tested):
    write(folder, "main.tf", locals_ + FUNCTION % tested)
    (function,) = read_stack(folder / "main.tf").functions
    assert len(function.environment["X"]) < 1000


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("locals {\n  a = " + "(" * 3000 + "1" + ")" * 3000 + "\n}\n", "too deeply nested"),
        ("locals {\n  a = " + "[" * 300 + "1" + "]" * 300 + "\n}\n", "too deeply nested"),
        ("a {\n" * 1500 + "}\n" * 1500, "too deeply nested"),
        (
            "locals {\n  a = [for i in range(2000) : [for j in range(2000) : i * j]]\n}\n",
            "main.tf:9: its expressions take too long to evaluate",
        ),
        ("locals {\n  a = <<EOF\nx\n${var.y\nEOF\n}\n", "main.tf:11: ${ or %{ is not closed"),
        ("locals {\n  a = <<EOF\n%{ if true }x\nEOF\n}\n", "main.tf:10: %{ endif } is missing"),
        ("locals {\n  a = <<EOF\n\n%{ what }x\nEOF\n}\n", "main.tf:11: %{ what } is no directive"),
        ("locals {\n  a = <<EOF\nx%{ endif }\nEOF\n}\n", "%{ endif } has no beginning"),
        ("locals {\n  a = <<EOF\nx\n${1 +}\nEOF\n}\n", "main.tf:11: it is not HCL"),
        ('locals {\n  a = "abc\n}\n', "main.tf:9: it is not HCL: it ends too early"),
        ("locals {\n", "main.tf:9: it is not HCL: it ends too early"),
        ("x = \0\n", "main.tf:8: it is not HCL"),
        (
            "# aws_lambda\n" + "a = 1\n" * 200_000,
            f"more than {TERRAFORM_BYTES:,} bytes",
        ),
    ],
    ids=range(13),
)
def test_what_cannot_be_evaluated_is_one_clear_line(folder, text, problem):
    assert FUNCTION.count("\n") == 7
    write(folder, "main.tf", FUNCTION % "local.a" + text)
    with pytest.raises(TemplateError, match=re.escape(problem)):
        read_stack(folder / "main.tf")


def test_a_file_that_is_no_text_is_refused(folder):
    (folder / "main.tf").write_bytes(b"\xff\xfe\0")
    with pytest.raises(TemplateError, match=r"main\.tf: it is not UTF-8"):
        read_stack(folder / "main.tf")


def test_a_large_file_beside_the_module_is_left_out(folder):
    write(folder, "big.tf", "# aws_lambda\n" + "a = 1\n" * 200_000)
    write(folder, "broken.tf", "resource {{{")
    write(folder, "main.tf", FUNCTION % '"x"')
    (function,) = read_stack(folder / "main.tf").functions
    assert function.environment == {"X": "x"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("locals {\n  a = local.b\n  b = [local.a]\n}\n", "local.a"),
        ('variable "a" {\n  default = var.a\n}\nlocals {\n  a = var.a\n}\n', "var.a"),
        (
            'locals {\n  a = aws_sqs_queue.a.name\n}\nresource "aws_sqs_queue" "a" {\n'
            "  name = aws_sqs_queue.a.name\n}\n",
            "aws_sqs_queue.a.name",
        ),
        ('resource "aws_sqs_queue" "a" {\n  for_each = aws_sqs_queue.a\n}\n', "aws_sqs_queue.a"),
    ],
)
def test_what_refers_to_itself_is_refused(folder, text, name):
    write(folder, "main.tf", text + FUNCTION % "local.a")
    problem = re.escape(f"{name} refers to itself")
    with pytest.raises(TemplateError, match=rf"main\.tf:\d+: {problem}\n  break the circle"):
        read_stack(folder / "main.tf")


def test_a_text_that_replacing_makes_too_long_is_not_known(value):
    a, b = "a" * 2_000, "b" * 2_000
    assert value(f'replace("{a}", "a", "b")') == "b" * 2_000
    assert isinstance(value(f'replace("{a}", "a", "{b}")'), Unknown)
    assert isinstance(value(f'replace("{"a" * 200}", "/a/", "{b}")'), Unknown)
