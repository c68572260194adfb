"""Handlers that flood: what is returned, raised, printed, written, kept in memory."""

from __future__ import annotations

BODIES = {
    "returns 1 GB": "return 'x' * 10**9",
    "returns 1 GB of bytes": "return b'x' * 10**9",
    "returns a list of 10^8": "return [0] * 10**8",
    "returns a range": "return {'r': range(10**12), 'l': list(range(10**6))}",
    "returns many keys": "return {str(i): i for i in range(10**6)}",
    "returns shared lists": "v = ['x' * 99]\nfor _ in range(40): v = [v, v]\nreturn v",
    "returns a circle": "v = []; v.append(v); return v",
    "returns depth": "v = 1\nfor _ in range(10**5): v = {'a': v}\nreturn v",
    "returns digits": "return 10**10**5",
    "returns more digits": "return {'n': 7 ** 10**6}",
    "returns a generator": "return (i for i in iter(int, 1))",
    "returns an endless iterator": "import itertools; return {'v': itertools.count()}",
    "returns an endless mapping": (
        "class D(dict):\n    def items(self):\n        while True: yield 'a', 1\n"
        "    __iter__ = keys = items\n    def __len__(self): return 2**60\nreturn D(a=1)"
    ),
    "returns batch failures": (
        "return {'batchItemFailures': [{'itemIdentifier': 'x' * 99}] * 10**5}"
    ),
    "message of 500 MB": "raise ValueError('x' * 500_000_000)",
    "message of 10^6 lines": "raise ValueError('line\\n' * 10**6)",
    "message of escapes": "raise ValueError('\\x1b[2J\\u202e\\x9b\\udc80\\0' * 10**6)",
    "chain of 10^5": (
        "e = None\nfor n in range(10**5):\n    f = ValueError(n); f.__cause__ = e; e = f\nraise e"
    ),
    "circle of causes": (
        "a, b = ValueError(1), ValueError(2); a.__cause__, b.__cause__ = b, a; raise a"
    ),
    "notes": "e = ValueError(1); e.__notes__ = ['n' * 99] * 10**6; raise e",
    "group": "raise ExceptionGroup('g', [ValueError(i) for i in range(10**5)])",
    "group of groups": (
        "e = ValueError(1)\nfor _ in range(10**4): e = ExceptionGroup('g', [e])\nraise e"
    ),
    "arguments": "raise ValueError(*range(10**6))",
    "long class name": "raise type('E' * 10**6, (Exception,), {})('x')",
    "long lines": "exec('raise ValueError(' + repr('x' * 10**6) + ')')",
    "traceback": (
        "def f(n):\n    if n: f(n - 1)\n    else: raise ValueError(n)\n"
        "sys.setrecursionlimit(20_000); f(15_000)"
    ),
    "recursion": "def f(): f()\nf()",
    "recursion without limit": "sys.setrecursionlimit(2**30)\ndef f(): f()\nf()",
    "recursion in C": "v = []\nfor _ in range(10**6): v = [v]\nrepr(v); raise ValueError(v)",
    "prints": "for _ in range(300): print('x' * 10**6)",
    "prints lines": "for _ in range(10**6): print('x')\nraise ValueError(1)",
    "prints by descriptor": "for _ in range(300): os.write(1, b'x' * 10**6)",
    "prints by a program": "subprocess.run('yes | head -c 300000000', shell=True)",
    "prints for ever": "while True: os.write(2, b'y' * 65536)",
    "prints in C": "for _ in range(300): LIBC.write(1, b'y' * 10**6, 10**6)",
    "seeks in the output": "os.ftruncate(1, 10**12); os.lseek(1, 10**12, 0); os.write(1, b'x')",
    "logs": "import logging\nfor i in range(10**5): logging.error('line %s', i)",
    "memory": "v = []\nwhile True: v.append(bytearray(10**8))",
    "memory in C": "for _ in range(99): LIBC.memset(LIBC.malloc(10**8), 1, 10**8)",
    "memory of children": (
        "for _ in range(3):\n  if os.fork() == 0:\n"
        "    signal.alarm(20); v = bytearray(300_000_000); signal.pause()"
    ),
    "memory that is kept": "KEPT.append(bytearray(300_000_000))",
    "memory error": "raise MemoryError('x' * 10**6)",
    "threads": "for _ in range(300): threading.Thread(target=LIBC.pause, daemon=True).start()",
    "threads that stay": "threading.Thread(target=LIBC.pause).start()",
    "descriptors": "KEPT.extend(os.open('/dev/null', 0) for _ in range(10**5))",
    "file of 200 MB": "open(os.environ['TMPDIR'] + '/f', 'wb').write(b'x' * 200_000_000)",
    "file of 10^12": "os.truncate(os.open(os.environ['TMPDIR'] + '/f', 66), 10**12)",
    "file of 200 MB in the project": "open('f', 'wb').write(b'x' * 200_000_000)",
    "ten thousand files": (
        "for i in range(10**4): open(f'{os.environ[\"TMPDIR\"]}/{i}', 'w').close()"
    ),
    "effects": (
        "import boto3; c = boto3.client('sns')\n"
        "for i in range(300): c.publish(TopicArn='t', Message='x' * 10**5)"
    ),
    "file effects": "for i in range(5000): open(f'f{i}', 'w').close()",
    "requests": (
        "import urllib.request\nfor i in range(3000):\n    with contextlib.suppress(Exception): "
        "urllib.request.urlopen(f'http://x.example.invalid/{i}')"
    ),
    "environment": "for i in range(20000): os.environ[f'V{i}'] = 'x' * 99",
    "device": "open('/dev/zero', 'rb').read()",
    "device of text": "open('/dev/urandom', errors='replace').read(10**8); raise ValueError(1)",
    "text that is no text": "return {'\\ud800\\x9b\\u202e': '\\udfff\\0' * 10**5}",
    "log of escapes": (
        "import logging; logging.error('\\x1b[2J\\x9b\\u202e' * 10**5); raise KeyError"
    ),
    "effect of escapes": (
        "import boto3\n"
        "boto3.client('sns').publish(TopicArn='\\x9b', Message='\\x1b\\u202e' * 10**5)"
    ),
    "name of escapes": "open('\\x1b[2J\\u202e\\x9b', 'w').close(); os.mkdir('\\udcff')",
    "regular expression": "import re; re.match('(a+)+$', 'a' * 99 + 'b')",
    "number": "str(10 ** 10**7); raise ValueError(10 ** 10**5)",
    "garbage collector": "KEPT.extend([] for _ in range(5 * 10**6))",
}
BEFORE = {
    "memory while loading": "v = []\nwhile True: v.append(bytearray(10**8))",
    "prints while loading": "for _ in range(300): print('x' * 10**6)",
    "message while loading": "raise ValueError('x\\n' * 10**7)",
}
