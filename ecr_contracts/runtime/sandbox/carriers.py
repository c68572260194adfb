"""Has libraries that stand between an answer and the consumer carry on where its values come from.

JSON that is read of a made-up text is made up. A response of an HTTP client says so itself, and so
does what is read of it: clients copy the bytes of a reply to and fro, which would lose it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

from ecr_contracts.runtime.provenance.made_up import JSON, READ, mark, marked, origin_of, tagged
from ecr_contracts.runtime.sandbox.hooks import ImportHooks, Patches

__all__ = ["Carriers"]


class Carriers:
    """The libraries that carry origins on, from `install` to `remove`."""

    def __init__(self, import_hooks: ImportHooks) -> None:
        self._import_hooks = import_hooks
        self._patches = Patches()
        self._installed = False

    def install(self) -> None:
        """Have origins carried on from now on, by each library as soon as it is imported."""
        self._installed = True
        self._patches.set(json.JSONDecoder, "decode", _decoding(json.JSONDecoder.decode))
        for module, action in (
            ("http.client", self._patch_http),
            ("urllib3.response", self._patch_urllib3),
            ("requests.models", self._patch_requests),
            ("requests.adapters", self._patch_adapters),
            ("httpx", self._patch_httpx),
            ("aiohttp", self._patch_aiohttp),
            ("yaml", self._patch_yaml),
        ):
            self._import_hooks.after_import(module, functools.partial(self._patch, action))

    def remove(self) -> None:
        """Put everything back."""
        self._installed = False
        self._patches.undo()

    def _patch(self, action: Callable[[ModuleType], None], module: ModuleType) -> None:
        if self._installed:
            action(module)

    def _patch_http(self, module: ModuleType) -> None:
        kind = module.HTTPResponse
        begin, initialise = kind.begin, kind.__init__

        def beginning(response: Any, sock: Any, *rest: Any, **named: Any) -> None:
            response._ecr_socket = sock
            initialise(response, sock, *rest, **named)

        def begun(response: Any) -> None:
            begin(response)
            mark(response, origin_of(response.__dict__.get("_ecr_socket")))

        self._patches.set(kind, "__init__", beginning)
        self._patches.set(kind, "begin", begun)
        self._carry(kind, methods=("read", "read1", "readline"))

    def _patch_urllib3(self, module: ModuleType) -> None:
        kind = module.HTTPResponse
        initialise = kind.__init__

        def beginning(response: Any, *arguments: Any, **named: Any) -> None:
            initialise(response, *arguments, **named)
            mark(response, origin_of(named.get("original_response")))

        self._patches.set(kind, "__init__", beginning)
        self._carry(kind, properties=("data",))
        self._carry_json(kind)

    def _patch_requests(self, module: ModuleType) -> None:
        self._carry(module.Response, properties=("content", "text"))
        self._carry_json(module.Response)

    def _patch_adapters(self, module: ModuleType) -> None:
        build = module.HTTPAdapter.build_response

        def build_response(adapter: Any, request: Any, response: Any) -> Any:
            built = build(adapter, request, response)
            mark(built, origin_of(response))
            return built

        self._patches.set(module.HTTPAdapter, "build_response", build_response)

    def _patch_httpx(self, module: ModuleType) -> None:
        self._carry(module.Response, properties=("content", "text"))
        self._carry_json(module.Response)

    def _patch_aiohttp(self, module: ModuleType) -> None:
        kind = module.ClientResponse
        start = kind.start

        async def started(response: Any, connection: Any) -> Any:
            begun = await start(response, connection)
            mark(response, origin_of(connection.transport))
            return begun

        self._patches.set(kind, "start", started)
        for name, steps in (("read", (READ,)), ("text", (READ,)), ("json", (READ, JSON))):
            self._patches.set(kind, name, _awaited(getattr(kind, name), steps))

    def _patch_yaml(self, module: ModuleType) -> None:
        """PyYAML looks types up by themselves; it writes made-up values as what they are."""
        safe = module.representer.SafeRepresenter
        really_represent = safe.represent_data

        def represent_data(dumper: Any, data: Any) -> Any:
            return really_represent(dumper, data if origin_of(data) is None else _plain(data))

        self._patches.set(safe, "represent_data", represent_data)

    def _carry(
        self, kind: type[Any], *, methods: tuple[str, ...] = (), properties: tuple[str, ...] = ()
    ) -> None:
        """Have the content that is read of a response say where it comes from."""
        for name in methods:
            self._patches.set(kind, name, _reading(getattr(kind, name), (READ,)))
        for name in properties:
            getter = getattr(kind, name).fget
            self._patches.set(kind, name, property(_reading(getter, (READ,))))

    def _carry_json(self, kind: type[Any]) -> None:
        if hasattr(kind, "json"):
            self._patches.set(kind, "json", _reading(kind.json, (READ, JSON)))


def _plain(value: Any) -> Any:
    make, arguments = value.__reduce_ex__(4)
    return make(*arguments)


def _decoding(decode: Callable[..., Any]) -> Callable[..., Any]:
    """A decoder of JSON that gives made-up values of made-up texts."""

    def decoding(decoder: Any, text: Any, *rest: Any, **named: Any) -> Any:
        origin = origin_of(text)
        if origin is None:
            return decode(decoder, text, *rest, **named)
        inner = origin.inner(JSON)
        try:
            return tagged(decode(decoder, text, *rest, **named), inner)
        except ValueError as error:
            raise marked(error, inner) from None

    return decoding


def _reading(method: Callable[..., Any], steps: tuple[str, ...]) -> Callable[..., Any]:
    """A method whose result comes from where its object comes from."""

    @functools.wraps(method)
    def reading(response: Any, *arguments: Any, **named: Any) -> Any:
        origin = origin_of(response)
        if origin is None:
            return method(response, *arguments, **named)
        inner = origin.inner(*steps)
        try:
            result = method(response, *arguments, **named)
        except ValueError as error:
            mark(error, inner)
            raise
        return tagged(_plain(result) if origin_of(result) else result, inner)

    return reading


def _awaited(method: Callable[..., Any], steps: tuple[str, ...]) -> Callable[..., Any]:
    """The same of a method that is awaited."""

    async def reading(response: Any, *arguments: Any, **named: Any) -> Any:
        origin = origin_of(response)
        try:
            result = await method(response, *arguments, **named)
        except Exception as error:
            mark(error, origin)
            raise
        if origin is None:
            return result
        return tagged(_plain(result) if origin_of(result) else result, origin.inner(*steps))

    return reading
