"""Values for environment variables: they suit what the code does with them, and let events through.

The form comes from the uses (JSON where it is parsed, a URL where it is opened), else from the
name. Where the value decides whether an event gets on, it is the first of some candidates that
fulfils most of the decisions: the event's own field, a literal of the code, a number.
"""

from __future__ import annotations

import ast
import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ecr_contracts.core.placeholders import HOST, beginning, ending, placeholder
from ecr_contracts.discovery.source.flow import ANY_KEY, ITEM, Action, Stage, Use, literal_text
from ecr_contracts.discovery.source.variables.decisions import ORDERS, Decision, Relation
from ecr_contracts.discovery.source.variables.wanted_forms import WantedForm, wanted_form

__all__ = ["suitable_value"]

_FORMS: dict[WantedForm, str] = {
    WantedForm.BOOLEAN: "false",
    WantedForm.LOG_LEVEL: "INFO",
    WantedForm.PATTERN: ".*",
    WantedForm.GLOB: "*",
    WantedForm.TIME_ZONE: "UTC",
    WantedForm.TIME: "2024-01-01T00:00:00+00:00",
}
"""The value of each form that has only one."""
_NUMBERS = ("0", "1", "1000000")
_WITHOUT_WORDS = "placeholder"
"""What a name gives that tells no form."""
_DATA = ("[]", "{}")


def suitable_value(
    name: str, uses: Sequence[Use], decisions: Sequence[Decision] = (), told: str = ""
) -> str:
    """A text that suits some uses of a variable; empty if the name alone tells it.

    `told` is the form that a template tells, which comes before what the name does.
    """
    of_text = [use for use in uses if use.value.stage is Stage.TEXT or ITEM in _piece(use)]
    wanted = {form for use in of_text if (form := wanted_form(use)) is not None}
    is_parsed = told in _DATA or any(use.action is Action.PARSED for use in of_text)
    content = _json_text(uses, decisions, told) if is_parsed else ""
    if WantedForm.BASE64 in wanted:
        return base64.b64encode((content or _WITHOUT_WORDS).encode()).decode()
    if content:
        return content
    if pairs := _pairs(uses, decisions):
        return pairs
    base = told or _formed(name, uses, wanted)
    return _deciding(name, base or placeholder(name), decisions) or base


def _piece(use: Use) -> tuple[str, ...]:
    """The way to a single piece of a text, empty if a use is about something else."""
    return use.value.path if use.value.stage is Stage.PARTS else ()


def _formed(name: str, uses: Sequence[Use], wanted: set[WantedForm]) -> str:
    """A text of the form that uses want; empty if they take what the name tells."""
    value = placeholder(name)
    for form, text in _FORMS.items():
        if form in wanted:
            return text
    if WantedForm.NUMBER in wanted:
        return value if value.isdigit() else "10"
    if WantedForm.URL in wanted:
        return value if "://" in value else f"https://{HOST}/{name.lower().replace('_', '-')}"
    return _in_pieces(value, uses) or _formatted(uses) or _as_argument(value, uses)


def _in_pieces(value: str, uses: Iterable[Use]) -> str:
    """The value in as many pieces as it is split into; empty if it is never split."""
    for use in uses:
        if use.value.stage is not Stage.PARTS:
            continue
        separator = use.value.path[0]
        pieces = 1
        if use.action is Action.INDEX:
            pieces = use.detail + 1
        elif use.action is Action.UNPACKED:
            pieces = use.detail
        if separator and pieces > 1:
            enough = len(value.split(separator)) >= pieces
            return value if enough else separator.join([value] * pieces)
    return ""


def _pairs(uses: Iterable[Use], decisions: Iterable[Decision]) -> str:
    """Pieces that are split once more, into a key and a value: `shop/api=placeholder`.

    The keys are those that are looked up. Empty if no piece is split.
    """
    for use in uses:
        is_split = use.action is Action.CALLED and use.detail in ("split", "partition", "rsplit")
        if not is_split or ITEM not in _piece(use) or not isinstance(use.node, ast.Call):
            continue
        inner = literal_text(use.node.args[0]) if use.node.args else " "
        keys: dict[str, None] = {}
        for decision in decisions:
            if decision.value.stage is Stage.PARTS and decision.relation is Relation.HOLDS:
                keys |= dict.fromkeys(map(str, decision.operands))
        if inner:
            pairs = (f"{key}{inner}{_WITHOUT_WORDS}" for key in keys or [_WITHOUT_WORDS])
            return (use.value.path[0] or ",").join(pairs)
    return ""


def _formatted(uses: Iterable[Use]) -> str:
    """A text with as many places as are filled by `text % values`; empty if none are."""
    for use in uses:
        if use.action is Action.FORMATTED and use.value.stage is Stage.TEXT:
            return " ".join(["%s"] * use.detail)
    return ""


def _as_argument(value: str, uses: Iterable[Use]) -> str:
    """What the keyword tells under which it is handed on: `TopicArn=os.environ["ALERTS"]`."""
    if value != _WITHOUT_WORDS:
        return ""
    for use in uses:
        if use.action is Action.PASSED and use.value.stage is Stage.TEXT:
            keyword = use.detail[1]
            told = placeholder(keyword) if isinstance(keyword, str) else value
            if told.startswith(("arn:", "https:")):
                return told
    return ""


# Values that decide
# --------------------------------------------------------------------------------------------------


