"""Recording stubs of modules that are not here: whatever is done with them works, and calls of them
are noted.
"""

from __future__ import annotations

import email.mime.text
import importlib
import json
import sys

import pytest

from ecr_contracts.core.limits import ARGUMENT_ITEMS, ARGUMENT_LEVELS
from ecr_contracts.discovery.target import Target
from ecr_contracts.runtime.effects import Sort
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.loader import load
from ecr_contracts.runtime.outcome import Status
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.stubs import Stubs
from tests.writing import write


@pytest.fixture
def run(folder):
    """Loads app.py with `gone` and `far.away` stubbed, calls it, and tells the outcome and what was
    noted.
    """
    recorder = Recorder()
    stubs = Stubs(recorder, ("gone", "far.away"))
    stubs.install()

    def told(body: str, prelude: str = ""):
        lines = body.strip().splitlines()
        indented = "\n".join(f"    {line}" for line in lines)
        write(
            folder, "app.py", f"import gone\n{prelude}\ndef handler(event, context):\n{indented}\n"
        )
        consumer = load(Target.parse(str(folder / "app.py") + ":handler"))
        recorder.begin({})
        outcome = call(consumer, {})
        assert outcome.status is Status.RETURNED, outcome.traceback
        return outcome.returned, recorder.effects()

    yield told
    stubs.remove()


@pytest.mark.parametrize(
    "expression",
    [
        "gone.a.b.c",
        "gone.a().b[0]['x'](1)[1:2]",
        "list(gone.items())",
        "[x for x in gone.a]",
        "dict(**{str(gone.a): 1})",
        "f'{gone.a} {gone.a:>10} {gone.a!r}'",
        "'%s' % gone.a",
        "str(gone.Client())",
        "int(gone.a), float(gone.a), len(gone.a), bool(gone.a)",
        "[1, 2][gone.a]",
        "gone.a + 1 - gone.b * 2 / gone.c | gone.d",
        "1 + gone.a",
        "gone.a > 3 or gone.a < 3 or 3 in gone.a or gone.a == 3",
        "gone.FILTER | gone.OTHER",
        "isinstance(1, gone.Client)",
        "isinstance(gone.Client(), gone.Client)",
        "{gone.a: 1, gone.Client: 2, gone.Client(): 3}",
        "gone.Client | None",
        "gone.Color.RED.value",
        "hash(gone.a)",
        "asyncio.run(asyncio.wait_for(_of(gone.fetch()), 1))",
        "gone.a.get('x', 'y')",
        "sorted([gone.a, gone.b])",
        "copy.copy(gone.a), copy.deepcopy(gone.a)",
    ],
)
def test_any_use_works(run, expression):
    prelude = "import asyncio, copy\nasync def _of(x):\n    return await x"
    run(f"value = {expression}\nreturn str(value)", prelude)


@pytest.mark.parametrize(
    "body",
    [
        "with gone.open() as file:\n    file.write('x')",
        "import asyncio\n"
        "async def go():\n"
        "    async with gone.Session() as s, gone.other():\n"
        "        await s.get()\n"
        "        async for x in s.stream():\n            pass\nasyncio.run(go())",
        "gone.a['x'] = 1\ndel gone.a['x']\ngone.a.b = 2\nassert gone.a.b == 2",
        "try:\n"
        "    {}['x']\n"
        "except gone.errors.NotFound:\n"
        "    raise AssertionError\n"
        "except KeyError:\n"
        "    pass",
        "try:\n"
        "    {}['x']\n"
        "except (gone.error, gone.Timeout):\n"
        "    raise AssertionError\n"
        "except KeyError:\n"
        "    pass",
        "try:\n"
        "    raise gone.ApiError('x', code=3)\n"
        "except gone.ApiError as error:\n"
        "    str(error), error.code",
        "class Own(gone.Base, metaclass=abc.ABCMeta):\n"
        "    def f(self): return 1\n"
        "assert Own().f() == 1",
        "class Own(gone.Base, key=1):\n"
        "    def __init__(self, a, b=2):\n"
        "        super().__init__(a, b=b)\n"
        "        self.a = a\nassert Own(1, b=3).a == 1",
        "class Own(abc.ABC, gone.Base): pass\nOwn().anything()",
        "class Own(gone.lower.Case): pass\nclass More(Own): x = 1\nassert More().x == 1",
    ],
)
def test_any_statement_works(run, body):
    run(body, "import abc")


