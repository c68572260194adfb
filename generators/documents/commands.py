"""The reference of commands, from their parsers."""

from __future__ import annotations

import argparse

from ecr_contracts.frontends.cli.main import COMMANDS, build_parser
from generators.documents.tables import escaped, table

_HEADINGS = {"positional arguments": "Arguments", "options": "Options"}


def sections() -> str:
    """A list of the commands, then a section for each with its arguments, options and examples."""
    rows = [("command", "what it does")]
    rows += [(f"[`{name}`](#{name})", escaped(headline)) for name, headline in COMMANDS.items()]
    text = table(rows)
    for name, headline in COMMANDS.items():
        text += f"\n## `{name}` {{ #{name} }}\n\n{headline[0].upper()}{headline[1:]}.\n"
        text += _section(_parser(name))
    return text


def _parser(name: str) -> argparse.ArgumentParser:
    """The parser of one command."""
    whole = build_parser([name])
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            parser = action.choices[name]
            assert isinstance(parser, argparse.ArgumentParser)
            return parser
    raise AssertionError("the command line has no commands")


def _section(parser: argparse.ArgumentParser) -> str:
    """What a command takes, and its examples; subcommands below it."""
    text = ""
    for group in parser._action_groups:
        rows = [_row(parser, action) for action in group._group_actions if _is_told(action)]
        if rows:
            title = group.title or ""
            title = _HEADINGS.get(title, title[:1].upper() + title[1:])
            text += f"\n**{title}**\n\n" + table([("", "meaning"), *rows])
    if parser.epilog and "examples:" in parser.epilog:
        examples = parser.epilog.partition("examples:")[2].partition("\n\n")[0]
        lines = [f"$ {line.strip()}" for line in examples.strip().splitlines()]
        text += "\n**Examples**\n\n```console\n" + "\n".join(lines) + "\n```\n"
    return text


def _is_told(action: argparse.Action) -> bool:
    is_hidden = action.help is argparse.SUPPRESS
    return (
        not isinstance(action, argparse._HelpAction | argparse._SubParsersAction) and not is_hidden
    )


def _row(parser: argparse.ArgumentParser, action: argparse.Action) -> tuple[str, str]:
    """An argument or option, as one writes it, and what it means."""
    value = action.metavar or ""
    if not value and action.choices is not None:
        value = "{" + ",".join(map(str, action.choices)) + "}"
    elif not value and action.nargs != 0 and action.option_strings:
        value = action.dest.upper()
    shown = f"`{value or action.dest}`"
    if action.option_strings:
        written = f"{', '.join(action.option_strings)} {value}".strip()
        shown = f"`{written}`"
    formatter = parser._get_formatter()
    return shown.replace("|", r"\|"), escaped(formatter._expand_help(action))
