"""Which bugs of the zoo the events of this package find, and which those of other tools.

    pip install polyfactory jsf schemathesis pydantic
    python -m benchmarks.detection [--events N]

Every generator gives the same number of events of each kind, from a fixed seed, to every consumer
of `tests/acceptance/zoo`. One that is not installed is named and left out; none of them is a
dependency of the project.

How it is fair:

- Plain jsonschema judges every event by the schema files. A bug is found when its consumer shows
  the declared symptom, the check and the exception, with an event that is valid; what an invalid
  event brings about is no find.
- That is all that "found" asks. A region that is no region breaks a table of regions as well as one
  in China does, and the schemas admit both. Generators that make such values are given the find;
  "cause" counts the bugs that were also met in the declared way, and "alarms" the consumers that
  fail although they are right.
- Each tool is given the form of the contract that suits it best, and is used as its documentation
  says. polyfactory gets pydantic models without this project's validators, which it cannot get
  past, and leave to vary the length of lists. jsf and Schemathesis get a schema in one piece, since
  jsf cannot follow references between files. Hypothesis gets copies of the typed dictionaries,
  since this package tells it how to draw its own; and once it has to draw no more than the detail,
  within AWS's sample, as one would by hand.
- Invalid events count as events. Seconds are those of generating, imports aside.

What stays unfair: no other tool knows the choices that annotate the schemas, and the bugs of the
zoo are declared in just these choices; those of the family `value` are proved to be met by one in
fifty of the events that this package draws. Schemathesis has a phase for coverage, which its public
API runs within pytest only; what is measured here is the strategy that it documents. And one seed
is one seed: with others, two or three bugs come or go.
"""

from __future__ import annotations

import argparse
import importlib
import random
import statistics
import sys
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from itertools import chain, count, islice
from types import ModuleType, NoneType
from typing import Any, get_args

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.events.generate.hypothesis_plugin import NOT_VENDORED
from ecr_contracts.events.generate.strategies import ecr_events
from tests import oracle
from tests.acceptance.zoo import brute, meanings
from tests.acceptance.zoo.expected import KINDS, Family, Fault, Row, rows

SEED = 0
EVENTS = 250
WIDTH, NAMES = 80, 30  # columns: all of them, and those of a generator's name
BUGS: tuple[Family, ...] = ("one", "pair", "three", "four", "either", "always", "value")

Event = dict[str, Any]


# --- what the generators are given ----------------------------------------------------------------

ANNOTATIONS = frozenset({"$schema", "$ref", "$defs", "allOf", "title", "description", "x-ecr"})


def schema(kind: str, steps: tuple[str | int, ...] = ()) -> dict[str, Any]:
    """The schema of a kind, or of a place in it, without references, `allOf` and annotations."""
    parts = oracle.said_of(kind, steps)[::-1]
    whole = {key: value for part in parts for key, value in part.items() if key not in ANNOTATIONS}
    if "properties" in whole:
        names = dict.fromkeys(name for part in parts for name in part.get("properties", ()))
        whole["properties"] = {name: schema(kind, (*steps, name)) for name in names}
    if "required" in whole:
        whole["required"] = [
            *dict.fromkeys(name for part in parts for name in part.get("required", ()))
        ]
    if "items" in whole:
        whole["items"] = schema(kind, (*steps, 0))
    return whole


def typed_dict(name: str) -> Any:
    """A typed dictionary as `ecr-contracts models` writes it, unknown to Hypothesis."""
    text = files("ecr_contracts").joinpath("types.py").read_text("utf-8")
    module = ModuleType("vendored")
    exec(text.partition(NOT_VENDORED)[0], vars(module))
    return getattr(module, name)


def pydantic_model(name: str) -> Any:
    """A model with the fields of ours, constraints and all, and without our validators."""
    from pydantic import BaseModel, ConfigDict, create_model

    from ecr_contracts.events import models

    class Base(BaseModel):
        model_config = ConfigDict(populate_by_name=True)

    def plain(annotation: Any) -> Any:
        if isinstance(annotation, type) and issubclass(annotation, models.EcrModel):
            fields = {
                key: (plain(info.annotation), info) for key, info in annotation.model_fields.items()
            }
            name = annotation.__name__
            return create_model(name, __base__=Base, **fields)  # type: ignore[call-overload]
        match get_args(annotation):
            case (inner, none) if none is NoneType:
                return plain(inner) | None
        return annotation

    return plain(getattr(models, name))


# --- generators -----------------------------------------------------------------------------------


