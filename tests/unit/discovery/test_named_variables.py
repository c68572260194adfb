"""Which variables a consumer's code names anywhere."""

from __future__ import annotations

import pytest

from ecr_contracts.discovery.source.variables.named import unnamed_variables


@pytest.mark.parametrize(
    "source",
    [
        "os.environ['SHOP_API_TOKEN']",
        "getenv(\n  name='SHOP_API_TOKEN')",
        "class Settings(BaseSettings):\n    shop_api_token: str",
        "class Settings(Base):\n    api_token: str\n    class Config:\n      env_prefix = 'SHOP_'",
        "os.environ[f'{STAGE}_API_TOKEN']",
        "with env.prefixed('SHOP_'): env('API_TOKEN')",
        "# SHOP_API_TOKEN is read by a library",
    ],
)
def test_a_name_is_found_in_whatever_way_it_is_written(source):
    assert unnamed_variables(["SHOP_API_TOKEN"], [source], None) == frozenset()


@pytest.mark.parametrize(
    "source", ["", "os.environ.copy()", "SHOP_API_TOKENS", "OTHER_SHOP_API_TOKEN", "token = 1"]
)
def test_other_texts_name_it_not(source):
    assert unnamed_variables(["SHOP_API_TOKEN"], [source], None) == {"SHOP_API_TOKEN"}


def test_modules_that_nobody_imports_are_looked_through_too(tmp_path):
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "one.py").write_text("A_TOKEN")
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "site-packages" / "two.py").write_text("B_TOKEN")
    assert unnamed_variables(["A_TOKEN", "B_TOKEN"], [], tmp_path) == {"B_TOKEN"}
