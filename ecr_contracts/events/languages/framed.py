"""Words of a pattern that stand in a frame of fixed texts: what may be between these.

Wanted are, say, the names with which `arn:aws:ecr:us-east-1:123456789012:repository/` is a word of
the pattern of ARNs. Conditions upon a name become conditions upon the whole: a prefix of the name
is one of what stands behind the frame's first text, and so on. So they are decided by the same
automata as other texts, and the frame is taken off the words that are found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ecr_contracts.events.languages.globs import Glob
from ecr_contracts.events.languages.language import Language
from ecr_contracts.events.regexes import Digits

__all__ = ["FramedLanguage"]


class FramedLanguage:
    """The texts that meet conditions and between two others are a word of a pattern.

    `within` is the pattern, and `around` holds the texts before and after. `globs`, `accepts` and
    `longest` are about what stands between, as `Language` describes them; it raises what that does.
    """

    def __init__(
        self,
        within: Any,
        around: tuple[str, str],
        globs: Sequence[Glob],
        accepts: Callable[[tuple[bool, ...]], bool],
        longest: int,
    ) -> None:
        self._before, self._after = around
        frame = Glob(around)
        whole = [frame, *(self._framed(glob) for glob in globs)]
        self._language = Language(
            within,
            whole,
            lambda met: met[0] and accepts(met[1:]),
            longest=longest + frame.least_length(),
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is no such text."""
        return self._language.is_empty

    def like(self, example: str) -> str:
        """One that looks as people write it; raises ValueError where there is none."""
        return self._inner(self._language.like(f"{self._before}{example}{self._after}"))

    def word(self, digits: Digits) -> str:
        """The one that the digits choose; raises ValueError where there is none."""
        return self._inner(self._language.word(digits))

    def lengths(self) -> tuple[int, int]:
        """The lengths of the shortest and the longest that `word` gives; raises ValueError."""
        shortest, longest = self._language.lengths()
        frame = len(self._before) + len(self._after)
        return shortest - frame, longest - frame

    def matches(self, value: object) -> bool:
        """Whether a value is one of them."""
        if not isinstance(value, str):
            return False
        return self._language.matches(f"{self._before}{value}{self._after}")

    def _framed(self, glob: Glob) -> Glob:
        """A glob of what stands between as one of the whole."""
        texts = list(glob.texts)
        texts[0] = f"{self._before}{texts[0]}"
        texts[-1] = f"{texts[-1]}{self._after}"
        return Glob(tuple(texts), glob.ignore_case)

    def _inner(self, word: str) -> str:
        return word[len(self._before) : len(word) - len(self._after)]
