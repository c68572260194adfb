"""Models: they accept what the schemas accept, refuse what the schemas refuse, and give every event
back as it came.
"""

import copy
import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from ecr_contracts.core.findings import MISSING
from ecr_contracts.events import models
from ecr_contracts.events.compile import reader
from ecr_contracts.events.compile.samples import documented_samples
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.events.regexes import Digits
from tests import oracle
from tests.rows import long_but

EVENT_CLASSES = {kind: cls for cls, (kind, steps) in models.PLACES.items() if not steps}
LONE = "\ud800"


def nested(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


SPOILS = [
    *(None, True, False, 0, -1, 1, 1.0, -0.0, 1.5, 9.0, 1e300, 10**400, -(10**400)),
    *(
        "",
        "1",
        "\n",
        LONE,
        "a" * 300,
        "a" * 301,
        "\N{GRINNING FACE}" * 300,
        LONE * 301,
        "ECR Image Action",
    ),
    *([], ["a"], [None], [1.0], [LONE], [["a"]], {}, {"": None}, {LONE: [LONE]}, nested(900)),
]
STRANGE_KEYS = [
    "surplus",
    "",
    LONE,
    "a.b",
    "self",
    "cls",
    "model_config",
    "model_extra",
    "__class__",
    "to_event",
]


def places(value, steps=()):
    """Every path within a value, its own included, but for the depths of what is nested without
    end.
    """
    yield steps
    if isinstance(value, (dict, list)) and len(steps) < 6:
        for step in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[step], (*steps, step))


def replace(container, last, value):
    """Puts a value into its container, or takes it out."""
    if value is MISSING:
        del container[last]
    else:
        container[last] = value


def changed(event, steps, change):
    """The event with the container of a place, and the last step to it, given to a function; itself
    unchanged.
    """
    whole = {"": event}
    container, last = whole, ""
    for step in steps:
        container[last] = copy.copy(container[last])
        container, last = container[last], step
    change(container, last)
    return whole[""]


def mutants(event, keys):
    """The event with each place spoilt in every way, each key missing, and each key that an object
    lacks.

    `keys` are all that the schema knows anywhere, so that some are unknown in their object and some
    merely absent.
    """
    for steps in places(event):
        found = event
        for step in steps:
            found = found[step]
        own = (
            [found + "\n", found + LONE, found.upper(), found[:-1]]
            if isinstance(found, str)
            else []
        )
        own += [float(found), str(found)] if type(found) is int else []
        own += [[*found, found[0]], found * 2] if isinstance(found, list) and found else []
        for spoil in (*SPOILS, *own):
            yield changed(
                event,
                steps,
                lambda container, last, spoil=spoil: container.__setitem__(last, spoil),
            )
        if steps:
            yield changed(event, steps, lambda container, last: container.__delitem__(last))
        if isinstance(found, dict):
            # Keys as Python spells the fields are unknown to the schema, whether the field itself
            # is there or not.
            spelled = {key.replace("-", "_") for key in found} - set(found)
            for key in (*STRANGE_KEYS, *sorted(spelled), *sorted(keys - set(found))):
                for value in (None, True, 1.0, "xyz", LONE, [], {LONE: [None, {}]}, nested(900)):
                    yield changed(
                        event,
                        (*steps, key),
                        lambda c, last, value=value: c.__setitem__(last, value),
                    )
            for key in sorted(spelled):
                moved = changed(event, (*steps, key), lambda c, last: c.__setitem__(last, 5))
                yield changed(
                    moved, (*steps, key.replace("_", "-")), lambda c, last: c.pop(last, None)
                )


def twice_changed(event, random, count):
    """Events with two faults or strangenesses at once."""
    for _ in range(count):
        spoilt = event
        for _ in range(2):
            steps = random.choice([steps for steps in places(spoilt) if steps] or [()])
            spoil = random.choice([*SPOILS, MISSING])
            spoilt = changed(
                spoilt, steps, lambda container, last, spoil=spoil: replace(container, last, spoil)
            )
        yield spoilt


