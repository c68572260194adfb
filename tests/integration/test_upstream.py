"""AWS's models against the recorded facts: a change is told with what rests on it, and no other."""

import copy
import gzip
import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.upstream import __main__ as upstream
from generators.upstream import links, newest
from generators.upstream.comparison import differences
from generators.upstream.facts import (
    botocore_facts,
    botocore_version,
    installed_botocore,
    service_spec_facts,
)
from generators.upstream.links import LINKS, CodeLink, Link

RECORD = json.loads(upstream.RECORD.read_text("utf-8"))
BOTOCORE = {name: fact for name, fact in RECORD["facts"].items() if name.startswith("botocore:")}
ENUMS = sorted(name for name, fact in BOTOCORE.items() if "enum" in fact)
BOUNDED = sorted(name for name, fact in BOTOCORE.items() if {"min", "max"} & fact.keys())
STRUCTURES = sorted(name for name, fact in BOTOCORE.items() if fact.get("members"))


@pytest.fixture
def record(tmp_path):
    """A record of the facts that the models of the test start from."""
    file = tmp_path / "facts.json"
    file.write_text(upstream.RECORD.read_text("utf-8"), "utf-8")
    return file


@pytest.fixture
def models(tmp_path):
    """A folder as botocore's own, of the recorded version, made of the recorded facts."""
    shapes = {}
    for name, fact in BOTOCORE.items():
        _, service, shape = name.split(":")
        shapes.setdefault(service, {})[shape] = _shape(fact)
    for service, its_shapes in shapes.items():
        write_model(tmp_path, service, its_shapes)
    version = RECORD["versions"]["botocore"]
    (tmp_path / "__init__.py").write_text(f"__version__ = '{version}'\n", "utf-8")
    return tmp_path


def _shape(fact):
    shape = {key: value for key, value in fact.items() if key != "members"}
    if "members" in fact:
        shape["members"] = {
            name: {"shape": target, "documentation": "<p>Words.</p>"}
            for name, target in fact["members"].items()
        }
    for key in {"member", "key", "value"} & fact.keys():
        shape[key] = {"shape": fact[key]}
    return {**shape, "documentation": "<p>Words.</p>"}


def write_model(folder, service, shapes):
    file = folder / "data" / service / "2015-09-21" / "service-2.json.gz"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(json.dumps({"shapes": shapes}).encode()))


def change_model(folder, name, change):
    """Change one shape of a model in a folder."""
    _, service, shape = name.split(":")
    [file] = (folder / "data" / service).glob("*/service-2.json.gz")
    shapes = json.loads(gzip.decompress(file.read_bytes()))["shapes"]
    change(shapes[shape])
    write_model(folder, service, shapes)


def check(record, models):
    return upstream.main(["--check", "--models", str(models)], record)


def words(text):
    """Text without its line breaks."""
    return " ".join(text.split())


# --- what is recorded -----------------------------------------------------------------------------


def test_the_recorded_facts_are_those_of_the_same_botocore(capsys):
    if botocore_version(installed_botocore()) != RECORD["versions"]["botocore"]:
        pytest.skip("another botocore is installed: the step upstream of .ci/run tells the changes")
    assert upstream.main(["--check"]) == 0, capsys.readouterr().out


def test_the_installed_botocore_itself_agrees():
    """botocore's own reader of models is the judge of ours."""
    session = pytest.importorskip("botocore.session").Session()
    loader = session.get_component("data_loader")
    facts = botocore_facts(installed_botocore(), BOTOCORE)
    assert len(facts) > 40
    for name, fact in facts.items():
        _, service, shape_name = name.split(":")
        model = pytest.importorskip("botocore.model")
        shapes = model.ServiceModel(loader.load_service_model(service, "service-2"))
        shape = shapes.shape_for(shape_name)
        assert fact["type"] == shape.type_name, name
        assert fact.get("enum", []) == list(getattr(shape, "enum", [])), name
        for bound in {"min", "max", "pattern"} & fact.keys():
            assert fact[bound] == shape.metadata[bound], name
        if "members" in fact:
            members = {key: member.name for key, member in shape.members.items()}
            assert fact["members"] == members, name
            assert fact["required"] == sorted(shape.required_members), name


