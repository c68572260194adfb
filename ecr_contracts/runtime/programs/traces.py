"""What programs write when they fail: the exception and the line, in the forms of languages.

Python, JavaScript, Go, Rust, Ruby, Java, .NET, PHP, Perl and shells are read. What has none of
their forms is told by its last line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from ecr_contracts.core.findings import Location
from ecr_contracts.discovery.user_code import is_below, is_installed, location

__all__ = [
    "Failure",
    "failure_in",
    "last_line",
    "location_in",
    "missing_program",
    "refused_connection",
    "stack_lines",
]

_MOST_LINES, _LONGEST_LINE = 2_000, 1_000


class Failure(NamedTuple):
    """An exception that a program told of: its type, its message, and the lines of its stack."""

    exception: str
    message: str
    stack: str


_NAME = r"[A-Za-z_][\w.$]*(?:::[A-Za-z_]\w*)*"
_ERROR = rf"(?P<name>{_NAME}(?:Error|Exception|Exit|Interrupt|Warning|Fault|Failure)\w*)"
_PYTHON = re.compile(rf"(?P<name>{_NAME})(?:: (?P<message>.*))?")
_GO = re.compile(r"panic: (?P<message>.*)")
_GO_RUNTIME = re.compile(r"(?:runtime error|assignment to entry|interface conversion)")
_RUST = re.compile(r"thread '[^']*'(?: \(\d+\))? panicked at (?P<place>.*)")
_RUBY = re.compile(r"\S+:\d+:in .*?: (?P<message>.*) \((?P<name>[A-Z][\w:]*)\)")
_JAVA = re.compile(rf"Exception in thread \"[^\"]*\" (?P<name>{_NAME})(?:: (?P<message>.*))?")
_DOTNET = re.compile(rf"Unhandled exception\. (?P<name>{_NAME})(?:: (?P<message>.*))?")
_PHP = re.compile(rf"(?:PHP )?Fatal error: +Uncaught (?P<name>{_NAME})(?:: (?P<message>.*?))? in ")
_ANY = re.compile(rf"\s*(?:Uncaught )?{_ERROR}(?: \[[^\]]*\])?: ?(?P<message>.*)")
_SHELL = re.compile(r"(?P<file>[^\s:]+): (?:line )?(?P<line>\d+): (?P<message>.*)")

_PLACES = (
    re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in (?P<function>\S+))?'),
    re.compile(
        r"\bat (?:async )?(?:(?:new )?(?P<function>[^\s(]+) (?:\[[^\]]*\] )?\()?"
        r"(?P<file>(?:file://)?/[^\s():]+):(?P<line>\d+)"
    ),
    re.compile(r"\bat (?P<file>[\w./@-]+\.p[lm]) line (?P<line>\d+)"),
    re.compile(r" in (?P<file>/[^:]+):line (?P<line>\d+)"),
    re.compile(r" in (?P<file>/\S+\.php):(?P<line>\d+)"),
    re.compile(r"\bat (?P<function>[\w.$/<>]+)\((?P<file>\w+\.(?:java|kt|scala)):(?P<line>\d+)\)"),
    re.compile(r"(?P<file>[\w./@-]+\.(?:rs|go|rb|sh|bash|pl|mjs|cjs|js|ts|py)):(?P<line>\d+)"),
    re.compile(r"(?P<file>[\w./@-]+\.(?:sh|bash)): (?:line )?(?P<line>\d+):"),
    re.compile(r"^(?P<file>[\w./@-]+): line (?P<line>\d+):"),
)

_REFUSED = re.compile(
    r"ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ENETDOWN|getaddrinfo"
    r"|[Cc]onnection refused|[Nn]o such host|[Nn]etwork is unreachable|[Nn]o route to host"
    r"|[Nn]ame resolution|[Nn]ame or service not known|nodename nor servname"
    r"|[Cc]ould ?n.t resolve host|[Cc]ould not resolve host|[Cc]ould not connect to the endpoint"
    r"|UnknownHostException|dns error|failed to lookup address|UND_ERR_CONNECT|fetch failed"
    r"|EndpointConnectionError|ProxyConnectionError|Unable to connect to the remote"
    r"|UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|AuthFailure"
    r"|CredentialsProviderError|NoCredentialsError|NoCredentialProviders|ExpiredToken"
    r"|security token included in the request is invalid|[Cc]ould not load credentials"
    r"|[Uu]nable to (?:locate|load) credentials|dispatch failure"
)
_HOST = re.compile(
    r"(?:https?://|ENOTFOUND |EAI_AGAIN |ECONNREFUSED |lookup |dial tcp |host: )"
    r"(?P<host>[\w.-]*\w(?::\d+)?)"
)


def failure_in(text: str) -> Failure | None:
    """The exception that a text tells of, the last one; None where it has the form of none."""
    lines = [line[:_LONGEST_LINE] for line in text.rstrip().split("\n")[-_MOST_LINES:]]
    for reader in (_of_panic, _of_python, _of_named, _of_shell):
        failure = reader(lines)
        if failure is not None:
            return failure
    return None


def _of_panic(lines: list[str]) -> Failure | None:
    """That of Go or Rust."""
    for number, line in enumerate(lines):
        stack = "\n".join(lines[number:])
        if match := _GO.match(line):
            message = match["message"].removesuffix(" [recovered]")
            name = "runtime error" if _GO_RUNTIME.match(message) else "panic"
            return Failure(name, message.removeprefix("runtime error: "), stack)
        if match := _RUST.match(line):
            place = match["place"]
            # Before Rust 1.73 the message stood in the same line, in quotes.
            if place.startswith("'"):
                message = place.rpartition("', ")[0][1:]
            else:
                message = lines[number + 1] if number + 1 < len(lines) else ""
            return Failure("panic", message, stack)
    return None


def _of_python(lines: list[str]) -> Failure | None:
    """That of a traceback of Python."""
    starts = [at for at, line in enumerate(lines) if line.startswith("Traceback (most recent")]
    if not starts:
        return None
    for number in range(starts[-1] + 1, len(lines)):
        if lines[number][:1] in ("", " "):
            continue
        match = _PYTHON.fullmatch(lines[number])
        if match is not None:
            name = match["name"].removeprefix("builtins.")
            message = "\n".join([match["message"] or "", *lines[number + 1 :]]).rstrip()
            return Failure(name, message, "\n".join(lines[starts[-1] : number]))
    return None


def _of_named(lines: list[str]) -> Failure | None:
    """That of a language whose traces begin with the name of the exception."""
    for pattern in (_JAVA, _DOTNET, _PHP, _RUBY, _ANY):
        for number, line in enumerate(lines):
            if match := pattern.match(line):
                stack = "\n".join(lines[max(0, number - 4) :])
                return Failure(match["name"], match["message"] or "", stack)
    return None


def _of_shell(lines: list[str]) -> Failure | None:
    """That of a shell: `run.sh: line 4: IMAGE: unbound variable`."""
    for line in reversed(lines):
        if match := _SHELL.fullmatch(line):
            return Failure("", match["message"], line)
    return None


def stack_lines(stack: Any) -> str:
    """The stack of an error in Lambda's form as text, whatever the runtime writes.

    Python, Node and Ruby give a list of texts, Go one of objects with `path`, `line` and `label`.
    """
    if isinstance(stack, str):
        return stack
    if not isinstance(stack, list):
        return ""
    lines: list[str] = []
    for frame in stack:
        if isinstance(frame, Mapping):
            path, line, label = frame.get("path"), frame.get("line"), frame.get("label")
            lines.append(f"{path}:{line} {label}")
        elif isinstance(frame, list):  # Python's runtime once gave tuples
            lines.append('  File "{}", line {}, in {}'.format(*[*frame, "", "", ""][:3]))
        else:
            lines.append(str(frame))
    return "\n".join(lines)


def last_line(text: str) -> str:
    """The last line of a text that is not empty."""
    for line in reversed(text.rstrip().split("\n")):
        if line.strip():
            return line.strip()
    return ""


def location_in(stack: str, folder: str, *, is_innermost_last: bool = False) -> Location | None:
    """The innermost line of a stack that is code of the program's own, in a folder.

    Lines of libraries are passed over; where nothing else is there, None. Paths of a container
    (`/var/task/app.py`) are those of the folder where such a file is there.
    """
    places = list(_places(stack))
    if is_innermost_last or 'File "' in stack:
        places.reverse()
    for file, line, function in places:
        own = _own_file(file, folder)
        if own is not None:
            return location(own, line, os.path.relpath(own, folder), function)
    return None


def _places(stack: str) -> Iterator[tuple[str, int, str]]:
    for line in stack.split("\n")[:_MOST_LINES]:
        text = line[:_LONGEST_LINE]
        for pattern in _PLACES:
            match = pattern.search(text)
            if match is not None:
                found = match.groupdict()
                file = unquote(urlsplit(found["file"]).path) if "://" in text else found["file"]
                yield file, int(found["line"]), found.get("function") or ""
                break


def _own_file(file: str, folder: str) -> str | None:
    """A file of the program's own, by its whole path; None for what is of others."""
    path = os.path.normpath(os.path.join(folder, file))
    candidates = [path]
    for root in ("/var/task/", "/app/", "/usr/src/app/", "/workspace/"):
        if path.startswith(root):
            candidates.append(os.path.join(folder, path.removeprefix(root)))
    if "/" not in file:
        candidates += _files_called(file, folder)
    for candidate in candidates:
        is_library = is_installed(candidate) or "node_modules" in candidate.split(os.sep)
        if is_below(candidate, folder) and not is_library and os.path.isfile(candidate):
            return candidate
    return None


def _files_called(name: str, folder: str) -> Iterable[str]:
    """Where Java's stacks, which give no folder, may have a file."""
    if not name.endswith((".java", ".kt", ".scala")):
        return
    for place, folders, files in os.walk(folder):
        folders[:] = [one for one in folders if not one.startswith(".")][:50]
        if name in files:
            yield os.path.join(place, name)
            return


_NOT_HERE = re.compile(
    r"(?:^|: )(?P<bash>[\w./+-]+): command not found|^\S+: \d+: (?P<dash>[\w./+-]+): not found"
    r"|spawn (?P<node>\S+) ENOENT|exec: \"(?P<go>[^\"]+)\": executable file not found",
    re.MULTILINE,
)


def missing_program(text: str) -> str:
    """The program that a text says is not there to be started; empty where it says so of none."""
    match = _NOT_HERE.search(text)
    return next(filter(None, match.groups()), "") if match else ""


def refused_connection(text: str) -> str:
    """What could not be reached, where a text tells of that; empty where it does not."""
    match = _REFUSED.search(text)
    if match is None:
        return ""
    host = _HOST.search(text)
    return host["host"] if host else "the network"
