"""A handler at work in its process keeps what its module has, until that is forgotten."""

from __future__ import annotations

from pathlib import Path

from ecr_contracts.engine.subjects.handler import Handler
from ecr_contracts.events.generate.cases import case
from tests.writing import write

COUNTING = """
import os
seen = []
def handler(event, context):
    seen.append(event["id"])
    return len(seen), os.getcwd()
"""


def test_a_handler_begins_anew_in_its_own_folder_once_it_is_to_forget(folder):
    (folder / "project").mkdir()
    write(folder / "project", "app.py", COUNTING)
    handler = Handler("app.py:handler", folder=Path("project"))
    event = case("push/ordinary").event
    with handler.start() as running:
        returned = [running.call(event).returned for _ in range(2)]
        running.forget()
        returned.append(running.call(event).returned)
    numbers, folders = zip(*returned, strict=True)
    assert numbers == (1, 2, 1)
    assert set(folders) == {str(folder / "project")}
