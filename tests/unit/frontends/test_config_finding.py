"""Which configuration a file belongs to, and which there are below a folder."""

import pytest

from ecr_contracts.core import limits
from ecr_contracts.core.errors import ConfigurationError
from ecr_contracts.frontends import config
from ecr_contracts.frontends.config import finding

TABLE = "[tool.ecr-contracts]\nconsumers = [{ handler = 'app.py:handler' }]\n"
OWN = "consumers = [{ handler = 'app.py:handler' }]\n"


def lay(root, files):
    """Write files below a folder."""
    for name, text in files.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


@pytest.mark.parametrize("name", ["pyproject.toml", "ecr-contracts.toml"])
def test_the_nearest_one_above_a_file_counts(tmp_path, name):
    text = TABLE if name == "pyproject.toml" else OWN
    lay(tmp_path, {name: text, f"svc1/{name}": text, "svc1/src/app.py": "", "svc2/app.py": ""})
    assert config.nearest(tmp_path / "svc1/src/app.py") == tmp_path / "svc1" / name
    assert config.nearest(tmp_path / "svc1") == tmp_path / "svc1" / name
    assert config.nearest(tmp_path / "svc2/app.py") == tmp_path / name
    assert config.nearest(tmp_path / "svc2/not/there.py") == tmp_path / name


def test_a_file_without_a_table_of_ours_is_passed_by(tmp_path):
    lay(
        tmp_path,
        {
            "pyproject.toml": TABLE,
            "svc/pyproject.toml": "[project]\nname = 'x' # not of ecr-contracts\n",
            "svc/deep/pyproject.toml": "[tool.pytest.ini_options]\n",
        },
    )
    assert config.nearest(tmp_path / "svc/deep/app.py") == tmp_path / "pyproject.toml"


def test_the_way_up_ends_at_a_repository(tmp_path):
    lay(tmp_path, {"pyproject.toml": TABLE, "repo/.git/config": "", "repo/src/app.py": ""})
    assert config.nearest(tmp_path / "repo/src/app.py") is None
    lay(tmp_path, {"repo/pyproject.toml": TABLE})
    assert config.nearest(tmp_path / "repo/src/app.py") == tmp_path / "repo/pyproject.toml"
    lay(tmp_path, {"tree/.git": "gitdir: elsewhere", "tree/app.py": ""})
    assert config.nearest(tmp_path / "tree/app.py") is None


def test_a_broken_file_that_speaks_of_us_is_found_so_that_somebody_complains(tmp_path):
    lay(tmp_path, {"pyproject.toml": TABLE, "svc/pyproject.toml": "[tool.ecr-contracts\n"})
    found = config.nearest(tmp_path / "svc/app.py")
    assert found == tmp_path / "svc/pyproject.toml"
    with pytest.raises(ConfigurationError, match="the file is not TOML"):
        config.read(found)


@pytest.mark.parametrize(
    "name", ["ecr-contract", "ecr_contracts", "ECR-contracts", "ecr-contrcats"]
)
def test_a_misspelt_table_is_told(tmp_path, name):
    file = tmp_path / "pyproject.toml"
    file.write_text(f'[tool.{name}]\nconsumers = [{{ handler = "app.py:handler" }}]\n')
    assert config.nearest(tmp_path) == file
    with pytest.raises(ConfigurationError, match=rf"\[tool.{name}\]; did you mean \[tool.ecr-con"):
        config.read(file)


@pytest.mark.parametrize("name", ["ecr", "ecr-deploy", "secrets", "contracts"])
def test_the_table_of_another_tool_is_passed_by(tmp_path, name):
    (tmp_path / "pyproject.toml").write_text(f"[tool.{name}]\nx = 1\n")
    assert config.nearest(tmp_path / "app.py") is None


