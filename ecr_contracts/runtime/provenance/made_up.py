"""Made-up values that say so themselves: subclasses of the plain types, which carry their origin.

They are equal to plain values, `isinstance` and JSON take them for such, and a copy or a pickle of
one is plain. What is read of one is made up as well: an item, a part of a text, what a text holds
as JSON. What cannot be a subclass (`None`, `True`) is noted where it is read (`Reads`), and
`blame` follows it from there.
"""

from __future__ import annotations

import copy
import io
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import CodeType
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.placeholders import placeholder
from ecr_contracts.runtime.effects import Effect
from ecr_contracts.runtime.provenance.source_trees import is_guarded

__all__ = ["JSON", "READ", "Origin", "Reads", "mark", "marked", "origin_of", "tagged"]

JSON = "(json)"
"""A step into what a text holds as JSON."""
READ = "(read)"
"""A step into what a file holds."""
_LOOKUP_ERRORS = frozenset({"KeyError", "IndexError", "LookupError"})
_NUMBER = 10
"""What stands for a number that nobody gave."""
_ATTRIBUTE = "_ecr_origin"
"""The attribute that holds the origin of a tagged value, and of an exception about one."""

Path = tuple[str | int, ...]


class Reads:
    """The places in the consumer's own code at which made-up values were read, with their origins.

    A place is a code object and the offset of an instruction in it. `owns` says of a file whether
    it is the consumer's.
    """

    def __init__(self, owns: Callable[[str], bool]) -> None:
        self.owns = owns
        self.places: dict[tuple[CodeType, int], Origin] = {}
        self.filled: dict[str, dict[Path, str]] = {}
        """What was made up when it was looked up, by the call that was answered, and by paths."""
        self._owned: dict[str, bool] = {}
        self._guarded: dict[tuple[CodeType, int], bool] = {}

    def note(self, origin: Origin, depth: int = 2) -> None:
        """Note that the consumer's own code, `depth` frames further out, is reading a value.

        What libraries read on their own account is not noted.
        """
        frame: Any = sys._getframe(depth)
        if not self._is_own(frame.f_code.co_filename) or len(self.places) > limits.MADE_UP_READS:
            return
        for _ in range(limits.ORIGIN_LEVELS):
            if frame is None:
                break
            if self._is_own(frame.f_code.co_filename):
                self.places[frame.f_code, frame.f_lasti] = origin
            frame = frame.f_back

    def own_line(self) -> tuple[CodeType, int] | None:
        """The innermost line of the consumer's own code that is running."""
        frame: Any = sys._getframe(1)
        while frame is not None and not self._is_own(frame.f_code.co_filename):
            frame = frame.f_back
        return None if frame is None else (frame.f_code, frame.f_lineno)

    def may_fill(self) -> bool:
        """Whether a key that is looked up may be made up: not where its absence is reckoned with.

        That is where some `except` of the consumer's own names KeyError.
        """
        frame: Any = sys._getframe(2)
        while frame is not None:
            if self._is_own(frame.f_code.co_filename):
                place = frame.f_code, frame.f_lasti
                if place not in self._guarded:
                    self._guarded[place] = is_guarded(*place, _LOOKUP_ERRORS)
                if self._guarded[place]:
                    return False
            frame = frame.f_back
        return True

    def _is_own(self, file: str) -> bool:
        owned = self._owned.get(file)
        if owned is None:
            owned = self._owned[file] = self.owns(file)
        return owned


@dataclass(frozen=True, slots=True)
class Origin:
    """What a value came out of: the answer to a call, and the way into it.

    `effect` is the call with its answer, `made_at` the consumer's code and line that made it.
    `path` leads into the answer; `JSON` and `READ` are steps of it. `shape` is botocore's shape of
    the value, where it has one. `missing` is a key that was looked for in vain,
    and `impossible` the same if no such answer has it. `wanted` is what the code compares it with.
    """

    effect: Effect
    made_at: tuple[CodeType, int] | None
    reads: Reads = field(compare=False, repr=False)
    path: Path = ()
    shape: Any = field(default=None, compare=False, repr=False)
    impossible: str = ""
    missing: str | int | None = None
    wanted: Any = field(default=None, compare=False)

    def inner(self, *steps: str | int, shape: Any = None) -> Origin:
        """The origin of what stands further within."""
        return Origin(self.effect, self.made_at, self.reads, (*self.path, *steps), shape)

    def lacking(self, key: Any) -> Origin:
        """The origin of a key that was looked for in vain."""
        members = _members(self.shape)
        impossible = isinstance(key, str) and members is not None and key not in members
        missing = key if isinstance(key, str | int) else None
        return replace(self, missing=missing, impossible=str(key) if impossible else "")

    @property
    def known(self) -> tuple[str, ...]:
        """The keys that such an answer may have, and those of the structures within it."""
        keys: list[str] = []
        for name, shape in (_members(self.shape) or {}).items():
            keys += [name, *(f"{name}.{inner}" for inner in _members(shape) or {})]
        return tuple(keys)


