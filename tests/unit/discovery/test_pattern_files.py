"""Whose a pattern file is: by its name, or because it stands alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.discovery.pattern_files import rules_by_name_or_alone
from tests.writing import HANDLER, write

SCAN = {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}
PUSH = {"source": ["aws.ecr"], "detail-type": ["ECR Image Action"]}


def rule(file: str, pattern=SCAN, name: str = "", **given) -> Rule:
    return Rule(name or Path(file).name, pattern, "", file, 1, **given)


def chosen(*levels, handler="src/push.py", attribute="handler"):
    folders = [Path(handler).parent, *Path(handler).parents[1:], Path(), Path()]
    found = rules_by_name_or_alone(zip(folders, levels, strict=False), Path(handler), attribute)
    return [one.file for one in found]


@pytest.mark.parametrize(
    ("handler", "attribute", "file"),
    [
        ("src/push.py", "handler", "push-rule.json"),
        ("src/push.py", "handler", "patterns/push.json"),
        ("src/push_handler.py", "handler", "ecr-push-event-pattern.json"),
        ("src/app.py", "handler", "src/app.pattern.json"),
        ("src/app.py", "on_push", "push.json"),
        ("src/app.py", "handlePush", "rules/Push_Rule.yaml"),
        ("services/push/handler.py", "handler", "patterns/push.json"),
        ("src/image_scan.py", "handler", "imageScan.json"),
    ],
)
def test_of_several_files_the_one_that_agrees_by_name_is_taken(folder, handler, attribute, file):
    other, another = rule("delete.json"), rule("rules/other.json", PUSH)
    own = rule(file, PUSH)
    assert chosen([other, own, another], handler=handler, attribute=attribute) == [file]
    assert chosen([other], [own, another], handler=handler, attribute=attribute) == [file]


def test_the_name_of_a_rule_agrees_too(folder):
    listed = [rule("rules.json", SCAN, "scan"), rule("rules.json", PUSH, "ecr-push")]
    found = rules_by_name_or_alone([(Path("src"), listed)], Path("src/push.py"), "handler")
    assert [one.pattern for one in found] == [PUSH]


def test_one_that_stands_alone_is_taken_wherever_it_is(folder):
    assert chosen([rule("a.json")]) == ["a.json"]
    assert chosen([], [], [rule("a.json")]) == ["a.json"]
    assert chosen([rule("a.json")], [rule("b.json", PUSH), rule("c.json")]) == ["a.json"]
    assert chosen() == chosen([]) == []


def test_of_several_nobody_says_which_it_is(folder):
    assert chosen([rule("a.json"), rule("b.json", PUSH)], [rule("c.json")]) == []


def test_several_that_want_the_same_are_as_one(folder):
    assert chosen([rule("a.json"), rule("b.json", dict(SCAN))]) == ["a.json"]


def test_one_that_is_called_as_another_module_is_that_ones(folder):
    write(folder, "src/push.py", HANDLER)
    write(folder, "src/scan.py", HANDLER)
    write(folder, "other/app.py", HANDLER)
    for file in ("scan-rule.json", "other.json"):
        assert chosen([rule(file)]) == []
    assert chosen([rule("scan-rule.json")], handler="src/scan.py") == ["scan-rule.json"]
    assert chosen([rule("rest.json")]) == ["rest.json"]


def test_one_above_is_taken_if_there_is_no_other_handler(folder):
    write(folder, "services/a/push.py", HANDLER)
    write(folder, "services/b/other.py", HANDLER)
    handler = "services/a/push.py"
    assert chosen([], [rule("services/rule.json")], handler=handler) == []
    assert chosen([rule("services/a/a.json")], handler=handler) == ["services/a/a.json"]
    assert chosen([], [rule("push.json")], handler=handler) == ["push.json"]
    write(folder, "services/b/other.py", "x = 1\n")
    assert chosen([], [rule("services/rule.json")], handler=handler) == ["services/rule.json"]


def test_what_delivers_nothing_is_passed_over(folder):
    usable = rule("a.json")
    broken, disabled = rule("b.json", {"source": "aws.ecr"}), rule("push.json", disabled=True)
    assert chosen([broken, usable, disabled]) == ["a.json"]
