"""Actions follow the import of the modules that they wait for, once, and leave no trace in them."""

from __future__ import annotations

import importlib
import sys

import pytest

from ecr_contracts.runtime.sandbox.hooks import ImportHooks
from tests.writing import write


@pytest.fixture
def place(folder):
    write(folder, "waited_for.py", "VALUE = 1\n")
    write(folder, "pack/__init__.py", "")
    write(folder, "pack/inner.py", "VALUE = 2\n")
    write(folder, "broken.py", "raise RuntimeError('no')\n")
    sys.path.insert(0, str(folder))
    return folder


def test_an_action_follows_the_import(place):
    met = []
    with ImportHooks() as import_hooks:
        import_hooks.after_import("waited_for", lambda module: met.append(module.VALUE))
        import_hooks.after_import("pack.inner", lambda module: met.append(module.VALUE))
        assert met == []
        module = importlib.import_module("waited_for")
        importlib.import_module("pack.inner")
        importlib.reload(module)
    assert met == [1, 2]
    assert type(module.__loader__) is type(module.__spec__.loader)
    assert "arriving" not in type(module.__loader__).__module__


def test_what_is_imported_already_is_met_on_entry_or_at_once(place):
    importlib.import_module("waited_for")
    met = []
    import_hooks = ImportHooks()
    import_hooks.after_import("waited_for", lambda module: met.append("entry"))
    assert met == []
    with import_hooks:
        import_hooks.after_import("waited_for", lambda module: met.append("at once"))
    assert met == ["entry", "at once"]


def test_nothing_is_waited_for_outside_of_the_block(place):
    before = sys.meta_path[:]
    met = []
    import_hooks = ImportHooks()
    import_hooks.after_import("waited_for", met.append)
    with import_hooks:
        assert sys.meta_path[0] is import_hooks
    assert sys.meta_path == before
    importlib.import_module("waited_for")
    assert met == []


def test_a_module_that_cannot_be_imported_is_no_arrival(place):
    met = []
    with ImportHooks() as import_hooks:
        import_hooks.after_import("broken", met.append)
        import_hooks.after_import("not_there_at_all", met.append)
        with pytest.raises(RuntimeError, match="no"):
            importlib.import_module("broken")
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("not_there_at_all")
    assert met == []
