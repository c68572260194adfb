"""SSM documents: patterns that backtrack, commands without end, quotes that nobody closes."""

from __future__ import annotations

from typing import Any

from tests.integration.hostile.rows import Input, document


def _pattern(pattern: str) -> Input:
    return document(
        "echo {{ t }}", parameters={"t": {"type": "StringList", "allowedPattern": pattern}}
    )


def _text_pattern(pattern: str) -> Input:
    parameters: dict[str, Any] = {"t": {"type": "String", "allowedPattern": pattern}}
    return document("echo '{{ t }}'", parameters=parameters)


PATTERNS = {
    "backtracks": "^(a+)+$",
    "backtracks-by-alternatives": "^(a|a|b)*$",
    "backtracks-on-dots": "^(.*)*x$",
    "nested": "(" * 5000 + "a" + ")" * 5000,
    "nested-not-closed": "(" * 5000,
    "repeated": "((a{1000}){1000}){1000}",
    "repeated-beyond": "a{99999999999999}",
    "repeated-nothing": "a{,}{,}{,}" * 100,
    "stars": "a*" * 5000,
    "options": "a?" * 5000 + "a" * 5000,
    "alternatives": "|".join("a" * i for i in range(300)),
    "looks-ahead": "(?=a)" * 3000,
    "looks-behind": "(?<=a+)b",
    "refers-back": r"(a*)*\1",
    "recursion": "(?R)",
    "classes": "[" + "a-z" * 5000 + "]",
    "class-not-closed": "[" * 5000,
    "java": r"^[\p{Alnum}&&[^x]]+\z",
    "flags": "(?imsxU)a",
    "names": "(?P<a>x)(?P<a>y)",
    "surrogate": "\ud800",
    "megabyte": "a" * 1_000_000,
    "conditional": "(a)?(?(1)b|c)",
    "atomic": "(?>a+)b",
    "possessive": "a++b",
    "number": "3",
}

ROWS: dict[str, Input] = {
    **{f"pattern-{name}": _pattern(pattern) for name, pattern in PATTERNS.items()},
    **{f"text-pattern-{name}": _text_pattern(pattern) for name, pattern in PATTERNS.items()},
    "command-of-9mb": document("echo {{ t }} " + "x" * 9_000_000),
    "command-of-many-words": document("echo {{ t }} " + "x " * 1_000_000),
    "commands-by-the-thousand": document(*["echo {{ t }}"] * 20_000),
    "lines-by-the-thousand": document("echo {{ t }}\n" * 20_000),
    "lines-with-the-variable": document("echo '{{ t }}'\n" * 800),
    "placeholders": document("{{ t }}" * 50_000),
    "placeholders-not-closed": document("{{ t " * 200_000),
    "placeholders-nested": document("{{" * 50_000 + "t" + "}}" * 50_000),
    "unknown-placeholders": document("{{ ssm:x }}" * 50_000),
    "quotes": document("echo {{ t }} " + "'" * 99_999),
    "double-quotes": document('echo {{ t }} "' + "\\" * 99_999),
    "substitutions": document("echo {{ t }} " + "$(" * 5_000 + ")" * 5_000),
    "back-quotes": document("echo {{ t }} " + "`" * 9_999),
    "parentheses": document("(" * 20_000 + "echo {{ t }}" + ")" * 20_000),
    "braces": document("echo {{ t }} " + "{a,b}" * 5_000),
    "arithmetic": document("echo {{ t }} $((" + "1+" * 50_000 + "1))"),
    "here-documents": document("cat <<A <<B\n{{ t }}\n" * 2_000),
    "here-document-not-closed": document("cat <<EOF\n{{ t }}\n" + "x\n" * 50_000),
    "loops": document("while true; do " * 3_000 + "echo {{ t }}; " + "done; " * 3_000),
    "case": document("case {{ t }} in " + "a) ;; " * 20_000 + "esac"),
    "no-shell": document("#!/usr/bin/env -S " + "x" * 100_000 + "\n{{ t }}"),
    "shell-of-nul": document("echo {{ t }}\0"),
    "controls": document("echo {{ t }} \u202e\x1b[31m\x9b\u2028"),
    "surrogate": document("echo {{ t }} \ud800"),
    "parameters-by-the-thousand": document(
        "echo {{ t }}",
        parameters={
            "t": {"type": "StringList"},
            **{f"p{i}": {"type": "String", "default": "x"} for i in range(5_000)},
        },
    ),
    "parameter-is-a-text": document("echo {{ t }}", parameters={"t": "StringList"}),
    "default-is-deep": document(
        "echo {{ t }} {{ u }}", parameters={"t": {"type": "StringList"}, "u": {"default": [[[{}]]]}}
    ),
    "allowed-values": document(
        "echo {{ t }}",
        parameters={"t": {"type": "StringList", "allowedValues": [str(i) for i in range(50_000)]}},
    ),
}
