"""Loads a consumer into this process: its function, the arguments that takes, and its own code."""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, TypeVar

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.text import with_article
from ecr_contracts.discovery.iac.cloudformation.functions import Function
from ecr_contracts.discovery.shapes.pollers import Asked, asked_queue
from ecr_contracts.discovery.source.modules import sources
from ecr_contracts.discovery.surroundings import functions_around
from ecr_contracts.discovery.target import FORMS, Target
from ecr_contracts.discovery.user_code import (
    UserCode,
    holds,
    import_root,
    is_below,
    is_installed,
    location,
)
from ecr_contracts.runtime.entries.arguments import argument_count
from ecr_contracts.runtime.entries.attribute import attribute_of
from ecr_contracts.runtime.entries.deferred import is_deferred
from ecr_contracts.runtime.entries.poll_loop import as_handler
from ecr_contracts.runtime.entries.queue_message import with_message_object
from ecr_contracts.runtime.entries.web.web_app import WebApp, web_app
from ecr_contracts.runtime.load_errors import load_error, missing_file

__all__ = [
    "Consumer",
    "InstrumentingError",
    "is_called_by_lambda",
    "load",
    "loaded",
    "source_texts",
    "told_of",
]

T = TypeVar("T")

_KEPT_MODULES = sys.stdlib_module_names | {"ecr_contracts", "__main__", "__mp_main__"}
"""Top-level names that are never forgotten."""

_LAMBDA_HANDLER = "lambda_handler"
"""What functions are called that Lambda calls, in its own documentation and in nothing else."""


SOURCE_TRANSFORMERS: list[Callable[[ast.Module, str], None]] = []
"""Functions that change the code of a template before it is compiled: no module loader sees it.

They are given the tree and its file.
"""


class InstrumentingError(Exception):
    """A consumer's code could not be changed as we change it to watch it: a fault of ours."""


def _nothing() -> None:
    """Nothing is kept between calls."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """A callable under contract, how many arguments it takes (1 or 2), and its own code.

    `is_lambda`: it is known to be the handler of a function of Lambda, which neither awaits nor
    loops over what a handler gives. `close` ends what it keeps between calls, as the event loop of
    a web app.

    One that `polls` is a poll loop: it is given nothing, and asks a queue for its messages.
    """

    function: Callable[..., Any]
    arguments: int
    user_code: UserCode
    is_lambda: bool = False
    close: Callable[[], None] = _nothing
    polls: bool = False

    @classmethod
    def of(
        cls,
        function: Any,
        *,
        name: str = "",
        user_code: UserCode | None = None,
        is_lambda: bool = False,
        path: str = "",
        asked: Asked | None = None,
    ) -> Consumer:
        """The consumer that a callable is; `name` is what complaints call it.

        A web app, or an endpoint of one, is called through requests to `path`, else to where its
        routes say. `asked` is the call by which a poll loop receives its messages.
        Raises `ConsumerError` when it cannot be called with an event, or with an event and a
        context.
        """
        name = name or str(getattr(function, "__qualname__", type(function).__qualname__))
        own_code = user_code or UserCode.around(_file_of(function))
        app = web_app(function, name, path, own_code)
        if app is not None:
            if user_code is None and (file := _file_of(app.endpoint)) is not None:
                app.user_code = UserCode.around(file)
            return cls(app, 1, app.user_code, close=app.close)
        if not callable(function):
            kind = with_article(type(function).__name__)
            raise ConsumerError(name, f"it is {kind}, which cannot be called", FORMS)
        if asked is not None:
            asks_at = location(str(asked.file), asked.line, own_code.shown(str(asked.file)))
            return cls(as_handler(function, own_code, asks_at), 2, own_code, polls=True)
        is_lambda = is_lambda or getattr(function, "__name__", "") == _LAMBDA_HANDLER
        arguments = argument_count(function, name, is_lambda=is_lambda)
        return cls(function, arguments, own_code, is_lambda)


def told_of(consumer: Consumer) -> tuple[str, ...]:
    """What a report says of how a consumer is called: at which of its paths a web app is."""
    app = consumer.function
    return (app.told,) if isinstance(app, WebApp) and app.told else ()


def source_texts(target: Target) -> list[str]:
    """The source of a consumer's own modules, file by file."""
    files = dict.fromkeys(source.file for source in sources(target))
    return [file.read_text("utf-8", "replace") for file in files]


def load(target: Target, *, start: str | None = None) -> Consumer:
    """Import a consumer anew, as a fresh Lambda container would.

    It changes the process for good (`sys.path`, `sys.argv`, `sys.modules`, the working directory),
    so it is for a worker; `loaded` puts things back. Locations are relative to `start`, else to the
    working directory. Raises `ConsumerError` for everything that can go wrong.
    """
    return _load(target, start or os.getcwd(), fresh=True)