def test_the_version_is_botocores_own():
    assert botocore_version(installed_botocore()) == pytest.importorskip("botocore").__version__


def test_recording_twice_gives_the_same(record, models, monkeypatch, capsys):
    monkeypatch.setattr(newest.shutil, "which", lambda name: None)
    assert upstream.main(["--models", str(models)], record) == 0
    assert record.read_text("utf-8") == upstream.RECORD.read_text("utf-8")
    assert "npm is not at hand; what was recorded of it stays" in capsys.readouterr().out


def test_every_fact_has_a_schema_and_a_choice():
    assert list(links.problems(RECORD["facts"])) == []
    assert RECORD["facts"].keys() == LINKS.keys()


# --- links that lead nowhere ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        (Link("pull", "$.detail.x", ("a",), ""), "there is no kind 'pull'"),
        (Link("scan", "$.detail.result", ("a",), ""), "has no $.detail.result"),
        (Link("scan", "$.detail.scan-status", ("lost",), ""), "has no choice 'lost'"),
        (Link("scan", "$.detail.scan-status", (), ""), "no choice"),
        (
            Link("scan", "$.detail.scan-status", ("complete",), "", "values"),
            "does not list its value 'COMPLETE'",
        ),
        (Link("push", "$.detail.result", ("success",), "", "key"), "does not list 'result'"),
        (CodeLink("ecr_contracts/nothing.py", "x", ""), "there is no ecr_contracts/nothing.py"),
        (CodeLink("ecr_contracts/__init__.py", "no such word", ""), "has no 'no such word'"),
    ],
)
def test_a_fact_whose_link_leads_nowhere_is_told(link, problem):
    facts = {"botocore:ecr:Word": {"type": "string", "enum": ["FAILED"]}}
    [(fact, told)] = links.problems(facts, {"botocore:ecr:Word": (link,)})
    assert fact == "botocore:ecr:Word"
    assert problem in told


def test_a_fact_without_a_link_fails_the_comparison(record, models, capsys):
    content = json.loads(record.read_text("utf-8"))
    content["facts"]["botocore:ecr:Nobody"] = {"type": "string"}
    record.write_text(json.dumps(content), "utf-8")
    assert check(record, models) == 1
    error = words(capsys.readouterr().err)
    assert "botocore:ecr:Nobody: no schema and no choice rests on it" in error


# --- what has changed -----------------------------------------------------------------------------


def test_unchanged_models_are_one_line(record, models, capsys):
    assert check(record, models) == 0
    output = capsys.readouterr().out
    assert output.count("\n") == 1
    assert "nothing has changed" in output


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        (
            "botocore:ecr:ScanStatus",
            lambda shape: shape["enum"].append("PAUSED"),
            "value PAUSED added rests on it: schemas/ecr/scan.schema.json $.detail.scan-status: "
            "complete, failed (",
        ),
        (
            "botocore:ecr:ScanStatus",
            lambda shape: shape["enum"].remove("FAILED"),
            "value FAILED removed rests on it: schemas/ecr/scan.schema.json $.detail.scan-status",
        ),
        (
            "botocore:ecr:RepositoryName",
            lambda shape: shape.update(max=512),
            "max 256 -> 512 rests on it: schemas/ecr/push.schema.json $.detail.repository-name",
        ),
        (
            "botocore:ecr:ImageTag",
            lambda shape: shape.update(pattern="[a-z]+"),
            'pattern none -> "[a-z]+" rests on it: schemas/ecr/push.schema.json $.detail.image-tag',
        ),
        (
            "botocore:ecr:ReplicationRule",
            lambda shape: shape["members"].update(tagReplication={"shape": "TagReplication"}),
            "member tagReplication (TagReplication) added rests on it: "
            "schemas/ecr/replication.schema.json $.detail.action-type: only",
        ),
        (
            "botocore:inspector2:AwsEcrContainerImageDetails",
            lambda shape: shape["required"].append("imageTags"),
            "member imageTags is required now rests on it: "
            "schemas/inspector2/inspector-finding.schema.json",
        ),
    ],
)
def test_a_changed_model_is_told_with_its_schema_and_choice(
    record, models, name, change, told, capsys
):
    change_model(models, name, change)
    assert check(record, models) == 1
    output = capsys.readouterr().out
    assert f"{name}: {told}" in words(output)
    assert "look at: whether" in output
    assert all(len(line) <= 80 for line in output.splitlines())


