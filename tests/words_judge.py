"""A judge of conditions: reads their words and says of a value whether it is as they say.

It knows nothing of how the words are made, and of the words only what English says. It raises
ValueError for words that it does not know, and for "like", which says no exact thing.
"""

import json
import re

from ecr_contracts.core.findings import MISSING

_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TIMES = {"once": 1, "twice": 2}
_TEXT = r'"(?:[^"\\]|\\.)*"'
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_VERBS = "is|has|contains|starts|ends|does|holds"


def is_so(words, value):
    """Whether a value, `MISSING` for an absent key, is as some words say."""
    words, texts = _without_texts(words)
    parts = re.split(rf",? or (?={_VERBS})", words)
    return any(_is_so(part, texts, value) for part in parts)


def without_texts(words):
    """The words alone, without the texts that they quote."""
    return _without_texts(words)[0]


def _without_texts(words):
    """The words with a number for each quoted text, so that no text is taken for words."""
    texts = []

    def number(match):
        texts.append(json.loads(match.group()))
        return f"<{len(texts) - 1}>"

    return re.sub(_TEXT, number, words), texts


def _is_so(words, texts, value):
    if words == "is present":
        return value is not MISSING
    if words.startswith("is "):
        return _is(words.removeprefix("is "), texts, value)
    if isinstance(value, list) and words.startswith("has "):
        return _is_of_size(words.removeprefix("has "), len(value))
    return isinstance(value, str) and _is_text_so(words, texts, value)


def _is(words, texts, value):
    if words.startswith("neither "):
        return not _is(words.removeprefix("neither ").replace(" nor ", " or "), texts, value)
    if words.startswith("none of "):
        return not _is(words.removeprefix("none of "), texts, value)
    if words.startswith("not "):
        return not _is(words.removeprefix("not "), texts, value)
    if "like" in words:
        raise ValueError(words)
    parts = re.split(r", or | or (?!more|less)|, ", words.replace("one of ", ""))
    return any(_is_one(part, texts, value) for part in parts)


def _is_one(word, texts, value):
    if text := re.fullmatch(r"<(\d+)>", word):
        return value == texts[int(text[1])]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if word == "absent":
        return value is MISSING
    if word == "empty":
        return value in ("", [], {})
    if word in ("null", "true", "false"):
        return value is json.loads(word)
    if word == "a UUID of version 4":
        return isinstance(value, str) and _UUID.fullmatch(value) is not None
    if word.endswith("characters long"):
        word = word.removesuffix(" characters long")
        return isinstance(value, str) and _is_one(word, texts, len(value))
    if match := re.fullmatch(r"(longer|shorter) than ([\d,]+) characters", word):
        if not isinstance(value, str):
            return False
        limit = _number(match[2])
        return len(value) > limit if match[1] == "longer" else len(value) < limit
    return is_number and _is_of_size(word, value)


def _is_of_size(word, value):
    if match := re.fullmatch(r"(\S+) or (?:more|less|fewer)", word):
        limit = _number(match[1])
        return value >= limit if word.endswith("more") else value <= limit
    if match := re.fullmatch(r"(\S+) to (\S+)", word):
        return _number(match[1]) <= value <= _number(match[2])
    return value == _number(word)


def _number(word):
    if word in _NUMBERS:
        return _NUMBERS.index(word)
    return json.loads(word.replace(",", ""))


def _is_text_so(words, texts, value):
    if match := re.fullmatch(r"(starts|ends) with (none of )?(.+)", words):
        is_met = any(
            _begins(part, texts, value, match[1]) for part in re.split(r", | or ", match[3])
        )
        return is_met != bool(match[2])
    if match := re.fullmatch(r"does not (start|end) with (.+)", words):
        return not _begins(match[2], texts, value, f"{match[1]}s")
    if match := re.fullmatch(r"holds a character outside \[(.+)\]", words):
        return re.search(f"[^{match[1]}]", value) is not None
    if match := re.fullmatch(r"holds only characters of (\[.+\])", words):
        return re.fullmatch(f"{match[1]}+", value) is not None
    if match := re.fullmatch(r"contains <(\d+)> at most (once|twice|\S+ times)", words):
        most = _TIMES.get(match[2]) or _number(match[2].removesuffix(" times"))
        return value.count(texts[int(match[1])]) <= most
    if match := re.fullmatch(r"contains a (character of \[.+\])", words):
        return any(_is_of(match[1], texts, one) for one in value)
    if words == "has only digits":
        return value.isdigit()
    if match := re.fullmatch(r"has (no )?(.+)", words):
        is_met = any(_is_of(match[2].removesuffix("s"), texts, one) for one in _pieces(value))
        return is_met != bool(match[1])
    if match := re.fullmatch(
        r"contains (?:(\S+) )?<(\d+)>(?: (or more|once|twice|\S+ times))?", words
    ):
        count = value.count(texts[int(match[2])])
        if match[3] in _TIMES:
            return count == _TIMES[match[3]]
        if match[3] and match[3].endswith(" times"):
            return count == _number(match[3].removesuffix(" times"))
        return count >= (_number(match[1]) if match[1] else 1)
    raise ValueError(words)


def _pieces(value):
    """All parts of a text."""
    for start in range(len(value)):
        for end in range(start + 1, min(len(value), start + 12) + 1):
            yield value[start:end]


def _begins(word, texts, value, verb):
    if match := re.fullmatch(r"<(\d+)>", word):
        text = texts[int(match[1])]
        return value.startswith(text) if verb == "starts" else value.endswith(text)
    character = value[:1] if verb == "starts" else value[-1:]
    return _is_of(word.removeprefix("a ").removeprefix("an "), texts, character)


def _is_of(name, texts, piece):
    if match := re.fullmatch(r"<(\d+)>", name):
        return piece == texts[int(match[1])]
    if len(piece) != 1:
        return False
    match name:
        case "digit":
            return piece in "0123456789"
        case "upper-case letter":
            return piece.isascii() and piece.isupper()
        case "lower-case letter":
            return piece.isascii() and piece.islower()
        case "letter":
            return piece.isascii() and piece.isalpha()
    if match := re.fullmatch(r"character of (\[.+\])", name):
        return re.fullmatch(match[1], piece) is not None
    raise ValueError(name)
