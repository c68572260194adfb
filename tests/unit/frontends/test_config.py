"""`[tool.ecr-contracts]`: what it may say, and what is said of everything else."""

from dataclasses import fields, replace

import pytest

from ecr_contracts.core.errors import ConfigurationError
from ecr_contracts.core.findings import Evidence
from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import planned
from ecr_contracts.events.generate import cases
from ecr_contracts.frontends import config
from tests.rows import in_one_test

SCAN_HANDLER = """
def handler(event, context):
    return event["detail"]["scan-status"], event["detail"]["image-tags"]
"""
HEAD = "[tool.ecr-contracts]\n"
# Keys that may stand at a consumer or above all of them, values that they cannot have, and what is
# said of those. Words that begin with a dot go on with the key.
SHARED = [
    ("answers", "3", "it is a table, not 3"),
    ("env", "['A']", "it is a table, not ['A']"),
    ("env", "'lenient'", 'it is "strict", "auto", or a table of variables, not \'lenient\''),
    ("env-strict", "1", "it is true or false, not 1"),
    ("env", "{ LIMIT = 3 }", ".LIMIT: environment variables are text, not 3"),
    ("env", '{ A_TOKEN = ["planted"] }', ".A_TOKEN: environment variables are text, not ***"),
    ("env-file", "3", "it is a path, not 3"),
    ("env-auto", "'yes'", "it is true or false, not 'yes'"),
    ("sandbox", "'cloud'", "it is one of answers, moto"),
    ("allow-net", "[3]", "it is a list of texts, not [3]"),
    ("allow-process", "''", "it is a list of texts, not ''"),
    ("allow-write", "['']", "it is a list of texts, not ['']"),
    ("allow-write", '["a\\u0000b"]', "no path has the character NUL, as 'a\\x00b' does"),
    ("allow-write", "['~no-such-user-0/x']", "there is no such home: '~no-such-user-0/x'"),
    ("stub-modules", "{}", "it is a list of texts, not {}"),
    ("memory", "63", "it is a whole number of megabytes, 64 or more, not 63"),
    ("memory", "true", "it is a whole number of megabytes, 64 or more, not True"),
    ("checks", "{ raise = 'off' }", ".raise: no check is called 'raise'; did you mean 'raises'?"),
    ("checks", "{ ECR999 = 'off' }", ".ECR999: no check (`ecr-contracts checks` lists them)"),
    ("checks", "{ ECR101 = 'off', raises = 'error' }", ".raises: raises and ECR101 are one check"),
    ("checks", "{ raises = 'loud' }", ".raises: it is error, warning, or off, as in 'off: why'"),
    ("strict", "1", "it is true or false, not 1"),
]


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Reads a pyproject.toml with the given text, beside a handler for scans."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(SCAN_HANDLER)

    def read(text):
        file = tmp_path / "pyproject.toml"
        file.write_text(text, encoding="utf-8")
        return config.read(file)

    return read


def test_every_key(read, tmp_path):
    text = """
[[tool.ecr-contracts.consumers]]
handler = "app.py:f"
kinds = ["scan", "push"]
via = ["sqs", "lambda"]
timeout = 3
evidence = "captured"
[[tool.ecr-contracts.consumers]]
handler = "package.module:on_push"
kinds = "push"
via = "sqs"
timeout = 0.5
strength = 3
examples = 0
[[tool.ecr-contracts.consumers]]
handler = "package.module:on_scan"
examples = 50
probe = 0
"""
    first, second, third = read(text)
    assert str(first.target) == "app.py:f"
    assert first.kinds == ("scan", "push")
    assert first.via == ("sqs", "lambda")
    assert first.effort == Effort(evidence=Evidence.CAPTURED)
    assert first.timeout == 3
    assert first.folder == tmp_path
    assert first.line == 3
    assert second.target.module == "package.module"
    assert (second.kinds, second.via, second.timeout, second.line) == (("push",), ("sqs",), 0.5, 9)
    assert second.effort == Effort(strength=3, examples=0)
    assert third.effort == Effort(examples=50, probe=0)


