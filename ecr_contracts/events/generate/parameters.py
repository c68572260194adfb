"""A contract as a parameter model: numbers and bits, from which covering arrays are computed.

Each varying facet is a parameter, each of its choices a level. A set of levels is an integer with a
bit for each. A forbidden combination is a tuple of parameters with sets of levels: no event has
them all. A parameter whose facet has no choice while its parent is hollow gets one more level that
says so, its void; an assignment leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from ecr_contracts.events.model import Constraint, Contract, Facet, Labels

_Forbidden = tuple[tuple[int, int], ...]


class ParameterModel:
    """The parameters of a contract with their levels, and which levels go together.

    `levels` holds how many levels each parameter has; `is_constrained` whether any forbidden
    combination speaks of it.
    """

    def __init__(self, contract: Contract) -> None:
        self.facets = contract.varying
        self.levels = [len(facet.choices) for facet in self.facets]
        self._parameter_of = {facet.path: index for index, facet in enumerate(self.facets)}
        self._void_levels: dict[int, int] = {}
        self._parents: dict[int, int] = {}
        self._forbidden: list[_Forbidden] = []
        for constraint in contract.constraints:
            self._forbid_constraint(contract, constraint)
        for parameter, facet in enumerate(self.facets):
            outer = _varying_outer_facet(contract, facet)
            if outer is not None:
                self._forbid_in_hollow(contract, parameter, outer)
        constrained = {parameter for terms in self._forbidden for parameter, _ in terms}
        self.is_constrained = [parameter in constrained for parameter in range(len(self.facets))]
        self._possible: dict[tuple[tuple[int, int], ...], bool] = {}
        self._avoidable: dict[frozenset[_Forbidden], bool] = {}

    # --- from the contract ------------------------------------------------------------------------

    def _forbid_constraint(self, contract: Contract, constraint: Constraint) -> None:
        """Adds a constraint, unless a facet that does not vary keeps to it always.

        A facet that does not vary has no choice where there is nothing around it.
        """
        terms = []
        outer = constraint.terms[0][0]
        for path, labels in constraint.terms:
            if path in self._parameter_of:
                parameter = self._parameter_of[path]
                terms.append((parameter, self._bits(parameter, labels)))
                continue
            facet = contract.by_path[path]
            is_nested = constraint.structural and facet.parent == outer
            if facet.baseline.label not in labels or is_nested:
                return
        self._forbidden.append(tuple(terms))

    def _forbid_in_hollow(self, contract: Contract, parameter: int, outer: Facet) -> None:
        """Says what a facet is while there is nothing around it: absent if it can be, else void."""
        facet, parent = self.facets[parameter], self._parameter_of[outer.path]
        filling = [
            choice.label
            for choice in outer.choices
            if contract.is_filled({outer.path: choice.label}, outer.path)
        ]
        filled = self._bits(parent, filling)
        hollow = (1 << self.levels[parent]) - 1 - filled
        absent = facet.absent_label
        present = self._bits(parameter, facet.labels - {absent})
        # The contract says the same of the choices alone, without the void of the parent.
        declared = ((parent, hollow & self.choice_bits(parent)), (parameter, present))
        self._forbidden = [terms for terms in self._forbidden if terms != declared]
        self._forbidden.append(((parent, hollow), (parameter, present)))
        if absent is None:
            void = self.levels[parameter]
            self._parents[parameter] = parent
            self._void_levels[parameter] = void
            self.levels[parameter] += 1
            self._forbidden.append(((parent, filled), (parameter, 1 << void)))

    def _bits(self, parameter: int, labels: Sequence[str] | frozenset[str]) -> int:
        """The levels of some labels."""
        bits = 0
        for level, choice in enumerate(self.facets[parameter].choices):
            if choice.label in labels:
                bits |= 1 << level
        return bits

    # --- what may be asked ------------------------------------------------------------------------

    def choice_levels(self, parameter: int) -> range:
        """The levels that are choices, so all but the void."""
        return range(len(self.facets[parameter].choices))

    def choice_bits(self, parameter: int) -> int:
        """The levels that are choices, as bits."""
        return (1 << len(self.facets[parameter].choices)) - 1

    @cached_property
    def order(self) -> list[int]:
        """The parameters in the order in which an array grows: those of many levels first.

        What can be void comes right after the parameter that makes it so.
        """
        families = []
        for parameter in range(len(self.facets)):
            if parameter not in self._parents:
                families.append(list(self._family(parameter)))
        families.sort(key=lambda members: (-max(self.levels[index] for index in members), members))
        return [parameter for members in families for parameter in members]

    def _family(self, head: int) -> Iterator[int]:
        """A parameter, and those that are void where it is hollow, at any depth."""
        yield head
        for child, parent in self._parents.items():
            if parent == head:
                yield from self._family(child)

    def is_possible(self, levels: Mapping[int, int]) -> bool:
        """Whether some event has all of these levels, by parameter."""
        key = tuple(sorted(item for item in levels.items() if self.is_constrained[item[0]]))
        known = self._possible.get(key)
        if known is None:
            known = self._possible[key] = self._can_complete(dict(key))
        return known

    def _can_complete(self, levels: Mapping[int, int]) -> bool:
        """Whether levels can be completed so that nothing forbidden is in them."""
        remaining: set[_Forbidden] = set()
        for terms in self._forbidden:
            free = _free_terms(terms, levels)
            if free == ():
                return False
            if free is not None:
                remaining.add(free)
        return self._can_avoid(frozenset(remaining))

    def _can_avoid(self, forbidden: frozenset[_Forbidden]) -> bool:
        """Whether some levels avoid all of some combinations: backtracking, with a memory.

        Combinations that have no parameter in common are dealt with one group after the other, and
        what is known of a group is remembered, however it was come to. The shortest combination is
        dealt with first, since that leaves the fewest levels to try.
        """
        known = self._avoidable.get(forbidden)
        if known is None:
            known = all(self._can_avoid_group(group) for group in _groups(forbidden))
            self._avoidable[forbidden] = known
        return known

    def _can_avoid_group(self, group: frozenset[_Forbidden]) -> bool:
        parameter = min(group, key=lambda terms: (len(terms), terms))[-1][0]
        for level in range(self.levels[parameter]):
            remaining = {_free_terms(terms, {parameter: level}) for terms in group}
            if () not in remaining:
                left = frozenset(terms for terms in remaining if terms is not None)
                if self._can_avoid(left):
                    return True
        return False

    # --- there and back ---------------------------------------------------------------------------

    def row(self, labels: Labels) -> list[int]:
        """An assignment as levels, one for each parameter."""
        row = []
        for parameter, facet in enumerate(self.facets):
            label = labels.get(facet.path)
            level = self._void_levels.get(parameter, 0)
            for number, choice in enumerate(facet.choices):
                if choice.label == label:
                    level = number
            row.append(level)
        return row

    def labels(self, row: Sequence[int]) -> dict[str, str]:
        """Levels as an assignment, without what is void."""
        labels = {}
        for facet, level in zip(self.facets, row, strict=True):
            if level < len(facet.choices):
                labels[facet.path] = facet.choices[level].label
        return labels


def _varying_outer_facet(contract: Contract, facet: Facet) -> Facet | None:
    """The innermost facet around another that can leave nothing for it to lie in, if any."""
    parent = facet.parent
    while parent is not None and len(contract.by_path[parent].choices) == 1:
        parent = contract.by_path[parent].parent
    return None if parent is None else contract.by_path[parent]


def _free_terms(terms: _Forbidden, levels: Mapping[int, int]) -> _Forbidden | None:
    """The terms of a combination that levels leave open; None where they keep it away."""
    free = []
    for parameter, bits in terms:
        if parameter not in levels:
            free.append((parameter, bits))
        elif not bits >> levels[parameter] & 1:
            return None
    return tuple(free)


def _groups(forbidden: frozenset[_Forbidden]) -> Iterator[frozenset[_Forbidden]]:
    """Combinations in groups, of which no two have a parameter in common."""
    groups: list[tuple[set[int], set[_Forbidden]]] = []
    for terms in forbidden:
        parameters, members = {parameter for parameter, _ in terms}, {terms}
        apart = []
        for others, theirs in groups:
            if parameters & others:
                parameters, members = parameters | others, members | theirs
            else:
                apart.append((others, theirs))
        groups = [*apart, (parameters, members)]
    for _, members in groups:
        yield frozenset(members)
