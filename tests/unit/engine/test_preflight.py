"""Whether a consumer can be judged at all, with a worker that is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ecr_contracts.core.errors import SetupError
from ecr_contracts.core.findings import Location
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine import preflight
from ecr_contracts.engine.trial import ordinary_case
from ecr_contracts.eventbridge.envelopes.registry import carry, envelope
from ecr_contracts.runtime.effects import Effect, Effects, Origin, Sort
from ecr_contracts.runtime.outcome import CaughtException, Outcome, Status, Stop
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


def stopping(effect, **options):
    """An outcome that is about the answer to an effect."""
    return replace(failing(effect, **options), stop=Stop(effect, THERE))


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


def test_what_stops_at_an_answer_of_ours_is_a_matter_of_set_up():
    worker = Fake(None)
    error = preflight.setup_error(worker, Stop(ASKED, THERE), stopping(ASKED))
    assert "ssm.GetParameter was answered" in str(error)
    assert '"ssm.GetParameter" = { "Parameter" = { "Value" = "v" } }' in error.advice
    assert "app.py:3  ValueError: no" in str(error)


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


def test_lists_are_emptied_where_that_helps_and_left_so():
    worker, usual = prepared(
        lambda settings, payload: (
            stopping(ASKED)
            if settings.filled
            else Outcome(Status.RETURNED, effects=Effects([SENT]))
        )
    )
    assert usual["scan", "lambda"].effects.aws("sns.Publish")
    assert not worker.settings.filled


def test_lists_are_filled_again_where_emptying_does_not_help():
    worker = Fake(lambda settings, payload: stopping(ASKED))
    usual = preflight.prepare(worker, RUNS)
    assert usual["scan", "lambda"].stopped == Stop(ASKED, THERE)
    assert [settings.filled for settings in worker.restarts] == [False, True]


@pytest.mark.parametrize(
    ("sort", "name", "advice"),
    [
        (Sort.PROCESS, "docker pull x", "--allow-process docker"),
        (Sort.NETWORK, "h:5", "--allow-net h:5"),
    ],
)
def test_what_was_refused_is_told_with_its_option(sort, name, advice):
    effect = Effect(sort, name, refused=True)
    error = preflight.setup_error(Fake(None), Stop(effect, THERE), stopping(effect))
    assert error.advice.endswith(advice)


def test_what_was_caught_counts_only_if_the_run_ends_by_it():
    def caught(ends):
        stop = Stop(ASKED, THERE)
        exception = CaughtException("ValueError", "no", HERE, HERE, 1, ends, True, stop)
        return replace(FINE, effects=Effects([ASKED]), caught=(exception,))

    assert caught(True).stopped == Stop(ASKED, THERE)
    assert caught(False).stopped is None


def test_a_kind_that_stops_at_an_answer_is_no_kind_that_is_refused():
    usual = {("scan", "lambda"): stopping(ASKED), ("push", "lambda"): failing()}
    worker = Fake(lambda settings, payload: failing())
    assert preflight.passing_kinds(worker, usual, carry) == ("scan",)


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


def test_a_variable_that_is_asked_for_politely_and_needed_is_told():
    does = replace(failing(exception="TypeError"), unset=("TOPIC",))
    strict = Settings(env_auto=False)
    with pytest.raises(SetupError, match="TOPIC"):
        prepared(lambda settings, payload: FINE if settings.env_auto else does, settings=strict)
    worker, _ = prepared(lambda settings, payload: does, settings=strict)
    assert not worker.settings.env_auto
