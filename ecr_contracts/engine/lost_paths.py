"""Findings about the transformer between a rule and a consumer: paths that lead nowhere."""

from __future__ import annotations

import linecache
from collections.abc import Iterator

from ecr_contracts.core.findings import Finding
from ecr_contracts.discovery import user_code
from ecr_contracts.discovery.iac.cloudformation.input_transformers import Transformer
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.eventbridge.rules.lost_paths import lost_paths
from ecr_contracts.eventbridge.rules.world import World

__all__ = ["lost_path_findings"]

_CHECK = "dead-path"


def lost_path_findings(
    transformer: Transformer | None, world: World, envelope: str
) -> Iterator[Finding]:
    """A finding for each path of a transformer that no event has which its rule lets through."""
    if transformer is None:
        return
    for lost in lost_paths(transformer.shaping, world):
        line = transformer.line_of(lost.name)
        linecache.checkcache(transformer.file)
        yield build_finding(
            _CHECK,
            world.ordinary_case(world.kinds[0]),
            envelope,
            lost.in_words(),
            location=user_code.location(transformer.file, line, transformer.file),
            group=f"{envelope}#{_CHECK}#{lost.name}",
        )
