"""Metamorphic relations: consumers for which each holds, and others for which it does not."""

from __future__ import annotations

import json
import random
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.catalog import CHECKS, FUTURE_EVENT, UNREAD, is_relation
from ecr_contracts.engine.relations import batches
from ecr_contracts.engine.relations.metamorphic import check_relations
from ecr_contracts.engine.trial import BaselineCache
from ecr_contracts.events import validation
from ecr_contracts.reporting.sentences import circumstances, headline
from ecr_contracts.runtime import invoke
from ecr_contracts.runtime.effects import Effect, Effects, Sort

SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")


class World:
    """Notes what a consumer does to it."""

    def __init__(self):
        self.effects = []

    def publish(self, message):
        self.effects.append(Effect(Sort.AWS, "sns.Publish", {"Message": message}))

    def aws(self, name, **parameters):
        self.effects.append(Effect(Sort.AWS, name, parameters))

    def post(self, body, url="https://chat.example.invalid/hook"):
        self.effects.append(Effect(Sort.HTTP, f"POST {url}", {"body": body}))


def findings(consumer, kind, via="lambda", off=(), kinds=()):
    world = World()

    def call(payload, **_):
        world.effects.clear()
        done = invoke.call(lambda event: consumer(event, world), payload)
        return replace(done, effects=Effects(list(world.effects)))

    return check_relations(BaselineCache(call), kind, via, off, kinds=kinds).findings


def said(consumer, kind, via="lambda"):
    return {finding.check for finding in findings(consumer, kind, via)}


def detail(event):
    return event["detail"]


def counts(event):
    return event["detail"].get("finding-severity-counts", {})


def failed(event):
    return (
        event["detail"].get("scan-status", "COMPLETE") != "COMPLETE"
        or event["detail"].get("result") == "FAILURE"
    )


# --- right ones -----------------------------------------------------------------------------------


def reports(event, world):
    if failed(event):
        return
    grave = {severity: counts(event).get(severity, 0) for severity in SEVERITIES[:2]}
    if any(grave.values()):
        world.publish(f"{detail(event)['repository-name']}: {grave}")
    else:
        world.publish("No critical vulnerabilities found")


def forwards(event, world):
    world.aws("sqs.SendMessage", MessageBody=json.dumps(event))


def forwards_as_python(event, world):
    world.publish(str(event))


def lists_every_count(event, world):
    if not failed(event):
        world.post(
            {
                "text": "\n".join(
                    f"{severity}: {number}" for severity, number in counts(event).items()
                )
            }
        )


def counts_all(event, world):
    if not failed(event):
        number = sum(counts(event).values())
        world.post(f"{number} findings" if number else "no findings")


def clear_of_grave_ones(event, world):
    if not failed(event):
        number = counts(event).get("CRITICAL", 0)
        world.post(f"{number} critical" if number else "No vulnerabilities found above HIGH")


def clear_of_each(event, world):
    if not failed(event):
        grave = {severity: counts(event).get(severity, 0) for severity in SEVERITIES[:2]}
        world.post(
            "\n".join(
                f"{severity}: {number or 'no'} findings" for severity, number in grave.items()
            )
        )


def measures(event, world):
    for severity, number in counts(event).items():
        world.aws("cloudwatch.PutMetricData", Metric=severity, Value=number)


def routes_by_the_first_part(event, world):
    if not failed(event):
        name = detail(event)["repository-name"]
        world.aws("sns.Publish", Message=name, MessageAttributes={"team": name.split("/")[0]})


def says_when_it_is_unknown(event, world):
    worst = next((severity for severity in SEVERITIES if counts(event).get(severity)), "none")
    world.post({"worst": "unknown" if failed(event) else worst})


def says_when_it_is_unknown_and_the_time(event, world):
    world.post({"at": time.perf_counter(), "ended": "not at all" if failed(event) else "well"})


def goes_through_all_of_one(event, world):
    for record in event["Records"]:
        if detail(one := json.loads(record["body"]))["repository-name"] == "my-repo" and not failed(
            one
        ):
            world.aws("ecs.UpdateService", service="web")


def only_critical(event, world):
    if counts(event).get("CRITICAL") and not failed(event):
        world.post("critical!")


def says_what_happened(event, world):
    world.post(
        f"{detail(event).get('action-type')} {detail(event).get('result')} "
        f"{detail(event).get('scan-status')}"
    )


