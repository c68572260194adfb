"""Effects can be asked for by what they are, and say whether the world is another for them."""

from __future__ import annotations

import pytest

from ecr_contracts.runtime.effects import NONE, Effect, Effects, Sort, host_of

PUBLISH = Effect(Sort.AWS, "sns.Publish", {"Message": "x"})
DESCRIBE = Effect(Sort.AWS, "ecr.DescribeImages", reads=True)
POST = Effect(Sort.HTTP, "POST https://chat.example.invalid:8443/hook?x=1")
MAIL = Effect(Sort.EMAIL, "a@example.invalid")
GIT = Effect(Sort.PROCESS, "git pull", refused=True)
FILE = Effect(Sort.FILE, "out.txt")
SCRATCH = Effect(Sort.FILE, "/tmp/x", reads=True)
ERROR = Effect(Sort.LOG, "ERROR", "no tag")
ALL = Effects([PUBLISH, DESCRIBE, POST, MAIL, GIT, FILE, SCRATCH, ERROR])


@pytest.mark.parametrize(
    ("part", "effects"),
    [
        (ALL.aws(), [PUBLISH, DESCRIBE]),
        (ALL.aws("sns"), [PUBLISH]),
        (ALL.aws("sns.Publish"), [PUBLISH]),
        (ALL.aws("sns.publish"), []),
        (ALL.http(), [POST]),
        (ALL.http("chat.example.invalid"), [POST]),
        (ALL.http("example.invalid"), []),
        (ALL.emails, [MAIL]),
        (ALL.processes, [GIT]),
        (ALL.files, [FILE, SCRATCH]),
        (ALL.logs, [ERROR]),
        (ALL.refused, [GIT]),
        (ALL.changing, [PUBLISH, POST, MAIL, FILE]),
        (ALL[1:3], [DESCRIBE, POST]),
        (NONE.changing, []),
    ],
)
def test_parts(part, effects):
    assert isinstance(part, Effects)
    assert list(part) == effects
    assert part == Effects(effects)
    assert hash(part) == hash(Effects(effects))
    assert bool(part) is bool(effects)


def test_they_are_a_sequence():
    assert (len(ALL), ALL[0], ALL[-1]) == (8, PUBLISH, ERROR)
    assert PUBLISH in ALL
    assert ALL != [PUBLISH]
    assert repr(Effects([ERROR])) == f"Effects([{ERROR!r}])"
    assert host_of(POST) == "chat.example.invalid"
