"""What is known of a consumer that reaches for our objects."""

import gc

import pytest

from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.sandbox import reached
from ecr_contracts.runtime.sandbox.guard import Guard
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.settings import Settings


@pytest.fixture(autouse=True)
def nothing_reached(monkeypatch):
    monkeypatch.setattr(reached, "_ways", set())


@pytest.mark.parametrize(
    ("source", "ways"),
    [
        ("import ecr_contracts.runtime.sandbox.guard", "ecr_contracts.runtime"),
        ("def f():\n    from ecr_contracts.core import text", "ecr_contracts.core"),
        ("from ecr_contracts import contract", ""),
        ("import ecr_contracts.types", ""),
        ("# import ecr_contracts.runtime", ""),
    ],
)
def test_an_import_of_our_inner_modules_is_known(source, ways):
    reached.note("gc.get_objects")
    reached.begin(["import json", source])
    assert reached.reached() == ways


def test_who_asks_the_collector_for_objects_is_known(tmp_path):
    """This test is the consumer: the file of the handler is the test's own."""
    guard = Guard(Recorder(), Settings(), UserCode.around(str(tmp_path / "app.py"), str(tmp_path)))
    source = "import gc\ndef handler(): gc.get_objects()\n"
    namespace = {}
    exec(compile(source, str(tmp_path / "app.py"), "exec"), namespace)
    guard.install()
    try:
        gc.get_objects()
        assert reached.reached() == ""
        namespace["handler"]()
        assert reached.reached() == "gc.get_objects"
    finally:
        guard.remove()
