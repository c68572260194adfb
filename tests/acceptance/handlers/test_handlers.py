"""Handlers as people write them are checked as they are found: what is wrong with each is said, and
nothing else.
"""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ecr_contracts.core.findings import Finding
from ecr_contracts.discovery.target import JAVASCRIPT
from ecr_contracts.engine import session
from ecr_contracts.engine.subjects.handler import Handler
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.runtime.sandbox.settings import Settings
from tests.acceptance.about_made_up import about_made_up
from tests.acceptance.causes import Cause, formulations, in_words, told, told_forms
from tests.acceptance.handlers.expected import HANDLERS, NOTHING, Expected, Found
from tests.acceptance.handlers.expected_pollers import POLLERS
from tests.acceptance.handlers.expected_web import WEB_APPS
from tests.acceptance.handlers.test_reach import assert_not_silent, has_clients
from tests.rows import first_of_each, long_but

HERE = Path(__file__).parent
RIGHT = [handler for handler in HANDLERS if handler.is_right]
SHORT = [
    *first_of_each(
        [handler for handler in HANDLERS if handler not in WEB_APPS],
        lambda handler: (handler.is_right, handler.kinds, handler.via),
    ),
    *WEB_APPS[:2],
]
"""The handlers that the test command of the README checks: one for each kind and envelope."""


def every(handlers):
    return pytest.mark.parametrize("handler", handlers, ids=lambda handler: handler.name)


def verdict_of(handler: Expected) -> Verdict:
    """What `check` says of a handler; a right one is given drawn events too, since nothing may be
    found there.
    """
    if handler.needs:
        pytest.importorskip(handler.needs)
    settings = Settings(answers=handler.answers, env=handler.env)
    examples = 50 if handler.is_right else 0
    return session.check(
        handler.target, settings=settings, timeout=handler.timeout, examples=examples
    )


@pytest.fixture(autouse=True)
def folder(monkeypatch):
    """The folder that targets are relative to."""
    monkeypatch.chdir(HERE)


def tells_of(finding: Finding, found: Found) -> bool:
    """Whether a finding tells of a fault, causes apart."""
    source = finding.location.source if finding.location else ""
    return (
        (finding.check, finding.severity) == (found.check, found.severity)
        and found.exception in (None, finding.exception)
        and (found.line is None or found.line in source)
    )


def are_told(findings: list[Finding], wanted: frozenset[Cause]) -> bool:
    """Whether findings tell of the causes, each of one of them, once for each kind and envelope."""
    forms = {form: whole for whole in wanted for form in formulations(whole)}
    telling = Counter()
    for finding in findings:
        said = [forms[form] for form in told_forms(finding.cause) if form in forms]
        if not finding.explained or not said:
            return False
        telling[finding.kind, finding.via, said[0]] += 1
    return set(telling.values()) == {1} and {whole for *_, whole in telling} == wanted


def shown(finding: Finding) -> str:
    """A finding in one line, for whoever reads that it was not expected."""
    source = finding.location.source if finding.location else "-"
    what = f"{finding.severity} {finding.check} {finding.exception}"
    when = in_words(told(finding.cause))
    return f"{what} at {source!r} when {when}: {finding.detail}"


# --- what `check` says ----------------------------------------------------------------------------


@every(long_but(SHORT.__contains__, HANDLERS))
def test_what_is_wrong_is_found_and_nothing_else_of_the_kinds_that_it_is_for(handler):
    verdict = verdict_of(handler)
    assert not about_made_up(verdict)
    assert_not_silent(verdict, has_clients=has_clients(handler))
    telling = {
        found: [one for one in verdict.findings if tells_of(one, found)]
        for found in handler.findings
    }
    for found, findings in telling.items():
        assert findings, f"not found: {found}\n" + "\n".join(map(shown, verdict.findings))
        if found.causes is not None:
            assert are_told(findings, found.causes), "\n".join(map(shown, findings))
    known = handler.findings | handler.may
    unexpected = [
        one for one in verdict.findings if not any(tells_of(one, found) for found in known)
    ]
    assert not unexpected, "\n".join(map(shown, unexpected))
    assert (verdict.inferred, verdict.via_inferred) == (True, True)
    assert (sorted(verdict.kinds), verdict.via) == (sorted(handler.kinds), handler.via)
    assert {trial.case.kind for trial in verdict.trials} == set(handler.kinds)


# --- what is said here of the handlers ------------------------------------------------------------


def files_of(handler: Expected) -> list[Path]:
    """The texts of a handler's folder."""
    found = [
        path for path in (HERE / handler.target.partition("/")[0]).rglob("*") if path.is_file()
    ]
    return [path for path in found if "__pycache__" not in path.parts]


def test_there_are_enough_of_both_sorts():
    assert len(HANDLERS) >= 24
    assert len(RIGHT) >= 8
    assert len(HANDLERS) - len(RIGHT) >= len(HANDLERS) / 2
    assert not [
        name for name, times in Counter(handler.name for handler in HANDLERS).items() if times > 1
    ]


