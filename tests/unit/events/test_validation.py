"""Validation: the right contract, the right verdict, and words that help."""

import copy
import json
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core import json_path, limits
from ecr_contracts.core.errors import UnknownNameError
from ecr_contracts.core.findings import MISSING, Severity, Violation
from ecr_contracts.events import validation
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate import cases
from ecr_contracts.events.validation import is_valid, kind_of, validate
from tests import gen_events, oracle
from tests.rows import in_one_test, long_but

MANY = 2_000  # events of each kind, half of them changed


def event(kind, *changes):
    """The baseline with values at paths; `MISSING` takes the key away."""
    found = copy.deepcopy(oracle.schema(kind)["x-ecr"]["baseline"])
    for path, value in changes:
        *outer, last = json_path.parse(path)
        holder = json_path.at(found, outer)
        if value is MISSING:
            del holder[last]
        else:
            holder[last] = value
    return found


def without(found, *keys):
    return {key: value for key, value in found.items() if key not in keys}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


# --- which kind -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_the_kind_is_told_by_the_event(kind):
    assert kind_of(event(kind)) == kind
    assert validate(event(kind)) == ()
    assert is_valid(event(kind))


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_every_event_of_a_kind_is_told_as_it(kind):
    assert {kind_of(found) for found in gen_events.events(reader.contract(kind), 200, seed=5)} == {
        kind
    }


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_an_event_of_another_kind_is_refused_where_they_differ(kind):
    for other in oracle.KINDS:
        if other != kind:
            assert not is_valid(event(other), kind)
            assert validate(event(other), kind)[0].path in {
                *("$.source", "$.detail-type", "$.detail.action-type"),
                "$.detail.target-storage-class",
            }


def told_by(key, *, source=None, detail_type=None):
    """The constants of a key in the schemas, as a violation lists them, below given ones."""
    values = set()
    for kind in oracle.KINDS:
        properties = oracle.schema(kind)["properties"]
        if source in (None, properties["source"]["const"]) and detail_type in (
            None,
            properties["detail-type"]["const"],
        ):
            node = properties.get(key) or properties["detail"]["properties"][key]
            values.add(json.dumps(node["const"]))
    *others, last = sorted(values)
    return f"{', '.join(others)} or {last}"


SOURCES = told_by("source")
DETAIL_TYPES = "a detail-type of aws.ecr"  # nine: too many for a line
ACTIONS = told_by("action-type", source="aws.ecr", detail_type="ECR Image Action")


@pytest.mark.parametrize(
    ("found", "path", "value", "expected", "hint"),
    [
        (None, "$", None, "an event: a JSON object", ""),
        ([], "$", [], "an event: a JSON object", ""),
        ("{}", "$", "{}", "an event: a JSON object", ""),
        ({}, "$.source", MISSING, SOURCES, "this key is always there"),
        (
            event("scan", ("$.source", "aws.guardduty")),
            "$.source",
            "aws.guardduty",
            '"aws.ecr"',
            'aws.ecr sends "ECR Image Scan"',
        ),
        (
            event("scan", ("$.source", "aws.ecs")),
            "$.source",
            "aws.ecs",
            SOURCES,
            "did you mean 'aws.ecr'?",
        ),
        (
            event("scan", ("$.source", None)),
            "$.source",
            None,
            SOURCES,
            "no contract describes such an event",
        ),
        (
            event("scan", ("$.detail-type", MISSING)),
            "$.detail-type",
            MISSING,
            DETAIL_TYPES,
            "this key is always there",
        ),
        (
            without(event("scan"), "detail-type") | {"detail_type": "ECR Image Scan"},
            "$.detail-type",
            MISSING,
            DETAIL_TYPES,
            "rename `detail_type`: did you mean `detail-type`?",
        ),
        (
            without(event("scan"), "detail-type") | {"detailType": "ECR Image Scan"},
            "$.detail-type",
            MISSING,
            DETAIL_TYPES,
            "rename `detailType`: did you mean `detail-type`?",
        ),
        (
            event("scan", ("$.detail-type", "ecr image scan")),
            "$.detail-type",
            "ecr image scan",
            "a detail-type of aws.ecr",
            "did you mean 'ECR Image Scan'?",
        ),
        (
            event("push", ("$.detail.action-type", "push")),
            "$.detail.action-type",
            "push",
            ACTIONS,
            "did you mean 'PUSH'?",
        ),
        (
            event("push", ("$.detail.action-type", MISSING)),
            "$.detail.action-type",
            MISSING,
            ACTIONS,
            "this key is always there",
        ),
        (
            event(
                "push",
                (
                    "$.detail",
                    without(event("push")["detail"], "action-type") | {"action_type": "PUSH"},
                ),
            ),
            "$.detail.action-type",
            MISSING,
            ACTIONS,
            "rename `action_type`: did you mean `action-type`?",
        ),
        (
            event("push", ("$.detail", MISSING)),
            "$.detail",
            MISSING,
            "an object",
            "this key is always there",
        ),
        (
            event("push", ("$.detail", json.dumps(event("push")["detail"]))),
            "$.detail",
            json.dumps(event("push")["detail"]),
            "an object",
            "the detail is an object, not JSON in a string",
        ),
        (
            event("push", ("$.detail", None)),
            "$.detail",
            None,
            "an object",
            "AWS sends no null here",
        ),
        (event("push", ("$.detail", [])), "$.detail", [], "an object", ""),
    ],
)
def test_an_event_that_no_contract_describes_is_one_violation(found, path, value, expected, hint):
    """At the first path that does not fit, with the kinds there are."""
    [violation] = validate(found)
    assert (violation.path, violation.value, violation.expected, violation.hint) == (
        path,
        value,
        expected,
        hint,
    )
    assert violation.severity is Severity.ERROR
    assert is_valid(found) is False


