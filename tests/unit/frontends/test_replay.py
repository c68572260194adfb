"""Known failures: loaded is what was saved, nobody else's is touched, and no file is trouble."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.errors import FixtureError
from ecr_contracts.core.findings import Evidence, Finding, Severity
from ecr_contracts.engine.trial import distinct
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES, envelope
from ecr_contracts.events import validation
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.case_names import spelled_out
from ecr_contracts.events.generate.cases import Case, edge_cases
from ecr_contracts.events.generate.strategies import ecr_events
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.frontends import fixtures
from ecr_contracts.frontends.replay import (
    FOLDER,
    KnownFailure,
    find_case,
    keep_fixtures,
    load_failures,
    save_failures,
)
from tests import gen_events

APP, OTHER = "src/app.py:handler", "src/other.py:handler"
LONG = f"scan/{'+'.join(f'choice-{number}' for number in range(25))}#0123abcd"
UNWRITABLE = pytest.mark.skipif(
    getattr(os, "geteuid", lambda: 0)() == 0, reason="a superuser may write anywhere"
)


def finding(case: Case, via: str = "lambda", /, **fields) -> Finding:
    """A finding whose example is the event that a consumer is given of this case."""
    raised = Finding(
        check="raises",
        severity=Severity.ERROR,
        kind=case.kind,
        via=via,
        cause=(),
        explained=False,
        exception="KeyError",
        location=None,
        evidence=Evidence.INFERRED,
        failed=(case.id,),
        passed=0,
        case=case.id,
        example=distinct(case).event,
        detail="",
        group="",
    )
    return replace(raised, **fields)


def of(event) -> Case:
    """The case of a valid event of whatever kind."""
    kind = validation.kind_or_violation(event)
    assert isinstance(kind, str)
    return cases.of_event(reader.contract(kind), event)


def compact(event) -> str:
    return json.dumps(event, separators=(",", ":"))


def files(root: Path) -> list[Path]:
    """The files of remembered cases."""
    return sorted((root / FOLDER).glob("failures/*/*.json"))


def stamps(root: Path) -> dict[Path, tuple[int, int]]:
    return {
        path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in (root, *root.rglob("*"))
    }


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def rewritten(file: Path, **fields) -> None:
    """A file of the memory that somebody changed; a field of `...` is taken away."""
    record = json.loads(file.read_bytes()) | fields
    file.write_text(json.dumps({key: value for key, value in record.items() if value is not ...}))


PLAIN = cases.case("scan/no-tags")
VALUED = of(cases.case("scan/several-tags").event | {"account": "999988887777"})
TWO = [finding(PLAIN), finding(VALUED, "sqs", check="late", exception=None)]


# --- what comes back ------------------------------------------------------------------------------


def test_what_failed_comes_back_in_the_order_of_ids(tmp_path):
    assert save_failures(
        tmp_path,
        APP,
        [finding(VALUED, check="late", exception=None), finding(PLAIN, "sqs"), TWO[0]],
    )
    expected = [
        KnownFailure(PLAIN, "lambda", "raises", "KeyError"),
        KnownFailure(PLAIN, "sqs", "raises", "KeyError"),
        KnownFailure(VALUED, "lambda", "late", None),
    ]
    assert load_failures(tmp_path, APP) == tuple(expected)


def test_nothing_is_recalled_where_nothing_was_remembered(tmp_path):
    assert load_failures(tmp_path, APP) == ()
    assert load_failures(tmp_path / "nowhere", APP) == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", kind_names())
def test_every_named_case_comes_back_as_it_is(tmp_path, kind):
    every = edge_cases(kind, 2)
    assert save_failures(tmp_path, APP, map(finding, every))
    assert {failure.case.id: failure.case for failure in load_failures(tmp_path, APP)} == {
        case.id: case for case in every
    }


def test_a_row_of_a_long_array_comes_back_without_the_array(tmp_path, monkeypatch):
    rows = edge_cases("push", 3)[-3:]
    assert all(row.id.startswith("push/triples-") for row in rows)
    given_rows = list(map(distinct, rows))
    save_failures(tmp_path, APP, map(finding, given_rows))
    monkeypatch.setattr(cases, "_array", None)
    loaded = [failure.case for failure in load_failures(tmp_path, APP)]
    assert [distinct(case) for case in loaded] == given_rows
    assert [find_case(tmp_path, row.id) for row in given_rows] == loaded


@given(st.lists(ecr_events(), max_size=4), st.text(max_size=60), st.sampled_from(list(ENVELOPES)))
def test_whatever_is_drawn_comes_back_to_the_letter(events, consumer, via):
    drawn = [of(event) for event in events]
    with TemporaryDirectory() as folder:
        root = Path(folder)
        assert save_failures(root, consumer, [finding(case, via) for case in drawn])
        loaded = load_failures(root, consumer)
        assert {failure.case.id: failure.case for failure in loaded} == {
            case.id: case for case in drawn
        }
        assert {failure.case.id: failure.case.text for failure in loaded} == {
            case.id: case.text for case in drawn
        }
        assert [failure.case.id for failure in loaded] == sorted({case.id for case in drawn})
        assert {failure.via for failure in loaded} <= {via}
        assert all(find_case(root, case.id) == case for case in drawn)


def test_an_id_that_stands_for_another_event_now_comes_back_with_the_event_that_failed(tmp_path):
    other = cases.case("scan/several-tags").event
    save_failures(tmp_path, APP, [finding(PLAIN, example=other)])
    [failure] = load_failures(tmp_path, APP)
    assert (failure.case.id, failure.case.event) == (PLAIN.id, other)
    assert failure.case.labels == cases.case("scan/several-tags").labels
    assert failure.case.evidence == cases.case("scan/several-tags").evidence


def test_an_id_that_no_case_has_any_more_comes_back_with_its_event(tmp_path):
    save_failures(tmp_path, APP, [finding(PLAIN, case="scan/some-forgotten-choice")])
    [failure] = load_failures(tmp_path, APP)
    assert (failure.case.id, failure.case.event) == (
        "scan/some-forgotten-choice",
        distinct(PLAIN).event,
    )


def test_an_event_that_a_newer_schema_knows_as_impossible_does_not_come_back(tmp_path):
    """A call that found no repository got as far as its parameters, whatever a schema said once."""
    call = cases.case("cloudtrail-api-call/not-found-error").event
    detail = call["detail"] | {"requestParameters": None}
    impossible = call | {"account": "999988887777", "detail": detail}
    assert validation.is_valid(impossible, "cloudtrail-api-call")
    case = replace(of(impossible), id="cloudtrail-api-call/null-parameters#0123abcd")
    assert save_failures(tmp_path, APP, [finding(case), finding(PLAIN)])
    assert [failure.case.id for failure in load_failures(tmp_path, APP)] == [PLAIN.id]


def test_events_with_half_a_character_are_remembered(tmp_path):
    event = PLAIN.event | {"note": "a\ud800"}
    assert save_failures(
        tmp_path, "src/\udcff.py:handler", [finding(PLAIN, example=event, case="scan/x#01234567")]
    )
    [failure] = load_failures(tmp_path, "src/\udcff.py:handler")
    assert failure.case.event == event
    assert files(tmp_path)[0].read_bytes().isascii()


# --- what is remembered ---------------------------------------------------------------------------


def test_a_file_says_what_failed(tmp_path):
    save_failures(tmp_path, APP, TWO[1:])
    [file] = files(tmp_path)
    assert json.loads(file.read_bytes()) == {
        "format": 1,
        "consumer": APP,
        "case": VALUED.id,
        "via": "sqs",
        "check": "late",
        "exception": None,
        "kind": "scan",
        "event": VALUED.event,
    }
    assert len(file.read_text().splitlines()) > 15


def test_nothing_is_made_without_findings(tmp_path):
    assert save_failures(tmp_path, APP, [])
    assert save_failures(tmp_path, APP, [finding(PLAIN, example=None)])
    assert list(tmp_path.iterdir()) == []


def test_a_case_is_remembered_once_for_each_envelope(tmp_path):
    first = finding(VALUED, check="raises")
    save_failures(tmp_path, APP, [first, replace(first, check="late"), finding(VALUED, "sqs")])
    assert [(failure.via, failure.check) for failure in load_failures(tmp_path, APP)] == [
        ("lambda", "raises"),
        ("sqs", "raises"),
    ]
    assert len(files(tmp_path)) == 2


def test_what_passes_now_is_forgotten(tmp_path):
    save_failures(tmp_path, APP, TWO)
    assert save_failures(tmp_path, APP, TWO[1:])
    assert [failure.case for failure in load_failures(tmp_path, APP)] == [VALUED]
    assert len(files(tmp_path)) == 1


def test_what_cannot_be_read_any_more_is_cleaned_away(tmp_path):
    save_failures(tmp_path, APP, TWO)
    files(tmp_path)[0].write_text("nonsense")
    (files(tmp_path)[0].parent / "older.json").write_text("{}")
    save_failures(tmp_path, APP, TWO)
    assert len(files(tmp_path)) == 2
    assert len(load_failures(tmp_path, APP)) == 2


def test_nothing_is_left_when_everything_passes(tmp_path):
    save_failures(tmp_path, APP, TWO)
    assert save_failures(tmp_path, APP, [])
    assert list(tmp_path.iterdir()) == []


def test_folders_stay_that_somebody_put_something_into(tmp_path):
    save_failures(tmp_path, APP, TWO)
    (files(tmp_path)[0].parent / "notes.txt").write_text("mine")
    save_failures(tmp_path, APP, [])
    assert [path.rpartition("/")[2] for path in sorted(contents(tmp_path))] == [
        ".gitignore",
        "notes.txt",
    ]


def test_an_ignore_file_of_somebody_else_stays(tmp_path):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / ".gitignore").write_text("!failures\n")
    save_failures(tmp_path, APP, TWO)
    save_failures(tmp_path, APP, [])
    assert contents(tmp_path) == {f"{FOLDER}/.gitignore": b"!failures\n"}


def test_a_second_time_touches_nothing(tmp_path):
    save_failures(tmp_path, APP, TWO)
    before = stamps(tmp_path)
    assert save_failures(tmp_path, APP, TWO[::-1])
    assert stamps(tmp_path) == before


def test_what_fails_otherwise_than_before_is_remembered_so(tmp_path):
    save_failures(tmp_path, APP, TWO)
    before = stamps(tmp_path)
    save_failures(tmp_path, APP, [replace(TWO[0], exception="TypeError"), TWO[1]])
    assert {failure.exception for failure in load_failures(tmp_path, APP)} == {"TypeError", None}
    assert sum(before[file] == stamps(tmp_path)[file] for file in files(tmp_path)) == 1


# --- several consumers ----------------------------------------------------------------------------


def test_consumers_do_not_disturb_each_other(tmp_path):
    save_failures(tmp_path, APP, TWO)
    save_failures(tmp_path, OTHER, TWO[:1])
    assert len(load_failures(tmp_path, APP)) == 2
    save_failures(tmp_path, APP, [])
    assert [failure.case for failure in load_failures(tmp_path, OTHER)] == [PLAIN]
    assert load_failures(tmp_path, APP) == ()


@pytest.mark.long
@given(st.lists(st.tuples(st.sampled_from("abAB/:"), st.sets(st.integers(0, 3))), max_size=12))
def test_each_consumer_has_what_was_last_remembered_of_it(steps):
    few = edge_cases("push")[:4]
    known: dict[str, set[str]] = {}
    with TemporaryDirectory() as folder:
        for consumer, chosen in steps:
            assert save_failures(
                Path(folder), consumer, [finding(few[number]) for number in chosen]
            )
            known[consumer] = {few[number].id for number in chosen}
            for name, ids in known.items():
                assert {failure.case.id for failure in load_failures(Path(folder), name)} == ids
        assert (Path(folder) / FOLDER).exists() == any(known.values())


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("src/App.py:handler", "src/app.py:handler"),
        ("src/a-b.py:h", "src/a_b.py:h"),
        ("a" * 300 + "b", "a" * 300 + "c"),
    ],
)
def test_names_that_look_alike_have_folders_of_their_own(tmp_path, one, another):
    save_failures(tmp_path, one, TWO[:1])
    save_failures(tmp_path, another, TWO[1:])
    places = {file.parent.name for file in files(tmp_path)}
    assert len({name.lower() for name in places}) == 2
    assert [failure.case for failure in load_failures(tmp_path, one)] == [PLAIN]
    assert [failure.case for failure in load_failures(tmp_path, another)] == [VALUED]


def test_a_file_that_tells_of_another_consumer_is_passed_over(tmp_path):
    save_failures(tmp_path, APP, TWO)
    rewritten(files(tmp_path)[0], consumer=OTHER)
    assert len(load_failures(tmp_path, APP)) == 1


# --- names of files -------------------------------------------------------------------------------


def test_ids_that_differ_in_case_or_at_their_ends_have_files_of_their_own(tmp_path):
    ids = [
        "scan/a#01234567",
        "scan/A#01234567",
        "scan/a+01234567",
        LONG,
        f"{LONG}0",
        LONG.upper().replace("SCAN", "scan"),
    ]
    save_failures(tmp_path, APP, [finding(PLAIN, case=name) for name in ids])
    names = [file.name for file in files(tmp_path)]
    assert len({name.lower() for name in names}) == len(ids)
    assert {failure.case.id for failure in load_failures(tmp_path, APP)} == set(ids)


def test_names_suit_every_file_system(tmp_path):
    save_failures(
        tmp_path,
        f"C:\\{'src/' * 80}é/con.py:handler",
        [finding(PLAIN, case=name) for name in (LONG, "scan/con")],
    )
    save_failures(tmp_path, "::", [finding(PLAIN, case="scan/#@+")])
    for file in files(tmp_path):
        for name in file.relative_to(tmp_path / FOLDER / "failures").parts:
            assert len(name) <= 80
            assert set(name.removesuffix(".json")) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
            assert name[0] != "-"
    assert len(files(tmp_path)) == 3
    assert any(file.name.startswith("scan-con-") for file in files(tmp_path))


# --- files that are not as they should be ---------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        b"[]",
        b"null",
        b"{}",
        b"\xff\xfe\xfa",
        b"[" * 99_999,
        b'{"format": 1}',
        b"1" * 5000,
    ],
)
def test_a_file_that_is_not_ours_is_passed_over(tmp_path, content):
    save_failures(tmp_path, APP, TWO)
    for file in files(tmp_path):
        if json.loads(file.read_bytes())["case"] == PLAIN.id:
            file.write_bytes(content)
    assert [failure.case for failure in load_failures(tmp_path, APP)] == [VALUED]
    assert find_case(tmp_path, VALUED.id) == VALUED
    assert find_case(tmp_path, PLAIN.id) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"format": 2},
        {"format": ...},
        {"case": 1},
        {"case": ...},
        {"case": "push/no-tag"},
        {"case": "scan"},
        {"via": "pigeon"},
        {"via": []},
        {"check": None},
        {"exception": 1},
        {"kind": "pigeon"},
        {"kind": "pigeon", "case": "pigeon/no-tags"},
        {"kind": "../scan", "case": "../scan/no-tags"},
        {"kind": "push"},
        {"kind": ["scan"]},
        {"event": []},
        {"event": None},
        {"event": {}},
        {"event": edge_cases("push")[0].event},
        {"event": PLAIN.event | {"account": "nobody"}},
        {"event": PLAIN.event | {"note": float("nan")}},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_a_file_with_something_wrong_in_it_is_passed_over(tmp_path, fields):
    save_failures(tmp_path, APP, TWO[:1])
    assert len(load_failures(tmp_path, APP)) == 1
    rewritten(files(tmp_path)[0], **fields)
    assert load_failures(tmp_path, APP) == ()
    assert find_case(tmp_path, str(fields.get("case", PLAIN.id))) is None


def test_mutilated_events_are_valid_or_passed_over(tmp_path):
    random = Random(0)
    came_back = 0
    save_failures(tmp_path, APP, TWO[1:])
    [file] = files(tmp_path)
    for _ in range(300):
        event = gen_events.mutated(VALUED.event, random)
        rewritten(file, event=event)
        for failure in load_failures(tmp_path, APP):
            came_back += 1
            assert validation.is_valid(event, "scan")
            assert compact(failure.case.event) == compact(event)
    assert 0 < came_back < 300


def test_what_is_no_file_is_passed_over(tmp_path):
    save_failures(tmp_path, APP, TWO)
    place = files(tmp_path)[0].parent
    (place / "folder.json").mkdir()
    (place / "nowhere.json").symlink_to(tmp_path / "nowhere")
    os.mkfifo(place / "pipe.json")
    assert len(load_failures(tmp_path, APP)) == 2
    assert save_failures(tmp_path, APP, [])
    assert load_failures(tmp_path, APP) == ()


@pytest.mark.parametrize("name", [FOLDER, f"{FOLDER}/failures"])
def test_a_file_in_place_of_a_folder_is_no_trouble(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    assert load_failures(tmp_path, APP) == ()
    assert find_case(tmp_path, PLAIN.id) is None
    assert not save_failures(tmp_path, APP, TWO)
    assert save_failures(tmp_path, APP, [])
    assert (tmp_path / name).read_text() == "mine"


def test_a_linked_folder_is_not_cleaned(tmp_path):
    save_failures(tmp_path, APP, TWO)
    place = files(tmp_path)[0].parent
    shutil.rmtree(place)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious.json").write_text("{}")
    place.symlink_to(tmp_path / "elsewhere")
    assert not save_failures(tmp_path, APP, [])
    assert not save_failures(tmp_path, APP, TWO)
    assert contents(tmp_path / "elsewhere") == {"precious.json": b"{}"}


@UNWRITABLE
def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path):
    save_failures(tmp_path, APP, TWO[:1])
    place = files(tmp_path)[0].parent
    place.chmod(0o555)
    try:
        assert not save_failures(tmp_path, APP, TWO)
        assert not save_failures(tmp_path, APP, [])
        assert len(load_failures(tmp_path, APP)) == 1
        place.chmod(0)
        assert load_failures(tmp_path, APP) == ()
        assert not save_failures(tmp_path, APP, [])
    finally:
        place.chmod(0o755)


@pytest.mark.parametrize("what", ["tempfile.mkstemp", "os.replace"])
def test_a_disk_that_cannot_be_written_is_no_trouble(tmp_path, monkeypatch, what):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    save_failures(tmp_path, APP, TWO[:1])
    before = contents(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(what, full)
        assert not save_failures(tmp_path, APP, TWO)
    assert contents(tmp_path) == before  # whole files only, and no temporary one


@pytest.mark.parametrize("what", ["unlink", "iterdir"])
def test_a_folder_that_cannot_be_cleaned_or_listed_is_no_trouble(tmp_path, monkeypatch, what):
    def forbidden(*_, **__):
        raise PermissionError(13, "Permission denied")

    save_failures(tmp_path, APP, TWO)
    with monkeypatch.context() as patched:
        patched.setattr(Path, what, forbidden)
        assert not save_failures(tmp_path, APP, [])
        assert len(load_failures(tmp_path, APP)) == (2 if what == "unlink" else 0)
        assert find_case(tmp_path, VALUED.id) == (VALUED if what == "unlink" else None)
    assert len(files(tmp_path)) == 2


# --- one case, of whichever consumer --------------------------------------------------------------


def test_a_valued_case_is_found_whoever_failed_it(tmp_path):
    assert find_case(tmp_path, VALUED.id) is None
    save_failures(tmp_path, OTHER, TWO)
    save_failures(tmp_path, APP, TWO[:1])
    assert find_case(tmp_path, VALUED.id) == VALUED
    assert find_case(tmp_path, VALUED.id[:-1]) is None
    save_failures(tmp_path, OTHER, [])
    assert find_case(tmp_path, VALUED.id) is None


def test_a_case_is_found_although_one_consumer_has_it_broken(tmp_path):
    for consumer in (APP, OTHER):
        save_failures(tmp_path, consumer, TWO[1:])
    for file in files(tmp_path):
        intact = file.read_bytes()
        rewritten(file, event={})
        assert find_case(tmp_path, VALUED.id) == VALUED
        file.write_bytes(intact)


# --- keeping --------------------------------------------------------------------------------------


@pytest.mark.long
def test_what_is_kept_is_called_and_looks_as_fixtures_do(tmp_path):
    # Longer names are cut, with a digest (below).
    every = [case for kind in kind_names() for case in edge_cases(kind) if len(case.id) < 140]
    for via in ENVELOPES:
        wanted = fixtures.fixtures(every, [via])
        assert keep_fixtures(tmp_path, [finding(case, via) for case in every]) == tuple(
            file.name for file in wanted
        )
        assert all((tmp_path / file.name).read_bytes() == file.content for file in wanted)


def test_a_valued_case_is_kept_with_its_digest(tmp_path):
    expected = VALUED.id.replace("#", "-")
    assert keep_fixtures(tmp_path, [finding(VALUED), finding(VALUED, "sqs")]) == (
        f"{expected}.json",
        f"{expected}@sqs.json",
    )
    assert json.loads((tmp_path / f"{expected}.json").read_bytes()) == VALUED.event
    payload = json.loads((tmp_path / f"{expected}@sqs.json").read_bytes())
    assert envelope("sqs").unwrap(payload) == [VALUED.event]


def test_an_event_that_its_id_does_not_give_is_not_kept_under_it(tmp_path):
    event = PLAIN.event | {"account": "999988887777"}
    [name] = keep_fixtures(tmp_path, [finding(PLAIN, example=event)])
    assert name == of(event).id.replace("#", "-") + ".json"
    assert name.startswith("scan/no-tags-")
    assert json.loads((tmp_path / name).read_bytes()) == event


def test_keeping_again_touches_nothing(tmp_path):
    keep_fixtures(tmp_path, TWO[:1])
    plain = tmp_path / "scan" / "no-tags.json"
    before = stamps(tmp_path)[plain]
    assert len(keep_fixtures(tmp_path, [*TWO, *TWO])) == 1
    assert stamps(tmp_path)[plain] == before
    whole = stamps(tmp_path)
    assert keep_fixtures(tmp_path, TWO) == ()
    assert stamps(tmp_path) == whole


def test_findings_without_an_example_are_not_kept(tmp_path):
    assert keep_fixtures(tmp_path / "events", [finding(PLAIN, example=None)]) == ()
    assert list(tmp_path.iterdir()) == []


@given(ecr_events(), st.sampled_from([name for name, row in ENVELOPES.items() if row.lossless]))
def test_whatever_is_kept_holds_the_event_under_a_short_name(event, via):
    case = of(event)
    with TemporaryDirectory() as folder:
        [name] = keep_fixtures(folder, [finding(case, via)])
        assert len(name) <= 60 + len(f"@{via}.json")
        assert Path(name).parent.as_posix() == case.kind
        assert "#" not in name
        payload = json.loads((Path(folder) / name).read_bytes())
        assert envelope(via).unwrap(payload) == [case.event]


def test_events_of_many_choices_have_short_names_and_are_told_apart(tmp_path):
    every = map(of, gen_events.events(reader.contract("scan"), 200, 0))
    contract = reader.contract("scan")
    many = sorted(every, key=lambda case: len(spelled_out(contract, case.labels)))[-2:]
    many.append(of(many[1].event | {"time": "2027-01-01T00:00:00Z"}))
    assert all(len(spelled_out(contract, case.labels)) > 160 for case in many)
    names = keep_fixtures(
        tmp_path, [finding(case, via) for case in many for via in ("lambda", "sqs")]
    )
    assert len(set(names)) == 6
    assert all(len(Path(name).name) < 60 for name in names)
    assert [name.endswith("@sqs.json") for name in names] == [False, True] * 3
    for name, case in zip(names[::2], many, strict=True):
        assert name == f"{case.id.replace('#', '-')}.json"


def test_another_event_in_its_place_keeps_everything_from_being_written(tmp_path):
    (tmp_path / "scan").mkdir()
    (tmp_path / "scan" / "no-tags.json").write_text("{}\n")
    words = r"scan/no-tags\.json: it holds another event, so it is left alone; move it away first"
    with pytest.raises(FixtureError, match=words):
        keep_fixtures(tmp_path, TWO[::-1])
    assert contents(tmp_path) == {"scan/no-tags.json": b"{}\n"}


def test_a_link_or_a_file_in_the_way_keeps_everything_from_being_written(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "scan").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FixtureError, match="scan: this is a symbolic link"):
        keep_fixtures(tmp_path / "events", [finding(edge_cases("push")[0]), *TWO])
    (tmp_path / "file").write_text("mine")
    with pytest.raises(FixtureError, match="file: this is no folder"):
        keep_fixtures(tmp_path / "file", TWO)
    assert contents(tmp_path) == {"file": b"mine"}


def test_half_a_character_cannot_be_kept(tmp_path):
    broken = finding(PLAIN, example=PLAIN.event | {"note": "\ud800"})
    with pytest.raises(FixtureError, match=r"the event of 'scan/no-tags' holds half a character"):
        keep_fixtures(tmp_path, [*TWO, broken])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kept_first", [True, False])
def test_kept_files_and_fixtures_share_a_folder(tmp_path, kept_first):
    wanted = fixtures.fixtures(edge_cases("scan"))
    beyond = [
        *TWO,
        finding(cases.case("scan/zero-high+no-tags")),
        finding(cases.case("push/ordinary")),
    ]
    if kept_first:
        names = keep_fixtures(tmp_path, beyond)
        assert len(names) == 4
        fixtures.write(tmp_path, wanted)
    else:
        fixtures.write(tmp_path, wanted)
        names = keep_fixtures(tmp_path, beyond)
        assert len(names) == 3  # the plain one is there already
    assert not fixtures.drift(tmp_path, wanted)
    assert fixtures.write(tmp_path, wanted) == ()
    assert contents(tmp_path).keys() == {*names, *(file.name for file in wanted), fixtures.MANIFEST}
    fixtures.write(tmp_path, wanted[:1])
    assert set(names) - {"scan/no-tags.json"} <= contents(tmp_path).keys()
    assert "scan/zero-high+no-tags.json" in names


def test_what_is_kept_is_what_was_remembered(tmp_path):
    save_failures(tmp_path, APP, TWO)
    again = [finding(failure.case, failure.via) for failure in load_failures(tmp_path, APP)]
    assert set(keep_fixtures(tmp_path / "events", again)) == set(
        keep_fixtures(tmp_path / "others", TWO)
    )
    assert contents(tmp_path / "events") == contents(tmp_path / "others")