def cuts_long_ones(event, world):
    if not failed(event):
        world.post(
            detail(event)["repository-name"][:40] + " " + detail(event).get("image-digest", "")[:19]
        )


def shows_a_short_digest(event, world):
    if not failed(event):
        world.post(detail(event).get("image-digest", "")[7:19])


def at_random(event, world):
    if not failed(event):
        world.post(f"{random.random()} {detail(event)['repository-name']}")


def dedupes(event, world, seen=set()):  # noqa: B006 - as a warm container does
    if not failed(event) and event["id"] not in seen:
        seen.add(event["id"])
        world.post(detail(event)["repository-name"])


def deploys(event, world):
    if not failed(event) and detail(event).get("action-type") == "PUSH":
        world.aws("ecs.UpdateService", service=detail(event)["repository-name"].replace("/", "-"))


def goes_through_all(event, world):
    for record in event["Records"]:
        reports(json.loads(record["body"]), world)


def sums_up(event, world):
    events = [json.loads(record["body"]) for record in event["Records"]]
    if well := [detail(one)["repository-name"] for one in events if not failed(one)]:
        world.publish(", ".join(well))


def has_no_effects(event, world):
    return detail(event)["repository-name"][0]


def tells_of_grave_ones_alone(event, world):
    if not failed(event):
        for severity in SEVERITIES[:2]:
            if counts(event).get(severity):
                world.publish(f"{severity}: {counts(event)[severity]}")


def tells_of_what_nobody_could_grade_as_well(event, world):
    if not failed(event):
        for severity in ("CRITICAL", "HIGH", "UNDEFINED"):
            if counts(event).get(severity):
                world.publish(f"{severity}: {counts(event)[severity]}")


def tells_of_medium_ones_beyond_a_limit(event, world):
    if not failed(event):
        limits = {"CRITICAL": 1, "HIGH": 50, "MEDIUM": 10, "LOW": 10}
        for severity, limit in limits.items():
            if counts(event).get(severity, 0) >= limit:
                world.publish(f"{severity}: {counts(event)[severity]}")


def says_the_worst(event, world):
    worst = next((severity for severity in SEVERITIES if counts(event).get(severity)), "none")
    if not failed(event):
        world.aws("sns.Publish", Subject=f"[{worst}] scan", Message=f"worst: {worst}")


def lists_the_most_frequent_first(event, world):
    if not failed(event):
        by_count = sorted(counts(event).items(), key=lambda item: -item[1])
        world.post({"fields": [f"{severity}: {number}" for severity, number in by_count]})


def says_the_most_common_too(event, world):
    if not failed(event) and sum(counts(event).values()):
        common = max(counts(event), key=counts(event).get)
        world.post(f"most common: {common}\nin all: {sum(counts(event).values())}")


def shows_the_tag_in_capitals(event, world):
    if not failed(event):
        tag = detail(event).get("image-tag", "")
        world.aws("sns.Publish", Subject=tag.upper(), Message=f"PUSHED {tag.upper()}")


def posts_the_tag_in_capitals(event, world):
    if not failed(event):
        world.post({"text": detail(event).get("image-tag", "").upper()})


def names_a_host_by_the_tag(event, world):
    if not failed(event):
        tag = detail(event).get("image-tag", "")
        world.aws("codebuild.StartBuild", sourceVersion=tag, hostName=tag.lower())


def lowers_the_repository(event, world):
    if not failed(event):
        world.aws("ecr.StartImageScan", repositoryName=detail(event)["repository-name"].lower())


