"""What the operating system holds back where Python cannot: C code, system calls, other programs.

Linux only. `contain` puts it around this process for good, and around all that it starts. Each part
is tried, and one that this system does not offer is left out: `Containment` says what holds.
"""

from ecr_contracts.runtime.sandbox.kernel.bounds import Bounds, bounds_around
from ecr_contracts.runtime.sandbox.kernel.contain import contain, prepare
from ecr_contracts.runtime.sandbox.kernel.containment import Containment, Hold
from ecr_contracts.runtime.sandbox.kernel.measurement import measured_folders

__all__ = [
    "Bounds",
    "Containment",
    "Hold",
    "bounds_around",
    "contain",
    "measured_folders",
    "prepare",
]
