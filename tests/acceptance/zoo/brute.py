"""Proves the declared causes of the zoo by brute force, without what the package has for calling or
explaining.

Each consumer is given thousands of random events of its kind, and events aimed at its cause: those
that have it and those that just miss it, by a choice or by a value next to a boundary. It must fail
exactly with the events that have the cause, by the fault that is declared. Then every cause that
differs a little is tried (a condition less, a choice more or less, a boundary moved by one), and
every conjunction of the choices that the failing events have: no other may say the same of these
events, and none may be shorter.

    python -m zoo.brute [NAME ...]
"""

from __future__ import annotations

import asyncio
import contextlib
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
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, Phase, given, seed, settings

from ecr_contracts.core import json_path
from ecr_contracts.engine.checks.outcome import symptoms
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.events.generate.strategies import ecr_events
from ecr_contracts.events.model import Contract
from ecr_contracts.events.regexes import Digits
from ecr_contracts.runtime.invoke import call
from tests.acceptance.causes import Cause, Clause, Wanted, in_words

from . import brute_acting, memory
from .expected import KINDS, ROWS, Fault, Row
from .meanings import CLASSES, has_value, holds, labels_of, meets, partition, steps

EVENTS = 5_000  # of each kind: as many with the plainest values, and as many with random ones
AIMED = 300  # events for each way to have a cause, and to miss it by one choice
SEEDS, DRAWN = 20, 100  # what Hypothesis draws
SHARE = 0.02  # of the drawn events, that value-dependent faults must have
TOGETHER = {"vacuous", "batch-retried", "swallowed"}  # what no plain call shows by itself
CPU_LIMIT = 0.02  # seconds of processor time that a call has

Event = dict[str, Any]
Symptom = tuple[str, str | None]
"""A check and, where it has one, the exception's name."""


# --- values that break, told again ----------------------------------------------------------------

NEW_REGIONS = frozenset(
    {
        "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-2", "il-central-1", "me-central-1",
        "mx-central-1",
    }
)  # fmt: skip

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


def forget() -> None:
    """Empties what the consumers of `memory` remember, as a new process does."""
    for name, kept in vars(memory).items():
        if name.isupper():
            kept.clear()


def called(row: Row, handler: Callable[..., Any], event: Event) -> frozenset[Symptom]:
    """What a consumer does wrong with an event."""
    forget()
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
    """Random events that have a cause, and such as miss it by one of its conditions."""
    dice = random.Random(repr(sorted(map(str, cause))))
    most = max((len(clause) for clause in cause), default=1)
    for missed in (None, *cause):
        for number in range(AIMED * most):
            with contextlib.suppress(ValueError):
                yield _aimed(kind, cause, missed, dice, plain=number % 2 == 0)


def _aimed(
    kind: str, cause: Cause, missed: Clause | None, dice: random.Random, *, plain: bool
) -> Sample:
    """A random event that meets the conditions of a cause but one, for which anything will do.

    Where values decide, they are such as lie on either side. Raises ValueError where the choices
    exclude each other.
    """
    labels, values = {}, {}
    for clause in sorted(cause, key=str):
        wanted = dice.choice(sorted(clause, key=str))
        close = close_values(kind, wanted)
        for other in clause - {wanted} if close else ():
            values[other.path] = close_values(kind, other)[0]
        if clause is missed:
            if close and dice.random() < 0.8:
                values[wanted.path] = dice.choice(close)
            continue
        if dice.random() < 0.7:
            close = [value for value in close if has_value(wanted, value)]
        if close:
            values[wanted.path] = dice.choice(close)
        else:
            labels[wanted.path] = dice.choice(sorted(wanted.labels))
    sample = made(reader.contract(kind), dice, labels, plain=plain)
    return with_values(kind, sample, values) if values else sample


def with_values(kind: str, sample: Sample, values: dict[str, Any]) -> Sample:
    """An event with other values; where one is not admitted or has no place, it stays as it is."""
    contract = reader.contract(kind)
    event = json.loads(json.dumps(sample.event))
    for path, value in values.items():
        *around, _ = steps(path)
        if isinstance(json_path.at(event, around), dict | list):
            changed = json.loads(json.dumps(event))
            with contextlib.suppress(IndexError):
                json_path.put(changed, steps(path), value)
                if contract.by_path[path].recognise(changed) is not None:
                    event = changed
    shown = {path: label for path, label in contract.recognise(event).items() if label is not None}
    return Sample(event, shown, plain=False)


def close_values(kind: str, wanted: Wanted) -> list[Any]:
    """Values on both sides of a boundary, or own values of a consumer and such as resemble them."""
    boundary = wanted.boundary
    if boundary is None:
        own = sorted(wanted.labels - labels_of(kind, wanted.path))
        return [*own, *(value[:-1] for value in own), *(f"{value}x" for value in own)]
    if boundary.measure in ("length", "number", "elements"):
        ends = [end for end in (boundary.low, boundary.high) if end is not None]
        sizes = sorted({size for end in ends for size in (end - 2, end - 1, end, end + 1, 2 * end)})
        return [_of_size(boundary.measure, wanted.path, size) for size in sizes]
    texts = sorted(CLASSES[boundary.text])[::4] if boundary.is_class else [boundary.text]
    if boundary.measure == "is":
        return [*texts, *(f"{text[:-1]}{'1' if text[-1] != '1' else '2'}" for text in texts)]
    return [
        value
        for text in texts
        for value in (f"{text}ab", f"a{text}b", f"ab{text}", f"ab/{text}c", "ab", f"a-{text[:-1]}b")
    ]


