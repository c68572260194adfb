import boto3

ecs = boto3.client("ecs")

# which services run which image
ROUTES = {
    "shop/api": ["api", "worker"],
    "shop/web": ["web"],
}


def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        return
    services = ROUTES.get(detail["repository-name"])
    if services is None:
        print("not ours", detail["repository-name"])
        return
    tag = detail["image-tag"]
    for service in services:
        ecs.update_service(cluster="shop", service=service, taskDefinition="%s-%s" % (service, tag))