def test_a_service_that_is_gone_is_told(record, models, capsys):
    for file in (models / "data" / "eventbridgev2").rglob("*.gz"):
        file.unlink()
    (models / "data" / "eventbridgev2" / "2015-09-21").rmdir()
    (models / "data" / "eventbridgev2").rmdir()
    assert check(record, models) == 1
    assert "botocore:eventbridgev2:FilterScope: recorded, and not there" in capsys.readouterr().out


@pytest.mark.parametrize("version", ["1.34.0", "1.9.12", "0.200.0"])
def test_an_older_botocore_is_told_and_fails_nothing(record, models, version, capsys):
    change_model(models, "botocore:ecr:ScanStatus", lambda shape: shape["enum"].pop())
    (models / "__init__.py").write_text(f"__version__ = '{version}'\n", "utf-8")
    assert check(record, models) == 0
    output = words(capsys.readouterr().out)
    assert f"botocore {version} is older than the recorded" in output
    assert output.endswith("no change of AWS's: botocore:ecr:ScanStatus")


@pytest.mark.parametrize(
    "content",
    [b"no gzip", gzip.compress(b"[]", mtime=0), gzip.compress(b"{", mtime=0)],
    ids=["no gzip", "a list", "cut off"],
)
def test_a_model_that_cannot_be_read_is_one_line(record, models, content, capsys):
    [file] = (models / "data" / "ecr").rglob("service-2.json.gz")
    file.write_bytes(content)
    assert check(record, models) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_record_that_cannot_be_read_is_one_line(record, models, capsys):
    record.write_text("{", "utf-8")
    assert check(record, models) == 2
    assert "no record of facts" in capsys.readouterr().err


@given(st.data())
def test_every_edit_of_a_fact_is_found_and_nothing_else(data):
    found = copy.deepcopy(BOTOCORE)
    edits = data.draw(st.sampled_from(["value", "bound", "member", "gone"]))
    match edits:
        case "value":
            name = data.draw(st.sampled_from(ENUMS))
            values = found[name]["enum"]
            if data.draw(st.booleans()):
                values.insert(data.draw(st.integers(0, len(values))), "NEW")
            else:
                values.pop(data.draw(st.integers(0, len(values) - 1)))
        case "bound":
            name = data.draw(st.sampled_from(BOUNDED))
            bound = data.draw(st.sampled_from(sorted({"min", "max"} & found[name].keys())))
            found[name][bound] += data.draw(st.integers(1, 9))
        case "member":
            name = data.draw(st.sampled_from(STRUCTURES))
            member = data.draw(st.sampled_from(sorted(found[name]["members"])))
            found[name]["members"][member] = "Other"
        case _:
            name = data.draw(st.sampled_from(sorted(found)))
            del found[name]
    assert {difference.fact for difference in differences(BOTOCORE, found)} == {name}
    assert list(differences(BOTOCORE, copy.deepcopy(BOTOCORE))) == []


# --- what is newest -------------------------------------------------------------------------------


