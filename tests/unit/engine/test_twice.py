"""What a second copy of an event does again, told from the effects of two calls."""

from __future__ import annotations

import pytest

from ecr_contracts.engine.relations.twice import Repetition, repetition
from ecr_contracts.events.generate.cases import case
from ecr_contracts.runtime.effects import Effect, Effects, Sort
from ecr_contracts.runtime.outcome import Outcome, Status

EVENT = case("push/ordinary").event
TELLS = Effect(Sort.AWS, "sns.Publish", {"Message": "pushed"})
POSTS = Effect(Sort.HTTP, "POST https://chat.example.invalid/hook", {"body": "pushed"})
PUTS = Effect(Sort.HTTP, "PUT https://store.example.invalid/images/1")
LOGS = Effect(Sort.LOG, "INFO", "pushed")


def record(key: str, **more: str) -> Effect:
    return Effect(Sort.AWS, "dynamodb.PutItem", {"Item": {"k": {"S": key}}, **more})


def outcome(*effects: Effect) -> Outcome:
    return Outcome(Status.RETURNED, effects=Effects(effects))


def counting(expression: str) -> Effect:
    return Effect(Sort.AWS, "dynamodb.UpdateItem", {"UpdateExpression": expression})


IF_NEW = {"ConditionExpression": "attribute_not_exists(k)"}
ROWS = [
    ("nothing again", [TELLS], [], Repetition()),
    ("told twice", [TELLS], [TELLS], Repetition(("sns.Publish",))),
    ("posted twice", [POSTS, TELLS], [POSTS], Repetition((POSTS.name,))),
    ("put twice", [PUTS], [PUTS], Repetition()),
    ("logged twice", [LOGS], [LOGS], Repetition()),
    ("what was not done before", [POSTS], [TELLS], Repetition()),
    ("set twice", [counting("SET n = :n")], [counting("SET n = :n")], Repetition()),
    (
        "counted twice",
        [counting("ADD n :one")],
        [counting("ADD n :one")],
        Repetition(("dynamodb.UpdateItem",)),
    ),
    (
        "added twice",
        [counting("set n = n + :one")],
        [counting("set n = n + :one")],
        Repetition(("dynamodb.UpdateItem",)),
    ),
    (
        "kept by the id",
        [record(EVENT["id"], **IF_NEW), TELLS],
        [record("other", **IF_NEW), TELLS],
        Repetition(("sns.Publish",), "dynamodb.PutItem", by_id=True),
    ),
    (
        "kept by the digest",
        [record(EVENT["detail"]["image-digest"], **IF_NEW), TELLS],
        [record(EVENT["detail"]["image-digest"], **IF_NEW), TELLS],
        Repetition(("sns.Publish",), "dynamodb.PutItem"),
    ),
    ("kept in any case", [record("k"), TELLS], [record("k"), TELLS], Repetition(("sns.Publish",))),
    (
        "looked up",
        [Effect(Sort.AWS, "dynamodb.GetItem", {"Key": {}}, reads=True), TELLS],
        [TELLS],
        Repetition(("sns.Publish",), "dynamodb.GetItem"),
    ),
]


@pytest.mark.parametrize(
    ("first", "second", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_what_adds_up_is_told_and_what_may_hold_it_back(first, second, expected):
    assert repetition(outcome(*first), outcome(*second), EVENT) == expected
