"""Exploration: what only other values show is found, made simple, and the same each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Evidence, Location
from ecr_contracts.engine.causes.grouping import Diagnosis
from ecr_contracts.engine.explore import explore
from ecr_contracts.engine.trial import PATIENCE, run_trials
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.runtime import invoke
from ecr_contracts.runtime.loader import Consumer
from ecr_contracts.runtime.outcome import Outcome, Status
from tests import oracle
from tests.acceptance.zoo import otherwise, right
from tests.acceptance.zoo.expected import ROWS
from tests.rows import keeping

ROOT = Path(__file__).parents[2]
OF_CHECK = ("threshold_of_environment", "columns")
"""Rows that need what `check` adds: a variable that it makes up, a number of the code's own."""
VALUES = [row for row in ROWS if row.strength == "explore" and row.name not in OF_CHECK]
FINE = Outcome(Status.RETURNED)
RAISED = Outcome(Status.RAISED, "LookupError", location=Location("app.py", 3))
LATE = Outcome(Status.TIMED_OUT)


class Explored:
    """A consumer that was tried on the cases, then explored."""

    def __init__(self, call, kind, *, via="lambda", examples=200, evidence=None, strength=1):
        self.payloads = []

        def counted(payload):
            self.payloads.append(payload)
            return call(payload)

        self.cases = list(run_trials(call, edge_cases(kind, strength), via))
        self.diagnosis = Diagnosis(reader.contract(kind), via, self.cases)
        self.diagnosis.findings()
        self.calls = explore(counted, self.diagnosis, examples, evidence)
        self.added = self.diagnosis.trials[len(self.cases) :]


def explored(function, kind, **more) -> Explored:
    consumer = Consumer.of(function)
    return Explored(lambda payload: invoke.call(consumer, payload), kind, **more)


def differences(trial) -> set[str]:
    """The paths at which an event is not as the ordinary one, but for its id: each has its own."""
    baseline = reader.contract(trial.case.kind).baseline
    different = json_path.differences(baseline, trial.case.event)
    return {json_path.show(steps) for steps, _, _ in different} - {"$.id"}


SIMPLEST = {
    "lower_case_tag": {"$.detail.image-tag"},
    "shard": {"$.detail.image-digest"},
    "service_name": {"$.detail.repository-name"},
    "month_of_push": {"$.time"},
    "local_time": {"$.time"},
    "city": {"$.region"},
}


@keeping(lambda row: row.name in ("service_name", "city"))
@pytest.mark.parametrize("row", VALUES, ids=str)
def test_each_value_fault_of_the_zoo_is_found_and_made_simple(row):
    function = getattr(import_module(f"tests.acceptance.zoo.{row.module}"), row.name)
    for kind in row.kinds:
        exploration = explored(function, kind, strength=2)
        failing = [trial for trial in exploration.diagnosis.trials if trial.symptoms]
        assert [trial.outcome.exception for trial in failing][:1] == [row.faults[0].exception]
        for trial in exploration.added:
            assert trial.symptoms
            assert len(differences(trial)) <= len(SIMPLEST.get(row.name, differences(trial))) + 1
            assert SIMPLEST.get(row.name, set()) <= differences(trial)


def test_the_zoo_has_value_faults():
    assert len(VALUES) >= 5


@pytest.mark.parametrize(
    "function", [right.repository, right.by_match, right.by_dataclass, right.report, right.parsed]
)
@keeping(lambda kind: kind in oracle.QUICK_KINDS)
@pytest.mark.parametrize("kind", kind_names())
def test_nothing_is_found_on_right_consumers(function, kind):
    exploration = explored(function, kind)
    assert exploration.added == []
    assert 0 < exploration.calls <= 200


@pytest.mark.parametrize("examples", [0, 1, 7, 50])
def test_every_call_is_counted_and_no_more_events_are_drawn_than_asked_for(examples):
    exploration = Explored(lambda payload: FINE, "push", examples=examples)
    assert exploration.calls == len(exploration.payloads) <= examples
    assert (exploration.calls > 0) is (examples > 0)


