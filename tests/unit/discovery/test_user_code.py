"""Homes: which line of a failure is the consumer's own, and how its file is shown."""

from __future__ import annotations

from ecr_contracts.core.findings import Location
from ecr_contracts.discovery.target import Target
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.loader import load
from tests.writing import EVENT, write


def test_the_location_is_the_deepest_line_of_its_own_even_below_a_library(folder):
    write(
        folder,
        "src/app.py",
        "import json\n"
        "import parts\n"
        "def handler(e, c):\n"
        "    json.loads('{}', object_hook=parts.hook)\n",
    )
    write(
        folder,
        "src/parts.py",
        "import json\ndef hook(value):\n    return json.loads(\n        '{')\n",
    )
    outcome = call(load(Target.parse("src/app.py:handler")), EVENT)
    assert outcome.location == Location("src/parts.py", 3, "hook", "return json.loads(")


def test_code_that_was_installed_beside_the_consumer_is_not_its_own(folder):
    write(folder, "build/app.py", "import vendored\ndef handler(e, c):\n    vendored.parse(e)\n")
    write(folder, "build/vendored/__init__.py", "def parse(e):\n    raise ValueError(e)\n")
    write(
        folder,
        "build/vendored-1.0.dist-info/RECORD",
        "vendored/__init__.py,sha256=x,1\nvendored-1.0.dist-info/RECORD,,\n",
    )
    outcome = call(load(Target.parse("build/app.py:handler")), EVENT)
    assert outcome.location == Location("build/app.py", 3, "handler", "vendored.parse(e)")


def test_a_file_outside_the_working_directory_is_shown_with_its_whole_path(folder, monkeypatch):
    file = write(folder, "src/app.py", "def handler(e, c): 1 / 0")
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    location = call(load(Target.parse("../src/app.py:handler")), EVENT).location
    assert location is not None
    assert location.file == file.as_posix()


def test_compiled_text_is_not_its_own(folder):
    write(folder, "app.py", "def handler(e, c):\n    exec('1 / 0')\n")
    location = call(load(Target.parse("app.py:handler")), EVENT).location
    assert location == Location("app.py", 2, "handler", "exec('1 / 0')")
