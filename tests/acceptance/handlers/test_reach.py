"""No report is silent about code that never ran: each says how many events reached an effect, and
one that finds nothing says it where none did.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from ecr_contracts.engine import session
from ecr_contracts.engine.trial import Trial
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.reporting.json import verdict_as_json
from ecr_contracts.reporting.text import show
from ecr_contracts.runtime.sandbox.settings import Settings
from tests.acceptance.about_made_up import about_made_up
from tests.acceptance.handlers.expected import HANDLERS, Expected
from tests.acceptance.zoo.expected import ROWS
from tests.rows import long_but

HERE = Path(__file__).parent
ZOO = HERE.parent / "zoo"
# Here without a call to tell causes; `test_handlers` judges the report of every handler.
SHORT = (
    "chat_answer",
    "push_canary",
    "push_opted_in",
    "push_two_sources_right",
    "push_wrong_filter",
    "scan_gate",
)
CLIENTS = re.compile(r"boto3\.(?:client|resource)|requests\.|urlopen|httpx|aiohttp|SMTP")
"""What code that changes anything outside is full of, whatever it is called there."""


def report(verdict: Verdict) -> str:
    """The report as a terminal of 80 columns shows it, on one line."""
    screen = Console(file=io.StringIO(), width=80)
    show(verdict, screen)
    return " ".join(screen.file.getvalue().split())


def acting(trials: Sequence[Trial]) -> int:
    """The events that brought anything about, by what the sandbox noted of each."""
    number = 0
    for trial in trials:
        number += any(effect.changes or effect.refused for effect in trial.outcome.effects)
    return number


def assert_not_silent(verdict: Verdict, *, has_clients: bool) -> None:
    said, trials = report(verdict), verdict.trials
    if not any(trial.outcome.effects.changing for trial in trials):
        trials = (*trials, *verdict.others)
    acted = acting(trials)
    [line] = re.findall(r" reach: (.+)", said) or [""]
    assert verdict_as_json(verdict)["reach"]["acted"] == acted
    if acted:
        assert line.startswith(f"{acted} of {len(trials)} event")
    elif has_clients and not verdict.failed:
        assert "unreached" in [finding.check for finding in verdict.findings]
        assert re.search(r"no event got past \S+:\d+: \S+", said)
    else:
        assert line


def has_clients(handler: Expected) -> bool:
    """Whether the code of a handler has anything that changes something outside."""
    sources = Path(handler.target.partition(":")[0]).parent.rglob("*.py")
    return any(CLIENTS.search(source.read_text("utf-8")) for source in sources)


@pytest.mark.parametrize(
    "handler",
    [handler for handler in HANDLERS if handler.name in SHORT],
    ids=lambda handler: handler.name,
)
def test_the_report_of_a_handler_says_how_far_events_got(handler, monkeypatch):
    monkeypatch.chdir(HERE)
    settings = Settings(answers=handler.answers, env=handler.env)
    verdict = session.check(
        handler.target, settings=settings, timeout=handler.timeout, examples=0, probe=0
    )
    assert_not_silent(verdict, has_clients=has_clients(handler))
    assert not about_made_up(verdict)


QUICK = [row for row in ROWS if row.family != "time"]


@pytest.mark.parametrize("row", long_but([QUICK[0]].__contains__, QUICK), ids=lambda row: row.name)
def test_the_report_of_a_consumer_of_the_zoo_says_how_far_events_got(row):
    verdict = session.check(
        f"{ZOO / row.module}.py:{row.name}",
        kinds=row.kinds,
        via=(row.via,),
        timeout=row.timeout,
        examples=0,
        probe=0,
        strength=1,
    )
    assert_not_silent(verdict, has_clients=False)
    assert not about_made_up(verdict)
