"""What the operating system held back, in words."""

from ecr_contracts.reporting.containment import held
from ecr_contracts.runtime.sandbox.kernel import Containment, Hold


def test_nothing_is_said_of_what_ran_in_this_process():
    assert held(None) == ""


def test_a_system_that_holds_nothing_is_named_as_that():
    assert "is not held back" in held(Containment())


def test_a_system_that_holds_all_has_no_exceptions():
    everything = held(Containment.of({hold: ["a"] for hold in Hold}))
    assert everything.endswith("is held back by the operating system")


def test_what_stays_open_is_named():
    most = Containment.of({hold: ["a"] for hold in Hold if hold is not Hold.DATAGRAMS})
    assert held(most).endswith("by the operating system, but for datagrams")
    some = Containment.of({Hold.NETWORK: ["Landlock"], Hold.CALLS: ["seccomp"]})
    named = held(some).partition("but for ")[2]
    assert len(named.replace(" and ", ", ").split(", ")) == len(Hold) - 2
    assert "connections" not in held(some)