def test_only_the_handler_is_needed(read):
    (consumer,) = read("[tool.ecr-contracts]\nconsumers = [{ handler = 'app.py:handler' }]")
    assert (consumer.kinds, consumer.via, consumer.effort, consumer.timeout) == (
        (),
        (),
        Effort(),
        None,
    )


def test_consumers_may_be_inline_tables(read):
    (first, second) = read(
        f"{HEAD}consumers = [\n{{ handler = 'a.py:f', via = 'sqs' }},\n{{ handler = 'b.py:f' }},\n]"
    )
    assert (str(first.target), first.via, first.line) == ("a.py:f", ("sqs",), 3)
    assert (str(second.target), second.via, second.line) == ("b.py:f", (), 4)


def test_the_line_of_a_handler_that_is_written_otherwise_is_the_first(read):
    (consumer,) = read('[tool.ecr-contracts]\nconsumers = [{ handler = "\\u0061pp.py:handler" }]')
    assert consumer.line == 1


def test_a_name_twice_counts_once(read):
    (consumer,) = read(
        '[tool.ecr-contracts]\nconsumers = [{ handler = "app.py:f", kinds = ["scan", "scan"] }]'
    )
    assert consumer.kinds == ("scan",)


@pytest.mark.parametrize(
    "text", ["", "[project]\nname = 'x'", "[tool]\nother = 1", "[tool.ecr-contracts]"]
)
def test_no_consumers(read, text):
    assert read(text) == ()


