"""Functions of a user that answer calls, named as `path/to/file.py:function`."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from typing import Any

from ecr_contracts.core.errors import AnswerError
from ecr_contracts.core.text import message

Answering = Callable[[Any, Any], Any]
"""What answers a call: with its parameters, or its request, and the event in hand."""


class Functions:
    """The functions of files below a folder, each loaded once."""

    def __init__(self, start: str | None = None) -> None:
        self._start = start or os.getcwd()
        self._loaded: dict[str, Answering] = {}

    def named(self, name: str, text: str) -> Answering:
        """The function that a text names, which is to answer `name`. Raises `AnswerError` when there is none."""
        if text not in self._loaded:
            self._loaded[text] = _loaded(name, text, self._start)
        return self._loaded[text]


def _loaded(name: str, text: str, start: str) -> Answering:
    path, _, attribute = text.rpartition(":")
    file = os.path.join(start, path)
    spec = (
        importlib.util.spec_from_file_location("ecr_contracts_answers", file)
        if os.path.isfile(file)
        else None
    )
    if spec is None or spec.loader is None:
        raise AnswerError(name, f"{text!r} is not 'path/to/file.py:function' of a file that exists")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise AnswerError(
            name, f"{path!r} raised {type(error).__name__}: {message(error)}"
        ) from error
    function: Any = getattr(module, attribute, None)
    if not callable(function):
        raise AnswerError(name, f"{path!r} has no function {attribute!r}")
    return function  # type: ignore[no-any-return] # a callable is all that is known of it
