"""Terraform that cannot be read here is named, where it may say something of a handler."""

from __future__ import annotations

import pytest

from ecr_contracts.discovery import unread
from ecr_contracts.discovery.target import Target
from ecr_contracts.discovery.unread import unread_files
from tests.writing import write


@pytest.fixture
def handler(folder):
    write(folder, "src/app.py", "def handler(event, context): pass\n")
    (folder / ".git").mkdir()
    return Target.parse("src/app.py:handler")


@pytest.fixture
def without_hcl2(monkeypatch):
    monkeypatch.setattr(unread, "find_spec", lambda name: None)


def test_files_that_may_say_something_are_named(folder, handler, without_hcl2):
    write(folder, "main.tf", 'resource "aws_lambda_function" "one" {}\n')
    write(folder, "infra/rules.tf", 'event_pattern = jsonencode({source = ["aws.ecr"]})\n')
    write(folder, "infra/network.tf", 'resource "aws_vpc" "one" {}\n')
    write(folder, "template.yaml", "aws_lambda_function: aws.ecr\n")
    told = unread_files(handler)
    assert told.startswith(
        "not read: main.tf, infra/rules.tf, which may say its rules and variables"
    )
    assert told.endswith("python -m pip install 'ecr-contracts[templates]'")


def test_nothing_is_said_where_nothing_is_there(folder, handler, without_hcl2):
    write(folder, "network.tf", 'resource "aws_vpc" "one" {}\n')
    assert unread_files(handler) == ""


def test_nothing_is_said_where_it_is_read(folder, handler, monkeypatch):
    monkeypatch.setattr(unread, "find_spec", lambda name: object())
    write(folder, "main.tf", 'resource "aws_lambda_function" "one" {}\n')
    assert unread_files(handler) == ""
