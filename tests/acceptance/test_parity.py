"""`check`, pytest and `contract.check` give the same verdict on the same consumer."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ecr_contracts.core.errors import SetupError
from tests.acceptance import front_ends
from tests.acceptance.front_ends import Entry
from tests.acceptance.handlers.expected import HANDLERS
from tests.acceptance.zoo.expected import ROWS
from tests.rows import keeping

HERE = Path(__file__).parent
HARMFUL = {"late", "exits", "died", "dead-at-import"}
"""Checks of what ends or hangs the process of the test, where `contract.check` runs it, or of what
no test can import, and hand to it.
"""

STARTED = {"web_aiohttp_right/main.py:make"}
"""An app of aiohttp starts once in its life, and `by_assertion` loads what it checks."""

OF_HANDLERS = [
    Entry(
        handler.target,
        env=dict(handler.env),
        timeout=handler.timeout,
        strength=1,
        examples=5,
    )
    for handler in HANDLERS
]
OF_ZOO = [
    Entry(
        f"{row.module}.py:{row.name}",
        kinds=row.kinds,
        via=(row.via,),
        env=dict(row.env),
        timeout=row.timeout,
        strength=1 if row.strength == 1 else 2,
        examples=20 if row.family in ("value", "four") else 5,
    )
    for row in ROWS
]
SLOW = {f"{row.module}.py:{row.name}" for row in ROWS if row.family == "time"}
FEW = [entry for entry in OF_HANDLERS if entry.target.startswith("push_ecs_deploy/")]


def is_python(entry: Entry) -> bool:
    """Whether a test can import it: what lies inline in a template it cannot."""
    return entry.target.partition(":")[0].endswith(".py")


def is_harmless(descriptions) -> bool:
    return HARMFUL.isdisjoint(description[0] for description in descriptions)


def agree(source: Path, entries: list[Entry], tmp_path: Path, monkeypatch, *, apart=True) -> None:
    """Assert that the front ends agree on each entry, in a copy of the source's folder."""
    folder = tmp_path / "project"
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__", ".ecr-contracts"))
    (folder / "pyproject.toml").write_text("", "utf-8")  # here the project ends
    monkeypatch.chdir(folder)
    checked, filled = front_ends.by_check(folder, entries)
    reported = front_ends.by_pytest(folder, entries, tmp_path)
    differing = {
        entry.target: (checked[entry.target], reported["found"].get(entry.target))
        for entry in entries
        if reported["found"].get(entry.target) != checked[entry.target]
    }
    assert not differing
    for entry in entries:
        errors = [finding for finding in checked[entry.target] if finding[1] == "error"]
        failed = [nodeid for nodeid in reported["failed"] if f"::{entry.target}[" in nodeid]
        assert bool(failed) == bool(errors), (entry.target, failed, errors)
    (folder / "pyproject.toml").write_text("", "utf-8")
    shutil.rmtree(folder / ".ecr-contracts", ignore_errors=True)
    given = [entry for entry in entries if is_python(entry) and entry.target not in STARTED]
    tested = [entry for entry in given if is_harmless(checked[entry.target])]
    assert tested or not given
    asserted = front_ends.by_assertion(folder, tested, filled, tmp_path, apart=apart)
    for entry in tested:
        errors = [finding for finding in checked[entry.target] if finding[1] == "error"]
        assert asserted[entry.target] == errors, entry.target


OF_CASES = {
    "rule-and-pytest-agree": "app.py:handler",
    "counts-of-a-completed-scan": "app.py:handler",
    "counts-of-a-failed-scan": "app.py:handler",
    "digest-of-a-scan": "app.py:handler",
    "first-of-resources-of-a-scan": "app.py:handler",
    "first-tag-of-a-scan": "app.py:handler",
    "guard-clean-behind-complete": "src/tell.py:handler",
    "guard-faults-behind-scan-rule": "app.py:handler",
    "guard-queue-with-failures-told": "app.py:handler",
    "guard-successful-pushes-only": "app.py:handler",
    "guard-swallowed-fault": "app.py:handler",
    "guarded-by-own-prefix": "app.py:handler",
    "guarded-by-own-repository": "app.py:handler",
    "rule-names-repository": "app.py:handler",
    "rule-wants-critical": "app.py:handler",
    "rule-wants-high-tags-still-empty": "template.yaml:Notify",
    "rule-with-exists-and-numeric": "app.py:handler",
}
"""The handler of each small repository that has one."""


