"""Which mutants of the package are drawn, and which tests are tried on them."""

from __future__ import annotations

import ast
import itertools
import textwrap

import pytest
from cosmic_ray.mutating import mutate_code

from benchmarks.mutants.operators import OPERATORS
from benchmarks.mutants.sampling import Equivalent, equivalents, modules, mutants_at, sample
from benchmarks.mutants.selection import Selection
from tests.conftest import ROOT

MODULE = "ecr_contracts/core/bounds.py"


def project(folder, **files):
    """A small package, with files by the names of their modules."""
    (folder / "ecr_contracts" / "core").mkdir(parents=True)
    for name, text in files.items():
        file = folder / "ecr_contracts" / "core" / f"{name}.py"
        file.write_text(textwrap.dedent(text), "utf-8")
    return folder


def changes(mutants):
    return [(mutant.module, mutant.line, mutant.before, mutant.after) for mutant in mutants]


BOUNDS = """
    def is_large(size):
        if size > 10:
            return True
        return False
"""
WORDS = """
    def words(text):
        for word in text.split():
            yield word + "!"
"""


def test_the_same_seed_gives_the_same_sample_and_another_seed_another(tmp_path):
    root = project(tmp_path, bounds=BOUNDS, words=WORDS)
    first, again, other = (changes(sample(root, seed)) for seed in (1, 1, 2))
    assert first == again != other
    assert {place for place, *_ in first} == {place for place, *_ in other}


def test_a_change_of_one_module_leaves_the_mutants_of_the_others(tmp_path):
    before = project(tmp_path / "before", bounds=BOUNDS, words=WORDS)
    after = project(tmp_path / "after", bounds=BOUNDS, words="size = 1 + 2\n" * 9)

    def of_bounds(root):
        return [change for change in changes(sample(root, 3)) if change[0] == MODULE]

    assert of_bounds(before) == of_bounds(after) != []


def test_each_mutant_is_another_program_that_differs_on_its_line(tmp_path):
    root = project(tmp_path, bounds=BOUNDS, words=WORDS)
    mutants = list(sample(root, 1))
    assert len(mutants) == 5  # the lines but that of each definition
    for mutant in mutants:
        source = (root / mutant.module).read_text("utf-8")
        assert ast.dump(ast.parse(mutant.code)) != ast.dump(ast.parse(source))
        assert source.split("\n")[mutant.line - 1].strip() == mutant.before
        assert mutant.after not in (mutant.before, "")


def test_a_line_has_every_change_that_begins_on_it(tmp_path):
    root = project(tmp_path, bounds=BOUNDS)
    found = {mutant.after for mutant in mutants_at(root, MODULE, 3)}
    assert {"if size >= 10:", "if not size > 10:", "if size > 11:", "if size > 9:"} <= found


def test_a_change_that_python_warns_of_is_not_drawn(tmp_path):
    root = project(tmp_path, bounds='word = input() > "x"\n')
    found = {mutant.after for mutant in mutants_at(root, MODULE, 1)}
    assert 'word = input() >= "x"' in found
    assert not any(" is " in after for after in found)


@pytest.mark.parametrize(
    "text",
    [
        '"""1 + 2 are not added in a docstring."""\n',
        "def f(one: int | None) -> int | None: ...\n",
        "size: int | None\n",
        "if TYPE_CHECKING:\n    size = 1 + 2\n",
        "__all__ = [*[] + []]\n",
        "@lru_cache(maxsize=8)\ndef f(): ...\n",
        "@overload\ndef f(): ...\n",
    ],
    ids=lambda text: text.partition("\n")[0],
)
def test_what_makes_no_difference_is_not_drawn(tmp_path, text):
    root = project(tmp_path, bounds=text)
    assert changes(mutants_at(root, MODULE, 2 if "TYPE_CHECKING" in text else 1)) == []


def test_what_a_dataclass_promises_to_type_checkers_is_not_drawn(tmp_path):
    root = project(tmp_path, bounds="@dataclass(frozen=True, order=True)\nclass One: ...\n")
    found = {mutant.after for mutant in mutants_at(root, MODULE, 1)}
    assert found == {"", "@dataclass(frozen=True, order=False)"}


def test_generated_modules_are_left_out():
    left = {file.relative_to(ROOT).as_posix() for file in modules(ROOT)}
    assert "ecr_contracts/events/model.py" in left
    assert left.isdisjoint({"ecr_contracts/events/types.py", "ecr_contracts/events/models.py"})


def test_a_listed_equivalent_is_not_drawn_wherever_its_line_stands(tmp_path):
    listed = [Equivalent(MODULE, "return False", "return None", "both are false to callers")]
    for number, text in enumerate((BOUNDS, "\n\n" + BOUNDS)):
        root = project(tmp_path / str(number), bounds=text)
        drawn, unlisted = (
            {change[2:] for seed in range(8) for change in changes(sample(root, seed, rows))}
            for rows in (listed, [])
        )
        assert unlisted - drawn == {("return False", "return None")}


def test_every_listed_equivalent_still_has_its_line_and_a_reason():
    for row in equivalents():
        lines = [line.strip() for line in (ROOT / row.module).read_text("utf-8").split("\n")]
        assert set(row.before.split("\n")) <= set(lines), row
        assert len(row.reason) > 20


@pytest.mark.parametrize("operator", OPERATORS)
def test_an_operator_makes_what_its_examples_say(operator):
    for example in operator.examples():
        code = mutate_code(example.pre_mutation_code, operator(), example.occurrence)
        assert code == example.post_mutation_code


# Selection
# --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def selection():
    return Selection(ROOT)


@pytest.mark.parametrize(
    ("module", "test"),
    [
        ("core/masking.py", "tests/unit/core/test_masking.py"),
        ("runtime/sandbox/stubs.py", "tests/unit/runtime/sandbox/test_stubs.py"),
        ("events/generate/cases.py", "tests/unit/events/generate/test_cases.py"),
        ("discovery/iac/terraform/hcl.py", "tests/unit/discovery/test_terraform.py"),
    ],
)
def test_the_tests_beside_a_module_are_tried_first(selection, module, test):
    first, *_ = selection.stages(f"ecr_contracts/{module}")
    assert first.name == "near"
    assert first.tests[0] == test


def test_every_module_has_tests_of_its_room_and_of_the_wider_suite(selection):
    for file in itertools.islice(modules(ROOT), 0, None, 20):
        module = file.relative_to(ROOT).as_posix()
        tests = [test for stage in selection.stages(module) for test in stage.tests]
        assert len(tests) == len(set(tests)) >= 5
        assert all((ROOT / test).is_file() for test in tests)
        assert any(test.startswith("tests/acceptance/") for test in tests)
