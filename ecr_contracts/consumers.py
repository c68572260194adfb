"""How a consumer is found, loaded and called in this process; what it did is an outcome, without judgement."""

from __future__ import annotations

import ast
import contextlib
import copy
import functools
import hashlib
import importlib
import importlib.util
import inspect
import io
import json
import linecache
import math
import os
import platform
import sys
import time
import traceback
import uuid
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

from ecr_contracts.errors import ConsumerError
from ecr_contracts.findings import Location
from ecr_contracts.paths import show

__all__ = [
    "Consumer",
    "Home",
    "LambdaContext",
    "Outcome",
    "Status",
    "Target",
    "call",
    "lambda_environment",
    "load",
    "loaded",
    "output_text",
    "refusal",
]

FORMS = "write 'path/to/app.py:handler' or 'package.module:handler'"
_PACKAGE = __name__.partition(".")[0]
_OURS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")
_STANDARD_LIBRARY = os.path.dirname(os.path.abspath(contextlib.__file__))
_INSTALLED = frozenset({"site-packages", "dist-packages"})
_MESSAGE_LIMIT = 2_000
_TEXT_LIMIT = 10_000


# What is asked for ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """What somebody names as a consumer: an attribute of a file or of a module.

    Exactly one of `file` and `module` is given; `attribute` may be dotted, `text` is what was written.
    """

    text: str
    attribute: str
    file: Path | None = None
    module: str | None = None

    @classmethod
    def parse(cls, text: str) -> Target:
        """Read `path/to/app.py:handler` or `package.module:handler`.

        Nothing is opened but to guess what was meant. Raises `ConsumerError` when the text has neither form.
        """
        place, _, attribute = text.rpartition(":")
        if not place or not _is_dotted(attribute):
            raise ConsumerError(text, "it does not name a function", _meant(text))
        if place.endswith(".py") or "/" in place or os.sep in place:
            return cls(text, attribute, file=Path(place))
        if not _is_dotted(place):
            raise ConsumerError(text, f"{place!r} is neither a .py file nor a module", _meant(text))
        return cls(text, attribute, module=place)

    def __str__(self) -> str:
        return self.text


def _is_dotted(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))


def _meant(text: str) -> str:
    """The likely target behind a text that is none; the forms when there is nothing to guess from."""
    for place, wanted in _readings(text):
        if not os.path.isfile(place):
            continue
        names = _function_names(place)
        if names:
            likely = wanted if wanted in names else names[0]
            others = [name for name in names if name != likely]
            return f"did you mean {place}:{likely}?" + (f" There are also: {', '.join(others)}" if others else "")
    return FORMS


def _readings(text: str) -> Iterator[tuple[str, str]]:
    """Files and functions that somebody may have meant, Lambda's own `src/app.handler` among them."""
    place, _, wanted = text.partition(".py")
    yield f"{place}.py", wanted.strip(":.()")
    place, _, wanted = text.partition(":")
    yield f"{place}.py", wanted.strip("()")
    place, _, wanted = text.rpartition(".")
    yield f"{place}.py", wanted
    yield f"{place.replace('.', '/')}.py", wanted


