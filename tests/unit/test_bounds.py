"""Bounds of the budget: what is at one is taken whole, and what is one beyond it is told or left.

Other bounds have their tests beside what applies them.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from ecr_contracts.core import limits
from ecr_contracts.core.errors import FixtureError, PatternError, SchemaSetError
from ecr_contracts.core.linear_search import finds
from ecr_contracts.core.secrets.found import secrets_of_file
from ecr_contracts.core.text import is_large, shown, type_name
from ecr_contracts.discovery.iac import other_tools
from ecr_contracts.discovery.iac.cloudformation import code_places
from ecr_contracts.discovery.iac.documents.block import TemplateError
from ecr_contracts.discovery.iac.terraform import values
from ecr_contracts.discovery.iac.terraform.expressions import Budget
from ecr_contracts.discovery.iac.terraform.plan import is_plan
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.engine.subjects.run_command import RunCommand
from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.events.differences.schema_sets import schema_set
from ecr_contracts.events.generate.cases import case
from ecr_contracts.frontends import exports
from ecr_contracts.frontends.cli.event_files import Shown
from ecr_contracts.runtime import memory
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.lambda_response import lambda_json
from ecr_contracts.runtime.provenance.made_up import Origin, Reads, made_leaf, origin_of, tagged
from ecr_contracts.runtime.provenance.tracking import Provenance
from ecr_contracts.runtime.raised import chain_marks, python_traceback, raised_at, traceback_text
from ecr_contracts.runtime.sandbox import entered, secret_files
from ecr_contracts.runtime.sandbox.exceptions import ExceptionRecorder
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.settings import Settings
from ecr_contracts.runtime.worker.learned import LearnedSecrets

OWN = UserCode.around(Path(__file__), str(Path(__file__).parent))
"""Code of which this module is the consumer's own."""
both = pytest.mark.parametrize("beyond", [0, 1], ids=["at", "beyond"])


# --- files ----------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize(
    ("bound", "read"),
    [
        ("SOURCE_BYTES", other_tools._source),
        ("OWN_FILE_BYTES", lambda file: read_or_none(exports._bytes, file)),
        ("PLAN_BYTES", is_plan),
        (
            "DOCKERFILE_BYTES",
            lambda file: code_places._dockerfile(
                SimpleNamespace(attributes={}),  # type: ignore[arg-type]
                SimpleNamespace(folder=file.parent),  # type: ignore[arg-type]
            ),
        ),
    ],
)
def test_a_file_of_more_bytes_is_not_read(tmp_path, monkeypatch, beyond, bound, read):
    file = tmp_path / "plan.json"
    content = json.dumps({"planned_values": 1, "configuration": 2, "format_version": "1"})
    file.write_text(content)
    (tmp_path / "Dockerfile").write_text(content)
    monkeypatch.setattr(limits, bound, len(content) - beyond)
    assert bool(read(file)) is not bool(beyond)


def read_or_none(read, file):
    try:
        return read(file)
    except FixtureError:
        return None


@both
def test_a_folder_of_more_schemas_is_refused(tmp_path, monkeypatch, beyond):
    monkeypatch.setattr(limits, "SCHEMA_FILES", 3 - beyond)
    for number in range(3):
        (tmp_path / f"{number}.json").write_text('{"$schema": "x", "type": "object"}')
    if beyond:
        with pytest.raises(SchemaSetError, match="there are more than 2 JSON files"):
            schema_set(str(tmp_path))
    else:
        assert len(schema_set(str(tmp_path)).documents) == 3


