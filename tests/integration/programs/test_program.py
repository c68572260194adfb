"""Programs of several languages and manners: what they answer, and that none of them hangs us."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.runtime.outcome import Outcome, Status
from ecr_contracts.runtime.programs.conversation import LOADING
from ecr_contracts.runtime.programs.process import Stand
from ecr_contracts.runtime.programs.program import Program
from ecr_contracts.runtime.sandbox.kernel import namespaces
from ecr_contracts.runtime.sandbox.settings import Settings

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="programs are started by a fork")

PYTHON = sys.executable
Make = Callable[..., Program]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes a program of the text of a file, run by Python or a shell."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    made: list[Program] = []

    def make(text: str, name: str = "run.py", timeout: float = 5.0, **settings: Any) -> Program:
        (tmp_path / name).write_text(text)
        runner = "sh" if name.endswith(".sh") else PYTHON
        command = f"{runner} {name}"
        one = Program(command, timeout=timeout, settings=Settings(**settings), folder=str(tmp_path))
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


KEPT = """
import json, os, sys
for number, line in enumerate(sys.stdin):
    event = json.loads(line)
    print(json.dumps({"pid": os.getpid(), "number": number, "got": event}), flush=True)
"""


def test_a_program_that_answers_each_line_is_started_once(program: Make) -> None:
    kept = program(KEPT)
    answers = [kept.call({"n": n}).returned for n in range(3)]
    assert [answer["number"] for answer in answers] == [0, 1, 2]
    assert [answer["got"] for answer in answers] == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert len({answer["pid"] for answer in answers}) == 1
    assert not kept.is_started_anew


@pytest.mark.parametrize(
    "text",
    [
        "import json, sys; json.load(sys.stdin); print(json.dumps({'ok': 1}))",
        "import json, sys\nfor line in sys.stdin: print(json.dumps({'ok': 1}))",
        "import json, sys; sys.stdin.readline(); print(json.dumps({'ok': 1}, indent=1))",
        "import sys; sys.stdin.readline(); print('a line of log'); print('{\"ok\": 1}')",
    ],
    ids=["reads-to-the-end", "buffers-its-answers", "ends-by-itself", "logs-before"],
)
def test_a_program_that_ends_is_started_for_each_event(program: Make, text: str) -> None:
    once = program(text)
    outcomes = [once.call({"n": n}) for n in range(2)]
    assert [outcome.returned for outcome in outcomes] == [{"ok": 1}] * 2
    assert once.is_started_anew


def test_an_exit_code_is_an_answer(program: Make) -> None:
    once = program(
        'read -r event\ncase "$event" in *bad*) echo "no such image" >&2; exit 3;; esac\n',
        "run.sh",
    )
    assert once.call({"is": "good"}).status is Status.RETURNED
    bad = once.call({"is": "bad"})
    assert (bad.status, bad.exception, bad.message) == (
        Status.RAISED,
        "exit code 3",
        "no such image",
    )


def test_the_exception_and_its_line_are_read_off_a_traceback(program: Make) -> None:
    kept = program(
        "import json, sys\n"
        "def handle(event):\n"
        "    return event['tag'].upper()\n"
        "for line in sys.stdin:\n"
        "    print(json.dumps(handle(json.loads(line))), flush=True)\n"
    )
    assert kept.call({"tag": "latest"}).returned == "LATEST"
    outcome = kept.call({"other": 1})
    assert (outcome.status, outcome.exception, outcome.message) == (
        Status.RAISED,
        "KeyError",
        "'tag'",
    )
    location = outcome.location
    assert location is not None
    assert (location.file, location.line, location.function) == ("run.py", 3, "handle")
    assert kept.call({"tag": "next"}).returned == "NEXT", "it is started again"


def test_an_error_in_the_form_of_lambda_is_an_exception(program: Make) -> None:
    error = {
        "errorMessage": "no tag",
        "errorType": "TagError",
        "stackTrace": ['  File "run.py", line 2, in handle\n    raise TagError\n'],
    }
    kept = program(
        f"import json, sys\nfor line in sys.stdin: print({str(error)!r})".replace(
            "print(", "print(json.dumps(eval("
        )
        + "), flush=True)"
    )
    outcome = kept.call({})
    assert (outcome.status, outcome.exception, outcome.message) == (
        Status.RAISED,
        "TagError",
        "no tag",
    )
    assert outcome.location is not None
    assert outcome.location.line == 2


def test_big_events_and_answers_pass_both_ways_at_once(program: Make) -> None:
    kept = program(
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    sys.stderr.write('e' * 300_000)\n"
        "    print(line.strip(), flush=True)\n"
    )
    event = {"text": "x" * 500_000}
    assert kept.call(event).returned == event
    assert kept.call(event).returned == event


def test_what_hangs_is_late_and_the_next_event_gets_a_new_process(program: Make) -> None:
    kept = program(
        "import json, sys, time\n"
        "for line in sys.stdin:\n"
        "    time.sleep(60 if 'hang' in line else 0)\n"
        "    print('{}', flush=True)\n",
        timeout=0.3,
    )
    assert kept.call({}).status is Status.RETURNED
    began = time.monotonic()
    outcome = kept.call({"hang": 1})
    assert (outcome.status, outcome.message) == (Status.TIMED_OUT, "no answer within 0.3 s")
    assert time.monotonic() - began < 10
    assert kept.call({}).status is Status.RETURNED


def test_it_is_killed_with_its_children(program: Make, tmp_path: Path) -> None:
    kept = program(
        "import os, subprocess, sys\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        "away = subprocess.Popen(['sleep', '601'], start_new_session=True)\n"
        "for line in sys.stdin: print(f'[{child.pid}, {away.pid}]', flush=True)\n"
    )
    children = kept.call({}).returned
    kept.close()
    for pid in children:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_signal_is_told_by_its_name(program: Make) -> None:
    kept = program("import os, sys\nsys.stdin.readline()\nos.kill(os.getpid(), 11)\n")
    outcome = kept.call({})
    assert outcome.exception == "killed by SIGSEGV"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def handler(event, context): pass", "before it reads its standard input"),
        ("import nothing_of_this_name", "No module named 'nothing_of_this_name'"),
        ("import sys; sys.exit('AWS_LAMBDA_RUNTIME_API is not set')", "run it in a container"),
    ],
    ids=["nothing-runs", "import-fails", "waits-for-the-runtime"],
)
def test_a_program_that_never_reads_is_no_green(program: Make, text: str, said: str) -> None:
    unread = program(text)
    with pytest.raises(ConsumerError, match="before it reads its standard input") as raised:
        unread.call({})
    assert said in str(raised.value)


def test_an_end_that_is_told_together_with_the_beginning_is_seen(
    program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy machine reads both messages of the starter at once."""
    awaited = Stand._awaited

    def late(stand: Stand) -> Any:
        time.sleep(0.5)
        return awaited(stand)

    monkeypatch.setattr(Stand, "_awaited", late)
    ended = program("echo 'CONFIG is not set' >&2; exit 3", name="run.sh")
    began = time.monotonic()
    with pytest.raises(ConsumerError, match=r"it ends \(exit code 3\) before it reads") as raised:
        ended.call({})
    assert "it wrote: CONFIG is not set" in str(raised.value)
    assert time.monotonic() - began < LOADING / 2


