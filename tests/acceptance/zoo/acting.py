"""Consumers that act on the world: what is wrong shows only when their calls are compared."""

import json

import boto3

TOPIC = "arn:aws:sns:us-east-1:123456789012:images"
GRADED = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL")


def tell(message, subject="ECR"):
    boto3.client("sns", region_name="us-east-1").publish(
        TopicArn=TOPIC, Subject=subject, Message=message
    )


def build(version):
    boto3.client("codebuild", region_name="us-east-1").start_build(
        projectName="smoke", sourceVersion=version
    )


def counts_of(event):
    """The counts of a scan that is complete."""
    detail = event["detail"]
    return detail.get("finding-severity-counts", {}) if detail["scan-status"] == "COMPLETE" else {}


def pushed_tag(event):
    """The tag of an image that was pushed."""
    detail = event["detail"]
    return (
        detail.get("image-tag")
        if (detail["action-type"], detail["result"]) == ("PUSH", "SUCCESS")
        else None
    )


# --- severities that are told of ------------------------------------------------------------------


def but_critical(event, context):
    """Wrong: tells of all severities but the gravest."""
    for severity in GRADED[1:]:
        if counts_of(event).get(severity):
            tell(f"{severity}: {counts_of(event)[severity]}")


def grave_alone(event, context):
    """Right: tells of grave ones alone."""
    for severity in GRADED[:2]:
        if counts_of(event).get(severity):
            tell(f"{severity}: {counts_of(event)[severity]}")


def weighed(event, context):
    """Right: a hundred medium findings are as grave as a critical one."""
    weights = {"CRITICAL": 100, "HIGH": 10, "MEDIUM": 1, "LOW": 1, "INFORMATIONAL": 1}
    score = sum(weights.get(severity, 0) * count for severity, count in counts_of(event).items())
    if score >= 100:
        tell(f"a score of {score}")


# --- the worst of them ----------------------------------------------------------------------------


def loudest(event, context):
    """Wrong: what there is most of is called the worst."""
    if sum(counts_of(event).values()):
        worst = max(sorted(counts_of(event)), key=counts_of(event).get)
        tell(f"{sum(counts_of(event).values())} in all", f"Worst: {worst}")


def worst(event, context):
    """Right: the gravest that has a count."""
    for severity in (*GRADED, "UNDEFINED"):
        if counts_of(event).get(severity):
            tell(f"{sum(counts_of(event).values())} in all", f"Worst: {severity}")
            return


def by_number(event, context):
    """Right: lists all of them, with the most frequent first."""
    lines = [
        f"{count} {severity}"
        for severity, count in sorted(counts_of(event).items(), key=lambda one: -one[1])
        if count
    ]
    if lines:
        tell("\n".join(lines))


# --- the case of letters --------------------------------------------------------------------------


def lowered(event, context):
    """Wrong: v1 is another tag than V1."""
    if pushed_tag(event):
        build(pushed_tag(event).lower())


def shouted(event, context):
    """Right: a message in capitals names nothing."""
    if pushed_tag(event):
        tell(f"PUSHED {pushed_tag(event).upper()}", pushed_tag(event).upper()[:99])


def as_it_is(event, context):
    """Right: a branch for the tag, whose name is a slug, and the tag as it is."""
    if pushed_tag(event):
        build(pushed_tag(event))
        tell(f"previews/{pushed_tag(event).lower()}")


# --- the event that is never read -----------------------------------------------------------------


def restart(event, context):
    """Wrong: restarts the service after a failed push, too."""
    ecs = boto3.client("ecs", region_name="us-east-1")
    ecs.update_service(cluster="main", service="web", forceNewDeployment=True)


def restart_after_pushes(event, context):
    """Right: only after a push that ended well."""
    if pushed_tag(event) is not None:
        restart(event, context)


def hand_on(event, context):
    """Right: hands each event on, whole."""
    queue = "https://sqs.us-east-1.amazonaws.com/123456789012/images"
    boto3.client("sqs", region_name="us-east-1").send_message(
        QueueUrl=queue, MessageBody=json.dumps(event)
    )


# --- no way on ------------------------------------------------------------------------------------


def waits_for_records(event, context):
    """Wrong: EventBridge calls it directly, so that there are no messages; it logs each event."""
    print(json.dumps(event))
    for message in event.get("messages", []):
        tell(message)


def logs(event, context):
    """Right: to log each event is all that it is for."""
    print(json.dumps(event))


def rarely(event, context):
    """Right: acts on some events alone."""
    print(json.dumps(event))
    if pushed_tag(event) and event["account"].startswith("0"):
        tell(pushed_tag(event))
