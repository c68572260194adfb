"""Reach: how far the events of a run got in a subject's own code, and what turned them back.

A run that finds nothing says nothing of code that never ran. So it is counted how many events got
to an effect; and where none did, the place is looked for at which all of them turned back.

The blocks of the subject's own code (`discovery.source.branches.blocks`) make a graph: from each
block to those behind it, and to the functions that it mentions by name. Each block that a call
entered is known. An edge from an entered block to one that no event entered, behind which there is
an effect, is a place where events turned back; the branch that they took instead says by which
condition. What only happens where something fails (an `except` block, a branch that raises) is no
effect to get to.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ecr_contracts.core.findings import Location
from ecr_contracts.core.text import shortened
from ecr_contracts.discovery.source.branches.blocks import Block, Lead, blocks_of
from ecr_contracts.discovery.source.branches.conditions import Conditions
from ecr_contracts.discovery.user_code import location
from ecr_contracts.engine.registered import is_registered, wrapping_functions
from ecr_contracts.runtime.outcome import CaughtException, Entered, Outcome, Status

__all__ = ["Branch", "EnteredBlocks", "OwnModule", "Reach", "TurningPoint", "reach_of"]

_FEW = 20
"""Events for each that acts, from which on it is told where the others turned back."""
_MOST_PLACES = 3  # that are named where events turned back at several
_LONGEST = 80  # characters of a condition


@dataclass(frozen=True, slots=True)
class OwnModule:
    """A file of a subject's own code, how it is called in reports, and its syntax tree.

    `handler` is the name of the function in it that is given the events; empty in other files.
    """

    file: str
    shown: str
    tree: ast.Module
    handler: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch that no event entered; `condition` is what has to hold for that, in words.

    `is_defensive`: it is there for what goes wrong, as an `except` block is.
    """

    file: str
    line: int
    condition: str
    is_defensive: bool


@dataclass(frozen=True, slots=True)
class TurningPoint:
    """A line that no event got past, and what would let one on, in words (or why not).

    `is_computed`: it is not plain values of the event that decide there, but what is computed of
    them, as the digest of a name is, or it is not known what does.
    """

    location: Location
    way_on: str
    is_computed: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """How far events got.

    Of `events`, `acted` got to an effect, and `late` had no answer. `is_known` says whether it is
    known which lines ran. Of its own `branches`, `entered` counts those that an event entered;
    `not_entered` are the others, without those within them. `effects` are calls in its code that
    look like effects (with the place of each) and `reached` counts those that were come to.
    `turned_back` are the lines that no event got past on the way to an effect (to its end, if it
    has none); `held_up` those that the `ended_early` did not get past, which ended well without an
    effect, where few events got to one.
    `has_code`: it is Python, of which lines can run.
    """

    events: int = 0
    acted: int = 0
    late: int = 0
    is_known: bool = False
    branches: int = 0
    entered: int = 0
    not_entered: tuple[Branch, ...] = ()
    effects: tuple[str, ...] = ()
    reached: int = 0
    turned_back: tuple[TurningPoint, ...] = ()
    held_up: tuple[TurningPoint, ...] = ()
    ended_early: int = 0
    has_code: bool = False

    @property
    def says_anything(self) -> bool:
        """Whether there was anything to get to, or a line that no event got past."""
        return bool(self.acted or self.effects or self.turned_back)

    @property
    def is_unreached(self) -> bool:
        """Whether there are effects to get to, and no event got to any."""
        return bool(self.effects) and not self.acted and not self.reached


NO_REACH = Reach()
"""Nothing was given, and nothing is known."""


class EnteredBlocks:
    """The blocks that any of several calls entered."""

    def __init__(self) -> None:
        self._files: dict[str, int] = {}

    def add(self, entered: Entered) -> None:
        """Add what a call entered."""
        for file, marks in entered:
            self._files[file] = self._files.get(file, 0) | int.from_bytes(marks, "little")

    def knows_any(self, modules: Iterable[OwnModule]) -> bool:
        """Whether it is known of any of some modules what was entered."""
        return any(module.file in self._files for module in modules)

    def of(self, file: str, count: int) -> list[bool] | None:
        """Whether each block of a file was entered; None where nothing is known of the file."""
        marks = self._files.get(file)
        if marks is None or marks.bit_length() > 8 * count:
            return None
        return [bool(byte) for byte in marks.to_bytes(count, "little")]


