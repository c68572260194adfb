"""The environment of a consumer: who sees what of it, and that nothing of it stays."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import timeit

import pytest

from ecr_contracts.discovery.source.variables.environment import variables
from ecr_contracts.discovery.target import Target
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.loader import load
from ecr_contracts.runtime.sandbox.environment import Environment
from ecr_contracts.runtime.sandbox.settings import Settings
from tests.writing import write


@pytest.fixture
def installed(folder, monkeypatch):
    """Writes a consumer and installs an environment around it."""
    monkeypatch.delenv("X", raising=False)
    environments = []

    def made(source: str, **settings) -> Environment:
        write(folder, "app.py", source)
        target = Target.parse("app.py:handler")
        environment = Environment(
            Settings(**settings), UserCode.around("app.py"), variables(target)
        )
        environments.append(environment)
        environment.install()
        return environment

    yield made
    for environment in environments:
        environment.remove()


def run(folder) -> dict:
    """What a consumer's own code makes of the environment: its globals."""
    return runpy.run_path(str(folder / "app.py"))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("os.environ['X_URL']", "https://example.invalid/x-url"),
        ("os.environ['DRY_RUN']", "false"),
        ("os.environ['AWS_ACCOUNT_ID_TO_USE'] != ''", True),
        ("os.environ.get('X_URL')", "https://example.invalid/x-url"),
        ("os.environ.get('X_URL', None)", "https://example.invalid/x-url"),
        ("os.getenv('X_URL')", "https://example.invalid/x-url"),
        ("list(map(os.getenv, ['X_URL']))", ["https://example.invalid/x-url"]),
        ("os.environ.pop('X_URL')", "https://example.invalid/x-url"),
        ("'X_URL' in os.environ", True),
        ("'X_URL' not in os.environ", False),
        ("int(os.environ['X_NAME'])", 10),
        ("json.loads(os.environ['X_NAME'])['a']", "placeholder"),
        # What the code can do without.
        ("os.getenv('X_URL', 'y')", "y"),
        ("os.getenv('X_URL', '')", ""),
        ("os.environ.get('X_URL', 'y')", "y"),
        ("os.environ.pop('X_URL', 'y')", "y"),
        ("os.environ.setdefault('X_URL', 'y') + os.environ['X_URL']", "yy"),
        ("os.getenv('DRY_RUN')", None),
        ("os.getenv('DEBUG')", None),
        ("os.getenv('ENABLE_SLACK')", None),
        ("os.getenv('IS_LOCAL')", None),
        ("os.getenv('SLACK_ENABLED')", None),
        ("os.getenv('AWS_SAM_LOCAL')", None),
        ("os.getenv('AWS_PROFILE')", None),
        ("os.getenv('LOCALSTACK_HOSTNAME')", None),
        ("'SKIP_SCAN' in os.environ", False),
        ("os.getenv('NOTIFICATION_URL')", "https://example.invalid/notification-url"),
        ("os.getenv('ISSUE_NAME')", "placeholder"),
        ("os.getenv('X_NAME') or 'y'", "y"),
        ("os.environ.get('X_NAME', '') or None or 'y'", "y"),
        ("bool(os.getenv('X_URL', '') and 1)", True),
        # What the code reads from a copy is there, and nothing else is.
        ("dict(os.environ)['X_URL']", "https://example.invalid/x-url"),
        ("{**os.environ}['X_URL']", "https://example.invalid/x-url"),
        ("os.environ.copy().get('X_URL')", "https://example.invalid/x-url"),
        ("os.environ.copy().get('X_URL', 'y')", "y"),
        # The environment as a whole is what it was.
        ("'X_URL' in dict(os.environ)", False),
        ("'X_URL' in list(os.environ)", False),
        ("'X_URL' in os.environ.copy()", False),
    ],
)
def test_own_code_gets_what_it_asks_for(folder, installed, monkeypatch, expression, value):
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    installed(
        f"import json, os\nVALUE = {expression}\ndef handler(event, context): ...\n", env_auto=True
    )
    assert run(folder)["VALUE"] == value


def test_what_the_code_sets_itself_is_not_made_up(folder, installed):
    installed(
        """
        import os
        SEEN = os.environ.get("SEEN")
        os.environ["SEEN"] = "yes"
        """
    )
    assert run(folder)["SEEN"] is None


