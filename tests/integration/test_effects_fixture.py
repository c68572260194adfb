"""The fixture `ecr_effects` of the pytest plugin, through small projects, as their owners would use
it.
"""

from __future__ import annotations

import pytest

from tests.writing import write

pytest_plugins = ["pytester"]

APP = """
    import json, os, urllib.request
    import boto3
    sns = boto3.client("sns", region_name="eu-west-1")
    def handler(event, context):
        name = event["detail"]["repository-name"]
        sns.publish(TopicArn="arn:aws:sns:eu-west-1:123456789012:x", Message=name)
        body = json.dumps({"text": name}).encode()
        urllib.request.urlopen("https://chat.example.invalid/hook", body)
    """
EVENT = '{"detail-type": "ECR Image Scan", "detail": {"repository-name": "my-repo"}}'


class Project:
    """A small project, and pytest in it, in a process with no plugins but those that are named."""

    def __init__(self, pytester, monkeypatch):
        self._pytester = pytester
        self.path = pytester.path
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        for name in (
            "PYTEST_ADDOPTS",
            "PYTEST_PLUGINS",
            "AWS_DEFAULT_REGION",
            "AWS_REGION",
            "AWS_PROFILE",
        ):
            monkeypatch.delenv(name, raising=False)
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            monkeypatch.setenv(name, str(pytester.path / "none"))
        write(self.path, "app.py", APP)

    def run(self, test, *arguments):
        write(self.path, "test_app.py", test)
        return self._pytester.runpytest_subprocess(
            "-p", "ecr_contracts", "-p", "no:cacheprovider", *arguments
        )


@pytest.fixture
def project(pytester, monkeypatch):
    return Project(pytester, monkeypatch)


def test_effects_are_asserted_on(project):
    # The client is made when the test file is imported, before there is any sandbox.
    result = project.run(
        f"""
        import app
        def test_it(ecr_effects):
            assert len(ecr_effects) == 0
            app.handler({EVENT}, None)
            (published,) = ecr_effects.aws("sns.Publish")
            assert published.content["Message"] == "my-repo"
            (posted,) = ecr_effects.http("chat.example.invalid")
            assert posted.content["body"] == {{"text": "my-repo"}}
            assert not ecr_effects.http("other.example.invalid") and not ecr_effects.aws("ses")
        def test_the_next_one_has_none_of_them(ecr_effects):
            assert list(ecr_effects) == []
            app.handler({EVENT}, None)
            assert len(ecr_effects) == 2
        """
    )
    result.assert_outcomes(passed=2)


