"""No planted secret gets out: not by any way that a handler finds, in no format, in no file."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from pathlib import Path

import pytest

from ecr_contracts.core.masking import MASK
from ecr_contracts.frontends.cli.main import main
from tests.integration import pytest_projects  # noqa: F401 - it imports what runs here share
from tests.integration.planted import ways
from tests.rows import long_but

ALL = [*ways.WAYS, *ways.LOADING, *ways.LATE]
KEPT = ("chain", "import", "cut", "dies")
FORMATS = {"text": ["-v"], "json": ["--format", "json"]}
EVERYTHING = """
print(SECRETS, os.environ)
logging.error('with %s', SECRETS)
boto3.client('sns').publish(TopicArn=os.environ['TOPIC_ARN'], Message=str(SECRETS))
if not event['detail']['image-tags']:
    raise ValueError(f'{os.environ["REPO"]} in {os.environ["STAGE"]} refused {SECRETS}')
"""
pytest_plugins = ["pytester"]

PLUGIN = ("-p", "no:cacheprovider", "-p", "no:randomly")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with an environment of planted secrets, and a temporary folder of its own."""
    for name, value in {**ways.ENVIRONMENT, **ways.UNNAMED, **ways.EVERYDAY}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "4000")  # what a terminal breaks stays whole
    project, temporary = tmp_path / "project", tmp_path / "temporary"
    project.mkdir()
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.chdir(project)
    return project


@pytest.fixture
def check(folder, capsys):
    """A check of the handler of a way: its exit code, and all that it showed; no file has any."""

    def check(way: str, *options: str) -> tuple[int, str]:
        words = ways.plant(folder, way)
        planted = frozenset(folder.rglob("*"))
        code = main(["check", *words, *options])
        assert ways.leaks_in_files(folder.parent, planted) == []
        return code, "".join(capsys.readouterr())

    return check


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("way", long_but(lambda way: way in KEPT, ALL))
def test_no_report_shows_a_planted_secret(check, way, form):
    options = ["--case", "scan/sample", "--probe", "0", "--timeout", "0.3"]
    code, shown = check(way, *options, *FORMATS[form])
    assert ways.leaks(shown) == []
    assert code in (0, 1, 2)


@pytest.mark.parametrize(
    ("way", "words"), [("raise", "refused: ['shop/api prod', '***'"), ("import", "no: ['shop/api")]
)
def test_what_is_no_secret_is_told(check, way, words):
    _, shown = check(way, "--case", "scan/sample", "--probe", "0")
    assert words in shown


@pytest.mark.long  # a quicker one of a single option: tests/acceptance/test_replay.py
def test_what_is_shown_again_holds_none(folder, check, capsys):
    ways.WAYS["everything"] = EVERYTHING
    code, shown = check("everything", "--format", "json")
    assert code == 1
    content = json.loads(shown)
    assert "shop/api in prod refused" in shown
    assert content["findings"][0]["repeat"].count(MASK) == 0
    for line in ("check --replay 1 -v", "check --replay", content["findings"][0]["repeat"]):
        words = shlex.split(line.removeprefix("ecr-contracts "))
        main(words)
        assert ways.leaks("".join(capsys.readouterr())) == []


TESTS = """
import os
from pathlib import Path

import app
from ecr_contracts import contract


def plain(event, context):
    raise ValueError("refused " + os.environ["DB_PASS"] + Path(".env").read_text())


def test_without_a_sandbox():
    contract.check(plain, "scan", strength=1, examples=0, probe=0)


def test_with_effects(ecr_effects, monkeypatch):
    monkeypatch.setenv("OPTION_TOKEN", {option!r})
    monkeypatch.setenv("FILE_SECRET", {file!r})
    monkeypatch.setenv("TEMPLATE_PASSWORD", {template!r})
    contract.check(app.handler, "scan", strength=1, examples=0, probe=0)
"""


@pytest.fixture
def project(folder, pytester):
    """A project under contract by pyproject.toml, with a test of its own."""
    os.chdir(folder)
    ways.WAYS["everything"] = EVERYTHING
    ways.plant(folder, "everything")
    shutil.copyfile("given.env", "other.env")
    Path("pyproject.toml").write_text(
        "[tool.ecr-contracts]\n"
        'consumers = [{ handler = "app.py:handler", kinds = ["scan"], strength = 1, '
        "examples = 0, probe = 0 }]\n"
        "[tool.ecr-contracts.env]\n"
        f'{ways.OPTION[0]} = "{ways.OPTION[1]}"\n{ways.ENV_FILE[0]} = "{ways.ENV_FILE[1]}"\n'
        "[tool.ecr-contracts.answers]\n"
        f'"secretsmanager.GetSecretValue" = {{ SecretString = "{ways.ANSWER}" }}\n'
    )
    return folder


@pytest.mark.long  # a quicker one: what the assertion shows, by pytest too
@pytest.mark.parametrize("options", [[], ["--ecr-cases"], ["-vv", "-rA"]], ids=str)
def test_pytest_shows_none(project, pytester, options):
    planted = frozenset(project.rglob("*"))
    result = pytester.runpytest_inprocess(
        *("-p", "ecr_contracts", *PLUGIN, "--junitxml=report.xml", "--rootdir=."), *options
    )
    shown = result.stdout.str() + result.stderr.str()
    assert "refused" in shown
    assert ways.leaks(shown) == []
    assert ways.leaks_in_files(project.parent, planted) == []
    assert "refused" in Path("report.xml").read_text("utf-8")


def test_the_assertion_shows_none(project, pytester):
    settings = Path("pyproject.toml").read_text().splitlines(keepends=True)
    Path("pyproject.toml").write_text("".join(line for line in settings if "consumers" not in line))
    Path("test_app.py").write_text(
        TESTS.format(option=ways.OPTION[1], file=ways.ENV_FILE[1], template=ways.TEMPLATE[1])
    )
    planted = frozenset(project.rglob("*"))
    # What code logs in the process of a test is pytest's to capture and show, as it always is.
    options = ("--show-capture=no", "test_app.py")
    result = pytester.runpytest_inprocess("-p", "ecr_contracts", *PLUGIN, *options)
    result.assert_outcomes(failed=2)
    ours = [line for line in result.outlines if "refused" in line or MASK in line]
    assert len(ours) > 1
    assert ways.leaks("\n".join(ours)) == []
    assert ways.leaks_in_files(project.parent, planted) == []
