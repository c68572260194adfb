"""The schema files: what AWS sends is admitted, and said to be so by somebody else's validator."""

import copy
import hashlib
import json

import jsonschema
import pytest

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Evidence, Severity
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import schema_documents
from ecr_contracts.events.provenance import provenance
from ecr_contracts.events.validation import validate
from tests import oracle
from tests.rows import in_one_test

# The samples as AWS prints them; those of the other kinds: `compile/test_samples.py`.
SAMPLES = {
    "delete": "d02b869153f299866bb9fa619a19665798baf62c9392a505a22c4e581c8ebff7",
    "push": "90e0058d6859ad8e9857f7c9a1ebe123a128e0fb56a972fd4973646814e6858b",
    "scan": "15d291cf25d2e863ef61ae848666dfedadf20ffa745bdd6c08895474fdc8d2c9",
}

REGIONS = {
    "aws": "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 "
    "ap-south-1 ap-south-2 "
    "ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 "
    "ap-southeast-7 "
    "ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 "
    "eu-west-2 eu-west-3 "
    "il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 "
    "us-west-2",
    "aws-cn": "cn-north-1 cn-northwest-1",
    "aws-us-gov": "us-gov-east-1 us-gov-west-1",
    "aws-eusc": "eusc-de-east-1",
    "aws-iso": "us-iso-east-1 us-iso-west-1",
    "aws-iso-b": "us-isob-east-1 us-isob-west-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-east-1 us-isof-south-1",
}