@pytest.mark.long
def test_a_wrong_assertion_shows_what_was_done(project):
    result = project.run(
        f"""
        import app
        def test_it(ecr_effects):
            app.handler({EVENT}, None)
            assert ecr_effects == []
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*sns.Publish*"])


@pytest.mark.parametrize(
    "workers",
    [
        pytest.param((), id="alone"),
        pytest.param(("-p", "xdist", "-n2"), id="xdist", marks=pytest.mark.long),
    ],
)
def test_ecr_answers_in_agreement_with_the_event_of_the_test(project, workers):
    if workers:
        pytest.importorskip("xdist")
        workers = ("-p", "xdist.plugin", "-n2")
    result = project.run(
        """
        import boto3, pytest
        ecr = boto3.client("ecr", region_name="eu-west-1")
        @pytest.mark.ecr_contract("scan", via=["lambda", "sqs"])
        def test_it(ecr_effects, ecr_event):
            import json
            event = ecr_event
            if "Records" in ecr_event:
                event = json.loads(ecr_event["Records"][0]["body"])
            name = event["detail"]["repository-name"]
            found = ecr.describe_images(repositoryName=name)["imageDetails"][0]
            assert found["repositoryName"] == name
            assert found.get("imageTags", []) == event["detail"].get("image-tags", [])
            assert [one.name for one in ecr_effects] == ["ecr.DescribeImages"]
        """,
        *workers,
    )
    from ecr_contracts.events.generate import cases

    result.assert_outcomes(passed=2 * len(cases.edge_cases("scan")))


def test_a_test_with_an_event_begins_a_second_after_the_time_of_that(project):
    result = project.run(
        """
        import datetime, pytest
        @pytest.mark.ecr_contract("push")
        def test_it(ecr_effects, ecr_event):
            sent = datetime.datetime.fromisoformat(ecr_event["time"])
            age = datetime.datetime.now(datetime.timezone.utc) - sent
            assert datetime.timedelta(0) < age < datetime.timedelta(seconds=30)
        def test_without_an_event(ecr_effects):
            import time
            assert abs(time.time() - time.clock_gettime(time.CLOCK_REALTIME)) < 30
        """
    )
    from ecr_contracts.events.generate import cases

    result.assert_outcomes(passed=len(cases.edge_cases("push")) + 1)


@pytest.mark.long
def test_clients_need_no_region_and_no_credentials(project, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "of-the-developer")
    result = project.run(
        """
        import os
        import boto3
        def test_it(ecr_effects):
            assert os.environ["AWS_ACCESS_KEY_ID"] == "none"
            boto3.client("sqs").list_queues()
            boto3.Session().resource("s3").Bucket("x").put_object(Key="k", Body=b"b")
            assert [one.name for one in ecr_effects] == ["sqs.ListQueues", "s3.PutObject"]
        def test_they_are_the_developers_again():
            assert os.environ["AWS_PROFILE"] == "of-the-developer"
            assert "AWS_ACCESS_KEY_ID" not in os.environ and "AWS_REGION" not in os.environ
        """
    )
    result.assert_outcomes(passed=2)


@pytest.mark.long
def test_what_a_test_sets_itself_counts(project):
    result = project.run(
        f"""
        import os
        from unittest.mock import patch
        import app, boto3
        def test_monkeypatch(ecr_effects, monkeypatch):
            monkeypatch.setenv("AWS_REGION", "eu-north-1")
            monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
            assert boto3.client("sns").meta.region_name == "eu-north-1"
            monkeypatch.setattr(app, "sns", None)
        def test_before(monkeypatch, ecr_effects):
            monkeypatch.setenv("CHANNEL", "x")
            assert os.environ["CHANNEL"] == "x"
        def test_client_of_mock(ecr_effects):
            with patch("app.sns") as sns, patch("boto3.client") as client:
                app.handler({EVENT}, None)
                boto3.client("sns").publish(Message="x")
            sns.publish.assert_called_once()
            client.return_value.publish.assert_called_once()
            assert not ecr_effects.aws() and ecr_effects.http()
        def test_environment_of_mock(ecr_effects):
            with patch.dict(os.environ, {{"CHANNEL": "x"}}, clear=True):
                assert dict(os.environ) == {{"CHANNEL": "x"}}
            assert "PATH" in os.environ
        def test_all_is_back():
            assert not {{"CHANNEL", "AWS_REGION"}} & set(os.environ)
            assert app.sns is not None
        """
    )
    result.assert_outcomes(passed=5)


@pytest.mark.long
def test_what_a_test_sets_for_its_own_is_there_in_the_fixture(project):
    result = project.run(
        """
        import boto3, pytest
        @pytest.fixture(autouse=True)
        def region(monkeypatch):
            monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
        def test_it(ecr_effects):
            assert boto3.client("sns").meta.region_name == "eu-north-1"
        """
    )
    result.assert_outcomes(passed=1)


@pytest.mark.long
def test_a_conftest_that_uses_moto_stands(project):
    write(
        project.path,
        "conftest.py",
        """
        import pytest
        from moto import mock_aws
        @pytest.fixture(autouse=True)
        def aws():
            with mock_aws():
                yield
        """,
    )
    result = project.run(
        f"""
        import app, boto3
        def test_seen(ecr_effects):
            app.handler({EVENT}, None)
            assert [one.name for one in ecr_effects.aws()] == ["sns.Publish"]
        def test_motos_own():
            s3 = boto3.client("s3", region_name="us-east-1")
            s3.create_bucket(Bucket="scans")
            assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == ["scans"]
        """
    )
    result.assert_outcomes(passed=2)


def test_the_configuration_says_what_is_answered(project):
    write(
        project.path,
        "pyproject.toml",
        """
        [tool.ecr-contracts]
        env = { CHANNEL = "#scans" }
        answers = { "ssm.GetParameter" = { Parameter = { Value = "given" } } }
        """,
    )
    result = project.run(
        """
        import os, boto3
        def test_it(ecr_effects):
            found = boto3.client("ssm", region_name="eu-west-1").get_parameter(Name="/x")
            assert found["Parameter"]["Value"] == "given"
            assert os.environ["CHANNEL"] == "#scans"
        def test_not_without():
            assert "CHANNEL" not in os.environ
        """
    )
    result.assert_outcomes(passed=2)


def test_everything_is_put_back_whatever_the_test_does(project):
    result = project.run(
        f"""
        import builtins, contextlib, http.client, logging, os, socket, subprocess, sys, threading
        import _posixsubprocess
        import app, botocore.endpoint, botocore.validate, pytest, urllib3.connection
        def now():
            kinds = (
                http.client.HTTPConnection, http.client.HTTPSConnection, socket.socket,
                urllib3.connection.HTTPConnection, urllib3.connection.HTTPSConnection,
                botocore.endpoint.Endpoint, logging.Logger,
                botocore.validate.ParamValidationDecorator, contextlib.suppress, subprocess.Popen,
            )
            return (
                [sorted(vars(kind).items(), key=lambda one: one[0]) for kind in kinds],
                {{key: text for key, text in os.environ.items() if not key.startswith("PYTEST")}},
                type(os.environ), os.getcwd(), list(sys.meta_path), sys.argv[:],
                _posixsubprocess.fork_exec, sorted(vars(builtins)), sys.gettrace(),
                threading.active_count(), list(sys.path_hooks),
            )
        BEFORE = now()
        def test_raises(ecr_effects):
            assert now() != BEFORE
            app.handler({EVENT}, None)
            os.environ["LEFT"] = "behind"
            raise RuntimeError("planned")
        def test_exits(ecr_effects):
            with socket.socket() as sock:
                sock.connect(("192.0.2.1", 80))
        def test_after():
            assert now() == BEFORE
        """
    )
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        ["*RuntimeError: planned", "*the sandbox refuses the connection to 192.0.2.1:80*"]
    )


@pytest.mark.long
def test_programs_are_free_again_after_the_test(project):
    result = project.run(
        """
        import subprocess, sys
        import pytest
        def test_refused(ecr_effects):
            with pytest.raises(PermissionError):
                subprocess.run([sys.executable, "-c", ""])
            assert [one.refused for one in ecr_effects.processes] == [True]
        def test_free():
            subprocess.run([sys.executable, "-Sc", ""], check=True)
        """
    )
    result.assert_outcomes(passed=2)


@pytest.mark.long
def test_secrets_that_a_test_sets_are_shown_nowhere(project):
    result = project.run(
        """
        import os, urllib.request
        import boto3
        def test_it(monkeypatch, ecr_effects):
            monkeypatch.setenv("API_TOKEN", "planted-variable")
            asked = urllib.request.Request(
                "https://x.example.invalid/?q=" + os.environ["API_TOKEN"],
                headers={"Authorization": "planted-header"},
            )
            urllib.request.urlopen(asked)
            sns = boto3.client("sns", region_name="eu-west-1")
            sns.publish(PhoneNumber="+1", Message=os.environ["API_TOKEN"])
            told = repr(ecr_effects)
            assert "Message': '***'" in told and "q=***" in told
            assert "planted" not in told
        """
    )
    result.assert_outcomes(passed=1)


def test_nothing_is_loaded_where_it_is_not_used(project):
    result = project.run(
        """
        import sys
        def test_it():
            ours = [name for name in sys.modules if name.startswith("ecr_contracts.")]
            assert set(ours) == {
                "ecr_contracts.frontends",
                "ecr_contracts.frontends.config",
                "ecr_contracts.frontends.config.finding",
                "ecr_contracts.frontends.pytest",
                "ecr_contracts.frontends.pytest.collection",
                "ecr_contracts.frontends.pytest.environment",
                "ecr_contracts.frontends.pytest.own_faults",
                "ecr_contracts.frontends.pytest.plugin",
            }, ours
        """
    )
    result.assert_outcomes(passed=1)


def test_what_it_refuses_names_the_key_that_allows_it(project):
    result = project.run(
        """
        import subprocess
        def test_it(ecr_effects):
            subprocess.run(["mytool"])
        """
    )
    result.assert_outcomes(failed=1)
    assert 'allow-process = ["mytool"] in pyproject.toml lets it through' in result.stdout.str()
    assert "--allow-process" not in result.stdout.str()


@pytest.mark.long
def test_a_method_and_a_fixture_of_the_projects_own_may_use_it(project):
    result = project.run(
        f"""
        import app, pytest
        @pytest.fixture
        def topic(ecr_effects):
            return lambda: [one.content["Message"] for one in ecr_effects.aws("sns")]
        class TestIt:
            def test_it(self, topic):
                app.handler({EVENT}, None)
                assert topic() == ["my-repo"]
            @pytest.mark.ecr_contract("push")
            def test_event_without_argument_order(self, ecr_event, topic):
                app.handler(ecr_event, None)
                assert topic() == [ecr_event["detail"]["repository-name"]]
        """
    )
    assert result.parseoutcomes().get("failed", 0) == 0
    assert result.parseoutcomes()["passed"] > 2


def test_the_assertion_counts_what_the_sandbox_sees(project):
    write(
        project.path,
        "lost.py",
        """
        import boto3
        sns = boto3.client("sns", region_name="eu-west-1")
        def handler(event, context):
            try:
                sns.publish(TopicArn="arn:aws:sns:eu-west-1:123456789012:x",
                            Message=event["detail"]["image-tags"][0])
            except Exception as error:
                print("not told:", error)
        """,
    )
    result = project.run(
        """
        import pytest
        from ecr_contracts import contract
        def test_inside(ecr_effects):
            import lost
            with pytest.raises(contract.ContractViolation) as found:
                contract.check(lost.handler, "scan", strength=1, examples=0)
            assert {finding.check for finding in found.value.findings} == {"swallowed"}
            lines = {finding.location.line for finding in found.value.findings}
            assert lines == {7}
        """
    )
    result.assert_outcomes(passed=1)


@pytest.mark.long
def test_the_assertion_sees_what_is_swallowed_though_nothing_is_done_before(project):
    write(
        project.path,
        "quiet.py",
        """
        def handler(event, context):
            try:
                event["detail"]["image-tags"][0]
            except Exception as error:
                print(error)
        """,
    )
    result = project.run(
        """
        import pytest
        from ecr_contracts import contract
        def test_inside(ecr_effects):
            import quiet
            with pytest.raises(contract.ContractViolation, match="swallows IndexError"):
                contract.check(quiet.handler, "scan", strength=1, examples=0)
        """
    )
    result.assert_outcomes(passed=1)


def test_sleeps_pass_at_once_and_the_clocks_are_put_back(project):
    result = project.run(
        """
        import datetime
        import time
        from ecr_contracts import contract

        def now():
            return time.clock_gettime(time.CLOCK_REALTIME)

        def slow(event, context):
            time.sleep(60)
            return event["id"]

        def test_sleeps(ecr_effects):
            began = now()
            contract.check(slow, "push", strength=1, examples=0)
            assert now() - began < 30

        def test_after():
            assert abs(time.time() - now()) < 1
            assert abs(datetime.datetime.now().timestamp() - now()) < 1
            assert type(time.sleep).__name__ == "builtin_function_or_method"
        """
    )
    result.assert_outcomes(passed=2)


def test_what_a_test_sets_in_the_environment_stays_for_each_event(project):
    project_file = """
        import os
        def handler(event, context):
            os.environ["LAST"] = event["id"]
            return os.environ["HOOK"] + event["detail"]["repository-name"]
        """
    write(project.path, "told.py", project_file)
    result = project.run(
        """
        import os
        import told
        from ecr_contracts import contract

        def test_set_within(ecr_effects, monkeypatch):
            monkeypatch.setenv("HOOK", "one")
            contract.check(told.handler, "scan", strength=1, examples=0)
            monkeypatch.setenv("HOOK", "two")
            verdict = contract.check(told.handler, "push", strength=1, examples=0)
            assert os.environ["HOOK"] == "two"
            assert not verdict.findings
        """
    )
    result.assert_outcomes(passed=1)


FILES = """
    import os, pathlib, shutil
    def handler(event, context):
        folder = pathlib.Path(event["folder"])
        folder.joinpath("out.txt").write_text("written")
        pathlib.Path("kept.txt").write_text("changed")
        pathlib.Path("new.txt").write_text("new")
        os.remove("gone.txt")
        shutil.rmtree("data")
    """


def test_what_a_handler_changes_is_a_copy_that_its_test_can_read(project):
    write(project.path, "files.py", FILES)
    for name in ("kept.txt", "gone.txt", "data/one.txt", "mine.txt"):
        write(project.path, name, "real")
    result = project.run(
        """
        import os, pathlib, files
        def test_it(ecr_effects, tmp_path):
            pathlib.Path("made.txt").write_text("by the test")
            files.handler({"folder": str(tmp_path)}, None)
            assert (tmp_path / "out.txt").read_text() == "written"
            assert pathlib.Path("kept.txt").read_text() == "changed"
            assert pathlib.Path("new.txt").read_text() == "new"
            assert not os.path.exists("gone.txt") and not os.path.exists("data")
            assert sorted(p.suffix for p in pathlib.Path().glob("*.txt")) == [".txt"] * 4
            assert [(one.name, one.content["action"]) for one in ecr_effects.files[2:]] == [
                ("kept.txt", "write"), ("new.txt", "write"),
                ("gone.txt", "remove"), ("data/one.txt", "remove"), ("data", "remove"),
            ]
            os.remove("new.txt")
            os.remove("mine.txt")
        def test_after_it():
            assert pathlib.Path("kept.txt").read_text() == "real"
            assert sorted(os.listdir("data")) == ["one.txt"]
            assert not os.path.exists("new.txt") and not os.path.exists("mine.txt")
            assert pathlib.Path("made.txt").read_text() == "by the test"
        """,
        "--basetemp",
        str(project.path / "temporary"),
    )
    result.assert_outcomes(passed=2)
    assert (project.path / "gone.txt").read_text().strip() == "real"
