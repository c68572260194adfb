"""Answers of Amazon ECR that say what the event in hand says: the same repository, digest, tags, status and counts.

Nothing here fails of itself: of an image that the event does not name, it tells what the call
names. What follows a DELETE is not documented, so that such an image is still there.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ecr_contracts.core.placeholders import ACCOUNT, REGION, arn
from ecr_contracts.eventbridge.envelopes.stamps import SUFFIXES, partition
from ecr_contracts.runtime.sandbox.aws.synthesis import LATER, NOW

__all__ = ["Image", "ecr_answer", "event_images", "inspector_findings"]

SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")
_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
_CONFIG = "application/vnd.docker.container.image.v1+json"
_PAGE = 100
_MOST = 1000  # findings that are told one by one: a count can be a million
_SIZE = 31_457_280


@dataclass(frozen=True, slots=True)
class Image:
    """An image of a repository, as an event or a call names it.

    `status` is that of its scan, `None` when nothing was said; `counts` those of its findings by
    severity.
    """

    account: str
    region: str
    repository: str
    digest: str
    tags: tuple[str, ...] = ()
    status: str | None = None
    counts: Mapping[str, int] | None = None
    pushed: datetime = NOW
    media_type: str = _MANIFEST

    @property
    def id(self) -> dict[str, str]:
        """The identifier, with the first tag if there is any."""
        return {"imageDigest": self.digest} | ({"imageTag": self.tags[0]} if self.tags else {})

    @property
    def named(self) -> dict[str, str]:
        """Its registry and repository."""
        return {"registryId": self.account, "repositoryName": self.repository}


def event_images(events: Iterable[Mapping[str, Any]]) -> list[Image]:
    """The images that events are about."""
    return [image for event in events if (image := _image(event)) is not None]


def _image(event: Mapping[str, Any]) -> Image | None:
    detail = event.get("detail")
    if not isinstance(detail, dict) or not isinstance(
        repository := detail.get("repository-name"), str
    ):
        return None
    repository = repository.partition(":repository/")[2] or repository
    tags = detail.get("image-tags", [detail.get("image-tag")])
    counts, status = detail.get("finding-severity-counts"), detail.get("scan-status")
    return Image(
        _text(event.get("account"), ACCOUNT),
        _text(event.get("region"), REGION),
        repository,
        _text(detail.get("image-digest"), _digest(repository)),
        tuple(tag for tag in tags if isinstance(tag, str) and tag)
        if isinstance(tags, list)
        else (),
        status if isinstance(status, str) else None,
        _counts(counts) if isinstance(counts, dict) else None,
        _time(event.get("time")),
        _text(detail.get("manifest-media-type"), _MANIFEST),
    )


def _text(value: Any, otherwise: str) -> str:
    return value if isinstance(value, str) and value else otherwise


def _counts(counts: Mapping[str, Any]) -> dict[str, int]:
    numbers = {key: value for key, value in counts.items() if isinstance(value, int | float)}
    return {key: int(value) for key, value in numbers.items() if value >= 0}


def _time(value: Any) -> datetime:
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return NOW
    return time if time.tzinfo else time.replace(tzinfo=NOW.tzinfo)


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class _Call:
    """What a call asks, and the image of the event that it is about, if it is about that one's repository."""

    parameters: Mapping[str, Any]
    told: Sequence[Image]
    filled: bool

    @property
    def repository(self) -> str:
        names = self.parameters.get("repositoryNames") or [self.told[0].repository]
        return str(self.parameters.get("repositoryName") or names[0])

    def image(self, asked: Mapping[str, Any]) -> Image:
        """The image that an identifier names: that of the event, or another of the same repository."""
        digest, tag = asked.get("imageDigest"), asked.get("imageTag")
        here = [image for image in self.told if image.repository == self.repository]
        for image in here:
            if digest == image.digest or (digest is None and (tag is None or tag in image.tags)):
                return image
        base = (here or self.told)[0]
        return Image(
            str(self.parameters.get("registryId") or base.account),
            base.region,
            self.repository,
            digest or _digest(f"{self.repository}:{tag}"),
            (tag,) if tag else (),
        )

    def all(self, key: str = "imageIds") -> list[Image]:
        """The images asked for; all of the repository that we know of when none is named."""
        if asked := self.parameters.get(key):
            return [self.image(each) for each in asked]
        return [image for image in self.told if image.repository == self.repository] or [
            self.image({})
        ]

    def shown(self) -> list[Image]:
        """Those that a filter by tags leaves."""
        wanted = (self.parameters.get("filter") or {}).get("tagStatus", "ANY")
        return [
            i
            for i in self.all()
            if wanted not in ("TAGGED", "UNTAGGED") or bool(i.tags) == (wanted == "TAGGED")
        ]


def ecr_answer(
    operation: str, parameters: Mapping[str, Any], told: Sequence[Image], *, filled: bool
) -> dict[str, Any] | None:
    """The answer to an operation of ECR that agrees with the images of the event; `None` where it has no say."""
    answer = _ANSWERS.get(operation)
    return answer(_Call(parameters, told, filled)) if answer is not None and told else None


