"""What a target's dotted attribute stands for: functions, and methods of objects that are made."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine.subjects.handler import target_of
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.loader import Consumer, load
from ecr_contracts.runtime.outcome import Status
from tests.writing import EVENT, write

SERVICE = """
import abc, dataclasses, functools, os

def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper

class Base(abc.ABC):
    made = 0
    def __init__(self):
        Base.made += 1
        self.seen = []
    def inherited(self, event, context):
        return "inherited"
    @abc.abstractmethod
    def kind(self): ...

class Service(Base):
    def kind(self): return "service"
    def handle(self, event, context):
        self.seen.append(event["region"])
        return [Base.made, len(self.seen)]
    def one(self, message): return message["region"]
    @logged
    def decorated(self, event, context): return "decorated"
    @staticmethod
    def static(event, context): return "static"
    @classmethod
    def of_class(cls, event, context): return cls.__name__
    def without_self(event, context): return "without self"
    @property
    def current(self): return self.one
    @functools.cached_property
    def inner(self): return Inner(self)
    @functools.singledispatchmethod
    def by_type(self, event, context=None): return "anything"
    @by_type.register
    def _(self, event: dict, context=None): return "a dict"
    @classmethod
    def from_environment(cls): return cls()

class Inner:
    def __init__(self, owner): self.owner = owner
    def run(self, event, context): return type(self.owner).__name__

@dataclasses.dataclass
class Answer:
    text: str = "answered"
    def __call__(self, event, context): return self.text

@dataclasses.dataclass
class Needy:
    repository: object
    topic: str
    def handle(self, event, context): return "needy"

class Space:
    class Within:
        def handle(self, event, context): return "within"

class Idle:
    value = 1

class Poller:
    def run(self): ...
    def _close(self): ...

class Broken:
    def __init__(self): os.environ["NO_SUCH_VARIABLE_HERE"]
    def handle(self, event, context): ...

class Falling:
    def __init__(self): raise ValueError("no table")
    def handle(self, event, context): ...

def make_service(): return Service()
def make_handler():
    def handler(event, context): return "a closure"
    return handler
