"""Handlers that ask for something until it has come: what they wait for may be our answer."""

from __future__ import annotations

import pytest

from ecr_contracts.core.errors import SetupError
from ecr_contracts.engine.session import check
from tests.writing import write

POLLS = """
    import time, boto3
    builds = boto3.client("codebuild", "us-east-1")

    def handler(event, context):
        while True:
            answer = builds.batch_get_builds(ids=["shop:1"])
            if answer["builds"][0]["buildStatus"] == "NEVER_HEARD_OF":
                return
            time.sleep(10)

    def sleeps(event, context):
        builds.start_build(projectName="shop")
        time.sleep(1000)
    """
QUICK = {"kinds": ["push"], "examples": 0, "strength": 1, "probe": 0}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "app.py", POLLS)


def test_what_waits_for_an_answer_of_ours_is_set_up():
    with pytest.raises(SetupError, match=r"codebuild\.BatchGetBuilds"):
        check("app.py:handler", **QUICK)


def test_what_sleeps_beyond_lambdas_most_is_late_whatever_is_answered():
    verdict = check("app.py:sleeps", **QUICK)
    (finding,) = verdict.errors
    assert (finding.check, finding.location.source) == ("late", "time.sleep(1000)")
