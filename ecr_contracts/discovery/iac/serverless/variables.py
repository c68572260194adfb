"""The variables of the Serverless Framework, `${self:custom.x, 'd'}`, and the values they have.

It knows the notation and the files that variables name; it must not know what the configuration
is about. What only a deployment, an environment or AWS knows is *unknown*: a `Ref` to nothing, as
CloudFormation would have it, so that whoever reads the value takes it as not known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ecr_contracts.discovery.iac.documents.document import Block, TemplateError, read_value

__all__ = ["Variables", "is_unknown"]

_MAX_DEPTH = 60
_MAX_VALUES = 100_000  # copied, those in values that several variables name each time
_MAX_TEXT = 1_000_000  # characters of all texts

_UNKNOWN = "serverless:"
_PSEUDO_PARAMETERS = {"accountId": "AWS::AccountId", "region": "AWS::Region"}
_DEFAULTS = {"stage": "dev", "region": "us-east-1"}

_EXPRESSION = re.compile(
    r"(?P<type>[A-Za-z][\w-]*)(?:\((?P<argument>[^)]*)\))?(?::(?!:)(?P<address>.*))?", re.DOTALL
)
_OF_PLUGIN = re.compile(r"#\{([A-Za-z][\w.:]*)\}")
_SUBSTITUTED = "Fn::Sub"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_WORDS = {"true": True, "false": False, "null": None}


def is_unknown(value: Any) -> bool:
    """Whether a value is that of a variable that is not known before a deployment."""
    if not isinstance(value, Block):
        return False
    if "Ref" in value:
        return str(value["Ref"]).startswith(_UNKNOWN)
    match value.get("Fn::Join"):
        case [_, list() as parts]:
            return any(map(is_unknown, parts))
    return False


class Variables:
    """The values of a configuration with its variables replaced.

    `places` tells of each block that stands in another file which one that is.
    """

    def __init__(self, file: Path, content: Block) -> None:
        """The variables of a configuration that was read from a file."""
        self._file, self._content = file, content
        self._reading: list[Path] = []
        self._texts: dict[Path, Any] = {}
        self._foreign: dict[int, tuple[Block, Path]] = {}
        self._values = self._characters = 0

    def place(self, block: Block) -> Path:
        """The file that a block stands in, one with the values of variables."""
        return self._foreign.get(id(block), (block, self._file))[1]

    def resolved(self, value: Any, depth: int = 0) -> Any:
        """A value with the variables in it replaced, however deep.

        Raises TemplateError where variables make it too large, or name a file that is broken.
        """
        self._count()
        if depth > _MAX_DEPTH:
            return _unknown("a variable that refers to itself")
        match value:
            case str():
                return self._text(value, depth)
            case list():
                return [self.resolved(item, depth + 1) for item in value]
            case Block():
                return self._block(value, depth)
        return value

    def _block(self, block: Block, depth: int) -> Block:
        copy = Block()
        copy.lines.update(block.lines)
        copy.texts.update(block.texts)
        if self._reading:
            self._foreign[id(copy)] = copy, self._reading[-1]
        for key, inner in block.items():
            value = self.resolved(inner, depth + 1)
            if key == _SUBSTITUTED and isinstance(value, Block):
                value = value.get(_SUBSTITUTED, value)
            copy[key] = value
        return copy

    def _count(self, text: str = "") -> None:
        self._values += 1
        self._characters += len(text)
        if self._values > _MAX_VALUES or self._characters > _MAX_TEXT:
            problem = "its variables refer to one another so often that its values become too many"
            raise TemplateError(str(self._file), 0, problem, "name the handler's own file instead")

    # Texts and expressions
    # ----------------------------------------------------------------------------------------------

    def _text(self, text: str, depth: int) -> Any:
        """A text with its variables replaced; the value itself where it is just one variable."""
        parts: list[Any] = []
        for part, is_variable in _parts(text):
            value = self._variable(part, depth + 1) if is_variable else part
            parts.append(value)
        if len(parts) == 1:
            return _substituted(parts[0])
        if any(isinstance(part, Block | list) for part in parts):
            return _joined(parts)
        whole = "".join(map(_as_text, parts))
        self._count(whole)
        return _substituted(whole)

    def _variable(self, expression: str, depth: int) -> Any:
        """What stands between `${` and `}`: the first of its sources that has a value."""
        sources = list(_sources(expression))
        if depth > _MAX_DEPTH:
            return _unknown(expression)
        if _EXPRESSION.fullmatch(sources[0]) is None or not _is_variable(sources[0]):
            return f"${{{expression}}}"  # CloudFormation's own, as in Fn::Sub
        for source in sources:
            value = self._source(source, depth)
            if value is not None and not is_unknown(value):
                return value
        if sources[-1] == "opt:stage":
            return self._stage(depth)
        return _unknown(expression)

    def _source(self, source: str, depth: int) -> Any:
        """The value of one source of a variable; None or unknown if it has none here."""
        if source in _WORDS:
            return _WORDS[source]
        if source[:1] in ("'", '"') and source[-1:] == source[:1] and len(source) > 1:
            return self._text(source[1:-1], depth)
        if _NUMBER.fullmatch(source):
            return json.loads(source) if not source.lstrip("-").startswith("0") else source
        if source.startswith("${"):
            return self._text(source, depth)
        inner = self._text(source, depth)
        match = _EXPRESSION.fullmatch(inner) if isinstance(inner, str) else None
        if match is None:
            return None
        return self._evaluated(match["type"], match["argument"], match["address"] or "", depth)

    def _evaluated(self, kind: str, argument: str | None, address: str, depth: int) -> Any:
        match kind:
            case "self":
                return self._own(address, depth)
            case "file":
                return self._in_file(argument or "", address, depth)
            case "sls" if address == "stage":
                return self._stage(depth)
            case "opt" if address in _DEFAULTS:
                return None
            case "param":
                return self._parameter(address, depth)
            case "aws" if address in _PSEUDO_PARAMETERS:
                return _reference(_PSEUDO_PARAMETERS[address])
            case "strToBool":
                return _WORDS.get((argument or "").lower())
        return None

    # Where values stand
    # ----------------------------------------------------------------------------------------------

    def _own(self, address: str, depth: int) -> Any:
        """A value of the configuration itself; its stage and its region have defaults."""
        value = self._at(self._content, address, depth)
        holder, _, name = address.rpartition(".")
        if value is None and holder == "provider":
            return _DEFAULTS.get(name)
        return value

    def _stage(self, depth: int) -> Any:
        value = self._own("provider.stage", depth)
        return value if isinstance(value, str) else _DEFAULTS["stage"]

    def _parameter(self, name: str, depth: int) -> Any:
        """A parameter: that of the stage, else the default one."""
        for stage in (str(self._stage(depth)), "default"):
            for place in (f"params.{stage}.{name}", f"stages.{stage}.params.{name}"):
                value = self._at(self._content, place, depth)
                if value is not None:
                    return value
        return None

    def _in_file(self, path: str, address: str, depth: int) -> Any:
        """What a file holds, data or text; None for one that is missing or is a program."""
        file = self._file.parent / path.strip()
        if file.suffix in (".js", ".ts", ".cjs", ".mjs") or not file.is_file():
            return None
        if file not in self._texts:
            self._texts[file] = read_value(file)
        self._reading.append(file)
        try:
            return self._at(self._texts[file], address, depth)
        finally:
            self._reading.pop()

    def _at(self, value: Any, address: str, depth: int) -> Any:
        """The value at an address such as `custom.names.0`, None where nothing stands."""
        for step in filter(None, address.split(".")):
            if isinstance(value, str):
                value = self._text(value, depth + 1)
            if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
                value = value[int(step)]
            elif isinstance(value, Block):
                value = value.get(step)
            else:
                return None
        return self.resolved(value, depth + 1)


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a text: those between variables, and what stands within `${` and `}`."""
    start = position = 0
    while (position := text.find("${", position)) >= 0:
        end = _end(text, position + 2)
        if end < 0:
            break
        if position > start:
            yield text[start:position], False
        yield text[position + 2 : end], True
        start = position = end + 1
    if start < len(text) or not text:
        yield text[start:], False


