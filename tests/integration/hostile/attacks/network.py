"""Handlers that reach for a listener of the test, or for its sockets."""

from __future__ import annotations

_CONNECT = "s = socket.socket(); s.connect(('127.0.0.1', TCP)); s.send(b'out')"

BODIES = {
    "socket": _CONNECT,
    "create_connection": "socket.create_connection(('127.0.0.1', TCP)).send(b'out')",
    "localhost": "socket.create_connection(('localhost', TCP)).send(b'out')",
    "IPv6": "socket.create_connection(('::ffff:127.0.0.1', TCP)).send(b'out')",
    "any address": "socket.create_connection(('0.0.0.0', TCP)).send(b'out')",
    "_socket": "import _socket; s = _socket.socket(); s.connect(('127.0.0.1', TCP))",
    "connect_ex": "s = socket.socket(); s.connect_ex(('127.0.0.1', TCP))",
    "not blocking": (
        "s = socket.socket(); s.setblocking(False)\n"
        "with contextlib.suppress(BlockingIOError): s.connect(('127.0.0.1', TCP))\n"
        "import select; select.select([], [s], [], 0.2); s.send(b'out')"
    ),
    "sendto": "s = socket.socket(2, 2); s.sendto(b'out', ('127.0.0.1', UDP))",
    "connected datagram": "s = socket.socket(2, 2); s.connect(('127.0.0.1', UDP)); s.send(b'out')",
    "sendmsg": "s = socket.socket(2, 2); s.sendmsg([b'out'], [], 0, ('127.0.0.1', UDP))",
    "datagram in C": (
        "s = LIBC.socket(2, 2, 0); a = internet(UDP); LIBC.sendto(s, b'out', 3, 0, a, len(a))"
    ),
    "connect in C": "s = LIBC.socket(2, 1, 0); a = internet(TCP); LIBC.connect(s, a, len(a))",
    "system calls": (
        "a = internet(TCP); s = LIBC.syscall(SYS['socket'], 2, 1, 0)\n"
        "LIBC.syscall(SYS['connect'], s, a, len(a))"
    ),
    "fast open": (
        "a = internet(TCP); s = LIBC.socket(2, 1, 0); "
        "LIBC.sendto(s, b'x', 1, 0x20000000, a, len(a))"
    ),
    "raw socket": "socket.socket(2, 3, 1).sendto(b'x' * 8, ('127.0.0.1', 0))",
    "packet socket": "socket.socket(17, 3)",
    "unix socket": "s = socket.socket(1, 1); s.connect(SOCKET); s.send(b'out')",
    "unix socket in C": "a = unix(SOCKET); s = LIBC.socket(1, 1, 0); LIBC.connect(s, a, len(a))",
    "abstract socket": "s = socket.socket(1, 1); s.connect('\\0' + ABSTRACT); s.send(b'out')",
    "abstract socket in C": (
        "a = unix('\\0' + ABSTRACT)[:-1]; s = LIBC.socket(1, 1, 0); LIBC.connect(s, a, len(a))"
    ),
    "urllib": "import urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{TCP}/')",
    "http.client": (
        "import http.client; c = http.client.HTTPConnection('127.0.0.1', TCP); "
        "c.request('GET', '/')"
    ),
    "asyncio": (
        "import asyncio; "
        "asyncio.run(asyncio.wait_for(asyncio.open_connection('127.0.0.1', TCP), 1))"
    ),
    "ftp": "import ftplib; ftplib.FTP().connect('127.0.0.1', TCP, 1)",
    "smtp": "import smtplib; smtplib.SMTP('127.0.0.1', TCP, timeout=1)",
    "program": (
        "subprocess.run([sys.executable, '-ISc', f'import socket; '\n"
        "    f'socket.create_connection((\"127.0.0.1\", {TCP}), 1)'])"
    ),
    "_posixsubprocess": (
        "import _posixsubprocess; r, w = os.pipe(); program = sys.executable.encode()\n"
        "code = f\"import socket; socket.create_connection(('127.0.0.1', {TCP}), 1)\".encode()\n"
        "_posixsubprocess.fork_exec([program, b'-ISc', code], [program], True, (w,), None, None,\n"
        "    -1, -1, -1, -1, -1, -1, r, w, False, False, -1, None, None, None, -1, None,\n"
        "    *([True] if sys.version_info < (3, 14) else []))\nos.close(w); os.read(r, 9)\n"
        "import time; os.waitpid(-1, 0)"
    ),
    "spawn": (
        "code = f\"import socket; socket.create_connection(('127.0.0.1', {TCP}), 1)\"\n"
        "os.waitpid(os.posix_spawn(sys.executable, ['python', '-ISc', code], os.environ), 0)"
    ),
    "system in C": (
        "open(os.environ['TMPDIR'] + '/out.py', 'w').write(\n"
        "    f\"import socket; socket.create_connection(('127.0.0.1', {TCP}), 1)\")\n"
        "LIBC.system(f'{sys.executable} -ISc \"$(cat $TMPDIR/out.py)\" 2>/dev/null'.encode())"
    ),
    "exec": (
        "code = f\"import socket; socket.create_connection(('127.0.0.1', {TCP}), 1)\"\n"
        "os.execv(sys.executable, ['python', '-ISc', code])"
    ),
    "fork": f"if os.fork() == 0:\n    {_CONNECT}; os._exit(0)\nos.wait()",
    "thread": f"def run(): {_CONNECT}\nt = threading.Thread(target=run); t.start(); t.join()",
    "unpatched through gc": (
        "for thing in gc.get_objects():\n"
        "    if type(thing).__name__ in ('builtin_function_or_method', 'method_descriptor'):\n"
        "        if getattr(thing, '__name__', '') in ('connect', 'connect_ex'):\n"
        "            with contextlib.suppress(Exception):\n"
        "                import _socket; thing(_socket.socket(), ('127.0.0.1', TCP))"
    ),
    "unpatched through classes": (
        "for kind in object.__subclasses__():\n"
        "    if kind.__name__ == 'socket':\n"
        "        kind.connect(kind(), ('127.0.0.1', TCP))"
    ),
    "module loaded again": (
        "import importlib\nfor name in ('socket', '_socket'): sys.modules.pop(name, None)\n"
        "fresh = importlib.import_module('socket'); fresh.create_connection(('127.0.0.1', TCP))"
    ),
    "modules of ours": (
        "for name in [n for n in sys.modules if n.startswith('ecr_contracts')]:\n"
        "    for key, value in list(vars(sys.modules[name]).items()):\n"
        "        if 'guard' in key.lower() or 'allow' in key.lower():\n"
        "            with contextlib.suppress(Exception): setattr(sys.modules[name], key, None)\n"
        f"{_CONNECT}"
    ),
    "hooks of audit": "sys.addaudithook(lambda *a: None); sys.audit = None\n" + _CONNECT,
    "inherited sockets": (
        "for number in range(3, 100):\n    with contextlib.suppress(OSError):\n"
        "        s = socket.socket(fileno=os.dup(number)); s.getpeername(); s.send(b'out' * 9)"
    ),
    "another interpreter": (
        "in_other_interpreter(f'import socket\\n'\n"
        '    f\'socket.create_connection(("127.0.0.1", {TCP}), 1).send(b"out")\')'
    ),
    "Unix socket of another interpreter": (
        "in_other_interpreter(f'import socket; s = socket.socket(1, 1); s.connect({SOCKET!r})')"
    ),
    "datagram of another interpreter": (
        "in_other_interpreter('import socket; s = socket.socket(2, 2)\\n'\n"
        '    f\'s.sendto(b"out", ("127.0.0.1", {UDP}))\')'
    ),
    "own audit hooks in C": (
        "with contextlib.suppress(AttributeError): ctypes.pythonapi._PySys_ClearAuditHooks(0)\n"
        f"{_CONNECT}"
    ),
    "listens": (
        "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); s.settimeout(0.1)\n"
        "with contextlib.suppress(OSError): s.accept()"
    ),
    "io_uring": "LIBC.syscall(425, 4, bytes(120))",
    "namespace of own": "LIBC.unshare(0x50000000)\n" + _CONNECT,
    "namespace of the parent": (
        f"LIBC.setns(os.open(f'/proc/{{PARENT}}/ns/net', os.O_RDONLY), 0)\n{_CONNECT}"
    ),
    "process of multiprocessing": (
        "import multiprocessing\np = multiprocessing.get_context('fork').Process(\n"
        "    target=lambda: socket.create_connection(('127.0.0.1', TCP)))\np.start(); p.join()"
    ),
}
BEFORE = {
    "socket while loading": _CONNECT,
    "connect in C while loading": (
        "s = LIBC.socket(2, 1, 0); a = internet(TCP); LIBC.connect(s, a, len(a))"
    ),
}
