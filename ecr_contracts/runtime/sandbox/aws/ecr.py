"""Answers of Amazon ECR that agree with the event in hand: its repository, digest, tags and scan.

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

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.core.placeholders import ACCOUNT, REGION, arn
from ecr_contracts.eventbridge.envelopes.stamps import SUFFIXES, partition
from ecr_contracts.runtime.sandbox.aws.member_values import LATER, NOW

__all__ = [
    "Image",
    "ecr_answer",
    "event_images",
    "host_of",
    "inspector_findings",
    "repository_arn",
]

SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")
_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
_CONFIG = "application/vnd.docker.container.image.v1+json"
_PAGE = 100
_MOST = 1000
"""Findings that are listed one by one: a count can be a million."""
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
        return _identifier({"imageDigest": self.digest}, self.tags[0] if self.tags else None)

    @property
    def named(self) -> dict[str, str]:
        """Its registry and repository."""
        return {"registryId": self.account, "repositoryName": self.repository}


def event_images(events: Iterable[Mapping[str, Any]]) -> list[Image]:
    """The images that events are about."""
    images = map(_image, events)
    return [image for image in images if image is not None]


def _image(event: Mapping[str, Any]) -> Image | None:
    detail = event.get("detail")
    if not isinstance(detail, dict):
        return None
    repository, digest, tags = _named_image(detail)
    if not isinstance(repository, str):
        return None
    repository = repository.partition(":repository/")[2] or repository
    repository = repository.partition("/sha256:")[0]
    status = detail.get("scan-status")
    return Image(
        _text(event.get("account"), ACCOUNT),
        _text(event.get("region"), REGION),
        repository,
        _text(digest, _digest(repository)),
        _tags(tags),
        status.removeprefix("INITIAL_SCAN_") if isinstance(status, str) else None,
        _counts(detail.get("finding-severity-counts")),
        _time(event.get("time")),
        _text(detail.get("manifest-media-type"), _MANIFEST),
    )


def _named_image(detail: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """The repository, the digest and the tags of the image that a detail is about, as it has them.

    ECR's own events name it by keys of the detail, findings of the scanner as their resource, and
    records of CloudTrail in the answer of a call, or in its parameters.
    """
    if "repository-name" in detail:
        tags = detail.get("image-tags", [detail.get("image-tag")])
        return detail["repository-name"], detail.get("image-digest"), tags
    found = _at(detail, "resources", 0, "details", "awsEcrContainerImage")
    if isinstance(found, dict):
        return found.get("repositoryName"), found.get("imageHash"), found.get("imageTags")
    request = _at(detail, "requestParameters")
    for image in (
        _at(detail, "responseElements", "image", "imageId"),
        _at(request, "imageIds", 0),
        request,
    ):
        if isinstance(image, dict):
            name = _at(request, "repositoryName")
            return name, image.get("imageDigest"), [image.get("imageTag")]
    return _at(detail, "serviceEventDetails", "repositoryName"), None, None


def _at(value: Any, *steps: str | int) -> Any:
    """What stands at a path; None where there is nothing."""
    found = json_path.at(value, steps)
    return None if found is MISSING else found


def _tags(tags: Any) -> tuple[str, ...]:
    if not isinstance(tags, list):
        return ()
    return tuple(tag for tag in tags if isinstance(tag, str) and tag)


def _text(value: Any, otherwise: str) -> str:
    return value if isinstance(value, str) and value else otherwise


def _counts(counts: Any) -> dict[str, int] | None:
    if not isinstance(counts, dict):
        return None
    numbers: dict[str, int] = {}
    for severity, number in counts.items():
        if isinstance(number, int | float) and number >= 0:
            numbers[severity] = int(number)
    return numbers


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
    """A call: its parameters, and the images of the event in hand."""

    parameters: Mapping[str, Any]
    images: Sequence[Image]
    filled: bool

    @property
    def repository(self) -> str:
        names = self.parameters.get("repositoryNames") or [self.images[0].repository]
        return str(self.parameters.get("repositoryName") or names[0])

    def image(self, identifier: Mapping[str, Any]) -> Image:
        """The image that an identifier names: the event's, or another of the same repository."""
        digest, tag = identifier.get("imageDigest"), identifier.get("imageTag")
        here = self._in_repository()
        for image in here:
            if digest == image.digest or (digest is None and (tag is None or tag in image.tags)):
                return image
        return Image(
            str(self.parameters.get("registryId") or here[0].account),
            here[0].region,
            self.repository,
            digest or _digest(f"{self.repository}:{tag}"),
            (tag,) if tag else (),
        )

    def _in_repository(self) -> list[Image]:
        """The images of the repository that the call names.

        Where the event is about none of that name, its images stand there: a variable that nobody
        set, or that a user gave, may name it, or the copy of an image elsewhere.
        """
        name = self.repository
        here = [image for image in self.images if image.repository == name]
        return here or [replace(image, repository=name) for image in self.images]

    def _requested(self) -> list[Image]:
        """The images that are asked for; those of the repository when none is named."""
        if identifiers := self.parameters.get("imageIds"):
            return [self.image(identifier) for identifier in identifiers]
        return self._in_repository()

    def selected(self) -> list[Image]:
        """The images that are asked for, as far as the filter by tags lets them through."""
        images = self._requested()
        match (self.parameters.get("filter") or {}).get("tagStatus"):
            case "TAGGED":
                return [image for image in images if image.tags]
            case "UNTAGGED":
                return [image for image in images if not image.tags]
        return images


