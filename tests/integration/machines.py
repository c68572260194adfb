"""Small state machines, naive and right, and what is wrong with each: `State: error when cause`."""

from typing import Any

TAG = "$.detail.image-tag"
DIGEST = "$.detail.image-digest"
TAGS = "$.detail.image-tags"
COUNTS = "$.detail.finding-severity-counts"
DONE = {"Type": "Succeed"}
ALL = [{"ErrorEquals": ["States.ALL"], "Next": "Done"}]


def machine(start: str, **states: Any) -> dict[str, Any]:
    return {
        "StartAt": start,
        "States": {name.replace("_", " "): state for name, state in states.items()},
    }


def passing(**fields: Any) -> dict[str, Any]:
    return {"Type": "Pass", **({} if "Next" in fields else {"End": True}), **fields}


def task(resource: str = "lambda:invoke", **fields: Any) -> dict[str, Any]:
    arn = (
        resource
        if "$" in resource or resource.startswith("arn:")
        else f"arn:aws:states:::{resource}"
    )
    return {
        "Type": "Task",
        "Resource": arn,
        **({} if "Next" in fields else {"End": True}),
        **fields,
    }


def choice(*rules: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "Type": "Choice",
        "Choices": [{**rule, "Next": "Done"} for rule in rules],
        "Default": "Done",
        **fields,
    }


def is_(path: str, **operator: Any) -> dict[str, Any]:
    return {"Variable": path, **operator}


PRESENT = is_(TAG, IsPresent=True)
LATEST = is_(TAG, StringEquals="latest")
NO_TAG = "image-tag is absent"
LOST = f"States.Runtime in A when {NO_TAG}"

