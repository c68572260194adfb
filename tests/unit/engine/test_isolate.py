"""Isolation: what it claims is so, judged by thousands of events that it never saw."""

from __future__ import annotations

import random
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.core.findings import Location
from ecr_contracts.engine.causes.experiment import Experiment
from ecr_contracts.engine.causes.infer import SortedTrials, cause_candidates
from ecr_contracts.engine.causes.isolate import isolated_causes
from ecr_contracts.engine.causes.model import (
    CauseCandidate,
    Conjunction,
    Doubt,
    box_of,
    covers,
    deviations,
    explicit_choices,
)
from ecr_contracts.engine.trial import PATIENCE, Prober, run_trials
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate.cases import case, edge_cases
from ecr_contracts.events.kinds import kind_names, usual_kinds
from ecr_contracts.runtime.outcome import Outcome, Status
from tests.rows import long_but
from tests.unit.engine import drawn_faults
from tests.unit.engine.drawn_faults import Labels, events, is_in

FINE = Outcome(Status.RETURNED)
RAISED = Outcome(Status.RAISED, "LookupError", location=Location("app.py", 3))
STOPPED = Outcome(Status.RAISED, "ArithmeticError", location=Location("app.py", 5))
LATE = Outcome(Status.TIMED_OUT)

COUNTS = "$.detail.finding-severity-counts"
TAGS, STATUS = "$.detail.image-tags", "$.detail.scan-status"
kinds = st.sampled_from(usual_kinds())
"""Kinds in which no choice comes with another; elsewhere one may be blamed for its fellow."""


# --- consumers that are given as predicates -------------------------------------------------------


def array(kind: str) -> list[dict[str, str | None]]:
    return [case.labels for case in edge_cases(kind, 2)]


class Isolated:
    """What is made out about a consumer that fails where a predicate holds."""

    def __init__(
        self,
        kind: str,
        fails: Callable[[Labels], object],
        stops: Callable[[Labels], object] = lambda labels: False,
        *,
        limit: int = 100,
        failure: Outcome = RAISED,
    ) -> None:
        contract = reader.contract(kind)
        self.kind, self.fails, self.stops = kind, fails, stops
        self.calls = 0

        def call(event) -> Outcome:
            self.calls += 1
            labels = contract.recognise(event)
            return STOPPED if stops(labels) else failure if fails(labels) else FINE

        self.trials = list(run_trials(call, edge_cases(kind, 2), "lambda"))
        self.of_cases = self.calls
        self.prober = Prober(
            call, kind, "lambda", limit, late=sum(trial.is_late for trial in self.trials)
        )
        experiment = Experiment(
            contract, self.trials, lambda trial: trial.outcome is failure, self.prober
        )
        self.candidates = list(isolated_causes(experiment))

    @property
    def judged(self) -> list[tuple[bool, bool]]:
        """Of the events that nothing stops: whether each fails, and whether one is predicted to."""
        reached = [labels for labels in events(self.kind) if not self.stops(labels)]
        return [
            (
                bool(self.fails(labels)),
                any(candidate.predicts(labels) for candidate in self.candidates),
            )
            for labels in reached
        ]

    @property
    def is_wrong(self) -> bool:
        """Whether an event passes that should fail."""
        return (False, True) in self.judged

    @property
    def is_exact(self) -> bool:
        """Whether the failing events are those that should fail, and no doubt is left."""
        return all(fails is should for fails, should in self.judged) and not any(
            candidate.doubt for candidate in self.candidates
        )


def has(*terms: Conjunction) -> Callable[[Labels], bool]:
    """Whether an event has all choices of one of some terms."""
    return lambda labels: any(covers(term, labels) for term in terms)


def told(candidates: Sequence[CauseCandidate]) -> list[dict[str, set[str]]]:
    """The choices of each cause, by path; each has conditions on single facets only."""
    causes = []
    for candidate in candidates:
        assert candidate.box is not None
        assert all(len(clause) == 1 for clause in candidate.box)
        causes.append({clause[0].path: set(clause[0].failing) for clause in candidate.box})
    return causes


@st.composite
def conjunctions(draw, kind: str, largest: int = 4, *, deviating: bool = False) -> Conjunction:
    """Choices that can occur together, also of the baseline unless they are to be `deviating`."""
    labels = draw(st.sampled_from(events(kind)))
    held = deviations(reader.contract(kind), labels) if deviating else tuple(labels.items())
    return tuple(draw(st.permutations(held))[: draw(st.integers(1, largest))]) or (
        ("$.region", "aws-cn"),
    )