def test_two_in_one_folder_are_refused(tmp_path, monkeypatch):
    lay(tmp_path, {"svc/pyproject.toml": TABLE, "svc/ecr-contracts.toml": OWN})
    monkeypatch.chdir(tmp_path)
    for look in (lambda: config.nearest("svc/app.py"), lambda: list(config.all_below("."))):
        with pytest.raises(
            ConfigurationError, match=r"^svc/ecr-contracts.toml: pyproject.toml bes"
        ):
            look()
    lay(tmp_path, {"svc/pyproject.toml": "[project]\n"})
    assert config.nearest("svc/app.py") == tmp_path / "svc/ecr-contracts.toml"


def test_all_below_a_folder_come_from_the_top_down(tmp_path):
    lay(
        tmp_path,
        {
            "svc2/pyproject.toml": TABLE,
            "pyproject.toml": TABLE,
            "svc1/pyproject.toml": TABLE,
            "svc1/inner/ecr-contracts.toml": OWN,
            "svc3/pyproject.toml": "[project]\n",
            ".hidden/pyproject.toml": TABLE,
            "node_modules/x/pyproject.toml": TABLE,
            "env/pyvenv.cfg": "",
            "env/pyproject.toml": TABLE,
        },
    )
    (tmp_path / "link").symlink_to(tmp_path / "svc1", target_is_directory=True)
    found = [file.relative_to(tmp_path).as_posix() for file in config.all_below(tmp_path)]
    assert found == [
        "pyproject.toml",
        "svc1/pyproject.toml",
        "svc1/inner/ecr-contracts.toml",
        "svc2/pyproject.toml",
    ]


def test_a_file_of_ours_has_its_keys_at_the_top(tmp_path, monkeypatch):
    lay(tmp_path, {"ecr-contracts.toml": f"strict = true\n{OWN}", "app.py": ""})
    monkeypatch.chdir(tmp_path)
    [consumer] = config.read(tmp_path / "ecr-contracts.toml")
    assert consumer.effort.strict
    assert (consumer.folder, consumer.line) == (tmp_path, 2)
    lay(tmp_path, {"ecr-contracts.toml": "consumers = [{ handler = 'app.py:f', kind = 'scan' }]"})
    wanted = r"^ecr-contracts.toml, consumers\[0\].kind: no such key; did you mean 'kinds'"
    with pytest.raises(ConfigurationError, match=wanted):
        config.read(tmp_path / "ecr-contracts.toml")
    lay(tmp_path, {"ecr-contracts.toml": TABLE})
    with pytest.raises(ConfigurationError, match=r"tool: the keys of an ecr-contracts\.toml "):
        config.read(tmp_path / "ecr-contracts.toml")


def test_a_key_at_the_wrong_level_is_told_where_it_belongs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lay(tmp_path, {"ecr-contracts.toml": "kinds = 'scan'\n"})
    with pytest.raises(ConfigurationError, match="kinds: it is said of one consumer: write it in"):
        config.read(tmp_path / "ecr-contracts.toml")
    lay(tmp_path, {"ecr-contracts.toml": "kind = 'scan'\n"})
    with pytest.raises(ConfigurationError, match=r"mean 'kinds'\? That stands in an entry"):
        config.read(tmp_path / "ecr-contracts.toml")
    lay(tmp_path, {"ecr-contracts.toml": "consumers = [{ handler = 'a.py:f', consumers = [] }]\n"})
    with pytest.raises(ConfigurationError, match="no entry has consumers of its own"):
        config.read(tmp_path / "ecr-contracts.toml")


def test_a_message_names_the_file_from_where_one_is(tmp_path, monkeypatch):
    lay(tmp_path, {"svc/pyproject.toml": "[tool.ecr-contracts]\nnonsense = 1\n", "svc/src/x": ""})
    places = {".": "svc/pyproject.toml, tool", "svc": "pyproject.toml, ", "svc/src": "../pyproject"}
    for folder, wanted in places.items():
        monkeypatch.chdir(tmp_path / folder)
        with pytest.raises(ConfigurationError) as refused:
            config.read(tmp_path / "svc/pyproject.toml")
        assert str(refused.value).startswith(wanted)


def test_as_much_is_looked_at_as_is_read():
    assert finding.MOST_BYTES == limits.SETTINGS_BYTES
