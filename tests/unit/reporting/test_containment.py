"""What the operating system held back, in words."""

from ecr_contracts.reporting.containment import held
from ecr_contracts.runtime.sandbox.kernel import Containment, Hold


def test_nothing_is_said_of_what_ran_in_this_process():
    assert held(None) == ""


def test_a_system_that_holds_nothing_is_named_as_that():
    assert held(Containment()).startswith("held back by Python alone, ")


def test_what_the_system_holds_stands_before_what_it_does_not():
    some = Containment.of({Hold.NETWORK: ["Landlock"], Hold.CALLS: ["seccomp"]})
    by_system, by_python = held(some).split("; by Python alone: ")
    assert by_system == (
        "held back by the operating system too: connections and system calls that no handler needs"
    )
    assert "datagrams" in by_python
    assert "connections" not in by_python


def test_every_hold_has_words_of_its_own():
    all_of_them = held(Containment.of({hold: ["a"] for hold in Hold}))
    assert "Python" not in all_of_them
    assert all_of_them.count(",") == len(Hold) - 2
