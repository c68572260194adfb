"""Made-up variables let an event through: the judge is Python, which runs the code with them."""

from __future__ import annotations

import copy
import os
import textwrap
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ecr_contracts.discovery.source.variables.environment import value_of, variables
from ecr_contracts.discovery.target import Target
from ecr_contracts.eventbridge.rules.world import WHOLE_WORLD
from tests.writing import write

GUARDS = {
    "not equal": "if repo != os.environ['A']: return",
    "equal": "if repo == os.environ['B']:\n    pass\nelse:\n    return",
    "nothing else works": "if not (os.environ['C'] == repo): return",
    "one of pieces": "if repo not in os.environ['D'].split(','): return",
    "stripped pieces": "if repo not in [r.strip() for r in os.environ['E'].split(';')]: return",
    "a set of pieces": "if repo not in set(map(str.strip, os.environ['F'].split())): return",
    "a list of JSON": "if repo not in json.loads(os.environ['G']): return",
    "a map of JSON": "if json.loads(os.environ['H'])[repo] is None: return",
    "a map that may lack it": "if not json.loads(os.environ['I']).get(repo): return",
    "keys in a map": "if not json.loads(os.environ['J'])[repo]['channel']: return",
    "items of JSON": (
        "for item in json.loads(os.environ['K']):\n    if item['name'] == repo:\n        break\n"
        "else:\n    return"
    ),
    "prefix": "if not repo.startswith(os.environ['L']): return",
    "suffix": "if not repo.endswith(os.environ['M']): return",
    "any prefix": "if not any(repo.startswith(p) for p in os.environ['N'].split(',')): return",
    "several prefixes": "if not repo.startswith(tuple(os.environ['O'].split(','))): return",
    "within": "if os.environ['P'] not in repo: return",
    "regular expression": "if not re.match(os.environ['Q'], repo): return",
    "globs": "if not any(fnmatch(repo, p) for p in os.environ['R'].split(',')): return",
    "account": "if event['account'] != os.environ['S']: return",
    "region": "if os.environ['T'] != event['region']: raise ValueError(event['region'])",
    "tag": "if tag not in os.environ['U'].split(','): return",
    "part of a name": "if repo.split('/')[0] != os.environ['V']: return",
    "image": "if f\"{event['account']}/{repo}:{tag}\" != os.environ['W']: return",
    "threshold": "if not critical > int(os.environ['X']): return",
    "at least": "if critical < int(os.environ['Y']): return",
    "at most": "if critical > float(os.environ['Z']): return",
    "sum": "if sum(counts.values()) <= int(os.environ['AA']): return",
    "key of a table": "if not {'x': 1, 'y': 2}[os.environ['AB']]: return",
    "one of literals": "if os.environ['AC'] not in ('slack', 'sns'): raise ValueError",
    "a literal": "if os.environ['AD'] != 'yes': return",
    "not a literal": "if os.environ['AE_STAGE'] == 'dev': return",
    "lower case": "if os.environ['AF'].lower() != repo: return",
    "a table of pairs": (
        "if not dict(pair.split('=') for pair in os.environ['AJ'].split(',')).get(repo): return"
    ),
    "pairs by comprehension": (
        "pairs = (one.split(':') for one in os.environ['AK'].split())\n"
        "if repo not in {k: v for k, v in pairs}: return"
    ),
    "helper": "if not same(repo, os.environ['AG']): return",
    "there": "if not os.environ.get('AH'): return",
    "there, else empty": "if not os.environ.get('AI', ''): return",
}
SOURCE = """
import json, os, re
from fnmatch import fnmatch

def same(one, other):
    return one == other

def handler(event, context):
    detail = event["detail"]
    repo = detail["repository-name"]
    tag = detail["image-tags"][0]
    counts = detail["finding-severity-counts"]
    critical = counts["CRITICAL"]
{guards}
    return "through"
"""
_WORD = st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)
REPOSITORIES = st.lists(_WORD, min_size=1, max_size=3).map("/".join)


def event_of(repository: str, tag: str, critical: int) -> dict:
    event = copy.deepcopy(WHOLE_WORLD.ordinary_case("scan").event)
    event["detail"]["repository-name"] = repository
    event["detail"]["image-tags"] = [tag]
    event["detail"]["finding-severity-counts"] = {"CRITICAL": critical, "HIGH": 2}
    return event


def returned(folder, guards: list[str], event: dict) -> object:
    """What a handler with some guards returns where its variables are made up for an event."""
    indented = textwrap.indent("\n".join(guards), "    ")
    source = SOURCE.format(guards=indented)
    write(folder, "app.py", source)
    made_up = {
        one.name: value_of(one) for one in variables(Target.parse("app.py:handler"), [event])
    }
    scope: dict = {}
    exec(compile(source, "app.py", "exec"), scope)
    with mock.patch.dict(os.environ, made_up):
        return scope["handler"](event, None)


@pytest.mark.parametrize("guard", GUARDS.values(), ids=GUARDS)
def test_the_ordinary_event_gets_past_each_guard(folder, guard):
    assert returned(folder, [guard], event_of("my-repo", "latest", 1)) == "through"


def test_names_of_comprehensions_are_their_own(folder):
    """A prefix of one variable is none of another that is gone through by the same name."""
    guards = [
        "if not any(repo.startswith(p) for p in os.environ['N'].split(',')): return",
        "if not any(fnmatch(repo, p) for p in os.environ['R'].split(',')): return",
    ]
    assert returned(folder, guards, event_of("shop/web/api", "latest", 1)) == "through"


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.generate],  # which guards there are is seen as it is
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.sampled_from([*GUARDS.values()]), unique=True, min_size=1, max_size=6),
    REPOSITORIES,
    _WORD,
    st.integers(1, 10_000),
)
def test_any_event_gets_past_any_guards(folder, guards, repository, tag, critical):
    assert returned(folder, guards, event_of(repository, tag, critical)) == "through"
