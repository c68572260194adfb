"""What the kernel holds back: attacks in C, aimed at what belongs to the test."""

import contextlib
import ctypes
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from textwrap import dedent, indent

import pytest

from ecr_contracts.discovery.target import Target
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.session import Session
from ecr_contracts.engine.subjects.handler import Handler
from ecr_contracts.reporting.containment import held
from ecr_contracts.runtime.outcome import Status
from ecr_contracts.runtime.sandbox.kernel import Containment, Hold, contain
from ecr_contracts.runtime.sandbox.settings import Settings
from ecr_contracts.runtime.worker import child
from ecr_contracts.runtime.worker.parent import Worker
from tests.integration.sandbox.system_attacks import ATTACKS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds anything back")

NOBODY = 65534
HOLDS = {
    "connect": Hold.NETWORK,
    "connect_by_system_call": Hold.NETWORK,
    "connect_by_fast_open": Hold.CALLS,
    "connect_by_mptcp": Hold.CALLS,
    "connect_in_a_program": Hold.NETWORK,
    "send_datagram": Hold.DATAGRAMS,
    "send_connected_datagram": Hold.DATAGRAMS,
    "connect_unix_socket": Hold.SOCKETS,
    "connect_abstract_socket": Hold.PROCESSES,
    "kill": Hold.PROCESSES,
    "stop_parent": Hold.CALLS,
    "signal_parent_by_descriptor": Hold.CALLS,
    "trace": Hold.CALLS,
    "open_memory": Hold.PROCESSES,
    "read_environment": Hold.PROCESSES,
    "set_up_io_uring": Hold.CALLS,
    "read_secret": Hold.SECRETS,
    "write": Hold.WRITES,
    "truncate": Hold.WRITES,
    "remove": Hold.WRITES,
    "move": Hold.WRITES,
    "make_folder": Hold.WRITES,
    "change_mode": Hold.ATTRIBUTES,
}
"""By attack: what is to hold it back."""