def is_met(kind: str, term: Conjunction) -> bool:
    """Whether a case has all choices, and not only because the counts around some are absent."""
    hollow = {"empty", "absent"}
    counted = sum(path.startswith(f"{COUNTS}.") for path, _ in term) > 1
    return any(
        covers(term, labels) and not (counted and labels.get(COUNTS) in hollow)
        for labels in array(kind)[1:]
    )


FAMILIES = ["sets", "any", "all", "two"]
FEW, MANY = 6, 100


def of_drawn_fault(family: str, number: int) -> tuple[Isolated, list[tuple[bool, bool]]]:
    """What is made out about a drawn fault; of each judging event, whether it fails and should."""
    kind, boxes = drawn_faults.drawn(family, number)
    isolated = Isolated(kind, lambda labels: any(is_in(box, labels) for box in boxes))
    claimed = []
    for candidate in isolated.candidates:
        clauses = candidate.box or ()
        claimed.append(tuple(tuple((s.path, s.failing) for s in clause) for clause in clauses))
    judged = []
    for labels in (*events(kind), *drawn_faults.aimed(kind, [*boxes, *claimed])):
        should = any(candidate.predicts(labels) for candidate in isolated.candidates)
        judged.append((bool(isolated.fails(labels)), should))
    return isolated, judged


def assert_never_wrong(family: str, numbers: range) -> None:
    """That no claim is wrong, that nearly all are exact, and that they take few calls."""
    exact, calls = 0, []
    for number in numbers:
        isolated, judged = of_drawn_fault(family, number)
        assert (False, True) not in judged, drawn_faults.drawn(family, number)
        is_seen = any(trial.failed for trial in isolated.trials)
        exact += (True, False) not in judged or not is_seen
        calls.append(isolated.prober.calls)
    assert exact >= 0.8 * len(numbers)
    assert statistics.median(calls) < 40


@pytest.mark.parametrize("family", FAMILIES)
def test_no_cause_of_a_drawn_fault_is_wrong(family):
    assert_never_wrong(family, range(FEW))


@pytest.mark.long
@pytest.mark.parametrize("family", FAMILIES)
def test_no_cause_of_many_drawn_faults_is_wrong(family):
    assert_never_wrong(family, range(FEW, MANY))


@pytest.mark.parametrize("kind", long_but("push".__eq__, usual_kinds()))
def test_conjunctions_that_cases_meet_are_made_out_exactly(kind):
    chance = random.Random(kind)
    met = exact = 0
    for _ in range(25):
        term = tuple(
            chance.sample(sorted(chance.choice(events(kind)).items()), chance.randint(1, 4))
        )
        isolated = Isolated(kind, has(term))
        assert not isolated.is_wrong, term
        met += is_met(kind, term)
        exact += is_met(kind, term) and isolated.is_exact
    assert met >= 10
    assert exact >= met - 1


@pytest.mark.parametrize("kind", long_but("push".__eq__, usual_kinds()))
def test_every_choice_alone_is_made_out_exactly(kind):
    for facet in reader.contract(kind).varying:
        for choice in facet.choices:
            assert Isolated(kind, has(((facet.path, choice.label),))).is_exact


@given(st.data(), kinds)
@settings(max_examples=25)
def test_of_two_causes_none_is_claimed_wrongly(data, kind):
    first, second = (data.draw(conjunctions(kind, 2, deviating=True)) for _ in range(2))
    isolated = Isolated(kind, has(first, second))
    assert not isolated.is_wrong
    if len(first) == len(second) == 1:
        assert isolated.is_exact


@given(st.data(), kinds)
@settings(max_examples=25)
def test_what_hides_some_events_leads_to_no_wrong_claim(data, kind):
    cause, other = (data.draw(conjunctions(kind, 2, deviating=True)) for _ in range(2))
    assert not Isolated(kind, has(cause), has(other)).is_wrong


def test_few_of_two_causes_with_ordinary_choices_in_them_are_claimed_wrongly():
    # Three choices together that no case has can pass where every two of them fail.
    chance = random.Random(2)
    wrong = 0
    for number in range(30):
        kind = usual_kinds()[number % 3]
        terms = [
            tuple(chance.sample(sorted(chance.choice(events(kind)).items()), chance.randint(1, 3)))
            for _ in range(2)
        ]
        wrong += Isolated(kind, has(*terms)).is_wrong
    assert wrong <= 5


