"""Every consumer of the zoo is checked as its owner would: its fault is found, its cause exact, and
nothing else is.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import os
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from unittest import mock

import pytest

from ecr_contracts.core.findings import MISSING, Finding
from ecr_contracts.engine import plan, session
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.events.compile import reader
from ecr_contracts.runtime.sandbox.settings import Settings
from tests.acceptance.causes import alternatives, in_words, told, told_forms
from tests.acceptance.zoo import brute, meanings
from tests.acceptance.zoo.expected import ROWS, Fault, Row
from tests.acceptance.zoo.reader import is_so
from tests.rows import first_of_each, long_but

HERE = Path(__file__).parent
SHORT = first_of_each(
    sorted((row for row in ROWS if row.family != "time"), key=lambda row: row.strength != 2),
    lambda row: row.family,
)
"""The rows that the test command of the README tries: one for each family, a quick one."""

# an array of strength 4 takes ten seconds to make; what needs four choices is found by what is
# drawn
_DEEPEST = 3


def checked(row: Row, examples: int) -> Verdict:
    strength = row.strength if isinstance(row.strength, int) and row.strength <= _DEEPEST else 2
    return session.check(
        f"{HERE / row.module}.py:{row.name}",
        kinds=row.kinds,
        via=(row.via,),
        timeout=row.timeout,
        strength=strength,
        examples=examples,
        settings=Settings(env=row.env),
    )


def problems(faults: Sequence[Fault], findings: Sequence[Finding]) -> list[str]:
    """What is wrong with what is found of one kind: what is missing, what nobody expects, what is
    told twice, and what is told with another cause.
    """
    wanted, found = defaultdict(list), defaultdict(list)
    for fault in faults:
        wanted[fault.check, fault.exception].append(fault)
    for finding in findings:
        found[finding.check, finding.exception].append(finding)
    return [
        f"{symptom}: {[_shown(one) for one in found[symptom]]}"
        for symptom in wanted.keys() | found.keys()
        if not _agree(wanted[symptom], found[symptom])
    ]


def _agree(faults: Sequence[Fault], findings: Sequence[Finding]) -> bool:
    """Whether the findings of one symptom are the faults, each told once."""
    doubts = Counter(finding.doubt for finding in findings if not finding.explained)
    if doubts:
        expected = Counter(fault.doubt for fault in faults if fault.doubt)
        return doubts == expected and len(findings) == len(faults)
    for formulations in product(*(fault.told for fault in faults)):
        split = [one for cause in formulations for one in _split(cause)]
        for causes in product(*(told_forms(finding.cause) for finding in findings)):
            if Counter(causes) in (Counter(formulations), Counter(split)):
                return True
    return not faults and not findings


def _split(cause):
    """A cause that is nothing but one thing or another may be a finding for each of them."""
    return alternatives(cause) if len(cause) == 1 else [cause]


def _shown(finding: Finding) -> str:
    return f"{in_words(told(finding.cause))} {finding.doubt}".strip()


def judge(row: Row, examples: int) -> Verdict:
    verdict = checked(row, examples)
    for kind in row.kinds:  # a fault that every kind has alike is a finding for each of them
        of_kind = [finding for finding in verdict.findings if finding.kind == kind]
        assert not problems(row.faults, of_kind), kind
    assert {finding.kind for finding in verdict.findings} <= set(row.kinds)
    return verdict


# --- what is said ---------------------------------------------------------------------------------


@functools.cache
def random_events(kind: str) -> tuple[brute.Sample, ...]:
    """A few events of a kind."""
    contract, dice = reader.contract(kind), random.Random(kind)
    return tuple(brute.made(contract, dice, {}, plain=not number % 3) for number in range(90))


def untrue(row: Row, findings: Sequence[Finding]) -> list[str]:
    """Events of which the words of the findings do not say whether they fail."""
    wrong = []
    handler = getattr(importlib.import_module(f".{row.module}", __package__), row.name)
    samples = [*random_events(row.kinds[0])]
    for fault in row.faults:
        for whole in fault.causes:
            samples += itertools.islice(brute.aimed_events(row.kinds[0], whole), 0, None, 12)
    with brute.tamed(), mock.patch.dict(os.environ, row.env):
        shown = [brute.called(row, handler, sample.event) for sample in samples]
    for symptom in {(finding.check, finding.exception) for finding in findings}:
        alike = [one for one in findings if (one.check, one.exception) == symptom]
        for sample, symptoms in zip(samples, shown, strict=True):
            is_said = any(map(functools.partial(_is_said_of, sample.event), alike))
            is_hidden = bool(symptoms) and symptom not in symptoms
            is_hollow = is_said and any(map(functools.partial(_is_hollow, sample.event), alike))
            if is_said != (symptom in symptoms) and not is_hidden and not is_hollow:
                wrong.append(f"{symptom} {is_said}: {sample.labels}")
    return wrong


def _is_hollow(event: meanings.Event, finding: Finding) -> bool:
    """Whether a finding is about something within an object that an event does not have.

    That CRITICAL is absent says nothing of events without any counts.
    """
    return any(
        meanings.at(event, one.path.rpartition(".")[0]) is MISSING
        for condition in finding.cause
        for one in condition.alternatives
    )


def _is_said_of(event: meanings.Event, finding: Finding) -> bool:
    """Whether a reader takes an event for one that fails."""
    return all(
        any(is_so(one.words, meanings.at(event, one.path)) for one in condition.alternatives)
        for condition in finding.cause
    )


def is_drawn_for(row: Row) -> bool:
    """Whether a row is given drawn events too.

    The cases alone tell of most; what is right must stay so, and what takes other values is found
    by them.
    """
    return row.family in ("value", "four", "right") or row.strength in (3, "explore")


@pytest.mark.parametrize("row", long_but(SHORT.__contains__, ROWS), ids=lambda row: row.name)
def test_what_is_wrong_is_found_with_its_cause_and_nothing_else(row):
    verdict = judge(row, plan.USUAL.examples if is_drawn_for(row) else 0)
    if row.family == "time":  # it fails at random, or hangs
        doubts = [finding.doubt for finding in verdict.findings]
        assert doubts == ["flaky" if row.name == "every_third" else ""]


READ = [row for row in ROWS if any(fault.causes for fault in row.faults)]
"""The rows with causes that each event meets or does not, by itself."""


@pytest.mark.parametrize(
    "row",
    long_but(
        lambda row: row.name in ("escalate", "gravest", "tagged_digest"),
        [row for row in READ if row.family not in ("acting", "vacuous", "time", "value")],
    ),
    ids=lambda row: row.name,
)
def test_what_is_said_is_true_of_events(row):
    """The words of a cause, as somebody reads them who knows no label, say which events fail."""
    findings = checked(row, plan.USUAL.examples if is_drawn_for(row) else 0).findings
    told_alone = [one for one in findings if one.check not in brute.TOGETHER and one.explained]
    words = [one.words for finding in told_alone for one in finding.cause]
    if not any("…" in one for one in words):  # a long text is cut
        assert not untrue(row, told_alone)
    assert all(words)


@pytest.mark.search
@pytest.mark.parametrize(
    "row", [row for row in ROWS if not is_drawn_for(row)], ids=lambda row: row.name
)
def test_what_is_drawn_adds_nothing_to_it(row):
    judge(row, plan.USUAL.examples)