@both
def test_a_text_of_more_characters_in_terraform_is_not_known(beyond):
    half = "x" * (limits.TERRAFORM_TEXT // 2)
    assert values.is_known(values.joined([half, half, "x" * beyond])) is not bool(beyond)


@both
def test_more_expressions_of_terraform_are_not_evaluated(beyond):
    budget = Budget()
    for _ in range(limits.TERRAFORM_STEPS):
        budget.take(Path("main.tf"), 1)
    if beyond:
        with pytest.raises(TemplateError, match=r"^main\.tf:1: "):
            budget.take(Path("main.tf"), 1)


@both
def test_more_leaves_of_a_pattern_are_refused(monkeypatch, beyond):
    monkeypatch.setattr("ecr_contracts.eventbridge.rules.pattern.PATTERN_LEAVES", 4 - beyond)
    pattern = {"$or": [{"a": [1], "b": [1]}, {"a": [2], "b": [2]}]}
    if beyond:
        with pytest.raises(PatternError, match="or to more than 3 leaves"):
            Pattern.parse(pattern)
    else:
        assert len(Pattern.parse(pattern).branches) == 2
    assert limits.PATTERN_LEAVES > 1_000


@both
def test_a_longer_expression_is_not_judged(beyond):
    expression = "x" * (limits.EXPRESSION_CHARACTERS + beyond)
    assert finds(expression, expression) is (None if beyond else True)


def test_an_expression_that_takes_more_memory_is_not_judged():
    assert finds("(x{1000}){500}", "x") is None
    assert limits.EXPRESSION_BYTES == 8 * 1024 * 1024


def test_complaints_beyond_the_bound_are_counted():
    shown_ones = Shown()
    taken = [shown_ones.takes("x", "error") for _ in range(limits.ERRORS_OF_A_FILE + 2)]  # type: ignore[arg-type]
    assert taken == [True] * limits.ERRORS_OF_A_FILE + [False] * 2
    assert shown_ones.others() == {"x": {"error": 2}}


@both
def test_in_longer_scripts_fewer_lines_are_looked_at(beyond):
    looking = RunCommand.__new__(RunCommand)
    looking._marks, looking._looked_at = {"v": "@"}, 0
    length = limits.QUOTED_CHARACTERS // 2 + beyond
    lines = ["@", "@", "x" * (length - 2)]
    assert looking._lines_with_values(lines) == [0, 1][: 2 - beyond]
    assert looking._looked_at == beyond


# --- what a call did ------------------------------------------------------------------------------


@both
def test_an_answer_that_is_larger_than_lambda_takes_is_told(beyond):
    returned, why = lambda_json("x" * (limits.RESPONSE_BYTES - 2 + beyond))
    assert (returned is None, bool(why)) == (bool(beyond), bool(beyond))


@both
@pytest.mark.parametrize("link", ["__cause__", "__context__"])
def test_longer_chains_are_told_in_part(beyond, link):
    error = None
    for number in range(limits.CHAIN_EXCEPTIONS + beyond):
        outer = ValueError(number)
        setattr(outer, link, error)
        error = outer
    assert error is not None
    assert len(chain_marks(error)) == limits.CHAIN_EXCEPTIONS


@both
def test_the_first_member_is_looked_for_within_so_many_groups(beyond):
    try:
        raise ValueError
    except ValueError as raised:
        error: Exception = raised
    for _ in range(limits.GROUP_LEVELS - 1 + beyond):
        error = ExceptionGroup("group", [error])
    assert (raised_at(error, OWN) is None) is bool(beyond)


@both
def test_python_writes_the_traceback_of_so_many_exceptions(beyond):
    members = [ValueError(number) for number in range(limits.TRACEBACK_EXCEPTIONS - 1 + beyond)]
    group = ExceptionGroup("group", members)
    whole = python_traceback(group, None)
    assert (traceback_text(group, OWN) == whole[-len(traceback_text(group, OWN)) :]) is not bool(
        beyond
    )


@both
def test_where_that_is_too_long_the_innermost_frames_are_told(monkeypatch, beyond):
    def even(left: int) -> None:
        if left == 0:
            raise ValueError("x" * limits.WRITTEN_SIZE)
        odd(left - 1)

    def odd(left: int) -> None:
        if left == 0:
            raise ValueError("x" * limits.WRITTEN_SIZE)
        even(left - 1)

    monkeypatch.setattr(limits, "TRACEBACK_CHARACTERS", 100_000)
    outcome = call(lambda event: even(limits.TRACEBACK_FRAMES - 2 + beyond), {})
    lines = outcome.traceback.split("\n")
    assert len([line for line in lines if line.startswith("  File")]) == limits.TRACEBACK_FRAMES
    assert ("in <lambda>" in outcome.traceback) is not bool(beyond)


@both
def test_what_python_would_write_at_length_is_not_written(beyond):
    assert is_large("x" * (limits.WRITTEN_SIZE - 1 + beyond)) is bool(beyond)
    assert ("too large" in shown(["x" * (limits.WRITTEN_SIZE - 3 + beyond)])) is bool(beyond)


@both
def test_longer_names_of_types_are_cut(beyond):
    name = "X" * (limits.NAME_CHARACTERS + beyond)
    kind = type(name, (), {"__module__": "builtins"})
    assert type_name(kind) == (name if not beyond else name[:-2] + "…")


@both
def test_of_more_that_was_caught_the_first_ones_and_the_last_are_kept(beyond):
    catching = ExceptionRecorder(Recorder(), OWN)
    for number in range(limits.CAUGHT_EXCEPTIONS + beyond):
        try:
            raise ValueError(number)
        except ValueError as error:
            catching._record_lost(error)
    caught = [exception.message for exception in catching.caught()]
    expected = [str(number) for number in range(limits.CAUGHT_EXCEPTIONS)]
    if beyond:
        expected[-1] = str(limits.CAUGHT_EXCEPTIONS)
    assert caught == expected


@both
def test_more_calls_that_must_fail_are_not_kept(beyond):
    provenance = Provenance(OWN, dict)
    provenance.begin()
    for number in range(limits.WRONG_CALLS + beyond):
        provenance.note_wrong_call(ValueError(number))
    assert len(list(provenance.wrong_calls())) == limits.WRONG_CALLS


@both
def test_events_are_looked_for_at_so_many_levels(beyond):
    payload = case("push/ordinary").event
    for _ in range(limits.PAYLOAD_LEVELS + beyond):
        payload = {"in": payload}
    recorder = Recorder()
    recorder.begin({"detail": payload["in"]})
    assert len(recorder.events()) == 1 - beyond


@both
def test_values_are_tagged_at_so_many_levels(beyond):
    origin = Origin(Effect(Sort.HTTP, "GET x"), None, Reads(lambda _: False))
    value: object = "core"
    for _ in range(limits.ORIGIN_LEVELS - 1 + beyond):
        value = [value]
    made = tagged(value, origin)
    for _ in range(limits.ORIGIN_LEVELS - 1 + beyond):
        made = list.__getitem__(made, 0)
    assert (origin_of(made) is None) is bool(beyond)


@both
def test_more_places_of_reading_are_not_kept(monkeypatch, beyond):
    monkeypatch.setattr(limits, "MADE_UP_READS", 1 - beyond)
    reads = Reads(lambda _: True)
    made_leaf("key", Origin(Effect(Sort.HTTP, "GET x"), None, reads))
    assert len(reads.filled) == 1 - beyond


@both
def test_more_keys_that_were_made_up_are_not_told(monkeypatch, beyond):
    provenance = Provenance(OWN, dict)
    origin = provenance.origin(Effect(Sort.HTTP, "GET x"))
    keys = {("body", number): "made up" for number in range(limits.FILLED_KEYS + beyond)}
    provenance.reads.filled["GET x"] = keys
    monkeypatch.setattr(provenance._blame, "of", lambda error: origin)
    stop = provenance.stop(ValueError())
    assert stop is not None
    assert len(stop.filled) == limits.FILLED_KEYS


@both
def test_more_blocks_of_code_are_not_marked(monkeypatch, beyond):
    tree = ast.parse("def f():\n    if 1:\n        pass\n")
    count = len(entered.blocks_of(tree))
    monkeypatch.setattr(limits, "CODE_BLOCKS", len(entered._BYTES) + count - beyond)
    assert (entered._place(f"/bounds/never-loaded-{beyond}.py", count) is None) is bool(beyond)


@both
def test_a_worker_has_so_much_memory_at_least(monkeypatch, beyond):
    resource = pytest.importorskip("resource")
    told: list[int] = []
    monkeypatch.setattr(resource, "setrlimit", lambda kind, pair: told.append(pair[0]))
    monkeypatch.setattr(memory, "keep_reserve", lambda: None)
    for megabytes in (0, limits.LEAST_MEGABYTES + beyond):
        memory.bound(megabytes)
    assert (told[2] - told[0] >= 2**20) is bool(beyond)


# --- secrets --------------------------------------------------------------------------------------


@both
def test_more_files_around_a_consumer_are_not_read(tmp_path, monkeypatch, beyond):
    monkeypatch.setattr(limits, "SECRET_FILES", 3 - beyond)
    for number in range(3):
        (tmp_path / f"{number}.env").write_text(f"TOKEN=planted-{number}\n")
    found = secret_files.secrets_around(None, str(tmp_path))
    assert ("planted-2" in found) is not bool(beyond)


@both
def test_the_rest_of_a_large_file_is_not_looked_through(tmp_path, monkeypatch, beyond):
    content = "TOKEN=planted-one"
    monkeypatch.setattr(limits, "SECRET_FILE_BYTES", len(content) - beyond)
    (tmp_path / ".env").write_text(content)
    found = secret_files.secrets_around(None, str(tmp_path))
    assert ("planted-one" in found) is not bool(beyond)


@both
def test_the_rest_of_a_long_line_is_not_looked_through(beyond):
    secret = "TOKEN=planted-one"
    line = " " * (limits.SECRET_LINE_CHARACTERS - len(secret) + beyond) + secret
    assert ("planted-one" in secrets_of_file("a.ini", f"x = 1\n{line}")) is not bool(beyond)


@both
def test_more_values_that_a_worker_learned_are_not_believed(monkeypatch, beyond):
    monkeypatch.setattr(limits, "LEARNED_VALUES", 3 - beyond)
    learned = LearnedSecrets()
    learned.add([f"planted-{number}" for number in range(3)])
    learned._known.clear()
    assert len(learned.values()) == 3 - beyond
    learned.close()


def test_a_worker_has_the_memory_of_the_budget_unless_somebody_says_otherwise():
    assert Settings().memory == limits.MEGABYTES
