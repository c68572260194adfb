"""Whether a consumer can be judged at all, with a worker that is none."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from ecr_contracts.core.errors import SetupError
from ecr_contracts.core.findings import Location
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine import preflight
from ecr_contracts.engine.subjects.handler import InWorker
from ecr_contracts.engine.trial import ordinary_case
from ecr_contracts.eventbridge.envelopes.registry import carry, envelope
from ecr_contracts.runtime.effects import Effect, Effects, Origin, Sort
from ecr_contracts.runtime.outcome import CaughtException, Outcome, Status
from ecr_contracts.runtime.sandbox.settings import Settings

RUNS = [("scan", "lambda")]
HERE, THERE = (Location("app.py", line, "handler", "x", "x", line) for line in (3, 9))
ASKED = Effect(
    Sort.AWS,
    "ssm.GetParameter",
    {},
    True,
    answer={"Parameter": {"Value": "v"}},
    origin=Origin.MADE_UP,
)
SENT = Effect(Sort.AWS, "sns.Publish", {}, answer={"MessageId": "m"}, origin=Origin.MADE_UP)
FINE = Outcome(Status.RETURNED)


def failing(*effects, at=HERE, exception="ValueError", message="no"):
    return Outcome(Status.RAISED, exception, message, at, effects=Effects(effects))


class Fake:
    """Answers as a function of settings and payload says, and notes how it was left."""

    def __init__(self, does):
        self._does = does
        self.target, self.settings = Target.parse("app.py:handler"), Settings()
        self.restarts = []

    def start(self):
        """Loading is tested with real workers."""

    def call(self, payload, *, trace=False, ecr_payload=None):
        return self._does(self.settings, payload)

    def restart(self, settings):
        self.restarts.append(settings)
        self.settings = settings


def prepared(does, *, settings=Settings()):  # noqa: B008 - it is frozen
    worker = Fake(does)
    worker.settings = settings
    return worker, preflight.prepare(worker, RUNS)


def test_what_works_is_left_alone():
    worker, usual = prepared(lambda settings, payload: FINE)
    assert usual == {("scan", "lambda"): FINE}
    assert worker.restarts == []


def test_each_run_gets_its_own_event():
    seen = []
    preflight.prepare(
        Fake(lambda settings, payload: seen.append(payload) or FINE),
        [("scan", "lambda"), ("push", "sqs")],
    )
    assert seen == [
        ordinary_case("scan").event,
        envelope("sqs").wrap([ordinary_case("push").event]),
    ]


def test_a_fault_right_after_an_answer_of_ours_is_a_matter_of_set_up():
    with pytest.raises(SetupError) as refusal:
        prepared(lambda settings, payload: failing(ASKED))
    assert "ssm.GetParameter was answered" in str(refusal.value)
    assert '"ssm.GetParameter" = { "Parameter" = { "Value" = "v" } }' in refusal.value.advice


@pytest.mark.parametrize(
    "effect",
    [
        replace(ASKED, origin=Origin.EVENT),
        replace(ASKED, origin=Origin.GIVEN),
        Effect(Sort.FILE, "x"),
        Effect(Sort.LOG, "ERROR"),
    ],
)
def test_a_fault_after_anything_else_is_the_consumers(effect):
    worker, usual = prepared(lambda settings, payload: failing(effect))
    assert usual["scan", "lambda"].exception == "ValueError"
    assert worker.settings.filled


def test_a_fault_that_the_sample_does_not_have_is_the_consumers():
    ordinary = ordinary_case("scan").event
    _, usual = prepared(
        lambda settings, payload: failing(ASKED, at=HERE if payload == ordinary else THERE)
    )
    assert usual["scan", "lambda"].location == HERE


def test_lists_are_emptied_where_that_helps_and_left_so():
    worker, usual = prepared(
        lambda settings, payload: (
            failing(ASKED) if settings.filled else Outcome(Status.RETURNED, effects=Effects([SENT]))
        )
    )
    assert usual["scan", "lambda"].effects.aws("sns.Publish")
    assert not worker.settings.filled


def test_lists_are_filled_again_where_emptying_does_not_help():
    worker = Fake(lambda settings, payload: failing(ASKED))
    with pytest.raises(SetupError):
        preflight.prepare(worker, RUNS)
    assert [settings.filled for settings in worker.restarts] == [False, True]


@pytest.mark.parametrize(
    ("sort", "name", "advice"),
    [
        (Sort.PROCESS, "docker pull x", "--allow-process docker"),
        (Sort.NETWORK, "h:5", "--allow-net h:5"),
    ],
)
def test_what_was_refused_is_told_with_its_option(sort, name, advice):
    with pytest.raises(SetupError) as raised:
        prepared(lambda settings, payload: failing(Effect(sort, name, refused=True)))
    assert raised.value.advice.endswith(advice)


def test_what_was_caught_counts_only_if_the_run_ends_by_it():
    def caught(ends):
        effects = Effects([ASKED])
        exception = CaughtException(
            "ValueError", "no", HERE, HERE, after=1, ends=ends, outermost=True
        )
        return replace(FINE, effects=effects, caught=(exception,))

    with pytest.raises(SetupError):
        prepared(lambda settings, payload: caught(True))
    prepared(lambda settings, payload: caught(False))


def test_misuse_and_missing_variables_stop_the_run():
    worker = Fake(None)
    with pytest.raises(SetupError, match="cannot be used"):
        preflight.inspect(worker, [replace(FINE, misuse="it cannot be used")])
    broken = replace(failing(exception="KeyError", message="'CHANNEL'"), missing=("CHANNEL",))
    with pytest.raises(SetupError, match="CHANNEL"):
        preflight.inspect(worker, [broken])
    preflight.inspect(
        worker, [replace(broken, exception="ValueError"), replace(FINE, missing=("CHANNEL",))]
    )


def test_only_some_kinds_that_pass_tell_anything():
    usual = {("scan", "lambda"): FINE, ("push", "lambda"): failing()}
    assert preflight.passing_kinds(Fake(lambda settings, payload: failing()), usual, carry) == (
        "scan",
    )
    assert preflight.passing_kinds(Fake(lambda settings, payload: FINE), usual, carry) == ()


@pytest.mark.parametrize("after", [Effect(Sort.FILE, "x"), Effect(Sort.LOG, "ERROR")])
def test_what_is_written_and_logged_after_an_answer_does_not_hide_it(after):
    with pytest.raises(SetupError):
        prepared(lambda settings, payload: failing(ASKED, after))


@pytest.mark.parametrize("path", ["$.detail.tag", '$.detail["tag"]'])
def test_a_key_that_the_event_was_asked_for_is_the_consumers(path):
    outcome = replace(
        failing(ASKED, exception="KeyError", message="'tag'"),
        trace=SimpleNamespace(paths_read=[path]),
    )
    _, usual = prepared(lambda settings, payload: outcome)
    assert usual["scan", "lambda"] is outcome
    with pytest.raises(SetupError):
        prepared(
            lambda settings, payload: replace(
                outcome, trace=SimpleNamespace(paths_read=["$.detail.vintage"])
            )
        )


def test_a_variable_that_is_asked_for_politely_and_needed_is_told():
    does = replace(failing(exception="TypeError"), unset=("TOPIC",))
    strict = Settings(env_auto=False)
    with pytest.raises(SetupError, match="TOPIC"):
        prepared(lambda settings, payload: FINE if settings.env_auto else does, settings=strict)
    worker, _ = prepared(lambda settings, payload: does, settings=strict)
    assert not worker.settings.env_auto


@pytest.mark.parametrize(
    ("passing", "chosen"), [("sns-sqs", "sns-sqs"), ("sqs", "sqs"), ("kinesis", "sqs")]
)
def test_the_first_envelope_that_is_dealt_with_fits_and_the_worker_starts_anew(passing, chosen):
    payload_that_passes = carry([ordinary_case("scan").event], passing)
    worker = Fake(lambda settings, payload: FINE if payload == payload_that_passes else failing())
    assert preflight.fitting_envelope(InWorker(worker), "scan", ["sqs", "sns-sqs"], carry) == chosen
    assert worker.restarts == [worker.settings]
