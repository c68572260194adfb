"""Attributes that AWS gives resources of Terraform, nested blocks, layers, and data sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecr_contracts.core.limits import MODULE_BYTES
from ecr_contracts.core.placeholders import ACCOUNT, REGION
from ecr_contracts.discovery.iac.cloudformation.functions import Function
from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.iac.stack import read_stack
from tests.writing import HANDLER, write

FUNCTION = """
resource "aws_lambda_function" "f" {
  function_name = "f"
  handler       = "app.handler"
  %s
}
"""
RESOURCES = """
variable "x" {}
resource "aws_sns_topic" "t" {
  name = "alerts"
}
resource "aws_sns_topic" "named_by_prefix" {
  name_prefix = "alerts-"
}
resource "aws_sns_topic" "Unnamed" {}
resource "aws_sns_topic" "partly" {
  name = "${var.x}-alerts"
}
resource "aws_sns_topic" "chosen" {
  name = var.x ? "one" : "two"
}
resource "aws_sqs_queue" "q" {
  name = "scans"
}
resource "aws_ecr_repository" "r" {
  name = "shop/api"
}
resource "aws_s3_bucket" "b" {
  bucket = "reports"
}
resource "aws_dynamodb_table" "d" {
  name     = "images"
  hash_key = "digest"
}
data "aws_caller_identity" "me" {}
data "aws_lambda_function" "other" {
  function_name = "other"
}
data "local_file" "text" {
  filename = "text.txt"
}
"""


@pytest.fixture
def function(folder):
    """The function of a module that has further arguments."""
    write(folder, "app.py", HANDLER)

    def read(arguments: str, more: str = RESOURCES) -> Function:
        write(folder, "main.tf", more + FUNCTION % arguments)
        (found,) = read_stack(Path("main.tf")).functions
        return found

    return read


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("aws_sns_topic.t.arn", f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"),
        ("aws_sns_topic.t.id", f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"),
        ("aws_sns_topic.t.name", "alerts"),
        ("aws_sns_topic.named_by_prefix.name", "alerts-named_by_prefix"),
        ("aws_sns_topic.Unnamed.arn", f"arn:aws:sns:{REGION}:{ACCOUNT}:unnamed"),
        ("aws_sns_topic.partly.arn", f"arn:aws:sns:{REGION}:{ACCOUNT}:placeholder-alerts"),
        ("aws_sns_topic.chosen.arn", f"arn:aws:sns:{REGION}:{ACCOUNT}:one"),
        ("aws_sns_topic.chosen.name", "one"),
        ("aws_sqs_queue.q.url", f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/scans"),
        ("aws_sqs_queue.q.id", f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/scans"),
        ("aws_sqs_queue.q.arn", f"arn:aws:sqs:{REGION}:{ACCOUNT}:scans"),
        (
            "aws_ecr_repository.r.repository_url",
            f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop/api",
        ),
        ("aws_s3_bucket.b.id", "reports"),
        ("aws_s3_bucket.b.arn", "arn:aws:s3:::reports"),
        ("aws_dynamodb_table.d.hash_key", "digest"),
        ("aws_dynamodb_table.d.name", "images"),
        ("aws_iam_role.nowhere.arn", f"arn:aws:iam::{ACCOUNT}:role/nowhere"),
        ("aws_iam_user.nowhere.arn", f"arn:aws:sns:{REGION}:{ACCOUNT}:placeholder"),
        ("data.aws_caller_identity.me.account_id", ACCOUNT),
        ("data.aws_caller_identity.nowhere.account_id", ACCOUNT),
        ("data.aws_region.here.name", REGION),
        ('"arn:${data.aws_partition.p.partition}:s3"', "arn:aws:s3"),
        ("data.aws_lambda_function.other.arn", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:other"),
        ("data.local_file.text.content", "hello"),
        ("data.local_file.gone.content", "arn:aws:sns:us-east-1:123456789012:placeholder"),
        ('file("text.txt")', "hello"),
        ("jsonencode({ topic = aws_sns_topic.t.name })", '{"topic":"alerts"}'),
        ("terraform.workspace", "default"),
        ("path.module == path.root", "true"),
    ],
)
def test_a_variable_has_what_an_attribute_gives(folder, function, value, text):
    write(folder, "text.txt", "hello")
    found = function(f"environment {{\n    variables = {{ X_ARN = {value} }}\n  }}")
    assert found.environment == {"X_ARN": text}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("variables = { A = 1, B = true }", {"A": "1", "B": "true"}),
        ('variables = merge({ A = "x" }, var.x ? { B = "y" } : {})', {}),
        ('variables = var.x ? { B = "y" } : {}', {"B": "y"}),
        ("variables = var.x", {}),
        ("", {}),
    ],
)
def test_variables_are_read_as_far_as_they_are_known(function, written, expected):
    found = function(f"environment {{\n    {written}\n  }}")
    if "merge" in written:
        expected = {"A": "x", "B": "y"}
    assert found.environment == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("[1]", {"A": "1"}),
        ("[]", {}),
        ("{ A = 1 }", {"A": "1"}),
        ("var.x", {"A": "placeholder"}),
        ("var.x ? [1] : []", {"A": "1"}),
    ],
)
def test_a_dynamic_block_is_there_for_each_of_its_items(function, items, expected):
    found = function(
        f"""dynamic "environment" {{
    for_each = {items}
    content {{
      variables = {{ A = environment.value }}
    }}
  }}"""
    )
    assert found.environment == expected


LAYER = """
resource "aws_lambda_layer_version" "l" {
  layer_name = "common"
  filename   = data.archive_file.layer.output_path
}
data "archive_file" "layer" {
  source_dir  = "${path.root}/layer"
  output_path = "layer.zip"
}
"""


def test_a_layer_of_the_module_is_on_the_path(folder, function):
    write(folder, "layer/python/common.py", "")
    found = function('layers = [aws_lambda_layer_version.l.arn, "arn:aws:lambda:x"]', LAYER)
    assert found.layers == (Path("layer/python"),)
    assert function("layers = [aws_lambda_layer_version.other.arn]", LAYER).layers == ()


ARCHIVE = """
data "archive_file" "code" {
  source_dir  = "%s"
  output_path = "x.zip"
}
resource "aws_s3_object" "code" {
  bucket = "code"
  key    = "x.zip"
  source = data.archive_file.code.output_path
}
"""


@pytest.mark.parametrize(
    "arguments",
    [
        "filename = data.archive_file.code.output_path",
        'filename = "x.zip"',
        'filename = "${path.module}/x.zip"',
        "filename = var.x\n  source_code_hash = data.archive_file.code.output_base64sha256",
        's3_bucket = "code"\n  s3_key = aws_s3_object.code.key',
    ],
)
def test_the_code_of_an_archive_is_found_from_the_folder_of_the_module(folder, arguments):
    write(folder, "src/app.py", HANDLER)
    write(folder, "infra/main.tf", ARCHIVE % "../src" + FUNCTION % arguments)
    (found,) = read_stack(Path("infra/main.tf")).functions
    assert (found.problem, found.file) == ("", Path("src/app.py"))


@pytest.mark.parametrize(
    "arguments",
    [
        'filename = "y.zip"',
        "filename = var.x",
        's3_bucket = "code"\n  s3_key = "y.zip"',
        "",
        "filename = data.archive_file.empty.output_path",
    ],
)
def test_code_that_no_archive_has_lies_elsewhere(folder, arguments):
    more = 'data "archive_file" "empty" {\n  output_path = "e.zip"\n}\n'
    write(folder, "main.tf", more + ARCHIVE % "src" + FUNCTION % arguments)
    (found,) = read_stack(Path("main.tf")).functions
    assert found.problem.startswith("its code lies elsewhere")


def test_code_above_the_folder_that_we_run_in_is_found(folder, monkeypatch):
    write(folder, "src/app.py", HANDLER)
    arguments = "filename = data.archive_file.code.output_path"
    write(folder, "infra/main.tf", ARCHIVE % "../src" + FUNCTION % arguments)
    monkeypatch.chdir(folder / "infra")
    (found,) = read_stack(Path("main.tf")).functions
    assert found.file.samefile(folder / "src" / "app.py")
    assert found.file.is_absolute()


# Limits
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "expected"),
    [("2", 2), ("99999", 100), ("-1", 0), ('"3"', 3), ("range(2)", 0), ("var.x", 1), ("1.5", 0)],
)
def test_no_more_than_a_hundred_instances_are_read(folder, count, expected):
    write(folder, "main.tf", 'variable "x" {}\n' + FUNCTION % f"count = {count}")
    assert len(read_stack(Path("main.tf")).functions) == expected


@pytest.mark.parametrize(
    ("items", "names"),
    [
        ('var.x ? toset(["a"]) : toset(["b"])', ['f["a"]', 'f["b"]']),
        ("[1, 2]", ['f["1"]', 'f["2"]']),
        ("range(300)", [f'f["{number}"]' for number in range(100)]),
        ('"a"', []),
        ("[var.x]", []),
    ],
)
def test_instances_are_those_of_all_values_that_there_may_be(folder, items, names):
    write(folder, "main.tf", 'variable "x" {}\n' + FUNCTION % f"for_each = {items}")
    assert [function.name for function in read_stack(Path("main.tf")).functions] == names


def test_modules_within_modules_have_a_limit(folder):
    for level in range(7):
        place = "/".join(["m"] * level)
        write(
            folder,
            f"{place}/main.tf" if place else "main.tf",
            'module "m" {\n  source = "./m"\n}\n',
        )
    with pytest.raises(TemplateError, match=r"m/m/m/m/main\.tf:1: there are more than 100 modules"):
        read_stack(Path("main.tf"))


def test_the_files_of_a_module_have_a_limit_together(folder):
    for number in range(4):
        write(folder, f"f{number}.tf", "# module\n" + "#" * 900_000)
    write(folder, "main.tf", "")
    with pytest.raises(TemplateError, match=f"have more than {MODULE_BYTES:,} bytes together"):
        read_stack(Path("main.tf"))


def test_values_in_json_that_are_broken_are_refused(folder):
    write(folder, "main.tf", FUNCTION % "")
    write(folder, "terraform.tfvars.json", '{"a": 1,\n]')
    with pytest.raises(TemplateError, match=r"^terraform\.tfvars\.json:2: it is not JSON"):
        read_stack(Path("main.tf"))
    write(folder, "terraform.tfvars.json", "[1]")
    assert len(read_stack(Path("main.tf")).functions) == 1


def test_blocks_of_other_forms_are_left_alone(folder):
    write(
        folder,
        "main.tf",
        """
        resource "aws_lambda_function" {}
        resource aws_lambda_function f {
          handler = "app.handler"
        }
        module {}
        variable {}
        output "o" {}
        module "m" {}
        locals {
          a = output
        }
        moved {
          from = aws_lambda_function.a
          to   = aws_lambda_function.f
        }
        """,
    )
    stack = read_stack(Path("main.tf"))
    assert [function.name for function in stack.functions] == ["f"]