def test_the_calls_that_simplify_are_counted_too():
    exploration = explored(otherwise.month_of_push, "push")
    assert exploration.added
    assert exploration.calls == len(exploration.payloads)


def test_what_is_told_of_already_is_not_added():
    exploration = Explored(lambda payload: RAISED, "scan")
    assert exploration.added == []


def test_several_faults_are_all_found():
    def call(event):
        month = event["time"][5:7]
        if month in {"12", "11", "10"}:
            return Outcome(Status.RAISED, f"Error{month}", location=Location("app.py", int(month)))
        return FINE

    exceptions = {trial.outcome.exception for trial in Explored(call, "push").added}
    assert exceptions == {"Error10", "Error11", "Error12"}


def test_events_arrive_in_their_envelope():
    exploration = Explored(lambda payload: FINE, "push", via="sqs", examples=10)
    assert exploration.payloads
    for payload in exploration.payloads:
        assert all("body" in record for record in payload["Records"])
    wrapped = envelope("sqs").wrap([edge_cases("push")[0].event])
    assert exploration.payloads[0].keys() == wrapped.keys()


@pytest.mark.long
def test_the_same_is_found_again():
    first, second = (explored(otherwise.shard, "push") for _ in range(2))
    assert first.payloads == second.payloads
    assert [trial.case.text for trial in first.added] == [trial.case.text for trial in second.added]
    assert first.added


SCRIPT = """
import json
from tests.integration.test_explore import explored
from tests.acceptance.zoo import otherwise
exploration = explored(otherwise.shard, "push", examples=60)
added = [trial.case.text for trial in exploration.added]
print(json.dumps([exploration.calls, added, exploration.payloads]))
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """What two processes of other hash seeds find, each in an empty folder, and what they leave
    there.
    """
    results = []
    for seed in ("1", "2"):
        folder = tmp_path_factory.mktemp(f"empty{seed}")
        process = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "PYTHONPATH": str(ROOT),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            capture_output=True,
            text=True,
            timeout=100,
            check=True,
        )
        results.append((process.stdout, sorted(file.name for file in folder.rglob("*"))))
    return results


@pytest.mark.long
def test_the_same_is_found_in_every_process(elsewhere):
    (first, _), (second, _) = elsewhere
    assert first == second
    assert json.loads(first)[1]


def test_no_file_is_left_behind(elsewhere):
    assert [left for _, left in elsewhere] == [[], []]


@pytest.mark.parametrize("evidence", list(Evidence))
@keeping(lambda kind: kind in oracle.QUICK_KINDS)
@pytest.mark.parametrize("kind", kind_names())
def test_no_event_rests_on_weaker_evidence_than_asked_for(kind, evidence):
    from ecr_contracts.events.generate import cases

    contract = reader.contract(kind)
    exploration = Explored(lambda payload: FINE, kind, evidence=evidence, examples=100)
    assert all(
        cases.of_event(contract, event).evidence >= evidence for event in exploration.payloads
    )
    if evidence is Evidence.INFERRED:
        assert len(exploration.payloads) > 50


def test_what_does_not_answer_is_not_asked_for_ever():
    # The cases are answered, other times are not.
    known = {case.event["time"] for case in edge_cases("push")}
    exploration = Explored(lambda event: FINE if event["time"] in known else LATE, "push")
    assert 0 < sum(payload["time"] not in known for payload in exploration.payloads) <= PATIENCE
    assert len(exploration.added) == 1


@pytest.mark.long
@given(st.just("push"))
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.nested_given])
def test_it_works_within_a_test_of_hypothesis(kind):
    exploration = explored(otherwise.shard, kind)
    assert [trial.outcome.exception for trial in exploration.added] == ["ValueError"]