# The partitions and regions that do not offer what sends a kind.
_NO_INSPECTOR = ("aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "ap-southeast-6")
WITHOUT = {
    "pull-through-cache": ("aws-cn", "aws-us-gov"),
    "inspector-coverage": _NO_INSPECTOR,
    "inspector-finding": _NO_INSPECTOR,
    "inspector-scan": _NO_INSPECTOR,
}

DIGEST = "sha256:" + "4e" * 32
DOCKER = {
    "manifest-media-type": "application/vnd.docker.distribution.manifest.v2+json",
    "artifact-media-type": "application/vnd.docker.container.image.v1+json",
}
OCI = {
    "manifest-media-type": "application/vnd.oci.image.manifest.v1+json",
    "artifact-media-type": "application/vnd.oci.image.config.v1+json",
}


def sample(kind):
    return oracle.sample(kind).read_bytes()


def image_action(
    action="PUSH", event_id="3c1d0a9e-52b7-4d6f-8a43-0b1e2f3a4c5d", region="eu-west-1", **detail
):
    """A push or delete; a key set to None is left out."""
    found = {
        "result": "SUCCESS",
        "repository-name": "shop/cart",
        "image-digest": DIGEST,
        "action-type": action,
        "image-tag": "latest",
    } | {key.replace("_", "-"): value for key, value in detail.items()}
    return {
        "version": "0",
        "id": event_id,
        "detail-type": "ECR Image Action",
        "source": "aws.ecr",
        "account": "123456789012",
        "time": "2023-05-17T09:41:22Z",
        "region": region,
        "resources": [],
        "detail": {key: value for key, value in found.items() if value is not None},
    }


def scan(region="us-west-2", partition="aws", **detail):
    """A scan; a key set to None is left out."""
    found = {
        "scan-status": "COMPLETE",
        "repository-name": "shop/cart",
        "image-digest": DIGEST,
        "image-tags": ["latest"],
        "finding-severity-counts": {"HIGH": 1},
    } | {key.replace("_", "-"): value for key, value in detail.items()}
    return {
        "version": "0",
        "id": "5e0c7b1a-9d24-c3f8-7b65-1f2e3d4c5b6a",
        "detail-type": "ECR Image Scan",
        "source": "aws.ecr",
        "account": "123456789012",
        "time": "2022-01-05T10:12:33Z",
        "region": region,
        "resources": [
            f"arn:{partition}:ecr:{region}:123456789012:repository/{found['repository-name']}"
        ],
        "detail": {key: value for key, value in found.items() if value is not None},
    }


# What AWS may send according to its registry and its documentation, captured or not.
ADMITTED = {
    "scan: no count of any severity": scan(finding_severity_counts={}),
    "scan: no counts at all": scan(finding_severity_counts=None),
    "scan: failed, without counts": scan(scan_status="FAILED", finding_severity_counts=None),
    "scan: failed, with counts": scan(scan_status="FAILED"),
    "scan: a status nobody has seen": scan(scan_status="UNSUPPORTED_IMAGE"),
    "scan: counts that are whole floats": scan(finding_severity_counts={"HIGH": 1.0, "LOW": 0.0}),
    "scan: a severity nobody has seen": scan(finding_severity_counts={"UNTRIAGED": 2, "TOTAL": 2}),
    "scan: no tags key": scan(image_tags=None),
    "scan: many tags": scan(image_tags=[f"build-{number}" for number in range(1000)]),
    "scan: the longest tags": scan(image_tags=["a" * 300, "b" * 128]),
    "scan: no digest": scan(image_digest=None),
    "scan: no resources": scan() | {"resources": []},
    "push: no tag": image_action(image_tag=None),
    "push: empty tag": image_action(image_tag=""),
    "push: the longest tag of the API": image_action(image_tag="a" * 300),
    "push: the longest tag of the grammar": image_action(image_tag="a" * 128),
    "push: the longest name": image_action(repository_name="a" * 256),
    "push: the shortest name": image_action(repository_name="ab"),
    "push: no digest": image_action(image_digest=None),
    "push: a digest of four digits": image_action(image_digest="sha256:1234"),
    "push: an ARN": image_action()
    | {"resources": ["arn:aws:ecr:eu-west-1:123456789012:repository/shop/cart"]},
    "push: two ARNs": image_action()
    | {"resources": ["arn:aws:ecr:eu-west-1:123456789012:repository/shop/cart"] * 2},
    "push: one media type": image_action(artifact_media_type="text/sbom+json"),
    "push: a result nobody has seen": image_action(result="PARTIAL"),
    "push: replayed": image_action() | {"replay-name": "replay-1"},
    "push: an id as AWS prints it": image_action(event_id="85fc3613-e913-7fc4-a80c-EXAMPLE"),
    "push: an account that begins with zero": image_action() | {"account": "012345678901"},
    "push: a region nobody has seen": image_action(region="rp-north-1"),
    "push: a date that no calendar has": image_action() | {"time": "2023-02-29T09:41:22Z"},
    "delete: no tag": image_action("DELETE", image_tag=None),
    "delete: empty tag": image_action("DELETE", image_tag=""),
    "delete: failed": image_action("DELETE", result="FAILURE"),
    "delete: media types": image_action("DELETE", **OCI),
    "delete: replayed": image_action("DELETE") | {"replay-name": "replay-1"},
    "delete: an ARN": image_action("DELETE")
    | {"resources": ["arn:aws-cn:ecr:cn-north-1:123456789012:repository/ab"]},
}

# Each is wrong in one way, which stands in its name: the place first, the keyword after it.
REFUSED = {
    "version const": image_action() | {"version": "1"},
    "version const number": image_action() | {"version": 0},
    "id pattern": image_action(event_id="85fc3613-e913-7fc4-a80c-a3753e4aa9a"),
    "id pattern short": image_action(event_id="4f5ec4d51b3af49e393b7c2d1e0f9a8b"),
    "id maxLength": image_action(event_id="4f5ec4d5-1b3a-f49e-393b-7c2d1e0f9a8b\n"),
    "account type": image_action() | {"account": 123456789012},
    "account pattern": image_action() | {"account": "1234-5678-9012"},
    "account pattern foreign digits": image_action() | {"account": "١٢٣٤٥٦٧٨٩٠١٢"},
    "account maxLength": image_action() | {"account": "123456789012\n"},
    "time pattern": image_action() | {"time": "2023-05-17 09:41:22"},
    "time pattern offset": image_action() | {"time": "2023-05-17T09:41:22+00:00"},
    "time pattern fraction": image_action() | {"time": "2023-05-17T09:41:22.000Z"},
    "time type": image_action() | {"time": 1684316482},
    "region minLength": image_action(region=""),
    "resources type": image_action() | {"resources": None},
    "replay-name type": image_action() | {"replay-name": None},
    "detail.result type": image_action(result=True),
    "detail.repository-name minLength": image_action(repository_name="a"),
    "detail.repository-name maxLength": image_action(repository_name="a" * 257),
    "detail.image-digest type": image_action(image_digest=["sha256:1234"]),
    "detail.image-tag type": image_action(image_tag=["latest"]),
    "detail.image-tag type number": image_action(image_tag=3862),
    "detail.image-tag maxLength": image_action(image_tag="a" * 301),
    "detail.image-tags type": scan(image_tags="latest"),
    "detail.finding-severity-counts type": scan(finding_severity_counts=[]),
    "detail.finding-severity-counts.HIGH type boolean": scan(
        finding_severity_counts={"HIGH": True}
    ),
    "detail.finding-severity-counts.HIGH type text": scan(finding_severity_counts={"HIGH": "1"}),
    "detail.finding-severity-counts.HIGH type null": scan(finding_severity_counts={"HIGH": None}),
    "detail.finding-severity-counts.HIGH type fraction": scan(
        finding_severity_counts={"HIGH": 1.5}
    ),
    "detail.finding-severity-counts.HIGH minimum": scan(finding_severity_counts={"HIGH": -1}),
}


# The keys that events of each kind always have, by the path of their object.
_ACTION = {"result", "repository-name", "action-type"}
_STORAGE = {*_ACTION, "target-storage-class"}
_RECORD = {"eventSource", "eventName", "eventType"}
_IMAGE = "$.detail.resources[0].details.awsEcrContainerImage"
REQUIRED = {
    "archive": {"$.detail": _STORAGE},
    "artifact-action": {},
    "cloudtrail-api-call": {
        "$.detail": _RECORD,
        "$.detail.responseElements.image": {"imageId"},
    },
    "cloudtrail-service-event": {"$.detail": _RECORD},
    "delete": {"$.detail": _ACTION},
    "inspector-coverage": {
        "$.detail": {"scanStatus"},
        "$.detail.scanStatus": {"reason", "statusCodeValue"},
    },
    "inspector-finding": {
        "$.detail": {"findingArn", "resources", "severity", "status"},
        "$.detail.packageVulnerabilityDetails": {"vulnerabilityId", "source"},
        "$.detail.resources[0]": {"details", "id", "type"},
        _IMAGE: {"repositoryName", "imageHash", "registry"},
    },
    "inspector-scan": {"$.detail": {"scan-status", "repository-name"}},
    "pull-through-cache": {
        "$.detail": {
            *("sync-status", "ecr-repository-prefix", "repository-name"),
            "upstream-registry-url",
        }
    },
    "push": {"$.detail": _ACTION},
    "referrer-restore": {"$.detail": _STORAGE},
    "replication": {"$.detail": {*_ACTION, "image-digest", "source-account", "source-region"}},
    "restore": {"$.detail": _STORAGE},
    "scan": {"$.detail": {"scan-status", "repository-name"}},
    "scan-resource-change": {
        "$.detail": {"action-type", "repositories"},
        "$.detail.repositories[0]": {"repository-name", "repository-arn"},
    },
}


def kind_of(event):
    return (
        "scan"
        if event["detail-type"] == "ECR Image Scan"
        else event["detail"]["action-type"].lower()
    )


def problems(event, severity=Severity.ERROR):
    return [found for found in validate(event, kind_of(event)) if found.severity is severity]


@pytest.mark.parametrize("name", sorted(oracle.documents()))
def test_every_file_is_a_schema_of_draft_2020_12(name):
    schema = oracle.documents()[name]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (
        list(
            jsonschema.Draft202012Validator(
                jsonschema.Draft202012Validator.META_SCHEMA
            ).iter_errors(schema)
        )
        == []
    )


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_samples_are_byte_for_byte_those_of_aws(kind):
    assert hashlib.sha256(sample(kind)).hexdigest() == SAMPLES[kind]


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_samples_validate_as_printed(kind):
    event = json.loads(sample(kind))
    assert oracle.faults(oracle.judge(kind), event) == []
    assert [found for found in validate(event) if found.severity is Severity.ERROR] == []


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_only_advice_on_a_sample_is_its_digest_of_60_digits(kind):
    assert [found.path for found in validate(json.loads(sample(kind)))] == ["$.detail.image-digest"]


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_the_baseline_validates_without_a_remark(kind):
    baseline = oracle.schema(kind)["x-ecr"]["baseline"]
    assert oracle.accepts(kind, baseline)
    assert validate(baseline) == ()


@pytest.mark.parametrize("name", ADMITTED)
def test_what_aws_may_send_is_admitted(name):
    event = ADMITTED[name]
    assert kind_of(event) == name.partition(":")[0]
    assert oracle.faults(oracle.judge(kind_of(event)), event) == []
    assert problems(event) == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_in_one_way_is_refused_once(name):
    event = REFUSED[name]
    place, keyword = name.split()[:2]
    errors = list(oracle.judge(kind_of(event)).iter_errors(event))
    assert {".".join(map(str, error.absolute_path)) for error in errors} == {place}
    assert keyword in {error.validator for error in errors}
    [found] = problems(event)
    assert (found.path, found.keyword) == (f"$.{place}", keyword)


@pytest.mark.parametrize(
    "severities", [("CRITICAL",), ("HIGH", "LOW"), ("UNDEFINED", "INFORMATIONAL", "MEDIUM")]
)
def test_any_severities_may_be_missing(severities):
    event = scan(finding_severity_counts=dict.fromkeys(severities, 2))
    assert oracle.accepts("scan", event)
    assert validate(event) == ()


@in_one_test
@pytest.mark.parametrize(
    "severity", ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED"]
)
@pytest.mark.parametrize(
    ("count", "admitted"),
    [
        (0, True),
        (1, True),
        (1.0, True),
        (10**12, True),
        (-1, False),
        (True, False),
        (0.5, False),
        ("1", False),
        (None, False),
    ],
)
def test_a_count_is_a_natural_number(severity, count, admitted):
    event = scan(finding_severity_counts={severity: count})
    assert oracle.accepts("scan", event) is admitted
    assert (problems(event) == []) is admitted


@pytest.mark.parametrize("digit", "12357 8ce".replace(" ", ""))
def test_the_version_digits_of_captured_ids_are_admitted(digit):
    event = image_action(event_id=f"4f5ec4d5-1b3a-{digit}49e-393b-7c2d1e0f9a8b")
    assert oracle.accepts("push", event)
    assert validate(event) == ()
    assert reader.contract("push").recognise(event)["$.id"] == "not-v4"


@in_one_test
@pytest.mark.parametrize("kind", oracle.KINDS)
@pytest.mark.parametrize(
    ("partition", "region"),
    [(partition, region) for partition, regions in REGIONS.items() for region in regions.split()],
)
def test_every_region_is_known_with_its_partition(kind, partition, region):
    event = copy.deepcopy(oracle.schema(kind)["x-ecr"]["baseline"]) | {"region": region}
    assert oracle.accepts(kind, event)
    without = WITHOUT.get(kind, ())
    is_offered = partition not in without and region not in without
    assert [violation.path for violation in validate(event)] == ([] if is_offered else ["$.region"])
    known = reader.contract(kind).recognise(event)["$.region"]
    assert known == (partition if is_offered else None)


def test_no_region_is_listed_that_is_not_known():
    listed = {
        choice.label: set(choice.values)
        for choice in reader.contract("push").by_path["$.region"].choices
    }
    assert listed == {partition: set(regions.split()) for partition, regions in REGIONS.items()}


@pytest.mark.parametrize("partition", REGIONS)
def test_arns_of_every_partition_are_admitted(partition):
    event = scan(region=REGIONS[partition].split()[0], partition=partition)
    assert oracle.accepts("scan", event)
    assert validate(event) == ()


def objects(value, steps=()):
    """The paths of all objects within a value, itself included."""
    if isinstance(value, dict):
        yield steps
        for key, inner in value.items():
            yield from objects(inner, (*steps, key))


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_a_key_may_be_added_anywhere(kind):
    """AWS adds fields without a change of version."""
    baseline = oracle.schema(kind)["x-ecr"]["baseline"]
    places = list(objects(baseline))
    assert {(), ("detail",)} <= set(places)
    for steps in places:
        for value in (None, True, 7, "text", [1], {"deep": {}}):
            event = copy.deepcopy(baseline)
            json_path.at(event, steps)["brand-new-field"] = value
            assert oracle.accepts(kind, event)
            assert validate(event) == ()


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_every_key_but_the_required_ones_may_be_missing(kind):
    required = {
        "$": {
            "version",
            "id",
            "detail-type",
            "source",
            "account",
            "time",
            "region",
            "resources",
            "detail",
        },
    } | REQUIRED[kind]
    baseline = oracle.schema(kind)["x-ecr"]["baseline"]
    for steps in objects(baseline):
        for key in json_path.at(baseline, steps):
            event = copy.deepcopy(baseline)
            del json_path.at(event, steps)[key]
            assert oracle.accepts(kind, event) is (
                key not in required.get(json_path.show(steps), ())
            )


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_everything_that_varies_is_described(kind):
    """Each has a title, a description and an annotation, in the files themselves."""
    for facet in reader.contract(kind).varying:
        said = oracle.said_of(kind, facet.steps)
        for word in ("title", "description", "x-ecr"):
            assert any(word in node for node in said), f"{facet.path} has no {word}"


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_every_choice_states_its_evidence(kind):
    for facet in reader.contract(kind).varying:
        stated, removed = set(), set()
        for node in oracle.said_of(kind, facet.steps):
            for label, choice in node.get("x-ecr", {}).get("choices", {}).items():
                if choice is None:
                    removed.add(label)
                elif "evidence" in choice and label not in removed:
                    stated.add(label)
        assert stated == {choice.label for choice in facet.choices}, facet.path


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_every_key_of_an_event_is_described(kind):
    baseline = oracle.schema(kind)["x-ecr"]["baseline"]
    for steps in objects(baseline):
        for key in json_path.at(baseline, steps):
            said = oracle.said_of(kind, (*steps, key))
            assert any("title" in node for node in said), key
            assert any("description" in node for node in said), key


def test_the_title_of_a_kind_and_where_it_is_known_from_stand_in_its_schema():
    for kind in oracle.KINDS:
        schema = oracle.schema(kind)
        assert schema["title"].lower() == f"{kind.replace('-', ' ').removesuffix(' event')} event"
        assert schema["x-ecr"]["source"]["documented"], kind


def test_no_description_says_what_a_source_says():
    """Where a claim comes from stands once, beside its evidence, where `kinds` finds it."""
    for path, document in schema_documents().items():
        assert "Source:" not in json.dumps(document), path


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_nothing_is_captured_in_the_detail_of_a_kind_that_nobody_captured(kind):
    known = provenance(kind)
    is_captured = any(source.evidence is Evidence.CAPTURED for source in known.sources)
    captured = [
        (field.path, claim.choice.label)
        for field in known.fields
        for claim in field.claims
        if claim.choice.evidence is Evidence.CAPTURED and field.path.startswith("$.detail.")
    ]
    assert is_captured or not captured
