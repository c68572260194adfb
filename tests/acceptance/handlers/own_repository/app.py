import boto3

ecs = boto3.client("ecs")
OURS = "payments/ledger"


def is_ours(detail):
    return detail["repository-name"] == OURS


def handler(event, context):
    detail = event.get("detail", {})
    if detail.get("result") != "SUCCESS" or not is_ours(detail):
        return {"statusCode": 200, "body": "not for us"}
    image = f'123456789012.dkr.ecr.eu-west-1.amazonaws.com/{OURS}:{detail["image-tag"]}'
    ecs.run_task(cluster="payments", taskDefinition="migrate", startedBy="ecr")
    return {"statusCode": 200, "body": image}
