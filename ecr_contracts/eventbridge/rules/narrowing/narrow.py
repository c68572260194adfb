"""From a contract and rules to the contract of the events that the rules let through.

1. *Branches* of the rules' patterns become demands: wishes upon facets (`demands`). One that asks
   for a key which no event of the kind has is an obstacle, and lets nothing through.
2. The choices of every facet that a wish is upon are divided into *parts* that meet the same wishes
   (`parts`, and `arrays` for arrays).
3. A demand is then one or a few *products*: for some facets the parts that they may have, each
   independent of the other. An event is let through if it is in any product.
4. Parts that no product admits are dropped. What else keeps to no product is forbidden by
   constraints (`products`), so that all that works on contracts (cases, covering arrays,
   strategies, causes) works on the narrowed one as it is, and builds nothing to throw it away.
5. Parts that no event can have are dropped, and a baseline is chosen: the kind's own wherever it is
   let through.

Example: `{"image-tags": ["v1"]}` upon scans. The first element may be `v1` (a part of the choice
"plain"), with one element or several; or another one, if `v1` comes later, which is a choice of its
own. Tags that are empty or absent are dropped.
"""

from __future__ import annotations

import itertools
import json
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.eventbridge.rules.matching.conditions import (
    AnythingBut,
    Condition,
    Exact,
    Wildcard,
)
from ecr_contracts.eventbridge.rules.narrowing import arrays, composed
from ecr_contracts.eventbridge.rules.narrowing.arrays import ArrayParts
from ecr_contracts.eventbridge.rules.narrowing.demands import (
    Demand,
    NamedPattern,
    Wish,
    branches_of,
    facets_by_name,
)
from ecr_contracts.eventbridge.rules.narrowing.obstacles import (
    NO_KEY,
    NO_VALUE,
    TOGETHER,
    Obstacle,
)
from ecr_contracts.eventbridge.rules.narrowing.parts import Part, parts_of
from ecr_contracts.eventbridge.rules.narrowing.products import (
    Product,
    constraints_of,
    forbidden_combinations,
    simplified,
)
from ecr_contracts.eventbridge.rules.narrowing.tokens import with_own_tokens
from ecr_contracts.eventbridge.rules.pattern import Leaf
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate.parameters import ParameterModel
from ecr_contracts.events.kinds import sample_bytes
from ecr_contracts.events.languages import LanguageTooLargeError
from ecr_contracts.events.model import Constraint, Contract, Facet

__all__ = ["Narrowing", "demands_upon", "divided", "narrow"]

MOST_WISHES = 5
"""Different wishes upon one facet that are told apart; parts double with each."""

MOST_NAMING_WISHES = 200
"""Different wishes upon one facet altogether, most of which name values alone."""

MOST_VALUES = 300
"""Exact values of one leaf that are tried."""

MOST_CONDITIONS = 100
"""Other conditions of one leaf that are followed."""

MOST_ENTANGLED = 4
"""Wildcards with several runs, of one leaf, that are followed."""

MOST_EXCLUDED = 1_000
"""Texts that one `anything-but` excludes; EventBridge takes patterns of 4 KB."""

MOST_ENTANGLED_EXCLUDED = 6
"""Wildcards with three runs or more that one `anything-but` excludes."""

MOST_WAYS = 200
"""Ways to meet one branch of a pattern that are followed."""


@dataclass(frozen=True)
class Narrowing:
    """What rules make of a kind.

    `contract` holds for the events that they let through; None where that is none. `obstacles` say
    for each branch of a pattern that lets nothing through why. `left_out` counts the branches and
    alternatives that were not followed up, since there were too many: the contract is then narrower
    than the rules. `is_changed` says whether it is narrower than the `whole` contract, `demands`
    are what that was narrowed to.
    """

    contract: Contract | None
    obstacles: tuple[Obstacle, ...] = ()
    left_out: int = 0
    is_changed: bool = True
    whole: Contract | None = field(default=None, compare=False, repr=False)
    demands: tuple[Demand, ...] = field(default=(), compare=False, repr=False)