def _function_names(file: str | Path) -> list[str]:
    """The public top-level functions of a source file, those that look most like a handler first."""
    try:
        body = ast.parse(Path(file).read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return []
    functions = [node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    functions.sort(key=lambda node: ("handler" not in node.name, len(node.args.args) != 2))
    return [node.name for node in functions if not node.name.startswith("_")]


# Where its own code lies ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Home:
    """Where a consumer's own code lies, so that a fault is shown in a line that its owner wrote.

    Own are the files below one of `roots` that nobody installed there. `start` is the folder that shown paths are
    relative to.
    """

    roots: tuple[str, ...]
    start: str

    @classmethod
    def around(cls, file: str | Path | None, start: str | None = None) -> Home:
        """The home of code in `file`: the folder its imports start from, and the working directory around it."""
        start = start or os.getcwd()
        if file is None or _is_standard(os.path.abspath(file)):
            return cls((start,), start)
        path = Path(os.path.abspath(file))
        root, names = _import_root(path)
        if root.name in _INSTALLED:
            root = root / names[0] if (root / names[0]).is_dir() else path
        return cls((str(root), start) if _is_below(str(path), start) else (str(root),), start)

    def owns(self, filename: str) -> bool:
        """Whether a code object's file is the consumer's own: not installed, standard or ours."""
        path = os.path.abspath(filename)
        if filename.startswith("<") or path.startswith(_OURS) or _is_standard(path):
            return False
        inside = [root for root in self.roots if path == root or _is_below(path, root)]
        return any(not _is_installed(path[len(root) :]) for root in inside) and not any(
            path in _vendored(root) for root in inside
        )

    def location(self, frames: Iterable[tuple[FrameType, int]]) -> Location | None:
        """The innermost of the consumer's own lines, of frames with their lines from the outermost on."""
        own = [(frame.f_code, line) for frame, line in frames if self.owns(frame.f_code.co_filename)]
        return self._location(*own[-1]) if own else None

    def _location(self, code: CodeType, line: int) -> Location:
        source = linecache.getline(code.co_filename, line).strip()
        return Location(self.shown(code.co_filename), line, code.co_qualname, _bounded(source, 200))

    def shown(self, filename: str) -> str:
        """The file as people know it: relative to `start` where it lies below."""
        path = os.path.abspath(filename)
        return Path(os.path.relpath(path, self.start) if _is_below(path, self.start) else path).as_posix()


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(os.path.join(folder, ""))


def _is_installed(path: str) -> bool:
    return not _INSTALLED.isdisjoint(path.split(os.sep))


def _is_standard(path: str) -> bool:
    return _is_below(path, _STANDARD_LIBRARY) and not _is_installed(path)


def _import_root(file: Path) -> tuple[Path, tuple[str, ...]]:
    """The folder that a file is imported from, and its dotted name there: a folder with `__init__.py` is a package."""
    names = [] if file.stem == "__init__" else [file.stem]
    root = file.parent
    while (root / "__init__.py").is_file() and root != root.parent:
        names.insert(0, root.name)
        root = root.parent
    return root, tuple(names)


@functools.cache
def _vendored(root: str) -> frozenset[str]:
    """The files that `pip install --target` put beside the code, as builds for Lambda do."""
    files: set[str] = set()
    for record in Path(root).glob("*.dist-info/RECORD"):
        lines = record.read_text("utf-8", "replace").splitlines()
        files.update(os.path.join(root, os.path.normpath(line.rsplit(",", 2)[0])) for line in lines)
    return frozenset(files)


# Loading -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Consumer:
    """A callable under contract, how many arguments it takes (1 or 2), and where its own code lies."""

    function: Callable[..., Any]
    arguments: int
    home: Home

    @classmethod
    def of(cls, function: Any, *, name: str = "", home: Home | None = None) -> Consumer:
        """The consumer that a callable is; `name` is what complaints call it.

        Raises `ConsumerError` when it cannot be called with an event, or with an event and a context.
        """
        name = name or str(getattr(function, "__qualname__", type(function).__qualname__))
        if not callable(function):
            raise ConsumerError(name, f"it is {_a(type(function).__name__)}, which cannot be called", FORMS)
        return cls(function, _argument_count(function, name), home or Home.around(_file_of(function)))


def load(target: Target, *, start: str | None = None) -> Consumer:
    """Import a consumer anew, as a fresh Lambda container would.

    It changes the process for good (`sys.path`, `sys.argv`, `sys.modules`, the working directory), so it is for a
    worker; `loaded` puts things back. Locations are relative to `start`, else to the working directory. Raises
    `ConsumerError` for everything that can go wrong.
    """
    return _load(target, start or os.getcwd(), fresh=True)


@contextlib.contextmanager
def loaded(target: Target) -> Iterator[Consumer]:
    """A consumer imported into this process while the block runs; then the process is put back as it was.

    A module that is imported already is used as it stands, so that what a test has patched stays patched. Libraries
    that the consumer imports stay imported: many cannot be imported twice. Raises `ConsumerError` as `load` does.
    """
    path, argv, folder, modules = sys.path[:], sys.argv[:], os.getcwd(), dict(sys.modules)
    writes_no_bytecode = sys.dont_write_bytecode
    home = Home.around(target.file, folder)
    try:
        consumer = _load(target, folder, fresh=False)
        home = consumer.home
        yield consumer
    finally:
        sys.path[:], sys.argv[:], sys.dont_write_bytecode = path, argv, writes_no_bytecode
        os.chdir(folder)
        for name, origin in _origins():
            if name not in modules and home.owns(origin):
                del sys.modules[name]
        sys.modules.update(modules)


def _load(target: Target, start: str, *, fresh: bool) -> Consumer:
    # Nothing is written into other people's folders.
    sys.dont_write_bytecode = True
    importlib.invalidate_caches()
    if target.file is not None:
        file = _existing(target, target.file)
        home = Home.around(file, start)
        module = _complaining(target, home, lambda: _import_file(file, home, fresh=fresh))
    else:
        name = str(target.module)
        if start not in sys.path:
            sys.path.insert(0, start)
        home = _home_of_module(name, start)
        module = _complaining(target, home, lambda: _import_name(name, home, fresh=fresh))
    return Consumer.of(_attribute(target, module), name=target.text, home=home)


def _existing(target: Target, file: Path) -> Path:
    """The absolute path of a target's file; guesses what was meant when there is none."""
    if file.is_dir():
        names = sorted(path.name for path in file.glob("*.py") if not path.name.startswith("_"))
        there = f"name a file in it: {', '.join(names[:12])}" if names else "it holds no .py file"
        raise ConsumerError(target.text, f"{file} is a folder", there)
    if file.is_file():
        return Path(os.path.abspath(file))
    deeper = [path.as_posix() for depth in ("*/", "*/*/") for path in sorted(Path().glob(depth + file.name))]
    deeper = [path for path in deeper if not path.startswith(".")]
    beside = sorted(path.name for path in file.parent.glob("*.py"))
    if deeper:
        advice = f"did you mean {deeper[0]}:{target.attribute}?"
    elif likely := _likely(file.name, beside):
        advice = f"did you mean {(file.parent / likely).as_posix()}:{target.attribute}?"
    elif beside:
        advice = f"in its folder are: {', '.join(beside[:12])}"
    elif file.parent.is_dir():
        advice = f"there is no .py file in {file.parent.absolute()}"
    else:
        advice = f"there is no folder {file.parent} either; paths are relative to {os.getcwd()}"
    raise ConsumerError(target.text, f"there is no file {file}", advice)


def _likely(name: str, known: list[str]) -> str | None:
    """The one name that was probably meant, if there is one."""
    alike = [other for other in known if other in name or name in other]
    return alike[0] if len(alike) == 1 else next(iter(get_close_matches(name, known, n=1, cutoff=0.7)), None)


def _import_file(file: Path, home: Home, *, fresh: bool) -> ModuleType:
    root, names = _import_root(file)
    if names[0] in sys.stdlib_module_names:
        # Else the consumer's own file would be taken for the standard library's by whoever imports that next.
        with contextlib.suppress(ImportError):
            importlib.import_module(names[0])
    _make_room(home, str(root), fresh=fresh)
    sys.argv[:] = [str(file)]
    os.chdir(file.parent)
    sys.path.insert(0, str(root))
    # Behind everything else, for code that is deployed from another folder than its own: a package that is shipped as
    # Lambda's CodeUri, a handler in a subfolder of it.
    for folder in (str(file.parent), *map(str, file.parent.parents)):
        if not (_is_below(folder, str(root)) or folder == home.start or _is_below(folder, home.start)):
            break
        if folder not in sys.path:
            sys.path.append(folder)
    if not fresh:
        for module in list(sys.modules.values()):
            if _origin(module) == str(file):
                return module
    top, *inner = names
    namesake = _origin(sys.modules.get(top))
    taken = top in (*sys.stdlib_module_names, "__main__") or (
        top in sys.modules and not _is_below(namesake or "", str(root))
    )
    name = f"consumer_{top}" if taken else top
    if not inner and file.name != "__init__.py":
        return _executed(name.replace(".", "_"), file)
    if name not in sys.modules:
        _executed(name, root / top / "__init__.py", package=True)
    for step in inner[:-1]:
        name = f"{name}.{step}"
        importlib.import_module(name)
    if not inner:
        return sys.modules[name]
    # The import system takes a dot in a file's name for a package.
    last = f"{name}.{inner[-1].replace('.', '_')}"
    return sys.modules.get(last) or _executed(last, file, package=file.name == "__init__.py")


def _import_name(name: str, home: Home, *, fresh: bool) -> ModuleType:
    sys.argv[:] = [name]
    if fresh:
        _make_room(home, home.start, fresh=True)
    return importlib.import_module(name)


def _home_of_module(name: str, start: str) -> Home:
    """The home of a module that is not imported yet, for its import may fail."""
    with contextlib.suppress(ImportError, ValueError):
        spec = importlib.util.find_spec(name.partition(".")[0])
        if spec is not None:
            folders = spec.submodule_search_locations or ()
            return Home.around(spec.origin if spec.has_location else next(iter(folders), None), start)
    return Home.around(None, start)


def _executed(name: str, file: Path, *, package: bool = False) -> ModuleType:
    folders = [str(file.parent)] if package else None
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=folders)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file.name} is no Python source file")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return sys.modules.get(name, module)


