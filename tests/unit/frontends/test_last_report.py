"""The last report of a folder is kept, without secrets, and its faults are known again."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecr_contracts.core.findings import Location
from ecr_contracts.frontends.cli.check.options import parsed
from ecr_contracts.frontends.cli.check.words import repeated_words, withheld_words, words_again
from ecr_contracts.frontends.last_report import load_reports, save_report
from ecr_contracts.frontends.replay import FOLDER
from tests.unit.reporting.made import TAGS, when, with_

APP = "app.py:handler"
FAULTS = [
    [with_()],
    [
        with_(
            cause=(when(TAGS, "absent"),),
            exception="KeyError",
            location=Location("app.py", 12, source="tag = tags[0]"),
            group="scan@lambda#1",
        ),
        with_(group="scan@lambda#2", location=None),
    ],
]


def saved(root, together=FAULTS, words=(APP, "--strict"), withheld=()):
    assert save_report(root, APP, together, words, withheld)
    [report] = load_reports(root)
    return report


# --- the file -------------------------------------------------------------------------------------


def test_what_is_saved_is_loaded(tmp_path):
    report = saved(tmp_path, withheld=("--env", "TOKEN=..."))
    assert (report.words, report.withheld) == ((APP, "--strict"), ("--env", "TOKEN=..."))
    assert [len(fault.findings) for fault in report.faults] == [1, 2]
    [shown] = report.faults[0].findings
    assert shown.known is not None
    assert shown.known.case.event == FAULTS[0][0].example
    assert report.faults[0].told == "IndexError when image-tags is empty"
    assert (tmp_path / FOLDER / ".gitignore").read_text() == "*\n"


def test_a_report_takes_the_place_of_the_last_and_one_without_findings_leaves_nothing(tmp_path):
    saved(tmp_path)
    assert len(saved(tmp_path, FAULTS[:1]).faults) == 1
    assert not save_report(tmp_path, APP, [], [APP], [])
    assert load_reports(tmp_path) == ()
    assert not (tmp_path / FOLDER).exists()


def test_further_reports_of_a_command_are_kept_behind_the_first(tmp_path):
    saved(tmp_path)
    place = ("svc1/pyproject.toml", 2)
    assert save_report(tmp_path, "b.py:f", FAULTS[:1], ["b.py:f"], [], entry=place, is_further=True)
    assert not save_report(tmp_path, "c.py:f", [], ["c.py:f"], [], is_further=True)
    reports = load_reports(tmp_path)
    assert [(report.words[0], len(report.faults), report.entry) for report in reports] == [
        (APP, 2, None),
        ("b.py:f", 1, place),
    ]
    saved(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"format": 3}',
        b'{"format": 2}',
        b'{"format": 2, "reports": 3}',
        b'{"format": 2, "reports": [3]}',
        *(
            b'{"format": 2, "reports": [{"entry": null, %s}]}' % rest
            for rest in (
                b'"words": "app", "withheld": [], "faults": []',
                b'"words": [], "withheld": [1], "faults": []',
                b'"words": [], "withheld": [], "faults": [1]',
                b'"words": [], "withheld": [], "faults": [{"findings": [{}]}]',
            )
        ),
        b'{"format": 2, "reports": [{"entry": [1, 1], "words": [], "withheld": [], "faults": []}]}',
    ],
)
def test_what_cannot_be_read_is_as_good_as_not_there(tmp_path, content):
    saved(tmp_path)
    (tmp_path / FOLDER / "report.json").write_bytes(content)
    assert load_reports(tmp_path) == ()


def test_an_event_that_is_none_of_its_kind_any_more_is_left_out_and_the_fault_is_kept(tmp_path):
    saved(tmp_path)
    file = tmp_path / FOLDER / "report.json"
    content = json.loads(file.read_bytes())
    content["reports"][0]["faults"][0]["findings"][0]["event"]["source"] = "somebody.else"
    file.write_text(json.dumps(content))
    [report] = load_reports(tmp_path)
    [shown] = report.faults[0].findings
    assert (shown.known, shown.check) == (None, "raises")


def test_where_nothing_can_be_written_nothing_is_promised(tmp_path):
    (tmp_path / FOLDER).write_text("a file")
    assert not save_report(tmp_path, APP, FAULTS, [APP], [])
    assert load_reports(tmp_path) == ()


# --- a fault in another run -----------------------------------------------------------------------


def test_a_fault_is_known_again_where_its_line_moved_and_its_cause_is_told_otherwise(tmp_path):
    first = saved(tmp_path).faults[0]
    [finding] = FAULTS[0]
    moved = replace(finding, location=replace(finding.location, line=99), failed=("scan/x",))
    assert first.among([*FAULTS[1], moved]) == (moved,)
    other_cause = replace(finding, cause=())
    assert first.among([other_cause]) == (other_cause,)
    assert first.among([other_cause, moved]) == (moved,)


def test_another_fault_is_none_of_it(tmp_path):
    first = saved(tmp_path).faults[0]
    [finding] = FAULTS[0]
    others = (
        replace(finding, exception="KeyError"),
        replace(finding, check="exits"),
        replace(finding, kind="push"),
        replace(finding, location=Location("app.py", 8, source="another = line")),
        replace(finding, location=None),
    )
    assert first.among(others) == ()


def test_what_no_single_event_shows_takes_all_events(tmp_path):
    [finding] = FAULTS[0]
    many = (
        replace(finding, check="action-blind"),
        replace(finding, check="vacuous"),
        replace(finding, explained=False, doubt="flaky"),
        replace(finding, group="scan@firehose#batch-answer", via="firehose"),
    )
    report = saved(tmp_path, [[finding], *([one] for one in many)])
    assert [fault.takes_all for fault in report.faults] == [False, True, True, True, True]


# --- the words that give options again ------------------------------------------------------------

NAMES = st.sampled_from(["REGION", "TABLE", "STAGE"])
SECRETS = st.sampled_from(["SLACK_TOKEN", "API_KEY", "WEBHOOK_URL", "DB_PASSWORD"])
TEXTS = st.text(st.characters(codec="ascii", exclude_characters="\x00"), min_size=1, max_size=12)


def option(flag, values):
    return values.map(lambda value: [flag, str(value)])


PLAIN = st.lists(
    st.one_of(
        option("--kind", st.sampled_from(["push", "scan"])),
        option("--via", st.sampled_from(["sqs", "lambda"])),
        option("--evidence", st.sampled_from(["registry", "documented"])),
        option("--timeout", st.sampled_from([0.25, 30, 900])),
        option("--strength", st.integers(1, 4)),
        option("--examples", st.integers(0, 500)),
        option("--probe", st.integers(0, 500)),
        option("--env", st.builds("{}={}".format, NAMES, TEXTS)),
        option("--answer", st.sampled_from(["sns.Publish={}", 'ecr.Get={"a": [1]}'])),
        option("--rule", st.sampled_from(["rule.yaml", "my template.yaml:Rule"])),
        option("--off", st.sampled_from(["mutates", "vacuous"])),
        option("--allow-net", st.just("localhost:80")),
        option("--allow-write", st.just("out")),
        option("--env-file", st.just(".env")),
        option("--sandbox", st.just("moto")),
        option("--memory", st.sampled_from([64, 4096])),
        st.sampled_from([["--future"], ["--strict"], ["--unshielded"], ["--env-strict"]]),
    ),
    max_size=6,
).map(lambda options: [APP, *chain.from_iterable(options)])


@settings(max_examples=50)
@given(PLAIN)
def test_the_words_give_all_options_again(words):
    options = parsed(words)
    assert parsed(words_again(options)) == options
    assert withheld_words(options) == []


@settings(max_examples=50)
@given(PLAIN, SECRETS, st.text("abcdefgh0123456789", min_size=8, max_size=20))
@example([APP], "DATABASE_URL", "postgres://user:hunter2pass@db.example.com/app")
def test_no_secret_is_among_the_words(words, name, value):
    options = parsed([*words, "--env", f"{name}={value}"])
    kept = words_again(options)
    assert value not in " ".join([*kept, *withheld_words(options), *repeated_words(options)])
    assert withheld_words(options) == ["--env", f"{name}=..."]
    assert parsed(kept) == parsed(words)


def test_an_answer_that_is_a_secret_is_withheld():
    options = parsed([APP, "--answer", 'secretsmanager.GetSecretValue={"SecretString": "hunter2"}'])
    assert words_again(options) == [APP]
    assert withheld_words(options) == ["--answer", "secretsmanager.GetSecretValue=..."]


@pytest.mark.parametrize(
    "pair",
    [
        "WEBHOOK_URL=https://example.invalid/webhook-url",
        "SLACK_TOKEN=placeholder-token",
        "API_KEY=placeholder-key",
    ],
)
def test_what_was_made_up_is_no_secret(pair):
    options = parsed([APP, "--env", pair])
    assert words_again(options) == [APP, "--env", pair]
    assert withheld_words(options) == []
