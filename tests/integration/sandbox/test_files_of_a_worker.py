"""The files of a handler that is checked: what a call finds, and what its errors are about."""

from __future__ import annotations

import os
import sys
from types import ModuleType

import pytest

from ecr_contracts.discovery.target import Target
from ecr_contracts.runtime.effects import Sort
from ecr_contracts.runtime.outcome import Status
from ecr_contracts.runtime.sandbox.settings import Settings
from ecr_contracts.runtime.worker.parent import Worker
from tests.writing import write

pytestmark = pytest.mark.skipif(os.name != "posix", reason="on Windows, nothing is redirected")


@pytest.fixture
def outcomes(tmp_path, monkeypatch):
    """The outcomes of calls of a handler, the last part of some code."""
    monkeypatch.chdir(tmp_path)

    def call(code, times=1, **settings):
        write(tmp_path, "app.py", code)
        with Worker(Target.parse("app.py:handler"), settings=Settings(**settings)) as worker:
            return [worker.call({}) for _ in range(times)]

    return call


def test_each_call_begins_with_the_files_that_loading_left(outcomes, tmp_path):
    first, second = outcomes(
        """
        import os, tempfile
        open("at_load.txt", "w").write("loaded")
        open("/tmp/at_load", "w").close()
        def handler(event, context):
            seen = sorted(os.listdir()), os.path.exists("/tmp/at_call"), open("at_load.txt").read()
            home = os.path.expanduser("~/at_call")
            seen += os.path.exists("/tmp/at_load"), os.path.exists(home)
            open("at_load.txt", "a").write("+"); open("at_call.txt", "w"); open("/tmp/at_call", "w")
            os.remove("app.py"); os.remove("/tmp/at_load"); open(home, "w")
            return seen
        """,
        2,
    )
    assert first.returned == [["app.py", "at_load.txt"], False, "loaded", True, False]
    assert second.returned == first.returned
    assert os.listdir(tmp_path) == ["app.py"]
    assert not os.path.exists("/tmp/at_call")
    told = [(effect.name, effect.content["action"], effect.reads) for effect in first.effects]
    assert told == [
        ("at_load.txt", "append", False),
        ("at_call.txt", "write", False),
        ("/tmp/at_call", "write", True),
        ("app.py", "remove", False),
        ("/tmp/at_load", "remove", True),
        ("~/at_call", "write", False),
    ]


def test_what_is_let_through_is_changed_for_real(outcomes, tmp_path):
    (tmp_path / "out").mkdir()
    (outcome,) = outcomes(
        """
        import os
        def handler(event, context):
            open("out/real.txt", "w").write("x"); open("copy.txt", "w").write("x")
            os.rename("out/real.txt", "out/renamed.txt")
        """,
        allow_write=(str(tmp_path / "out"),),
    )
    assert outcome.status is Status.RETURNED
    assert (tmp_path / "out/renamed.txt").read_text() == "x"
    assert sorted(os.listdir(tmp_path)) == ["app.py", "out"]


def test_what_is_refused_names_the_option(outcomes):
    (outcome,) = outcomes(
        """
        import io
        def handler(event, context):
            io.FileIO("app.py", "w")
        """
    )
    assert "--allow-write app.py lets it through" in outcome.message
    (effect,) = outcome.effects
    assert (effect.sort, effect.name, effect.refused) == (Sort.FILE, "app.py", True)
    assert "redirection" not in outcome.traceback


@pytest.mark.parametrize(
    "statement",
    [
        "open(os.environ['FILE'])",
        "os.stat(os.environ['FILE'])",
        "os.remove(os.environ['FILE'])",
        "os.rename(os.environ['FILE'], 'there')",
        "shutil.rmtree(os.environ['FILE'])",
        "os.listdir(os.environ['FILE'])",
    ],
)
def test_an_error_about_a_made_up_path_is_none_of_the_handlers(outcomes, statement):
    (outcome,) = outcomes(f"import os, shutil\ndef handler(event, context):\n    {statement}\n")
    assert outcome.exception == "FileNotFoundError"
    assert outcome.stop is not None
    assert outcome.stop.effect.name == "FILE"
    # As Python shows it: the code of the sandbox in between is not there.
    assert "ecr_contracts" not in outcome.traceback


def test_a_library_that_was_imported_before_finds_what_was_written(outcomes, monkeypatch):
    library = ModuleType("imported_before")
    library.move_file, library.read_file = os.rename, open  # as s3transfer has it
    monkeypatch.setitem(sys.modules, "imported_before", library)
    (outcome,) = outcomes(
        """
        import imported_before
        def handler(event, context):
            open("/tmp/a", "w").write("content")
            imported_before.move_file("/tmp/a", "/tmp/b")
            return imported_before.read_file("/tmp/b").read()
        """
    )
    assert (outcome.returned, outcome.message) == ("content", "")
    assert library.move_file is os.rename


