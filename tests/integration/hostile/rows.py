"""A hostile input: what writes its files into a folder, and the command line that reads them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Content = str | bytes
Files = Mapping[str, Content | Callable[[], Content]]

HANDLER = 'def handler(event, context):\n    return event["detail"]["repository-name"]\n'
"""A consumer with which nothing is wrong."""

FEW = ("--examples", "0")
"""No events beyond the cases: 84 pushes are enough to go beyond a bound."""

CHECK = ("check", "app.py:handler", "--kind", "push", "--timeout", "1")


class Input:
    """A hostile input; `words` are the command line, run in the folder that its files stand in."""

    def __init__(self, words: tuple[str, ...], files: Files) -> None:
        self.words, self._files = words, files

    def write(self, folder: Path) -> None:
        """Write its files."""
        for name, content in {"app.py": HANDLER, **self._files}.items():
            made = content() if callable(content) else content
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(
                made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass")
            )


def machine(definition: Mapping[str, Any] | Callable[[], Mapping[str, Any] | str]) -> Input:
    """A state machine; its definition as data or as JSON."""

    def text() -> str:
        made = definition() if callable(definition) else definition
        return made if isinstance(made, str) else json.dumps(made)

    words = ("check", "--state-machine", "m.asl.json", "--kind", "push", *FEW)
    return Input(words, {"m.asl.json": text})


def document(*commands: str, parameters: Mapping[str, Any] | None = None) -> Input:
    """An SSM document, behind a transformer."""
    content = {
        "schemaVersion": "2.2",
        "parameters": parameters or {"t": {"type": "StringList"}},
        "mainSteps": [
            {"action": "aws:runShellScript", "name": "s", "inputs": {"runCommand": list(commands)}}
        ],
    }
    words = ("check", "--run-command", "d.json", "--transformer", "x.json", "--kind", "push", *FEW)
    return Input(words, {"d.json": lambda: json.dumps(content), "x.json": TRANSFORMER})


TRANSFORMER = json.dumps(
    {"InputPathsMap": {"t": "$.detail.image-tag"}, "InputTemplate": '{"t": ["<t>"]}'}
)
