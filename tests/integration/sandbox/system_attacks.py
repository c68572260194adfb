"""A consumer that attacks below Python: through the C library and by system calls of its own.

The event says which attack, and its aim: processes, files and listeners of the test. The answer is
whether it succeeded, and what it brought.
"""

import ctypes
import os
import socket
import struct
import threading

LIBC = ctypes.CDLL(None, use_errno=True)
ATTACKS = {}
HOST = socket.inet_aton("127.0.0.1")
MACHINE = os.uname().machine
CONNECT = {"x86_64": 42, "aarch64": 203}.get(MACHINE, -1)
IO_URING_SETUP, PIDFD_OPEN, PIDFD_SEND_SIGNAL = 425, 434, 424
SEIZE = 0x4206
MPTCP, FAST_OPEN = 262, 0x20000000


def attack(function):
    ATTACKS[function.__name__] = function
    return function


def tried(result):
    """The result of a function of C; raises OSError where that failed."""
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def internet(port):
    return struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + HOST + bytes(8)


def unix(name):
    return struct.pack("=H", socket.AF_UNIX) + name.encode() + b"\0"


def made(family, kind, protocol=0):
    return tried(LIBC.socket(family, kind, protocol))


@attack
def connect(aim):
    address = internet(aim["tcp"])
    tried(LIBC.connect(made(2, 1), address, len(address)))


@attack
def connect_by_system_call(aim):
    address = internet(aim["tcp"])
    tried(LIBC.syscall(CONNECT, made(2, 1), address, len(address)))


@attack
def connect_by_fast_open(aim):
    address = internet(aim["tcp"])
    tried(LIBC.sendto(made(2, 1), b"out", 3, FAST_OPEN, address, len(address)))


@attack
def connect_by_mptcp(aim):
    address = internet(aim["tcp"])
    tried(LIBC.connect(made(2, 1, MPTCP), address, len(address)))


@attack
def connect_in_a_program(aim):
    status = LIBC.system(
        f'{aim["python"]} -ISc "import socket;'
        f" socket.create_connection(('127.0.0.1', {aim['tcp']}), 2)\" 2>/dev/null".encode()
    )
    if status:
        raise OSError(status, "the program failed")


@attack
def send_datagram(aim):
    address = internet(aim["udp"])
    tried(LIBC.sendto(made(2, 2), b"out", 3, 0, address, len(address)))


@attack
def send_connected_datagram(aim):
    address = internet(aim["udp"])
    sender = made(2, 2)
    tried(LIBC.connect(sender, address, len(address)))
    tried(LIBC.send(sender, b"out", 3, 0))


@attack
def connect_unix_socket(aim):
    address = unix(aim["socket"])
    tried(LIBC.connect(made(1, 1), address, len(address)))


@attack
def connect_abstract_socket(aim):
    address = unix("\0" + aim["abstract"])[:-1]
    tried(LIBC.connect(made(1, 1), address, len(address)))


@attack
def kill(aim):
    tried(LIBC.kill(aim["victim"], 9))


@attack
def stop_parent(aim):
    tried(LIBC.kill(os.getppid(), 0))


@attack
def signal_parent_by_descriptor(aim):
    descriptor = tried(LIBC.syscall(PIDFD_OPEN, os.getppid(), 0))
    tried(LIBC.syscall(PIDFD_SEND_SIGNAL, descriptor, 0, None, 0))


@attack
def trace(aim):
    codes = []

    def run():  # what a thread traces is free again when it ends
        result = LIBC.ptrace(SEIZE, aim["victim"], None, None)
        codes.append(ctypes.get_errno() if result else 0)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if codes[0]:
        raise OSError(codes[0], os.strerror(codes[0]))


@attack
def open_memory(aim):
    os.close(tried(LIBC.open(f"/proc/{aim['victim']}/mem".encode(), os.O_RDWR)))


@attack
def read_environment(aim):
    os.close(tried(LIBC.open(f"/proc/{aim['victim']}/environ".encode(), os.O_RDONLY)))


@attack
def set_up_io_uring(aim):
    tried(LIBC.syscall(IO_URING_SETUP, 4, bytes(120)))


@attack
def read_secret(aim):
    text = ctypes.create_string_buffer(100)
    file = tried(LIBC.open(aim["secret"].encode(), os.O_RDONLY))
    if not tried(LIBC.read(file, text, 100)):
        raise OSError(0, "it is empty")


@attack
def write(aim):
    file = tried(LIBC.open(aim["file"].encode(), os.O_WRONLY))
    tried(LIBC.write(file, b"harm", 4))


@attack
def truncate(aim):
    tried(LIBC.truncate(aim["file"].encode(), ctypes.c_long(0)))


@attack
def remove(aim):
    tried(LIBC.unlink(aim["file"].encode()))


@attack
def move(aim):
    tried(LIBC.rename(aim["file"].encode(), (aim["file"] + ".moved").encode()))


@attack
def make_folder(aim):
    tried(LIBC.mkdir((aim["file"] + ".folder").encode(), 0o755))


@attack
def change_mode(aim):
    tried(LIBC.chmod(aim["file"].encode(), 0))


def handler(event, context):
    try:
        ATTACKS[event["attack"]](event)
    except OSError as error:
        return {"held": True, "why": str(error)}
    return {"held": False, "why": ""}
