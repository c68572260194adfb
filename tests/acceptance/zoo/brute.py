"""Proves the declared causes of the zoo by brute force, without what the package has for calling or
explaining.

Each consumer is given thousands of random events of its kind, and events aimed at its cause: those
that have it and those that just miss it. It must fail exactly with the events that have the cause,
by the fault that is declared. Then every conjunction of as many choices is tried: no other may say
the same of these events, and none may be shorter.

    python -m zoo.brute [NAME ...]
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import importlib
import inspect
import io
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, Phase, given, seed, settings

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.engine.checks.outcome import symptoms
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.events.generate.strategies import ecr_events
from ecr_contracts.events.model import Contract
from ecr_contracts.events.regexes import Digits
from ecr_contracts.runtime.invoke import call

from . import brute_acting
from .expected import KINDS, ROWS, Cause, Fault, Row, Term

EVENTS = 5_000  # of each kind: as many with the plainest values, and as many with random ones
AIMED = 300  # events for each way to have a cause, and to miss it by one choice
SEEDS, DRAWN = 20, 100  # what Hypothesis draws
SHARE = 0.02  # of the drawn events, that value-dependent faults must have
TOGETHER = {"vacuous", "batch-retried", "swallowed"}  # what no plain call shows by itself
CPU_LIMIT = 0.02  # seconds of processor time that a call has

Event = dict[str, Any]
Symptom = tuple[str, str | None]
"""A check and, where it has one, the exception's name."""


# --- what the labels mean, told again without the package -----------------------------------------


@functools.cache
def steps(path: str) -> json_path.Steps:
    """A path in its steps."""
    return json_path.parse(path)


def at(event: Event, path: str) -> Any:
    """What stands at a path."""
    return json_path.at(event, steps(path))


def has(event: Event, term: Term) -> bool:
    """Whether an event has a choice, as the words of the choice say."""
    path, label = term
    value = at(event, path)
    if label == "absent":
        return value is MISSING
    if value is MISSING:
        return False
    match path.rpartition(".")[2], label:
        case "id", "not-v4":
            return not (value[14] == "4" and value[19] in "89ab")
        case "account", "leading-zero":
            return value[0] == "0"
        case "region", _:
            return partition(value) == label
        case "replay-name", "present":
            return True
        case "result" | "scan-status", _:
            return value.lower() == label
        case "repository-name", "longest":
            return len(value) == 256
        case "repository-name", "namespaced":
            return value.count("/") == 1
        case "repository-name", "deep":
            return value.count("/") > 1
        case "image-tag" | "image-tags[0]", "longest":
            return len(value) == 128
        case "image-tag" | "image-tags[0]", "digits":
            return value.isdigit()
        case "image-tag" | "image-tags[0]", "signature":
            return value.startswith("sha256-") and len(value) > 70
        case "image-tags" | "resources", ("empty" | "one" | "arn" | "several") as count:
            return {"empty": len(value) == 0, "one": len(value) == 1, "arn": len(value) == 1}.get(
                count, len(value) > 1
            )
        case "finding-severity-counts", ("empty" | "present"):
            return (value == {}) == (label == "empty")
        case "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "INFORMATIONAL" | "UNDEFINED", (
            "zero" | "some"
        ):
            return (value == 0) == (label == "zero")
        case "manifest-media-type", "oci-index":
            return value == "application/vnd.oci.image.index.v1+json"
        case "manifest-media-type", "docker-list":
            return "docker" in value and "list" in value
        case "artifact-media-type", "sbom":
            return value == "text/sbom+json"
        case _, "empty":
            return value == ""
    raise LookupError(f"what is {term}?")


def partition(region: str) -> str:
    """The partition of a region."""
    heads = {
        "cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc",
        "us-iso-": "aws-iso", "us-isob-": "aws-iso-b",
        "eu-isoe-": "aws-iso-e", "us-isof-": "aws-iso-f",
    }  # fmt: skip
    return next((name for head, name in heads.items() if region.startswith(head)), "aws")


def holds(cause: Cause, event: Event) -> bool:
    """Whether an event has every choice of a cause."""
    return all(has(event, term) for term in cause)


