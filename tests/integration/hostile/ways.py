"""Every way in which the tool reads a file: its name, the command line, which contents fit it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.integration.hostile.contents import BYTES, JSON, PLACES, YAML, Content
from tests.integration.hostile.rows import CHECK, HANDLER

PATTERN = """\
Resources:
  R:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.ecr]}
      Targets:
      - Id: x
        Arn: arn
        InputTransformer:
          InputPathsMap: {t: $.detail.image-tag}
          InputTemplate: '{"commands": ["echo <t>"]}'
"""


class Way(NamedTuple):
    """A way in: the file that is read, the words that read it, and what fits it."""

    file: str
    words: tuple[str, ...]
    tables: str = "bjyp"


WAYS: dict[str, Way] = {
    "template": Way("t.yaml", ("check", "t.yaml:Fn", "--timeout", "1")),
    "template-in-json": Way("t.json", ("check", "t.json:Fn", "--timeout", "1"), "j"),
    "pyproject": Way("pyproject.toml", ("check",), "bp"),
    "rules": Way("r.yaml", ("rules", "r.yaml")),
    "rules-in-json": Way("r.json", ("rules", "r.json"), "jp"),
    "terraform": Way("main.tf", ("rules", "main.tf"), "bp"),
    "terraform-in-json": Way("main.tf.json", ("rules", "main.tf.json"), "jp"),
    "serverless": Way("serverless.yml", ("rules", "serverless.yml"), "yp"),
    "rule": Way("r.json", (*CHECK, "--rule", "r.json"), "jp"),
    "transformer": Way("x.yaml", ("check", "--transformer", "x.yaml"), "yp"),
    "document": Way(
        "d.yaml", ("check", "--run-command", "d.yaml", "--transformer", "p.yaml"), "yp"
    ),
    "machine": Way("m.json", ("check", "--state-machine", "m.json", "--kind", "push"), "bjp"),
    "env-file": Way("v.env", (*CHECK, "--env-file", "v.env"), "bp"),
    "env-in-json": Way("v.json", (*CHECK, "--env-file", "v.json"), "jp"),
    "validate": Way("e.json", ("validate", "e.json"), "bjp"),
    "coverage": Way("e.json", ("coverage", "e.json"), "bjp"),
    "event": Way("e.json", ("rules", "p.yaml", "--event", "e.json"), "bjp"),
    "cases": Way("c.jsonl", ("rules", "match", "--cases", "c.jsonl"), "bjp"),
    "old-schema": Way("old.json", ("diff", "old.json", "installed"), "bjp"),
    "manifest": Way(
        "out/.ecr-contracts.json", ("fixtures", "out", "--kind", "push", "--check"), "bjp"
    ),
}
"""The ways by name."""

_TABLES = {"b": BYTES, "j": JSON, "y": YAML}


class FileInput:
    """A hostile file in one way in."""

    def __init__(self, way: Way, make: Callable[[Path], object]) -> None:
        self.words, self._file, self._make = way.words, way.file, make

    def write(self, folder: Path) -> None:
        """Write it, and what stands around it."""
        (folder / "p.yaml").write_text(PATTERN)
        if self._file != "app.py":
            (folder / "app.py").write_text(HANDLER)
        file = folder / self._file
        file.parent.mkdir(exist_ok=True)
        self._make(file)


def file_inputs() -> Iterator[tuple[str, FileInput]]:
    """Each way in with each content and each place that fits it, with its name."""
    for name, way in WAYS.items():
        for letter in way.tables:
            if letter == "p":
                for place, put in PLACES.items():
                    yield f"{name}-{place}", FileInput(way, put)
                continue
            for content, make in _TABLES[letter].items():
                yield f"{name}-{content}", FileInput(way, _writing(make))


def _writing(make: Content) -> Callable[[Path], object]:
    return lambda file: file.write_bytes(make())
