"""A composite action of GitHub run here: its steps in their order, without GitHub.

Steps with `run` are run by bash as GitHub's runner does; those with `uses` are only noted, with
what they would be given. Of expressions those forms are known that our action has.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_TERM = re.compile(r"([\w.\-]+)\s*(==|!=)\s*'([^']*)'")


@dataclass
class Action:
    """An action with its inputs, in a folder that is the checkout.

    `event` is what `github.event…` names; `environment` is added to that of each step. After `run`
    there are `used` (the actions that it would use, each with its inputs), `said` (all output),
    `outputs`, `summary`, and `code`: the exit code of the first step that failed, else 0.
    """

    definition: Mapping[str, Any]
    checkout: Path
    scratch: Path
    action_path: Path
    event: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    used: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    said: str = ""
    code: int = 0
    names: dict[str, str] = field(default_factory=dict)

    def run(self, **inputs: str) -> Action:
        """Run the steps whose conditions hold, up to the first that fails."""
        known = {name: one.get("default", "") for name, one in self.definition["inputs"].items()}
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert given.keys() <= known.keys()
        self.names = {f"github.{name}": value for name, value in self.event.items()}
        self.names["github.token"] = "a-token"
        for name, value in {**known, **given}.items():
            self.names[f"inputs.{name}"] = self.filled(value)
        for step in self.definition["runs"]["steps"]:
            if not self.holds(step.get("if", "")):
                continue
            if "uses" in step:
                words = {name: self.filled(text) for name, text in step["with"].items()}
                self.used.append((step["uses"], words))
                continue
            self.code = self._shell(step)
            if self.code:
                break
        return self

    @property
    def outputs(self) -> dict[str, str]:
        """The outputs of the action."""
        return {name: self.filled(one["value"]) for name, one in self.definition["outputs"].items()}

    @property
    def summary(self) -> str:
        """What the steps put into the summary of the job."""
        file = self.scratch / "summary"
        return file.read_text("utf-8") if file.exists() else ""

    def filled(self, text: str) -> str:
        """A text with the values of its expressions; unset names are empty, as on GitHub."""
        return _EXPRESSION.sub(lambda match: self.names.get(match.group(1), ""), text)

    def holds(self, condition: str) -> bool:
        """Whether a condition of comparisons and `&&` holds."""
        for part in filter(None, condition.split("&&")):
            match = _TERM.fullmatch(part.strip())
            assert match, f"this form of a condition is not known here: {part}"
            name, sign, value = match.groups()
            if (self.names.get(name, "") == value) != (sign == "=="):
                return False
        return True

    def _shell(self, step: Mapping[str, Any]) -> int:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "what is given would become part of the script"
        output = self.scratch / "output"
        output.write_text("")
        script = self.scratch / "script.sh"
        script.write_text(step["run"])
        environment = {key: value for key, value in os.environ.items() if "GITHUB" not in key}
        environment |= {
            "GITHUB_ACTION_PATH": str(self.action_path),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.scratch / "summary"),
            "GITHUB_REPOSITORY": "shop/images",
            "RUNNER_TEMP": str(self.scratch / "temp"),
            **self.environment,
            **{name: self.filled(value) for name, value in step.get("env", {}).items()},
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.checkout / self.filled(step.get("working-directory", ".")),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.said += done.stdout + done.stderr
        for line in output.read_text("utf-8").splitlines():
            name, _, value = line.partition("=")
            self.names[f"steps.{step['id']}.outputs.{name}"] = value
        return done.returncode