def drawn(strategy: SearchStrategy[Event], number: int) -> list[Event]:
    """What Hypothesis draws, with as many seeds as it takes."""
    found: list[Event] = []
    for start in count(SEED):

        @seed(start)
        @settings(
            max_examples=number,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def collect(event: Event) -> None:
            found.append(event)

        collect()
        if len(found) >= number:
            break
    return found[:number]


def covering(kind: str) -> list[Event]:
    """The cases that come before any drawn event."""
    return [case.event for case in edge_cases(kind, 2)]


def our_cases(kind: str, number: int) -> Iterator[Event]:
    """The cases of a kind, then what its strategy draws."""
    cases = covering(kind)
    yield from cases
    yield from our_strategy(kind, max(number - len(cases), 1))


def our_strategy(kind: str, number: int) -> Iterable[Event]:
    """What the strategy of a kind draws."""
    return drawn(ecr_events(kind), number)


def polyfactory_build(kind: str, number: int) -> Iterator[Event]:
    """Models of polyfactory, dumped as its users dump them."""
    factory = _factory(kind)
    return (_dumped(factory.build()) for _ in range(number))


def polyfactory_coverage(kind: str, number: int) -> Iterator[Event]:
    """The models with which polyfactory covers the fields (two or three), then others."""
    factory = _factory(kind)
    return chain(
        map(_dumped, factory.coverage()), (_dumped(factory.build()) for _ in range(number))
    )


def _factory(kind: str) -> Any:
    from polyfactory.factories.pydantic_factory import ModelFactory

    model = pydantic_model(f"{kind.title()}Event")
    return ModelFactory.create_factory(
        model, __random_seed__=SEED, __randomize_collection_length__=True
    )


def _dumped(model: Any) -> Event:
    event: Event = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    return event


def hypothesis_event(kind: str, number: int) -> Iterable[Event]:
    """What `from_type` makes of a typed dictionary that nobody has told it about."""
    return drawn(st.from_type(typed_dict(f"{kind.title()}Event")), number)


def hypothesis_detail(kind: str, number: int) -> Iterator[Event]:
    """AWS's sample with the detail that `from_type` makes."""
    sample = edge_cases(kind)[0].event
    details = drawn(st.from_type(typed_dict(f"{kind.title()}Detail")), number)
    return (sample | {"detail": detail} for detail in details)


def schemathesis_body(kind: str, number: int) -> Iterable[Event]:
    """The bodies of valid data that Schemathesis would post to a service that takes events."""
    import schemathesis

    content = {"application/json": {"schema": schema(kind)}}
    operation = {
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "taken"}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "A service that takes events", "version": "1"},
        "paths": {"/events": {"post": operation}},
    }
    strategy: Any = schemathesis.openapi.from_dict(document)["/events"]["POST"].as_strategy(
        generation_mode=schemathesis.GenerationMode.POSITIVE
    )
    return drawn(strategy.map(lambda case: case.body), number)


def jsf_fake(kind: str, number: int) -> Iterator[Event]:
    """The fakes of jsf."""
    from jsf import JSF

    random.seed(SEED)
    faker = JSF(schema(kind))
    return (faker.generate() for _ in range(number))


@dataclass(frozen=True)
class Generator:
    """Where events come from: `events` gives so many of a kind, or more."""

    name: str
    package: str
    events: Callable[[str, int], Iterable[Event]]


GENERATORS = (
    Generator("ecr-contracts, cases + drawn", "ecr-contracts", our_cases),
    Generator("ecr-contracts, drawn", "ecr-contracts", our_strategy),
    Generator("polyfactory, coverage + build", "polyfactory", polyfactory_coverage),
    Generator("polyfactory, build", "polyfactory", polyfactory_build),
    Generator("Hypothesis, from_type, event", "hypothesis", hypothesis_event),
    Generator("Hypothesis, from_type, detail", "hypothesis", hypothesis_detail),
    Generator("Schemathesis, as_strategy", "schemathesis", schemathesis_body),
    Generator("jsf, generate", "jsf", jsf_fake),
)


# --- measuring ------------------------------------------------------------------------------------


@dataclass
class Result:
    """What the events of a generator came to.

    `found` holds the number of the first event that met each bug, `caused` the bugs that were met
    in the declared way, `alarms` the consumers that are right and fail all the same, by whether the
    event was valid.
    """

    seconds: float
    valid: float
    found: dict[str, int] = field(default_factory=dict)
    caused: set[str] = field(default_factory=set)
    alarms: dict[bool, set[str]] = field(default_factory=lambda: {True: set(), False: set()})


Stream = list[tuple[Event, bool]]
"""Events in their order, each with whether it is valid."""


def generated(generator: Generator, number: int) -> tuple[dict[str, list[Event]], float]:
    """So many events of each kind, and the seconds that they took."""
    for _ in islice(generator.events(KINDS[0], 1), 1):
        pass  # what is imported and read once
    began = time.perf_counter()
    events = {kind: [*islice(generator.events(kind, number), number)] for kind in KINDS}
    seconds = time.perf_counter() - began
    for kind in KINDS:
        if len(events[kind]) < number:
            raise ValueError(f"gives {len(events[kind])} {kind} events of {number}")
    return events, seconds