def test_environ_may_be_imported_before(folder, installed):
    from os import environ, getenv

    installed("def look(environ, getenv):\n    return environ['X'], getenv('X')\n", env_auto=True)
    assert run(folder)["look"](environ, getenv) == ("placeholder", "placeholder")


def test_libraries_see_that_a_variable_is_missing(folder, installed, monkeypatch):
    for name in ("NETRC", "AWS_PROFILE", "HTTP_PROXY", "http_proxy", "X"):
        monkeypatch.delenv(name, raising=False)
    environment = installed("def look(look): return look()\n", env_auto=True)
    # A library that own code calls: this file is none of the consumer's.
    assert run(folder)["look"](lambda: (os.getenv("X"), "X" in os.environ)) == (None, False)
    with pytest.raises(KeyError):
        run(folder)["look"](lambda: os.environ["X"])
    assert environment.missing == environment.unset == environment.made_up == {}


def test_a_client_of_botocore_is_made_without_a_profile(folder, installed, monkeypatch):
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    environment = installed(
        """
        import os, botocore.session
        session = botocore.session.get_session()
        PROFILE = session.profile
        client = session.create_client("sns", region_name=os.environ["WHERE_REGION"])
        REGION = client.meta.region_name
        """,
        env_auto=True,
    )
    seen = run(folder)
    assert (seen["PROFILE"], seen["REGION"]) == (None, "us-east-1")
    assert environment.made_up == {"WHERE_REGION": "us-east-1"}


def test_child_processes_inherit_what_is_given_and_nothing_made_up(folder, installed):
    installed("import os\nos.environ['X']\n", env_auto=True, env={"GIVEN": "g"})
    run(folder)
    code = "import os; print(os.getenv('X'), os.getenv('GIVEN'))"
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert printed == "None g\n"


def test_given_values_win(folder, installed):
    environment = installed(
        "import os\nX = os.environ['X'], os.getenv('X'), 'X' in os.environ\n", env={"X": "1"}
    )
    assert run(folder)["X"] == ("1", "1", True)
    assert os.getenv("X") == "1"
    assert environment.missing == environment.made_up == {}


def test_what_is_missing_stays_missing_unless_it_is_to_be_made_up(folder, installed):
    environment = installed(
        """
        import os
        A = os.getenv("A_NAME")
        A = os.getenv("D_NAME", "d")

        B = os.environ["X"]
        """,
        env_auto=False,
    )
    with pytest.raises(KeyError, match="X"):
        run(folder)
    assert environment.missing == {"X": "app.py:6"}
    assert environment.unset == {"A_NAME": "app.py:3"}
    assert environment.made_up == {}


def test_a_refused_consumer_still_names_the_variable(folder, installed):
    installed("import os\nX = os.environ['X']\ndef handler(event, context): ...\n", env_auto=False)
    with pytest.raises(
        Exception, match=r"needs the environment variable X when it is imported at app\.py:2"
    ):
        load(Target.parse("app.py:handler"))


def test_nothing_leaks_from_call_to_call_or_after(folder, installed):
    before, kind, original = dict(os.environ), type(os.environ), os.environ
    environment = installed(
        """
        import os
        os.environ["AT_IMPORT"] = "1"
        def handler(event, context):
            seen = os.getenv("COUNT", "0"), os.getenv("AT_IMPORT", "")
            os.environ["COUNT"] = "1"
            del os.environ["AT_IMPORT"]
            os.environ.update(PATH="nowhere")
            if event["region"] == "replace":
                os.environ = {}
            return list(seen)
        """
    )
    consumer = load(Target.parse("app.py:handler"))
    for region in ("a", "replace", "b"):
        environment.begin()
        assert os.environ is original
        assert call(consumer, {"region": region}).returned == ["0", "1"]
    environment.remove()
    assert os.environ is original
    assert type(os.environ) is kind
    assert dict(os.environ) == before


def test_removing_twice_or_before_installing_does_nothing(folder):
    before = dict(os.environ)
    environment = Environment(Settings(), UserCode.around(None))
    environment.remove()
    environment.install()
    environment.remove()
    environment.remove()
    assert dict(os.environ) == before
    assert "Listening" not in type(os.environ).__name__


def test_a_call_costs_next_to_nothing(installed):
    environment = installed("")
    environment.begin()
    assert min(timeit.repeat(environment.begin, number=1000, repeat=3)) / 1000 < 50e-6
    assert min(timeit.repeat(lambda: os.environ["PATH"], number=1000, repeat=3)) / 1000 < 50e-6
