"""A module of Terraform: the folder of its files, with its variables, locals and resources.

Values are evaluated when they are asked for, each once. Modules in folders of their own are
followed; `registry` knows a few of those that lie elsewhere.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.discovery.iac.documents.document import Block, TemplateError
from ecr_contracts.discovery.iac.terraform import hcl, registry
from ecr_contracts.discovery.iac.terraform.expressions import (
    Budget,
    MissingValueError,
    Scope,
    evaluate,
    items_of,
    rendered,
)
from ecr_contracts.discovery.iac.terraform.resources import (
    DATA,
    Made,
    Resource,
    computed,
    first_block,
)
from ecr_contracts.discovery.iac.terraform.values import (
    Either,
    Unknown,
    is_known,
    plain_text,
)

__all__ = ["Configuration", "Module", "read_configuration"]

_MAX_FILES = 200
_MAX_INSTANCES = 100  # of a block with count or for_each
_MAX_MODULES = 100
_MAX_LEVELS = 4  # modules within modules
_WORDS = re.compile(
    rb"\b(variable|locals|output|module|archive_file|template_file|local_file"
    rb"|aws_(lambda|cloudwatch|sqs|sns|kinesis|ecr|sfn|s3_bucket|dynamodb_table|secretsmanager)\w*)\b"
)
"""What makes a file worth reading; what else files hold are roles, networks and the like."""
_META = ("count", "for_each", "depends_on", "provider", "lifecycle", "source", "version")


@dataclass(eq=False)
class Configuration:
    """A root module with all modules in it: their resources by address, and calls not followed."""

    folder: Path
    budget: Budget = field(default_factory=Budget)
    resources: dict[str, Resource] = field(default_factory=dict)
    unread: list[registry.Call] = field(default_factory=list)
    modules: int = 0


def read_configuration(folder: Path, named: Path | None = None) -> Configuration:
    """The configuration whose root module is a folder; `named` is the file that was asked for.

    Raises TemplateError for files that are no HCL, references that go in a circle, and modules that
    contain themselves.
    """
    configuration = Configuration(folder)
    Module(configuration, folder, named=named).declare()
    return configuration


class Module:
    """One module, for which the call above it gives inputs."""

    def __init__(
        self,
        configuration: Configuration,
        folder: Path,
        *,
        path: tuple[str, ...] = (),
        prefix: str = "",
        inputs: Mapping[str, Any] | None = None,
        parents: tuple[Path, ...] = (),
        named: Path | None = None,
    ) -> None:
        self.configuration, self.folder = configuration, folder
        self.root_folder = configuration.folder
        self.path, self.prefix = path, prefix
        self._inputs, self._parents = inputs, (*parents, folder)
        self._values: dict[tuple[str, str], Any] = {}
        self._blocks: dict[tuple[str, str], hcl.HclBlock] = {}
        self._locals: dict[str, tuple[hcl.Argument, Path]] = {}
        for file, body in _bodies(folder, named):
            self._add(file, body)
        self._given = self._given_values() if inputs is None else {}

    def _add(self, file: Path, body: hcl.Body) -> None:
        """Take in the blocks of a file."""
        for block in body.blocks:
            match block.type, block.labels:
                case "locals", ():
                    for name, argument in block.body.arguments.items():
                        self._locals[name] = argument, file
                case "variable" | "output" | "module", (name,):
                    self._blocks[block.type, name] = block
                case "resource", (kind, name):
                    self._blocks[kind, name] = block
                case "data", (kind, name):
                    self._blocks[DATA + kind, name] = block

    def scope(self, file: Path, **variables: Any) -> Scope:
        """Where an expression of a file of this module stands."""
        return Scope(file, self, self.configuration.budget, variables)

    def declare(self) -> None:
        """Add the resources of this module, and of those that it calls, to the configuration."""
        for kind, name in self._blocks:
            if kind == "module":
                for call in _leaves(self._calls(name)):
                    call.declare()
            elif kind not in ("variable", "output"):
                for instance in _leaves(self._instances(kind, name)):
                    self.configuration.resources[instance.address] = instance

    # References

    def named(self, root: str, path: Sequence[str]) -> tuple[Any, int]:
        """The value that a reference begins with, and how many names of its path that took."""
        match root, path:
            case "path", ["module" | "root" | "cwd" as place, *_]:
                folder = self.folder if place == "module" else self.root_folder
                return os.path.abspath(folder), 1
            case "var", [name, *_]:
                return self._once("var", name, self._variable), 1
            case "local", [name, *_]:
                return self._once("local", name, self._local), 1
            case "module", [name, *_]:
                return self._calls(name), 1
            case "data", [kind, name, *_]:
                return self._instances(DATA + kind, name), 2
            case "terraform", _:
                return Unknown("default"), len(path)
            case _, [name, *_]:
                return self._instances(root, name), 1
        raise MissingValueError(root)

    def _once(self, sort: str, name: str, value_of: Any) -> Any:
        """A value that is evaluated once; raises TemplateError if it takes itself to know it."""
        key = sort, name
        if key not in self._values:
            self._values[key] = _UNDER_WAY
            self._values[key] = value_of(name)
        value = self._values[key]
        if value is _UNDER_WAY:
            file, line = self._place(sort, name)
            address = f"{sort}.{name}"
            raise TemplateError(str(file), line, f"{address} refers to itself", "break the circle")
        return value

    def _place(self, sort: str, name: str) -> tuple[Path, int]:
        if sort == "local":
            argument, file = self._locals[name]
            return file, argument.line
        block = self._blocks.get((sort, name)) or self._blocks.get(("variable", name))
        return (block.file, block.line) if block else (self.folder, 0)

    def _variable(self, name: str) -> Any:
        """What the call gives for a variable, a file of values, or its default.

        A default of the root module that is empty stands for a value which each deployment gives.
        """
        if self._inputs is not None and name in self._inputs:
            return self._inputs[name]
        if name in self._given:
            return self._given[name]
        block = self._blocks.get(("variable", name))
        if block is None or "default" not in block.body.arguments:
            return Unknown()
        default = self.value(block.body.arguments["default"], self.scope(block.file))
        return Unknown("") if default == "" and self._inputs is None else default

    def _local(self, name: str) -> Any:
        if name not in self._locals:
            return Unknown()
        argument, file = self._locals[name]
        return self.value(argument, self.scope(file))

    def output(self, name: str) -> Any:
        """The value of an output; unknown for one that is not there."""
        return self._once("output", name, self._output)

    def _output(self, name: str) -> Any:
        block = self._blocks.get(("output", name))
        if block is None or "value" not in block.body.arguments:
            return Unknown()
        return self.value(block.body.arguments["value"], self.scope(block.file))

    def value(self, argument: hcl.Argument, scope: Scope) -> Any:
        """The value of an argument; unknown where it refers to what is not there."""
        try:
            return evaluate(argument.expression, scope)
        except MissingValueError:
            return Unknown()

    def _given_values(self) -> dict[str, Any]:
        """The values in the files that Terraform reads beside the root module."""
        names = ["terraform.tfvars", "terraform.tfvars.json"]
        with_any_name = (n for n in os.listdir(self.folder) if n.endswith(_AUTOMATIC))
        values: dict[str, Any] = {}
        for file in [self.folder / name for name in [*names, *sorted(with_any_name)]]:
            if not file.is_file():
                continue
            if file.suffix == ".json":
                values |= _json_values(file)
                continue
            for name, argument in hcl.read_body(file).arguments.items():
                values[name] = self.value(argument, self.scope(file))
        return values

    # Resources and calls of modules

    def _instances(self, kind: str, name: str) -> Any:
        """The resource of a block, a list with `count`, and a mapping with `for_each`."""
        block = self._blocks.get((kind, name))
        if block is None:
            return Made(kind, name, f"{self.prefix}{kind}.{name}", self.folder, 0)
        return self._once(kind, name, lambda _: self._expanded(block, self._instance))

    def _instance(self, block: hcl.HclBlock, key: Any, scope: Scope) -> Instance:
        return Instance(self, block, key, scope)

    def _calls(self, name: str) -> Any:
        block = self._blocks.get(("module", name))
        if block is None:
            return Unknown()
        return self._once("module", name, lambda _: self._expanded(block, self._call))

    def _source(self, block: hcl.HclBlock, scope: Scope) -> str:
        """Where the module of a call lies, as it is written there."""
        if "source" not in block.body.arguments:
            return ""
        return plain_text(self.value(block.body.arguments["source"], scope)) or ""

    def _call(self, block: hcl.HclBlock, key: Any, scope: Scope) -> ModuleCall | _RegistryCall:
        """What a `module` block comes to."""
        configuration = self.configuration
        configuration.modules += 1
        if configuration.modules > _MAX_MODULES or len(self.path) >= _MAX_LEVELS:
            problem = f"there are more than {_MAX_MODULES} modules, or {_MAX_LEVELS} in each other"
            raise TemplateError(str(block.file), block.line, problem)
        name = block.labels[0]
        address = f"{self.prefix}module.{name}{_index(key)}"
        inputs = _Inputs(self, block, scope)
        source = self._source(block, scope)
        if not source.startswith(("./", "../")) and source not in (".", ".."):
            call = registry.Call(source, name, address, block.file, block.line, inputs, self.path)
            return _RegistryCall(configuration, call)
        folder = Path(os.path.normpath(self.folder / source))
        if folder in self._parents:
            problem = f"module {name} contains itself: its source is {source}"
            raise TemplateError(str(block.file), block.line, problem)
        if not folder.is_dir():
            problem = f"the source of module {name} is {source}, where there is no folder"
            raise TemplateError(str(block.file), block.line, problem)
        return ModuleCall(
            Module(
                configuration,
                folder,
                path=(*self.path, f"{name}{_index(key)}"),
                prefix=f"{address}.",
                inputs=inputs,
                parents=self._parents,
            )
        )

    def _expanded(self, block: hcl.HclBlock, make: Any) -> Any:
        """What a block comes to: one thing, a list with `count`, a mapping with `for_each`."""
        arguments = block.body.arguments
        scope = self.scope(block.file)
        if "for_each" in arguments:
            items = _each_items(self.value(arguments["for_each"], scope))
            return {
                key: make(block, key, scope.with_variables(each={"key": key, "value": value}))
                for key, value in items[:_MAX_INSTANCES]
            }
        if "count" in arguments:
            number = _greatest(self.value(arguments["count"], scope))
            return [
                make(block, index, scope.with_variables(count={"index": index}))
                for index in range(min(number, _MAX_INSTANCES))
            ]
        return make(block, None, scope)


class _Inputs(Mapping[str, Any]):
    """What a call gives for the variables of a module, evaluated when it is asked for."""

    def __init__(self, module: Module, block: hcl.HclBlock, scope: Scope) -> None:
        self._module, self._scope = module, scope
        self._arguments: dict[str, hcl.Argument] = {}
        for name, argument in block.body.arguments.items():
            if name not in _META:
                self._arguments[name] = argument

    def __getitem__(self, name: str) -> Any:
        return self._module.value(self._arguments[name], self._scope)

    def __iter__(self) -> Iterator[str]:
        return iter(self._arguments)

    def __len__(self) -> int:
        return len(self._arguments)


_UNDER_WAY = object()
_AUTOMATIC = (".auto.tfvars", ".auto.tfvars.json")


class Instance(Resource):
    """A resource of a module, or one of several that its block declares."""

    def __init__(self, module: Module, block: hcl.HclBlock, key: Any, scope: Scope) -> None:
        kind, name = block.labels
        self.type = DATA + kind if block.type == "data" else kind
        self.name = f"{name}{_index(key)}"
        self.address = f"{module.prefix}{self.type}.{self.name}"
        self.file, self.line, self.modules = block.file, block.line, module.path
        self._module, self._body, self._scope = module, block.body, scope
        self._values: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        """The value of an argument, or the list of the blocks of that name; None without one."""
        if key not in self._values:
            self._values[key] = _UNDER_WAY
            self._values[key] = self._evaluated(key)
        if self._values[key] is _UNDER_WAY:
            problem = f"{self.address}.{key} refers to itself"
            raise TemplateError(str(self.file), self.line_of(key), problem, "break the circle")
        return self._values[key]

    def line_of(self, key: str) -> int:
        """The line of an argument or block, that of the resource without one."""
        if key in self._body.arguments:
            return self._body.arguments[key].line
        return next((block.line for block in _blocks_called(self._body, key)), self.line)

    def attribute(self, name: str) -> Any:
        """What a reference to an attribute gives."""
        if self.type == "data.template_file" and name == "rendered":
            return self._rendered()
        if self.type == "data.local_file" and name == "content":
            return self._content()
        return super().attribute(name)

    def _evaluated(self, key: str) -> Any:
        if key in self._body.arguments:
            return self._module.value(self._body.arguments[key], self._scope)
        blocks: list[Block] = []
        for block in _blocks_called(self._body, key):
            blocks += self._block_values(block, self._scope)
        return blocks or None

    def _block_values(self, block: hcl.HclBlock, scope: Scope) -> Iterator[Block]:
        """The arguments of a nested block; those of a dynamic one for each of its items."""
        if block.type != "dynamic":
            yield self._body_values(block.body, block.line, scope)
            return
        contents = [inner for inner in block.body.blocks if inner.type == "content"]
        source = block.body.arguments.get("for_each")
        if source is None or not contents:
            return
        for key, value in _each_items(self._module.value(source, scope))[:_MAX_INSTANCES]:
            inner = scope.with_variables(**{block.labels[0]: {"key": key, "value": value}})
            yield self._body_values(contents[0].body, block.line, inner)

    def _body_values(self, body: hcl.Body, line: int, scope: Scope) -> Block:
        values = Block()
        for name, argument in body.arguments.items():
            values[name] = self._module.value(argument, scope)
            values.lines[name] = argument.line
            values.texts[name] = argument.line, 0
        for block in body.blocks:
            name = block.labels[0] if block.type == "dynamic" else block.type
            values.setdefault(name, []).extend(self._block_values(block, scope))
            values.lines.setdefault(name, block.line)
        return values

    def _rendered(self) -> Any:
        """The text of the `template_file` of old."""
        template, values = self.get("template"), first_block(self.get("vars"))
        if not isinstance(template, str):
            return Unknown()
        try:
            return rendered(template, self._module.scope(self.file, **values), self.line)
        except MissingValueError:
            return Unknown()

    def _content(self) -> Any:
        name = self.get("filename")
        if not isinstance(name, str):
            return Unknown()
        try:
            return hcl.read_text(self._module.root_folder / name)
        except TemplateError:
            return Unknown()


@dataclass(eq=False)
class ModuleCall:
    """A module of a folder here, as a reference to its outputs has it."""

    module: Module

    def attribute(self, name: str) -> Any:
        """An output of the module."""
        return self.module.output(name)

    def declare(self) -> None:
        """Add its resources to the configuration."""
        self.module.declare()


@dataclass(eq=False)
class _RegistryCall:
    """A module that lies elsewhere."""

    configuration: Configuration
    call: registry.Call

    def attribute(self, name: str) -> Any:
        """An output of the module, unknown if `registry` does not know it."""
        reached = registry.output(self.call, name)
        return computed(*reached) if reached else Unknown()

    def declare(self) -> None:
        """Add the resources that the module is known to make."""
        made = registry.resources(self.call)
        if not made:
            self.configuration.unread.append(self.call)
        for resource in made:
            self.configuration.resources[resource.address] = resource


# Files
# --------------------------------------------------------------------------------------------------


def _bodies(folder: Path, named: Path | None) -> Iterator[tuple[Path, hcl.Body]]:
    """The files of a module that may matter, in their order."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".tf"))
    except OSError as error:
        raise TemplateError(str(folder), 0, error.strerror or str(error)) from None
    total = 0
    for name in names[:_MAX_FILES]:
        file = folder / name
        is_named = named is not None and named.name == name
        if not (is_named or _may_matter(file)):
            continue
        total += file.stat().st_size if file.is_file() else 0
        if total > limits.MODULE_BYTES:
            problem = (
                f"the files of its folder have more than {limits.MODULE_BYTES:,} bytes together"
            )
            raise TemplateError(str(file), 0, problem, hcl.NAME_A_PLAN)
        yield file, hcl.read_body(file)


