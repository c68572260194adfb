"""Many events of all kinds at the price of building them: genomes of random bytes, from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.events.generate.genome import Genome
from ecr_contracts.events.kinds import kind_names


def drawn_events(count: int, seed: int = 0) -> Iterator[dict[str, Any]]:
    """So many events of the kinds in turn; choices that no real event has had are left out."""
    chance = random.Random(seed)
    sources = []
    for kind in kind_names():
        contract = reader.contract(kind)
        genome = Genome.of(contract, contract.varying)
        sources.append((contract, genome))
    while count > 0:
        for contract, genome in sources:
            start, digits = genome.read(chance.randbytes(genome.size), contract.ordinary)
            labels = full_assignment(contract, {}, start)
            if any(contract.by_path[path][label].hypothetical for path, label in labels.items()):
                continue
            yield contract.build(labels, digits)
            count -= 1


def all_cases(strength: int = 2) -> Iterator[dict[str, Any]]:
    """The cases of all kinds but for those with a choice that no real event has had."""
    for kind in kind_names():
        contract = reader.contract(kind)
        for case in edge_cases(kind, strength):
            labels = contract.recognise(case.event)
            choices = [contract.by_path[path][label] for path, label in labels.items() if label]
            if not any(choice.hypothetical for choice in choices):
                yield case.event