def narrow(contract: Contract, rules: Sequence[NamedPattern]) -> Narrowing:
    """The contract of those events of a kind that any of some rules lets through."""
    obstacles: list[Obstacle] = []
    demands: list[Demand] = []
    left_out = 0
    for name, branch in branches_of(rules):
        found, lost = _demands_of(contract, name, branch, obstacles)
        demands += found
        left_out += lost
    demands, lost = _with_few_wishes(demands)
    left_out += lost
    demands, lost = _that_can_be_told(contract, demands)
    left_out += lost
    narrower = _Narrower(contract, demands)
    narrowed = narrower.contract() if demands else None
    left_out += narrower.left_out
    if narrowed is None:
        for _, branch in branches_of(rules):
            obstacles += _contradiction(contract, branch, obstacles)
        return Narrowing(None, tuple(obstacles), left_out)
    narrowed = _with_sample(narrowed, rules)
    is_changed = narrowed is not contract
    return Narrowing(narrowed, tuple(obstacles), left_out, is_changed, contract, tuple(demands))


def demands_upon(contract: Contract, facet: Facet, wish: Wish) -> list[Demand]:
    """The ways to meet one wish upon a facet, as far as they can be followed."""
    followed = replace(wish, conditions=_that_can_be_followed(wish.conditions))
    demands, _ = _with_wish(contract, [Demand({}, wish.rule)], facet, followed)
    return demands


def divided(
    contract: Contract, demands: Sequence[Demand], narrowing: Narrowing | None = None
) -> Contract:
    """The contract with its choices divided by what some demands wish, of which none is dropped.

    Demands beyond those that can be told apart divide nothing. Where the contract is what a
    `narrowing` has made, its choices are no patterns any more: so the whole contract is narrowed
    once more, with the wishes of both.
    """
    # What asks for nothing lets every event through.
    within: tuple[Demand, ...] = (Demand({}),)
    whole = contract
    if narrowing is not None and narrowing.is_changed and narrowing.whole is not None:
        within, whole = narrowing.demands, narrowing.whole
    together, _ = _with_few_wishes([*within, *demands])
    further, _ = _that_can_be_told(whole, together[len(within) :], within)
    made = _Narrower(whole, within, further).contract()
    if made is None or _has_same_labels(made, contract):
        return contract
    return replace(made, sample=contract.sample)


def _has_same_labels(contract: Contract, other: Contract) -> bool:
    """Whether the facets of two contracts have the same choices, by their labels."""
    if contract is other:
        return True
    if contract.by_path.keys() != other.by_path.keys():
        return False
    return all(facet.labels == other.by_path[facet.path].labels for facet in contract.facets)


def _with_sample(contract: Contract, rules: Sequence[NamedPattern]) -> Contract:
    """The contract without AWS's sample, where no rule lets that through."""
    if contract.sample is None:
        return contract
    sample = json.loads(sample_bytes(contract.sample))
    if any(rule.pattern.matches(sample) for rule in rules):
        return contract
    return replace(contract, sample=None)


# --- demands --------------------------------------------------------------------------------------


def _demands_of(
    contract: Contract, rule: str, branch: Sequence[Leaf], obstacles: list[Obstacle]
) -> tuple[list[Demand], int]:
    """What a branch demands, and how many alternatives are left out; obstacles are added."""
    facets = facets_by_name(contract)
    demands = [Demand({}, rule)]
    left_out = 0
    for leaf in branch:
        facet = facets.get(leaf.name)
        conditions = _that_can_be_followed(leaf.conditions)
        left_out += len(leaf.conditions) - len(conditions)
        if leaf.conditions and not conditions:
            return [], left_out  # of what nothing is followed, nothing is known
        wish = Wish(conditions, rule=rule)
        if facet is None:
            if not wish.admits_absence:
                obstacles.append(Obstacle(leaf, NO_KEY))
                return [], 0
            continue
        demands, lost = _with_wish(contract, demands, facet, wish)
        left_out += lost
        if not demands:
            obstacles.append(Obstacle(leaf, NO_VALUE))
            return [], left_out
    return demands, left_out


