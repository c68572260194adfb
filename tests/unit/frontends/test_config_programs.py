"""Consumers of a pyproject.toml that are programs or addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecr_contracts.core.errors import ConfigurationError
from ecr_contracts.engine.subjects.address import PostedTo
from ecr_contracts.engine.subjects.command import Command
from ecr_contracts.frontends import config

URL = "http://127.0.0.1:9000/2015-03-31/functions/function/invocations"


def _read(folder: Path, entries: str) -> tuple[config.Configured, ...]:
    file = folder / "pyproject.toml"
    file.write_text(f"[tool.ecr-contracts]\nconsumers = [{entries}]\n")
    return config.read(file)


def test_a_program_and_an_address_are_subjects_of_their_own(tmp_path: Path) -> None:
    program, address = _read(
        tmp_path,
        f'\n{{ command = "node run.mjs", kinds = "push", timeout = 2 }},\n{{ url = "{URL}" }},\n',
    )
    subject = program.subject()
    assert isinstance(subject, Command)
    assert (subject.name, subject.timeout) == ("node run.mjs", 2.0)
    assert subject.arguments == ("--command", "node run.mjs")
    assert (str(program.target), program.kinds, program.line) == ("node run.mjs", ("push",), 3)
    other = address.subject()
    assert isinstance(other, PostedTo)
    assert (other.arguments, address.line) == (("--url", URL), 4)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{ kinds = 'push' }", "or a command or a url"),
        ("{ handler = 'app.py:f', url = 'http://x' }", "url: the entry has a handler already"),
        ("{ command = 3 }", "it is text, as in 'node run.mjs', not 3"),
        ("{ url = ' ' }", "it is text, as in 'http://127.0.0.1:9000/', not ' '"),
    ],
    ids=["none", "two", "number", "blank"],
)
def test_an_entry_that_names_no_consumer_is_refused(tmp_path: Path, entry: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        _read(tmp_path, entry)
    assert words in str(raised.value)


def test_what_is_said_of_a_program_holds_for_the_command_line(tmp_path: Path) -> None:
    _read(tmp_path, '{ command = "node run.mjs", env = { TABLE = "images" } }')
    settings = config.project_settings(tmp_path / "pyproject.toml", "node run.mjs").settings
    assert settings.env == {"TABLE": "images"}