def ecr_answer(
    operation: str, parameters: Mapping[str, Any], images: Sequence[Image], *, filled: bool
) -> dict[str, Any] | None:
    """The answer to an operation of ECR that agrees with the images of the event.

    `None` where there are no images, and for operations that ask for something else.
    """
    answer = _ANSWERS.get(operation)
    if answer is None or not images:
        return None
    return answer(_Call(parameters, images, filled))


def _scan(image: Image, filled: bool) -> Image:
    """The image with its scan; where the event tells of none, one with findings or without any."""
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
    description = f"The scan ended as {image.status}."
    if _scanned(image):
        description = "The scan was completed successfully."
    return {"status": str(image.status), "description": description}


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
    severities = _severities(image)
    first = _offset(call.parameters.get("nextToken"))
    end = first + min(int(call.parameters.get("maxResults") or _PAGE), _MOST)
    numbered = enumerate(severities[first:end], first)
    page = [_finding(number, severity) for number, severity in numbered]
    answer["imageScanFindings"] = {**_summary(image), "findings": page}
    if end < len(severities):
        answer["nextToken"] = str(end)
    return answer


def _severities(image: Image) -> list[str]:
    """The severity of each finding, the worst first; a bounded number of them."""
    severities: list[str] = []
    for severity in SEVERITIES:
        count = (image.counts or {}).get(severity, 0)
        severities += [severity] * min(count, _MOST - len(severities))
    return severities


def _offset(token: Any) -> int:
    return int(token) if isinstance(token, str) and token.isdigit() else 0


def inspector_findings(
    template: Mapping[str, Any], images: Sequence[Image]
) -> list[dict[str, Any]] | None:
    """Findings of Amazon Inspector, as many as the scan in hand counts; `None` where no scan is.

    Each is the template with what the scan says.
    """
    image = next((image for image in images if image.status is not None), None)
    if image is None:
        return None
    if not _scanned(image):
        return []
    severities = enumerate(_severities(image)[:_PAGE])
    return [
        _inspector_finding(template, image, number, severity) for number, severity in severities
    ]


def _inspector_finding(
    template: Mapping[str, Any], image: Image, number: int, severity: str
) -> dict[str, Any]:
    container: dict[str, Any] = {
        "imageHash": image.digest,
        "registry": image.account,
        "repositoryName": image.repository,
    }
    if image.tags:
        container["imageTags"] = list(image.tags)
    resource = {
        "id": repository_arn(image, image.repository),
        "type": "AWS_ECR_CONTAINER_IMAGE",
        "details": {"awsEcrContainerImage": container},
    }
    return {
        **copy.deepcopy(dict(template)),
        "awsAccountId": image.account,
        "type": "PACKAGE_VULNERABILITY",
        "status": "ACTIVE",
        "severity": "UNTRIAGED" if severity == "UNDEFINED" else severity,
        "title": f"CVE-2024-{10_000 + number} - openssl",
        "resources": [resource],
    }


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
            {**part(_MANIFEST, platform["architecture"]), "platform": platform}
            for platform in platforms
        ]
    else:
        body |= {"config": part(_CONFIG, "config"), "layers": [part(_LAYER, "layer")]}
    return json.dumps(body)


def _fetched(call: _Call, identifier: Mapping[str, Any]) -> dict[str, Any]:
    image = call.image(identifier)
    accepted = call.parameters.get("acceptedMediaTypes") or [image.media_type]
    media_type = image.media_type if image.media_type in accepted else str(accepted[0])
    return {
        **image.named,
        "imageId": _identifier(image.id, identifier.get("imageTag")),
        "imageManifest": _manifest(image, media_type),
        "imageManifestMediaType": media_type,
    }


