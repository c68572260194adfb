"""A search for events of other values that somebody interrupts."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from ecr_contracts.engine.explore import _interruptions_kept, _Search


def test_an_interruption_that_python_would_only_print_ends_the_search():
    class Raises:
        def __del__(self):
            raise KeyboardInterrupt

    before = sys.unraisablehook
    search = _Search(None, None, None, 0, 0, SimpleNamespace(is_over=False))
    with _interruptions_kept(search):
        Raises()
        assert search.is_interrupted
        with pytest.raises(KeyboardInterrupt):
            search._try({})
    assert sys.unraisablehook is before
