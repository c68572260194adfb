"""The move of a handler to an event bus of version 2: which step breaks it, and what is said."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.engine.migration import Ending, migration
from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.subjects.handler import Handler
from ecr_contracts.frontends.cli.main import main
from ecr_contracts.reporting.migration import migration_as_json
from tests.conftest import ROOT
from tests.rows import keeping

SCHEMA = json.loads((ROOT / "ecr_contracts" / "migration.schema.json").read_text("utf-8"))
APP = """
import json
from urllib.request import urlopen

seen = set()


def tell(event):
    if event["detail"]["action-type"] == "PUSH":
        text = json.dumps({"text": event["detail"]["repository-name"]})
        urlopen("https://chat.example.invalid/hook", text.encode())


def kept(key):
    import boto3

    boto3.client("dynamodb", region_name="us-east-1").put_item(
        TableName="t", Item={"k": {"S": key}}, ConditionExpression="attribute_not_exists(k)"
    )


def key_of(event):
    detail = event["detail"]
    return tuple(str(detail.get(key)) for key in ("repository-name", "image-digest", "image-tag"))


def classic(event, context):
    tell(event)  # the line that a list breaks


def silent(event, context):
    if isinstance(event, dict) and event.get("source") == "aws.ecr":
        tell(event)


def forgiving(event, context):
    try:
        tell(event)
    except Exception:
        print("left alone")


def of_lists(event, context):
    for one in event if isinstance(event, list) else [event]:
        tell(one)


def first_of_list(event, context):
    tell(event[0] if isinstance(event, list) else event)


def versioned(event, context):
    assert event["version"] == "0"
    tell(event)


def guarded_by_replay_name(event, context):
    if "replay-name" not in event:
        tell(event)


def replays_badly(event, context):
    if event.get("SystemMetadata", {}).get("aws:DeliveryType") == "REPLAY":
        raise RuntimeError("no replays here")
    tell(event.get("Data", event))


def by_id_in_memory(event, context):
    if event["id"] not in seen:
        seen.add(event["id"])
        tell(event)


def by_id(event, context):
    kept(str(event.get("id")))
    tell(event)


def by_what_it_is_about(event, context):
    kept("/".join(key_of(event)))
    tell(event)


def needs_a_tag(event, context):
    event["detail"]["image-tag"]
    classic(event, context)


def needs_a_digest(event, context):
    event["detail"]["image-digest"]
    tell(event)


def of_version_2(event, context):
    tell(event["Data"])


def ready(event, context):
    for one in event if isinstance(event, list) else [event]:
        if one.get("SystemMetadata", {}).get("aws:DeliveryType") == "REPLAY":
            continue
        one = one.get("Data", one)
        if "replay-name" in one or key_of(one) in seen:
            continue
        seen.add(key_of(one))
        tell(one)


def of_version_2_with_a_tag(event, context):
    print(event["Data"]["detail"]["image-tag"])


def of_nothing(event, context):
    return None


def of_a_queue(event, context):
    return [record["body"] for record in event["Records"]]