RIGHT = [
    (tells_of_grave_ones_alone, "scan", "lambda"),
    (tells_of_what_nobody_could_grade_as_well, "scan", "lambda"),
    (tells_of_medium_ones_beyond_a_limit, "scan", "lambda"),
    (says_the_worst, "scan", "lambda"),
    (lists_the_most_frequent_first, "scan", "lambda"),
    (says_the_most_common_too, "scan", "lambda"),
    (shows_the_tag_in_capitals, "push", "lambda"),
    (posts_the_tag_in_capitals, "push", "lambda"),
    (names_a_host_by_the_tag, "push", "lambda"),
    (lowers_the_repository, "push", "lambda"),
    (reports, "scan", "lambda"),
    (reports, "scan", "lambda"),
    (forwards, "push", "lambda"),
    (forwards, "scan", "lambda"),
    (forwards, "delete", "lambda"),
    (forwards_as_python, "scan", "lambda"),
    (lists_every_count, "scan", "lambda"),
    (counts_all, "scan", "lambda"),
    (clear_of_grave_ones, "scan", "lambda"),
    (clear_of_each, "scan", "lambda"),
    (measures, "scan", "lambda"),
    (routes_by_the_first_part, "push", "lambda"),
    (says_when_it_is_unknown, "scan", "lambda"),
    (says_when_it_is_unknown_and_the_time, "scan", "lambda"),
    (goes_through_all_of_one, "push", "sqs"),
    (only_critical, "scan", "lambda"),
    (says_what_happened, "scan", "lambda"),
    (says_what_happened, "push", "lambda"),
    (cuts_long_ones, "push", "lambda"),
    (shows_a_short_digest, "push", "lambda"),
    (at_random, "push", "lambda"),
    (dedupes, "push", "lambda"),
    (deploys, "push", "lambda"),
    (goes_through_all, "scan", "sqs"),
    (sums_up, "scan", "sqs"),
    (has_no_effects, "push", "lambda"),
]


@pytest.mark.parametrize(
    ("consumer", "kind", "via"), RIGHT, ids=[f"{row[0].__name__}-{row[1]}" for row in RIGHT]
)
def test_nothing_is_said_of_what_is_right(consumer, kind, via):
    found = findings(consumer, kind, via)
    assert [(finding.check, finding.detail) for finding in found] == []


# --- wrong ones -----------------------------------------------------------------------------------


KNOWN_FIELDS = {
    "result",
    "repository-name",
    "image-digest",
    "action-type",
    "image-tag",
    "manifest-media-type",
    "artifact-media-type",
}


def closed(event, world):
    if failed(event):
        return
    if set(detail(event)) > KNOWN_FIELDS:
        world.post("odd event")
    else:
        world.post(detail(event)["repository-name"])


def counts_keys(event, world):
    if not failed(event):
        world.post(f"{len(event)} keys")


def by_place(event, world):
    if not failed(event):
        world.post(list(detail(event).values())[1])


def worst_is_first(event, world):
    if not failed(event):
        world.post(next(iter(counts(event)), "nothing of note"))


def types_decide(event, world):
    if not failed(event):
        world.post("chart" if "manifest-media-type" in detail(event) else "image")


def presence_is_alarm(event, world):
    if not failed(event) and "CRITICAL" in counts(event):
        world.publish("critical!")


def any_key_is_alarm(event, world):
    if not failed(event) and counts(event):
        world.publish("something!")


def high_is_nothing(event, world):
    if not failed(event):
        number = counts(event).get("CRITICAL", 0)
        world.post(f"{number} critical" if number else "No vulnerabilities found")


def either_or(event, world):
    if failed(event):
        return
    if counts(event).get("CRITICAL") and not counts(event).get("HIGH"):
        world.aws("securityhub.BatchImportFindings")
    world.post(str(sum(counts(event).values())))


def the_most_decides(event, world):
    if (
        any(counts(event).values())
        and not failed(event)
        and max(counts(event), key=counts(event).get) in SEVERITIES[:2]
    ):
        world.publish("grave!")


def images_have_no_type(event, world):
    if not failed(event) and "artifact-media-type" not in detail(event):
        world.publish("an image")


def one_hides_another(event, world):
    if failed(event):
        return
    if counts(event).get("LOW"):
        world.post("no issues")
    elif counts(event).get("CRITICAL"):
        world.post("critical!")


def deploys_all(event, world):
    world.aws("ecs.UpdateService", service="web", forceNewDeployment=True)


def reports_all(event, world):
    world.post(f"{detail(event)['repository-name']} has {sum(counts(event).values())}")


def last_part(event, world):
    if not failed(event):
        world.aws(
            "ecr.StartImageScan", repositoryName=detail(event)["repository-name"].split("/")[-1]
        )


def last_part_in_address(event, world):
    if not failed(event):
        name = detail(event)["repository-name"].split("/")[-1]
        registry = f"{event['account']}.dkr.ecr.us-east-1.amazonaws.com"
        world.post({"image": f"{registry}/{name}:{detail(event)['image-tag']}"})


def last_part_in_words(event, world):
    if not failed(event):
        world.post(f"pushed {detail(event)['repository-name'].split('/')[-1]} again")


def last_part_in_words_and_alone(event, world):
    if not failed(event):
        name = detail(event)["repository-name"].split("/")[-1]
        world.aws("sns.Publish", Message=f"pushed {name} again", Subject=name)


