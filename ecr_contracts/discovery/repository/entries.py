"""Functions of a source that may be entrances: what Lambda, a server or a shell would call.

    def lambda_handler(event, context)            # a handler
    @app.on_cw_event(…)                           # a function of Chalice
    def main(): … sqs.receive_message(…)          # a poll loop
    app = FastAPI()                               # a web app

What other code of the same file calls is no entrance. Nothing is imported or run.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

from ecr_contracts.discovery.repository.repository_files import SPEAKS, read_text
from ecr_contracts.discovery.source.modules import is_called_alone

__all__ = ["is_readable", "javascript_entries", "python_entries", "speaking_functions"]

_Function = ast.FunctionDef | ast.AsyncFunctionDef

_EVENT = re.compile(r"_?(?:event|evt|ev|e|message|msg|payload|data|request|req|input|body)")
_CONTEXT = re.compile(r"_?_?(?:context|ctx|lambda_context|cxt|c|_)")
_HANDLER = re.compile(r"(?:.*_)?handler|handle|main|on_.*|handle_.*|process_event|lambda_.*")
_LOOP = re.compile(r"main|run|start|poll|loop|consume|work|worker|listen|serve|process_queue")
_APPS = frozenset(
    {"FastAPI", "Starlette", "Flask", "Quart", "Litestar", "Sanic", "Bottle", "Application"}
)
_FACTORY = re.compile(r"(?:create|make|build|get)_(?:app|application)|app_factory")
_EXPORTS = re.compile(
    rb"^\s*(?:export\s+(?:const|let|var|async\s+function|function)|(?:module\.)?exports\.)"
    rb"\s*(\w+)\s*(?:=\s*(?:async\b|function\b|\(|\w+\s*=>)|\()",
    re.MULTILINE,
)


def python_entries(file: Path) -> Iterator[str]:
    """The attributes of a module that may be entrances, as a target names them.

    Apps come before functions, functions before methods; nothing comes of a file that is no Python.
    """
    yield from _entries_of(_body(file))


def speaking_functions(file: Path) -> Iterator[str]:
    """The functions and methods of a module that write out a key or a name of ECR's events."""
    for statement in _body(file):
        members = statement.body if isinstance(statement, ast.ClassDef) else [statement]
        owner = f"{statement.name}." if isinstance(statement, ast.ClassDef) else ""
        for node in members:
            if isinstance(node, _Function) and _speaks(node):
                yield f"{owner}{node.name}"


