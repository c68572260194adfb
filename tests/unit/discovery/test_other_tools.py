"""Files of tools that have to be run: what is said when one is named."""

from __future__ import annotations

import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.target import Target
from tests.writing import HANDLER, write

CDK_STACK = """
import aws_cdk as cdk

class Shop(cdk.Stack):
    pass

def handler(event, context):
    return 1
"""
PULUMI = "import pulumi_aws as aws\nrule = aws.cloudwatch.EventRule('r')\n"
SYNTH = "run `cdk synth`, then name a template that it writes, and its function: cdk.out/"


@pytest.mark.parametrize(
    ("text", "problem", "advice"),
    [
        ("cdk.json", "CDK declares", SYNTH),
        ("cdk.json:Shop", "CDK declares", SYNTH),
        ("cdk.out", "CDK declares", SYNTH),
        ("infra/stack.py:Shop", "CDK declares", SYNTH),
        ("infra/stack.py", "CDK declares", SYNTH),
        ("lib/stack.ts:Shop", "CDK declares", SYNTH),
        ("lib/stack.ts", "CDK declares", SYNTH),
        ("Pulumi.yaml", "Pulumi declares", "the handler's own file, and its rule: src/app.py:h"),
        ("Pulumi.dev.yaml:fn", "Pulumi declares", "--rule pattern.json"),
        ("__main__.py:rule", "Pulumi declares", "--rule pattern.json"),
        ("index.ts:rule", "Pulumi declares", "--rule pattern.json"),
        ("serverless.ts:notify", "serverless.ts declares", "> resolved.yml`, then name resolved"),
        ("a/serverless.js", "serverless.js declares", "`cd a; serverless print > resolved.yml`"),
        ("a/serverless.js:fn", "serverless.js declares", "then name a/resolved.yml:fn"),
    ],
)
def test_what_has_to_be_run_is_told_with_what_to_name(folder, text, problem, advice):
    write(folder, "infra/stack.py", CDK_STACK)
    write(folder, "lib/stack.ts", "import { Stack } from 'aws-cdk-lib';\n")
    write(folder, "__main__.py", PULUMI)
    write(folder, "index.ts", 'import * as aws from "@pulumi/aws";\n')
    with pytest.raises(ConsumerError, match="is known only when it has run") as caught:
        Target.parse(text)
    assert problem in caught.value.cause
    assert advice in caught.value.advice


@pytest.mark.parametrize("text", ["cdk.json", "lib/shop.py:Shop"])
def test_templates_that_cdk_wrote_are_named(folder, text):
    write(folder, "lib/shop.py", CDK_STACK)
    write(folder, "cdk.out/Shop.template.json", "{}")
    with pytest.raises(ConsumerError) as caught:
        Target.parse(text)
    assert caught.value.advice.endswith("and its function: cdk.out/Shop.template.json")


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("app.py", CDK_STACK),
        ("app.py", HANDLER),
        ("app.py", f"import pulumi\n{HANDLER}"),
        ("app.py", "import aws_cdk\n(("),
    ],
)
def test_a_function_is_a_target_whatever_its_file_imports(folder, name, source):
    write(folder, name, source)
    assert Target.parse(f"{name}:handler").attribute == "handler"