@pytest.mark.parametrize(
    ("kind", "terms"),
    [
        # In the only case with the tag and with resources, the id is not of version 4 either.
        (
            "delete",
            [(("$.detail.image-tag", "dotted"), ("$.resources", "empty")), (("$.id", "not-v4"),)],
        ),
        (
            "delete",
            [
                (("$.region", "aws-iso-f"), ("$.replay-name", "absent")),
                (("$.detail.result", "failure"),),
            ],
        ),
        (
            "scan",
            [
                (("$.account", "plain"), (f"{COUNTS}.UNDEFINED", "absent")),
                (("$.detail.image-digest", "absent"),),
            ],
        ),
        # The ordinary event fails for the other cause.
        (
            "push",
            [
                (("$.detail.manifest-media-type", "docker"),),
                (
                    ("$.region", "aws"),
                    ("$.detail.image-digest", "sha256"),
                    ("$.detail.manifest-media-type", "oci"),
                ),
            ],
        ),
        # All that the first cause does not need brings the second one about.
        (
            "scan",
            [
                (("$.resources", "arn"), ("$.detail.repository-name", "punctuated")),
                ((f"{COUNTS}.MEDIUM", "absent"), (f"{COUNTS}.UNDEFINED", "absent")),
            ],
        ),
    ],
)
def test_an_event_that_fails_for_another_cause_bears_nothing_out(kind, terms):
    assert not Isolated(kind, has(*terms)).is_wrong


@pytest.mark.parametrize(
    ("kind", "term", "other"),
    [
        (
            "scan",
            ((f"{COUNTS}.HIGH", "absent"), ("$.detail.image-digest", "sha256")),
            (f"{COUNTS}.INFORMATIONAL", "absent"),
        ),
        (
            "scan",
            ((f"{COUNTS}.MEDIUM", "absent"), ("$.account", "plain")),
            (f"{COUNTS}.CRITICAL", "absent"),
        ),
        (
            "delete",
            (("$.detail.image-digest", "absent"), ("$.detail.result", "success")),
            ("$.detail.artifact-media-type", "docker"),
        ),
    ],
)
def test_an_event_that_another_fault_stopped_bears_nothing_out(kind, term, other):
    isolated = Isolated(kind, has(term), has((other,)))
    assert isolated.is_exact


# --- the examples of the modules ------------------------------------------------------------------


def test_the_example_of_isolation_takes_about_a_dozen_calls():
    isolated = Isolated("scan", has(((TAGS, "empty"),)))
    assert told(isolated.candidates) == [{TAGS: {"empty"}}]
    assert isolated.prober.calls <= 14


def test_the_example_of_rescues_needs_a_choice_of_the_baseline():
    isolated = Isolated("scan", has(((STATUS, "complete"), (TAGS, "empty"))))
    assert told(isolated.candidates) == [{STATUS: {"complete"}, TAGS: {"empty"}}]
    assert isolated.prober.calls <= 18


@pytest.mark.parametrize(
    ("names", "candidate"),
    [
        (
            ["scan/ordinary", "scan/not-v4-id", "scan/no-tags", "scan/no-tags+not-v4-id"],
            CauseCandidate(box_of([(TAGS, "empty")])),
        ),
        (["scan/ordinary", "scan/no-tags+not-v4-id"], CauseCandidate(None, Doubt.UNKNOWN)),
    ],
)
def test_the_example_of_inference_claims_a_cause_only_where_no_other_one_is_left(names, candidate):
    fails = has(((TAGS, "empty"),))
    trials = run_trials(
        lambda event: RAISED if fails(reader.contract("scan").recognise(event)) else FINE,
        [case(name) for name in names],
        "lambda",
    )
    sorted_trials = SortedTrials((), (), ())
    for trial in trials:
        field = "failing" if trial.failed else "passing"
        sorted_trials = replace(sorted_trials, **{field: (*getattr(sorted_trials, field), trial)})
    assert cause_candidates(reader.contract("scan"), sorted_trials) == [candidate]


# --- doubt ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.9])
def test_chance_is_hardly_ever_given_a_cause(share):
    doubts: Counter[Doubt | None] = Counter()
    seeds = 6
    for kind in kind_names():
        for seed in range(seeds):
            chance = random.Random(seed)
            isolated = Isolated(kind, lambda labels, chance=chance: chance.random() < share)
            doubts.update(candidate.doubt for candidate in isolated.candidates)
    runs = seeds * len(kind_names())
    assert doubts[Doubt.FLAKY] >= 0.95 * runs
    assert doubts[Doubt.VALUE] <= 0.03 * runs
    assert doubts[None] <= 0.06 * runs


