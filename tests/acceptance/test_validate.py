"""`ecr-contracts validate` on broken files: a line for each fault, and the rest is read."""

from __future__ import annotations

import gzip
import json

import pytest

from ecr_contracts.eventbridge.envelopes.registry import carry
from ecr_contracts.events.generate.cases import case
from tests.acceptance.tool import in_folder

EVENT = case("scan/ordinary").event
GOOD = json.dumps(EVENT)
LONGEST = 100_000_000
"""Characters of a repository's name in the line that is too long."""


def replaced(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def at(old: str) -> int:
    """The column of something in the line of a good event."""
    return GOOD.index(old) + 1


NAN = replaced('"CRITICAL": 1', '"CRITICAL": NaN')
TWICE = replaced('"CRITICAL": 1', '"CRITICAL": 1, "CRITICAL": 1')
UNKNOWN = replaced("ECR Image Scan", "ECR Image Scn")
NO_UTF_8 = replaced("my-repo", "my-\xffrepo").encode("latin-1")


DEEP = "error: this is nested more than 100 levels deep"
# A malformed line, the column of its first complaint (None: wherever), words of that, and whether
# it counts as read.
MALFORMED = {
    "cut_short": (GOOD[:100].encode(), None, "error: ", False),
    "cut_short_early": (
        b'{"version": "0", "id"',
        22,
        "error: no } closes the object that begins on line 2",
        False,
    ),
    "nan": (NAN.encode(), at('"CRITICAL": 1') + 12, "error: NaN is not JSON", False),
    "trailing": (
        GOOD.encode() + b" trailing",
        len(GOOD) + 2,
        "error: 'trailing' begins no JSON value",
        True,
    ),
    "no_json": (b"not json at all", 1, "error: ", False),
    "single_quotes": (b"['single']", 2, "error: ", False),
    "no_utf_8": (NO_UTF_8, at("my-repo") + 3, "error: the byte 0xff is not UTF-8", False),
    "deep_objects": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, None, DEEP, False),
    "deep_arrays": (b"[" * 10_000 + b"]" * 10_000, None, DEEP, False),
    "unknown_detail_type": (
        UNKNOWN.encode(),
        at('"ECR Image Scan"'),
        "did you mean 'ECR Image Scan'?",
        True,
    ),
    "number": (b"7", 1, "error: $ is 7; expected an event: a JSON object", True),
    "null": (b"null", 1, "error: $ is null; expected an event: a JSON object", True),
    "long": (
        b"",  # `long_line` writes it: every worker of xdist would hold it
        1,
        "error: this value is longer than 16777216 characters and was skipped",
        False,
    ),
}


def long_line() -> bytes:
    return GOOD.replace('"my-repo"', f'"{"a" * LONGEST}"', 1).encode()


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """One run over a file for each malformed line, which stands between two good ones."""
    tool = in_folder(tmp_path_factory.mktemp("malformed"))
    for name, (line, *_) in MALFORMED.items():
        bad = long_line() if name == "long" else line
        tool.write(name, b"\n".join([GOOD.encode(), bad, GOOD.encode(), b""]))
    return tool("validate", *MALFORMED)


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_line_is_complained_of_in_one_line_with_its_place(judged, name):
    _, column, words, _ = MALFORMED[name]
    first, *others = [line for line in judged.stdout.splitlines() if line.startswith(f"{name}:")]
    assert first.startswith(f"{name}:2:" if column is None else f"{name}:2:{column}: error: ")
    assert words in first
    assert len(first) < 300
    assert all(line.startswith(f"{name}:2:") for line in others)


