"""Every writer, given texts that attack terminals and parsers in every place they can come from.

What is written is judged by `tests/foreign.py`, which knows nothing of ours; JSON by `json`.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ecr_contracts.core import errors
from ecr_contracts.core.errors import EcrContractsError
from ecr_contracts.core.own_faults import own_fault
from ecr_contracts.discovery.iac.documents.block import TemplateError
from ecr_contracts.engine.progress import Progress
from ecr_contracts.events.generate.cases import case
from ecr_contracts.frontends import fixtures, last_report, replay
from ecr_contracts.frontends.cli import progress as progress_module
from ecr_contracts.frontends.cli.main import main
from ecr_contracts.frontends.cli.progress import progress_display
from ecr_contracts.frontends.pytest import fault_text
from ecr_contracts.reporting.json import verdict_as_json
from ecr_contracts.reporting.lines import plain_text
from ecr_contracts.reporting.terminal import console, write_line, write_wrapped
from ecr_contracts.reporting.text import show
from tests import foreign
from tests.gen_verdicts import verdicts

FEW = settings(max_examples=12, phases=[Phase.explicit, Phase.generate])
TEXTS = foreign.texts()
ENCODINGS = st.sampled_from(["utf-8", "ascii", "latin-1", "utf-16", "cp1252", "shift_jis"])


def written(action, encoding="utf-8"):
    """What an action writes on standard output, and on standard error."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding, newline="\n") for _ in range(2)]
    streams[1].reconfigure(errors="backslashreplace")
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        action()
    for stream in streams:
        stream.flush()
    out, complaints = (stream.buffer.getvalue().decode(encoding) for stream in streams)
    return out, complaints


def run(*words, encoding="utf-8"):
    """The exit code of a command line, and what it wrote."""
    codes = []

    def command():
        try:
            codes.append(main(words))
        except SystemExit as end:
            codes.append(end.code)

    return (*written(command, encoding), codes[0])


