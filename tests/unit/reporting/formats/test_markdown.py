"""The comment on a pull request: what it says first, and what is folded."""

from __future__ import annotations

from ecr_contracts.core.findings import Severity
from ecr_contracts.reporting.formats.registry import document
from ecr_contracts.reporting.formats.run import Run, Unjudged
from tests.unit.reporting.formats.made import run, verdict
from tests.unit.reporting.made import with_


def comment(*verdicts, **changes):
    return document("markdown", run(*verdicts, **changes)).splitlines()


def test_the_first_lines_say_what_it_came_to():
    mark, title, *_ = comment()
    assert mark == "<!-- ecr-contracts -->"
    assert title.startswith(
        "## ❌ ecr-contracts: 1 fault in app.py&#58;handler: 1 of 2 scan events"
    )


def test_a_fault_is_a_row_and_a_part_to_open():
    lines = comment()
    [row] = [line for line in lines if line.startswith("| ❌")]
    assert "| ECR101 | IndexError when image-tags is empty" in row
    assert "<code>svc/app.py&#58;8</code>" in row
    [title] = [line for line in lines if "<summary>ECR101" in line]
    below = lines[lines.index(title) :]
    assert below[2] == "```text"
    assert below[3] == 'app.py:8  tag = detail["image-tags"][0]'


def test_nothing_found_is_said_with_what_was_tried():
    lines = comment(verdict(findings=()))
    assert lines[1].startswith("## ✅ ecr-contracts: nothing found")
    assert any("what was tried" in line for line in lines)


def test_no_green_over_what_did_not_run():
    lines = comment(verdict(findings=(), is_interrupted=True))
    assert lines[1].startswith("## ⚠️")
    assert "Not whole: interrupted: 2 of 2 events were given." in lines
    lines = comment(verdict(findings=(), is_stopped=True, planned=9))
    assert lines[1].startswith("## ⚠️")
    assert "Not whole: the time was over: 2 of 9 events were given." in lines
    assert comment(verdict(findings=(), is_stopped=True))[1].startswith("## ✅")
    unjudged = Unjudged("lost.py:handler", "no such file")
    lines = comment(verdict(findings=()), unjudged=(unjudged,))
    assert lines[1] == "## ❌ ecr-contracts: 2 consumers: 1 fine, 1 not judged"


def test_several_consumers_are_counted():
    fine = verdict(findings=(), consumer="fine.py:handler")
    odd = verdict(with_(), with_(check="exits", group="other"))
    assert comment(odd, fine)[1] == "## ❌ ecr-contracts: 2 consumers: 1 with 2 faults, 1 fine"
    warned = verdict(with_(severity=Severity.WARNING))
    assert comment(warned, fine)[1].endswith("2 consumers: 1 with 1 warning, 1 fine")


def test_no_line_ends_the_block_that_it_stands_in():
    lines = comment(verdict(with_(detail="````", exception="Odd")))
    assert lines.count("`````text") == 1
    assert lines.count("`````") == 1


def test_no_green_where_nothing_was_checked():
    title = document("markdown", Run(())).splitlines()[1]
    assert title == "## ⚠️ ecr-contracts: nothing was checked"