def _identifier(members: Mapping[str, str], tag: str | None) -> dict[str, str]:
    """The identifier of an image, with a tag if there is one."""
    return {**members, "imageTag": tag} if tag else dict(members)


def _put(call: _Call) -> dict[str, Any]:
    parameters = call.parameters
    digest = parameters.get("imageDigest") or _digest(str(parameters.get("imageManifest")))
    image = {
        **call.image({}).named,
        "imageId": _identifier({"imageDigest": digest}, parameters.get("imageTag")),
        "imageManifest": parameters.get("imageManifest", "{}"),
    }
    if media_type := parameters.get("imageManifestMediaType"):
        image["imageManifestMediaType"] = media_type
    return {"image": image}


def repository_arn(image: Image, repository: str) -> str:
    """The ARN of a repository in the account and region of an image."""
    return arn(
        "ecr",
        f"repository/{repository}",
        region=image.region,
        account=image.account,
        partition=partition(image.region),
    )


def _repositories(call: _Call) -> list[dict[str, Any]]:
    base = call.images[0]
    known = dict.fromkeys(image.repository for image in call.images)
    names = call.parameters.get("repositoryNames") or list(known)
    return [
        {
            "repositoryArn": repository_arn(base, name),
            "registryId": base.account,
            "repositoryName": name,
            "repositoryUri": f"{host_of(base)}/{name}",
            "createdAt": NOW,
            "imageTagMutability": "MUTABLE",
            "imageScanningConfiguration": {"scanOnPush": True},
            "encryptionConfiguration": {"encryptionType": "AES256"},
        }
        for name in names
    ]


def host_of(image: Image) -> str:
    """The host of the registry that an image is in."""
    return f"{image.account}.dkr.ecr.{image.region}.{SUFFIXES[partition(image.region)]}"


def _scanning(call: _Call) -> dict[str, Any]:
    configurations = [
        {
            "repositoryArn": repository["repositoryArn"],
            "repositoryName": repository["repositoryName"],
            "scanOnPush": True,
            "scanFrequency": "SCAN_ON_PUSH",
            "appliedScanFilters": [],
        }
        for repository in _repositories(call)
    ]
    return {"scanningConfigurations": configurations, "failures": []}


def _authorization(call: _Call) -> dict[str, Any]:
    token = base64.b64encode(b"AWS:placeholder-password").decode()
    data = {
        "authorizationToken": token,
        "expiresAt": LATER,
        "proxyEndpoint": f"https://{host_of(call.images[0])}",
    }
    return {"authorizationData": [data]}


def _lifecycle(call: _Call) -> dict[str, Any]:
    selection = {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 100}
    rule = {
        "rulePriority": 1,
        "description": "keep some",
        "selection": selection,
        "action": {"type": "expire"},
    }
    text = json.dumps({"rules": [rule]})
    return {**call.image({}).named, "lifecyclePolicyText": text, "lastEvaluatedAt": NOW}


def _start_scan(call: _Call) -> dict[str, Any]:
    image = call.image(call.parameters.get("imageId") or {})
    return {**image.named, "imageId": image.id, "imageScanStatus": {"status": "IN_PROGRESS"}}


def _describe_images(call: _Call) -> dict[str, Any]:
    return {"imageDetails": [_detail(image, call.filled) for image in call.selected()]}


def _batch_get_image(call: _Call) -> dict[str, Any]:
    identifiers = call.parameters.get("imageIds", ())
    return {"images": [_fetched(call, identifier) for identifier in identifiers], "failures": []}


def _list_images(call: _Call) -> dict[str, Any]:
    identifiers = []
    for image in call.selected():
        for tag in image.tags or (None,):
            identifiers.append(_identifier({"imageDigest": image.digest}, tag))
    return {"imageIds": identifiers}


def _describe_repositories(call: _Call) -> dict[str, Any]:
    return {"repositories": _repositories(call)}


_ANSWERS: dict[str, Callable[[_Call], dict[str, Any]]] = {
    "DescribeImages": _describe_images,
    "DescribeImageScanFindings": _describe_findings,
    "BatchGetImage": _batch_get_image,
    "ListImages": _list_images,
    "DescribeRepositories": _describe_repositories,
    "BatchGetRepositoryScanningConfiguration": _scanning,
    "GetAuthorizationToken": _authorization,
    "GetLifecyclePolicy": _lifecycle,
    "StartImageScan": _start_scan,
    "PutImage": _put,
}
