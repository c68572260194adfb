"""Plans of Terraform, as `terraform show -json` prints them, as resources.

`planned_values` has the values that are known, `configuration` what the others refer to; data
sources that were read are in `prior_state`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.discovery.iac.documents.document import Block, TemplateError
from ecr_contracts.discovery.iac.terraform.resources import DATA, Made, Resource
from ecr_contracts.discovery.iac.terraform.values import Unknown, owned

__all__ = ["is_plan", "read_plan"]

_MAX_STEPS = 20  # from a reference to the resource that it comes to
_REQUIRED = (b'"format_version"', b'"planned_values"')
_INDEX = re.compile(r"\[[^\]]*\]")
_LAST_INDEX = re.compile(r"\[[^\]]*\]$")
_ADDRESS = re.compile(r'"address"\s*:\s*("(?:[^"\\]|\\.)*")')


def is_plan(file: Path) -> bool:
    """Whether a file is a plan in JSON."""
    if file.suffix != ".json":
        return False
    try:
        content = read_plain_file(file, limits.PLAN_BYTES)
    except OSError:
        return False
    return all(key in content for key in _REQUIRED)


def read_plan(file: Path) -> dict[str, Resource]:
    """The resources of a plan by their addresses; raises TemplateError for one that is broken."""
    try:
        text = read_plain_file(file, limits.PLAN_BYTES).decode("utf-8-sig")
        plan = json.loads(text)
    except OSError as error:
        raise TemplateError(str(file), 0, error.strerror or str(error)) from None
    except RecursionError:
        raise TemplateError(str(file), 0, "it is too deeply nested") from None
    except ValueError as error:
        line = getattr(error, "lineno", 0)
        raise TemplateError(str(file), line, f"it is not JSON: {error}") from None
    return _Plan(file, text, plan).resources()


@dataclass
class _Configured:
    """A module of the configuration: its content, its call, and the module that calls it."""

    content: Mapping[str, Any]
    address: str = ""
    call: Mapping[str, Any] = field(default_factory=dict)
    parent: _Configured | None = None
    resources: dict[str, Mapping[str, Any]] = field(init=False)
    """Its resources by their addresses within it."""

    def __post_init__(self) -> None:
        self.resources = {}
        for resource in _list(self.content.get("resources")):
            self.resources[str(_mapping(resource).get("address"))] = _mapping(resource)


class _Plan:
    """One plan, its values joined with what its configuration refers to."""

    def __init__(self, file: Path, text: str, plan: Any) -> None:
        self._file = file
        self._values: dict[str, Mapping[str, Any]] = {}
        for root in (_at(plan, "prior_state", "values"), _at(plan, "planned_values")):
            for resource in _resources(_at(root, "root_module")):
                if root is _at(plan, "planned_values") or resource.get("mode") == "data":
                    self._values[str(resource.get("address"))] = resource
        self._by_plain_address: dict[str, list[str]] = {}
        for address in self._values:
            self._by_plain_address.setdefault(_INDEX.sub("", address), []).append(address)
        self._lines = _address_lines(text)
        self._modules: dict[tuple[str, ...], _Configured] = {}
        self._root = _Configured(_at(plan, "configuration", "root_module"))

    def resources(self) -> dict[str, Resource]:
        """The resources by their addresses."""
        found: dict[str, Resource] = {}
        for address, planned in self._values.items():
            resource = self._resource(address, planned)
            found[resource.address] = resource
        return found

    def _resource(self, address: str, planned: Mapping[str, Any]) -> Made:
        kind, name = str(planned.get("type")), str(planned.get("name"))
        modules = tuple(_module_names(address))
        module = self._module(modules)
        configured = module.resources.get(_without_index(address, modules), {})
        values = self._joined(
            _mapping(planned.get("values")), configured.get("expressions"), module, address
        )
        is_data = planned.get("mode") == "data"
        return Made(
            type=DATA + kind if is_data else kind,
            name=name + _index_text(planned.get("index")),
            address=address,
            file=self._file,
            line=self._lines.get(address, 1),
            values=values,
            modules=modules,
        )

    def _module(self, names: tuple[str, ...]) -> _Configured:
        """The module of the configuration behind some calls."""
        if not names:
            return self._root
        if names not in self._modules:
            parent = self._module(names[:-1])
            plain = _INDEX.sub("", names[-1])
            call = _at(parent.content, "module_calls", plain)
            address = f"{parent.address}module.{plain}."
            self._modules[names] = _Configured(_at(call, "module"), address, call, parent)
        return self._modules[names]

    def _joined(
        self, values: Mapping[str, Any], expressions: Any, module: _Configured, address: str
    ) -> Block:
        """Values, with an unknown one for each reference that has none."""
        joined = Block()
        for key, value in values.items():
            if value is not None:
                joined[key] = _as_blocks(value)
        for key, expression in _mapping(expressions).items():
            joined_value = self._referring(joined.get(key), expression, module, address)
            if joined_value is not None:
                joined[key] = joined_value
        return joined

    def _referring(self, value: Any, expression: Any, module: _Configured, address: str) -> Any:
        """A value with what its expression refers to."""
        if isinstance(expression, list):
            items = value if isinstance(value, list) else [Block() for _ in expression]
            return [
                self._joined(_mapping(item), inner, module, address)
                for item, inner in zip(items, expression, strict=False)
            ]
        references = _mapping(expression).get("references")
        if not isinstance(references, list):
            return value
        reached = self._reached(references, module, address, 0)
        if value is None:
            return Unknown(None, reached)
        return owned(value, reached) if reached and isinstance(value, str) else value

    def _reached(self, references: Any, module: _Configured, address: str, steps: int) -> str:
        """The address of the resource that references come to; empty if they come to none."""
        for reference in _list(references):
            if steps > _MAX_STEPS:
                break
            found = self._followed(str(reference), module, address, steps + 1)
            if found:
                return found
        return ""

    def _followed(self, reference: str, module: _Configured, address: str, steps: int) -> str:
        plain = _INDEX.sub("", reference)
        root, name, *rest = [*plain.split("."), ""]
        if root == "each":
            within = _without_index(address, tuple(_module_names(address)))
            resource = module.resources.get(within, {})
            references = _at(resource, "for_each_expression").get("references")
            return self._reached(references, module, address, steps)
        if root == "var":
            references = _at(module.call, "expressions", name).get("references")
            return self._reached(references, module.parent or module, address, steps)
        if root == "module":
            call = _at(module.content, "module_calls", name)
            inner = _Configured(
                _at(call, "module"), f"{module.address}module.{name}.", call, module
            )
            expression = _at(inner.content, "outputs", rest[0], "expression")
            return self._reached(expression.get("references"), inner, address, steps)
        return self._instance(module.address + reference, address)

    def _instance(self, reference: str, address: str) -> str:
        """The resource that a reference names; of several the one that is most like the referrer.

        That is the one whose index is written, else one of the same module, else of the same index.
        """
        plain = _INDEX.sub("", reference)
        candidates: list[str] = []
        while plain and not candidates:
            candidates = self._by_plain_address.get(plain, [])
            plain = plain.rpartition(".")[0]
        module = "".join(f"module.{name}." for name in _module_names(address))
        index = _LAST_INDEX.search(address)

        def likeness(candidate: str) -> tuple[bool, bool, bool]:
            written = _LAST_INDEX.search(candidate)
            return (
                written is not None and written.group() in reference,
                candidate.startswith(module),
                index is not None and candidate.endswith(index.group()),
            )

        return max(candidates, key=likeness, default="")


# Parts of plans
# --------------------------------------------------------------------------------------------------


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _at(value: Any, *keys: str) -> Mapping[str, Any]:
    """The mapping behind some keys, an empty one if there is none."""
    for key in keys:
        value = _mapping(value).get(key)
    return _mapping(value)


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The resources of a module, and those of the modules in it."""
    waiting = [module]
    while waiting:
        current = waiting.pop(0)
        yield from map(_mapping, _list(current.get("resources")))
        waiting += map(_mapping, _list(current.get("child_modules")))


