"""Attacking handlers: each a short module made of a body of its family, by the family's name.

A handler is given three events. What it begins with are functions that several need: the line to
the parent, addresses for C, the process above. Where it raises nothing itself, its attack is done
at each of the events; a fault of an attack (it is held back, mostly) is the handler's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.integration.hostile.attacks import (
    files,
    floods,
    lies,
    line,
    network,
    processes,
    secrets,
)

HEAD = """
import builtins, contextlib, ctypes, gc, json, os, shutil, signal, socket, stat, struct
import subprocess, sys, threading, time

LIBC = ctypes.CDLL(None, use_errno=True)
PARENT = int(os.environ.get('HOSTILE_PARENT', os.getpid()))
ME, KEPT = os.getpid(), []
SYS = {'x86_64': {'socket': 41, 'connect': 42, 'kill': 62, 'clone': 56}}.get(
    os.uname().machine, {'socket': 198, 'connect': 203, 'kill': 129, 'clone': 220}
)

def internet(port):
    return struct.pack('=H', 2) + struct.pack('!H', port) + bytes([127, 0, 0, 1]) + bytes(8)

def unix(name):
    return struct.pack('=H', 1) + name.encode() + bytes(1)

def in_other_interpreter(code):
    '''Run code where the audit hooks of this interpreter are not.'''
    import importlib.util
    names = ('_xxsubinterpreters', '_interpreters')
    name = next(name for name in names if importlib.util.find_spec(name))
    interpreters = importlib.import_module(name)
    interpreters.run_string(interpreters.create(), code)

def above():
    '''The process above, where its own is the parent; else this one.'''
    with contextlib.suppress(OSError):
        text = open(f'/proc/{os.getppid()}/stat').read()
        if PARENT == os.getppid() or PARENT == int(text.rpartition(')')[2].split()[1]):
            return os.getppid()
    return os.getpid()
"""

LINE = """
def line():
    for number in range(3, 200):
        with contextlib.suppress(OSError):
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                return number
    raise OSError('there is no line')

def end():
    frame = sys._getframe()
    while not hasattr(frame.f_locals.get('self'), '_channel'):
        frame = frame.f_back
    return frame.f_locals['self']._channel

def number():
    return struct.pack('!Q', end()._number)

def frame(content):
    left = number() + struct.pack('!I', len(content)) + content
    while left:
        with contextlib.suppress(BlockingIOError):
            left = left[os.write(line(), left) :]

class Mark:
    def __reduce__(self):
        return open, (FOLDER + '/executed', 'w')
"""


class Attack(NamedTuple):
    """A handler: what runs while it is loaded, and what at each event."""

    head: str
    before: str
    body: str

    def source(self, aims: Mapping[str, Any]) -> str:
        """The module, aimed at what the test made: values by name."""
        constants = "".join(f"{name} = {value!r}\n" for name, value in aims.items())
        if "HANDLER" in self.before:
            tail = f"{self.before.replace('HANDLER', 'handler')}\n"
        else:
            lines = "".join(f"    {line}\n" for line in self.body.split("\n"))
            tail = f"{self.before}\n\ndef handler(event, context):\n{lines}"
        return f"{HEAD}{constants}{self.head}\n{tail}"


_HEADS = {"secrets": secrets.HELP, "line": LINE}


def _attacks() -> dict[str, Attack]:
    made = {}
    for module in (files, secrets, network, line, processes, floods, lies):
        family = module.__name__.rpartition(".")[2]
        head = _HEADS.get(family, "")
        for name, body in module.BODIES.items():
            made[f"{family}: {name}"] = Attack(head, "", body)
        for name, before in module.BEFORE.items():
            made[f"{family}: {name}"] = Attack(head, before, "pass")
    return made


ATTACKS = _attacks()
"""Every attack by its family and name."""