def first_letter(event, world):
    if not failed(event):
        world.post(f"tag {detail(event)['image-tag'][0]} was pushed")


def until_the_dot(event, world):
    if not failed(event):
        world.aws("codebuild.StartBuild", sourceVersion=detail(event)["image-tag"].split(".")[0])


def last_part_with_the_time(event, world):
    if not failed(event):
        name = detail(event)["repository-name"].split("/")[-1]
        world.aws(
            "sns.Publish", Subject=name, Message=f"{datetime.now(UTC).isoformat()} {time.time()}"
        )


def last_part_beside_a_random_number(event, world):
    if not failed(event):
        world.aws(
            "sns.Publish",
            Subject=detail(event)["repository-name"].split("/")[-1],
            Message=str(random.random()),
        )


def high_is_nothing_with_an_id(event, world):
    if not failed(event):
        number = counts(event).get("CRITICAL", 0)
        world.post(
            f"[{uuid.uuid4()}] " + (f"{number} critical" if number else "No vulnerabilities found")
        )


def deploys_unless_critical(event, world):
    if not counts(event).get("CRITICAL"):
        world.aws("ecs.UpdateService", service="web")


def first_record_of_one(event, world):
    one = json.loads(event["Records"][0]["body"])
    if detail(one)["repository-name"] == "my-repo" and not failed(one):
        world.aws("ecs.UpdateService", service="web")


def returns_instead_of_going_on(event, world):
    for record in event["Records"]:
        if failed(one := json.loads(record["body"])):
            return
        world.publish(detail(one)["repository-name"])


def first_record(event, world):
    reports(json.loads(event["Records"][0]["body"]), world)


def critical_is_never_told(event, world):
    if not failed(event):
        for severity in ("HIGH", "MEDIUM", "LOW"):
            if counts(event).get(severity):
                world.publish(f"{severity}: {counts(event)[severity]}")


def medium_is_forgotten(event, world):
    if not failed(event):
        grave = {name: counts(event).get(name, 0) for name in ("CRITICAL", "HIGH", "LOW")}
        world.post(f"{grave}")


def the_most_is_called_the_worst(event, world):
    if not failed(event):
        worst = max(counts(event), key=counts(event).get, default="none")
        world.post(
            {"color": "red", "text": f"Worst: {worst}\n{counts(event).get('CRITICAL', 0)} grave"}
        )


def worst_in_the_subject_is_the_most(event, world):
    if not failed(event):
        worst = max(counts(event), key=counts(event).get, default="none")
        lines = [f"{name}: {number}" for name, number in sorted(counts(event).items())]
        world.aws("sns.Publish", Subject=f"[{worst}] scan", Message="\n".join(lines))


def lowers_the_tag(event, world):
    if not failed(event):
        world.aws("codebuild.StartBuild", sourceVersion=detail(event).get("image-tag", "").lower())


def raises_the_tag_in_an_address(event, world):
    if not failed(event):
        registry = f"{event['account']}.dkr.ecr.us-east-1.amazonaws.com"
        tag = detail(event).get("image-tag", "").upper()
        world.aws("ecs.RegisterTaskDefinition", image=f"{registry}/my-repo:{tag}")


def lowers_the_tag_in_a_path(event, world):
    if not failed(event):
        tag = detail(event).get("image-tag", "").lower()
        world.post({}, f"https://deploy.example.invalid/releases/{tag}/start")


def raises_the_repository(event, world):
    if not failed(event):
        world.aws("ecr.StartImageScan", repositoryName=detail(event)["repository-name"].upper())


