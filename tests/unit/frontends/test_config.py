"""`[tool.ecr-contracts]`: what it may say, and what is said of everything else."""

import pytest

from ecr_contracts.core.errors import ConfigurationError
from ecr_contracts.core.findings import Evidence
from ecr_contracts.engine.phases import Effort
from ecr_contracts.events.generate import cases
from ecr_contracts.frontends import config

SCAN_HANDLER = 'def handler(event, context):\n    return event["detail"]["scan-status"], event["detail"]["image-tags"]\n'


@pytest.fixture
def read(tmp_path):
    """Reads a pyproject.toml with the given text, beside a handler for scans."""
    (tmp_path / "app.py").write_text(SCAN_HANDLER)

    def read(text):
        file = tmp_path / "pyproject.toml"
        file.write_text(text, encoding="utf-8")
        return config.read(file)

    return read


def test_every_key(read, tmp_path):
    text = """
[tool.ecr-contracts]
consumers = [
    { handler = "app.py:f", kinds = ["scan", "push"], via = ["sqs", "lambda"], timeout = 3, evidence = "captured" },
    { handler = "package.module:on_push", kinds = "push", via = "sqs", timeout = 0.5, strength = 3, examples = 0 },
    { handler = "package.module:on_scan", examples = 50, probe = 0 },
]
"""
    first, second, third = read(text)
    assert str(first.target) == "app.py:f"
    assert first.kinds == ("scan", "push")
    assert first.via == ("sqs", "lambda")
    assert first.effort == Effort(evidence=Evidence.CAPTURED)
    assert first.timeout == 3
    assert first.folder == tmp_path
    assert first.line == 4
    assert second.target.module == "package.module"
    assert (second.kinds, second.via, second.timeout, second.line) == (("push",), ("sqs",), 0.5, 5)
    assert second.effort == Effort(strength=3, examples=0)
    assert third.effort == Effort(examples=50, probe=0)


def test_only_the_handler_is_needed(read):
    (consumer,) = read("[tool.ecr-contracts]\nconsumers = [{ handler = 'app.py:handler' }]")
    assert (consumer.kinds, consumer.via, consumer.effort, consumer.timeout) == (
        (),
        (),
        Effort(),
        5.0,
    )


def test_consumers_may_be_tables_of_their_own(read):
    text = '[[tool.ecr-contracts.consumers]]\nhandler = "a.py:f"\n[[tool.ecr-contracts.consumers]]\nhandler = "b.py:f"'
    assert [str(consumer.target) for consumer in read(text)] == ["a.py:f", "b.py:f"]


def test_the_line_of_a_handler_that_is_written_otherwise_is_the_first(read):
    (consumer,) = read('[tool.ecr-contracts]\nconsumers = [{ handler = "\\u0061pp.py:handler" }]')
    assert consumer.line == 1


def test_a_name_twice_counts_once(read):
    (consumer,) = read(
        '[tool.ecr-contracts]\nconsumers = [{ handler = "app.py:f", kinds = ["scan", "scan"] }]'
    )
    assert consumer.kinds == ("scan",)


@pytest.mark.parametrize(
    "text", ["", "[project]\nname = 'x'", "tool = 3", "[tool]\nother = 1", "[tool.ecr-contracts]"]
)
def test_no_consumers(read, text):
    assert read(text) == ()


def test_the_plan_is_every_envelope_with_every_case(read):
    (consumer,) = read(
        "[tool.ecr-contracts]\n"
        "consumers = [{ handler = 'app.py:f', kinds = 'scan', via = ['sqs', 'lambda'], evidence = 'documented' }]"
    )
    plan = [(via, case.id) for via, case in consumer.plan()]
    assert plan[:2] == [("sqs", "scan/sample"), ("sqs", "scan/ordinary")]
    assert ("lambda", "scan/no-tags") in plan
    assert ("lambda", "scan/no-counts") not in plan  # that rests on the registry
    assert len(plan) == len(set(plan)) > 20


@pytest.mark.parametrize("strength", [1, 2, 3])
def test_the_plan_is_of_the_strength_that_is_asked_for(read, strength):
    (consumer,) = read(
        f"[tool.ecr-contracts]\nconsumers = [{{ handler = 'app.py:f', kinds = 'push', strength = {strength} }}]"
    )
    assert list(consumer.plan()) == [
        ("lambda", case) for case in cases.edge_cases("push", strength)
    ]


def test_the_source_says_what_the_configuration_leaves_open(read, monkeypatch):
    (consumer,) = read("[tool.ecr-contracts]\nconsumers = [{ handler = 'app.py:handler' }]")
    monkeypatch.chdir("/")  # the handler is looked for beside the file
    assert {(via, case.kind) for via, case in consumer.plan()} == {("lambda", "scan")}