# Of each: the kind, the machine, and its faults.
MACHINES: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    # paths
    "input-path": ("push", machine("A", A=passing(InputPath=TAG)), [LOST]),
    "parameters": ("push", machine("A", A=passing(Parameters={"deep": [{"tag.$": TAG}]})), [LOST]),
    "output-path": ("push", machine("A", A=passing(OutputPath=TAG)), [LOST]),
    "brackets": ("push", machine("A", A=passing(InputPath="$['detail']['image-tag']")), [LOST]),
    "of-the-context": (
        "push",
        machine(
            "A",
            A=task(
                "sqs:sendMessage",
                Parameters={"MessageBody.$": "$$.Execution.Input.detail.image-tag"},
            ),
        ),
        [LOST],
    ),
    "assigned": (
        "push",
        machine(
            "A",
            A=passing(Assign={"detail.$": "$.detail"}, Next="B"),
            B=passing(Parameters={"tag.$": "$detail.image-tag"}),
        ),
        [f"States.Runtime in B when {NO_TAG}"],
    ),
    "first-tag": (
        "scan",
        machine("A", A=passing(Parameters={"tag.$": f"{TAGS}[0]"})),
        ["States.Runtime in A when image-tags is empty or absent"],
    ),
    "several-places": (
        "scan",
        machine(
            "A",
            A=passing(Parameters={"a.$": f"{COUNTS}.*", "b.$": f"{TAGS}[0:1]", "c.$": "$..HIGH"}),
        ),
        [],
    ),
    # intrinsic functions
    "format": (
        "push",
        machine(
            "A",
            A=passing(
                Parameters={
                    "image.$": f"States.Format('{{}}:{{}}', $.detail.repository-name, {TAG})"
                }
            ),
        ),
        [f"States.IntrinsicFailure in A when {NO_TAG}"],
    ),
    "array-item": (
        "scan",
        machine("A", A=passing(Parameters={"tag.$": f"States.ArrayGetItem({TAGS}, 0)"})),
        [
            "States.IntrinsicFailure in A when image-tags is empty or absent",
        ],
    ),
    "nested-functions": (
        "push",
        machine(
            "A",
            A=passing(Parameters={"id.$": "States.Base64Encode(States.JsonToString($.detail))"}),
        ),
        [],
    ),
    # choices
    "guarded": (
        "push",
        machine("A", A=choice({"And": [PRESENT, LATEST]}, Next=None), Done=DONE),
        [],
    ),
    "guarded-too-late": (
        "push",
        machine("A", A=choice({"And": [LATEST, PRESENT]}), Done=DONE),
        [LOST],
    ),
    "guarded-by-the-rule-before": (
        "push",
        machine(
            "A",
            A=choice({"Not": PRESENT}, {"Or": [LATEST, is_(TAG, StringMatches="v*")]}),
            Done=DONE,
        ),
        [],
    ),
    "decided-before": (
        "push",
        machine(
            "A",
            A=choice({"Or": [is_("$.detail.action-type", StringEquals="PUSH"), LATEST]}),
            Done=DONE,
        ),
        [],
    ),
    "nested-rules": (
        "push",
        machine(
            "A",
            A=choice({"And": [is_("$.source", StringEquals="aws.ecr"), {"Not": {"Or": [LATEST]}}]}),
            Done=DONE,
        ),
        [LOST],
    ),
    "a-question-of-type": (
        "push",
        machine("A", A=choice(is_(TAG, IsNull=True)), Done=DONE),
        [LOST],
    ),
    "another-type": (
        "scan",
        machine(
            "A",
            A=choice(
                is_("$.detail.repository-name", NumericGreaterThan=1),
                is_("$.time", BooleanEquals=True),
            ),
            Done=DONE,
        ),
        [],
    ),
    "two-counts": (
        "scan",
        machine(
            "A", A=choice(is_(f"{COUNTS}.HIGH", NumericGreaterThanPath=f"{COUNTS}.LOW")), Done=DONE
        ),
        [
            "States.Runtime in A when HIGH is absent",
            "States.Runtime in A when LOW is absent",
        ],
    ),
    "no-default": (
        "push",
        machine(
            "A",
            A={
                "Type": "Choice",
                "Choices": [is_("$.detail.result", StringEquals="SUCCESS", Next="Done")],
            },
            Done=DONE,
        ),
        ['States.NoChoiceMatched in A when result is "FAILURE"'],
    ),
    "not-reached": (
        "push",
        machine(
            "A",
            A=choice(is_("$.detail.result", StringEquals="SUCCESS"), Default="Tell"),
            Tell=passing(InputPath="$.detail.no-such-key"),
            Done=DONE,
        ),
        ['States.Runtime in Tell when result is "FAILURE"'],
    ),
    # failures that are dealt with
    "a-decision": (
        "push",
        machine(
            "A",
            A=choice(is_("$.detail.result", StringEquals="SUCCESS"), Default="No"),
            No={"Type": "Fail", "Error": "Refused", "Cause": "a failed push"},
            Done=DONE,
        ),
        [],
    ),
    "all-but-runtime": (
        "push",
        machine("A", A=task(Parameters={"tag.$": TAG}, Catch=ALL, Next="Done"), Done=DONE),
        [LOST],
    ),
    "caught-by-name": (
        "push",
        machine(
            "A",
            A=task(
                Parameters={"tag.$": TAG},
                Catch=[{"ErrorEquals": ["States.Runtime"], "Next": "Done"}],
                Next="Done",
            ),
            Done=DONE,
        ),
        [],
    ),
    "function-caught": (
        "push",
        machine(
            "A",
            A=task(Parameters={"tag.$": f"States.Format('{{}}', {TAG})"}, Catch=ALL, Next="Done"),
            Done=DONE,
        ),
        [],
    ),
    "input-not-caught": (
        "push",
        machine(
            "A",
            A=task(
                InputPath=TAG,
                Catch=[{"ErrorEquals": ["States.Runtime"], "Next": "Done"}],
                Next="Done",
            ),
            Done=DONE,
        ),
        [LOST],
    ),
    # branches and iterations
    "branches": (
        "push",
        machine(
            "A",
            A={
                "Type": "Parallel",
                "Branches": [
                    machine("B", B=passing(InputPath=TAG)),
                    machine("C", C=passing(InputPath="$.detail.image-digest")),
                ],
                "End": True,
            },
        ),
        [
            f"States.Runtime in B when {NO_TAG}",
            "States.Runtime in C when image-digest is absent",
        ],
    ),
    "branch-caught": (
        "push",
        machine(
            "A",
            A={
                "Type": "Parallel",
                "Branches": [machine("B", B=passing(InputPath=TAG))],
                "Catch": ALL,
                "Next": "Done",
            },
            Done=DONE,
        ),
        [],
    ),
    "each-tag": (
        "scan",
        machine(
            "A",
            A={
                "Type": "Map",
                "ItemsPath": TAGS,
                "MaxConcurrency": 2,
                "ItemProcessor": machine("B", B=task("ecr:x", Parameters={"ImageTag.$": "$"})),
                "End": True,
            },
        ),
        ["States.Runtime in A when image-tags is absent"],
    ),
    "within-each-tag": (
        "scan",
        machine(
            "A",
            A={
                "Type": "Map",
                "ItemsPath": TAGS,
                "ItemSelector": {"tag.$": "$$.Map.Item.Value", "detail.$": "$.detail"},
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
                    **machine("B", B=passing(InputPath="$.detail.image-digest")),
                },
                "End": True,
            },
        ),
        [
            "States.Runtime in A when image-tags is absent",
            "States.Runtime in B when image-digest is absent and image-tags has one or more",
        ],
    ),
    # tasks
    "result-dropped": (
        "push",
        machine("A", A=task("${Check}", ResultPath=None, Next="B"), B=passing(InputPath=TAG)),
        [f"States.Runtime in B when {NO_TAG}"],
    ),
    "result-beside": (
        "push",
        machine(
            "A",
            A=task(
                "dynamodb:putItem",
                Parameters={"TableName": "pushes", "Item": {"id": {"S.$": "$.id"}}},
                ResultSelector={"code.$": "$.SdkHttpMetadata.HttpStatusCode"},
                ResultPath="$.stored",
                Next="B",
            ),
            B=passing(Parameters={"code.$": "$.stored.code.more", "tag.$": TAG}),
        ),
        [f"States.Runtime in B when {NO_TAG}"],
    ),
    "result-instead": (
        "push",
        machine(
            "A",
            A=task("arn:aws:lambda:us-east-1:123456789012:function:check", Next="B"),
            B=passing(
                Parameters={
                    "tag.$": TAG,
                    "n.$": "States.ArrayLength($.a)",
                    "j.$": "States.StringToJson($.b)",
                },
                ResultPath="$.c",
            ),
        ),
        [],
    ),
    "token": (
        "push",
        machine(
            "A",
            A=task(
                "sqs:sendMessage.waitForTaskToken",
                Parameters={"MessageBody": {"token.$": "$$.Task.Token", "tag.$": TAG}},
                HeartbeatSeconds=60,
                TimeoutSeconds=600,
            ),
        ),
        [LOST],
    ),
    "run-task": (
        "push",
        machine(
            "A",
            A=task(
                "ecs:runTask.sync",
                Parameters={
                    "Overrides": {"ContainerOverrides": [{"Environment": [{"Value.$": TAG}]}]}
                },
            ),
        ),
        [LOST],
    ),
    "retried": (
        "push",
        machine(
            "A",
            A=task(
                "http:invoke",
                Parameters={
                    "ApiEndpoint.$": f"States.Format('https://example.invalid/{{}}', {TAG})"
                },
                Retry=[{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60, "MaxAttempts": 9}],
            ),
        ),
        [f"States.IntrinsicFailure in A when {NO_TAG}"],
    ),
    "waits": (
        "push",
        machine(
            "A",
            A={"Type": "Wait", "Seconds": 3600, "Next": "B"},
            B={"Type": "Wait", "TimestampPath": "$.time", "Next": "C"},
            C=task("arn:aws:states:us-east-1:123456789012:activity:approve", TimeoutSeconds=3600),
        ),
        [],
    ),
}
MACHINES["guarded"][1]["States"]["A"].pop("Next")
