"""What is recorded: effects without secrets, and the events of a payload however deep they lie."""

from __future__ import annotations

import json
import threading

import pytest

from ecr_contracts.core import limits
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.events.generate.cases import case
from ecr_contracts.runtime.effects import Effect, Origin, Sort
from ecr_contracts.runtime.sandbox.recorder import Recorder

EVENT = case("scan/ordinary").event
OTHER = case("push/ordinary").event


@pytest.mark.parametrize(
    ("payload", "events"),
    [
        (EVENT, [EVENT]),
        (envelope("sqs").wrap([EVENT, OTHER]), [EVENT, OTHER]),
        ({"Records": [{"Sns": {"Message": json.dumps(EVENT)}}]}, [EVENT]),
        ({"Records": [{"body": json.dumps({"Message": json.dumps(EVENT)})}]}, [EVENT]),
        ([EVENT, OTHER], [EVENT, OTHER]),
        (envelope("kinesis").wrap([EVENT, OTHER]), [EVENT, OTHER]),
        (envelope("logs").wrap([EVENT]), [EVENT]),
        ({"mine": {"of": [json.dumps(EVENT)]}}, [EVENT]),
        ({"detail-type": "x", "detail": "no object"}, []),
        ({"body": "{ no JSON"}, []),
        (None, []),
    ],
)
def test_the_events_of_a_payload_are_found(payload, events):
    recorder = Recorder()
    recorder.begin(payload)
    assert recorder.events() == events
    recorder.begin(None)
    assert recorder.events() == []


def test_json_within_json_is_not_followed_for_ever():
    text = json.dumps(EVENT)
    for _ in range(20):
        text = json.dumps([text[:100_000]])
    recorder = Recorder()
    recorder.begin(text)
    assert recorder.events() == []


def test_secrets_are_masked_wherever_they_stand():
    recorder = Recorder()
    recorder.secrets = frozenset({"planted"})
    recorder.note(
        Effect(
            Sort.HTTP,
            "GET https://planted",
            {"a": ["planted!"], "token": "other"},
            answer={"b": "planted"},
        )
    )
    (effect,) = recorder.effects()
    assert (effect.name, effect.content, effect.answer) == (
        "GET https://***",
        {"a": ["***!"], "token": "***"},
        {"b": "***"},
    )


def test_what_we_made_up_is_no_secret_by_its_name():
    recorder = Recorder()
    answer = {"SecretString": "placeholder"}
    for origin in (Origin.MADE_UP, Origin.GIVEN):
        recorder.note(
            Effect(Sort.AWS, "secretsmanager.GetSecretValue", answer=answer, origin=origin)
        )
    assert [effect.answer for effect in recorder.effects()] == [answer, {"SecretString": "***"}]


def test_a_loop_does_not_fill_the_memory_and_threads_lose_nothing():
    recorder = Recorder()

    def loop():
        for _ in range(300):
            recorder.note(Effect(Sort.LOG, "ERROR"))

    threads = [threading.Thread(target=loop) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(recorder.effects()) == 900
    loop()
    assert len(recorder.effects()) == 1000


def test_live_effects_are_those_of_the_moment():
    recorder = Recorder()
    live = recorder.live
    assert not live
    recorder.note(Effect(Sort.LOG, "ERROR"))
    assert len(live) == len(live.logs) == 1
    recorder.begin()
    assert not live


def test_what_went_out_is_cut_where_it_is_too_large():
    recorder = Recorder()
    recorder.begin()
    recorder.note(Effect(Sort.HTTP, "PUT https://x.example.invalid/", {"body": "x" * 50_000_000}))
    recorder.note(Effect(Sort.HTTP, "PUT https://x.example.invalid/", {"body": "x" * 90_000}))
    large, usual = recorder.effects()
    assert large.content["body"].endswith("… (cut: 50000000 characters)")
    assert len(large.content["body"]) < 1_000_100
    assert usual.content == {"body": "x" * 90_000}


@pytest.mark.parametrize("more", [0, 1, 5])
def test_effects_beyond_the_bound_are_counted(more):
    recorder = Recorder()
    recorder.begin()
    for _ in range(limits.EFFECTS + more):
        recorder.note(Effect(Sort.HTTP, "GET x"))
    effects = recorder.effects()
    assert (len(effects), effects.more, recorder.live.more) == (limits.EFFECTS, more, more)
    recorder.begin()
    assert recorder.effects().more == 0