def test_an_unknown_kind_is_misuse():
    with pytest.raises(UnknownNameError, match=r"no kind is called 'psuh'; did you mean 'push'\?"):
        validate(event("push"), "psuh")
    with pytest.raises(UnknownNameError, match=r"no kind is called 'psuh'; did you mean 'push'\?"):
        is_valid(event("push"), "psuh")


# --- words ----------------------------------------------------------------------------------------

ERRORS = {
    "account as a number": (
        event("push", ("$.account", 123456789012)),
        Violation(
            "$.account",
            123456789012,
            "12 digits",
            'write "123456789012", in quotes',
            keyword="type",
        ),
    ),
    "account of another layout": (
        event("push", ("$.account", "1234-5678-9012")),
        Violation("$.account", "1234-5678-9012", "12 digits", "", keyword="pattern"),
    ),
    "account with a line break": (
        event("push", ("$.account", "123456789012\n")),
        Violation(
            "$.account",
            "123456789012\n",
            "at most 12 characters",
            "take the line break at its end away",
            keyword="maxLength",
        ),
    ),
    "account null": (
        event("push", ("$.account", None)),
        Violation("$.account", None, "12 digits", "AWS sends no null here", keyword="type"),
    ),
    "account missing": (
        event("push", ("$.account", MISSING)),
        Violation(
            "$.account", MISSING, "12 digits", "this key is always there", keyword="required"
        ),
    ),
    "time as a number": (
        event("push", ("$.time", 1772366400)),
        Violation(
            "$.time",
            1772366400,
            "a time such as 2026-03-01T12:00:00Z",
            'write "1772366400", in quotes',
            keyword="type",
        ),
    ),
    "id of another layout": (
        event("push", ("$.id", "not-an-id")),
        Violation(
            "$.id",
            "not-an-id",
            "a UUID layout: 8-4-4-4-12 hexadecimal digits",
            "",
            keyword="pattern",
        ),
    ),
    "version as a number": (
        event("push", ("$.version", 0)),
        Violation("$.version", 0, '"0"', "", keyword="const"),
    ),
    "resources as text": (
        event("push", ("$.resources", "arn:aws:ecr")),
        Violation(
            "$.resources",
            "arn:aws:ecr",
            "an array of strings",
            "write a list, also for one",
            keyword="type",
        ),
    ),
    "repository too short": (
        event("push", ("$.detail.repository-name", "a")),
        Violation(
            "$.detail.repository-name",
            "a",
            "at least 2 characters",
            "it has 1",
            keyword="minLength",
        ),
    ),
    "repository too long": (
        event("push", ("$.detail.repository-name", "a" * 257)),
        Violation(
            "$.detail.repository-name",
            "a" * 257,
            "at most 256 characters",
            "it has 257",
            keyword="maxLength",
        ),
    ),
    "repository underscored": (
        event(
            "push",
            (
                "$.detail",
                without(event("push")["detail"], "repository-name")
                | {"repository_name": "my-repo"},
            ),
        ),
        Violation(
            "$.detail.repository-name",
            MISSING,
            "a repository name: lower-case words joined by . _ __ - and /",
            "rename `repository_name`: did you mean `repository-name`?",
            keyword="required",
        ),
    ),
    "repository in camel case": (
        event(
            "push",
            (
                "$.detail",
                without(event("push")["detail"], "repository-name") | {"repositoryName": "my-repo"},
            ),
        ),
        Violation(
            "$.detail.repository-name",
            MISSING,
            "a repository name: lower-case words joined by . _ __ - and /",
            "rename `repositoryName`: did you mean `repository-name`?",
            keyword="required",
        ),
    ),
    "tag null": (
        event("push", ("$.detail.image-tag", None)),
        Violation(
            "$.detail.image-tag",
            None,
            "a tag: up to 128 letters, digits, _ . - (no . or - first)",
            "leave the key out: AWS sends no null here",
            keyword="type",
        ),
    ),
    "tag as a number": (
        event("push", ("$.detail.image-tag", 3862)),
        Violation(
            "$.detail.image-tag",
            3862,
            "a tag: up to 128 letters, digits, _ . - (no . or - first)",
            'write "3862", in quotes',
            keyword="type",
        ),
    ),
    "tag null in a list": (
        event("scan", ("$.detail.image-tags", ["latest", None])),
        Violation(
            "$.detail.image-tags[1]",
            None,
            "a tag: up to 128 letters, digits, _ . - (no . or - first)",
            "AWS sends no null here",
            keyword="type",
        ),
    ),
    "tags as text": (
        event("scan", ("$.detail.image-tags", "latest")),
        Violation(
            "$.detail.image-tags",
            "latest",
            "an array of strings",
            "write a list, also for one",
            keyword="type",
        ),
    ),
    "count in quotes": (
        event("scan", ("$.detail.finding-severity-counts.HIGH", "12")),
        Violation(
            "$.detail.finding-severity-counts.HIGH",
            "12",
            "an integer, 0 or more",
            "write 12, without quotes",
            keyword="type",
        ),
    ),
    "count as a word": (
        event("scan", ("$.detail.finding-severity-counts.HIGH", "many")),
        Violation(
            "$.detail.finding-severity-counts.HIGH",
            "many",
            "an integer, 0 or more",
            "",
            keyword="type",
        ),
    ),
    "count below zero": (
        event("scan", ("$.detail.finding-severity-counts.HIGH", -1)),
        Violation("$.detail.finding-severity-counts.HIGH", -1, "0 or more", "", keyword="minimum"),
    ),
    "count true": (
        event("scan", ("$.detail.finding-severity-counts.HIGH", True)),
        Violation(
            "$.detail.finding-severity-counts.HIGH",
            True,
            "an integer, 0 or more",
            "",
            keyword="type",
        ),
    ),
    "counts null": (
        event("scan", ("$.detail.finding-severity-counts", None)),
        Violation(
            "$.detail.finding-severity-counts",
            None,
            "an object",
            "leave the key out: AWS sends no null here",
            keyword="type",
        ),
    ),
    "detail as text": (
        event("scan", ("$.detail", "{}")),
        Violation(
            "$.detail",
            "{}",
            "an object",
            "the detail is an object, not JSON in a string",
            keyword="type",
        ),
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_says_where_what_and_how_to_put_it_right(name):
    found, violation = ERRORS[name]
    kind = "scan" if found["detail-type"] == "ECR Image Scan" else "push"
    assert validate(found, kind) == (violation,)
    assert not oracle.accepts(kind, found)
    assert not is_valid(found, kind)


TAG = "a tag: up to 128 letters, digits, _ . - (no . or - first)"
DIGEST = "sha256: and 64 lower-case hexadecimal digits"
WARNINGS = {
    "status in lower case": (
        event("scan", ("$.detail.scan-status", "complete")),
        ("$.detail.scan-status", "complete", "COMPLETE or FAILED", "did you mean 'COMPLETE'?"),
    ),
    "status of the interface": (
        event("scan", ("$.detail.scan-status", "IN_PROGRESS")),
        ("$.detail.scan-status", "IN_PROGRESS", "COMPLETE or FAILED", ""),
    ),
    "failed push as replications say it": (
        event("push", ("$.detail.result", "FAILED")),
        ("$.detail.result", "FAILED", "SUCCESS or FAILURE", "did you mean 'FAILURE'?"),
    ),
    "result with blanks": (
        event("push", ("$.detail.result", " success ")),
        ("$.detail.result", " success ", "SUCCESS or FAILURE", "did you mean 'SUCCESS'?"),
    ),
    "region misspelt": (
        event("push", ("$.region", "eu-west1")),
        ("$.region", "eu-west1", "an AWS region with Amazon ECR", "did you mean 'eu-west-1'?"),
    ),
    "digest of 60 digits": (
        event("push", ("$.detail.image-digest", "sha256:" + "a" * 60)),
        ("$.detail.image-digest", "sha256:" + "a" * 60, DIGEST, ""),
    ),
    "empty digest of a scan": (
        event("scan", ("$.detail.image-digest", "")),
        ("$.detail.image-digest", "", DIGEST, ""),
    ),
    "repository with capitals": (
        event("push", ("$.detail.repository-name", "My-Repo")),
        (
            "$.detail.repository-name",
            "My-Repo",
            "a repository name: lower-case words joined by . _ __ - and /",
            "",
        ),
    ),
    "tag with a colon": (
        event("push", ("$.detail.image-tag", "app:latest")),
        ("$.detail.image-tag", "app:latest", TAG, "did you mean 'latest'?"),
    ),
    "second tag with a blank": (
        event("scan", ("$.detail.image-tags", ["latest", "v 1"])),
        ("$.detail.image-tags[1]", "v 1", TAG, ""),
    ),
    "tag underscored": (
        event(
            "push",
            ("$.detail", without(event("push")["detail"], "image-tag") | {"image_tag": "latest"}),
        ),
        ("$.detail.image_tag", "latest", "a key of the contract", "did you mean `image-tag`?"),
    ),
    "tag in camel case": (
        event(
            "push",
            ("$.detail", without(event("push")["detail"], "image-tag") | {"imageTag": "latest"}),
        ),
        ("$.detail.imageTag", "latest", "a key of the contract", "did you mean `image-tag`?"),
    ),
    "tags of a scan in a push": (
        event(
            "push",
            (
                "$.detail",
                without(event("push")["detail"], "image-tag") | {"image-tags": ["latest"]},
            ),
        ),
        ("$.detail.image-tags", ["latest"], "a key of the contract", "did you mean `image-tag`?"),
    ),
    "severity in lower case": (
        event("scan", ("$.detail.finding-severity-counts", {"critical": 1, "HIGH": 2})),
        (
            "$.detail.finding-severity-counts.critical",
            1,
            "a key of the contract",
            "did you mean `CRITICAL`?",
        ),
    ),
    "key of an odd name": (
        event(
            "scan",
            ("$.detail", without(event("scan")["detail"], "image-tags") | {"image tags": []}),
        ),
        ('$.detail["image tags"]', [], "a key of the contract", "did you mean `image-tags`?"),
    ),
}


@pytest.mark.parametrize("name", WARNINGS)
def test_a_warning_is_advice_and_refuses_nothing(name):
    found, (path, value, expected, hint) = WARNINGS[name]
    assert validate(found) == (Violation(path, value, expected, hint, Severity.WARNING, "advice"),)
    assert oracle.accepts(kind_of(found), found)
    assert is_valid(found)


@pytest.mark.parametrize(
    "found",
    [
        event("push", ("$.detail.brand-new-field", 1)),
        event("push", ("$.detail.image_tag", "latest")),  # beside image-tag, not in its stead
        event("push", ("$.detail.image-tag", "a" * 128)),
        event("scan", ("$.detail.finding-severity-counts.UNTRIAGED", 1)),
        event("scan", ("$.detail.finding-severity-counts.TOTAL", 1)),
        event("push", ("$.detail.target-storage-class", "ARCHIVE")),
        event("push", ("$.detail.manifest-media-type", "application/vnd.new+json")),
        event("push", ("$.trace-header", "Root=1")),
    ],
)
def test_no_wolf_is_cried_over_what_aws_may_add(found):
    assert validate(found) == ()


def test_one_mistake_is_said_once():
    """No warning upon an error of the same value, nor for the key that an error tells to rename."""
    tags = event("scan", ("$.detail.image-tags", ["latest", 7, "v 1"]))
    assert [(found.path, found.severity) for found in validate(tags)] == [
        ("$.detail.image-tags[1]", Severity.ERROR),
        ("$.detail.image-tags[2]", Severity.WARNING),
    ]
    first = event("scan", ("$.detail.image-tags", [7, "v 1"]))
    assert [(found.path, found.severity) for found in validate(first)] == [
        ("$.detail.image-tags[0]", Severity.ERROR),
        ("$.detail.image-tags[1]", Severity.WARNING),
    ]
    renamed = event("scan", ("$.detail", {"scan_status": "COMPLETE", "repository-name": "my-repo"}))
    assert [found.path for found in validate(renamed)] == ["$.detail.scan-status"]


def test_violations_come_in_the_order_of_the_schema_errors_first():
    """Whatever order the event's own keys have."""
    wrong = {
        "zone": 1,
        "detail": {
            "image_tag": "x",
            "artifact-media-type": 1,
            "image-digest": "odd",
            "repository-name": 2,
            "result": "OK",
            "action-type": "PUSH",
        },
        "resources": [1, "a", None],
        "region": "mars",
        "account": 1,
        "source": "aws.ecr",
        "detail-type": "ECR Image Action",
        "version": 1,
    }
    found = validate(wrong)
    assert [violation.path for violation in found if violation.severity is Severity.ERROR] == [
        *("$.version", "$.id", "$.account", "$.time", "$.resources[0]", "$.resources[2]"),
        *("$.detail.repository-name", "$.detail.artifact-media-type"),
    ]
    assert [violation.path for violation in found if violation.severity is Severity.WARNING] == [
        *("$.region", "$.detail.result", "$.detail.image-digest", "$.detail.image_tag"),
    ]
    assert list(found) == sorted(
        found, key=lambda violation: violation.severity is Severity.WARNING
    )
    shuffled = dict(reversed(wrong.items())) | {"detail": dict(reversed(wrong["detail"].items()))}
    assert validate(shuffled) == found


def test_advice_on_keys_stands_among_advice_on_values():
    found = event(
        "scan",
        ("$.detail.finding-severity-counts", {"critical": 1}),
        ("$.detail.image-digest", "odd"),
    )
    assert [violation.path for violation in validate(found)] == [
        "$.detail.finding-severity-counts.critical",
        "$.detail.image-digest",
    ]


def test_misspelt_keys_are_found_in_every_element(monkeypatch):
    """No kind has an array of objects yet."""
    made = {
        "required": ["sort"],
        "properties": {
            "sort": {"const": "made"},
            "list": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["a"],
                    "properties": {"a": {"type": "boolean"}, "image-tag": {"type": "string"}},
                },
            },
        },
        "x-ecr": {"discriminator": ["$.sort"], "baseline": {"sort": "made"}},
    }
    contract = reader.read("made", made)
    monkeypatch.setattr(reader, "contract", lambda kind: contract)
    monkeypatch.setattr(validation, "_accepted", lambda contract, event: True)
    found = validate(
        {"sort": "made", "list": [{"a": True, "image-tag": "x"}, {"a": True, "imageTag": "x"}]},
        "made",
    )
    assert [(violation.path, violation.hint) for violation in found] == [
        ("$.list[1].imageTag", "did you mean `image-tag`?")
    ]