HOSTILE = {
    "UTF-16": ("[tool]".encode("utf-16"), r"the file is not UTF-8, as TOML is \(line 1\)"),
    "Latin-1 in a comment": ("\n# \xe9".encode("latin-1"), r"not UTF-8, as TOML is \(line 2\)"),
    "a tool that is no table": (b'tool = "text"', "tool is a table, not 'text'"),
    "a tool of ours that is no table": (
        b"[tool]\necr-contracts = 3",
        "tool.ecr-contracts is a table, not 3",
    ),
    "an escape of no character": (rb'a = "\U0011FFFF"', "the file is not TOML: "),
    "an escape that is none": (rb'a = "\q"', "the file is not TOML: Unescaped"),
    "a date that is none": (b"a = 0000-01-01", "the file is not TOML: "),
    "lists nested deep": (b"a = " + b"[" * 100_000, "the file is too deeply nested"),
    "a number that Python does not write": (
        b"[tool]\necr-contracts = 0x" + b"f" * 100_000,
        "tool.ecr-contracts is a table, not an int",
    ),
    "a value without end": (
        b"[tool]\necr-contracts = '" + b"x" * 500_000 + b"'",
        r"tool.ecr-contracts is a table, not 'x{98}…$",
    ),
    "an answer nested deep": (
        b"[tool.ecr-contracts.answers]\na" + b".a" * 200 + b" = 1",
        r"answers\.a: it is nested more than 100 levels deep",
    ),
    "lines in a value": (
        b"[tool]\necr-contracts = ['''\n\n''', '''\n\r\n''']",
        r"tool.ecr-contracts is a table, not \[.*\]$",
    ),
    "a file without end": (
        b"#" * 2_000_000,
        "the file cannot be read: it is too large: more than 1,000,000 bytes",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_nobody_can_mean_is_refused_in_one_line(tmp_path, name):
    content, problem = HOSTILE[name]
    file = tmp_path / "pyproject.toml"
    file.write_bytes(content)
    for read_it in (config.read, config.project_settings):
        with pytest.raises(ConfigurationError, match=problem) as refused:
            read_it(file)
        assert "\n" not in str(refused.value)


def plan_of(consumer):
    """Each envelope with each case, as a session gives them."""
    plan = planned(consumer.subject(), consumer.request())
    return [(via, case) for via in plan.envelopes for case in plan.cases]


def test_the_plan_is_every_envelope_with_every_case(read):
    (consumer,) = read(
        "[[tool.ecr-contracts.consumers]]\n"
        "handler = 'app.py:f'\nkinds = 'scan'\nvia = ['sqs', 'lambda']\nevidence = 'documented'"
    )
    plan = [(via, case.id) for via, case in plan_of(consumer)]
    assert plan[:2] == [("sqs", "scan/sample"), ("sqs", "scan/ordinary")]
    assert ("lambda", "scan/no-tags") in plan
    assert ("lambda", "scan/no-counts") not in plan  # that rests on the registry
    assert len(plan) == len(set(plan)) > 20


@pytest.mark.parametrize("strength", [1, 2, 3])
def test_the_plan_is_of_the_strength_that_is_asked_for(read, strength):
    (consumer,) = read(
        f"{HEAD}[[tool.ecr-contracts.consumers]]\n"
        f"handler = 'app.py:f'\nkinds = 'push'\nstrength = {strength}"
    )
    assert list(plan_of(consumer)) == [
        ("lambda", case) for case in cases.edge_cases("push", strength)
    ]


def test_the_source_says_what_the_configuration_leaves_open(read, monkeypatch):
    (consumer,) = read("[tool.ecr-contracts]\nconsumers = [{ handler = 'app.py:handler' }]")
    monkeypatch.chdir("/")  # the handler is looked for beside the file
    assert {(via, case.kind) for via, case in plan_of(consumer)} == {("lambda", "scan")}


def is_refused(read, text: str, words: str) -> None:
    """That a file is refused with a message that names the file, the key, and these words."""
    with pytest.raises(ConfigurationError) as refusal:
        read(text)
    assert str(refusal.value).startswith(
        ("pyproject.toml, tool.ecr-contracts.", "pyproject.toml: ")
    )
    assert words in str(refusal.value)


@in_one_test
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "[tool.ecr-contracts\n",
            "pyproject.toml: the file is not TOML: ",
        ),
        ("tool.ecr-contracts = 3", "tool.ecr-contracts is a table, not 3"),
        (f"{HEAD}consumer = []", "ecr-contracts.consumer: no such key; did you mean 'consumers'?"),
        (f"{HEAD}nonsense = 1", "ecr-contracts.nonsense: no such key; there are: consumers"),
        (f"{HEAD}consumers = 'app.py:f'", "consumers: it is a list, as in consumers = [{ handler"),
        (f"{HEAD}consumers = ['app.py:f']", "consumers[0]: it is a table, as in { handler = "),
        (f"{HEAD}consumers = [{{ kinds = 'scan' }}]", "consumers[0].handler: it is missing; write"),
        (f"{HEAD}consumers = [{{ handler = 1 }}]", "consumers[0].handler: it is text, as in"),
        (
            f"{HEAD}consumers = [{{ handler = 'app.handler' }}]",
            "consumers[0].handler: 'app.handler': it does not name a function; "
            "did you mean app.py:handler?",
        ),
        (
            f"{HEAD}consumers = [{{ handler = 'app.py:f' }}, {{ handler = 'app.py:f', zeal = 1 }}]",
            "consumers[1].zeal: no such key; "
            "there are: handler, kinds, via, path, rule, unshielded, evidence, timeout, strength",
        ),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_words(read, text, words):
    is_refused(read, text, words)


@in_one_test
@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("kind", "'scan'", "no such key; did you mean 'kinds'?"),
        ("kinds", "['scam']", "no kind is called 'scam'; did you mean 'scan'?"),
        ("kinds", "[]", "the list is empty; leave"),
        ("kinds", "3", "it is a name or a list of names, not 3"),
        ("via", "[3]", "it is a name or a list of names, not [3]"),
        (
            "via",
            "'carrier pigeon'",
            "no envelope is called 'carrier pigeon'; there are: lambda, sqs",
        ),
        (
            "evidence",
            "'rumour'",
            "no sort of evidence is 'rumour'; there are: documented, captured, handled, "
            "necessary, registry, inferred",
        ),
        ("evidence", "[]", "no sort of evidence is []"),
        ("unshielded", "'yes'", "it is true or false, not 'yes'"),
        ("rule", "3", "it is a list of texts, not 3"),
        ("rule", "'no.yaml'", "no.yaml: No such file"),
        ("rule", "'app.py'", "app.py: it is no file that rules are read from"),
        ("timeout", "0", "it is a number of seconds above 0 and up to 900, not 0"),
        ("timeout", "901", "it is a number of seconds above 0 and up to 900, not 901"),
        ("timeout", "true", "it is a number of seconds above 0 and up to 900, not True"),
        ("timeout", "nan", "it is a number of seconds above 0 and up to 900, not nan"),
        ("timeout", "'5'", "it is a number of seconds above 0 and up to 900, not '5'"),
        ("strength", "0", "it is a whole number, 1 to 4, not 0"),
        ("strength", "5", "it is a whole number, 1 to 4, not 5"),
        ("strength", "'2'", "it is a whole number, 1 to 4, not '2'"),
        ("strength", "true", "it is a whole number, 1 to 4, not True"),
        ("strength", "2.0", "it is a whole number, 1 to 4, not 2.0"),
        ("examples", "-1", "it is a whole number, 0 or more, not -1"),
        ("examples", "'x'", "it is a whole number, 0 or more, not 'x'"),
        ("examples", "false", "it is a whole number, 0 or more, not False"),
        ("probe", "-1", "it is a whole number, 0 or more, not -1"),
        ("probe", "[]", "it is a whole number, 0 or more, not []"),
        *SHARED,
    ],
)
def test_a_key_of_a_consumer_that_cannot_be_used_is_refused_in_words(read, key, value, words):
    text = f"{HEAD}consumers = [{{ handler = 'app.py:handler', {key} = {value} }}]"
    is_refused(read, text, f"consumers[0].{key}{words if words[0] == '.' else ': ' + words}")


