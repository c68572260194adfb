"""AWS's printed samples: valid or mended, with exactly the misprints that are noted beside them."""

import hashlib
import json
import re
from datetime import datetime

import pytest

from ecr_contracts.core import json_path
from ecr_contracts.core.errors import UnreadableSchemaError
from ecr_contracts.core.findings import Severity
from ecr_contracts.events.compile.keywords import Dialect
from ecr_contracts.events.compile.samples import Sample, declared_samples, documented_samples
from ecr_contracts.events.generate.cases import case
from ecr_contracts.events.kinds import kind_names, sample_bytes
from ecr_contracts.events.validation import kind_of, validate
from tests import oracle

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
ENVELOPE = {
    *("version", "id", "detail-type", "source", "account", "time", "region", "resources"),
    "detail",
}
LISTED = {sample.file: sample for kind in kind_names() for sample in documented_samples(kind)}
KIND_OF_FILE = {sample.file: kind for kind in kind_names() for sample in documented_samples(kind)}
NOTED = {file: sample for file, sample in LISTED.items() if sample.page}
WITHOUT = {"artifact-action"}  # AWS names it, and prints nothing of it

# Of what was printed; a change of a byte is a change of what AWS says.
FINGERPRINTS = {
    "ecr/archive.sample.json": "ca75f974001c9771",
    "ecr/pull-through-cache.sample.json": "fb70f652984a91c4",
    "ecr/referrer-restore.sample.json": "d009f36414d28fa4",
    "ecr/replication.failed.sample.json": "b3965fa9895a9674",
    "ecr/replication.sample.json": "1015df68d015b8a5",
    "ecr/restore.sample.json": "c331536457f71776",
    "ecr/scan-resource-change.sample.json": "aca1880be1230933",
    "inspector2/inspector-coverage.azure.sample.json": "19ec969bddcc618b",
    "inspector2/inspector-coverage.instance.sample.json": "af2463f21343f5df",
    "inspector2/inspector-finding.azure.sample.json": "d78b61dbb72a4720",
    "inspector2/inspector-finding.sample.json": "94f18524c77154a1",
    "inspector2/inspector-finding.scored.sample.json": "df1bfccdbbd213c6",
    "inspector2/inspector-scan.counted.sample.json": "644413c614d8e34f",
    "inspector2/inspector-scan.sample.json": "71e4d25013f27473",
}