# --- what is no JSON ------------------------------------------------------------------------------


@in_one_test
@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), float("-inf"), json.loads("1e999"), json.loads("NaN")]
)
@pytest.mark.parametrize("kind", [None, "scan"])
@pytest.mark.parametrize(
    "path",
    [
        "$.account",
        "$.detail.finding-severity-counts.HIGH",
        "$.detail.image-tags[0]",
        "$.detail.unknown",
        "$.new",
    ],
)
def test_numbers_that_json_lacks_are_refused_first(value, kind, path):
    found = event("scan", ("$.detail.image-tags", [0]), ("$.version", 7), (path, value))
    [violation] = validate(found, kind)
    assert (violation.path, violation.expected) == (path, "a number that JSON has")
    assert violation.value is value
    assert violation.hint == "JSON has neither NaN nor Infinity"
    assert not is_valid(found, kind)


def test_the_first_of_them_is_named():
    found = event(
        "scan",
        ("$.account", float("nan")),
        ("$.region", float("inf")),
        ("$.detail.image-tags", [float("nan")]),
    )
    assert [violation.path for violation in validate(found)] == ["$.account"]


def nested(levels, sort):
    """Built without recursion."""
    found = "bottom"
    for _ in range(levels):
        found = {"in": found} if sort is dict else [found]
    return found


