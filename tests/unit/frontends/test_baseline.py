"""The file of accepted findings: what is written is read again, all else is refused in words."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts import contract
from ecr_contracts.core.errors import BaselineError
from ecr_contracts.core.findings import Boundary, Condition, Location
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine.accepted.baseline import Baseline
from ecr_contracts.engine.accepted.entries import Entry, entry_of
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.events.generate.cases import case
from ecr_contracts.frontends import baseline
from ecr_contracts.frontends.baseline.document import baseline_of, text_of
from ecr_contracts.frontends.cli.main import main

TEXTS = st.text(max_size=8)
BOUNDARIES = st.builds(
    Boundary,
    measure=st.sampled_from(["length", "number", "contains", "is"]),
    low=st.none() | st.integers(-9, 99),
    high=st.none() | st.integers(-9, 99),
    text=TEXTS,
    is_class=st.booleans(),
    is_negated=st.booleans(),
)
CONDITIONS = st.builds(
    Condition,
    path=TEXTS,
    choices=st.lists(TEXTS, min_size=1, max_size=3, unique=True).map(tuple),
    boundary=st.none() | BOUNDARIES,
)
CAUSES = st.lists(
    st.builds(
        lambda one, others: replace(one, others=tuple(others)),
        CONDITIONS,
        st.lists(CONDITIONS, max_size=2),
    ),
    max_size=2,
)


@st.composite
def entries(draw) -> Entry:
    """Entries of findings with any texts in them, as foreign code and events may bring them."""
    finding = build_finding(
        draw(st.sampled_from(sorted(CHECKS))),
        case(f"{draw(st.sampled_from(['push', 'scan']))}/ordinary"),
        draw(st.sampled_from(["lambda", "sns"])),
        "",
        cause=tuple(draw(CAUSES)),
        exception=draw(st.none() | TEXTS),
        location=draw(st.none() | st.builds(Location, st.just("app.py"), st.just(1), source=TEXTS)),
    )
    reason = draw(TEXTS.filter(str.strip))
    return entry_of(finding, draw(TEXTS), reason, says=draw(TEXTS))


@given(st.lists(entries(), max_size=4))
def test_what_is_written_is_read_again_and_written_alike(several):
    known = Baseline().with_new(several)
    text = text_of(known)
    again = baseline_of(text, "b.toml")
    assert set(again.entries) == set(known.entries)
    assert [one.says for one in again.entries] == [one.says for one in known.entries]
    assert text_of(again) == text
    assert len(tomllib.loads(text).get("accepted", [])) == len(known.entries)
    text.encode("utf-8")


ENTRY = """
[[accepted]]
consumer = "app.py:handler"
check = "raises"
kinds = ["push"]
via = ["lambda"]
cause = [{ path = "$.detail.image-tag", is = ["absent"] }]
reason = "we never delete"
"""


def test_a_check_may_be_named_by_its_name_or_its_code():
    [entry] = baseline_of(f"format = 1\n{ENTRY}", "b.toml").entries
    by_code = ENTRY.replace("raises", "ECR101")
    assert baseline_of(f"format = 1\n{by_code}", "b.toml").entries == (entry,)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("we never delete", " ", "entry 1 of [[accepted]], reason: it is empty: say why"),
        ('reason = "we never delete"', "", "entry 1 of [[accepted]]: it has no reason"),
        ("reason", "raeson", "raeson: no such key; did you mean 'reason'?"),
        ("raises", "rases", "check: no check is called 'rases'; did you mean 'raises'?"),
        ('["push"]', '"push"', "kinds: it is a list, not 'push'"),
        ('["push"]', "[1]", "kinds: it is a list of texts"),
        ("path =", "paths =", "cause.paths: no such key; did you mean 'path'?"),
        (', is = ["absent"]', "", "cause: a condition has a path, and says what is there"),
        ('is = ["absent"]', "boundary = { low = 1 }", "cause.boundary.low: no such key"),
        ('is = ["absent"]', "boundary = { from = 1 }", "cause.boundary: it has no measure"),
        (
            'is = ["absent"]',
            'boundary = { measure = "length", from = "1" }',
            "cause.boundary.from: it is a whole number, not '1'",
        ),
        ("[[accepted]]", "[accepted]", "accepted: it is a list of tables"),
        ("[[accepted]]", "[[acepted]]", "acepted: no such key; did you mean 'accepted'?"),
        ("[[accepted]]", "<<<<<<< HEAD\n[[accepted]]", "line 3: it holds the marks of a merge"),
        ("[[accepted]]", "[[accepted", "it is not TOML"),
        ("format = 1", "format = 2", "format: it is 1, not 2"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(old, new, words):
    text = f"format = 1\n{ENTRY}"
    assert old in text
    with pytest.raises(BaselineError) as caught:
        baseline_of(text.replace(old, new), "b.toml")
    assert words in str(caught.value)
    assert str(caught.value).startswith("b.toml")


def test_a_file_that_is_not_there_is_no_empty_one(tmp_path):
    with pytest.raises(BaselineError, match="there is no such file"):
        baseline.read_baseline(tmp_path / "b.toml")
    (tmp_path / "b.toml").write_bytes(b"\xff")
    with pytest.raises(BaselineError, match="not UTF-8"):
        baseline.read_baseline(tmp_path / "b.toml")


def test_a_handler_has_one_name_however_it_is_named(tmp_path):
    (tmp_path / "src" / "team").mkdir(parents=True)
    (tmp_path / "src" / "team" / "app.py").touch()
    inner = tmp_path / "src"
    names = {
        baseline.handler_name(Target.parse("src/team/app.py:handler"), tmp_path, tmp_path),
        baseline.handler_name(Target.parse("team/app.py:handler"), inner, tmp_path),
        baseline.handler_name(Target.parse("team.app:handler"), tmp_path, tmp_path),
        baseline.handler_name(Target.parse("team.app:handler"), inner, tmp_path),
        baseline.handler_name(Target.parse(f"{inner}/team/app.py:handler"), Path.cwd(), tmp_path),
    }
    assert names == {"src/team/app.py:handler"}
    elsewhere = baseline.handler_name(Target.parse("lost.app:handler"), tmp_path, tmp_path)
    assert elsewhere == "lost.app:handler"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--update-baseline"], "say it: --reason WHY"),
        (["--update-baseline", "--reason", " "], "say it: --reason WHY"),
        (["--reason", "why"], "add --update-baseline"),
        (["--update-baseline", "--reason", "why", "--case", "push/ordinary"], "leave --case out"),
        (["--prune", "--kind", "push"], "only a run with all events tells"),
        (["--prune", "--examples", "0"], "only a run with all events tells"),
    ],
)
def test_options_that_do_not_go_together_are_refused_before_anything_runs(words, said, capsys):
    assert main(["check", "nowhere/app.py:handler", *words]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


QUICK = {"strength": 1, "examples": 0, "probe": 20}


def faulty(event, context):
    return event["detail"]["image-tag"].upper()


def otherwise(event, context):
    return 1 / (event["detail"]["result"] != "FAILURE")


def test_an_assertion_takes_a_baseline_by_name_or_from_the_configuration(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "accepted.toml"
    with pytest.raises(contract.ContractViolation) as caught:
        contract.check(faulty, "push", **QUICK)
    root = Path(__file__)
    name = baseline.handler_name(Target("faulty", "faulty", file=root), tmp_path, tmp_path)
    baseline.accept(file, caught.value.findings, name, "pushes of ours have tags")
    verdict = contract.check(faulty, "push", **QUICK, baseline=file)
    assert not verdict.errors
    assert {entry.reason for _, entry in verdict.accepted} == {"pushes of ours have tags"}
    (tmp_path / "pyproject.toml").write_text("[tool.ecr-contracts]\nbaseline = 'accepted.toml'\n")
    assert not contract.check(faulty, "push", **QUICK).errors
    with pytest.raises(contract.ContractViolation):
        contract.check(otherwise, "push", **QUICK)
    with pytest.raises(BaselineError, match="there is no such file"):
        contract.check(faulty, "push", **QUICK, baseline="elsewhere.toml")
