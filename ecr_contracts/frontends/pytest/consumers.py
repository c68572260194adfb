"""The consumers of a configuration as tests: an item for each kind and envelope, or each case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from ecr_contracts.core.errors import SetupError
from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.frontends import config
from ecr_contracts.frontends.pytest import environment, own_faults
from ecr_contracts.frontends.pytest.cases import EXPLORE, EcrCase, EcrExplore
from ecr_contracts.frontends.pytest.consumer_item import ConsumerItem
from ecr_contracts.frontends.pytest.judged import JudgedConsumer
from ecr_contracts.frontends.pytest.kinds import EcrKind, EcrUnreached, run_id
from ecr_contracts.frontends.pytest.marker import CaseParam

__all__ = ["EcrConsumers", "case_params_of"]


class EcrConsumers(pytest.File):
    """A configuration with consumers; `added` says whether we named it as an argument."""

    def __init__(self, *, added: bool, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.added = added
        self._judged: list[JudgedConsumer] = []

    def collect(self) -> Iterable[ConsumerItem]:
        """The items of all consumers, in the file's order."""
        items: dict[str, ConsumerItem] = {}
        with own_faults.failing(self.CollectError), environment.as_begun(self.config):
            # Pytest collects whatever is named as an argument, but this may have been our argument.
            if self.added and self.ihook.pytest_ignore_collect(
                collection_path=self.path, config=self.config
            ):
                return []
            config.nearest(self.path.parent)  # it refuses two in one folder
            for number, consumer in enumerate(config.read(self.path)):
                judged = JudgedConsumer(consumer, number, self.config)
                self._judged.append(judged)
                if self.config.option.ecr_cases:
                    self._add_cases(judged, items)
                else:
                    self._add_kinds(judged, items)
        return list(items.values())

    def _add_kinds(self, judged: JudgedConsumer, items: dict[str, ConsumerItem]) -> None:
        """An item for each kind and envelope of a consumer.

        If no event reaches it, there is one without a kind, which says so.
        """
        target = one_line(str(judged.consumer.target))
        try:
            runs = judged.runs
        except SetupError:
            runs = []
        if not runs:
            self._add(items, EcrUnreached, self._free_name(target, "", items), judged=judged)
        for kind, envelope in runs:
            name = f"{target}[{run_id((kind, envelope))}]"
            self._add(items, EcrKind, name, judged=judged, kind=kind, envelope=envelope)

    def _add_cases(self, judged: JudgedConsumer, items: dict[str, ConsumerItem]) -> None:
        """An item for each case and envelope of a consumer, and one that looks beyond them.

        If no event reaches it, there is only the latter, which says so.
        """
        target = one_line(str(judged.consumer.target))
        try:
            params = judged.case_params
        except SetupError:
            params = []
        for param in params:
            self._add(items, EcrCase, f"{target}[{param.id}]", judged=judged, param=param)
        name = self._free_name(target, EXPLORE, items)
        label = name.removeprefix(f"{target}[").removesuffix("]")
        self._add(items, EcrExplore, name, judged=judged, label=label)

    def _free_name(self, target: str, label: str, items: dict[str, ConsumerItem]) -> str:
        """A name that no item has yet: the same handler may stand in another entry."""
        name = f"{target}[{label}]" if label else target
        number = 1
        while name in items:
            number += 1
            name = f"{target}[{label}-{number}]" if label else f"{target}[{number}]"
        return name

    def _add(
        self,
        items: dict[str, ConsumerItem],
        item_class: type[ConsumerItem],
        name: str,
        **keywords: Any,
    ) -> None:
        """Add an item. Raises CollectError where one of that name is there."""
        if name in items:
            place = f"{self.path.name}, tool.ecr-contracts.consumers"
            raise self.CollectError(one_line(f"{place}: {name} is there twice"))
        # Read from its text, as --lf does: pytest 9.2 would take the brackets for a part of the
        # name.
        nodeid = f"{self.nodeid}::{name}"
        items[name] = item_class.from_parent(self, name=name, nodeid=nodeid, **keywords)

    def close(self) -> None:
        """End the processes of the consumers."""
        for judged in self._judged:
            judged.close()


def case_params_of(item: pytest.Item) -> list[CaseParam]:
    """The cases that an item of ours, or a marked test, gets."""
    if isinstance(item, EcrCase):
        return [item.param]
    if isinstance(item, EcrKind):
        return item.params
    callspec = getattr(item, "callspec", None)
    if callspec is None:
        return []
    param = callspec.params.get("ecr_event")
    return [param] if isinstance(param, CaseParam) else []