def _is_chosen(shape: Any, key: Any) -> bool:
    """Whether a member's type is a choice of ours: that an attribute of DynamoDB is a text.

    Which member of an `AttributeValue` is there says of which type the attribute is, and botocore's
    model leaves that to whoever wrote the item. A number is only made up where code asks for one.
    """
    return getattr(shape, "name", "") == "AttributeValue" and key == "S"


def _members(shape: Any) -> Mapping[str, Any] | None:
    """The members of a structure; None of another shape."""
    if shape is None or shape.type_name != "structure" or getattr(shape, "is_document_type", False):
        return None
    members: Mapping[str, Any] = shape.members
    return members


def origin_of(value: Any) -> Origin | None:
    """The origin of a made-up value; None of any other."""
    try:
        origin = object.__getattribute__(value, _ATTRIBUTE)
    except Exception:  # noqa: BLE001 - a consumer's own object may do as it likes
        return None
    return origin if isinstance(origin, Origin) else None


def mark(value: Any, origin: Origin | None) -> None:
    """Say of an object that can hold attributes (a response, an exception) where it comes from."""
    if origin is not None:
        try:
            object.__setattr__(value, _ATTRIBUTE, origin)
        except (AttributeError, TypeError):  # it has none
            return


def marked(error: BaseException, origin: Origin) -> BaseException:
    """An exception that says what made-up value it is about."""
    mark(error, origin)
    return error


def tagged(value: Any, origin: Origin | None, depth: int = 0) -> Any:
    """A copy of a plain value of which every part says where it comes from; others as they are."""
    if origin is None:
        return value
    kind = type(value)
    make = _MAKERS.get(kind)
    if make is not None and depth < limits.ORIGIN_LEVELS:
        return make(value, origin, depth)
    if kind.__name__ == "StreamingBody":
        value._raw_stream = _Stream(value.ecr_content, origin.inner(READ))
    return value


# Containers
# --------------------------------------------------------------------------------------------------


class _Dict(dict[Any, Any]):
    """A mapping of made-up values."""

    _ecr_origin: Origin

    def __missing__(self, key: Any) -> Any:
        origin = self._ecr_origin
        if is_open(origin.path) and origin.shape is None and origin.reads.may_fill():
            # What such a document holds is not known; the code says that it holds this.
            value = self[key] = made_leaf(key, origin)
            return value
        raise marked(KeyError(key), origin.lacking(key))

    def __getitem__(self, key: Any) -> Any:
        value = dict.__getitem__(self, key)
        origin = self._ecr_origin
        origin.reads.note(origin_of(value) or origin.inner(key))
        return value

    def get(self, key: Any, default: Any = None) -> Any:
        """As a dict's; who gets the default has read it here."""
        origin = self._ecr_origin
        value = dict.get(self, key, default)
        known = origin_of(value) or origin.inner(key)
        origin.reads.note(known if dict.__contains__(self, key) else origin.lacking(key))
        return value

    def pop(self, key: Any, *default: Any) -> Any:
        """As a dict's."""
        origin = self._ecr_origin
        if key not in self and not default:
            raise marked(KeyError(key), origin.lacking(key))
        origin.reads.note(origin if key in self else origin.lacking(key))
        return dict.pop(self, key, *default)

    def copy(self) -> Any:
        """A copy that is as made up as this."""
        return _with_origin(_Dict(self), self._ecr_origin)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return dict, (dict(dict.items(self)),)


class _List(list[Any]):
    """A list of made-up values."""

    _ecr_origin: Origin

    def __getitem__(self, index: Any) -> Any:
        origin = self._ecr_origin
        origin.reads.note(origin)
        try:
            value = list.__getitem__(self, index)
        except IndexError as error:
            raise marked(error, origin.lacking(index)) from None
        return _with_origin(_List(value), origin) if isinstance(index, slice) else value

    def pop(self, *index: Any) -> Any:
        """As a list's."""
        origin = self._ecr_origin
        origin.reads.note(origin)
        try:
            return list.pop(self, *index)
        except IndexError as error:
            raise marked(error, origin.lacking(0)) from None

    def copy(self) -> Any:
        """A copy that is as made up as this."""
        return _with_origin(_List(self), self._ecr_origin)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return list, (list(list.__iter__(self)),)