def _scan(image: Image, filled: bool) -> Image:
    """The image with what a scan found: an image that the event tells no scan of was scanned, or was not yet."""
    if image.status is not None:
        return image
    counts = dict.fromkeys(("CRITICAL", "HIGH", "MEDIUM"), 1) if filled else {}
    return replace(image, status="COMPLETE", counts=counts)


def _scanned(image: Image) -> bool:
    return image.status in ("COMPLETE", "ACTIVE")


def _detail(image: Image, filled: bool) -> dict[str, Any]:
    detail: dict[str, Any] = {**image.named, "imageDigest": image.digest}
    if image.tags:
        detail["imageTags"] = list(image.tags)
    detail |= {
        "imageSizeInBytes": _SIZE,
        "imagePushedAt": image.pushed,
        "imageManifestMediaType": image.media_type,
    }
    if filled:
        detail |= {"artifactMediaType": _CONFIG, "lastRecordedPullTime": image.pushed}
    if image.status is None and not filled:
        return detail
    scan = _scan(image, filled)
    detail["imageScanStatus"] = _status(scan)
    if _scanned(scan):
        detail["imageScanFindingsSummary"] = _summary(scan)
    return detail


def _status(image: Image) -> dict[str, str]:
    ended = (
        "The scan was completed successfully."
        if _scanned(image)
        else f"The scan ended as {image.status}."
    )
    return {"status": str(image.status), "description": ended}


def _summary(image: Image) -> dict[str, Any]:
    return {
        "imageScanCompletedAt": image.pushed,
        "vulnerabilitySourceUpdatedAt": image.pushed,
        "findingSeverityCounts": dict(image.counts or {}),
    }


def _describe_findings(call: _Call) -> dict[str, Any]:
    image = _scan(call.image(call.parameters.get("imageId") or {}), call.filled)
    answer = {**image.named, "imageId": image.id, "imageScanStatus": _status(image)}
    if not _scanned(image):
        return answer
    found = _severities(image)
    first = _offset(call.parameters.get("nextToken"))
    size = min(int(call.parameters.get("maxResults") or _PAGE), _MOST)
    page = [
        _finding(number, found[number]) for number in range(first, min(first + size, len(found)))
    ]
    answer["imageScanFindings"] = {**_summary(image), "findings": page}
    if first + size < len(found):
        answer["nextToken"] = str(first + size)
    return answer


def _severities(image: Image) -> list[str]:
    """The severity of each finding, the worst first; a bounded number of them."""
    found: list[str] = []
    for severity in SEVERITIES:
        found += [severity] * min((image.counts or {}).get(severity, 0), _MOST - len(found))
    return found


def _offset(token: Any) -> int:
    return int(token) if isinstance(token, str) and token.isdigit() else 0


def inspector_findings(
    template: Mapping[str, Any], told: Sequence[Image]
) -> list[dict[str, Any]] | None:
    """Findings of Amazon Inspector, made of one, as many as the scan in hand counts; `None` where none is."""
    scanned = [image for image in told if image.status is not None]
    if not scanned:
        return None
    image = scanned[0]
    found = _severities(image)[:_PAGE] if _scanned(image) else []
    container = {
        "imageHash": image.digest,
        "registry": image.account,
        "repositoryName": image.repository,
    }
    resource = {
        "id": _repository_arn(image, image.repository),
        "type": "AWS_ECR_CONTAINER_IMAGE",
        "details": {
            "awsEcrContainerImage": container
            | ({"imageTags": list(image.tags)} if image.tags else {})
        },
    }
    told_alike = {
        "awsAccountId": image.account,
        "type": "PACKAGE_VULNERABILITY",
        "status": "ACTIVE",
    }
    return [
        {
            **copy.deepcopy(dict(template)),
            **told_alike,
            "severity": "UNTRIAGED" if severity == "UNDEFINED" else severity,
            "title": f"CVE-2024-{10_000 + number} - openssl",
            "resources": [copy.deepcopy(resource)],
        }
        for number, severity in enumerate(found)
    ]


_SCORES = dict(zip(SEVERITIES, ("9.8", "7.5", "5.0", "2.1", "0.0", "0.0"), strict=True))


def _finding(number: int, severity: str) -> dict[str, Any]:
    name = f"CVE-2024-{10_000 + number}"
    attributes = {
        "package_name": "openssl",
        "package_version": "1.1.1k-7",
        "CVSS2_VECTOR": "AV:N/AC:L/Au:N/C:P/I:P/A:P",
        "CVSS2_SCORE": _SCORES[severity],
    }
    return {
        "name": name,
        "description": "A made-up vulnerability.",
        "uri": f"https://example.invalid/{name}",
        "severity": severity,
        "attributes": [{"key": key, "value": value} for key, value in attributes.items()],
    }


