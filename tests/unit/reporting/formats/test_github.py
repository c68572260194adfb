"""Annotations of GitHub Actions, read as its runner reads them."""

from __future__ import annotations

import re
from dataclasses import replace

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.reach import Reach
from ecr_contracts.reporting.formats.registry import document
from ecr_contracts.reporting.formats.run import Run, Unjudged
from tests.unit.reporting.formats.made import run, verdict
from tests.unit.reporting.made import FINDING, with_


def commands(log):
    """The commands of a log: the name, the properties, the words of each."""
    found = []
    for line in log.splitlines():
        if match := re.fullmatch(r"::(\w+) ([^\n]*?)::(.*)", line):
            name, given, words = match.groups()
            properties = dict(one.split("=", 1) for one in given.split(","))
            found.append((name, {key: plain(one) for key, one in properties.items()}, plain(words)))
    return found


def plain(text):
    for escape, letter in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, letter)
    return text


def test_a_fault_stands_at_its_line_from_the_root_of_the_repository():
    [(name, properties, words)] = commands(document("github", run()))
    assert name == "error"
    assert properties["file"] == "svc/app.py"
    assert properties["line"] == "8"
    assert properties["title"].startswith("ECR101 IndexError when image-tags is empty")
    assert words.splitlines()[0] == 'app.py:8  tag = detail["image-tags"][0]'
    assert words.splitlines()[-1] == "ecr-contracts check app.py:handler --case scan/no-tags"


def test_the_report_stands_in_a_group_before_the_commands():
    lines = document("github", run()).splitlines()
    assert lines[0] == "::group::ecr-contracts check app.py:handler"
    assert lines[1].startswith("1 fault in app.py:handler")
    assert lines[-2] == "::endgroup::"


def test_what_marks_the_parts_of_a_command_is_escaped():
    place = replace(FINDING.location, file="a,b:c%3A/x.py")
    odd = with_(location=place, exception="Odd", detail="50%0A\n::error::x")
    [(_, properties, words)] = commands(document("github", run(verdict(odd))))
    assert properties["file"] == "svc/a,b:c%3A/x.py"
    assert "Odd: 50%0A" in words


def test_errors_come_first_since_github_shows_only_some():
    advice = with_(check="mutates", severity=Severity.WARNING, group="other")
    log = document("github", run(verdict(advice), verdict(FINDING)))
    assert [name for name, _, _ in commands(log)] == ["error", "warning"]


def test_a_file_outside_the_repository_is_not_named():
    away = with_(location=replace(FINDING.location, file="/elsewhere/app.py"))
    [(_, properties, _)] = commands(document("github", run(verdict(away))))
    assert set(properties) == {"title"}


def test_what_could_not_be_judged_is_an_error():
    unjudged = Unjudged("lost.py:handler", "no such file\n  mend it")
    [first, _] = commands(document("github", run(unjudged=(unjudged,))))
    assert first == (
        "error",
        {"title": "lost.py:handler could not be judged"},
        "no such file\n  mend it",
    )


def test_what_stands_nowhere_is_put_beside_the_code_that_it_is_about(tmp_path):
    (tmp_path / "app.py").write_text("")
    here = {"folder": str(tmp_path), "root": str(tmp_path)}
    nowhere = with_(check="vacuous", location=None)
    [(_, properties, _)] = commands(document("github", Run((verdict(nowhere),), **here)))
    assert (properties["file"], properties["line"]) == ("app.py", "1")
    calls = Reach(effects=("sns.publish (app.py:7)",), events=2, is_known=True)
    blind = with_(check="action-blind", location=None, detail="sns.Publish: with 1 as with 2")
    run_of_it = Run((verdict(blind, reach=calls),), **here)
    [(_, properties, _)] = commands(document("github", run_of_it))
    assert (properties["file"], properties["line"]) == ("app.py", "7")
