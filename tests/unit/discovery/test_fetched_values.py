"""Hints: what the source does with a fetched value decides its form."""

from __future__ import annotations

import json
import pickle
from textwrap import dedent
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.discovery.source.fetched_values import Hints, Uses, value_for

FETCH = "client.get_secret_value(SecretId=NAME)['SecretString']"


def secret(source, name="name"):
    return value_for(name, Hints.of([dedent(source)]).of_field("SecretString"))


@pytest.mark.parametrize(
    "source",
    [
        f"data = json.loads({FETCH})\ndata['slack_url']",
        f"json.loads({FETCH})['slack_url']",
        "r = c.get_secret_value(SecretId='x')\n"
        "s = r['SecretString']\n"
        "d = json.loads(s)\n"
        "d.get('slack_url')",
        "r = c.get_secret_value(SecretId='x')\nif 'SecretString' in r:\n  s = r['SecretString']\n"
        "else:\n  s = base64.b64decode(r['SecretBinary'])\njson.loads(s)['slack_url']",
        "def fetch():\n"
        f"  return json.loads({FETCH})\n"
        "def handler(e, c):\n"
        "  s = fetch()\n"
        "  s['slack_url']",
        f"def fetch(name):\n  return {FETCH}\ndef use(x):\n  x['slack_url']\n"
        "def handler(e, c):\n  s = json.loads(fetch('a'))\n  use(s)",
        "class A:\n"
        "  def __init__(self):\n"
        f"    self.s = json.loads({FETCH})\n"
        "  def go(self):\n"
        "    self.s['slack_url']",
        "def handler(e, c):\n"
        f"  s = load({FETCH})\n"
        "  s['slack_url']\n"
        "def load(text):\n"
        "  return json.loads(text)",
        "s = parameters.get_secret('x', transform='json')\ns['slack_url']",
        "s = json.loads(cache.get_secret_string('x'))\ns['slack_url']",
        f"(s := json.loads({FETCH}))['slack_url']",
        "async def go():\n"
        "  s = await fetch()\n"
        "  s['slack_url']\n"
        "async def fetch():\n"
        f"  return json.loads({FETCH})",
    ],
)
def test_json_with_the_keys_that_are_read(source):
    value = json.loads(secret(source))
    assert list(value) == ["slack_url"]
    assert urlsplit(value["slack_url"]).hostname == "example.invalid"


def test_keys_below_keys_and_their_uses():
    value = json.loads(
        secret(f"""
            data = json.loads({FETCH})
            requests.post(data['slack']['hook'], headers={{'a': data['token']}})
            port = int(data['smtp']['when'])
            if 'extra' in data: pass
        """)
    )
    assert urlsplit(value["slack"]["hook"]).scheme == "https"
    assert value["token"] == "placeholder-token"
    assert int(value["smtp"]["when"]) > 0
    assert "extra" in value


@pytest.mark.parametrize(
    "opening",
    [
        "requests.post(url, json={})",
        "urllib.request.urlopen(url)",
        "http.request('POST', url)",
        "urllib.request.Request(url, data=b'')",
        "send(url)\ndef send(there):\n  httpx.post(url=there)",
    ],
)
def test_a_url_for_what_is_opened(opening):
    url = urlsplit(secret(f"url = {FETCH}\n{opening}"))
    assert (url.scheme, url.hostname) == ("https", "example.invalid")


def test_numbers_lists_and_names():
    assert int(secret(f"int({FETCH})")) > 0
    assert json.loads(secret(f"for each in json.loads({FETCH}):\n  each['name']")) == [
        {"name": "placeholder"}
    ]
    assert secret(f"token = {FETCH}", "prod/github-token") == "placeholder-token"
    assert secret("", "prod/slack-webhook").startswith("https://")
    assert secret("this is no python", "x") == "placeholder"


def test_lists_and_mappings_below_keys():
    value = json.loads(
        secret(f"""
            data = json.loads({FETCH})
            data['slack']['channels'][0]['name']
            for user in data['users']:
                requests.post(user['url'])
            data['projects'].get(event['detail']['repository-name'], data['default'])
            for name, team in data['teams'].items(): pass
        """)
    )
    assert value["slack"]["channels"] == [{"name": "placeholder"}]
    assert urlsplit(value["users"][0]["url"]).scheme == "https"
    assert value["projects"] == {} == value["teams"]
    assert value["default"] == "placeholder"


def test_the_first_of_a_list():
    assert json.loads(secret(f"json.loads({FETCH})[0]['name']")) == [{"name": "placeholder"}]


def test_a_function_of_the_consumer_named_as_a_loader_loads_nothing():
    source = f"def load(path):\n  return {{path: {FETCH}}}\nload('a')['url']"
    assert secret(source, "x") == "placeholder"


def test_a_value_that_is_loaded_elsewhere_has_the_keys_that_are_read_anywhere():
    source = (
        f"value = {FETCH}\nCACHE.set(value)\ndata = json.loads(CACHE.get_it())\ndata['channel']"
    )
    assert json.loads(secret(source)) == {"channel": "#placeholder"}


def test_the_event_in_hand_is_no_secret():
    source = (
        f"body = json.loads(event['Records'][0]['body'])\nbody['detail']\nrequests.post({FETCH})"
    )
    assert urlsplit(secret(source)).scheme == "https"


def test_hints_go_to_a_worker():
    hints = Hints.of([f"json.loads({FETCH})['a']['b']"])
    assert pickle.loads(pickle.dumps(hints)) == hints
    assert hints.of_field("SecretString").keys


@given(
    st.dictionaries(
        st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(tuple),
        st.sampled_from(["", "url"]),
    )
)
def test_every_key_that_is_read_can_be_read(keys):
    value = json.loads(value_for("x", Uses(keys=keys, loaded=True)))
    for path in keys:
        at = value
        for key in path:
            at = at[key]
        assert at
