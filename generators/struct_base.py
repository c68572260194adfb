"""The part of `structs.py` that is written by hand: how a Struct takes an event, and gives it back.

Its source is copied in front of the generated classes, so it may import nothing but the standard
library and msgspec.
"""

from functools import cache
from typing import Any, Self, get_args

from msgspec import UNSET, Struct, ValidationError, convert
from msgspec.structs import fields, replace

_LEVELS = 4  # of lists within lists: more than schemas describe, fewer than exhaust the stack


class EcrStruct(Struct, kw_only=True, dict=True):
    """What every class does: take the JSON that its schema accepts, and lose nothing.

    A constructor does not judge what it is given; `from_event` does. An optional field that is
    UNSET is absent. `msgspec.json.decode(text, type=…)` works too, but drops what the schema does
    not know.
    """

    @classmethod
    def from_event(cls, event: Any) -> Self:
        """The event, which stays as it is. Raises ValidationError for one that is refused."""
        try:
            struct = convert(_described(event, cls), cls)
        except UnicodeEncodeError as error:  # a lone surrogate where msgspec looks for a word
            raise ValidationError(f"{error.object!a} is not what was expected") from error
        _keep_unknown(struct, event)
        return struct

    def to_event(self) -> dict[str, Any]:
        """The event as it came: the fields of the schema in its order, then the unknown ones."""
        event: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if value is not UNSET:
                event[one.encode_name] = _written(value)
        return event | self.unknown

    @property
    def unknown(self) -> dict[str, Any]:
        """What the event has and the schema does not know."""
        kept: dict[str, Any] = vars(self).get("_unknown", {})
        return kept

    def get(self, key: str, default: Any = None) -> Any:
        """What the event has at a key, as the event spells it, or the default where it has none."""
        for one in fields(self):
            if one.encode_name == key:
                value = getattr(self, one.name)
                return default if value is UNSET else value
        return self.unknown.get(key, default)

    def __copy__(self) -> Self:
        again = replace(self)
        vars(again).update(vars(self))
        return again

    def __reduce__(self) -> Any:
        values = {name: getattr(self, name) for name in self.__struct_fields__}
        return _again, (type(self), values, dict(vars(self)))


def _again(cls: type[EcrStruct], values: dict[str, Any], kept: dict[str, Any]) -> EcrStruct:
    """A Struct as it was before it was pickled or copied, with what it keeps beside its fields."""
    struct = cls(**values)
    vars(struct).update(kept)
    return struct


@cache
def _inner(cls: type[EcrStruct]) -> dict[str, tuple[str, type[EcrStruct] | None]]:
    """By key of an event: the field's name, and the class of what stands there, if any."""
    return {one.encode_name: (one.name, _class_in(one.type)) for one in fields(cls)}


def _class_in(hint: Any) -> type[EcrStruct] | None:
    """The class that a type has, or that of the elements of its lists."""
    if isinstance(hint, type) and issubclass(hint, EcrStruct):
        return hint
    found = (_class_in(argument) for argument in get_args(hint))
    return next((cls for cls in found if cls is not None), None)


def _described(value: Any, cls: type[EcrStruct] | None, levels: int = _LEVELS) -> Any:
    """The value as msgspec takes it: without what the schema does not know, 1.0 as an integer."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list) and levels:
        return [_described(element, cls, levels - 1) for element in value]
    if cls is None or not isinstance(value, dict):
        return value
    inner = _inner(cls)
    return {key: _described(part, inner[key][1]) for key, part in value.items() if key in inner}


def _keep_unknown(taken: Any, value: Any) -> None:
    """Puts into each Struct what its part of the event has beside it."""
    if isinstance(taken, list) and isinstance(value, list):
        for struct, element in zip(taken, value, strict=True):
            _keep_unknown(struct, element)
        return
    if not isinstance(taken, EcrStruct):
        return
    inner = _inner(type(taken))
    unknown: dict[str, Any] = {}
    for key, part in value.items():
        if key not in inner:
            unknown[key] = part
        elif inner[key][1] is not None:
            _keep_unknown(getattr(taken, inner[key][0]), part)
    if unknown:
        vars(taken)["_unknown"] = unknown


def _written(value: Any, levels: int = _LEVELS) -> Any:
    """The value with events, as they came, for the classes within it."""
    if isinstance(value, EcrStruct):
        return value.to_event()
    if isinstance(value, list) and levels:
        return [_written(element, levels - 1) for element in value]
    return value
