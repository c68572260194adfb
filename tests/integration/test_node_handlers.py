"""Handlers for Node: called as Lambda calls them, and judged like those in Python."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.target import Target
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.loader import Consumer
from ecr_contracts.runtime.node.consumer import load_node_handler
from ecr_contracts.runtime.outcome import Outcome, Status
from ecr_contracts.runtime.worker.parent import Worker

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")

PUSH = {
    "source": "aws.ecr",
    "detail-type": "ECR Image Action",
    "time": "2024-05-01T10:00:00Z",
    "detail": {"repository-name": "my-repo", "image-tag": "latest", "action-type": "PUSH"},
}


@pytest.fixture
def outcome_of(tmp_path, request) -> Callable[..., Outcome]:
    """Gives what a handler, made of a source, does with one event, and then with others."""
    known: dict[str, Consumer] = {}

    def outcome(source: str, event: Any = PUSH, name: str = "index.mjs") -> Outcome:
        if source not in known:
            (tmp_path / name).write_text(source)
            target = Target.parse(f"{tmp_path / name}:handler")
            handler = load_node_handler(target)
            request.addfinalizer(handler.end)
            known[source] = Consumer(handler, 2, UserCode.around(tmp_path / name, str(tmp_path)))
        return call(known[source], event)

    return outcome


def line_of(outcome: Outcome) -> tuple[str, int] | None:
    """The file and the line that an outcome is located at."""
    place = outcome.location
    return None if place is None else (Path(place.file).name, place.line)


def test_returned(outcome_of):
    """What a handler returns is what JSON makes of it, and what it prints goes to no terminal."""
    outcome = outcome_of(
        "export const handler = async (event, context) => {\n"
        "  console.log(context.awsRequestId.length);\n"
        '  return { tag: event.detail["image-tag"], none: undefined };\n'
        "};\n",
    )
    assert (outcome.status, outcome.returned) == (Status.RETURNED, {"tag": "latest"})


def test_raised(outcome_of):
    """What it throws is told with the name, the message, the line and the stack that Node shows."""
    outcome = outcome_of(
        "const tagOf = (detail) => detail.imageTag.toLowerCase();\n"
        "export const handler = async (event) => {\n"
        "  return tagOf(event.detail);\n"
        "};\n",
    )
    assert outcome.status is Status.RAISED
    assert outcome.exception == "TypeError"
    assert outcome.message == "Cannot read properties of undefined (reading 'toLowerCase')"
    assert line_of(outcome) == ("index.mjs", 1)
    assert outcome.location is not None
    assert outcome.location.function == "tagOf"
    assert "at handler" in outcome.traceback
    assert "Traceback" not in outcome.traceback


@pytest.mark.parametrize(
    ("name", "source", "wanted"),
    [
        ("index.js", "exports.handler = async () => 1;", 1),
        ("index.cjs", "exports.handler = (event, context, done) => done(null, 2);", 2),
        (
            "a.js",
            "module.exports = { handler(e, c, done) { setTimeout(() => done(null, 3)); } };",
            3,
        ),
        ("b.js", "exports.handler = (event, context) => context.succeed(4);", 4),
        ("c.js", "exports.handler = (event) => ({ ignored: 5 });", None),
        ("d.js", "exports.handler = () => new Promise(() => {});", None),
        ("e.mjs", "export default { handler: async () => 7 };", 7),
    ],
)
def test_forms(outcome_of, name, source, wanted):
    """CommonJS, callbacks and promises are answered as Lambda's own runtime answers them.

    It takes no value that is returned without a promise, and null where nothing is left to do.
    """
    outcome = outcome_of(source, name=name)
    assert (outcome.status, outcome.returned) == (Status.RETURNED, wanted)


@pytest.mark.parametrize(
    ("body", "status", "exception", "message"),
    [
        ("throw new RangeError('no');", Status.RAISED, "RangeError", "no"),
        ("throw 'a text';", Status.RAISED, "Error", "a text"),
        ("Promise.reject(new Error('late')); await new Promise((done) => setTimeout(done, 50));",
         Status.RAISED, "Error", "late"),
        ("setTimeout(() => { throw new Error('in a timer'); }, 5); await new Promise(() => {});",
         Status.RAISED, "Error", "in a timer"),
        ("process.exit(3);", Status.EXITED, "SystemExit", "exit code 3"),
        ("return 10n;", Status.RETURNED, None, ""),
    ],
    ids=["error", "text", "rejection", "timer", "exit", "number"],
)  # fmt: skip
def test_ends(outcome_of, body, status, exception, message):
    """Whatever ends a call is told with its line, and the next call is made of a new process."""
    source = (
        "export const handler = async (event) => {\n"
        "  if (event.calm) return 'calm';\n"
        f"  {body}\n"
        "};\n"
    )
    outcome = outcome_of(source)
    after = outcome_of(source, {"calm": True})
    assert (outcome.status, outcome.exception, outcome.message) == (status, exception, message)
    if status is Status.RETURNED:
        assert (
            outcome.unserialisable == "$ cannot be written: Do not know how to serialize a BigInt"
        )
    elif body != "throw 'a text';":
        assert line_of(outcome) == ("index.mjs", 3)
    assert after.returned == "calm"


def test_no_such_function(outcome_of):
    """A file that has no such function is no finding: its functions are named."""
    with pytest.raises(ConsumerError) as told:
        outcome_of("export const run = async () => 1;")
    assert 'exports no "handler"' in told.value.cause
    assert told.value.advice == "these can be called: run"


def test_in_a_worker(tmp_path):
    """In a worker process it is the same, and what it prints is kept for the report."""
    (tmp_path / "index.mjs").write_text(
        "export const handler = async (event) => {\n"
        "  console.log(event.detail['repository-name']);\n"
        "  return event.detail.nothing.name;\n"
        "};\n"
    )
    with Worker(Target.parse(f"{tmp_path}/index.mjs:handler")) as worker:
        outcome = worker.call(PUSH)
    assert (outcome.exception, line_of(outcome)) == ("TypeError", ("index.mjs", 3))
    assert outcome.output.strip() == "my-repo"