"""
POST = "POST https://chat.example.invalid/hook"
OF_A_LIST = "list indices must be integers or slices, not str"
RAW_1, RAW = "RAW with MaxBatchSize 1", "RAW"
METADATA_1, METADATA = "WITH_METADATA with MaxBatchSize 1", "WITH_METADATA"


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("move") / "app.py"
    file.write_text(APP)
    return file


@pytest.fixture(scope="module")
def moved(app):
    """What comes of a move of a handler of APP: its steps by their ids, and all of it."""

    def move(name: str):
        request = Request(kinds=("push",), effort=Effort(strength=1))
        result = migration(Handler(f"{app}:{name}"), request)
        jsonschema.validate(migration_as_json(result), SCHEMA)
        return {step.id: step for step in result.steps}, result

    return move


def line_of(words: str) -> int:
    return next(number for number, line in enumerate(APP.splitlines(), 1) if words in line)


MOVES = [
    # handler, steps that break, words of one of them, set-ups that suit
    ("classic", "list metadata metadata-list doubled", ("list", OF_A_LIST), [RAW_1]),
    (
        "silent",
        "list metadata metadata-list doubled",
        ("metadata", f"{POST} is not called any more"),
        [RAW_1],
    ),
    (
        "forgiving",
        "list metadata metadata-list doubled",
        ("metadata", f"{POST} is not called any more (KeyError is caught)"),
        [RAW_1],
    ),
    ("of_lists", "metadata metadata-list doubled", ("metadata", "'detail'"), [RAW_1, RAW]),
    (
        "first_of_list",
        "list metadata metadata-list doubled",
        ("list", f"of 10 events only the first is dealt with: {POST}"),
        [RAW_1],
    ),
    (
        "guarded_by_replay_name",
        "list metadata metadata-list replayed doubled",
        ("replayed", f"version 2 does not set that, and {POST} is done again"),
        [RAW_1],
    ),
    (
        "replays_badly",
        "list metadata-list replayed doubled",
        ("replayed", "no replays here"),
        [RAW_1, METADATA_1],
    ),
    (
        "by_id_in_memory",
        "list metadata metadata-list doubled",
        ("doubled", f"{POST} is done again"),
        [RAW_1],
    ),
    ("ready", "", None, [RAW_1, RAW, METADATA_1, METADATA]),
]


@keeping(lambda name, *_: name not in ("forgiving", "of_lists", "replays_badly"))
@pytest.mark.parametrize(
    ("name", "breaking", "words", "suitable"), MOVES, ids=[str(name) for name, *_ in MOVES]
)
def test_the_step_that_breaks_a_handler_is_told(moved, name, breaking, words, suitable):
    steps, result = moved(name)
    assert [key for key, step in steps.items() if step.has_failed] == breaking.split()
    assert list(result.suitable) == suitable
    assert result.has_failed is bool(breaking)
    if words is not None:
        step_id, text = words
        assert text in steps[step_id].problem.text


def test_a_problem_names_its_line_and_its_events(moved):
    steps, result = moved("needs_a_tag")
    bare, of_list = steps["bare"].problem, steps["list"].problem
    place = line_of('event["detail"]["image-tag"]')
    assert (bare.exception, bare.location.line) == ("KeyError", place)
    assert bare.case == "push/no-tag"
    # What fails bare already is not laid to the move.
    assert steps["bare"].ending is Ending.FAILS_ALREADY
    assert 0 < bare.failed < bare.tried == result.events
    assert of_list.tried == of_list.failed == bare.tried - bare.failed
    assert (of_list.exception, of_list.location.line) == ("TypeError", place)


def test_what_fails_on_events_that_nobody_has_seen_fails_already_only_when_strict(app, moved):
    steps, result = moved("needs_a_digest")
    assert steps["bare"].ending is Ending.OK
    assert result.left_out > 0
    strict = Request(kinds=("push",), effort=Effort(strength=1, strict=True))
    of_all = migration(Handler(f"{app}:needs_a_digest"), strict)
    assert of_all.steps[0].ending is Ending.FAILS_ALREADY
    assert of_all.steps[0].problem.case == "push/no-digest"
    assert (of_all.events, of_all.left_out) == (result.events + result.left_out, 0)


def test_what_only_a_missing_version_breaks_is_advice(moved):
    steps, _ = moved("versioned")
    assert steps["no-version-and-id"].ending is Ending.WARNS
    assert steps["no-version-and-id"].problem.exception == "KeyError"
    assert not steps["no-version-and-id"].has_failed


def test_a_record_that_is_kept_by_the_id_may_not_know_a_copy(moved):
    steps, _ = moved("by_id")
    assert steps["doubled"].ending is Ending.WARNS
    assert steps["doubled"].problem.text.startswith("dynamodb.PutItem tells copies by the event's")


@pytest.mark.long
def test_a_record_that_is_kept_by_what_an_event_is_about_knows_a_copy(moved):
    steps, _ = moved("by_what_it_is_about")
    assert steps["doubled"].ending is Ending.OK
    assert steps["doubled"].note == f"dynamodb.PutItem is taken to keep a second copy from {POST}"


def test_a_handler_that_is_moved_already_is_judged_as_it_is(moved):
    steps, result = moved("of_version_2")
    assert steps["bare"].ending is Ending.FAILS_ALREADY
    assert steps["metadata"].ending is Ending.OK
    assert steps["doubled"].ending is steps["no-version-and-id"].ending is Ending.NOT_TRIED
    assert list(result.suitable) == [METADATA_1]


def test_what_a_handler_of_version_2_fails_with_is_its_own(moved):
    steps, result = moved("of_version_2_with_a_tag")
    assert steps["metadata"].ending is Ending.FAILS_ALREADY
    assert 0 < steps["metadata"].problem.failed < result.events
    assert steps["replayed"].ending is Ending.NOT_TRIED
    assert result.suitable == ()


def test_a_handler_that_does_nothing_is_not_said_to_move_without_a_word(moved):
    _, result = moved("of_nothing")
    assert [note.partition(":")[0] for note in result.notes] == [
        "nothing that it does to the world is seen with a bare event"
    ]
    assert moved("classic")[1].notes == ()


def test_what_a_queue_feeds_does_not_move(app):
    with pytest.raises(ConsumerError, match="its events come in the envelope sqs, not from a bus"):
        migration(Handler(f"{app}:of_a_queue"))


# --- the command line -----------------------------------------------------------------------------


def test_the_steps_are_shown_in_80_columns(app, monkeypatch, capsys):
    monkeypatch.chdir(app.parent)
    command = ["check", "app.py:classic", "--kind", "push", "--strength", "1", "--migrate", "v2"]
    assert main(command) == 1
    shown = capsys.readouterr().out
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert " 1  ok             the bare event: classic bus, or RAW with MaxBatchSize 1" in shown
    assert " 3  breaks         a list of events: RAW" in shown
    assert f"TypeError: {OF_A_LIST}" in shown
    assert f"app.py:{line_of('if event[')}; " in shown
    assert shown.endswith("As it is, it suits a subscriber that is: RAW with MaxBatchSize 1.\n")


def test_a_program_reads_the_same(app, monkeypatch, capsys):
    monkeypatch.chdir(app.parent)
    command = ["check", "app.py:ready", "--kind", "push", "--strength", "1", "--migrate", "v2"]
    assert main([*command, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMA)
    assert [step["ending"] for step in document["steps"]] == ["ok"] * 7


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--via", "sqs"], "--via says nothing about a move"),
        (["--case", "push/no-tag"], "--case says nothing about a move"),
    ],
)
def test_what_says_nothing_about_a_move_is_misuse(app, monkeypatch, capsys, more, words):
    monkeypatch.chdir(app.parent)
    assert main(["check", "app.py:classic", "--migrate", "v2", *more]) == 2
    assert words in capsys.readouterr().err


def test_another_bus_is_misuse(app, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["check", f"{app}:classic", "--migrate", "v3"])
    assert "invalid choice: 'v3'" in capsys.readouterr().err