def database(action):
    """The compressed database of a service spec with two events of ECR and one of others."""
    counts = {"$id": "2", "properties": {"HIGH": {"type": {"type": "number"}}}}
    scan = {
        "$id": "1",
        "properties": {
            "scan-status": {"type": {"type": "string"}, "required": True},
            "image-tags": {"type": {"type": "array", "element": {"type": "string"}}},
            "counts": {"type": {"type": "ref", "reference": {"$ref": "2"}}},
        },
    }
    events = [
        {"source": "aws.ecr", "name": "aws.ecr@ECRImageScan", "rootProperty": {"$ref": "1"}},
        {"source": "aws.ecr", "name": "aws.ecr@ECRImageAction", "rootProperty": {"$ref": "3"}},
        {"source": "aws.ec2", "name": "aws.ec2@Other", "rootProperty": {"$ref": "1"}},
    ]
    types = [scan, counts, {"$id": "3", "properties": action}]
    tables = {"eventTypeDefinition": {"entities": types}, "event": {"entities": events}}
    return gzip.compress(json.dumps({"schema": tables}).encode())


def test_the_events_of_the_service_spec_are_facts():
    facts = service_spec_facts(database({"result": {"type": {"type": "string"}}}))
    assert facts == {
        "service-spec:ECRImageScan": {
            "members": {
                "counts": "object",
                "counts.HIGH": "number",
                "image-tags": "list of string",
                "scan-status": "string",
            },
            "required": ["scan-status"],
        },
        "service-spec:ECRImageAction": {"members": {"result": "string"}, "required": []},
    }


def test_what_is_not_reached_is_one_line_each(monkeypatch, capsys):
    def offline(command, **_):
        error = "Retrying\nERROR: No matching distribution found for botocore\n"
        return subprocess.CompletedProcess(command, 1, "", error)

    monkeypatch.setattr(newest.subprocess, "run", offline)
    monkeypatch.setattr(newest.shutil, "which", lambda name: None)
    assert upstream.main(["--newest"]) == 0
    output = capsys.readouterr().out.splitlines()
    assert output == [
        "not compared: botocore of PyPI: ERROR: No matching distribution found for botocore",
        "not compared: @aws-cdk/aws-service-spec: npm is not at hand",
    ]
    assert upstream.main(["--newest", "--must-reach"]) == 2


def test_a_registry_that_does_not_answer_is_told(monkeypatch, capsys):
    def hanging(command, **_):
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(newest.subprocess, "run", hanging)
    assert upstream.main(["--newest", "--must-reach"]) == 2
    assert "botocore of PyPI: not there within 120 s" in capsys.readouterr().out


def test_a_wheel_is_read_without_being_installed(record, models, monkeypatch, tmp_path, capsys):
    change_model(models, "botocore:ecr:ScanStatus", lambda shape: shape["enum"].append("PAUSED"))
    (models / "__init__.py").write_text("__version__ = '9.0.0'\n", "utf-8")

    def packed(command, cwd, **_):
        import zipfile

        with zipfile.ZipFile(Path(cwd) / "botocore-9.0.0-py3-none-any.whl", "w") as wheel:
            for file in [models / "__init__.py", *sorted(models.rglob("*.gz"))]:
                wheel.write(file, f"botocore/{file.relative_to(models)}")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(newest.subprocess, "run", packed)
    monkeypatch.setattr(newest.shutil, "which", lambda name: None)
    assert upstream.main(["--newest"], record) == 1
    output = capsys.readouterr().out
    assert "-> 9.0.0: 1 change\n" in output
    assert "botocore:ecr:ScanStatus: value PAUSED added" in output
    assert "npm is not at hand" in output


def test_a_newer_service_spec_is_compared(record, models, monkeypatch, capsys):
    spec = newest.ServiceSpec("9.9.9", database({}))
    monkeypatch.setattr(newest, "newest_botocore", lambda folder: models)
    monkeypatch.setattr(upstream, "botocore_in_wheel", lambda wheel: wheel)
    monkeypatch.setattr(newest, "newest_service_spec", lambda folder: spec)
    assert upstream.main(["--newest"], record) == 1
    output = words(capsys.readouterr().out)
    assert "service-spec:ECRImageAction: member image-tag (string) removed" in output
    assert "service-spec:ECRReplicationAction: recorded, and not there" in output