ENTRY = 'handler = "app.py:handler"'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "[tool.ecr-contracts\n",
            "pyproject.toml, tool.ecr-contracts.consumers: the file is not TOML: ",
        ),
        ("tool.ecr-contracts = 3", "tool.ecr-contracts is a table, not 3"),
        (
            "[tool.ecr-contracts]\nconsumer = []",
            "ecr-contracts.consumer: no such key; did you mean 'consumers'?",
        ),
        (
            "[tool.ecr-contracts]\nnonsense = 1",
            "ecr-contracts.nonsense: no such key; there are: consumers",
        ),
        (
            "[tool.ecr-contracts]\nconsumers = 'app.py:f'",
            "consumers: it is a list, as in consumers = [{ handler",
        ),
        (
            "[tool.ecr-contracts]\nconsumers = ['app.py:f']",
            "consumers[0]: it is a table, as in { handler = ",
        ),
        (
            "[tool.ecr-contracts]\nconsumers = [{ kinds = 'scan' }]",
            "consumers[0].handler: it is missing; write",
        ),
        (
            "[tool.ecr-contracts]\nconsumers = [{ handler = 1 }]",
            "consumers[0].handler: it is text, as in",
        ),
        (
            "[tool.ecr-contracts]\nconsumers = [{ handler = 'app.handler' }]",
            "consumers[0].handler: 'app.handler': it does not name a function; did you mean app.py:handler?",
        ),
        (
            f"[tool.ecr-contracts]\nconsumers = [{{ {ENTRY}, kind = 'scan' }}]",
            "[0].kind: no such key; did you mean 'kinds'?",
        ),
        (
            f"[tool.ecr-contracts]\nconsumers = [{{ {ENTRY} }}, {{ {ENTRY}, rule = 'template.yaml' }}]",
            "consumers[1].rule: no such key; "
            "there are: handler, kinds, via, evidence, timeout, strength, examples, probe",
        ),
        (
            f"[tool.ecr-contracts]\nconsumers = [{{ {ENTRY}, kinds = ['scam'] }}]",
            "consumers[0].kinds: no kind is called 'scam'; did you mean 'scan'?",
        ),
        (
            f"[tool.ecr-contracts]\nconsumers = [{{ {ENTRY}, kinds = [] }}]",
            "consumers[0].kinds: the list is empty; leave",
        ),
        (
            f"[tool.ecr-contracts]\nconsumers = [{{ {ENTRY}, kinds = 3 }}]",
            "[0].kinds: it is a name or a list of names, not 3",
        ),
        (
            f"[tool.ecr-contracts]\nconsumers = [{{ {ENTRY}, via = [3] }}]",
            "[0].via: it is a name or a list of names, not [3]",
        ),
        (
            f"[tool.ecr-contracts]\nconsumers = [{{ {ENTRY}, via = 'carrier pigeon' }}]",
            "consumers[0].via: no envelope is called 'carrier pigeon'; there are: lambda, sqs",
        ),
        (
            f"[tool.ecr-contracts]\nconsumers = [{{ {ENTRY}, evidence = 'rumour' }}]",
            "[0].evidence: no sort of evidence is 'rumour'; there are: documented, registry, captured, inferred",
        ),
        (
            f"[tool.ecr-contracts]\nconsumers = [{{ {ENTRY}, evidence = [] }}]",
            "[0].evidence: no sort of evidence is []",
        ),
        (
            f"[tool.ecr-contracts]\nconsumers = [{{ {ENTRY}, timeout = 0 }}]",
            "[0].timeout: it is a number of seconds above 0",
        ),
        (f"[tool.ecr-contracts]\nconsumers = [{{ {ENTRY}, timeout = 901 }}]", "up to 900, not 901"),
        (
            f"[tool.ecr-contracts]\nconsumers = [{{ {ENTRY}, timeout = true }}]",
            "up to 900, not True",
        ),
        (f"[tool.ecr-contracts]\nconsumers = [{{ {ENTRY}, timeout = nan }}]", "up to 900, not nan"),
        (f"[tool.ecr-contracts]\nconsumers = [{{ {ENTRY}, timeout = '5' }}]", "up to 900, not '5'"),
        *(
            (
                f"[tool.ecr-contracts]\nconsumers = [{{ {ENTRY}, {key} = {value} }}]",
                f"consumers[0].{key}: it is a whole number, {wanted}, not {shown}",
            )
            for key, value, wanted, shown in [
                ("strength", "0", "1 to 4", "0"),
                ("strength", "5", "1 to 4", "5"),
                ("strength", "'2'", "1 to 4", "'2'"),
                ("strength", "true", "1 to 4", "True"),
                ("strength", "2.0", "1 to 4", "2.0"),
                ("examples", "-1", "0 or more", "-1"),
                ("examples", "'x'", "0 or more", "'x'"),
                ("examples", "false", "0 or more", "False"),
                ("probe", "-1", "0 or more", "-1"),
                ("probe", "[]", "0 or more", "[]"),
            ]
        ),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(read, text, words):
    with pytest.raises(ConfigurationError) as refusal:
        read(text)
    assert str(refusal.value).startswith("pyproject.toml, tool.ecr-contracts.")
    assert words in str(refusal.value)


@pytest.mark.parametrize("consumers", ["3", "'app.py:f'", "{ handler = 'app.py:f' }"])
def test_consumers_that_are_no_list_are_refused_by_both_readers(read, tmp_path, consumers):
    words = r"tool\.ecr-contracts\.consumers: it is a list, as in consumers = "
    text = f"[tool.ecr-contracts]\nconsumers = {consumers}"
    with pytest.raises(ConfigurationError, match=words):
        read(text)
    with pytest.raises(ConfigurationError, match=words):
        config.common(tmp_path / "pyproject.toml", "app.py:f")
