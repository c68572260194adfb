"""What it costs to explain a fault, and how long the sentence is that tells it.

    python -m benchmarks.explaining [CONSUMER...]

The consumers of the zoo are checked as their owners would, or those that are named. For each fault
it counts the further calls that told its cause, and the characters of its sentence. The seconds are
medians of several whole checks of an ordinary handler with its faults, imports aside, beside the
same checks without any call to tell causes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from statistics import median

from benchmarks.checking import HANDLERS, ZOO, timed
from ecr_contracts.core.text import counted
from ecr_contracts.engine import plan, session
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.headlines import plain_headline
from ecr_contracts.reporting.lines import finding_lines
from ecr_contracts.runtime.sandbox.settings import Settings
from tests.acceptance.zoo.expected import ROWS, Row

ORDINARY, KIND = f"{HANDLERS / 'scan_levels' / 'lambda_function.py'}:lambda_handler", "scan"
CALLS = 40
SECONDS = 0.5
CHARACTERS = 160


def checked(row: Row) -> Verdict:
    """What a check of a consumer of the zoo comes to."""
    return session.check(
        f"{ZOO / row.module}.py:{row.name}",
        kinds=row.kinds,
        via=[row.via],
        timeout=row.timeout,
        strength=row.strength if row.strength in (1, 2, 3) else plan.USUAL.strength,
        settings=Settings(env=row.env),
    )


def sentences(verdict: Verdict) -> list[str]:
    """The sentence of each fault."""
    together = faults(verdict.findings)
    return [finding_lines(*one, among=together)[0].text for one in together]


def cut(verdict: Verdict) -> list[str]:
    """The sentences that do not say all that there is to say, since that would be too long."""
    listed = []
    for sentence, one in zip(sentences(verdict), faults(verdict.findings), strict=True):
        if sentence.count("…") > plain_headline(one).count("…"):
            listed.append(sentence)
    return listed


def explained(rows: Sequence[Row]) -> list[str]:
    """Print what explaining the faults of some consumers took; the limits that were missed."""
    calls: dict[str, float] = {}
    told: dict[str, str] = {}
    missed: list[str] = []
    for row in rows:
        verdict = checked(row)
        missed += [f"{row.name}: a sentence that is cut: {sentence}" for sentence in cut(verdict)]
        if listed := sentences(verdict):
            calls[row.name] = verdict.probes / len(listed)
            told[row.name] = max(listed, key=len)
    dearest, longest = max(calls, key=calls.__getitem__), max(told, key=lambda one: len(told[one]))
    usual, characters = median(calls.values()), len(told[longest])
    print(f"further calls for each fault of {len(calls)} consumers: {usual:g} at the median,")
    print(f"  {calls[dearest]:g} at the most ({dearest})")
    print(f"the longest sentence of a fault has {characters} characters ({longest}):")
    print(f"  {told[longest]}")
    print(f"sentences that are cut: {len(missed)}")
    if usual >= CALLS:
        missed.append(f"{usual:g} further calls, less than {CALLS} are wanted")
    for name, sentence in told.items():
        if len(sentence) > CHARACTERS:
            missed.append(f"{name}: a sentence of {len(sentence)} characters: {sentence}")
    return missed


def whole_checks() -> list[str]:
    """Print how long a whole explained check takes; the limit, if it was missed."""

    def check(probe: int) -> Verdict:
        return session.check(ORDINARY, kinds=[KIND], probe=probe)

    count = len(sentences(check(plan.USUAL.probe)))
    untold = timed(lambda: check(0))
    taken = timed(lambda: check(plan.USUAL.probe))
    print(f"an ordinary handler, {counted(count, 'fault')} explained {taken:6.2f} s,")
    print(f"  {taken / untold:.1f} times what it takes without telling causes")
    if taken > SECONDS:
        return [f"an explained check: {taken:.2f} s, less than {SECONDS} s are wanted"]
    return []


def main(names: Sequence[str]) -> int:
    """Print the figures; 1 when a limit is missed."""
    rows = [row for row in ROWS if not names or row.name in names]
    if not rows:
        print(f"no consumer of the zoo is called {' or '.join(names)}", file=sys.stderr)
        return 2
    missed = [*whole_checks(), *explained(rows)]
    for line in missed:
        print(f"MISSED: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