@pytest.mark.parametrize("sort", [dict, list])
@pytest.mark.parametrize(
    "path", ["$.detail.unknown", "$.detail.image-tags", "$.resources", "$.new"]
)
@pytest.mark.parametrize("kind", [None, "scan"])
def test_nesting_without_end_is_one_violation(sort, path, kind):
    found = event("scan", (path, nested(10_000, sort)))
    [violation] = validate(found, kind)
    steps = (*json_path.parse(path), *(("in",) if sort is dict else (0,)) * 2)
    assert violation.path == f"{json_path.show(steps[:3])}…"
    assert violation.expected == f"at most {limits.EVENT_LEVELS} levels of nesting"
    assert not is_valid(found, kind)


@pytest.mark.parametrize("sort", [dict, list])
def test_an_event_that_is_nothing_but_nesting_is_refused(sort):
    [violation] = validate(nested(10_000, sort))
    assert violation.expected == f"at most {limits.EVENT_LEVELS} levels of nesting"


@pytest.mark.parametrize("sort", [dict, list])
def test_deep_but_bounded_nesting_is_admitted(sort):
    assert validate(event("scan", ("$.detail.unknown", nested(190, sort)))) == ()
    assert is_valid(event("scan", ("$.detail.unknown", nested(190, sort))))