def test_the_rest_of_a_file_with_a_malformed_line_is_read(judged):
    read = 2 * len(MALFORMED) + sum(is_read for *_, is_read in MALFORMED.values())
    assert judged.stdout.splitlines()[-1].startswith(f"{read} events read: ")
    assert (judged.returncode, judged.stderr) == (1, "")


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes files into an empty folder that is worked in."""
    monkeypatch.chdir(tmp_path)
    return in_folder(tmp_path).write


def test_a_key_that_stands_twice_is_advice(write, run):
    write("events.jsonl", f"{GOOD}\n{TWICE}\n{GOOD}\n")
    code, out, _ = run("validate events.jsonl")
    first, last = out.splitlines()
    assert first.startswith(
        f"events.jsonl:2:{at('CRITICAL') + 14}: warning: the key 'CRITICAL' stands twice"
    )
    assert last == "3 events read: 0 errors, 1 warning; valid: 3 scan"
    assert code == 0


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_a_byte_order_mark_and_foreign_line_breaks_are_no_fault(write, run, line_break):
    text = line_break.join([GOOD, UNKNOWN, GOOD])
    write("events.jsonl", b"\xef\xbb\xbf" + text.encode())
    code, out, _ = run("validate events.jsonl")
    first, last = out.splitlines()
    assert first.startswith(f"events.jsonl:2:{at('ECR Image Scan') - 1}: error: $.detail-type")
    assert last == "3 events read: 1 error, 0 warnings; valid: 2 scan"
    assert code == 1


def test_files_that_cannot_be_read_are_told_and_the_others_are_read(write, run):
    write("good.json", GOOD)
    write("folder/x", "")
    write("empty.json", "")
    write("utf16.json", GOOD.encode("utf-16"))
    write("cut.json.gz", gzip.compress(GOOD.encode())[:-20])
    names = [
        "good.json",
        "folder",
        "nowhere.json",
        "empty.json",
        "utf16.json",
        "cut.json.gz",
        "good.json",
    ]
    code, out, complaints = run(f"validate {' '.join(names)}")
    assert (code, complaints) == (1, "")
    *faults, last = out.splitlines()
    assert [line.partition(":")[0] for line in faults] == names[1:-1]
    assert faults[0] == "folder:1:1: error: this is a directory; name the files in it"
    advice = "check the name; - reads standard input"
    assert faults[1] == f"nowhere.json:1:1: error: there is no such file; {advice}"
    assert last == "2 events read: 5 errors, 0 warnings; valid: 2 scan"


def test_packed_files_and_pipes_are_read_like_others(write, run, tool):
    text = f"{GOOD}\n{UNKNOWN}\n{GOOD}\n".encode()
    write("events.jsonl.gz", gzip.compress(text))
    [from_file, last] = run("validate events.jsonl.gz")[1].splitlines()
    [from_pipe, same] = tool("validate", "-", stdin=text).stdout.splitlines()
    [from_packed_pipe, _] = tool("validate", "-", stdin=gzip.compress(text)).stdout.splitlines()
    assert last == same == "3 events read: 1 error, 0 warnings; valid: 2 scan"
    assert from_file.startswith(
        f"events.jsonl.gz:2:{at('ECR Image Scan') - 1}: error: $.detail-type"
    )
    assert from_pipe == from_packed_pipe == from_file.replace("events.jsonl.gz", "<stdin>")


def test_what_the_terminal_cannot_show_is_escaped(tool):
    tool.write("évents.json", replaced('"us-east-1"', '"\\u001b[31m日本"'))
    process = tool("validate", "évents.json", PYTHONIOENCODING="ascii", LC_ALL="C.UTF-8")
    assert process.returncode == 0
    assert process.stdout.startswith("\\xe9vents.json:1:")
    assert "\\u65e5" in process.stdout
    assert "\x1b" not in process.stdout


@pytest.mark.parametrize("via", ["v2-metadata", "v2-replay-batch", "lambda"])
def test_what_a_bus_of_version_2_may_leave_out_is_a_warning_within_its_metadata(run, tmp_path, via):
    event = dict(case("push/ordinary").event)
    del event["version"], event["id"]
    file = tmp_path / "delivered.json"
    file.write_text(json.dumps(carry([event], via)))
    code, out, _ = run(f"validate {file}")
    severity = "error" if via == "lambda" else "warning"
    assert code == (via == "lambda")
    assert f"{severity}: $.version is missing" in out
    assert f"{severity}: $.id is missing" in out
    assert ("it may be missing here; AWS's texts disagree" in out) is (via != "lambda")
