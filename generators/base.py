"""The part of `models.py` that is written by hand: how a model takes an event, and gives it back.

Its source is copied in front of the generated classes, so it may import nothing but the standard
library and pydantic.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_STAND_IN = "\uffff"
_LEVELS = 4  # of lists within lists: more than schemas describe, fewer than exhaust the stack


class EcrModel(BaseModel):
    """What every model does: accept exactly the JSON that its schema accepts, and lose nothing.

    An optional field that is None is absent. JSON's null is no absence: it is refused where the
    schema refuses it, and else kept in `model_extra`, as unknown fields are. A constructor takes
    the fields by their names here or as the event spells them; events are only read as they are
    spelled.
    """

    model_config = ConfigDict(
        extra="allow", regex_engine="python-re", serialize_by_alias=True, strict=True
    )

    def __init__(self, /, **data: Any) -> None:
        keys = {name: field.alias or name for name, field in type(self).model_fields.items()}
        super().__init__(**{keys.get(name, name): value for name, value in data.items()})

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Self:
        """The model of an event. Raises ValidationError for one that the schema refuses."""
        return cls.model_validate(event)

    def to_event(self) -> dict[str, Any]:
        """The event as it came: the fields of the schema in its order, then the unknown ones.

        Unknown fields are shared, not copied.
        """
        fields: dict[str, Any] = {}
        extra = self.model_extra or {}
        for name, field in type(self).model_fields.items():
            key, value = field.alias or name, self.__dict__.get(name)
            if value is not None:
                fields[key] = _event_of(value)
            elif key in extra:  # a null that the schema admits
                fields[key] = extra[key]
        return fields | extra

    def get(self, key: str, default: Any = None) -> Any:
        """What the event has at a key, as the event spells it, or the default where it has none.

        So `counts.get("CRITICAL", 0)` counts as a dictionary does; unknown keys are found too.
        """
        for name, field in type(self).model_fields.items():
            if key == (field.alias or name):
                value = self.__dict__.get(name)
                if value is not None:
                    return value
        return (self.model_extra or {}).get(key, default)

    @model_validator(mode="wrap")
    @classmethod
    def _keep_unknown_fields(cls, event: Any, handler: Callable[[Any], Self]) -> Self:
        """Keeps unknown fields from pydantic, which refuses some keys and mistakes others."""
        if not isinstance(event, dict):
            return handler(event)
        known: set[str] = set()
        nullable: set[str] = set()
        for name, field in cls.model_fields.items():
            known.add(field.alias or name)
            extra = field.json_schema_extra
            if isinstance(extra, dict) and extra.get("x-nullable"):
                nullable.add(field.alias or name)
        described: dict[Any, Any] = {}
        unknown: dict[Any, Any] = {}
        for key, value in event.items():
            is_described = key in known and not (value is None and key in nullable)
            (described if is_described else unknown)[key] = value
        model = handler(described)
        if model.model_extra is not None:
            model.model_extra.update(unknown)
        return model

    @field_validator("*", mode="wrap")
    @classmethod
    def _read_as_json(cls, value: Any, handler: Callable[[Any], Any]) -> Any:
        """Lets pydantic judge what Python's JSON reader gives as JSON Schema does."""
        if value is None:
            raise ValueError("null is not the same as an absent key: leave the key out")
        return _restored(handler(_readable(value)), value)


def _readable(value: Any, levels: int = _LEVELS) -> Any:
    """The value as pydantic takes it: lone surrogates replaced, 1.0 as the integer that it is."""
    if isinstance(value, str):
        return _LONE_SURROGATE.sub(_STAND_IN, value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list) and levels:
        return [_readable(element, levels - 1) for element in value]
    return value


def _restored(accepted: Any, given: Any, levels: int = _LEVELS) -> Any:
    """What pydantic made of a value, with the strings that were given."""
    if isinstance(accepted, str):
        return given
    if isinstance(accepted, list) and levels:
        return [_restored(*pair, levels - 1) for pair in zip(accepted, given, strict=True)]
    if isinstance(accepted, bool) is not isinstance(given, bool):
        raise ValueError("true is not the same as 1, nor false as 0")
    return accepted


def _event_of(value: Any, levels: int = _LEVELS) -> Any:
    """The value with events, as they came, for models."""
    if isinstance(value, EcrModel):
        return value.to_event()
    if isinstance(value, list) and levels:
        return [_event_of(element, levels - 1) for element in value]
    return value