def reach_of(
    outcomes: Sequence[Outcome], modules: Sequence[OwnModule], entered: EnteredBlocks
) -> Reach:
    """The reach of some calls with single events, and of whatever else entered blocks."""
    acted = sum(_acts(outcome) for outcome in outcomes)
    late = sum(outcome.status is Status.TIMED_OUT for outcome in outcomes)
    graph = _Graph(modules, entered)
    if not graph.is_known:
        return Reach(len(outcomes), acted, late, has_code=bool(modules))
    turned_back: tuple[TurningPoint, ...] = ()
    if not acted and any(outcome.status is Status.RETURNED for outcome in outcomes):
        caught: list[CaughtException] = []
        for outcome in outcomes:
            caught += outcome.caught
        turned_back = tuple(graph.turning_points(caught))[:_MOST_PLACES]
    branches = graph.branches
    return Reach(
        len(outcomes),
        acted,
        late,
        is_known=True,
        branches=len(branches),
        entered=sum(node.is_entered for node in branches),
        not_entered=tuple(graph.not_entered()),
        effects=tuple(graph.effects()),
        reached=sum(len(node.block.effects) for node in graph.effect_nodes if node.is_entered),
        turned_back=turned_back,
        held_up=_held_up(outcomes, modules, acted),
        ended_early=sum(_ends_early(outcome) for outcome in outcomes),
        has_code=True,
    )


def _held_up(
    outcomes: Sequence[Outcome], modules: Sequence[OwnModule], acted: int
) -> tuple[TurningPoint, ...]:
    """The lines that events did not get past, of those that end well, where few others act."""
    if not acted or acted * _FEW > len(outcomes):
        return ()
    entered = EnteredBlocks()
    for outcome in outcomes:
        if _ends_early(outcome):
            entered.add(outcome.entered)
    graph = _Graph(modules, entered)
    if not graph.is_known:
        return ()
    return tuple(graph.turning_points([]))[:_MOST_PLACES]


def _acts(outcome: Outcome) -> bool:
    """Whether a call changed anything, or tried to."""
    return any(effect.changes or effect.refused for effect in outcome.effects)


def _ends_early(outcome: Outcome) -> bool:
    """Whether a call ended well, and changed nothing."""
    return outcome.status is Status.RETURNED and not _acts(outcome)


# --- the graph of blocks --------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class _Node:
    """A block in its module, and whether any event entered it."""

    module: OwnModule
    block: Block
    is_entered: bool