@keeping(lambda name: name == "rule-and-pytest-agree")
@pytest.mark.parametrize("name", OF_CASES)
def test_they_agree_on_each_case(name, tmp_path, monkeypatch):
    entries = [Entry(OF_CASES[name])]
    agree(HERE / "cases" / name, entries, tmp_path, monkeypatch)


BY_HAND = {"rule": ("other.json",)}
"""A rule that is named by hand: one that asks for no repository, and for a tag."""


@pytest.mark.long
@keeping(lambda keys, is_wrong: keys == BY_HAND)
@pytest.mark.parametrize(
    ("keys", "is_wrong"),
    [(BY_HAND, False), ({"unshielded": True}, True), (BY_HAND | {"unshielded": True}, True)],
    ids=["other rule", "no rule", "neither"],
)
def test_they_agree_behind_a_rule_by_hand_and_without_one(keys, is_wrong, tmp_path, monkeypatch):
    source = tmp_path / "source"
    shutil.copytree(HERE / "cases" / "rule-names-repository", source)
    pattern = {"source": ["aws.ecr"], "detail-type": ["ECR Image Action"]}
    detail = {"action-type": ["PUSH"], "image-tag": [{"exists": True}]}
    (source / "other.json").write_text(json.dumps(pattern | {"detail": detail}), "utf-8")
    entry = Entry("app.py:handler", **keys)
    agree(source, [entry], tmp_path, monkeypatch)
    found, _ = front_ends.by_check(tmp_path / "project", [entry])
    assert bool(found[entry.target]) == is_wrong


@pytest.mark.long
def test_they_all_refuse_a_handler_that_nothing_reaches(tmp_path, monkeypatch):
    name = "rule-with-arn-in-resources"
    words = "$.resources is an empty list in every push event"
    folder = tmp_path / "project"
    shutil.copytree(HERE / "cases" / name, folder)
    (folder / "pyproject.toml").write_text("", "utf-8")  # here the project ends
    monkeypatch.chdir(folder)
    entry = Entry("app.py:handler")
    with pytest.raises(SetupError) as refusal:
        front_ends.by_check(folder, [entry])
    assert words in str(refusal.value)
    reported = front_ends.by_pytest(folder, [entry], tmp_path)
    assert reported["found"] == {}
    assert words in reported["said"]
    (folder / "pyproject.toml").write_text("", "utf-8")
    with pytest.raises(AssertionError, match="SetupError") as failed:
        front_ends.by_assertion(folder, [entry], {entry.target: False}, tmp_path)
    assert words in str(failed.value)


@pytest.mark.long
def test_they_agree_on_a_handler(tmp_path, monkeypatch):
    agree(HERE / "handlers", FEW, tmp_path, monkeypatch)


RULES = {
    "names": {"detail": {"repository-name": ["shop/api", "shop-api", {"prefix": "team/"}]}},
    "tags": {"detail": {"image-tags": ["latest", {"prefix": "v"}], "scan-status": ["COMPLETE"]}},
    "pushes": {"detail": {"action-type": ["PUSH"], "image-tag": [{"anything-but": ["latest"]}]}},
    "either": {
        "detail": {
            "$or": [
                {"image-tag": [{"exists": False}]},
                {"finding-severity-counts": {"CRITICAL": [{"numeric": [">=", 1, "<", 5]}]}},
            ]
        }
    },
    "region": {"region": ["eu-west-1"], "account": ["123456789012"]},
}
BEHIND_RULES = ("scan_slack/", "push_codebuild/", "sqs_first/")


@pytest.mark.long
@pytest.mark.parametrize("name", RULES)
def test_they_agree_on_handlers_behind_a_rule(name, tmp_path, monkeypatch):
    source = tmp_path / "source"
    shutil.copytree(HERE / "handlers", source)
    (source / "rule.json").write_text(json.dumps({"source": ["aws.ecr"]} | RULES[name]), "utf-8")
    entries: list[Entry] = []
    for entry in OF_HANDLERS:
        if entry.target.startswith(BEHIND_RULES):
            entries.append(replace(entry, rule=("rule.json",)))
    agree(source, entries, tmp_path, monkeypatch)


PARTS = 6


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_they_agree_on_every_handler(part, tmp_path, monkeypatch):
    agree(HERE / "handlers", OF_HANDLERS[part::PARTS], tmp_path, monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize("part", range(2))
def test_they_agree_on_the_whole_zoo(part, tmp_path, monkeypatch):
    entries = [entry for entry in OF_ZOO if entry.target not in SLOW][part::2]
    agree(HERE / "zoo", entries, tmp_path, monkeypatch, apart=False)