def _as_blocks(value: Any) -> Any:
    """Data whose mappings are blocks, as those of other readers are."""
    if isinstance(value, Mapping):
        block = Block()
        block.update({key: _as_blocks(inner) for key, inner in value.items()})
        return block
    return [_as_blocks(item) for item in value] if isinstance(value, list) else value


def _module_names(address: str) -> Iterator[str]:
    """The names of the modules in an address, with their indices."""
    for match in re.finditer(r"module\.([\w-]+(?:\[[^\]]*\])?)\.", address):
        yield match.group(1)


def _without_index(address: str, modules: tuple[str, ...]) -> str:
    """The address of a resource within its module, as the configuration has it."""
    for name in modules:
        address = address.removeprefix(f"module.{name}.")
    return _INDEX.sub("", address)


def _index_text(index: Any) -> str:
    if index is None:
        return ""
    return f"[{index}]" if isinstance(index, int) else f'["{index}"]'


def _address_lines(text: str) -> dict[str, int]:
    """The lines in which the addresses of a plan stand first."""
    lines: dict[str, int] = {}
    line, position = 1, 0
    for match in _ADDRESS.finditer(text):
        line += text.count("\n", position, match.start())
        position = match.start()
        lines.setdefault(json.loads(match.group(1)), line)
    return lines
