"""Templates, rules, Terraform and configurations that multiply, nest, loop or lead elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.integration.hostile.rows import Input

BIG = "x" * 300_000


def _template(properties: str, head: str = "", command: str = "check") -> Input:
    """A template with a function."""
    text = (
        f"{head}\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        f"      Handler: app.handler\n      Runtime: python3.12\n      CodeUri: .\n{properties}"
    )
    words = ("rules", "t.yaml") if command == "rules" else (command, "t.yaml:Fn", "--kind", "push")
    return Input((*words, *(("--timeout", "1") if command == "check" else ())), {"t.yaml": text})


def _rule(pattern: Any, command: str = "rules") -> Input:
    """A pattern in a file of its own."""

    def text() -> str:
        made = pattern() if callable(pattern) else pattern
        return made if isinstance(made, str) else json.dumps(made)

    if command == "check":
        return Input(
            ("check", "app.py:handler", "--kind", "push", "--rule", "r.json"), {"r.json": text}
        )
    return Input(("rules", "r.json"), {"r.json": text})


def _variable(value: str, head: str = "") -> Input:
    return _template(f"      Environment:\n        Variables:\n          X: {value}\n", head)


def _terraform(text: str | Callable[[], str]) -> Input:
    def whole() -> str:
        made = text() if callable(text) else text
        return (
            'resource "aws_cloudwatch_event_rule" "r" {\n  name = "r"\n'
            "  event_pattern = local.p\n}\n" + made
        )

    return Input(("rules", "main.tf"), {"main.tf": whole})


def _locals(text: str) -> Input:
    return _terraform("locals {\n" + text + "\n}\n")


def _serverless(text: str, **files: Any) -> Input:
    head = (
        "service: s\nprovider: {name: aws, runtime: python3.12}\nfunctions:\n  f:\n"
        "    handler: app.handler\n    events:\n      - eventBridge:\n"
        "          pattern: {source: [aws.ecr], detail: '${self:custom.p}'}\n"
    )
    return Input(("rules", "serverless.yml"), {"serverless.yml": head + text, **files})


ECR = {"source": ["aws.ecr"]}


def _nested_or(levels: int, width: int) -> Any:
    inner: Any = {"detail": {"result": ["SUCCESS"]}}
    for _ in range(levels):
        inner = {"$or": [inner] * width}
    return {**ECR, **inner}


def _nested_detail(levels: int) -> str:
    return '{"source": ["aws.ecr"], "detail": ' + '{"a":' * levels + '["x"]' + "}" * levels + "}"


def _of(condition: Any) -> Any:
    return {**ECR, "detail": {"repository-name": condition}}


_DOUBLING = "\n".join(
    ['  v0 = "xxxxxxxxxx"']
    + [f'  v{i} = "${{local.v{i - 1}}}${{local.v{i - 1}}}"' for i in range(1, 40)]
)

ROWS: dict[str, Input] = {
    # functions of templates
    "join-of-large": _variable(
        "{'Fn::Join': ['', [" + ", ".join(["*b"] * 20_000) + "]]}", f"Metadata: {{b: &b {BIG}}}"
    ),
    "join-of-joins": _variable(
        "*j5",
        "Metadata:\n  j0: &j0 {'Fn::Join': ['', ["
        + ", ".join(["x" * 100] * 10)
        + "]]}\n"
        + "".join(
            f"  j{i}: &j{i} {{'Fn::Join': ['', [{', '.join([f'*j{i - 1}'] * 8)}]]}}\n"
            for i in range(1, 6)
        ),
    ),
    "sub-of-large": _variable(
        "!Sub ['" + "${b}" * 20_000 + "', {b: *b}]", f"Metadata: {{b: &b {BIG}}}"
    ),
    "sub-of-parameter": _variable(
        "!Sub '" + "${P}" * 20_000 + "'",
        f"Parameters: {{P: {{Type: String, Default: {BIG}}}}}",
    ),
    "sub-not-closed": _variable("!Sub '" + "${" * 50_000 + "'"),
    "split-of-large": _variable("!Select [0, !Split [x, *b]]", f"Metadata: {{b: &b {BIG}}}"),
    "select-far": _variable("!Select [99999999999999999999, [a]]"),
    "select-negative": _variable("!Select [-1, [a]]"),
    "base64-of-large": _variable("{'Fn::Base64': *b}", f"Metadata: {{b: &b {BIG}}}"),
    "cidr": _variable("!Cidr [0.0.0.0/0, 1000000000, 1]"),
    "length": _variable("{'Fn::Length': *b}", f"Metadata: {{b: &b {BIG}}}"),
    "find-in-map-of-itself": _variable(
        "!FindInMap [!FindInMap [A, B, C], !FindInMap [A, B, C], !FindInMap [A, B, C]]"
    ),
    "if-of-ifs": _variable(
        "!If [C, " * 80 + "a" + ", b]" * 80, "Conditions: {C: !Equals [!Ref 'AWS::Region', x]}"
    ),
    "conditions-in-a-circle": _variable(
        "!If [C, a, b]", "Conditions: {C: !Not [Condition: D], D: !Not [Condition: C]}"
    ),
    "conditions-in-a-chain": _variable(
        "!If [C3000, a, b]",
        "Conditions:\n  C0: !Equals [a, a]\n"
        + "".join(f"  C{i}: !Not [Condition: C{i - 1}]\n" for i in range(1, 3001)),
    ),
    "conditions-that-multiply": _variable(
        "!If [C25, a, b]",
        "Conditions:\n  C0: !Equals [!Ref 'AWS::Region', a]\n"
        + "".join(
            f"  C{i}: !And [Condition: C{i - 1}, Condition: C{i - 1}]\n" for i in range(1, 26)
        ),
    ),
    "parameters-in-a-circle": _variable(
        "!Ref P", "Parameters: {P: {Type: String, Default: !Ref P}}"
    ),
    "parameters-are-no-mapping": _variable("!Ref P", "Parameters: [P]"),
    "globals-are-no-mapping": _variable("x", "Globals: [Function]"),
    "foreach": _variable(
        "x", "Transform: AWS::LanguageExtensions\nOutputs: {'Fn::ForEach::A': [I, !Ref P, {}]}"
    ),
    "transform-is-a-number": _variable("x", "Transform: 3"),
    "environment-is-a-list": _template("      Environment: [A, B]\n"),
    "variable-is-a-list": _variable("[1, 2]"),
    "handler-is-a-list": _template("      Handler: [app, handler]\n"),
    "code-is-a-device": Input(
        ("check", "t.yaml:Fn", "--kind", "push"),
        {
            "t.yaml": "Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n"
            "      {Handler: zero.handler, Runtime: python3.12, CodeUri: /dev}\n"
        },
    ),
    "inline-code-deep": _template("      InlineCode: |\n        x = " + "(" * 5000 + ")" * 5000),
    "inline-code-large": _template("      InlineCode: |\n" + "        x = 1\n" * 20_000),
    "functions-by-the-thousand": Input(
        ("check", "t.yaml", "--kind", "push"),
        {
            "t.yaml": lambda: (
                "Resources:\n"
                + "".join(
                    f"  F{i}: {{Type: AWS::Lambda::Function, Properties: {{Handler: app.handler, "
                    f"Runtime: python3.12}}}}\n"
                    for i in range(4000)
                )
            )
        },
    ),
    "rules-by-the-dozen": Input(
        ("rules", "t.yaml"),
        {
            "t.yaml": lambda: (
                "Resources:\n"
                + "".join(
                    f"  R{i}: {{Type: AWS::Events::Rule, Properties: "
                    f"{{EventPattern: {{source: [aws.ecr], detail: {{result: [R{i}]}}}}}}}}\n"
                    for i in range(24)
                )
            )
        },
    ),
    "targets-by-the-thousand": Input(
        ("rules", "t.yaml"),
        {
            "t.yaml": lambda: (
                "Resources:\n  R: {Type: AWS::Events::Rule, Properties: "
                "{EventPattern: {source: [aws.ecr]}, Targets: ["
                + "{Id: x, Arn: !GetAtt Fn.Arn}, " * 5000
                + "]}}\n  Fn: {Type: AWS::Lambda::Function, Properties: {Handler: app.handler}}\n"
            )
        },
    ),
    "pattern-of-ifs": Input(
        ("rules", "t.yaml"),
        {
            "t.yaml": "Conditions:\n"
            + "".join(f"  C{i}: !Equals [!Ref P{i}, a]\n" for i in range(30))
            + "Parameters:\n"
            + "".join(f"  P{i}: {{Type: String}}\n" for i in range(30))
            + "Resources:\n  R: {Type: AWS::Events::Rule, Properties: {EventPattern: "
            "{source: [aws.ecr], detail: {repository-name: ["
            + ", ".join(f"!If [C{i}, a{i}, b{i}]" for i in range(30))
            + "]}}}}\n"
        },
    ),
    "pattern-of-aliases": Input(
        ("rules", "t.yaml"),
        {
            "t.yaml": "a: &a [" + ", ".join(f"v{i}" for i in range(1000)) + "]\nResources:\n"
            "  R: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [aws.ecr], "
            "detail: {" + ", ".join(f"k{i}: *a" for i in range(150)) + "}}}}\n"
        },
    ),
    "dockerfile-is-a-folder": Input(
        ("check", "t.yaml:Fn", "--kind", "push"),
        {
            "t.yaml": "Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n"
            "    Properties: {PackageType: Image}\n"
            "    Metadata: {DockerContext: ., Dockerfile: /dev/zero}\n"
        },
    ),
    # patterns
    "pattern-deep": _rule(lambda: _nested_detail(5000)),
    "pattern-90-deep": _rule(_nested_detail(90)),
    "pattern-of-many-values": _rule(lambda: _of([f"value-{i}" for i in range(100_000)])),
    "pattern-of-many-keys": _rule(
        lambda: {**ECR, "detail": {f"k{i}": ["x"] for i in range(20_000)}}
    ),
    "pattern-of-many-prefixes": _rule(
        lambda: _of([{"prefix": f"value-{i}"} for i in range(5_000)])
    ),
    "pattern-of-many-wildcards": _rule(lambda: _of([{"wildcard": f"*{i}*"} for i in range(500)])),
    "wildcard-of-stars": _rule(_of([{"wildcard": "*a" * 100}])),
    "wildcard-long": _rule(lambda: _of([{"wildcard": "a" * 100_000 + "*"}])),
    "wildcards-that-backtrack": _rule(_of([{"wildcard": "*a" * 30 + "*b"}]), "check"),
    "anything-but-of-many": _rule(lambda: _of([{"anything-but": [f"v{i}" for i in range(500)]}])),
    "anything-but-of-thousands": _rule(
        lambda: _of([{"anything-but": [f"v{i}" for i in range(20_000)]}])
    ),
    "anything-but-of-a-thousand": _rule(
        lambda: _of([{"anything-but": [f"v{i}" for i in range(1_000)]}])
    ),
    "anything-but-of-wildcards": _rule(
        _of([{"anything-but": {"wildcard": [f"*a{i}*b{i}*c" for i in range(20)]}}])
    ),
    "anything-but-of-entangled-wildcards": _rule(
        _of([{"anything-but": {"wildcard": [f"*{i}*{i}*{i}*" for i in "abcdef"]}}])
    ),
    "numeric-large": _rule(_of([{"numeric": [">", 10**400]}])),
    "numeric-nan": _rule('{"source": ["aws.ecr"], "detail": {"x": [{"numeric": [">", NaN]}]}}'),
    "numeric-many": _rule(lambda: _of([{"numeric": ["=", i]} for i in range(10_000)])),
    "cidr-wrong": _rule(_of([{"cidr": "999.0.0.0/99"}])),
    "operator-unknown": _rule(_of([{"regex": "(a+)+$"}])),
    "operator-deep": _rule(
        lambda: '{"source": [' + '{"anything-but":' * 3000 + '"x"' + "}" * 3000 + "]}"
    ),
    "or-deep": _rule(_nested_or(40, 1)),
    "or-that-multiplies": _rule(_nested_or(6, 6)),
    "or-wide": _rule(lambda: _nested_or(1, 5000)),
    "or-of-nothing": _rule({**ECR, "$or": []}),
    "or-beside-or": _rule(
        {
            **ECR,
            "detail": {f"k{i}": {"$or": [{"a": ["1"]}, {"b": ["2"]}]} for i in range(12)},
        }
    ),
    "or-behind-a-rule": _rule(
        {
            **ECR,
            "$or": [
                {"detail": {"repository-name": [{"prefix": f"p{i}"}], "result": ["SUCCESS"]}}
                for i in range(200)
            ],
        },
        "check",
    ),
    "values-behind-a-rule": _rule(lambda: _of([f"v{i}" for i in range(50_000)]), "check"),
    "prefixes-behind-a-rule": _rule(
        lambda: _of([{"prefix": f"v{i}-"} for i in range(3_000)]), "check"
    ),
    "pattern-value-of-a-megabyte": _rule(lambda: _of(["x" * 1_000_000])),
    "pattern-key-of-a-megabyte": _rule(lambda: {**ECR, "x" * 1_000_000: ["x"]}),
    "pattern-with-controls": _rule(_of(["\u202e\x1b[31m\x9b\n\ud800"])),
    "pattern-is-a-text": _rule('"text"'),
    "pattern-of-texts": _rule({"source": "aws.ecr"}),
    "pattern-empty-list": _rule({"source": []}),
    "pattern-of-lists": _rule({"source": [["aws.ecr"]]}),
    # Terraform
    "tf-doubling": _locals(_DOUBLING + "\n  p = local.v39"),
    "tf-doubling-lists": _locals(
        "  v0 = [1]\n"
        + "\n".join(f"  v{i} = concat(local.v{i - 1}, local.v{i - 1})" for i in range(1, 40))
        + "\n  p = jsonencode(local.v39)"
    ),
    "tf-nested-lists": _locals(
        "  v0 = [1]\n"
        + "\n".join(f"  v{i} = [local.v{i - 1}, local.v{i - 1}]" for i in range(1, 40))
        + "\n  p = jsonencode(local.v39)"
    ),
    "tf-itself": _locals("  p = local.p"),
    "tf-circle": _locals("  p = local.q\n  q = local.p"),
    "tf-range": _locals("  p = jsonencode(range(1000000000))"),
    "tf-range-in-range": _locals(
        "  p = jsonencode([for i in range(3000) : [for j in range(3000) : i * j]])"
    ),
    "tf-format": _locals('  p = format("%1000000000d", 1)'),
    "tf-format-star": _locals('  p = format("%*d", 1000000000, 1)'),
    "tf-power": _locals("  p = pow(10, 1000000)"),
    "tf-power-of-power": _locals("  p = pow(pow(10, 300), 300)"),
    "tf-large-number": _locals("  p = " + "9" * 10_000),
    "tf-parseint": _locals('  p = parseint("' + "z" * 100_000 + '", 36)'),
    "tf-setproduct": _locals("  p = jsonencode(setproduct(" + ", ".join(["range(100)"] * 8) + "))"),
    "tf-regex": _locals('  p = regex("^(a+)+$", "' + "a" * 60 + '!")'),
    "tf-regexall": _locals('  p = jsonencode(regexall("(a*)*b", "' + "a" * 3000 + '"))'),
    "tf-regex-nested": _locals('  p = regex("' + "(" * 3000 + ")" * 3000 + '", "a")'),
    "tf-replace": _locals('  p = replace("' + "a" * 60 + '!", "/^(a|a)*$/", "x")'),
    "tf-replace-growing": _locals(
        '  v = replace("' + "a" * 3000 + '", "a", "' + "b" * 3000 + '")\n'
        '  p = replace(local.v, "b", "' + "c" * 3000 + '")'
    ),
    "tf-join": _locals('  p = join("' + "x" * 3000 + '", range(9000))'),
    "tf-jsondecode-deep": _locals('  p = jsonencode(jsondecode("' + "[" * 50_000 + '"))'),
    "tf-yamldecode": _locals('  p = jsonencode(yamldecode("a: &a [*a]"))'),
    "tf-file-device": _locals('  p = file("/dev/zero")'),
    "tf-file-itself": _locals('  p = templatefile("main.tf", {})'),
    "tf-fileset": _locals('  p = jsonencode(fileset("/", "**"))'),
    "tf-deep-parentheses": _locals("  p = " + "(" * 2000 + "1" + ")" * 2000),
    "tf-deep-lists": _locals("  p = " + "[" * 2000 + "]" * 2000),
    "tf-deep-conditions": _locals("  p = " + "true ? " * 500 + "1" + " : 2" * 500),
    "tf-deep-templates": _locals('  p = "' + '${"' * 300 + "x" + '"}' * 300 + '"'),
    "tf-long-sum": _locals("  p = " + "1 + " * 5000 + "1"),
    "tf-count": _terraform(
        'resource "aws_cloudwatch_event_rule" "m" {\n  count = 1000000000\n  name = "m"\n}\n'
        'locals {\n  p = "{}"\n}\n'
    ),
    "tf-for-each": _terraform(
        'resource "aws_cloudwatch_event_rule" "m" {\n  for_each = toset([for i in range(100000) : '
        'tostring(i)])\n  name = each.key\n}\nlocals {\n  p = "{}"\n}\n'
    ),
    "tf-module-of-itself": _terraform(
        'module "m" {\n  source = "./"\n}\nlocals {\n  p = "{}"\n}\n'
    ),
    "tf-heredoc-not-closed": _locals("  p = <<EOF\n" + "x\n" * 20_000),
    "tf-blocks-deep": _terraform("a {\n" * 1000 + "}\n" * 1000),
    "tf-attributes": _locals("  p = 1\n" + "\n".join(f"  a{i} = {i}" for i in range(5000))),
    "tf-json-deep": Input(("rules", "main.tf.json"), {"main.tf.json": lambda: "[" * 100_000}),
    "tf-plan-deep": Input(
        ("rules", "plan.json"),
        {
            "plan.json": lambda: (
                '{"format_version": "1.2", "planned_values": '
                + '{"child_modules": [' * 20_000
                + "]}" * 20_000
                + "}"
            )
        },
    ),
    "tf-plan-of-nothing": Input(
        ("rules", "plan.json"),
        {"plan.json": '{"format_version": 3, "planned_values": [], "configuration": "x"}'},
    ),
    "tf-plan-odd": Input(
        ("rules", "plan.json"),
        {
            "plan.json": '{"format_version": "1.2", "planned_values": {"root_module": {"resources":'
            ' [3, null, {"address": 3, "type": "aws_cloudwatch_event_rule", "values": []}]}}, '
            '"configuration": {"root_module": {"module_calls": {"m": 3}, "resources": {}}}}'
        },
    ),
    # Serverless Framework
    "sls-itself": _serverless("custom: {p: '${self:custom.p}'}\n"),
    "sls-circle": _serverless("custom: {p: '${self:custom.q}', q: '${self:custom.p}'}\n"),
    "sls-doubling": _serverless(
        "custom:\n  v0: xxxxxxxxxx\n"
        + "".join(
            f"  v{i}: '${{self:custom.v{i - 1}}}${{self:custom.v{i - 1}}}'\n" for i in range(1, 40)
        )
        + "  p: '${self:custom.v39}'\n"
    ),
    "sls-doubling-lists": _serverless(
        "custom:\n  v0: [x]\n"
        + "".join(
            f"  v{i}: ['${{self:custom.v{i - 1}}}', '${{self:custom.v{i - 1}}}']\n"
            for i in range(1, 40)
        )
        + "  p: '${self:custom.v39}'\n"
    ),
    "sls-file-device": _serverless("custom: {p: '${file(/dev/zero)}'}\n"),
    "sls-file-itself": _serverless("custom: {p: '${file(serverless.yml)}'}\n"),
    "sls-file-bomb": _serverless(
        "custom: {p: '${file(b.yml):a11}'}\n",
        **{
            "b.yml": "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
            + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
        },
    ),
    "sls-deep-variable": _serverless("custom: {p: '" + "${self:" * 3000 + "}" * 3000 + "'}\n"),
    "sls-not-closed": _serverless("custom: {p: '" + "${" * 20_000 + "'}\n"),
    "sls-fallbacks": _serverless(
        "custom: {p: '${opt:a, " + "${opt:b, " * 500 + "x" + "}" * 501 + "'}\n"
    ),
    "sls-functions-list": Input(
        ("rules", "serverless.yml"),
        {"serverless.yml": "service: s\nprovider: aws\nfunctions: [f, 3, {g: {handler: 3}}]\n"},
    ),
}