WRONG = [
    (critical_is_never_told, "scan", "lambda", "severity-unread"),
    (medium_is_forgotten, "scan", "lambda", "severity-unread"),
    (the_most_is_called_the_worst, "scan", "lambda", "severity-words"),
    (worst_in_the_subject_is_the_most, "scan", "lambda", "severity-words"),
    (lowers_the_tag, "push", "lambda", "case-changed"),
    (raises_the_tag_in_an_address, "push", "lambda", "case-changed"),
    (lowers_the_tag_in_a_path, "push", "lambda", "case-changed"),
    (raises_the_repository, "push", "lambda", "case-changed"),
    (closed, "push", "lambda", "unknown-fields"),
    (counts_keys, "push", "lambda", "unknown-fields"),
    (by_place, "push", "lambda", "key-order"),
    (worst_is_first, "scan", "lambda", "key-order"),
    (types_decide, "push", "lambda", "media-types"),
    (presence_is_alarm, "scan", "lambda", "absent-is-zero"),
    (any_key_is_alarm, "scan", "lambda", "absent-is-zero"),
    (high_is_nothing, "scan", "lambda", "monotone"),
    (either_or, "scan", "lambda", "monotone"),
    (the_most_decides, "scan", "lambda", "monotone"),
    (images_have_no_type, "push", "lambda", "media-types"),
    (one_hides_another, "scan", "lambda", "monotone"),
    (deploys_all, "push", "lambda", "action-blind"),
    (reports_all, "scan", "lambda", "action-blind"),
    (last_part, "push", "lambda", "truncated"),
    (last_part_in_address, "push", "lambda", "truncated"),
    (last_part_in_words, "push", "lambda", "truncated"),
    (first_letter, "push", "lambda", "truncated"),
    (until_the_dot, "push", "lambda", "truncated"),
    (last_part_with_the_time, "push", "lambda", "truncated"),
    (last_part_beside_a_random_number, "push", "lambda", "truncated"),
    (high_is_nothing_with_an_id, "scan", "lambda", "monotone"),
    (deploys_unless_critical, "scan", "lambda", "action-blind"),
    (first_record, "scan", "sqs", "first-only"),
    (first_record_of_one, "push", "sqs", "first-only"),
    (returns_instead_of_going_on, "push", "sqs", "first-only"),
]


@pytest.mark.parametrize(
    ("consumer", "kind", "via", "check"), WRONG, ids=[row[0].__name__ for row in WRONG]
)
def test_what_is_wrong_is_found_by_its_own_check_alone(consumer, kind, via, check):
    finding, *others = findings(consumer, kind, via)
    assert {finding.check, *(other.check for other in others)} == {check}
    assert (finding.kind, finding.via, finding.explained) == (kind, via, True)
    assert finding.detail
    assert list(validation.validate(dict(finding.nearest), kind)) == []


@pytest.mark.parametrize(
    ("consumer", "kind", "via", "check"), WRONG, ids=[row[0].__name__ for row in WRONG]
)
def test_a_check_that_is_off_says_nothing(consumer, kind, via, check):
    assert findings(consumer, kind, via, off=[check]) == ()


def test_every_relation_of_the_table_has_a_consumer_that_it_finds():
    relations = {check for check in CHECKS if is_relation(check)}
    others = {*batches.CHECKED, FUTURE_EVENT, UNREAD}  # test_unread has consumers
    assert {check for *_, check in WRONG} == relations - others


def test_a_part_counts_as_it_is_used():
    severities = {
        consumer.__name__: findings(consumer, "push")[0].severity
        for consumer in (last_part, last_part_in_address)
    }
    assert set(severities.values()) == {Severity.ERROR}
    assert findings(last_part_in_words, "push")[0].severity is Severity.WARNING
    assert findings(first_letter, "push")[0].severity is Severity.ERROR
    assert findings(last_part_in_words_and_alone, "push")[0].severity is Severity.ERROR


def test_each_choice_that_decides_is_told():
    found = findings(last_part, "push")
    assert [[(cause.path, *cause.choices) for cause in finding.cause] for finding in found] == [
        [("$.detail.repository-name", "deep")],
        [("$.detail.repository-name", "namespaced")],
    ]
    assert len({finding.group for finding in found}) == 1


def test_the_words_say_what_differs():
    finding = findings(last_part, "push")[-1]
    assert finding.detail == 'of $.detail.repository-name "team/service" it passes on "service"'
    (finding,) = findings(high_is_nothing, "scan")
    assert finding.detail == 'with one HIGH finding it still says "No vulnerabilities"'
    (finding,) = findings(presence_is_alarm, "scan")
    assert finding.detail == "it calls sns.Publish"
    (finding,) = findings(deploys_all, "push")
    assert [(cause.path, *cause.choices) for cause in finding.cause] == [
        ("$.detail.result", "failure")
    ]


def blind_to_deletion(event, world):
    if not failed(event):
        world.aws("ecs.UpdateService", service="web")


