"""What is said of a field is judged by Python itself: the comparison is run on texts."""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.discovery.source.comparisons.finder import comparisons
from ecr_contracts.discovery.target import Target

LETTERS = "ab/-:AB1."
TEXTS = st.text(LETTERS, min_size=1, max_size=7)
CHANGES = st.sampled_from(
    [
        ".lower()",
        ".upper()",
        ".strip()",
        ".casefold()",
        '.split("/")[0]',
        '.split("/")[-1]',
        '.split("/", 1)[-1]',
        '.rsplit("/", 1)[0]',
        '.rsplit("/", 1)[-1]',
        '.partition(":")[0]',
        '.partition(":")[2]',
        '.rpartition("-")[2]',
        "[:2]",
        "[-2:]",
        "[1:]",
        '.removeprefix("a/")',
        '.replace("/", "-")',
        '.replace("-", "/")',
    ]
)
CHAINS = st.lists(CHANGES, max_size=3).map("".join)
TESTS = st.sampled_from(
    [
        "{value} == {literal}",
        "{value} != {literal}",
        "{literal} == {value}",
        "{value} in ({literal},)",
        "{value} in {{{literal}}}",
        "{value} not in [{literal}]",
        "{value}.startswith({literal})",
        "{value}.endswith(({literal},))",
        "{literal} in {value}",
        "{literal} in {value}.split('/')",
        "re.match({pattern}, {value})",
        "re.search({pattern}, {value}, re.IGNORECASE)",
        "re.compile({pattern}).fullmatch({value})",
        "fnmatch.fnmatchcase({value}, {literal} + '*')",
        "not {value} == {literal}",
    ]
)
NEGATIVE = ("{value} != {literal}", "{value} not in [{literal}]", "not {value} == {literal}")


@given(CHAINS, TESTS, TEXTS, st.lists(TEXTS, min_size=4, max_size=12))
def test_a_condition_holds_for_the_texts_that_the_comparison_is_true_of(
    chain: str, test: str, literal: str, texts: list[str]
) -> None:
    """A negative test is said by the condition that it denies, with the answers turned."""
    pattern = re.escape(literal)
    value = f"name{chain}"
    expression = test.format(value=value, literal=repr(literal), pattern=repr(pattern))
    code = (
        "import re, fnmatch\n"
        "def handler(event, context):\n"
        '    name = event["detail"]["repository-name"]\n'
        f"    if {expression}:\n"
        "        deploy(name)\n"
    )
    with TemporaryDirectory() as folder:
        file = Path(folder) / "app.py"
        file.write_text(code)
        found = comparisons(Target.parse(f"{file}:handler"))
    assert len(found) <= 1
    for said in found:
        is_negative = test in NEGATIVE
        assert said.leads_on is not is_negative
        for name in [*texts, literal, f"a/{literal}", f"{literal}/b", literal.upper()]:
            truth = bool(eval(expression, {"re": re, "fnmatch": fnmatch, "name": name}))
            assert said.condition.holds(name) is (truth is not is_negative), (expression, name)


@given(TESTS, TEXTS)
def test_a_plain_comparison_is_always_said(test: str, literal: str) -> None:
    """Of the field as it is, each sort of test comes to a condition."""
    expression = test.format(value="tag", literal=repr(literal), pattern=repr(re.escape(literal)))
    code = (
        "import re, fnmatch\n"
        "def handler(event, context):\n"
        f'    tag = event["detail"]["image-tag"]\n    if {expression}:\n        deploy(tag)\n'
    )
    with TemporaryDirectory() as folder:
        file = Path(folder) / "app.py"
        file.write_text(code)
        (said,) = comparisons(Target.parse(f"{file}:handler"))
    assert said.steps == ("detail", "image-tag")
