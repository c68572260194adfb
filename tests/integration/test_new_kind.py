"""A new kind is a schema file: nothing else has to be edited."""

import json
import re
import textwrap

import jsonschema
import pytest

from ecr_contracts.events.compile.keywords import Dialect
from ecr_contracts.events.compile.references import References
from ecr_contracts.events.kinds import schema_documents
from generators import writing
from tests import oracle

# Of every sort that the three kinds lack: enum, boolean, range, nested optional objects, arrays of
# objects.
ARTIFACT = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Artifact event",
    "description": "Made up. Source: nobody.",
    "allOf": [{"$ref": "../envelope.schema.json"}],
    "properties": {
        "detail-type": {"const": "ECR Artifact Action"},
        "source": {"const": "aws.ecr"},
        "detail": {
            "title": "Artifact detail",
            "required": ["repository-name", "state", "immutable", "layers"],
            "properties": {
                "repository-name": {"$ref": "../envelope.schema.json#/$defs/repository-name"},
                "state": {
                    "title": "State",
                    "enum": ["ACTIVE", "ARCHIVED", "IN_BETWEEN"],
                    "x-ecr": {
                        "evidence": "documented",
                        "choices": {"archived": {"id": "archived"}},
                    },
                },
                "immutable": {"type": "boolean"},
                "priority": {"type": "integer", "minimum": 3, "maximum": 7},
                "layers": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 4,
                    "items": {
                        "type": "object",
                        "required": ["digest"],
                        "properties": {
                            "digest": {
                                "type": "string",
                                "pattern": "^[a-z0-9]{1,9}:[0-9a-f]{8}$",
                                "maxLength": 18,
                            },
                            "size": {"type": "integer", "minimum": 0},
                        },
                    },
                },
                "signing": {
                    "type": "object",
                    "required": ["by"],
                    "properties": {
                        "by": {"type": "string", "minLength": 1},
                        "profile": {
                            "type": "object",
                            "properties": {
                                "name": {"type": "string"},
                                "revoked": {"type": "boolean"},
                            },
                        },
                    },
                },
            },
        },
    },
    "x-ecr": {
        "discriminator": ["$.source", "$.detail-type"],
        "constraints": [
            {
                "when": {"$.detail.state": ["archived"]},
                "then": {"$.detail.signing": ["absent"]},
                "evidence": "inferred",
                "because": "nothing archived is signed",
            }
        ],
        "baseline": {
            "version": "0",
            "id": "3f0c8a52-7d1e-4b6a-9c25-1e8f4a7b6d90",
            "detail-type": "ECR Artifact Action",
            "source": "aws.ecr",
            "account": "123456789012",
            "time": "2026-03-01T12:00:00Z",
            "region": "us-east-1",
            "resources": [],
            "detail": {
                "repository-name": "my-repo",
                "state": "ACTIVE",
                "immutable": True,
                "priority": 5,
                "layers": [{"digest": "crc:01234567", "size": 10}],
                "signing": {"by": "me"},
            },
        },
    },
}
for schema in (
    ARTIFACT["properties"]["detail"],
    *ARTIFACT["properties"]["detail"]["properties"].values(),
):
    schema.setdefault("description", "Made up.")
# Evidence comes from the envelope or the file; the file has to say it of what the envelope leaves
# open.
ARTIFACT["properties"]["resources"] = {"x-ecr": {"evidence": "inferred"}}


@pytest.fixture
def with_artifact(project_copy):
    """The project with one file more."""
    (project_copy.schemas / "ecr" / "artifact.schema.json").write_text(
        json.dumps(ARTIFACT), "utf-8"
    )
    return project_copy


# Of a source that has no folder yet: objects within lists within objects, told by keys alone.
NESTED = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Signing job event",
    "description": "Made up. Source: nobody.",
    "allOf": [{"$ref": "../envelope.schema.json"}],
    "properties": {
        "detail-type": {"const": "Signing Job"},
        "source": {"const": "aws.made-up-signer"},
        "resources": {"x-ecr": {"choices": {"empty": {"evidence": "inferred"}, "arn": None}}},
        "detail": {
            "title": "Signing job detail",
            "description": "Made up.",
            "required": ["job"],
            "properties": {
                "job": {
                    "title": "Job",
                    "description": "Made up.",
                    "type": "object",
                    "required": ["images"],
                    "properties": {
                        "images": {
                            "title": "Images",
                            "description": "Made up.",
                            "type": "array",
                            "minItems": 1,
                            "items": {
                                "title": "Signed image",
                                "description": "Made up.",
                                "type": "object",
                                "required": ["image"],
                                "properties": {
                                    "image": {
                                        "$ref": "../envelope.schema.json#/$defs/repository-name"
                                    },
                                    "signed": {
                                        "title": "Signed",
                                        "description": "Made up.",
                                        "type": ["boolean", "null"],
                                    },
                                },
                            },
                        }
                    },
                }
            },
        },
    },
    "x-ecr": {
        "discriminator": ["$.source", "$.detail-type"],
        "told-by-keys": [["$.detail.job"]],
        "baseline": {
            "version": "0",
            "id": "3f0c8a52-7d1e-4b6a-9c25-1e8f4a7b6d90",
            "detail-type": "Signing Job",
            "source": "aws.made-up-signer",
            "account": "123456789012",
            "time": "2026-03-01T12:00:00Z",
            "region": "us-east-1",
            "resources": [],
            "detail": {"job": {"images": [{"image": "my-repo", "signed": True}]}},
        },
    },
}


