"""Handlers that write to the line to their parent, or break it."""

from __future__ import annotations

BODIES = {
    "garbage": "os.write(line(), b'garbage')",
    "garbage without end": "while True: os.write(line(), b'garbage' * 9000)",
    "half of a message": "os.write(line(), number() + struct.pack('!I', 500) + b'half')",
    "half of a header": "os.write(line(), number()[:5])",
    "huge header": "os.write(line(), number() + struct.pack('!I', 2**32 - 1))",
    "almost huge header": "os.write(line(), number() + struct.pack('!I', 16_000_000) + b'{')",
    "pickle": "import pickle; os.write(line(), pickle.dumps(Mark()))",
    "pickle in a frame": "import pickle; frame(pickle.dumps(Mark()))",
    "pickle as multiprocessing sends it": (
        "import pickle; m = pickle.dumps(Mark()); os.write(line(), struct.pack('!i', len(m)) + m)"
    ),
    "forged outcome": "frame(json.dumps({'status': 'returned', 'returned': None}).encode())",
    "forged list": "frame(b'[1, 2, 3]')",
    "forged null": "frame(b'null')",
    "forged number": "frame(b'1' * 100_000)",
    "forged NaN": "frame(b'[NaN, Infinity, -1e999]')",
    "forged depth": "frame(b'[' * 1_000_000)",
    "forged surrogate": r"""frame(b'{"status": "\\ud800"}')""",
    "forged bytes": "frame(bytes(range(256)) * 100)",
    "forged keys": "frame(b'{' + b','.join(b'\"%d\": 1' % i for i in range(100_000)) + b'}')",
    "empty frame": "frame(b'')",
    "answer twice": (
        "first = type(end()).reply\n"
        "type(end()).reply = lambda self, content: (first(self, content), first(self, content))"
    ),
    "answer of others": (
        "first = type(end()).reply\n"
        "type(end()).reply = lambda self, content: first(self, content.replace(b'e', b'\\\\'))"
    ),
    "answer that is cut": (
        "first = type(end()).reply\ntype(end()).reply = lambda self, content: first(self, "
        "content[:9])"
    ),
    "answer of 15 MB": (
        "first = type(end()).reply\n"
        "type(end()).reply = lambda self, content: first(self, b'[' + b'1,' * 7_500_000 + b'1]')"
    ),
    "lying outcome": (
        "import ecr_contracts.runtime.worker.child as child\n"
        'child.pack = lambda message: b\'{"type": "Outcome", "status": {}, "effects": 7}\''
    ),
    "forged fields": (
        "import ecr_contracts.runtime.worker.child as child\nfirst = child.pack\n"
        "child.pack = lambda message: first(message).replace(b'returned', b'raised')"
    ),
    "forged effects": (
        "import ecr_contracts.runtime.worker.child as child\nfirst = child.pack\n"
        "child.pack = lambda message: first(message).replace(b'[]', b'[[[{}]]]')"
    ),
    "forged numbers": (
        "import ecr_contracts.runtime.worker.child as child, re\nfirst = child.pack\n"
        "child.pack = lambda message: re.sub(rb'([\\[,])\\d+', rb'\\1-1e400', first(message))"
    ),
    "close the line": "os.close(line())",
    "shut the line": "socket.socket(fileno=os.dup(line())).shutdown(2)",
    "close all": "os.closerange(0, 1024)",
    "close the outputs": "os.close(1); os.close(2); sys.stdout.close()",
    "swallow requests": (
        "def run():\n    while True: os.read(line(), 1)\n"
        "threading.Thread(target=run, daemon=True).start()"
    ),
    "other descriptor": "os.dup2(os.open('/dev/zero', os.O_RDWR), line())",
    "endless device": "os.dup2(os.open('/dev/full', os.O_RDWR), 1); print('x' * 9000)",
    "from a thread later": (
        "def run():\n    while True: frame(b'{}')\n"
        "threading.Thread(target=run, daemon=True).start()"
    ),
    "from a child": "if os.fork() == 0:\n    os.write(line(), b'child'); os._exit(0)\nos.wait()",
    "child that holds it": (
        "if os.fork() == 0:\n    signal.alarm(40); signal.pause()\nos._exit(0)"
    ),
    "child that goes on": "os.fork()",
    "descriptors sent": (
        "s = socket.socket(fileno=os.dup(line()))\n"
        "for _ in range(20): socket.send_fds(s, [b'x'], [1, 2])"
    ),
    "every descriptor": (
        "for n in range(3, 64):\n    with contextlib.suppress(OSError): os.write(n, b'garbage' "
        "* 99)"
    ),
    "locks it": "import fcntl; fcntl.fcntl(line(), fcntl.F_SETFL, 0)",
}
BEFORE = {
    "garbage while loading": "os.write(line(), b'garbage')",
    "pickle while loading": "import pickle; os.write(line(), pickle.dumps(Mark()))",
    "forged while loading": "frame(b'{}')",
    "closed while loading": "os.close(line())",
}
