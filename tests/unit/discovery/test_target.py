"""Targets: what names a consumer, and what is suggested where a text names none."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.target import FORMS, Target
from tests.writing import HANDLER, write


@pytest.mark.parametrize(
    ("text", "file", "module", "attribute"),
    [
        ("app.py:handler", "app.py", None, "handler"),
        ("src/app.py:service.handle", "src/app.py", None, "service.handle"),
        ("./app:handler", "app", None, "handler"),
        (r"C:\code\app.py:handler", r"C:\code\app.py", None, "handler"),
        ("C:/code/app.py:handler", "C:/code/app.py", None, "handler"),
        ("app:handler", None, "app", "handler"),
        ("package.module:a.b.c", None, "package.module", "a.b.c"),
        ("lambda.py:handler", "lambda.py", None, "handler"),
        ("app.py:make_service().handle", "app.py", None, "make_service().handle"),
        ("src/app.py:App().router.handle", "src/app.py", None, "App().router.handle"),
        ("app.main:create_app()", None, "app.main", "create_app()"),
    ],
)
def test_a_target_is_read(text, file, module, attribute):
    target = Target.parse(text)
    assert target == Target(text, attribute, file=Path(file) if file else None, module=module)
    assert str(target) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        ":handler",
        "app.py:",
        "app.py:1handler",
        "app.py:a..b",
        "app.py:()",
        "app.py:make()()",
        "app.py:make(1).handle",
        "app.py:make().",
        "app.py:make()handle",
        "app",
        "app.py",
        r"C:\app.py",
    ],
)
def test_what_names_no_function_is_refused_with_the_forms(folder, text):
    with pytest.raises(ConsumerError, match="does not name a function") as caught:
        Target.parse(text)
    assert caught.value.advice == "write 'path/to/app.py:handler' or 'package.module:handler'"


def test_what_is_neither_file_nor_module_is_refused(folder):
    with pytest.raises(ConsumerError, match=r"'my-app' is neither a \.py file nor a module"):
        Target.parse("my-app:handler")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("src/app.py", "src/app.py:lambda_handler"),
        ("src/app.py:", "src/app.py:lambda_handler"),
        ("src/app.py:other(event)", "src/app.py:other"),
        ("src/app.other", "src/app.py:other"),
        ("src.app.other", "src/app.py:other"),
        ("src/app", "src/app.py:lambda_handler"),
    ],
)
def test_functions_of_the_file_are_suggested_where_none_is_named(folder, text, meant):
    write(
        folder,
        "src/app.py",
        "import os\n"
        "def other(x): ...\n"
        "def _private(): ...\n"
        "async def lambda_handler(event, context): ...\n",
    )
    with pytest.raises(ConsumerError) as caught:
        Target.parse(text)
    assert caught.value.advice.startswith(f"did you mean {meant}?")
    assert "_private" not in str(caught.value)
    assert "There are also: " in caught.value.advice


def test_a_file_with_a_hyphen_is_suggested(folder):
    write(folder, "my-app.py", HANDLER)
    with pytest.raises(ConsumerError) as caught:
        Target.parse("my-app:handler")
    assert caught.value.advice == "did you mean my-app.py:handler?"


@pytest.mark.parametrize("source", ["def broken(:\n", "x = 1\n", "\0"])
def test_nothing_is_suggested_from_a_file_without_functions(folder, source):
    write(folder, "app.py", source)
    with pytest.raises(ConsumerError) as caught:
        Target.parse("app.py")
    assert caught.value.advice == FORMS


@given(st.text(max_size=30))
def test_any_text_is_a_target_or_is_refused(text):
    with contextlib.suppress(ConsumerError):
        target = Target.parse(text)
        assert (target.file is None) != (target.module is None)
        assert all(part.isidentifier() for part in target.name.split("."))
        assert target.attribute.replace("()", "") == target.name


_NAMES = st.sampled_from(["app", "make_service", "Service", "handle"])


@given(st.lists(st.tuples(_NAMES, st.booleans()), min_size=1, max_size=4))
def test_each_name_of_an_attribute_may_be_called(steps):
    attribute = ".".join(name + "()" * is_called for name, is_called in steps)
    target = Target.parse(f"app.py:{attribute}")
    assert target.steps == tuple(steps)
    assert target.name == ".".join(name for name, _ in steps)