def make_nothing(): return None
def with_arguments(event, context): return "plain"
async def make_later(): return Service()
answer = Answer("from an object")
partial = functools.partial(lambda prefix, event, context: prefix, "partial")
"""

FACTORY = SERVICE + "\n\ndef needy(): return Needy(object(), 'topic')\n"
INSTANCE = SERVICE + "\n\nwired = Needy(object(), 'topic')\n"
CLASS_METHOD = SERVICE.replace(
    "    topic: str\n", "    topic: str\n    @classmethod\n    def build(cls): return cls(0, '')\n"
)


@pytest.fixture
def returned(folder):
    def returned(attribute: str, source: str = SERVICE) -> object:
        write(folder, "app.py", source)
        with contextlib.chdir("."):
            outcome = call(load(Target.parse(f"app.py:{attribute}")), EVENT)
        assert outcome.status is Status.RETURNED, outcome
        return outcome.returned

    return returned


@pytest.fixture
def refused(folder):
    def refused(attribute: str, source: str = SERVICE) -> tuple[str, str]:
        write(folder, "app.py", source)
        with contextlib.chdir("."), pytest.raises(ConsumerError) as caught:
            load(Target.parse(f"app.py:{attribute}"))
        return caught.value.cause, caught.value.advice

    return refused


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("Service.one", "us-east-1"),
        ("Service.inherited", "inherited"),
        ("Service.decorated", "decorated"),
        ("Service.static", "static"),
        ("Service.of_class", "Service"),
        ("Service.without_self", "without self"),
        ("Service.current", "us-east-1"),
        ("Service.inner.run", "Service"),
        ("Service.by_type", "a dict"),
        ("Service().one", "us-east-1"),
        ("Service().inner.run", "Service"),
        ("Service.from_environment().one", "us-east-1"),
        ("make_service().one", "us-east-1"),
        ("make_handler()", "a closure"),
        ("Answer", "answered"),
        ("Answer()", "answered"),
        ("answer", "from an object"),
        ("partial", "partial"),
        ("Space.Within.handle", "within"),
        ("Space.Within().handle", "within"),
        ("with_arguments", "plain"),
    ],
)
def test_functions_and_methods_are_found_however_they_are_named(returned, attribute, value):
    assert returned(attribute) == value


@pytest.mark.parametrize(
    "attribute", ["Service.handle", "Service().handle", "make_service().handle"]
)
def test_an_object_is_made_once_and_keeps_what_it_holds(folder, attribute):
    write(folder, "app.py", SERVICE)
    with contextlib.chdir("."):
        consumer = load(Target.parse(f"app.py:{attribute}"))
        assert call(consumer, EVENT).returned == [1, 1]
        assert call(consumer, EVENT).returned == [1, 2]


@pytest.mark.parametrize(
    ("attribute", "cause", "advice"),
    [
        (
            "Base.inherited",
            "app.py:Base is an abstract class, which leaves kind to others",
            "name a class that derives from it",
        ),
        (
            "Service",
            "app.py:Service is a class",
            "name a method of it: app.py:Service.inherited, app.py:Service.handle, "
            "app.py:Service.one, app.py:Service.decorated, app.py:Service.static, "
            "app.py:Service.of_class and 1 more",
        ),
        (
            "Space.Within",
            "app.py:Space.Within is a class",
            "name its method: app.py:Space.Within.handle",
        ),
        ("Idle", "app.py:Idle is a class", "name a function"),
        ("Poller", "app.py:Poller is a class", "name its method: app.py:Poller.run"),
        (
            "Needy.handle",
            "app.py:Needy needs arguments to be made: repository, topic",
            "write a function that makes one, def make_needy(): return Needy(repository, topic), "
            "and name app.py:make_needy().handle",
        ),
        (
            "Needy().handle",
            "app.py:Needy needs arguments to be made: repository, topic",
            "write a function that makes one, def make_needy(): return Needy(repository, topic), "
            "and name app.py:make_needy().handle",
        ),
        (
            "with_arguments()",
            "app.py:with_arguments needs arguments: event, context",
            "leave out the () where it is given the events: app.py:with_arguments",
        ),
        (
            "with_arguments().handle",
            "app.py:with_arguments needs arguments: event, context",
            "name a function without arguments that calls it",
        ),
        (
            "answer.text()",
            "app.py:answer.text is a str, which cannot be called",
            "leave out the ()",
        ),
        (
            "make_service().handel",
            "app.py:make_service() has no 'handel'",
            "did you mean 'handle'?",
        ),
        ("Service.handel", "app.py:Service has no 'handel'", "did you mean 'handle'?"),
        (
            "make_nothing()",
            "app.py:make_nothing() is a NoneType, which cannot be called",
            "there is nothing in it that could be called",
        ),
        ("make_later().handle", "app.py:make_later is asynchronous", "name a function that is not"),
        (
            "Falling.handle",
            "it raises ValueError when app.py:Falling() is called: no table at app.py:75 "
            '(def __init__(self): raise ValueError("no table"))',
            "give the run what that call needs, or move that into the function",
        ),
    ],
)
def test_what_cannot_be_called_is_explained(refused, attribute, cause, advice):
    assert refused(attribute) == (cause, advice)


def test_a_variable_that_an_object_needs_is_named(refused):
    cause, advice = refused("Broken.handle")
    assert "needs the environment variable NO_SUCH_VARIABLE_HERE when app.py:Broken()" in cause
    assert "NO_SUCH_VARIABLE_HERE=" in advice


@pytest.mark.parametrize(
    ("source", "meant"),
    [
        (FACTORY, "needy().handle"),
        (INSTANCE, "wired.handle"),
        (CLASS_METHOD, "Needy.build().handle"),
    ],
)
def test_what_makes_an_object_already_is_named(refused, returned, source, meant):
    _, advice = refused("Needy.handle", source)
    assert advice == f"did you mean app.py:{meant}?"
    assert returned(meant, source) == "needy"


def test_a_method_that_no_object_has_is_refused_with_what_to_give():
    class Service:
        def handle(self, event): ...

    with pytest.raises(ConsumerError) as caught:
        Consumer.of(Service.handle)
    assert caught.value.advice.endswith("Service(…).handle")
    assert Consumer.of(Service().handle).arguments == 1


class Decoder(json.JSONDecoder):
    """Inherits its methods from a class of another module."""


def test_the_source_of_an_inherited_method_is_that_of_the_object():
    target = target_of(Decoder().raw_decode)
    assert target == Target("Decoder.raw_decode", "Decoder.raw_decode", file=Path(__file__))
    assert target_of(json.JSONDecoder().raw_decode).file == Path(json.decoder.__file__)
