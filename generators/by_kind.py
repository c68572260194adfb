"""The part of `models.py` and `types.py` written by hand that has pydantic judge by the kind.

Its source is copied behind that of `telling`, whose `_class_name` and `_NO_KIND` it uses.
"""

from typing import Any, get_args

from generators.telling import _NO_KIND, _class_name


class _ByKind:
    """Has pydantic judge an event by the class of its kind, so that errors are of that class alone.

    For pydantic only: nothing else of it is used, and it need not be installed.
    """

    def __get_pydantic_core_schema__(self, union: Any, handler: Any) -> dict[str, Any]:
        by_class = {
            "type": "tagged-union",
            "choices": {cls.__name__: handler(cls) for cls in get_args(union)},
            "discriminator": _class_name,
            "custom_error_type": "no_kind",
            "custom_error_message": _NO_KIND,
        }
        # By the name of this function pydantic calls the whole, else by those of all classes.
        named = {"type": "no-info", "function": _ecr_event}
        return {"type": "function-wrap", "function": named, "schema": by_class}


def _ecr_event(event: Any, handler: Any) -> Any:
    return handler(event)