@pytest.mark.parametrize("every", [2, 3, 5])
def test_what_fails_now_and_then_is_flaky(every):
    calls = iter(range(10_000))
    isolated = Isolated("push", lambda labels: next(calls) % every == 0)
    assert [candidate.doubt for candidate in isolated.candidates] == [Doubt.FLAKY]
    assert not any(
        candidate.predicts(labels) for candidate in isolated.candidates for labels in events("push")
    )


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [("push", "$.time", None), ("delete", "$.detail.image-tag", "latest")],
)
def test_one_value_of_a_choice_is_no_cause(kind, path, value):
    contract = reader.contract(kind)
    plain = contract.build(full_assignment(contract, {}))
    steps = path.removeprefix("$.").split(".")

    def at(event):
        for step in steps:
            event = event.get(step, {})
        return event

    def call(event) -> Outcome:
        return RAISED if at(event) == at(plain) else FINE

    trials = list(run_trials(call, edge_cases(kind, 2), "lambda"))
    prober = Prober(call, kind, "lambda", 100)
    experiment = Experiment(contract, trials, lambda trial: trial.failed, prober)
    [candidate] = isolated_causes(experiment)
    if value is None:
        assert (candidate.box, candidate.doubt) == (None, Doubt.VALUE)
    else:
        # The choice has no other value.
        assert told([candidate]) == [{path: {value}}]


@pytest.mark.parametrize("is_guarded", [True, False])
def test_an_event_that_is_turned_back_before_the_fault_says_nothing_of_values(is_guarded):
    contract = reader.contract("push")
    own = contract.baseline["account"]
    guard, further = ("app.py", b"\x01\x00"), ("app.py", b"\x01\x01")

    def call(event) -> Outcome:
        if event["account"] != own:
            return replace(FINE, entered=(guard if is_guarded else further,))
        outcome = FINE if "image-tag" in event["detail"] else RAISED
        return replace(outcome, entered=(further,))

    trials = list(run_trials(call, edge_cases("push", 2), "lambda"))
    experiment = Experiment(
        contract, trials, lambda trial: trial.failed, Prober(call, "push", "lambda", 100)
    )
    [candidate] = isolated_causes(experiment)
    if is_guarded:
        assert told([candidate])[0]["$.detail.image-tag"] == {"absent"}
    else:
        assert (candidate.box, candidate.doubt) == (None, Doubt.VALUE)


# --- the budget -----------------------------------------------------------------------------------


@given(st.data(), kinds, st.integers(0, 40))
@settings(max_examples=25)
def test_no_more_calls_are_made_than_there_may(data, kind, limit):
    terms = [data.draw(conjunctions(kind)) for _ in range(2)]
    isolated = Isolated(kind, has(*terms), limit=limit)
    assert isolated.calls - isolated.of_cases == isolated.prober.calls <= limit
    assert len(isolated.trials) <= isolated.of_cases + limit
    shown = [trial for trial in isolated.trials if trial.outcome is RAISED]
    assert all(
        any(candidate.accounts_for(trial.case.labels) for candidate in isolated.candidates)
        for trial in shown
    )


def is_nested(kind):
    """Whether choices hang on others, so that several of them are alike in all of the cases."""
    return any(facet.path.count(".") > 3 for facet in reader.contract(kind).varying)


def is_refuted(candidate, kind, passing):
    """Whether one of some assignments that pass has all choices of a cause.

    What is absent only since all around it is absent is no choice of an event.
    """
    contract = reader.contract(kind)
    for labels in passing:
        own = dict(explicit_choices(contract, labels))
        if candidate.predicts(own):
            return True
    return False


def alone(kind):
    """What the cases alone tell of consumers that fail by one choice, a facet each."""
    for facet in reader.contract(kind).varying:
        isolated = Isolated(kind, has(((facet.path, facet.choices[1].label),)), limit=0)
        assert isolated.prober.calls == 0
        yield isolated


@pytest.mark.parametrize("kind", [kind for kind in kind_names() if not is_nested(kind)])
def test_without_any_further_call_the_cases_alone_tell(kind):
    assert all(isolated.is_exact for isolated in alone(kind))


@pytest.mark.long
@pytest.mark.parametrize("kind", [kind for kind in kind_names() if is_nested(kind)])
def test_where_choices_are_alike_the_cases_alone_tell_mostly_and_nothing_that_they_refute(kind):
    isolations = list(alone(kind))
    for isolated in isolations:
        passing = [labels for labels in array(kind) if not isolated.fails(labels)]
        assert not any(is_refuted(cause, kind, passing) for cause in isolated.candidates)
    exact = sum(isolated.is_exact for isolated in isolations)
    assert exact >= 0.8 * len(isolations)


def test_what_never_answers_is_not_asked_for_ever():
    isolated = Isolated("push", has((("$.detail.image-tag", "absent"),)), failure=LATE)
    late = sum(trial.is_late for trial in isolated.trials)
    assert late <= PATIENCE
    assert told(isolated.candidates) == [{"$.detail.image-tag": {"absent"}}]


def test_a_right_consumer_is_asked_nothing_more():
    isolated = Isolated("scan", lambda labels: False)
    assert (isolated.candidates, isolated.prober.calls) == ([], 0)