def test_every_folder_is_in_the_table():
    folders = {path.name for path in HERE.iterdir() if path.is_dir() and path.name[0] not in "._"}
    assert folders == {handler.name for handler in HANDLERS}


def test_about_half_of_those_that_lambda_calls_have_a_template_or_a_pattern_beside_them():
    called = [handler for handler in HANDLERS if handler not in (*WEB_APPS, *POLLERS)]
    rules = {
        handler.name for handler in called if any(_is_rule(path) for path in files_of(handler))
    }
    assert len(rules) >= len(called) * 0.4


def _is_rule(path: Path) -> bool:
    return path.suffix in (".json", ".yaml", ".yml") and "aws.ecr" in path.read_text("utf-8")


def test_a_stub_or_an_answer_is_written_for_none():
    assert not [handler.name for handler in HANDLERS if handler.answers]


@every(HANDLERS)
def test_the_target_is_there(handler):
    place, _, name = handler.target.replace("()", "").rpartition(":")
    name, _, method = name.partition(".")
    name = name.removesuffix("()")
    text = (HERE / place).read_text("utf-8")
    beside = [path.read_text("utf-8") for path in (HERE / place).parent.glob("*.py")]
    assert any(f"def {method}(" in one for one in beside) or not method
    if place.endswith(".py"):
        defined = [
            node
            for node in ast.parse(text).body
            if not isinstance(node, ast.Import | ast.ImportFrom)
        ]
        assert any(
            getattr(node, "name", None) == name
            or any(
                isinstance(target, ast.Name) and target.id == name
                for target in getattr(node, "targets", ())
            )
            for node in defined
        )
    elif place.endswith(JAVASCRIPT):
        assert re.search(rf"\b(?:exports\.|const |function ){name}\b", text)
    else:
        assert f"\n  {name}:\n    Type: AWS::" in text


@every(HANDLERS)
def test_its_files_can_be_read(handler):
    for path in files_of(handler):
        text = path.read_text("utf-8")
        if path.suffix == ".py":
            compile(text, str(path), "exec")
        elif path.suffix == ".json":
            json.loads(text)


@every(HANDLERS)
def test_each_line_stands_in_its_source_once(handler):
    lines = [line for path in files_of(handler) for line in path.read_text("utf-8").splitlines()]
    for found in handler.findings:
        if found.line is not None:
            assert len([line for line in lines if found.line in line]) == 1, found.line


@every(HANDLERS)
def test_kinds_envelopes_and_causes_are_real(handler):
    assert set(handler.kinds) <= set(kind_names())
    assert set(handler.via) <= set(ENVELOPES)
    contracts = [reader.contract(kind) for kind in handler.kinds]
    own = Handler(handler.target, folder=HERE).inference().world
    contracts += [own.contract(kind) for kind in handler.kinds]
    for found in handler.findings | handler.may:
        for whole in found.causes or ():
            assert any(
                all(
                    one.path in contract.by_path and one.labels <= _labels(contract, one.path)
                    for clause in whole
                    for one in clause
                )
                for contract in contracts
            ), whole


def _labels(contract: Any, path: str) -> set[str]:
    return {choice.label for choice in contract.by_path[path].choices}


@every(RIGHT)
def test_nothing_is_expected_of_a_right_one(handler):
    assert handler.findings | handler.may == NOTHING


def test_every_check_has_a_handler_that_needs_it():
    needed = {found.check for handler in HANDLERS for found in handler.findings}
    assert needed == {
        "raises",
        "exits",
        "late",
        "unserialisable",
        "mutates",
        "vacuous",
        "error-return",
        "swallowed",
        "unknown-fields",
        "key-order",
        "absent-is-zero",
        "monotone",
        "action-blind",
        "truncated",
        "first-only",
        "side-effects-before-failure",
        "media-types",
        "unreached",
        "dead-at-import",
        "dead-comparison",
        "wrong-call",
        "severity-unread",
        "severity-words",
        "refuses",
        "case-changed",
        "unread",
        "dead",
        "left-in-queue",
        "empty-queue",
        "wrongly-settled",
        "never-runs",
        "batch-retried",
        "fails-after-answer",
        "refused-request",
    }


def test_no_real_host_or_account_is_named():
    texts = "\n".join(path.read_text("utf-8") for handler in HANDLERS for path in files_of(handler))
    hosts = {text.split("/")[0].strip("\"'}{,") for text in texts.split("https://")[1:]}
    assert all(
        host.endswith("example.invalid") or host.startswith("{") or not host for host in hosts
    ), hosts
    numbers = {
        word
        for word in "".join(c if c.isdigit() else " " for c in texts).split()
        if len(word) == 12
    }
    assert numbers <= {"123456789012"}