@pytest.fixture(autouse=True, scope="module")
def folder(tmp_path_factory):
    """A folder of its own, whose files are replaced by each example."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("foreign"))
    with mock.patch.object(tempfile, "tempdir", os.getcwd()):
        yield
    os.chdir(before)


# --- terminal -------------------------------------------------------------------------------------


@FEW
@given(st.lists(TEXTS, min_size=1, max_size=3), ENCODINGS)
def test_lines_of_the_terminal(texts, encoding):
    def write():
        write_line(console(), *((text, "bold") for text in texts))
        write_wrapped(console(), *((text, "") for text in texts), margin=3, head=(texts[0], "red"))

    out, _ = written(write, encoding)
    assert foreign.faults(out) == []
    assert "bold" not in out


@FEW
@given(TEXTS, st.integers(0, 90))
def test_no_break_of_a_line_makes_a_command_of_githubs(text, length):
    words = f"{'x' * length}::error::{text} {'y' * length} ::debug::z {'::warning::' * 20}"
    out, _ = written(lambda: write_wrapped(console(), (words, ""), margin=4))
    assert foreign.faults(out) == []


@FEW
@given(TEXTS)
def test_progress(text):
    display = progress_display(is_shown=True)
    with mock.patch.object(progress_module, "monotonic", side_effect=[0.0, 100.0]), display as tell:
        _, told = written(lambda: tell(Progress(1, 2, text)))
    assert foreign.faults(told) == []
    assert told.count("\n") == 1


# --- reports --------------------------------------------------------------------------------------


@FEW
@given(verdicts(), st.booleans(), ENCODINGS)
def test_the_report_on_a_terminal(verdict, verbose, encoding):
    out, _ = written(lambda: show(verdict, console(), verbose=verbose), encoding)
    assert foreign.faults(out) == []


@FEW
@given(verdicts())
def test_the_report_for_programs(verdict):
    from ecr_contracts.frontends.cli.output import print_json

    document = verdict_as_json(verdict)
    out, _ = written(lambda: print_json(document), "ascii")
    assert foreign.faults(out) == []
    assert json.loads(out) == json.loads(json.dumps(document))


@FEW
@given(verdicts())
def test_the_message_of_an_assertion_and_the_lines_of_pytest(verdict):
    assert foreign.faults(plain_text(verdict.findings, verdict.consumer)) == []
    name, text = fault_text.name_and_text(verdict.findings, [verdict.findings])
    assert foreign.faults(name, keeps_lines=False) == []
    assert foreign.faults(text) == []


@FEW
@given(verdicts())
def test_what_is_remembered(verdict):
    root = Path(tempfile.mkdtemp(dir="."))
    replay.save_failures(root, verdict.consumer, verdict.findings)
    last_report.save_report(root, verdict.consumer, [verdict.findings], [verdict.consumer], ["x"])
    files = [file for file in root.rglob("*") if file.is_file()]
    assert len(files) == 3
    for file in files:
        assert foreign.faults(file.read_text("utf-8")) == []
        assert foreign.faults(str(file), keeps_lines=False) == []


@FEW
@given(TEXTS, TEXTS)
def test_fixtures_hold_the_same_value(key, value):
    ordinary = case("push/ordinary")
    event = {**ordinary.event, "id": value, key: value}
    foreign_case = mock.Mock(wraps=ordinary, event=event, id="push/x", text=json.dumps(event))
    foreign_case.__class__ = type(ordinary)
    [file] = fixtures.fixtures([foreign_case])
    assert foreign.faults(file.content.decode()) == []
    assert json.loads(file.content) == json.loads(json.dumps(event))


# --- errors ---------------------------------------------------------------------------------------

MISUSE = [
    error
    for error in (*vars(errors).values(), TemplateError)
    if isinstance(error, type) and issubclass(error, EcrContractsError)
]
OF_SEVERAL_LINES = {
    "SetupError",
    "ConsumerError",
    "ShapingError",
    "UndeliveredCaseError",
    "BaselineError",
}


def made_of(error, text):
    """An exception of ours whose fields are foreign text, as far as they are text."""
    values = {"int": 3, "Iterable[int]": (3,), "Iterable[tuple[str, str]]": [(text, text)]}
    fields = {}
    for name, annotation in error.__init__.__annotations__.items():
        if name != "return":
            fields[name] = values.get(annotation, [text] if "Iterable" in annotation else text)
    return error(**fields)


@pytest.mark.parametrize("error", MISUSE[1:], ids=lambda error: error.__name__)
@FEW
@given(text=TEXTS)
def test_sentences_of_misuse(error, text):
    sentence = str(made_of(error, text))
    assert foreign.faults(sentence) == []
    if error.__name__ not in {*OF_SEVERAL_LINES, "TemplateError"}:
        assert "\n" not in sentence


@FEW
@given(TEXTS)
def test_faults_of_ours(text):
    fault = own_fault(ValueError(text))
    assert foreign.faults(str(fault), keeps_lines=False) == []
    assert foreign.faults(Path(fault.file).read_text("utf-8")) == []
    Path(fault.file).unlink()


# --- commands -------------------------------------------------------------------------------------


@pytest.mark.long
@FEW
@given(TEXTS, ENCODINGS)
def test_words_of_a_command_line(text, encoding):
    word = text.replace("\x00", "")
    for words in (
        [word],
        ["check", "--strength", word],
        ["check", word],
        ["check", f"app.py:{word}"],
        ["check", "--replay", word],
        ["check", "--env", word, "app.py:handler"],
        ["check", "--answer", word, "app.py:handler"],
        ["check", "--rule", word, "app.py:handler"],
        ["check", "--evidence", word],
        ["sample", word],
        ["sample", f"push/{word}"],
        ["sample", "push/ordinary", "--via", word],
        ["kinds", word],
        ["validate", word],
        ["validate", "--kind", word, "-"],
        ["coverage", word],
        ["coverage", "--fail-under", word, "-"],
        ["rules", word],
        ["rules", "match", "--cases", word],
        ["fixtures", "folder", "--kind", word],
        ["models", "--style", word],
    ):
        out, complaints, code = run(*words, encoding=encoding)
        assert foreign.faults(out + complaints) == [], words
        assert code in (0, 1, 2), words


@pytest.mark.long
@FEW
@given(TEXTS, TEXTS, ENCODINGS, st.sampled_from(["text", "json"]))
def test_events_of_files(key, value, encoding, form):
    event = {
        **case("push/ordinary").event,
        "id": value,
        key: value,
        "detail": {"action-type": value, "repository-name": {key: [value]}, key: key},
    }
    stranger = {"source": value, "detail-type": key, "detail": {key: value}}
    lines = [
        json.dumps(event),
        json.dumps(stranger),
        json.dumps([key]),
        f'{{"{ascii(key)[1:-1]}": ',
    ]
    Path("events.jsonl").write_text("\n".join(lines))
    for words in (["validate"], ["validate", "--kind", "push"], ["coverage"]):
        out, complaints, _ = run(*words, "events.jsonl", "--format", form, encoding=encoding)
        assert foreign.faults(out + complaints) == []
        if form == "json":
            json.loads(out)


@pytest.mark.long
@FEW
@given(foreign.texts(within_a_name=True), ENCODINGS)
def test_names_of_files(name, encoding):
    name = name[:50]
    path = Path(f"{name}.json")
    try:
        path.write_text('{"source": "aws.ecr"')
    except (OSError, UnicodeEncodeError):
        path = Path("\x1b[31m\u202e\n::error::x\udc9b.json")
        path.write_text('{"source": "aws.ecr"')
    for command in ("validate", "coverage", "rules"):
        out, complaints, code = run(command, str(path), encoding=encoding)
        assert foreign.faults(out + complaints) == []
        assert code in (1, 2)
        assert (out + complaints).strip()
        assert "\n::" not in out + complaints
    path.unlink()


@pytest.mark.long
@FEW
@given(TEXTS, TEXTS, st.sampled_from(["text", "json"]))
def test_rules(name, value, form):
    pattern = {"source": ["aws.ecr"], "detail-type": [value], "detail": {name: [value]}}
    properties = {"EventPattern": pattern, "Description": value, "Name": name}
    template = {"Resources": {name: {"Type": "AWS::Events::Rule", "Properties": properties}}}
    Path("template.json").write_text(json.dumps(template))
    Path("event.json").write_text(json.dumps({**case("push/ordinary").event, "id": value}))
    for words in (["--format", form], ["--event", "event.json"]):
        out, complaints, _ = run("rules", "template.json", *words)
        assert foreign.faults(out + complaints) == []
    out, complaints, _ = run("rules", f"template.json:{name}".replace("\x00", ""))
    assert foreign.faults(out + complaints) == []


@pytest.mark.long
@FEW
@given(TEXTS, TEXTS)
def test_keys_and_values_of_a_project(key, value):
    encoded = [json.dumps(text.encode("utf-8", "replace").decode()) for text in (key, value)]
    for line in (
        "{} = {}",
        'consumers = [{{ handler = "app.py:handler", {} = {} }}]',
        "checks = {{ {} = {} }}",
        "answers = {{ {} = {} }}",
        "env = {{ {} = {} }}",
    ):
        table = line.format(*encoded).replace("\x7f", "\\u007f")
        Path("pyproject.toml").write_text(f"[tool.ecr-contracts]\n{table}\n", "utf-8")
        out, complaints, code = run("check", "nowhere.py:handler")
        assert foreign.faults(out + complaints) == []
        assert code == 2
    Path("pyproject.toml").unlink()