def _noting(base: type[Any], name: str) -> Callable[..., Any]:
    """A method of a base that notes that it reads."""
    method = getattr(base, name)

    def noting(self: Any, *arguments: Any, **named: Any) -> Any:
        self._ecr_origin.reads.note(self._ecr_origin)
        return method(self, *arguments, **named)

    noting.__name__ = name
    return noting


# Texts, bytes and numbers
# --------------------------------------------------------------------------------------------------


class _Str(str):
    """A made-up text."""

    _ecr_origin: Origin

    def __reduce_ex__(self, protocol: Any) -> Any:
        return str, (str.__str__(self),)

    def __str__(self) -> Any:
        self._ecr_origin.reads.note(self._ecr_origin)
        return self


class _Leaf(_Str):
    """What stands under a key that was looked up in a document of which nothing is known.

    It is a text; used as a number it is one, and used as an object or a list it holds what is asked
    for.
    """

    def __getitem__(self, key: Any) -> Any:
        origin = self._ecr_origin
        origin.reads.note(origin)
        if isinstance(key, slice):
            return tagged(str.__getitem__(self, key), origin)
        held = self.__dict__.setdefault("_ecr_held", {})
        if key not in held:
            held[key] = made_leaf(key, origin)
        return held[key]

    def __iter__(self) -> Any:
        self._ecr_origin.reads.note(self._ecr_origin)
        yield self[0]

    def __contains__(self, part: Any) -> bool:
        return part in self.__dict__.get("_ecr_held", ()) or (
            isinstance(part, str) and str.__contains__(self, part)
        )

    def get(self, key: Any, default: Any = None) -> Any:
        """The default: nothing says that there is such a key."""
        origin = self._ecr_origin
        origin.reads.note(origin.lacking(key))
        return self.__dict__.get("_ecr_held", {}).get(key, default)

    def keys(self) -> Any:
        """The keys that were looked up."""
        return self.__dict__.get("_ecr_held", {}).keys()

    def values(self) -> Any:
        """What was looked up."""
        return self.__dict__.get("_ecr_held", {}).values()

    def items(self) -> Any:
        """The keys that were looked up, with what stands there."""
        return self.__dict__.get("_ecr_held", {}).items()

    def __int__(self) -> int:
        return int(tagged(_NUMBER, self._ecr_origin))

    def __float__(self) -> float:
        return float(_NUMBER)

    def __index__(self) -> int:
        return _NUMBER


def made_leaf(key: Any, origin: Origin) -> Any:
    """What is made up for a key of a document of which nothing is known."""
    text, inner = placeholder(str(key)), origin.inner(key)
    if len(origin.reads.filled) < limits.MADE_UP_READS:
        origin.reads.filled.setdefault(origin.effect.name, {})[inner.path] = text
    return _with_origin(_Leaf(text), inner)


def is_open(path: Path) -> bool:
    """Whether what a path leads to is part of a document that only its owner knows."""
    return JSON in path


class _Bytes(bytes):
    """Made-up bytes."""

    _ecr_origin: Origin

    def __reduce_ex__(self, protocol: Any) -> Any:
        return bytes, (bytes(memoryview(self)),)


class _Int(int):
    """A made-up number."""

    _ecr_origin: Origin

    def __reduce_ex__(self, protocol: Any) -> Any:
        return int, (int.__int__(self),)


class _Float(float):
    """A made-up number with a fraction."""

    _ecr_origin: Origin

    def __reduce_ex__(self, protocol: Any) -> Any:
        return float, (float.__float__(self),)


_PART_METHODS = (
    "__getitem__ __add__ __mod__ __mul__ __rmul__ capitalize casefold decode encode expandtabs"
    " format join lower lstrip partition removeprefix removesuffix replace rpartition rsplit"
    " rstrip split splitlines strip swapcase title upper zfill"
)
"""Methods of texts and bytes that give a part of the value, or what is made of it."""


def _giving_part(base: type[Any], name: str) -> Callable[..., Any]:
    """A method whose result is as made up as the value."""
    method = getattr(base, name)

    def giving(self: Any, *arguments: Any, **named: Any) -> Any:
        origin = self._ecr_origin
        origin.reads.note(origin)
        result = method(self, *arguments, **named)
        return result if result is NotImplemented else _parts(result, origin)

    giving.__name__ = name
    return giving


def _parts(result: Any, origin: Origin) -> Any:
    """What was made of a value: a text, or several, each of which comes from where it came from."""
    if type(result) is list:
        return _with_origin(_List(tagged(part, origin) for part in result), origin)
    return tagged(result, origin)