def _body(file: Path) -> list[ast.stmt]:
    """The statements of a module; none of what is no Python."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(read_text(file)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def is_readable(file: Path) -> bool:
    """Whether a module can be parsed by the Python that runs."""
    return bool(_body(file)) or not read_text(file).strip()


def _speaks(function: _Function) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value.encode(errors="replace")
            if SPEAKS.search(text):
                return True
    return False


def _entries_of(body: list[ast.stmt]) -> Iterator[str]:
    called = _called(body)
    is_of_django = any(map(_imports_django, body))
    made = {_last_name(value.func) for _, value in _assigned_calls(body)}
    for name, value in _assigned_calls(body):
        if _last_name(value.func) in _APPS or _FACTORY.fullmatch(_last_name(value.func)):
            yield name
    for statement in body:
        match statement:
            # What a factory has made stands for it.
            case ast.FunctionDef(name=name) if name not in made and _makes_app(statement):
                yield f"{name}()"
    for statement in body:
        if isinstance(statement, _Function) and not statement.name.startswith("test"):
            is_asked_for = is_called_alone(statement) or statement.name not in called
            is_view = is_of_django and _needed(statement) == ["request"]
            if is_asked_for and (is_view or _takes_event(statement) or _takes_nothing(statement)):
                yield statement.name
    classes = {node.name: node for node in body if isinstance(node, ast.ClassDef)}
    for owner in classes.values():
        yield from _methods(owner, classes)


def javascript_entries(file: Path) -> Iterator[str]:
    """The functions that a module for Node exports."""
    for match in _EXPORTS.finditer(read_text(file)):
        yield match.group(1).decode()


def _assigned_calls(body: list[ast.stmt]) -> list[tuple[str, ast.Call]]:
    """The names at the top of a module that stand for what a call gives."""
    found: list[tuple[str, ast.Call]] = []
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as value):
                found.append((name, value))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as value):
                found.append((name, value))
    return found


def _imports_django(statement: ast.stmt) -> bool:
    """Whether a statement imports of Django, whose views are given to its routes elsewhere."""
    return isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith("django.")


def _makes_app(function: ast.FunctionDef) -> bool:
    """Whether a function that takes nothing makes a web app and gives it."""
    nodes = [] if _needed(function) else list(ast.walk(function))
    gives = any(isinstance(node, ast.Return) and node.value is not None for node in nodes)
    return gives and any(
        isinstance(node, ast.Call) and _last_name(node.func) in _APPS for node in nodes
    )


def _takes_event(function: _Function) -> bool:
    """Whether a function takes an event as Lambda, Chalice or a server hands it over."""
    if is_called_alone(function):
        return True
    names = _needed(function)
    positional = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    if len(names) > 2 or not positional:
        return False
    if len(positional) >= 2 and _CONTEXT.fullmatch(positional[1].lower()):
        return True
    is_event = _EVENT.fullmatch(positional[0].lower()) is not None
    return len(names) == 1 and is_event and _HANDLER.fullmatch(function.name) is not None


def _takes_nothing(function: _Function) -> bool:
    """Whether a function is called with nothing, and is called as a loop is."""
    return not _needed(function) and _LOOP.fullmatch(function.name) is not None


def _methods(owner: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> Iterator[str]:
    """The methods of a class that can be made without arguments, which take an event or nothing.

    `classes` are those of the module. What its other methods call is left out, and a class that
    another one derives from.
    """
    derived = {_last_name(base) for one in classes.values() for base in one.bases}
    if owner.name.startswith("_") or owner.name in derived:
        return
    functions = _with_inherited(owner, classes)
    if "__init__" in functions and len(_needed(functions["__init__"])) > 1:
        return
    called: set[str] = set()
    for node in functions.values():
        called |= _called_on_self(node)
    for name, node in functions.items():
        if node.decorator_list or name.startswith("_") or name in called:
            continue
        needed = _needed(node)
        is_loop = needed == ["self"] and _LOOP.fullmatch(name)
        if is_loop or _is_method_for_events(name, needed):
            yield f"{owner.name}.{name}"


def _with_inherited(owner: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> dict[str, _Function]:
    """The methods of a class, and those of its bases in the same module."""
    functions: dict[str, _Function] = {}
    todo, seen = [owner], {owner.name}
    while todo:
        node = todo.pop(0)
        for member in node.body:
            if isinstance(member, _Function):
                functions.setdefault(member.name, member)
        for base in map(_last_name, node.bases):
            if base in classes and base not in seen:
                seen.add(base)
                todo.append(classes[base])
    return functions


def _called_on_self(function: _Function) -> set[str]:
    """The methods of its own object that a method calls."""
    called: set[str] = set()
    for node in ast.walk(function):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                called.add(name)
    return called


def _is_method_for_events(name: str, needed: list[str]) -> bool:
    """Whether a method takes an event, or an event and a context, and is called as a handler is."""
    match needed:
        case ["self", event]:
            return bool(_EVENT.fullmatch(event.lower()) and _HANDLER.fullmatch(name))
        case ["self", event, context]:
            return bool(_EVENT.fullmatch(event.lower()) and _CONTEXT.fullmatch(context.lower()))
    return False


def _needed(function: _Function) -> list[str]:
    """The parameters that have to be given."""
    arguments = function.args
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    needed = positional[: len(positional) - len(arguments.defaults)]
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is None:
            needed.append(argument.arg)
    return needed


def _called(body: list[ast.stmt]) -> set[str]:
    """The functions that functions of a module call; what the module itself runs is no call."""
    called: set[str] = set()
    for statement in body:
        if not isinstance(statement, _Function | ast.ClassDef):
            continue
        for node in ast.walk(statement):
            match node:
                case ast.Call(func=ast.Name(id=name)):
                    if name != getattr(statement, "name", ""):
                        called.add(name)
    return called


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
