"""What `doctor` says of an environment and of a project."""

from __future__ import annotations

import importlib.metadata
import shutil

import pytest

from ecr_contracts.frontends.doctor import environment as surroundings
from ecr_contracts.frontends.doctor.environment import Need, environment
from ecr_contracts.frontends.doctor.project import project
from ecr_contracts.frontends.doctor.rows import State

HANDLER = """\
def handler(event, context):
    print(event["detail"]["image-tags"], event["detail"]["scan-status"])
"""


def rows(sections):
    return {row.subject: row for section in sections for row in section.rows}


@pytest.fixture
def without(monkeypatch):
    """Makes libraries and programs look as if they were not here, or of another version."""

    def hidden(*names, **versions):
        real, which = importlib.metadata.version, shutil.which

        def version(name):
            if name in names:
                raise importlib.metadata.PackageNotFoundError(name)
            return versions.get(name) or real(name)

        monkeypatch.setattr(importlib.metadata, "version", version)
        monkeypatch.setattr(shutil, "which", lambda name: None if name in names else which(name))
        monkeypatch.setattr(surroundings, "_version_of_program", lambda program: "20.1.0")

    return hidden


def test_a_library_that_nothing_needs_is_no_fault(without):
    without("boto3", "python-hcl2", "moto", "pydantic", "node", "bash")
    told = rows(environment([]))
    for name in ("boto3", "python-hcl2", "moto", "pydantic", "node", "bash"):
        assert told[name].state is State.ABSENT
        assert told[name].text.startswith("not needed here")
    assert told["python-hcl2"].line == "python -m pip install 'ecr-contracts[templates]'"


def test_a_library_that_something_needs_is_missing(without):
    without("python-hcl2", "node")
    told = rows(environment([Need("python-hcl2", "main.tf"), Need("node", "index.mjs:handler")]))
    assert told["python-hcl2"].state is State.MISSING
    assert told["python-hcl2"].text == "main.tf needs it (Terraform is read)"
    assert told["node"].state is State.MISSING


def test_what_we_stand_on_has_to_be_there_and_new_enough(without):
    without("rich", hypothesis="6.1")
    told = rows(environment([]))
    assert told["rich"].state is State.WRONG
    assert told["hypothesis"].state is State.WRONG
    assert told["hypothesis"].text.startswith("6.1 is installed, and >=")
    assert told["hypothesis"].line.startswith("python -m pip install 'hypothesis>=")


def test_an_old_node_is_missing_where_it_is_needed(without, monkeypatch):
    without()
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(surroundings, "_version_of_program", lambda program: "18.2.0")
    told = rows(environment([Need("node", "index.mjs:handler")]))
    assert told["node"].state is State.MISSING
    assert told["node"].text == "18.2.0 is too old: 20 is needed"


@pytest.fixture
def look(tmp_path, monkeypatch):
    """Writes files into a project that is the working directory; gives what doctor finds there."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)

    def looked(**files):
        for name, text in files.items():
            (tmp_path / name.replace("__", ".")).write_text(text)
        found = project(tmp_path.__class__())
        return rows(found.sections), {need.name for need in found.needs}

    return looked


CONFIGURED = 'consumers = [{ handler = "app.py:handler" }]\n'
OWN = "ecr-contracts__toml"


def test_a_project_without_a_configuration_is_told_what_to_do(look):
    told, _ = look(app__py=HANDLER)
    assert told["ecr-contracts.toml"].line == "ecr-contracts init --write"
    assert told["app.py:handler"].state is State.ABSENT


def test_a_consumer_is_told_with_its_kinds(look):
    told, _ = look(app__py=HANDLER, **{OWN: CONFIGURED})
    assert told["ecr-contracts.toml"].text == "it lists 1 consumer"
    assert told["app.py:handler"].state is State.FINE
    assert told["app.py:handler"].text.startswith("scan events (lambda), its code reads")


def test_a_configuration_that_cannot_be_read_is_wrong(look):
    told, _ = look(app__py=HANDLER, **{OWN: CONFIGURED + "handlers = 3\n"})
    assert told["ecr-contracts.toml"].state is State.WRONG
    assert "no such key" in told["ecr-contracts.toml"].text


def test_a_handler_that_is_not_there_is_wrong(look):
    told, _ = look(**{OWN: CONFIGURED})
    assert told["app.py:handler"].state is State.WRONG
    assert told["app.py:handler"].text == "there is no file app.py"


@pytest.mark.parametrize(
    ("imports", "state"),
    [
        ("import not_installed_anywhere", State.WRONG),
        ("from not_installed_anywhere.deep import x", State.WRONG),
        ("import json, os.path", State.FINE),
        ("from . import beside", State.FINE),
        ("import beside", State.FINE),
        ("try:\n    import not_installed_anywhere\nexcept ImportError:\n    pass", State.FINE),
        ("try:\n    import not_installed_anywhere\nexcept KeyError:\n    pass", State.WRONG),
        ("def later():\n    import not_installed_anywhere", State.FINE),
    ],
)
def test_a_package_that_is_not_installed_is_wrong_before_it_is_met(look, imports, state):
    told, _ = look(app__py=f"{imports}\n{HANDLER}", beside__py="", **{OWN: CONFIGURED})
    assert told["app.py:handler"].state is state
    if state is State.WRONG:
        assert "app.py:" in told["app.py:handler"].text
        assert told["app.py:handler"].line == "python -m pip install not_installed_anywhere"


def test_a_handler_for_node_needs_node(look):
    source = 'export const handler = async (event) => event.detail["image-tags"];'
    _, needs = look(index__mjs=source, **{OWN: CONFIGURED.replace("app.py", "index.mjs")})
    assert needs == {"node", "boto3"}