def test_json_carries_what_a_stub_gave(run):
    # The real module may well have given JSON there: what a consumer returns or sends of it is no
    # fault.
    returned, _ = run(
        "return {'ts': gone.post()['ts'], 'text': json.dumps([gone.a, gone.b.c])}", "import json"
    )
    assert returned == {
        "ts": "<stub gone.post()['ts']>",
        "text": '["<stub gone.a>", "<stub gone.b.c>"]',
    }


def test_json_is_left_as_it_was(run):
    run("return 1")
    with pytest.raises(TypeError, match="object is not JSON serializable"):
        json.dumps(object())


def test_submodules_are_imported_in_every_way(run):
    prelude = (
        "import gone.sub.deep\nimport gone.other as other\nfrom gone.sub import thing, Client\n"
        "from gone.sub.deep import more\n"
        "import far.away.place\n"
        "from far import away\n"
        "from gone import *"
    )
    _, effects = run("thing(1); other.f(); gone.sub.deep.g(); away.h(); more()", prelude)
    assert [one.name for one in effects] == [
        "gone.sub.thing",
        "gone.other.f",
        "gone.sub.deep.g",
        "far.away.h",
        "gone.sub.deep.more",
    ]


@pytest.mark.parametrize(
    "decorator",
    ["gone.traced", "gone.traced('name', key=1)", "gone.Tracer().capture", "gone.a.b()"],
)
def test_what_is_decorated_stays(run, decorator):
    prelude = (
        f"@{decorator}\ndef inner(x):\n    return x + 1\n@{decorator}\nclass Box:\n    value = 7"
    )
    returned, effects = run("return [inner(1), Box().value]", prelude)
    assert returned == [2, 7]
    assert len(effects) == 0


def test_calls_are_noted_as_plain_data(run):
    body = """
gone.send("text", 3, {"a": [1, (2, None)]}, to={"b", "a"}, raw=b"x", token="hidden", odd=gone.thing)
gone.Client("eu").put(item=True)
"""
    _, effects = run(body)
    assert [(one.sort, one.name) for one in effects] == [
        (Sort.STUB, "gone.send"),
        (Sort.STUB, "gone.Client"),
        (Sort.STUB, "gone.Client.put"),
    ]
    assert effects[0].content == {
        "args": ["text", 3, {"a": [1, [2, None]]}],
        "kwargs": {"to": ["a", "b"], "raw": "x", "token": "***", "odd": "<stub gone.thing>"},
    }
    assert effects[2].content == {"args": [], "kwargs": {"item": True}}
    json.dumps([one.content for one in effects])
    assert all(one.changes for one in effects)


def test_what_stood_there_is_put_back(folder):
    finders, before = sys.meta_path[:], dict(sys.modules)
    stubs = Stubs(Recorder(), ("email.mime", "gone", "xml.gone"))
    stubs.install()
    names = ("gone", "xml.gone", "email.mime.text")
    assert [type(importlib.import_module(name)).__name__ for name in names] == ["_StubModule"] * 3
    stubs.remove()
    stubs.remove()
    assert importlib.import_module("email.mime.text") is before["email.mime.text"]
    assert email.mime.text is before["email.mime.text"]
    assert sys.meta_path == finders
    assert not hasattr(sys.modules["xml"], "gone")
    assert not {"gone", "xml.gone"} & set(sys.modules)
    with pytest.raises(ImportError):
        importlib.import_module("gone")


def test_only_names_of_pythons_own_protocols_are_missing(run):
    names = ("__before", "behind__", "_inner", "__wrapped__", "__length_hint__")
    owners = "(gone, gone.a)"
    returned, _ = run(f"return [hasattr(o, name) for o in {owners} for name in {names}]")
    assert returned == [True, True, True, False, False] * 2


@pytest.mark.parametrize("beyond", [0, 1])
def test_arguments_beyond_the_bounds_are_told(run, beyond):
    _, effects = run(
        f"count = {ARGUMENT_ITEMS + beyond}\n"
        f"deep = 'core'\nfor _ in range({ARGUMENT_LEVELS - 1 + beyond}): deep = [deep]\n"
        "gone.call([0] * count, set(range(count)), dict.fromkeys(range(count)), deep)"
    )
    *containers, deep = effects[-1].content["args"]
    rest = f"(left out: {beyond} more)"
    assert [rest in json.dumps(container) for container in containers] == [bool(beyond)] * 3
    for _ in range(ARGUMENT_LEVELS - 1):
        [deep] = deep
    assert deep == ("['core']" if beyond else "core")
