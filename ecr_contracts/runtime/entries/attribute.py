"""What a target's dotted attribute stands for in a module: functions, and methods of objects.

    app.py:handler                     what the module calls so
    app.py:service.handle              a method of an object of the module
    app.py:Service.handle              a method of a class: an object is made without arguments
    app.py:make_service().handle       a method of what a function (or a class) gives
    app.py:Hook, app.py:Hook.post      a view of a web framework, which makes its objects itself

Objects are made once, while the consumer is loaded, as Lambda runs the code of a module once.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.text import message, some_of, type_name, with_article
from ecr_contracts.discovery.target import Target
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.entries.web.view_classes import is_view_class, is_view_method
from ecr_contracts.runtime.load_errors import attribute_advice, load_error

__all__ = ["attribute_of"]

_MOST_NAMES = 6
"""Methods that are named at most."""

_OF_CALLS = re.compile(
    r"event|message|record|payload|body|detail|notification|ctx|context|msg|evt|data", re.I
)
"""What the first parameter of a function is called that is given the event: it is no `self`."""


def attribute_of(target: Target, module: ModuleType, user_code: UserCode) -> Any:
    """What a target names in its module, always something that can be called.

    Raises `ConsumerError` where there is nothing of the name, or it cannot be called, or the object
    that it belongs to cannot be made without arguments.
    """
    return _Walk(target, module, user_code).result()


class _Walk:
    """The way from a module to what a target names; `place` is what was come to, as it is shown."""

    def __init__(self, target: Target, module: ModuleType, user_code: UserCode) -> None:
        self._target, self._module, self._user_code = target, module, user_code
        self._place = target.file.name if target.file else module.__name__

    def result(self) -> Any:
        value: Any = self._module
        for name, is_called in self._target.steps:
            if is_view_method(value, name) and not is_called:
                return value
            if inspect.isclass(value) and _belongs_to_objects(value, name):
                value = self._made(value)
            inner = self._read(value, name)
            separator = ":" if value is self._module else "."
            self._place = f"{self._place}{separator}{name}"
            value = self._made(inner) if is_called else inner
            if is_called:
                self._place += "()"
        if is_view_class(value):
            return value
        if inspect.isclass(value) and not self._is_called_by_lambda(value):
            if not _has_call(value):
                raise self._error(f"{self._place} is a class", self._methods_advice(value))
            value = self._made(value)
        if not callable(value):
            cause = f"{self._place} is {with_article(type(value).__name__)}, which cannot be called"
            holder = value if self._target.steps[-1].is_called else self._module
            raise self._error(cause, attribute_advice(self._target, holder, ""))
        return value

    def _read(self, value: Any, name: str) -> Any:
        try:
            return getattr(value, name)
        except AttributeError:
            advice = attribute_advice(self._target, value, name)
            raise self._error(f"{self._place} has no {name!r}", advice) from None
        except Exception as error:
            reason = f"{type_name(type(error))}: {message(error)}"
            cause = f"{name!r} of {self._place} cannot be read: {reason}"
            raise self._error(cause, "name a function") from error

    def _made(self, maker: Any) -> Any:
        """What a class or a function gives that is called without arguments."""
        if not callable(maker):
            cause = f"{self._place} is {with_article(type(maker).__name__)}, which cannot be called"
            raise self._error(cause, "leave out the ()")
        if inspect.isabstract(maker):
            missing = some_of(sorted(maker.__abstractmethods__), _MOST_NAMES)
            cause = f"{self._place} is an abstract class, which leaves {missing} to others"
            raise self._error(cause, "name a class that derives from it")
        if required := _required(maker):
            cause = f"{self._place} needs arguments to be made: {', '.join(required)}"
            if inspect.isroutine(maker):
                cause = f"{self._place} needs arguments: {', '.join(required)}"
            raise self._error(cause, self._factory_advice(maker, required))
        try:
            value = maker()
        except (KeyboardInterrupt, ConsumerError):
            raise
        except BaseException as error:
            called = f"{self._place}() is called"
            raise load_error(self._target, self._user_code, error, when=called) from error
        if inspect.iscoroutine(value):
            value.close()
            raise self._error(f"{self._place} is asynchronous", "name a function that is not")
        return value

    def _is_called_by_lambda(self, value: type) -> bool:
        """Whether a template names a class, of which Lambda makes an object with each event."""
        return self._target.function is not None and bool(_required(value))

    # --- what to name instead ---------------------------------------------------------------------

    def _methods_advice(self, value: type) -> str:
        """The methods of a class, as targets."""
        names = [f"{self._prefix()}{self._named()}.{name}" for name in _methods(value)]
        if not names:
            return "name a function"
        if len(names) == 1:
            return f"name its method: {names[0]}"
        return f"name a method of it: {some_of(names, _MOST_NAMES)}"

    def _factory_advice(self, maker: Any, required: list[str]) -> str:
        """How to name what is made by somebody else: what is there already, or what to write."""
        rest = self._rest()
        if not inspect.isclass(maker):
            text = self._target.text
            if text.endswith("()"):
                return f"leave out the () where it is given the events: {text.removesuffix('()')}"
            return "name a function without arguments that calls it"
        for name in (*self._instances(maker), *self._factories(maker)):
            return f"did you mean {self._prefix()}{name}{rest}?"
        factory = f"make_{_with_underscores(maker.__name__)}"
        arguments = ", ".join(required)
        return (
            f"write a function that makes one, def {factory}(): return "
            f"{maker.__name__}({arguments}), and name {self._prefix()}{factory}(){rest}"
        )

    def _instances(self, made: type) -> Iterator[str]:
        """The names of a module's own objects of a class."""
        for name, value in vars(self._module).items():
            if issubclass(type(value), made):
                yield name

    def _factories(self, made: type) -> Iterator[str]:
        """Calls without arguments that give an object of a class, by what their code speaks of."""
        for name, value in vars(made).items():
            if isinstance(value, classmethod) and not _required(getattr(made, name)):
                yield f"{self._named()}.{name}()"
        for name, value in vars(self._module).items():
            if not isinstance(value, FunctionType) or inspect.iscoroutinefunction(value):
                continue
            if made.__name__ in value.__code__.co_names and not _required(value):
                yield f"{name}()"

    def _prefix(self) -> str:
        return f"{self._target.text.rpartition(':')[0]}:"

    def _named(self) -> str:
        """What was come to, as a target names it."""
        return self._place.partition(":")[2]

    def _rest(self) -> str:
        """The part of the target behind what was come to."""
        named = self._named()
        rest = self._target.attribute.removeprefix(named).removeprefix("()")
        return rest if rest != self._target.attribute else ""

    def _error(self, cause: str, advice: str) -> ConsumerError:
        return ConsumerError(self._target.text, cause, advice)


