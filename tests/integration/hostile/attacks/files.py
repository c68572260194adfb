"""Handlers that harm files: of the project and of the home folder."""

from __future__ import annotations

_AIMS = {
    "project": "FOLDER + '/keep.txt'",
    "relative": "'keep.txt'",
    "home": "HOME + '/notes.txt'",
}

_HARMS = {
    "remove": "os.remove({0})",
    "overwrite": "open({0}, 'w').write('harm')",
    "append by descriptor": "os.write(os.open({0}, os.O_WRONLY | os.O_APPEND), b'harm')",
    "rename": "os.rename({0}, {0} + '.away')",
    "replace": "open('new', 'w').write('harm'); os.replace('new', {0})",
    "mode": "os.chmod({0}, 0)",
    "truncate in C": "LIBC.truncate(({0}).encode(), ctypes.c_long(0))",
    "remove in C": "LIBC.unlink(({0}).encode())",
    "remove by a program": "subprocess.run(['rm', '-f', {0}])",
    "write in a shell": "LIBC.system(('echo harm > ' + {0}).encode())",
}

_OTHERS = {
    "remove the project": "shutil.rmtree(FOLDER, ignore_errors=True)",
    "remove the home": "shutil.rmtree(HOME, ignore_errors=True)",
    "remove own source": "os.remove(__file__)",
    "overwrite own source": "open(__file__, 'w').write('harm')",
    "remove every file": (
        "for place, folders, files in os.walk(FOLDER):\n"
        "    for file in files:\n"
        "        os.unlink(os.path.join(place, file))"
    ),
    "remove by folder descriptor": "os.unlink('keep.txt', dir_fd=os.open(FOLDER, os.O_RDONLY))",
    "remove in a fork": "if os.fork() == 0:\n    LIBC.unlink(b'keep.txt'); os._exit(0)\nos.wait()",
    "link out": "os.symlink(HOME, 'out'); open('out/notes.txt', 'w').write('harm')",
    "link in C": "LIBC.symlink(HOME.encode(), b'out'); open('out/new', 'w').write('harm')",
    "hard link": "os.link('keep.txt', 'twin'); open('twin', 'w').write('harm')",
    "link out of scratch": (
        "place = os.environ['TMPDIR'] + '/out'\nLIBC.symlink(FOLDER.encode(), place.encode())\n"
        "open(place + '/keep.txt', 'w').write('harm')"
    ),
    "up from scratch": (
        "import tempfile\nplace = tempfile.mkdtemp()\n"
        "open(os.path.relpath(FOLDER + '/keep.txt', place), 'w').write('harm')\n"
        "os.chdir(place); open(os.path.relpath(FOLDER + '/keep.txt'), 'w').write('harm')"
    ),
    "remove the scratch folder": "shutil.rmtree(os.path.dirname(os.environ['TMPDIR']))",
    "lock the scratch folder": "os.chmod(os.path.dirname(os.environ['TMPDIR']), 0)",
    "deep folders in scratch": (
        "place = os.environ['TMPDIR']\nos.chdir(place)\nfor _ in range(900):\n"
        "    os.mkdir('a' * 100); os.chdir('a' * 100)"
    ),
    "locked folders in scratch": (
        "os.chdir(os.environ['TMPDIR']); os.makedirs('a/b'); os.chmod('a/b', 0); os.chmod('a', 0)"
    ),
    "names of bytes": "open(os.environ['TMPDIR'].encode() + b'/\\xff\\x9b\\n', 'w').write('x')",
    "cache of ours": (
        "shutil.rmtree('.ecr-contracts', ignore_errors=True); os.mkdir('.ecr-contracts')"
    ),
    "cache as a link": "LIBC.symlink(HOME.encode(), b'.ecr-contracts')",
    "module beside": "open('json.py', 'w').write('raise SystemExit(9)')",
    "sitecustomize": "open(HOME + '/sitecustomize.py', 'w').write('raise SystemExit(9)')",
    "shell profile": "open(HOME + '/.bashrc', 'a').write('harm')",
    "git hook": "os.makedirs('.git/hooks'); open('.git/hooks/pre-commit', 'w').write('harm')",
    "bytecode": (
        "import py_compile; py_compile.compile(__file__, '__pycache__/app.harm.pyc', doraise=True)"
    ),
    "mapped memory": (
        "import mmap\nfile = open('keep.txt', 'r+b')\nmmap.mmap(file.fileno(), 0)[0:1] = b'X'"
    ),
    "database": "import sqlite3; sqlite3.connect('keep.db').execute('create table t (x)')",
    "archive": "shutil.unpack_archive(shutil.make_archive('a', 'zip', '.'), HOME)",
    "times": "os.utime('keep.txt', (0, 0))",
    "extended attribute": "os.setxattr('keep.txt', 'user.harm', b'1')",
    "own open": "import _io; _io.FileIO('keep.txt', 'w').write(b'harm')",
    "posix by name": "import posix; posix.unlink('keep.txt')",
    "through the process": "open(f'/proc/{PARENT}/cwd/keep.txt', 'w').write('harm')",
    "through the root": "open('/proc/self/root' + FOLDER + '/keep.txt', 'w').write('harm')",
    "file system of own": "LIBC.mount(b'none', FOLDER.encode(), b'tmpfs', 0, None)",
    "another interpreter": (
        "in_other_interpreter(f'import os; os.remove({FOLDER!r} + \"/keep.txt\")')\n"
    ),
    "home in another interpreter": (
        "in_other_interpreter(f'import shutil; shutil.rmtree({HOME!r})')"
    ),
    "move of a folder above in C": "LIBC.rename(FOLDER.encode(), (FOLDER + '.away').encode())",
    "hard link in C": (
        "there = os.environ['TMPDIR'] + '/twin'\n"
        "LIBC.link((FOLDER + '/keep.txt').encode(), there.encode())\n"
        "LIBC.truncate(there.encode(), ctypes.c_long(0))"
    ),
    "bind mount": (
        "LIBC.unshare(0x10020000)\n"
        "LIBC.mount(FOLDER.encode(), os.environ['TMPDIR'].encode(), None, 4096, None)\n"
        "LIBC.unlink((os.environ['TMPDIR'] + '/keep.txt').encode())"
    ),
    "remounted": "LIBC.mount(None, FOLDER.encode(), None, 4128, None); LIBC.unlink(b'keep.txt')",
    "unmounted": "LIBC.umount2(FOLDER.encode(), 2); LIBC.unlink((FOLDER + '/keep.txt').encode())",
    "name in a loop": "os.rename('folder', 'folder/inside')",
}

BODIES: dict[str, str] = {
    **{
        f"{harm} {aim}": body.format(place)
        for number, (harm, body) in enumerate(_HARMS.items())
        for aim, place in (list(_AIMS.items())[number % 3],)
    },
    **{
        f"{harm} home": _HARMS[harm].format(_AIMS["home"])
        for harm in ("remove", "append by descriptor", "remove in C", "truncate in C")
    },
    **_OTHERS,
}
BEFORE: dict[str, str] = {
    "remove while loading": "os.remove(FOLDER + '/keep.txt')",
    "remove the project while loading": "shutil.rmtree(FOLDER, ignore_errors=True)",
    "write while loading in C": "LIBC.truncate((HOME + '/notes.txt').encode(), ctypes.c_long(0))",
}