def _with_wish(
    contract: Contract, demands: Sequence[Demand], facet: Facet, wish: Wish
) -> tuple[list[Demand], int]:
    """Demands with one wish more, in each way to meet it, and how many ways are left out."""
    left_out = 0
    if composed.is_composed(contract, facet):
        found, left_out = composed.upon_composed(contract, demands, facet, wish)
    else:
        found = [demand.plus(facet.path, wish) for demand in demands]
    if wish.admits_absence and facet.absent_label is None:
        found += _with_nothing_around(contract, demands, facet)
    left_out += max(len(found) - MOST_WAYS, 0)
    return found[:MOST_WAYS], left_out


def _with_nothing_around(
    contract: Contract, demands: Sequence[Demand], facet: Facet
) -> Iterator[Demand]:
    """Demands by which a facet is not there since something around it is absent or empty."""
    parent = facet.parent
    while parent is not None:
        outer = contract.by_path[parent]
        hollow = [
            choice.label
            for choice in outer.choices
            if not contract.is_filled({parent: choice.label}, parent)
        ]
        if hollow:
            yield from (demand.within(parent, hollow) for demand in demands)
        parent = outer.parent


def _that_can_be_followed(conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """The conditions but for those that would take too long to follow, beyond the first ones.

    Of values only so many are tried, and automata of many conditions side by side, above all of
    wildcards with several runs, have too many states. What is `anything-but` too much is followed
    no part of the way, since what is excluded cannot be less.
    """
    counts = {"exact": 0, "entangled": 0, "other": 0}
    limits = {"exact": MOST_VALUES, "entangled": MOST_ENTANGLED, "other": MOST_CONDITIONS}
    kept: list[Condition] = []
    for condition in conditions:
        sort = "other"
        if isinstance(condition, Exact):
            sort = "exact"
        elif isinstance(condition, Wildcard) and condition.text.count("*") > 1:
            sort = "entangled"
        elif isinstance(condition, AnythingBut) and _excludes_too_much(condition):
            continue
        counts[sort] += 1
        if counts[sort] <= limits[sort]:
            kept.append(condition)
    return tuple(kept)


def _excludes_too_much(condition: AnythingBut) -> bool:
    """Whether an `anything-but` excludes more than is told apart in time.

    Of `*a*b*` it has to be known of each one whether its `a` has been seen: each doubles the
    states. A text in which `*a*` has been seen is excluded, whatever the others say.
    """
    entangled = [
        excluded
        for excluded in condition.excluded
        if isinstance(excluded, Wildcard) and excluded.text.count("*") > 2
    ]
    return len(condition.excluded) > MOST_EXCLUDED or len(entangled) > MOST_ENTANGLED_EXCLUDED


def _with_few_wishes(demands: Sequence[Demand]) -> tuple[list[Demand], int]:
    """The demands that have no more different wishes upon one facet than are told apart."""
    wishes: dict[str, dict[Wish, None]] = {}
    kept: list[Demand] = []
    for demand in demands:
        together: dict[str, dict[Wish, None]] = {}
        for path, upon in demand.wishes.items():
            together[path] = wishes.get(path, {}) | dict.fromkeys(upon)
        if not all(map(_can_be_told_apart, together.values())):
            continue
        wishes |= together
        kept.append(demand)
    return kept, len(demands) - len(kept)


def _can_be_told_apart(wishes: Iterable[Wish]) -> bool:
    """Whether wishes upon one facet are so few that parts can be made for each.

    Those that name values and nothing else double no parts.
    """
    wishes = list(wishes)
    others = [wish for wish in wishes if not wish.is_of_exact_values]
    return len(others) <= MOST_WISHES and len(wishes) <= MOST_NAMING_WISHES


def _that_can_be_told(
    contract: Contract, demands: Sequence[Demand], beside: Sequence[Demand] = ()
) -> tuple[list[Demand], int]:
    """The demands whose wishes have not so many conditions that nothing can be told of them.

    Demands `beside` them, of which that is known, are told apart as well.
    """
    if _can_be_told(contract, [*beside, *demands]):
        return list(demands), 0
    kept = [demand for demand in demands if _can_be_told(contract, [*beside, demand])]
    if not _can_be_told(contract, [*beside, *kept]):
        kept = kept[:1]  # together they are too many
    return kept, len(demands) - len(kept)


def _can_be_told(contract: Contract, demands: Sequence[Demand]) -> bool:
    """Whether the facets can be divided by what some demands wish."""
    try:
        _Narrower(contract, demands)
    except LanguageTooLargeError:
        return False
    return True


def _contradiction(
    contract: Contract, branch: Sequence[Leaf], known: Sequence[Obstacle]
) -> list[Obstacle]:
    """The leaves of a branch that no event meets together, where each could be met alone."""
    if any(obstacle.leaf in branch for obstacle in known):
        return []
    for leaf in branch:
        if not _is_possible(contract, (leaf,)):
            return [Obstacle(leaf, NO_VALUE)]
    for number, leaf in enumerate(branch):
        if not _is_possible(contract, branch[: number + 1]):
            earlier = branch[:number]
            for other in earlier:
                if not _is_possible(contract, (other, leaf)):
                    return [Obstacle(leaf, TOGETHER, (other,))]
            return [Obstacle(leaf, TOGETHER, tuple(earlier))]
    return []


def _is_possible(contract: Contract, leaves: Sequence[Leaf]) -> bool:
    """Whether any event meets some leaves."""
    demands, left_out = _demands_of(contract, "", leaves, [])
    if not demands:
        return left_out > 0
    if not _can_be_told(contract, demands):
        return True
    return _Narrower(contract, demands).contract() is not None


# --- the contract ---------------------------------------------------------------------------------


class _Narrower:
    """Narrows one contract to demands of which any is to be met.

    Choices are divided by what further demands wish, too: these need not be met. `left_out` counts
    the alternatives of the last contract that were not followed up.
    """

    def __init__(
        self, contract: Contract, demands: Sequence[Demand], further: Sequence[Demand] = ()
    ) -> None:
        self.left_out = 0
        self._contract, self._demands = contract, demands
        self._wishes: dict[str, list[Wish]] = {}
        for demand in (*demands, *further):
            for path, upon in demand.wishes.items():
                known = self._wishes.setdefault(path, [])
                known += [wish for wish in upon if wish not in known]
        self._arrays: dict[str, ArrayParts] = {}
        self._parts: dict[str, list[Part]] = {}
        for path, wishes in self._wishes.items():
            facet = contract.by_path[path]
            item = contract.by_path.get(json_path.show((*facet.steps, 0)))
            if item is None:
                self._parts[path] = parts_of(facet, wishes, composed.surroundings(contract, facet))
                continue
            array = arrays.parts_of_array(facet, item, wishes)
            self._arrays[path] = array
            self._parts[path], self._parts[item.path] = array.parts, array.items

    def contract(self) -> Contract | None:
        """The narrowed contract, None where no event meets any demand."""
        products = simplified(list(self._products()))
        if not products:
            return None
        kept = self._kept(products)
        forbidden = forbidden_combinations(products, kept, self._order(kept))
        while forbidden is None:
            # Half of them leave fewer combinations to forbid.
            self.left_out += len(products) - len(products) // 2
            products = products[: len(products) // 2]
            kept = self._kept(products)
            forbidden = forbidden_combinations(products, kept, self._order(kept))
        for terms in forbidden:
            if len(terms) == 1:
                ((path, labels),) = terms.items()
                kept[path] -= labels
        if not all(kept.values()):
            return None
        facets = self._facets(kept)
        constraints = [*self._contract.constraints, *constraints_of(forbidden)]
        for array in self._arrays.values():
            constraints += array.constraints()
        if self._is_whole(facets, constraints):
            return self._contract
        narrowed = replace(
            self._contract,
            facets=tuple(with_own_tokens(facets, self._contract)),
            constraints=tuple(constraints),
            mutations=(),
        )
        return _with_baseline(_without_impossible(narrowed))

    def _order(self, kept: Mapping[str, frozenset[str]]) -> list[str]:
        """Facets in the schema's order, those last that have no label within something hollow."""
        firm: list[str] = []
        loose: list[str] = []
        for facet in self._contract.facets:
            if facet.path in kept:
                is_loose = facet.parent is not None and facet.absent_label is None
                (loose if is_loose else firm).append(facet.path)
        return [*firm, *loose]

    def _is_whole(self, facets: Sequence[Facet], constraints: Sequence[Constraint]) -> bool:
        unchanged = all(map(operator.is_, facets, self._contract.facets))
        return unchanged and len(constraints) == len(self._contract.constraints)

    # --- products ---------------------------------------------------------------------------------

    def _products(self) -> Iterator[Product]:
        """What each demand admits."""
        for demand in self._demands:
            for product in self._of_demand(demand):
                held = self._with_holders(product)
                if held is not None:
                    yield held

    def _of_demand(self, demand: Demand) -> Iterator[Product]:
        alternatives: list[list[Product]] = [[self._of_schema_labels(demand.labels)]]
        for path, upon in demand.wishes.items():
            numbers = [self._wishes[path].index(wish) for wish in upon]
            if path in self._arrays:
                alternatives.append(self._arrays[path].products(numbers))
                continue
            labels = set()
            for part in self._parts[path]:
                if all(part.signature[number] for number in numbers):
                    labels.add(part.choice.label)
            alternatives.append([{path: frozenset(labels)}])
        for products in itertools.product(*alternatives):
            together: Product = {}
            for product in products:
                for path, allowed in product.items():
                    together[path] = together.get(path, allowed) & allowed
            if all(together.values()):
                yield together

    def _of_schema_labels(self, labels: Mapping[str, frozenset[str]]) -> Product:
        """The labels of the parts of some choices of the schema, by path."""
        product: Product = {}
        for path, allowed in labels.items():
            if path in self._parts:
                choices = [part.choice for part in self._parts[path]]
                labels_of = {one.label for one in choices if one.schema_label in allowed}
                allowed = frozenset(labels_of)
            product[path] = allowed
        return product

    def _with_holders(self, product: Product) -> Product | None:
        """A product in which what has to be there has something to lie in; None if it cannot."""
        held = dict(product)
        for path in product:
            facet = self._contract.by_path[path]
            parent = facet.parent
            may_be_absent = facet.absent_label in product[path] if facet.absent_label else False
            is_first_element = facet.steps[-1] == 0
            if may_be_absent or is_first_element:
                continue
            while parent is not None:
                filled = self._filled_labels(parent)
                held[parent] = held.get(parent, filled) & filled
                if not held[parent]:
                    return None
                parent = self._contract.by_path[parent].parent
        return held

    def _filled_labels(self, path: str) -> frozenset[str]:
        labels = set()
        for choice in self._contract.by_path[path].choices:
            if self._contract.is_filled({path: choice.label}, path):
                labels.add(choice.label)
        return frozenset(labels)

    # --- facets -----------------------------------------------------------------------------------

    def _labels(self, path: str) -> frozenset[str]:
        """The labels of all parts of a facet."""
        if path in self._parts:
            return frozenset(part.choice.label for part in self._parts[path])
        return self._contract.by_path[path].labels

    def _kept(self, products: Sequence[Product]) -> dict[str, frozenset[str]]:
        """The labels that any product admits, by path; of facets that are divided or restricted."""
        paths = dict.fromkeys(self._parts)
        for product in products:
            paths |= dict.fromkeys(product)
        kept: dict[str, frozenset[str]] = {}
        for path in paths:
            labels = self._labels(path)
            admitted = (product.get(path, labels) for product in products)
            kept[path] = frozenset().union(*admitted)
        return kept

    def _facets(self, kept: Mapping[str, frozenset[str]]) -> list[Facet]:
        """The facets with their parts, those that are kept, the best baseline first."""
        facets = []
        for facet in self._contract.facets:
            if facet.path not in kept:
                facets.append(facet)
                continue
            parts = self._parts.get(facet.path)
            if parts is None:
                parts = [Part(facet[choice.label], ()) for choice in facet.declared]
            parts = [part for part in parts if part.choice.label in kept[facet.path]]
            is_element = any(array.item_path == facet.path for array in self._arrays.values())
            facets.append(_with_parts(facet, parts, wanted_first=is_element))
        return facets


def _with_parts(facet: Facet, parts: Sequence[Part], *, wanted_first: bool) -> Facet:
    """A facet with parts instead of its choices; itself, where these are its choices.

    With `wanted_first` its plainest value is one that meets most wishes: so the first element of an
    array is the one that a rule wants.
    """
    declared = tuple(part.choice for part in parts)
    if declared == tuple(facet[choice.label] for choice in facet.declared):
        return facet
    usual = facet.baseline.schema_label

    def preference(part: Part) -> tuple[Any, ...]:
        unmet = part.signature.count(False) if wanted_first else 0
        return (unmet, part.choice.schema_label != usual, part.rank)

    best_first = sorted(parts, key=preference)
    # Of what is not the baseline, the order in which it is shown is the schema's.
    rest = [part.choice for part in parts if part is not best_first[0]]
    if wanted_first:
        rest = [part.choice for part in best_first[1:]]
    return replace(facet, declared=declared, choices=(best_first[0].choice, *rest))


# --- what is left ---------------------------------------------------------------------------------


def _without_impossible(contract: Contract) -> Contract | None:
    """The contract without the choices that no event has; None where there is no event at all."""
    while True:
        model = ParameterModel(contract)
        if not model.is_possible({}):
            return None
        facets = []
        for facet in contract.facets:
            possible = _possible_choices(contract, model, facet)
            if possible is not None:
                facets.append(possible)
        is_same_length = len(facets) == len(contract.facets)
        if is_same_length and all(map(operator.is_, facets, contract.facets)):
            return contract
        paths = {facet.path for facet in facets}
        constraints = [
            constraint
            for constraint in contract.constraints
            if all(path in paths for path, _ in constraint.terms)
        ]
        contract = replace(contract, facets=tuple(facets), constraints=tuple(constraints))


def _possible_choices(contract: Contract, model: ParameterModel, facet: Facet) -> Facet | None:
    """A facet with the choices that some event has; None where it has none."""
    if len(facet.choices) > 1:
        parameter = model.facets.index(facet)
        levels = [
            level
            for level in model.choice_levels(parameter)
            if model.is_possible({parameter: level})
        ]
        choices = tuple(facet.choices[level] for level in levels)
    else:
        choices = facet.choices if _has_holder(contract, facet) else ()
    if not choices:
        return None
    if len(choices) == len(facet.choices):
        return facet
    labels = {choice.label for choice in choices}
    declared = tuple(choice for choice in facet.declared if choice.label in labels)
    return replace(facet, choices=choices, declared=declared)


def _has_holder(contract: Contract, facet: Facet) -> bool:
    """Whether the facet around another one, if there is one, may have something in it."""
    if facet.parent is None:
        return True
    outer = contract.by_path.get(facet.parent)
    if outer is None:
        return False
    if facet.absent_label is not None:
        return True
    return any(
        contract.is_filled({outer.path: choice.label}, outer.path) for choice in outer.choices
    )


def _with_baseline(contract: Contract | None) -> Contract | None:
    """The contract with a baseline that it admits: of each facet the best choice that can be."""
    if contract is None:
        return None
    labels = full_assignment(contract, {})
    facets = []
    for facet in contract.facets:
        label = labels.get(facet.path, facet.baseline.label)
        if label == facet.baseline.label:
            facets.append(facet)
            continue
        rest = [choice for choice in facet.choices if choice.label != label]
        facets.append(replace(facet, choices=(facet[label], *rest)))
    contract = replace(contract, facets=tuple(facets))
    return replace(contract, baseline=contract.build(labels))