@in_one_test
@pytest.mark.parametrize(("key", "value", "words"), SHARED)
def test_a_key_for_all_consumers_that_cannot_be_used_is_refused_in_words(read, key, value, words):
    is_refused(
        read,
        f"{HEAD}{key} = {value}",
        f"tool.ecr-contracts.{key}{words if words[0] == '.' else ': ' + words}",
    )


@pytest.mark.parametrize("consumers", ["3", "'app.py:f'", "{ handler = 'app.py:f' }"])
def test_consumers_that_are_no_list_are_refused_by_both_readers(read, tmp_path, consumers):
    words = r"tool\.ecr-contracts\.consumers: it is a list, as in consumers = "
    text = f"[tool.ecr-contracts]\nconsumers = {consumers}"
    with pytest.raises(ConfigurationError, match=words):
        read(text)
    with pytest.raises(ConfigurationError, match=words):
        config.project_settings(tmp_path / "pyproject.toml", "app.py:f")


# --- rules ----------------------------------------------------------------------------------------

PATTERN = '{"source": ["aws.ecr"], "detail": {"repository-name": ["shop/api"]}}'


@pytest.mark.parametrize("value", ["'named/api.json'", "['named/api.json']"])
def test_a_rule_is_named_relative_to_the_file(read, tmp_path, monkeypatch, value):
    (tmp_path / "named").mkdir()
    (tmp_path / "named/api.json").write_text(PATTERN)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    [consumer] = read(f"{HEAD}consumers = [{{ handler = 'app.py:handler', rule = {value} }}]")
    [rule] = consumer.rules
    assert rule.place == "named/api.json:1"
    plan = planned(consumer.subject(), consumer.request())
    names = {case.event["detail"]["repository-name"] for case in plan.cases}
    assert names == {"shop/api"}
    again = config.project_settings(tmp_path / "pyproject.toml", "app.py:handler")
    assert (again.rules, again.unshielded) == (consumer.rules, False)
    assert config.project_settings(tmp_path / "pyproject.toml", "other.py:handler").rules == ()


