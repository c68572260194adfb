"""The names that users import: all are there, and type checkers see what Python does."""

from __future__ import annotations

import ast
from importlib import import_module

import pytest

import ecr_contracts
from ecr_contracts import EcrContractsError, UndescribedEventError, delivery, kind_of
from ecr_contracts.core import errors
from ecr_contracts.core.findings import Violation
from ecr_contracts.events.validation import validate
from tests.conftest import ROOT

FACES = ["contract", "delivery", "models", "named", "types"]


def seen_by_type_checkers():
    """The names that `ecr_contracts/__init__.py` imports where only type checkers look."""
    tree = ast.parse((ROOT / "ecr_contracts" / "__init__.py").read_text("utf-8"))
    [block] = [
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    for statement in block.body:
        if not isinstance(statement, ast.ImportFrom):
            continue  # what is declared, and given when it is asked for
        for alias in statement.names:
            yield alias.asname or alias.name, f"{statement.module}.{alias.name}"


def test_type_checkers_see_what_python_gives():
    seen = dict(seen_by_type_checkers())
    assert set(seen) <= {*ecr_contracts.__all__, "__version__"}
    for name, place in seen.items():
        module, _, attribute = place.rpartition(".")
        assert getattr(import_module(module), attribute) is getattr(ecr_contracts, name)


@pytest.mark.parametrize("face", ["", *FACES])
def test_every_name_is_there_and_says_what_it_is(face):
    module = import_module(f"ecr_contracts.{face}".rstrip("."))
    names = module.__all__
    assert names
    assert len(set(names)) == len(names)
    for name in names:
        value = getattr(module, name)
        assert not isinstance(value, type) or value.__doc__ or face == "types", name


def test_what_unwrap_raises_stands_beside_it():
    assert delivery.PayloadError is errors.PayloadError is ecr_contracts.PayloadError
    with pytest.raises(delivery.PayloadError):
        delivery.unwrap({"Records": [{"eventSource": "aws:sqs", "body": "{"}]})


NO_KIND = [
    {},
    [],
    None,
    {"source": "aws.s3", "detail-type": "Object Created", "detail": {}},
    {"source": "aws.ecr", "detail-type": "ECR Image Scann", "detail": {}},
]


@pytest.mark.parametrize("event", NO_KIND)
def test_an_event_of_no_kind_raises(event):
    with pytest.raises(UndescribedEventError) as raised:
        kind_of(event)
    assert raised.value.violation == validate(event)[0]
    assert str(raised.value).endswith(str(raised.value.violation))
    assert isinstance(raised.value, EcrContractsError)
    assert isinstance(raised.value, ValueError)


def test_a_violation_prints_itself():
    [violation] = validate(dict(ecr_contracts.case("scan/ordinary").event, account=7))
    assert isinstance(violation, Violation)
    assert f"{violation}" == '$.account is 7; expected 12 digits (write "7", in quotes)'
