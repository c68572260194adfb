"""Source events: relations start from an event that is acted upon, whichever it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.engine.relations.metamorphic import check_relations
from ecr_contracts.engine.relations.sources import ended_badly, further_cases, source_cases, view_of
from ecr_contracts.engine.trial import BaselineCache, Trial, ordinary_case, run_trials
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.runtime import invoke
from ecr_contracts.runtime.effects import Effect, Effects, Sort
from ecr_contracts.runtime.outcome import Status

KIND = "push"
CASES = edge_cases(KIND)
IDS = [case.id for case in CASES]


def called(consumer):
    """A consumer as relations call it; what it `does` are names of AWS calls."""

    def call(payload, **_):
        effects: list[Effect] = []
        outcome = invoke.call(
            lambda event: effects.extend(
                Effect(Sort.AWS, name, parameters) for name, parameters in consumer(event["detail"])
            ),
            payload,
        )
        return replace(outcome, effects=Effects(effects))

    return BaselineCache(call)


def trials_of(consumer) -> list[Trial]:
    return list(run_trials(called(consumer), CASES, "lambda"))


def findings(consumer, kinds=(KIND,)):
    trials = trials_of(consumer)
    found = check_relations(called(consumer), KIND, "lambda", kinds=kinds, trials=trials).findings
    return [(finding.check, finding.detail) for finding in found]


def leaves_latest_alone(detail):
    if detail.get("image-tag", "latest") != "latest":
        yield "codebuild.StartBuild", {"sourceVersion": detail["image-tag"]}


def leaves_latest_and_what_is_no_push_alone(detail):
    if (detail["action-type"], detail["result"]) == ("PUSH", "SUCCESS"):
        yield from leaves_latest_alone(detail)


def fails_on_latest(detail):
    if detail.get("image-tag") == "latest":
        raise ValueError("no release")
    yield "codebuild.StartBuild", {"sourceVersion": detail.get("image-tag")}


def looks_at_the_result_of_latest_alone(detail):
    if detail["result"] == "SUCCESS" or detail.get("image-tag") != "latest":
        yield "codebuild.StartBuild", {"sourceVersion": detail.get("image-tag")}


def builds_releases_blindly(detail):
    if detail.get("image-tag") == "latest":
        if (detail["action-type"], detail["result"]) == ("PUSH", "SUCCESS"):
            yield "ecs.UpdateService", {"service": "web"}
    elif detail.get("image-tag"):
        yield "codebuild.StartBuild", {"sourceVersion": detail["image-tag"]}


def tells_of_failures_alone(detail):
    if detail["result"] == "FAILURE":
        yield "sns.Publish", {"Message": f"failed: {detail['repository-name']}"}


@pytest.mark.parametrize(
    "consumer",
    [
        leaves_latest_alone,
        fails_on_latest,
        looks_at_the_result_of_latest_alone,
        builds_releases_blindly,
    ],
)
def test_an_action_is_compared_on_an_event_that_is_acted_upon(consumer):
    assert {check for check, _ in findings(consumer, ("delete", KIND))} == {"action-blind"}


@pytest.mark.parametrize(
    "consumer", [leaves_latest_and_what_is_no_push_alone, tells_of_failures_alone]
)
def test_nothing_is_said_of_who_looks_at_the_action(consumer):
    assert findings(consumer, ("delete", KIND)) == []


def test_without_trials_the_ordinary_event_is_the_source():
    assert source_cases(ordinary_case(KIND), ()) == [ordinary_case(KIND)]


@given(acting=st.sets(st.sampled_from(IDS)), failing=st.sets(st.sampled_from(IDS)))
@settings(max_examples=60, deadline=None)
def test_a_source_passes_and_acts_and_the_ordinary_event_comes_first(acting, failing):
    trials = []
    for case in CASES:
        effects = Effects([Effect(Sort.AWS, "sns.Publish", {})] if case.id in acting else [])
        outcome = invoke.call(lambda _: None, {})
        status = Status.RAISED if case.id in failing else Status.RETURNED
        trials.append(Trial(case, "lambda", replace(outcome, status=status, effects=effects), ()))
    ordinary = ordinary_case(KIND)
    sources = source_cases(ordinary, trials)
    good = acting - failing
    if ordinary.id in good or not (good or ordinary.id in failing):
        assert sources == [ordinary]
    else:
        assert {source.id for source in sources} <= good
        assert bool(sources) == bool(good)
    for source in sources:
        for case in further_cases(source, trials):
            assert case.id in good - {source.id}
            assert not ended_badly(case)


def test_a_view_of_a_trial_is_no_good_where_it_failed():
    views = {trial.case.id: view_of(trial).ok for trial in trials_of(fails_on_latest)}
    assert not views["push/ordinary"]
    assert any(views.values())
