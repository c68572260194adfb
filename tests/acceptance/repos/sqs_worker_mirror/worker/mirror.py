import boto3


def mirror(config, detail):
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        return
    name, tag = detail["repository-name"], detail["image-tag"]
    boto3.client("codebuild", region_name=config.region).start_build(
        projectName="mirror",
        environmentVariablesOverride=[
            {"name": "SOURCE", "value": f"{name}:{tag}"},
            {"name": "TARGET", "value": f"{config.mirror_host}/{name}:{tag}"},
        ],
    )