def _deciding(name: str, base: str, decisions: Sequence[Decision]) -> str:
    """The first candidate that fulfils most decisions; empty if no decision is about the text."""
    of_text = [decision for decision in decisions if decision.value.stage is not Stage.DATA]
    if not of_text:
        return ""
    # A switch that is off leaves the code as it is meant to run.
    if base == "false" and all(isinstance(one.operands[0], str | bool) for one in of_text):
        return ""
    best, most = base, -1
    for candidate in dict.fromkeys((base, *_candidates(base, of_text))):
        fulfilled = sum(_is_fulfilled(decision, candidate) for decision in of_text)
        if fulfilled > most:
            best, most = candidate, fulfilled
    return best


def _candidates(base: str, decisions: Iterable[Decision]) -> Iterator[str]:
    """Texts that may fulfil decisions."""
    together: dict[str, dict[str, None]] = defaultdict(dict)
    for decision in decisions:
        if decision.value.stage is Stage.NUMBER:
            yield from _NUMBERS
            yield from (str(operand) for operand in decision.operands)
            continue
        for operand in decision.operands:
            if not isinstance(operand, str):
                continue
            if decision.value.stage is Stage.PARTS and decision.holds:
                together[decision.value.path[0]][operand] = None
            if not decision.holds:
                yield _WITHOUT_WORDS
            if decision.relation is Relation.PREFIX:
                yield beginning(operand)
            elif decision.relation is Relation.SUFFIX:
                yield ending(operand)
            elif decision.relation is Relation.BEGINS:
                yield operand + base
            yield operand
    for separator, pieces in together.items():
        yield (separator or ",").join(pieces)


def _is_fulfilled(decision: Decision, candidate: str) -> bool:
    """Whether a candidate fulfils a decision."""
    fulfils = any(_holds(decision, part) for part in _parts(decision, candidate))
    return fulfils is decision.holds


def _parts(decision: Decision, candidate: str) -> list[Any]:
    """What a decision is about: the candidate, its pieces, each of them, or its number."""
    value = decision.value
    if value.stage is Stage.NUMBER:
        try:
            return [float(candidate)]
        except ValueError:
            return []
    if value.stage is not Stage.PARTS:
        return [candidate]
    pieces = candidate.split(value.path[0] or None)
    is_of_each = ITEM in value.path or decision.relation in (Relation.PREFIX, Relation.SUFFIX)
    return pieces if is_of_each else [pieces]


def _holds(decision: Decision, part: Any) -> bool:
    """Whether the relation holds between a value, or a part of it, and the operands."""
    operand = decision.operands[0]
    relation = decision.relation
    if relation in ORDERS:
        return isinstance(part, float) and ORDERS[relation](part, float(operand))
    if relation is Relation.EQUAL:
        return part in decision.operands
    if not isinstance(operand, str):
        return False
    if relation is Relation.HOLDS:
        return operand in part
    if not isinstance(part, str):
        return False
    if relation is Relation.WITHIN:
        return part in operand
    if relation is Relation.PREFIX:
        return operand.startswith(part)
    if relation is Relation.SUFFIX:
        return operand.endswith(part)
    return part.startswith(operand)


# Data
# --------------------------------------------------------------------------------------------------


def _json_text(uses: Sequence[Use], decisions: Sequence[Decision], told: str) -> str:
    """Data as text; what is told where the code says nothing of it."""
    value = _json_value(uses, decisions)
    return told if value == {} and told in _DATA else json.dumps(value)


def _json_value(uses: Iterable[Use], decisions: Iterable[Decision]) -> Any:
    """The smallest data that suits what is done with it, and lets the event through.

    That is a list, empty unless an item has to be there, or what has the keys that are read; a key
    or an item that is looked for under a field of the event is that field.
    """
    keys: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    lists: set[tuple[str, ...]] = set()
    leaves: dict[tuple[str, ...], Any] = {}
    held: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    tables: set[tuple[str, ...]] = set()
    for use in uses:
        path = use.value.path
        if use.value.stage is not Stage.DATA:
            continue
        if use.action is Action.KEY:
            keys[path][use.detail] = None
        elif use.action in (Action.ITERATED, Action.INDEX, Action.SEARCHED):
            lists.add(path)
        elif use.action is Action.LOOKED_UP or use.detail in ("items", "values", "keys"):
            tables.add(path)
        elif (form := wanted_form(use)) in (WantedForm.GLOB, WantedForm.PATTERN):
            leaves[path] = _FORMS[form]
    for decision in decisions:
        path = decision.value.path
        if decision.value.stage is not Stage.DATA or not decision.holds:
            continue
        if decision.relation is Relation.HOLDS:
            held[path][decision.operands[0]] = None
        elif decision.relation is Relation.EQUAL:
            leaves.setdefault(path, decision.operands[0])
        elif decision.relation is Relation.PREFIX:
            leaves.setdefault(path, beginning(decision.operands[0]))

    def value(path: tuple[str, ...]) -> Any:
        if path in leaves:
            return leaves[path]
        if path in tables:
            own = {key: value((*path, key)) for key in keys.get(path, ())}
            below = value((*path, ANY_KEY))
            return {**own, **dict.fromkeys(held.get(path, ()), below)}
        if path in keys:
            return {key: value((*path, key)) for key in keys[path]}
        if path in lists:
            item = (*path, ITEM)
            is_described = item in leaves or item in keys
            items = [value(item)] if is_described and _decides(item) else []
            return [*held.get(path, ()), *items]
        if path and path[-1] != ANY_KEY:
            return placeholder(path[-1])
        return _WITHOUT_WORDS if path else {}

    def _decides(item: tuple[str, ...]) -> bool:
        """Whether a decision is about an item, or about what is in it."""
        return any(path[: len(item)] == item for path in leaves)

    return value(())