def test_a_deletion_treated_as_a_push_is_found_where_both_are_given():
    (finding,) = findings(blind_to_deletion, "delete", kinds=["delete", "push"])
    assert (finding.check, finding.severity) == ("action-blind", Severity.WARNING)
    assert finding.detail == 'ecs.UpdateService: with "PUSH" as with "DELETE"'
    assert finding.nearest_case.startswith("push/")
    assert headline(finding) == "makes the same calls on"
    assert circumstances(finding) == "delete and push events"
    assert findings(blind_to_deletion, "delete", kinds=["delete"]) == ()
    assert findings(deploys, "delete", kinds=["delete", "push"]) == ()
    assert findings(says_what_happened, "delete", kinds=["delete", "push"]) == ()
    assert findings(forwards, "delete", kinds=["delete", "push"]) == ()


def forgets_what_is_no_push(event, world):
    if failed(event):
        return
    if event["detail"]["action-type"] == "PUSH":
        world.aws("dynamodb.PutItem", key=event["detail"].get("image-digest"))
    else:
        world.aws("dynamodb.DeleteItem", key=event["detail"].get("image-digest"))


def test_an_archive_treated_as_a_deletion_is_found_where_both_are_given():
    kinds = ["archive", "delete", "push", "restore"]
    (finding,) = findings(forgets_what_is_no_push, "delete", kinds=kinds)
    assert (finding.check, finding.severity) == ("action-blind", Severity.WARNING)
    assert finding.detail == 'dynamodb.DeleteItem: with "UPDATE_STORAGE_CLASS" as with "DELETE"'
    assert finding.nearest_case.startswith("archive/")
    assert findings(forgets_what_is_no_push, "push", kinds=kinds) == ()
    assert findings(forgets_what_is_no_push, "archive", kinds=kinds) == ()
    assert findings(forgets_what_is_no_push, "delete", kinds=["delete", "push"]) == ()


def tells_of_calls(event, world):
    world.publish((event["detail"].get("requestParameters") or {}).get("repositoryName", "?"))


def tells_of_calls_that_ended_well(event, world):
    if "errorCode" not in event["detail"]:
        tells_of_calls(event, world)


def copies_but_failures(event, world):
    if not failed(event):
        world.aws("ecs.UpdateService", service=event["detail"]["repository-name"])


def copies_what_ended_well(event, world):
    if event["detail"]["result"] == "SUCCESS":
        copies_but_failures(event, world)


def test_each_word_of_a_failure_is_known_where_it_is_used():
    (finding,) = findings(copies_but_failures, "replication")
    assert (finding.check, finding.detail) == (
        "action-blind",
        'ecs.UpdateService: as when it is "SUCCESS"',
    )
    assert [(cause.path, *cause.choices) for cause in finding.cause] == [
        ("$.detail.result", "failed")
    ]
    assert findings(copies_what_ended_well, "replication") == ()


def test_a_call_that_failed_is_told_from_one_that_ended_well():
    found = findings(tells_of_calls, "cloudtrail-api-call")
    assert {finding.check for finding in found} == {"action-blind"}
    assert {cause.path for finding in found for cause in finding.cause} == {"$.detail.errorCode"}
    assert found[0].detail == "sns.Publish: as when it is absent"
    assert findings(tells_of_calls_that_ended_well, "cloudtrail-api-call") == ()


def test_a_consumer_that_fails_is_left_to_other_checks():
    def fails(event, world):
        world.post("x")
        raise KeyError

    assert findings(fails, "push") == ()


def first_record_if_it_is_a_good_push(event, world):
    told = json.loads(event["Records"][0]["body"])["detail"]
    if told["result"] == "SUCCESS":
        world.publish(told["repository-name"])


def test_that_only_the_first_is_dealt_with_is_told_by_a_batch_of_good_ones_where_it_can_be():
    [told] = [
        finding
        for finding in findings(first_record_if_it_is_a_good_push, "push", "sqs")
        if finding.check == "first-only"
    ]
    assert told.detail.startswith("a batch of 3 events brings about what its first alone does")
    [told] = [
        finding
        for finding in findings(returns_instead_of_going_on, "push", "sqs")
        if finding.check == "first-only"
    ]
    assert told.detail.startswith("behind such an event, an ordinary one no longer gets")


@pytest.mark.parametrize("kind", ["scan", "push"])
def test_effects_by_chance_violate_no_relation(kind):
    """Two calls agree by chance; what differs after that is chance as well."""
    told: list[str] = []
    for seed in range(12):
        chance = random.Random(seed)

        def acts_by_chance(event, world, chance=chance):
            if chance.random() < 0.6:
                world.publish("an event")

        told += said(acts_by_chance, kind)
    assert len(told) <= 2, told
