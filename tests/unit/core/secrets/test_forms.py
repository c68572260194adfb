"""A secret is found in whatever form code writes it."""

from __future__ import annotations

import base64
import html
import json
import pprint
import shlex
import textwrap
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.masking import MASK, masked, masked_text, secrets

SECRET = "planted-Secret_42!x"
HIDDEN = secrets({"DB_PASS": SECRET})


def encoded(text):
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "written",
    [
        encoded(SECRET)[:-4],
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        SECRET[::-1],
        SECRET.upper(),
        quote(SECRET),
        json.dumps(SECRET)[1:-1],
        html.escape(SECRET),
        textwrap.fill(SECRET, 7),
        "\n    ".join(textwrap.wrap(SECRET, 5)),
    ],
)
def test_no_form_of_it_is_left(written):
    text = masked_text(f"before {written} after", HIDDEN)
    assert text == f"before {MASK} after"


@given(st.text(max_size=4), st.text(max_size=4), st.sampled_from(["+/", "-_"]))
def test_base64_of_a_text_with_it_shows_at_most_its_ends(before, after, others):
    raw = f"{before}{SECRET}{after}".encode("utf-8", "replace")
    text = masked_text(base64.b64encode(raw, others.encode()).decode(), HIDDEN)
    assert MASK in text
    shown = text.partition(MASK)
    assert len(shown[0]) <= 4 * (len(before.encode()) // 3 + 2)
    assert len(shown[2]) <= 4 * (len(after.encode()) // 3 + 2)


def test_pprint_breaks_long_texts_and_hides_nothing_so():
    assert "planted" not in masked_text(pprint.pformat(SECRET * 9), HIDDEN)
    assert "Secret" not in masked_text(pprint.pformat({"a": f"{'x ' * 40}{SECRET}"}), HIDDEN)


def test_lines_around_a_broken_value_stay():
    text = f"first\n  {SECRET[:8]}\n  {SECRET[8:]}\nlast {SECRET}\nend"
    assert masked_text(text, HIDDEN) == f"first\n  {MASK}\nlast {MASK}\nend"


@pytest.mark.parametrize("length", range(6, len(SECRET)))
def test_what_was_cut_short_is_masked_too(length):
    assert masked_text(f"got {SECRET[:length]}…", HIDDEN) == f"got {MASK}…"
    assert masked_text(f"…{SECRET[-length:]} got", HIDDEN) == f"…{MASK} got"
    assert masked_text(f"'{SECRET[:length]}...'", HIDDEN) == f"'{MASK}...'"


def test_dots_in_other_text_change_nothing():
    for text in ("wait... done", "…", "a…b", "planned…"):
        assert masked_text(text, HIDDEN) == text


def test_keys_and_numbers_are_masked():
    hidden = secrets({"PIN_TOKEN": "48151623"})
    content = {"a48151623": [48151623, 4815, True, 1.5]}
    assert masked(content, hidden) == {f"a{MASK}": [MASK, 4815, True, 1.5]}


def test_a_quote_in_a_value_is_found_as_shells_write_it():
    hidden = secrets({"TOKEN": "it's planted"})
    assert "planted" not in masked_text(shlex.quote("it's planted"), hidden)


@given(st.text(min_size=1, max_size=200))
def test_text_without_secrets_stays_as_it_is(text):
    if not any(form in text for form in ("…", "...", "://", "\n")):
        assert masked_text(text, HIDDEN) == text or any(form in text for form in HIDDEN)
