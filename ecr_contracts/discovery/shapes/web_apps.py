"""Web apps by their source: an app, what makes one, or a function that answers a route.

SNS posts its notifications to such an app, or EventBridge its events (an API destination): which,
the words of the code tell.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ecr_contracts.discovery.source.modules import Source, sources
from ecr_contracts.discovery.source.route_functions import answers_route
from ecr_contracts.discovery.source.words import words_of
from ecr_contracts.discovery.target import Target

__all__ = ["web_envelopes"]

_FRAMEWORKS = {
    "fastapi": "FastAPI",
    "starlette": "Starlette",
    "flask": "Flask",
    "quart": "Quart",
    "django": "Django",
    "rest_framework": "Django",
    "aiohttp": "aiohttp",
    "litestar": "Litestar",
    "sanic": "Sanic",
    "bottle": "Bottle",
}
"""What is imported for web apps, with its name."""

_MAKERS = frozenset(
    {
        *("FastAPI", "APIRouter", "Starlette", "Router", "Flask", "Blueprint", "Quart", "Bottle"),
        *("Application", "RouteTableDef", "Litestar", "Sanic"),
        *("get_wsgi_application", "get_asgi_application"),
    }
)
"""What makes an app, or a part of one."""

_SNS = frozenset(
    {
        *("SubscribeURL", "SubscriptionConfirmation", "UnsubscribeConfirmation", "UnsubscribeURL"),
        *("TopicArn", "SigningCertURL", "x-amz-sns-message-type", "x-amz-sns-topic-arn"),
    }
)
_MESSAGE, _BESIDE = "Message", frozenset({"Type", "MessageId", "Signature"})
_MOST_SHOWN = 2

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def web_envelopes(target: Target) -> Iterator[tuple[str, str]]:
    """The envelope that a web app gets its events in, with what says so; nothing of other code."""
    if target.function is not None:
        return  # Lambda calls it
    modules = _Modules(list(sources(target)))
    framework = modules.framework_of(target.steps[0].name)
    if not framework:
        return
    is_app = f"it is a web app ({framework})"
    said = _sns_words(words_of(target).texts | modules.fields())
    if said:
        yield "sns-http", f"{is_app}, and its code reads {', '.join(said[:_MOST_SHOWN])}"
    else:
        yield "api-destination", is_app


def _sns_words(words: frozenset[str]) -> list[str]:
    """The words of a source that speak of SNS; none if it does not.

    Keywords of calls are none: who publishes to a topic names its ARN, and a message, as well.
    """
    written = {_plain(word): word for word in sorted(words)}
    said = [written[_plain(word)] for word in sorted(_SNS) if _plain(word) in written]
    if not said and _MESSAGE in words and _BESIDE & words:
        return [_MESSAGE]
    return said


def _plain(word: str) -> str:
    return word.lower().replace("-", "_")


@dataclass(slots=True)
class _Modules:
    """The modules of a consumer, its own first; what their names stand for."""

    sources: Sequence[Source]
    seen: set[tuple[int, str]] = field(default_factory=set)

    def framework_of(self, name: str) -> str:
        """The framework whose app, or whose endpoint, a name of the first module is; else empty."""
        if not self.sources:
            return ""
        names = list(self._frameworks())
        if not names or not self._is_web(self.sources[0].tree, name):
            return ""
        return names[0]

    def fields(self) -> frozenset[str]:
        """The names of fields of classes: a model of what is posted names its keys so."""
        found: set[str] = set()
        for source in self.sources:
            for node in ast.walk(source.tree):
                match node:
                    case ast.AnnAssign(target=ast.Name(id=name)):
                        found.add(name)
        return frozenset(found)

    def _frameworks(self) -> Iterator[str]:
        for source in self.sources:
            for node in ast.walk(source.tree):
                match node:
                    case ast.Import(names=aliases):
                        found = [alias.name for alias in aliases]
                    case ast.ImportFrom(module=str(module), level=0):
                        found = [module]
                    case _:
                        continue
                for module in found:
                    top = module.partition(".")[0]
                    # aiohttp is a client as well.
                    if top in _FRAMEWORKS and (top != "aiohttp" or _serves(node)):
                        yield _FRAMEWORKS[top]

    def _is_web(self, tree: ast.Module, name: str) -> bool:
        """Whether a name of a module is an app, makes one, or answers a route."""
        key = (id(tree), name)
        if key in self.seen:
            return False
        self.seen.add(key)
        for statement in _statements(tree.body):
            match statement:
                case ast.FunctionDef(name=own) | ast.AsyncFunctionDef(name=own) if own == name:
                    if _is_endpoint(statement, tree) or _makes_app(statement):
                        return True
                case ast.Assign(targets=targets, value=value):
                    is_named = any(_is_name(target, name) for target in targets)
                    if is_named and self._gives_app(tree, value):
                        return True
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    if _is_name(target, name) and self._gives_app(tree, value):
                        return True
                case ast.ImportFrom(names=aliases):
                    for alias in aliases:
                        if (alias.asname or alias.name) == name and self._is_web_elsewhere(
                            alias.name, tree
                        ):
                            return True
        return False

    def _gives_app(self, tree: ast.Module, value: ast.expr) -> bool:
        """Whether an expression is an app: it is made there, or by a function that makes one."""
        for node in ast.walk(value):
            match node:
                case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)):
                    if called in _MAKERS or self._is_web(tree, called):
                        return True
                case ast.Name(id=called) if self._is_web(tree, called):
                    return True
        return False

    def _is_web_elsewhere(self, name: str, tree: ast.Module) -> bool:
        return any(
            self._is_web(source.tree, name) for source in self.sources if source.tree is not tree
        )


def _serves(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether an import of aiohttp is one of its server."""
    modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    names = [*modules, *(alias.name for alias in node.names)]
    return any(name == "web" or name.startswith("aiohttp.web") for name in names)


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements at the top of a module, those within its conditions too."""
    for statement in body:
        yield statement
        for branch in ("body", "orelse", "finalbody"):
            if not isinstance(statement, _Function | ast.ClassDef):
                yield from _statements(getattr(statement, branch, ()))


def _is_endpoint(function: _Function, tree: ast.Module) -> bool:
    """Whether a function answers a route, or is a view of Django, whose routes stand elsewhere."""
    if _takes_request(function) and _imports_django(tree):
        return True
    return answers_route(function, tree)


def _takes_request(function: _Function) -> bool:
    """Whether a function has one argument that has to be given, and calls it a request."""
    names = [argument.arg for argument in function.args.args]
    needed = len(names) - len(function.args.defaults)
    return needed == 1 and names[0] in ("request", "req")


def _imports_django(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django."):
            return True
    return False


def _makes_app(function: _Function) -> bool:
    """Whether a function takes nothing that has to be given, and makes an app."""
    arguments = function.args
    positional = len(arguments.posonlyargs) + len(arguments.args)
    if positional > len(arguments.defaults) or isinstance(function, ast.AsyncFunctionDef):
        return False
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)):
                if called in _MAKERS:
                    return True
    return False


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
