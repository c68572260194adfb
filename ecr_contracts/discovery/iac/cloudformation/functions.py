"""Lambda functions of a template: handler, code, variables, layers, and the rules they serve.

It knows where the code of a function lies; nothing is loaded or run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ecr_contracts.discovery.iac.cloudformation.code_places import (
    CodePlace,
    Where,
    code_place,
    construct_of,
    image_handler,
    is_image_of_other_language,
)
from ecr_contracts.discovery.iac.cloudformation.feeds import MAPPED_ENVELOPES, feed_of
from ecr_contracts.discovery.iac.cloudformation.names_elsewhere import names_elsewhere
from ecr_contracts.discovery.iac.cloudformation.rules import Rule, function_rules
from ecr_contracts.discovery.iac.cloudformation.template import (
    FUNCTION,
    FUNCTIONS,
    Resource,
    Template,
)
from ecr_contracts.discovery.iac.documents.document import Block, as_block, as_list
from ecr_contracts.discovery.iac.values.intrinsics import intrinsic
from ecr_contracts.discovery.iac.values.known_values import KnownValues, has_marks

__all__ = ["Function", "functions"]

_NODE = "nodejs"
_LAYERS = ("AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion")


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function of a template.

    `file` and `attribute` are its handler, `root` the folder that its imports start from and that
    it runs in. `guessed` are the variables of its `environment` whose values only a deployment
    knows: they have the form of such values. Code that stands in the template itself is `code`,
    whose first line is `code_line` of the template (then `file` is the template), indented by
    `indent` columns there. `layers` are folders for `sys.path`. `problem` says why it cannot be
    loaded, if it cannot. `aliases` are other names that it may be asked for by, `names_elsewhere`
    what other templates may call it. `place` is where its code lies; None if that stands in the
    template, or is not Python.
    `is_other_language`: its Runtime, or the image that it is built on, says that it is neither
    Python nor JavaScript.
    """

    template: Path
    name: str
    line: int
    file: Path
    attribute: str
    root: Path
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    guessed: frozenset[str] = frozenset()
    layers: tuple[Path, ...] = ()
    timeout: float | None = None
    rules: tuple[Rule, ...] = ()
    code: str | None = None
    code_line: int = 0
    indent: int = 0
    problem: str = ""
    aliases: tuple[str, ...] = ()
    place: CodePlace | None = None
    names_elsewhere: tuple[str, ...] = ()
    is_other_language: bool = False

    def __reduce__(self) -> Any:
        # Read-only mappings cannot be pickled.
        values = [getattr(self, name) for name in self.__slots__]
        return Function, tuple(
            dict(value) if isinstance(value, Mapping) else value for value in values
        )


def functions(template: Template) -> Iterator[Function]:
    """The Lambda functions of a template; those that cannot be loaded say why.

    They come in its order, those that its conditions leave out last.
    """
    rules = list(function_rules(template))
    for resource in template.resources(*FUNCTIONS):
        feed = feed_of(template, resource)
        own: dict[Rule, None] = {}
        for name, rule in rules:
            if name == resource.name:
                own[rule] = None
        fed = (
            replace(rule, feed=feed) if rule.envelope in MAPPED_ENVELOPES else rule for rule in own
        )
        yield _Reader(template, resource).function(tuple(fed))
    for resource, condition in template.left_out(*FUNCTIONS):
        problem = f"its Condition {condition} does not hold by the defaults of the parameters"
        yield replace(_Reader(template, resource).function(()), problem=problem, place=None)


