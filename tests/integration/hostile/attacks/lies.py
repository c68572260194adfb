"""Handlers that lie: about values, classes, time, and what Python itself does."""

from __future__ import annotations

_RAISES = "raise {0}"
_LIES = {
    "repr": "def __repr__(self): {0}",
    "str": "def __str__(self): {0}",
    "eq": "def __eq__(self, other): {0}\n    __hash__ = None",
    "class": "__class__ = property(lambda self: {1})",
    "attributes": "def __getattribute__(self, name): {0}",
    "len": "def __len__(self): {0}\n    def __bool__(self): {0}",
    "iter": "def __iter__(self): {0}\n    items = keys = values = __iter__",
    "hash": "def __hash__(self): {0}",
    "reduce": "def __reduce_ex__(self, protocol): {0}\n    __deepcopy__ = __copy__ = __reduce_ex__",
    "del": "def __del__(self): {0}",
}
_ENDS = {
    "raises": ("raise BaseException('lie')", "1 / 0"),
    "exits": ("sys.exit(7)", "sys.exit(7)"),
    "lies": ("return 5", "dict"),
    "hangs": ("LIBC.pause()", "LIBC.pause()"),
}


def _liars() -> dict[str, str]:
    bodies = {}
    for number, (lie, body) in enumerate(_LIES.items()):
        for base, use in (("Exception", "raise L('x')"), ("dict", "return {'v': L()}")):
            end = list(_ENDS)[(number + (base == "dict")) % len(_ENDS)]
            lines = body.format(*_ENDS[end])
            bodies[f"{base} whose {lie} {end}"] = f"class L({base}):\n    {lines}\n{use}"
    return bodies