def _make_room(home: Home, folder: str, *, fresh: bool) -> None:
    """Forget modules that stand in the way: namesakes of what is imported from `folder`, for a fresh start its own too.

    The standard library and what is installed stay: much of it cannot be imported twice.
    """
    for name, origin in _origins():
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names or top in (_PACKAGE, "__main__", "__mp_main__") or _is_installed(origin):
            continue
        if (fresh and home.owns(origin)) or (not _is_below(origin, folder) and _holds(folder, top)):
            del sys.modules[name]


def _holds(folder: str, name: str) -> bool:
    place = os.path.join(folder, name)
    return os.path.isfile(f"{place}.py") or os.path.isdir(place)


def _origin(module: ModuleType | None) -> str | None:
    """The file of a module, or the folder of a namespace package; lazy modules are not woken for it."""
    names = getattr(module, "__dict__", {})
    origin = names.get("__file__")
    with contextlib.suppress(KeyError):  # a namespace package asks for its parent, which may be gone
        origin = origin or next(iter(names.get("__path__") or ()), None)
    return os.path.abspath(origin) if isinstance(origin, str) else None


def _origins() -> list[tuple[str, str]]:
    """The imported modules that have an origin; a list, since forgetting one of them changes others."""
    found = [(name, _origin(module)) for name, module in list(sys.modules.items())]
    return [(name, origin) for name, origin in found if origin is not None]


