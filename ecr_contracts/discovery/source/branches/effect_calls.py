"""Calls in source code that look as if they change something outside: AWS calls, HTTP, e-mails.

Only the words of one file are looked at, so that the same calls are found wherever it is read. A
call that only reads (Get, Describe, List; HTTP's GET) is none. What a name stands for is known
where the file itself makes a client of it; elsewhere the name of the operation decides.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ecr_contracts.discovery.source.flow import called_name, literal_text

__all__ = ["EffectCalls"]

_MAKERS = frozenset(
    [
        "Bucket",
        "Queue",
        "Session",
        "Table",
        "Topic",
        "client",
        "get_queue_by_name",
        "resource",
        "session",
    ]
)
"""Functions whose results are clients, beside those whose names end with `client`."""
_SERVICES = frozenset(
    [
        "cloudwatch",
        "codebuild",
        "codepipeline",
        "dynamodb",
        "ecr",
        "ecs",
        "eventbridge",
        "events",
        "firehose",
        "inspector2",
        "kinesis",
        "lambda_client",
        "s3",
        "securityhub",
        "ses",
        "sesv2",
        "sfn",
        "sns",
        "sqs",
        "ssm",
        "stepfunctions",
    ]
)
"""Names under which clients of AWS are kept, in files that do not make them."""
_READING_VERBS = frozenset(
    [
        "assume",
        "batch_get",
        "can",
        "describe",
        "download",
        "filter",
        "generate",
        "get",
        "head",
        "list",
        "load",
        "lookup",
        "query",
        "scan",
        "search",
        "select",
        "simulate",
        "validate",
        "wait",
    ]
)
"""First words of operations that change nothing."""
_HARMLESS = frozenset(["all", "close", "exists", "meta", "set_stream_logger"])
_OPERATION_VERBS = re.compile(
    r"(?:associate|batch|create|copy|delete|deregister|disable|enable|invoke|modify|put|reboot"
    r"|register|restore|run|send|set|start|stop|tag|terminate|untag|update|upload)_[a-z0-9_]+"
)
"""Operations of AWS by their form, where it is not known what they are called on."""
_OPERATION_NOUNS = re.compile(
    r".*_(?:alarm|alias|build|change|command|configuration|deployment|email|events?|execution"
    r"|findings?|fileobj|file|function|function_code|image|instances?|item|items|message"
    r"|message_batch|object|object_tagging|parameter|policy|projection|records?|repository"
    r"|resource|result|scan|service|state|step|tags?|task|task_definition|metric_data)"
)
_PLAIN_OPERATIONS = frozenset(["chat_postMessage", "invoke", "publish", "sendmail"])
_WRITING_METHODS = frozenset(["delete", "patch", "post", "put"])
_READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_HTTP = re.compile(r"requests|httpx|aiohttp|urllib3|http|pool|session|client|api|conn", re.I)
"""What an HTTP client is called."""
_PROCESSES = frozenset(["Popen", "call", "check_call", "check_output", "popen", "run", "system"])


class EffectCalls:
    """Which calls of a file look like effects."""

    def __init__(self, tree: ast.Module) -> None:
        self._own: set[str] = set()
        self._clients: set[str] = set()
        self._modules: dict[str, str] = {}
        for node in ast.walk(tree):
            self._define(node)

    def _define(self, node: ast.AST) -> None:
        match node:
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                self._own.add(name)
                if any(map(self._makes_client, _returned(node))):
                    self._clients.add(name)
            case ast.ClassDef(name):
                self._own.add(name)
            case ast.ImportFrom(module=str(module), names=names):
                for alias in names:
                    self._modules[alias.asname or alias.name] = module.partition(".")[0]
            case ast.Assign(targets=targets, value=value) if self._makes_client(value):
                for target in targets:
                    self._clients.add(_last_part(target))
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
                | ast.withitem(context_expr=value, optional_vars=ast.expr() as target)
            ) if self._makes_client(value):
                self._clients.add(_last_part(target))

    def _makes_client(self, value: ast.expr) -> bool:
        """Whether an expression makes a client, as `boto3.client("sns")` does."""
        if not isinstance(value, ast.Call):
            return False
        name = called_name(value)
        return name in _MAKERS or name.lower().endswith("client") or name in self._clients

    def name_of(self, node: ast.AST) -> str:
        """What an effect is called, as `sns.publish`; empty for a node that is no such call."""
        if not isinstance(node, ast.Call):
            return ""
        match node.func:
            case ast.Name(id=name) if name not in self._own and self._is_function(name, node):
                return name
            case ast.Attribute(value=receiver, attr=name) if self._is_method(receiver, name, node):
                return f"{_service(receiver) or _last_part(receiver) or 'client'}.{name}"
        return ""

    def _is_function(self, name: str, call: ast.Call) -> bool:
        module = self._modules.get(name, "")
        if module == "subprocess":
            return name in _PROCESSES
        if module in ("requests", "httpx"):
            return name in _WRITING_METHODS
        return name == "urlopen" and (len(call.args) > 1 or bool(call.keywords))

    def _is_method(self, receiver: ast.expr, name: str, call: ast.Call) -> bool:
        holder = _last_part(receiver)
        if holder == "subprocess" or (holder == "os" and name in ("system", "popen")):
            return name in _PROCESSES
        if name == "urlopen":
            return True
        if name in _WRITING_METHODS or name == "request":
            return self._is_request(receiver, name, call)
        if name in _HARMLESS or name in _MAKERS or _is_reading(name):
            return False
        if self._is_client(receiver):
            return not name.startswith("_")
        if name in self._own:
            return False
        is_operation = _OPERATION_VERBS.fullmatch(name) and _OPERATION_NOUNS.fullmatch(name)
        return name in _PLAIN_OPERATIONS or is_operation is not None

    def _is_request(self, receiver: ast.expr, name: str, call: ast.Call) -> bool:
        """Whether a method of an HTTP client changes something there."""
        if not (self._is_client(receiver) or _HTTP.search(_last_part(receiver))):
            return False
        if name in _WRITING_METHODS:
            return True
        method = literal_text(call.args[0]) if call.args else None
        for keyword in call.keywords:
            if keyword.arg == "method":
                method = literal_text(keyword.value)
        return method is None or method.upper() not in _READING_METHODS

    def _is_client(self, receiver: ast.expr) -> bool:
        if isinstance(receiver, ast.Call):
            return self._makes_client(receiver)
        name = _last_part(receiver)
        return name in self._clients or name.lower().lstrip("_") in _SERVICES


def _service(receiver: ast.expr) -> str:
    """The service of a client that is made where it is used: `boto3.client("sns").publish()`."""
    if isinstance(receiver, ast.Call) and receiver.args:
        return literal_text(receiver.args[0]) or ""
    return ""


def _is_reading(operation: str) -> bool:
    words = operation.split("_")
    return words[0] in _READING_VERBS or "_".join(words[:2]) in _READING_VERBS


def _last_part(node: ast.AST) -> str:
    """The last name of an expression: `sns` of `self.sns`, empty if it has none."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=function):
            return _last_part(function)
    return ""


def _returned(function: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value