def _as_number(name: str) -> Callable[..., Any]:
    """An operation of a leaf with a number, or one of texts."""
    of_text = getattr(str, name, None)

    def operation(self: Any, other: Any) -> Any:
        self._ecr_origin.reads.note(self._ecr_origin)
        if isinstance(other, int | float) and not isinstance(other, bool):
            return tagged(getattr(float(_NUMBER), name)(float(other)), self._ecr_origin)
        result = NotImplemented if of_text is None else of_text(self, other)
        return result if result is NotImplemented else _parts(result, self._ecr_origin)

    operation.__name__ = name
    return operation


def _add_right(self: Any, other: Any) -> Any:
    """`other + self`, where `other` is plain."""
    if not isinstance(other, str):
        return NotImplemented
    return tagged(str.__add__(other, self), self._ecr_origin)


def _deep_copy(self: Any, memo: Any) -> Any:
    """A copy that is as made up as the value."""
    plain, (content,) = self.__reduce_ex__(4)
    if plain is dict:
        content = {key: copy.deepcopy(inner, memo) for key, inner in content.items()}
        return _with_origin(_Dict(content), self._ecr_origin)
    if plain is list:
        content = [copy.deepcopy(inner, memo) for inner in content]
        return _with_origin(_List(content), self._ecr_origin)
    return self


_READING_METHODS: tuple[tuple[Any, type[Any], str], ...] = (
    (_Dict, dict, "__iter__ items keys values __contains__ __len__"),
    (_List, list, "__iter__ __contains__ __len__"),
    (_Str, str, "__contains__"),
)
_NUMBER_METHODS = "__lt__ __le__ __gt__ __ge__ __sub__ __rsub__ __truediv__ __rtruediv__ __add__"
_TEXTS: tuple[tuple[Any, type[Any]], ...] = ((_Str, str), (_Bytes, bytes))


def _complete_classes() -> None:
    """Give the classes the methods that read, and the names of the plain types."""
    for kind, base, names in _READING_METHODS:
        for name in names.split():
            setattr(kind, name, _noting(base, name))
    for kind, base in _TEXTS:
        for name in _PART_METHODS.split():
            if hasattr(base, name):
                setattr(kind, name, _giving_part(base, name))
    _Str.__radd__ = _add_right  # type: ignore[attr-defined]
    for name in _NUMBER_METHODS.split():
        setattr(_Leaf, name, _as_number(name))
    _Leaf.__name__ = "Str"
    classes: tuple[Any, ...] = (_Dict, _List, _Str, _Leaf, _Bytes, _Int, _Float)
    for kind in classes:
        # Who looks types up by their names (jmespath does) finds the plain ones.
        kind.__name__ = kind.__qualname__ = kind.__name__.lstrip("_").lower()
        kind.__module__ = "builtins"
        kind.__deepcopy__ = _deep_copy


_complete_classes()


class _Stream(io.BytesIO):
    """A body that can be read once; what is read of it is made up."""

    def __init__(self, content: bytes, origin: Origin) -> None:
        super().__init__(content)
        self._ecr_origin = origin

    def read(self, *size: Any) -> Any:
        """As of any file."""
        return tagged(super().read(*size), self._ecr_origin)


def _with_origin(value: Any, origin: Origin) -> Any:
    value._ecr_origin = origin
    return value


def _made_dict(value: dict[Any, Any], origin: Origin, depth: int) -> Any:
    members = _members(origin.shape)
    of_map = None
    if members is None and origin.shape is not None:
        of_map = getattr(origin.shape, "value", None)
        members = {}
    made = _Dict()
    for key, inner in value.items():
        shape = (members or {}).get(key, of_map)
        if _is_chosen(origin.shape, key):
            shape = None
        dict.__setitem__(made, key, tagged(inner, origin.inner(key, shape=shape), depth + 1))
    return _with_origin(made, origin)


def _made_list(value: list[Any], origin: Origin, depth: int) -> Any:
    shape = getattr(origin.shape, "member", None)
    items = [
        tagged(inner, origin.inner(index, shape=shape), depth + 1)
        for index, inner in enumerate(value)
    ]
    return _with_origin(_List(items), origin)


def _made_tuple(value: tuple[Any, ...], origin: Origin, depth: int) -> Any:
    return tuple(tagged(inner, origin, depth + 1) for inner in value)


def _maker(kind: type[Any]) -> Callable[..., Any]:
    def make(value: Any, origin: Origin, _: int) -> Any:
        return _with_origin(kind(value), origin)

    return make


_MAKERS: dict[type[Any], Callable[..., Any]] = {
    dict: _made_dict,
    list: _made_list,
    tuple: _made_tuple,
    str: _maker(_Str),
    bytes: _maker(_Bytes),
    int: _maker(_Int),
    float: _maker(_Float),
}