@contextlib.contextmanager
def loaded(target: Target) -> Iterator[Consumer]:
    """A consumer, imported into this process while the block runs; then all is as it was before.

    A module that is imported already is used as it stands, so that what a test has patched stays
    patched. Libraries that the consumer imports stay imported: many cannot be imported twice.
    Raises `ConsumerError` as `load` does.
    """
    path, argv, modules = sys.path[:], sys.argv[:], dict(sys.modules)
    folder = os.getcwd()
    writes_no_bytecode = sys.dont_write_bytecode
    user_code = UserCode.around(target.file, folder)
    try:
        consumer = _load(target, folder, fresh=False)
        user_code = consumer.user_code
        yield consumer
    finally:
        sys.path[:], sys.argv[:], sys.dont_write_bytecode = path, argv, writes_no_bytecode
        os.chdir(folder)
        for name, origin in _origins():
            if name not in modules and user_code.owns(origin):
                del sys.modules[name]
        sys.modules.update(modules)


def _load(target: Target, start: str, *, fresh: bool) -> Consumer:
    # Nothing is written into other people's folders.
    sys.dont_write_bytecode = True
    importlib.invalidate_caches()
    file: Path | None = None
    asked = asked_queue(target)  # its files are looked for from the folder of now
    if asked is not None:
        asked = asked._replace(file=asked.file.absolute())
    if target.file is not None:
        file = _existing(target, target.file)
        user_code = UserCode.around(file, start)
        importing = functools.partial(_import_target, target, file, user_code, fresh=fresh)
    else:
        name = str(target.module)
        if start not in sys.path:
            sys.path.insert(0, start)
        user_code = _user_code_of_module(name, start)
        importing = functools.partial(_import_name, name, user_code, fresh=fresh)
    module = _complaining(target, user_code, importing)
    function = attribute_of(target, module, user_code)
    if asked is not None:
        return Consumer.of(function, name=target.text, user_code=user_code, asked=asked)
    function = with_message_object(function, replace(target, file=file))
    making = functools.partial(
        Consumer.of, function, name=target.text, user_code=user_code, path=target.path
    )
    consumer = _complaining(target, user_code, making)
    if isinstance(consumer.function, WebApp):
        _complaining(target, user_code, consumer.function.start)
        return consumer
    if is_called_by_lambda(consumer, function, replace(target, file=file)):
        return Consumer.of(function, name=target.text, user_code=user_code, is_lambda=True)
    return consumer


def is_called_by_lambda(consumer: Consumer, function: Any, target: Target) -> bool:
    """Whether a template names a consumer as the handler of a function of Lambda.

    It is only asked where that makes a difference: to one that takes nothing but an event, and to
    a `function` whose code a call only prepares.
    """
    if target.function is not None:
        return True
    matters = consumer.arguments == 1 or is_deferred(function)
    return matters and any(functions_around(target))


def _existing(target: Target, file: Path) -> Path:
    """The absolute path of a target's file. Raises `ConsumerError` when there is none."""
    if file.is_file():
        return Path(os.path.abspath(file))
    raise missing_file(target, file)


def _import_target(target: Target, file: Path, user_code: UserCode, *, fresh: bool) -> ModuleType:
    """The module of a file, in the surroundings that a template gives it, if one was named."""
    function = target.function
    if function is None:
        return _import_file(file, user_code, fresh=fresh)
    root = os.path.abspath(function.root)
    layers = [os.path.abspath(layer) for layer in function.layers]
    if function.code is not None:
        return _import_inline(function, file, user_code, layers, fresh=fresh)
    # Lambda looks into the function's own folder first, then into its layers.
    sys.path[:0] = [root, *layers]
    return _import_file(file, user_code, fresh=fresh, folder=root)


def _import_inline(
    function: Function, file: Path, user_code: UserCode, layers: list[str], *, fresh: bool
) -> ModuleType:
    """The module of code that stands in a template: its lines are the template's."""
    _forget_namesakes(user_code, str(file.parent), fresh=fresh)
    sys.argv[:] = [str(file)]
    os.chdir(file.parent)
    sys.path[:0] = layers
    try:
        tree = ast.parse(str(function.code), str(file))
    except SyntaxError as error:
        error.lineno = (error.lineno or 1) + function.code_line - 1
        raise
    for node in ast.walk(ast.increment_lineno(tree, function.code_line - 1)):
        # The marks below a line of a traceback stand where they should.
        if isinstance(node, ast.expr | ast.stmt):
            node.col_offset += function.indent
            node.end_col_offset = (node.end_col_offset or 0) + function.indent
    for rewrite in SOURCE_TRANSFORMERS:
        rewrite(tree, str(file))
    module = sys.modules["index"] = ModuleType("index")
    module.__file__ = str(file)
    try:
        exec(compile(tree, str(file), "exec"), module.__dict__)
    except BaseException:
        sys.modules.pop("index", None)
        raise
    return module