class _Reader:
    """Reads one function; what it does not set itself, SAM takes from the template's Globals."""

    def __init__(self, template: Template, resource: Resource) -> None:
        self._template, self._resource = template, resource
        self._folder = template.file.parent
        self._own = resource.properties
        self._defaults = template.function_defaults if resource.type == FUNCTION else Block()

    def function(self, rules: tuple[Rule, ...]) -> Function:
        """The function, which serves some rules."""
        place = code_place(self._template, self._resource, self._defaults)
        handler = self._text("Handler", "handler")
        if place.where is Where.IMAGE:
            handler = image_handler(self._resource, place)
        module, _, attribute = handler.rpartition(".")
        code, (code_line, indent) = self._inline_code()
        root = self._folder if place.folder is None else place.folder
        runtime = self._runtime()
        is_node = runtime.startswith(_NODE)
        file = _node_file(root, module) if is_node else _module_file(root, module)
        if code is not None:
            root, file = self._folder, self._template.file
        is_image = place.where is Where.IMAGE
        is_other_language = is_image_of_other_language(self._resource, place)
        if runtime and not is_image:
            is_other_language = not runtime.startswith(("python", _NODE))
        problem = self._unsupported(place, handler)
        may_be_python = (not problem and not is_node) or (is_image and not is_other_language)
        if not problem and code is None:
            problem = _missing_code(place, file, handler)
        timeout = self._property("Timeout")
        return Function(
            template=self._template.file,
            name=self._resource.name,
            line=self._resource.line,
            file=file,
            attribute=attribute,
            root=root,
            environment=self._variables(self._defaults) | self._variables(self._own),
            guessed=frozenset(self._guessed(self._defaults) | self._guessed(self._own)),
            layers=tuple(self._layer_folders()),
            timeout=float(timeout) if isinstance(timeout, int | float) else None,
            rules=rules,
            code=code,
            code_line=code_line,
            indent=indent,
            problem=problem,
            aliases=construct_of(self._resource),
            place=place if code is None and may_be_python else None,
            names_elsewhere=tuple(names_elsewhere(self._template, self._resource)),
            is_other_language=is_other_language,
        )

    def _property(self, key: str, default: Any = None) -> Any:
        return self._own.get(key, self._defaults.get(key, default))

    def _runtime(self) -> str:
        """What Lambda is to run it with; empty where only a deployment knows."""
        runtime = self._template.resolver.known.text(self._property("Runtime", ""))
        return "" if has_marks(runtime) else runtime

    def _text(self, key: str, name: str = "") -> str:
        return self._template.resolver.text(self._property(key, ""), name)

    def _unsupported(self, place: CodePlace, handler: str) -> str:
        """Why no function of this sort can be loaded, an empty text if it can."""
        if place.where is Where.IMAGE:
            return "it is a container image; name its handler's file instead"
        runtime = self._runtime()
        if runtime.startswith(_NODE) and self._inline_code()[0] is not None:
            return (
                f"its Runtime is {runtime}, and its code stands in the template, which is taken "
                "for Python alone: write it into a file, and name that (index.js:handler)"
            )
        if runtime and not runtime.startswith(("python", _NODE)):
            return f"its Runtime is {runtime}, not Python"
        if not handler.rpartition(".")[0]:
            return f"its Handler is {handler!r}, not of the form module.function"
        return ""

    def _inline_code(self) -> tuple[str | None, tuple[int, int]]:
        """Code that stands in the template, and the line and column where it begins."""
        holder, key = as_block(self._own.get("Code")), "ZipFile"
        if key not in holder:
            holder, key = self._own, "InlineCode"
        value = holder.get(key)
        if value is None:
            return None, (0, 0)
        place = holder.texts[key]
        function = intrinsic(value)
        if isinstance(value, Block) and function is not None:
            name, argument = function
            place = value.texts.get(name, place)
            if isinstance(argument, list):
                place = place[0], 0
        return self._template.resolver.text(value, ""), place

    def _variables(self, holder: Block) -> dict[str, str]:
        """The environment variables that properties set."""
        variables = as_block(as_block(holder.get("Environment")).get("Variables"))
        resolver = self._template.resolver
        return {name: resolver.text(value, name) for name, value in variables.items()}

    def _guessed(self, holder: Block) -> set[str]:
        """The environment variables whose values the template does not know."""
        variables = as_block(as_block(holder.get("Environment")).get("Variables"))
        known = self._template.resolver.known
        return {name for name, value in variables.items() if not _is_known(known, value)}

    def _layer_folders(self) -> Iterator[Path]:
        """The folders that layers of the same template add to `sys.path`."""
        references = as_list(self._defaults.get("Layers")) + as_list(self._own.get("Layers"))
        for reference in references:
            layer = self._template.referred(reference)
            asset = as_block(layer.attributes.get("Metadata")).get("aws:asset:path")
            content = layer.properties.get("ContentUri", layer.properties.get("Content"))
            content = asset if isinstance(asset, str) else content
            if layer.type not in _LAYERS or not isinstance(content, str):
                continue
            folder = self._folder / content
            candidates = [folder]
            if (folder / "python").is_dir():
                installed = sorted(folder.glob("python/lib/python3*/site-packages"))
                candidates = [folder / "python", *installed]
            yield from (candidate for candidate in candidates if candidate.is_dir())


def _is_known(known: KnownValues, value: Any) -> bool:
    """Whether a value is written out, or follows from what is."""
    if isinstance(value, str | int | float | None):
        return "{{resolve:" not in str(value)
    return not has_marks(known.text(value))


def _missing_code(place: CodePlace, file: Path, handler: str) -> str:
    """Why code that is to lie in a folder cannot be loaded, an empty text if it can."""
    if place.folder is None:
        return (
            "its code lies elsewhere (in S3 or an archive), not in a folder here; "
            "name its handler's file instead"
        )
    if not place.folder.is_dir():
        return f"its code is to lie in {place.folder.as_posix()}, where there is no folder"
    if not file.is_file():
        return f"its Handler is {handler}, but there is no file {file.as_posix()}"
    return ""


def _node_file(root: Path, module: str) -> Path:
    """The file of a handler for Node, which may be in subfolders: `dist/index.handler`."""
    place = root / module
    candidates = [place.with_name(place.name + suffix) for suffix in (".mjs", ".js", ".cjs")]
    return next((file for file in candidates if file.is_file()), candidates[0])


def _module_file(root: Path, module: str) -> Path:
    """The file of a handler's module below the root of its code; the root if it names none."""
    parts = list(filter(None, module.replace("/", ".").split(".")))
    if not parts:
        return root
    place = root.joinpath(*parts)
    plain, package = place.with_name(f"{place.name}.py"), place / "__init__.py"
    return package if package.is_file() and not plain.is_file() else plain
