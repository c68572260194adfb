"""The table of checks: every row is complete, and worded in the form that reports need."""

from __future__ import annotations

import string

import pytest

from ecr_contracts.core.errors import UnknownNameError
from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.catalog import (
    CHECKS,
    GROUPS,
    REFUSES,
    Scope,
    check_named,
    is_of_run,
    is_relation,
    mend_of,
)

LONGEST_MEND = 100  # characters: two lines of a terminal at the most


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_each_check_says_what_it_is_good_for_and_how_to_mend_it(check):
    assert check.purpose.endswith(".")
    assert check.policy.endswith(".")
    assert check.mend[0].islower()
    assert not check.mend.endswith(".")
    assert len(check.mend) <= LONGEST_MEND
    assert CHECKS[check.id] is check


AT_A_FIELD = [row for row in CHECKS.values() if row.mend_at]


@pytest.mark.parametrize("check", AT_A_FIELD, ids=lambda check: check.id)
def test_what_to_do_at_a_field_names_it_and_is_as_short(check):
    words = mend_of(check.id, ["repository-name", "image-tag", "image-tag"])
    assert words.count("repository-name and image-tag") == 1
    assert words[0].islower()
    assert not words.endswith(".")
    assert len(mend_of(check.id, ["finding-severity-counts"])) <= LONGEST_MEND
    assert mend_of(check.id) == check.mend


def test_what_to_do_is_known_of_each_check_and_of_no_other():
    assert len(AT_A_FIELD) >= 6
    for check in CHECKS.values():
        assert mend_of(check.id, ["image-tag"]) in (check.mend, mend_of(check.id, ("image-tag",)))
    assert mend_of("mutates", ["image-tag"]) == CHECKS["mutates"].mend
    assert mend_of("no check at all", ["image-tag"]) == ""


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_headline_names_an_exception_or_nothing_else(check):
    fields = {field for _, field, _, _ in string.Formatter().parse(check.headline) if field}
    assert check.headline
    assert fields <= {"exception"}


def test_only_what_compares_calls_is_a_relation():
    assert is_relation("key-order")
    assert is_of_run("dead")
    assert not any(map(is_of_run, ("raises", "key-order", "no check at all")))
    assert not any(map(is_relation, ("raises", "vacuous", "lost-path", "no check at all")))


def test_what_ends_a_call_is_seen_in_a_call():
    ending = [row for row in CHECKS.values() if row.ends and row.id != REFUSES]
    assert {row.scope for row in ending} == {Scope.CALL, Scope.SUBJECT}


def test_a_refusal_follows_from_an_exception_that_ends_a_call():
    assert CHECKS[REFUSES].ends
    assert CHECKS[REFUSES].scope is Scope.FINDING


def test_nobody_changes_the_table():
    with pytest.raises(TypeError, match="does not support item assignment"):
        CHECKS["raises"] = CHECKS["late"]  # type: ignore[index]


def test_what_may_be_a_matter_of_taste_is_advice_and_all_else_is_an_error():
    advice = {check.id for check in CHECKS.values() if check.severity is Severity.WARNING}
    assert advice == {
        "mutates",
        "error-return",
        "side-effects-before-failure",
        "action-blind",
        "batch-retried",
        "unreported",
        "control-message",
        "unquoted",
        "unreached",
        "future-event",
        "case-changed",
        "unread",
        "refuses",
    }


CODES = """
101 raises
102 refuses
103 exits
104 late
105 swallowed
106 wrong-call
107 unserialisable
108 error-return
109 side-effects-before-failure
110 mutates
201 unknown-fields
202 key-order
203 media-types
204 absent-is-zero
205 monotone
206 severity-unread
207 severity-words
208 action-blind
209 unread
210 truncated
211 case-changed
212 future-event
301 given-back
302 left-in-queue
303 empty-queue
304 first-only
305 batch
306 partial-failure
307 wrongly-settled
308 batch-retried
309 unreported
310 batch-answer
311 control-message
401 dead-at-import
402 never-runs
403 vacuous
404 dead
405 unreached
406 dead-comparison
501 undeliverable
502 lost-path
503 dead-path
504 invalid-parameters
505 broken-command
506 unquoted
601 refused-request
602 fails-after-answer
"""
"""Every code that was ever given. A line is added, never changed: baselines and links hold codes.

Where a check goes, its line stays, with a hyphen in place of its id.
"""


def test_a_code_is_given_once_and_for_ever():
    given = dict(line.split() for line in CODES.split("\n") if line)
    now = {check.code.removeprefix("ECR"): check.id for check in CHECKS.values()}
    assert now == {code: check_id for code, check_id in given.items() if check_id != "-"}
    assert len(now) == len(CHECKS)


def test_the_hundreds_of_a_code_say_its_group_and_codes_are_in_order():
    for hundreds, rows in enumerate(GROUPS.values(), 1):
        assert {check.code[:4] for check in rows} == {f"ECR{hundreds}"}
    codes = [check.code for check in CHECKS.values()]
    assert codes == sorted(codes)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_check_is_named_by_its_id_or_its_code(check):
    assert check_named(check.id) is check
    assert check_named(check.code) is check
    assert check_named(check.code.lower()) is check


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("rases", "no check is called 'rases'; did you mean 'raises'?"),
        ("ECR1O1", "no check (`ecr-contracts checks` lists them) is called 'ECR1O1'"),
        ("ecr999", "no check (`ecr-contracts checks` lists them) is called 'ecr999'"),
        ("", "no check is called ''; there are: raises, refuses"),
    ],
)
def test_no_other_name_is_that_of_a_check(name, words):
    with pytest.raises(UnknownNameError) as caught:
        check_named(name)
    assert str(caught.value).startswith(words)