def test_what_a_program_writes_before_its_first_event_is_told(program: Make) -> None:
    ended = program("echo 'CONFIG is not set' >&2; exec 2>&-; sleep 1; exit 3", name="run.sh")
    ended.start()
    time.sleep(0.5)
    with pytest.raises(ConsumerError, match="before it reads its standard input") as raised:
        ended.call({})
    assert "it wrote: CONFIG is not set" in str(raised.value)


def test_a_program_that_ends_in_order_amid_its_events_loses_one(program: Make) -> None:
    kept = program(
        "import sys\n"
        "for line in sys.stdin:\n"
        "    if 'skip' in line: sys.exit(0)\n"
        "    print('{}', flush=True)\n"
    )
    assert kept.call({}).status is Status.RETURNED
    outcome = kept.call({"skip": 1})
    assert (outcome.status, outcome.exception) == (Status.RAISED, "end without an answer")


@pytest.mark.parametrize("seconds", [0.0, 0.8], ids=["at-once", "slowly"])
def test_a_program_that_ends_behind_its_answer_loses_none(program: Make, seconds: float) -> None:
    ending = program(
        "import sys, time\n"
        "print(sys.stdin.readline(), end='', flush=True)\n"
        f"time.sleep({seconds})\n"
    )
    assert [ending.call({"n": n}).returned for n in range(3)] == [{"n": 0}, {"n": 1}, {"n": 2}]


