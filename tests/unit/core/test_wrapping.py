"""Lines of words fit a screen, and what is there to be copied stays in one piece."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.wrapping import breaks, cells, wrapped

WIDTHS = st.integers(24, 120)
WORDS = st.lists(st.text("abcxyz0-./", min_size=1, max_size=12), min_size=1, max_size=40)


def pieces(text: str, width: int) -> list[str]:
    ends = [*breaks(text, width), len(text)]
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@given(st.text(), WIDTHS)
def test_nothing_of_a_text_is_lost_and_no_line_is_empty(text, width):
    parts = pieces(text, width)
    assert "".join(parts) == text
    assert all(part.strip() for part in parts[1:])


@given(WORDS, WIDTHS)
def test_words_fill_lines_that_fit(words, width):
    text = " ".join(words)
    lines = [part.rstrip() for part in pieces(text, width)]
    assert all(len(line) <= width for line in lines)
    assert " ".join(lines) == text
    for line, following in itertools.pairwise(lines):
        assert len(f"{line} {following.split()[0]}") > width


@given(WORDS, WIDTHS, st.integers(1, 5))
def test_a_message_keeps_its_words_and_is_indented_behind_its_first_line(words, width, rows):
    message = "\n".join(f"  {' '.join(words)}" for _ in range(rows))
    shown = wrapped(message, width).split("\n")
    assert all(len(line) <= width for line in shown)
    assert " ".join(shown).split() == words * rows
    starts = [line for line in shown if not line.startswith("    ")]
    assert len(starts) == rows


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (
            "mend the rule (`ecr-contracts rules template.yaml` says how), or judge without it",
            "`ecr-contracts rules template.yaml`",
        ),
        (
            "its legend says more of one kind: ecr-contracts kinds KIND, a command of ours",
            "ecr-contracts kinds KIND",
        ),
        (
            "start it first, such as: docker run --rm -p 9000:8080 IMAGE",
            "docker run --rm -p 9000:8080 IMAGE",
        ),
        (
            'name it by hand: consumers = [{ handler = "path/to/app.py:handler" }] in a table',
            'consumers = [{ handler = "path/to/app.py:handler" }]',
        ),
        (
            "cannot use 'my own handlers/app.py:handler': there is no file",
            "'my own handlers/app.py:handler'",
        ),
        (
            "give the real ones of them all with --env NAME=VALUE, or env in pyproject.toml",
            "--env NAME=VALUE",
        ),
        (
            "that was /a/very/long/path/that/has/no/end/of/folders/app.py:handler as told",
            "/a/very/long/path/that/has/no/end/of/folders/app.py:handler",
        ),
    ],
)
def test_what_is_there_to_be_copied_is_not_broken(text, whole):
    for width in range(20, 100):
        assert whole in wrapped(text, max(width, len(whole) + 2 if whole[0] == "'" else 0))


def test_a_line_that_is_indented_far_is_there_to_be_copied():
    toml = '    answers = { "sns.Publish" = { MessageId = "one" }, "sqs.SendMessage" = "two" }'
    message = f"cannot judge 'app.py:handler': it publishes\n  say what it really answers:\n{toml}"
    assert wrapped(message, 30).split("\n")[-1] == toml


def test_quotes_about_more_than_a_line_are_broken_as_words_are():
    text = f"it said 'too much of {'this and that ' * 10}indeed' at the end"
    assert max(map(len, wrapped(text, 40).split("\n"))) <= 40


def test_words_of_wide_letters_have_no_spaces_and_are_broken_within():
    text = "エラー: " + "イメージがありません" * 8
    lines = wrapped(text, 40).split("\n")
    assert len(lines) > 1
    assert all(cells(line) <= 40 for line in lines)
    assert "".join(line.strip() for line in lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("é", 1), ("e\u0301", 1), ("漢字", 4), ("", 0), ("ｱ", 1)]
)
def test_columns_of_letters(text, columns):
    assert cells(text) == columns
