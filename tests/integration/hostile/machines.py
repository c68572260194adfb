"""State machines that never end, grow without end, or are written as nobody writes them."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.hostile.rows import Input, machine


def _chain(**states: Any) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states}


_END = {"Type": "Pass", "End": True}


def _doubling() -> dict[str, Any]:
    """A text that is doubled in a loop."""
    return _chain(
        A={"Type": "Pass", "Result": {"x": "x" * 100}, "Next": "B"},
        B={
            "Type": "Pass",
            "Parameters": {"x.$": "States.Format('{}{}', $.x, $.x)"},
            "Next": "B",
        },
    )


def _range(count: int, **more: Any) -> dict[str, Any]:
    return {
        "Type": "Pass",
        "Parameters": {"x.$": f"States.ArrayRange(1, {count}, 1)"},
        **(more or {"End": True}),
    }


def _map(inner: dict[str, Any], path: str = "$.x") -> dict[str, Any]:
    return {
        "Type": "Map",
        "ItemsPath": path,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, **inner},
        "End": True,
    }


def _nested_parallel(levels: int, width: int) -> dict[str, Any]:
    inner = _chain(**{f"S{levels}": dict(_END)})
    for level in range(levels):
        branches = []
        for branch in range(width):
            text = json.dumps(inner).replace('"S', f'"S{level}_{branch}_')
            branches.append(json.loads(text))
        inner = _chain(**{f"S{level}P": {"Type": "Parallel", "Branches": branches, "End": True}})
    return inner


def _deep_intrinsic(levels: int) -> dict[str, Any]:
    call = "States.Array(" * levels + "1" + ")" * levels
    return _chain(A={"Type": "Pass", "Parameters": {"x.$": call}, "End": True})


def _intrinsic(call: str, **result: Any) -> dict[str, Any]:
    return _chain(
        A={"Type": "Pass", "Result": result, "Next": "B"},
        B={"Type": "Pass", "Parameters": {"x.$": call}, "End": True},
    )


def _choice(*rules: Any, **more: Any) -> dict[str, Any]:
    return _chain(A={"Type": "Choice", "Choices": list(rules), "Default": "B", **more}, B=_END)


def _deep_rule(levels: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"Variable": "$.detail", "IsPresent": True}
    for _ in range(levels):
        rule = {"Not": rule}
    return {**rule, "Next": "B"}


def _deeper_choice(levels: int) -> str:
    """A choice too deep for the writer of JSON."""
    inner = json.dumps(_IS)
    rule = '{"Next": "B", "Not": ' + '{"Not": ' * levels + inner + "}" * levels + "}"
    return json.dumps(_choice("RULE")).replace('"RULE"', rule)


_IS = {"Variable": "$.detail", "IsPresent": True}

ROWS: dict[str, Input] = {
    "itself": machine(_chain(A={"Type": "Pass", "Next": "A"})),
    "circle": machine(_chain(A={"Type": "Pass", "Next": "B"}, B={"Type": "Pass", "Next": "A"})),
    "choice-loop": machine(
        _chain(
            A={"Type": "Pass", "Next": "C"},
            C={"Type": "Choice", "Choices": [{**_IS, "Next": "A"}], "Default": "E"},
            E=_END,
        )
    ),
    "choice-of-itself": machine(
        _chain(C={"Type": "Choice", "Choices": [{**_IS, "Next": "C"}], "Default": "C"})
    ),
    "wait-loop": machine(_chain(A={"Type": "Wait", "Seconds": 9, "Next": "A"})),
    "task-loop": machine(
        _chain(A={"Type": "Task", "Resource": "arn:aws:lambda:x", "ResultPath": None, "Next": "A"})
    ),
    "poll-loop": machine(
        _chain(
            T={"Type": "Task", "Resource": "arn:aws:lambda:x", "ResultPath": "$.r", "Next": "C"},
            C={
                "Type": "Choice",
                "Choices": [{"Variable": "$.r", "StringEquals": "y", "Next": "E"}],
                "Default": "W",
            },
            W={"Type": "Wait", "Seconds": 9, "Next": "T"},
            E=_END,
        )
    ),
    "catch-loop": machine(
        _chain(
            A={
                "Type": "Task",
                "Resource": "arn:aws:lambda:x",
                "InputPath": "$.nothing",
                "Catch": [{"ErrorEquals": ["States.ALL", "States.Runtime"], "Next": "A"}],
                "End": True,
            }
        )
    ),
    "retry-without-end": machine(
        _chain(
            A={
                "Type": "Pass",
                "InputPath": "$.nothing",
                "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 99999999}],
                "End": True,
            }
        )
    ),
    "counting-to-a-million": machine(
        _chain(
            A={"Type": "Pass", "Result": {"n": 0}, "Next": "B"},
            B={"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "C"},
            C={
                "Type": "Choice",
                "Choices": [{"Variable": "$.n", "NumericLessThan": 1_000_000, "Next": "B"}],
                "Default": "E",
            },
            E=_END,
        )
    ),
    "doubling-text": machine(_doubling),
    "doubling-array": machine(
        _chain(
            A={"Type": "Pass", "Result": {"x": [1]}, "Next": "B"},
            B={"Type": "Pass", "Parameters": {"x.$": "States.Array($.x, $.x)"}, "Next": "B"},
        )
    ),
    "doubling-result-path": machine(_chain(A={"Type": "Pass", "ResultPath": "$.x", "Next": "A"})),
    "range-of-a-million": machine(_chain(A=_range(1_000_000))),
    "range-of-a-billion": machine(_chain(A=_range(1_000_000_000))),
    "range-of-a-thousand": machine(_chain(A=_range(1000))),
    "map-of-a-thousand": machine(_chain(A=_range(1000, Next="M"), M=_map(_chain(I=_END)))),
    "map-of-a-million": machine(_chain(A=_range(1_000_000, Next="M"), M=_map(_chain(I=_END)))),
    "map-in-map": machine(
        _chain(
            A=_range(1000, Next="M"),
            M=_map(_chain(B=_range(1000, Next="N"), N=_map(_chain(I=_END)))),
        )
    ),
    "map-of-itself": machine(
        _chain(A=_range(1000, Next="M"), M=_map(_chain(I={"Type": "Pass", "Next": "I"})))
    ),
    "partition": machine(_intrinsic("States.ArrayPartition(States.ArrayRange(1, 1000, 1), 1)")),
    "partition-by-nothing": machine(_intrinsic("States.ArrayPartition($.x, 0)", x=[1])),
    "range-by-nothing": machine(_intrinsic("States.ArrayRange(1, 10, 0)")),
    "range-backwards": machine(_intrinsic("States.ArrayRange(1000000000, 1, -1)")),
    "range-of-floats": machine(_intrinsic("States.ArrayRange(0.1, 9.9, 0.00000001)")),
    "unique-of-many": machine(
        lambda: _intrinsic("States.ArrayUnique($.x)", x=[[i] for i in range(20_000)])
    ),
    "hash": machine(lambda: _intrinsic("States.Hash($.x, 'SHA-1')", x="x" * 3_000_000)),
    "hash-of-no-algorithm": machine(_intrinsic("States.Hash($.x, 'x')", x="x")),
    "base64": machine(lambda: _intrinsic("States.Base64Encode($.x)", x="x" * 3_000_000)),
    "base64-broken": machine(_intrinsic("States.Base64Decode($.x)", x="\u00e9")),
    "string-to-deep-json": machine(
        lambda: _intrinsic("States.StringToJson($.x)", x="[" * 100_000 + "]" * 100_000)
    ),
    "string-to-large-number": machine(
        lambda: _intrinsic("States.StringToJson($.x)", x="9" * 100_000)
    ),
    "string-split": machine(lambda: _intrinsic("States.StringSplit($.x, 'a')", x="a" * 1_000_000)),
    "merge": machine(_intrinsic("States.JsonMerge($.x, $.x, true)", x={})),
    "format-of-many": machine(
        lambda: _intrinsic(
            "States.Format('" + "{}" * 5000 + "'" + ", $.x" * 5000 + ")", x="x" * 1000
        )
    ),
    "format-of-too-few": machine(_intrinsic("States.Format('{}{}', 1)")),
    "format-not-closed": machine(_intrinsic("States.Format('{}")),
    "math-of-large-numbers": machine(lambda: _intrinsic("States.MathAdd($.x, $.x)", x=10**4000)),
    "random": machine(_intrinsic("States.MathRandom(1, 0)")),
    "deep-intrinsic": machine(lambda: _deep_intrinsic(60)),
    "deeper-intrinsic": machine(lambda: _deep_intrinsic(2000)),
    "no-such-intrinsic": machine(_intrinsic("States.Nothing($.x)", x=1)),
    "wide-parallel": machine(
        lambda: _chain(
            P={
                "Type": "Parallel",
                "Branches": [_chain(**{f"S{i}": _END}) for i in range(3000)],
                "End": True,
            }
        )
    ),
    "nested-parallel": machine(lambda: _nested_parallel(8, 2)),
    "deep-parallel": machine(lambda: _nested_parallel(20, 1)),
    "parallel-of-nothing": machine(_chain(P={"Type": "Parallel", "Branches": [], "End": True})),
    "states-by-the-thousand": machine(
        lambda: _chain(
            **{f"S{i}": {"Type": "Pass", "Next": f"S{i + 1}"} for i in range(5000)}, S5000=_END
        )
    ),
    "large-result": machine(
        lambda: _chain(
            **{
                f"S{i}": {
                    "Type": "Pass",
                    "Result": "x" * 100_000,
                    "ResultPath": f"$.r{i}",
                    "Next": f"S{i + 1}",
                }
                for i in range(50)
            },
            S50=_END,
        )
    ),
    "choices-by-the-thousand": machine(
        lambda: _choice(
            *[
                {"Variable": "$.detail.x", "StringEquals": str(i), "Next": "B"}
                for i in range(20_000)
            ]
        )
    ),
    "choices-that-hold-not": machine(
        lambda: _choice(
            *[
                {"Variable": "$.detail-type", "StringEquals": str(i), "Next": "B"}
                for i in range(20_000)
            ]
        )
    ),
    "deep-choice": machine(lambda: _choice(_deep_rule(40))),
    "deeper-choice": machine(lambda: _deeper_choice(5000)),
    "matches-that-backtrack": machine(
        lambda: _choice(
            {
                "Variable": "$.x",
                "StringMatches": "*a" * 30 + "*b",
                "Next": "B",
            },
        )
    ),
    "matches-an-event": machine(
        _choice(
            {"Variable": "$.detail-type", "StringMatches": "*" * 200 + "x", "Next": "B"},
        )
    ),
    "path-of-everything": machine(_chain(A={"Type": "Pass", "InputPath": "$..*", "End": True})),
    "path-with-filter": machine(
        _chain(A={"Type": "Pass", "InputPath": "$.detail[?(@.x == 1)]", "End": True})
    ),
    "path-of-a-megabyte": machine(
        lambda: _chain(A={"Type": "Pass", "InputPath": "$" + ".a" * 500_000, "End": True})
    ),
    "path-of-brackets": machine(
        lambda: _chain(A={"Type": "Pass", "InputPath": "$" + "[" * 5000, "End": True})
    ),
    "path-with-large-index": machine(
        _chain(A={"Type": "Pass", "InputPath": "$.resources[99999999999999999999]", "End": True})
    ),
    "result-path-deep": machine(
        lambda: _chain(A={"Type": "Pass", "ResultPath": "$" + ".a" * 3000, "End": True})
    ),
    "jsonata": machine(
        {
            **_chain(A={"Type": "Pass", "Output": "{% [1..1000000] %}", "End": True}),
            "QueryLanguage": "JSONata",
        }
    ),
    "jsonata-later": machine(
        _chain(
            A={"Type": "Pass", "Next": "B"},
            B={"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $x %}", "End": True},
        )
    ),
    "no-such-type": machine(_chain(A={"Type": "Nothing", "End": True})),
    "type-is-a-number": machine(_chain(A={"Type": 3, "End": True})),
    "next-is-a-list": machine(_chain(A={"Type": "Pass", "Next": ["A"]})),
    "states-is-a-list": machine({"StartAt": "A", "States": [_END]}),
    "start-is-a-number": machine({"StartAt": 1, "States": {"1": _END}}),
    "seconds-is-a-text": machine(_chain(A={"Type": "Wait", "Seconds": "x", "End": True})),
    "seconds-beyond-all": machine(_chain(A={"Type": "Wait", "Seconds": 10**400, "End": True})),
    "timestamp": machine(_chain(A={"Type": "Wait", "Timestamp": "yesterday", "End": True})),
    "choice-without-end": machine(_chain(A={"Type": "Choice", "Choices": [], "Default": "A"})),
    "rule-of-nothing": machine(_choice({})),
    "rule-of-two": machine(
        _choice({"Variable": "$.x", "IsNull": True, "IsPresent": True, "Next": "B"})
    ),
    "name-of-a-megabyte": machine(lambda: _chain(**{"A" * 1_000_000: _END})),
    "name-with-controls": machine(_chain(**{"A\u202e\x1b[31m\x9b\n\ud800": _END})),
    "comment-of-a-megabyte": machine(lambda: _chain(A={**_END, "Comment": "x" * 5_000_000})),
    "catch-of-anything": machine(_chain(A={**_END, "Catch": "x"})),
    "items-are-no-list": machine(_chain(M=_map(_chain(I=_END), "$.detail"))),
    "map-concurrency": machine(
        _chain(M={**_map(_chain(I=_END), "$.resources"), "MaxConcurrency": 10**30})
    ),
    "map-distributed": machine(
        _chain(
            M={
                **_map(_chain(I=_END), "$.resources"),
                "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2"},
            }
        )
    ),
    "fail-with-path": machine(
        _chain(A={"Type": "Fail", "CausePath": "$.nothing", "ErrorPath": "$"})
    ),
    "fail-loop": machine(
        _chain(
            P={
                "Type": "Parallel",
                "Branches": [_chain(F={"Type": "Fail"})],
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "P"}],
                "End": True,
            }
        )
    ),
}