@in_one_test
@pytest.mark.parametrize("key", [2, None, True, 1.5, ("a",), b"a", MISSING])
@pytest.mark.parametrize("path", ["$", "$.detail", "$.detail.finding-severity-counts"])
def test_keys_are_strings(key, path):
    found = event("scan")
    json_path.at(found, json_path.parse(path))[key] = 1
    [violation] = validate(found)
    assert (violation.path, violation.value, violation.expected) == (
        path,
        key,
        "keys that are strings",
    )
    assert not is_valid(found)


@in_one_test
@pytest.mark.parametrize("value", [(1,), {1}, b"a", Decimal(1), object(), MISSING, range(3), 1j])
@pytest.mark.parametrize(
    "path",
    [
        "$.account",
        "$.detail.unknown",
        "$.detail.image-tags",
        "$.detail.finding-severity-counts.HIGH",
        "$.source",
    ],
)
def test_what_json_never_gives_is_refused_without_a_traceback(value, path):
    found = event("scan", (path, 0))
    *outer, last = json_path.parse(path)
    json_path.at(found, outer)[last] = value
    for kind in (None, "scan"):
        [violation] = validate(found, kind)
        assert (violation.path, violation.expected) == (path, "a value that JSON has")
        assert violation.value is value
        assert not is_valid(found, kind)