@pytest.fixture
def with_nested(project_copy):
    """The project with one folder and one file more."""
    folder = project_copy.schemas / "signer"
    folder.mkdir()
    (folder / "signing-job.schema.json").write_text(json.dumps(NESTED), "utf-8")
    return project_copy


def run(copy, program):
    """What a program prints as JSON, one value a line."""
    done = copy.python("-c", textwrap.dedent(program))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def judge():
    return oracle.judge_of(ARTIFACT, "ecr/artifact.schema.json")


def test_the_copy_is_what_runs(project_copy):
    [file] = run(
        project_copy, "import json, ecr_contracts.events.kinds as c; print(json.dumps(c.__file__))"
    )
    assert file.startswith(str(project_copy.root))
    [kinds] = run(
        project_copy,
        "import json; from ecr_contracts.events.kinds import kind_names; "
        "print(json.dumps(kind_names()))",
    )
    assert kinds == list(oracle.KINDS)


def test_one_file_makes_a_kind(with_artifact):
    program = (
        "import json; from ecr_contracts.events.kinds import kind_names; "
        "print(json.dumps(kind_names()))"
    )
    assert run(with_artifact, program) == [sorted(["artifact", *oracle.KINDS])]


def test_it_has_cases(with_artifact, judge):
    found = run(
        with_artifact,
        """
        import json
        from ecr_contracts.events.generate import cases
        for case in cases.edge_cases("artifact"):
            print(json.dumps([case.id, case.event]))
        """,
    )
    names = [case_id.removeprefix("artifact/") for case_id, _ in found]
    assert names[0] == "ordinary"
    assert {
        *(
            "archived+no-signing",
            "in-between-state",
            "false-immutable",
            "no-priority",
            "several-layers",
            "no-size",
        ),
        *("zero-size", "no-signing", "empty-profile", "present-profile+false-revoked"),
    } <= set(names)
    assert dict(found)["artifact/ordinary"] == ARTIFACT["x-ecr"]["baseline"]
    assert [case_id for case_id, event in found if not judge.is_valid(event)] == []


def test_what_is_known_of_it_is_told(with_artifact):
    done = with_artifact.python("-m", "ecr_contracts", "kinds", "artifact")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert '  in-between    documented in-between-state  "IN_BETWEEN"' in lines
    together = lines[lines.index("together") + 1 :]
    assert (
        together[0]
        == "  with $.detail.state archived only $.detail.signing absent: nothing archived is"
    )
    listed = with_artifact.python("-m", "ecr_contracts", "kinds").stdout.splitlines()
    assert any(line.split()[:1] == ["artifact"] for line in listed)


def test_its_schema_is_exported_to_other_tools(with_artifact, judge, tmp_path):
    judges = {}
    for form, file, validator in (
        ("jsonschema", "artifact.schema.json", jsonschema.Draft202012Validator),
        ("draft4", "artifact.draft4.json", jsonschema.Draft4Validator),
    ):
        folder = str(tmp_path / form)
        done = with_artifact.python(
            *("-m", "ecr_contracts", "kinds", "artifact", "--export", folder, "--format", form)
        )
        assert (done.returncode, done.stderr) == (0, "")
        schema = json.loads((tmp_path / form / file).read_text())
        validator.check_schema(schema)
        judges[form] = validator(schema)
        parts = schema.get("$defs") or schema["definitions"]
        assert {"ArtifactDetail", "LayersItem", "Signing", "Profile"} == set(parts)
    events = run(
        with_artifact,
        """
        import json
        from ecr_contracts.events.generate import cases
        for case in (*cases.edge_cases("artifact"), *cases.invalid_cases("artifact")):
            print(json.dumps(case.event))
        """,
    )
    for event in events:
        for form, exported in judges.items():
            assert exported.is_valid(event) == judge.is_valid(event), (form, event)


def test_it_has_no_sample(with_artifact):
    done = with_artifact.python(
        "-c", "from ecr_contracts.events.generate import cases; cases.case('artifact/sample')"
    )
    assert done.returncode == 1
    assert "no choice of an artifact event is called 'sample'; there are: ordinary, " in done.stderr


def test_its_flaws_are_refused_once(with_artifact, judge):
    found = run(
        with_artifact,
        """
        import json
        from ecr_contracts.events.generate import cases
        from ecr_contracts.events.validation import validate
        for case in cases.invalid_cases("artifact"):
            violations = [[found.path, found.severity] for found in validate(case.event)]
            print(json.dumps([case.id, case.path, case.event, violations]))
        """,
    )
    names = {case_id.removeprefix("artifact/invalid/") for case_id, *_ in found}
    assert {
        *(
            "wrong-state",
            "text-immutable",
            "low-priority",
            "high-priority",
            "missing-digest",
            "missing-by",
        ),
        *("null-layers-item", "malformed-digest", "null-profile", "text-revoked"),
    } <= names
    for case_id, path, event, violations in found:
        faults = oracle.faults(judge, event)
        assert len(faults) == 1, case_id
        expected = [] if path in {"$.source", "$.detail-type"} else [[path, "error"]]
        assert not expected or violations == expected