def _manifest(image: Image, media_type: str) -> str:
    def part(kind: str, name: str) -> dict[str, Any]:
        return {"mediaType": kind, "size": 7023, "digest": _digest(f"{image.digest} {name}")}

    body: dict[str, Any] = {"schemaVersion": 2, "mediaType": media_type}
    if "list" in media_type or "index" in media_type:
        platforms = [{"architecture": name, "os": "linux"} for name in ("amd64", "arm64")]
        body["manifests"] = [
            part(_MANIFEST, each["architecture"]) | {"platform": each} for each in platforms
        ]
    else:
        body |= {"config": part(_CONFIG, "config"), "layers": [part(_LAYER, "layer")]}
    return json.dumps(body)


def _fetched(call: _Call, asked: Mapping[str, Any]) -> dict[str, Any]:
    image = call.image(asked)
    accepted = call.parameters.get("acceptedMediaTypes") or [image.media_type]
    media_type = image.media_type if image.media_type in accepted else str(accepted[0])
    tag = asked.get("imageTag")
    identifier = image.id | ({"imageTag": tag} if tag else {})
    told = {"imageManifest": _manifest(image, media_type), "imageManifestMediaType": media_type}
    return {**image.named, "imageId": identifier, **told}


def _put(call: _Call) -> dict[str, Any]:
    given = call.parameters
    digest = given.get("imageDigest") or _digest(str(given.get("imageManifest")))
    identifier = {"imageDigest": digest} | (
        {"imageTag": tag} if (tag := given.get("imageTag")) else {}
    )
    image = {
        **call.image({}).named,
        "imageId": identifier,
        "imageManifest": given.get("imageManifest", "{}"),
    }
    if media_type := given.get("imageManifestMediaType"):
        image["imageManifestMediaType"] = media_type
    return {"image": image}


def _repository_arn(image: Image, repository: str) -> str:
    """The ARN of a repository in the account and region of an image."""
    return arn(
        "ecr",
        f"repository/{repository}",
        region=image.region,
        account=image.account,
        partition=partition(image.region),
    )


def _repositories(call: _Call) -> list[dict[str, Any]]:
    base = call.told[0]
    names = call.parameters.get("repositoryNames") or list(
        dict.fromkeys(image.repository for image in call.told)
    )
    return [
        {
            "repositoryArn": _repository_arn(base, name),
            "registryId": base.account,
            "repositoryName": name,
            "repositoryUri": f"{_host(base)}/{name}",
            "createdAt": NOW,
            "imageTagMutability": "MUTABLE",
            "imageScanningConfiguration": {"scanOnPush": True},
            "encryptionConfiguration": {"encryptionType": "AES256"},
        }
        for name in names
    ]


def _host(image: Image) -> str:
    return f"{image.account}.dkr.ecr.{image.region}.{SUFFIXES[partition(image.region)]}"


def _scanning(call: _Call) -> dict[str, Any]:
    configured = [
        {name: each[name] for name in ("repositoryArn", "repositoryName")}
        | {"scanOnPush": True, "scanFrequency": "SCAN_ON_PUSH", "appliedScanFilters": []}
        for each in _repositories(call)
    ]
    return {"scanningConfigurations": configured, "failures": []}


def _authorization(call: _Call) -> dict[str, Any]:
    token = base64.b64encode(b"AWS:placeholder-password").decode()
    data = {
        "authorizationToken": token,
        "expiresAt": LATER,
        "proxyEndpoint": f"https://{_host(call.told[0])}",
    }
    return {"authorizationData": [data]}


def _lifecycle(call: _Call) -> dict[str, Any]:
    counted = {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 100}
    rule = {
        "rulePriority": 1,
        "description": "keep some",
        "selection": counted,
        "action": {"type": "expire"},
    }
    text = json.dumps({"rules": [rule]})
    return {**call.image({}).named, "lifecyclePolicyText": text, "lastEvaluatedAt": NOW}


def _start_scan(call: _Call) -> dict[str, Any]:
    image = call.image(call.parameters.get("imageId") or {})
    return {**image.named, "imageId": image.id, "imageScanStatus": {"status": "IN_PROGRESS"}}


_ANSWERS: dict[str, Callable[[_Call], dict[str, Any]]] = {
    "DescribeImages": lambda call: {
        "imageDetails": [_detail(image, call.filled) for image in call.shown()]
    },
    "DescribeImageScanFindings": _describe_findings,
    "BatchGetImage": lambda call: {
        "images": [_fetched(call, asked) for asked in call.parameters.get("imageIds", ())],
        "failures": [],
    },
    "ListImages": lambda call: {
        "imageIds": [
            {"imageDigest": image.digest} | ({"imageTag": tag} if tag else {})
            for image in call.shown()
            for tag in image.tags or ("",)
        ]
    },
    "DescribeRepositories": lambda call: {"repositories": _repositories(call)},
    "BatchGetRepositoryScanningConfiguration": _scanning,
    "GetAuthorizationToken": _authorization,
    "GetLifecyclePolicy": _lifecycle,
    "StartImageScan": _start_scan,
    "PutImage": _put,
}
