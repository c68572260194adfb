"""The words of methods beside a handler in its class, which it never calls, are none of its own."""

from __future__ import annotations

import ast

import pytest

from ecr_contracts.discovery.purpose import purpose_of
from ecr_contracts.discovery.source.sibling_methods import empty_siblings
from ecr_contracts.discovery.target import Target

HANDLERS = """
import os


class Handlers:
    def __init__(self):
        self.seen = {}

    def push(self, event, context):
        detail = event["detail"]
        self.seen[detail["image-tag"]] = os.environ["TABLE"]
        return {"tag": detail["image-tag"], "from": event["Records"][0]["Sns"]}

    def scan(self, event, context):
        counts = event["detail"]["finding-severity-counts"]
        return {"critical": counts.get("CRITICAL", 0)}


handlers = Handlers()
push = handlers.push
scan = handlers.scan
"""


@pytest.mark.parametrize("attribute", ["Handlers.scan", "Handlers().scan", "handlers.scan", "scan"])
def test_a_method_that_is_never_called_says_nothing(attribute, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(HANDLERS, "utf-8")
    purpose = purpose_of(Target.parse(f"app.py:{attribute}"))
    assert (purpose.kinds, purpose.envelope) == (("scan",), "lambda")


def _emptied(body: str, attribute: str = "Handlers.scan", around: str = "") -> set[str]:
    """The methods of a class that are emptied, beside `scan` with some body."""
    tree = ast.parse(
        f"{around}\nclass Handlers:\n"
        "    def push(self, event):\n        return event['detail']['image-tag']\n"
        f"    def scan(self, event):\n        {body}\n"
    )
    empty_siblings(tree, attribute, tree.body)
    node = next(one for one in tree.body if isinstance(one, ast.ClassDef))
    methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
    return {one.name for one in methods if isinstance(one.body[0], ast.Pass)}


@pytest.mark.parametrize(
    "body",
    [
        "return self.push(event)",
        "return Handlers().push(event)",
        "return self.__class__.push(self, event)",
        "return getattr(self, 'push')(event)",
        "return getattr(self, event['detail']['action-type'].lower())(event)",
        "return {name: each for name, each in vars(Handlers).items()}",
        "return self.__dict__['push'](event)",
    ],
)
def test_a_method_that_may_be_called_stays(body):
    assert _emptied(body) == set()


@pytest.mark.parametrize(
    ("around", "emptied"),
    [
        ("", {"push"}),
        ("def relay(handlers, event):\n    return handlers.push(event)\n", set()),
        ("if __name__ == '__main__':\n    Handlers().push({})\n", {"push"}),
    ],
)
def test_what_is_used_around_a_class_may_call_its_methods(around, emptied):
    assert _emptied("return relay(self, event)", around=around) == emptied


INDIRECT = """
class Base:
    def handle(self, event, context):
        return self.process(event)


class Scan(Base):
    def process(self, event):
        return event["detail"]["finding-severity-counts"]

    def push(self, event, context):
        return event["detail"]["image-tag"]

    def shown(self, counts):
        return counts["action-type"]


def scanned(event, context):
    return Scan().process(event)
"""


@pytest.mark.parametrize("attribute", ["Scan().handle", "Scan.handle", "scanned"])
def test_what_leads_to_a_method_calls_none_beside_it(attribute):
    tree = ast.parse(INDIRECT)
    assert empty_siblings(tree, attribute, tree.body)
    left = ast.unparse(tree)
    assert "image-tag" not in left
    assert "finding-severity-counts" in left
    assert "action-type" in left, "it takes something else: others may call it"


def test_a_method_of_an_object_that_another_one_holds_stays():
    source = (
        "class Pushes:\n"
        "    def take(self, event): return event['detail']['image-tag']\n"
        "class App:\n"
        "    def __init__(self): self.pushes = Pushes()\n"
        "    def handle(self, event, context): return self.pushes.take(event)\n"
    )
    tree = ast.parse(source)
    assert not empty_siblings(tree, "App().handle", tree.body)
    assert "image-tag" in ast.unparse(tree)


def test_methods_of_a_class_that_derives_from_an_unknown_one_stay():
    source = (
        "class Handlers(Worker):\n"
        "    def push(self, event): return event['detail']['image-tag']\n"
        "    def scan(self, event): return self.work(event)\n"
    )
    tree = ast.parse(source)
    assert not empty_siblings(tree, "Handlers.scan", tree.body)
    assert "image-tag" in ast.unparse(tree)


def test_a_method_that_registers_itself_stays():
    source = (
        "class Handlers:\n"
        "    @on('push')\n"
        "    def push(self, event): return event['detail']['image-tag']\n"
        "    def scan(self, event): return event\n"
    )
    tree = ast.parse(source)
    assert not empty_siblings(tree, "Handlers.scan", tree.body)
    assert "image-tag" in ast.unparse(tree)
