"""The end of a worker is the end of all that it started, and so is the end of its parent."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent, indent

import pytest

from ecr_contracts.discovery.target import Target
from ecr_contracts.runtime.outcome import Status
from ecr_contracts.runtime.sandbox.guard import Guard
from ecr_contracts.runtime.sandbox.kernel import Containment
from ecr_contracts.runtime.sandbox.settings import Settings
from ecr_contracts.runtime.scratch import Scratch
from ecr_contracts.runtime.worker import child, warden
from ecr_contracts.runtime.worker.parent import Worker
from tests.rows import keeping

ROOT = Path(__file__).parents[2]
EVENT = {"detail": {}}

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux gives orphans back to an ancestor"
)

ORPHANS = {
    "of its own session": "os.setsid()",
    "forked twice": "os.fork() and os._exit(0); os.setsid(); os.fork() and os._exit(0)",
    "of its own group": "os.setpgid(0, 0)",
    "without files": "os.setsid(); os.closerange(0, 256)",
    "deaf to signals": "os.setsid(); [signal.signal(n, signal.SIG_IGN) for n in range(1, 32)"
    " if n not in (signal.SIGKILL, signal.SIGSTOP)]",
    "without its death signal": "import ctypes; ctypes.CDLL(None).prctl(1, 0); os.setsid()",
    "that starts others": "os.setsid(); [os.fork() for _ in range(3)]",
}
"""What an orphan does to get away before it notes its number."""


def orphan(does: str) -> str:
    """A body that leaves an orphan, which notes its number in the file `pids`."""
    return f"""
if os.fork() == 0:
    {does}
    with open(os.environ["PIDS"], "a") as file:
        file.write(f"{{os.getpid()}} ")
    while True:
        time.sleep(0.01)
while not os.path.exists(os.environ["PIDS"]):
    pass