def _end(text: str, position: int) -> int:
    """Where the brace stands that ends a variable, -1 where none does."""
    depth = 1
    for index in range(position, len(text)):
        if text[index] == "}":
            depth -= 1
        elif text.startswith("${", index):
            depth += 1
        if not depth:
            return index
    return -1


def _sources(expression: str) -> Iterator[str]:
    """The sources of a variable, which commas separate that stand in no bracket and no quote."""
    start = depth = 0
    quote = ""
    for index, character in enumerate(expression):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "({":
            depth += 1
        elif character in ")}":
            depth -= 1
        elif character == "," and not depth:
            yield expression[start:index].strip()
            start = index + 1
    yield expression[start:].strip()


def _is_variable(source: str) -> bool:
    """Whether the source of a variable is one of Serverless: `type:address` or `type(argument)`."""
    return ":" in source.replace("::", "") or "(" in source


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _substituted(value: Any) -> Any:
    """A value; a text with `#{AWS::Region}`, as a plugin has it, as CloudFormation has it."""
    if not isinstance(value, str) or not _OF_PLUGIN.search(value):
        return value
    block = Block()
    block[_SUBSTITUTED] = _OF_PLUGIN.sub(r"${\1}", value)
    return block


def _joined(parts: list[Any]) -> Block:
    """Texts around what is not known yet, as CloudFormation joins them."""
    texts = [part if isinstance(part, Block) else _as_text(part) for part in parts]
    block = Block()
    block["Fn::Join"] = ["", texts]
    return block


def _unknown(expression: str) -> Block:
    return _reference(f"{_UNKNOWN}{expression}")


def _reference(name: str) -> Block:
    block = Block()
    block["Ref"] = name
    return block
