"""One process that has loaded the tool, and a copy of it for each input: no input loads it anew.

Run as a module it reads a line of JSON for each input and answers with another one. What a copy
takes of time and memory is counted for it alone; the memory of what is loaded counts for each.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Mapping
from typing import Any, NoReturn

_LOADED = (
    "ecr_contracts.frontends.cli.main",
    "ecr_contracts.frontends.cli.check",
    "ecr_contracts.frontends.cli.rules",
    "ecr_contracts.frontends.cli.validate",
    "ecr_contracts.frontends.cli.coverage",
    "ecr_contracts.engine.explore",
    "ecr_contracts.engine.subjects.step_functions.engine",
    "ecr_contracts.engine.subjects.run_command",
)


def serve() -> None:
    """Answer each line of the standard input."""
    for name in _LOADED:
        importlib.import_module(name)
    for line in sys.stdin:
        order = json.loads(line)
        process = os.fork()
        if not process:
            _run(order)
        print(json.dumps(_waited_for(process, order["hangs"])), flush=True)


def _run(order: Mapping[str, Any]) -> NoReturn:
    """Be the tool, as its script is, in a session of its own."""
    import resource

    code: Any = 1
    try:
        os.setsid()
        output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for own, handle in ((0, nothing), (1, output), (2, output)):
            os.dup2(handle, own)
        for kind, most in order["limits"].items():
            resource.setrlimit(getattr(resource, kind), (most, most))
        os.environ.clear()
        os.environ.update(order["environment"])
        os.chdir(order["folder"])
        sys.argv = ["ecr-contracts", *order["words"]]
        from ecr_contracts.frontends.cli.main import main

        code = main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - what Python itself would show
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code if isinstance(code, int) else 1)


def _waited_for(process: int, seconds: float) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while True:
        ended, status, usage = os.wait4(process, os.WNOHANG)
        if ended:
            break
        if time.monotonic() > end:
            os.killpg(process, 9)
            _, status, usage = os.wait4(process, 0)
            break
        time.sleep(0.005)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss,
    }


if __name__ == "__main__":
    serve()