def scalars(value, steps=()):
    """Every string within a value with its steps."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from scalars(inner, (*steps, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from scalars(inner, (*steps, index))
    elif isinstance(value, str):
        yield steps, value


def is_a_day(text):
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return False
    return True


def is_misprinted(steps, text):
    """Whether a text cannot stand in a real event."""
    if steps == ("id",):
        return not UUID.fullmatch(text)
    if steps == ("time",):
        return not is_a_day(text)
    if "sha256:" in text and not text.startswith("{"):  # a manifest is JSON in a string
        return not DIGEST.fullmatch(text[text.index("sha256:") :])
    return text.endswith(("EXAMPLE", "FINDING_ID")) and steps[-1] != "principalId"


def misprints(event):
    """The paths of all that cannot stand in a real event."""
    found = {json_path.show((key,)) for key in event if key not in ENVELOPE}
    upstream = ("detail", "upstream-registry-url")
    is_public = json_path.at(event, upstream) == "public.ecr.aws"
    if is_public and event["detail"]["ecr-repository-prefix"] == "docker-hub":
        found.add(json_path.show(upstream))
    return found | {
        json_path.show(steps) for steps, text in scalars(event) if is_misprinted(steps, text)
    }


def without_stray_commas(text):
    return re.sub(r",(\s*[}\]])", r"\1", text)


def errors(event):
    return [found for found in validate(event) if found.severity is Severity.ERROR]


def test_every_kind_that_aws_prints_has_a_sample():
    assert {kind for kind in kind_names() if not documented_samples(kind)} == WITHOUT


def test_every_file_beside_the_schemas_is_listed():
    beside = {
        file.relative_to(oracle.SCHEMAS).as_posix()
        for file in oracle.SCHEMAS.rglob("*.json")
        if not file.name.endswith(".schema.json")
    }
    mended = {sample.mended for sample in LISTED.values() if sample.mended}
    assert beside == set(LISTED) | mended


def test_a_file_is_called_what_it_is():
    for file, sample in LISTED.items():
        assert file.endswith(".rebuilt.json" if sample.rebuilt else ".sample.json"), file
        if sample.mended:
            assert sample.mended == file.replace(".sample.json", ".mended.json")


@pytest.mark.parametrize("file", FINGERPRINTS)
def test_a_sample_stands_as_it_is_printed(file):
    assert hashlib.sha256(sample_bytes(file)).hexdigest()[:16] == FINGERPRINTS[file]


def test_every_printed_sample_has_a_fingerprint():
    assert set(FINGERPRINTS) == {file for file in NOTED if not NOTED[file].rebuilt}


@pytest.mark.parametrize("file", LISTED)
def test_a_sample_is_valid_and_of_its_kind(file):
    """As printed; the mended copy where that is no JSON."""
    sample = LISTED[file]
    is_json = "$" not in sample.defects
    event = json.loads(sample_bytes(file if is_json else sample.mended))
    assert oracle.faults(oracle.judge(KIND_OF_FILE[file]), event) == []
    assert kind_of(event) == KIND_OF_FILE[file]
    assert errors(event) == []


@pytest.mark.parametrize("file", NOTED)
def test_its_defects_are_those_noted_beside_it(file):
    text = sample_bytes(file).decode()
    found = set()
    try:
        event = json.loads(text)
    except ValueError:
        found.add("$")
        event = json.loads(without_stray_commas(text))
    assert found | misprints(event) == set(NOTED[file].defects)


@pytest.mark.parametrize("file", NOTED)
def test_validation_warns_of_defects_alone(file):
    sample = NOTED[file]
    text = sample_bytes(file).decode()
    event = json.loads(without_stray_commas(text) if "$" in sample.defects else text)
    assert {found.path for found in validate(event)} <= set(sample.defects)


@pytest.mark.parametrize("file", [file for file in NOTED if NOTED[file].mended])
def test_a_mended_copy_has_no_defect_and_differs_in_the_defects_alone(file):
    sample = NOTED[file]
    mended = json.loads(sample_bytes(sample.mended))
    assert misprints(mended) == set()
    assert oracle.accepts(KIND_OF_FILE[file], mended)
    assert validate(mended) == ()
    printed = json.loads(without_stray_commas(sample_bytes(file).decode()))
    before, after = dict(scalars(printed)), dict(scalars(mended))
    changed = {json_path.show(steps) for steps in before if before[steps] != after.get(steps)}
    assert changed == set(sample.defects) - {"$"}
    assert set(after) <= set(before)


@pytest.mark.parametrize("kind", oracle.SAMPLED)
def test_the_case_of_a_kind_is_its_first_sample_or_the_mended_copy(kind):
    first = documented_samples(kind)[0]
    assert case(f"{kind}/sample").text.encode() == sample_bytes(first.mended or first.file)


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (7, r"samples/0: an object is wanted here, not 7"),
        ({}, r"samples/0: 'file' is missing"),
        ({"file": "a", "page": "b"}, r"samples/0: 'defects' is missing"),
        ({"file": "a", "page": 7, "defects": {}}, r"samples/0/page: a string is wanted here"),
        ({"file": "a", "page": "", "defects": []}, r"samples/0/defects: words by paths are"),
        ({"file": "a", "page": "", "defects": {"$": 1}}, r"samples/0/defects: words by paths"),
        ({"file": "a", "page": "", "defects": {}, "of": 1}, r"the annotation 'of' is not unde"),
    ],
)
def test_a_list_that_is_not_understood_is_refused(declared, words):
    with pytest.raises(UnreadableSchemaError, match=words):
        list(declared_samples(Dialect("made-up"), {"samples": [declared]}))


def test_what_is_declared_is_told():
    declared = {"file": "a.json", "page": "a page", "defects": {"$.id": "too short"}}
    [sample] = declared_samples(Dialect("made-up"), {"samples": [declared]})
    assert sample == Sample("a.json", "a page", {"$.id": "too short"}, None, "")