def test_an_answer_and_the_end_may_come_together(program: Make) -> None:
    kept = program(
        "import sys\n"
        "for line in sys.stdin:\n"
        "    print(line, end='', flush=True)\n"
        "    if 'last' in line: sys.exit(0)\n"
    )
    events = [{"n": 0}, {"last": 1}, {"last": 2}, {"n": 3}]
    assert [kept.call(event).returned for event in events] == events


def test_two_lines_of_json_are_no_answer(program: Make) -> None:
    chatty = program(
        "import sys\n"
        "for line in sys.stdin:\n"
        '    print(\'{"level": "info"}\', flush=True)\n'
        "    print('{}', flush=True)\n"
    )
    with pytest.raises(SetupError, match="several lines of JSON for one event") as raised:
        chatty.call({})
    assert '{"level": "info"}' in str(raised.value)
    assert "write logs to standard error" in str(raised.value)


def test_lines_that_are_no_json_are_its_log(program: Make) -> None:
    kept = program(
        "import sys\n"
        "for line in sys.stdin:\n"
        "    print('got an event')\n"
        "    print('{}', flush=True)\n"
    )
    outcome = kept.call({})
    assert (outcome.returned, outcome.output) == ({}, "got an event")


def test_what_is_no_json_and_goes_on_is_told(program: Make) -> None:
    endless = program(
        "import sys, time\nsys.stdin.readline()\nprint('served', flush=True)\ntime.sleep(60)\n",
        timeout=1.5,
    )
    with pytest.raises(SetupError, match="no line of JSON") as raised:
        endless.call({})
    assert "served" in str(raised.value)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("no-such-program run", "there is no program no-such-program"),
        ("node run.mjs | cat", "no shell reads it"),
        ("", "no command"),
        ("sh -c 'echo", "no closing quotation"),
    ],
    ids=["not-there", "pipe", "empty", "quotes"],
)
def test_what_is_no_command_is_told(command: str, said: str) -> None:
    with pytest.raises(ConsumerError, match=said):
        _started(command)


def test_a_file_that_cannot_be_run_is_told(tmp_path: Path) -> None:
    script = tmp_path / "run"
    script.write_text("#!/no/such/interpreter\n")
    with pytest.raises(ConsumerError, match="chmod"):
        _started("./run", tmp_path)
    script.chmod(0o755)
    with pytest.raises(ConsumerError, match="what the first line of"):
        _started("./run", tmp_path)


def _started(command: str, folder: Path | None = None) -> None:
    program = Program(
        command, timeout=1.0, settings=Settings(), folder=None if folder is None else str(folder)
    )
    try:
        program.start()
    finally:
        program.close()


def test_no_answer_of_the_network_is_taken_for_a_fault(program: Make) -> None:
    kept = program(
        "import json, sys, urllib.request\n"
        "for line in sys.stdin:\n"
        "    urllib.request.urlopen('http://127.0.0.1:9/')\n"
    )
    outcome = kept.call({})
    assert outcome.stop is not None
    assert outcome.stop.effect.refused


