"""Workers: a consumer in a process of its own, whatever it does to that process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from dataclasses import replace
from pathlib import Path
from textwrap import dedent, indent
from types import SimpleNamespace
from typing import Any

import pytest

from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.core.findings import Location
from ecr_contracts.core.own_faults import OwnFaultError
from ecr_contracts.discovery.target import Target
from ecr_contracts.runtime.effects import Effect, Effects, Origin, Sort
from ecr_contracts.runtime.lambda_context import NO_CREDENTIALS, lambda_environment
from ecr_contracts.runtime.outcome import CaughtException, Outcome, Status
from ecr_contracts.runtime.sandbox.kernel import Containment
from ecr_contracts.runtime.sandbox.settings import Settings
from ecr_contracts.runtime.scratch import Scratch
from ecr_contracts.runtime.worker import child as child_module
from ecr_contracts.runtime.worker import parent as workers
from ecr_contracts.runtime.worker import wire
from ecr_contracts.runtime.worker.parent import Worker
from tests.rows import keeping

ROOT = Path(__file__).parents[2]
EVENT = {"detail": {"image-tags": ["a", "b"]}, "region": "us-east-1"}

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="what is tried here is about processes of POSIX"
)


@pytest.fixture
def worker_of(tmp_path, monkeypatch):
    """A worker for a file with this text, or with one handler that has this body; closed after the
    test.
    """
    monkeypatch.chdir(tmp_path)
    with contextlib.ExitStack() as stack:

        def make(source: str, **options: float) -> Worker:
            settings = Settings(allow_processes=("sleep", "sh"))
            source = dedent(source).strip("\n")
            if "def handler" not in source:
                source = "import os, signal, sys, time\ndef handler(event, context):\n" + indent(
                    source, "    "
                )
            (tmp_path / "app.py").write_text(source)
            return stack.enter_context(
                Worker(Target.parse("app.py:handler"), settings=settings, **options)
            )

        yield make


def gone(pid: int) -> bool:
    """Whether a process is no more, after a little while."""
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


def run_python(script: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", *options, "-c", dedent(script)],
        capture_output=True,
        text=True,
        timeout=30,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        check=False,
    )


# The ordinary
# --------------------------------------------------------------------------------------------------


def test_a_call_gives_the_outcome(worker_of):
    worker = worker_of(
        "return {'tags': len(event['detail']['image-tags']), 'region': event['region']}"
    )
    outcome = worker.call(EVENT)
    [(file, marks)] = outcome.entered
    assert (os.path.basename(file), marks) == ("app.py", b"\x01")
    assert outcome == Outcome(
        Status.RETURNED,
        returned={"tags": 2, "region": "us-east-1"},
        seconds=outcome.seconds,
        entered=outcome.entered,
    )
    assert 0 < outcome.seconds < 1


def test_a_failure_gives_the_outcome_as_in_this_process(worker_of):
    outcome = worker_of("event.clear()\nprint('so far')\nreturn event['detail']").call(EVENT)
    assert (outcome.status, outcome.exception, outcome.message) == (
        Status.RAISED,
        "KeyError",
        "'detail'",
    )
    assert outcome.location == Location("app.py", 5, "handler", "return event['detail']")
    assert outcome.traceback.startswith("Traceback (most recent call last):\n  File ")
    assert (outcome.mutated, outcome.output) == (True, "so far\n")


def test_an_exit_is_an_outcome_and_the_process_stays(worker_of):
    worker = worker_of("if event: sys.exit(3)\nreturn os.getpid()")
    outcome = worker.call(EVENT)
    assert (outcome.status, outcome.message) == (Status.EXITED, "exit code 3")
    assert worker.call({}).status is Status.RETURNED


def test_what_a_call_looked_at_is_told_on_request(worker_of):
    worker = worker_of("return event['region']")
    plain, watched, again = worker.call(EVENT), worker.call(EVENT, trace=True), worker.call(EVENT)
    assert (plain.trace, again.trace) == (None, None)
    assert watched.trace is not None
    assert (watched.trace.paths_read, watched.trace.side_effects) == (("$.region",), ())
    assert watched.returned == plain.returned == "us-east-1"


def test_the_consumer_is_loaded_once(worker_of):
    worker = worker_of(
        """
        import os
        count = 0
        def handler(event, context):
            global count
            count += 1
            return [os.getpid(), count]
        """
    )
    (first, one), (second, two) = worker.call(EVENT).returned, worker.call(EVENT).returned
    assert (first, one, two) == (second, 1, 2)
    assert first != os.getpid()


def test_nothing_starts_before_the_first_call(worker_of):
    worker = worker_of("raise SystemExit(")
    with pytest.raises(ConsumerError, match="SyntaxError"):
        worker.start()


def test_a_started_worker_answers_from_the_same_process(worker_of):
    worker = worker_of("return os.getpid()")
    worker.start()
    worker.start()
    assert worker.call(EVENT).returned == worker.call(EVENT).returned


def test_a_closed_worker_starts_again(worker_of):
    worker = worker_of("return os.getpid()")
    first = worker.call(EVENT).returned
    worker.close()
    assert gone(first)
    worker.close()
    assert worker.call(EVENT).returned != first


def test_the_context_knows_the_timeout(worker_of):
    outcome = worker_of(
        "return [context.get_remaining_time_in_millis(), context.aws_request_id]", timeout=2.0
    ).call(EVENT)
    assert 1500 < outcome.returned[0] <= 2000
    assert len(outcome.returned[1]) == 36


def test_an_asynchronous_consumer_is_awaited(worker_of):
    worker = worker_of(
        "import asyncio\n"
        "async def handler(event, context):\n"
        "    await asyncio.sleep(0)\n"
        "    return event['region']"
    )
    assert [worker.call(EVENT).returned for _ in range(2)] == ["us-east-1"] * 2


def test_strange_values_survive_the_way(worker_of):
    worker = worker_of("return [event, '\\ud800', 2 ** 70, 'x' * 1_000_000]")
    payload = {"\udcff": ["\x00", 1.5, None, True]}
    assert worker.call(payload).returned == [payload, "\ud800", 2**70, "x" * 1_000_000]


def test_a_location_is_relative_to_where_the_worker_was_made(worker_of, monkeypatch, tmp_path):
    worker = worker_of("1 / 0")
    (tmp_path / "elsewhere").mkdir()
    worker.start()
    monkeypatch.chdir(tmp_path / "elsewhere")
    location = worker.call(EVENT).location
    assert location is not None
    assert location.file == "app.py"


# Loading
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "cause", "advice"),
    [
        (
            "import no_such_library\ndef handler(e): ...",
            "it needs the module 'no_such_library', which is not here",
            "install",
        ),
        ("def handler(): ...", "it cannot be called with an event", "Lambda calls it"),
        (
            "import sys\nsys.exit('usage')\ndef handler(e): ...",
            "it exits while it is imported, with 'usage' at app.py:2",
            "move",
        ),
        (
            "raise KeyboardInterrupt\ndef handler(e): ...",
            "it raises KeyboardInterrupt when it is imported",
            "give the run",
        ),
        (
            "import os\nos._exit(4)\ndef handler(e): ...",
            "importing it ends the process: the process ended with exit code 4",
            "import it alone to see why",
        ),
        (
            "import os\n"
            "print('a')\n"
            "print('what it said')\n"
            "os.kill(os.getpid(), 9)\n"
            "def handler(e): ...",
            "importing it ends the process: the process was killed by SIGKILL",
            "the last that it printed is: what it said",
        ),
    ],
)
def test_a_consumer_that_cannot_be_loaded_is_refused_here(worker_of, source, cause, advice):
    worker = worker_of(source)
    with pytest.raises(ConsumerError) as caught:
        worker.call(EVENT)
    assert caught.value.target == "app.py:handler"
    assert caught.value.cause.startswith(cause)
    assert caught.value.advice.startswith(advice)
    assert worker._process is None


@pytest.mark.long
def test_a_consumer_that_hangs_while_it_is_loaded_is_refused_with_the_line(worker_of):
    worker = worker_of("import signal\nsignal.pause()\ndef handler(e): ...", loading_timeout=0.6)
    with pytest.raises(ConsumerError) as caught:
        worker.start()
    assert caught.value.cause == "importing it takes longer than 0.6 s at app.py:2 (signal.pause())"
    assert caught.value.advice == "move what waits for something into the function"


@pytest.mark.long
def test_loading_may_take_longer_than_a_call(worker_of):
    worker = worker_of(
        "import select\nselect.select([], [], [], 0.3)\ndef handler(e): return 1", timeout=0.1
    )
    assert worker.call(EVENT).returned == 1
    assert (worker.loading_timeout, Worker(worker.target, timeout=50).loading_timeout) == (30, 50)


def test_what_is_printed_while_loading_belongs_to_no_call(worker_of):
    worker = worker_of("print('loading')\ndef handler(e): print('called')")
    assert worker.call(EVENT).output == "called\n"


def test_a_consumer_that_forks_while_it_is_loaded_is_one_consumer(worker_of):
    worker = worker_of("import os\nchild = os.fork()\ndef handler(e): return child != 0")
    assert [worker.call(EVENT).returned for _ in range(3)] == [True] * 3


# Death and delay
# --------------------------------------------------------------------------------------------------


@keeping(lambda body, message: "exit" in body or "SIGKILL" in body)
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("os._exit(0)", "the process ended with exit code 0"),
        ("os._exit(7)", "the process ended with exit code 7"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "the process was killed by SIGKILL"),
        (
            "os.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(9)",
            "the process was killed by SIGTERM",
        ),
        ("os.kill(os.getpid(), 37)\ntime.sleep(9)", "the process was killed by signal 37"),
        ("os.abort()", "the process was killed by SIGABRT"),
        ("import ctypes\nctypes.string_at(0)", "the process was killed by SIGSEGV"),
        (
            "import threading\nthreading.Thread(target=os._exit, args=(5,)).start()\ntime.sleep(9)",
            "the process ended with exit code 5",
        ),
        ("os.closerange(3, 64)", "the process ended with exit code 70"),
    ],
)
def test_a_death_is_an_outcome_and_the_next_call_has_another_process(worker_of, body, message):
    worker = worker_of(
        f"print('last words', flush=True)\nif event:\n{indent(body, '    ')}\nreturn 'alive'"
    )
    outcome = worker.call(EVENT)
    assert (outcome.status, outcome.message) == (Status.DIED, message)
    assert outcome.output.startswith("last words\n")
    assert outcome.seconds > 0
    assert worker.call({}).returned == "alive"


def test_a_segfault_leaves_its_stack_in_the_output(worker_of):
    outcome = worker_of("import ctypes\nctypes.string_at(0)").call(EVENT)
    assert "Fatal Python error: Segmentation fault" in outcome.output
    assert 'app.py", line 4 in handler' in outcome.output


def test_a_death_between_two_calls_is_nobodys_outcome(worker_of):
    worker = worker_of("return os.getpid()")
    first = worker.call(EVENT).returned
    os.kill(first, signal.SIGKILL)
    assert worker._process is not None
    worker._process._wait_for_end()
    outcome = worker.call(EVENT)
    assert outcome.status is Status.RETURNED
    assert outcome.returned != first


def test_a_process_that_hangs_up_but_lives_on_is_dead_to_us(worker_of, monkeypatch):
    worker = worker_of(
        """
        import os, threading, time
        def handler(event, context):
            os.closerange(3, 64)
            threading.Event().wait()
        """
    )
    monkeypatch.setattr(workers, "_PATIENCE", 0.1)
    outcome = worker.call(EVENT)
    assert (outcome.status, outcome.message) == (Status.DIED, "the process closed its connection")
    assert outcome.seconds < 1


@keeping(lambda body, source: body == source)
@pytest.mark.parametrize(
    ("body", "source"),
    [
        ("while True: pass", "while True: pass"),
        ("import threading\nthreading.Lock().acquire() and threading.Event().wait()", None),
        ("import subprocess\nsubprocess.run(['sleep', '60'])", "subprocess.run(['sleep', '60'])"),
        ("import socket\na, b = socket.socketpair()\na.recv(1)", "a.recv(1)"),
        ("import re\nre.match('(a+)+$', 'a' * 40 + 'b')", "re.match('(a+)+$', 'a' * 40 + 'b')"),
        ("try:\n    signal.pause()\nexcept BaseException:\n    signal.pause()", "signal.pause()"),
    ],
)
def test_a_late_call_is_an_outcome_with_the_line_where_it_hangs(worker_of, body, source):
    worker = worker_of(
        f"print('so far')\nif event:\n{indent(body, '    ')}\nreturn 'alive'", timeout=0.1
    )
    began = time.monotonic()
    outcome = worker.call(EVENT)
    assert time.monotonic() - began < 5  # where nobody stops it: without an end
    assert (outcome.status, outcome.message, outcome.output) == (
        Status.TIMED_OUT,
        "no answer within 0.1 s",
        "so far\n",
    )
    assert outcome.location is not None
    assert (outcome.location.file, outcome.location.function) == ("app.py", "handler")
    assert source in (None, outcome.location.source)
    assert outcome.seconds >= 0.1
    assert worker.call({}).returned == "alive"


def test_a_late_coroutine_is_located_where_it_waits(worker_of):
    worker = worker_of(
        """
        import asyncio
        async def handler(event, context):
            other = asyncio.create_task(asyncio.sleep(60))
            await deeper()
        async def deeper():
            await asyncio.sleep(60)
        """,
        timeout=0.1,
    )
    assert worker.call(EVENT).location == Location("app.py", 6, "deeper", "await asyncio.sleep(60)")


@keeping(lambda body: "valid_signals" in body)
@pytest.mark.parametrize(
    "body",
    [
        "signal.signal(signal.SIGUSR2, signal.SIG_DFL)",
        "signal.signal(signal.SIGUSR2, signal.SIG_IGN)",
        "signal.signal(signal.SIGUSR2, lambda *_: sys.exit(3))",
        "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "signal.signal(signal.SIGUSR2, lambda *_: None)",
    ],
)
def test_a_late_call_is_killed_even_if_it_will_not_say_where(worker_of, monkeypatch, body):
    monkeypatch.setattr(workers, "_PATIENCE", 0.1)
    outcome = worker_of(f"{body}\nimport threading\nthreading.Event().wait()", timeout=0.1).call(
        EVENT
    )
    assert (outcome.status, outcome.location) == (Status.TIMED_OUT, None)


def test_without_the_signal_a_late_call_is_killed_all_the_same(worker_of, monkeypatch):
    monkeypatch.setattr(workers, "LOCATION_SIGNAL", None)
    outcome = worker_of("while True: pass", timeout=0.1).call(EVENT)
    assert (outcome.status, outcome.location) == (Status.TIMED_OUT, None)


@pytest.mark.long
def test_what_a_late_call_has_started_is_killed_with_it(worker_of):
    worker = worker_of(
        """
        import subprocess, time
        def handler(event, context):
            print(subprocess.Popen(['sleep', '60']).pid)
            time.sleep(60)
        """,
        timeout=0.3,
    )
    assert gone(int(worker.call(EVENT).output))


@pytest.mark.long
def test_an_answer_that_comes_too_late_is_late(worker_of, monkeypatch):
    monkeypatch.setattr(workers, "_TRANSIT", 5.0)
    worker = worker_of("time.sleep(event)\nreturn os.getpid()", timeout=0.2)
    first = worker.call(0).returned
    assert worker.call(0.3).status is Status.TIMED_OUT
    assert worker.call(0).returned != first


def test_an_idle_process_is_not_asked_where_it_hangs(worker_of):
    worker = worker_of("return os.getpid()")
    first = worker.call(EVENT).returned
    os.kill(first, signal.SIGUSR2)
    assert worker.call(EVENT).returned == first


# Output and other tricks
# ---------------------------------------------------------------------------------------------


def test_nothing_that_is_written_reaches_our_own_output(worker_of, capfd):
    worker = worker_of(
        """
        print('print', end=' ')
        sys.stderr.write('stderr ')
        sys.__stdout__.write('original ')
        os.write(1, b'raw ')
        os.system('echo shell; echo error >&2')
        sys.stdout.buffer.write(b'buffer')
        import logging
        logging.warning('logged')
        """
    )
    assert (
        worker.call(EVENT).output
        == "print stderr original raw shell\nerror\nbuffer[WARNING]\tlogged\n"
    )
    worker.close()
    assert capfd.readouterr() == ("", "")


def test_the_log_is_set_up_as_in_lambda(worker_of):
    worker = worker_of(
        """
        import logging, sys
        form = logging.Formatter("%(levelname)s: %(message)s")
        logging.getLogger().handlers[0].setFormatter(form)
        logging.basicConfig(format="not used, for there is a handler")
        def handler(event, context):
            logging.info("not shown")
            logging.getLogger().setLevel(logging.INFO)
            logging.getLogger("own").info("shown")
            sys.stdout = None
            logging.info("lost")
        """
    )
    output = worker.call(EVENT).output
    assert output.startswith("INFO: shown\n--- Logging error ---\n")
    assert "AttributeError: 'NoneType' object has no attribute 'write'" in output


def test_the_environment_is_that_of_lambda_unless_it_is_set(worker_of, monkeypatch):
    for name in lambda_environment():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    outcome = worker_of(
        "return {name: value for name, value in os.environ.items() if name.startswith('AWS_')}"
    ).call(EVENT)
    assert lambda_environment() | {"AWS_REGION": "eu-west-1"} == {
        name: outcome.returned[name] for name in lambda_environment()
    }
    assert "AWS_LAMBDA_FUNCTION_NAME" not in os.environ


def test_no_credentials_reach_a_consumer(worker_of, monkeypatch):
    for name in (
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "AWS_ROLE_ARN",
    ):
        monkeypatch.setenv(name, "precious")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "precious")
    outcome = worker_of("return dict(os.environ)").call(EVENT)
    assert "precious" not in outcome.returned.values()
    assert outcome.returned["AWS_ACCESS_KEY_ID"] == "none"
    assert os.environ["AWS_PROFILE"] == "precious"


def test_a_worker_has_a_temporary_folder_and_a_home_of_its_own(worker_of, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    body = """
        import tempfile
        home = os.path.expanduser("~")
        open(os.path.join(home, "kept"), "w").close()
        shell = os.popen("echo $HOME $TMPDIR").read().split()
        made = tempfile.mkdtemp()
        return {
            "made": [made, os.path.dirname(made) == tempfile.gettempdir(), os.path.isdir(made)],
            "home": [home, os.listdir(home)],
            "as the shell has them": shell == [home, tempfile.gettempdir()],
            "elsewhere": os.environ.get("XDG_CONFIG_HOME"),
        }
    """
    worker = worker_of(dedent(body))
    outcome = worker.call(EVENT)
    name, *is_made = outcome.returned["made"]
    assert name.startswith("/tmp/")
    assert is_made == [True, True]
    assert outcome.returned["home"] == ["~", ["kept"]]
    assert outcome.returned["as the shell has them"]
    assert outcome.returned["elsewhere"] != str(tmp_path)
    # A file of the home is an effect; one of the temporary folder is gone with the container.
    [effect] = [effect for effect in outcome.effects if effect.sort is Sort.FILE]
    assert (effect.name, effect.reads) == ("~/kept", False)
    folder = worker._process._scratch.folder
    assert os.path.isdir(folder)
    worker.close()
    assert not os.path.exists(folder)


def test_without_room_for_a_temporary_folder_one_line_says_so(worker_of, monkeypatch, tmp_path):
    missing = tmp_path / "missing"
    monkeypatch.setattr(tempfile, "tempdir", str(missing))
    worker = worker_of("pass")
    monkeypatch.setattr("ecr_contracts.runtime.scratch._LONGEST_PLACE", 10_000)
    with pytest.raises(SetupError, match="no temporary folder can be made"):
        worker.call(EVENT)


GREEDY = """
kept = []
def handler(event, context):
    if event == "at once":
        return len(bytearray(400_000_000))
    if event == "for good":
        while True:
            kept.append({len(kept): object()})
    return len(kept)
