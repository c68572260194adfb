"""Fixture folders: the same bytes everywhere, nobody else's file touched, nothing half written."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from ecr_contracts.core.errors import FixtureError, UnknownNameError
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import edge_cases, invalid_cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.frontends import fixtures
from ecr_contracts.frontends.fixtures import MANIFEST, drift, write
from tests import oracle

ALL = [case for kind in kind_names() for case in (*edge_cases(kind), *invalid_cases(kind))]
FILES = fixtures.fixtures(edge_cases("scan"))
FEW = FILES[:3]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def manifest(folder: Path) -> dict:
    return json.loads((folder / MANIFEST).read_text("utf-8"))


def tampered(folder: Path, **files: dict) -> None:
    """A manifest that somebody wrote."""
    folder.mkdir(exist_ok=True)
    (folder / MANIFEST).write_text(json.dumps({"format": 1, "files": files}))


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# --- what the files hold --------------------------------------------------------------------------


def test_every_case_has_one_file_named_after_it():
    files = fixtures.fixtures(ALL)
    assert [file.name for file in files] == [f"{case.id}.json" for case in ALL]
    assert len({file.name.lower() for file in files}) == len(
        ALL
    )  # some systems do not tell case apart


@pytest.mark.parametrize("kind", kind_names())
def test_files_of_valid_events_are_valid_and_those_of_invalid_ones_are_not(kind):
    for file in fixtures.fixtures([*edge_cases(kind), *invalid_cases(kind)]):
        assert oracle.accepts(kind, json.loads(file.content)) == file.about["valid"]


def test_every_file_holds_its_event_and_says_what_it_is():
    for file, case in zip(fixtures.fixtures(ALL), ALL, strict=True):
        assert json.loads(file.content) == case.event
        assert (file.about["case"], file.about["via"]) == (case.id, "lambda")
        assert file.about.get("evidence") == (getattr(case, "evidence", None))
        assert file.about.get("wrong") == (getattr(case, "path", None))


@pytest.mark.parametrize("kind", oracle.SAMPLED)
def test_the_sample_is_printed_as_aws_prints_it(kind):
    [file] = [
        file for file in fixtures.fixtures(edge_cases(kind)) if file.name == f"{kind}/sample.json"
    ]
    assert file.content == oracle.sample(kind).read_bytes()


def test_files_are_pretty_and_end_with_a_line_break():
    for file in FILES:
        text = file.content.decode("ascii")
        assert text.endswith("}\n")
        assert "\r" not in text
        assert all(line == line.rstrip() for line in text.splitlines())
        assert len(text.splitlines()) > 15


def test_envelopes_have_files_of_their_own():
    files = fixtures.fixtures(edge_cases("push"), ["lambda", "sqs", "lambda"])
    assert len(files) == 2 * len(edge_cases("push"))
    for file in files:
        [event] = envelope(file.about["via"]).unwrap(json.loads(file.content))
        assert event == next(
            case.event for case in edge_cases("push") if case.id == file.about["case"]
        )
        assert file.name.endswith("@sqs.json") == (file.about["via"] == "sqs")


def test_an_unknown_envelope_is_refused():
    with pytest.raises(UnknownNameError, match="no envelope is called 'pigeon'"):
        fixtures.fixtures(edge_cases("push"), ["pigeon"])


# --- writing --------------------------------------------------------------------------------------


def test_what_is_written_is_what_was_asked_for_and_a_manifest(tmp_path):
    folder = tmp_path / "tests" / "events"
    touched = write(folder, FILES)
    assert contents(folder).keys() == {*(file.name for file in FILES), MANIFEST}
    assert touched == (*(file.name for file in FILES), MANIFEST)
    assert all(contents(folder)[file.name] == file.content for file in FILES)
    assert not drift(folder, FILES)


def test_the_manifest_tells_every_file_and_its_hash(tmp_path):
    files = fixtures.fixtures(ALL, ["lambda", "sqs"])
    write(tmp_path, files)
    listing = manifest(tmp_path)
    assert listing["format"] == 1
    assert list(listing["files"]) == sorted(file.name for file in files)
    for name, about in listing["files"].items():
        assert about["sha256"] == sha((tmp_path / name).read_bytes())
        assert (
            about["case"] + ("" if about["via"] == "lambda" else "@" + about["via"]) + ".json"
            == name
        )


def test_a_second_run_touches_nothing(tmp_path):
    write(tmp_path, FILES)
    before = {file: (file.stat().st_mtime_ns, file.stat().st_ino) for file in tmp_path.rglob("*")}
    assert write(tmp_path, FILES) == ()
    assert {
        file: (file.stat().st_mtime_ns, file.stat().st_ino) for file in tmp_path.rglob("*")
    } == before


def test_two_folders_are_alike(tmp_path):
    write(tmp_path / "a", FILES)
    write(tmp_path / "b", list(reversed(FILES)))
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_files_may_be_read_by_whom_the_umask_lets(tmp_path):
    before = os.umask(0o027)
    try:
        write(tmp_path, FEW)
    finally:
        os.umask(before)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.rglob("*.json")} == {0o640}


def test_what_nobody_asks_for_any_more_is_taken_away(tmp_path):
    write(tmp_path, [*fixtures.fixtures(edge_cases("push")), *FILES])
    touched = write(tmp_path, FEW)
    assert contents(tmp_path).keys() == {*(file.name for file in FEW), MANIFEST}
    assert "push/no-tag.json" in touched
    assert not (tmp_path / "push").exists()


def test_a_folder_with_something_else_in_it_stays(tmp_path):
    write(tmp_path, [*fixtures.fixtures(edge_cases("push")), *FEW])
    (tmp_path / "push" / "mine.txt").write_text("mine")
    write(tmp_path, FEW)
    assert (tmp_path / "push" / "mine.txt").read_text() == "mine"


def test_what_was_taken_away_by_hand_is_written_again(tmp_path):
    write(tmp_path, FEW)
    (tmp_path / FEW[1].name).unlink()
    assert write(tmp_path, FEW) == (FEW[1].name,)


def test_what_was_taken_away_by_hand_and_is_not_wanted_is_no_trouble(tmp_path):
    write(tmp_path, FILES)
    (tmp_path / FILES[5].name).unlink()
    write(tmp_path, FEW)
    assert contents(tmp_path).keys() == {*(file.name for file in FEW), MANIFEST}


def test_a_newer_version_replaces_what_an_older_one_wrote(tmp_path):
    old = fixtures.Fixture(FEW[0].name, b"{}\n", FEW[0].about)
    write(tmp_path, [old])
    assert write(tmp_path, FEW[:1]) == (old.name, MANIFEST)
    assert (tmp_path / old.name).read_bytes() == FEW[0].content


# --- what is left alone ---------------------------------------------------------------------------


def refused(folder: Path, files, words: str) -> None:
    """That writing is refused in so many words, and nothing is changed by the attempt."""
    before = contents(folder) if folder.is_dir() else None
    with pytest.raises(FixtureError, match=words):
        write(folder, files)
    assert (contents(folder) if folder.is_dir() else None) == before


def test_a_file_that_is_not_ours_is_left_alone(tmp_path):
    (tmp_path / "scan").mkdir()
    (tmp_path / "scan" / "no-tags.json").write_text("mine")
    refused(
        tmp_path, FILES, r"scan/no-tags\.json: it was not made by this command, so it is left alone"
    )


def test_a_file_that_is_as_we_would_write_it_is_ours(tmp_path):
    (tmp_path / "scan").mkdir()
    (tmp_path / FEW[0].name).write_bytes(FEW[0].content)
    assert FEW[0].name not in write(tmp_path, FEW)


def test_a_file_that_was_changed_by_hand_is_left_alone(tmp_path):
    write(tmp_path, FILES)
    (tmp_path / "scan" / "no-tags.json").write_text("changed")
    refused(tmp_path, FILES, r"scan/no-tags\.json: it was changed by hand, so it is left alone")
    refused(tmp_path, FEW[:1], r"scan/no-tags\.json: it was changed by hand")


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"{}",
        b"nonsense",
        b'{"files": []}',
        b'{"files": {"a": 1}}',
        b'{"files": {"a": {}}}',
        b"\xff",
        b"[" * 99_999,
    ],
)
def test_a_manifest_that_is_not_ours_is_left_alone(tmp_path, content):
    (tmp_path / MANIFEST).write_bytes(content)
    refused(tmp_path, FEW, "this is no manifest of ours; name another folder, or remove it")
    with pytest.raises(FixtureError, match="this is no manifest of ours"):
        drift(tmp_path, FEW)


@pytest.mark.parametrize(
    "name", ["../precious.txt", "scan/../../precious.txt", "/precious.txt", "a\0b", "\ud800"]
)
def test_a_manifest_cannot_point_out_of_the_folder(tmp_path, name):
    (tmp_path / "precious.txt").write_text("precious")
    tampered(tmp_path / "events", **{name: {"sha256": sha(b"precious")}})
    refused(tmp_path / "events", FEW, "it lists .*, which is no file of this folder")
    with pytest.raises(FixtureError, match="which is no file of this folder"):
        drift(tmp_path / "events", FEW)
    assert (tmp_path / "precious.txt").read_text() == "precious"


@pytest.mark.parametrize("name", [".", ""])
def test_a_manifest_cannot_have_the_folder_itself_removed(tmp_path, name):
    tampered(tmp_path, **{name: {"sha256": sha(b"")}})
    refused(tmp_path, FEW, "Is a directory|Permission denied")


def test_a_link_that_the_manifest_lists_is_left_alone(tmp_path):
    (tmp_path / "precious.txt").write_text("precious")
    tampered(tmp_path / "events", **{"old.json": {"sha256": sha(b"precious")}})
    (tmp_path / "events" / "old.json").symlink_to(tmp_path / "precious.txt")
    refused(tmp_path / "events", FEW, r"old\.json: this is a symbolic link, so it is left alone")
    assert (tmp_path / "events" / "old.json").is_symlink()


def test_a_linked_folder_does_not_lead_elsewhere(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "old.json").write_text("precious")
    tampered(tmp_path / "events", **{"scan/old.json": {"sha256": sha(b"precious")}})
    (tmp_path / "events" / "scan").symlink_to(tmp_path / "elsewhere")
    refused(tmp_path / "events", FEW, "scan: this is a symbolic link")
    assert contents(tmp_path / "elsewhere") == {"old.json": b"precious"}


def test_a_link_in_place_of_a_wanted_file_is_left_alone(tmp_path):
    (tmp_path / "scan").mkdir()
    (tmp_path / FEW[0].name).symlink_to(tmp_path / "nowhere")
    refused(tmp_path, FEW, "this is a symbolic link")


def test_the_folder_itself_may_be_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "events").symlink_to(tmp_path / "real")
    write(tmp_path / "events", FEW)
    assert (tmp_path / "real" / MANIFEST).exists()
    write(tmp_path / "events", FEW[:1])
    assert not drift(tmp_path / "real", FEW[:1])


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "events").write_text("mine")
    refused(tmp_path / "events", FEW, "events: this is no folder; name another")
    assert (tmp_path / "events").read_text() == "mine"


def test_a_file_in_place_of_an_inner_folder_keeps_everything_from_being_written(tmp_path):
    (tmp_path / "scan").write_text("mine")
    refused(tmp_path, [*fixtures.fixtures(edge_cases("push")), *FEW], "scan: this is no folder")


def test_a_folder_in_place_of_a_file_keeps_everything_from_being_written(tmp_path):
    (tmp_path / FEW[2].name).mkdir(parents=True)
    refused(tmp_path, FEW, "Is a directory|Permission denied")


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_failing_write_leaves_whole_files_only(tmp_path, monkeypatch, at):
    old = [fixtures.Fixture(file.name, b"{}\n", file.about) for file in FEW]
    write(tmp_path, old)
    replace, calls = os.replace, []

    def failing(source, target):
        calls.append(target)
        if len(calls) == at:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(FixtureError, match=r"\.json: No space left on device"):
        write(tmp_path, FEW)
    monkeypatch.undo()
    present = contents(tmp_path)
    assert present.keys() == {*(file.name for file in FEW), MANIFEST}  # no temporary file is left
    for before, after in zip(old, FEW, strict=True):
        assert present[after.name] in (before.content, after.content)
    write(tmp_path, FEW)
    assert not drift(tmp_path, FEW)


def test_a_folder_that_cannot_be_written_is_misuse(tmp_path, monkeypatch):
    # A superuser may write where modes forbid it, so the refusal is played.
    def forbidden(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", forbidden)
    with pytest.raises(FixtureError, match=r"sample\.json: Permission denied"):
        write(tmp_path, FEW)


def test_a_file_that_cannot_be_removed_is_misuse(tmp_path, monkeypatch):
    write(tmp_path, FILES)

    def forbidden(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", forbidden)
    with pytest.raises(FixtureError, match=r"\.json: Permission denied"):
        write(tmp_path, FEW)


# --- comparing ------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_lacks_everything(tmp_path):
    drifted = drift(tmp_path / "nowhere", FEW)
    assert drifted.missing == tuple(sorted([MANIFEST, *(file.name for file in FEW)]))
    assert not (tmp_path / "nowhere").exists()


def test_drift_names_what_is_missing_changed_and_left_over(tmp_path):
    write(tmp_path, FILES)
    (tmp_path / FEW[0].name).unlink()
    (tmp_path / FEW[1].name).write_text("changed")
    (tmp_path / "mine.json").write_text("mine")
    before = contents(tmp_path)
    drifted = drift(tmp_path, FEW)
    assert drifted
    assert drifted.missing == (FEW[0].name,)
    assert drifted.changed == tuple(sorted([MANIFEST, FEW[1].name]))
    assert set(drifted.left_over) == {file.name for file in FILES[3:]}
    assert contents(tmp_path) == before


def test_a_folder_as_it_should_be_has_no_drift(tmp_path):
    write(tmp_path, FEW)
    assert drift(tmp_path, FEW) == fixtures.Drift((), (), ())
    assert not drift(tmp_path, FEW)


def test_a_changed_manifest_is_drift(tmp_path):
    write(tmp_path, FEW)
    listing = manifest(tmp_path)
    listing["files"][FEW[0].name]["evidence"] = "captured"
    (tmp_path / MANIFEST).write_text(json.dumps(listing))
    assert drift(tmp_path, FEW).changed == (MANIFEST,)


def large(count):
    """A case of the ordinary push with so many bytes more."""
    event = cases.case("push/ordinary").event
    event["detail"]["x"] = "a" * count
    return replace(cases.case("push/ordinary"), text=json.dumps(event))


def test_the_manifest_says_what_is_near_the_limit_of_size():
    [file] = fixtures.fixtures([large(240_000)])
    assert file.about["size"].startswith("240,371 bytes: ")
    [small] = fixtures.fixtures([large(1)])
    assert "size" not in small.about


def test_what_eventbridge_would_refuse_is_no_fixture():
    with pytest.raises(
        FixtureError, match=r"push/ordinary: it has 1,100,\d+ bytes, and EventBridge takes at most"
    ):
        fixtures.fixtures([large(1_100_000)])
