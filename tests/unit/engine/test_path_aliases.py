"""Aliases of paths: the engine sees a short name, and everybody else the path."""

import pytest

from ecr_contracts.engine.subjects.step_functions.path_aliases import PathAliases

PATHS = {
    "of the input": "$.detail.image-tags[0]",
    "in brackets": "$.detail['image-digest']",
    "into the context": "$$.Execution.Name",
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_a_path_in_an_intrinsic_function_has_an_alias_that_leads_back_to_it(path):
    aliases = PathAliases()
    call = f"States.Format('{{}}', {path})"
    (replaced,) = aliases.replaced_in([call])
    alias = replaced.removeprefix("States.Format('{}', ").removesuffix(")")
    assert alias != path
    assert "-" not in alias
    assert alias.startswith("$$") is path.startswith("$$")
    context = "$" if path.startswith("$$") else ""
    assert context + aliases.path(alias.removeprefix(context)) == path
    assert aliases.restored(replaced) == call


def test_each_path_has_an_alias_of_its_own_wherever_it_stands():
    aliases = PathAliases()
    definition = {"a.$": "States.Array($.x, $.y)", "b": [{"c.$": "States.StringToJson($.z)"}]}
    replaced = aliases.replaced_in(definition)
    assert list(replaced) == list(definition)
    first, second = replaced["a.$"], replaced["b"][0]["c.$"]
    assert aliases.restored(first) == definition["a.$"]
    assert aliases.restored(second) == definition["b"][0]["c.$"]
    assert len({*first[:-1].split("(")[1].split(", "), second.split("(")[1]}) == 3


@pytest.mark.parametrize(
    "text", ["States.Format('$.not-a-path')", r"States.Format('it\'s $.none')", "$.image-tags", "x"]
)
def test_what_is_no_argument_of_a_function_stays(text):
    aliases = PathAliases()
    assert aliases.replaced_in({"value": text}) == {"value": text}
    assert aliases.replaced_in(7) == 7
    assert aliases.path("$.image-tags") == "$.image-tags"
