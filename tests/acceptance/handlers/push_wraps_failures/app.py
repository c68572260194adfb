import boto3

ecs = boto3.client("ecs")


class DeployFailed(RuntimeError): ...


def deploy(detail):
    try:
        image = detail["repository-name"] + ":" + detail["image-tag"]
        ecs.update_service(cluster="prod", service="api", forceNewDeployment=True)
        return image
    except Exception as exc:
        raise DeployFailed(f"cannot deploy {detail['repository-name']}") from exc


def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] == "PUSH" and detail["result"] == "SUCCESS":
        print("deployed", deploy(detail))
