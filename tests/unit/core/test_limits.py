"""The budget as a whole; what is beyond a bound is told where the bound is applied."""

import ast
import itertools
import re
from pathlib import Path

from ecr_contracts.core import limits

NAMES = [name for name in vars(limits) if name.isupper()]
PACKAGE = Path(limits.__file__).parents[1]
TESTS = Path(__file__).parents[2]


def test_every_bound_has_a_unit_in_its_name_or_its_text_and_a_reason():
    body = ast.parse(Path(limits.__file__).read_text("utf-8")).body
    for assignment, text in itertools.pairwise(body):
        if isinstance(assignment, ast.Assign):
            assert isinstance(text, ast.Expr), ast.unparse(assignment)
            assert len(ast.literal_eval(text.value)) > 20, ast.unparse(assignment)


def test_every_bound_is_applied_somewhere():
    words = set()
    for file in PACKAGE.rglob("*.py"):
        if file != Path(limits.__file__):
            words.update(re.findall(r"\b[A-Z_]+\b", file.read_text("utf-8")))
    assert [name for name in NAMES if name not in words] == []


def test_every_bound_is_named_by_a_test_of_what_is_beyond_it():
    words = set()
    for file in TESTS.rglob("test_*.py"):
        words.update(re.findall(r"\b[A-Z_]+\b", file.read_text("utf-8")))
    assert [name for name in NAMES if name not in words] == []


def test_every_bound_is_a_positive_number():
    assert [name for name in NAMES if not getattr(limits, name) > 0] == []
