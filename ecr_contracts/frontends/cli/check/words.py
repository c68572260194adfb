"""The words that give the options of a check again, without their secrets."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from urllib.parse import urlsplit

from ecr_contracts.core import masking
from ecr_contracts.core.placeholders import HOST, placeholder
from ecr_contracts.frontends.cli.check.options import WITHHELD, is_given_events


def words_again(options: argparse.Namespace) -> list[str]:
    """All options that were given, and what is checked, for another run without its secrets."""
    words = list(options.consumers)
    for flag in ("--command", "--url", "--state-machine", "--transformer", "--run-command"):
        words += _option(options, flag)
    for flag in ("--kind", "--via"):
        words += _option(options, flag)
    words += path_words(options)
    for flag in ("--timeout", "--evidence", "--strength", "--examples", "--probe", "--seed"):
        words += _option(options, flag)
    return [*words, *_sandbox_words(options), *_judgement_words(options)]


def withheld_words(options: argparse.Namespace) -> list[str]:
    """The options whose values are secrets, with dots in their place."""
    words: list[str] = []
    for name, value in options.env:
        if _is_secret(name, value):
            words += ["--env", f"{name}={WITHHELD}"]
    for call, answer in options.answer:
        if _is_secret_answer(call, answer):
            words += ["--answer", f"{call}={WITHHELD}"]
    return words


def repeated_words(options: argparse.Namespace) -> list[str]:
    """The options on the sandbox and the checks, secrets with dots in their place.

    What is checked, and on which events, is for the report to say.
    """
    words: list[str] = []
    if options.state_machine is not None and options.transformer is not None:
        words += ["--transformer", options.transformer]
    if is_given_events(options):
        words += path_words(options)
        words += _sandbox_words(options)
    if options.consumers:
        words += _option(options, "--transformer")
    return [*words, *_judgement_words(options), *withheld_words(options)]


def path_words(options: argparse.Namespace) -> list[str]:
    """The option that says where a web app is sent its events, if it was given."""
    return ["--path", options.path] if options.path else []


_SANDBOX_FLAGS = (
    "--env-file",
    "--sandbox",
    "--allow-net",
    "--allow-process",
    "--allow-write",
    "--stub-module",
    "--memory",
)


def _sandbox_words(options: argparse.Namespace) -> Iterator[str]:
    for name, value in options.env:
        if not _is_secret(name, value):
            yield from ("--env", f"{name}={value}")
    for flag in _SANDBOX_FLAGS:
        yield from _option(options, flag)
    if options.env_auto is not None:
        yield "--env-auto" if options.env_auto else "--env-strict"


def _judgement_words(options: argparse.Namespace) -> Iterator[str]:
    """The options about rules, answers and checks, which hold for whatever is checked."""
    yield from _option(options, "--rule")
    for flag in ("--unshielded", "--future"):
        yield from _option(options, flag)
    for call, answer in options.answer:
        if not _is_secret_answer(call, answer):
            yield from ("--answer", f"{call}={answer}")
    for flag in ("--off", "--strict", "--baseline"):
        yield from _option(options, flag)


def _option(options: argparse.Namespace, flag: str) -> Iterator[str]:
    """An option with its values; nothing where it was not given."""
    value = getattr(options, flag[2:].replace("-", "_"))
    if value is True:
        yield flag
    elif isinstance(value, list):
        for one in value:
            yield from (flag, str(one))
    elif value is not None and value is not False:
        yield from (flag, f"{value:g}" if isinstance(value, float) else str(value))


def _is_secret(name: str, value: str) -> bool:
    """Whether the value of a variable must not be shown or kept; what we make up is no secret."""
    if value == WITHHELD:
        return True
    if value == placeholder(name) or _host(value) == HOST:
        return False
    return masking.holds_secret(name, value)


def _host(value: str) -> str | None:
    """The host of a URL; None of any other text."""
    try:
        return urlsplit(value).hostname
    except ValueError:
        return None


def _is_secret_answer(call: str, answer: str) -> bool:
    """Whether what a call answers holds a secret."""
    return masking.is_secret(call) or bool(masking.secrets({"answer": answer}))