def test_it_has_no_credentials_and_the_variables_that_are_given(
    program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-of-the-developer")
    monkeypatch.setenv("GITHUB_TOKEN", "another-secret-of-the-developer")
    kept = program(
        "import json, os, sys\n"
        "for line in sys.stdin: print(json.dumps(dict(os.environ)), flush=True)\n",
        env={"TABLE": "images"},
    )
    environment = kept.call({}).returned
    assert environment["TABLE"] == "images"
    assert environment["AWS_SECRET_ACCESS_KEY"] == "none"
    assert "GITHUB_TOKEN" not in environment


def test_the_system_keeps_it_from_files_of_others(program: Make, tmp_path: Path) -> None:
    kept = program(
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    try: open('written', 'w')\n"
        "    except OSError: print('false', flush=True)\n"
        "    else: print('true', flush=True)\n"
    )
    outcome = kept.call({})
    containment = kept.containment
    assert containment is not None
    if not containment.means:
        pytest.skip("this system holds nothing back")
    assert outcome.returned is False
    assert not (tmp_path / "written").exists()


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not here")
def test_node_tells_the_line_of_its_exception(tmp_path: Path) -> None:
    (tmp_path / "run.mjs").write_text(
        "import readline from 'node:readline'\n"
        "for await (const line of readline.createInterface({ input: process.stdin })) {\n"
        "  const event = JSON.parse(line)\n"
        "  console.log(JSON.stringify({ tag: event.detail.tags[0] }))\n"
        "}\n"
    )
    outcome = _outcome("node run.mjs", tmp_path, {"detail": {}})
    assert (outcome.status, outcome.exception) == (Status.RAISED, "TypeError")
    assert outcome.location is not None
    assert (outcome.location.file, outcome.location.line) == ("run.mjs", 4)


def _outcome(command: str, folder: Path, event: Any) -> Outcome:
    program = Program(command, timeout=10.0, settings=Settings(), folder=str(folder))
    try:
        return program.call(event)
    finally:
        program.close()


# --- programs that are made for Lambda ------------------------------------------------------------

BOOTSTRAP = """
import json, os, sys, traceback, urllib.request

place = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"

def handle(event):
    print("handling")
    if "exit" in event:
        sys.exit(event["exit"])
    return event["tag"].upper()

while True:
    with urllib.request.urlopen(f"{place}/next") as response:
        request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
        event = json.load(response)
    sort = "response"
    try:
        answer = handle(event)
    except Exception as error:
        sort = "error"
        answer = {"errorType": type(error).__name__, "errorMessage": str(error)}
        answer["stackTrace"] = traceback.format_tb(error.__traceback__)
    urllib.request.urlopen(f"{place}/{request_id}/{sort}", json.dumps(answer).encode()).close()
"""


def test_a_program_with_a_runtime_of_its_own_asks_for_its_events(program: Make) -> None:
    runtime = program(BOOTSTRAP)
    assert runtime.call({"tag": "latest"}).returned == "LATEST"
    failed = runtime.call({"other": 1})
    assert (failed.status, failed.exception) == (Status.RAISED, "KeyError")
    assert failed.location is not None
    assert failed.location.source == 'return event["tag"].upper()'
    assert runtime.call({"tag": "next"}).returned == "NEXT", "each answer is of its own event"
    assert not runtime.is_started_anew


def test_a_runtime_is_served_where_no_network_of_its_own_can_be_had(
    program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(namespaces, "enter", lambda wanted: 0)  # as in many containers
    runtime = program(BOOTSTRAP)
    assert runtime.call({"tag": "latest"}).returned == "LATEST"
    containment = runtime.containment
    assert containment is not None
    assert "network namespace" not in str(containment)


@pytest.mark.parametrize(("code", "exception"), [(0, "end without an answer"), (7, "exit code 7")])
def test_a_runtime_that_ends_amid_an_event_loses_it(
    program: Make, code: int, exception: str
) -> None:
    runtime = program(BOOTSTRAP)
    assert runtime.call({"tag": "latest"}).returned == "LATEST"
    assert runtime.call({"exit": code}).exception == exception
    assert runtime.call({"tag": "next"}).returned == "NEXT"


def test_a_runtime_that_hangs_is_late(program: Make) -> None:
    slow = BOOTSTRAP.replace('print("handling")', 'import time; time.sleep(event.get("wait", 0))')
    runtime = program(slow, timeout=0.4)
    assert runtime.call({"tag": "latest"}).returned == "LATEST"
    assert runtime.call({"tag": "latest", "wait": 60}).status is Status.TIMED_OUT
    assert runtime.call({"tag": "next"}).returned == "NEXT"


def test_a_runtime_that_cannot_begin_says_why(program: Make) -> None:
    runtime = program(
        "import os, urllib.request\n"
        "place = f\"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime\"\n"
        'error = b\'{"errorType": "Runtime.ImportModuleError"}\'\n'
        "urllib.request.urlopen(f'{place}/init/error', error).close()\n"
        "urllib.request.urlopen(f'{place}/invocation/next').close()\n"
    )
    with pytest.raises(ConsumerError, match="its runtime cannot begin") as raised:
        runtime.call({})
    assert "Runtime.ImportModuleError" in str(raised.value)
