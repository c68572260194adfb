"""The guard: nothing gets out, what is refused or done is noted, and nothing remains.

The hook that a guard needs stays in a process for good, so that guarded code runs in processes of
its own here.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
from pathlib import Path

import pytest

from ecr_contracts.core import limits
from tests.integration.sandbox.ways_out import DATAGRAMS, LOOK_UPS, WAYS

HERE = Path(__file__).parent
REACHING = sorted(set(WAYS) - LOOK_UPS)
PROCESSES = {
    name
    for name in WAYS
    if any(word in name for word in ("process", "popen", "check", "system", "spawn"))
}
PROCESSES |= {"asyncio_exec", "asyncio_shell"}
FORKS = {"fork", "forkpty", "spawnv", "execv", "execve", "multiprocessing_fork"}
PROCESSES -= FORKS


class Listener:
    """Counts what arrives at a TCP port and a UDP port of loopback."""

    def __init__(self):
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.ports = self.tcp.getsockname()[1], self.udp.getsockname()[1]
        self.arrived = threading.Semaphore(0)
        self.stopping = False
        self.threads = [threading.Thread(target=work) for work in (self.accept, self.receive)]
        for thread in self.threads:
            thread.start()

    def accept(self):
        while True:
            connection, _ = self.tcp.accept()
            connection.close()
            if self.stopping:
                return
            self.arrived.release()

    def receive(self):
        while self.udp.recv(100) != b"stop":
            self.arrived.release()

    def waits(self, seconds):
        """Whether something arrives, or has done."""
        return self.arrived.acquire(timeout=seconds)

    def close(self):
        self.stopping = True
        socket.create_connection(("127.0.0.1", self.ports[0])).close()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"stop", ("127.0.0.1", self.ports[1]))
        for thread in self.threads:
            thread.join()
        self.tcp.close()
        self.udp.close()


class Runner:
    """A process that tries ways out."""

    def __init__(self, settings):
        self.listener = Listener()
        environment = dict(os.environ, PYTHONPATH=str(HERE.parent), PYTHONWARNINGS="ignore")
        self.process = subprocess.Popen(
            [sys.executable, HERE / "ways_out.py", json.dumps(settings(self.listener.ports))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
        )

    def tries(self, name):
        self.process.stdin.write(f"{name} {self.listener.ports[0]} {self.listener.ports[1]}\n")
        self.process.stdin.flush()
        while not (line := self.process.stdout.readline()).startswith('{"raised"'):
            assert line, "the process ended"
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
        self.listener.close()


def running(settings):
    runner = Runner(settings)
    try:
        yield runner
        assert not runner.listener.waits(0.05)
    finally:
        runner.close()


@pytest.fixture(scope="module")
def guarded():
    yield from running(lambda ports: {})


@pytest.fixture(scope="module")
def unguarded():
    yield from running(lambda ports: None)


@pytest.fixture(scope="module")
def allowed():
    programs = [os.path.basename(sys.executable), sys.executable, "sh"]
    yield from running(
        lambda ports: {
            "allow_net": [f"127.0.0.1:{port}" for port in ports],
            "allow_processes": programs,
        }
    )


@pytest.mark.parametrize("name", REACHING)
def test_without_a_guard_each_way_reaches_the_listener(unguarded, name):
    unguarded.tries(name)
    assert unguarded.listener.waits(5)


@pytest.mark.parametrize("name", REACHING)
def test_what_is_let_through_reaches_the_listener(allowed, name):
    told = allowed.tries(name)
    assert allowed.listener.waits(5)
    assert not [effect for effect in told["effects"] if effect["refused"]]
    assert all(effect["sort"] == "process" for effect in told["effects"])
    assert bool(told["effects"]) == (name in PROCESSES | FORKS)


@pytest.mark.parametrize("name", sorted(WAYS))
def test_no_way_leads_out_of_the_guard(guarded, name):
    told = guarded.tries(name)
    assert not guarded.listener.waits(0.01)
    tcp, udp = guarded.listener.ports
    if name in FORKS:  # it is the child that is refused
        assert [(e["sort"], e["name"], e["refused"]) for e in told["effects"]] == [
            ("process", "fork", False)
        ]
        return
    refused = [effect for effect in told["effects"] if effect["refused"]]
    assert len(refused) == 1
    kind, is_os_error, message = told["raised"]
    assert is_os_error
    assert "the sandbox refuses" in message
    if name in PROCESSES:
        assert kind == "PermissionError"
        assert refused[0]["sort"] == "process"
        program = (
            "sh"
            if name in ("subprocess_shell", "os_system", "os_popen", "asyncio_shell")
            else sys.executable
        )
        assert f"--allow-process {os.path.basename(program)}" in message
        assert sys.executable in refused[0]["name"]
    elif name in LOOK_UPS:
        assert refused[0]["sort"] == "network"
        host = "192.0.2.1" if name in ("gethostbyaddr", "getnameinfo") else "chat.example.invalid"
        assert refused[0]["name"].partition(":")[0] == host
        assert f"--allow-net {host}:" in message
        assert kind == (
            "ConnectionRefusedError"
            if name in ("connect_by_name", "sendto_by_name")
            else "gaierror"
        )
    else:
        host = "localhost" if name == "connect_localhost" else "127.0.0.1"
        address = f"{host}:{udp if name in DATAGRAMS else tcp}"
        assert (refused[0]["sort"], refused[0]["name"]) == ("network", address)
        assert f"--allow-net {address}" in message
        assert kind == ("URLError" if name == "urllib_request" else "ConnectionRefusedError")


def test_another_port_of_a_host_that_is_let_through_is_refused(allowed):
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        ports = allowed.listener.ports
        allowed.listener.ports = other.getsockname()[1], ports[1]
        try:
            told = allowed.tries("connect")
        finally:
            allowed.listener.ports = ports
        assert told["raised"][0] == "ConnectionRefusedError"
        with pytest.raises(BlockingIOError):
            other.accept()


def test_a_name_that_is_let_through_stands_for_its_addresses():
    runner = Runner(lambda ports: {"allow_net": [f"localhost:{ports[0]}"]})
    try:
        for name in ("connect", "connect_localhost", "urllib_request"):
            runner.tries(name)
            assert runner.listener.waits(5), name
        assert runner.tries("udp_connect")["raised"]
    finally:
        runner.close()


def guarded_code(code, folder, **settings):
    """The effects of some code that is the consumer's own, and what it prints."""
    script = folder / "app.py"
    script.write_text(textwrap.dedent(code))
    starting = textwrap.dedent(f"""
        import json, runpy, sys
        from dataclasses import asdict
        from ecr_contracts.discovery.user_code import UserCode
        from ecr_contracts.runtime.sandbox.guard import Guard
        from ecr_contracts.runtime.sandbox.recorder import Recorder
        from ecr_contracts.runtime.sandbox.settings import Settings
        recorder = Recorder()
        user_code = UserCode.around({str(script)!r}, {str(folder)!r})
        guard = Guard(recorder, Settings(**{settings!r}), user_code)
        guard.install()
        try:
            runpy.run_path({str(script)!r}, {{"guard": guard}})
        finally:
            guard.remove()
        print("\\n" + json.dumps([asdict(effect) for effect in recorder.effects()]))
    """)
    environment = dict(os.environ, PYTHONPATH=str(HERE.parent))
    done = subprocess.run(
        [sys.executable, "-c", starting],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    printed, _, told = done.stdout.rstrip("\n").rpartition("\n")
    return json.loads(told), printed


@pytest.fixture
def folder():
    """One that files in count, wherever it is."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def shown(effects):
    return [(effect["name"], effect["content"]["action"]) for effect in effects]


def test_files_that_are_written_are_noted(folder):
    effects, _ = guarded_code(
        """
        import os, pathlib, shutil, sys, tempfile, threading
        open("a.txt", "w").close()
        pathlib.Path("b.txt").write_text("x")
        os.close(os.open("c.txt", os.O_WRONLY | os.O_CREAT))
        with open("a.txt", "a") as file: file.write("x")
        with open("a.txt", "r+") as file: file.write("x")
        open("a.txt").read(), open(b"a.txt", "rb").read()
        os.replace("a.txt", "d.txt")
        os.remove("b.txt")
        shutil.copy("c.txt", "e.txt")
        thread = threading.Thread(target=shutil.copy, args=("c.txt", "f.txt"))
        thread.start(); thread.join()
        with tempfile.NamedTemporaryFile(prefix="g"), tempfile.TemporaryFile(): pass
        open(os.devnull, "w").close()
        read, write = os.pipe()
        open(write, "w").close(); os.close(read)
        os.mkdir("cached"); pathlib.Path("cached/m.py").write_text("")
        sys.path.insert(0, "")
        import cached.m
        """,
        folder,
    )
    assert all(effect["sort"] == "file" and not effect["refused"] for effect in effects)
    passing = [effect for effect in effects if effect["reads"]]
    assert [effect["content"]["action"] for effect in passing] == ["write", "remove"]
    assert all(effect["name"].startswith(tempfile.gettempdir()) for effect in passing)
    effects = [effect for effect in effects if effect not in passing]
    assert shown(effects) == [
        ("a.txt", "write"),
        ("b.txt", "write"),
        ("c.txt", "write"),
        ("a.txt", "append"),
        ("a.txt", "write"),
        ("a.txt", "rename"),
        ("b.txt", "remove"),
        ("e.txt", "write"),
        ("f.txt", "write"),
        ("cached/m.py", "write"),
    ]
    assert effects[5]["content"] == {"action": "rename", "to": "d.txt"}


def test_log_lines_are_noted_whatever_is_done_to_logging(folder):
    effects, _ = guarded_code(
        """
        import logging
        logging.basicConfig(force=True, handlers=[logging.NullHandler()])
        logging.warning("no")
        logging.error("tag %s", "v1")
        own = logging.getLogger("own"); own.propagate = False
        own.critical({"message": "down"})
        logging.getLogger().handlers.clear()
        logging.lastResort = None
        try: {}["image-tag"]
        except KeyError: own.exception("cannot")
        own.setLevel(100); own.error("switched off")
        logging.getLogger().error("too %s %s", "few")
        logging.getLogger("filtered").addFilter(lambda record: False)
        logging.getLogger("filtered").error("filtered out")
        own.setLevel(0); own.error("x" * 2000); own.error("x" * 2001)
        """,
        folder,
    )
    assert {effect["sort"] for effect in effects} == {"log"}
    assert [(effect["name"], effect["content"]) for effect in effects[:-2]] == [
        ("ERROR", "tag v1"),
        ("CRITICAL", "{'message': 'down'}"),
        ("ERROR", "cannot\nKeyError: 'image-tag'"),
        ("ERROR", "too %s %s"),
    ]
    most = limits.LOG_CHARACTERS
    assert [effect["content"] for effect in effects[-2:]] == ["x" * most, "x" * (most - 1) + "…"]


def test_what_is_needed_on_this_machine_works(folder):
    effects, printed = guarded_code(
        """
        import asyncio, socket
        from concurrent.futures import ThreadPoolExecutor
        async def nothing(): await asyncio.sleep(0); return await asyncio.to_thread(int, "3")
        print(asyncio.run(nothing()))
        one, other = socket.socketpair(); one.send(b"x"); print(other.recv(1))
        one.close(); other.close()
        address = socket.getaddrinfo("127.0.0.1", 80)[0][4]
        print(bool(socket.gethostname()), address, bool(socket.getfqdn()))
        place = "own.sock"
        server = socket.socket(socket.AF_UNIX); server.bind(place); server.listen()
        client = socket.socket(socket.AF_UNIX); client.connect(place); print("joined")
        client.close(); server.close()
        from multiprocessing import Pipe
        a, b = Pipe(); a.send("piped"); print(b.recv()); a.close(); b.close()
        """,
        folder,
    )
    assert effects == []
    assert printed.split("\n")[:5] == [
        "3",
        "b'x'",
        "True ('127.0.0.1', 80) True",
        "joined",
        "piped",
    ]


def test_sockets_of_others_on_this_machine_are_refused(folder):
    place = str(folder / "other.sock")
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(os.path.relpath(place))
        other.listen()
        effects, printed = guarded_code(
            f"""
            import socket
            try: socket.socket(socket.AF_UNIX).connect({place!r})
            except ConnectionRefusedError as error: print(error)
            """,
            folder,
        )
        other.setblocking(False)
        with pytest.raises(BlockingIOError):
            other.accept()
    assert [(effect["sort"], effect["name"], effect["refused"]) for effect in effects] == [
        ("network", place, True)
    ]
    assert place in printed


def test_a_program_that_is_let_through_is_noted(folder):
    effects, printed = guarded_code(
        """
        import subprocess
        print(subprocess.run(["echo", "a b"], capture_output=True, text=True).stdout)
        try: subprocess.run("echo a; curl x", shell=True)
        except PermissionError as error: print(error)
        """,
        folder,
        allow_processes=("echo",),
    )
    assert [(effect["name"], effect["refused"]) for effect in effects] == [
        ("echo 'a b'", False),
        ("echo a; curl x", True),
    ]
    assert printed.startswith("a b\n")
    assert "--allow-process sh" in printed


def test_nothing_remains(folder):
    effects, printed = guarded_code(
        """
        import _posixsubprocess, logging, socket, subprocess
        guard.remove()
        from ecr_contracts.runtime.sandbox import guard as module
        def held():
            started = _posixsubprocess.fork_exec
            return [dict(vars(socket.socket)), logging.Logger.callHandlers, started, module._active]
        before = held()
        guard.install()
        print(before == held(), [a is b for a, b in zip(before[1:], held()[1:])])
        guard.remove()
        print(before == held(), [a is b for a, b in zip(before[1:], held()[1:])])
        listening = socket.create_server(("127.0.0.1", 0))
        socket.create_connection(listening.getsockname()).close()
        subprocess.run(["echo"], stdout=subprocess.DEVNULL)
        open("a", "w").close()
        logging.error("unheard")
        """,
        folder,
    )
    assert effects == []
    assert printed.split("\n")[:2] == ["False [False, False, False]", "True [True, True, True]"]


@pytest.mark.long
def test_a_guard_costs_little(folder):
    _, printed = guarded_code(
        """
        import time
        def taken():
            began = time.perf_counter()
            for _ in range(1000): open("app.py").close()
            return time.perf_counter() - began
        print(min(taken() for _ in range(3)))
        """,
        folder,
    )
    assert float(printed) < 1