@pytest.mark.long
def test_its_events_are_drawn_and_validated(with_artifact, judge):
    found = run(
        with_artifact,
        """
        import json
        from hypothesis import Phase, find, given, settings
        from ecr_contracts.events.compile import reader
        from ecr_contracts.core.findings import MISSING
        from ecr_contracts.events.generate.strategies import ecr_events, invalid_events
        from ecr_contracts.events.validation import is_valid, validate

        contract = reader.contract("artifact")
        seen = set()

        quick = settings(
            max_examples=200, database=None, deadline=None, derandomize=True,
            phases=[Phase.generate],
        )

        @quick
        @given(
            ecr_events("artifact"), invalid_events("artifact"),
            ecr_events("artifact", state="ARCHIVED", size=0),
        )
        def look(event, wrong, fixed):
            assert validate(event) == ()
            assert not is_valid(wrong, "artifact")
            assert "signing" not in fixed["detail"]
            assert fixed["detail"]["layers"][0]["size"] == 0
            seen.update(contract.recognise(event).items())
            print(json.dumps(event))

        look()
        wanted = {
            (facet.path, choice.label) for facet in contract.varying for choice in facet.choices
        }
        assert wanted <= seen, wanted - seen
        plainest = find(
            ecr_events("artifact"), lambda event: True,
            settings=settings(database=None, deadline=None),
        )
        assert plainest == contract.baseline
        """,
    )
    assert len(found) == 200
    assert [event for event in found if not judge.is_valid(event)] == []
    assert {event["detail"]["state"] for event in found} == {"ACTIVE", "ARCHIVED", "IN_BETWEEN"}
    assert {event["detail"].get("priority") for event in found} == {None, 3, 4, 5, 6, 7}
    assert {len(event["detail"]["layers"]) for event in found} == {1, 2, 3}


def test_a_broken_file_is_named_with_its_place(with_artifact):
    broken = json.loads(json.dumps(ARTIFACT))
    broken["properties"]["detail"]["properties"]["state"]["oneOf"] = []
    (with_artifact.schemas / "ecr" / "artifact.schema.json").write_text(json.dumps(broken), "utf-8")
    done = with_artifact.python(
        "-c",
        "from ecr_contracts.events.compile import reader; reader.contract('artifact')",
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        "artifact.schema.json#/properties/detail/properties/state/oneOf: the keyword 'oneOf' is "
        "not understood"
    )


def test_a_nested_kind_of_a_new_source_is_one_file_as_well(with_nested):
    judge = oracle.judge_of(NESTED, "signer/signing-job.schema.json")
    [kinds, recognised, *found] = run(
        with_nested,
        """
        import json
        from ecr_contracts.events.generate import cases
        from ecr_contracts.events.kinds import kind_names, usual_kinds
        from ecr_contracts.events.validation import kind_of, validate

        listed = cases.edge_cases("signing-job", 2)
        print(json.dumps(sorted(set(kind_names()) - set(usual_kinds()))))
        print(json.dumps(sorted({str(kind_of(case.event)) for case in listed})))
        for case in listed:
            print(json.dumps([case.id, case.event, len(validate(case.event))]))
        for case in cases.invalid_cases("signing-job"):
            print(json.dumps([case.id, case.event, len(validate(case.event, "signing-job"))]))
        """,
    )
    assert "signing-job" in kinds
    assert recognised == ["signing-job"]
    for case_id, event, violations in found:
        is_invalid = "/invalid/" in case_id
        assert judge.is_valid(event) is not is_invalid, case_id
        assert bool(violations) is is_invalid, case_id
    names = {case_id.removeprefix("signing-job/") for case_id, *_ in found}
    assert {"ordinary", "several-images", "false-signed", "null-signed", "no-signed"} <= names
    assert {"invalid/missing-image", "invalid/null-images-item"} <= names


def test_it_has_classes_and_a_strategy():
    path = "signer/signing-job.schema.json"
    references = References(Dialect("signing-job"), {**schema_documents(), path: NESTED})
    texts = writing.texts({"signing-job": references.merged(NESTED, path, "#")})
    for name, text in texts.items():
        assert re.search("^(class )?SigningJobEvent|^def signing_job_events", text, re.MULTILINE), (
            name
        )


def test_its_fixtures_and_facts_are_written(with_nested, tmp_path):
    done = with_nested.python(
        "-m", "ecr_contracts", "fixtures", str(tmp_path), "--kind", "signing-job"
    )
    assert done.returncode == 0, done.stderr
    written = {file.name for file in tmp_path.rglob("*.json")}
    assert any("several-images" in name for name in written)
    done = with_nested.python("-m", "ecr_contracts", "kinds", "signing-job")
    assert done.returncode == 0, done.stderr
    assert "$.detail.job.images[0].signed" in done.stdout