"""


@pytest.fixture
def greedy(worker_of):
    """A worker that may take 64 MB, for a consumer that takes more."""
    if sys.platform != "linux":
        pytest.skip("only Linux tells what a process has")
    worker = worker_of(GREEDY, timeout=10)
    worker.settings = replace(worker.settings, memory=64)
    return worker


@pytest.mark.parametrize("event", ["at once", "for good"])
def test_memory_is_bounded_and_the_bound_is_told(greedy, event):
    greedy.start()
    pid = greedy._process._process.pid
    outcome = greedy.call(event)
    assert (outcome.status, outcome.exception) == (Status.RAISED, "MemoryError")
    assert outcome.message == "it may take 64 MB of memory, --memory MB gives it more"
    # What it took is gone with its process.
    assert gone(pid)
    assert greedy.call("nothing").returned == 0


def test_a_consumer_that_takes_all_memory_while_it_is_loaded_is_told_the_bound(greedy, tmp_path):
    (tmp_path / "app.py").write_text("x = bytearray(400_000_000)\ndef handler(event): pass")
    with pytest.raises(ConsumerError, match="it raises MemoryError when it is imported") as caught:
        greedy.start()
    assert caught.value.advice == "it may take 64 MB of memory, --memory MB gives it more"


def test_a_process_without_memory_for_its_answer_says_so(worker_of, monkeypatch):
    def fails(*_, **__):
        raise MemoryError

    monkeypatch.setattr(child_module, "call_observed", fails)
    outcome = worker_of("return 1").call(EVENT)
    assert (outcome.status, outcome.message) == (
        Status.DIED,
        "the process has no memory left: it may take 2048 MB of memory, --memory MB gives it more",
    )


def test_each_call_has_its_own_output(worker_of):
    worker = worker_of("print(event)")
    assert [worker.call(number).output for number in range(3)] == ["0\n", "1\n", "2\n"]


def test_much_output_keeps_its_end_and_is_not_kept_for_ever(worker_of):
    worker = worker_of("print('x' * event + 'end')")
    outcome = worker.call(2_000_000)
    assert len(outcome.output) == 10_000
    assert outcome.output.endswith("xend\n")
    assert worker._process is not None
    assert len(worker._process._output._kept) == 0
    assert [worker.call(1).output, worker.call(2).output] == ["xend\n", "xxend\n"]


@pytest.mark.parametrize(
    "prints",
    [
        "for _ in range(100): os.write(1, b'x' * 1_000_000)",
        "print('x' * 100_000_000)",
        "os.system('head -c 100000000 /dev/zero')",
    ],
    ids=["write", "print", "process"],
)
def test_a_flood_of_output_is_thrown_away(worker_of, prints):
    worker = worker_of(f"{prints}\nprint('end')", timeout=10)
    outcome = worker.call(EVENT)
    assert (outcome.status, len(outcome.output)) == (Status.RETURNED, 10_000)
    assert outcome.output.startswith("…")
    assert outcome.output.endswith("end\n")
    folder = Path(worker._process._scratch.folder)
    assert all(not path.is_file() for path in folder.rglob("*"))


def test_output_without_end_is_late(worker_of):
    worker = worker_of("while True: os.write(1, b'x' * 1_000_000)", timeout=0.3)
    began = time.monotonic()
    outcome = worker.call(EVENT)
    assert (outcome.status, outcome.message) == (Status.TIMED_OUT, "no answer within 0.3 s")
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "body",
    [
        "os.close(1)",
        "os.close(1); os.close(2)",
        "os.close(1); os.open('/dev/null', os.O_WRONLY)",
        "sys.stdout.close()",
        "sys.stdout.close(); sys.stderr.close()",
        "sys.stdout = None; sys.stderr = None",
        "import io; sys.stdout.detach(); sys.stdout = io.StringIO(); sys.stdout.close()",
        "class Odd:\n"
        "    closed = False\n"
        "    def flush(self): raise OSError\n"
        "if event['region']: sys.stderr = Odd()",
    ],
)
def test_a_consumer_that_breaks_its_output_has_it_again_in_the_next_call(worker_of, body):
    worker = worker_of(f"print('before')\nif event:\n{indent(body, '    ')}\nreturn 'fine'")
    outcome = worker.call(EVENT)
    assert (outcome.status, outcome.output) == (Status.RETURNED, "before\n")
    outcome = worker.call({})
    assert (outcome.returned, outcome.output) == ("fine", "before\n")


def test_standard_input_is_empty(worker_of):
    assert worker_of("return [sys.stdin.read(), os.read(0, 9).decode()]").call(EVENT).returned == [
        "",
        "",
    ]


def test_a_consumer_may_leave_threads_and_the_process_ends_all_the_same(worker_of):
    worker = worker_of(
        "import threading\n"
        "threading.Thread(target=time.sleep, args=(60,)).start()\n"
        "return os.getpid()"
    )
    pid = worker.call(EVENT).returned
    began = time.monotonic()
    worker.close()
    assert time.monotonic() - began < 5  # where it is waited for: a minute
    assert gone(pid)


def test_the_failure_of_a_thread_is_in_the_output(worker_of):
    worker = worker_of(
        "import threading\n"
        "thread = threading.Thread(target=lambda: 1 / 0)\n"
        "thread.start()\n"
        "thread.join()"
    )
    assert "ZeroDivisionError" in worker.call(EVENT).output


@keeping(lambda leaving: leaving.startswith("return"))
@pytest.mark.parametrize(
    "leaving", ["return 'child'", "raise ValueError", "sys.exit()", "os._exit(0)"]
)
def test_a_consumer_that_forks_has_one_outcome(worker_of, leaving):
    worker = worker_of(
        f"if not (child := os.fork()):\n    {leaving}\nos.waitpid(child, 0)\nreturn 'parent'"
    )
    assert [worker.call(EVENT).returned for _ in range(3)] == ["parent"] * 3


@pytest.mark.long
def test_a_child_that_outlives_the_consumer_holds_nothing_up(worker_of):
    worker = worker_of(
        "if not (child := os.fork()):\n"
        "    time.sleep(60)\n"
        "print(child)\n"
        "if event: os._exit(3)\n"
        "return child"
    )
    began = time.monotonic()
    outcome = worker.call(EVENT)
    assert (outcome.status, outcome.message) == (Status.DIED, "the process ended with exit code 3")
    assert gone(int(outcome.output))
    child = worker.call({}).returned
    worker.close()
    assert gone(child)
    assert time.monotonic() - began < 10  # where it is waited for: a minute


def test_a_consumer_may_use_multiprocessing(worker_of):
    worker = worker_of(
        """
        import multiprocessing
        def handler(event, context):
            ours, theirs = multiprocessing.Pipe()
            fork = multiprocessing.get_context('fork')
            process = fork.Process(target=theirs.send, args=(event['region'],))
            process.start()
            process.join()
            return ours.recv()
        """
    )
    assert worker.call(EVENT).returned == "us-east-1"


def test_a_consumer_may_have_signals_and_timers_of_its_own(worker_of):
    worker = worker_of(
        """
        import faulthandler, signal, time
        def handler(event, context):
            faulthandler.enable()
            faulthandler.dump_traceback_later(60)
            seen = []
            signal.signal(signal.SIGALRM, lambda *_: seen.append(1))
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.setitimer(signal.ITIMER_REAL, 0.01)
            time.sleep(0.05)
            return seen
        """
    )
    assert [worker.call(EVENT).returned for _ in range(2)] == [[1], [1]]


def test_the_parents_handlers_filters_and_hooks_are_not_the_consumers(worker_of, monkeypatch):
    before = signal.signal(signal.SIGALRM, lambda *_: None)
    monkeypatch.setattr(sys, "excepthook", print)
    monkeypatch.setattr(threading, "excepthook", print)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
    try:
        worker = worker_of(
            """
            import logging, threading, warnings
            warnings.warn("old", DeprecationWarning)
            return [
                signal.getsignal(signal.SIGALRM) is signal.SIG_DFL,
                signal.getsignal(signal.SIGINT) is signal.default_int_handler,
                signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set(),
                sys.excepthook is sys.__excepthook__,
                threading.excepthook is threading.__excepthook__,
                [type(handler).__name__ for handler in logging.getLogger().handlers]
                    == ["_LambdaLogHandler"],
                os.getpgrp() == os.getpid(),
                threading.current_thread() is threading.main_thread(),
            ]
            """
        )
        assert worker.call(EVENT).returned == [True] * 8
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR2})


# The parent
# --------------------------------------------------------------------------------------------------


def test_a_worker_works_beside_threads_and_in_them(worker_of):
    worker = worker_of("return os.getpid()")
    stop = threading.Event()
    idle = threading.Thread(target=stop.wait)
    idle.start()
    outcomes: list[Outcome] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        calling = threading.Thread(target=lambda: outcomes.append(worker.call(EVENT)))
        calling.start()
        calling.join()
    stop.set()
    idle.join()
    assert [outcome.status for outcome in outcomes] == [Status.RETURNED]


def test_other_warnings_are_not_hidden(worker_of, monkeypatch):
    worker = worker_of("return 1")
    real = workers.multiprocessing.get_context("fork").Process.start

    def start(process):
        warnings.warn("something else", DeprecationWarning, stacklevel=1)
        real(process)

    monkeypatch.setattr(workers.multiprocessing.get_context("fork").Process, "start", start)
    with pytest.warns(DeprecationWarning, match="something else"):
        worker.start()


def test_a_worker_works_while_a_loop_is_running(worker_of):
    worker = worker_of(
        "import asyncio\n"
        "async def handler(event, context):\n"
        "    await asyncio.sleep(0)\n"
        "    return 1"
    )

    async def test():
        return worker.call(EVENT).returned

    assert asyncio.run(test()) == 1


def test_several_workers_do_not_keep_each_other_alive(worker_of):
    first, second = worker_of("return os.getpid()"), worker_of("return os.getpid()")
    pids = [worker.call(EVENT).returned for worker in (first, second)]
    assert first._process is not None
    first._process._channel.close()
    assert gone(pids[0])
    assert second.call(EVENT).returned == pids[1]


def test_a_person_who_interrupts_a_call_leaves_no_process_behind(worker_of):
    worker = worker_of("print(1)\nwhile True: pass", timeout=30)
    worker.start()
    assert worker._process is not None
    pid = worker._process._process.pid
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        worker.call(EVENT)
    assert worker._process is None
    assert gone(pid)
    assert multiprocessing.active_children() == []


@pytest.mark.long
def test_the_end_of_the_parent_is_the_end_of_the_worker_whatever_it_does(tmp_path):
    (tmp_path / "app.py").write_text(
        "import os, signal, time\n"
        "for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):\n"
        "    signal.signal(number, signal.SIG_IGN)\n"
        "def handler(event, context):\n"
        "    with open(event, 'w') as file:\n"
        "        file.write(str(os.getpid()))\n"
        "    time.sleep(60)\n"
    )
    script = f"""
        import os, pathlib, threading, time
        from ecr_contracts.discovery.target import Target
        from ecr_contracts.runtime.sandbox.settings import Settings
        from ecr_contracts.runtime.worker.parent import Worker
        target = Target.parse({str(tmp_path / "app.py")!r} + ":handler")
        noted = pathlib.Path({str(tmp_path / "noted")!r})
        noted.touch()
        worker = Worker(target, timeout=60, settings=Settings(allow_write=(str(noted),)))
        def die():
            while not noted.read_text():
                time.sleep(0.01)
            print(noted.read_text(), flush=True)
            os.kill(os.getpid(), 9)
        threading.Thread(target=die).start()
        worker.call(str(noted))
    """
    done = run_python(script, TMPDIR=str(tmp_path))
    assert done.returncode == -signal.SIGKILL
    assert gone(int(done.stdout))
    assert {path.name for path in tmp_path.iterdir()} == {"app.py", "noted"}


def test_the_exit_handlers_of_the_parent_run_once_and_a_forgotten_worker_is_closed(tmp_path):
    (tmp_path / "app.py").write_text(
        "import os, signal\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "def handler(event): return os.getpid()\n"
    )
    script = f"""
        import atexit, os
        atexit.register(print, "exit of the parent")
        from ecr_contracts.discovery.target import Target
        from ecr_contracts.runtime.worker.parent import Worker
        worker = Worker(Target.parse({str(tmp_path / "app.py")!r} + ":handler"))
        print(worker.call(None).returned, flush=True)
        broken = Worker(Target.parse({str(tmp_path / "app.py")!r} + ":missing"))
        try:
            broken.start()
        except Exception as error:
            print(type(error).__name__)
    """
    done = run_python(script, TMPDIR=str(tmp_path))
    pid, *rest = done.stdout.splitlines()
    assert (done.returncode, done.stderr, rest) == (0, "", ["ConsumerError", "exit of the parent"])
    assert gone(int(pid))
    assert [path.name for path in tmp_path.iterdir()] == ["app.py"]


def test_a_copy_of_the_parent_leaves_the_worker_alone(worker_of):
    worker = worker_of("return os.getpid()")
    pid = worker.call(EVENT).returned
    copy = os.fork()
    if not copy:
        try:
            worker.close()
        finally:
            os._exit(0 if worker._process is None else 1)
    assert os.waitpid(copy, 0)[1] == 0
    assert worker.call(EVENT).returned == pid


def test_a_worker_can_be_spawned_where_there_is_no_fork(worker_of, monkeypatch):
    monkeypatch.setattr(workers.multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    worker = worker_of("print('out')\nif event: return event['region']\nos._exit(3)")
    outcome = worker.call(EVENT)
    assert (outcome.returned, outcome.output) == ("us-east-1", "out\n")
    assert worker.call(None).message == "the process ended with exit code 3"


def test_a_call_costs_little(worker_of):
    worker = worker_of("return None")
    times = []
    for _ in range(300):
        began = time.perf_counter()
        worker.call(EVENT)
        times.append(time.perf_counter() - began)
    # About 0.0002 on a quiet machine; the bound is for the busiest.
    assert sorted(times)[len(times) // 2] < 0.005


# The child's end, in this process
# -------------------------------------------------------------------------------------


class Ended(BaseException):
    """The end of the process, which nothing may catch."""


def asked(payload: object, *, trace: bool = False) -> bytes:
    """A request as the parent sends it."""
    return wire.pack_request(wire.Request(payload, trace))


class Line:
    """A channel whose other end has said everything in advance."""

    def __init__(self, *payloads: object) -> None:
        self.requests = [asked(payload) for payload in payloads]
        self.said: list[object] = []
        self.closed = False

    def request(self) -> bytes:
        if not self.requests:
            raise EOFError
        return self.requests.pop(0)

    def reply(self, message: bytes) -> None:
        self.said.append(wire.unpack(message))

    def close(self) -> None:
        self.closed = True


class Instead:
    """A module as the code under test sees it, with some names changed (pytest itself needs the
    real ones).
    """

    def __init__(self, module, **changed) -> None:
        self.__dict__.update(changed)
        self.without: set[str] = set()
        self.module = module

    def __getattr__(self, name):
        if name in self.without:
            raise AttributeError(name)
        return getattr(self.module, name)


@pytest.fixture
def child(tmp_path, monkeypatch):
    """This process, as a child that has nothing to lose: what would change it for good is only
    written down.
    """
    done: list[tuple[object, ...]] = []

    def note(name):
        return lambda *arguments, **_: done.append((name, *arguments))

    def end(code):
        done.append(("_exit", code))
        raise Ended

    monkeypatch.chdir(tmp_path)
    system = {name: note(name) for name in ("dup2", "setpgrp", "killpg")}
    monkeypatch.setattr(child_module, "os", Instead(os, _exit=end, **system))
    signals = {name: note(name) for name in ("signal", "set_wakeup_fd", "pthread_sigmask")}
    monkeypatch.setattr(child_module, "signal", Instead(signal, **signals))
    monkeypatch.setattr(child_module.gc, "freeze", note("freeze"))
    monkeypatch.setattr(child_module.faulthandler, "enable", note("enable"))
    monkeypatch.setattr(child_module, "contain", lambda _: Containment())
    monkeypatch.setattr(threading.Thread, "start", note("start"))
    monkeypatch.setattr(tempfile, "tempdir", tempfile.tempdir)
    process = SimpleNamespace(daemon=True)
    monkeypatch.setattr(multiprocessing, "current_process", lambda: process)
    for name in (
        "stdin",
        "stdout",
        "stderr",
        "__stdout__",
        "__stderr__",
        "excepthook",
        "unraisablehook",
    ):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(logging.getLogger(), "handlers", [logging.NullHandler()])
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
    path, argv, modules, bytecode = (
        sys.path[:],
        sys.argv[:],
        dict(sys.modules),
        sys.dont_write_bytecode,
    )
    environment = dict(os.environ)
    with warnings.catch_warnings():
        yield done
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:], sys.argv[:], sys.dont_write_bytecode = path, argv, bytecode
    for name in set(sys.modules) - set(modules):
        del sys.modules[name]
    sys.modules.update(modules)


def assignment(folder: Path | str) -> child_module.Assignment:
    target = Target.parse("app.py:handler")
    scratch = Scratch(str(folder))
    os.makedirs(scratch.tmp, exist_ok=True)
    return child_module.Assignment(target, Settings(), str(folder), 5.0, scratch)


def server_of(tmp_path: Path, source: str, line: Line) -> child_module._Server:
    (tmp_path / "app.py").write_text(dedent(source))
    return child_module._Server(assignment(tmp_path), line, 99)  # type: ignore[arg-type]


def test_the_child_loads_and_answers_until_nobody_asks(child, tmp_path):
    line = Line({"n": 1}, {"n": 2})
    server_of(
        tmp_path,
        "import sys\ndef handler(event, context):\n    sys.stdout.close()\n    return event['n']",
        line,
    ).serve()
    ready, *outcomes = line.said
    assert ready == wire.Loaded()
    assert [outcome.returned for outcome in outcomes if isinstance(outcome, Outcome)] == [1, 2]
    assert [entry for entry in child if entry[0] == "dup2" and entry[1] == 99] == [
        ("dup2", 99, 1),
        ("dup2", 99, 2),
    ] * 3
    assert ("enable", 2) in child
    assert not sys.stderr.closed


def test_the_child_watches_a_call_if_it_is_asked_to_and_no_other(child, tmp_path):
    line = Line()
    line.requests = [asked({"n": 1}), asked({"n": 2}, trace=True), asked({"n": 3})]
    server_of(tmp_path, "def handler(event): return event['n']", line).serve()
    _, *outcomes = line.said
    watched = [outcome.trace for outcome in outcomes if isinstance(outcome, Outcome)]
    assert [seen and seen.paths_read for seen in watched] == [None, ("$.n",), None]


def test_the_child_stops_when_it_is_told_to(child, tmp_path):
    line = Line({"n": 1})
    line.requests = [wire.STOP, asked({"n": 1})]
    server_of(tmp_path, "def handler(event): return 1", line).serve()
    assert line.said == [wire.Loaded()]


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("x = 1", "app.py has no 'handler'"),
        ("raise KeyboardInterrupt", "it raises KeyboardInterrupt when"),
    ],
)
def test_the_child_says_why_it_cannot_load(child, tmp_path, source, cause):
    line = Line({"n": 1})
    server_of(tmp_path, source, line).serve()
    [refused] = line.said
    assert isinstance(refused, wire.LoadFailure)
    assert refused.cause.startswith(cause)


def test_another_process_that_comes_back_ends(child, tmp_path, monkeypatch):
    server = server_of(tmp_path, "", Line())
    monkeypatch.setattr(server, "_process", -1)
    with pytest.raises(Ended):
        server._send(wire.Loaded())
    assert child == [("_exit", 0)]


def test_the_child_says_where_it_is_once_and_only_while_it_is_busy(child, tmp_path, monkeypatch):
    line = Line()
    server = server_of(tmp_path, "def handler(see): see()", line)
    monkeypatch.setattr(child_module, "sleep", lambda _: child_module.os._exit(9))
    with contextlib.chdir("."):
        handler = child_module.load(Target.parse("app.py:handler")).function
    with pytest.raises(Ended):
        handler(lambda: server._tell_location(0, sys._getframe()))
    server._tell_location(0, sys._getframe())
    assert line.said == [wire.Hanging(Location("app.py", 1, "handler", "def handler(see): see()"))]


def test_a_waiting_coroutine_is_found_by_its_frames():
    async def waiting():
        await asyncio.sleep(60)

    async def test():
        other = asyncio.create_task(asyncio.sleep(60))
        waiter = asyncio.create_task(consumed(waiting()))
        await asyncio.sleep(0)
        frames = child_module.coroutine_frames()
        other.cancel()
        waiter.cancel()
        return [frame.f_code.co_name for frame, _ in frames]

    # As the coroutine that `call` runs: what counts is the file of its code.
    code = "async def consumed(inner):\n    await inner\n"
    space: dict[str, Any] = {}
    exec(compile(code, child_module.coroutine_frames.__code__.co_filename, "exec"), space)
    consumed = space["consumed"]
    assert asyncio.run(test())[:2] == ["consumed", "waiting"]
    assert child_module.coroutine_frames() == []


def test_the_child_settles(child, monkeypatch):
    monkeypatch.setattr(
        child_module.signal,
        "getsignal",
        lambda number: print if number == signal.SIGALRM else signal.SIG_DFL,
    )
    monkeypatch.setattr(sys, "excepthook", print)
    monkeypatch.setattr(
        child_module.os, "environ", {"AWS_REGION": "eu-west-1", "AWS_PROFILE": "precious"}
    )
    child_module._settle()
    assert (
        child_module.os.environ
        == lambda_environment() | {"AWS_REGION": "eu-west-1"} | NO_CREDENTIALS
    )
    assert child == [
        ("freeze",),
        ("setpgrp",),
        ("signal", signal.SIGALRM, signal.SIG_DFL),
        ("signal", signal.SIGINT, signal.default_int_handler),
        ("set_wakeup_fd", -1),
        ("pthread_sigmask", signal.SIG_SETMASK, ()),
    ]
    assert sys.excepthook is sys.__excepthook__
    assert [type(handler) for handler in logging.getLogger().handlers] == [
        child_module._LambdaLogHandler
    ]
    assert logging.getLogger().level == logging.WARNING
    warnings.warn("nobody hears this", DeprecationWarning, stacklevel=1)


def test_the_life_of_a_child_ends_without_its_parents_exit_handlers(child, tmp_path):
    (tmp_path / "app.py").write_text("def handler(event): return event")
    (tmp_path / "tape").touch()
    line, other = Line(5), Line()
    arguments = (assignment(tmp_path), line, str(tmp_path / "tape"), [other], 1)
    with pytest.raises(Ended):
        child_module.run(*arguments)  # type: ignore[arg-type]
    assert child[-1] == ("_exit", 0)
    assert other.closed
    assert isinstance(line.said[1], Outcome)
    assert multiprocessing.current_process().daemon is False


def test_a_child_that_we_broke_says_so(child, tmp_path, capsys):
    with pytest.raises(Ended):
        child_module.run(
            assignment(""),
            Line(),  # type: ignore[arg-type]
            str(tmp_path / "missing" / "tape"),
            [],
            1,
        )
    assert child[-1] == ("_exit", 70)
    assert "FileNotFoundError" in capsys.readouterr().err


@pytest.mark.parametrize(("leads", "kills"), [(True, [("killpg", 0, signal.SIGKILL)]), (False, [])])
def test_the_watch_ends_the_group_when_the_parent_is_gone(child, monkeypatch, leads, kills):
    parents = iter([7, 7, 1])
    monkeypatch.setattr(child_module.os, "getppid", lambda: next(parents))
    monkeypatch.setattr(child_module.os, "getpgrp", lambda: os.getpid() if leads else 1)
    monkeypatch.setattr(threading.Event, "wait", lambda self, seconds: None)
    with pytest.raises(Ended):
        child_module._end_with(7)
    assert child == [*kills, ("_exit", 1)]


@pytest.mark.parametrize("known", [True, False])
def test_the_watch_of_other_systems_waits_for_the_parent(child, monkeypatch, known):
    waited = []
    parent = SimpleNamespace(join=lambda: waited.append(1))
    del child_module.os.killpg
    child_module.os.without.add("killpg")
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: parent if known else None)
    with pytest.raises(Ended):
        child_module._end_with(7)
    assert (waited, child) == ([1] if known else [], [("_exit", 1)])


@pytest.mark.parametrize(
    "answer",
    [
        wire.Loaded(),
        wire.LoadFailure("cause", "advice"),
        wire.LoadFailure("cause", "advice", "right after an answer that was made up"),
        wire.Hanging(),
        wire.Hanging(Location("app.py", 3, "handler", "pass")),
        Outcome(
            Status.RAISED,
            "KeyError",
            "'x'",
            Location("app.py", 3),
            "text",
            None,
            "",
            True,
            "out",
            0.5,
        ),
        Outcome(Status.RETURNED, returned={"location": [1, {"a": None}]}, seconds=1.0),
        Outcome(
            Status.RETURNED,
            effects=Effects(
                [
                    Effect(
                        Sort.AWS,
                        "sns.Publish",
                        {"Message": "x"},
                        answer={"a": 1},
                        origin=Origin.MADE_UP,
                    )
                ]
            ),
            caught=(
                CaughtException("KeyError", "'x'", Location("app.py", 3), None, 1, True, False),
            ),
            missing=("TOPIC",),
        ),
    ],
)
def test_answers_are_packed_without_loss_and_name_none_of_our_classes(answer):
    packed = wire.pack(answer)
    assert wire.unpack(packed) == answer
    assert b"ecr_contracts" not in packed


def test_the_lines_around_a_location_are_packed_with_it():
    place = Location("app.py", 3, "handler", "pass", around="if it:\n    pass", first=2)
    for answer in (wire.Hanging(place), Outcome(Status.RAISED, "KeyError", location=place)):
        found = wire.unpack(wire.pack(answer))
        assert isinstance(found, wire.Hanging | Outcome)
        assert found.location is not None
        assert (found.location, found.location.around, found.location.first) == (
            place,
            place.around,
            2,
        )


def test_the_public_names_are_there():
    assert workers.__all__ == ["Worker"]


def test_a_fault_of_ours_in_the_process_is_no_outcome(worker_of, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    worker = worker_of("return 1")

    def breaks(*_, **__):
        raise AssertionError("a fault of ours")

    monkeypatch.setattr(child_module, "call_observed", breaks)
    with pytest.raises(OwnFaultError, match="AssertionError: a fault of ours") as caught:
        worker.call(EVENT)
    assert "call_observed(" in Path(caught.value.file).read_text()
    assert worker._process is None


def test_a_fault_of_ours_while_code_is_changed_is_no_fault_of_the_code(
    worker_of, monkeypatch, tmp_path
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def breaks(*_):
        raise KeyError("a fault of ours")

    monkeypatch.setattr("ecr_contracts.runtime.sandbox.exceptions.marking", breaks)
    with pytest.raises(OwnFaultError, match="cannot be watched") as caught:
        worker_of("return 1").start()
    assert "KeyError: 'a fault of ours'" in Path(caught.value.file).read_text()
