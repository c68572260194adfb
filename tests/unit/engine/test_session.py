"""A session: what is planned, that each event is given once, and which findings count."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace

import pytest

from ecr_contracts.core.errors import SetupError, UnknownNameError
from ecr_contracts.core.findings import Condition, Evidence, Severity
from ecr_contracts.discovery.iac.cloudformation.input_transformers import Transformer
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine.phases import MOST_WITH_ALL_EXAMPLES, Effort
from ecr_contracts.engine.plan import Request, planned, reasons_together
from ecr_contracts.engine.session import Session, judge
from ecr_contracts.engine.subject import Inference, InProcess
from ecr_contracts.engine.subjects.handler import Function
from ecr_contracts.engine.trial import PATIENCE
from ecr_contracts.eventbridge.rules.narrowing.demands import NamedPattern
from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.eventbridge.rules.transformer import Shaping
from ecr_contracts.eventbridge.rules.world import World
from ecr_contracts.events.generate.cases import Case, case, edge_cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.reporting.totals import verdict_line
from ecr_contracts.runtime.outcome import Outcome, Status

FINE = Outcome(Status.RETURNED)
QUICK = Effort(strength=1, examples=0)


class Fake:
    """A subject that does with a payload what a function says; it notes all that it is given."""

    name, arguments, levels, timeout = "fake", (), {}, 5.0
    is_watched = False

    def __init__(self, does=lambda payload: FINE, **inferred):
        self.given, self.starts, self.ends = [], 0, 0
        self._does = does
        self._inference = Inference(kinds=("scan",), kinds_reason="it says so", **inferred)

    def inference(self, *, needs_kinds=True):
        return self._inference if needs_kinds else replace(self._inference, kinds=())

    @contextmanager
    def start(self, events=()):
        def call(payload, *, trace=False, ecr_payload=None):
            self.given.append(payload)
            return self._does(payload)

        self.starts += 1
        yield InProcess(call)
        self.ends += 1

    def notes(self):
        return iter(["a note"])

    def modules(self):
        return ()


def is_complete(event):
    return event["detail"].get("scan-status") == "COMPLETE"


def behind(*patterns):
    """What rules let through."""
    rules = [NamedPattern(Pattern.parse(pattern), "template.yaml:7") for pattern in patterns]
    return World.behind(rules)


DEAD = behind({"source": ["aws.ecr"], "detail": {"tag": ["v1"]}})
COMPLETE = behind({"source": ["aws.ecr"], "detail": {"scan-status": ["COMPLETE"]}})


def fails_when_failed(event):
    if is_complete(event):
        return FINE
    return Outcome(Status.RAISED, exception="ValueError", message="failed")


# --- the plan -------------------------------------------------------------------------------------


def test_what_nobody_asks_for_the_subject_says():
    plan = planned(Fake(envelopes={"sqs": "a rule says so", "sns": ""}), Request(effort=QUICK))
    assert (plan.kinds, plan.kinds_reason) == (("scan",), "it says so")
    assert (plan.envelopes, plan.envelope_reason, plan.others) == (
        ("sqs",),
        "a rule says so",
        {"sns": ""},
    )
    assert plan.cases == edge_cases("scan")
    assert plan.runs == [("scan", "sqs")]


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        ([], ""),
        (["", "its code reads Sns"], "its code reads Sns"),
        (["its code reads Records, Sns", "its code reads Records"], "its code reads Records, Sns"),
        (
            ["its code reads aws:sqs", "its code reads aws:sns", "it opens bare events"],
            "its code reads aws:sqs, aws:sns, and opens bare events",
        ),
        (["t.yaml:3", "it opens bare events"], "t.yaml:3, and it opens bare events"),
    ],
)
def test_reasons_for_several_envelopes_repeat_nothing(reasons, told):
    assert reasons_together(reasons) == told


def test_what_is_asked_for_comes_before_what_the_subject_says():
    request = Request(kinds=("push", "delete"), envelopes=("lambda", "sns", "lambda"), effort=QUICK)
    plan = planned(Fake(envelopes={"sqs": "a rule says so"}), request)
    assert (plan.kinds, plan.kinds_reason) == (("push", "delete"), "")
    assert (plan.envelopes, plan.envelope_reason, plan.others) == (("lambda", "sns"), "", {})
    assert plan.is_settled


@pytest.mark.parametrize("asked", [{}, {"kinds": ("scan",)}])
def test_no_event_is_given_that_the_rules_keep_away(asked):
    plan = planned(Fake(world=COMPLETE), Request(effort=QUICK, **asked))
    assert plan.cases
    assert all(is_complete(one.event) for one in plan.cases)


def test_without_its_rules_a_subject_is_given_every_event():
    plan = planned(Fake(world=COMPLETE), Request(effort=QUICK, unshielded=True))
    assert plan.cases == edge_cases("scan")
    assert plan.kinds_reason == "it says so"


def test_a_report_says_that_a_subject_was_judged_without_its_rules():
    request = Request(effort=QUICK, unshielded=True)
    [note] = planned(Fake(world=COMPLETE), request).notes
    assert "without its rule" in note
    assert not list(planned(Fake(), request).notes)


@pytest.mark.parametrize(
    ("inferred", "kinds", "reason"),
    [
        ({}, ("delete", "push", "scan"), ""),
        (
            {"kinds_of_source": ("push",), "source_reason": "its code reads PUSH"},
            ("push",),
            "its code reads PUSH",
        ),
    ],
)
@pytest.mark.parametrize("trouble", [{"world": DEAD}, {"problem": "it is refused"}])
def test_without_a_rule_that_lets_nothing_through_the_source_tells_the_kinds(
    inferred, kinds, reason, trouble
):
    subject = Fake(**trouble, **inferred)
    if "world" in trouble:
        subject._inference = replace(subject._inference, kinds=())
    plan = planned(subject, Request(effort=QUICK, unshielded=True))
    assert set(plan.kinds) == set(kinds)
    assert plan.kinds_reason == reason


def test_a_kind_that_no_rule_delivers_is_given_if_it_is_asked_for():
    plan = planned(Fake(world=COMPLETE), Request(kinds=("push", "scan"), effort=QUICK))
    assert [one for one in plan.cases if one.kind == "push"] == list(edge_cases("push"))
    assert all(is_complete(one.event) for one in plan.cases if one.kind == "scan")
    [note] = [note for note in plan.notes if "push" in note]
    assert "its rule lets no such push event through" in note


def test_a_chosen_case_that_no_rule_delivers_is_given_all_the_same():
    failed = case("scan/failed+no-counts")
    for chosen in (failed, failed.id):
        plan = planned(Fake(world=COMPLETE), Request(cases=(chosen,), effort=QUICK))
        assert [one.id for one in plan.cases] == [failed.id]
        assert any("scan" in note for note in plan.notes)


def test_a_chosen_case_is_the_one_that_the_rules_deliver():
    world = behind({"detail": {"repository-name": ["shop/api"]}})
    [chosen] = planned(Fake(world=world), Request(cases=("scan/no-tags",), effort=QUICK)).cases
    assert chosen.id == "scan/no-tags"
    assert chosen.event["detail"]["repository-name"] == "shop/api"
    assert chosen.event["detail"]["image-tags"] == []


def test_what_failed_before_comes_first_where_it_can_be_given():
    known = [
        (case("scan/no-tags"), "lambda"),
        (case("scan/no-high"), "sqs"),
        (case("push/no-tag"), "lambda"),
    ]
    plan = planned(Fake(), Request(remembered=tuple(known), effort=QUICK))
    assert plan.cases[0].id == "scan/no-tags"
    others = [one for one in edge_cases("scan") if one.id != "scan/no-tags"]
    assert list(plan.cases[1:]) == others


SHOPS = behind({"detail": {"repository-name": ["shop/api", "shop/web"]}})


def renamed(known: Case, repository: str) -> Case:
    """A case as another repository has it, with the choices that the schema has for it."""
    event = known.event
    event["detail"]["repository-name"] = repository
    return replace(known, text=json.dumps(event))


def test_what_failed_before_has_the_choices_of_the_world_of_today():
    narrowed = SHOPS.contract("scan")
    known = renamed(case("scan/no-tags+no-digest+failed"), "shop/web")
    plan = planned(Fake(world=SHOPS), Request(remembered=((known, "lambda"),), effort=QUICK))
    assert plan.cases[0].text == known.text
    assert plan.cases[0].labels == narrowed.recognise(known.event)
    assert plan.cases[0].labels != known.labels
    with Session(Fake(fails_when_failed, world=SHOPS), Request(cases=(known,))) as session:
        [finding] = session.report().findings
    assert known.id in finding.failed


def test_only_what_failed_before_may_be_given_and_none_that_the_rules_keep_away_today():
    known = [
        (renamed(case("scan/no-tags"), "shop/web"), "lambda"),
        (renamed(case("scan/no-digest"), "shop/old"), "lambda"),
    ]
    request = Request(remembered=tuple(known), only_remembered=True, effort=QUICK)
    plan = planned(Fake(world=SHOPS), request)
    assert plan.is_chosen
    [given] = plan.cases
    assert given.text == known[0][0].text
    refused = replace(request, remembered=tuple(known[1:]))
    subject = Fake(world=SHOPS)
    assert judge(subject, refused).trials == ()
    assert subject.given == []


def test_a_plan_can_be_confined_to_some_kinds_without_leaving_the_rules():
    subject = Fake(world=COMPLETE)
    assert planned(subject, Request(confined_to=("push",), effort=QUICK)).cases == ()
    plan = planned(subject, Request(confined_to=("scan", "push"), effort=QUICK))
    assert plan.kinds == ("scan",)
    assert all(is_complete(one.event) for one in plan.cases)


def test_the_strength_and_the_evidence_of_the_effort_are_those_of_the_cases():
    effort = Effort(strength=2, evidence=Evidence.CAPTURED)
    assert planned(Fake(), Request(effort=effort)).cases == edge_cases("scan", 2, Evidence.CAPTURED)


def test_an_envelope_that_does_not_exist_is_refused():
    with pytest.raises(UnknownNameError, match="no envelope is called 'sqss'"):
        planned(Fake(), Request(envelopes=("sqss",)))


def transformer(**keys):
    return Transformer(Shaping(**keys), "rule.json", 1)


def test_a_transformer_shapes_in_its_own_envelope_alone():
    shaped = transformer(input_path="$.detail")
    subject = Fake(transformer=shaped, transformer_envelope="lambda")
    assert planned(subject, Request(effort=QUICK)).transformer is shaped
    assert planned(subject, Request(envelopes=("sqs",), effort=QUICK)).transformer is None
    anywhere = Fake(transformer=shaped)
    assert planned(anywhere, Request(envelopes=("sqs",), effort=QUICK)).transformer is shaped


def test_a_transformer_that_makes_nothing_that_is_delivered_cannot_be_judged():
    paths = {"tags": "$.detail.image-tags"}
    broken = transformer(input_paths_map=paths, input_template='"<tags>')
    with pytest.raises(SetupError, match="makes no JSON of any event"):
        planned(Fake(transformer=broken), Request(effort=QUICK))


# --- the run --------------------------------------------------------------------------------------


def test_nothing_is_started_for_a_plan_and_what_was_started_is_ended():
    subject = Fake()
    with Session(subject, Request(effort=QUICK)) as session:
        assert session.plan.cases
        assert subject.starts == 0
        session.report()
        assert (subject.starts, subject.ends) == (1, 0)
    assert (subject.starts, subject.ends) == (1, 1)


def test_what_was_given_case_by_case_is_not_given_again_for_the_report():
    subject = Fake()
    with Session(subject, Request(effort=QUICK)) as session:
        for one in session.plan.cases[::2]:
            trial = session.give(one, "lambda")
            assert trial is session.give(one, "lambda")
        before = len(subject.given)
        assert before == len(session.plan.cases[::2])
        verdict = session.report()
    assert len(subject.given) == len(session.plan.cases) == len(verdict.trials)
    assert verdict.notes == ("a note",)


TWO_RUNS = Request(kinds=("push", "scan"), envelopes=("lambda",), effort=Effort(2, 30))


def without_results(event):
    """What goes wrong with a failed scan, and with a push without a tag."""
    if "image-tag" in event["detail"] or is_complete(event):
        return FINE
    return Outcome(Status.RAISED, exception="ValueError", message="no result")


def test_a_run_is_reported_by_itself_and_not_examined_again_for_the_report():
    whole = judge(Fake(without_results), TWO_RUNS)
    subject = Fake(without_results)
    with Session(subject, TWO_RUNS) as session:
        pushes = session.report_run(("push", "lambda"))
        assert {event["detail-type"] for event in subject.given} == {"ECR Image Action"}
        scans = session.report_run(("scan", "lambda"))
        before = len(subject.given)
        assert session.report_run(("push", "lambda")).findings == pushes.findings
        verdict = session.report()
    assert len(subject.given) == before
    assert [pushes.kinds, scans.kinds] == [("push",), ("scan",)]
    assert {finding.kind for finding in pushes.findings} == {"push"}
    assert {finding.kind for finding in scans.findings} == {"scan"}
    assert verdict.findings == whole.findings
    for finding in whole.findings:
        assert (finding in pushes.findings) != (finding in scans.findings)
    assert len(pushes.trials) + len(scans.trials) == len(whole.trials)
    assert (pushes.planned, scans.planned) == (len(pushes.trials), len(scans.trials))


def test_what_all_runs_show_together_is_said_by_the_report_alone():
    def idle(event, context):
        return None

    with Session(Function(idle), TWO_RUNS) as session:
        for run in session.plan.runs:
            assert session.report_run(run).findings == ()
        checks = [finding.check for finding in session.report().findings]
    assert checks == ["vacuous", "vacuous"]


def test_an_interrupted_run_is_reported_with_what_its_events_showed_so_far():
    def interrupted(event):
        if len(subject.given) > 30:
            raise KeyboardInterrupt
        return without_results(event)

    subject = Fake(interrupted)
    with Session(subject, TWO_RUNS) as session:
        verdict = session.report_run(("scan", "lambda"), keeps_interrupted=True)
        assert verdict.is_interrupted
        assert [finding.exception for finding in verdict.findings] == ["ValueError"]
        assert verdict.notes[0].startswith(f"interrupted: 30 of {verdict.planned} cases")


def test_a_subject_that_never_answers_is_given_up():
    subject = Fake(lambda payload: Outcome(Status.TIMED_OUT))
    with Session(subject, Request(effort=QUICK)) as session:
        trials = [session.give(one, "lambda") for one in session.plan.cases]
        assert session.is_given_up
    assert [trial is None for trial in trials][:PATIENCE] == [False] * PATIENCE
    assert all(trial is None for trial in trials[PATIENCE:])


def test_the_first_envelope_that_the_subject_deals_with_is_taken():
    def only_queues(payload):
        return FINE if "Records" in payload and "body" in payload["Records"][0] else failed

    failed = Outcome(Status.RAISED, exception="KeyError")
    subject = Fake(only_queues, envelopes={"sns": "one reason", "sqs": "another"})
    with Session(subject, Request(effort=QUICK)) as session:
        assert not session.plan.is_settled
        plan = session.settle()
    assert (plan.envelopes, plan.envelope_reason) == (("sqs",), "another")


@pytest.mark.parametrize("itself", [True, False])
def test_where_nothing_tells_the_kinds_those_that_the_subject_accepts_are_given(itself):
    def only_scans(payload):
        return FINE if payload["detail-type"] == "ECR Image Scan" else failed

    failed = Outcome(Status.RAISED, exception="KeyError")
    subject = Fake(only_scans)
    subject._inference = Inference(kinds=("push", "scan"), filters_itself=itself)
    with Session(subject, Request(effort=QUICK)) as session:
        assert session.plan.is_settled is not itself
        plan = session.settle()
    assert plan.is_settled
    assert plan.kinds == (("scan",) if itself else ("push", "scan"))
    assert bool(plan.kinds_reason) is itself


# --- the report -----------------------------------------------------------------------------------


def test_a_failure_that_the_rules_keep_away_is_no_finding_but_is_told():
    verdict = judge(Fake(fails_when_failed, world=COMPLETE), Request(effort=QUICK))
    assert verdict.findings == ()
    [shielded] = verdict.shielded
    assert (shielded.kind, shielded.exception) == ("scan", "ValueError")
    assert shielded.causes == (Condition("$.detail.scan-status", ("failed",)),)
    [finding] = judge(Fake(fails_when_failed), Request(effort=QUICK)).findings
    assert finding.exception == "ValueError"


def test_what_a_finding_tells_already_is_not_told_again():
    def never_works(event):
        return Outcome(Status.RAISED, exception="ValueError", message="failed")

    verdict = judge(Fake(never_works, world=COMPLETE), Request(effort=QUICK))
    assert len(verdict.findings) == 1
    assert verdict.shielded == ()


def test_a_chosen_case_that_is_none_has_the_names_of_the_world_in_the_complaint():
    for case_id, words in (("scan/shop-wob-repository", "shop-web-repository"), ("scan", "scan/")):
        request = Request(cases=(case_id,), effort=QUICK)
        with pytest.raises(UnknownNameError) as refusal:
            planned(Fake(world=SHOPS), request)
        assert words in str(refusal.value)


def test_a_finding_says_which_rule_lets_its_events_through():
    def wants_tags(event):
        return FINE if event["detail"].get("image-tags") else Outcome(Status.RAISED, "IndexError")

    findings = judge(Fake(wants_tags, world=COMPLETE), Request(effort=QUICK)).findings
    assert findings
    assert {(finding.rule, finding.rule_asks) for finding in findings} == {
        ("template.yaml:7", False)
    }
    world = behind({"detail": {"image-tags": ["v1", {"exists": False}]}})
    findings = judge(Fake(wants_tags, world=world), Request(effort=QUICK)).findings
    assert findings
    assert all(finding.rule_asks for finding in findings)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ({"source": ["my.ci"]}, "lets through only events of my.ci"),
        ({"source": ["aws.ecr"], "detail": {"tag": ["v1"]}}, "lets no event through"),
    ],
)
def test_rules_that_let_nothing_through_leave_nothing_to_judge(pattern, words):
    subject = Fake(fails_when_failed, world=behind(pattern))
    with pytest.raises(SetupError, match=words):
        judge(subject, Request(effort=QUICK))
    assert subject.given == []
    assert judge(subject, Request(kinds=("scan",), effort=QUICK)).failed
    assert judge(subject, Request(unshielded=True, effort=QUICK)).failed


def test_what_other_senders_send_through_its_rule_is_named_as_not_tried():
    pattern = {
        "source": ["aws.ecr", "aws.codebuild"],
        "detail-type": ["ECR Image Scan", "CodeBuild Build State Change"],
    }
    notes = judge(Fake(world=behind(pattern)), Request(effort=QUICK)).notes
    assert any("events of aws.codebuild" in note for note in notes)
    ours = pattern | {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}
    assert not any("not tried" in note for note in judge(Fake(world=behind(ours))).notes)


def test_scans_of_what_is_no_image_are_named_as_not_tried():
    def notes(pattern):
        subject = Fake(world=behind(pattern))
        subject._inference = replace(subject._inference, kinds=("inspector-scan",))
        return [one for one in judge(subject, Request(effort=QUICK)).notes if "not tried" in one]

    pattern = {"source": ["aws.inspector2"], "detail-type": ["Inspector2 Scan"]}
    [note] = notes(pattern)
    assert "Inspector2 Scan events without repository-name" in note
    assert notes(pattern | {"detail": {"repository-name": [{"exists": True}]}}) == []


def test_many_kinds_are_given_the_usual_ones_first_and_share_other_values():
    effort = Effort(strength=1, examples=6, probe=0)
    few = judge(Fake(), Request(kinds=("push", "scan"), effort=effort))
    assert few.drawn == 2 * 6
    many = judge(Fake(), Request(kinds=kind_names(), effort=effort))
    assert many.drawn == len(kind_names()) * (6 * MOST_WITH_ALL_EXAMPLES // len(kind_names()))
    subject = Fake()
    subject._inference = replace(subject._inference, kinds=kind_names())
    assert planned(subject, Request(effort=effort)).kinds[:4] == (
        "push",
        "scan",
        "delete",
        "archive",
    )


def test_a_rule_that_cannot_be_used_is_refused():
    subject = Fake(problem="EventBridge refuses the pattern of its rule")
    with pytest.raises(SetupError, match="EventBridge refuses"):
        planned(subject, Request(effort=QUICK))
    assert planned(subject, Request(unshielded=True, effort=QUICK)).cases


def test_a_path_of_its_transformer_that_no_event_has_is_a_finding(tmp_path):
    rule = tmp_path / "rule.json"
    rule.write_text("{}\n")
    paths = {"tag": "$.detail.image-tag", "name": "$.detail.repository-name"}
    shaping = Shaping(input_paths_map=paths, input_template='"<tag> <name>"')
    shaped = Transformer(shaping, rule.as_posix(), 1)
    verdict = judge(Fake(world=COMPLETE, transformer=shaped), Request(effort=QUICK))
    [finding] = verdict.findings
    assert (finding.check, finding.severity) == ("dead-path", Severity.ERROR)
    assert "did you mean $.detail.image-tags?" in finding.detail
    assert finding.location.line == 1
    off = replace(QUICK, levels={"dead-path": "off: known"})
    assert judge(Fake(world=COMPLETE, transformer=shaped), Request(effort=off)).findings == ()


def test_a_comparison_in_its_code_that_no_event_meets_is_a_finding(tmp_path):
    file = tmp_path / "app.py"
    file.write_text('def handler(event, _):\n    assert event["source"] != "AWS.ECR"\n')
    subject = Fake(world=COMPLETE)
    source = Target.parse(f"{file}:handler")
    subject._inference = replace(subject._inference, source=source)
    [finding] = judge(subject, Request(effort=QUICK)).findings
    assert (finding.check, finding.severity) == ("dead-comparison", Severity.ERROR)
    off = replace(QUICK, levels={"dead-comparison": "off: known"})
    assert judge(subject, Request(effort=off)).findings == ()


def test_levels_decide_what_of_a_trial_is_an_error():
    off = replace(QUICK, levels={"raises": "off: told elsewhere"})
    with Session(Fake(fails_when_failed), Request(effort=off)) as session:
        trial = session.give(case("scan/failed+no-counts"), "lambda")
        assert trial.symptoms
        assert session.errors_of(trial) == []
        verdict = session.report()
    assert verdict.findings == ()
    [unwanted] = verdict.unwanted
    assert unwanted.check == "raises"
    line = verdict_line(verdict)
    assert "all " not in line
    assert line.endswith("only what is turned off (raises)")


def test_levels_of_the_subject_give_way_to_those_that_are_asked_for():
    subject = Fake(fails_when_failed)
    subject.levels = {"raises": "warning"}
    [advice] = judge(subject, Request(effort=QUICK)).findings
    assert advice.severity is Severity.WARNING
    asked = replace(QUICK, levels={"raises": "error"})
    assert judge(subject, Request(effort=asked)).failed


def test_trials_that_were_made_elsewhere_are_explained_alike():
    request = Request(effort=QUICK)
    with Session(Fake(fails_when_failed), request) as session:
        verdict = session.report()
    with Session(Fake(fails_when_failed), request) as session:
        elsewhere = session.explain(verdict.trials)
    assert elsewhere == verdict.findings


def test_what_it_handles_and_its_rules_never_deliver_is_noted():
    words = "the code handles action-type DELETE, which is never delivered"
    subject = Fake(world=COMPLETE, undelivered=(words,))
    assert words in judge(subject, Request(effort=QUICK)).notes
    assert words not in judge(subject, Request(effort=QUICK, unshielded=True)).notes
    assert words not in judge(subject, Request(cases=("scan/no-tags",), effort=QUICK)).notes


def test_chosen_cases_are_judged_alone():
    chosen = case("scan/no-tags")
    subject = Fake(fails_when_failed)
    verdict = judge(subject, Request(cases=(chosen,), effort=Effort()))
    assert (verdict.findings, verdict.strength, verdict.planned) == ((), 0, 1)
    assert len(subject.given) == 1
