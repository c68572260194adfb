"""What rests on which fact: the table of places in the schemas, and of the code that reads models.

The table stands here and not in the schemas: one fact bears places of several schemas, only those
who maintain the schemas need it, and a schema stays what its users read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from ecr_contracts.events.compile.reader import contract
from ecr_contracts.events.kinds import kind_names, schema_path
from ecr_contracts.events.model import Facet
from generators.upstream.facts import Facts


@dataclass(frozen=True, slots=True)
class Link:
    """Choices of a facet of a kind that rest on a fact, and why.

    Where the fact lists values, `listed` says what of the facet has to be among them: the values of
    the choices, the facet's own key, or nothing.
    """

    kind: str
    path: str
    choices: tuple[str, ...]
    because: str
    listed: Literal["values", "key", ""] = ""

    def __str__(self) -> str:
        return f"schemas/{schema_path(self.kind)} {self.path}: {', '.join(self.choices)}"

    def problem(self, fact: str, facts: Facts) -> str | None:
        """Why nothing rests on the fact by this link, if so: no such place, choice or value."""
        if self.kind not in kind_names():
            return f"there is no kind {self.kind!r}"
        facet = contract(self.kind).by_path.get(self.path)
        if facet is None:
            return f"{schema_path(self.kind)} has no {self.path}"
        if not self.choices:
            return f"no choice of {schema_path(self.kind)} {self.path} is named"
        return next(self._problems_of_choices(facet, facts.get(fact, {}).get("enum", ())), None)

    def _problems_of_choices(self, facet: Facet, listed: Sequence[str]) -> Iterator[str]:
        place = f"{schema_path(self.kind)} {self.path}"
        if self.listed == "key" and facet.steps[-1] not in listed:
            yield f"{place}: the fact does not list {facet.steps[-1]!r}"
        for label in self.choices:
            if label not in facet.labels:
                yield f"{place} has no choice {label!r}"
            elif self.listed == "values":
                for value in facet[label].values:
                    if value not in listed:
                        yield f"{place} {label}: the fact does not list its value {value!r}"


@dataclass(frozen=True, slots=True)
class CodeLink:
    """A word in a module that rests on a fact, and why."""

    module: str
    word: str
    because: str

    def __str__(self) -> str:
        return f"{self.module}: {self.word}"

    def problem(
        self, fact: str, facts: Facts, root: Path = Path(__file__).parents[2]
    ) -> str | None:
        """Why nothing rests on the fact by this link, if so: no such module, or word in it."""
        file = root / self.module
        if not file.is_file():
            return f"there is no {self.module}"
        if self.word not in file.read_text("utf-8"):
            return f"{self.module} has no {self.word!r}"
        return None


AnyLink = Link | CodeLink

_SCAN, _PUSH = "scan", "push"
_CHANGE, _CACHE = "scan-resource-change", "pull-through-cache"
_CALL, _SERVICE_EVENT = "cloudtrail-api-call", "cloudtrail-service-event"
_FINDING, _COVERAGE, _ENHANCED = "inspector-finding", "inspector-coverage", "inspector-scan"
_COUNTS = "$.detail.finding-severity-counts"
_REQUEST, _ANSWER = "$.detail.requestParameters", "$.detail.responseElements"
_DETAILS = "$.detail.serviceEventDetails"
_IMAGE = "$.detail.resources[0].details.awsEcrContainerImage"
_SUBSCRIBERS = "ecr_contracts/discovery/iac/cloudformation/subscribers.py"

_WORDS = "the words of events are those of the API"
_KEYS = "CloudTrail records the members of requests and answers"
_NAMES = "names in events are what the API admits"
_REGISTRY = "fields, and which may be absent, are those of the schema registry"

LINKS: Mapping[str, tuple[AnyLink, ...]] = MappingProxyType(
    {
        # --- ECR: words of events
        "botocore:ecr:ScanStatus": (
            Link(_SCAN, "$.detail.scan-status", ("complete", "failed"), _WORDS, "values"),
        ),
        "botocore:ecr:FindingSeverity": tuple(
            Link(
                _SCAN,
                f"{_COUNTS}.{key}",
                ("absent", "zero", "some"),
                "each severity is a key",
                "key",
            )
            for key in ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")
        ),
        "botocore:ecr:SeverityCount": (
            Link(
                _SCAN, f"{_COUNTS}.CRITICAL", ("zero", "some"), "a count is no less than its bound"
            ),
        ),
        "botocore:ecr:ScanFrequency": (
            Link(
                _CHANGE,
                "$.detail.repositories[0].scan-frequency",
                ("on-push", "continuous", "manual"),
                _WORDS,
                "values",
            ),
            Link(
                _CHANGE,
                "$.detail.repositories[0].previous-scan-frequency",
                ("on-push", "continuous", "manual"),
                _WORDS,
                "values",
            ),
        ),
        "botocore:ecr:ScanType": (
            Link(_CHANGE, "$.detail.scan-type", ("enhanced", "basic"), _WORDS, "values"),
        ),
        "botocore:ecr:TargetStorageClass": (
            Link("archive", "$.detail.target-storage-class", ("only",), _WORDS, "values"),
            Link("restore", "$.detail.target-storage-class", ("only",), _WORDS, "values"),
            Link("referrer-restore", "$.detail.target-storage-class", ("only",), _WORDS, "values"),
            Link(_SERVICE_EVENT, f"{_DETAILS}.targetStorageClass", ("standard",), _WORDS, "values"),
        ),
        "botocore:ecr:ImageStatus": (
            Link(
                _SERVICE_EVENT, f"{_DETAILS}.imageStatus", ("active", "archived"), _WORDS, "values"
            ),
        ),
        "botocore:ecr:ImageFailureCode": (
            Link(
                _CACHE,
                "$.detail.failure-code",
                ("denied", "unavailable"),
                "which codes events bear is documented nowhere: they are taken from this list",
            ),
            Link(
                _SERVICE_EVENT,
                f"{_DETAILS}.lifecycleEventFailureDetails[0].failureCode",
                ("referenced",),
                _WORDS,
                "values",
            ),
        ),
        "botocore:ecr:UpstreamRegistry": (
            Link(
                _CACHE,
                "$.detail.upstream-registry-url",
                ("public", "other"),
                "each upstream has an address of its own",
            ),
        ),
        "botocore:ecr:ReplicationRule": (
            Link(
                "replication",
                "$.detail.action-type",
                ("only",),
                "a rule may replicate deletions (deleteReplication); which event the destination "
                "sends for one is stated nowhere",
            ),
        ),
        "botocore:ecr:DeleteReplication": (
            Link("replication", "$.detail.action-type", ("only",), "off unless a rule says so"),
        ),
        "botocore:ecr:ReplicationStatus": (
            Link(
                "replication",
                "$.detail.result",
                ("failed",),
                "the API's word for a failed replication is that of the printed event",
            ),
        ),
        # --- ECR: names and bounds
        "botocore:ecr:RepositoryName": (
            Link(
                _PUSH,
                "$.detail.repository-name",
                ("plain", "longest", "punctuated", "namespaced", "deep"),
                _NAMES,
            ),
        ),
        "botocore:ecr:ImageTag": (
            Link(
                _PUSH,
                "$.detail.image-tag",
                ("longest", "plain"),
                "a tag has as many characters as the API admits",
            ),
        ),
        "botocore:ecr:ImageDigest": (
            Link(_PUSH, "$.detail.image-digest", ("sha256",), "the API puts no bounds on it"),
        ),
        "botocore:ecr:RegistryId": (
            Link(_PUSH, "$.account", ("plain", "leading-zero"), "an account is a registry's id"),
        ),
        "botocore:ecr:ImageManifest": (
            Link(_CALL, f"{_REQUEST}.imageManifest", ("json", "absent"), _KEYS),
        ),
        # --- ECR: requests and answers, which CloudTrail records
        "botocore:ecr:PutImageRequest": (
            Link(_CALL, f"{_REQUEST}.repositoryName", ("plain", "namespaced"), _KEYS),
            Link(_CALL, f"{_REQUEST}.imageTag", ("latest", "plain", "absent"), _KEYS),
            Link(_CALL, f"{_REQUEST}.imageManifest", ("json",), _KEYS),
        ),
        "botocore:ecr:PutImageResponse": (Link(_CALL, f"{_ANSWER}.image", ("present",), _KEYS),),
        "botocore:ecr:Image": (
            Link(_CALL, f"{_ANSWER}.image.imageId", ("present",), _KEYS),
            Link(_CALL, f"{_ANSWER}.image.repositoryName", ("plain",), _KEYS),
        ),
        "botocore:ecr:ImageIdentifier": (
            Link(_CALL, f"{_ANSWER}.image.imageId.imageTag", ("plain", "absent"), _KEYS),
            Link(_CALL, f"{_ANSWER}.image.imageId.imageDigest", ("sha256",), _KEYS),
            Link(_CALL, f"{_REQUEST}.imageIds[0].imageTag", ("absent", "plain"), _KEYS),
        ),
        "botocore:ecr:BatchDeleteImageRequest": (
            Link(_CALL, f"{_REQUEST}.imageIds", ("one", "several"), _KEYS),
        ),
        "botocore:ecr:BatchDeleteImageResponse": (
            Link(_CALL, f"{_ANSWER}.imageIds", ("empty", "one", "several"), _KEYS),
        ),
        "botocore:ecr:CreateRepositoryRequest": (
            Link(_CALL, f"{_REQUEST}.repositoryName", ("plain", "namespaced"), _KEYS),
        ),
        "botocore:ecr:CreateRepositoryResponse": (
            Link(_CALL, f"{_ANSWER}.repository", ("present",), _KEYS),
        ),
        "botocore:ecr:DeleteRepositoryResponse": (
            Link(_CALL, f"{_ANSWER}.repository", ("present",), _KEYS),
        ),
        "botocore:ecr:Repository": (
            Link(_CALL, f"{_ANSWER}.repository.repositoryName", ("plain",), _KEYS),
            Link(_CALL, f"{_ANSWER}.repository.repositoryArn", ("same",), _KEYS),
            Link(_CALL, f"{_ANSWER}.repository.createdAt", ("absent", "words"), _KEYS),
        ),
        "botocore:ecr:ImageTagMutability": (
            Link(_CALL, f"{_ANSWER}.repository", ("present",), f"{_KEYS}; not generated"),
        ),
        "botocore:ecr:EncryptionType": (
            Link(_CALL, f"{_ANSWER}.repository", ("present",), f"{_KEYS}; not generated"),
        ),
        # --- Inspector
        "botocore:inspector2:Severity": (
            Link(
                _FINDING,
                "$.detail.severity",
                ("informational", "low", "medium", "high", "critical", "untriaged"),
                _WORDS,
                "values",
            ),
            *(
                Link(
                    _ENHANCED,
                    f"{_COUNTS}.{key}",
                    ("absent", "zero", "some"),
                    "each severity may be a key; samples show these three and TOTAL",
                    "key",
                )
                for key in ("CRITICAL", "HIGH", "MEDIUM")
            ),
        ),
        "botocore:inspector2:FindingStatus": (
            Link(_FINDING, "$.detail.status", ("active", "suppressed", "closed"), _WORDS, "values"),
        ),
        "botocore:inspector2:FindingType": (
            Link(_FINDING, "$.detail.type", ("package",), _WORDS, "values"),
        ),
        "botocore:inspector2:ExploitAvailable": (
            Link(_FINDING, "$.detail.exploitAvailable", ("not", "yes"), _WORDS, "values"),
        ),
        "botocore:inspector2:FixAvailable": (
            Link(_FINDING, "$.detail.fixAvailable", ("yes", "not", "partial"), _WORDS, "values"),
        ),
        "botocore:inspector2:Finding": (
            Link(
                _FINDING, "$.detail", ("present",), "the fields of the event are those of the API"
            ),
        ),
        "botocore:inspector2:Resource": (
            Link(
                _FINDING,
                "$.detail.resources[0]",
                ("present",),
                "a resource of another cloud names its provider",
            ),
        ),
        "botocore:inspector2:ResourceType": (
            Link(
                _FINDING,
                "$.detail.resources[0].type",
                ("ecr",),
                "images of other clouds have types of their own",
            ),
        ),
        "botocore:inspector2:ResourceDetails": (
            Link(
                _FINDING,
                _IMAGE,
                ("present",),
                "a key for each sort of resource; images of other clouds have `image`",
            ),
        ),
        "botocore:inspector2:AwsEcrContainerImageDetails": (
            Link(_FINDING, f"{_IMAGE}.imageHash", ("sha256",), "what is known of an image"),
            Link(
                _FINDING,
                f"{_IMAGE}.imageTags",
                ("absent", "one", "several"),
                "an image may have no tags",
            ),
            Link(_FINDING, f"{_IMAGE}.registry", ("account",), "what is known of an image"),
        ),
        "botocore:inspector2:PackageVulnerabilityDetails": (
            Link(
                _FINDING,
                "$.detail.packageVulnerabilityDetails",
                ("present", "absent"),
                "what is known of a vulnerability",
            ),
        ),
        "botocore:inspector2:Provider": (
            Link(
                _FINDING,
                "$.detail.resources[0].type",
                ("ecr",),
                "resources of other clouds are admitted and not generated",
            ),
        ),
        "botocore:inspector2:ScanStatusCode": (
            Link(
                _COVERAGE,
                "$.detail.scanStatus.statusCodeValue",
                ("active", "inactive"),
                _WORDS,
                "values",
            ),
        ),
        "botocore:inspector2:ScanStatusReason": (
            Link(
                _COVERAGE,
                "$.detail.scanStatus.reason",
                ("successful", "too-large", "media-type", "os", "expired", "archived"),
                _WORDS,
                "values",
            ),
        ),
        "botocore:inspector2:ScanType": (
            Link(_COVERAGE, "$.detail.scanType", ("package",), _WORDS, "values"),
        ),
        # --- buses of version 2: no place of a schema rests on these, but how events arrive
        "botocore:eventbridgev2:TransformerType": (
            CodeLink(
                "ecr_contracts/eventbridge/envelopes/bus_v2.py",
                "WITH_METADATA",
                "an event comes bare, with metadata, or as an expression makes it",
            ),
        ),
        "botocore:eventbridgev2:BatchConfiguration": (
            CodeLink(_SUBSCRIBERS, "MaxBatchSize", "a batch of one comes without a list"),
        ),
        "botocore:eventbridgev2:FilterScope": (
            CodeLink(_SUBSCRIBERS, "SYSTEM_METADATA", "a filter is about one part of a delivery"),
        ),
        "botocore:eventbridgev2:Filter": (
            CodeLink(_SUBSCRIBERS, "Pattern", "a filter has a pattern and a scope"),
        ),
        "botocore:eventbridgev2:AwsServiceEventsSourceConfiguration": (
            CodeLink(
                _SUBSCRIBERS,
                "AwsServiceEventsConfiguration",
                "an event source forwards what a service sends",
            ),
        ),
        "botocore:events:EventResource": (
            Link(_PUSH, "$.resources", ("arn",), "an ARN is as long as EventBridge admits"),
        ),
        # --- the schema registry, as the service spec has it
        "service-spec:ECRImageAction": (
            Link(_PUSH, "$.detail.image-tag", ("absent",), _REGISTRY),
            Link(_PUSH, "$.detail.image-digest", ("absent",), _REGISTRY),
            Link("delete", "$.detail.image-tag", ("absent",), _REGISTRY),
            Link("archive", "$.detail.image-tag", ("plain",), _REGISTRY),
            Link("restore", "$.detail.last-activated-at", ("absent",), _REGISTRY),
        ),
        "service-spec:ECRImageScan": (
            Link(_SCAN, _COUNTS, ("absent",), _REGISTRY),
            Link(_SCAN, "$.detail.image-digest", ("absent",), _REGISTRY),
            Link(_SCAN, "$.detail.image-tags", ("absent",), _REGISTRY),
        ),
        "service-spec:ECRPullThroughCacheAction": (
            Link(_CACHE, "$.detail.failure-code", ("absent", "denied"), _REGISTRY),
            Link(_CACHE, "$.detail.image-tag", ("absent",), _REGISTRY),
            Link(_CACHE, "$.detail.image-digest", ("absent",), _REGISTRY),
        ),
        "service-spec:ECRReferrerAction": (
            Link("referrer-restore", "$.detail.image-tag", ("plain",), _REGISTRY),
        ),
        "service-spec:ECRReplicationAction": (
            Link("replication", "$.detail.image-digest", ("sha256",), _REGISTRY),
        ),
        "service-spec:AWSAPICallViaCloudTrail": (
            Link(
                _CALL,
                _ANSWER,
                ("present", "null"),
                "its schema was made of one record: other calls do not fit it",
            ),
        ),
    }
)
"""The facts that are recorded, by their ids, each with what rests on it."""


def problems(
    facts: Facts, links: Mapping[str, tuple[AnyLink, ...]] = LINKS
) -> Iterator[tuple[str, str]]:
    """The ids of facts on which nothing rests, or by a wrong link, each with what is wrong."""
    for fact in dict.fromkeys([*facts, *links]):
        if not links.get(fact):
            yield fact, "no schema and no choice rests on it: name them in links.py, or forget it"
        for link in links.get(fact, ()):
            problem = link.problem(fact, facts)
            if problem is not None:
                yield fact, problem