BODIES = {
    **_liars(),
    "str of own": (
        "class S(str):\n    __str__ = __repr__ = lambda self: 5\nraise ValueError(S('x'))"
    ),
    "int of own": "class I(int):\n    __int__ = __str__ = lambda self: 1 / 0\nreturn {'n': I(3)}",
    "metaclass": (
        "class M(type):\n    def __getattribute__(c, n): sys.exit(2)\n"
        "class E(Exception, metaclass=M): pass\nraise E"
    ),
    "class without module": (
        "E = type('E', (Exception,), {}); E.__module__ = 5; E.__qualname__ = ''; raise E"
    ),
    "exception of ours": (
        "from ecr_contracts.core import errors\n"
        "raise next(e for e in vars(errors).values() if isinstance(e, type) and "
        "issubclass(e, Exception))('lie')"
    ),
    "not an exception": "raise 5",
    "generator exit": "raise GeneratorExit",
    "keyboard interrupt": "raise KeyboardInterrupt",
    "system exit of an object": "raise SystemExit(object())",
    "stop iteration": "raise StopIteration(5)",
    "traceback of others": "raise ValueError(1).with_traceback(sys.exc_info()[2])",
    "traceback in a circle": (
        "try: 1 / 0\nexcept Exception as e:\n    t = e.__traceback__\n"
        "    with contextlib.suppress(ValueError): t.tb_next = t\n    raise"
    ),
    "file names": "exec(compile('1/0', '\\x1b]0;x\\x07\\u202e/etc/passwd', 'exec'))",
    "file name of our own": "exec(compile('\\n' * 9 + '1/0', json.__file__, 'exec'))",
    "own line cache": (
        "import linecache; "
        "linecache.cache[__file__] = (1, None, ['\\x9b2J' * 9] * 99, __file__)\n1/0"
    ),
    "time": (
        "time.time = time.monotonic = time.perf_counter = type('T', (), {'__call__': lambda s: "
        "s})()"
    ),
    "time of an object": "time.time = lambda: type('N', (float,), {})(1.0)",
    "sleep": "time.sleep = None",
    "datetime": "import datetime; datetime.datetime = datetime.timezone = None",
    "settrace": "sys.settrace(lambda *a: 1 / 0); sys.setprofile(lambda *a: None)",
    "trace that exits": "def t(*a): sys.exit(3)\nsys.settrace(t); threading.settrace(t)",
    "monitoring": "getattr(sys, 'monitoring', None) and sys.monitoring.use_tool_id(1, 'x')",
    **{
        f"builtins without {name}": f"builtins.{name} = None"
        for name in ("len", "isinstance", "open", "repr", "type", "getattr", "print", "Exception")
    },
    "builtins that lie": "builtins.isinstance = lambda *a: True; builtins.len = lambda v: -1",
    "import that lies": "builtins.__import__ = lambda *a, **k: 5",
    "builtins emptied": "vars(builtins).clear()",
    **{
        f"module {name} is none": f"sys.modules[{name!r}] = None"
        for name in ("json", "os", "traceback", "ecr_contracts", "threading")
    },
    "modules cleared": "sys.modules.clear()",
    "path hooks": "sys.path[:] = []; sys.path_hooks.clear(); sys.meta_path.clear()",
    "json that lies": "json.dumps = json.loads = lambda *a, **k: 'lie'; json.JSONEncoder = None",
    "json encoder": "json.encoder.c_make_encoder = json.encoder.encode_basestring_ascii = None",
    "traceback that lies": (
        "import traceback; traceback.TracebackException = traceback.walk_tb = None; 1/0"
    ),
    "os without functions": "os.write = os.read = os.getpid = os.path = None; 1/0",
    "select without poll": "import select; select.poll = select.select = None",
    "struct": "struct.Struct = struct.pack = None",
    "outputs": "sys.stdout = sys.stderr = None; sys.__stdout__ = 5",
    "outputs that raise": (
        "sys.stdout = sys.stderr = type('O', (), {'__getattr__': lambda s, n: sys.exit(3)})()"
    ),
    "hooks": "sys.excepthook = sys.unraisablehook = threading.excepthook = lambda *a: os._exit(9)",
    "exit handlers": "import atexit; atexit.register(LIBC.pause); atexit.register(os.abort)",
    "exit handler that prints": (
        "import atexit; atexit.register(print, 'Traceback (most recent', flush=True)"
    ),
    "finaliser": "KEPT.append(type('F', (), {'__del__': lambda s: LIBC.pause()})())",
    "weak references": "import weakref; weakref.finalize(handler, LIBC.pause)",
    "signal handlers": (
        "for n in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2, "
        "signal.SIGALRM):\n"
        "    signal.signal(n, lambda *a: sys.exit(1))\nsignal.setitimer(signal.ITIMER_REAL, 0.02)"
    ),
    "alarm": "signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)",
    "exceptions in a thread": (
        "me = threading.get_ident()\n"
        "def run(): ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(me), "
        "ctypes.py_object(SystemExit))\nthreading.Timer(0.01, run).start()"
    ),
    "state between events": "KEPT.append(1)\nif len(KEPT) % 2: raise ValueError(len(KEPT))",
    "state in the environment": (
        "os.environ['SEEN'] = os.environ.get('SEEN', '') + 'x'; "
        "raise ValueError(os.environ['SEEN'])"
    ),
    "chance": "import random\nif random.random() < 0.5: raise ValueError(random.random())",
    "event changed": "event.clear(); event[5] = event; return event",
    "context changed": "context.__class__ = int; context.__dict__.clear()",
    "handler replaced": "globals()['handler'] = None",
    "code replaced": "handler.__code__ = (lambda event, context: 1 / 0).__code__",
    "default encoding": (
        "sys.getfilesystemencoding = lambda: 'x'; os.environ['PYTHONIOENCODING'] = 'x'"
    ),
    "working folder": "os.chdir('/')",
    "working folder that is gone": (
        "p = os.environ['TMPDIR'] + '/g'; os.mkdir(p); os.chdir(p); os.rmdir(p)"
    ),
    "umask": "os.umask(0o777)",
    "limits": (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3)); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))"
    ),
    "frames": "f = sys._getframe()\nwhile f: f.f_locals.clear(); f = f.f_back",
    "objects changed": (
        "for t in gc.get_objects():\n    if type(t) is dict and 'status' in t: t['status'] = 5"
    ),
    "objects of ours": (
        "for t in gc.get_objects():\n    if type(t).__module__.startswith('ecr_contracts'):\n"
        "        with contextlib.suppress(BaseException): vars(t).clear()"
    ),
    "objects that lead to ours": (
        "for t in gc.get_referrers(handler):\n    if isinstance(t, dict): t['handler'] = t\n"
        "for t in gc.get_referrers(event):\n    if isinstance(t, dict): t.clear()"
    ),
    "frames of ours": (
        "f = sys._getframe()\nwhile f:\n"
        "    for t in list(f.f_locals.values()):\n        if t is not None and "
        "type(t).__module__.startswith('ecr_contracts'):\n"
        "            with contextlib.suppress(BaseException): vars(t).clear()\n    f = f.f_back"
    ),
    "functions of ours": (
        "import ecr_contracts.runtime.worker.child as child\n"
        "import ecr_contracts.runtime.worker.wire as wire\n"
        "child.pack = wire.pack = child.call_observed = None"
    ),
    "classes of ours": (
        "import ecr_contracts.runtime.sandbox.recorder as recorder\n"
        "recorder.Recorder.note = recorder.Recorder.events = None"
    ),
    "modules of ours emptied": (
        "for n, m in list(sys.modules.items()):\n"
        "    if n.startswith('ecr_contracts'): vars(m).clear()"
    ),
    "collector": "gc.disable(); gc.freeze(); gc.set_debug(gc.DEBUG_LEAK)",
    "small number": "ctypes.memset(id(256) + 24, 0, 4); raise ValueError(256)",
    "coroutine": "async def c(): return 1\nreturn c()",
    "switch interval": "sys.setswitchinterval(1000)",
    "warnings as errors": "import warnings; warnings.simplefilter('error'); warnings.warn('x')",
    "text for a terminal": (
        "raise ValueError('\\x1b[2J\\x9b31m\\u202eevil\\u2066\\U000e0041\\r\\n::error::x')"
    ),
    "text for a report": "raise ValueError(']]></failure><x>\\0&\\ud800')",
}
BEFORE = {
    "handler of a number": "HANDLER = 5",
    "handler of a class": "class HANDLER:\n    def __init__(self, *a): raise BaseException(self)",
    "module of attributes": (
        "class M(type(sys)):\n    def __getattribute__(self, n): sys.exit(4)\n"
        "sys.modules[__name__].__class__ = M"
    ),
    "module replaced": "sys.modules[__name__] = 5",
    "annotations": "def HANDLER(event: 1 / 1, context: LIBC.pause) -> 'x': return 1",
    "signature": (
        "def HANDLER(*a, **k): raise TypeError('missing 1 required argument')\n"
        "HANDLER.__signature__ = 5"
    ),
    "callable": (
        "class C:\n    def __getattr__(self, n): raise KeyError(n)\n"
        "    def __call__(self, *a): return self\nHANDLER = C()"
    ),
    "base exception while loading": "raise BaseException('no')",
    "builtins while loading": "builtins.isinstance = builtins.len = None",
    "encoding": "exec(b'# coding: rot13\\n')",
}
