"""The contract between Amazon ECR and the code that reacts to its EventBridge events.

Everything public is named here and loaded on first use, so that importing the package costs next to
nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ecr_contracts.core.errors import EcrContractsError, PayloadError, UndescribedEventError
    from ecr_contracts.core.findings import (
        MISSING,
        Boundary,
        Condition,
        Evidence,
        Finding,
        Location,
        Severity,
        Violation,
    )
    from ecr_contracts.engine.session import check
    from ecr_contracts.engine.verdict import Verdict
    from ecr_contracts.eventbridge.rules.matching_events import ecr_events, edge_cases
    from ecr_contracts.eventbridge.rules.pattern import Pattern
    from ecr_contracts.events.generate.cases import (
        Case,
        InvalidCase,
        case,
        invalid_case,
        invalid_cases,
    )
    from ecr_contracts.events.generate.strategies import future_events, invalid_events
    from ecr_contracts.events.kinds import kind_names as kinds
    from ecr_contracts.events.validation import is_valid, kind_of, validate
    from ecr_contracts.frontends.assertion import ContractViolation
    from ecr_contracts.runtime.effects import Effect, Effects
    from ecr_contracts.runtime.sandbox.settings import Settings

    __version__: str

_MODULES = {
    "events.generate.cases": (
        "Case",
        "InvalidCase",
        "case",
        "invalid_case",
        "invalid_cases",
    ),
    "eventbridge.rules.matching_events": ("ecr_events", "edge_cases"),
    "eventbridge.rules.pattern": ("Pattern",),
    "events.kinds": ("kinds",),
    "engine.session": ("check",),
    "engine.verdict": ("Verdict",),
    "frontends.assertion": ("ContractViolation",),
    "runtime.effects": ("Effect", "Effects"),
    "core.errors": ("EcrContractsError", "PayloadError", "UndescribedEventError"),
    "core.findings": (
        "MISSING",
        "Boundary",
        "Condition",
        "Evidence",
        "Finding",
        "Location",
        "Severity",
        "Violation",
    ),
    "runtime.sandbox.settings": ("Settings",),
    "events.generate.strategies": ("future_events", "invalid_events"),
    "events.validation": ("is_valid", "kind_of", "validate"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}
_NAMES_THERE = {"kinds": "kind_names"}  # where a module calls a thing otherwise than its users do

__all__ = [
    "MISSING",
    "Boundary",
    "Case",
    "Condition",
    "ContractViolation",
    "EcrContractsError",
    "Effect",
    "Effects",
    "Evidence",
    "Finding",
    "InvalidCase",
    "Location",
    "Pattern",
    "PayloadError",
    "Settings",
    "Severity",
    "UndescribedEventError",
    "Verdict",
    "Violation",
    "case",
    "check",
    "ecr_events",
    "edge_cases",
    "future_events",
    "invalid_case",
    "invalid_cases",
    "invalid_events",
    "is_valid",
    "kind_of",
    "kinds",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from ecr_contracts.core.package import version

        return version()
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'ecr_contracts' has no attribute {name!r}")
    module = import_module(f"ecr_contracts.{_MODULE_OF[name]}")
    value = getattr(module, _NAMES_THERE.get(name, name))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
