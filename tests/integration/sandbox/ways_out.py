"""Every way that code has to reach another process over the network, tried in a process of its own.

    python tests/ways_out.py SETTINGS

SETTINGS is JSON: `null` for no guard, else keyword arguments of `Settings`. Standard input says a
way and the ports of a listener, a line each; standard output what came of it.
"""

import asyncio
import contextlib
import ftplib
import http.client
import json
import multiprocessing
import os
import pty
import shlex
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.sandbox.guard import Guard
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.settings import Settings

HOST = "127.0.0.1"
WAYS = {}
DATAGRAMS = {
    "sendto",
    "sendto_flags",
    "sendto_c",
    "sendmsg",
    "sendmsg_c",
    "udp_connect",
    "datagram_endpoint",
}
LOOK_UPS = {
    "getaddrinfo",
    "gethostbyname",
    "gethostbyname_ex",
    "gethostbyaddr",
    "getnameinfo",
    "connect_by_name",
    "sendto_by_name",
    "asyncio_getaddrinfo",
    "create_connection_by_name",
}


def way(function):
    WAYS[function.__name__] = function
    return function


def tcp():
    return contextlib.closing(socket.socket())


def udp():
    return contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))


def program(port):
    code = f"import socket; socket.create_connection(({HOST!r}, {port}), 2).close()"
    return [sys.executable, "-ISc", code]


def caller(port):
    with tcp() as sock:
        sock.connect((HOST, port))


@way
def connect(port):
    caller(port)


@way
def connect_c(port):
    import _socket

    sock = _socket.socket()
    try:
        sock.connect((HOST, port))
    finally:
        sock.close()


@way
def connect_ex(port):
    with tcp() as sock:
        sock.connect_ex((HOST, port))


@way
def connect_localhost(port):
    with tcp() as sock:
        sock.connect(("localhost", port))


@way
def connect_not_blocking(port):
    with tcp() as sock:
        sock.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            sock.connect((HOST, port))


@way
def create_connection(port):
    socket.create_connection((HOST, port), 2).close()


@way
def sendto(port):
    with udp() as sock:
        sock.sendto(b"out", (HOST, port))


@way
def sendto_flags(port):
    with udp() as sock:
        sock.sendto(b"out", 0, (HOST, port))


@way
def sendmsg(port):
    with udp() as sock:
        sock.sendmsg([b"out"], [], 0, (HOST, port))


@way
def sendto_c(port):
    import _socket

    sock = _socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.sendto(b"out", (HOST, port))
    finally:
        sock.close()


@way
def sendmsg_c(port):
    import _socket

    sock = _socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.sendmsg([b"out"], [], 0, (HOST, port))
    finally:
        sock.close()


@way
def udp_connect(port):
    with udp() as sock:
        sock.connect((HOST, port))
        sock.send(b"out")


@way
def datagram_endpoint(port):
    async def run():
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, remote_addr=(HOST, port)
        )
        transport.sendto(b"out")
        await asyncio.sleep(0.01)
        transport.close()

    asyncio.run(run())


@way
def tls(port):
    context = ssl.create_default_context()
    with (
        tcp() as sock,
        context.wrap_socket(sock, server_hostname="chat.example.invalid") as wrapped,
    ):
        wrapped.connect((HOST, port))


@way
def open_connection(port):
    async def run():
        _, writer = await asyncio.open_connection(HOST, port)
        writer.close()

    asyncio.run(run())


@way
def sock_connect(port):
    async def run():
        with tcp() as sock:
            sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sock, (HOST, port))

    asyncio.run(run())


@way
def http_client(port):
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    connection.request("GET", "/")
    connection.getresponse()


@way
def https_client(port):
    http.client.HTTPSConnection(HOST, port, timeout=2).request("GET", "/")


@way
def urllib_request(port):
    urllib.request.urlopen(f"http://{HOST}:{port}/", timeout=2)


@way
def ftp(port):
    ftplib.FTP().connect(HOST, port, timeout=2)


@way
def smtp(port):
    smtplib.SMTP(HOST, port, timeout=2)


@way
def thread(port):
    raised = []

    def run():
        try:
            caller(port)
        except OSError as error:
            raised.append(error)

    started = threading.Thread(target=run)
    started.start()
    started.join()
    for error in raised:
        raise error