class _Graph:
    """The blocks of all modules, as far as they are come to from the handler."""

    def __init__(self, modules: Sequence[OwnModule], entered: EnteredBlocks) -> None:
        self.is_known = False
        self._nodes: dict[Block, _Node] = {}
        self._children: dict[_Node, list[_Node]] = defaultdict(list)
        self._heads: dict[str, list[_Node]] = defaultdict(list)
        self._definitions: dict[str, set[str]] = defaultdict(set)
        self._conditions: dict[str, Conditions] = {}
        for module in modules:
            self._add(module, entered)
        self._called_by_frameworks: list[_Node] = []
        for module in modules:
            self._define(module)
        self._reachable = self._reachable_from([module.handler for module in modules])

    def _add(self, module: OwnModule, entered: EnteredBlocks) -> None:
        blocks = blocks_of(module.tree)
        marks = entered.of(module.file, len(blocks))
        self.is_known = self.is_known or marks is not None
        for block in blocks:
            node = _Node(module, block, marks is not None and marks[block.number])
            self._nodes[block] = node
            if block.parent is not None:
                self._children[self._nodes[block.parent]].append(node)
            else:
                self._add_head(node)

    def _add_head(self, node: _Node) -> None:
        *owners, name = node.block.function.split(".")
        self._heads[name].append(node)
        if owners and name.startswith("__"):
            self._heads[owners[-1]].append(node)

    def _define(self, module: OwnModule) -> None:
        """Note what names of a module stand for, and what it registers somewhere."""
        for statement in module.tree.body:
            match statement:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        self._definitions[ast.unparse(target)] |= _names(value)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    self._definitions[ast.unparse(target)] |= _names(value)
        wrapping = wrapping_functions(module.tree)
        for node in self._nodes.values():
            if node.module is module and is_registered(node.block, wrapping):
                self._called_by_frameworks.append(node)

    def _reachable_from(self, handlers: Iterable[str]) -> list[_Node]:
        """The nodes that are come to from a handler or were entered, in their order."""
        pending = [node for node in self._nodes.values() if node.is_entered]
        for handler in filter(None, handlers):
            pending += self._heads_of(handler)
        pending += self._called_by_frameworks
        found: set[_Node] = set()
        while pending:
            node = pending.pop()
            if node not in found:
                found.add(node)
                pending += self._behind(node)
        return [node for node in self._nodes.values() if node in found]

    def _heads_of(self, handler: str) -> Iterator[_Node]:
        """The functions that a handler's name stands for; of those within functions, that alone."""
        first, *rest = handler.split(".")
        if "<locals>" in rest:
            name = handler.replace("<locals>.", "")
            yield from (node for node in self._heads[rest[-1]] if node.block.function == name)
            return
        for name in self._definitions.get(first, set()).union([first], rest[-1:]):
            yield from self._heads.get(name, [])

    def _behind(self, node: _Node) -> Iterator[_Node]:
        """The nodes that can be come to from one."""
        yield from self._children.get(node, ())
        for head, _ in self._called(node):
            yield head

    def _called(self, node: _Node) -> Iterator[tuple[_Node, int]]:
        """The functions that a node mentions, each with the line where it does."""
        for name, line in node.block.names.items():
            pending, known = [name], set[str]()
            while pending:
                inner = pending.pop()
                if inner not in known:
                    known.add(inner)
                    pending += self._definitions.get(inner, ())
                    for head in self._heads.get(inner, ()):
                        yield head, line

    # --- what is to be got to ---------------------------------------------------------------------

    @cached_property
    def effect_nodes(self) -> list[_Node]:
        """The nodes with effects that events are to get to."""
        return [
            node
            for node in self._reachable
            if node.block.effects and not node.block.handles and not _raises(node.block)
        ]

    def effects(self) -> Iterator[str]:
        """The effects that events are to get to, each with its place: first those come to."""
        for node in sorted(self.effect_nodes, key=lambda node: not node.is_entered):
            for name, line in node.block.effects:
                yield f"{name} ({node.module.shown}:{line})"

    @cached_property
    def _leading_on(self) -> set[_Node]:
        """The nodes from which an effect can be come to."""
        before: dict[_Node, list[_Node]] = defaultdict(list)
        for node in self._reachable:
            if not node.block.handles:
                for after in self._behind(node):
                    before[after].append(node)
        found: set[_Node] = set()
        pending = list(self.effect_nodes)
        while pending:
            node = pending.pop()
            if node not in found:
                found.add(node)
                pending += before.get(node, ())
        return found

    # --- where events turned back -----------------------------------------------------------------

    def turning_points(self, caught: Sequence[CaughtException]) -> Iterator[TurningPoint]:
        """The lines that no event got past on the way to an effect, or to the end."""
        seen: set[tuple[str, int]] = set()
        edges = self._edges_to_effects() if self.effect_nodes else self._edges_to_ends()
        for node, behind, line in edges:
            for point in self._turning(node, behind, line, caught):
                place = (point.location.file, point.location.line)
                if place not in seen:
                    seen.add(place)
                    yield point

    def _edges_to_effects(self) -> Iterator[tuple[_Node | None, _Node, int]]:
        for node in self._reachable:
            if not node.is_entered or node.block.handles:
                continue
            for child in self._children.get(node, ()):
                if self._is_missed(child):
                    yield node, child, child.block.line
            for head, line in self._called(node):
                if self._is_missed(head):
                    yield node, head, line
        for head in self._called_by_frameworks:
            if self._is_missed(head):
                yield None, head, head.block.line

    def _is_missed(self, node: _Node) -> bool:
        return not node.is_entered and not node.block.handles and node in self._leading_on

    def _edges_to_ends(self) -> Iterator[tuple[_Node | None, _Node, int]]:
        """The edges to what stands behind a statement with branches and was never entered."""
        for node in self._reachable:
            for child in self._children.get(node, ()):
                is_behind = child.block.lead is Lead.NEXT and not child.block.handles
                if node.is_entered and is_behind and not child.is_entered:
                    yield node, child, child.block.line

    def _turning(
        self, node: _Node | None, behind: _Node, line: int, caught: Sequence[CaughtException]
    ) -> Iterator[TurningPoint]:
        """The places at which events turned back between an entered node and one behind it."""
        block, module = behind.block, behind.module
        if block.lead is Lead.FUNCTION:
            name = block.function.rpartition(".")[2]
            caller = module if node is None else node.module
            yield self._point(caller, line, block, f"{name} is never called")
        elif block.lead in (Lead.NEXT, Lead.EFFECT):
            yield from self._turned_before(behind, caught)
        elif self._is_decided(node, behind):
            yield self._at_branch(module, block)
        else:
            yield from self._turned_before(behind, caught)

    def _is_decided(self, node: _Node | None, behind: _Node) -> bool:
        """Whether the statement of a branch was come to, as far as its other ways show that."""
        others: list[_Node] = []
        if node is not None:
            for child in self._children.get(node, ()):
                if child.block.node is behind.block.node and child is not behind:
                    others.append(child)
        return not others or any(other.is_entered for other in others)

    def _turned_before(
        self, behind: _Node, caught: Sequence[CaughtException]
    ) -> Iterator[TurningPoint]:
        """The branches that ended the way to a node before it was come to."""
        leaving = list(self._leaving_within(behind))
        # A helper that raises what its caller catches turns events back as well.
        leaving = [node for node in leaving if not node.block.handles] or [
            node
            for node in self._reachable
            if node.is_entered and _raises(node.block) and not node.block.handles
        ]
        for node in leaving:
            yield self._past_branch(node)
        if not leaving:
            for exception in caught:
                if exception.raised is not None:
                    yield TurningPoint(exception.raised, f"it raises {exception.exception}")
                    return
            words = "something before it fails each time"
            yield self._point(behind.module, behind.block.line, behind.block, words)

    def _leaving_within(self, behind: _Node) -> Iterator[_Node]:
        """The entered branches of the statement before a node that leave the way to it."""
        if behind.block.lead is not Lead.NEXT:
            return
        inside = set(map(id, ast.walk(behind.block.node)))
        for node in self._reachable:
            block = node.block
            is_inside = node.module is behind.module and id(block.leaves) in inside
            if is_inside and node.is_entered and block.lead is not Lead.FUNCTION:
                yield node

    def _at_branch(self, module: OwnModule, block: Block) -> TurningPoint:
        """The place of a branch that no event took."""
        line = getattr(block.node, "lineno", block.line)
        if isinstance(block.node, ast.match_case):
            line = block.node.pattern.lineno
        return self._point(module, line, block, self._way_into(module, block))

    def _past_branch(self, node: _Node) -> TurningPoint:
        """The place of a branch that all events took, and what keeps from taking it."""
        block, module = node.block, node.module
        while block.lead in (Lead.NEXT, Lead.EFFECT) and block.parent is not None:
            block = block.parent
        line = getattr(block.node, "lineno", block.line)
        match block.lead, block.node:
            case (Lead.THEN | Lead.ELSE) as lead, (
                ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test)
            ):
                holds = lead is Lead.ELSE
                words = self._conditions_of(module).way_on(test, holds=holds)
            case Lead.CASE, ast.match_case(pattern=pattern):
                line = pattern.lineno
                words = f"it matches {ast.unparse(pattern)} each time"
            case Lead.EXCEPT, ast.ExceptHandler():
                words = "an exception is caught there each time"
            case _:
                statement = node.block.leaves
                line = node.block.line if statement is None else statement.lineno
                words = "it ends there each time"
        return self._point(module, line, block, words)

    def _way_into(self, module: OwnModule, block: Block) -> str:
        """What has to hold where a branch is to be entered, or why it was not, in words."""
        match block.lead, block.node:
            case Lead.THEN, ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                return self._conditions_of(module).way_on(test, holds=True)
            case Lead.ELSE, ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                return self._conditions_of(module).way_on(test, holds=False)
            case Lead.LOOP, ast.For(iter=over) | ast.AsyncFor(iter=over):
                return f"{shortened(ast.unparse(over), _LONGEST)} is empty each time"
            case Lead.CASE, ast.match_case(pattern=pattern):
                return f"nothing matches {shortened(ast.unparse(pattern), _LONGEST)}"
            case Lead.EXCEPT, ast.ExceptHandler(type=None):
                return "any exception"
            case Lead.EXCEPT, ast.ExceptHandler(type=ast.expr() as kind):
                return shortened(ast.unparse(kind), _LONGEST)
            case Lead.OPERAND, ast.BoolOp(op=operator, values=[first, *_]):
                holds = isinstance(operator, ast.And)
                return self._conditions_of(module).way_on(first, holds=holds)
            case Lead.OPERAND, ast.Lambda():
                return "it is never called"
            case Lead.OPERAND, _:
                return "there is no element each time"
        return ""

    def _conditions_of(self, module: OwnModule) -> Conditions:
        if module.file not in self._conditions:
            self._conditions[module.file] = Conditions(module.tree)
        return self._conditions[module.file]

    def _point(self, module: OwnModule, line: int, block: Block, words: str) -> TurningPoint:
        place = location(module.file, line, module.shown, block.function)
        match block.node:
            case (
                ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.For(iter=test)
            ):
                is_computed = self._conditions_of(module).is_computed(test)
            case _:
                is_computed = True
        return TurningPoint(place, words, is_computed)

    # --- branches ---------------------------------------------------------------------------------

    @property
    def branches(self) -> list[_Node]:
        """The nodes that are branches, and those that stand behind one that may leave."""
        branches: list[_Node] = []
        for node in self._reachable:
            block = node.block
            is_other_way = block.lead is Lead.NEXT and _may_leave(block.node)
            if block.lead in _BRANCHES or is_other_way:
                branches.append(node)
        return branches

    def not_entered(self) -> Iterator[Branch]:
        """The branches that no event entered, of those that stand in an entered block."""
        for node in self.branches:
            block = node.block
            parent = self._nodes[block.parent] if block.parent is not None else None
            if node.is_entered or parent is None or not parent.is_entered:
                continue
            point = self._at_branch(node.module, block)
            if block.lead is Lead.NEXT:
                point = next(self._turned_before(node, ()))
            is_defensive = block.handles or _raises(block)
            condition = point.way_on.removeprefix("it goes on only where ")
            yield Branch(node.module.shown, point.location.line, condition, is_defensive)


_BRANCHES = frozenset({Lead.THEN, Lead.ELSE, Lead.LOOP, Lead.CASE, Lead.EXCEPT, Lead.OPERAND})


def _may_leave(statement: ast.AST) -> bool:
    """Whether some branches of a statement may leave: what follows is the `else` of these."""
    if not isinstance(statement, ast.If | ast.Match):
        return False
    leaving = ast.Return | ast.Raise | ast.Continue | ast.Break
    return any(isinstance(node, leaving) for node in ast.walk(statement))


def _raises(block: Block) -> bool:
    return isinstance(block.leaves, ast.Raise)


def _names(value: ast.expr) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(value):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                names.add(name)
    return names
