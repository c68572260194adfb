"""What surprises naive consumers: each surprise of an event's shape is a case that has it.

The numbers are those of the list of surprises that the contracts were begun with. What is none of
an event's shape, but of its way, of a rule or of a consumer, stands below with the reason.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.events.compile.samples import documented_samples
from ecr_contracts.events.generate.cases import case, edge_cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.validation import kind_or_violation, validate
from tests import oracle


class Surprise(NamedTuple):
    """A case, and what is surprising about its event."""

    case: str
    holds: Callable[[dict[str, Any]], bool]


def is_at(path, value):
    return lambda event: json_path.at(event, json_path.parse(path)) == value


def is_absent(path):
    return is_at(path, MISSING)


def is_there(path):
    return lambda event: json_path.at(event, json_path.parse(path)) is not MISSING


def in_detail(key, wanted):
    """What holds of the value of a key of detail."""
    return lambda event: wanted(event["detail"][key])


def is_arn(text):
    return text.startswith("arn:")


def has_no_repository(event):
    return "repository-name" not in event["detail"] and len(event["detail"]["repositories"]) > 1


def total_is_more(event):
    counts = event["detail"]["finding-severity-counts"]
    return counts["TOTAL"] > sum(counts.values()) - counts["TOTAL"]


def last_part_is_not_the_name(event):
    arn, name = event["resources"][0], event["detail"]["repository-name"]
    return arn.rpartition("/")[2] != name and arn.partition("repository/")[2] == name


def has_hyphens(event):
    return "detail-type" in event and any("-" in key for key in event["detail"])


def is_in_camel_case(event):
    keys = {*event["detail"], *event["detail"]["requestParameters"]}
    return "repositoryName" in keys and not any("-" in key for key in keys)


def is_of_the_destination(event):
    [arn] = event["resources"]
    ends = (event["region"], event["account"])
    return tuple(arn.split(":")[3:5]) == ends and event["detail"]["source-region"] != ends[0]


NO_TAG = "$.detail.image-tag"
COUNTS = "$.detail.finding-severity-counts"
SHAPES = {
    1: [
        Surprise("push/failure", is_at("$.detail.result", "FAILURE")),
        Surprise("replication/failed", is_at("$.detail.result", "FAILED")),
    ],
    2: [Surprise("push/failure+empty-digest", is_at("$.detail.image-digest", ""))],
    3: [Surprise("push/empty-tag", is_at(NO_TAG, ""))],
    4: [
        Surprise("push/no-tag", is_absent(NO_TAG)),
        Surprise("archive/ordinary", is_absent(NO_TAG)),
        Surprise("restore/ordinary", is_absent(NO_TAG)),
        Surprise("referrer-restore/ordinary", is_absent(NO_TAG)),
    ],
    6: [
        Surprise("push/sample", is_absent("$.detail.manifest-media-type")),
        Surprise("push/ordinary", is_there("$.detail.manifest-media-type")),
        Surprise("push/no-artifact", is_absent("$.detail.artifact-media-type")),
    ],
    8: [
        Surprise("push/ordinary", in_detail("image-tag", lambda tag: isinstance(tag, str))),
        Surprise("scan/ordinary", in_detail("image-tags", lambda tags: isinstance(tags, list))),
    ],
    9: [
        Surprise("scan/no-tags", is_at("$.detail.image-tags", [])),
        Surprise("scan/several-tags", in_detail("image-tags", lambda tags: len(tags) > 1)),
    ],
    10: [
        Surprise("scan/no-critical", is_absent(f"{COUNTS}.CRITICAL")),
        Surprise("scan/no-high", is_absent(f"{COUNTS}.HIGH")),
        Surprise("scan/sample", is_absent(f"{COUNTS}.HIGH")),
    ],
    11: [
        Surprise("scan/zero-informational", is_at(f"{COUNTS}.INFORMATIONAL", 0)),
        Surprise("scan/zero-critical", is_at(f"{COUNTS}.CRITICAL", 0)),
    ],
    12: [
        Surprise("scan/failed", is_absent(COUNTS)),
        Surprise("scan/no-counts", is_absent(COUNTS)),
        Surprise("scan/empty-counts", is_at(COUNTS, {})),
    ],
    13: [
        Surprise("scan/ordinary", is_there(f"{COUNTS}.UNDEFINED")),
        Surprise("inspector-finding/untriaged-severity", is_at("$.detail.severity", "UNTRIAGED")),
    ],
    14: [
        Surprise("scan/ordinary", is_absent("$.detail.result")),
        Surprise("scan/ordinary", is_there("$.detail.scan-status")),
    ],
    15: [
        Surprise(f"{kind}/ordinary", is_at("$.resources", []))
        for kind in ("push", "delete", "archive", "restore", "referrer-restore")
    ]
    + [Surprise("scan-resource-change/ordinary", is_at("$.resources", []))],
    16: [
        Surprise("inspector-scan/ordinary", is_at("$.source", "aws.inspector2")),
        Surprise("inspector-scan/ordinary", is_at("$.detail-type", "Inspector2 Scan")),
    ],
    17: [
        Surprise("inspector-scan/ordinary", in_detail("repository-name", is_arn)),
        Surprise(
            "inspector-scan/with-digest-repository",
            in_detail("repository-name", lambda arn: is_arn(arn) and "/sha256:" in arn),
        ),
        Surprise(
            "inspector-finding/ordinary",
            is_at("$.detail.resources[0].details.awsEcrContainerImage.repositoryName", "my-repo"),
        ),
    ],
    18: [Surprise("inspector-scan/ordinary", total_is_more)],
    20: [
        Surprise(
            "inspector-finding/ordinary", in_detail("updatedAt", lambda text: ", 2026, " in text)
        ),
        Surprise(
            "inspector-finding/weekday-first",
            in_detail("updatedAt", lambda text: " UTC 2026" in text),
        ),
    ],
    21: [
        Surprise(
            "push/namespaced-repository",
            in_detail("repository-name", lambda name: name.count("/") == 1),
        ),
        Surprise(
            "push/deep-repository", in_detail("repository-name", lambda name: name.count("/") > 1)
        ),
    ],
    22: [
        Surprise("scan/namespaced-repository", last_part_is_not_the_name),
        Surprise("scan/deep-repository", last_part_is_not_the_name),
        Surprise("replication/namespaced-repository", last_part_is_not_the_name),
    ],
    23: [Surprise("push/not-v4-id", lambda event: event["id"][14] != "4")],
    24: [
        Surprise(
            "push/docker-list-manifest",
            in_detail("manifest-media-type", lambda text: "manifest.list" in text),
        ),
        Surprise(
            "push/oci-index-manifest",
            in_detail("manifest-media-type", lambda text: "image.index" in text),
        ),
        Surprise("push/empty-tag+oci-manifest", is_at(NO_TAG, "")),
    ],
    26: [
        Surprise("push/signature-tag", in_detail("image-tag", lambda tag: tag.endswith(".sig"))),
        Surprise(
            "push/helm-artifact", in_detail("artifact-media-type", lambda text: "helm" in text)
        ),
        Surprise(
            "push/sbom-artifact", in_detail("artifact-media-type", lambda text: "sbom" in text)
        ),
    ],
    27: [
        Surprise("replication/ordinary", is_at("$.detail-type", "ECR Replication Action")),
        Surprise("replication/ordinary", is_at("$.detail.action-type", "REPLICATE")),
    ],
    28: [
        Surprise("replication/ordinary", is_of_the_destination),
        Surprise("replication/other-account", is_of_the_destination),
        Surprise(
            "replication/other-account",
            lambda event: event["detail"]["source-account"] != event["account"],
        ),
    ],
    29: [Surprise("replication/no-tag", is_absent(NO_TAG))],
    30: [Surprise("scan-resource-change/several-repositories", has_no_repository)],
    31: [
        Surprise("pull-through-cache/ordinary", is_at("$.detail.rule-version", "1")),
        Surprise("pull-through-cache/no-rule-version", is_absent("$.detail.rule-version")),
        Surprise("pull-through-cache/denied-failure-code", is_there("$.detail.failure-code")),
        Surprise("pull-through-cache/words-failure-reason", is_there("$.detail.failure-reason")),
        Surprise("pull-through-cache/failed", is_absent("$.detail.failure-code")),
    ],
    32: [
        Surprise("archive/ordinary", is_at("$.detail-type", "ECR Image Action")),
        Surprise("archive/ordinary", is_at("$.detail.action-type", "UPDATE_STORAGE_CLASS")),
        Surprise("restore/ordinary", is_at("$.detail.target-storage-class", "STANDARD")),
    ],
    33: [
        Surprise("restore/ordinary", in_detail("last-activated-at", lambda text: text[19] == ".")),
        Surprise(
            "restore/thousandths-activated", in_detail("last-activated-at", lambda t: len(t) == 24)
        ),
        Surprise(
            "restore/whole-seconds-activated",
            in_detail("last-activated-at", lambda t: len(t) == 20),
        ),
        Surprise("restore/ordinary", lambda event: "." not in event["time"]),
    ],
    34: [
        Surprise("cloudtrail-api-call/ordinary", is_in_camel_case),
        Surprise("cloudtrail-api-call/null-parameters", is_at("$.detail.requestParameters", None)),
        Surprise("cloudtrail-api-call/null-answer", is_at("$.detail.responseElements", None)),
        Surprise("cloudtrail-api-call/denied-error", is_at("$.detail.errorCode", "AccessDenied")),
        Surprise("cloudtrail-service-event/ordinary", is_at("$.detail.requestParameters", None)),
    ],
    35: [
        Surprise("cloudtrail-api-call/create-event", is_at("$.source", "aws.ecr")),
        Surprise("cloudtrail-api-call/read-event", is_at("$.detail.eventName", "BatchGetImage")),
    ],
    37: [
        Surprise(f"{kind}/replayed", is_there("$.replay-name"))
        for kind in ("push", "scan", "replication", "inspector-finding", "cloudtrail-api-call")
    ],
    46: [Surprise(f"{kind}/ordinary", has_hyphens) for kind in ("push", "scan", "inspector-scan")],
    50: [
        Surprise("push/aws-cn", lambda event: event["region"].startswith("cn-")),
        Surprise("push/aws-eusc", lambda event: event["region"].startswith("eusc-")),
        Surprise(
            "scan/aws-us-gov", lambda event: event["resources"][0].startswith("arn:aws-us-gov:")
        ),
    ],
}

NOT_OF_THE_SHAPE = {
    5: "what a pattern with exists lets through is a matter of rules; the empty tag is number 3",
    7: "a field that nobody knows yet has no case; test_schemas.py holds that objects are open",
    19: "scans of instances and functions are no images: strangers, held below",
    25: "a consumer that sets off its own rule: one event after another, each of a known shape",
    36: "doubled and lost events are a matter of delivery",
    38: "what a transformer makes of an event",
    39: "what a transformer makes of a path that leads nowhere",
    40: "what two targets get by default: nothing of the event",
    41: "an envelope of SNS",
    42: "an envelope of Firehose",
    43: "how Firehose writes files",
    44: "an envelope of CloudWatch Logs without an event",
    45: "how buses of version 2 deliver",
    47: "typed models of others; what they cannot tell apart are numbers 10 and 11",
    48: "misprints of samples are no shape of events that come; they are held below",
    49: "a default that consumers choose for numbers 3 and 4",
    51: "a pattern that a library writes",
    52: "how large an event may be",
    53: "what PutEvents refuses",
}


def test_every_surprise_is_either_a_case_or_has_its_reason():
    assert sorted([*SHAPES, *NOT_OF_THE_SHAPE]) == list(range(1, 54))


@pytest.mark.parametrize(
    ("number", "surprise"),
    [(number, surprise) for number, found in SHAPES.items() for surprise in found],
    ids=lambda value: value.case if isinstance(value, Surprise) else str(value),
)
def test_a_case_has_the_surprise_of_its_number(number, surprise):
    named = case(surprise.case)
    assert oracle.accepts(named.kind, named.event)
    assert surprise.holds(named.event), (number, named.text)


@pytest.mark.parametrize("kind", kind_names())
def test_the_single_choices_are_among_the_listed_cases(kind):
    """Whoever asks for all cases gets the surprises too."""
    listed = {one.id for one in edge_cases(kind)}
    for found in SHAPES.values():
        for surprise in found:
            if surprise.case.startswith(f"{kind}/") and "+" not in surprise.case:
                assert case(surprise.case).id in listed, surprise.case


def test_a_surprise_is_not_what_every_event_has():
    """A property that the ordinary event of another kind shares would say little."""
    for number in (1, 2, 3, 9, 11, 12, 17, 18, 21, 22, 29, 30, 31):
        for surprise in SHAPES[number]:
            kind, _, name = surprise.case.partition("/")
            if name not in ("ordinary", "failed", "sample"):
                assert not surprise.holds(case(f"{kind}/ordinary").event), surprise.case


def test_scans_of_other_resources_are_strangers():
    scan = case("inspector-scan/ordinary").event
    del scan["detail"]["repository-name"]
    scan["detail"]["instance-id"] = "i-0123456789abcdef0"
    assert not isinstance(kind_or_violation(scan), str)
    assert [found.severity.value for found in validate(scan)] == ["note"]


def test_samples_have_misprints():
    """No JSON, no day of the calendar, no digest, no id: all of it is printed."""
    printed = [sample for kind in kind_names() for sample in documented_samples(kind)]
    places = {path.rpartition(".")[2] for sample in printed for path in sample.defects}
    assert {"$", "id", "time", "image-digest"} <= places
