"""Consumers: how they are found and loaded, in every way that people write them."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import sys
from pathlib import Path
from unittest import mock

import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.target import Target
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.lambda_context import LambdaContext
from ecr_contracts.runtime.loader import Consumer, load, loaded
from ecr_contracts.runtime.outcome import Status
from tests.writing import EVENT, HANDLER, Handler, one, sleepy, two, write


def refused(text: str) -> ConsumerError:
    """The complaint about a target that can be parsed but not loaded."""
    target = Target.parse(text)
    with contextlib.chdir("."), pytest.raises(ConsumerError) as caught:
        load(target)
    assert caught.value.target == text
    return caught.value


def returned(text: str) -> object:
    with contextlib.chdir("."):
        outcome = call(load(Target.parse(text)), EVENT)
    assert outcome.status is Status.RETURNED, outcome
    return outcome.returned


# Finding and importing files
# -----------------------------------------------------------------------------------------


def test_a_file_is_loaded_as_lambda_would(folder):
    write(
        folder,
        "src/app.py",
        """
        import os, sys
        seen = [sys.path[0], list(sys.argv), os.getcwd(), __name__]
        def handler(event, context):
            return seen
        """,
    )
    path = str(folder / "src")
    assert returned("src/app.py:handler") == [path, [os.path.join(path, "app.py")], path, "app"]


@pytest.mark.parametrize(
    "name", ["my-handler", "lambda", "my.handler", "1st", "handler_ö", "class"]
)
def test_odd_file_names_load(folder, name):
    write(folder, f"{name}.py", HANDLER)
    assert returned(f"{name}.py:handler") == "us-east-1"


@pytest.mark.parametrize(
    "name",
    [
        "json",
        "types",
        "queue",
        "calendar",
        "email",
        "hypothesis",
        "pytest",
        "ecr_contracts",
        "__main__",
    ],
)
def test_a_namesake_of_an_imported_module_loads_and_leaves_that_alone(folder, name):
    before = sys.modules.get(name)
    write(folder, f"{name}.py", HANDLER)
    assert returned(f"{name}.py:handler") == "us-east-1"
    if before is None:
        assert not hasattr(__import__(name), "handler")
    else:
        assert sys.modules[name] is before


def test_the_standard_library_stays_itself_for_the_consumer_too(folder):
    write(
        folder,
        "calendar.py",
        "import calendar, json\n" + HANDLER.replace("event['region']", "calendar.isleap(2024)"),
    )
    assert returned("calendar.py:handler") is True


def test_siblings_are_importable(folder):
    write(
        folder,
        "src/app.py",
        "import sibling\nfrom lib.deep import x\ndef handler(e, c): return [sibling.x, x]\n",
    )
    write(folder, "src/sibling.py", "x = 1")
    write(folder, "src/lib/deep.py", "x = 2")
    assert returned("src/app.py:handler") == [1, 2]


def test_a_sibling_that_imports_the_consumer_gets_the_same_module(folder):
    write(
        folder,
        "app.py",
        "token = object()\nimport sibling\ndef handler(e, c): return sibling.app.token is token\n",
    )
    write(folder, "sibling.py", "import app")
    assert returned("app.py:handler") is True


def test_relative_imports_work_inside_a_package(folder):
    write(folder, "src/pkg/__init__.py", "base = 1")
    write(folder, "src/pkg/sub/__init__.py", "")
    write(
        folder,
        "src/pkg/sub/app.py",
        "from .. import base\nfrom . import near\nfrom pkg.sub.near import x\n"
        "def handler(e, c): return [base, x, near.x, __name__]",
    )
    write(folder, "src/pkg/sub/near.py", "x = 2")
    assert returned("src/pkg/sub/app.py:handler") == [1, 2, 2, "pkg.sub.app"]
    assert sys.path[0] == str(folder / "src")


def test_the_init_file_of_a_package_can_be_the_consumer(folder):
    write(folder, "pkg/__init__.py", "from .near import x\ndef handler(e, c): return x")
    write(folder, "pkg/near.py", "x = 2")
    write(folder, "pkg/sub/__init__.py", "from ..near import x\ndef handler(e, c): return x + 1")
    assert returned("pkg/__init__.py:handler") == 2
    assert returned("pkg/sub/__init__.py:handler") == 3


def test_a_package_named_as_a_module_of_python_loads(folder):
    write(folder, "code/__init__.py", "")
    write(folder, "code/app.py", "from .near import x\ndef handler(e, c): return x")
    write(folder, "code/near.py", "import code, codeop\nx = hasattr(code, 'InteractiveConsole')")
    assert returned("code/app.py:handler") is True


def test_a_file_in_a_package_may_have_a_dot_in_its_name(folder):
    write(folder, "pkg/__init__.py", "")
    write(folder, "pkg/my.app.py", "from .near import x\ndef handler(e, c): return [x, __name__]")
    write(folder, "pkg/near.py", "x = 2")
    assert returned("pkg/my.app.py:handler") == [2, "pkg.my_app"]


def test_a_package_that_is_deployed_as_the_root_finds_its_files(folder):
    write(folder, "src/__init__.py", "")
    write(folder, "src/app.py", "import helper\ndef handler(e, c): return helper.x")
    write(folder, "src/helper.py", "x = 3")
    assert returned("src/app.py:handler") == 3
    assert sys.path.index(str(folder / "src")) > sys.path.index(str(folder))


def test_a_package_does_not_shadow_libraries_with_its_own_files(folder):
    write(folder, "pkg/__init__.py", "")
    write(
        folder,
        "pkg/app.py",
        "import colorsys, queue\ndef handler(e, c): return [hasattr(colorsys, 'rgb_to_hsv')]",
    )
    write(folder, "pkg/colorsys.py", "")
    sys.modules.pop("colorsys", None)
    assert returned("pkg/app.py:handler") == [True]


def test_a_handler_in_a_subfolder_finds_what_lies_above(folder):
    write(
        folder,
        "service/handlers/scan.py",
        "from common.slack import x\ndef handler(e, c): return x",
    )
    write(folder, "service/common/slack.py", "x = 4")
    assert returned("service/handlers/scan.py:handler") == 4


def test_a_file_outside_the_working_directory_finds_nothing_above(folder, monkeypatch):
    write(folder, "service/handlers/scan.py", "import above\ndef handler(e, c): return 1")
    write(folder, "service/above.py", "")
    monkeypatch.chdir(folder / "service" / "handlers")
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    assert "'above'" in refused("../service/handlers/scan.py:handler").cause


def test_a_module_that_replaces_itself_is_respected(folder):
    write(
        folder,
        "app.py",
        "import sys, types\nsys.modules[__name__] = types.SimpleNamespace(handler=lambda e, c: 7)",
    )
    assert returned("app.py:handler") == 7


def test_a_fresh_load_is_fresh(folder):
    write(folder, "app.py", "import sibling\nsibling.x += 1\ndef handler(e, c): return sibling.x")
    write(folder, "sibling.py", "x = 0")
    assert [returned("app.py:handler"), returned("app.py:handler")] == [1, 1]


def test_the_modules_of_another_consumer_do_not_stand_in_the_way(folder):
    for name in ("a", "b"):
        write(folder, f"{name}/app.py", "import sibling\ndef handler(e, c): return sibling.x")
        write(folder, f"{name}/sibling.py", f"x = '{name}'")
    assert [returned("a/app.py:handler"), returned("b/app.py:handler")] == ["a", "b"]
    second_target = Target.parse(f"{folder}/b/app.py:handler")
    with loaded(Target.parse("a/app.py:handler")) as first, loaded(second_target) as second:
        assert [call(first, EVENT).returned, call(second, EVENT).returned] == ["a", "b"]


def test_nothing_is_written_beside_the_consumer(folder):
    write(folder, "app.py", "import sibling\n" + HANDLER)
    write(folder, "sibling.py", "")
    returned("app.py:handler")
    assert sorted(path.name for path in folder.rglob("*")) == ["app.py", "sibling.py"]


# Modules
# --------------------------------------------------------------------------------------------------


def test_a_module_is_found_from_the_working_directory_which_stays(folder):
    write(
        folder,
        "pkg/mod.py",
        """
        import os, sys
        seen = [os.getcwd(), sys.argv[:]]
        class service:
            @staticmethod
            def handle(e, c): return seen
        """,
    )
    assert returned("pkg.mod:service.handle") == [str(folder), ["pkg.mod"]]


def test_a_module_is_loaded_anew(folder):
    write(
        folder,
        "mod.py",
        "count = 0\ndef handler(e, c):\n  global count\n  count += 1\n  return count",
    )
    assert [returned("mod:handler"), returned("mod:handler")] == [1, 1]


def test_an_installed_module_is_a_consumer_like_any_other(folder):
    library = folder / "venv" / "lib" / "site-packages"
    write(library, "vendor_app/__init__.py", "")
    write(library, "vendor_app/app.py", "def handler(e, c):\n    raise ValueError(1)")
    write(library, "vendor_single.py", "def handler(e, c):\n    raise ValueError(1)")
    sys.path.append(str(library))
    for text in ("vendor_app.app:handler", "vendor_single:handler"):
        location = call(load(Target.parse(text)), EVENT).location
        assert location is not None
        assert location.line == 2


@pytest.mark.parametrize(
    ("text", "cause", "advice"),
    [
        (
            "nowhere:handler",
            "there is no module 'nowhere'",
            "write 'path/to/app.py:handler' or 'package.module:handler'; modules are looked for in",
        ),
        ("mod.nowhere:handler", "there is no module 'mod.nowhere'", ""),
        ("moo:handler", "there is no module 'moo'", "did you mean mood:handler?"),
        ("sub.app:handler", "there is no module 'sub'", "did you mean sub.app.py:handler?"),
        (
            "json:handler",
            "json has no 'handler'",
            "that is a module of Python itself; for a file of your own write json.py:handler",
        ),
        (
            "json:decoder",
            "json:decoder is a module, which cannot be called",
            "that is a module of Python itself",
        ),
        ("mod:handlr", "mod has no 'handlr'", "did you mean 'handler'?"),
    ],
)
def test_a_module_that_cannot_be_used_is_explained(folder, text, cause, advice):
    write(folder, "mod.py", HANDLER)
    write(folder, "mood.py", HANDLER)
    write(folder, "sub.app.py", HANDLER)
    error = refused(text)
    assert error.cause == cause
    assert error.advice.startswith(advice)


def test_a_module_whose_own_import_fails_names_the_line(folder):
    write(folder, "src/pkg/__init__.py", "")
    write(folder, "src/pkg/mod.py", "import os\nimport no_such_library\n")
    sys.path.insert(0, str(folder / "src"))
    assert refused("pkg.mod:handler").cause == (
        "it needs the module 'no_such_library', which is not here; "
        "imported at src/pkg/mod.py:2 (import no_such_library)"
    )


# What cannot be loaded
# -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cause", "advice"),
    [
        ("ap.py:handler", "there is no file ap.py", "did you mean app.py:handler?"),
        ("src/aap.py:handler", "there is no file src/aap.py", "did you mean src/app.py:handler?"),
        ("src/app:handler", "there is no file src/app", "did you mean src/app.py:handler?"),
        ("deep.py:handler", "there is no file deep.py", "did you mean src/inner/deep.py:handler?"),
        ("sc/app.py:handler", "there is no file sc/app.py", "did you mean src/app.py:handler?"),
        (
            "sc/zzz.py:handler",
            "there is no file sc/zzz.py",
            "there is no folder sc either; paths are relative to {folder}",
        ),
        (
            "src/zzz.py:handler",
            "there is no file src/zzz.py",
            "in its folder are: app.py, other.py",
        ),
        (
            "empty/app2.py:handler",
            "there is no file empty/app2.py",
            "there is no .py file in {folder}/empty",
        ),
        ("./src:handler", "src is a folder", "name a file in it: app.py, other.py"),
        ("./empty:handler", "empty is a folder", "it holds no .py file"),
    ],
)
def test_a_file_that_is_not_there_is_explained(folder, text, cause, advice):
    write(folder, "app.py", HANDLER)
    write(folder, "src/app.py", HANDLER)
    write(folder, "src/other.py", HANDLER)
    write(folder, "src/inner/deep.py", HANDLER)
    write(folder, ".venv/deep.py", HANDLER)
    (folder / "empty").mkdir()
    error = refused(text)
    assert error.cause == cause
    assert error.advice == advice.format(folder=folder)


@pytest.mark.parametrize(
    ("source", "cause", "advice"),
    [
        (
            "x = 1\ndef broken(:\n",
            r"SyntaxError: .* at src/app\.py:2",
            "repair that line, or use the Python that it is written for",
        ),
        ("def f():\nreturn 1", r"IndentationError: .* at src/app\.py:2", "repair that line"),
        (
            "import os\nimport boto3_of_course",
            r"it needs the module 'boto3_of_course', which is not here; imported at src/app\.py:2 "
            r"\(import boto3_of_",
            "install it in this environment; if it is your own, put its folder on PYTHONPATH",
        ),
        (
            "from . import x",
            r"ImportError: attempted relative import with .* package at src/app\.py:1 \(from \. "
            r"import x\)",
            "put an __init__.py into its folder, or name it as package.module:handler",
        ),
        (
            "from json import no_such_name",
            r"it raises ImportError when it is imported: cannot import name 'no_such_name' .* at "
            r"src/app\.py:1",
            "give the run what the import needs, or move that into the function",
        ),
        (
            "raise ModuleNotFoundError('gone')",
            "it raises ModuleNotFoundError when it is imported: gone at src/app.py:1",
            "give",
        ),
        (
            "import os\nTOPIC = os.environ['NO_SUCH_TOPIC']",
            r"it needs the environment variable NO_SUCH_TOPIC when it is imported at "
            r"src/app\.py:2 \(TOPIC = os",
            "read by its code and not set:\n    NO_SUCH_TOPIC (src/app.py:2)\n  give them values",
        ),
        (
            "{}['key']",
            r"it raises KeyError when it is imported: 'key' at src/app\.py:1 \(\{\}\['key'\]\)",
            "give the run what",
        ),
        (
            "def f():\n    raise KeyError\nf()",
            r"it raises KeyError when it is imported:  at src/app\.py:2",
            "give",
        ),
        (
            "import sys\nsys.exit(3)",
            r"it exits while it is imported, with 3 at src/app\.py:2 \(sys\.exit\(3\)\)",
            "move what runs it as a script below: if __name__ == '__main__':",
        ),
        (
            "import argparse\n"
            "parser = argparse.ArgumentParser()\n"
            "parser.add_argument('x')\n"
            "args = parser.parse_args()",
            r"it exits while it is imported, with 2 at src/app\.py:4 \(args = "
            r"parser\.parse_args\(\)\)",
            "move what runs it",
        ),
        (
            "class Odd(BaseException): ...\nraise Odd('why')",
            r"it raises app\.Odd when it is imported: why at src/app\.py:2",
            "give",
        ),
        (
            "class Odd(Exception):\n  def __str__(self): raise RuntimeError\nraise Odd",
            r"it raises app\.Odd when it is imported: \(its message cannot be read: "
            r"RuntimeError\) at src/app\.py:3",
            "give",
        ),
        ("x = 1", r"app\.py has no 'handler'", "there is nothing in it that could be called"),
        (
            "from json import loads\ndef handel(e): ...",
            r"app\.py has no 'handler'",
            "did you mean 'handel'?",
        ),
        (
            "def lambda_handler(e, c): ...\ndef x(): ...",
            r"app\.py has no 'handler'",
            "did you mean 'lambda_handler'?",
        ),
        (
            "from json import loads, dumps",
            r"app\.py has no 'handler'",
            "these can be called: dumps, loads",
        ),
        (
            "handler = {}\ndef main(e): ...",
            r"app\.py:handler is a dict, which cannot be called",
            "these can be called: main",
        ),
        (
            "import types as handler",
            r"app\.py:handler is a module, which cannot be called",
            "there is nothing in it that could be called",
        ),
        (
            "def handler(): ...",
            r"it cannot be called with an event: its arguments are \(\)",
            "Lambda calls it with (event, context)",
        ),
        (
            "def handler(a, b, c): ...",
            r"its arguments are \(a, b, c\)",
            "Lambda calls it with (event, context)",
        ),
        (
            "def handler(e, *, key): ...",
            r"its arguments are \(e, \*, key\)",
            "Lambda calls it with (event, context); give key a default",
        ),
        ("def handler(**more): ...", r"its arguments are \(\*\*more\)", "Lambda calls it with"),
        ("class handler: ...", "app.py:handler is a class", "name a function"),
        (
            "def __getattr__(name): raise OSError('asleep')",
            r"'handler' of app\.py cannot be read: OSError: asleep",
            "name a function",
        ),
    ],
)
def test_a_file_that_cannot_be_loaded_is_explained(folder, source, cause, advice):
    write(folder, "src/app.py", source)
    error = refused("src/app.py:handler")
    assert re.search(cause, error.cause), error.cause
    assert error.advice.startswith(advice)


def test_dotted_attributes_are_followed_and_missed(folder):
    write(
        folder,
        "app.py",
        """
        class Service:
            def handle(self, event, context): return 'handled'
            def one(self, event): return 'one'
            @property
            def broken(self): raise RuntimeError('no')
        service = Service()
        """,
    )
    assert returned("app.py:service.handle") == "handled"
    assert returned("app.py:service.one") == "one"
    assert (refused("app.py:service.handel").cause, refused("app.py:service.handel").advice) == (
        "app.py:service has no 'handel'",
        "did you mean 'handle'?",
    )
    assert refused("app.py:sevice.handle").advice == "did you mean 'Service'?"
    assert (
        refused("app.py:service.broken").cause
        == "'broken' of app.py:service cannot be read: RuntimeError: no"
    )
    assert refused("app.py:service.handle.x").cause == "app.py:service.handle has no 'x'"


def test_a_file_that_is_no_python_is_refused(folder):
    write(folder, "run.txt", "echo")
    assert "run.txt is no Python source file" in refused("./run.txt:handler").cause


def test_requirements_beside_the_consumer_are_the_advice(folder):
    write(folder, "src/app.py", "import no_such_library")
    write(folder, "src/requirements.txt", "")
    assert refused("src/app.py:handler").advice == (
        "install what it needs in this environment: python -m pip install -r src/requirements.txt"
        "; or replace it: --stub-module no_such_library"
    )


def test_requirements_of_the_project_are_the_advice(folder):
    write(folder, "src/app.py", "import no_such_library")
    write(folder, "requirements.txt", "")
    assert refused("src/app.py:handler").advice.startswith(
        "install what it needs in this environment: python -m pip install -r requirements.txt;"
    )


def test_a_module_of_the_project_that_is_not_on_the_path_is_found_for_it(folder):
    write(folder, "src/handlers/scan.py", "import handlers.common")
    write(folder, "src/handlers/common.py", "")
    error = refused("src.handlers.scan:handler")
    assert error.cause.startswith(
        "it needs the module 'handlers', which is not here; imported at src/handlers/scan.py:1"
    )
    assert error.advice == "it lies in src: set PYTHONPATH=src"


def test_all_missing_variables_are_told_at_once(folder):
    write(
        folder,
        "src/config.py",
        "import os\n"
        "TOPIC = os.environ['NO_SUCH_TOPIC']\n"
        "HOOK = os.environ['NO_SUCH_HOOK'] + TOPIC\n",
    )
    source = (
        "import os, config\n"
        "X = os.environ['NO_SUCH_X']\n"
        "def handler(event, context): return config.HOOK\n"
    )
    write(folder, "src/app.py", source)
    error = refused("src/app.py:handler")
    assert (
        "needs the environment variable NO_SUCH_TOPIC when it is imported at src/config.py:2"
        in error.cause
    )
    assert error.advice == (
        "read by its code and not set:\n"
        "    NO_SUCH_TOPIC (src/config.py:2), NO_SUCH_X (src/app.py:2),\n"
        "    NO_SUCH_HOOK (src/config.py:3)\n"
        "  give them values that suit it:\n"
        "    --env NO_SUCH_TOPIC=arn:aws:sns:us-east-1:123456789012:placeholder \\\n"
        "    --env NO_SUCH_X=placeholder \\\n"
        "    --env NO_SUCH_HOOK=https://example.invalid/no-such-hook\n"
        "  or let such values be made up: --env-auto"
    )


def test_a_variable_that_only_the_run_can_tell_is_named_too(folder):
    write(
        folder,
        "src/app.py",
        "import os\nX = os.environ['NO_' + 'SUCH']\ndef handler(event, context): ...\n",
    )
    assert "NO_SUCH (src/app.py:2)" in refused("src/app.py:handler").advice


def test_a_missing_boto3_is_known_to_come_with_lambda(folder, monkeypatch):
    write(folder, "src/app.py", "import boto3")
    monkeypatch.setitem(sys.modules, "boto3", None)
    error = refused("src/app.py:handler")
    assert error.cause.startswith("it needs the module 'boto3'")
    assert (
        error.advice
        == "Lambda has it built in, this environment has not: python -m pip install boto3"
    )


def test_a_failure_inside_a_library_shows_the_line_that_imports_it(folder):
    library = folder / "site-packages"
    write(library, "some_library.py", "\n\nraise OSError('no region')")
    write(folder, "app.py", "import os\nimport some_library")
    sys.path.append(str(library))
    assert refused("app.py:handler").cause == (
        "it raises OSError when it is imported: no region at app.py:2 (import some_library)"
    )


def test_a_person_who_interrupts_an_import_is_obeyed(folder):
    write(folder, "app.py", "raise KeyboardInterrupt")
    target = Target.parse("app.py:handler")
    with pytest.raises(KeyboardInterrupt):
        load(target)


# Loading for a while
# -------------------------------------------------------------------------------------------------


def state() -> tuple[object, ...]:
    return list(sys.path), list(sys.argv), os.getcwd(), sys.dont_write_bytecode


def test_loaded_puts_everything_back(folder):
    write(folder, "src/app.py", "import sibling\n" + HANDLER)
    write(folder, "src/sibling.py", "")
    before, path, modules = state(), sys.path, dict(sys.modules)
    with loaded(Target.parse("src/app.py:handler")) as consumer:
        assert call(consumer, EVENT).returned == "us-east-1"
        assert state() != before
        assert "sibling" in sys.modules
    assert state() == before
    assert sys.path is path
    assert set(sys.modules) - set(modules) <= {"asyncio"}


def test_loaded_puts_everything_back_after_a_failure(folder):
    write(folder, "src/app.py", "import sibling\nimport no_such_library\n")
    write(folder, "src/sibling.py", "")
    before, modules = state(), dict(sys.modules)
    loading = loaded(Target.parse("src/app.py:handler"))
    with pytest.raises(ConsumerError, match="no_such_library"):
        loading.__enter__()
    assert state() == before
    assert sys.modules == modules


def test_loaded_brings_back_the_modules_that_stood_in_the_way(folder):
    write(folder, "a/sibling.py", "x = 'a'")
    write(folder, "b/app.py", "import sibling\ndef handler(e, c): return sibling.x")
    write(folder, "b/sibling.py", "x = 'b'")
    sys.path.insert(0, str(folder / "a"))
    import sibling  # type: ignore[import-not-found]

    with loaded(Target.parse("b/app.py:handler")) as consumer:
        assert call(consumer, EVENT).returned == "b"
    assert sys.modules["sibling"] is sibling


def test_loaded_leaves_libraries_imported(folder):
    library = folder / "site-packages"
    write(library, "some_library.py", "")
    write(folder, "app.py", "import some_library\n" + HANDLER)
    sys.path.append(str(library))
    with loaded(Target.parse("app.py:handler")):
        pass
    assert "some_library" in sys.modules


@pytest.mark.parametrize("text", ["src/app.py:handler", "app:handler"])
def test_loaded_uses_a_module_that_a_test_has_patched(folder, text):
    write(folder, "src/app.py", "client = 'real'\ndef handler(e, c): return client")
    sys.path.insert(0, str(folder / "src"))
    import app  # type: ignore[import-not-found]

    with mock.patch.object(app, "client", "mocked"), loaded(Target.parse(text)) as consumer:
        assert call(consumer, EVENT).returned == "mocked"
    assert sys.modules["app"] is app


def test_loaded_uses_the_package_that_is_imported_already(folder):
    write(folder, "pkg/__init__.py", "client = 'real'")
    write(folder, "pkg/app.py", "from . import client\ndef handler(e, c): return client")
    sys.path.insert(0, str(folder))
    import pkg  # type: ignore[import-not-found]

    pkg.client = "patched"
    with loaded(Target.parse("pkg/app.py:handler")) as consumer:
        assert call(consumer, EVENT).returned == "patched"
    assert sys.modules["pkg"] is pkg
    assert "pkg.app" not in sys.modules


def test_load_does_not_use_a_module_that_a_test_has_patched(folder):
    write(folder, "src/app.py", "client = 'real'\ndef handler(e, c): return client")
    sys.path.insert(0, str(folder / "src"))
    import app

    with mock.patch.object(app, "client", "mocked"):
        assert returned("src/app.py:handler") == "real"
        assert returned("app:handler") == "real"


# Any callable
# --------------------------------------------------------------------------------------------------


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


def contextual(function):
    @functools.wraps(function)
    def wrapper(event, context):
        return function(event)

    return wrapper


@pytest.mark.parametrize(
    ("function", "value"),
    [
        (two, ["us-east-1", "$LATEST"]),
        (one, "us-east-1"),
        (sleepy, "us-east-1"),
        (Handler(), ["object", "us-east-1"]),
        (Handler().method, ["method", "consumer"]),
        (logged(two), ["us-east-1", "$LATEST"]),
        (logged(one), "us-east-1"),
        (contextual(one), "us-east-1"),
        (functools.partial(two, context=LambdaContext()), ["us-east-1", "$LATEST"]),
        (lambda event, context=None: context.function_version, "$LATEST"),
        (lambda *arguments: len(arguments), 2),
        (lambda event, **more: len(more), 0),
        (lambda event, *, key=1: key, 1),
        (len, 2),
        (lambda event: sleepy(event, None), "us-east-1"),
        (mock.Mock(return_value=5), 5),
        (type("Wide", (dict,), {"__init__": lambda self, event, context: None}), {}),
    ],
)
def test_callables_of_every_sort_are_called_as_they_can_be(function, value):
    outcome = call(function, EVENT)
    assert (outcome.status, outcome.returned, outcome.unserialisable) == (
        Status.RETURNED,
        value,
        "",
    )


def test_a_callable_without_a_readable_signature_gets_both_arguments():
    assert Consumer.of(dict.get).arguments == 2
    assert call(type, EVENT).status is Status.RAISED


@pytest.mark.parametrize("function", [5, "text", None])
def test_what_is_no_callable_is_no_consumer(function):
    with pytest.raises(ConsumerError, match="which cannot be called"):
        Consumer.of(function)


def test_the_home_of_a_callable_is_where_its_code_stands():
    here = str(Path(__file__).parents[3])
    for function in (two, Handler(), Handler().method, functools.partial(two), logged(two)):
        assert Consumer.of(function).user_code.owns(__file__)
    assert Consumer.of(mock.Mock()).user_code == UserCode((here,), here)
    assert not Consumer.of(mock.Mock()).user_code.owns(mock.__file__)