@way
def thread_pool(port):
    with ThreadPoolExecutor() as pool:
        pool.submit(caller, port).result()


@way
def subprocess_run(port):
    subprocess.run(program(port), check=True)


@way
def subprocess_shell(port):
    subprocess.run(shlex.join(program(port)), shell=True, check=True)


@way
def subprocess_close_nothing(port):
    subprocess.run(program(port), check=True, close_fds=False)


@way
def popen(port):
    with subprocess.Popen(program(port)):
        pass


@way
def check_output(port):
    subprocess.check_output(program(port))


@way
def os_system(port):
    os.system(shlex.join(program(port)))


@way
def os_popen(port):
    os.popen(shlex.join(program(port))).close()


@way
def posix_spawn(port):
    os.waitpid(os.posix_spawn(sys.executable, program(port), dict(os.environ)), 0)


@way
def posix_spawnp(port):
    os.waitpid(os.posix_spawnp(sys.executable, program(port), dict(os.environ)), 0)


@way
def spawnv(port):
    os.spawnv(os.P_WAIT, sys.executable, program(port))


def forked(work):
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    os.waitpid(child, 0)


@way
def fork(port):
    forked(lambda: caller(port))


@way
def execv(port):
    forked(lambda: os.execv(sys.executable, program(port)))


@way
def execve(port):
    forked(lambda: os.execve(sys.executable, program(port), {}))


@way
def forkpty(port):
    child, descriptor = os.forkpty()
    if not child:
        try:
            caller(port)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(descriptor)


@way
def pty_spawn(port):
    pty.spawn(program(port), lambda descriptor: os.read(descriptor, 1024), lambda descriptor: b"")


@way
def multiprocessing_fork(port):
    process = multiprocessing.get_context("fork").Process(target=caller, args=(port,))
    process.start()
    process.join()


@way
def multiprocessing_spawn(port):
    process = multiprocessing.get_context("spawn").Process(target=caller, args=(port,))
    process.start()
    process.join()


@way
def multiprocessing_forkserver(port):
    process = multiprocessing.get_context("forkserver").Process(target=caller, args=(port,))
    process.start()
    process.join()


@way
def asyncio_exec(port):
    async def run():
        process = await asyncio.create_subprocess_exec(*program(port))
        await process.wait()

    asyncio.run(run())


@way
def asyncio_shell(port):
    async def run():
        process = await asyncio.create_subprocess_shell(shlex.join(program(port)))
        await process.wait()

    asyncio.run(run())


@way
def getaddrinfo(port):
    socket.getaddrinfo("chat.example.invalid", port)


@way
def gethostbyname(port):
    socket.gethostbyname("chat.example.invalid")


@way
def gethostbyname_ex(port):
    socket.gethostbyname_ex("chat.example.invalid")


@way
def gethostbyaddr(port):
    socket.gethostbyaddr("192.0.2.1")


@way
def getnameinfo(port):
    socket.getnameinfo(("192.0.2.1", port), 0)


@way
def connect_by_name(port):
    with tcp() as sock:
        sock.connect(("chat.example.invalid", port))


@way
def sendto_by_name(port):
    with udp() as sock:
        sock.sendto(b"out", ("chat.example.invalid", port))


@way
def create_connection_by_name(port):
    socket.create_connection(("chat.example.invalid", port), 2)


@way
def asyncio_getaddrinfo(port):
    async def run():
        await asyncio.get_running_loop().getaddrinfo("chat.example.invalid", port)

    asyncio.run(run())


def main():
    settings = json.loads(sys.argv[1])
    recorder = Recorder()
    if settings is not None:
        Guard(recorder, Settings(**settings), UserCode.around(__file__)).install()
    for line in sys.stdin:
        name, tcp_port, udp_port = line.split()
        recorder.begin()
        raised = None
        try:
            WAYS[name](int(udp_port if name in DATAGRAMS else tcp_port))
        except Exception as error:  # noqa: BLE001 - each way fails in its own way
            raised = [type(error).__name__, isinstance(error, OSError), str(error)]
        told = {"raised": raised, "effects": [asdict(effect) for effect in recorder.effects()]}
        sys.stdout.write(f"\n{json.dumps(told)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
