"""Handlers that end, stop or outlive processes: their own, their parent and one beside it."""

from __future__ import annotations

_STAYS = "signal.alarm(40)\n    while True: signal.pause()"
_SIGNALS = ("SIGKILL", "SIGSTOP", "SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1")

BODIES = {
    **{f"{name} to the parent": f"os.kill(PARENT, signal.{name})" for name in _SIGNALS},
    **{f"{name} to the parent in C": f"LIBC.kill(PARENT, signal.{name})" for name in _SIGNALS[:3]},
    "SIGKILL to the process above": "os.kill(above(), signal.SIGKILL)",
    "SIGSTOP to the process above in C": "LIBC.kill(above(), signal.SIGSTOP)",
    "SIGKILL to the process above in C": "LIBC.kill(above(), signal.SIGKILL)",
    "SIGTERM by system call": "LIBC.syscall(SYS['kill'], PARENT, signal.SIGTERM)",
    "kill beside": "os.kill(VICTIM, signal.SIGKILL); LIBC.kill(VICTIM, signal.SIGKILL)",
    "kill by a program": "subprocess.run(['kill', '-9', str(VICTIM)])",
    "kill by descriptor": (
        "d = os.pidfd_open(PARENT); signal.pidfd_send_signal(d, signal.SIGKILL)"
    ),
    "priority of the parent": "os.setpriority(os.PRIO_PROCESS, PARENT, 19)",
    "limits of the parent": (
        "import resource; resource.prlimit(PARENT, resource.RLIMIT_NOFILE, (0, 0))"
    ),
    "trace": "LIBC.ptrace(0x4206, PARENT, None, None); LIBC.ptrace(16, VICTIM, None, None)",
    "write memory": "os.open(f'/proc/{PARENT}/mem', os.O_RDWR)",
    "badness": "open(f'/proc/{PARENT}/oom_score_adj', 'w').write('1000')",
    "own kill": "os.kill(os.getpid(), signal.SIGKILL)",
    "own stop": "os.kill(os.getpid(), signal.SIGSTOP)",
    "own group": "os.killpg(0, signal.SIGKILL)",
    "own interrupt": "signal.raise_signal(signal.SIGINT)",
    "own abort": "os.abort()",
    "own crash": "ctypes.string_at(0)",
    "own exit": "os._exit(0)",
    "exit of three": "os._exit(3)",
    "exit from a thread": "threading.Thread(target=os._exit, args=(4,)).start(); time.sleep(1)",
    "leaves its group": "os.setpgid(0, 0); LIBC.setsid()",
    "orphan": f"if os.fork() == 0:\n    {_STAYS}",
    "orphan in a session": f"if os.fork() == 0:\n    os.setsid()\n    {_STAYS}",
    "orphan of an orphan": (
        f"if os.fork() == 0:\n    os.setsid()\n    if os.fork(): os._exit(0)\n    {_STAYS}"
    ),
    "orphan that closes all": (
        f"if os.fork() == 0:\n    os.setsid(); os.closerange(0, 99)\n    {_STAYS}"
    ),
    "orphan that ignores": (
        "if os.fork() == 0:\n    for n in range(1, 32):\n"
        "        with contextlib.suppress(OSError, ValueError): signal.signal(n, signal.SIG_IGN)\n"
        f"    signal.signal(signal.SIGALRM, signal.SIG_DFL); os.setsid()\n    {_STAYS}"
    ),
    "orphan by a shell": "LIBC.system(b'(setsid sleep 40 </dev/null >/dev/null 2>&1 &)')",
    "orphan without environment": (
        "subprocess.Popen(['sleep', '40'], env={}, start_new_session=True, close_fds=True)"
    ),
    "orphan with outputs": "subprocess.Popen('sleep 40', shell=True)",
    "orphan in C": f"if LIBC.fork() == 0:\n    LIBC.setsid()\n    {_STAYS}",
    "orphan while it dies": f"if os.fork() == 0:\n    os.setsid()\n    {_STAYS}\nos._exit(1)",
    "orphan that hides": (
        f"if os.fork() == 0:\n    LIBC.prctl(4, 0, 0, 0, 0); os.setsid()\n    {_STAYS}"
    ),
    "orphan without environment in C": (
        "if LIBC.fork() == 0:\n    LIBC.setsid(); os.closerange(0, 99); LIBC.clearenv()\n"
        "    LIBC.execl(b'/bin/sleep', MARK.encode(), b'40', None)"
    ),
    "orphan of another interpreter": (
        "in_other_interpreter('import os\\nif os.fork() == 0: os.setsid(); '\n"
        '    f\'os.execv("/bin/sleep", [{MARK!r}, "40"])\')'
    ),
    "kill in another interpreter": (
        "in_other_interpreter(f'import os; os.kill({PARENT}, 9); os.kill({VICTIM}, 9)')"
    ),
    "clone in C": f"if LIBC.syscall(SYS['clone'], 17, 0, 0, 0, 0) == 0:\n    {_STAYS}",
    "double fork in C": (
        "if LIBC.fork() == 0:\n    LIBC.setsid()\n    if LIBC.fork() == 0:\n"
        "        LIBC.execl(b'/bin/sleep', MARK.encode(), b'40', None)\n    LIBC._exit(0)"
    ),
    "program of memory": (
        "d = LIBC.memfd_create(b'x', 0); os.write(d, b'#!/bin/sh\\nkill -9 %d\\n' % PARENT)\n"
        "if LIBC.fork() == 0:\n    LIBC.execl(b'/proc/self/fd/%d' % d, b'x', None); LIBC._exit(0)"
    ),
    "orphan that is stopped": (
        "if os.fork() == 0:\n    signal.alarm(40); os.kill(os.getpid(), signal.SIGSTOP); "
        "os._exit(0)"
    ),
    "subreaper": f"LIBC.prctl(36, 1, 0, 0, 0)\nif os.fork() == 0:\n    {_STAYS}\nos._exit(1)",
    "twenty children": f"for _ in range(20):\n  if os.fork() == 0:\n    {_STAYS}",
    "chain of twenty": (
        "for _ in range(20):\n    if os.fork(): break\n"
        "else:\n    signal.alarm(40); signal.pause()\n"
        "if os.getpid() != ME:\n    signal.alarm(40); signal.pause()"
    ),
    "exec of true": "os.execv('/bin/true', ['true'])",
    "exec of sleep": "os.execv('/bin/sleep', ['sleep', '40'])",
    "exec of a missing program": "os.execv('/bin/missing', ['x'])",
    "exec by C": "LIBC.execl(b'/bin/false', b'false', None)",
    "hangs": "while True: pass",
    "hangs in C": "LIBC.pause()",
    "hangs with signals off": (
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))\nwhile True: pass"
    ),
    "hangs in a handler of the signal": (
        "signal.signal(signal.SIGUSR2, lambda *a: time.sleep(0) or LIBC.pause())\nLIBC.pause()"
    ),
    "hangs at a lock": "lock = threading.Lock(); lock.acquire(); lock.acquire()",
    "hangs at input": "sys.stdin = open('/dev/tty'); input()",
    "hangs at a fifo": "os.mkfifo(os.environ['TMPDIR'] + '/f'); open(os.environ['TMPDIR'] + '/f')",
    "terminal": "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSTI, b'x')",
}
BEFORE = {
    "kill the parent while loading": "LIBC.kill(PARENT, signal.SIGKILL)",
    "exit while loading": "os._exit(0)",
    "hangs while loading": "LIBC.pause()",
    "orphan while loading": f"if os.fork() == 0:\n    os.setsid()\n    {_STAYS}",
    "child that goes on while loading": "os.fork()",
}