NEW_REGIONS = frozenset(
    {
        "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-2", "il-central-1", "me-central-1",
        "mx-central-1",
    }
)  # fmt: skip

# The values that break the consumers of the family `value`, told again.
VALUES: dict[str, Callable[[Event], bool]] = {
    "lower_case_tag": lambda e: any(
        "A" <= letter <= "Z" for letter in e["detail"].get("image-tag", "")
    ),
    "badge": lambda e: any(
        count > 999 for count in e["detail"].get("finding-severity-counts", {}).values()
    ),
    "shard": lambda e: e["detail"].get("image-digest", "").startswith(("sha256:e", "sha256:f")),
    "service_name": lambda e: e["detail"]["repository-name"][0] in "0123456789",
    "month_of_push": lambda e: e["time"][5:7] == "12",
    "local_time": lambda e: e["time"][11:13] >= "15",
    "city": lambda e: partition(e["region"]) == "aws" and e["region"] in NEW_REGIONS,
}  # fmt: skip


# --- calling --------------------------------------------------------------------------------------


class _Late(BaseException):
    pass


class _Died(BaseException):
    pass


def _ring(*_: object) -> None:
    raise _Late


def _sleep(seconds: float) -> None:
    if seconds > 1:
        raise _Late


def _die(code: int) -> None:
    raise _Died(code)