"""


@pytest.fixture
def worker_of(tmp_path, monkeypatch):
    """A worker for a handler with this body; closed after the test."""
    monkeypatch.chdir(tmp_path)
    with contextlib.ExitStack() as stack:

        def make(body: str, **options: float) -> Worker:
            (tmp_path / "app.py").write_text(handler(body))
            environment = {"PIDS": str(tmp_path / "pids")}
            settings = Settings(env=environment, allow_write=(str(tmp_path),))
            target = Target.parse("app.py:handler")
            return stack.enter_context(Worker(target, settings=settings, **options))

        yield make


@pytest.fixture
def unheld(monkeypatch):
    """Workers that neither the guard nor the kernel keeps from harming other processes."""
    monkeypatch.setattr(child, "contain", lambda _: Containment())
    monkeypatch.setattr(Guard, "_signal", lambda *_: None)


def handler(body: str) -> str:
    head = "import os, signal, sys, time\ndef handler(event, context):\n"
    return head + indent(dedent(body).strip("\n"), "    ")


def noted(tmp_path: Path) -> list[int]:
    """The numbers of the orphans, which they note at their start."""
    numbers = (tmp_path / "pids").read_text().split()
    assert numbers
    return [int(number) for number in numbers]


def gone(process: int) -> bool:
    """Whether a process is no more, after a little while."""
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.005)
    return False


def folder_of(worker: Worker) -> str:
    """The scratch folder of a worker that runs."""
    return worker._process._scratch.folder


@pytest.mark.parametrize("does", ORPHANS.values(), ids=ORPHANS.keys())
def test_an_orphan_ends_with_its_worker(worker_of, tmp_path, does):
    worker = worker_of(orphan(does))
    assert worker.call(EVENT).status is Status.RETURNED
    folder = folder_of(worker)
    worker.close()
    assert all(map(gone, noted(tmp_path)))
    assert not os.path.exists(folder)


@keeping(lambda ends, *_: "SIGSTOP" not in ends)
@pytest.mark.parametrize(
    ("ends", "status", "message"),
    [
        ("os._exit(7)", Status.DIED, "exit code 7"),
        ("os.kill(os.getpid(), signal.SIGKILL)", Status.DIED, "killed by SIGKILL"),
        ("os.abort()", Status.DIED, "killed by SIGABRT"),
        ("while True: pass", Status.TIMED_OUT, "no answer within"),
        ("os.kill(os.getpid(), signal.SIGSTOP)", Status.TIMED_OUT, "no answer within"),
    ],
)
def test_however_a_worker_ends_its_orphans_do(worker_of, tmp_path, ends, status, message):
    worker = worker_of(orphan(ORPHANS["of its own session"]) + ends, timeout=0.5)
    outcome = worker.call(EVENT)
    assert outcome.status is status
    assert message in outcome.message
    assert all(map(gone, noted(tmp_path)))


@pytest.mark.usefixtures("unheld")
@pytest.mark.parametrize(
    ("does", "sees"),
    [
        ("os.kill(os.getppid(), signal.SIGKILL)\nwhile True: pass", Status.DIED),
        ("os.kill(os.getppid(), signal.SIGSTOP)", Status.RETURNED),
        ("os.kill(os.getppid(), signal.SIGINT)", Status.RETURNED),
        ("os.kill(os.getppid(), signal.SIGTERM)", Status.RETURNED),
        ("os.killpg(os.getpgid(os.getppid()), signal.SIGHUP)", Status.RETURNED),
    ],
    ids=["kill", "stop", "interrupt", "terminate", "hang-up"],
)
def test_a_consumer_that_harms_the_process_above_it_harms_no_run(worker_of, tmp_path, does, sees):
    worker = worker_of(orphan(ORPHANS["of its own session"]) + does)
    outcome = worker.call(EVENT)
    assert outcome.status is sees
    if sees is Status.DIED:
        assert outcome.message == (
            "the process that watches over it was killed by SIGKILL, most likely by what it did"
        )
    worker.close()
    assert all(map(gone, noted(tmp_path)))


@pytest.mark.usefixtures("unheld")
@pytest.mark.parametrize("escape", ["of its own session", "without files"])
def test_what_was_started_is_found_without_a_warden(worker_of, tmp_path, escape):
    body = orphan(ORPHANS[escape]) + "os.kill(os.getppid(), signal.SIGKILL)"
    worker = worker_of(body + "\nwhile True: pass")
    bystander = subprocess.Popen(["sleep", "20"])
    try:
        assert worker.call(EVENT).status is Status.DIED
        assert all(map(gone, noted(tmp_path)))
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_nothing_of_another_folder_is_taken_for_a_survivor(tmp_path):
    scratch = Scratch(str(tmp_path))
    os.makedirs(scratch.tmp)
    environment = os.environ | {"TMPDIR": scratch.tmp}
    descriptor = os.open(scratch.tmp, os.O_RDONLY)
    with (
        subprocess.Popen(["sleep", "20"]) as other,
        subprocess.Popen(["sleep", "20"], env=environment) as named,
        subprocess.Popen(["sleep", "20"], cwd=scratch.tmp) as inside,
        subprocess.Popen(["sleep", "20"], pass_fds=[descriptor]) as holding,
    ):
        os.close(descriptor)
        found = warden._survivors(scratch)
        for process in (other, named, inside, holding):
            process.kill()
    assert found == {named.pid, inside.pid, holding.pid}


PARENT = """
    import os, signal, sys
    from ecr_contracts.discovery.target import Target
    from ecr_contracts.runtime.sandbox.settings import Settings
    from ecr_contracts.runtime.worker.parent import Worker
    settings = Settings(env={{"PIDS": {pids!r}}}, allow_write=({folder!r},))
    worker = Worker(Target.parse({file!r} + ":handler"), settings=settings)
    worker.call({{}})
    print(worker._process._scratch.folder, flush=True)
    {end}
"""


@keeping(lambda end: "SIGKILL" in end)
@pytest.mark.parametrize(
    "end",
    ["os.kill(os.getpid(), signal.SIGKILL)", "os._exit(0)", "os.kill(os.getpid(), signal.SIGTERM)"],
    ids=["killed", "ended", "terminated"],
)
def test_a_parent_that_ends_all_at_once_leaves_nothing_behind(tmp_path, end):
    (tmp_path / "app.py").write_text(handler(orphan(ORPHANS["forked twice"])))
    pids, file = str(tmp_path / "pids"), str(tmp_path / "app.py")
    script = PARENT.format(pids=pids, folder=str(tmp_path), file=file, end=end)
    # The pipes end with the last process that has them.
    done = subprocess.run(
        [sys.executable, "-c", dedent(script)],
        capture_output=True,
        text=True,
        timeout=20,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert all(map(gone, noted(tmp_path)))
    assert done.stderr == (
        "ecr-contracts: this run ended all at once while it worked on "
        f"{tmp_path / 'app.py'}:handler; was it killed?\n"
    )
    folder = done.stdout.strip()
    deadline = time.monotonic() + 3
    while os.path.exists(folder) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not os.path.exists(folder)


def test_a_warden_ends_as_its_worker_did():
    for code in (0, 3, -signal.SIGSEGV, -signal.SIGKILL, -signal.SIGTERM):
        pid = os.fork()
        if pid == 0:
            if code < 0:
                warden._end_as(-code)
            warden._end_as(code << 8)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == code