def _file_of(function: Any) -> str | None:
    """The file that a callable's own code stands in."""
    if isinstance(function, functools.partial):
        function = function.func
    function = inspect.unwrap(getattr(function, "__func__", function))
    code = getattr(function, "__code__", None) or getattr(type(function).__call__, "__code__", None)
    return code.co_filename if isinstance(code, CodeType) else None


def _argument_count(function: Any, name: str) -> int:
    """How many positional arguments to call it with: event and context where it can, else the event alone."""
    try:
        # What is called is the wrapper; what it wraps only decides where the wrapper takes anything.
        outer, inner = inspect.signature(function, follow_wrapped=False), inspect.signature(function)
    except (TypeError, ValueError):
        return 2
    unbound = inspect.isfunction(function) and next(iter(outer.parameters), "") == "self"
    taken = [count for count in (2, 1) if _takes(outer, count) and not unbound]
    if taken:
        return next((count for count in taken if _takes(inner, count)), taken[0])
    required = [
        parameter.name
        for parameter in outer.parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and parameter.default is inspect.Parameter.empty
    ]
    advice = "Lambda calls it with (event, context)"
    if unbound:
        advice += "; name a method of an instance, not of its class"
    elif required:
        advice += f"; give {', '.join(required)} a default"
    raise ConsumerError(name, f"it cannot be called with an event: its arguments are {outer}", advice)