def _may_matter(file: Path) -> bool:
    try:
        if not file.is_file() or file.stat().st_size > limits.TERRAFORM_BYTES:
            return False
        return _WORDS.search(file.read_bytes()) is not None
    except OSError:
        return False


def _json_values(file: Path) -> dict[str, Any]:
    try:
        values = json.loads(hcl.read_text(file))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        raise TemplateError(str(file), line, f"it is not JSON: {error}") from None
    return values if isinstance(values, dict) else {}


# Instances
# --------------------------------------------------------------------------------------------------


def _index(key: Any) -> str:
    """The end of the address of one of several instances."""
    if key is None:
        return ""
    if isinstance(key, Unknown):
        return "[*]"
    return f"[{key}]" if isinstance(key, int) else f'["{key}"]'


def _each_items(value: Any) -> list[tuple[Any, Any]]:
    """The keys and values of `for_each`; unknown ones, once, where they are not known."""
    if isinstance(value, Either):
        items: dict[Any, Any] = {}
        for option in value.options:
            items.update(_each_items(option))
        return list(items.items())
    items_known = items_of(value)
    if items_known is None:
        return [("*", Unknown())] if isinstance(value, Unknown) else []
    if isinstance(value, list):
        texts = [plain_text(item) for item in value]
        return [(text, text) for text in texts if text is not None]
    return items_known


def _greatest(value: Any) -> int:
    """How many instances `count` comes to; as many as there may be where that is not known."""
    if isinstance(value, Either):
        return max(map(_greatest, value.options))
    if not is_known(value):
        return 1
    text = plain_text(value) or ""
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _leaves(value: Any) -> Iterator[Any]:
    """The instances of a block, however many it has."""
    if isinstance(value, list):
        yield from value
    elif isinstance(value, dict):
        yield from value.values()
    elif not isinstance(value, Unknown):
        yield value


def _blocks_called(body: hcl.Body, name: str) -> Iterator[hcl.HclBlock]:
    """The nested blocks of a name, dynamic ones among them."""
    for block in body.blocks:
        if block.type == name or (block.type == "dynamic" and block.labels[:1] == (name,)):
            yield block
