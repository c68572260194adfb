"""What a consumer replaced in its process, of the modules that our own code there calls."""

import datetime
import select
import warnings

import pytest

from ecr_contracts.runtime.sandbox import clock
from ecr_contracts.runtime.worker import channel
from ecr_contracts.runtime.worker.originals import Originals


@pytest.mark.parametrize(
    ("module", "name"), [(datetime, "datetime"), (select, "select"), (warnings, "warn")]
)
def test_what_is_replaced_in_a_module_that_ours_import_is_put_back(monkeypatch, module, name):
    assert {clock.datetime, channel.select, clock.warnings} >= {module}
    original = getattr(module, name)
    originals = Originals()
    assert originals.put_back() == []
    monkeypatch.setattr(module, name, None)
    assert originals.put_back() == [f"{module.__name__}.{name}"]
    assert getattr(module, name) is original
