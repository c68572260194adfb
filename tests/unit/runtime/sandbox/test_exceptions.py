"""What is caught without being asked for is seen, and only that."""

from __future__ import annotations

import builtins
import contextlib
import importlib.machinery
import sys
import threading
from textwrap import dedent

import pytest

from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.sandbox.exceptions import ExceptionRecorder
from ecr_contracts.runtime.sandbox.recorder import Recorder
from tests.writing import write


@pytest.fixture
def caught(folder):
    """Calls `handler({})` of a source, and gives what it caught."""

    def run(source, *, modules=()):
        file = write(folder, "app.py", source)
        for name, text in modules:
            write(folder, name, text)
        sys.path.insert(0, str(folder))
        catching = ExceptionRecorder(Recorder(), UserCode.around(file, str(folder)))
        catching.install()
        try:
            sys.modules.pop("app", None)
            handler = importlib.import_module("app").handler
            catching.begin()
            with contextlib.suppress(LookupError):
                handler({})
            return catching.caught()
        finally:
            catching.remove()

    return run


CAUGHT = {
    "except Exception": """
    try:
        event['a']
    except Exception as e:
        print(e)""",
    "except": """
    try:
        event['a']
    except:
        pass""",
    "a tuple": """
    try:
        event['a']
    except (ValueError, Exception):
        pass""",
    "builtins": """
    import builtins
    try:
        event['a']
    except builtins.BaseException:
        pass""",
    "finally": """
    try:
        event['a']
    finally:
        return 0""",
    "finally behind a handler": """
    try:
        event['a']
    except ValueError:
        pass
    else:
        pass
    finally:
        if True:
            return 0""",
    "nested": """
    for x in (1,):
        with open(__file__):
            try:
                event['a']
            except Exception:
                pass""",
    "suppress": """
    from contextlib import suppress
    with suppress(Exception):
        event['a']""",
    "group": """
    try:
        raise ExceptionGroup('x', [KeyError('a')])
    except* Exception:
        pass""",
    "in a handler": """
    try:
        [][0]
    except IndexError:
        try:
            event['a']
        except Exception:
            pass""",
    "match": """
    match event:
        case {}:
            try:
                event['a']
            except Exception:
                pass""",
    "method": """
    class A:
        def b(self):
            try:
                event['a']
            except Exception:
                pass
    A().b()""",
}


@pytest.mark.parametrize("body", CAUGHT.values(), ids=CAUGHT)
def test_what_is_caught_whatever_it_is_is_seen(caught, body):
    (one,) = caught(f"def handler(event):\n{body}\n")
    assert one.exception in ("KeyError", "ExceptionGroup")
    assert one.raised is not None
    assert one.raised.source == (
        "raise ExceptionGroup('x', [KeyError('a')])" if "Group" in body else "event['a']"
    )
    assert one.after == 0


NOT_CAUGHT = {
    "by name": """
    try:
        event['a']
    except KeyError:
        pass""",
    "nothing raised": """
    try:
        event.get('a')
    except Exception:
        pass""",
    "finally": """
    try:
        event['a']
    finally:
        print()""",
    "finally of nothing": """
    try:
        event['a']
    except KeyError:
        try:
            pass
        finally:
            return 0""",
    "a function in finally": """
    try:
        event['a']
    finally:
        def f(): return 0""",
    "suppress by name": """
    from contextlib import suppress
    with suppress(KeyError):
        event['a']""",
}


@pytest.mark.parametrize("body", NOT_CAUGHT.values(), ids=NOT_CAUGHT)
def test_nothing_else_is(caught, body):
    assert caught(f"def handler(event):\n{body}\n") == ()


ENDS = {
    "talk": ("        print(str(e))", True),
    "a constant": ("        return {'statusCode': 500, 'body': json.dumps(str(e))}", True),
    "a log": ("        logger.exception('no %s', e)\n        return None", True),
    "nothing": ("        pass", True),
    "raised again": ("        print(e)\n        raise", False),
    "another way": ("        notify(e)", False),
    "another value": ("        tag = 'none'", False),
    "a call returned": ("        return notify(e)", False),
    "a call printed": ("        print(notify(e))", False),
}


@pytest.mark.parametrize(("block", "ends"), ENDS.values(), ids=ENDS)
def test_whether_the_run_ends_there(caught, block, ends):
    source = f"""
import json, logging
logger = logging.getLogger("quiet")
logger.disabled = True
def notify(e): pass
def handler(event):
    try:
        event['a']
    except Exception as e:
{block}
    return "done"
"""
    (one,) = caught(source)
    assert one.ends is ends
    assert one.outermost
    assert one.where.source == "except Exception as e:"
    assert (one.raised.line, one.where.line) == (8, 9)


def test_the_run_goes_on_when_something_follows(caught):
    source = """
    def send(tag): pass
    def handler(event):
        try:
            tag = event['a']
        except Exception:
            pass
        send(1)
    """
    (one,) = caught(source)
    assert not one.ends


def test_the_run_goes_on_when_a_function_further_out_may(caught):
    source = """
    def tag(event):
        try:
            return event['a']
        except Exception:
            return None
    def handler(event):
        return tag(event)
    """
    (one,) = caught(source)
    assert one.ends
    assert not one.outermost


def test_modules_beside_it_are_seen_and_others_are_not(caught):
    common = (
        "def tag(event):\n    try:\n        return event['a']\n"
        "    except Exception:\n        return None\n"
    )
    (one,) = caught(
        "import json\nfrom common import tag\ndef handler(event): return tag(event)",
        modules=[("common.py", common)],
    )
    assert (one.raised.file, one.raised.line) == ("common.py", 3)


def test_effects_before_it_are_counted(folder):
    write(
        folder,
        "app.py",
        "def handler(note):\n"
        "    note()\n"
        "    try:\n"
        "        1/0\n"
        "    except Exception:\n"
        "        pass\n",
    )
    sys.path.insert(0, str(folder))
    recorder = Recorder()
    catching = ExceptionRecorder(recorder, UserCode.around(folder / "app.py", str(folder)))
    catching.install()
    try:
        importlib.import_module("app").handler(
            lambda: recorder.note(Effect(Sort.HTTP, "POST https://example.invalid"))
        )
    finally:
        catching.remove()
    assert [one.after for one in catching.caught()] == [1]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_ends_a_thread_is_lost(caught):
    (one,) = caught(
        """
        import threading

        def work(event):
            event["a"]

        def handler(event):
            thread = threading.Thread(target=work, args=(event,))
            thread.start()
            thread.join()
        """
    )
    assert (one.exception, one.raised.line, one.where, one.ends) == ("KeyError", 5, None, True)


def test_everything_is_put_back(caught):
    def patched():
        get_code = importlib.machinery.SourceFileLoader.get_code
        return contextlib.suppress.__exit__, get_code, threading.Thread.run, dir(builtins)

    before = patched()
    caught("def handler(event): pass")
    assert patched() == before
    assert "get_code" not in vars(importlib.machinery.SourceFileLoader)


def test_what_is_no_python_is_told_as_python_tells_it(caught):
    with pytest.raises(SyntaxError) as told:
        caught("def handler(event:\n  pass")
    assert told.value.filename.endswith("app.py")
    assert told.value.lineno == 1
    assert dedent(told.value.text) == "def handler(event:\n"
