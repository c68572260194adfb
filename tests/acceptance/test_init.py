"""`ecr-contracts init` as its user sees it, in repositories that are not tidy."""

from __future__ import annotations

import json
import tomllib

import pytest

SCAN = """\
def handler(event, context):
    print(event["detail"]["image-tags"], event["detail"]["scan-status"])
"""
TEMPLATE = """\
Resources:
  Scanned:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Runtime: python3.12
      Events:
        Scan:
          Type: EventBridgeRule
          Properties:
            Pattern: {source: [aws.ecr], detail-type: [ECR Image Scan]}
"""


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Writes files into a repository that is the working directory."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)

    def wrote(**files):
        for name, text in files.items():
            file = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return tmp_path

    return wrote


def test_nothing_is_written_unless_it_is_asked_for(run, repository):
    folder = repository(src__app_dot_py=SCAN, template_dot_yaml=TEMPLATE)
    code, told, complaints = run("init")
    assert (code, complaints) == (0, "")
    assert not (folder / "ecr-contracts.toml").exists()
    assert "to write this into ecr-contracts.toml: ecr-contracts init --write\n" in told
    assert '    { handler = "template.yaml:Scanned" },\n' in told
    assert "    # scan events, by template.yaml, rule Scan\n" in told


def test_the_table_that_is_told_is_the_one_that_is_written(run, repository):
    folder = repository(src__app_dot_py=SCAN, template_dot_yaml=TEMPLATE)
    _, told, _ = run("init")
    run("init --write")
    written = (folder / "ecr-contracts.toml").read_text()
    assert told.endswith(f"\n{written}")


def test_a_repository_without_any_consumer_is_told_so(run, repository):
    repository(app_dot_py="def handler(event, context): print(event)")
    code, told, complaints = run("init --write")
    assert (code, told) == (2, "")
    assert "in 1 file, no handler, template or rule is about ECR's events" in complaints
    assert 'consumers = [{ handler = "path/to/app.py:handler" }]' in complaints


@pytest.mark.parametrize(
    "name", ["template.yaml:Scanned", "src/app.py:handler", "./src/app.py:handler"]
)
def test_a_consumer_is_not_listed_twice_under_two_names(run, repository, name):
    folder = repository(
        src__app_dot_py=SCAN,
        template_dot_yaml=TEMPLATE,
        pyproject_dot_toml=f'[tool.ecr-contracts]\nconsumers = [{{ handler = "{name}" }}]\n',
    )
    before = (folder / "pyproject.toml").read_text()
    code, told, _ = run("init --write")
    assert code == 0
    assert "template.yaml:Scanned  (listed already)" in told
    assert (folder / "pyproject.toml").read_text() == before


def test_what_a_package_below_lists_is_not_listed_above(run, repository):
    folder = repository(
        one__app_dot_py=SCAN,
        two__app_dot_py=SCAN,
        **{"one__ecr-contracts_dot_toml": 'consumers = [{ handler = "app.py:handler" }]'},
    )
    run("init --write")
    table = tomllib.loads((folder / "ecr-contracts.toml").read_text())
    assert table == {"consumers": [{"handler": "two/app.py:handler"}]}


def test_a_package_gets_a_configuration_of_its_own(run, repository):
    folder = repository(one__app_dot_py=SCAN, two__app_dot_py=SCAN, one__pyproject_dot_toml="")
    code, told, _ = run("init one --write")
    assert code == 0
    assert "written into one/pyproject.toml:" in told
    assert told.endswith("now: cd one && ecr-contracts check\n")
    table = tomllib.loads((folder / "one" / "pyproject.toml").read_text())
    assert table["tool"]["ecr-contracts"] == {"consumers": [{"handler": "app.py:handler"}]}


def test_what_was_not_understood_is_told_with_a_line_to_copy(run, repository):
    rows = "def rows(d):\n    return d['image-tags'], d['scan-status']\n"
    repository(src__app_dot_py=SCAN, template_dot_yaml=TEMPLATE, rows_dot_py=rows)
    _, told, _ = run("init")
    _, _, unclear = told.partition("\nnot understood:\n")
    assert unclear.startswith("  rows.py\n    it speaks of ECR's events")
    assert '\n    { handler = "rows.py:FUNCTION" },\n' in unclear
    assert max(map(len, told.splitlines())) <= 80


def test_the_same_is_told_as_data(run, repository):
    rows = "def rows(d):\n    return d['image-tags'], d['scan-status']\n"
    repository(src__app_dot_py=SCAN, template_dot_yaml=TEMPLATE, rows_dot_py=rows)
    code, told, _ = run("init --write --format json")
    document = json.loads(told)
    assert code == 0
    assert document["file"] == "ecr-contracts.toml"
    assert document["written"] is True
    assert document["consumers"] == [
        {
            "handler": "template.yaml:Scanned",
            "kinds": ["scan"],
            "why": "by template.yaml:9, rule Scan",
            "listed": False,
        }
    ]
    assert [one["place"] for one in document["unclear"]] == ["rows.py"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [("[tool", "not TOML"), ("tool = { ecr-contracts = {} }", "add them by hand")],
)
def test_a_configuration_that_cannot_be_written_stays_as_it_is(run, repository, text, problem):
    folder = repository(src__app_dot_py=SCAN, pyproject_dot_toml=text)
    code, _, complaints = run("init --write")
    assert code == 2
    assert problem in " ".join(complaints.split())
    assert (folder / "pyproject.toml").read_text() == text


def test_foreign_names_are_shown_with_escapes(run, repository):
    name = "scan\x1b[31m"
    repository(**{f"{name}__app_dot_py": SCAN})
    code, told, _ = run("init --write")
    assert code == 0
    assert "\x1b[31m" not in told


def test_what_is_no_folder_is_refused(run):
    code, _, complaints = run("init no/such/folder")
    assert code == 2
    assert "it is no folder" in complaints