@contextlib.contextmanager
def tamed() -> Iterator[None]:
    """Neither sleep nor death, and an end to endless loops."""
    signal.signal(signal.SIGPROF, _ring)
    gc.disable()
    try:
        with (
            mock.patch.object(time, "sleep", _sleep),
            mock.patch.object(os, "_exit", _die),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            yield
    finally:
        gc.enable()


def called(row: Row, handler: Callable[..., Any], event: Event) -> frozenset[Symptom]:
    """What a consumer does wrong with an event."""
    text = json.dumps(event if row.via == "lambda" else envelope(row.via).wrap([event]))
    payload = json.loads(text)
    answer: Any = None
    found: set[Symptom] = set()
    try:
        if row.family == "time":
            signal.setitimer(signal.ITIMER_PROF, CPU_LIMIT)
        try:
            answer = handler(payload, None)
            if inspect.isawaitable(answer):
                answer = asyncio.run(answer)  # type: ignore[arg-type]
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except _Late:
        found.add(("late", None))
    except _Died:
        found.add(("exits", None))
    except SystemExit:
        found.add(("exits", "SystemExit"))
    except Exception as error:  # noqa: BLE001 - whatever it raises is what it did
        kind = type(error)
        name = (
            kind.__qualname__
            if kind.__module__ == "builtins"
            else f"{kind.__module__}.{kind.__qualname__}"
        )
        found.add(("raises", name))
    else:
        try:
            json.dumps(answer, allow_nan=False)
        except (TypeError, ValueError):
            found.add(("unserialisable", None))
    if json.dumps(payload) != text:
        found.add(("mutates", None))
    return frozenset(found)


# --- events ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """An event with the choices that it was built of, and whether its values are the plainest."""

    event: Event
    labels: dict[str, str]
    plain: bool


def made(contract: Contract, dice: random.Random, wanted: dict[str, str], *, plain: bool) -> Sample:
    """A random event that has some choices. Raises ValueError when they exclude each other."""
    start = {facet.path: dice.choice(facet.choices).label for facet in contract.varying}
    labels = full_assignment(contract, wanted, start)
    event = contract.build(labels, None if plain else Digits(dice.getrandbits(4096)))
    shown = {facet.path: labels[facet.path] for facet in contract.varying if facet.path in labels}
    if shown != {
        path: label for path, label in contract.recognise(event).items() if label is not None
    }:
        raise AssertionError(f"{contract.kind}: what was built is not what is recognised: {shown}")
    return Sample(event, shown, plain)


def random_events(kind: str) -> list[Sample]:
    """Random events of a kind, half of them with the plainest values."""
    contract, dice = reader.contract(kind), random.Random(kind)
    return [made(contract, dice, {}, plain=number % 2 == 0) for number in range(2 * EVENTS)]


def aimed_events(kind: str, cause: Cause) -> Iterator[Sample]:
    """Random events that have a cause, and such as miss it by one choice."""
    contract, dice = reader.contract(kind), random.Random(repr(cause))
    wishes = [dict(cause)]
    for path, label in cause:
        facet = contract.by_path[path]
        wishes += [
            dict(cause) | {path: other.label} for other in facet.choices if other.label != label
        ]
    for wish in wishes:
        for number in range(AIMED):
            with contextlib.suppress(ValueError):
                yield made(contract, dice, wish, plain=number % 2 == 0)


def drawn_events(kind: str) -> list[list[Event]]:
    """What Hypothesis draws of a kind, seed by seed."""
    runs: list[list[Event]] = []
    for number in range(SEEDS):
        run: list[Event] = []

        @seed(number)
        @settings(
            max_examples=DRAWN,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(ecr_events(kind))
        def collect(event: Event) -> None:
            run.append(event)  # noqa: B023 - it is called at once

        collect()
        runs.append(run)
    return runs


# --- proofs ---------------------------------------------------------------------------------------


@dataclass
class Judged:
    """What a row came to: what does not hold, and what there is to tell."""

    row: Row
    problems: list[str]
    events: int = 0
    failing: int = 0
    named: int = 0
    share: float = 0.0
    seeds: int = 0


def prove(
    row: Row, randoms: dict[str, list[Sample]], drawn: dict[str, list[list[Event]]]
) -> Judged:
    """Everything that a row declares, tried."""
    handler = getattr(importlib.import_module(f".{row.module}", __package__), row.name)
    judged = Judged(row, [])
    if row.family == "acting":
        events = [sample.event for sample in randoms[row.kinds[0]]]
        judged.events = len(events)
        judged.problems += brute_acting.problems(row, handler, events)
        return judged
    for kind in row.kinds:
        _prove_kind(row, handler, kind, randoms[kind], drawn[kind], judged)
    judged.share /= len(row.kinds)
    if row.family in ("vacuous", "right") and not judged.failing:
        _prove_looking(
            row,
            handler,
            [sample for kind in row.kinds for sample in randoms[kind][:500]],
            judged.problems,
        )
    return judged


def _prove_kind(
    row: Row,
    handler: Callable[..., Any],
    kind: str,
    randoms: list[Sample],
    drawn: list[list[Event]],
    judged: Judged,
) -> None:
    visible = tuple(fault for fault in row.faults if fault.check not in TOGETHER)
    causes = [cause for fault in visible for cause in fault.causes]
    samples = [*randoms, *(sample for cause in causes for sample in aimed_events(kind, cause))]
    named = [
        Sample(case.event, {k: v for k, v in case.labels.items() if v}, True)
        for case in edge_cases(kind)
    ]
    results = [called(row, handler, sample.event) for sample in samples]
    of_named = [called(row, handler, sample.event) for sample in named]
    of_drawn = [[bool(called(row, handler, event)) for event in run] for run in drawn]
    judged.events += len(samples)
    judged.failing += sum(map(bool, results))
    judged.named += sum(map(bool, of_named))
    judged.share += sum(map(sum, of_drawn)) / sum(map(len, of_drawn))
    judged.seeds = max(judged.seeds, sum(map(any, of_drawn)))
    if row.name == "every_third":
        _prove_flaky(row, handler, samples, judged.problems)
        return
    pairs = [*zip(samples, results, strict=True), *zip(named, of_named, strict=True)]
    expected = {(fault.check, fault.exception) for fault in visible}
    for symptom in sorted({symptom for _, found in pairs for symptom in found} | expected, key=str):
        faults = [fault for fault in visible if (fault.check, fault.exception) == symptom]
        hits = [symptom in found for _, found in pairs]
        if not faults:
            judged.problems.append(
                f"{kind}: {symptom} was not declared, {sum(hits)} events have it"
            )
        elif row.family == "value":
            _prove_value(row, kind, [sample for sample, _ in pairs], hits, judged)
        else:
            _prove_causes(kind, faults, [sample for sample, _ in pairs], hits, judged.problems)
    _prove_place(row, kind, of_named, judged)
    if kind == row.kinds[0]:
        _prove_names(row, handler, [sample for sample, found in pairs if found], judged.problems)


def _prove_looking(
    row: Row, handler: Callable[..., Any], samples: Sequence[Sample], problems: list[str]
) -> None:
    """That what a consumer answers and writes tells events apart, unless it is declared to be
    vacuous.
    """
    seen = set()
    for sample in samples:
        with contextlib.redirect_stdout(io.StringIO()) as output:
            answer = handler(envelope(row.via).wrap([json.loads(json.dumps(sample.event))]), None)
            if inspect.isawaitable(answer):
                answer = asyncio.run(answer)  # type: ignore[arg-type]
        seen.add(json.dumps(answer) + output.getvalue())
    if (len(seen) == 1) != (row.family == "vacuous"):
        problems.append(f"it does {len(seen)} things with {len(samples)} events")


def _prove_flaky(
    row: Row, handler: Callable[..., Any], samples: Sequence[Sample], problems: list[str]
) -> None:
    same = [bool(called(row, handler, samples[0].event)) for _ in range(30)]
    spread = [bool(called(row, handler, sample.event)) for sample in samples[:3000]]
    for hits in (same, spread):
        if sum(hits) * 3 != len(hits) or any(hits[i] and hits[i + 1] for i in range(len(hits) - 1)):
            problems.append("it does not fail every third time")


def _prove_value(
    row: Row, kind: str, samples: Sequence[Sample], hits: Sequence[bool], judged: Judged
) -> None:
    wrong = [
        sample
        for sample, hit in zip(samples, hits, strict=True)
        if VALUES[row.name](sample.event) != hit
    ]
    plain = [sample for sample, hit in zip(samples, hits, strict=True) if hit and sample.plain]
    if wrong:
        judged.problems.append(f"{kind}: {len(wrong)} events are not as the value says")
    if plain:
        judged.problems.append(f"{kind}: {len(plain)} events with the plainest values fail")
    if judged.share < SHARE:
        judged.problems.append(f"{kind}: only {judged.share:.1%} of the drawn events fail")


def _prove_causes(
    kind: str,
    faults: Sequence[Fault],
    samples: Sequence[Sample],
    hits: Sequence[bool],
    problems: list[str],
) -> None:
    """That events fail exactly where one of the causes holds, and that nothing as short says the
    same.
    """
    [*formulations] = _formulations(faults)
    for choice in formulations:
        wrong = [
            sample
            for sample, hit in zip(samples, hits, strict=True)
            if hit
            != any(
                holds(cause, sample.event)
                and not any(has(sample.event, term) for term in fault.except_for)
                for fault, cause in zip(faults, choice, strict=True)
            )
        ]
        if wrong:
            problems.append(
                f"{kind}: {choice} does not say which of {len(wrong)} events fail: "
                f"{wrong[0].labels}"
            )
    if not any(fault.except_for for fault in faults):
        _prove_unique(kind, faults, samples, hits, problems)


def _formulations(faults: Sequence[Fault]) -> Iterator[tuple[Cause, ...]]:
    """Every way to say the faults, each formulation of each."""
    if not faults:
        yield ()
        return
    for cause in faults[0].causes:
        for rest in _formulations(faults[1:]):
            yield (cause, *rest)


def _prove_unique(
    kind: str,
    faults: Sequence[Fault],
    samples: Sequence[Sample],
    hits: Sequence[bool],
    problems: list[str],
) -> None:
    """That of all conjunctions as long, those that never pass are declared, or narrower."""
    contract = reader.contract(kind)
    masks: dict[Term, int] = {}
    for index, sample in enumerate(samples):
        for term in sample.labels.items():
            masks[term] = masks.get(term, 0) | 1 << index
    failing = sum(1 << index for index, hit in enumerate(hits) if hit)
    passing = sum(1 << index for index, hit in enumerate(hits) if not hit)
    everything = failing | passing

    def mask(cause: Cause) -> int:
        found = everything
        for term in cause:
            found &= masks[term]
        return found

    declared = {frozenset(cause) for fault in faults for cause in fault.causes}
    covered = {terms: mask(tuple(terms)) for terms in declared}
    for fault in faults:
        others = 0
        for other in faults:
            if other is not fault:
                others |= covered[frozenset(next(iter(other.causes)))]
        if not failing & ~others:
            problems.append(f"{kind}: {fault.causes} adds nothing")
    sound: list[frozenset[Term]] = []
    for size in range(max(map(len, declared)) + 1):
        for cause in combinations(masks, size):
            if len({path for path, _ in cause}) < size or any(
                shorter < frozenset(cause) for shorter in sound
            ):
                continue
            found = mask(cause)
            if found & passing or not found & failing:
                continue
            terms = frozenset(cause)
            if terms in declared:
                sound.append(terms)
            elif any(not found & ~cover for cover in covered.values()):
                if found in covered.values() and _is_impossible_otherwise(
                    contract, cause, covered, found
                ):
                    problems.append(f"{kind}: {sorted(terms)} says the same")
            else:
                problems.append(f"{kind}: {sorted(terms)} never passes and is not declared")
    for terms in declared - set(sound):
        problems.append(f"{kind}: {sorted(terms)} is longer than it need be")


def _is_impossible_otherwise(
    contract: Contract, cause: Cause, covered: dict[frozenset[Term], int], found: int
) -> bool:
    """Whether every event with the declared cause has each term of this one."""
    dice = random.Random(0)
    for terms in (terms for terms, cover in covered.items() if cover == found):
        for path, label in cause:
            for other in contract.by_path[path].choices:
                if (path, label) in terms or other.label == label:
                    continue
                with contextlib.suppress(ValueError):
                    made(contract, dice, dict(terms) | {path: other.label}, plain=True)
                    return False
    return True


def _prove_place(
    row: Row, kind: str, of_named: Sequence[frozenset[Symptom]], judged: Judged
) -> None:
    """That no named case meets what takes more than a single deviation."""
    contract = reader.contract(kind)
    deviations = [
        sum(contract.ordinary.get(path) != label for path, label in cause)
        for fault in row.faults
        if fault.check not in TOGETHER
        for cause in fault.causes
    ]
    hidden = row.strength == "explore" or (deviations and min(deviations) > 1)
    if hidden and any(of_named):
        judged.problems.append(f"{kind}: {sum(map(bool, of_named))} of the named cases fail")


def _prove_names(
    row: Row, handler: Callable[..., Any], failing: Sequence[Sample], problems: list[str]
) -> None:
    """That the package gives check and exception the declared names, for one event that fails."""
    declared = {(fault.check, fault.exception) for fault in row.faults}
    if not failing or declared & {("late", None), ("exits", None)}:
        return
    outcome = call(handler, envelope(row.via).wrap([failing[0].event]))
    seen = {(symptom.check, symptom.exception) for symptom in symptoms(outcome)}
    if not seen or not seen <= declared:
        problems.append(f"the package sees {seen}")


def main(names: Sequence[str]) -> int:
    """Judges every row, or those named; 0 when all hold."""
    began = time.perf_counter()
    chosen = [row for row in ROWS if not names or row.name in names]
    if len({row.name for row in ROWS}) != len(ROWS):
        raise AssertionError("two consumers of one name")
    kinds = [kind for kind in KINDS if any(kind in row.kinds for row in chosen)]
    randoms = {kind: random_events(kind) for kind in kinds}
    drawn = {kind: drawn_events(kind) for kind in kinds}
    bad = 0
    print(
        f"{'consumer':<28}{'events':>8}{'fail':>7}{'named':>7}{'drawn':>8}{f'in {DRAWN}':>9}  holds"
    )
    for row in chosen:
        with tamed():
            judged = prove(row, randoms, drawn)
        numbers = f"{judged.events:>8}{judged.failing:>7}{judged.named:>7}{judged.share:>8.1%}"
        verdict = "yes" if not judged.problems else "NO"
        print(f"{row.name:<28}{numbers}{f'{judged.seeds}/{SEEDS}':>9}  {verdict}", flush=True)
        for problem in judged.problems[:5]:
            print(f"    {problem}")
        bad += bool(judged.problems)
    families = Counter(row.family for row in chosen)
    print(", ".join(f"{count} {family}" for family, count in families.items()))
    print(f"{len(chosen) - bad} of {len(chosen)} rows hold; {time.perf_counter() - began:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