def _takes(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True


def _attribute(target: Target, module: ModuleType) -> Any:
    """What stands behind a target's dotted attribute."""
    value: Any = module
    place = target.file.name if target.file else module.__name__
    for step in target.attribute.split("."):
        try:
            inner = getattr(value, step)
        except AttributeError:
            raise ConsumerError(
                target.text, f"{place} has no {step!r}", _attribute_advice(target, value, step)
            ) from None
        except Exception as error:
            cause = f"{step!r} of {place} cannot be read: {_type_name(type(error))}: {_message(error)}"
            raise ConsumerError(target.text, cause, "name a function") from error
        place = f"{place}:{step}" if value is module else f"{place}.{step}"
        value = inner
    if not callable(value):
        cause = f"{place} is {_a(type(value).__name__)}, which cannot be called"
        raise ConsumerError(target.text, cause, _attribute_advice(target, module, ""))
    return value


def _attribute_advice(target: Target, value: Any, wanted: str) -> str:
    if target.module in sys.stdlib_module_names:
        return f"that is a module of Python itself; for a file of your own write {target.module}.py:{target.attribute}"
    names = [name for name in dir(value) if not name.startswith("_") and callable(_read(value, name))]
    # A module's own functions, rather than those that it imports.
    own = [name for name in names if getattr(_read(value, name), "__module__", "") == getattr(value, "__name__", None)]
    if not names:
        return "there is nothing in it that could be called"
    likely = _likely(wanted, own or names) if wanted else None
    return f"did you mean {likely!r}?" if likely else f"these can be called: {', '.join((own or names)[:12])}"


def _read(value: Any, name: str) -> Any:
    with contextlib.suppress(Exception):  # a property or a lazy module may raise anything
        return getattr(value, name)


def _complaining(target: Target, home: Home, importing: Callable[[], ModuleType]) -> ModuleType:
    try:
        return importing()
    except (KeyboardInterrupt, ConsumerError):
        raise
    except BaseException as error:
        raise refusal(target, home, error) from error


def refusal(target: Target, home: Home, error: BaseException) -> ConsumerError:
    """The complaint about a consumer that raised `error` while it was imported."""
    location = home.location(traceback.walk_tb(error.__traceback__))
    at = f" at {location.file}:{location.line}" if location else ""
    line = f"{at} ({location.source})" if location and location.source else at
    text = target.text
    if isinstance(error, SyntaxError) and error.filename:
        where = f"{home.shown(error.filename)}:{error.lineno}"
        advice = f"repair that line, or use the Python that it is written for (this is {platform.python_version()})"
        return ConsumerError(text, f"{type(error).__name__}: {error.msg} at {where}", advice)
    if isinstance(error, ModuleNotFoundError) and error.name:
        if target.module and f"{target.module}.".startswith(f"{error.name}."):
            return ConsumerError(text, f"there is no module {error.name!r}", _module_advice(target, home))
        cause = f"it needs the module {error.name!r}, which is not here; imported{line}"
        return ConsumerError(text, cause, _install_advice(home, location, error.name))
    if isinstance(error, ImportError) and "relative import" in str(error):
        advice = "put an __init__.py into its folder, or name it as package.module:handler"
        return ConsumerError(text, f"ImportError: {error}{line}", advice)
    if isinstance(error, SystemExit):
        advice = "move what runs it as a script below: if __name__ == '__main__':"
        return ConsumerError(text, f"it exits while it is imported, with {_shown(error.code)}{line}", advice)
    if (variable := _missing_variable(error)) is not None:
        cause = f"it needs the environment variable {variable} when it is imported{line}"
        return ConsumerError(text, cause, f"set it for this run: {variable}=...")
    cause = f"it raises {_type_name(type(error))} when it is imported: {_message(error)}{line}"
    return ConsumerError(text, cause, "give the run what the import needs, or move that into the function")


def _module_advice(target: Target, home: Home) -> str:
    name = str(target.module)
    for path in (f"{name.replace('.', '/')}.py", f"{name}.py"):
        if os.path.isfile(path):
            return f"did you mean {path}:{target.attribute}?"
    if likely := _likely(name, [path.stem for path in sorted(Path(home.start).glob("*.py"))]):
        return f"did you mean {likely}:{target.attribute}?"
    return f"{FORMS}; modules are looked for in {home.start} first"


def _install_advice(home: Home, location: Location | None, module: str) -> str:
    file = Path(home.start, location.file) if location else Path(home.start)
    for folder in file.parents:
        if _is_below(str(folder), home.start) and _holds(str(folder), module.partition(".")[0]):
            return f"it lies in {home.shown(str(folder))}: set PYTHONPATH={home.shown(str(folder))}"
    for folder in (file.parent, *map(Path, home.roots)):
        requirements = folder / "requirements.txt"
        if requirements.is_file():
            listed = home.shown(str(requirements))
            return f"install what it needs in this environment: python -m pip install -r {listed}"
    if module.partition(".")[0] in ("boto3", "botocore"):
        return "Lambda has it built in, this environment has not: python -m pip install boto3"
    return "install it in this environment; if it is your own, put its folder on PYTHONPATH"


def _missing_variable(error: BaseException) -> str | None:
    """The name of the environment variable whose lookup raised, if that is what happened."""
    if not isinstance(error, KeyError):
        return None
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    looked_up = bool(frames) and frames[-1].f_globals.get("__name__") == "os"
    return str(error.args[0]) if looked_up and error.args else None


# Calling -------------------------------------------------------------------------------------------------------------


class Status(StrEnum):
    """How one call ended."""

    RETURNED = "returned"
    RAISED = "raised"
    EXITED = "exited"
    TIMED_OUT = "timed-out"
    DIED = "died"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one call did, as plain data.

    `exception` is the type's name (qualified unless built in), `message` its text as raised, `location` the innermost
    of the consumer's own lines, `traceback` the text without our frames. `returned` is the value if JSON can carry it,
    else None, and `unserialisable` then says what stands in the way (`$.when is a datetime`). `mutated`: the event was
    changed in place. `output` is the end of what was written to standard output and standard error.
    """

    status: Status
    exception: str | None = None
    message: str = ""
    location: Location | None = None
    traceback: str = ""
    returned: Any = None
    unserialisable: str = ""
    mutated: bool = False
    output: str = ""
    seconds: float = 0.0


class _CognitoIdentity:
    """What Lambda gives a function that no signed-in user invoked: names without values."""

    cognito_identity_id: str | None = None
    cognito_identity_pool_id: str | None = None


class LambdaContext:
    """The context object that Lambda's Python runtime passes, for a function with no name of its own.

    Attributes and their types are those of AWS's runtime interface client; the memory limit is a string there as well,
    since it comes from an environment variable. The request id depends on nothing but the payload.
    """

    def __init__(self, payload: Any = None, *, timeout: float = 5.0) -> None:
        digest = hashlib.sha256(repr(payload).encode("utf-8", "surrogatepass")).digest()
        self.aws_request_id = str(uuid.UUID(bytes=digest[:16], version=4))
        self.log_group_name = "/aws/lambda/consumer"
        self.log_stream_name = "2024/01/01/[$LATEST]0123456789abcdef0123456789abcdef"
        self.function_name = "consumer"
        self.memory_limit_in_mb = "128"
        self.function_version = "$LATEST"
        self.invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:consumer"
        self.tenant_id = None
        self.client_context = None
        self.identity = _CognitoIdentity()
        self._deadline = time.monotonic() + timeout

    def __repr__(self) -> str:
        return f"LambdaContext([aws_request_id={self.aws_request_id}])"

    def get_remaining_time_in_millis(self) -> int:
        """The milliseconds until the call is late; never negative."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))

    def log(self, message: object) -> None:
        """Write to the function's log: here, to standard output."""
        sys.stdout.write(str(message))


def lambda_environment() -> dict[str, str]:
    """The environment variables that Lambda sets for every function, as far as they tell nothing of credentials."""
    context = LambdaContext()
    region = context.invoked_function_arn.split(":")[3]
    return {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_LAMBDA_FUNCTION_NAME": context.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": context.function_version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": context.memory_limit_in_mb,
        "AWS_LAMBDA_LOG_GROUP_NAME": context.log_group_name,
        "AWS_LAMBDA_LOG_STREAM_NAME": context.log_stream_name,
    }


def call(
    consumer: Consumer | Callable[..., Any],
    payload: Any,
    context: object | None = None,
    *,
    timeout: float = 5.0,
    capture: bool = True,
) -> Outcome:
    """Give a consumer a copy of a payload and tell what it did; nothing that it raises comes through.

    `context` is a `LambdaContext` unless given, and `timeout` is only the time that it says is left: a call in this
    process cannot be stopped (`workers` can). Awaitables are awaited. Without `capture` the output goes where it goes.
    Raises `ConsumerError` for a callable that takes no event.
    """
    if not isinstance(consumer, Consumer):
        consumer = Consumer.of(consumer)
    event = copy.deepcopy(payload)
    given = LambdaContext(payload, timeout=timeout) if context is None else context
    arguments = (event, given)[: consumer.arguments]
    process = os.getpid()
    raised: BaseException | None = None
    value: Any = None
    with _taped() if capture else contextlib.nullcontext() as tape:
        began = time.perf_counter()
        try:
            value = consumer.function(*arguments)
            if inspect.isawaitable(value):
                value = _awaited(value)
        except BaseException as error:  # noqa: BLE001 - whatever a consumer raises is what it did
            raised = error
        seconds = time.perf_counter() - began
        if os.getpid() != process:
            # The consumer forked and its child came back here: it must not go on with our work.
            os._exit(0)
    output = output_text(tape.getvalue()) if tape else ""
    mutated = _differs(event, payload)
    if raised is None:
        returned, unserialisable = _carried(value)
        return Outcome(
            Status.RETURNED,
            returned=returned,
            unserialisable=unserialisable,
            mutated=mutated,
            output=output,
            seconds=seconds,
        )
    exited = isinstance(raised, SystemExit)
    return Outcome(
        Status.EXITED if exited else Status.RAISED,
        exception=_type_name(type(raised)),
        message=f"exit code {_shown(raised.code)}" if isinstance(raised, SystemExit) else _message(raised),
        location=_raised_at(raised, consumer.home),
        traceback=_traceback_text(raised, consumer.home),
        mutated=mutated,
        output=output,
        seconds=seconds,
    )


class _Tape(io.BytesIO):
    """A recording that its consumer cannot close."""

    def close(self) -> None:
        """Do nothing: what was written before is still wanted."""


@contextlib.contextmanager
def _taped() -> Iterator[_Tape]:
    tape = _Tape()
    stream = io.TextIOWrapper(tape, "utf-8", "backslashreplace", write_through=True)
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        yield tape


def output_text(written: bytes) -> str:
    """The last ten thousand characters of what was written."""
    text = written[-4 * _TEXT_LIMIT :].decode("utf-8", "replace")
    return text if len(text) <= _TEXT_LIMIT else "…" + text[1 - _TEXT_LIMIT :]


def _awaited(awaitable: Awaitable[Any]) -> Any:
    import asyncio  # late: few consumers are asynchronous

    async def outcome() -> Any:
        return await awaitable

    loop = None
    with contextlib.suppress(RuntimeError):
        loop = asyncio.get_running_loop()
    if loop is None:
        return asyncio.run(outcome())
    # This thread's loop is busy with whoever called us, a test of pytest-asyncio for one.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, outcome()).result()


def _differs(event: Any, payload: Any) -> bool:
    try:
        return bool(event != payload)
    except Exception:  # noqa: BLE001 - what a consumer put into the event may compare as it likes
        return True


def _raised_at(error: BaseException, home: Home) -> Location | None:
    """Where an exception was raised; for a group, where its first member was."""
    if isinstance(error, BaseExceptionGroup) and (inner := _raised_at(error.exceptions[0], home)):
        return inner
    return home.location(traceback.walk_tb(error.__traceback__))


def _traceback_text(error: BaseException, home: Home) -> str:
    first = error.__traceback__
    while first and not home.owns(first.tb_frame.f_code.co_filename):
        first = first.tb_next
    try:
        # Where none of the frames is the consumer's own, ours alone (the first) is left out.
        shown = first or (error.__traceback__ and error.__traceback__.tb_next)
        text = "".join(traceback.TracebackException(type(error), error, shown).format())
    except Exception:  # noqa: BLE001 - an exception's own code may break while it is shown
        return ""
    return text if len(text) <= _TEXT_LIMIT else "…" + text[1 - _TEXT_LIMIT :]


def _type_name(kind: type) -> str:
    module = str(kind.__module__)
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"


def _message(error: BaseException) -> str:
    try:
        return _bounded(str.__str__(str(error)), _MESSAGE_LIMIT)
    except Exception as broken:  # noqa: BLE001 - an exception's own __str__ may raise anything
        return f"(its message cannot be read: {type(broken).__name__})"


def _shown(value: object) -> str:
    try:
        return _bounded(str.__str__(repr(value)), _MESSAGE_LIMIT)
    except Exception:  # noqa: BLE001 - an object's own __repr__ may raise anything
        return _a(type(value).__name__)


def _bounded(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _a(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


# What JSON can carry -------------------------------------------------------------------------------------------------


class _UncarriedError(Exception):
    def __init__(self, steps: list[str | int], problem: str) -> None:
        super().__init__(f"{show(steps)} {problem}")


def _carried(value: Any) -> tuple[Any, str]:
    """A returned value as the JSON value that Lambda makes of it, or None and what cannot be written.

    Lambda's runtime writes more than the json module does: decimals, bytes that are UTF-8, named tuples as objects, and
    bytes alone as they are. It writes NaN too, which is no JSON; that is told here.
    """
    if isinstance(value, bytes):
        return None, ""
    try:
        return _plain(value, [], set()), ""
    except _UncarriedError as uncarried:
        return None, str(uncarried)
    except RecursionError:
        return None, "$ is nested too deeply"
    except Exception as error:  # noqa: BLE001 - a container's own methods may raise anything
        return None, f"$ cannot be read: {_type_name(type(error))}"


def _plain(value: Any, steps: list[str | int], within: set[int]) -> Any:
    # The base types' own methods, for subclasses (enums and worse) may override theirs.
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bytes):
        return _decoded(value, steps)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float | Decimal):
        return _number(value, steps)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if not isinstance(value, dict | list | tuple):
        raise _UncarriedError(steps, f"is {_a(type(value).__name__)}")
    if id(value) in within:
        raise _UncarriedError(steps, "contains itself")
    within.add(id(value))
    plain: Any
    if isinstance(value, dict):
        plain = {}
        for key, inner in value.items():
            name = _key(key, steps)
            plain[name] = _plain(inner, [*steps, name], within)
    else:
        plain = [_plain(inner, [*steps, index], within) for index, inner in enumerate(value)]
    within.remove(id(value))
    return plain


def _decoded(value: bytes, steps: list[str | int]) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise _UncarriedError(steps, "is bytes that are not UTF-8") from None


def _number(value: float | Decimal, steps: list[str | int]) -> int | float:
    number: int | float
    if isinstance(value, float):
        number = float.__float__(value)
    else:
        number = math.nan if value.is_nan() else json.loads(str(value))
    if not math.isfinite(number):
        what = "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
        raise _UncarriedError(steps, f"is {what}")
    return number


def _key(key: Any, steps: list[str | int]) -> str:
    if isinstance(key, str):
        return str.__str__(key)
    if isinstance(key, bytes):
        return _decoded(key, steps)
    if key is None or key is True or key is False:
        return {None: "null", True: "true", False: "false"}[key]
    if isinstance(key, int):
        return int.__repr__(key)
    if isinstance(key, float):
        return json.dumps(float.__float__(key))
    raise _UncarriedError(steps, f"has a key that is {_a(type(key).__name__)}")
