"""What a function is called in other templates than its own: its name, or an exported value.

A name may have marks for what only a deployment knows (see `known_values`), such as the name of a
stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ecr_contracts.discovery.iac.cloudformation.template import Resource, Template
from ecr_contracts.discovery.iac.documents.document import as_block, blocks
from ecr_contracts.discovery.iac.values.known_values import PLACE, UNKNOWN, KnownValues, intrinsic

__all__ = ["is_named", "name_elsewhere", "names_elsewhere"]

_FUNCTION = re.compile(":function:([^:]+)")
_EXPORT, _NAME = "export:", "function:"
_MARKS = re.compile(f"[{PLACE}{UNKNOWN}]+")
_FEWEST = 4  # characters of a name that are known, for it to be told from others


def name_elsewhere(arn: Any, known: KnownValues) -> str:
    """What a template calls the target of a rule that is in another one; else empty."""
    match intrinsic(arn):
        case "Fn::ImportValue", name:
            return _EXPORT + known.text(name)
    text = known.text(arn)
    found = _FUNCTION.search(text)
    if found:
        return _NAME + found[1]
    return text if text.startswith("arn:") else ""


def names_elsewhere(template: Template, function: Resource) -> Iterator[str]:
    """What other templates may call a function of a template."""
    known = template.resolver.known
    if "FunctionName" in function.properties:
        yield _NAME + known.text(function.properties["FunctionName"])
    for _, output in blocks(template.outputs):
        export = as_block(output.get("Export"))
        if "Name" in export and template.referred_function(output.get("Value")) == function:
            yield _EXPORT + known.text(export["Name"])


def is_named(name: str, other: str) -> bool:
    """Whether two names may be the same, and enough of them is known."""
    for one, two in ((name, other), (other, name)):
        sort, _, known = _MARKS.sub("", one).partition(":")
        if not sort or len(known) < _FEWEST:
            return False
        parts = map(re.escape, _MARKS.split(one))
        if re.fullmatch(".*".join(parts), two):
            return True
    return False