def captured_rows():
    """The captured events (`test_captured.py`)."""
    text = Path(__file__).with_name("captured.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def fitting(contract, labels):
    """The event nearest to the baseline that has some choices."""
    return contract.build(full_assignment(contract, labels))


def events(contract, random, count):
    """Valid events of a kind: the baseline, the sample, and others."""
    yield dict(contract.baseline)
    if contract.sample is not None:
        yield json.loads((oracle.SCHEMAS / contract.sample).read_bytes())
    made = 0
    while made < count:
        facets = random.sample(contract.varying, 4)
        wanted = {facet.path: random.choice(facet.choices).label for facet in facets}
        try:
            labels = full_assignment(contract, wanted)
        except ValueError:
            continue  # choices that exclude each other
        yield contract.build(labels, Digits(random.getrandbits(256)))
        made += 1


def judged(cls, validator, candidates):
    """How many candidates the schema accepts and refuses; fails where the model disagrees or loses
    something.
    """
    verdicts = Counter()
    for event in candidates:
        accepted = validator.is_valid(event)
        verdicts[accepted] += 1
        model = taken(cls, event)
        assert (model is not None) == accepted, f"schema and model differ on {event!a}"
        assert model is None or same(model.to_event(), event), (
            f"{event!a} came back as {model.to_event()!a}"
        )
    return verdicts


def taken(cls, event):
    """The model of an event, or None if it is refused."""
    try:
        return cls.from_event(event)
    except ValidationError:
        return None


def same(left, right):
    """Equality as JSON has it: of 1 and 1.0, and not of 1 and true."""
    if left is right or isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(
            same(*pair) for pair in zip(left, right, strict=True)
        )
    return left == right


@pytest.mark.parametrize("kind", long_but("push".__eq__, sorted(EVENT_CLASSES)))
def test_model_and_schema_agree_on_every_mutant(kind):
    random = Random(20191116)
    verdicts = Counter()
    contract = reader.contract(kind)
    cls, validator = EVENT_CLASSES[kind], oracle.judge(kind)
    keys = {key for found in contract.known_keys.values() for key in found}
    verdicts += judged(
        cls,
        validator,
        [mutation.applied(fitting(contract, mutation.needs)) for mutation in contract.mutations],
    )
    for number, event in enumerate(events(contract, random, 50)):
        verdicts += judged(cls, validator, [event, *twice_changed(event, random, 20)])
        if number < 3:
            verdicts += judged(cls, validator, mutants(event, keys))
    # Neither way of being wrong may go untried; there is less of both where the detail is opaque.
    assert min(verdicts[True], verdicts[False]) > 800


PRINTED = [
    (kind, sample.file if "$" not in sample.defects else sample.mended)
    for kind in sorted(EVENT_CLASSES)
    for sample in documented_samples(kind)
]


@pytest.mark.parametrize(("kind", "file"), PRINTED)
def test_the_printed_samples_are_taken_and_given_back(kind, file):
    event = json.loads((oracle.SCHEMAS / file).read_bytes())
    assert same(EVENT_CLASSES[kind].from_event(event).to_event(), event)
    assert type(TypeAdapter(models.EcrEvent).validate_python(event)) is EVENT_CLASSES[kind]


@pytest.mark.parametrize("row", captured_rows(), ids=lambda row: row["name"])
def test_captured_events_are_taken_and_given_back(row):
    model = EVENT_CLASSES[row["kind"]].from_event(row["event"])
    assert same(model.to_event(), row["event"])


@pytest.mark.parametrize("kind", sorted(EVENT_CLASSES))
def test_a_case_is_taken_by_the_class_of_its_kind_and_by_no_other(kind):
    for one in edge_cases(kind):
        takers = [other for other, cls in EVENT_CLASSES.items() if taken(cls, one.event)]
        assert takers == [kind], one.id


NO_KIND = [
    *({}, [], None, 5, "text", {"source": None}, {"source": ["aws.ecr"], "detail-type": {}}),
    {"source": "aws.s3", "detail-type": "Object Created", "detail": {}},
    {"source": "aws.ecr", "detail-type": "ECR Image Action", "detail": {"action-type": "PULL"}},
    {"source": "aws.ecr", "detail-type": "ECR Image Action", "detail": None},
    {"source": "aws.inspector2", "detail-type": "Inspector2 Finding", "detail": {"resources": []}},
]


@pytest.mark.parametrize("event", NO_KIND)
def test_an_event_of_no_kind_is_one_error(event):
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(models.EcrEvent).validate_python(event)
    [error] = refusal.value.errors()
    assert (error["loc"], error["type"]) == ((), "no_kind")


@pytest.mark.parametrize("kind", sorted(EVENT_CLASSES))
def test_a_fault_of_an_event_is_one_error_of_the_class_of_its_kind(kind):
    for one in edge_cases(kind):
        with pytest.raises(ValidationError) as refusal:
            TypeAdapter(models.EcrEvent).validate_python(one.event | {"account": 7})
        [error] = refusal.value.errors()
        assert error["loc"] == (EVENT_CLASSES[kind].__name__, "account"), one.id


def test_the_union_is_read_and_written_as_json_in_a_model_of_the_user_s():
    class Message(BaseModel):
        event: models.EcrEvent

    event = dict(reader.contract("scan").baseline)
    message = Message.model_validate_json(json.dumps({"event": event}))
    assert type(message.event) is models.ScanEvent
    assert Message(event=message.event) == message
    assert json.loads(message.model_dump_json(exclude_unset=True)) == {"event": event}
    assert "ScanEvent" in Message.model_json_schema()["$defs"]


def test_what_an_event_has_is_asked_for_as_it_is_spelled():
    counts = models.FindingSeverityCounts.from_event({"CRITICAL": 2, "NEWEST": 1})
    assert (counts.critical, counts.high) == (2, None)
    assert (counts.get("CRITICAL", 0), counts.get("HIGH", 0), counts.get("NEWEST")) == (2, 0, 1)
    assert counts.get("critical") is None
    image = models.ContainerImage.from_event(
        {"repositoryName": "shop/api", "imageHash": "sha256:0", "registry": "123456789012"}
    )
    assert image.repository_name == image.get("repositoryName") == "shop/api"
    assert image.image_tags is image.get("imageTags") is None


def test_events_are_not_changed():
    event = json.loads(oracle.sample("scan").read_bytes())
    event["detail"] |= {"image-tags": ["a", LONE], LONE: {"new": []}}
    before = copy.deepcopy(event)
    event_again = models.ScanEvent.from_event(event).to_event()
    event_again["detail"]["image-tags"].append("b")
    assert event == before


@pytest.mark.parametrize("other", [None, [], "text", 1, True])
def test_what_is_no_object_is_no_event(other):
    for cls in models.PLACES:
        with pytest.raises(ValidationError):
            cls.from_event(other)


@pytest.mark.parametrize("kind", sorted(EVENT_CLASSES))
def test_the_union_tells_the_kinds_apart(kind):
    event = dict(reader.contract(kind).baseline)
    assert type(TypeAdapter(models.EcrEvent).validate_python(event)) is EVENT_CLASSES[kind]


@pytest.mark.parametrize("kind", sorted(EVENT_CLASSES))
def test_keys_come_back_in_the_order_of_the_schema_and_unknown_ones_last(kind):
    baseline = dict(reader.contract(kind).baseline)
    event = {"surplus": 1} | baseline
    back = EVENT_CLASSES[kind].from_event(event).to_event()
    assert list(back) == [*baseline, "surplus"]
    assert list(back["detail"]) == list(baseline["detail"])


def test_pydantic_s_own_dump_loses_nothing_either():
    event = copy.deepcopy(dict(reader.contract("push").baseline))
    event["detail"] |= {"image_tag": "not the tag", "new": [{"deep": None}]}
    del event["detail"]["image-tag"]
    model = models.PushEvent.model_validate(event)
    assert model.detail.image_tag is None
    assert model.detail.model_extra == {"image_tag": "not the tag", "new": [{"deep": None}]}
    assert model.model_dump(exclude_unset=True) == event
    assert json.loads(model.model_dump_json(exclude_unset=True)) == event
    assert models.PushEvent.model_validate_json(json.dumps(event)) == model


def test_fields_are_called_by_name_in_python():
    detail = models.PushDetail(
        result="SUCCESS", repository_name="my-repo", action_type="PUSH", surplus=1
    )
    assert detail.repository_name == "my-repo"
    assert detail.to_event() == {
        "result": "SUCCESS",
        "repository-name": "my-repo",
        "action-type": "PUSH",
        "surplus": 1,
    }
    assert models.PushDetail(**detail.to_event()) == detail
    detail.image_tag = "latest"
    assert detail.to_event()["image-tag"] == "latest"
    with pytest.raises(ValidationError, match="leave the key out"):
        models.PushDetail(
            result="SUCCESS", repository_name="my-repo", action_type="PUSH", image_tag=None
        )


def test_a_model_within_a_model_is_taken_as_it_is():
    counts = models.FindingSeverityCounts(CRITICAL=1)
    detail = models.ScanDetail(
        scan_status="COMPLETE", repository_name="my-repo", finding_severity_counts=counts
    )
    assert detail.to_event()["finding-severity-counts"] == {"CRITICAL": 1}


def test_integers_are_integers_however_they_are_written():
    counts = models.FindingSeverityCounts.from_event({"HIGH": 2.0})
    assert type(counts.high) is int


def test_refusals_name_the_place_as_the_event_spells_it():
    event = dict(reader.contract("push").baseline)
    del event["detail-type"]
    with pytest.raises(ValidationError) as refusal:
        models.PushEvent.from_event(event | {"detail": event["detail"] | {"image-tag": "a" * 301}})
    found = {(error["loc"], error["type"]) for error in refusal.value.errors()}
    assert found == {(("detail-type",), "missing"), (("detail", "image-tag"), "string_too_long")}


def test_everything_public_is_a_model_or_their_union():
    found = {
        name
        for name, value in vars(models).items()
        if isinstance(value, type) and issubclass(value, BaseModel)
    }
    assert sorted({*found, "EcrEvent"} - {"BaseModel"}) == models.__all__


@pytest.mark.parametrize("cls", models.PLACES)
@settings(max_examples=10)
@given(st.data())
def test_hypothesis_draws_every_model(cls, data):
    kind, steps = models.PLACES[cls]
    model = data.draw(st.from_type(cls))
    assert type(model) is cls
    if not steps:
        assert oracle.accepts(kind, model.to_event())


@given(st.builds(lambda event: event, event=st.from_type(models.EcrEvent)))
def test_hypothesis_draws_an_event_of_any_kind(event):
    assert type(event) in EVENT_CLASSES.values()


def takes_a_model(event: models.ScanEvent) -> models.ScanEvent:
    return event


@given(st.builds(takes_a_model))
def test_hypothesis_fills_in_models_by_annotation(event):
    assert type(event) is models.ScanEvent
