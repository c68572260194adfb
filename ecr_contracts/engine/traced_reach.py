"""Blocks that calls enter, by tracing their lines: for code that was loaded without marks.

That is a function in this process. Calls are made once more for that, one for each event, until
one enters a block with an effect.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from ecr_contracts.discovery.source.branches.blocks import Block, blocks_of
from ecr_contracts.engine.reach import EnteredBlocks, OwnModule
from ecr_contracts.engine.trial import Call, Trial, payload_of, with_own_id
from ecr_contracts.runtime.outcome import Entered


def traced_blocks(
    call: Call, trials: Iterable[Trial], modules: Sequence[OwnModule]
) -> EnteredBlocks:
    """The blocks that the events of some trials enter, up to the first block with an effect."""
    blocks = {module.file: blocks_of(module.tree) for module in modules}
    entered = EnteredBlocks()
    for trial in trials:
        event = with_own_id(trial.case.event, f"{trial.case.id}/traced")
        outcome = call(payload_of(call, [event], trial.via), trace=True)
        if outcome.trace is None:
            continue
        lines: dict[str, set[int]] = {}
        for file, line in outcome.trace.lines:
            lines.setdefault(os.path.abspath(file), set()).add(line)
        marks = _marks(blocks, lines)
        entered.add(marks)
        if _has_effect(blocks, marks):
            break
    return entered


def _marks(blocks: dict[str, list[Block]], lines: dict[str, set[int]]) -> Entered:
    files: list[tuple[str, bytes]] = []
    for file, own in blocks.items():
        ran = lines.get(file, set())
        marks = bytes(block.first_line in ran for block in own)
        if any(marks):
            files.append((file, marks))
    return tuple(files)


def _has_effect(blocks: dict[str, list[Block]], entered: Entered) -> bool:
    for file, marks in entered:
        for block, mark in zip(blocks[file], marks, strict=True):
            if mark and block.effects and not block.handles:
                return True
    return False
