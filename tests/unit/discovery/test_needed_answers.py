"""Which answer a comparison has to give for anything to be done."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from ecr_contracts.discovery.source.comparisons.finder import comparisons
from ecr_contracts.discovery.target import Target

START = """
import boto3, sys
ecs = boto3.client("ecs")

def handler(event, context):
    detail = event["detail"]
    name = detail["repository-name"]
    tag = detail.get("image-tag")
"""
ACTS = "ecs.update_service(service=name)"


def needed(folder, body, above="", start=START):
    """What is needed of each comparison, by its literal, or by its line."""
    file = folder / "app.py"
    file.write_text(dedent(above) + start + indent(dedent(body), "    "))
    found = comparisons(Target.parse(f"{file}:handler"))
    return {one.literal: one.needed for one in found}


ONE_WAY = [
    (f'if name != "a":\n    return\n{ACTS}', True),
    (f'if name != "a":\n    print(name)\n    return {{"statusCode": 200}}\n{ACTS}', True),
    (f'if name == "a":\n    return\n{ACTS}', False),
    (f'if name == "a":\n    {ACTS}', True),
    (f'if name == "a":\n    {ACTS}\nprint("done")', True),
    (f'if not name == "a":\n    raise ValueError(name)\n{ACTS}', True),
    (f'if name == "a":\n    print(name)\nelse:\n    {ACTS}', False),
    (f'ours = name == "a"\nif not ours:\n    return\n{ACTS}', True),
    (f'if not name or name != "a":\n    return\n{ACTS}', True),
    (f'if tag and name == "a":\n    {ACTS}', True),
    (f'assert name == "a"\n{ACTS}', True),
    (f'if name != "a":\n    sys.exit(0)\n{ACTS}', True),
    (f'for one in detail:\n    if name != "a":\n        continue\n    {ACTS}', True),
    (f'{ACTS}\nif name != "a":\n    return\necs.stop()', True),
    (f'if {{"a": 1}}.get(name) is None:\n    return\n{ACTS}', True),
    (f'for one in {{"a": [1]}}.get(name, []):\n    {ACTS}', True),
    (f'x = {{"a": 1}}[name]\n{ACTS}', True),
    (f'match name:\n    case "a":\n        {ACTS}', True),
    (f'match name:\n    case "a":\n        {ACTS}\n    case _:\n        print(name)', True),
    (f'try:\n    if name != "a":\n        return\n    {ACTS}\nexcept ValueError:\n    pass', True),
]

EITHER_WAY = [
    f'if name == "a":\n    {ACTS}\n    return\necs.stop()',
    f'if name == "a":\n    {ACTS}\necs.stop()',
    f'if name == "a":\n    {ACTS}\nelse:\n    ecs.stop()',
    f'text = "x"\nif name == "a":\n    text = "y"\n{ACTS}',
    f'if name == "a" or tag:\n    {ACTS}',
    f'ours = name == "a"\nif not ours and not tag:\n    return\n{ACTS}',
    f'{ACTS}\nif name == "a":\n    print(name)',
    f'x = "y" if name == "a" else "z"\n{ACTS}',
    f'match name:\n    case "a":\n        {ACTS}\n    case _:\n        ecs.stop()',
    f'match name:\n    case "a":\n        {ACTS}\necs.stop()',
    f'for one in detail:\n    if name == "a":\n        {ACTS}\n        continue\n    ecs.stop()',
]


@pytest.mark.parametrize(("body", "answer"), ONE_WAY)
def test_one_way_alone_acts(body, answer, tmp_path):
    assert needed(tmp_path, body)["a"] is answer


@pytest.mark.parametrize("body", EITHER_WAY)
def test_either_way_acts(body, tmp_path):
    assert needed(tmp_path, body)["a"] is None


def test_a_function_says_whether_it_is_ours(tmp_path):
    above = """
    def ours(detail):
        if detail["repository-name"] != "a":
            return False
        return True
    """
    assert needed(tmp_path, f"if not ours(detail):\n    return\n{ACTS}", above)["a"] is True
    assert needed(tmp_path, f"if ours(detail):\n    {ACTS}\necs.stop()", above)["a"] is None
    above = """
    def ours(detail):
        return detail["repository-name"] == "a"
    """
    assert needed(tmp_path, f"if ours(detail):\n    return\n{ACTS}", above)["a"] is False


def test_what_the_caller_does_counts(tmp_path):
    above = """
    def deploy(name):
        if name == "a":
            ecs.update_service(service=name)
    """
    assert needed(tmp_path, "deploy(name)", above)["a"] is True
    assert needed(tmp_path, "deploy(name)\necs.stop()", above)["a"] is None


def test_of_a_chain_the_last_is_needed_and_each_is_of_one_group(tmp_path):
    file = tmp_path / "app.py"
    chain = f'if tag == "dev":\n    {ACTS}\nelif tag == "main":\n    {ACTS}\n'
    file.write_text(START + indent(chain, "    "))
    found = comparisons(Target.parse(f"{file}:handler"))
    assert [(one.literal, one.needed) for one in found] == [("dev", None), ("main", True)]
    assert len({one.group for one in found}) == 1