def _belongs_to_objects(value: type, name: str) -> bool:
    """Whether an attribute of a class is one of its objects: a method, a property."""
    try:
        attribute = inspect.getattr_static(value, name)
    except AttributeError:
        return False
    if isinstance(attribute, staticmethod | classmethod | type):
        return False
    if isinstance(attribute, FunctionType):
        return not _takes_event_first(attribute)
    return hasattr(type(attribute), "__get__")


def _takes_event_first(function: FunctionType) -> bool:
    """Whether a function within a class has no `self`, so that people call it on the class."""
    first = next(iter(inspect.signature(function).parameters), "")
    return _OF_CALLS.search(first) is not None


def _has_call(value: type) -> bool:
    return any("__call__" in vars(base) for base in value.__mro__ if base is not object)


def _methods(value: type) -> list[str]:
    """The public methods of a class that can be given an event, in the order of the source.

    Where there are none, they are those that take nothing: one may ask a queue for its messages.
    """
    names: dict[str, None] = {}
    others: dict[str, None] = {}
    for base in reversed(value.__mro__):
        if base is object:
            continue
        for name, attribute in vars(base).items():
            is_method = isinstance(attribute, FunctionType | staticmethod | classmethod)
            if is_method and not name.startswith("_"):
                group = names if _takes_something(getattr(value, name)) else others
                group[name] = None
    return list(names or others)


def _takes_something(method: Any) -> bool:
    """Whether a method of a class, called on an object, takes an argument."""
    kinds = [parameter.kind for parameter in _parameters(method)]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return True
    by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    number = sum(kind in by_position for kind in kinds)
    has_self = isinstance(method, FunctionType) and not _takes_event_first(method)
    return number > has_self


def _required(maker: Any) -> list[str]:
    """The names of the arguments that something cannot be called without."""
    needed = []
    for parameter in _parameters(maker):
        is_many = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if parameter.default is parameter.empty and not is_many:
            needed.append(parameter.name)
    return needed


def _parameters(function: Any) -> Iterator[inspect.Parameter]:
    """The parameters of something that can be called; none where Python does not know them."""
    try:
        yield from inspect.signature(function, follow_wrapped=False).parameters.values()
    except (TypeError, ValueError):
        return


def _with_underscores(name: str) -> str:
    """The name of a class as that of a variable: `PushService` is `push_service`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().lstrip("_")