def test_libraries_and_programs_find_what_was_written(outcomes):
    (outcome,) = outcomes(
        """
        import copy, multiprocessing, os, pickle, shutil, subprocess, tempfile, zipfile
        import boto3
        class Reader:
            opened_by = open
        def write(path):
            open(path, "w").write("of a child")
        def handler(event, context):
            boto3.client("s3").download_file("bucket", "key", "/tmp/fetched")
            found = [os.path.exists("/tmp/fetched")]
            with tempfile.TemporaryDirectory() as folder:
                shutil.copy(__file__, folder)
                with zipfile.ZipFile("/tmp/all.zip", "w") as archive:
                    archive.write(os.path.join(folder, "app.py"), "inner.py")
            zipfile.ZipFile("/tmp/all.zip").extractall("unpacked")
            found += os.listdir("unpacked")
            child = multiprocessing.Process(target=write, args=("/tmp/of-child",))
            child.start(); child.join()
            found.append(Reader().opened_by("/tmp/of-child").read())
            said = subprocess.run(["cat", "/tmp/of-child"], capture_output=True, text=True)
            found.append(said.stdout)
            subprocess.run(["cp", "/tmp/of-child", "/tmp/of-program"])
            found.append(open("/tmp/of-program").read())
            assert copy.deepcopy([open, os.remove])
            assert pickle.loads(pickle.dumps(os.stat)) is os.stat
            return found
        """,
        allow_processes=("cat", "cp"),
    )
    assert outcome.message == ""
    assert outcome.returned == [True, "inner.py", *["of a child"] * 3]
    assert all(effect.reads for effect in outcome.effects.files if "unpacked" not in effect.name)


def test_programs_that_are_let_through_make_files_where_the_handler_looks_for_them(outcomes):
    _, second = outcomes(
        """
        import os, subprocess, tempfile
        open("changed.txt", "w").close()
        def made(*words, **options):
            subprocess.run(words, check=True, **options)
        def handler(event, context):
            with tempfile.TemporaryDirectory() as folder:
                made("mkdir", os.path.join(folder, "named"))
                made("mkdir", "inside", cwd=folder)
                made("cp", "named/../inside/../named", "copy", "-r", cwd=folder)
                seen = sorted(os.listdir(folder))
            made("mkdir", "-p", "/tmp/from-root/inner")
            made("mkdir", "at-once", cwd="/tmp")
            os.chdir("/tmp")
            made("mkdir", "mkdir")
            open("text", "w").write("read")
            read = subprocess.run(["cat", "text"], capture_output=True, text=True).stdout
            return seen, sorted(os.listdir()), read
        """,
        2,
        allow_processes=("mkdir", "cp", "cat"),
    )
    assert second.returned is not None, second.message
    seen, temporary, read = second.returned
    assert (seen, read) == (["copy", "inside", "named"], "read")
    assert {"from-root", "at-once", "mkdir", "text"} <= set(temporary)
    for name in ("from-root", "at-once", "mkdir", "text"):
        assert not os.path.exists(f"/tmp/{name}")


def test_a_word_for_a_program_that_names_no_file_is_left_as_it_is(outcomes):
    """Where the project lies in `/tmp`, each word might be the name of a file to be."""
    (outcome,) = outcomes(
        """
        import os, subprocess
        open("changed.txt", "w").close()
        def handler(event, context):
            words = ["echo", "init", "--flag=init", "changed.txt"]
            told = [subprocess.run(words, capture_output=True, text=True).stdout.split()]
            os.chdir("/tmp")
            return told + [subprocess.run(words, capture_output=True, text=True).stdout.split()]
        """,
        allow_processes=("echo",),
    )
    at_home, in_temporary = outcome.returned
    assert at_home[:2] == ["init", "--flag=init"]
    assert at_home[2].endswith("changed.txt")
    assert in_temporary == ["init", "--flag=init", "changed.txt"]


@pytest.mark.parametrize(
    "reading",
    [
        'open("settings.json", "r+").read()',
        'os.read(os.open("settings.json", os.O_RDWR), 1000).decode()',
    ],
)
def test_the_secrets_of_a_file_that_is_opened_for_changes_too_are_masked(
    outcomes, tmp_path, reading
):
    write(tmp_path, "settings.json", '{"db_password": "planted-9x7q"}')
    (outcome,) = outcomes(
        f"""
        import os
        def handler(event, context):
            raise ValueError({reading})
        """
    )
    assert "db_password" in outcome.message
    assert "planted" not in outcome.message


def test_the_handler_is_told_that_it_may_change_what_it_may(outcomes, tmp_path):
    write(tmp_path, "there.txt", "there")
    write(tmp_path, "closed.txt", "closed").chmod(0o444)
    (outcome,) = outcomes(
        """
        import os
        def handler(event, context):
            open("made.txt", "w").close()
            names = "/tmp", "/tmp/../tmp", ".", "there.txt", "made.txt", "closed.txt", "missing.txt"
            return [os.access(name, os.R_OK | os.W_OK) for name in names]
        """
    )
    is_free = os.geteuid() == 0  # to change what is closed
    assert outcome.returned == [True, True, True, True, True, is_free, False]


def test_a_removed_file_may_not_be_changed_and_a_device_for_output_may(outcomes):
    (outcome,) = outcomes(
        """
        import os
        open("there.txt", "w").close()
        def handler(event, context):
            os.remove("there.txt")
            names = "there.txt", "/dev/null"
            return [os.access(name, os.W_OK) for name in names]
        """
    )
    assert outcome.returned == [False, True]
