"""What the three front ends say of one consumer, each as its users run it.

As a script it is a process of its own: `python front_ends.py pytest|each|assertion SPEC OUT`, where
the specification is a list of `Entry` as JSON, writes what is found as JSON, by the entry's target.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from tests.acceptance.causes import in_words, told

ROOT = Path(__file__).parents[2]
QUICK = {"examples": 20}


@dataclass(frozen=True)
class Entry:
    """A consumer and what is asked of its session, in words that all front ends know."""

    target: str
    kinds: Sequence[str] = ()
    via: Sequence[str] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None
    strength: int = 2
    examples: int = 20
    rule: Sequence[str] = ()
    unshielded: bool = False

    def as_toml(self) -> str:
        """The entry of the list of consumers in a pyproject.toml."""
        keys: dict[str, Any] = {
            "handler": self.target,
            "strength": self.strength,
            "examples": self.examples,
        }
        optional: dict[str, Any] = {
            "kinds": list(self.kinds),
            "via": list(self.via),
            "rule": list(self.rule),
        }
        optional["timeout"] = self.timeout
        keys |= {name: value for name, value in optional.items() if value}
        words = [f"{name} = {json.dumps(value)}" for name, value in keys.items()]
        if self.env:
            pairs = [
                f"{json.dumps(name)} = {json.dumps(value)}" for name, value in self.env.items()
            ]
            words.append(f"env = {{ {', '.join(pairs)} }}")
        if self.unshielded:
            words.append("unshielded = true")
        return f"{{ {', '.join(words)} }}"


Found = dict[str, list[list[Any]]]
"""What is found, by target: of each finding what makes it this one, in order."""


def described(findings: Iterable[Any]) -> list[list[Any]]:
    """Of each finding what makes it this one: not the words, nor the counts of further calls."""
    descriptions: list[list[Any]] = []
    for finding in findings:
        location = finding.location
        descriptions.append(
            [
                finding.check,
                finding.severity.value,
                finding.kind,
                finding.via,
                in_words(told(finding.cause)),
                finding.explained,
                finding.exception,
                # Loading a handler changes the folder that paths are relative to.
                [Path(location.file).name, location.line] if location else None,
                finding.evidence.value,
                finding.through,
            ]
        )
    return sorted(descriptions, key=json.dumps)


# --- the front ends -------------------------------------------------------------------------------


def by_check(folder: Path, entries: Sequence[Entry]) -> tuple[Found, dict[str, bool]]:
    """What `check` finds, and whether lists of made-up answers were filled for that."""
    from ecr_contracts.discovery.named_rules import named_rules
    from ecr_contracts.discovery.target import Target
    from ecr_contracts.engine.phases import Effort
    from ecr_contracts.engine.plan import Request
    from ecr_contracts.engine.session import Session
    from ecr_contracts.engine.subjects.handler import Handler
    from ecr_contracts.runtime.sandbox.settings import Settings

    found: Found = {}
    filled: dict[str, bool] = {}
    for entry in entries:
        settings = Settings(env=entry.env)
        target = Target.parse(entry.target)
        rules = named_rules(entry.rule, target)
        subject = Handler(target, timeout=entry.timeout, settings=settings, rules=rules)
        request = Request(
            kinds=tuple(entry.kinds),
            envelopes=tuple(entry.via),
            effort=Effort(strength=entry.strength, examples=entry.examples),
            unshielded=entry.unshielded,
        )
        with Session(subject, request) as session:
            found[entry.target] = described(session.report().findings)
            filled[entry.target] = session._running.settings.filled
    return found, filled


def by_pytest(folder: Path, entries: Sequence[Entry], scratch: Path) -> dict[str, Any]:
    """What the session of each configured consumer finds, and which of its items failed."""
    table = ",\n    ".join(entry.as_toml() for entry in entries)
    text = f"[tool.ecr-contracts]\nconsumers = [\n    {table},\n]\n"
    (folder / "pyproject.toml").write_text(text, "utf-8")
    return _apart("pytest", folder, [], scratch)


def by_assertion(
    folder: Path,
    entries: Sequence[Entry],
    filled: Mapping[str, bool],
    scratch: Path,
    *,
    apart: bool = True,
) -> Found:
    """The errors with which `contract.check` fails, in a sandbox like that of `check`.

    Each is run in a process of its own, unless they are not `apart`: they leave nothing behind.
    """
    specification = [asdict(entry) | {"filled": filled[entry.target]} for entry in entries]
    return _apart("each" if apart else "assertion", folder, specification, scratch)


def _apart(mode: str, folder: Path, specification: Any, scratch: Path) -> dict[str, Any]:
    file, out = scratch / "specification.json", scratch / "found.json"
    file.write_text(json.dumps(specification), "utf-8")
    out.unlink(missing_ok=True)
    inherited = {
        k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "PYTEST_", "COV"))
    }
    done = subprocess.run(
        [sys.executable, str(Path(__file__)), mode, str(file), str(out)],
        cwd=folder,
        env=inherited | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert out.exists(), done.stdout + done.stderr
    return json.loads(out.read_text("utf-8"))


# --- in the process of its own --------------------------------------------------------------------


def _run_pytest() -> dict[str, Any]:
    import pytest

    from ecr_contracts.frontends.pytest import xdist

    class Reports:
        """Notes what the reports of items carry."""

        def __init__(self) -> None:
            self.found: dict[str, Any] = {}
            self.failed: list[str] = []
            self.said = ""

        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            if report.failed:
                self.failed.append(report.nodeid)
                self.said += report.longreprtext
            judged = getattr(report, "ecr_judged", None)
            if judged is not None and judged["findings"] is not None:
                target = judged["consumer"].partition("::")[2]
                findings = map(xdist.unpacked_finding, judged["findings"])
                # Each kind in each envelope has an item of its own.
                found = [*self.found.get(target, ()), *described(findings)]
                self.found[target] = sorted(found, key=json.dumps)

    reports = Reports()
    arguments = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--tb=no", "pyproject.toml"]
    pytest.main(arguments, plugins=[reports])
    return {"found": reports.found, "failed": reports.failed, "said": reports.said}


def _run_assertion(specification: Sequence[dict[str, Any]]) -> Found:
    from ecr_contracts import contract
    from ecr_contracts.discovery.source.variables.environment import variables
    from ecr_contracts.discovery.target import Target
    from ecr_contracts.discovery.template_variables import template_variables
    from ecr_contracts.discovery.user_code import UserCode
    from ecr_contracts.engine.plan import Request, planned
    from ecr_contracts.engine.subjects.handler import Handler
    from ecr_contracts.runtime.lambda_context import NO_CREDENTIALS, lambda_environment
    from ecr_contracts.runtime.loader import load, source_texts
    from ecr_contracts.runtime.sandbox.sandbox import Sandbox
    from ecr_contracts.runtime.sandbox.settings import Settings

    folder = os.getcwd()
    os.environ.update({**lambda_environment(), **NO_CREDENTIALS})
    found: Found = {}
    for entry in specification:
        target = Target.parse(entry["target"])
        # What a template gives, and values that let the events through, its user would set.
        given = {**template_variables(target).known, **entry["env"]}
        settings = Settings(env=given, filled=entry["filled"])
        plan = planned(Handler(target, settings=settings), Request(kinds=tuple(entry["kinds"])))
        events = [plan.world.ordinary_case(kind).event for kind in plan.kinds]
        user_code = UserCode.around(target.file, folder)
        with Sandbox(
            settings, user_code, sources=source_texts(target), variables=variables(target, events)
        ) as sandbox:
            consumer = load(target, start=folder)
            sandbox.consumer_loaded(consumer.user_code)
            try:
                contract.check(
                    _as_in_a_test(consumer, target),
                    *entry["kinds"],
                    via=tuple(entry["via"]),
                    strength=entry["strength"],
                    examples=entry["examples"],
                    # Loading a handler changes the folder that paths are relative to.
                    rule=[os.path.join(folder, name) for name in entry["rule"]],
                    unshielded=entry["unshielded"],
                )
            except contract.ContractViolation as violation:
                found[entry["target"]] = described(violation.findings)
            else:
                found[entry["target"]] = []
    return found


def _as_in_a_test(consumer: Any, target: Any) -> Any:
    """What a test hands over: a loop, and of a web app the app itself, or the endpoint named."""
    from ecr_contracts.runtime.entries.web.web_app import WebApp

    function = consumer.function
    if consumer.polls:
        return function.__wrapped__
    if not isinstance(function, WebApp):
        return function
    consumer.close()
    is_endpoint = getattr(function.endpoint, "__name__", "") == target.steps[-1].name
    return function.endpoint if is_endpoint else function.app


def _run_each(specification: Sequence[dict[str, Any]], part: Path) -> Found:
    """The same, each entry in a fork of this process: it has loaded the tool, and no consumer."""
    for module in ("contract", "engine.subjects.handler", "engine.session"):
        importlib.import_module(f"ecr_contracts.{module}")
    found: Found = {}
    for entry in specification:
        child = os.fork()
        if not child:
            _write_and_end([entry], part)
        _, status = os.waitpid(child, 0)
        if status:
            raise SystemExit(f"{entry['target']}: it ends with status {status}")
        found |= json.loads(part.read_text("utf-8"))
    return found


def _write_and_end(specification: Sequence[dict[str, Any]], part: Path) -> NoReturn:
    code = 1
    try:
        part.write_text(json.dumps(_run_assertion(specification)), "utf-8")
        code = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)


if __name__ == "__main__":
    _mode, _file, _out = sys.argv[1:]
    _specification = json.loads(Path(_file).read_text("utf-8"))
    if _mode == "pytest":
        _found = _run_pytest()
    elif _mode == "each":
        _found = _run_each(_specification, Path(f"{_out}.part"))
    else:
        _found = _run_assertion(_specification)
    Path(_out).write_text(json.dumps(_found), "utf-8")