def judged(events: Mapping[str, list[Event]], seconds: float) -> Result:
    """Judges the events and gives them to the zoo."""
    streams = {
        kind: [(event, oracle.accepts(kind, event)) for event in events[kind]] for kind in KINDS
    }
    result = Result(
        seconds, statistics.mean(valid for stream in streams.values() for _, valid in stream)
    )
    with brute.tamed():
        for row in rows(BUGS):
            [kind] = row.kinds
            _search(row, streams[kind], result)
        for row in rows(["right"]):
            for kind in row.kinds:
                _listen(row, streams[kind], result)
    return result


def _search(row: Row, stream: Stream, result: Result) -> None:
    """Notes the first event that meets the bug, and whether any meets it in the declared way."""
    handler = _handler(row)
    for number, (event, valid) in enumerate(stream, 1):
        if not valid:
            continue
        shown = brute.called(row, handler, event)
        faults = [fault for fault in row.faults if (fault.check, fault.exception) in shown]
        if faults:
            result.found.setdefault(row.name, number)
        if any(_is_declared(row, fault, event) for fault in faults):
            result.caused.add(row.name)
            return


def _is_declared(row: Row, fault: Fault, event: Event) -> bool:
    """Whether an event has what the fault is declared to come from."""
    if row.family == "value":
        with suppress(TypeError):  # unknown fields hold anything
            return brute.VALUES[row.name](event)
        return False
    return any(meanings.holds(cause, event) for cause in fault.causes)


def _listen(row: Row, stream: Stream, result: Result) -> None:
    """Notes whether a consumer that is right fails, with valid events and with others."""
    handler = _handler(row)
    for event, valid in stream:
        if row.name not in result.alarms[valid] and brute.called(row, handler, event):
            result.alarms[valid].add(row.name)


def _handler(row: Row) -> Callable[..., Any]:
    handler: Callable[..., Any] = getattr(
        importlib.import_module(f"tests.acceptance.zoo.{row.module}"), row.name
    )
    return handler


# --- the table ------------------------------------------------------------------------------------

CAPTION = """\
Valid: the share of events that the schemas admit. Found: the bugs whose declared symptom a valid
event brought about; cause: those met in the declared way. Median, over the bugs found: the number
of the first event that found each. s: seconds to generate the events of all kinds. Alarms: of
{right} consumers that are right, those that fail with a valid event + those that fail with an
invalid one. Left out of the zoo are the consumers that wait, kill their process or fail by chance,
and those that never look at an event: no event tells of them.
"""


def table(results: Mapping[Generator, Result | str], number: int) -> str:
    """The results as text: the sums, then the bugs of each family, or why there is no result."""
    sums = [
        f"{'generator':<{NAMES}}{'version':<9}{'valid':>6}{'found':>7}{'cause':>7}"
        f"{'median':>7}{'s':>6}{'alarms':>7}"
    ]
    found, caused = (
        [f"{title:<{NAMES}}" + _cells(BUGS)] for title in ("found, by family", "cause, by family")
    )
    for generator, result in results.items():
        name = f"{generator.name:<{NAMES}}"
        if isinstance(result, str):
            sums.append(name + textwrap.shorten(result, WIDTH - NAMES, placeholder=" ..."))
            continue
        sums.append(f"{name}{version(generator.package):<9}{_sums(result)}")
        found.append(name + _cells(_share(result.found, rows([family])) for family in BUGS))
        caused.append(name + _cells(_share(result.caused, rows([family])) for family in BUGS))
    title = f"{number} events of each kind ({', '.join(KINDS)})"
    caption = textwrap.fill(CAPTION.format(right=len(rows(["right"]))), WIDTH)
    return "\n".join([title, "", *sums, "", *found, "", *caused, "", caption])


def _cells(texts: Iterable[str]) -> str:
    return "".join(f"{text:>7}" for text in texts)


def _sums(result: Result) -> str:
    everything = rows(BUGS)
    median = f"{statistics.median(result.found.values()):g}" if result.found else "-"
    alarms = f"{len(result.alarms[True])}+{len(result.alarms[False])}"
    found, caused = _share(result.found, everything), _share(result.caused, everything)
    return f"{result.valid:>6.0%}{found:>7}{caused:>7}{median:>7}{result.seconds:>6.1f}{alarms:>7}"


def _share(found: Iterable[str], among: Sequence[Row]) -> str:
    return f"{len({row.name for row in among}.intersection(found))}/{len(among)}"


def tried(generator: Generator, number: int) -> Result | str:
    """The result of a generator, or why there is none."""
    try:
        version(generator.package)
        events, seconds = generated(generator, number)
    except PackageNotFoundError:
        return "not installed"
    except Exception as error:  # noqa: BLE001 - whatever it raises is why there is no result
        return f"fails: {type(error).__name__}: {error}"
    return judged(events, seconds)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures every generator and prints the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.detection", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--events", type=int, default=EVENTS, metavar="N", help=f"of each kind; {EVENTS} without it"
    )
    number = parser.parse_args(arguments).events
    print(table({generator: tried(generator, number) for generator in GENERATORS}, number))
    return 0


if __name__ == "__main__":
    sys.exit(main())
