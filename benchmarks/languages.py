"""What it costs to decide whether a name meets a condition of a rule, and to draw such names.

    python -m benchmarks.languages

Every pattern that the schemas have for a repository's name and for a tag meets conditions as people
write them; what the choices before it recognise is unwanted. Each figure is the median of all of
these, and of several rounds. The exit code is 1 if a limit is missed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from statistics import median

from ecr_contracts.events.compile.reader import contract
from ecr_contracts.events.languages import Glob, Language
from ecr_contracts.events.regexes import Digits, Pattern
from ecr_contracts.events.shapes import Word

WORD_MICROSECONDS = 200.0
ROUNDS, WORDS = 9, 100
LONGEST = 256

SUBJECTS = {
    "repository names": ("$.detail.repository-name", 15.0),
    "tags": ("$.detail.image-tag", 5.0),
}
"""The path of a facet in a push, and the milliseconds that a language of it may take."""

GLOBS = [
    Glob.prefix("prod-"),
    Glob.suffix("-rc"),
    Glob.wildcard("shop/*-api"),
    Glob.wildcard("v*-rc*"),
    Glob.exact("Latest", ignore_case=True),
]


def patterns_of(path: str) -> Iterator[tuple[Pattern, list[Pattern]]]:
    """The patterns of a facet of a push, each with those that come before it."""
    before: list[Pattern] = []
    for choice in contract("push").by_path[path].choices:
        match choice.shape:
            case Word(Pattern() as pattern, draw):
                yield pattern, list(before)
                yield draw, list(before)
                before.append(pattern)


def costs_of(pattern: Pattern, glob: Glob, before: list[Pattern]) -> tuple[float, float]:
    """The milliseconds that a language takes, and the microseconds of a word (0: it has none)."""
    began = time.perf_counter()
    language = Language(pattern, [glob], without=before, longest=LONGEST)
    built = time.perf_counter()
    if not language.is_empty:
        for number in range(WORDS):
            language.word(Digits(7919 * number**3))
    drawn = time.perf_counter()
    return (built - began) * 1e3, (drawn - built) / WORDS * 1e6


def main() -> int:
    """Print the table; 1 when a limit is missed."""
    print(f"{'':<20}{'languages':>10}{'ms':>8}{'most ms':>9}{'us a word':>11}")
    missed = []
    for name, (path, limit) in SUBJECTS.items():
        languages, words = [], []
        for pattern, before in patterns_of(path):
            for glob in GLOBS:
                rounds = [costs_of(pattern, glob, before) for _ in range(ROUNDS)]
                languages.append(median(language for language, _ in rounds))
                words.append(median(word for _, word in rounds))
        cost, word_cost = median(languages), max(words)
        print(f"{name:<20}{len(languages):>10}{cost:>8.2f}{max(languages):>9.2f}{word_cost:>11.0f}")
        if cost >= limit:
            missed.append(f"{name}: {cost:.2f} ms a language, less than {limit} ms are wanted")
        if word_cost >= WORD_MICROSECONDS:
            missed.append(
                f"{name}: {word_cost:.0f} us a word, less than {WORD_MICROSECONDS} are wanted"
            )
    for line in missed:
        print(f"MISSED: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