def test_a_consumer_can_be_judged_without_its_rule(read, tmp_path):
    (tmp_path / "rule.json").write_text(PATTERN)
    keys = "handler = 'app.py:handler', kinds = 'scan', strength = 1"
    [behind] = read(f"{HEAD}consumers = [{{ {keys} }}]")
    [consumer] = read(f"{HEAD}consumers = [{{ {keys}, unshielded = true }}]")
    assert config.project_settings(tmp_path / "pyproject.toml", "app.py:handler").unshielded
    assert planned(consumer.subject(), consumer.request()).cases == cases.edge_cases("scan")
    assert planned(behind.subject(), behind.request()).cases != cases.edge_cases("scan")


@pytest.mark.parametrize(
    ("above", "own", "makes_up", "asks"),
    [
        ("", "", True, False),
        ("env = 'auto'", "", True, True),
        ("env = 'strict'", "", False, False),
        ("env = { A = 'a' }\nenv-strict = true", "", False, False),
        ("env-auto = false", "", False, False),
        ("env = 'strict'", ", env = 'auto'", True, True),
        ("env-strict = true", ", env-strict = false", True, True),
        ("env = 'strict'", ", env = { A = 'a' }", False, False),
    ],
)
def test_missing_variables_are_made_up_unless_somebody_is_strict(
    tmp_path, above, own, makes_up, asks
):
    file = tmp_path / "pyproject.toml"
    file.write_text(f"{HEAD}{above}\nconsumers = [{{ handler = 'app.py:f'{own} }}]")
    project = config.project_settings(file, "app.py:f")
    assert (project.settings.env_auto, project.asks_for_variables) == (makes_up, asks)
    [consumer] = config.read(file)
    assert consumer.settings == project.settings


def test_a_handler_that_cannot_be_found_is_left_to_the_check(tmp_path):
    file = tmp_path / "pyproject.toml"
    file.write_text(f"{HEAD}consumers = [{{ handler = 'no.yaml:Fn', env-auto = true }}]")
    assert config.project_settings(file, "no.yaml:Fn").settings.env_auto


@pytest.mark.parametrize("key", ["kind", "zeal"])
def test_a_key_that_nobody_knows_is_told_beside_all_that_there_are_once(read, key):
    with pytest.raises(ConfigurationError) as refusal:
        read(f"{HEAD}consumers = [{{ handler = 'app.py:handler', {key} = 1 }}]")
    message = str(refusal.value)
    assert message.count("there are: handler, kinds, via, path, rule") == 1
    assert ("did you mean 'kinds'?" in message) == (key == "kind")
    assert ("(there are: " in message) == (key == "kind")


def test_a_check_may_be_named_by_its_code(tmp_path):
    file = tmp_path / "pyproject.toml"
    file.write_text(f"{HEAD}checks = {{ ECR101 = 'off: we log', 'ecr102' = 'error' }}\n")
    assert config.project_settings(file).levels == {"raises": "off: we log", "refuses": "error"}


EVERY_SHARED_KEY = """
answers = { "sns.Publish" = {} }
env = { A = "b" }
env-file = "vars.env"
env-strict = true
sandbox = "moto"
allow-net = "127.0.0.1:1"
allow-process = "git"
allow-write = "out"
stub-modules = "numpy"
memory = 300
checks = { raises = "warning" }
strict = true
future = true
baseline = "accepted.toml"
"""


def test_an_entry_says_of_itself_what_the_file_says_of_it(read, tmp_path):
    """So that a key that one of them forgets is noticed."""
    (tmp_path / "vars.env").write_text("C=d\n")
    entry = "handler = 'app.py:f'\nunshielded = true\npath = '/x'\n"
    text = f"[[tool.ecr-contracts.consumers]]\n{entry}{EVERY_SHARED_KEY}"
    [consumer] = read(text)
    told = config.project_settings(tmp_path / "pyproject.toml", "app.py:f")
    assert replace(consumer.project_settings(), asks_for_variables=True) == replace(
        told, asks_for_variables=True
    )
    usual = config.ProjectSettings()
    same = [one.name for one in fields(told) if getattr(told, one.name) == getattr(usual, one.name)]
    assert same == ["rules", "asks_for_variables"]