class Aims:
    """What the attacks are aimed at, and whether it was harmed."""

    def __init__(self, folder):
        self.folder = folder
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.unix = socket.socket(socket.AF_UNIX)
        self.unix.bind(os.path.join(folder, "s.sock"))
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract.bind(f"\0ecr-{os.path.basename(folder)}")
        for listener in (self.unix, self.abstract):
            listener.listen()
        for listener in self.sockets():
            listener.setblocking(False)
        self.file = Path(folder, "kept.txt")
        self.secret = Path(folder, "home", ".aws", "credentials")
        self.secret.parent.mkdir(parents=True)
        self.victim = None
        self.renew()

    def sockets(self):
        return self.tcp, self.udp, self.unix, self.abstract

    def renew(self):
        for path in self.folder_entries():
            if path.name.startswith("kept.txt"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.file.write_text("kept")
        self.secret.write_text("planted")
        self.end_victim()
        self.victim = subprocess.Popen(["sleep", "60"])
        self.was = self.state()

    def end_victim(self):
        if self.victim is not None:
            self.victim.kill()
            self.victim.wait()

    def folder_entries(self):
        return sorted(Path(self.folder).iterdir())

    def event(self, attack):
        return {
            "attack": attack,
            "tcp": self.tcp.getsockname()[1],
            "udp": self.udp.getsockname()[1],
            "socket": os.path.join(self.folder, "s.sock"),
            "abstract": f"ecr-{os.path.basename(self.folder)}",
            "python": sys.executable,
            "victim": self.victim.pid,
            "secret": str(self.secret),
            "file": str(self.file),
        }

    def state(self):
        return (
            [path.name for path in self.folder_entries()],
            self.file.read_text() if os.access(self.file, os.R_OK) else None,
            stat.S_IMODE(self.file.stat().st_mode) if self.file.exists() else None,
        )

    def harmed(self):
        """What an attack reached."""
        reached = []
        for name, listener in zip(("tcp", "udp", "unix", "abstract"), self.sockets(), strict=True):
            with contextlib.suppress(BlockingIOError):
                if name == "udp":
                    listener.recv(10)
                else:
                    listener.accept()[0].close()
                reached.append(name)
        if self.state() != self.was:
            reached.append("files")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.victim.wait(0.01)
            reached.append("victim")
        return reached

    def close(self):
        self.end_victim()
        for listener in self.sockets():
            listener.close()


@pytest.fixture(scope="module")
def aims():
    # Not pytest's own folder, which another user may not enter.
    folder = tempfile.mkdtemp(prefix="ecr-aims-")
    os.chmod(folder, 0o755)
    shutil.copy(Path(__file__).parent / "system_attacks.py", folder)
    aims = Aims(folder)
    yield aims
    aims.close()
    shutil.rmtree(folder)


def as_ordinary_user(bounds):
    """Become one first, as most people are."""
    if os.getuid() == 0:
        scratch = os.path.dirname(tempfile.gettempdir())
        for place in (scratch, *map(str, Path(scratch).iterdir())):
            os.chown(place, NOBODY, NOBODY)
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # a process like any other again (PR_SET_DUMPABLE)
    return contain(bounds)


def without(*parts):
    """A way of containing on a system that lacks some parts."""

    def contained(bounds):
        with pytest.MonkeyPatch.context() as patch:
            package = "ecr_contracts.runtime.sandbox.kernel"
            if "namespaces" in parts:
                patch.setattr(f"{package}.namespaces.enter", lambda wanted: 0)
            if "landlock" in parts:
                patch.setattr(f"{package}.landlock.version", lambda: 0)
            if "seccomp" in parts:
                patch.setattr(f"{package}.seccomp.restrict", lambda *_, **__: frozenset())
            return as_ordinary_user(bounds)

    return contained


MACHINES = {
    "superuser": contain,
    "ordinary user": as_ordinary_user,
    "without namespaces": without("namespaces"),
    "without Landlock": without("landlock"),
    "with seccomp alone": without("namespaces", "landlock"),
    "with Landlock alone": without("namespaces", "seccomp"),
}
TRIED = [*MACHINES, "without anything"]


@pytest.fixture(scope="module", params=TRIED)
def worker(request, aims):
    with pytest.MonkeyPatch.context() as patch:
        machine = MACHINES.get(request.param, lambda bounds: Containment())
        patch.setattr(child, "contain", machine)
        patch.setenv("HOME", os.path.join(aims.folder, "home"))
        patch.chdir(aims.folder)
        with Worker(Target.parse("system_attacks.py:handler"), timeout=10) as worker:
            worker.start()
            worker.machine = request.param
            yield worker


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_said_to_be_held_back_is(worker, aims, attack):
    containment = worker.containment
    if worker.machine != "without anything" and not containment.held(HOLDS[attack]):
        pytest.skip(f"this kernel does not hold it back {worker.machine}")
    aims.renew()
    outcome = worker.call(aims.event(attack))
    assert outcome.status is Status.RETURNED, outcome
    harmed = aims.harmed()
    if worker.machine == "without anything":
        # The attack is one: it fails for no other reason.
        may_be_refused = attack in ("connect_by_mptcp", "connect_by_fast_open", "set_up_io_uring")
        assert may_be_refused or not outcome.returned["held"], outcome
        return
    # Nobody says that a datagram was lost.
    assert outcome.returned["held"] or "datagram" in attack, outcome
    assert harmed == []


@pytest.fixture
def worker_of(tmp_path, monkeypatch):
    """A worker for a handler with this body; closed after the test."""
    monkeypatch.setattr(child, "contain", contain)  # `worker` is there until the module's end
    monkeypatch.chdir(tmp_path)
    with contextlib.ExitStack() as stack:

        def make(body, **settings):
            head = "def handler(event, context):\n"
            (tmp_path / "app.py").write_text(head + indent(dedent(body).strip("\n"), "    "))
            target = Target.parse("app.py:handler")
            worker = Worker(target, settings=Settings(**settings), timeout=10)
            return stack.enter_context(worker)

        yield make


def returned(worker):
    outcome = worker.call({})
    assert outcome.status is Status.RETURNED, outcome
    return outcome.returned


EVERYDAY = {
    "a lock": "import multiprocessing\nreturn multiprocessing.Lock().acquire()",
    "a pool": """
        import multiprocessing
        with multiprocessing.get_context("fork").Pool(2) as pool:
            return pool.map(len, ["ab"]) == [2]
    """,
    "a manager": """
        import multiprocessing
        with multiprocessing.get_context("fork").Manager() as manager:
            return list(manager.list([1])) == [1]
    """,
    "a socket of its own": """
        import os, socket, tempfile
        path = os.path.join(tempfile.mkdtemp(), "own.sock")
        server = socket.socket(socket.AF_UNIX); server.bind(path); server.listen()
        client = socket.socket(socket.AF_UNIX); client.connect(path)
        return True
    """,
    "a pair of sockets": """
        import socket
        one, other = socket.socketpair()
        one.send(b"x")
        return other.recv(1) == b"x"
    """,
    "a server": """
        import socket
        return socket.create_server(("127.0.0.1", 0)).getsockname()[1] > 0
    """,
    "a UDP socket": """
        import socket
        return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).family == socket.AF_INET
    """,
    "an event loop": """
        import asyncio
        async def run(): return await asyncio.to_thread(int, "3")
        return asyncio.run(run()) == 3
    """,
    "localhost": """
        import socket
        socket.getaddrinfo("localhost", 80, flags=socket.AI_ADDRCONFIG)
        return bool(socket.gethostname())
    """,
    "a temporary file": """
        import os, tempfile
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a")
            open(path, "w").write("x"); os.chmod(path, 0o600); os.rename(path, path + "b")
            return open(path + "b").read() == "x"
    """,
    "a file of the system": "return bool(open('/etc/passwd').read(1))",
    "nothing": "return open('/dev/null', 'w').write('x') == 1",
    "its own facts": "return 'Pid:' in open('/proc/self/status').read()",
    "a signal to a child": """
        import os, signal, time
        child = os.fork()
        if not child:
            while True: pass
        os.kill(child, signal.SIGKILL)
        return os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    """,
    "limits of its own": """
        import resource
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        return True
    """,
}


@pytest.mark.parametrize("machine", ["superuser", "without namespaces"])
@pytest.mark.parametrize("body", EVERYDAY.values(), ids=EVERYDAY)
def test_what_handlers_do_every_day_works(worker_of, monkeypatch, body, machine):
    if machine != "superuser":
        monkeypatch.setattr("ecr_contracts.runtime.sandbox.kernel.namespaces.enter", lambda _: 0)
    assert returned(worker_of(body)) is True


@pytest.mark.parametrize("is_c", [False, True], ids=["Python", "C"])
def test_a_port_that_is_let_through_is_reached_and_no_other(worker_of, aims, is_c):
    with socket.create_server(("127.0.0.1", 0)) as allowed:
        port = allowed.getsockname()[1]
        worker = worker_of(
            f"""
            import ctypes, socket, struct
            reached = []
            for port in ({port}, {aims.tcp.getsockname()[1]}):
                if {is_c}:
                    libc = ctypes.CDLL(None)
                    address = struct.pack("=H", 2) + struct.pack("!H", port) + bytes([127, 0, 0, 1])
                    reached.append(not libc.connect(libc.socket(2, 1, 0), address + bytes(8), 16))
                else:
                    try: socket.create_connection(("127.0.0.1", port), 2).close()
                    except OSError: reached.append(False)
                    else: reached.append(True)
            return reached
            """,
            allow_net=(f"127.0.0.1:{port}",),
        )
        worker.start()
        if is_c and not worker.containment.held(Hold.NETWORK):
            pytest.skip("this kernel's Landlock knows no ports")
        assert returned(worker) == [True, False]


@pytest.mark.parametrize(
    "does",
    [
        "os.kill(os.getppid(), signal.SIGTERM)",
        "os.killpg(os.getpgid(os.getppid()), signal.SIGTERM)",
        "os.kill(VICTIM, signal.SIGKILL)",
        "os.kill(-1, signal.SIGTERM)",
        "resource.prlimit(VICTIM, resource.RLIMIT_CPU, (0, 0))",
    ],
)
def test_the_guard_refuses_to_harm_other_processes(worker_of, aims, monkeypatch, does):
    monkeypatch.setattr(child, "contain", lambda _: Containment())
    if "-1" in does:  # should the guard fail, let it be refused further down
        monkeypatch.setattr(child, "contain", contain)
    aims.renew()
    body = f"import os, resource, signal\n{does.replace('VICTIM', str(aims.victim.pid))}"
    outcome = worker_of(body).call({})
    assert outcome.status is Status.RAISED
    assert outcome.exception == "PermissionError"
    assert "the sandbox refuses" in outcome.message
    assert "a process that is not its own" in outcome.message
    assert [(effect.sort.value, effect.refused) for effect in outcome.effects] == [
        ("process", True)
    ]
    assert aims.harmed() == []


def test_what_may_be_written_is_written_by_programs_too(worker_of, tmp_path):
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    body = f"""
        import subprocess
        for place in ({str(allowed / "a")!r}, {str(tmp_path / "b")!r}, "c"):
            subprocess.run(["sh", "-c", "echo x > " + place], stderr=subprocess.DEVNULL)
    """
    worker = worker_of(body, allow_write=("allowed",), allow_processes=("sh",))
    outcome = worker.call({})
    assert outcome.status is Status.RETURNED, outcome
    assert [effect.sort.value for effect in outcome.effects] == ["process"] * 3
    if not worker.containment.held(Hold.WRITES):
        pytest.skip("this kernel does not hold writes")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["allowed", "app.py"]
    assert [path.name for path in allowed.iterdir()] == ["a"]


@pytest.mark.parametrize(
    "takes_apart",
    [
        "from ecr_contracts.runtime.sandbox import guard; guard._active = None",
        "[g._handlers.clear() for g in gc.get_objects() if type(g).__name__ == 'Guard']",
    ],
)
def test_a_guard_that_is_taken_apart_leaves_the_kernel(worker_of, aims, takes_apart):
    aims.renew()
    address = ("127.0.0.1", aims.tcp.getsockname()[1])
    worker = worker_of(
        f"""
        import gc, _socket
        {takes_apart}
        try: _socket.socket().connect({address!r})
        except OSError as error: return type(error).__name__ + str(error)
        """
    )
    message = returned(worker)
    if not worker.containment.held(Hold.NETWORK):
        pytest.skip("this kernel does not hold connections")
    assert message
    assert "the sandbox" not in message
    assert aims.harmed() == []


@pytest.mark.parametrize("others", [0, 2, 20])
def test_the_function_below_subprocess_is_refused(worker_of, others):
    body = f"import subprocess; subprocess._fork_exec(['x'], [b'/bin/x'], *[None] * {others})"
    outcome = worker_of(body).call({})
    assert outcome.exception == "PermissionError"
    assert "--allow-process x" in outcome.message


def test_a_verdict_says_what_is_held(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text("def handler(event, context): return 1")
    with Session(Handler("app.py:handler"), Request(cases=("push/sample",))) as session:
        verdict = session.report()
    assert verdict.containment is not None
    assert held(verdict.containment).startswith("what gets past Python ")


def test_containment_crosses_the_line_as_it_is():
    containment = Containment.of({"network": ["Landlock"], "processes": ["a", "b"], "else": ["c"]})
    assert Containment.of_texts(containment.as_texts()) == containment
    assert containment.held(Hold.NETWORK)
    assert not containment.held(Hold.WRITES)
    assert containment.as_json()["processes"] == ["a", "b"]
    assert set(containment.as_json()) == set(Hold)
