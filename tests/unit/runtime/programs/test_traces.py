"""What is read off the traces of programs, and what an exit code comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecr_contracts.core.findings import Location
from ecr_contracts.runtime.outcome import Status
from ecr_contracts.runtime.programs import traces
from ecr_contracts.runtime.programs.answers import Written, of_answer, of_end

PYTHON = """\
Traceback (most recent call last):
  File "{folder}/app.py", line 1, in <module>
    first()
KeyError: 'a'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "{folder}/app.py", line 1, in <module>
    first()
  File "{folder}/app.py", line 3, in first
    raise TagError("no tag")
app.TagError: no tag
"""
NODE = """\
{folder}/app.js:3
  third
  ^

TypeError [ERR_INVALID]: no tag
    at Array.map (<anonymous>)
    at first ({folder}/node_modules/lib/index.js:1:2)
    at async second ({folder}/app.js:3:9)

Node.js v20.1.0
"""
GO = """\
panic: runtime error: index out of range [0] with length 0

goroutine 1 [running]:
main.first(...)
\t{folder}/app.go:3 +0x1d
"""
RUST = "\nthread 'main' (7) panicked at app.rs:3:5:\nno tag\nnote: run with `RUST_BACKTRACE=1`\n"
OLD_RUST = "thread 'main' panicked at 'no tag', app.rs:3:5\n"
RUBY = "app.rb:3:in 'first': no tag (TagError)\n\tfrom app.rb:1:in '<main>'\n"
JAVA = """\
Exception in thread "main" java.lang.IllegalStateException: no tag
\tat java.base/java.util.Optional.get(Optional.java:143)
\tat shop.App.first(App.java:3)
"""
DOTNET = """\
Unhandled exception. System.InvalidOperationException: no tag
   at App.First() in {folder}/app.cs:line 3
"""
PHP = (
    "PHP Fatal error:  Uncaught TypeError: no tag in {folder}/app.php:3\nStack trace:\n#0 {{main}}"
)


@pytest.mark.parametrize(
    ("text", "file", "exception", "message"),
    [
        (PYTHON, "app.py", "app.TagError", "no tag"),
        (NODE, "app.js", "TypeError", "no tag"),
        (GO, "app.go", "runtime error", "index out of range [0] with length 0"),
        (RUST, "app.rs", "panic", "no tag"),
        (OLD_RUST, "app.rs", "panic", "no tag"),
        (RUBY, "app.rb", "TagError", "no tag"),
        (JAVA, "App.java", "java.lang.IllegalStateException", "no tag"),
        (DOTNET, "app.cs", "System.InvalidOperationException", "no tag"),
        (PHP, "app.php", "TypeError", "no tag"),
        ("no tag at app.pl line 3, <STDIN> line 1.\n", "app.pl", "exit code 2", None),
        (
            "app.sh: line 3: TAG: unbound variable\n",
            "app.sh",
            "exit code 2",
            "TAG: unbound variable",
        ),
    ],
    ids=["python", "node", "go", "rust", "old-rust", "ruby", "java", "dotnet", "php", "perl", "sh"],
)
def test_the_exception_and_the_line_of_a_language_are_read(
    tmp_path: Path, text: str, file: str, exception: str, message: str | None
) -> None:
    (tmp_path / file).write_text("first\nsecond\nthird\n")
    written = Written(errors="a line of log\n" + text.format(folder=tmp_path))
    outcome = of_end(2, written, str(tmp_path))
    assert (outcome.status, outcome.exception) == (Status.RAISED, exception)
    assert message is None or outcome.message == message
    location = outcome.location
    assert isinstance(location, Location)
    assert (location.file, location.line, location.source) == (file, 3, "third")


@pytest.mark.parametrize(
    ("stack", "file"),
    [
        (['  File "/var/task/app.py", line 2, in handler\n    second\n'], "app.py"),
        ([["/var/task/app.py", 2, "handler", "second"]], "app.py"),
        (["TypeError: no tag", "    at handler (file:///var/task/app.mjs:2:7)"], "app.mjs"),
        ([{"path": "app.go", "line": 2, "label": "main.handler"}], "app.go"),
        (["/var/task/app.rb:2:in 'handler'"], "app.rb"),
    ],
    ids=["python", "old-python", "node", "go", "ruby"],
)
def test_a_line_of_a_container_is_one_of_the_folder(
    tmp_path: Path, stack: object, file: str
) -> None:
    (tmp_path / file).write_text("first\nsecond\n")
    error = {"errorType": "TagError", "errorMessage": "no tag", "stackTrace": stack}
    outcome = of_answer(error, Written(), str(tmp_path))
    assert (outcome.exception, outcome.message) == ("TagError", "no tag")
    assert outcome.location is not None
    assert (outcome.location.file, outcome.location.line) == (file, 2)


def test_an_error_that_is_answered_says_more_than_the_exit_code() -> None:
    answered = '{"errorType": "TagError", "errorMessage": "no tag"}\n'
    outcome = of_end(1, Written(output=f"a log\n{answered}"), ".")
    assert (outcome.status, outcome.exception) == (Status.RAISED, "TagError")


def test_an_error_is_one_whatever_the_exit_code() -> None:
    outcome = of_end(0, Written(output='{"errorType": "E", "errorMessage": ""}'), ".")
    assert outcome.status is Status.RAISED


@pytest.mark.parametrize("output", ["", "pushed\n", "pushed\n3\n", "{not json}\n"])
def test_what_is_no_object_is_the_log_of_a_program_that_ends_well(output: str) -> None:
    outcome = of_end(0, Written(output=output), ".")
    assert (outcome.status, outcome.returned) == (Status.RETURNED, None)
    assert outcome.output == output.rstrip()


def test_the_id_of_a_call_is_left_out_of_what_a_runtime_says() -> None:
    message = "RequestId: 7f399cc8 Error: Runtime exited with error: exit status 42"
    outcome = of_answer({"errorType": "Runtime.ExitError", "errorMessage": message}, Written(), ".")
    assert outcome.message == "Runtime exited with error: exit status 42"


def test_a_long_line_is_read_in_time() -> None:
    assert traces.failure_in("a." * 200_000) is None
    assert traces.location_in("a/" * 200_000, ".") is None