def _import_file(
    file: Path, user_code: UserCode, *, fresh: bool, folder: str | None = None
) -> ModuleType:
    root, names = import_root(file)
    if names[0] in sys.stdlib_module_names:
        # Else the consumer's own file would be taken for the standard library's by whoever imports
        # that next.
        with contextlib.suppress(ImportError):
            importlib.import_module(names[0])
    _forget_namesakes(user_code, str(root), fresh=fresh)
    sys.argv[:] = [str(file)]
    os.chdir(folder or file.parent)
    sys.path.insert(0, str(root))
    _add_folders_above(file, str(root), user_code.start)
    if not fresh:
        for module in list(sys.modules.values()):
            if _origin(module) == str(file):
                return module
    return _import_module_of(file, str(root), names)


def _add_folders_above(file: Path, root: str, start: str) -> None:
    """Add the folders above a file, up to the project's, to the end of the module search path.

    That is for code that is deployed from another folder than its own: a package that is shipped as
    Lambda's CodeUri, a handler in a subfolder of it.
    """
    for folder in (str(file.parent), *map(str, file.parent.parents)):
        if not (is_below(folder, root) or folder == start or is_below(folder, start)):
            break
        if folder not in sys.path:
            sys.path.append(folder)


def _import_module_of(file: Path, root: str, names: Sequence[str]) -> ModuleType:
    """The module of a file, imported with the packages around it; `names` are theirs and its."""
    top, *inner = names
    name = f"consumer_{top}" if _is_taken(top, root) else top
    is_package = file.name == "__init__.py"
    if not inner and not is_package:
        return _executed(name.replace(".", "_"), file)
    if name not in sys.modules:
        _executed(name, Path(root, top, "__init__.py"), package=True)
    if not inner:
        return sys.modules[name]
    for step in inner[:-1]:
        name = f"{name}.{step}"
        importlib.import_module(name)
    # The import system takes a dot in a file's name for a package.
    last = f"{name}.{inner[-1].replace('.', '_')}"
    return sys.modules.get(last) or _executed(last, file, package=is_package)


def _is_taken(name: str, root: str) -> bool:
    """Whether a top-level name belongs to a module that is no file below the root."""
    if name in sys.stdlib_module_names or name == "__main__":
        return True
    return name in sys.modules and not is_below(_origin(sys.modules[name]) or "", root)


def _import_name(name: str, user_code: UserCode, *, fresh: bool) -> ModuleType:
    sys.argv[:] = [name]
    if fresh:
        _forget_namesakes(user_code, user_code.start, fresh=True)
    return importlib.import_module(name)


def _user_code_of_module(name: str, start: str) -> UserCode:
    """The user code around a module that is not imported yet, for its import may fail."""
    with contextlib.suppress(ImportError, ValueError):
        spec = importlib.util.find_spec(name.partition(".")[0])
        if spec is not None and spec.has_location:
            return UserCode.around(spec.origin, start)
        if spec is not None:
            return UserCode.around(next(iter(spec.submodule_search_locations or ()), None), start)
    return UserCode.around(None, start)


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


def _forget_namesakes(user_code: UserCode, folder: str, *, fresh: bool) -> None:
    """Forget modules with the names of those in a folder, and for a fresh start the consumer's own.

    The standard library and what is installed stay: much of it cannot be imported twice.
    """
    for name, origin in _origins():
        top = name.partition(".")[0]
        if top in _KEPT_MODULES or is_installed(origin):
            continue
        is_namesake = not is_below(origin, folder) and holds(folder, top)
        if is_namesake or (fresh and user_code.owns(origin)):
            del sys.modules[name]


def _origin(module: ModuleType | None) -> str | None:
    """The file of a module, or the folder of a namespace package; lazy modules stay unloaded."""
    names = getattr(module, "__dict__", {})
    origin = names.get("__file__")
    with contextlib.suppress(
        KeyError
    ):  # a namespace package asks for its parent, which may be gone
        origin = origin or next(iter(names.get("__path__") or ()), None)
    return os.path.abspath(origin) if isinstance(origin, str) else None


def _origins() -> list[tuple[str, str]]:
    """The imported modules that have an origin; a list, for a loop that deletes some of them."""
    origins = []
    for name, module in list(sys.modules.items()):
        origin = _origin(module)
        if origin is not None:
            origins.append((name, origin))
    return origins


def _file_of(function: Any) -> str | None:
    """The file that a callable's own code stands in; of an object of a library what it calls."""
    if isinstance(function, functools.partial):
        function = function.func
    function = inspect.unwrap(getattr(function, "__func__", function))
    code = getattr(function, "__code__", None) or getattr(type(function).__call__, "__code__", None)
    file = code.co_filename if isinstance(code, CodeType) else None
    inner = getattr(function, "func", None)
    if file is not None and is_installed(file) and callable(inner):
        return _file_of(inner)
    return file


def _complaining(target: Target, user_code: UserCode, importing: Callable[[], T]) -> T:
    """What an import gives, or what is made of it.

    Raises `ConsumerError` for everything that it raises but Ctrl-C.
    """
    try:
        return importing()
    except (KeyboardInterrupt, ConsumerError, InstrumentingError):
        raise
    except BaseException as error:
        raise load_error(target, user_code, error) from error
