"""The parts of a template that exist, as its conditions say by the defaults of its parameters.

Where a condition cannot be told, both branches of an `Fn::If` stay where they are, and a resource
exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ecr_contracts.discovery.iac.documents.document import Block, blocks
from ecr_contracts.discovery.iac.values.known_values import NO_VALUE, KnownValues, intrinsic

__all__ = ["alternatives", "existing", "left_out"]


def existing(template: Block, known: KnownValues) -> Block:
    """A template without the resources and branches that its conditions leave out."""
    settled = _Settled(known)
    content = _copy(template)
    for key in ("Globals", "Resources", "Outputs"):
        if isinstance(template.get(key), Block):
            content[key] = settled.value(_conditional(template[key], known))
    return content


def left_out(section: Block, known: KnownValues) -> dict[str, str]:
    """The entries of a section that are not there, each with its `Condition`, which is false."""
    found: dict[str, str] = {}
    for name, entry in blocks(section):
        condition = entry.get("Condition")
        if isinstance(condition, str) and known.holds(condition) is False:
            found[name] = condition
    return found


def alternatives(value: Any) -> Iterator[Any]:
    """A value, or the values that it may be where it is an `Fn::If` that cannot be told."""
    match intrinsic(value):
        case "Fn::If", [_, chosen, other]:
            yield from alternatives(chosen)
            yield from alternatives(other)
        case "Ref", "AWS::NoValue":
            return
        case _:
            yield value


def _conditional(section: Block, known: KnownValues) -> Block:
    """A section without the entries whose `Condition` does not hold."""
    content = _copy(section)
    for name in left_out(section, known):
        del content[name]
    return content


class _Settled:
    """Replaces each `Fn::If` that can be told by its branch, and leaves out what has no value."""

    def __init__(self, known: KnownValues) -> None:
        self._known = known
        # What anchors of YAML make one object stays one.
        self._seen: dict[int, tuple[Any, Any]] = {}

    def value(self, value: Any) -> Any:
        """A value without such functions, NO_VALUE if it is none."""
        if not isinstance(value, Mapping | list):
            return value
        if id(value) not in self._seen:
            self._seen[id(value)] = value, self._settled(value)
        return self._seen[id(value)][1]

    def _settled(self, value: Any) -> Any:
        match intrinsic(value):
            case "Ref", "AWS::NoValue":
                return NO_VALUE
            case "Fn::If", [condition, chosen, other]:
                holds = self._known.holds(condition)
                if holds is not None:
                    return self.value(chosen if holds else other)
                branches = [self._branch(chosen), self._branch(other)]
                block = _copy(value)
                block["Fn::If"] = [condition, *branches]
                return block
        if isinstance(value, list):
            items = map(self.value, value)
            return [item for item in items if item is not NO_VALUE]
        if not isinstance(value, Block):
            return value
        block = _copy(value)
        for key, inner in value.items():
            settled = self.value(inner)
            if settled is NO_VALUE:
                del block[key]
            else:
                block[key] = settled
        return block

    def _branch(self, value: Any) -> Any:
        """A branch of what cannot be told; one without a value stays as it is written."""
        settled = self.value(value)
        return value if settled is NO_VALUE else settled


def _copy(block: Block) -> Block:
    copied = Block()
    copied.update(block)
    copied.lines, copied.texts = block.lines, block.texts
    return copied
