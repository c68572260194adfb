"""Which findings are told as one fault, and which fault is told first."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from ecr_contracts.core.findings import Evidence, Location, Severity
from ecr_contracts.engine.checks.catalog import REFUSES
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.full_lines import full_lines
from ecr_contracts.reporting.headlines import fault_headline
from ecr_contracts.reporting.lines import finding_lines, plain_text
from tests.unit.reporting.made import COUNTS, ORDINARY, TAGS, when, with_

EMPTY = with_()
ABSENT = with_(
    cause=(when(TAGS, "absent"),),
    exception="KeyError",
    severity=Severity.WARNING,
    evidence=Evidence.REGISTRY,
    group="scan@lambda#1",
)

VIAS = ("lambda", "sns")


def test_what_a_line_does_with_an_empty_and_an_absent_field_is_one_fault():
    assert faults([ABSENT, EMPTY]) == [[EMPTY, ABSENT]]


def test_what_a_line_does_with_an_object_and_with_a_key_of_it_is_one_fault():
    inner = with_(cause=(when(f"{COUNTS}.HIGH", "absent"),), exception="KeyError")
    outer = with_(cause=(when(COUNTS, "absent"),), exception="KeyError", group="scan@lambda#1")
    assert faults([inner, outer]) == [[inner, outer]]


def test_what_several_kinds_bring_about_is_one_fault_however_sure_it_is():
    digest = "$.detail.image-digest"
    push = with_(kind="push", cause=(when(digest, "absent", kind="push"),), group="push@lambda#0")
    scan = with_(cause=(when(digest, "absent"),), severity=Severity.WARNING)
    assert faults([scan, push]) == [[push, scan]]


def test_what_events_in_several_envelopes_bring_about_at_one_line_is_one_fault():
    line = Location("app.py", 7)
    bare, wrapped = (with_(via=via, group=f"scan@{via}#0", location=line) for via in VIAS)
    assert faults([bare, wrapped]) == [[bare, wrapped]]
    nowhere = [replace(finding, location=None) for finding in (bare, wrapped)]
    assert faults(nowhere) == [[nowhere[0]], [nowhere[1]]]


def test_what_calls_show_alike_in_several_envelopes_is_one_fault():
    shown = {"check": "action-blind", "exception": None, "location": None}
    bare, wrapped = (with_(via=via, group=f"scan@{via}#0", **shown) for via in VIAS)
    assert faults([bare, wrapped]) == [[bare, wrapped]]
    otherwise = replace(wrapped, detail="ecs.StartTask")
    assert faults([bare, otherwise]) == [[bare], [otherwise]]


def test_a_fault_names_its_envelopes_where_others_show_in_other_ones():
    line, other_line = Location("app.py", 7), Location("app.py", 9)
    bare, wrapped = (with_(via=via, group=f"scan@{via}#0", location=line) for via in VIAS)
    alone = with_(via="sns", group="scan@sns#1", location=other_line)
    together = faults([bare, wrapped])
    assert "via" not in fault_headline(together[0], together)
    together = faults([bare, wrapped, alone])
    assert [fault_headline(one, together).partition(" (")[2] for one in together] == [
        "documented by AWS)",
        "via sns; documented by AWS)",
    ]


def test_the_only_fault_names_its_envelope_where_another_goes_well():
    bare, wrapped = (with_(via=via, group=f"scan@{via}#0") for via in VIAS)
    assert fault_headline([bare], [[bare]], VIAS).endswith(f"(via {VIAS[0]}; documented by AWS)")
    assert "via" not in fault_headline([bare, wrapped], [[bare, wrapped]], VIAS)
    assert "via" not in fault_headline([bare], [[bare]], VIAS[:1])


def test_every_text_of_a_fault_names_the_envelope_where_another_goes_well():
    finding = with_(via=VIAS[0])
    assert f"(via {VIAS[0]};" in plain_text([finding], envelopes=VIAS)
    for told in (finding_lines, full_lines):
        assert f"(via {VIAS[0]};" in told(finding, envelopes=VIAS)[0].text


@pytest.mark.parametrize(
    "changes",
    [
        {"location": Location("app.py", 9)},
        {"location": None},
        {"via": "sqs"},
        {"check": "exits"},
        {"explained": False, "cause": ()},
        {"cause": (when(f"{COUNTS}.HIGH", "absent"),)},
        {"cause": (when(TAGS, "absent"), when(f"{COUNTS}.HIGH", "absent"))},
    ],
)
def test_other_faults_stay_apart(changes):
    other = with_(**({"group": "scan@lambda#1", "exception": "KeyError"} | changes))
    assert len(faults([EMPTY, other])) == 2


def test_what_is_sure_comes_first_and_decisions_come_last():
    sample = with_(failed=("scan/no-tags", "scan/sample"), location=None, group="scan@lambda#2")
    advice = with_(check="mutates", severity=Severity.WARNING, group="scan@lambda#3")
    refusal = with_(check=REFUSES, severity=Severity.WARNING, group="scan@lambda#4")
    weak = with_(
        check="exits", severity=Severity.WARNING, evidence=Evidence.INFERRED, group="scan@lambda#5"
    )
    right = [sample, EMPTY, advice, weak, refusal]
    for seed in range(20):
        mixed = random.Random(seed).sample(right, len(right))
        assert faults(mixed) == [[one] for one in right]


def test_faults_as_loud_are_told_by_their_evidence_and_then_by_their_lines():
    found = []
    for number, (evidence, line) in enumerate(
        [
            (Evidence.DOCUMENTED, 3),
            (Evidence.DOCUMENTED, 12),
            (Evidence.CAPTURED, 2),
            (Evidence.HANDLED, 1),
        ]
    ):
        place = Location("app.py", line)
        found.append(with_(evidence=evidence, location=place, group=f"scan@lambda#{number}"))
    for _ in range(5):
        shuffled = random.sample(found, len(found))
        assert faults(shuffled) == [[one] for one in found]


def test_a_doubt_is_told_apart_from_a_cause_and_once_for_all_kinds():
    nearest = ORDINARY.event
    example = nearest | {"account": "999999999999"}
    doubt = with_(cause=(), explained=False, doubt="value", example=example, nearest=nearest)
    cause = with_()
    assert sorted(map(len, faults([cause, doubt]))) == [1, 1]
    [together] = faults([doubt, replace(doubt, kind="push", group="push@lambda#0")])
    assert len(together) == 2
    unknown = replace(doubt, doubt="unknown")
    assert len(faults([unknown, replace(unknown, kind="push", group="push@lambda#0")])) == 2