@pytest.mark.parametrize("text", [chr(0xD800), f"a{chr(0xDFFF)}b", chr(0xD83D)], ids=ascii)
@pytest.mark.parametrize(
    "path",
    [
        "$.detail.image-tag",
        "$.detail.manifest-media-type",
        "$.replay-name",
        "$.detail.unknown",
        "$.new",
    ],
)
def test_lone_surrogates_are_text_like_any(text, path):
    """`json.loads` gives them; the fast engine cannot take them."""
    found = event("push", (path, text))
    assert oracle.accepts("push", found)
    assert [
        violation for violation in validate(found) if violation.severity is Severity.ERROR
    ] == []
    assert is_valid(found)
    assert validate(event("push", ("$.account", text)))[0].keyword == "pattern"


def test_lone_surrogates_may_stand_in_keys():
    found = event("push", ("$.detail", event("push")["detail"] | {"\ud800": 1}))
    assert validate(found) == ()
    assert is_valid(found)


# --- agreement with the judge ---------------------------------------------------------------------


def refuses(found, kind):
    return any(violation.severity is Severity.ERROR for violation in validate(found, kind))


@pytest.mark.parametrize("kind", long_but("push".__eq__, oracle.KINDS))
def test_the_verdict_is_that_of_the_judge(kind):
    contract = reader.contract(kind)
    random = Random(f"verdicts on {kind}")
    verdicts = {True: 0, False: 0}
    for found in gen_events.events(contract, MANY // 2, seed=17):
        for judged in (found, gen_events.mutated(found, random)):
            before = copy.deepcopy(judged)
            admitted = oracle.accepts(kind, judged)
            assert refuses(judged, kind) is not admitted
            assert is_valid(judged, kind) is admitted
            assert judged == before
            verdicts[admitted] += 1
    assert min(verdicts.values()) > MANY // 6


@given(JSON, st.sampled_from(oracle.KINDS))
def test_any_json_at_all_gets_the_verdict_of_the_judge(found, kind):
    assert refuses(found, kind) is not oracle.accepts(kind, found)
    assert is_valid(found) is (not refuses(found, None))


@given(st.sampled_from(oracle.KINDS), st.data(), JSON)
def test_any_json_in_any_place_gets_the_verdict_of_the_judge(kind, data, value):
    contract = reader.contract(kind)
    facet = data.draw(st.sampled_from(contract.facets))
    there = next(choice for choice in facet.choices if choice.label != facet.absent_label)
    found = contract.build(full_assignment(contract, {facet.path: there.label}))
    if isinstance(facet.steps[-1], str):
        json_path.at(found, facet.steps[:-1])[facet.steps[-1]] = value
    else:
        json_path.at(found, facet.steps[:-1]).append(value)
    assert refuses(found, kind) is not oracle.accepts(kind, found)


@pytest.mark.parametrize("kind", long_but("push".__eq__, oracle.KINDS))
def test_every_error_of_the_judge_is_found_where_it_is(kind):
    random = Random(f"errors in {kind}")
    for found in gen_events.events(reader.contract(kind), 500, seed=23):
        wrong = gen_events.mutated(found, random)
        said = {
            violation.path
            for violation in validate(wrong, kind)
            if violation.severity is Severity.ERROR
        }
        assert said == {json_path.show(steps) for steps in oracle.faults(oracle.judge(kind), wrong)}


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_every_invalid_case_is_one_violation_at_its_path(kind):
    for case in cases.invalid_cases(kind):
        assert [(found.path, found.severity) for found in validate(case.event, kind)] == [
            (case.path, Severity.ERROR)
        ]


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_no_valid_event_drawn_here_gets_a_remark(kind):
    for found in gen_events.events(reader.contract(kind), 500, seed=29):
        assert validate(found) == ()


@pytest.mark.parametrize("error", [ValueError("cannot"), TypeError("cannot")])
def test_where_the_fast_engine_gives_up_the_reference_decides(monkeypatch, error):
    class Broken:
        def is_valid(self, found):
            raise error

    monkeypatch.setattr(validation, "_fast", lambda kind: Broken())
    assert validate(event("push")) == ()
    assert is_valid(event("push"))
    assert [found.path for found in validate(event("push", ("$.account", 7)))] == ["$.account"]
    assert not is_valid(event("push", ("$.account", 7)))


def test_where_the_fast_engine_is_too_strict_the_reference_decides(monkeypatch):
    class Strict:
        def is_valid(self, found):
            return False

    monkeypatch.setattr(validation, "_fast", lambda kind: Strict())
    assert validate(event("push")) == ()
    assert is_valid(event("push"))


def test_a_valid_event_costs_the_reference_nothing(monkeypatch):
    def slow(kind):
        raise AssertionError("the reference was asked")

    monkeypatch.setattr(validation, "_reference", slow)
    assert validate(event("push")) == ()
    assert is_valid(event("push"))
    with pytest.raises(AssertionError, match="was asked"):
        validate(event("push", ("$.account", 7)))


def test_violations_can_be_kept_and_compared():
    first, second = (validate(event("push", ("$.account", 7)))[0] for _ in range(2))
    assert first == second
    assert repr(first).startswith("Violation(path='$.account', value=7")
