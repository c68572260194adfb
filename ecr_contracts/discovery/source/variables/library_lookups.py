"""Look-ups of environment variables that a library makes for a consumer, in one file.

Settings classes of pydantic-settings, `config("NAME")` of decouple and starlette, `env.int("NAME")`
of environs; and what a consumer reads from a copy of the environment. They have in common that the
variable has to be there before: nobody who looks it up is asked.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from ecr_contracts.core.placeholders import HOST
from ecr_contracts.discovery.source.flow import Stage, Value, called_name, literal_text
from ecr_contracts.discovery.source.variables.lookups import Lookup

__all__ = ["LibraryLookup", "library_lookups"]

_CONFIGS = {"decouple": "config", "starlette.config": "Config"}
_SETTINGS = "BaseSettings"


class _Form(NamedTuple):
    """What a library makes of a text: a text that it takes, and the stage of the result."""

    text: str
    stage: Stage = Stage.TEXT
    path: tuple[str, ...] = ()


_FORMS: Mapping[str, _Form] = {
    "int": _Form("10", Stage.NUMBER),
    "float": _Form("10", Stage.NUMBER),
    "Decimal": _Form("10", Stage.NUMBER),
    "decimal": _Form("10", Stage.NUMBER),
    "bool": _Form("false"),
    "json": _Form("{}", Stage.DATA),
    "url": _Form(f"https://{HOST}/"),
    "log_level": _Form("INFO"),
    "date": _Form("2024-01-01"),
    "datetime": _Form("2024-01-01T00:00:00+00:00"),
    "list": _Form("", Stage.PARTS, (",",)),
    "Csv": _Form("", Stage.PARTS, (",",)),
    "dict": _Form("placeholder=placeholder"),
}
"""By methods of environs, and what decouple is to cast to."""
_ANNOTATIONS: tuple[tuple[str, _Form], ...] = (
    (r"\b(?:list|List|set|Set|tuple|Tuple|Sequence)\b", _Form("[]", Stage.DATA)),
    (r"\b(?:dict|Dict|Mapping|Json)\b", _Form("{}", Stage.DATA)),
    (r"\b(?:bool)\b", _Form("false")),
    (r"\b(?:int|float|Decimal|\w+Int|\w+Float)\b", _Form("10", Stage.NUMBER)),
    (r"\b(?:\w*Url)\b", _Form(f"https://{HOST}/")),
)
"""By words in the annotation of a field, the first that fits."""


class LibraryLookup(NamedTuple):
    """A look-up with the text that the library takes, empty if any will do.

    `attribute` is the field of a settings class that then holds `value`.
    """

    lookup: Lookup
    value: Value
    form: str = ""
    attribute: str = ""


def library_lookups(tree: ast.Module) -> Iterator[LibraryLookup]:
    """The look-ups of a file that are made by libraries."""
    callers = set(_callers(tree))
    classes: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef() if _is_settings(node, classes):
                classes.add(node.name)
                yield from _fields(node)
            case ast.Call(args=[key, *rest], func=function) if _caller(function) in callers:
                name = literal_text(key)
                if name is not None:
                    yield _called(node, name, rest)


def _callers(tree: ast.Module) -> Iterator[str]:
    """The names of what is called for a variable: `config`, `env`."""
    makers: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="decouple", names=aliases):
                for alias in aliases:
                    if alias.name == "config":
                        yield alias.asname or alias.name
            case ast.ImportFrom(module="environs" | "starlette.config", names=aliases):
                for alias in aliases:
                    name = alias.asname or alias.name
                    if alias.name == "env":
                        yield name
                    else:
                        makers.add(name)
            case ast.Import(names=aliases):
                makers |= {"environs.Env" for alias in aliases if alias.name == "environs"}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=ast.Call(func=function)):
                if ast.unparse(function) in makers:
                    yield name


def _caller(function: ast.expr) -> str:
    """The name that is called, or whose method is."""
    match function:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id=name)):
            return name
    return ""


def _called(node: ast.Call, name: str, rest: list[ast.expr]) -> LibraryLookup:
    """The look-up of a call such as `config("NAME", default=1, cast=int)`."""
    default = rest[0] if rest else None
    form = _FORMS.get(called_name(node), _Form(""))
    for keyword in node.keywords:
        if keyword.arg == "default":
            default = keyword.value
        elif keyword.arg == "cast":
            function = keyword.value.func if isinstance(keyword.value, ast.Call) else keyword.value
            form = _FORMS.get(ast.unparse(function), form)
    lookup = Lookup(name, node, required=default is None, default=_more_than_none(default))
    return LibraryLookup(lookup, Value(name, form.stage, form.path), form.text)


def _more_than_none(node: ast.expr | None) -> ast.expr | None:
    is_none = isinstance(node, ast.Constant) and node.value is None
    return None if is_none else node


# Settings classes
# --------------------------------------------------------------------------------------------------


def _is_settings(node: ast.ClassDef, known: Collection[str]) -> bool:
    """Whether a class is one of pydantic-settings."""
    names = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
    return _SETTINGS in names or not names.isdisjoint(known)


def _fields(node: ast.ClassDef) -> Iterator[LibraryLookup]:
    """The look-ups for the fields of a settings class."""
    prefix = _option(node, "env_prefix")
    for statement in node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=field) as target, annotation=annotation):
                if field == "model_config":
                    continue
                alias, default = _of_field(statement.value)
                name = alias or f"{prefix}{field}".upper()
                form = _annotated(annotation)
                is_required = statement.value is None or default is _REQUIRED
                more = None if is_required else _more_than_none(default)
                lookup = Lookup(name, target, is_required, more)
                yield LibraryLookup(lookup, Value(name, form.stage, form.path), form.text, field)


_REQUIRED = ast.Constant(...)


def _of_field(value: ast.expr | None) -> tuple[str, ast.expr | None]:
    """The alias and the default that a field has, by its `Field(...)` or by its value."""
    if not isinstance(value, ast.Call) or called_name(value) != "Field":
        return "", value
    default: ast.expr | None = value.args[0] if value.args else _REQUIRED
    alias = ""
    for keyword in value.keywords:
        if keyword.arg in ("default", "default_factory"):
            default = keyword.value
        elif keyword.arg in ("alias", "validation_alias", "env"):
            alias = literal_text(keyword.value) or alias
    if isinstance(default, ast.Constant) and default.value is ...:
        default = _REQUIRED
    return alias, default


def _option(node: ast.ClassDef, name: str) -> str:
    """An option of a settings class that is text: in `model_config` or a class `Config`."""
    for inner in ast.walk(node):
        match inner:
            case ast.keyword(arg=arg, value=ast.Constant(value=str(text))) if arg == name:
                return text
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if literal_text(key) == name:
                        return literal_text(value) or ""
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                return literal_text(value) or ""
    return ""


def _annotated(annotation: ast.expr) -> _Form:
    """What is made of the text for a field with this annotation."""
    for node in ast.walk(annotation):
        match node:
            case ast.Subscript(value=ast.Name(id="Literal"), slice=choices):
                first = choices.elts[0] if isinstance(choices, ast.Tuple) else choices
                return _Form(literal_text(first) or "")
    text = ast.unparse(annotation)
    for pattern, form in _ANNOTATIONS:
        if re.search(pattern, text):
            return form
    return _Form("")
