"""Three operators beside those of Cosmic Ray: what is said, returned or contained is left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import parso
from cosmic_ray.operators.operator import Example, Operator

Positions = Iterator[tuple[tuple[int, int], tuple[int, int]]]


class DropCall(Operator):
    """Leaves out a statement that only calls something."""

    def mutation_positions(self, node: Any) -> Positions:
        """The statement, where all of it is a call."""
        if node.type == "atom_expr" and node.parent.type in ("simple_stmt", "suite", "file_input"):
            last = node.children[-1]
            if last.type == "trailer" and last.children[0].value == "(":
                yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """`None` in its place."""
        return _in_place_of(node, "None")

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """As Cosmic Ray wants them."""
        return (Example("seen.add(1)\n", "None\n"),)


class ReturnNothing(Operator):
    """Returns None for what is returned."""

    def mutation_positions(self, node: Any) -> Positions:
        """What stands behind `return`, where it is not None already."""
        if node.type == "return_stmt" and node.children[1].get_code().strip() != "None":
            yield node.children[1].start_pos, node.children[1].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """The same statement with None."""
        node.children[1] = _in_place_of(node.children[1], "None")
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """As Cosmic Ray wants them."""
        return (Example("def f():\n    return 1\n", "def f():\n    return None\n"),)


class SwapContained(Operator):
    """Turns `in` into `not in`, and back."""

    def mutation_positions(self, node: Any) -> Positions:
        """Each such operator of a comparison."""
        for operator in self._operators(node):
            yield operator.start_pos, operator.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """The comparison with the opposite at that place."""
        operator = self._operators(node)[index]
        opposite = "in" if operator.get_code().split() == ["not", "in"] else "not in"
        node.children[node.children.index(operator)] = _in_place_of(operator, opposite)
        return node

    @staticmethod
    def _operators(node: Any) -> list[Any]:
        if node.type != "comparison":
            return []
        words = (["in"], ["not", "in"])
        return [each for each in node.children[1::2] if each.get_code().split() in words]

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """As Cosmic Ray wants them."""
        return (Example("a in b", "a not in b"), Example("a not in b", "a in b"))


def _in_place_of(node: Any, code: str) -> Any:
    return parso.parse(node.get_first_leaf().prefix + code)


OPERATORS = (DropCall, ReturnNothing, SwapContained)