def _of_size(measure: str, path: str, size: int) -> Any:
    if measure == "length":
        return "a" * size
    if measure == "elements":
        return [f"v{number}" for number in range(size)]
    return size if "counts" in path else str(size)


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
    with mock.patch.dict(os.environ, row.env):
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
    if row.family == "state" and visible[0].doubt:
        _prove_state(handler, samples, judged)
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
        if faults and any(fault.causes for fault in faults):
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


def _prove_state(handler: Callable[..., Any], samples: Sequence[Sample], judged: Judged) -> None:
    """That no event fails by itself, and that the same one fails once others came before it."""
    if judged.failing:
        judged.problems.append(f"{judged.failing} events fail though nothing came before")
    for sample in samples[:50]:
        forget()
        outcomes = []
        for _ in range(40):
            try:
                handler(json.loads(json.dumps(sample.event)), None)
                outcomes.append(True)
            except Exception:  # noqa: BLE001 - that it fails is what is looked for
                outcomes.append(False)
        if all(outcomes) or not outcomes[0]:
            judged.problems.append(f"what came before does not decide: {outcomes}")
            return


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
    for formulations in product(*(fault.causes for fault in faults)):
        wrong = _first_wrong(formulations, samples, hits)
        if wrong is not None:
            problems.append(
                f"{kind}: {[*map(in_words, formulations)]} does not say that it fails or not: "
                f"{wrong.labels}"
            )
            continue
        _prove_no_neighbour(kind, formulations, samples, hits, problems)
    if len(faults) == 1:
        _prove_shortest(kind, faults[0], samples, hits, problems)


def _first_wrong(
    causes: Sequence[Cause], samples: Sequence[Sample], hits: Sequence[bool]
) -> Sample | None:
    """The first event of which some causes do not say whether it fails."""
    for sample, hit in zip(samples, hits, strict=True):
        if hit != any(holds(cause, sample.event) for cause in causes):
            return sample
    return None


def _prove_no_neighbour(
    kind: str,
    causes: Sequence[Cause],
    samples: Sequence[Sample],
    hits: Sequence[bool],
    problems: list[str],
) -> None:
    """That a cause that differs a little is not true of the same events, unless none can differ."""
    for place, cause in enumerate(causes):
        others = [*causes[:place], *causes[place + 1 :]]
        for neighbour, is_narrower in neighbours(kind, cause):
            if _first_wrong([*others, neighbour], samples, hits) is not None:
                continue
            if is_narrower or not _is_impossible_otherwise(kind, cause, neighbour):
                problems.append(f"{kind}: {in_words(neighbour)} says as much")


def neighbours(kind: str, cause: Cause) -> Iterator[tuple[Cause, bool]]:
    """Causes with a condition less, a choice more or less, or a boundary moved by one.

    Each with whether it is shorter or narrower: such a one is never as good.
    """
    for clause in cause:
        rest = cause - {clause}
        yield rest, True
        for wanted in clause:
            others = clause - {wanted}
            if others:
                yield rest | {others}, True
            for changed, is_narrower in _changed(kind, wanted):
                yield rest | {others | {changed}}, is_narrower


def _changed(kind: str, wanted: Wanted) -> Iterator[tuple[Wanted, bool]]:
    if wanted.boundary is None:
        for label in sorted(wanted.labels | labels_of(kind, wanted.path)):
            labels = wanted.labels ^ {label}
            if labels:
                yield replace(wanted, labels=labels), label in wanted.labels
    for end in ("low", "high"):
        size = getattr(wanted.boundary, end, None)
        for moved in () if size is None else (size - 1, size + 1):
            yield replace(wanted, boundary=replace(wanted.boundary, **{end: moved})), True


def _is_impossible_otherwise(kind: str, cause: Cause, wider: Cause) -> bool:
    """Whether there is no event that has the wider cause and not the other one."""
    for sample in aimed_events(kind, wider):
        if holds(wider, sample.event) and not holds(cause, sample.event):
            return False
    return True


def _prove_shortest(
    kind: str, fault: Fault, samples: Sequence[Sample], hits: Sequence[bool], problems: list[str]
) -> None:
    """That no other conjunction of choices that is as short says which events fail.

    What fails has some of the choices of each field. Every set of fields is tried, each with just
    these choices: no conjunction of choices that is true of the same events can have others.
    """
    if any(wanted.boundary for cause in fault.causes for clause in cause for wanted in clause):
        return
    failing = [sample.labels for sample, hit in zip(samples, hits, strict=True) if hit]
    had = {
        facet.path: {labels.get(facet.path, "") for labels in failing}
        for facet in reader.contract(kind).varying
    }
    telling = [path for path, found in had.items() if found < labels_of(kind, path)]
    shortest = min(map(len, fault.causes))
    declared = {
        frozenset(wanted.path for clause in cause for wanted in clause) for cause in fault.causes
    }
    for size in range(shortest + 1):
        for paths in combinations(telling, size):
            says_which = all(
                hit == all(sample.labels.get(path) in had[path] for path in paths)
                for sample, hit in zip(samples, hits, strict=True)
            )
            if says_which and frozenset(paths) not in declared:
                said = {path: sorted(had[path]) for path in paths}
                problems.append(f"{kind}: {said} says the same")


def _prove_place(
    row: Row, kind: str, of_named: Sequence[frozenset[Symptom]], judged: Judged
) -> None:
    """That no named case meets what takes more than a single deviation."""
    contract = reader.contract(kind)
    deviations = [
        sum(not meets(clause, contract.baseline) for clause in cause)
        for fault in row.faults
        if fault.check not in TOGETHER and row.family != "together"
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
    forget()
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
