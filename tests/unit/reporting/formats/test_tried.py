"""What was tried of a kind: choices and pairs that were met, and those that are in a cause."""

from __future__ import annotations

from dataclasses import replace

from ecr_contracts.engine.trial import Trial
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import cases_of
from ecr_contracts.reporting.formats.html.tried import tried_kind
from ecr_contracts.reporting.formats.told import told_faults
from ecr_contracts.runtime.outcome import Outcome, Status
from tests.unit.reporting.formats.made import run, verdict
from tests.unit.reporting.made import COUNTS, TAGS, when, with_


def tried(judged):
    return tried_kind(judged, "scan", told_faults(run(judged), judged))


def marked(kind):
    """The pairs of fields that are in the cause of a finding."""
    names = [facet.path.rpartition(".")[2] for facet in kind.facets]
    return {
        (names[first], names[second]): pairs.faults
        for (first, second), pairs in kind.pairs.items()
        if pairs.faults
    }


def test_all_that_a_covering_array_has_was_met():
    cases = cases_of(reader.contract("scan"), 2)
    trials = tuple(Trial(case, "lambda", Outcome(Status.RETURNED), ()) for case in cases)
    kind = tried(verdict(trials=trials))
    assert kind.events == len(cases)
    assert kind.choices_met.met == kind.choices_met.all > 50
    assert kind.pairs_met.met == kind.pairs_met.all > 1000


def test_a_few_events_meet_no_more_than_they_have():
    kind = tried(verdict())
    assert (kind.events, kind.failing) == (2, 1)
    assert 0 < kind.choices_met.met < kind.choices_met.all
    assert 0 < kind.pairs_met.met < kind.pairs_met.all


def test_only_conditions_that_hold_together_mark_a_pair():
    together = with_(cause=(when(TAGS, "empty"), when(COUNTS, "absent")))
    assert marked(tried(verdict(together))) == {("finding-severity-counts", "image-tags"): (1,)}
    either = with_(cause=(replace(when(TAGS, "empty"), others=(when(COUNTS, "absent"),)),))
    assert marked(tried(verdict(either))) == {}
    choices = {choice.words: choice.faults for choice in _facet(tried(verdict(either)), COUNTS)}
    assert choices["is absent"] == (1,)
    assert choices["is empty"] == ()


def _facet(kind, path):
    return next(facet.choices for facet in kind.facets if facet.path == path)
